"""The exercises of chapter "Max pooling"."""

import numpy as np

from chainrule import col2im, im2col
from chainrule.exercises import Exercise

sizes = Exercise(
    right=[14, 56, 6],
    wrong=[
        (
            [13, 55, 5],
            "One too few each time: that is how many *steps* the window takes. It also stands "
            "somewhere before the first step.",
        ),
        (
            [14, 55, 6],
            "The padding of the second is missing: it makes the side 2·1 longer.",
        ),
        (
            [14, 57, 6],
            "The second is rounded up. Its last window would stick out: round down.",
        ),
        (
            [27, 112, 11],
            "You left out the stride: windows start at every second place.",
        ),
        (
            [14, 56, 7],
            "A thirteenth pixel is not half a window: (13 − 3)/2 + 1 divides exactly.",
        ),
    ],
    praise="(28 − 2)/2 + 1, ⌊(112 + 2 − 3)/2⌋ + 1 and (13 − 3)/2 + 1.",
    hint="(size + 2·pad − window) / stride, rounded down, plus one.",
)

by_hand = Exercise(
    right=[[0, 0, 0], [0, 6, 0], [0, 0, -4]],
    wrong=[
        (
            [[0, 0, 0], [0, 3, 0], [0, 0, -4]],
            "The 5 won three windows and kept only the last gradient. Gradients add: 1 + 2 + 3.",
        ),
        (
            [[0, 0, 0], [0, 2, 0], [0, 0, -4]],
            "You took the mean of what the 5 was handed. Gradients of several windows add.",
        ),
        (
            [[0, 0, 0], [0, 3, 0], [0, 0, 1]],
            "That counts the windows each pixel has won. Each brings its number of dout along.",
        ),
        (
            [[0, 0, 0], [0, 30, 0], [0, 0, -24]],
            "You multiplied by the pixels. The slope of a maximum in its winner is 1, whatever "
            "the winner is.",
        ),
        (
            [[0.25, 0.75, 0.5], [1, 0.5, -0.5], [0.75, -0.25, -1]],
            "You spread each gradient evenly over its window. That is average pooling; here the "
            "winner takes it all.",
        ),
        (
            [[1, 3, 2], [4, 2, -2], [3, -1, -4]],
            "You gave each gradient to every pixel of its window. Only the winner gets it.",
        ),
    ],
    praise="Every gradient landed, and the sum of dx is the sum of dout.",
    hint="Find the winner of each of the four windows; add the gradient of the window there.",
)

safe_step = Exercise(
    right=lambda window: np.sort(window)[-1] - np.sort(window)[-2],
    wrong=[
        (
            lambda window: window.max() - window.min(),
            "That is the distance to the smallest. The runner-up reaches the winner first.",
        ),
        (
            lambda window: (np.sort(window)[-1] - np.sort(window)[-2]) / 2,
            "Twice as careful as needed: only one number is nudged at a time, so they do not "
            "meet halfway.",
        ),
        (
            lambda window: np.unique(window)[-1] - np.unique(window)[-2],
            "Where two numbers tie for the maximum there is no safe step at all: the gap is 0.",
        ),
        (
            lambda window: np.abs(window[0] - window[1]),
            "That compares the first two numbers. Compare the largest two.",
        ),
        (
            lambda window: np.diff(np.sort(window)).min(),
            "That is the smallest gap of all. Two losers may change places: no maximum notices.",
        ),
        (
            lambda window: window.max() - window.mean(),
            "That is the distance to the mean; what matters is the runner-up.",
        ),
    ],
    cases=[
        (np.array([1.0, 3.0, 4.5, -2.0]),),
        (np.array([0.5, -1.0, 0.2]),),
        (np.array([2.0, 5.0, 5.0, 1.0]),),
        (np.array([2.0, 6.0, 2.1, 4.0]),),
    ],
    praise="With h = 1e-5 a random window is almost never in danger; a picture often is.",
    hint="Which two numbers of the window change places first?",
)


def _average(x, dout, size, stride, *, divide=None, add=True, use_dout=True):
    """Average pooling and its backward; the options plant the usual errors."""
    N, C, OH, OW = dout.shape
    K = size * size
    y = im2col(x, size, size, stride).reshape(-1, K).mean(axis=1)
    y = y.reshape(N, OH, OW, C).transpose(0, 3, 1, 2)
    each = (dout if use_dout else np.ones_like(dout)) / (divide or K)
    dx = np.zeros_like(x)
    for i, j in np.ndindex(OH, OW):
        window = (..., slice(i * stride, i * stride + size), slice(j * stride, j * stride + size))
        share = each[:, :, i, j][..., np.newaxis, np.newaxis]
        dx[window] = share + (dx[window] if add else 0)
    return y, dx


def _maximum(x, dout, size, stride):
    N, C, OH, OW = dout.shape
    col = im2col(x, size, size, stride).reshape(-1, size * size)
    y = col.mean(axis=1).reshape(N, OH, OW, C).transpose(0, 3, 1, 2)
    dcol = np.zeros_like(col)
    dcol[np.arange(len(col)), col.argmax(axis=1)] = dout.transpose(0, 2, 3, 1).ravel()
    return y, col2im(dcol.reshape(N * OH * OW, -1), x.shape, size, size, stride)


def _not_transposed(x, dout, size, stride):
    N, C, OH, OW = dout.shape
    y = im2col(x, size, size, stride).reshape(-1, size * size).mean(axis=1)
    return y.reshape(N, C, OH, OW), _average(x, dout, size, stride)[1]


def _maps(N, C, H, size, stride, seed):
    rng = np.random.default_rng(seed)
    O = (H - size) // stride + 1  # noqa: E741
    return rng.standard_normal((N, C, H, H)), rng.standard_normal((N, C, O, O)), size, stride


average = Exercise(
    right=_average,
    wrong=[
        (
            lambda *case: _average(*case, divide=1),
            "The output is right, but each pixel got the whole gradient: its share is 1/K.",
        ),
        (
            lambda *case: _average(*case, divide=case[2]),
            "You divided by the side of the window; it holds size·size numbers.",
        ),
        (
            lambda *case: _average(*case, add=False),
            "Where windows overlap, a later one overwrites an earlier one: add.",
        ),
        (
            lambda *case: _average(*case, divide=case[1].shape[2] * case[1].shape[3]),
            "You divided by the number of windows. Each output is a mean over size·size numbers.",
        ),
        (
            lambda *case: _average(*case, use_dout=False),
            "The upstream gradient is ignored: spread dout, not 1.",
        ),
        (
            _maximum,
            "The gradient went to the largest number of each window. In a mean every number has "
            "the same slope.",
        ),
        (
            _not_transposed,
            "The numbers of y are right and at the wrong places: after the reshape to (N, OH, OW, "
            "C) the channel must be brought to axis 1.",
        ),
    ],
    cases=[_maps(2, 3, 6, 2, 2, 0), _maps(2, 2, 7, 3, 2, 1), _maps(1, 1, 4, 3, 1, 2)],
    praise="Averaging is linear, so the way back is its transpose: equal shares of 1/K.",
    hint="Every number of a window has the slope 1/(size·size); where windows overlap, add.",
)


def _soft(x, beta, dout):
    p = np.exp(beta * (x - x.max()))
    p /= p.sum()
    y = p @ x
    return y, dout * p * (1 + beta * (x - y))


def _soft_with(slope):
    """The right output with another slope."""

    def wrong(x, beta, dout):
        p = np.exp(beta * (x - x.max()))
        p /= p.sum()
        return p @ x, slope(x, beta, dout, p, p @ x)

    return wrong


def _soft_overflowing(x, beta, dout):
    """The right formulas with a softmax that overflows: ∞/∞ is nan."""
    with np.errstate(over="ignore", invalid="ignore"):
        p = np.exp(beta * x) / np.exp(beta * x).sum()
        return p @ x, dout * p * (1 + beta * (x - p @ x))


soft = Exercise(
    right=_soft,
    wrong=[
        (
            _soft_overflowing,
            "The formulas are right, but the numbers are nan: e^(βx) overflows to ∞ for such large "
            "βx, and ∞/∞ is nan. Subtract the largest number from x in the exponent, as softmax "
            "does; the weights stay the same.",
        ),
        (
            _soft_with(lambda x, beta, dout, p, y: dout * p),
            "You treated the weights p as constants. They depend on x as well.",
        ),
        (
            _soft_with(lambda x, beta, dout, p, y: dout * p * (1 + x - y)),
            "The factor β is missing: the exponent is βx, so its slope is β.",
        ),
        (
            _soft_with(lambda x, beta, dout, p, y: dout * p * (1 + beta * x * (1 - p))),
            "That takes ∂p_k/∂x_k only. Raising x_k lowers every other weight too: sum over m.",
        ),
        (
            _soft_with(lambda x, beta, dout, p, y: dout * p * beta * (x - y)),
            "That is the part through the weights. x_k also stands in the sum itself, with slope "
            "p_k.",
        ),
        (
            _soft_with(lambda x, beta, dout, p, y: p * (1 + beta * (x - y))),
            "The upstream gradient is ignored.",
        ),
    ],
    cases=[
        (np.array([1.0, 3.0, 4.0, -2.0]), 0.7, 2.0),
        (np.array([0.5, -1.0, 0.2]), 2.0, -0.3),
        (np.array([300.0, 301.0, 299.0]), 5.0, 1.0),
        (np.array([-200.0, 300.0, 299.5]), 5.0, 1.0),
    ],
    praise="The slopes still sum to 1: raise all numbers by h and y rises by h.",
    hint="∂p_m/∂x_k = β p_m (1[m = k] − p_k), as in softmax.",
)

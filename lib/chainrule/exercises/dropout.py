"""The exercises of chapter "Dropout"."""

import numpy as np

from chainrule.exercises import Exercise

# Output 6, p = 0.25: (when kept, on average, variance).
one_unit = Exercise(
    right=[8, 6, 12],
    wrong=[
        (
            [6, 4.5, 6.75],
            "That is dropout without rescaling. Inverted, a kept number is divided by 1 − p.",
        ),
        (
            [24, 6, 108],
            "You divided by p, the share that is dropped. Divide by 1 − p, the share that is kept.",
        ),
        (
            [8, 6, 12**0.5],
            "The last number is the standard deviation; the variance is its square.",
        ),
        (
            [8, 6, 2],
            "The variance lacks a square: it is p/(1 − p) times x², not times x.",
        ),
        (
            [8, 4.5, 12],
            "The expectation counts the kept value 8, not 6: 0.75 · 8 + 0.25 · 0.",
        ),
        (
            [8, 6, 108],
            "p and 1 − p have changed places in the variance: it is p/(1 − p) · x².",
        ),
        (
            [8, 6, 6.75],
            "The variance p(1 − p) x² belongs to m x. Dividing by 1 − p divides it by (1 − p)².",
        ),
    ],
    praise="Right on average, and never right: it sends 8 or nothing.",
    hint="When kept: 6/(1 − p). Then weigh the two outcomes, 8 and 0, with their probabilities.",
)


def _dropout(x, dout, kept, rate):
    mask = kept / (1 - rate)
    return x * mask, dout * mask


_X = np.array([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]])
_G = np.array([[1.0, -1.0, 2.0], [0.5, 3.0, -2.0]])
_KEPT = np.array([[True, False, True], [True, True, False]])

both_passes = Exercise(
    right=_dropout,
    wrong=[
        (
            lambda x, dout, kept, rate: (x * kept, dout * kept),
            "The rescaling is missing, in both passes: divide by 1 − rate.",
        ),
        (
            lambda x, dout, kept, rate: (x * kept / (1 - rate), dout * kept),
            "y is right. dx is not: what was amplified forward is amplified backward, by the same "
            "1/(1 − rate).",
        ),
        (
            lambda x, dout, kept, rate: (x * kept / (1 - rate), dout),
            "y is right. dx is dout unchanged: a dropped number has no effect, so its gradient "
            "is 0.",
        ),
        (
            lambda x, dout, kept, rate: (x * kept / (1 - rate), dout / (1 - rate)),
            "y is right. dx lacks the mask: a dropped number has no effect, so its gradient is 0.",
        ),
        (
            lambda x, dout, kept, rate: (x * kept / rate, dout * kept / rate),
            "You divided by the rate, the share that is dropped. Divide by the share that is kept.",
        ),
        (
            lambda x, dout, kept, rate: (x * kept * (1 - rate), dout * kept * (1 - rate)),
            "You multiplied by 1 − rate, which makes the sums smaller still. Divide.",
        ),
        (
            lambda x, dout, kept, rate: (x * ~kept / (1 - rate), dout * ~kept / (1 - rate)),
            "The mask is inverted: True means that the number stays.",
        ),
        (
            lambda x, dout, kept, rate: (x * kept / (1 - rate), x * kept / (1 - rate)),
            "You returned y twice: dx is made from dout.",
        ),
        (
            lambda x, dout, kept, rate: (x * kept / kept.mean(), dout * kept / kept.mean()),
            "You divided by the share that happened to be kept. The expectation asks for the "
            "probability, 1 − rate.",
        ),
    ],
    cases=[(_X, _G, _KEPT, 0.2), (_X[0], _G[1], _KEPT[0], 0.4)],
    praise="One mask, made once, used twice.",
    hint="Make the mask with its factor once, then multiply x with it, and dout with it.",
)


def _variance(x, w, rate):
    return rate / (1 - rate) * np.sum(w**2 * x**2)


variance = Exercise(
    right=_variance,
    wrong=[
        (
            lambda x, w, rate: rate / (1 - rate) * np.sum(w * x) ** 2,
            "You squared the sum. The coins are independent, so the variances add: square first.",
        ),
        (
            lambda x, w, rate: rate / (1 - rate) * np.sum(x**2),
            "The weights are missing: the variance of w y is w² times that of y.",
        ),
        (
            lambda x, w, rate: rate / (1 - rate) * np.sum(w * x**2),
            "A weight multiplies the variance with its square: w², not w.",
        ),
        (
            lambda x, w, rate: rate * (1 - rate) * np.sum(w**2 * x**2),
            "That is the variance without rescaling. Dividing by 1 − p divides it by (1 − p)².",
        ),
        (
            lambda x, w, rate: (1 - rate) / rate * np.sum(w**2 * x**2),
            "p and 1 − p have changed places: the more is dropped, the larger the noise.",
        ),
        (
            lambda x, w, rate: np.sqrt(rate / (1 - rate) * np.sum(w**2 * x**2)),
            "That is the standard deviation, the root of the variance.",
        ),
        (
            lambda x, w, rate: rate / (1 - rate) * np.mean(w**2 * x**2),
            "You took a mean. The unit adds its inputs up, and variances add with them.",
        ),
    ],
    cases=[
        (np.array([1.0, 2.0, 3.0, 4.0]), np.array([1.0, -0.5, 2.0, 0.3]), 0.2),
        (np.array([-1.0, 0.5]), np.array([2.0, 4.0]), 0.6),
    ],
    praise="A hundred units of equal size: noise a tenth, relative to the sum, at p = ½.",
    hint="Var[y_i] = p/(1 − p) x_i². Multiply with w_i², then add.",
)


_W = np.array([[1.0, -2.0, 0.5], [3.0, 0.0, 1.0]])
_B = np.array([0.5, -1.0, 2.0])

adopt = Exercise(
    right=lambda W, b, rate: ((1 - rate) * W, b),
    wrong=[
        (
            lambda W, b, rate: ((1 - rate) * W, (1 - rate) * b),
            "The bias is scaled as well. It was never dropped: it was added after the sum.",
        ),
        (
            lambda W, b, rate: (W / (1 - rate), b),
            "You divided. In training the sums were too small by 1 − p, and the weights were "
            "learned for those small sums: now that x comes whole, multiply.",
        ),
        (
            lambda W, b, rate: (rate * W, b),
            "You multiplied with the rate. What remained on average was the share that is kept.",
        ),
        (
            lambda W, b, rate: (W, b),
            "Nothing has changed: the layer now receives sums 1/(1 − p) times as large as in "
            "training.",
        ),
    ],
    cases=[(_W, _B, 0.2), (_W[:, :2], _B[:2], 0.6)],
    praise="The factor of the first convention, moved into the weights once and for all.",
    hint="Write down E[(m x) W + b].",
)


def _channels(x, dout, kept, rate):
    mask = kept[:, :, np.newaxis, np.newaxis] / (1 - rate)
    return x * mask, dout * mask


def _along(kept, x, first):
    """`kept`, reshaped to broadcast along two axes of x, from axis `first` on."""
    shape = [1] * 4
    shape[first : first + 2] = kept.shape
    return kept.reshape(shape)


_IMAGES = np.arange(1.0, 17.0).reshape(2, 2, 2, 2)
_DIMAGES = np.array([0.5, -1.0, 2.0, 0.3, 1.0, -0.7, 0.2, 1.5] * 2).reshape(2, 2, 2, 2) - 0.1
_TALL = np.arange(1.0, 37.0).reshape(2, 3, 3, 2)
_DTALL = np.cos(_TALL)

channels = Exercise(
    right=_channels,
    wrong=[
        (
            lambda x, dout, kept, rate: (x * _along(kept, x, 0), dout * _along(kept, x, 0)),
            "The rescaling is missing. A number is still kept with probability 1 − p, with its "
            "neighbours or alone: divide by 1 − rate.",
        ),
        (
            lambda x, dout, kept, rate: (x * kept / (1 - rate), dout * kept / (1 - rate)),
            "The mask lies along the wrong axes: NumPy lays (N, C) along H and W. Give it two "
            "axes of length 1 at the end. (The sizes are equal here, so nothing complained.)",
        ),
        (
            lambda x, dout, kept, rate: (
                x * _along(kept, x, 0) / (1 - rate),
                dout * _along(kept, x, 0),
            ),
            "y is right. dx lacks the factor 1/(1 − rate).",
        ),
        (
            lambda x, dout, kept, rate: (x * _along(kept, x, 0) / (1 - rate), dout),
            "y is right. dx lacks the mask: a dropped channel has no effect.",
        ),
        (
            lambda x, dout, kept, rate: (
                x * _along(kept, x, 0) / (1 - rate) / x[0, 0].size,
                dout * _along(kept, x, 0) / (1 - rate) / x[0, 0].size,
            ),
            "You divided by H · W as well. The expectation of each single number has to be right, "
            "however many fall together.",
        ),
        (
            lambda x, dout, kept, rate: (
                x * kept[:1, :, np.newaxis, np.newaxis] / (1 - rate),
                dout * kept[:1, :, np.newaxis, np.newaxis] / (1 - rate),
            ),
            "The first image's coins decide for all images. Each image has its own: kept is "
            "(N, C).",
        ),
    ],
    cases=[
        (_IMAGES, _DIMAGES, np.array([[True, False], [True, True]]), 0.2),
        (_TALL, _DTALL, np.array([[True, False, True], [False, True, True]]), 0.4),
    ],
    praise="A channel says the same thing in many places, so it is silenced as a whole.",
    hint="Only the shape of the mask is new: one number a channel, repeated over its pixels.",
)

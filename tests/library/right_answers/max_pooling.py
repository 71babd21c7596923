"""Other right answers, right mutants and wrong answers of "Max pooling"."""

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from chainrule import col2im, im2col


def average_place_by_place(x, dout, size, stride):
    OH, OW = dout.shape[2:]
    y, dx = np.zeros_like(dout), np.zeros_like(x)
    for u, v in np.ndindex(size, size):
        place = (..., slice(u, u + stride * OH, stride), slice(v, v + stride * OW, stride))
        y += x[place] / size**2
        dx[place] += dout / size**2
    return y, dx


def average_by_windows(x, dout, size, stride):
    windows = sliding_window_view(x, (size, size), axis=(2, 3))[:, :, ::stride, ::stride]
    shares = np.broadcast_to(dout[..., None, None] / size**2, windows.shape)
    rows = shares.transpose(0, 2, 3, 1, 4, 5).reshape(-1, x.shape[1] * size**2)
    return [windows.mean((4, 5)), col2im(rows, x.shape, size, size, stride)]


def soft_by_the_jacobian(x, beta, dout):
    p = np.exp(beta * x - np.max(beta * x))
    p = p / p.sum()
    return (p * x).sum(), dout * (p + beta * (np.diag(p) - np.outer(p, p)) @ x)


def soft_by_log_sum_exp(x, beta, dout):
    top = max(beta * x)
    p = np.exp(beta * x - top - np.log(np.exp(beta * x - top).sum()))
    y = np.average(x, weights=p)
    return [y, [dout * w + dout * beta * w * (v - y) for w, v in zip(p, x, strict=True)]]


def soft_taking_the_largest(x, beta, dout):
    return x.max(), dout * (x == x.max())


def average_of_each_row(x, dout, size, stride):
    """The mean over all channels of a patch."""
    N, C, OH, OW = dout.shape
    means = im2col(x, size, size, stride).mean(axis=1).reshape(N, 1, OH, OW)
    return np.repeat(means, C, axis=1), average_place_by_place(x, dout, size, stride)[1]


RIGHT = {
    "sizes": [(14, 56, 6), np.array([14, 56, 6]), [14.0, 56.0, 6.0]],
    "by_hand": [
        np.array([[0, 0, 0], [0, 6, 0], [0, 0, -4]]),
        ((0.0, 0.0, 0.0), (0.0, 6.0, 0.0), (0.0, 0.0, -4.0)),
    ],
    "safe_step": [
        lambda window: -np.diff(sorted(window, reverse=True))[0],
        lambda window: window.max() - np.delete(window, window.argmax()).max(),
        lambda window: float(np.diff(np.partition(window, -2)[-2:])[0]),
    ],
    "average": [average_place_by_place, average_by_windows],
    "soft": [soft_by_the_jacobian, soft_by_log_sum_exp],
}

OPTION = "in an option of the wrong answers, which the right one does not take"
EQUIVALENT = {
    "average": {
        "`1` becomes `2`": "NumPy infers a length that is given as -2 as it does for -1",
        "`np.ones_like` becomes `np.zeros_like`": OPTION,
        "`0` becomes `1`": OPTION,
    },
    "soft": {"`p @ x` becomes `x @ p`": "the dot product of two vectors has no order"},
}

WRONG = {
    "average": [average_of_each_row],
    "soft": [soft_taking_the_largest],
}

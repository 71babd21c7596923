"""Other right answers, right mutants and wrong answers of "Softmax with loss"."""

import numpy as np


def temperature_by_loops(x, t, T):
    e = [np.exp((score - max(x)) / T) for score in x]
    return [(e[c] / sum(e) - t[c]) / T for c in range(len(x))]


def temperature_through_the_jacobian(x, t, T):
    e = np.exp((x - x.max()) / T)
    y = e / e.sum()
    return (np.diag(y) - np.outer(y, y)) @ (-t / y) / T


def loss_and_gradient_one_by_one(x, t):
    losses, slopes = [], []
    for score, truth in zip(x, t, strict=True):
        losses.append(np.logaddexp(0, score) - score * truth)
        slopes.append(0.5 * (1 + np.tanh(score / 2)) - truth)
    return sum(losses) / len(x), [slope / len(x) for slope in slopes]


def loss_from_two_scores(x, t):
    logits = np.stack([np.zeros_like(x), x], axis=1)
    top = logits.max(axis=1, keepdims=True)
    log_y = logits - top - np.log(np.exp(logits - top).sum(axis=1, keepdims=True))
    loss = -np.mean((1 - t) * log_y[:, 0] + t * log_y[:, 1])
    return [loss, (np.exp(log_y[:, 1]) - t) / len(t)]


def backward_with_jacobians(y, dout):
    return [(np.diag(row) - np.outer(row, row)) @ d for row, d in zip(y, dout, strict=True)]


def backward_by_loops(y, dout):
    dx = np.zeros_like(y)
    N, C = y.shape
    for n in range(N):
        for j in range(C):
            for i in range(C):
                dx[n, j] += dout[n, i] * y[n, i] * ((i == j) - y[n, j])
    return dx


RIGHT = {
    "pencil": [
        (1.386, [0.125, -0.75, 0.625]),
        (1.3863, [0.125, -0.75, 0.625]),
        [1.38629, (0.125, -0.75, 0.625)],
        (2 * np.log(2), np.array([1 / 8, -3 / 4, 5 / 8])),
        (np.log(8) - np.log(2), [1 / 8, 2 / 8 - 1, 5 / 8]),
    ],
    "temperature": [temperature_by_loops, temperature_through_the_jacobian],
    "binary_cross_entropy": [loss_and_gradient_one_by_one, loss_from_two_scores],
    "softmax_backward": [backward_with_jacobians, backward_by_loops],
}

EQUIVALENT = {
    "binary_cross_entropy": {
        "`x >= 0` becomes `x > 0`": "at x = 0 both branches are 1: e is exp(0)",
    },
    "softmax_backward": {
        "`-1` becomes `1`": "of an array (N, C), axis 1 is the last",
    },
}

WRONG = {
    "pencil": [
        (1.4, [0.125, -0.75, 0.625]),
        (1.386, [0.1, -0.8, 0.6]),
        (np.log(5), [1 / 8, -3 / 4, 5 / 8]),
    ],
}

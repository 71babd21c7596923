"""Other right answers to the exercises of chapter "Dropout", and wrong ones."""

import itertools

import numpy as np


def both_passes_by_where(x, dout, kept, rate):
    factor = 1 / (1 - rate)
    return [np.where(kept, factor * x, 0), np.where(kept, factor * dout, 0)]


def both_passes_by_choice(x, dout, kept, rate):
    y, dx = np.zeros_like(x), np.zeros_like(dout)
    y[kept], dx[kept] = x[kept] / (1 - rate), dout[kept] / (1 - rate)
    return y, dx


def fresh_mask(x, dout, kept, rate):
    other = np.roll(kept, 1)
    return x * kept / (1 - rate), dout * other / (1 - rate)


def rescaled_at_the_test(x, dout, kept, rate):
    return x * kept, dout * kept / (1 - rate)


def variance_over_all_masks(x, w, rate):
    total = square = 0.0
    for mask in itertools.product([0, 1], repeat=len(x)):
        mask = np.array(mask)
        probability = np.prod(np.where(mask, 1 - rate, rate))
        received = w @ (mask * x) / (1 - rate)
        total, square = total + probability * received, square + probability * received**2
    return square - total**2


def adopted_by_probing(W, b, rate):
    at_zero = b
    return np.array([(1 - rate) * row for row in np.eye(len(W)) @ W]), at_zero + 0.0


def channels_by_repeating(x, dout, kept, rate):
    mask = np.repeat(kept, x.shape[2] * x.shape[3], axis=1).reshape(x.shape)
    return both_passes_by_where(x, dout, mask, rate)


def channels_by_loops(x, dout, kept, rate):
    y, dx = np.zeros(x.shape), np.zeros(x.shape)
    for n, c in zip(*np.nonzero(kept), strict=True):
        y[n, c] = x[n, c] / (1 - rate)
        dx[n, c] = dout[n, c] / (1 - rate)
    return y, dx


RIGHT = {
    "one_unit": [(8, 6, 12), np.array([8.0, 6.0, 12.0])],
    "both_passes": [both_passes_by_where, both_passes_by_choice],
    "variance": [
        variance_over_all_masks,
        lambda x, w, rate: (1 / (1 - rate) - 1) * np.dot(w * x, w * x),
    ],
    "adopt": [adopted_by_probing, lambda W, b, rate: [(W - rate * W).tolist(), b.tolist()]],
    "channels": [channels_by_repeating, channels_by_loops],
}

EQUIVALENT = {}

WRONG = {
    "one_unit": [[8, 6, 36], [6, 6, 12]],
    "both_passes": [fresh_mask, rescaled_at_the_test],
    "variance": [lambda x, w, rate: rate / (1 - rate) * (w @ x) ** 2 / len(x)],
    "adopt": [lambda W, b, rate: (W, b / (1 - rate))],
    # One coin a picture, or one a channel for the whole batch.
    "channels": [
        lambda x, dout, kept, rate: channels_by_loops(x, dout, kept[:, :1] & (kept | True), rate),
        lambda x, dout, kept, rate: channels_by_loops(x, dout, kept[:1] & (kept | True), rate),
    ],
}

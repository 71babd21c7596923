"""Other right answers to the exercises of chapter "Initialization", and wrong ones."""

import math

import numpy as np


def mean_square_by_steps(L, n, std, q0):
    kept = q0
    for layer in range(1, L + 1):
        a = n * std**2 * kept
        if layer == L:
            return a
        kept = a / 2


def fans_by_counting(shape):
    inside = math.prod(shape[2:])
    d, m = (shape[0], shape[1]) if len(shape) == 2 else (shape[1], shape[0])
    return [d * inside, m * inside]


def fans_of_an_array(shape):
    w = np.empty(shape)
    if w.ndim == 2:
        return np.array(w.shape)
    return np.array([w[0].size, w[:, 0].size])


def lsuv_in_place_of_the_copy(x, weights):
    y = x
    new = [np.array(W) for W in weights]
    for W in new:
        W /= np.linalg.norm(y @ W) / math.sqrt(len(y) * W.shape[1])
        y = (y @ W).clip(min=0)
    return tuple(new)


def lsuv_with_old_outputs(x, weights):
    # ReLU(c a) = c ReLU(a): the scales of the layers before can be divided out at the end.
    y, before, new = x, 1.0, []
    for W in weights:
        a = y @ W
        size = math.sqrt(np.mean(a * a))
        new.append(W * (before / size))
        before = size
        y = np.where(a > 0, a, 0)
    return new


def lsuv_after_the_relu(x, weights):
    y, new = x, []
    for W in weights:
        y = np.maximum(y @ W, 0)
        size = math.sqrt(np.mean(y**2))
        new.append(W / size)
        y = y / size
    return new


RIGHT = {
    "mean_square": [
        mean_square_by_steps,
        lambda L, n, std, q0: 2 * q0 * math.exp(L * math.log(n * std * std / 2)),
        lambda L, n, std, q0: np.array(q0 * (n * std**2) ** L / 2 ** (L - 1)),
    ],
    "fans": [fans_by_counting, fans_of_an_array],
    "leaky_std": [
        lambda n, alpha: (n * (0.5 + 0.5 * alpha**2)) ** -0.5,
        lambda n, alpha: math.sqrt(2) / math.hypot(1, alpha) / math.sqrt(n),
    ],
    "lsuv": [lsuv_in_place_of_the_copy, lsuv_with_old_outputs],
}

EQUIVALENT = {}

WRONG = {
    # Xavier's variance for a ReLU network: nothing is halved, and all layers see pixels.
    "mean_square": [lambda L, n, std, q0: n * std**2 * q0, lambda L, n, std, q0: 2 * q0],
    "fans": [lambda shape: (shape[0], shape[0]), lambda shape: (shape[-1], shape[-2])],
    "leaky_std": [lambda n, alpha: math.sqrt(2 / n) / (1 + alpha), lambda n, alpha: n**-0.5],
    "lsuv": [lsuv_after_the_relu],
}

"""Other right answers to the exercises of chapter "Vanishing gradients", and wrong ones."""

import math

import numpy as np


def bound_in_a_loop(weights):
    bound = 1.0
    for w in weights:
        bound *= abs(w) / 4
    return bound


def bound_of_the_product(weights):
    return abs(math.prod(weights)) / 4 ** len(weights)


def window_by_arcosh(w):
    """w σ'(z) = 1 where 2 + 2 cosh z = |w|."""
    size = abs(w)
    return 2 * math.acosh((size - 2) / 2) / size if size >= 4 else 0


def window_by_a_quadratic(w):
    """e^z = u solves u² − (|w| − 2) u + 1 = 0; the two solutions are the ends."""
    a = abs(w)
    if a <= 4:
        return 0.0
    roots = np.roots([1, 2 - a, 1])
    return float(np.ptp(np.log(roots))) / a


def window_by_halving(w):
    a = abs(w)
    low, high = 0.0, 60.0
    if a < 4:
        return 0
    for _ in range(100):
        middle = (low + high) / 2
        e = math.exp(-middle)
        low, high = (middle, high) if a * e / (1 + e) ** 2 > 1 else (low, middle)
    return 2 * high / a


def blocked_in_a_loop(norms):
    steps = [norms[k + 1] / norms[k] for k in range(len(norms) - 1)]
    return 1 + steps.index(max(steps))


def blocked_by_logarithms(norms):
    return np.argmax(np.diff(np.log(norms))) + 1


def residual_in_a_loop(slopes):
    slope = 1.0
    for s in slopes:
        slope += slope * s
    return slope


def residual_by_logarithms(slopes):
    return math.exp(sum(math.log1p(s) for s in slopes))


def norms_by_pushing_through(x, weights, dout):
    """Layer by layer, each time with a walk from the end of its own."""
    ys = [x]
    for W in weights:
        ys.append(1 / (1 + np.exp(-ys[-1] @ W)))
    norms = []
    for layer in range(len(weights)):
        signal = dout
        for above in range(len(weights) - 1, layer, -1):
            signal = (signal * ys[above + 1] * (1 - ys[above + 1])) @ weights[above].T
        signal = signal * ys[layer + 1] * (1 - ys[layer + 1])
        norms.append(math.sqrt(((ys[layer].T @ signal) ** 2).sum()))
    return norms


def norms_recursively(x, weights, dout):
    def walk(y, rest):
        """The norms of the layers in `rest`, and the gradient of y."""
        if not rest:
            return [], dout
        out = np.exp(y @ rest[0]) / (1 + np.exp(y @ rest[0]))
        norms, signal = walk(out, rest[1:])
        signal = signal * out * (1 - out)
        return [np.linalg.norm(y.T @ signal), *norms], signal @ rest[0].T

    return tuple(walk(x, weights)[0])


RIGHT = {
    "chain_bound": [bound_in_a_loop, bound_of_the_product],
    "window": [window_by_arcosh, window_by_a_quadratic, window_by_halving],
    "blocked_layer": [blocked_in_a_loop, blocked_by_logarithms],
    "residual": [residual_in_a_loop, residual_by_logarithms],
    "norms_by_hand": [norms_by_pushing_through, norms_recursively],
}

EQUIVALENT = {
    "window": {"`abs(w) > 4` becomes `abs(w) >= 4`": "at |w| = 4 the formula gives 0 too"},
}


WRONG = {
    "chain_bound": [lambda weights: abs(sum(weights)) / 4, lambda weights: 0.5 ** len(weights)],
    "blocked_layer": [lambda norms: len(norms) - blocked_in_a_loop(norms)],
    "window": [lambda w: window_by_arcosh(w) / 2],
}

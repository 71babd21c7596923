"""Other right answers to the exercises of chapter "The sigmoid", and wrong ones."""

import math

import numpy as np


def one_by_one(f):
    """A function of one number x and its upstream gradient, made to take arrays."""

    def of_arrays(x, dout):
        pairs = [f(float(a), float(g)) for a, g in zip(x.ravel(), dout.ravel(), strict=True)]
        return [np.reshape(part, x.shape) for part in zip(*pairs, strict=True)]

    return of_arrays


def sigmoid(x):
    return 1 / (1 + math.exp(-x)) if x > 0 else math.exp(x) / (1 + math.exp(x))


@one_by_one
def softplus_by_case(x, g):
    if x > 0:
        return x + math.log1p(math.exp(-x)), g * sigmoid(x)
    return math.log1p(math.exp(x)), g * sigmoid(x)


def softplus_by_logaddexp(x, dout):
    return np.logaddexp(0, x), dout * (1 + np.tanh(x / 2)) / 2


@one_by_one
def tanh_by_its_definition(x, g):
    y = (math.exp(x) - math.exp(-x)) / (math.exp(x) + math.exp(-x))
    return y, g * (1 + y) * (1 - y)


@one_by_one
def swish_by_the_product_rule(x, g):
    s = sigmoid(x)
    y = x * s
    return y, g * (y + s * (1 - y))


def swish_by_two_roads(x, dout):
    s = (1 + np.tanh(x / 2)) / 2
    in_front, through_sigmoid = dout * s, dout * x * s * (1 - s)
    return x * s, in_front + through_sigmoid


@one_by_one
def hard_sigmoid_by_case(x, g):
    if x <= -3:
        return 0.0, 0.0
    if x >= 3:
        return 1.0, 0.0
    return (x + 3) / 6, g / 6


def hard_sigmoid_from_the_output(x, dout):
    y = np.maximum(0, np.minimum(1, (x + 3) / 6))
    return y, np.where((y == 0) | (y == 1), 0, dout / 6)


RIGHT = {
    "by_pencil": [(0.8, 0.16, 0.2, 7.389), [4 / 5, 4 / 25, 1 / 5, 7.39]],
    "backward": [
        lambda y, dout: dout * (0.25 - (y - 0.5) ** 2),
        lambda y, dout: (y - y * y) * dout,
        lambda y, dout: np.einsum("...,...,...->...", dout, y, 1 - y),
    ],
    "softplus": [softplus_by_case, softplus_by_logaddexp],
    "tanh": [tanh_by_its_definition, lambda x, dout: (np.tanh(x), dout / np.cosh(x) ** 2)],
    "swish": [swish_by_the_product_rule, swish_by_two_roads],
    "swish_turn": [-1.278, -1.28, np.float64(-1.27846)],
    "hard_sigmoid": [hard_sigmoid_by_case, hard_sigmoid_from_the_output],
}

AT_ZERO = "both forms of the sigmoid are right at 0"
EQUIVALENT = {
    "softplus": {"`x >= 0` becomes `x > 0`": AT_ZERO},
    "tanh": {"`x >= 0` becomes `x > 0`": AT_ZERO},
    "swish": {"`x >= 0` becomes `x > 0`": AT_ZERO},
}


def slope_on_the_left_corner(x, dout):
    y, _ = hard_sigmoid_from_the_output(x, dout)
    return y, dout * ((x >= -3) & (x < 3)) / 6


def softplus_with_a_slope_that_overflows(x, dout):
    with np.errstate(all="ignore"):
        return np.logaddexp(0, x), dout * np.exp(x) / (1 + np.exp(x))


WRONG = {
    "by_pencil": [[0.8, 1 / 6, 0.2, 7.39], [0.8, 0.16, 0.2, 2 * np.e]],
    "hard_sigmoid": [slope_on_the_left_corner],
    "softplus": [softplus_with_a_slope_that_overflows],
    "swish_turn": [-1.27, -1.29],
}

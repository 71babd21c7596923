"""The exercises of chapter "ReLU"."""

import numpy as np

from chainrule.exercises import Exercise

# x = [2, −1, 0, 0.5], dout = [−1, 3, 4, 2]
four_gates = Exercise(
    right=[-1, 0, 0, 2],
    wrong=[
        (
            [0, 3, 4, 2],
            "The mask was taken from the sign of dout. The gate asks whether x is positive; a "
            "negative gradient passes an open gate like any other.",
        ),
        (
            [-1, 0, 4, 2],
            "You let the gradient through at x = 0. The slope there is a choice, and this book's "
            "is 0.",
        ),
        ([1, 0, 0, 1], "That is the mask. The gradient is the mask times dout."),
        (
            [2, 0, 0, 0.5],
            "That is the forward pass, max(x, 0). Backward, the mask multiplies dout.",
        ),
        (
            [-2, 0, 0, 1],
            "You multiplied dout by the output. The local derivative is the slope, 1 or 0, and "
            "not y.",
        ),
        (
            [0, 3, 4, 0],
            "The gates are the wrong way round: those with a positive x are open.",
        ),
    ],
    praise="The signs of dout never mattered.",
    hint="Write 1 or 0 under each x first, then multiply with dout.",
)


def _leaky(x, dout, a):
    slope = np.where(x > 0, 1.0, a)
    return slope * x, slope * dout


def _y(x, a):
    return np.where(x > 0, x, a * x)


leaky = Exercise(
    right=_leaky,
    wrong=[
        (
            lambda x, dout, a: (_y(x, a), dout * (x > 0)),
            "The forward pass leaks, the backward pass does not: for x ≤ 0 the slope is a, and "
            "not 0.",
        ),
        (
            lambda x, dout, a: (_y(x, a), np.where(x > 0, dout, a)),
            "For x ≤ 0 you handed back a alone. The upstream gradient is missing: dout times a.",
        ),
        (
            lambda x, dout, a: (_y(x, a), np.where(x > 0, dout, a * x)),
            "For x ≤ 0 you handed back a·x, which is the value. The gradient is a times dout.",
        ),
        (
            lambda x, dout, a: (_y(x, a), np.where(dout > 0, dout, a * dout)),
            "The mask was taken from the sign of dout; it belongs to x.",
        ),
        (
            lambda x, _, a: (_y(x, a), np.where(x > 0, 1.0, a)),
            "The slopes are right, but dout is ignored: multiply by it.",
        ),
        (
            lambda x, dout, a: (_y(x, -a), dout * np.where(x > 0, 1.0, -a)),
            "The sign of the leak is wrong: for x ≤ 0, y = a·x is negative.",
        ),
        (
            lambda x, dout, a: (_y(x, a), dout * np.where(x >= 0, 1.0, a)),
            "Only x = 0 is wrong: the slope there should be a, and yours is 1. It is a choice, but "
            "make it once.",
        ),
    ],
    cases=[
        (np.array([1.0, -2.0, 3.0, -4.0]), np.array([1.0, 2.0, -3.0, -5.0]), 0.01),
        (np.array([[0.5, -1.5], [-0.3, 0.0]]), np.array([[-1.0, 0.5], [2.0, 3.0]]), 0.2),
    ],
    praise="With a = 0 it is ReLU, with a = 1 the identity; learn a and it is called PReLU.",
    hint="One array of slopes, 1 or a, serves both passes.",
)


def _dead_units(H):
    return (H == 0).all(axis=0).sum()


dead_units = Exercise(
    right=_dead_units,
    wrong=[
        (
            lambda H: (H == 0).all(axis=1).sum(),
            "You counted the samples for which every unit is zero. Units are columns: ask along "
            "axis 0.",
        ),
        (
            lambda H: (H == 0).any(axis=0).sum(),
            "You counted the units that are zero on at least one sample. A dead unit is zero on "
            "all of them.",
        ),
        (
            lambda H: (H == 0).sum(),
            "You counted zeros. A unit that is closed on some samples is healthy.",
        ),
        (lambda H: (H != 0).any(axis=0).sum(), "You counted the living."),
        (
            lambda H: (H == 0).all(axis=0),
            "That says of each unit whether it is dead. Count the True ones.",
        ),
    ],
    cases=[
        (
            np.array(
                [
                    [0.0, 1.2, 0.0, 0.0, 0.7],
                    [0.0, 0.0, 0.0, 2.0, 0.1],
                    [0.0, 0.0, 0.0, 0.0, 0.0],
                ]
            ),
        ),
        (np.array([[0.0, 0.0, 0.3], [0.0, 0.0, 0.0]]),),
    ],
    praise="Keep it at hand: it is the first thing to count when a ReLU network stops learning.",
    hint="`(H == 0)` has the shape of H; reduce it along the axis of the samples.",
)

_C, _K = np.sqrt(2 / np.pi), 0.044715


def _gelu(x, dout, in_front=1.0, inside=1.0, inner=3.0, du=True, slope_of_tanh=True):
    tanh = np.tanh(_C * (x + _K * x**3))
    slope = (1 - tanh**2 if slope_of_tanh else tanh) * (_C * (1 + inner * _K * x**2) if du else 1.0)
    return dout * (in_front * 0.5 * (1 + tanh) + inside * 0.5 * x * slope)


gelu_backward = Exercise(
    right=_gelu,
    wrong=[
        (
            lambda x, dout: _gelu(x, dout, inside=0.0),
            "One of the two roads is missing: x also stands inside tanh.",
        ),
        (
            lambda x, dout: _gelu(x, dout, in_front=0.0),
            "One of the two roads is missing: x also stands in front, where its factor is "
            "½(1 + tanh u).",
        ),
        (
            lambda x, dout: _gelu(x, dout, du=False),
            "The chain stops at u: multiply the inner road by du/dx.",
        ),
        (
            lambda x, dout: _gelu(x, dout, inner=1.0),
            "The derivative of x³ is 3x²; the factor 3 is missing in du/dx.",
        ),
        (
            lambda x, dout: _gelu(x, dout, slope_of_tanh=False),
            "You used tanh where its slope 1 − tanh² belongs.",
        ),
        (
            lambda x, _: _gelu(x, 1.0),
            "The slope is right, but the upstream gradient is ignored.",
        ),
    ],
    cases=[
        (np.array([0.5, -1.0, 2.0]), np.array([1.0, -2.0, 0.5])),
        (np.array([[-0.2, 1.3], [0.9, -3.0]]), np.array([[0.7, 1.1], [-0.4, 2.0]])),
    ],
    praise="The slope is above 1 for x > 0.752 (at most 1.129, at x = 1.418) and below 0 for "
    "x < −0.752 (never below −0.129): the curve has its lowest point, −0.170, at x = −0.752.",
    hint="dx is a sum of two terms, one for each place where x is used (product rule).",
)

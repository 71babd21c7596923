"""What the explorables must say in a given state, computed with the library alone."""

from decimal import ROUND_HALF_UP, Decimal
from functools import cache

import numpy as np

import chainrule as cr
from chainrule.explore import gradient_table

UP = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
DOWN = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")
LAYERS = {"sigmoid": cr.Sigmoid, "tanh": cr.Tanh, "ReLU": cr.ReLU}


def shown(value, digits):
    """A positive number to so many significant digits, as the explorables write it."""
    # Halves are rounded up, as JavaScript does; Python's own formatting rounds them to even.
    exact = Decimal(value)
    place = Decimal(1).scaleb(exact.adjusted() - digits + 1)
    rounded = exact.quantize(place, ROUND_HALF_UP)
    mantissa, exponent = f"{rounded:.{digits - 1}e}".split("e")
    exponent = int(exponent)
    if -4 <= exponent <= 4:
        return f"{float(f'{mantissa}e{exponent}'):.{max(0, digits - 1 - exponent)}f}"
    return f"{mantissa}e{exponent}"


def sigmoid_numbers(x, n):
    layer = cr.Sigmoid()
    y = float(layer.forward(np.array([x]))[0])
    slope = float(layer.backward(np.ones(1))[0])
    decimals = 3 - int(np.floor(np.log10(min(y, 1 - y))))
    return {
        "x": f"{x:.1f}".replace("-", "−"),
        "n": str(n).translate(UP),
        "y": f"{y:.{decimals}f}",
        "slope": shown(slope, 4),
        "product": shown(slope**n, 2),
        "best": shown(0.25**n, 2),
    }


@cache
def norms_of(activation, scale, normalized):
    """One pass of the library, at a position of the scale's slider."""
    layer = LAYERS[activation] if isinstance(activation, str) else activation
    return gradient_table.passes(layer, gradient_table.SCALES[scale], normalized)[1]


def vanishing_numbers(activation, scale, normalized, depth):
    norms = norms_of(activation, scale, normalized)[depth - 1]
    # The table keeps a norm to within 0.25 percent, which is what two digits are shown of.
    first, last = (10 ** (round(500 * np.log10(norm)) / 500) for norm in (norms[0], norms[-1]))
    ratio = first / last
    assert abs(ratio * norms[-1] / norms[0] - 1) < 0.005
    if depth == 1:
        verdict = "alone"
    elif ratio < 0.01:
        verdict = "vanishes"
    elif ratio > 100:
        verdict = "explodes"
    else:
        verdict = "passes" if ratio < 1 else "passes_more"
    sigmoid = activation == "sigmoid"
    return {
        "depth": depth,
        "ratio": shown(ratio, 2),
        "first": shown(first, 2),
        "last": shown(last, 2),
        "d": str(depth).translate(DOWN),
        "passed": depth - 1,
        "power": str(depth - 1).translate(UP),
        "steepest": "¼" if sigmoid else "1",
        "bound": shown(0.25 ** (depth - 1), 2) if sigmoid and depth > 1 else "1",
        "verdict": verdict,
    }

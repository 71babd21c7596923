"""What the explorables must say in a given state, computed with the library alone."""

from decimal import ROUND_HALF_UP, Decimal
from functools import cache

import numpy as np

import chainrule as cr

UP = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
DOWN = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")
LAYERS = {"sigmoid": cr.Sigmoid, "tanh": cr.Tanh, "ReLU": cr.ReLU}


class Square(cr.Layer):
    """An activation of a reader's own that grows beyond all bounds within a few layers."""

    def forward(self, x):
        self._cache = x
        return x * x

    def backward(self, dout):
        return 2 * self._cache * dout


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
def gradient_norms(activation, scale, normalized, depth):
    """‖∂L/∂Y‖ of layers 1 … depth, at a position of the scale's slider: a network of its own for
    every state, where `gradient_table` shares one among all depths.
    """
    x, t, _, _ = cr.load_digits()
    rng = np.random.default_rng(0)
    std = 0.125 * 2 ** ((scale - 8) / 2)
    weights = [std * rng.standard_normal((64, 64)) for _ in range(30)]
    last = std / 0.125 * cr.xavier((64, 10), rng)
    layers = {}
    for i, W in enumerate(weights[:depth], start=1):
        layers[f"affine{i}"] = cr.Affine(W, np.zeros(64))
        if normalized:
            layers[f"normalization{i}"] = cr.BatchNormalization(np.ones(64), np.zeros(64))
        layers[f"activation{i}"] = LAYERS.get(activation, activation)()
    net = cr.Sequential(**layers, last=cr.Affine(last, np.zeros(10)))
    loss = cr.SoftmaxWithLoss()
    loss.forward(net.forward(x[:64]), t[:64])
    gradient, norms = loss.backward(), []
    for layer in reversed(net.layers.values()):
        gradient = layer.backward(gradient)
        if isinstance(layer, cr.Affine):  # what comes out below it arrived at the layer before
            norms.append(np.linalg.norm(gradient))
    return norms[-2::-1]  # that of the pixels is left out


def vanishing_numbers(activation, scale, normalized, depth):
    norms = gradient_norms(activation, scale, normalized, depth)
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

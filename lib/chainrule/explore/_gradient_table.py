"""The numbers of `vanishing_gradients`: gradients and activations of many networks, compressed.

For each activation, scale of the weights, depth d, and with or without batch normalization, a
network 64 → 64 → … → 64 → 10 with d hidden layers runs forward and backward on one batch of digits.
The first layers do not depend on those after them, so one forward pass is enough for all depths.
"""

from functools import cache, lru_cache

import numpy as np

from chainrule.data import load_digits
from chainrule.explore._activations import histogram, shape_of
from chainrule.init import xavier
from chainrule.layers import Affine, BatchNormalization
from chainrule.losses import SoftmaxWithLoss

DEPTH, WIDTH, BATCH, SEED = 30, 64, 64, 0
# Exponents s: the standard deviation is 2^(s/2) times Xavier's, from a sixteenth to four times it.
# He's is one step above Xavier's. With larger weights tanh networks are so chaotic that rounding
# errors, which depend on the machine, would show.
SCALES = tuple(range(-8, 5))
XAVIER, HE = SCALES.index(0), SCALES.index(1)
BINS = 21  # odd, so that zero, or one half, lies within a bin and not between two
# log₁₀ of a norm is rounded to a multiple of 1/500: an error of at most 0.25 percent.
PER_DECADE = 500
LIMIT = 300  # norms above 1e300 count as infinite, below 1e-300 as zero

_BASE64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"


def standard_deviation(scale):
    """The standard deviation of the weights for an exponent of SCALES."""
    return 2 ** (scale / 2) * (2 / (WIDTH + WIDTH)) ** 0.5


def passes(activation, scale, normalized):
    """One forward pass through all DEPTH layers and a backward pass for every depth.

    Parameters
    ----------
    activation : class or function
        Returns a layer.
    scale : int
        An exponent of SCALES.
    normalized : bool
        Whether batch normalization stands between each Affine and its activation.

    Returns
    -------
    outputs : list of DEPTH arrays of shape (BATCH, WIDTH)
        The output of each layer.
    norms : list of DEPTH lists
        norms[d − 1][l − 1] is ‖∂L/∂Y_l‖, the norm of the gradient with respect to the output of
        layer l, in a network of d layers.
    """
    x, t = _batch()
    rng = np.random.default_rng(SEED)
    factor = 2 ** (scale / 2)
    blocks, outputs, y = [], [], x
    for _ in range(DEPTH):
        block = [Affine(factor * xavier((WIDTH, WIDTH), rng), np.zeros(WIDTH))]
        if normalized:
            block.append(BatchNormalization(np.ones(WIDTH), np.zeros(WIDTH)))
        block.append(activation())
        for layer in block:
            y = layer.forward(y)
        blocks.append(block)
        outputs.append(y)
    last = Affine(factor * xavier((WIDTH, 10), rng), np.zeros(10))
    loss = SoftmaxWithLoss()
    norms = []
    for depth in range(1, DEPTH + 1):
        loss.forward(last.forward(outputs[depth - 1]), t)
        gradient = last.backward(loss.backward())
        arriving = [np.linalg.norm(gradient)]
        for block in reversed(blocks[1:depth]):
            for layer in reversed(block):
                gradient = layer.backward(gradient)
            arriving.append(np.linalg.norm(gradient))
        norms.append(arriving[::-1])
    return outputs, norms


@lru_cache(maxsize=8)
def tabulate(activation):
    """All networks with one activation, compressed for `vanishing_gradients.js`.

    Parameters
    ----------
    activation : class or function
        Returns a layer.

    Returns
    -------
    dict
        low, high (range of the histograms), open (whether values may lie below it, above it),
        steepest (the activation's largest slope; None if it is unbounded), gradients and histograms
        (texts: see `_pack` and `histogram`).
    """
    low, high, is_open, steepest = shape_of(activation)
    gradients, histograms = [], []
    for normalized in (False, True):
        for scale in SCALES:
            with np.errstate(all="ignore"):  # a reader's own activation may overflow
                outputs, norms = passes(activation, scale, normalized)
            gradients.append(_pack(norms))
            histograms += [histogram(y, low, high, BINS) for y in outputs]
    return {
        "low": low,
        "high": high,
        "open": is_open,
        "steepest": steepest,
        "gradients": " ".join(gradients),
        "histograms": "".join(histograms),
    }


@cache
def _batch():
    """The first BATCH digits and their labels."""
    x, t, _, _ = load_digits()
    return x[:BATCH], t[:BATCH]


def quantised(norm):
    """log₁₀ of a norm in integer steps of 1/PER_DECADE; ±LIMIT decades for infinity and zero."""
    if norm > 0:
        decades = np.log10(norm)
    else:
        decades = -LIMIT if norm == 0 else LIMIT  # nan comes from infinities
    return int(np.rint(PER_DECADE * np.clip(decades, -LIMIT, LIMIT)))


def _pack(norms):
    """The norms of all depths as text.

    From layer to layer the gradient changes by nearly the same factor at every depth, so each
    number is predicted from the network one layer shallower, and only the residual is stored.
    """
    residuals, before = [], None
    for row in norms:
        levels = [quantised(norm) for norm in row]
        residuals.append(levels[-1] - (before[-1] if before else 0))
        for layer in range(len(levels) - 2, -1, -1):
            step = before[layer] - before[layer + 1] if layer + 1 < len(before) else 0
            residuals.append(levels[layer] - levels[layer + 1] - step)
        before = levels
    return "".join(map(_vlq, residuals))


def _vlq(number):
    """An integer as a base64 variable-length quantity, as in source maps: small ones are short."""
    number = 2 * abs(number) + (number < 0)
    text = ""
    while True:
        digit, number = number % 32, number // 32
        text += _BASE64[digit + 32 * (number > 0)]
        if not number:
            return text

"""The numbers of `vanishing_gradients`: passes of the library on the digits over a grid, packed.

For an activation, a scale of the weights, batch normalization or none and a depth d, a network
64 → 64 → … → 64 → 10 with d hidden layers runs forward and backward on one batch. The first layers
do not depend on how many follow: one forward pass serves all depths.
"""

from functools import cache, lru_cache

import numpy as np

from chainrule.data import load_digits
from chainrule.explore._activations import histogram, shape_of
from chainrule.init import xavier
from chainrule.layers import Affine, BatchNormalization
from chainrule.losses import SoftmaxWithLoss

DEPTH, WIDTH, BATCH, SEED = 30, 64, 64, 0
# Steps of √2 from a sixteenth of Xavier's standard deviation to four times it; He's is the step
# above Xavier's. Wilder weights make tanh so chaotic that another machine's last bits would show.
SCALES = tuple(range(-8, 5))
XAVIER, HE = SCALES.index(0), SCALES.index(1)
BINS = 21  # odd, so that zero, or one half, lies within a bin and not between two
# A norm is kept as the nearest multiple of 1/500 of a decade, so to within 0.25 percent.
PER_DECADE = 500
LIMIT = 300  # norms from 1e300 count as infinite, from 1e-300 down as zero

_BASE64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"


def standard_deviation(scale):
    """Of the weights, at a step of SCALES."""
    return 2 ** (scale / 2) * (2 / (WIDTH + WIDTH)) ** 0.5


def passes(activation, scale, normalized):
    """One forward pass through all DEPTH layers and a backward pass for every depth.

    activation : a class or function that makes a layer; scale : a step of SCALES
    normalized : batch normalization between every Affine and its activation, or not

    Returns
    -------
    outputs : list of DEPTH arrays (BATCH, WIDTH), what each layer gives to the next
    norms : list of DEPTH lists; norms[d − 1][l − 1] is ‖∂L/∂Y_l‖, the norm of the gradient that
        arrives at the output of layer l of a network of d
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
    """The whole grid for one activation, packed for `vanishing_gradients.js`.

    activation : a class or function that makes a layer
    Returns a dict: low, high (the range of the histograms), open (whether values may lie below it,
    above it), steepest (the activation's largest slope; None if there is none), gradients and
    histograms (text: see `_pack` and `histogram`).
    """
    low, high, is_open, steepest = shape_of(activation)
    gradients, histograms = [], []
    for normalized in (False, True):
        for scale in SCALES:
            with np.errstate(all="ignore"):  # an activation of the reader's own may overflow
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
    x, t, _, _ = load_digits()
    return x[:BATCH], t[:BATCH]


def quantised(norm):
    """log₁₀ of a norm in whole steps of 1/PER_DECADE; ±LIMIT decades for infinity and zero."""
    if norm > 0:
        decades = np.log10(norm)
    else:
        decades = -LIMIT if norm == 0 else LIMIT  # not a number: what grew too large became it
    return int(np.rint(PER_DECADE * np.clip(decades, -LIMIT, LIMIT)))


def _pack(norms):
    """The norms of all depths as text.

    From layer to layer the gradient changes by nearly the same factor whatever the depth, so each
    number is predicted from the depth before, and only what the prediction missed is written.
    """
    missed, before = [], None
    for row in norms:
        levels = [quantised(norm) for norm in row]
        missed.append(levels[-1] - (before[-1] if before else 0))
        for layer in range(len(levels) - 2, -1, -1):
            step = before[layer] - before[layer + 1] if layer + 1 < len(before) else 0
            missed.append(levels[layer] - levels[layer + 1] - step)
        before = levels
    return "".join(map(_vlq, missed))


def _vlq(number):
    """A whole number in base 64, five bits a character, as in source maps: near zero, one each."""
    number = 2 * abs(number) + (number < 0)
    text = ""
    while True:
        digit, number = number % 32, number // 32
        text += _BASE64[digit + 32 * (number > 0)]
        if not number:
            return text

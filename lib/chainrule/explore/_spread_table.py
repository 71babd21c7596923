"""The numbers of `initialization`: one pass forward through ten layers for every scale of weights.

Every layer is WIDTH units wide and so are the digits, hence n is the same everywhere. For every
scale the same random numbers are multiplied by another σ = k/√n.
"""

from functools import cache, lru_cache

import numpy as np

from chainrule.data import load_digits
from chainrule.explore._activations import histogram, shape_of
from chainrule.init import normal
from chainrule.layers import Affine

DEPTH, WIDTH, BATCH, SEED = 10, 64, 64, 0
# k in steps of a quarter octave from ½ to 8. Below, a sigmoid's spread comes near the rounding of
# its ½, which other machines do in other ways.
SCALES = tuple(2 ** (step / 4) for step in range(-4, 13))
XAVIER, HE = SCALES.index(1), SCALES.index(2**0.5)
BINS = 41  # odd, so that zero lies within a bin and not between two
FLAT = 0.1  # an output is flat where the slope is below this part of the steepest


def outputs(activation, k):
    """What each layer puts out, and the slope of its activation there.

    activation : a class or function that makes a layer; k : the weights' standard deviation is k/√n
    Returns two lists of DEPTH arrays (BATCH, WIDTH).
    """
    rng, y = np.random.default_rng(SEED), _batch()
    values, slopes = [], []
    for _ in range(DEPTH):
        W = normal((WIDTH, WIDTH), rng, std=k / WIDTH**0.5)
        layer = activation()
        y = layer.forward(Affine(W, np.zeros(WIDTH)).forward(y))
        values.append(y)
        slopes.append(layer.backward(np.ones_like(y)))
    return values, slopes


def spread(y):
    """Each unit's standard deviation over the batch, in the mean over the units."""
    return float(y.std(axis=0).mean())


def growth(values):
    """The factor by which a layer multiplies the root mean square, in the geometric mean."""
    first, last = (np.sqrt((y**2).mean()) for y in (values[0], values[-1]))
    return float((last / first) ** (1 / (len(values) - 1)))


@lru_cache(maxsize=8)
def tabulate(activation):
    """Every scale for one activation, as `initialization.js` reads it.

    activation : a class or function that makes a layer
    Returns a dict: low, high (the range of the histograms), open (whether values may lie below it,
    above it), kept and always (see `kept_of`), and for every scale: spreads (of each layer, to
    three digits), flat (the percentage of each layer's outputs that are), dead (how many units of
    the last layer are flat for the whole batch), growths, and histograms (text: see `histogram`).
    """
    low, high, is_open, steepest = shape_of(activation)
    threshold = FLAT * (1.0 if steepest is None else steepest)
    table = {"spreads": [], "flat": [], "dead": [], "growths": []}
    histograms = []
    for k in SCALES:
        with np.errstate(all="ignore"):  # an activation of the reader's own may overflow
            values, slopes = outputs(activation, k)
            table["spreads"].append([_three_digits(spread(y)) for y in values])
            table["growths"].append(_three_digits(growth(values)))
        flat = [np.abs(slope) < threshold for slope in slopes]
        table["flat"].append([int(np.rint(100 * each.mean())) for each in flat])
        table["dead"].append(int(flat[-1].all(axis=0).sum()))
        histograms += [histogram(y, low, high, BINS) for y in values]
    kept, always = kept_of(activation)
    return {
        **table,
        "low": low,
        "high": high,
        "open": is_open,
        "kept": kept,
        "always": always,
        "histograms": "".join(histograms),
    }


def kept_of(activation):
    """The part c of the mean square that an activation keeps of a small symmetric input.

    Returns (c, whether the same is kept of a large one, too); (None, False) where there is no such
    part because the activation does not make 0 of 0.
    """

    def squares(size):
        y = activation().forward(np.array([[size, -size, 0.0]]))
        return None if y[0, 2] else float((y[0, :2] ** 2).mean() / size**2)

    small, large = squares(1e-4), squares(1.0)
    if small is None:
        return None, False
    return round(small, 6), abs(small - large) < 1e-6


def _three_digits(value):
    return float(f"{value:.3g}") if np.isfinite(value) else None


@cache
def _batch():
    return load_digits()[0][:BATCH]

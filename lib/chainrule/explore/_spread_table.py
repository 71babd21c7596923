"""The numbers of `initialization`: a forward pass through ten layers for each scale of weights.

Every layer has n = WIDTH inputs. Each scale multiplies the same random numbers by its σ = k/√n.
"""

from functools import cache, lru_cache

import numpy as np

from chainrule.data import load_digits
from chainrule.explore._activations import histogram, shape_of
from chainrule.init import normal
from chainrule.layers import Affine

DEPTH, WIDTH, BATCH, SEED = 10, 64, 64, 0
# k from ½ to 8 in steps of a factor 2^(1/4). With smaller k a sigmoid's spread would be close to
# the rounding error of its output ½, which depends on the machine.
SCALES = tuple(2 ** (step / 4) for step in range(-4, 13))
XAVIER, HE = SCALES.index(1), SCALES.index(2**0.5)
BINS = 41  # odd, so that zero lies within a bin and not between two
FLAT = 0.1  # an output is flat if the slope there is below this fraction of the steepest


def outputs(activation, k):
    """The outputs of each layer, and the slopes of its activation there.

    Parameters
    ----------
    activation : class or function
        Returns a layer.
    k : float
        The standard deviation of the weights is k/√n.

    Returns
    -------
    values, slopes : lists of DEPTH arrays of shape (BATCH, WIDTH)
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
    """The standard deviation of each unit over the batch, averaged over the units."""
    return float(y.std(axis=0).mean())


def growth(values):
    """The factor by which a layer multiplies the root mean square: the geometric mean of all."""
    first, last = (np.sqrt((y**2).mean()) for y in (values[0], values[-1]))
    return float((last / first) ** (1 / (len(values) - 1)))


@lru_cache(maxsize=8)
def tabulate(activation):
    """All scales for one activation, as `initialization.js` reads them.

    Parameters
    ----------
    activation : class or function
        Returns a layer.

    Returns
    -------
    dict
        low, high (range of the histograms), open (whether values may lie below it, above it), kept
        and always (see `kept_of`); and for each scale: spreads (of each layer, to three digits),
        flat (percentage of each layer's outputs that are flat), dead (number of units of the last
        layer that are flat for the whole batch), growths, and histograms (text: see `histogram`).
    """
    low, high, is_open, steepest = shape_of(activation)
    threshold = FLAT * (1.0 if steepest is None else steepest)
    table = {"spreads": [], "flat": [], "dead": [], "growths": []}
    histograms = []
    for k in SCALES:
        with np.errstate(all="ignore"):  # a reader's own activation may overflow
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
    """(c, whether c is the same for large inputs), or (None, False) if f(0) is not 0.

    c is the mean square of the activation's output over that of a small symmetric input.
    """

    def squares(size):
        y = activation().forward(np.array([[size, -size, 0.0]]))
        return None if y[0, 2] else float((y[0, :2] ** 2).mean() / size**2)

    small, large = squares(1e-4), squares(1.0)
    if small is None:
        return None, False
    return round(small, 6), abs(small - large) < 1e-6


def _three_digits(value):
    """A number rounded to three significant digits; None if it is not finite."""
    return float(f"{value:.3g}") if np.isfinite(value) else None


@cache
def _batch():
    """The first BATCH digits."""
    return load_digits()[0][:BATCH]

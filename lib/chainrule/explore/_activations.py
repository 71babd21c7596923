"""The activations of the explorables, built-in ones and the reader's own, and their properties."""

import numpy as np

from chainrule.layers import ReLU, Sigmoid, Tanh

BUILT_IN = {"sigmoid": Sigmoid, "tanh": Tanh, "ReLU": ReLU}


def with_own(where, activation):
    """({name: class or function} with a reader's own activation added, its name or None).

    `where` is the function that was called, for the message; `activation` is None, or a class or
    function that returns a layer. Raises ValueError for anything else.
    """
    if activation is None:
        return dict(BUILT_IN), None
    layer = activation() if callable(activation) else activation
    if not callable(activation) or not (hasattr(layer, "forward") and hasattr(layer, "backward")):
        raise ValueError(
            f"{where}: activation must be a layer class or a function that makes a layer, such as "
            f"ReLU, got {activation!r}"
        )
    name = type(layer).__name__
    name = f"{name} (yours)" if name in ("Sigmoid", "Tanh", *BUILT_IN) else name
    return {**BUILT_IN, name: activation}, name


def shape_of(activation):
    """(low, high, [open below, open above], steepest slope) of an activation, by evaluating it.

    Its values lie in low … high, clipped to −3 … 3; it is open where they were clipped. The
    steepest slope is None if the slope is unbounded.
    """
    x = np.linspace(-50, 50, 2001)[:, np.newaxis]
    layer = activation()
    with np.errstate(all="ignore"):
        y = layer.forward(x)
        slopes = np.abs(layer.backward(np.ones_like(x)))
    steepest = float(slopes.max())
    if not steepest <= 1.01 * slopes[np.abs(x) <= 25].max():
        steepest = None  # the slope still grows: unbounded
    least, most = float(np.nanmin(y)), float(np.nanmax(y))
    low, high = round(max(least, -3.0), 2), round(min(most, 3.0), 2)
    if low >= high:  # a constant: any range is right
        low, high = low - 1, low + 1
    return low, high, [least < low - 0.01, most > high + 0.01], steepest


def histogram(y, low, high, bins):
    """The histogram of y as text, one hexadecimal digit per bin.

    A digit is the square root of the bin's share of the largest bin, so that small shares are
    visible. Values outside low … high count in the first or last bin.
    """
    y = np.clip(np.nan_to_num(y, nan=high), low, high)
    position = (y - low) / (high - low)
    places = np.minimum((position * bins).astype(int), bins - 1)
    counts = np.bincount(places.ravel(), minlength=bins)
    return "".join(
        f"{level:x}" for level in np.rint(15 * np.sqrt(counts / counts.max())).astype(int)
    )

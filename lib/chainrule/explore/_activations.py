"""What the explorables ask of an activation: the built-in ones, or a layer of the reader's own."""

import numpy as np

from chainrule.layers import ReLU, Sigmoid, Tanh

BUILT_IN = {"sigmoid": Sigmoid, "tanh": Tanh, "ReLU": ReLU}


def with_own(where, activation):
    """The built-in activations and a reader's own; and the name of the one to begin with.

    where : the function that was called, for the message
    activation : None, or a class or function that makes a layer
    Raises ValueError for something that makes no layer.
    """
    if activation is None:
        return dict(BUILT_IN), None
    made = activation() if callable(activation) else activation
    if not callable(activation) or not (hasattr(made, "forward") and hasattr(made, "backward")):
        raise ValueError(
            f"{where}: activation must be a layer class or a function that makes a layer, such as "
            f"ReLU, got {activation!r}"
        )
    name = type(made).__name__
    name = f"{name} (yours)" if name in ("Sigmoid", "Tanh", *BUILT_IN) else name
    return {**BUILT_IN, name: activation}, name


def shape_of(activation):
    """(low, high, (open below, open above), steepest slope), by asking the layer itself.

    low, high : where its values lie, or −3, 3 if they go beyond: then it is open there
    steepest : None if the slope has no bound
    """
    x = np.linspace(-50, 50, 2001)[:, np.newaxis]
    layer = activation()
    with np.errstate(all="ignore"):
        y = layer.forward(x)
        slopes = np.abs(layer.backward(np.ones_like(x)))
    steepest = float(slopes.max())
    if not steepest <= 1.01 * slopes[np.abs(x) <= 25].max():
        steepest = None  # it still grows: no bound to speak of
    least, most = float(np.nanmin(y)), float(np.nanmax(y))
    low, high = round(max(least, -3.0), 2), round(min(most, 3.0), 2)
    if low >= high:  # a constant: any range will do
        low, high = low - 1, low + 1
    return low, high, [least < low - 0.01, most > high + 0.01], steepest


def histogram(y, low, high, bins):
    """The histogram of y as so many characters 0 … f: the square root of each bin's share of the
    fullest, so that small shares are seen too. Values outside the range count in the end bins.
    """
    y = np.clip(np.nan_to_num(y, nan=high), low, high)
    position = (y - low) / (high - low)
    places = np.minimum((position * bins).astype(int), bins - 1)
    counts = np.bincount(places.ravel(), minlength=bins)
    return "".join(
        f"{level:x}" for level in np.rint(15 * np.sqrt(counts / counts.max())).astype(int)
    )

"""Initial weights: xavier, he, normal. Biases start at zero.

The weights of Affine have shape (D, M), those of Convolution (F, C, KH, KW). Their fan-in is the
number of inputs of one output (D, or C·KH·KW), their fan-out the number of outputs that one input
contributes to (M, or F·KH·KW).
"""

import math

import numpy as np

from chainrule import _validate


def normal(shape, rng, std=0.01, dtype=np.float64):
    """Normal weights of mean 0 and standard deviation `std`.

    Parameters
    ----------
    shape : tuple (D, M) or (F, C, KH, KW)
        Shape of the weights.
    rng : numpy.random.Generator
        Draws the weights.
    std : float
        Standard deviation, positive.
    dtype : dtype
        float32 or float64.

    Returns
    -------
    array of that shape and dtype

    Raises
    ------
    ValueError
        For a wrong shape, rng, std or dtype.

    References
    ----------
    Chapter "Initialization".
    """
    _fans("normal", shape)
    std = _validate.positive("normal", "std", std)
    return _draw("normal", shape, rng, std, dtype)


def xavier(shape, rng, dtype=np.float64):
    """Normal weights of mean 0 and variance 2 / (fan_in + fan_out), for sigmoid and tanh.

    Parameters
    ----------
    shape, rng, dtype
        As for `normal`.

    Returns
    -------
    array of that shape and dtype

    Raises
    ------
    ValueError
        For a wrong shape, rng or dtype.

    References
    ----------
    Chapter "Initialization"; Glorot and Bengio (2010).
    """
    fan_in, fan_out = _fans("xavier", shape)
    return _draw("xavier", shape, rng, math.sqrt(2 / (fan_in + fan_out)), dtype)


def he(shape, rng, dtype=np.float64):
    """Normal weights of mean 0 and variance 2 / fan_in, for ReLU.

    Parameters
    ----------
    shape, rng, dtype
        As for `normal`.

    Returns
    -------
    array of that shape and dtype

    Raises
    ------
    ValueError
        For a wrong shape, rng or dtype.

    References
    ----------
    Chapter "Initialization"; He, Zhang, Ren and Sun (2015).
    """
    fan_in, _ = _fans("he", shape)
    return _draw("he", shape, rng, math.sqrt(2 / fan_in), dtype)


def _fans(where, shape):
    """(fan-in, fan-out) of weights of this shape."""
    if not isinstance(shape, (tuple, list)) or len(shape) not in (2, 4):
        raise ValueError(f"{where}: shape must be (D, M) or (F, C, KH, KW), got {shape!r}")
    sizes = [_validate.whole_number(where, "shape", size, at_least=1) for size in shape]
    if len(sizes) == 2:
        return sizes[0], sizes[1]
    F, C, KH, KW = sizes
    return C * KH * KW, F * KH * KW


@np.errstate(under="ignore")  # a weight too small for its dtype is 0
def _draw(where, shape, rng, std, dtype):
    """Normal numbers of mean 0 and standard deviation `std`."""
    if dtype not in (np.float32, np.float64):
        raise ValueError(f"{where}: dtype must be float32 or float64, got {dtype!r}")
    return (std * _validate.generator(where, rng).standard_normal(shape)).astype(dtype, copy=False)

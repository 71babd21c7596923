"""First values for weights: xavier, he, normal. Biases start at np.zeros(M).

A weight's shape is (D, M) for Affine and (F, C, KH, KW) for Convolution. Its fan-in is how many
numbers one output adds up (D, or C·KH·KW), its fan-out how many outputs one input reaches (M, or
F·KH·KW).
"""

import math

import numpy as np

from chainrule import _validate


def normal(shape, rng, std=0.01, dtype=np.float64):
    """Normal weights of mean 0 and standard deviation `std`.

    shape : of the weight; rng : numpy.random.Generator; std : positive
    Returns an array of that shape and dtype.
    Raises ValueError for a bad shape, std or rng.
    """
    _fans("normal", shape)
    std = _validate.positive("normal", "std", std)
    return _draw("normal", shape, rng, std, dtype)


def xavier(shape, rng, dtype=np.float64):
    """Normal weights with variance 2 / (fan_in + fan_out), for sigmoid and tanh.

    shape : of the weight; rng : numpy.random.Generator
    Returns an array of that shape and dtype.
    Raises ValueError for a bad shape or rng. Source: Glorot and Bengio (2010).
    """
    fan_in, fan_out = _fans("xavier", shape)
    return _draw("xavier", shape, rng, math.sqrt(2 / (fan_in + fan_out)), dtype)


def he(shape, rng, dtype=np.float64):
    """Normal weights with variance 2 / fan_in, for ReLU.

    shape : of the weight; rng : numpy.random.Generator
    Returns an array of that shape and dtype.
    Raises ValueError for a bad shape or rng. Source: He, Zhang, Ren and Sun (2015).
    """
    fan_in, _ = _fans("he", shape)
    return _draw("he", shape, rng, math.sqrt(2 / fan_in), dtype)


def _fans(where, shape):
    if not isinstance(shape, (tuple, list)) or len(shape) not in (2, 4):
        raise ValueError(f"{where}: shape must be (D, M) or (F, C, KH, KW), got {shape!r}")
    sizes = [_validate.whole_number(where, "shape", size, at_least=1) for size in shape]
    if len(sizes) == 2:
        return sizes[0], sizes[1]
    F, C, KH, KW = sizes
    return C * KH * KW, F * KH * KW


def _draw(where, shape, rng, std, dtype):
    if dtype not in (np.float16, np.float32, np.float64):
        raise ValueError(f"{where}: dtype must be float16, float32 or float64, got {dtype!r}")
    return (std * _validate.generator(where, rng).standard_normal(shape)).astype(dtype, copy=False)

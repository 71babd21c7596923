"""Checks of arguments, shared by all public functions and layers.

Each check takes `where`, the function's full name such as "Affine.forward", and `name`, that of the
argument. It returns the value, converted where stated, or raises ValueError with one sentence:
where, what was expected, and what was passed.
"""

import numbers

import numpy as np


def any_array(where, name, value):
    """`value` as an array of any dtype; raises only for rows of unequal length."""
    try:
        return np.asarray(value)
    except ValueError:
        raise ValueError(f"{where}: {name} must be an array, got rows of unequal length") from None


def real_array(where, name, value):
    """`value` as an array of floats: integers and booleans become float64, floats keep their dtype.

    Raises for anything else (strings, complex numbers, ragged lists, None), for float16, in which
    the small eps of optimizers and batch normalization is 0, and for an empty array.
    """
    array = any_array(where, name, value)
    if array.dtype.kind in "biu":
        array = array.astype(np.float64)
    if array.dtype.kind != "f":
        raise ValueError(f"{where}: {name} must hold real numbers, got dtype {array.dtype}")
    if array.dtype == np.float16:
        raise ValueError(f"{where}: {name} must be float32 or float64, got float16: too coarse")
    if array.size == 0:
        raise ValueError(f"{where}: {name} must not be empty, got shape {array.shape}")
    return array


def finite(where, name, array):
    """Raise if an array of numbers holds NaN or an infinity."""
    if array.dtype.kind in "fc" and not np.all(np.isfinite(array)):
        index = tuple(map(int, np.argwhere(~np.isfinite(array))[0]))
        raise ValueError(f"{where}: {name} must be finite, got {array[index]} at index {index}")


def writable(where, name, array):
    """Raise if an array must not be changed in place."""
    if not array.flags.writeable:
        raise ValueError(f"{where}: {name} must be writable, got a read-only array")


def integer_array(where, name, value):
    """`value` as an array of integers; raises for floats, even if they are whole numbers."""
    array = any_array(where, name, value)
    if array.dtype.kind not in "iu":
        raise ValueError(f"{where}: {name} must hold integers, got dtype {array.dtype}")
    if array.size == 0:
        raise ValueError(f"{where}: {name} must not be empty, got shape {array.shape}")
    return array


def shape(where, name, array, expected):
    """Raise unless `array` has the expected shape: sizes, or letters that stand for any size.

    shape("Affine.forward", "x", x, ("N", 3)) accepts (5, 3) and rejects (5, 4) and (3,).
    """
    matches = array.ndim == len(expected) and all(
        isinstance(size, str) or size == actual
        for size, actual in zip(expected, array.shape, strict=True)
    )
    if not matches:
        raise ValueError(
            f"{where}: {name} must have shape {shape_text(expected)}, got {shape_text(array.shape)}"
        )


def shape_text(sizes):
    """A shape as text, letters without quotes: ("N", 3) gives "(N, 3)"."""
    return "(" + ", ".join(map(str, sizes)) + (",)" if len(sizes) == 1 else ")")


def whole_number(where, name, value, at_least):
    """`value` as an int; raises unless it is an integer >= `at_least`."""
    if isinstance(value, bool) or not isinstance(value, numbers.Integral) or value < at_least:
        raise ValueError(f"{where}: {name} must be an integer >= {at_least}, got {value!r}")
    return int(value)


def real_number(where, name, value):
    """`value` as a float; raises unless it is a finite real number."""
    if isinstance(value, bool) or not isinstance(value, numbers.Real) or not np.isfinite(value):
        raise ValueError(f"{where}: {name} must be a finite real number, got {value!r}")
    return float(value)


def positive(where, name, value):
    """`value` as a float; raises unless it is greater than zero."""
    if real_number(where, name, value) <= 0:
        raise ValueError(f"{where}: {name} must be positive, got {value!r}")
    return float(value)


def not_zero_in(where, name, value, dtype):
    """Raise if a positive number is so small that it is 0 in the dtype it is computed with."""
    with np.errstate(under="ignore"):
        if np.asarray(value).astype(dtype) == 0:
            raise ValueError(f"{where}: {name} must not be 0 in {dtype}, got {value!r}, which is")


def rate(where, name, value):
    """`value` as a float; raises unless it is in [0, 1)."""
    if not 0 <= real_number(where, name, value) < 1:
        raise ValueError(f"{where}: {name} must be in [0, 1), got {value!r}")
    return float(value)


def instance(where, name, value):
    """`value`; raises if it is a class, such as ReLU where ReLU() was meant."""
    if isinstance(value, type):
        raise ValueError(
            f"{where}: {name} must be an object such as {value.__name__}(…), "
            f"got the class {value.__name__} itself"
        )
    return value


def generator(where, rng):
    """`rng`; raises unless it is a numpy.random.Generator."""
    if not isinstance(rng, np.random.Generator):
        raise ValueError(
            f"{where}: rng must be a numpy.random.Generator such as np.random.default_rng(0), "
            f"got {type(rng).__name__}"
        )
    return rng

"""The checks at the boundary: every public call turns a learner's mistake into one clear sentence.

Each function takes `where` ("Affine.forward"), the place the message names, and raises ValueError
with what was expected and what came.
"""

import numbers

import numpy as np


def any_array(where, name, value):
    """`value` as an array of whatever it holds; only rows of unequal length are refused."""
    try:
        return np.asarray(value)
    except ValueError:
        raise ValueError(f"{where}: {name} must be an array, got rows of unequal length") from None


def real_array(where, name, value):
    """`value` as an array of floats; integers and booleans become float64, floats keep their dtype.

    Raises ValueError for anything that is not an array of real numbers (strings, complex numbers,
    ragged lists, None) and for an empty array.
    """
    array = any_array(where, name, value)
    if array.dtype.kind in "biu":
        array = array.astype(np.float64)
    if array.dtype.kind != "f":
        raise ValueError(f"{where}: {name} must hold real numbers, got dtype {array.dtype}")
    if array.size == 0:
        raise ValueError(f"{where}: {name} must not be empty, got shape {array.shape}")
    return array


def integer_array(where, name, value):
    """`value` as an array of integers; floats are refused even when they hold whole numbers."""
    array = any_array(where, name, value)
    if array.dtype.kind not in "iu":
        raise ValueError(f"{where}: {name} must hold integers, got dtype {array.dtype}")
    if array.size == 0:
        raise ValueError(f"{where}: {name} must not be empty, got shape {array.shape}")
    return array


def shape(where, name, array, expected):
    """Refuse `array` unless its shape is `expected`: sizes, or letters that stand for any size.

    shape("Affine.forward", "x", x, ("N", 3)) accepts (5, 3) and refuses (5, 4) and (3,).
    """
    fits = array.ndim == len(expected) and all(
        isinstance(want, str) or want == got
        for want, got in zip(expected, array.shape, strict=True)
    )
    if not fits:
        raise ValueError(
            f"{where}: {name} must have shape {shape_text(expected)}, got {shape_text(array.shape)}"
        )


def shape_text(sizes):
    """A shape as NumPy prints one, letters without quotes: ("N", 3) gives "(N, 3)"."""
    return "(" + ", ".join(map(str, sizes)) + (",)" if len(sizes) == 1 else ")")


def whole_number(where, name, value, at_least):
    """`value` as an int; refused unless it is a whole number, and at least `at_least`."""
    if isinstance(value, bool) or not isinstance(value, numbers.Integral) or value < at_least:
        raise ValueError(f"{where}: {name} must be an integer >= {at_least}, got {value!r}")
    return int(value)


def real_number(where, name, value):
    """`value` as a float; refused unless it is one finite real number."""
    if isinstance(value, bool) or not isinstance(value, numbers.Real) or not np.isfinite(value):
        raise ValueError(f"{where}: {name} must be a finite real number, got {value!r}")
    return float(value)


def positive(where, name, value):
    """`value` as a float greater than zero."""
    if real_number(where, name, value) <= 0:
        raise ValueError(f"{where}: {name} must be positive, got {value!r}")
    return float(value)


def rate(where, name, value):
    """`value` as a float in [0, 1)."""
    if not 0 <= real_number(where, name, value) < 1:
        raise ValueError(f"{where}: {name} must be in [0, 1), got {value!r}")
    return float(value)


def made(where, name, value):
    """`value`, refused if it is a class: ReLU where ReLU() was meant."""
    if isinstance(value, type):
        raise ValueError(
            f"{where}: {name} must be an object such as {value.__name__}(…), "
            f"got the class {value.__name__} itself"
        )
    return value


def generator(where, rng):
    """`rng`, refused unless it is a numpy.random.Generator; no global state is ever drawn from."""
    if not isinstance(rng, np.random.Generator):
        raise ValueError(
            f"{where}: rng must be a numpy.random.Generator such as np.random.default_rng(0), "
            f"got {type(rng).__name__}"
        )
    return rng

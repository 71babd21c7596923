"""What differs between the right answer and the reader's, in words: kind, shape, part or number."""

import numpy as np

_DIGITS = 6


def difference(expected, got, tolerance):
    """What is different, as a clause such as "its shape should be (2,), and is (3,)"; None if
    nothing is.

    Parameters
    ----------
    expected : number, array, text, truth value, function, or tuple or list of such
        The right answer.
    got : anything
        The reader's answer.
    tolerance : float
        Largest difference of numbers, relative to the largest of the array.

    Returns
    -------
    str or None
    """
    if isinstance(got, np.ndarray) and not got.ndim and got.dtype.kind in "bU":
        got = got.item()
    if callable(expected):
        return None if callable(got) else f"it should be a function, and is {kind(got)}"
    if callable(got):
        return f"it should be {kind(expected)}, and is a function: write its result"
    if isinstance(expected, str) or _is_truth_value(expected):
        return _exact(expected, got)
    if isinstance(expected, dict):
        return _entries(expected, got, tolerance)
    numbers = None if isinstance(expected, tuple) else _numbers(expected)
    if numbers is not None:
        return _arrays(numbers, got, tolerance)
    if isinstance(expected, (tuple, list)):
        return _parts(expected, got, tolerance)
    # An object, such as a random generator: nothing in it is compared.
    return (
        None
        if type(expected) is type(got)
        else f"it should be {kind(expected)}, and is {kind(got)}"
    )


def _is_truth_value(value):
    return isinstance(value, (bool, np.bool_))


def _exact(expected, got):
    """Texts and truth values."""
    same_kind = isinstance(got, str) if isinstance(expected, str) else _is_truth_value(got)
    if not same_kind:
        return f"it should be {kind(expected)}, and is {kind(got)}"
    return None if _spelt(expected) == _spelt(got) else f"it is {_shortened(repr(got))}"


def _spelt(value):
    """Capitals and spaces around a text do not matter."""
    return value.strip().lower() if isinstance(value, str) else bool(value)


def _shortened(text):
    return text if len(text) <= 60 else f"{text[:57]}…"


def _entries(expected, got, tolerance):
    """Dictionaries, by their keys."""
    if not isinstance(got, dict):
        return f"it should be a dict, and is {kind(got)}"
    for key in expected.keys() | got.keys():
        if key not in got:
            return f"the key {key!r} is missing"
        if key not in expected:
            return f"the key {key!r} is too much"
        found = difference(expected[key], got[key], tolerance)
        if found:
            return f"at the key {key!r}: {found}"
    return None


def _parts(expected, got, tolerance):
    """Tuples, and lists of what is more than numbers."""
    if isinstance(got, np.ndarray) and got.ndim:
        found = _parts(expected, list(got), tolerance)
        # One array where several are asked for: nobody meant its rows as the parts.
        one = found and (got.ndim > 1 or any(map(_is_array, expected)))
        return f"it should be {kind(expected)}, and is {kind(got)}" if one else found
    if not isinstance(got, (tuple, list)):
        comma = ": a tuple of one has a comma, as in (3,)" if len(expected) == 1 else ""
        return f"it should be {kind(expected)}, and is {kind(got)}{comma}"
    if len(expected) != len(got):
        return f"it should have {_count(len(expected))}, and has {len(got)}"
    for number, (one, other) in enumerate(zip(expected, got, strict=True), start=1):
        found = difference(one, other, tolerance)
        if found:
            return f"part {number} of {len(expected)} differs: {found}"
    return None


def _is_array(value):
    return isinstance(value, np.ndarray) and value.ndim > 0


def _count(number):
    return "1 part" if number == 1 else f"{number} parts"


def _numbers(value):
    """An array of real numbers; None if the value is not one."""
    try:
        array = np.asarray(value)
        if array.dtype.kind == "O":
            array = array.astype(float)
    except Exception:  # ragged, or an object whose conversion raises anything at all
        return None
    return array if array.dtype.kind in "biuf" else None


def _arrays(expected, got, tolerance):
    found = _numbers(got)
    if found is None:
        return f"it should be {kind(expected)}, and is {kind(got)}"
    if expected.shape != found.shape:
        numbers = "the numbers are right, but " if _same_numbers(expected, found, tolerance) else ""
        return f"{numbers}{_shapes(expected, found)}"
    wrong = ~_close(expected, found, tolerance)
    if not wrong.any():
        return None
    index = tuple(map(int, np.argwhere(wrong)[0]))
    where = f" at {list(index)}" if index else ""
    right, yours = (_written(array[index]) for array in (expected, found))
    if right == yours:  # the same to so many digits
        right, yours = (repr(float(array[index])) for array in (expected, found))
    count = f" ({wrong.sum()} of {wrong.size} numbers differ)" if wrong.size > 1 else ""
    return f"{where.strip()}{' ' if where else ''}it should be {right}, and is {yours}{count}"


def _shapes(expected, found):
    if not found.ndim or not expected.ndim:
        return f"it should be {kind(expected)}, and is {kind(found)}"
    return f"its shape should be {expected.shape}, and is {found.shape}"


def _same_numbers(expected, found, tolerance):
    """The same in the same order, in another shape."""
    if expected.size != found.size:
        return False
    return bool(_close(expected.ravel(), found.ravel(), tolerance).all())


def _close(expected, found, tolerance):
    """Where two arrays agree. Infinity is a number of its own, and so is an expected nan."""
    counted = expected.dtype.kind in "biu"  # whole numbers are not rounded, however large
    expected, found = expected.astype(float), found.astype(float)
    largest = 1.0 if counted else max(1e-12, np.abs(expected[np.isfinite(expected)]).max(initial=0))
    with np.errstate(invalid="ignore"):  # ∞ − ∞
        near = np.abs(expected - found) <= tolerance * largest
    near &= np.isfinite(expected)
    return near | (expected == found) | (np.isnan(expected) & np.isnan(found))


def _written(number):
    """A number in a few digits, −0 as 0; whole numbers of integer type in all digits."""
    if isinstance(number, (bool, np.bool_)):
        return str(bool(number))
    if isinstance(number, np.integer):
        return str(number)
    return f"{float(number) + 0.0:.{_DIGITS}g}"


def kind(value):
    """What something is, in words: "a number", "an array of shape (2, 3)", "a list of 2 parts"."""
    if value is None:
        return "None"
    if isinstance(value, str):
        return "a text"
    if _is_truth_value(value):
        return "True or False"
    if isinstance(value, tuple):
        return f"a tuple of {_count(len(value))}"
    if callable(value):
        return "a function"
    array = _numbers(value)
    if array is not None:
        return f"an array of shape {array.shape}" if array.ndim else "a number"
    if isinstance(value, list):
        return f"a list of {_count(len(value))}"
    if isinstance(value, (complex, np.complexfloating)):
        return "a complex number"
    if isinstance(value, np.ndarray) and value.dtype.kind == "c":
        return "an array of complex numbers"
    return f"something of type {type(value).__name__}"

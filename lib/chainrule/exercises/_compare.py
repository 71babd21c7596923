"""What differs between the right answer and the reader's, in words: kind, shape, part or number."""

import numpy as np

from chainrule.exercises._language import translated as _

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
        return None if callable(got) else _not_of_kind(_("a function"), got)
    if callable(got):
        return _(
            "it should be {expected}, and is a function: write its result", expected=kind(expected)
        )
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
    return None if type(expected) is type(got) else _not_of_kind(kind(expected), got)


def _not_of_kind(expected, got):
    """What kind of thing it should be, and is."""
    return _("it should be {expected}, and is {got}", expected=expected, got=kind(got))


def _is_truth_value(value):
    return isinstance(value, (bool, np.bool_))


def _exact(expected, got):
    """Texts and truth values."""
    same_kind = isinstance(got, str) if isinstance(expected, str) else _is_truth_value(got)
    if not same_kind:
        return _not_of_kind(kind(expected), got)
    same = _spelt(expected) == _spelt(got)
    return None if same else _("it is {got}", got=_shortened(repr(got)))


def _spelt(value):
    """Capitals and spaces around a text do not matter."""
    return value.strip().lower() if isinstance(value, str) else bool(value)


def _shortened(text):
    return text if len(text) <= 60 else f"{text[:57]}…"


def _entries(expected, got, tolerance):
    """Dictionaries, by their keys."""
    if not isinstance(got, dict):
        return _not_of_kind(_("a dict"), got)
    for key in expected.keys() | got.keys():
        if key not in got:
            return _("the key {key} is missing", key=repr(key))
        if key not in expected:
            return _("the key {key} is too much", key=repr(key))
        found = difference(expected[key], got[key], tolerance)
        if found:
            return _("at the key {key}: {found}", key=repr(key), found=found)
    return None


def _parts(expected, got, tolerance):
    """Tuples, and lists of what is more than numbers."""
    if isinstance(got, np.ndarray) and got.ndim:
        found = _parts(expected, list(got), tolerance)
        # One array where several are asked for: nobody meant its rows as the parts.
        one = found and (got.ndim > 1 or any(map(_is_array, expected)))
        return _not_of_kind(kind(expected), got) if one else found
    if not isinstance(got, (tuple, list)):
        comma = _(": a tuple of one has a comma, as in (3,)") if len(expected) == 1 else ""
        return _not_of_kind(kind(expected), got) + comma
    if len(expected) != len(got):
        parts = _count(len(expected))
        return _("it should have {parts}, and has {number}", parts=parts, number=len(got))
    for number, (one, other) in enumerate(zip(expected, got, strict=True), start=1):
        found = difference(one, other, tolerance)
        if found:
            return _(
                "part {number} of {count} differs: {found}",
                number=number,
                count=len(expected),
                found=found,
            )
    return None


def _is_array(value):
    return isinstance(value, np.ndarray) and value.ndim > 0


def _count(number):
    return _("1 part") if number == 1 else _("{number} parts", number=number)


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
        return _not_of_kind(kind(expected), got)
    if expected.shape != found.shape:
        same = _same_numbers(expected, found, tolerance)
        return (_("the numbers are right, but ") if same else "") + _shapes(expected, found)
    wrong = ~_close(expected, found, tolerance)
    if not wrong.any():
        return None
    index = tuple(map(int, np.argwhere(wrong)[0]))
    where = _("at {index} ", index=list(index)) if index else ""
    right, yours = (_written(array[index]) for array in (expected, found))
    if right == yours:  # the same to so many digits
        right, yours = (repr(float(array[index])) for array in (expected, found))
    values = _("it should be {expected}, and is {got}", expected=right, got=yours)
    if wrong.size > 1:
        values += _(" ({number} of {count} numbers differ)", number=wrong.sum(), count=wrong.size)
    return where + values


def _shapes(expected, found):
    if not found.ndim or not expected.ndim:
        return _not_of_kind(kind(expected), found)
    return _(
        "its shape should be {expected}, and is {got}", expected=expected.shape, got=found.shape
    )


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
        return _("a text")
    if _is_truth_value(value):
        return _("True or False")
    if isinstance(value, tuple):
        return _("a tuple of {parts}", parts=_count(len(value)))
    if callable(value):
        return _("a function")
    array = _numbers(value)
    if array is not None:
        return _("an array of shape {shape}", shape=array.shape) if array.ndim else _("a number")
    if isinstance(value, list):
        return _("a list of {parts}", parts=_count(len(value)))
    if isinstance(value, (complex, np.complexfloating)):
        return _("a complex number")
    if isinstance(value, np.ndarray) and value.dtype.kind == "c":
        return _("an array of complex numbers")
    return _("something of type {name}", name=type(value).__name__)

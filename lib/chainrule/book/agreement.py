"""agreement, which compares results computed in several ways, and PyTorch's stored numbers."""

import json
from pathlib import Path

import numpy as np

_NUMBERS = Path(__file__).with_name("pytorch_numbers.json")


def agreement(digits=4, tolerance=1e-6, **routes):
    """Print the same result as computed in several ways, and raise unless all agree.

    agreement(by_hand=dW, library=layer.dW, finite_differences=..., pytorch=...)

    Parameters
    ----------
    digits : int
        Number of decimals printed.
    tolerance : float
        Largest absolute difference allowed.
    **routes : array
        The results by name, at least two; underscores in names are printed as spaces.

    Raises
    ------
    AssertionError
        If a result differs from the first: which one, and by how much.
    ValueError
        For fewer than two results.
    """
    if len(routes) < 2:
        raise ValueError(f"agreement: at least two routes must be given, got {len(routes)}")
    names = {key: key.replace("_", " ").replace("pytorch", "PyTorch") for key in routes}
    (first, *others) = [(names[key], np.asarray(value, float)) for key, value in routes.items()]
    for name, value in others:
        if value.shape != first[1].shape:
            raise AssertionError(
                f"agreement: {first[0]} has shape {first[1].shape}, {name} {value.shape}"
            )
        difference = np.abs(value - first[1]).max()
        if not difference <= tolerance:
            raise AssertionError(f"agreement: {first[0]} and {name} differ by {difference:.2g}")
    width = max(map(len, names.values()))
    for name, value in [first, *others]:
        print(f"{name:>{width}}  {_one_line(value, digits)}")
    print(f"{'':>{width}}  all {len(routes)} agree to {tolerance:g}")


def pytorch_numbers(example):
    """PyTorch's results for one worked example of the book.

    They were computed by make_chapter_numbers.py in tests/library/reference and are stored in the
    package, so that neither reading nor testing needs PyTorch.

    Parameters
    ----------
    example : str
        The name of the example.

    Returns
    -------
    dict of arrays

    Raises
    ------
    ValueError
        For an unknown example.
    """
    numbers = json.loads(_NUMBERS.read_text(encoding="utf-8"))
    if example not in numbers["examples"]:
        raise ValueError(
            f"pytorch_numbers: example must be one of {sorted(numbers['examples'])}, "
            f"got {example!r}"
        )
    return {name: np.array(value) for name, value in numbers["examples"][example].items()}


def _one_line(value, digits):
    """An array, rounded, on one line."""
    rounded = np.round(value, digits) + 0.0  # + 0.0 turns −0 into 0
    text = np.array2string(
        rounded, precision=digits, suppress_small=True, separator=" ", max_line_width=1000
    )
    return " ".join(text.split())

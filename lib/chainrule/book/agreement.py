"""agreement: the same numbers reached by several routes, compared and printed side by side."""

import json
from pathlib import Path

import numpy as np

_NUMBERS = Path(__file__).with_name("pytorch_numbers.json")


def agreement(digits=4, tolerance=1e-6, **routes):
    """Print what each route found and assert that all agree with the first.

    agreement(by_hand=dW, library=layer.dW, finite_differences=..., pytorch=...)

    digits : decimals printed; tolerance : largest absolute difference allowed
    routes : name=array, two at least; underscores in the names print as spaces
    Raises AssertionError naming the two routes that differ and by how much; ValueError for fewer
    than two.
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
    """PyTorch's answers for one worked example of the book: a dict of arrays by name.

    They were computed once, by make_chapter_numbers.py in tests/library/reference, and are stored
    with the package, so that reading and testing need no PyTorch.
    Raises ValueError for an unknown example.
    """
    numbers = json.loads(_NUMBERS.read_text(encoding="utf-8"))
    if example not in numbers["examples"]:
        raise ValueError(
            f"pytorch_numbers: example must be one of {sorted(numbers['examples'])}, "
            f"got {example!r}"
        )
    return {name: np.array(value) for name, value in numbers["examples"][example].items()}


def _one_line(value, digits):
    rounded = np.round(value, digits) + 0.0  # + 0.0 turns −0 into 0
    text = np.array2string(
        rounded, precision=digits, suppress_small=True, separator=" ", max_line_width=1000
    )
    return " ".join(text.split())

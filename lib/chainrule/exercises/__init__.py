"""Checks of the exercises, which say what is wrong with an answer and why.

Each chapter has a module here. Its Exercise objects hold the right answer and common wrong answers,
each with a diagnosis. `check` runs the reader's answer on the exercise's cases and looks for the
answer with the same results. The tests run the wrong answers as well as the right one.
"""

import copy
import importlib
from dataclasses import dataclass, field

import numpy as np


@dataclass
class Exercise:
    """One exercise.

    Parameters
    ----------
    right : value or function
        The right answer: a value, or a function of the arguments of a case.
    wrong : list of tuples
        Pairs (wrong answer, diagnosis), each answer like `right`.
    cases : list of tuples
        For functions, the arguments to try.
    praise : str
        Said of a right answer: one sentence that adds something.
    tolerance : float
        Largest difference, relative to the largest of the right numbers.
    hint : str
        Said of any other wrong answer.
    """

    right: object
    wrong: list = field(default_factory=list)
    cases: list = field(default_factory=lambda: [()])
    praise: str = ""
    tolerance: float = 1e-6
    hint: str = ""


def check(name, answer):
    """Check an answer and print the verdict.

    Parameters
    ----------
    name : str
        Chapter and exercise, such as "computational_graphs.bill".
    answer : value or function
        What the exercise asks for.

    Raises
    ------
    ValueError
        For an unknown name.
    """
    print(verdict(find(name), answer))


def find(name):
    """The exercise of a name.

    Parameters
    ----------
    name : str
        "chapter.exercise".

    Returns
    -------
    Exercise

    Raises
    ------
    ValueError
        For an unknown name.
    """
    chapter, _, exercise = name.partition(".")
    try:
        module = importlib.import_module(f"{__name__}.{chapter}")
        found = getattr(module, exercise)
    except (ImportError, AttributeError):
        found = None
    if not isinstance(found, Exercise):
        raise ValueError(f"check: name must be 'chapter.exercise' of this book, got {name!r}")
    return found


def verdict(exercise, answer):
    """The sentence that `check` prints.

    Parameters
    ----------
    exercise : Exercise
    answer : value or function

    Returns
    -------
    str
    """
    for arguments in exercise.cases:
        problem = _problem(exercise, answer, arguments)
        if problem:
            return f"✗ Not yet. {problem}"
    return f"✓ Right. {exercise.praise}".rstrip()


def _problem(exercise, answer, arguments):
    """What is wrong with the answer in this case, or None."""
    expected = _run(exercise.right, arguments)
    arguments_copy = copy.deepcopy(arguments)
    if answer is None:
        return "Nothing is filled in so far."
    try:
        actual = _run(answer, arguments_copy)
    except NotImplementedError:
        return "Nothing is filled in so far."
    except Exception as error:
        return f"Your code raised {type(error).__name__}: {error}"
    if actual is None:
        return "Your function returned None: nothing is filled in so far, or a return is missing."
    if not _same(arguments, arguments_copy, 0):
        return "Your function changed one of its arguments in place; others may still need it."
    if _same(expected, actual, exercise.tolerance):
        return None
    return _diagnosis(exercise, actual, arguments) or _difference(
        exercise, expected, actual, arguments
    )


def _diagnosis(exercise, actual, arguments):
    """The diagnosis of the known wrong answer with the same result, or None."""
    for wrong, diagnosis in exercise.wrong:
        try:
            result = _run(wrong, copy.deepcopy(arguments))
        except Exception:  # a transposed factor, for example, runs on square cases only
            continue
        if _same(result, actual, exercise.tolerance):
            return diagnosis
    return None


def _difference(exercise, expected, actual, arguments):
    """A description of any other wrong answer, without revealing the right one."""
    kinds = [_describe(value) for value in (expected, actual)]
    if kinds[0] != kinds[1]:
        return f"The answer should be {kinds[0]}, and yours is {kinds[1]}. {exercise.hint}".rstrip()
    for_arguments = f" for the arguments {_text(arguments)}" if arguments else ""
    shown = f"Your answer{for_arguments} is {_text(actual)}"
    return f"{shown}, which is not it. {exercise.hint}".rstrip()


def _run(answer, arguments):
    """The result of an answer for these arguments."""
    return answer(*arguments) if callable(answer) else answer


def _same(expected, actual, tolerance):
    """Whether structure, shapes and, up to the tolerance, numbers are equal."""
    if isinstance(expected, (tuple, list)) and isinstance(actual, (tuple, list)):
        return len(expected) == len(actual) and all(
            _same(e, a, tolerance) for e, a in zip(expected, actual, strict=True)
        )
    if isinstance(expected, (str, bool)) or callable(expected):
        return expected == actual or callable(expected)
    try:
        expected, actual = np.asarray(expected, float), np.asarray(actual, float)
    except (TypeError, ValueError):
        return False
    if expected.shape != actual.shape:
        return False
    finite = np.isfinite(expected)  # inf and nan occur, too, mostly in wrong answers
    if not np.array_equal(expected[~finite], actual[~finite], equal_nan=True):
        return False
    scale = max(1e-12, np.abs(expected[finite]).max(initial=0))
    return bool(np.all(np.abs(expected[finite] - actual[finite]) <= tolerance * scale))


def _describe(value):
    """The kind of a value, in words."""
    if isinstance(value, (tuple, list)):
        return f"{len(value)} things together" if len(value) != 1 else "one thing in brackets"
    if isinstance(value, str):
        return "a text"
    try:
        shape = np.asarray(value, float).shape
    except (TypeError, ValueError):
        return f"a {type(value).__name__}"
    return f"an array of shape {shape}" if shape else "a number"


def _text(value):
    """A value or tuple of arguments, rounded, on one line."""
    if isinstance(value, tuple):
        return "(" + ", ".join(map(_text, value)) + ")"
    if callable(value):
        return "…"
    if isinstance(value, str):
        return repr(value)
    rounded = np.round(np.asarray(value, float), 4) + 0.0
    return " ".join(np.array2string(rounded, threshold=20).split())

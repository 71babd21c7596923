"""Exercise checks that say what is wrong and why, not only that it is.

Each chapter has a module here whose Exercise objects hold the right answer *and* the wrong ones
that people really give, each with its diagnosis. `check` runs the reader's answer on the
exercise's cases and finds which of these it behaves like. The wrong answers are tested like the
right one.
"""

import copy
import importlib
from dataclasses import dataclass, field

import numpy as np


@dataclass
class Exercise:
    """One exercise.

    right : the right answer: a value, or a function of the arguments of a case
    wrong : pairs (a wrong answer, its diagnosis), each answer a value or function like `right`
    cases : for functions, a list of argument tuples to try
    praise : what to say when it is right: one sentence that adds something
    tolerance : largest difference, relative to the size of the right numbers
    hint : what to say to a wrong answer that nobody foresaw
    """

    right: object
    wrong: list = field(default_factory=list)
    cases: list = field(default_factory=lambda: [()])
    praise: str = ""
    tolerance: float = 1e-6
    hint: str = ""


def check(name, answer):
    """Check an answer and print the verdict.

    name : chapter and exercise, such as "computational_graphs.bill"
    answer : what the exercise asks for: a number, an array, or a function
    Raises ValueError for an unknown name.
    """
    print(verdict(find(name), answer))


def find(name):
    """The Exercise called "chapter.exercise"; ValueError if there is none."""
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
    """The sentence that `check` prints."""
    for arguments in exercise.cases:
        problem = _problem(exercise, answer, arguments)
        if problem:
            return f"✗ Not yet. {problem}"
    return f"✓ Right. {exercise.praise}".rstrip()


def _problem(exercise, answer, arguments):
    """What is wrong with the answer in this case, or None."""
    expected = _run(exercise.right, arguments)
    given = copy.deepcopy(arguments)
    if answer is None:
        return "Nothing is filled in so far."
    try:
        got = _run(answer, given)
    except NotImplementedError:
        return "Nothing is filled in so far."
    except Exception as error:
        return f"Your code raised {type(error).__name__}: {error}"
    if got is None:
        return "Your function returned None: nothing is filled in so far, or a return is missing."
    if not _same(arguments, given, 0):
        return "Your function changed one of its arguments in place; others may still need it."
    if _same(expected, got, exercise.tolerance):
        return None
    return _diagnosis(exercise, got, arguments) or _difference(exercise, expected, got, arguments)


def _diagnosis(exercise, got, arguments):
    """The foreseen mistake that gives exactly this wrong answer."""
    for wrong, diagnosis in exercise.wrong:
        try:
            foreseen = _run(wrong, copy.deepcopy(arguments))
        except Exception:  # a transposed factor runs on square cases only
            continue
        if _same(foreseen, got, exercise.tolerance):
            return diagnosis
    return None


def _difference(exercise, expected, got, arguments):
    """A description of an unforeseen wrong answer, without giving the right one away."""
    kinds = [_describe(value) for value in (expected, got)]
    if kinds[0] != kinds[1]:
        return f"The answer should be {kinds[0]}, and yours is {kinds[1]}. {exercise.hint}".rstrip()
    for_arguments = f" for the arguments {_text(arguments)}" if arguments else ""
    return f"Your answer{for_arguments} is {_text(got)}, which is not it. {exercise.hint}".rstrip()


def _run(answer, arguments):
    return answer(*arguments) if callable(answer) else answer


def _same(expected, got, tolerance):
    """Equal structure, shapes and numbers (to the tolerance)."""
    if isinstance(expected, (tuple, list)) and isinstance(got, (tuple, list)):
        return len(expected) == len(got) and all(
            _same(e, g, tolerance) for e, g in zip(expected, got, strict=True)
        )
    if isinstance(expected, (str, bool)) or callable(expected):
        return expected == got or callable(expected)
    try:
        expected, got = np.asarray(expected, float), np.asarray(got, float)
    except (TypeError, ValueError):
        return False
    if expected.shape != got.shape:
        return False
    finite = np.isfinite(expected)  # inf and nan are answers too, and typical wrong ones
    if not np.array_equal(expected[~finite], got[~finite], equal_nan=True):
        return False
    scale = max(1e-12, np.abs(expected[finite]).max(initial=0))
    return bool(np.all(np.abs(expected[finite] - got[finite]) <= tolerance * scale))


def _describe(value):
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
    if isinstance(value, tuple):
        return "(" + ", ".join(map(_text, value)) + ")"
    if callable(value):
        return "…"
    if isinstance(value, str):
        return repr(value)
    rounded = np.round(np.asarray(value, float), 4) + 0.0
    return " ".join(np.array2string(rounded, threshold=20).split())

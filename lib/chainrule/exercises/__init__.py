"""Checks of the exercises, which say what is wrong with an answer and why.

Each chapter has a module here. Its Exercise objects hold the right answer and common wrong answers,
each with a diagnosis. `check` runs the reader's answer on the exercise's cases and looks for the
answer with the same results. The tests run the wrong answers as well as the right one.
"""

import copy
import importlib
import sys
from dataclasses import dataclass, field

import numpy as np

from chainrule.exercises._compare import difference, kind
from chainrule.exercises._language import translated as _
from chainrule.exercises._run import Problem, call

LONGEST_ARGUMENTS = 80  # characters, in a sentence about an answer
# Where a terminal lacks the sign: what to print instead.
PLAIN = str.maketrans({"−": "-", "·": "*", "×": "x", "…": "...", "’": "'", "₀": "0", "²": "^2"})


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
    _print(verdict(find(name), answer))


def _print(text):
    """Print; on a terminal that has no ✓, no ✗ and no mathematics, as well as it can."""
    encoding = getattr(sys.stdout, "encoding", None) or "utf-8"
    try:
        text.encode(encoding)
    except UnicodeEncodeError:
        text = text.removeprefix("✓ ").removeprefix("✗ ")
        text = text.translate(PLAIN).encode(encoding, errors="replace").decode(encoding)
    print(text)


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
    chapter, _dot, exercise = name.partition(".")
    try:
        module = importlib.import_module(f"{__name__}.{chapter}")
        found = getattr(module, exercise)
    except (ImportError, AttributeError):
        found = None
    if not isinstance(found, Exercise):
        raise ValueError(f"check: name must be 'chapter.exercise' of this book, got {name!r}")
    return found


def verdict(exercise, answer, seconds=30):
    """The sentence that `check` prints. Whatever the answer is, nothing is raised.

    Parameters
    ----------
    exercise : Exercise
    answer : value or function
    seconds : float
        How long a function may take for a case, where the platform can interrupt it.

    Returns
    -------
    str
    """
    if answer is None or answer is ...:
        return _not_yet(_("Nothing is filled in so far."))
    for number in range(len(exercise.cases)):
        problem = _problem(exercise, answer, number, seconds)
        if problem:
            return _not_yet(problem)
    return " ".join([_("✓ Right."), _(exercise.praise)]).rstrip()


def _not_yet(problem):
    """The verdict on an answer with a problem."""
    return " ".join([_("✗ Not yet."), problem])


def _problem(exercise, answer, number, seconds):
    """What is wrong with the answer in the case of that number, or None."""
    arguments = exercise.cases[number]
    expected = _evaluated(exercise.right, arguments)
    arguments_copy = copy.deepcopy(arguments)
    actual = _result(exercise, answer, arguments_copy, seconds)
    if isinstance(actual, Problem):
        return str(actual)
    if difference(arguments, arguments_copy, 0):
        return _("Your function changed one of its arguments in place; others may still need it.")
    found = difference(expected, actual, exercise.tolerance)
    if found is None:
        return None
    return _diagnosis(exercise, actual, arguments) or _description(exercise, found, number)


def _result(exercise, answer, arguments, seconds):
    """The answer itself, or what it returns if it is a function and one is asked for."""
    if callable(exercise.right):
        if not callable(answer):
            return Problem(_("A function is asked for, and yours is {kind}.", kind=kind(answer)))
        return call(answer, arguments, seconds)
    return answer


def _diagnosis(exercise, actual, arguments):
    """The diagnosis of the listed mistake that gives exactly this wrong answer, or None."""
    for wrong, diagnosis in exercise.wrong:
        try:
            foreseen = _evaluated(wrong, copy.deepcopy(arguments))
        except Exception:  # a transposed factor runs on square cases only
            continue
        if difference(foreseen, actual, exercise.tolerance) is None:
            return _(diagnosis)
    return None


def _description(exercise, found, number):
    """What differs, for which arguments, and the hint."""
    return f"{_said(exercise, found, number)} {_(exercise.hint)}".rstrip()


def _said(exercise, found, number):
    """What differs, with the arguments of the case where they are short, and else its number."""
    if not callable(exercise.right):
        return _("In your answer, {found}.", found=found)
    text = _text(exercise.cases[number])
    if len(text) <= LONGEST_ARGUMENTS:
        return _("In your answer for the arguments {text}, {found}.", text=text, found=found)
    return _(
        "In your answer to case {number} of {count}, {found}.",
        number=number + 1,
        count=len(exercise.cases),
        found=found,
    )


def _evaluated(answer, arguments):
    """An answer of the exercise's own: the value, or what the function returns."""
    return answer(*arguments) if callable(answer) else answer


def _text(value):
    """The arguments of a case as they would be typed, in four digits."""
    if isinstance(value, (tuple, list)):
        left, right = "()" if isinstance(value, tuple) else "[]"
        return left + ", ".join(map(_text, value)) + right
    if isinstance(value, str):
        return repr(value)
    if isinstance(value, (int, np.integer)):
        return str(value)
    if isinstance(value, (float, np.number, np.ndarray)):
        rounded = np.round(np.asarray(value, float), 4) + 0.0
        return " ".join(np.array2string(rounded, threshold=20).split())
    return "…"

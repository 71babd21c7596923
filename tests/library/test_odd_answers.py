"""`check` never raises: it answers everything that a reader may type with a short sentence."""

import sys
import warnings
from fractions import Fraction
from io import StringIO

import numpy as np
import pytest
from odd_answers import ZOO

from chainrule.exercises import Exercise, check, verdict
from chainrule_dev.exercises import ALL

LONGEST = 700  # characters; the hints are sentences of their own


@pytest.fixture(autouse=True)
def quiet():
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        yield


def test_the_zoo_is_large():
    assert len(ZOO) >= 30


@pytest.mark.parametrize("name", ALL)
def test_every_odd_answer_gets_a_short_sentence(name):
    for odd, answer in ZOO.items():
        said = verdict(ALL[name], answer)
        assert said.startswith(("✓ Right.", "✗ Not yet. ")), odd
        assert len(said) < LONGEST, f"{odd}: {said}"
        assert "\n" not in said, f"{odd}: {said}"


def test_a_function_that_never_returns_is_interrupted():
    def forever(x):
        while True:
            try:
                x + 1
            except Exception:
                pass

    said = verdict(Exercise(right=lambda x: x, cases=[(1,)]), forever, seconds=0.2)
    assert said == (
        "✗ Not yet. Your function did not return within 0.2 seconds: does a loop never end?"
    )


def test_after_an_interruption_a_slow_function_is_let_finish():
    """Nothing of the limit is left behind."""
    identity = Exercise(right=lambda x: x, cases=[(1,)])
    assert verdict(identity, lambda x: x, seconds=0.05).startswith("✓")
    sum(range(3_000_000))


@pytest.mark.parametrize(
    ("right", "answer", "said"),
    [
        ((10,), 10, "it should be a tuple of 1 part, and is a number: a tuple of one has a comma"),
        ((2, 3), (2, 4), "part 2 of 2 differs: it should be 3, and is 4"),
        ((2, 3), (2, 3, 4), "it should have 2 parts, and has 3"),
        ((np.ones(3), 2.0), (np.ones((1, 3)), 2.0), "part 1 of 2 differs: the numbers are right, "
         "but its shape should be (3,), and is (1, 3)"),
        ((np.ones(3), 2.0), np.ones(3), "it should be a tuple of 2 parts, and is an array of shape "
         "(3,)."),
        ((np.ones((2, 3)), np.ones(3)), np.ones((2, 3)), "a tuple of 2 parts, and is an array of "
         "shape (2, 3)."),
        ((2, 3), np.zeros((2, 3)), "it should be a tuple of 2 parts, and is an array of shape (2"),
        ((2, 3), np.array([2, 4]), "part 2 of 2 differs: it should be 3, and is 4"),
        ([[1.0, 2.0]], [[1, 2.5]], "at [0, 1] it should be 2, and is 2.5 (1 of 2 numbers differ)"),
        (np.zeros((9, 9)), np.eye(9), "at [0, 0] it should be 0, and is 1 (9 of 81 numbers differ"),
        (np.zeros((2, 3)), np.ones((3, 2)), "its shape should be (2, 3), and is (3, 2)"),
        (1.5, [1.5, 2], "it should be a number, and is an array of shape (2,)"),
        (1.5, "1.5", "it should be a number, and is a text"),
        (1.5, lambda: 1.5, "it should be a number, and is a function: write its result"),
        (1.5, [[1], [2, 3]], "it should be a number, and is a list of 2 parts"),
        (1.5, 1 + 2j, "it should be a number, and is a complex number"),
        (0.1, 0.1000004, "it should be 0.1, and is 0.1000004"),
        (1.0, np.nan, "it should be 1, and is nan"),
        ([2, 25_174_016], [2, 25_174_017], "it should be 25174016, and is 25174017 "),
        ([2, 25_174_016], [2, 25_165_824.5], "it should be 25174016, and is 2.51658e+07"),
        ("error", (3,), "it should be a text, and is a tuple of 1 part"),
        (True, 1, "it should be True or False, and is a number"),
        ({"dx": 1.0}, {"dy": 1.0}, "the key '"),
        ({"dx": [1, 2]}, {"dx": [1, 3]}, "at the key 'dx': at [1] it should be 2, and is 3"),
        ([("add", 0)], [("mul", 0)], "part 1 of 1 differs: part 1 of 2 differs: it is 'mul'"),
    ],
)  # fmt: skip
def test_an_unforeseen_answer_is_told_what_differs(right, answer, said):
    exercise = Exercise(right=right, hint="Think.", tolerance=1e-6)
    assert said in verdict(exercise, answer)
    assert verdict(exercise, answer).endswith(" Think.")


@pytest.mark.parametrize(
    ("right", "answer"),
    [
        ([[1, 2]], np.array([[1.0, 2.0]])),
        (np.array([1.0, 2.0]), (1, 2)),
        ((5, 3), [5, 3]),
        ((5, 3), np.array([5, 3])),
        (2.0, np.float32(2)),
        (2.0, np.array(2)),
        (0.5, Fraction(1, 2)),
        ([2, 25_174_016], [2.0, 25_174_016.0]),
        (True, np.bool_(True)),
        (True, np.array(True)),
        ("error", " Error"),
        (np.array([True, False]), [1, 0]),
        ([1.0, np.nan, np.inf], [1.0, np.nan, np.inf]),
        ((np.ones(2), 3.0), [[1, 1], 3]),
        ((np.ones(2), np.zeros(2)), np.array([[1, 1], [0, 0]])),
    ],
)
def test_a_right_answer_may_have_another_form(right, answer):
    assert verdict(Exercise(right=right), answer).startswith("✓")


def test_the_case_that_fails_is_named():
    exercise = Exercise(right=lambda x: x, cases=[(1.0,), (np.zeros((40, 40)),)])
    assert "In your answer for the arguments (1.), it should be 1, and is 2." in verdict(
        exercise, lambda x: x + 1
    )
    counted = Exercise(right=lambda n, shape: n, cases=[(3, (2, np.int64(4)))])
    assert "for the arguments (3, (2, 4)), it should be 3, and is 4." in verdict(
        counted, lambda n, shape: n + 1
    )
    assert "In your answer to case 2 of 2, at [0, 0] it should be 0" in verdict(
        exercise, lambda x: x + (np.ndim(x) > 0)
    )


@pytest.mark.parametrize("encoding", ["cp949", "cp1252", "ascii", "utf-8"])
def test_a_terminal_without_the_signs_gets_plain_words(encoding, monkeypatch):
    class Terminal(StringIO):
        def __init__(self):
            super().__init__()
            self.name_of_encoding = encoding

        encoding = property(lambda self: self.name_of_encoding)

        def write(self, text):
            text.encode(encoding)  # as a real one does
            return super().write(text)

    for name, exercise in ALL.items():
        for answer in (exercise.right, *(wrong for wrong, _ in exercise.wrong)):
            terminal = Terminal()
            monkeypatch.setattr(sys, "stdout", terminal)
            check(name, answer)
            said = terminal.getvalue()
            assert said.lstrip("✓✗ ").startswith(("Right.", "Not yet."))
            assert (said[0] in "✓✗") is (encoding == "utf-8" or said[0] in "✓✗")

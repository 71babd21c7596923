"""The exercises accept their right answers and diagnose their known wrong ones."""

import re

import nbformat
import numpy as np
import pytest

from chainrule.exercises import Exercise, check, find, verdict
from chainrule_dev.exercises import ALL, WRONG
from chainrule_dev.repository import ROOT

NOTEBOOKS = sorted((ROOT / "book" / "en").glob("*.ipynb"))

double = Exercise(
    right=lambda x: 2 * x,
    wrong=[(lambda x: x**2, "That is the square.")],
    cases=[(np.array([1.0, 3.0]),), (np.array([0.5, -1.0]),)],
    praise="Twice as much.",
    hint="Add it to itself.",
)


@pytest.mark.parametrize("name", ALL)
def test_the_right_answer_is_right(name):
    assert verdict(ALL[name], ALL[name].right).startswith("✓ Right.")
    assert ALL[name].praise


@pytest.mark.parametrize(("name", "diagnosis"), WRONG)
def test_each_foreseen_mistake_gets_its_own_diagnosis(name, diagnosis):
    ((wrong, _),) = [pair for pair in ALL[name].wrong if pair[1] == diagnosis]
    assert verdict(ALL[name], wrong) == f"✗ Not yet. {diagnosis}"


@pytest.mark.parametrize("name", ALL)
def test_every_exercise_foresees_at_least_three_mistakes(name):
    assert len(ALL[name].wrong) >= 3


def test_exercises_and_chapters_name_each_other():
    used = set()
    for path in NOTEBOOKS:
        for cell in nbformat.read(path, as_version=4).cells:
            if cell.cell_type == "code" and "check(" in cell.source:
                used |= set(re.findall(r'\bcheck\(f?"([^"]+)"', cell.source))
    # check(f"shapes.drill_{letter}", …) stands for several exercises.
    patterns = [re.sub(r"\\\{.*?\\\}", r"\\w+", re.escape(name)) for name in used]
    assert {name for name in ALL if any(re.fullmatch(p, name) for p in patterns)} == set(ALL)
    for pattern in patterns:
        assert any(re.fullmatch(pattern, name) for name in ALL), pattern


def test_an_unfilled_answer_is_not_called_wrong():
    assert verdict(double, None) == "✗ Not yet. Nothing is filled in so far."
    assert "returned None: nothing is filled in so far" in verdict(double, lambda x: None)

    def as_it_is_handed_out(x):
        raise NotImplementedError

    assert verdict(double, as_it_is_handed_out) == "✗ Not yet. Nothing is filled in so far."


def test_a_right_answer_must_be_right_in_every_case():
    first_only = {1.0: 2.0}
    assert verdict(double, lambda x: np.array([first_only.get(x[0], 0.0), 6.0])).startswith("✗")


def test_what_the_code_raises_is_passed_on():
    assert "raised KeyError: 'a'" in verdict(double, lambda x: {}["a"])
    assert "raised TypeError: " in verdict(double, lambda: 2.0)


def test_changing_an_argument_is_noticed():
    def in_place(x):
        x *= 2
        return x

    assert "changed one of its arguments" in verdict(double, in_place)


@pytest.mark.parametrize("size", [1e-6, 1.0, 1e6])
def test_the_tolerance_is_relative_to_the_largest_right_number(size):
    exercise = Exercise(right=np.array([size, 0.0]), tolerance=1e-3)
    near, far = np.array([0, 0.9e-3 * size]), np.array([0, 1.1e-3 * size])
    assert verdict(exercise, exercise.right + near).startswith("✓")
    assert verdict(exercise, exercise.right + far).startswith("✗")
    foreseen = Exercise(right=-7.0, wrong=[(exercise.right, "Foreseen.")], tolerance=1e-3)
    assert verdict(foreseen, exercise.right + near) == "✗ Not yet. Foreseen."
    assert verdict(foreseen, exercise.right + far) != "✗ Not yet. Foreseen."


@pytest.mark.parametrize("answer", [[1.0, 5.0], [1.0, -np.inf], [1.0, np.nan], [np.inf, np.inf]])
def test_infinity_is_a_number_of_its_own(answer):
    exercise = Exercise(right=[1.0, np.inf])
    assert verdict(exercise, [1.0, np.inf]).startswith("✓")
    assert verdict(exercise, answer).startswith("✗")


def test_a_foreseen_mistake_that_fails_or_spoils_its_argument_hides_no_other():
    def spoils(x):
        x += 100
        return x

    not_for_vectors = (lambda x: np.linalg.inv(x), "That is the inverse.")
    wrong = [not_for_vectors, (spoils, "That is a hundred more."), *double.wrong]
    exercise = Exercise(double.right, wrong, double.cases)
    assert verdict(exercise, lambda x: x**2) == "✗ Not yet. That is the square."
    assert verdict(exercise, double.right).startswith("✓")


def test_an_answer_is_written_for_readers():
    assert "is [0. 1.]," in verdict(Exercise(right=[1.0, 1.0]), [-0.0, 1.0])
    assert "is [0. 0. 0. ... 0. 0. 0.]," in verdict(Exercise(right=np.ones(99)), np.zeros(99))


def test_an_unforeseen_answer_is_described_without_giving_the_right_one_away():
    text = verdict(double, lambda x: 3 * x)
    assert "[3. 9.]" in text
    assert "[2. 6.]" not in text
    assert "Add it to itself." in text
    assert "an array of shape (2,)" in verdict(double, lambda x: 2.0)
    assert "and yours is a text" in verdict(double, lambda x: "two")


def test_nan_is_never_right():
    assert verdict(double, lambda x: x * np.nan).startswith("✗")


def test_check_prints_the_verdict(capsys):
    check("notation.picture", [3, 10])
    assert capsys.readouterr().out.startswith("✓ Right. ")


@pytest.mark.parametrize("name", ["nothing", "nothing.here", "notation.nothing", "notation.np"])
def test_an_unknown_exercise_is_refused(name):
    with pytest.raises(ValueError, match=r"check: name must be 'chapter\.exercise'"):
        find(name)

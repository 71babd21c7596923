"""The exercises accept their right answers and diagnose their known wrong ones."""

import re
from functools import cache

import nbformat
import numpy as np
import pytest

from chainrule.exercises import Exercise, check, find, verdict
from chainrule_dev.exercises import ALL, CHAPTERS, WRONG
from chainrule_dev.repository import ROOT, chapter_notebooks

NOTEBOOKS = chapter_notebooks()

double = Exercise(
    right=lambda x: 2 * x,
    wrong=[(lambda x: x**2, "That is the square.")],
    cases=[(np.array([1.0, 3.0]),), (np.array([0.5, -1.0]),)],
    praise="Twice as much.",
    hint="Add it to itself.",
)


def place(name):
    """The file of an exercise, and its name there."""
    chapter, _, own = name.partition(".")
    return f"lib/chainrule/exercises/{chapter}.py: {own}"


@pytest.mark.parametrize("name", ALL)
def test_the_right_answer_is_right(name):
    said = verdict(ALL[name], ALL[name].right)
    assert said.startswith("✓ Right."), f"{place(name)}: write its right answer. So far: {said}"


@pytest.mark.parametrize("name", ALL)
def test_every_exercise_has_praise_and_a_hint(name):
    assert ALL[name].praise, f"{place(name)} has no praise: a sentence that adds something"
    assert ALL[name].hint, f"{place(name)} has no hint: a sentence for any other wrong answer"


@pytest.mark.parametrize(("name", "diagnosis"), WRONG)
def test_each_foreseen_mistake_gets_its_own_diagnosis(name, diagnosis):
    ((wrong, _),) = [pair for pair in ALL[name].wrong if pair[1] == diagnosis]
    said = verdict(ALL[name], wrong)
    assert said == f"✗ Not yet. {diagnosis}", (
        f"{place(name)}: on these cases a mistake is not told from another: {diagnosis}"
    )


@pytest.mark.parametrize("name", ALL)
def test_every_exercise_foresees_at_least_three_mistakes(name):
    assert len(ALL[name].wrong) >= 3, (
        f"{place(name)} foresees {len(ALL[name].wrong)} mistakes; at least 3 are needed: add pairs "
        "(wrong answer, what is wrong with it) to `wrong`"
    )


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_every_chapter_has_at_least_three_exercises(chapter):
    count = sum(name.startswith(f"{chapter}.") for name in ALL)
    assert count >= 3, (
        f"lib/chainrule/exercises/{chapter}.py has {count} exercises; at least 3 are needed: "
        f"`python tools/new.py exercise {chapter}.NAME` begins one"
    )


@cache
def names_checked(path):
    """The names in a notebook's calls of `check`, as regular expressions."""
    cells = nbformat.read(path, as_version=4).cells
    code = "\n".join(cell.source for cell in cells if cell.cell_type == "code")
    # check(f"shapes.drill_{letter}", …) stands for several exercises.
    return {
        re.sub(r"\\\{.*?\\\}", r"\\w+", re.escape(name))
        for name in re.findall(r'\bcheck\(f?"([^"]+)"', code)
    }


@pytest.mark.parametrize("name", ALL)
def test_every_exercise_is_in_its_chapter(name):
    chapter, _, _ = name.partition(".")
    path = ROOT / "book" / "en" / f"{chapter.replace('_', '-')}.ipynb"
    assert path.is_file(), f"{place(name)}: there is no chapter book/en/{path.name}"
    assert any(re.fullmatch(pattern, name) for pattern in names_checked(path)), (
        f'book/en/{path.name} has no cell with check("{name}", ...)'
    )


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_every_exercise_of_a_chapter_has_its_check(path):
    unknown = [p for p in names_checked(path) if not any(re.fullmatch(p, name) for name in ALL)]
    listed = ", ".join(unknown).replace("\\", "")
    assert not unknown, f"lib/chainrule/exercises has no {listed}, which book/en/{path.name} checks"


BEGUN = Exercise(right=None)
SENTENCES = [
    (
        test_the_right_answer_is_right,
        "lib/chainrule/exercises/relu.py: begun: write its right answer. So far: ✗ Not yet. "
        "Nothing is filled in so far.",
    ),
    (
        test_every_exercise_has_praise_and_a_hint,
        "lib/chainrule/exercises/relu.py: begun has no praise: a sentence that adds something",
    ),
    (
        test_every_exercise_foresees_at_least_three_mistakes,
        "lib/chainrule/exercises/relu.py: begun foresees 0 mistakes; at least 3 are needed",
    ),
    (
        test_every_exercise_is_in_its_chapter,
        'book/en/relu.ipynb has no cell with check("relu.begun", ...)',
    ),
]


@pytest.mark.parametrize(
    ("test", "sentence"), SENTENCES, ids=[row[0].__name__ for row in SENTENCES]
)
def test_what_an_exercise_lacks_is_said_in_a_sentence(monkeypatch, test, sentence):
    monkeypatch.setitem(ALL, "relu.begun", BEGUN)
    with pytest.raises(AssertionError) as caught:
        test("relu.begun")
    assert str(caught.value).startswith(sentence)


def test_other_things_that_are_missing_are_said_in_a_sentence(monkeypatch, tmp_path):
    hint = Exercise(right=1, praise="Yes.", wrong=[(1, "No.")])
    monkeypatch.setitem(ALL, "begun.only", hint)
    with pytest.raises(AssertionError, match=r"begun\.py: only has no hint: a sentence for any"):
        test_every_exercise_has_praise_and_a_hint("begun.only")
    with pytest.raises(AssertionError, match=r"only: on these cases a mistake is not told .*: No"):
        test_each_foreseen_mistake_gets_its_own_diagnosis("begun.only", "No.")
    with pytest.raises(AssertionError, match=r"begun\.py has 1 exercises; at least 3 are needed"):
        test_every_chapter_has_at_least_three_exercises("begun")
    with pytest.raises(AssertionError, match=r"only: there is no chapter book/en/begun\.ipynb"):
        test_every_exercise_is_in_its_chapter("begun.only")
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell('check("no.thing", 1)')])
    nbformat.write(notebook, tmp_path / "no.ipynb")
    with pytest.raises(AssertionError, match=r"has no no\.thing, which book/en/no\.ipynb checks"):
        test_every_exercise_of_a_chapter_has_its_check(tmp_path / "no.ipynb")


# --- How answers are judged -----------------------------------------------------------------------


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


def test_numbers_are_written_for_readers():
    assert "it should be 1, and is 0 (" in verdict(Exercise(right=[1.0, 1.0]), [-0.0, 1.0])


def test_an_unforeseen_answer_is_told_where_it_differs_and_given_a_hint():
    text = verdict(double, lambda x: 3 * x)
    assert "for the arguments ([1. 3.]), at [0] it should be 2, and is 3 (2 of 2" in text
    assert text.endswith("Add it to itself.")
    assert "it should be an array of shape (2,), and is a number" in verdict(double, lambda x: 2.0)
    assert "and is a text" in verdict(double, lambda x: "two")


def test_nan_is_never_right():
    assert verdict(double, lambda x: x * np.nan).startswith("✗")


def test_check_prints_the_verdict(capsys):
    check("notation.picture", [3, 10])
    assert capsys.readouterr().out.startswith("✓ Right. ")


@pytest.mark.parametrize("name", ["nothing", "nothing.here", "notation.nothing", "notation.np"])
def test_an_unknown_exercise_is_refused(name):
    with pytest.raises(ValueError, match=r"check: name must be 'chapter\.exercise'"):
        find(name)

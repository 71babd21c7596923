"""Other right answers are called right, other wrong ones wrong, and the cases reject mutants.

The answers stand in right_answers/CHAPTER.py:

- RIGHT: {exercise: [answers]}, at least two other right ones of each, written independently;
- EQUIVALENT: {exercise: {mutant: reason}}, mutants of the right answer that are right as well;
- WRONG: {exercise: [answers]}, wrong algorithms beside those that the exercise foresees.
"""

import importlib.util
import re
from pathlib import Path

import numpy as np
import pytest

from chainrule.exercises import verdict
from chainrule_dev.exercises import ALL
from chainrule_dev.mutation import mutants, survivors

FOLDER = Path(__file__).parent / "right_answers"


def read(path):
    spec = importlib.util.spec_from_file_location(f"right_answers_{path.stem}", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


MODULES = {path.stem: read(path) for path in sorted(FOLDER.glob("*.py"))}


def table(kind):
    """{"chapter.exercise": what the chapter's module says of it}."""
    return {
        f"{chapter}.{exercise}": entry
        for chapter, module in MODULES.items()
        for exercise, entry in getattr(module, kind, {}).items()
    }


RIGHT, WRONG, EQUIVALENT = table("RIGHT"), table("WRONG"), table("EQUIVALENT")


@pytest.mark.parametrize("name", ALL)
def test_at_least_two_other_right_answers_are_called_right(name):
    answers = RIGHT.get(name, ())
    assert len(answers) >= 2, (
        f"tests/library/right_answers/{name.partition('.')[0]}.py needs two other right answers "
        f"to {name}"
    )
    for number, answer in enumerate(answers):
        with np.errstate(all="ignore"):
            assert verdict(ALL[name], answer).startswith("✓ Right."), number


@pytest.mark.parametrize("name", WRONG)
def test_other_wrong_answers_are_called_wrong(name):
    for number, answer in enumerate(WRONG[name]):
        with np.errstate(all="ignore"):
            assert verdict(ALL[name], answer).startswith("✗ Not yet."), number


@pytest.mark.parametrize("name", [name for name in ALL if callable(ALL[name].right)])
def test_the_cases_reject_every_mutant_of_the_right_answer(name):
    survived = {re.sub(r"^line \d+: ", "", text) for text in survivors(name)}
    known = EQUIVALENT.get(name, {})
    assert survived - known.keys() == set(), f"add a case to {name}, or say why it is right"
    assert known.keys() - survived == set(), "these do not survive (any more)"
    assert all(len(reason) > 10 for reason in known.values())


def test_the_answers_are_of_exercises_that_there_are():
    assert {*RIGHT, *WRONG, *EQUIVALENT} <= ALL.keys()


def test_a_mutant_changes_one_thing_and_is_told_from_the_right_answer():
    found = [description for description, _ in mutants("affine.backward")]
    assert any("`X.T @ dout` becomes `dout @ X.T`" in text for text in found), found
    assert survivors("affine.backward") == []

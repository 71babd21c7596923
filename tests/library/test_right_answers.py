"""Other right answers are called right, other wrong ones wrong, and the cases reject mutants."""

import re

import numpy as np
import pytest
from other_answers import EQUIVALENT, RIGHT, WRONG

from chainrule.exercises import verdict
from chainrule_dev.exercises import ALL
from chainrule_dev.mutation import mutants, survivors


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

"""A new layer or optimizer does not stop the tests: each thing that it lacks fails one test, which
says in a sentence what to write and where.
"""

import importlib.util
import sys
from pathlib import Path

import numpy as np
import pytest

import chainrule as cr
import chainrule_dev
from chainrule.optimizers import Optimizer

HERE = Path(__file__)
FILES = [path for path in sorted(HERE.parent.glob("test_*.py")) if path != HERE]


class LeakyReLU(cr.Layer):
    """A layer without a case, mutants, a reference, or sections in its docstring."""

    def __init__(self, slope=0.01):
        self.slope = slope

    def forward(self, x):
        x = self._input(x)
        self._cache = x
        return np.where(x > 0, x, self.slope * x)

    def backward(self, dout):
        x = self._saved()
        return self._upstream(dout, x.shape, x.dtype) * np.where(x > 0, 1, self.slope)


class Lion(Optimizer):
    """An optimizer of the same kind."""

    def _step(self, key, p, g):
        p -= self.lr * np.sign(g)


@pytest.fixture
def files_with_new_layer(monkeypatch):
    """{name: module} of every test file here, imported where the two classes are public."""
    for thing in (LeakyReLU, Lion):
        monkeypatch.setattr(cr, thing.__name__, thing, raising=False)
    monkeypatch.setattr(cr, "__all__", [*cr.__all__, "LeakyReLU", "Lion"])
    for module in [name for name in sys.modules if name.startswith("chainrule_dev.")]:
        monkeypatch.delitem(sys.modules, module)
        monkeypatch.delattr(chainrule_dev, module.partition(".")[2], raising=False)
    return {path.stem: imported(path) for path in FILES}


def imported(path):
    spec = importlib.util.spec_from_file_location(f"with_a_new_layer_{path.stem}", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


# (test file, test, what it is run for, how its message begins)
SENTENCES = [
    (
        "test_gradients",
        "test_every_public_layer_has_a_case",
        LeakyReLU,
        "lib/chainrule_dev/cases.py has no case for LeakyReLU",
    ),
    (
        "test_mutants",
        "test_every_layer_has_at_least_three_mutants",
        LeakyReLU,
        "lib/chainrule_dev/mutants.py has 0 mutants of LeakyReLU; at least 3 are needed",
    ),
    (
        "test_reference",
        "test_everything_public_has_a_reference_file",
        "LeakyReLU",
        "tests/library/reference has no LeakyReLU.npz: add cases of LeakyReLU to CASES",
    ),
    (
        "test_reference",
        "test_everything_public_has_a_reference_file",
        "Lion",
        "tests/library/reference has no Lion.npz: add cases of Lion to CASES",
    ),
    (
        "test_bad_input",
        "test_everything_public_refuses_wrong_arguments",
        "LeakyReLU",
        "tests/library/test_bad_input.py has no wrong arguments of LeakyReLU: add `refused(",
    ),
    (
        "test_optimizers",
        "test_every_optimizer_has_a_recurrence_and_a_learning_rate",
        Lion,
        "tests/library/test_optimizers.py has no recurrence of Lion: write it for one number",
    ),
]


@pytest.mark.parametrize(
    ("file", "test", "argument", "sentence"), SENTENCES, ids=[row[3] for row in SENTENCES]
)
def test_what_is_missing_is_said_in_a_sentence(
    files_with_new_layer, file, test, argument, sentence
):
    function = getattr(files_with_new_layer[file], test)
    (values,) = [mark.args[1] for mark in function.pytestmark if mark.name == "parametrize"]
    assert argument in values, "the test is run for it"
    with pytest.raises((AssertionError, pytest.fail.Exception)) as caught:
        function(argument)
    assert str(caught.value).startswith(sentence)

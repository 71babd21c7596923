"""ask_pytorch of chapter "From chainrule to PyTorch": stored results where PyTorch is missing.

tests/library/reference/check_live.py compares the stored results with PyTorch's.
"""

import ast
import builtins
import dis
import importlib.util
import inspect
import textwrap
from pathlib import Path

import numpy as np
import pytest

from chainrule import he, load_digits
from chainrule.book import in_pytorch, pytorch_numbers
from chainrule.book.in_pytorch import ask_pytorch, fingerprint, forgetful_walk, one_step

RATES = [0.01] * 10 + [0.001] * 20


def chapter_arguments():
    """The chapter's arguments of one_step."""
    rng = np.random.default_rng(0)
    params = {
        "conv1.W": he((2, 1, 3, 3), rng),
        "conv1.b": np.zeros(2),
        "bn1.gamma": np.array([1.0, 0.5]),
        "bn1.beta": np.array([0.0, 0.2]),
        "affine1.W": he((18, 10), rng),
        "affine1.b": np.zeros(10),
    }
    x, t, _, _ = load_digits(flatten=False)
    return params, x[:8], t[:8]


def affine_arguments():
    """The batch of chapter "The affine layer": x, W, b and dout."""
    arrays = [[[1, 1], [2, 3]], [[1, 2, 3], [4, 5, 6]], [7, 8, 9], [[2, 1, -1], [1, 1, 1]]]
    return tuple(np.array(array, float) for array in arrays)


CALLS = [
    (in_pytorch.one_step, chapter_arguments()),
    (in_pytorch.momentum_walk, (1.0, RATES)),
    (in_pytorch.forgetful_walk, (1.0, 0.05, 60)),
    (in_pytorch.defaults, ()),
    (in_pytorch.as_module, chapter_arguments()[:2]),
    (in_pytorch.training_loop, load_digits()),
    (in_pytorch.our_affine, affine_arguments()),
]
each_call = pytest.mark.parametrize(("function", "arguments"), CALLS)


@pytest.fixture
def no_torch(monkeypatch):
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)


def test_the_file_needs_numpy_alone():
    """make_chapter_numbers.py runs it where the book's other packages are not installed."""
    tree = ast.parse(Path(in_pytorch.__file__).read_text(encoding="utf-8"))
    names = {
        alias.name for node in tree.body if isinstance(node, ast.Import) for alias in node.names
    }
    names |= {node.module for node in tree.body if isinstance(node, ast.ImportFrom)}
    assert names == {"importlib.util", "inspect", "numpy"}


def names_from_outside(source):
    """The names that a function's source takes from the module it stands in."""
    (function,) = ast.parse(textwrap.dedent(source)).body
    code = compile(ast.Module([function], []), "pasted", "exec")
    waiting, found = list(code.co_consts), set()
    while waiting:
        if inspect.iscode(each := waiting.pop()):
            waiting += each.co_consts
            found |= {
                instruction.argval
                for instruction in dis.get_instructions(each)
                if instruction.opname in ("LOAD_GLOBAL", "LOAD_NAME")
            }
    return found - set(dir(builtins)) - {"__name__", "super"}


SHOWN = ["network", "one_step", "as_module", "training_loop", "our_affine"]
SHOWN += ["momentum_walk", "forgetful_walk"]


@pytest.mark.parametrize("name", SHOWN)
def test_what_the_chapter_shows_runs_where_it_is_pasted(name):
    """It takes nothing from the file around it, but for `network`, which is shown as well."""
    outside = names_from_outside(inspect.getsource(getattr(in_pytorch, name)))
    assert outside <= {"network"} - {name}


def test_a_name_from_outside_is_seen():
    assert names_from_outside("def f(x):\n    return [OrderedDict(a=y) for y in x]") == {
        "OrderedDict"
    }


@each_call
def test_without_pytorch_the_stored_answers_are_given(no_torch, function, arguments):
    answers = ask_pytorch(function, *arguments)
    stored = pytorch_numbers(function.__name__)
    assert set(answers) == set(stored) - {"arguments"}
    for name, array in answers.items():
        np.testing.assert_array_equal(array, stored[name])


def test_without_pytorch_other_arguments_are_refused(no_torch):
    params, x, t = chapter_arguments()
    other = params | {"affine1.W": params["affine1.W"][::-1]}
    for arguments in [(other, x, t), (params, x[::-1], t), (params, x, t[::-1])]:
        with pytest.raises(ValueError, match="ask_pytorch: PyTorch is not installed"):
            ask_pytorch(one_step, *arguments)
    with pytest.raises(ValueError, match="other arguments of forgetful_walk"):
        ask_pytorch(forgetful_walk, 1.0, 0.05, 61)


def test_the_fingerprint_sees_order_and_size():
    numbers = np.arange(6.0)
    same = fingerprint([numbers, {"a": 2.0}])
    assert same.shape == (2,)
    assert fingerprint([numbers[::-1], {"a": 2.0}])[0] != same[0]
    assert fingerprint([numbers, {"a": 3.0}])[1] != same[1]


def test_with_pytorch_the_function_is_called(monkeypatch):
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: name == "torch")
    assert ask_pytorch(lambda x: {"twice": 2 * x}, 3) == {"twice": 6}

"""What the core may import (NumPy and the standard library), and its list of public names."""

import ast
import inspect
import subprocess
import sys
from pathlib import Path

import pytest

import chainrule as cr

CORE = Path(cr.__file__).parent
MODULES = sorted(CORE.glob("*.py"))
each_module = pytest.mark.parametrize("path", MODULES, ids=lambda path: path.name)

# One training step where only NumPy and the standard library can be imported.
ALONE = """
import sys

BEYOND = ("chainrule.book", "chainrule.drawing", "chainrule.exercises", "chainrule.explore")

class Forbid:
    def find_spec(self, name, path=None, target=None):
        top = name.split(".")[0]
        allowed = top in sys.stdlib_module_names or top in ("numpy", "chainrule")
        if not allowed or name.startswith(BEYOND):
            raise ImportError(f"the core imported {name}")

import numpy as np

sys.meta_path.insert(0, Forbid())

import chainrule as cr

rng = np.random.default_rng(0)
x, t = cr.spirals(5, 2, rng)
net = cr.fully_connected([2, 3, 2], rng)
cr.fit(net, cr.SoftmaxWithLoss(), cr.Adam(), x, t, epochs=1, batch_size=10, rng=rng)
cr.check_layer(net, x, rng=rng)
cr.load_digits()
print("trained")
"""


def imports(path):
    """The full names of all modules that a file imports, anywhere in the file."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path.name}: imports are absolute"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def test_the_modules_of_the_core_are_found():
    assert {"__init__.py", "layers.py", "gradcheck.py"} <= {path.name for path in MODULES}


@each_module
def test_a_core_module_imports_numpy_and_the_standard_library_only(path):
    allowed = sys.stdlib_module_names | {"numpy", "chainrule"}
    assert {name.split(".")[0] for name in imports(path)} <= allowed


@each_module
def test_a_core_module_never_imports_the_book(path):
    beyond = ("chainrule.book", "chainrule.drawing", "chainrule.exercises", "chainrule.explore")
    assert not [name for name in imports(path) if name.startswith(beyond)]


def test_the_core_runs_with_numpy_alone():
    """In a process in which no other package can be imported."""
    result = subprocess.run(
        [sys.executable, "-W", "error", "-c", ALONE],
        env={"PYTHONPATH": str(CORE.parent), "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert result.returncode == 0, result.stderr
    assert result.stdout == "trained\n"


def drawn_from_the_global_state(path):
    """The attributes of np.random that a file uses."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Attribute) and ast.unparse(node.value) in (
            "np.random",
            "numpy.random",
        ):
            yield node.attr


@each_module
def test_nothing_is_drawn_from_a_global_random_state(path):
    assert set(drawn_from_the_global_state(path)) <= {"Generator", "default_rng"}
    assert "random" not in {name.split(".")[0] for name in imports(path)}


@each_module
def test_no_bare_assert_stands_for_a_message(path):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    assert not [node.lineno for node in ast.walk(tree) if isinstance(node, ast.Assert)]


def test_all_lists_the_public_names_in_order():
    """Names in capitals, then classes, then functions and modules, each in alphabetical order."""

    def kind(name):
        return (not name.isupper(), not name[0].isupper(), name)

    assert sorted(cr.__all__, key=kind) == cr.__all__
    assert len(set(cr.__all__)) == len(cr.__all__)


def test_all_is_complete():
    """Every public class and function that chainrule imports is listed."""
    found = {
        name
        for name, thing in vars(cr).items()
        if not name.startswith("_") and (inspect.isclass(thing) or inspect.isfunction(thing))
    }
    lacking = found - set(cr.__all__)
    assert not lacking, f"__all__ of lib/chainrule/__init__.py lacks {sorted(lacking)}"


@pytest.mark.parametrize("name", cr.__all__)
def test_a_public_name_exists(name):
    assert hasattr(cr, name), f"lib/chainrule/__init__.py does not import {name}"


@pytest.mark.parametrize("name", cr.__all__)
def test_a_public_name_exists_and_says_what_it_is_in_a_sentence(name):
    first, _, _ = (getattr(cr, name).__doc__ or "").strip().partition("\n\n")
    assert 0 < len(first) <= 120
    assert first.endswith((".", "…"))


def public_definitions():
    """(file, name) of the classes and functions that the core defines for its readers."""
    for path in MODULES:
        # chainrule.fast has the names of layers that are public already.
        if path.name.startswith("_") or path.name == "fast.py":
            continue
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, (ast.FunctionDef, ast.ClassDef)) and not node.name.startswith("_"):
                yield path.name, node.name


@pytest.mark.parametrize(("file", "name"), list(public_definitions()))
def test_what_the_core_defines_is_public(file, name):
    if name != "Optimizer":  # the base class, which only tests and readers' own optimizers need
        assert name in cr.__all__, f"chainrule.__all__ lacks {name} of lib/chainrule/{file}"

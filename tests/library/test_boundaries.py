"""What the core may depend on: NumPy and the standard library. And what it shows to the public."""

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

# A step of training, where chainrule can import only NumPy and the standard library.
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
    """The full names of all modules that a file imports, wherever in the file."""
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
    """For real: in a process in which every other package cannot be imported."""
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
    """Uses of np.random other than the two that carry their own state."""
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
    """Constants in capitals, then classes, then functions and modules, each by the alphabet."""

    def kind(name):
        return (not name.isupper(), not name[0].isupper(), name)

    assert sorted(cr.__all__, key=kind) == cr.__all__
    assert len(set(cr.__all__)) == len(cr.__all__)


def test_all_is_complete():
    """Every class and function that chainrule imports for the reader is listed."""
    found = {
        name
        for name, thing in vars(cr).items()
        if not name.startswith("_") and (inspect.isclass(thing) or inspect.isfunction(thing))
    }
    assert found | {"data"} == set(cr.__all__)


@pytest.mark.parametrize("name", cr.__all__)
def test_a_public_name_exists_and_says_what_it_is_in_a_sentence(name):
    first, _, _ = (getattr(cr, name).__doc__ or "").strip().partition("\n\n")
    assert 0 < len(first) <= 120
    assert first.endswith((".", "…"))


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.name)
def test_a_module_and_its_public_functions_and_classes_are_documented(path):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    assert ast.get_docstring(tree)
    for node in tree.body:
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)) and not node.name.startswith("_"):
            assert ast.get_docstring(node), node.name


LAYERS = [
    name
    for name in cr.__all__
    if inspect.isclass(getattr(cr, name)) and issubclass(getattr(cr, name), cr.Layer)
]


@pytest.mark.parametrize("name", [name for name in LAYERS if name != "Layer"])
def test_a_layers_docstring_states_forward_backward_cache_and_errors(name):
    text = getattr(cr, name).__doc__
    for part in ("forward(", "backward(", "Caches", "Raises ValueError"):
        assert part in text, f"{name}: {part}"

"""Every public class and function is documented in NumPy's sections, as its code says; every
private one in a line.
"""

import importlib
import inspect
import json
import pkgutil
import re
from pathlib import Path
from types import FunctionType

import pytest
from docstrings import (
    arguments,
    attributes,
    entries,
    names,
    parse,
    raised,
    returns_something,
)

import chainrule as cr
from chainrule import explore
from chainrule.optimizers import Optimizer
from chainrule_dev.repository import chapter_notebooks

PACKAGE = Path(cr.__file__).parent
# The modules of exercises define answers, right and wrong ones, that explain themselves.
MODULES = [
    importlib.import_module(module.name)
    for module in pkgutil.walk_packages(cr.__path__, "chainrule.")
    if not module.name.startswith("chainrule.exercises.")
]


def defined_in(module):
    """The classes and functions that a module defines."""
    return [
        thing
        for thing in vars(module).values()
        if (inspect.isclass(thing) or isinstance(thing, FunctionType))
        and thing.__module__ == module.__name__
        and thing.__qualname__ == thing.__name__
    ]


def is_public(module, thing):
    """Of the explorables' modules only the functions of `explore` are for readers."""
    if module.__name__.startswith("chainrule.explore"):
        return thing.__name__ in explore.__all__ and isinstance(thing, FunctionType)
    private = any(part.startswith("_") for part in module.__name__.split("."))
    return not private and not thing.__name__.startswith("_")


def own_methods(cls):
    """{name: function} of the methods that the class defines and its bases do not."""
    return {
        name: getattr(method, "fget", method)
        for name, method in vars(cls).items()
        if isinstance(method, (FunctionType, property))
        and not name.startswith("__")
        and not any(name in vars(base) for base in cls.__mro__[1:])
    }


ALL = [(module, thing) for module in MODULES for thing in defined_in(module)]
PUBLIC = [thing for module, thing in ALL if is_public(module, thing)]
CLASSES = [thing for thing in PUBLIC if inspect.isclass(thing)]
FUNCTIONS = [thing for thing in PUBLIC if not inspect.isclass(thing)]
PRIVATE = [thing for module, thing in ALL if not is_public(module, thing)]
PRIVATE += [
    method
    for _, cls in ALL
    if inspect.isclass(cls)
    for name, method in own_methods(cls).items()
    if cls not in CLASSES or name.startswith("_") or isinstance(vars(cls)[name], property)
]


def full_name(thing):
    return f"{thing.__module__}.{thing.__qualname__}"


def sections_of(thing):
    try:
        return parse(thing.__doc__)[1]
    except AssertionError as error:
        raise AssertionError(f"{full_name(thing)}: {error}") from None


def documented_methods(cls):
    """{name: (signature, description)} of the methods listed by the class or one of its bases."""
    found = {}
    for base in reversed(cls.__mro__):
        if base.__module__.startswith("chainrule"):
            for first, description in entries(sections_of(base).get("Methods", [])).items():
                name, bracket, rest = first.partition("(")
                found[name] = bracket + rest, description
    return found


def without_self(method):
    signature = inspect.signature(method)
    return str(signature.replace(parameters=list(signature.parameters.values())[1:]))


def check_parameters(thing, expected):
    listed = names(sections_of(thing).get("Parameters", []))
    assert listed == expected, f"{full_name(thing)}: Parameters must list {expected}, got {listed}"


def check_raises(thing, expected):
    listed = entries(sections_of(thing).get("Raises", []))
    assert set(listed) == expected, (
        f"{full_name(thing)} raises {sorted(expected)}, its section Raises has {sorted(listed)}"
    )
    assert all(listed.values()), f"{full_name(thing)}: Raises must say when"


def check_returns(thing, function):
    listed = "Returns" in sections_of(thing)
    assert listed == returns_something(function), f"{full_name(thing)}: Returns, or no return"


# --- The public ones ----------------------------------------------------------------------------


@pytest.mark.parametrize("function", FUNCTIONS, ids=full_name)
def test_a_public_function_is_documented(function):
    check_parameters(function, arguments(function))
    check_returns(function, function)
    # The arguments of an explorable are checked by its traits, which the source does not call.
    expected = {"ValueError"} if function.__name__ in explore.__all__ else set()
    if not full_name(function).startswith("chainrule.explore."):
        expected = raised(function)
    check_raises(function, expected)


@pytest.mark.parametrize("cls", CLASSES, ids=full_name)
def test_a_public_class_is_documented(cls):
    """One test for all, so that a class without a docstring fails once."""
    check_written(cls)
    check_constructor(cls)
    check_listed_methods(cls)
    for name, method in own_methods(cls).items():
        listed = name in documented_methods(cls) or isinstance(vars(cls)[name], property)
        if not name.startswith("_") and not listed:
            check_parameters(method, arguments(method)[1:])
            check_returns(method, method)
            check_raises(method, raised(method, cls))
    if issubclass(cls, cr.Layer) and cls is not cr.Layer:
        check_layer(cls)
    if issubclass(cls, (cr.Layer, Optimizer)) and cls not in (cr.Layer, Optimizer):
        assert "References" in sections_of(cls), f"{full_name(cls)}: References must name a source"


def check_written(cls):
    """No method of a layer is left as tools/new.py makes it."""
    for name, method in own_methods(cls).items():
        left = issubclass(cls, cr.Layer) and "raise NotImplementedError" in inspect.getsource(
            method
        )
        assert not left, f"{full_name(cls)}: write {name}; so far it raises NotImplementedError"


def check_constructor(cls):
    """Its parameters, the attributes it sets, and what is raised by it and the listed methods."""
    takes = [] if issubclass(cls, Exception) else arguments(cls)
    check_parameters(cls, takes)
    attributes_listed = names(sections_of(cls).get("Attributes", []))
    missing = attributes(cls) - {name.lstrip("*") for name in takes} - set(attributes_listed)
    assert not missing, f"{full_name(cls)}: Attributes lacks {missing}"
    of_class = {"__init__", "__getitem__", *documented_methods(cls)}
    functions = [getattr(cls, name) for name in of_class if hasattr(cls, name)]
    python = [function for function in functions if isinstance(function, FunctionType)]
    check_raises(cls, set().union(*(raised(function, cls) for function in python)))


def check_listed_methods(cls):
    """The section Methods has the signatures of the code, and says what is returned."""
    for name, (signature, description) in documented_methods(cls).items():
        method, where = getattr(cls, name), f"{full_name(cls)}: Methods: {name}"
        expected = without_self(method)
        assert signature == expected, f"{where} must read {name}{expected}, got {name}{signature}"
        if returns_something(method):
            assert "Returns" in description, f"{where} must say what it returns"


def check_layer(cls):
    """A layer lists forward and backward itself, and says what it caches."""
    sections, name = sections_of(cls), full_name(cls)
    methods = [first.partition("(")[0] for first in entries(sections.get("Methods", []))]
    assert methods == ["forward", "backward"], f"{name}: Methods must list forward and backward"
    notes = sections.get("Notes", [])
    assert any(line.startswith("Caches") for line in notes), f"{name}: Notes must say `Caches …`"


# --- The private ones and the modules -----------------------------------------------------------


@pytest.mark.parametrize("thing", PRIVATE, ids=full_name)
def test_a_private_class_or_function_has_a_summary(thing):
    sections_of(thing)


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.__name__)
def test_a_module_is_documented(module):
    assert inspect.getdoc(module)


def titles():
    """The titles of the chapters, in full and up to a colon."""
    for path in chapter_notebooks():
        first = json.loads(path.read_text(encoding="utf-8"))["cells"][0]
        title = "".join(first["source"]).splitlines()[0].removeprefix("# ")
        yield from (title, title.partition(":")[0])


@pytest.mark.parametrize("path", sorted(PACKAGE.rglob("*.py")), ids=lambda path: path.stem)
def test_a_chapter_that_is_named_exists(path):
    text = " ".join(path.read_text(encoding="utf-8").split())
    named = re.findall(r'[Cc]hapters? "([^"]+)"(?: and "([^"]+)")?', text)
    assert {name for pair in named for name in pair if name} <= set(titles())


# --- The checks are checked ---------------------------------------------------------------------

GOOD = """Twice a number.

    Parameters
    ----------
    x, y : float
        Numbers.
    *rest : float

    Raises
    ------
    ValueError
        For none.
    """


def test_a_docstring_is_parsed():
    summary, sections = parse(GOOD)
    assert summary == "Twice a number."
    assert names(sections["Parameters"]) == ["x", "y", "*rest"]
    assert entries(sections["Raises"]) == {"ValueError": "For none."}


@pytest.mark.parametrize(
    ("before", "after", "message"),
    [
        ("number.", "number", "one line, a sentence"),
        ("number.\n", "number.\nAnd", "blank line"),
        ("Raises\n    ------", "Errors\n    ------", "not a section"),
        ("Raises\n    ------", "Raises\n    -----", "as many dashes"),
        ("Raises\n    ------\n    ValueError\n        For none.", "Raises\n    ------", "empty"),
        ("Raises\n    ------", "Attributes\n    ----------", "order"),
    ],
)
def test_a_malformed_docstring_is_refused(before, after, message):
    assert before in GOOD
    text = GOOD.replace(before, after)
    if message == "order":
        text = text.replace("Parameters\n    ----------", "Returns\n    -------")
    with pytest.raises(AssertionError, match=message):
        parse(text)


def undocumented(x, y=1):
    """Refuse everything.

    Parameters
    ----------
    x : float
    """
    if x:
        raise KeyError("no")
    return y


def test_what_a_docstring_lacks_is_found():
    with pytest.raises(AssertionError, match=r"Parameters must list \['x', 'y'\], got \['x'\]"):
        check_parameters(undocumented, arguments(undocumented))
    with pytest.raises(AssertionError, match=r"raises \['KeyError'\], its section Raises has \[\]"):
        check_raises(undocumented, raised(undocumented))
    with pytest.raises(AssertionError, match="Returns, or no return"):
        check_returns(undocumented, undocumented)


class Begun(cr.Layer):
    """A layer as tools/new.py makes it."""

    def forward(self, x):
        return self._input(x)

    def backward(self, dout):
        raise NotImplementedError("Begun.backward: return dx")


def test_a_layer_that_is_only_begun_is_not_asked_for_a_docstring_first():
    with pytest.raises(AssertionError, match=r"Begun: write backward; so far it raises NotImpl"):
        test_a_public_class_is_documented(Begun)


def test_exceptions_are_found_where_they_are_raised():
    """In a helper of another module, in an inherited method, in a constructor."""
    assert raised(cr.softmax) == {"ValueError"}
    assert raised(cr.ReLU.backward, cr.ReLU) == {"ValueError", "RuntimeError"}
    assert raised(cr.Momentum.__init__, cr.Momentum) == {"ValueError"}
    assert raised(cr.load_digits) == {"RuntimeError"}
    assert raised(cr.check_layer) == {"GradientCheckError", "ValueError"}

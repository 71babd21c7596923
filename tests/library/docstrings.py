"""Docstrings in NumPy's sections, parsed; and what the code itself says of the same.

A docstring is one summary line, a text, and sections: a title, dashes below it, and entries whose
first line is not indented.
"""

import ast
import builtins
import inspect
import re
import textwrap
from itertools import zip_longest
from types import FunctionType, ModuleType

SECTIONS = ("Parameters", "Attributes", "Methods", "Returns", "Raises", "Notes", "References")


# --- What a docstring says ----------------------------------------------------------------------


def parse(docstring):
    """(summary line, {section: its lines}) of a docstring; AssertionError if it is malformed."""
    assert docstring, "there is no docstring"
    summary, *lines = inspect.cleandoc(docstring).split("\n")
    assert re.search(r"[.?…]$", summary), f"the summary must be one line, a sentence: {summary}"
    assert not lines or not lines[0], "a blank line must follow the summary"
    sections, title = {}, None
    for line, below in zip_longest(lines, lines[1:], fillvalue=""):
        if below and not below.strip("-"):
            title = line
            assert title in SECTIONS, f"not a section: {title}"
            assert len(below) == len(title), f"{title}: as many dashes as letters"
            sections[title] = []
        elif title and line.strip("-"):
            sections[title].append(line)
    order = [SECTIONS.index(title) for title in sections]
    assert order == sorted(order), f"the sections' order must be {SECTIONS}, got {list(sections)}"
    assert all(sections.values()), "a section is empty"
    return summary, sections


def entries(lines):
    """{first line: the lines indented below it, joined} of a section."""
    found, first = {}, None
    for line in lines:
        if line.startswith(" "):
            found[first] = f"{found[first]} {line.strip()}".strip()
        else:
            found[first := line] = ""
    return found


def names(lines):
    """The names before the colon of every entry: "x, y : float" has two."""
    return [name for first in entries(lines) for name in first.partition(" : ")[0].split(", ")]


# --- What the code says -------------------------------------------------------------------------


def arguments(thing):
    """The names of the public arguments of a function or class, with their stars."""
    stars = {inspect.Parameter.VAR_POSITIONAL: "*", inspect.Parameter.VAR_KEYWORD: "**"}
    parameters = inspect.signature(thing).parameters.values()
    return [stars.get(p.kind, "") + p.name for p in parameters if not p.name.startswith("_")]


def tree_of(function):
    """The syntax tree of a function; empty for one without source, such as a dataclass's."""
    try:
        return ast.parse(textwrap.dedent(inspect.getsource(function)))
    except OSError:
        return ast.parse("")


def returns_something(function):
    """Whether a return statement of the function, not of one inside it, has a value."""
    (definition,) = tree_of(function).body
    waiting = list(definition.body)
    for node in waiting:
        if isinstance(node, ast.Return):
            if node.value is not None and ast.unparse(node.value) != "None":
                return True
        elif not isinstance(node, (ast.FunctionDef, ast.Lambda)):
            waiting.extend(ast.iter_child_nodes(node))
    return False


def raised(function, owner=None, seen=None):
    """The exceptions that a function raises, itself or in functions and methods of chainrule.

    Found in the source: what is called by name, as `module.name` or as `self.name` (of `owner`) is
    followed. NotImplementedError does not count: it marks what a subclass must define.
    """
    seen = set() if seen is None else seen
    function = inspect.unwrap(function)  # a decorator's wrapper has the globals of another module
    if function in seen:
        return set()
    seen.add(function)
    found = set()
    for node in ast.walk(tree_of(function)):
        if isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call):
            found.add(ast.unparse(node.exc.func))
        elif isinstance(node, ast.Call):
            for called, its_owner in resolved(node.func, function, owner):
                found |= raised(called, its_owner, seen)
    return found - {"NotImplementedError"}


def resolved(called, function, owner):
    """[(function, its class or None)] of chainrule that an expression in a call stands for."""
    thing, its_owner = None, None
    if isinstance(called, ast.Name) and not hasattr(builtins, called.id):
        thing = function.__globals__.get(called.id)
    elif isinstance(called, ast.Attribute):
        base = ast.unparse(called.value)
        if base in ("self", "super()") and owner is not None:
            classes = owner.__mro__ if base == "self" else class_of(function, owner).__mro__[1:]
            thing = next((vars(c)[called.attr] for c in classes if called.attr in vars(c)), None)
            its_owner = owner
        elif isinstance(module := function.__globals__.get(base), ModuleType):
            thing = getattr(module, called.attr, None)
    if inspect.isclass(thing):
        thing, its_owner = thing.__init__, thing
    ours = isinstance(thing, FunctionType) and thing.__module__.startswith("chainrule")
    return [(thing, its_owner)] if ours and inspect.getsourcefile(thing) else []


def class_of(function, owner):
    """The class among the bases of `owner` that defines the function."""
    return next(c for c in owner.__mro__ if function in map(inspect.unwrap, vars(c).values()))


def attributes(cls):
    """The public attributes that the class's own constructor sets."""
    if "__init__" not in vars(cls) or not isinstance(cls.__init__, FunctionType):
        return set()
    targets = {
        node.attr
        for node in ast.walk(tree_of(cls.__init__))
        if isinstance(node, ast.Attribute)
        and isinstance(node.ctx, ast.Store)
        and ast.unparse(node.value) == "self"
    }
    return {name for name in targets if not name.startswith("_")}

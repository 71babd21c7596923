"""Mutants of the exercises' right answers: one operator, constant or name changed at a time.

An exercise's cases are good if they reject each of them. `survivors("affine.backward")` lists those
that are accepted; each is a case that is missing, or an answer that is right as well.
"""

import ast
import copy
import importlib
import inspect
from contextlib import redirect_stdout
from functools import cache
from io import StringIO
from pathlib import Path

import numpy as np

from chainrule.exercises import find, verdict

SECONDS = 2  # a mutant may never return

OPERATORS = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Div,
    ast.Div: ast.Mult,
    ast.Pow: ast.Mult,
    ast.FloorDiv: ast.Mult,
    ast.Mod: ast.Mult,
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.And: ast.Or,
    ast.Or: ast.And,
}
NAMES = {
    "sum": "mean",
    "mean": "sum",
    "max": "min",
    "min": "max",
    "argmax": "argmin",
    "argmin": "argmax",
    "maximum": "minimum",
    "minimum": "maximum",
    "zeros": "ones",
    "zeros_like": "ones_like",
    "ones": "zeros",
    "ones_like": "zeros_like",
    "sin": "cos",
    "cos": "sin",
    "std": "var",
    "var": "std",
}


def changes(node):
    """The nodes that may stand in this one's place, each with one thing changed."""
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.MatMult):
        yield ast.BinOp(node.right, node.op, node.left)
    elif isinstance(node, (ast.BinOp, ast.BoolOp)) and type(node.op) in OPERATORS:
        yield replaced(node, op=OPERATORS[type(node.op)]())
    elif isinstance(node, ast.AugAssign) and type(node.op) in OPERATORS:
        yield replaced(node, op=OPERATORS[type(node.op)]())
    elif isinstance(node, ast.Compare) and type(node.ops[0]) in OPERATORS:
        yield replaced(node, ops=[OPERATORS[type(node.ops[0])](), *node.ops[1:]])
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, (ast.USub, ast.Not)):
        yield node.operand
    elif isinstance(node, ast.Constant) and isinstance(node.value, bool):
        yield ast.Constant(not node.value)
    elif isinstance(node, ast.Constant) and isinstance(node.value, (int, float)):
        yield ast.Constant(node.value + 1)
        if node.value not in (0, 1):
            yield ast.Constant(node.value * 2)
    elif isinstance(node, ast.Attribute) and node.attr == "T":
        yield node.value
    elif isinstance(node, ast.Attribute) and node.attr in NAMES:
        yield replaced(node, attr=NAMES[node.attr])
    elif isinstance(node, ast.Name) and node.id in ("max", "min"):
        yield replaced(node, id=NAMES[node.id])


def replaced(node, **fields):
    other = copy.copy(node)
    for name, value in fields.items():
        setattr(other, name, value)
    return other


class Put(ast.NodeTransformer):
    """Put `new` where `old` stands."""

    def __init__(self, old, new):
        self.old, self.new = old, new

    def visit(self, node):
        return self.new if node is self.old else self.generic_visit(node)


@cache
def parsed(module):
    tree = ast.parse(Path(module.__file__).read_text(encoding="utf-8"))
    functions = [n for n in ast.walk(tree) if isinstance(n, (ast.FunctionDef, ast.Lambda))]
    return tree, functions


def functions_of(answer, module):
    """The syntax of an answer, and of the functions of its module that it calls."""
    _, functions = parsed(module)
    named = {f.name: f for f in functions if isinstance(f, ast.FunctionDef)}
    start = [f for f in functions if f.lineno == inspect.unwrap(answer).__code__.co_firstlineno]
    found, waiting = [], start[:1]
    while waiting:
        function = waiting.pop()
        if function not in found:
            found.append(function)
            used = {n.id for n in ast.walk(function) if isinstance(n, ast.Name)}
            waiting += [named[name] for name in used & named.keys()]
    return found


def mutants(name):
    """(description, answer) of every mutant of the right answer of an exercise."""
    module = importlib.import_module(f"chainrule.exercises.{name.partition('.')[0]}")
    exercise = find(name)
    if not callable(exercise.right):
        return
    for function in functions_of(exercise.right, module):
        body = function.body if isinstance(function.body, list) else [function.body]
        for statement in body:
            for node in ast.walk(statement):
                for changed in changes(node):
                    yield describe(node, changed), compiled(module, node, changed, name)


def describe(node, changed):
    return f"line {node.lineno}: `{ast.unparse(node)}` becomes `{ast.unparse(changed)}`"


def compiled(module, node, changed, name):
    """The right answer of the module with one node changed."""
    tree, _ = parsed(module)
    whole = ast.fix_missing_locations(copy_with(tree, node, changed))
    space = {"__name__": module.__name__, "__file__": module.__file__}
    exec(compile(whole, module.__file__, "exec"), space)
    return space[name.partition(".")[2]].right


def copy_with(tree, node, changed):
    """A deep copy of the tree in which `node` is changed; the tree itself stays."""
    memory = {}
    twin = copy.deepcopy(tree, memory)
    return Put(memory[id(node)], copy.deepcopy(changed)).visit(twin)


def survivors(name):
    """The descriptions of the mutants that the exercise's cases accept."""
    exercise, found = find(name), []
    for description, answer in mutants(name):
        with redirect_stdout(StringIO()), np.errstate(all="ignore"):
            said = verdict(exercise, answer, SECONDS)
        if said.startswith("✓"):
            found.append(description)
    return found


if __name__ == "__main__":
    import sys

    for wanted in sys.argv[1:]:
        print(wanted, len(list(mutants(wanted))), "mutants")
        for line in survivors(wanted):
            print("   survives:", line)

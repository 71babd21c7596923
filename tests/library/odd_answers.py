"""ZOO: odd answers, such as a reader might give to any exercise."""

from fractions import Fraction

import numpy as np


class Hostile:
    """An object of which every question raises."""

    def __getattr__(self, name):
        raise RuntimeError(name)

    def __array__(self, *args, **kwargs):
        raise RuntimeError("array")

    def __len__(self):
        raise RuntimeError("len")

    def __eq__(self, other):
        raise RuntimeError("eq")

    __hash__ = None

    def __repr__(self):
        raise RuntimeError("repr")


class Unspeakable(Exception):
    def __str__(self):
        raise RuntimeError("str")


def array_of(thing):
    array = np.empty(1, dtype=object)
    array[0] = thing
    return array


def raises(error):
    def function(*args):
        raise error

    return function


def changes_its_arguments(*args):
    for arg in args:
        if isinstance(arg, np.ndarray) and arg.dtype.kind == "f":
            arg += 1
        elif isinstance(arg, list):
            arg.append(None)
    return args


def calls_itself(*args):
    return calls_itself(*args)


def returns(value):
    return lambda *args: value


def prints(*args):
    print("a", "b")
    return args


VALUES = {
    "None": None,
    "Ellipsis": ...,
    "number": 7,
    "huge": 10**400,
    "float": -0.5,
    "nan": float("nan"),
    "infinity": -float("inf"),
    "complex": 1 + 2j,
    "complex array": np.array([1j, 2]),
    "truth value": True,
    "text": "seven",
    "empty text": "",
    "bytes": b"7",
    "empty list": [],
    "empty tuple": (),
    "tuple of one": (10,),
    "ragged": [[1, 2], [3]],
    "ragged deeper": [[1, [2, 3]], [4, 5]],
    "None inside": [1, None, 3],
    "text inside": [1, "2", 3],
    "Ellipsis inside": (..., 1),
    "tuples in a list": [("add", 0, 1), ("mul", 2, 0)],
    "nan inside": [1.0, float("nan")],
    "set": {1, 2},
    "dict": {"dx": [1, 2]},
    "range": range(3),
    "generator": (i for i in range(3)),
    "object": object(),
    "hostile object": Hostile(),
    "array of objects": np.array([None, {}], dtype=object),
    "hostile object in an array": array_of(Hostile()),
    "dates": np.array(["2026-01-01"], dtype="datetime64[D]"),
    "rank 0": np.array(3.0),
    "rank 5": np.zeros((1, 2, 1, 2, 1)),
    "large": np.zeros((50, 60)),
    "empty array": np.zeros((0, 3)),
    "matrix": np.eye(2),
    "masked": np.ma.masked_array([1.0, 2.0], mask=[True, False]),
    "structured": np.zeros(2, dtype=[("a", float)]),
    "fraction": Fraction(1, 3),
    "class": Hostile,
    "module": np,
    "generator of random numbers": np.random.default_rng(0),
}
FUNCTIONS = {f"returns {name}": returns(value) for name, value in VALUES.items()} | {
    "takes nothing": lambda: 0,
    "takes too much": lambda a, b, c, d, e, f, g, h: 0,
    "builtin": len,
    "ufunc": np.add,
    "first argument": lambda first, *rest: first,
    "arguments": lambda *args: args,
    "changes its arguments": changes_its_arguments,
    "calls itself": calls_itself,
    "prints": prints,
    "yields": lambda *args: (yield),
    "exit": raises(SystemExit(1)),
    "assertion": raises(AssertionError()),
    "error of two lines": raises(ValueError("one\ntwo")),
    "error that cannot be printed": raises(Unspeakable()),
    "not implemented": raises(NotImplementedError),
    "a function": lambda *args: lambda: 0,
}
ZOO = VALUES | FUNCTIONS

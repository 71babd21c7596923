"""Wrong arguments: each raises an error of one sentence with names, and changes no state."""

from inspect import signature

import numpy as np
import pytest

import chainrule as cr
from chainrule_dev import cases
from chainrule_dev.cases import ONE_CASE_EACH, OPTIMIZERS


def rng():
    return np.random.default_rng(0)


def affine():
    return cr.Affine(np.ones((3, 2)), np.zeros(2))


def norm(channels=3):
    return cr.BatchNormalization(np.ones(channels), np.zeros(channels))


def conv(**options):
    return cr.Convolution(np.ones((2, 3, 2, 2)), np.zeros(2), **options)


def fit(**changes):
    """Call fit with valid arguments except for the changes."""
    arguments = {
        "net": affine(),
        "loss": cr.SoftmaxWithLoss(),
        "optimizer": cr.SGD(0.1),
        "x": np.ones((4, 3)),
        "t": np.array([0, 1, 1, 0]),
        "epochs": 1,
        "batch_size": 2,
        "rng": rng(),
    } | changes
    return cr.fit(**arguments)


RAGGED = [[1.0, 2.0], [3.0]]
X = np.ones((4, 3))
IMAGES = np.ones((2, 3, 5, 5))
NOT_REAL = "must hold real numbers, got dtype"
GENERATOR = r"rng must be a numpy.random.Generator such as np.random.default_rng\(0\), got"

# (id, a call that raises ValueError, a regex of the message after its place).
ROWS = []


def refused(place, *rows):
    """Add rows (id, callable, regex) whose messages start with `place` and a colon."""
    ROWS.extend(
        pytest.param(call, rf"^{place}: {expected}", id=f"{place} {name}")
        for name, call, expected in rows
    )


# --- what every layer's forward refuses ---

for layer_class, case in ONE_CASE_EACH.items():
    if layer_class is cr.Sequential:
        continue  # its first layer raises
    for kind, value, expected in [
        ("strings", "abc", NOT_REAL),
        ("complex numbers", np.ones((3, 3)) * 1j, rf"x {NOT_REAL} complex128"),
        ("None", None, f"x {NOT_REAL} object"),
        ("ragged rows", RAGGED, "x must be an array, got rows of unequal length"),
        ("an empty batch", np.ones((0, 3)), r"x must not be empty, got shape \(0, 3\)"),
    ]:

        def call(case=case, value=value):
            case.make_layer(rng()).forward(value, *case.make_inputs(rng())[1:])

        refused(f"{layer_class.__name__}.forward", (kind, call, f".*{expected}"))

refused(
    "Affine.forward",
    ("through Sequential", lambda: cr.Sequential(a=affine()).forward("x"), f"x {NOT_REAL} <U1"),
)

# --- layers ---

refused(
    "Affine",
    ("W of rank 1", lambda: cr.Affine([1.0], [1.0]), r"W must have shape \(D, M\), got \(1,\)"),
    (
        "b of the wrong length",
        lambda: cr.Affine(np.ones((3, 2)), np.ones(3)),
        r"b must have shape \(2,\), got \(3,\)",
    ),
    (
        "b as a column",
        lambda: cr.Affine(np.ones((3, 2)), np.ones((2, 1))),
        r"b must have shape \(2,\), got \(2, 1\)",
    ),
    ("W of strings", lambda: cr.Affine([["a"]], [1.0]), f"W {NOT_REAL} <U1"),
    ("complex b", lambda: cr.Affine([[1.0]], [1j]), f"b {NOT_REAL} complex128"),
    ("W None", lambda: cr.Affine(None, [1.0]), f"W {NOT_REAL} object"),
    ("W ragged", lambda: cr.Affine(RAGGED, [1.0]), "W must be an array, got rows of unequal"),
    ("W empty", lambda: cr.Affine(np.ones((0, 2)), [1.0]), r"W must not be empty"),
)
refused(
    "Affine.forward",
    (
        "wrong width",
        lambda: affine().forward(np.ones((5, 4))),
        r"x must have shape \(N, 3\), got \(5, 4\)",
    ),
    ("rank 1", lambda: affine().forward(np.ones(3)), r"x must have shape \(N, 3\), got \(3,\)"),
    ("rank 0", lambda: affine().forward(1.0), r"x must have shape \(N, 3\), got \(\)"),
    (
        "images of the wrong size",
        lambda: affine().forward(np.ones((5, 2, 2))),
        r"x must have shape \(N, 3\), got \(5, 4\)",
    ),
)
refused(
    "BatchNormalization",
    (
        "gamma of rank 2",
        lambda: cr.BatchNormalization(np.ones((1, 3)), np.ones(3)),
        r"gamma must have shape \(C,\), got \(1, 3\)",
    ),
    (
        "beta of another length",
        lambda: cr.BatchNormalization(np.ones(3), np.ones(2)),
        r"beta must have shape \(3,\), got \(2,\)",
    ),
    (
        "momentum 1",
        lambda: cr.BatchNormalization(np.ones(3), np.ones(3), momentum=1),
        r"momentum must be in \[0, 1\), got 1",
    ),
    (
        "momentum negative",
        lambda: cr.BatchNormalization(np.ones(3), np.ones(3), momentum=-0.1),
        r"momentum must be in \[0, 1\), got -0.1",
    ),
    (
        "eps 0",
        lambda: cr.BatchNormalization(np.ones(3), np.ones(3), eps=0),
        "eps must be positive, got 0",
    ),
)
refused(
    "BatchNormalization.forward",
    (
        "eps 0 in float32",
        lambda: cr.BatchNormalization(np.ones(3), np.ones(3), eps=1e-50).forward(
            np.ones((4, 3), np.float32)
        ),
        "eps must not be 0 in float32, got 1e-50",
    ),
    (
        "wrong width",
        lambda: norm().forward(np.ones((4, 2))),
        r"x must have shape \(N, 3\) or \(N, 3, H, W\), got \(4, 2\)",
    ),
    ("wrong rank", lambda: norm().forward(np.ones((4, 3, 2))), r"x must have shape \(N, 3\) or"),
    ("wrong channels", lambda: norm().forward(np.ones((4, 2, 3, 3))), r".*got \(4, 2, 3, 3\)"),
    (
        "a single value per feature",
        lambda: norm().forward(np.ones((1, 3))),
        r"training needs more than one value per feature, got one: x has shape \(1, 3\); "
        r"use eval\(\) for a single sample",
    ),
    (
        "a single pixel per channel",
        lambda: norm().forward(np.ones((1, 3, 1, 1))),
        r"training needs more than one value per feature, got one: x has shape \(1, 3, 1, 1\)",
    ),
    (
        "wrong width in evaluation",
        lambda: norm().eval().forward(np.ones((4, 2))),
        r"x must have shape \(N, 3\)",
    ),
)
refused(
    "Dropout",
    ("rate 1", lambda: cr.Dropout(1.0, rng()), r"rate must be in \[0, 1\), got 1.0"),
    ("rate negative", lambda: cr.Dropout(-0.5, rng()), r"rate must be in \[0, 1\), got -0.5"),
    ("rate nan", lambda: cr.Dropout(np.nan, rng()), "rate must be a finite real number, got nan"),
    ("rate a string", lambda: cr.Dropout("0.5", rng()), "rate must be a finite real number"),
    ("rate a bool", lambda: cr.Dropout(False, rng()), "rate must be a finite real number"),
    ("rng a seed", lambda: cr.Dropout(0.5, 0), f"{GENERATOR} int"),
    ("rng the module", lambda: cr.Dropout(0.5, np.random), f"{GENERATOR} module"),
    ("rng None", lambda: cr.Dropout(0.5, None), f"{GENERATOR} NoneType"),
)

# --- convolution and pooling ---

refused(
    "Convolution",
    (
        "W of rank 2",
        lambda: cr.Convolution(np.ones((2, 3)), np.ones(2)),
        r"W must have shape \(F, C, KH, KW\), got \(2, 3\)",
    ),
    (
        "b of the wrong length",
        lambda: cr.Convolution(np.ones((2, 3, 2, 2)), np.ones(3)),
        r"b must have shape \(2,\), got \(3,\)",
    ),
    ("stride 0", lambda: conv(stride=0), "stride must be an integer >= 1, got 0"),
    ("stride a float", lambda: conv(stride=1.0), "stride must be an integer >= 1, got 1.0"),
    ("stride a pair", lambda: conv(stride=(1, 1)), r"stride must be an integer >= 1, got \(1, 1\)"),
    ("stride True", lambda: conv(stride=True), "stride must be an integer >= 1, got True"),
    ("pad negative", lambda: conv(pad=-1), "pad must be an integer >= 0, got -1"),
    ("pad a string", lambda: conv(pad="same"), "pad must be an integer >= 0, got 'same'"),
)
refused(
    "Convolution.forward",
    (
        "wrong channels",
        lambda: conv().forward(np.ones((4, 2, 5, 5))),
        r"x must have shape \(N, 3, H, W\), got \(4, 2, 5, 5\)",
    ),
    ("rows", lambda: conv().forward(X), r"x must have shape \(N, 3, H, W\), got \(4, 3\)"),
    (
        "filter larger than the input",
        lambda: conv().forward(np.ones((2, 3, 1, 5))),
        r"the window must fit in the input, got height 2 of the window against 1 of the input",
    ),
    (
        "sizes that do not divide",
        lambda: conv(stride=2).forward(IMAGES),
        r"windows must cover the input exactly, got height 5, pad 0, window 2, stride 2: "
        r"\(5 \+ 2·0 − 2\) / 2 is not a whole number",
    ),
    (
        "widths that do not divide",
        lambda: conv(stride=2).forward(np.ones((2, 3, 4, 5))),
        "windows must cover the input exactly, got width 5",
    ),
)
refused(
    "MaxPooling",
    ("window 0", lambda: cr.MaxPooling(0, 2), "pool_h must be an integer >= 1, got 0"),
    ("window a float", lambda: cr.MaxPooling(2, 2.0), "pool_w must be an integer >= 1, got 2.0"),
    ("stride 0", lambda: cr.MaxPooling(2, 2, stride=0), "stride must be an integer >= 1, got 0"),
    ("stride a float", lambda: cr.MaxPooling(2, 2, 1.5), "stride must be an integer >= 1, got 1.5"),
    ("pad negative", lambda: cr.MaxPooling(2, 2, pad=-1), "pad must be an integer >= 0, got -1"),
    (
        "pad as large as the window",
        lambda: cr.MaxPooling(2, 3, stride=1, pad=2),
        "pad must be smaller than the window, got pad 2 for a window of 2×3",
    ),
    (
        "no stride for an oblong window",
        lambda: cr.MaxPooling(2, 3),
        "stride must be given for a window that is not square, got 2×3",
    ),
)
refused(
    "MaxPooling.forward",
    ("rows", lambda: cr.MaxPooling(2, 2).forward(X), r"x must have shape \(N, C, H, W\), got"),
    (
        "window larger than the input",
        lambda: cr.MaxPooling(6, 6).forward(IMAGES),
        "the window must fit in the input, got height 6 of the window against 5 of the input",
    ),
    (
        "sizes that do not divide",
        lambda: cr.MaxPooling(2, 2).forward(IMAGES),
        "windows must cover the input exactly, got height 5, pad 0, window 2, stride 2",
    ),
)
refused(
    "im2col",
    ("rows", lambda: cr.im2col(X, 1, 1), r"x must have shape \(N, C, H, W\), got \(4, 3\)"),
    ("strings", lambda: cr.im2col("a", 1, 1), f"x {NOT_REAL} <U1"),
    ("filter 0", lambda: cr.im2col(IMAGES, 0, 1), "filter_h must be an integer >= 1, got 0"),
    ("filter a float", lambda: cr.im2col(IMAGES, 1, 1.0), "filter_w must be an integer >= 1"),
    ("stride 0", lambda: cr.im2col(IMAGES, 2, 2, 0), "stride must be an integer >= 1, got 0"),
    ("stride a float", lambda: cr.im2col(IMAGES, 2, 2, 1.5), "stride must be an integer >= 1"),
    ("pad negative", lambda: cr.im2col(IMAGES, 2, 2, 1, -1), "pad must be an integer >= 0, got -1"),
    ("window too large", lambda: cr.im2col(IMAGES, 6, 2), "the window must fit in the input"),
    ("not dividing", lambda: cr.im2col(IMAGES, 2, 2, 2), "windows must cover the input exactly"),
    (
        "window too large, cropped",
        lambda: cr.im2col(IMAGES, 6, 2, crop=True),
        "the window must fit in the input",
    ),
)
COL = np.ones((2 * 16, 3 * 4))  # im2col(IMAGES, 2, 2)
refused(
    "col2im",
    (
        "col of the wrong height",
        lambda: cr.col2im(COL[1:], IMAGES.shape, 2, 2),
        r"col must have shape \(32, 12\), got \(31, 12\)",
    ),
    (
        "col of the wrong width",
        lambda: cr.col2im(COL[:, 1:], IMAGES.shape, 2, 2),
        r"col must have shape \(32, 12\), got \(32, 11\)",
    ),
    ("col of strings", lambda: cr.col2im("a", IMAGES.shape, 2, 2), f"col {NOT_REAL} <U1"),
    (
        "x_shape of rank 3",
        lambda: cr.col2im(COL, (3, 5, 5), 2, 2),
        r"x_shape must be \(N, C, H, W\), got \(3, 5, 5\)",
    ),
    ("x_shape a number", lambda: cr.col2im(COL, 5, 2, 2), r"x_shape must be \(N, C, H, W\), got 5"),
    (
        "x_shape with a float",
        lambda: cr.col2im(COL, (2, 3, 5, 5.0), 2, 2),
        "x_shape must be an integer >= 1, got 5.0",
    ),
    ("stride 0", lambda: cr.col2im(COL, IMAGES.shape, 2, 2, 0), "stride must be an integer >= 1"),
    ("not dividing", lambda: cr.col2im(COL, IMAGES.shape, 2, 2, 2), "windows must cover the input"),
)

# --- nodes ---

for node in (cr.Add, cr.Mul):
    refused(
        f"{node.__name__}.forward",
        (
            "unequal shapes",
            lambda node=node: node().forward(np.ones((2, 3)), np.ones(3)),
            r"x and y must have the same shape, got \(2, 3\) and \(3,\)",
        ),
        ("y of strings", lambda node=node: node().forward(1.0, "a"), f"y {NOT_REAL} <U1"),
    )
refused(
    "MatMul.forward",
    (
        "inner sizes that differ",
        lambda: cr.MatMul().forward(np.ones((2, 3)), np.ones((2, 3))),
        r"y must have shape \(3, M\), got \(2, 3\)",
    ),
    (
        "x of rank 1",
        lambda: cr.MatMul().forward(np.ones(3), np.ones((3, 2))),
        r"x must have shape \(N, D\), got \(3,\)",
    ),
    ("y complex", lambda: cr.MatMul().forward(X, X.T * 1j), f"y {NOT_REAL} complex128"),
)
refused(
    "Repeat",
    ("n 0", lambda: cr.Repeat(0), "n must be an integer >= 1, got 0"),
    ("n a float", lambda: cr.Repeat(2.0), "n must be an integer >= 1, got 2.0"),
    ("axis negative", lambda: cr.Repeat(2, axis=-1), "axis must be an integer >= 0, got -1"),
)
refused(
    "Repeat.forward",
    (
        "too few axes",
        lambda: cr.Repeat(2, axis=2).forward(np.ones(3)),
        r"x must have at least 2 axes, got shape \(3,\)",
    ),
)
refused(
    "Sum",
    ("axis negative", lambda: cr.Sum(axis=-1), "axis must be an integer >= 0, got -1"),
    ("axis None", lambda: cr.Sum(axis=None), "axis must be an integer >= 0, got None"),
)
refused(
    "Sum.forward",
    (
        "too few axes",
        lambda: cr.Sum(axis=1).forward(np.ones(3)),
        r"x must have at least 2 axes, got shape \(3,\)",
    ),
    ("a number", lambda: cr.Sum().forward(1.0), r"x must have at least 1 axes, got shape \(\)"),
)
refused(
    "Reciprocal.forward",
    ("a zero", lambda: cr.Reciprocal().forward([1, 0]), "x must not contain 0, got a zero"),
    ("minus zero", lambda: cr.Reciprocal().forward(-0.0), "x must not contain 0, got a zero"),
)

# --- losses ---

LOGITS = np.ones((3, 4))
for place, loss in [
    ("cross_entropy", cr.cross_entropy),
    ("SoftmaxWithLoss.forward", lambda x, t: cr.SoftmaxWithLoss().forward(x, t)),
]:
    for name, x, t, expected in [
        ("label too large", LOGITS, [0, 1, 4], "t must be in 0 … 3, got 4"),
        ("label negative", LOGITS, [0, -1, 2], "t must be in 0 … 3, got -1"),
        ("label of one sample too large", LOGITS[0], 4, "t must be in 0 … 3, got 4"),
        ("labels of floats", LOGITS, [0.0, 1.0, 2.0], "t must hold integers, got dtype float64"),
        ("labels of strings", LOGITS, ["a", "b", "c"], "t must hold integers, got dtype <U1"),
        ("labels None", LOGITS[0], None, "t must hold integers, got dtype object"),
        (
            "too few labels",
            LOGITS,
            [0, 1],
            r"t must be labels of shape \(3,\) or probabilities of shape \(3, 4\), got \(2,\)",
        ),
        (
            "labels as a column",
            LOGITS,
            [[0], [1], [2]],
            r"t must be labels of shape \(3,\) or probabilities of shape \(3, 4\), got \(3, 1\)",
        ),
        (
            "one-hot of too few classes",
            LOGITS,
            np.eye(3),
            r"t must be labels of shape \(3,\) or probabilities of shape \(3, 4\), got \(3, 3\)",
        ),
        (
            "rows that sum to 4",
            LOGITS,
            np.ones((3, 4)),
            "each row of t must sum to 1, got a row off",
        ),
        (
            "rows of zeros",
            LOGITS,
            np.zeros((3, 4)),
            "each row of t must sum to 1, got a row off by 1",
        ),
        ("rows of nan", LOGITS, LOGITS * np.nan, "each row of t must sum to 1"),
        (
            "a negative probability",
            LOGITS,
            np.tile([1.5, -0.5, 0, 0], (3, 1)),
            "t must hold probabilities >= 0, got -0.5",
        ),
        ("complex probabilities", LOGITS, LOGITS * 1j, f"t {NOT_REAL} complex128"),
        ("ragged t", LOGITS, RAGGED, "t must be an array, got rows of unequal length"),
        ("images", np.ones((2, 3, 4)), [0, 1], r"x must have shape \(N, C\) or \(C,\), got"),
        ("a number", 1.0, 0, r"x must have shape \(N, C\) or \(C,\), got \(\)"),
        ("no samples", np.ones((0, 4)), [], r"x must not be empty, got shape \(0, 4\)"),
        ("complex logits", LOGITS * 1j, [0, 1, 2], f"x {NOT_REAL} complex128"),
    ]:
        refused(place, (name, lambda loss=loss, x=x, t=t: loss(x, t), expected))
refused(
    "IdentityWithLoss.forward",
    (
        "t of another shape",
        lambda: cr.IdentityWithLoss().forward(X, X[0]),
        r"t must have shape \(4, 3\), got \(3,\)",
    ),
    (
        "t as a row for a column",
        lambda: cr.IdentityWithLoss().forward(X[:, :1], X[:, 0]),
        r"t must have shape \(4, 1\), got \(4,\)",
    ),
    (
        "images",
        lambda: cr.IdentityWithLoss().forward(IMAGES, IMAGES),
        r"x must have shape \(N, D\) or \(D,\), got \(2, 3, 5, 5\)",
    ),
    ("t of strings", lambda: cr.IdentityWithLoss().forward(X, "a"), f"t {NOT_REAL} <U1"),
)
for function in (cr.softmax, cr.log_softmax):
    refused(
        function.__name__,
        ("a number", lambda f=function: f(1.0), r"x must have shape \(..., C\), got \(\)"),
        ("strings", lambda f=function: f(["a"]), f"x {NOT_REAL} <U1"),
        ("ragged rows", lambda f=function: f(RAGGED), "x must be an array, got rows of unequal"),
        ("nothing", lambda f=function: f([]), r"x must not be empty, got shape \(0,\)"),
    )
refused(
    "one_hot",
    ("label too large", lambda: cr.one_hot([0, 3], 3), "labels must be in 0 … 2, got 3"),
    ("label negative", lambda: cr.one_hot([-1, 2], 3), "labels must be in 0 … 2, got -1"),
    ("floats", lambda: cr.one_hot([0.0], 3), "labels must hold integers, got dtype float64"),
    ("booleans", lambda: cr.one_hot([True], 3), "labels must hold integers, got dtype bool"),
    ("ragged rows", lambda: cr.one_hot([[0], [1, 2]], 3), "labels must be an array, got rows of"),
    ("rank 2", lambda: cr.one_hot([[0]], 3), r"labels must have shape \(N,\), got \(1, 1\)"),
    ("a number", lambda: cr.one_hot(0, 3), r"labels must have shape \(N,\), got \(\)"),
    ("no classes", lambda: cr.one_hot([0], 0), "classes must be an integer >= 1, got 0"),
    ("classes a float", lambda: cr.one_hot([0], 3.0), "classes must be an integer >= 1, got 3.0"),
    (
        "no labels",
        lambda: cr.one_hot(np.array([], dtype=int), 3),
        r"labels must not be empty, got shape \(0,\)",
    ),
)

# --- initial weights ---

for function in (cr.he, cr.xavier, cr.normal):
    refused(
        function.__name__,
        (
            "shape of rank 1",
            lambda f=function: f((3,), rng()),
            r"shape must be \(D, M\) or \(F, C, KH, KW\), got \(3,\)",
        ),
        ("shape a number", lambda f=function: f(3, rng()), r"shape must be \(D, M\) or .*, got 3"),
        (
            "a size of 0",
            lambda f=function: f((3, 0), rng()),
            "shape must be an integer >= 1, got 0",
        ),
        ("a size of 2.0", lambda f=function: f((2.0, 3), rng()), "shape must be an integer >= 1"),
        ("rng a seed", lambda f=function: f((2, 3), 0), f"{GENERATOR} int"),
        (
            "integer weights",
            lambda f=function: f((2, 3), rng(), dtype=int),
            "dtype must be float32 or float64, got <class 'int'>",
        ),
    )
refused(
    "normal",
    ("std 0", lambda: cr.normal((2, 3), rng(), std=0), "std must be positive, got 0"),
    ("std nan", lambda: cr.normal((2, 3), rng(), std=np.nan), "std must be a finite real number"),
)

# --- optimizers ---

P, G = np.ones((2, 3)), np.ones((2, 3))
OPTIONS = [
    (optimizer, name) for optimizer in OPTIMIZERS for name in signature(optimizer).parameters
]
for optimizer in OPTIMIZERS:
    refused(
        optimizer.__name__,
        *[
            (f"lr {lr!r}", lambda o=optimizer, lr=lr: o(lr), f"lr must be {expected}")
            for lr, expected in [
                (0, "positive, got 0"),
                (-0.1, "positive, got -0.1"),
                (np.nan, "a finite real number, got nan"),
                (np.inf, "a finite real number, got inf"),
                ("0.1", "a finite real number, got '0.1'"),
                (None, "a finite real number, got None"),
                (1j, "a finite real number, got 1j"),
                (True, "a finite real number, got True"),
            ]
        ],
    )
    refused(
        f"{optimizer.__name__}.update",
        *[
            (name, lambda o=optimizer, p=params, g=grads: o(0.1).update(p, g), expected)
            for name, params, grads, expected in [
                (
                    "missing gradient",
                    {"a": P, "b": P},
                    {"a": G},
                    r"params and grads must have the same keys, got \['b'\] in one only",
                ),
                (
                    "gradient too many",
                    {"a": P},
                    {"a": G, "c": G},
                    r"params and grads must have the same keys, got \['c'\] in one only",
                ),
                (
                    "names and numbers",
                    {"a": P},
                    {1: G},
                    r"params and grads must have the same keys, got \[1, 'a'\] in one only",
                ),
                (
                    "shapes that differ",
                    {"a": P},
                    {"a": G.T},
                    r"grads\['a'\] must have shape \(2, 3\), got \(3, 2\)",
                ),
                ("gradient None", {"a": P}, {"a": None}, r"grads\['a'\] is None; call backward"),
                (
                    "integer parameter",
                    {"a": P.astype(int)},
                    {"a": G},
                    r"params\['a'\] must be an array of floats, got int64",
                ),
                (
                    "parameter a list",
                    {"a": [1.0]},
                    {"a": G},
                    r"params\['a'\] must be an array of floats, got list",
                ),
                ("complex gradient", {"a": P}, {"a": G * 1j}, rf"grads\['a'\] {NOT_REAL} complex"),
                (
                    "arrays for dicts",
                    P,
                    G,
                    r"params and grads must be dicts such as net.params and net.grads, got ndarray",
                ),
            ]
        ],
    )
for optimizer, name in OPTIONS:
    if name not in ("momentum", "decay", "beta1", "beta2"):
        continue
    refused(
        optimizer.__name__,
        *[
            (
                f"{name} {value}",
                lambda o=optimizer, name=name, value=value: o(0.1, **{name: value}),
                rf"{name} must be in \[0, 1\), got {value}",
            )
            for value in (1, 1.5, -0.1)
        ],
    )
for optimizer, name in OPTIONS:
    if name == "eps":
        expected = "eps must be positive, got 0"
        refused(optimizer.__name__, ("eps 0", lambda o=optimizer: o(0.1, eps=0), expected))
        refused(
            f"{optimizer.__name__}.update",
            (
                "eps 0 in float32",
                lambda o=optimizer: o(0.1, eps=1e-50).update(
                    {"W": np.ones(2, np.float32)}, {"W": np.zeros(2)}
                ),
                "eps must not be 0 in float32, got 1e-50",
            ),
        )

# --- networks and training ---

refused(
    "Sequential",
    ("no layers", lambda: cr.Sequential(), "at least one layer must be given, got none"),
    (
        "a class",
        lambda: cr.Sequential(relu=cr.ReLU),
        r"relu must be a Layer such as ReLU\(\), got the class ReLU itself",
    ),
    (
        "a function",
        lambda: cr.Sequential(f=cr.softmax),
        r"f must be a Layer such as ReLU\(\), got function",
    ),
    (
        "a name it has not",
        lambda: cr.Sequential(relu=cr.ReLU())["tanh"],
        r"name must be one of \['relu'\], got 'tanh'",
    ),
)
refused(
    "fully_connected",
    ("one size", lambda: cr.fully_connected([3], rng()), r"sizes must hold at least two widths"),
    ("a number", lambda: cr.fully_connected(3, rng()), r"sizes must hold at least two .*, got 3"),
    (
        "a size of 0",
        lambda: cr.fully_connected([3, 0, 2], rng()),
        "sizes must be an integer >= 1, got 0",
    ),
    ("rng a seed", lambda: cr.fully_connected([3, 2], 0), f"{GENERATOR} int"),
    (
        "a layer for a class",
        lambda: cr.fully_connected([3, 2], rng(), activation=cr.ReLU()),
        "activation must be a class such as ReLU, got ReLU",
    ),
)
SAMPLES = "x and t must hold the same number of samples, got shapes"
refused(
    "fit",
    ("epochs 0", lambda: fit(epochs=0), "epochs must be an integer >= 1, got 0"),
    ("epochs a float", lambda: fit(epochs=1.0), "epochs must be an integer >= 1, got 1.0"),
    ("batch_size 0", lambda: fit(batch_size=0), "batch_size must be an integer >= 1, got 0"),
    ("batch_size None", lambda: fit(batch_size=None), "batch_size must be an integer >= 1"),
    (
        "batch larger than data",
        lambda: fit(batch_size=5),
        "batch_size must be at most N = 4, got 5",
    ),
    ("unequal lengths", lambda: fit(t=np.array([0, 1])), rf"{SAMPLES} \(4, 3\) and \(2,\)"),
    ("one label", lambda: fit(t=0), rf"{SAMPLES} \(4, 3\) and \(\)"),
    ("no data", lambda: fit(x=np.ones((0, 3)), t=[]), r"x must not be empty, got shape \(0, 3\)"),
    ("x of strings", lambda: fit(x=["a"] * 4), f"x {NOT_REAL} <U1"),
    ("x ragged", lambda: fit(x=RAGGED), "x must be an array, got rows of unequal length"),
    ("t ragged", lambda: fit(t=RAGGED), "t must be an array, got rows of unequal length"),
    ("rng a seed", lambda: fit(rng=0), f"{GENERATOR} int"),
    (
        "a loss class",
        lambda: fit(loss=cr.SoftmaxWithLoss),
        r"loss must be an object such as SoftmaxWithLoss\(…\), got the class",
    ),
    (
        "an optimizer class",
        lambda: fit(optimizer=cr.SGD),
        "optimizer must be an object such as SGD",
    ),
    ("a layer class", lambda: fit(net=cr.ReLU), "net must be an object such as ReLU"),
    ("test alone", lambda: fit(test=X), r"test must be a pair \(x_test, t_test\), got ndarray"),
    ("test of three", lambda: fit(test=(X, X, X)), r"test must be a pair \(x_test, t_test\)"),
    (
        "test lengths",
        lambda: fit(test=(X, np.array([1]))),
        r"x_test and t_test must hold the same number of samples, got shapes \(4, 3\) and \(1,\)",
    ),
    (
        "test one-hot",
        lambda: fit(test=(X, np.eye(4))),
        "t_test must hold integers, got dtype float64",
    ),
    (
        "accuracy of one-hot",
        lambda: fit(t=np.eye(2)[[0, 1, 1, 0]], test=(X, np.zeros(4, dtype=int))),
        "t must hold integers, got dtype float64",
    ),
    (
        "nan in the data",
        lambda: fit(x=X * np.nan),
        r"x must be finite, got nan at index \(0, 0\)$",
    ),
)
refused(
    "SoftmaxWithLoss.forward",
    ("through fit", lambda: fit(t=np.array([0, 1, 2, 0])), "t must be in 0 … 1, got 2"),
)
refused(
    "accuracy",
    (
        "float labels",
        lambda: cr.accuracy(affine(), X, np.ones(4)),
        "t must hold integers, got dtype float64",
    ),
    (
        "one-hot labels",
        lambda: cr.accuracy(affine(), X, np.eye(4, dtype=int)),
        r"t must have shape \(N,\), got \(4, 4\)",
    ),
    (
        "unequal lengths",
        lambda: cr.accuracy(affine(), X, [0, 1]),
        rf"{SAMPLES} \(4, 3\) and \(2,\)",
    ),
    (
        "batch_size 0",
        lambda: cr.accuracy(affine(), X, [0, 1, 0, 1], batch_size=0),
        "batch_size must be an integer >= 1, got 0",
    ),
    ("a class", lambda: cr.accuracy(cr.ReLU, X, [0] * 4), "net must be an object such as ReLU"),
)

# --- gradient checks and data ---

refused(
    "numerical_gradient",
    (
        "f returns an array",
        lambda: cr.numerical_gradient(lambda x: x, np.ones(2)),
        r"what f returns must have shape \(\), got \(2,\)",
    ),
    (
        "f returns an array of one",
        lambda: cr.numerical_gradient(lambda x: x, np.ones(1)),
        r"what f returns must have shape \(\), got \(1,\)",
    ),
    (
        "f returns nothing",
        lambda: cr.numerical_gradient(lambda x: None, np.ones(2)),
        f"what f returns {NOT_REAL} object",
    ),
    (
        "f is a number",
        lambda: cr.numerical_gradient(3.0, np.ones(2)),
        "f must be a function, got float",
    ),
    ("x of strings", lambda: cr.numerical_gradient(len, "ab"), f"x {NOT_REAL} <U2"),
    ("x None", lambda: cr.numerical_gradient(len, None), f"x {NOT_REAL} object"),
    ("h 0", lambda: cr.numerical_gradient(np.sum, np.ones(2), h=0), "h must be positive, got 0"),
    (
        "h nan",
        lambda: cr.numerical_gradient(np.sum, np.ones(2), h=np.nan),
        "h must be a finite real",
    ),
)
refused(
    "check_layer",
    ("rng a seed", lambda: cr.check_layer(cr.ReLU(), X, rng=0), f"{GENERATOR} int"),
    ("h 0", lambda: cr.check_layer(cr.ReLU(), X, rng=rng(), h=0), "h must be positive, got 0"),
    (
        "tolerance negative",
        lambda: cr.check_layer(cr.ReLU(), X, rng=rng(), tolerance=-1),
        "tolerance must be positive, got -1",
    ),
    (
        "nan in the inputs",
        lambda: cr.check_layer(cr.ReLU(), [[1.0, np.nan]], rng=rng()),
        r"input 0 must be finite, got nan at index \(0, 1\)",
    ),
    (
        "a class",
        lambda: cr.check_layer(cr.ReLU, X, rng=rng()),
        r"layer must be an object such as ReLU\(…\), got the class ReLU itself",
    ),
)
refused(
    "spirals",
    ("one point", lambda: cr.spirals(1, 2, rng()), "n must be an integer >= 2, got 1"),
    ("n a float", lambda: cr.spirals(10.0, 2, rng()), "n must be an integer >= 2, got 10.0"),
    ("no classes", lambda: cr.spirals(10, 0, rng()), "classes must be an integer >= 1, got 0"),
    ("rng a seed", lambda: cr.spirals(10, 2, 0), f"{GENERATOR} int"),
    ("noise negative", lambda: cr.spirals(10, 2, rng(), noise=-1), "noise must be >= 0, got -1"),
    ("noise nan", lambda: cr.spirals(10, 2, rng(), noise=np.nan), "noise must be a finite real"),
)


# --- float16 is refused everywhere ---

HALF = np.float16


def half_upstream(case):
    layer = case.make_layer(rng())
    out = layer.forward(*case.make_inputs(rng()))
    layer.backward(np.ones(np.shape(out), dtype=HALF))


def half_input(case):
    x, *others = case.make_inputs(rng())
    case.make_layer(rng()).forward(np.asarray(x, dtype=HALF), *others)


for case in ONE_CASE_EACH.values():
    for name, call in [("float16 x", half_input), ("float16 dout", half_upstream)]:
        refused(
            r"\w+\.(forward|backward)",
            (f"{case.name} {name}", lambda c=case, call=call: call(c), r"\w+ must be float32 or"),
        )
for cls in OPTIMIZERS:
    for params, grads, name in [(HALF, float, "params"), (float, HALF, "grads")]:
        refused(
            f"{cls.__name__}.update",
            (
                f"float16 {name}",
                lambda cls=cls, params=params, grads=grads: cls(0.1).update(
                    {"a": np.zeros(2, params)}, {"a": np.zeros(2, grads)}
                ),
                rf"{name}\['a'\] must be float32 or float64, got float16: too coarse",
            ),
        )
for name in ("he", "xavier", "normal"):
    refused(
        name,
        (
            "float16",
            lambda name=name: getattr(cr, name)((2, 3), rng(), dtype=HALF),
            "dtype must be float32 or float64, got <class 'numpy.float16'>",
        ),
    )
for place, call in {
    "Affine": lambda: cr.Affine(np.ones((2, 2), HALF), np.ones(2)),
    "BatchNormalization": lambda: cr.BatchNormalization(np.ones(2), np.ones(2, HALF)),
    "Convolution": lambda: cr.Convolution(np.ones((1, 1, 2, 2), HALF), np.ones(1)),
    "softmax": lambda: cr.softmax(np.ones(2, HALF)),
    "log_softmax": lambda: cr.log_softmax(np.ones(2, HALF)),
    "cross_entropy": lambda: cr.cross_entropy(np.ones(2, HALF), 0),
    "SoftmaxWithLoss.forward": lambda: cr.SoftmaxWithLoss().forward([1, 2], np.array([0, 1], HALF)),
    "IdentityWithLoss.forward": lambda: cr.IdentityWithLoss().forward([1, 2], np.ones(2, HALF)),
    "im2col": lambda: cr.im2col(np.ones((1, 1, 2, 2), HALF), 2, 2),
    "col2im": lambda: cr.col2im(np.ones((1, 4), HALF), (1, 1, 2, 2), 2, 2),
    "fit": lambda: fit(x=np.ones((4, 3), HALF)),
    "accuracy": lambda: cr.accuracy(affine(), np.ones((1, 3), HALF), [0]),
    "numerical_gradient": lambda: cr.numerical_gradient(np.sum, np.ones(2, HALF)),
    "Affine.load_state": lambda: affine().load_state({"W": np.ones((3, 2), HALF), "b": [0, 0]}),
}.items():
    refused(place, ("float16", call, r"\w+ must be float32 or float64, got float16: too coarse"))


@pytest.mark.parametrize(("call", "expected"), ROWS)
def test_refused_by_name(call, expected):
    with pytest.raises(ValueError, match=expected) as caught:
        call()
    assert "\n" not in str(caught.value), "one sentence, one line"


def takes_arguments(name):
    """Whether a public class or function has arguments that can be wrong."""
    thing = getattr(cr, name)
    if name in ("GradientCheckError", "load_digits") or not callable(thing):
        return False  # an exception; a function of one flag; a module
    return bool(signature(thing).parameters)


PLACES = {row.id.split()[0] for row in ROWS}


@pytest.mark.parametrize("name", [name for name in cr.__all__ if takes_arguments(name)])
def test_everything_public_refuses_wrong_arguments(name):
    assert name in PLACES, (
        f"tests/library/test_bad_input.py has no wrong arguments of {name}: add "
        f'`refused("{name}", ...)` with what a learner may pass by mistake'
    )


each_layer = pytest.mark.parametrize("case", ONE_CASE_EACH.values(), ids=lambda case: case.name)


def refusing_name(case):
    """The name in the message: the layer's, or that of a Sequential's last layer, an Affine."""
    return "Affine" if case.layer_class is cr.Sequential else case.layer_class.__name__


@each_layer
def test_backward_before_forward(case):
    with pytest.raises(
        RuntimeError, match=rf"^{refusing_name(case)}\.backward: call forward first$"
    ):
        case.make_layer(rng()).backward(np.ones((4, 4)))


@each_layer
def test_a_wrong_dout_raises_and_changes_no_state(case):
    """Shape, dtype and rank of dout are checked; the next backward gives the same as the first."""
    layer = case.make_layer(rng())
    out = layer.forward(*case.make_inputs(rng()))
    right = layer.backward(np.ones_like(out))
    grads = dict(layer.grads)
    here = rf"^{refusing_name(case)}\.backward: dout"
    for wrong, expected in [
        (np.ones((7, *np.shape(out))), "must have shape .*, got"),
        (np.ones((2, 2, 2, 2, 2)), r"must have shape .*, got \(2, 2, 2, 2, 2\)"),
        ("abc", f"{NOT_REAL} <U3"),
        (np.ones_like(out) * 1j, f"{NOT_REAL} complex128"),
        (None, f"{NOT_REAL} object"),
        (RAGGED, "must be an array, got rows of unequal length"),
    ]:
        with pytest.raises(ValueError, match=f"{here} {expected}"):
            layer.backward(wrong)
        assert all(layer.grads[key] is grads[key] for key in grads)
    np.testing.assert_equal(layer.backward(np.ones_like(out)), right)


@each_layer
def test_a_wrong_input_changes_no_state(case):
    """The layer's state is unchanged: backward and the next forward give the same as before."""
    layer, twin = case.make_layer(rng()), case.make_layer(rng())
    inputs = case.make_inputs(rng())
    out = layer.forward(*inputs)
    np.testing.assert_array_equal(out, twin.forward(*inputs))
    for wrong in ("abc", np.ones((0, 3))):
        with pytest.raises(ValueError):
            layer.forward(wrong, *inputs[1:])
    np.testing.assert_equal(layer.backward(np.ones_like(out)), twin.backward(np.ones_like(out)))
    np.testing.assert_array_equal(layer.forward(*inputs), twin.forward(*inputs))


def test_a_wrong_input_changes_no_running_statistics():
    """A single sample, an error in training, does not change the running statistics."""
    layer = norm()
    with pytest.raises(ValueError):
        layer.forward(np.ones((1, 3)))
    np.testing.assert_array_equal(layer.running_mean, np.zeros(3))
    np.testing.assert_array_equal(layer.running_var, np.ones(3))


@pytest.mark.parametrize("optimizer", OPTIMIZERS, ids=lambda cls: cls.__name__)
@pytest.mark.parametrize("wrong", [None, np.ones(3), "abc", [[1.0], [2.0, 3.0]]], ids=str)
def test_a_refused_update_changes_no_parameter_and_no_state(optimizer, wrong):
    """The wrong gradient is the last: the parameters before it must not change either."""

    def params():
        return {"a": np.ones((2, 2)), "b": np.ones(2)}

    good, spoiled = params(), params()
    grads = {"a": np.full((2, 2), 0.5), "b": np.array([1.0, -1.0])}
    right, tried = optimizer(0.1), optimizer(0.1)
    for _ in range(2):
        before = {key: value.copy() for key, value in spoiled.items()}
        with pytest.raises(ValueError):
            tried.update(spoiled, grads | {"b": wrong})
        np.testing.assert_equal(spoiled, before)
        right.update(good, grads)
        tried.update(spoiled, grads)
        np.testing.assert_equal(spoiled, good)


@pytest.mark.parametrize("optimizer", [o for o in OPTIMIZERS if o is not cr.SGD])
def test_a_parameter_that_changed_its_shape_is_refused(optimizer):
    """The state stored for the key belongs to the old array."""
    kept = optimizer(0.1)
    kept.update({"a": P.copy()}, {"a": G})
    expected = rf"^{optimizer.__name__}.update: params\['a'\] must be an array of the first update"
    with pytest.raises(ValueError, match=expected):
        kept.update({"a": np.ones(3)}, {"a": np.ones(3)})


class Infinite(cr.SoftmaxWithLoss):
    def forward(self, x, t):
        return super().forward(x, t) + np.inf


def test_fit_restores_the_mode_when_training_is_refused():
    net = cr.Sequential(affine=affine(), dropout=cr.Dropout(0.5, rng())).eval()
    with pytest.raises(ValueError, match=r"^fit: the loss must be finite"):
        fit(net=net, loss=Infinite())
    assert not net.training
    assert not net["dropout"].training


def test_a_test_set_is_refused_before_any_training():
    net = affine()
    with pytest.raises(ValueError, match=r"^fit: x_test and t_test"):
        fit(net=net, test=(X, np.array([0])))
    np.testing.assert_array_equal(net.W, np.ones((3, 2)))


def test_sequential_goes_on_after_a_refusal_in_its_middle():
    net = cases.two_affine(cr.Sequential, rng(), (3, 4, 2))
    net["second"].W = np.ones((5, 2))
    with pytest.raises(ValueError, match=r"^Affine\.forward: x must have shape \(N, 5\), got"):
        net.forward(X)
    net["second"].W = np.ones((4, 2))
    assert net.backward(np.ones_like(net.forward(X))).shape == X.shape


def test_the_table_is_large_and_holds_every_forward():
    assert len(ROWS) >= 200
    assert {f"{cls.__name__}.forward" for cls in ONE_CASE_EACH} - PLACES == {"Sequential.forward"}

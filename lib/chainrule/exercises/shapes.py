"""The exercises of chapter "Shapes"."""

import numpy as np

from chainrule.exercises import Exercise

_HINT = 'Write a tuple such as (5, 4) or (5,), or the text "error".'


def _drill(right, wrong, praise):
    return Exercise(right=right, wrong=wrong, praise=praise, hint=_HINT)


# X (5, 4), W (4, 3), b (3,), v (4,), r (5,), c (5, 1), pictures (5, 8, 8).
drill_a = _drill(
    (5, 3),
    [
        (
            "error",
            "The product is fine, and b needs no batch axis: (3,) is repeated down the rows.",
        ),
        ((5, 4), "In X @ W the fours meet and disappear: left over are the 5 and the 3."),
        ((4, 3), "The 4 is the axis that is summed over; it cannot be left."),
        ((3, 5), "Rows first: the left factor gives the first axis, the right one the second."),
    ],
    "Five samples, three numbers each.",
)
drill_b = _drill(
    (3,),
    [
        ((1, 3), "Nobody supplies a 1: v has one axis, it meets the 4 of W and is gone."),
        ((3, 1), "That is a column. v has one axis, and so has the result."),
        ("error", "v on the left is fine: its only axis is its last, and it meets the 4 of W."),
        ((4, 3), "The fours meet and disappear; only the 3 is left."),
    ],
    "One axis less on each side.",
)
drill_c = _drill(
    "error",
    [
        ((3,), "That would be W.T @ v. In W @ v the last axis of W, a 3, meets the 4 of v."),
        ((4,), "The last axis of W is 3 long and v is 4 long: they cannot be summed in step."),
        ((4, 3), "A product does not broadcast: the axes that meet must be equal, and 3 is not 4."),
        (
            (4, 4),
            "The last axis of W (3) meets the only axis of v (4); that they share a 4 elsewhere "
            "does not help.",
        ),
    ],
    "A 3 meets a 4.",
)
drill_d = _drill(
    "error",
    [
        (
            (5, 4),
            "You laid r down the rows of X. Shapes are compared flush right, so its 5 stands "
            "below the 4; r[:, None] would do what you meant.",
        ),
        (
            (5,),
            "A plus sums over nothing, so no axis disappears. And flush right, 5 stands below 4.",
        ),
        ((5, 5), "Flush right the lengths 4 and 5 meet; only a 1 is ever repeated."),
    ],
    "Flush right, 4 stands above 5.",
)
drill_e = _drill(
    (4,),
    [
        ((5,), "axis=0 is the axis that disappears, not the one that stays."),
        ((1, 4), "Without keepdims=True the axis is gone, not kept with length 1."),
        ((), "That would be X.sum() with no axis: everything is added up."),
    ],
    "Axis 0, the 5, is gone.",
)
drill_f = _drill(
    (5, 5),
    [
        (
            (5,),
            "This is the silent one. Flush right: 5 1 above 5. The 1 is repeated, and so is the "
            "missing axis in front of r.",
        ),
        ((5, 1), "Only if r were a column too. Flush right, the 1 of c stands above the 5 of r."),
        ("error", "No error, unfortunately: in each place one of the two lengths is 1."),
    ],
    "Nobody wants this one, and nothing warns of it.",
)
drill_g = _drill(
    (5, 64),
    [
        ((5, 16), "8 rows of 8 pixels are 8 · 8 numbers, not 8 + 8."),
        ((40, 8), "The first axis was asked to be 5, so all the rest goes into the second."),
        ((5, -1), "−1 is a question to NumPy, not a length: it becomes what is left."),
        ((5, 8, 8), "All the numbers of one picture go into one axis; there are two axes left."),
    ],
    "One picture, one row.",
)
drill_h = _drill(
    (3,),
    [
        (
            (
                5,
                3,
            ),
            "That is the shape of the gradient of Y. b was repeated down five rows, so sum them.",
        ),
        ((1, 3), "Close, but a gradient has exactly the shape of its array, and b has one axis."),
        ((), "One number cannot say how L answers to each of the three entries of b."),
        ((5,), "The sum runs over the five samples and leaves the three scores."),
    ],
    "A gradient has the shape of what it belongs to.",
)


def _broadcast(a, b, flush_left=False):
    axes = max(len(a), len(b))
    fill = [(1,) * (axes - len(shape)) for shape in (a, b)]
    pairs = zip(
        *[(s + f if flush_left else f + s) for s, f in zip((a, b), fill, strict=True)], strict=True
    )
    result = ()
    for p, q in pairs:
        if p != q and 1 not in (p, q):
            return "error"
        result += (q if p == 1 else p,)
    return result


def _largest(a, b):
    axes = max(len(a), len(b))
    a, b = ((1,) * (axes - len(s)) + s for s in (a, b))
    return tuple(max(pair) for pair in zip(a, b, strict=True))


broadcast_shape = Exercise(
    right=_broadcast,
    wrong=[
        (
            lambda a, b: _broadcast(a, b, flush_left=True),
            "You compared the shapes from the left. They are written flush right: the last axes "
            "meet.",
        ),
        (
            _largest,
            "You took the larger length everywhere. Two different lengths fit only if one of them "
            "is 1.",
        ),
        (
            lambda a, b: _broadcast(
                a[len(a) - min(len(a), len(b)) :], b[len(b) - min(len(a), len(b)) :]
            ),
            "You compared the axes that both have and lost the ones in front: the longer shape's "
            "first axes stay.",
        ),
        (
            lambda a, b: _broadcast(a, b) if len(a) == len(b) else "error",
            "Unequal numbers of axes are no error: where the shorter shape has no axis, put a 1 in "
            "front.",
        ),
        (
            lambda a, b: (
                _broadcast(a, b)
                if all(p == q for p, q in zip(a[::-1], b[::-1], strict=False))
                else "error"
            ),
            "Unequal lengths are no error if one of them is 1: then it is repeated.",
        ),
    ],
    cases=[
        ((5, 1), (1, 4)),
        ((3,), (3, 1)),
        ((4, 3), (4,)),
        ((4, 3), (3,)),
        ((2, 5, 4), (5, 1)),
        ((), (2, 3)),
        ((5, 1), (5,)),
        ((2, 3), (3, 2)),
        ((6, 1, 4), (7, 1)),
    ],
    praise="These few lines are the whole of broadcasting.",
    hint="Fill the shorter shape with ones in front, then go through the pairs of lengths.",
)


def _scale(X, g, dout):
    return dout * g, (dout * X).sum(axis=0)


_X = np.array([[1.0, 2.0, -1.0], [0.5, -3.0, 2.0]])
_SQUARE = np.array([[1.0, 2.0], [3.0, -1.0]])

scale_backward = Exercise(
    right=_scale,
    wrong=[
        (
            lambda X, g, dout: (dout * g, dout * X),
            "dg has the shape of Y. Each entry of g was repeated down the rows, so sum over them: "
            "axis=0.",
        ),
        (
            lambda X, g, dout: (dout * g, (dout * X).mean(axis=0)),
            "dg is a mean. N rows have N effects, and they add up.",
        ),
        (
            lambda X, g, dout: (dout * g, (dout * X).sum(axis=1)),
            "dg is summed over the wrong axis: it must keep the columns and lose the rows.",
        ),
        (
            lambda X, g, dout: (dout * g, dout.sum(axis=0)),
            "dg = Σ dout is the gradient of a bias. Here a nudge of g moves Y by X times as much.",
        ),
        (
            lambda X, g, dout: (np.broadcast_to(g, X.shape), X.sum(axis=0)),
            "dout is ignored: the local slopes g and X have to be multiplied with it, before the "
            "sum.",
        ),
        (
            lambda X, g, dout: (dout, (dout * X).sum(axis=0)),
            "dX lacks the factor g: a nudge of X moves Y by g times as much.",
        ),
        (
            lambda X, g, dout: (dout * X, (dout * g).sum(axis=0)),
            "Each factor got itself: dX must have the factor g, and dg the factor X.",
        ),
        (
            lambda X, g, dout: ((dout * X).sum(axis=0), dout * g),
            "The two gradients are in the wrong order: dX comes first.",
        ),
    ],
    cases=[
        (_X, np.array([2.0, -1.0, 0.5]), np.array([[1.0, -2.0, 0.5], [3.0, 1.0, -1.0]])),
        (_SQUARE, np.array([2.0, 3.0]), np.array([[1.0, -1.0], [2.0, 0.5]])),
    ],
    praise="A product, and a repetition summed away.",
    hint="Which entries of Y move when X[n, d] does? Which when g[d] does?",
)


def _front(dout, shape):
    return dout.sum(axis=tuple(range(dout.ndim - len(shape))))


def _unbroadcast(dout, shape):
    dout = _front(dout, shape)
    ones = tuple(axis for axis, length in enumerate(shape) if length == 1)
    return dout.sum(axis=ones, keepdims=True)


def _mean_back(dout, shape):
    total = _unbroadcast(dout, shape)
    return total * (total.size / dout.size)


def _first_back(dout, shape):
    dout = dout[(0,) * (dout.ndim - len(shape))]
    return dout[tuple(slice(0, length) for length in shape)]


unbroadcast = Exercise(
    right=_unbroadcast,
    wrong=[
        (
            _front,
            "The axes in front are summed away, but an axis of length 1 was repeated as well: sum "
            "along it, with keepdims=True.",
        ),
        (_mean_back, "You averaged. Every copy has its own effect, and they add up: sum."),
        (
            _first_back,
            "You picked out one copy's gradient. Each copy has an effect of its own: sum all of "
            "them.",
        ),
        (
            lambda dout, shape: np.squeeze(_unbroadcast(dout, shape)),
            "The numbers are right, but an axis of length 1 has disappeared; keepdims=True keeps "
            "its place.",
        ),
        (lambda dout, _: dout, "You returned dout as it came. What was repeated must be summed."),
    ],
    cases=[
        (np.array([[1.0, 2.0, 3.0], [4.0, 6.0, 9.0]]), (3,)),
        (np.array([[1.0, 2.0, 3.0], [4.0, 6.0, 9.0]]), (2, 1)),
        (np.array([[1.0, 2.0, 3.0], [4.0, 6.0, 9.0]]), (1, 3)),
        (np.array([[1.0, 2.0, 3.0], [4.0, 6.0, 9.0]]), ()),
        (np.array([[1.0, 2.0, 3.0], [4.0, 6.0, 9.0]]), (2, 3)),
        (np.arange(24.0).reshape(2, 3, 4) ** 2, (3, 1)),
        (np.arange(24.0).reshape(2, 3, 4) ** 2, (1, 4)),
        (np.arange(24.0).reshape(2, 3, 4) ** 2, (1, 1, 1)),
    ],
    praise="With this, `+` and `*` of any two shapes have their backward pass.",
    hint="Two kinds of axes were repeated: those that shape lacks in front, and those that are 1.",
)

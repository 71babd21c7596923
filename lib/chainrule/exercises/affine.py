"""The exercises of chapter "The affine layer"."""

import numpy as np

from chainrule.exercises import Exercise

# x = [[1, 2]], W = [[1, 0, −1], [2, 1, 0]], dout = [[1, −1, 2]].
pencil_dx = Exercise(
    right=[[-1, 1]],
    wrong=[
        (
            [[0, 3]],
            "dout is ignored: those are the sums of the weights. Weigh each with the slope of its "
            "output first.",
        ),
        ([-1, 1], "The numbers are right, the shape is not: x is (1, 2), and so is its gradient."),
        (
            [[-1], [1]],
            "The numbers are right, but they stand in a column: x is (1, 2), a row, and so is its "
            "gradient.",
        ),
        (
            [[5, 2, -1]],
            "That is x W, the forward pass. The gradient of x sums over the outputs, weighted with "
            "dout.",
        ),
        (
            [[3, 3]],
            "A sign is lost: the second slope in dout is −1, and one weight is −1.",
        ),
    ],
    praise="Entry d is dout times row d of W.",
    hint="x_d goes into three outputs. Multiply each slope with the weight on the way, and add.",
)
pencil_dW = Exercise(
    right=[[1, -1, 2], [2, -2, 4]],
    wrong=[
        (
            [[1, 2], [-1, -2], [2, 4]],
            "That is the transpose: the gradient of W has the shape of W, (2, 3), inputs down and "
            "outputs across.",
        ),
        (
            [[1, -1, 2], [1, -1, 2]],
            "You left out x: a weight's slope is that of its output times the input it multiplies.",
        ),
        (
            [[1, 0, -2], [2, -1, 0]],
            "You multiplied dout with the weights. A weight's own gradient has the *other* factor "
            "in it, the input.",
        ),
        (
            [[1, 1, 1], [2, 2, 2]],
            "dout is ignored: multiply each row with the slopes of the outputs.",
        ),
    ],
    praise="A column of inputs times a row of slopes.",
    hint="Entry (d, m) is input d times the slope of output m.",
)
pencil_db = Exercise(
    right=[1, -1, 2],
    wrong=[
        (
            [[1, -1, 2]],
            "The numbers are right, the shape is not: b has one axis, and so has its gradient.",
        ),
        (2, "You summed over the outputs. Each output has a bias of its own: sum over samples."),
        ([1, 1, 1], "Those are the local slopes. Multiply them with dout."),
    ],
    praise="With one sample, the column sums are the row itself.",
    hint="The bias of output m is added to output m and to nothing else.",
)


def _affine(X, W, dout):
    return dout @ W.T, X.T @ dout, dout.sum(axis=0)


def _affine_but(**wrong):
    """The right answer with some of its three parts replaced."""

    def answer(X, W, dout):
        parts = dict(zip(("dX", "dW", "db"), _affine(X, W, dout), strict=True))
        parts |= {name: make(X, W, dout) for name, make in wrong.items()}
        return tuple(parts.values())

    return answer


_SQUARE = (
    np.array([[1.0, 2.0], [0.5, -1.0]]),
    np.array([[2.0, 1.0], [-1.0, 3.0]]),
    np.array([[1.0, -2.0], [0.5, 4.0]]),
)
_TALL = (
    np.array([[1.0, 2.0], [0.5, -1.0], [3.0, 0.0], [-1.0, 1.0]]),
    np.array([[2.0, 1.0, 0.0], [-1.0, 3.0, 1.0]]),
    np.array([[1.0, -2.0, 0.5], [0.5, 4.0, 1.0], [-1.0, 0.0, 2.0], [3.0, 1.0, -1.0]]),
)

backward = Exercise(
    right=_affine,
    wrong=[
        (
            _affine_but(dX=lambda X, W, dout: dout @ W),
            "dX is not right: W is not transposed. The sum must run over the outputs, along the "
            "rows of W: dout @ W.T. (W is square here, so the shape could not tell.)",
        ),
        (
            _affine_but(dX=lambda X, W, dout: W.T @ dout),
            "dX is not right: the factors are in the wrong order. Row n of dX is made of row n of "
            "dout, so dout stands on the left.",
        ),
        (
            _affine_but(dW=lambda X, W, dout: X @ dout),
            "dW is not right: X is not transposed. The sum must run over the samples, down the "
            "columns of X: X.T @ dout.",
        ),
        (
            _affine_but(dW=lambda X, W, dout: dout.T @ X),
            "dW came out transposed: it must have inputs down and outputs across, as W has.",
        ),
        (
            _affine_but(dW=lambda X, W, dout: X.T @ dout / len(X)),
            "dW is divided by N. If the loss is a mean, the division is in dout already.",
        ),
        (
            _affine_but(db=lambda X, W, dout: dout),
            "db has the shape of dout. b was repeated down the rows, so sum over them: axis=0.",
        ),
        (
            _affine_but(db=lambda X, W, dout: dout.sum(axis=0, keepdims=True)),
            "The numbers of db are right, its shape is not: b has one axis, (M,), and yours is a "
            "table of one row, (1, M). Leave out keepdims.",
        ),
        (
            _affine_but(db=lambda X, W, dout: dout.mean(axis=0)),
            "db is a mean. Every sample has its own effect on L, and the effects add up: sum.",
        ),
        (
            _affine_but(db=lambda X, W, dout: dout.sum(axis=1)),
            "db is summed over the wrong axis: it must keep the outputs and lose the samples.",
        ),
        (
            _affine_but(db=lambda X, W, dout: dout.sum()),
            "db is one number. Sum over the samples only: axis=0.",
        ),
    ],
    cases=[_SQUARE, _TALL],
    praise="Three lines that run, in some form, inside every network.",
    hint="Which index is summed over in each: samples, inputs or outputs?",
)


def _twice(X, W, b, dout):
    Y = X @ W + b
    dY = dout @ W.T
    return dY @ W.T, X.T @ dY + Y.T @ dout, dY.sum(axis=0) + dout.sum(axis=0)


def _twice_but(**wrong):
    def answer(X, W, b, dout):
        Y, dY = X @ W + b, dout @ W.T
        parts = dict(zip(("dX", "dW", "db"), _twice(X, W, b, dout), strict=True))
        parts |= {name: make(X, Y, dY, dout) for name, make in wrong.items()}
        return tuple(parts.values())

    return answer


_B = np.array([0.5, -1.0])

twice = Exercise(
    right=_twice,
    wrong=[
        (
            _twice_but(dW=lambda X, Y, dY, dout: Y.T @ dout, db=lambda X, Y, dY, dout: dout.sum(0)),
            "dW and db come from the second use alone. The layer is used twice: add what comes "
            "back along the first use, X.T @ dY and the column sums of dY.",
        ),
        (
            _twice_but(dW=lambda X, Y, dY, dout: X.T @ dY, db=lambda X, Y, dY, dout: dY.sum(0)),
            "dW and db come from the first use alone; the second was overwritten. Gradients of "
            "something used twice add.",
        ),
        (
            _twice_but(dW=lambda X, Y, dY, dout: Y.T @ dout),
            "dW comes from the second use alone: the first use adds X.T @ dY.",
        ),
        (
            _twice_but(dW=lambda X, Y, dY, dout: X.T @ dY),
            "dW comes from the first use alone: the second use adds Y.T @ dout.",
        ),
        (
            _twice_but(db=lambda X, Y, dY, dout: dout.sum(0)),
            "db comes from the second use alone: the first use adds the column sums of dY.",
        ),
        (
            _twice_but(db=lambda X, Y, dY, dout: dY.sum(0)),
            "db comes from the first use alone: the second use adds the column sums of dout.",
        ),
        (
            _twice_but(
                dW=lambda X, Y, dY, dout: (X.T @ dY + Y.T @ dout) / 2,
                db=lambda X, Y, dY, dout: (dY.sum(0) + dout.sum(0)) / 2,
            ),
            "dW and db are averages of the two uses. Both uses move L: add, do not average.",
        ),
        (
            _twice_but(dW=lambda X, Y, dY, dout: X.T @ dout + X.T @ dY),
            "In its second use, W multiplies Y, not X: that part of dW is Y.T @ dout.",
        ),
        (
            _twice_but(dW=lambda X, Y, dY, dout: X.T @ dout + Y.T @ dout),
            "What reaches the first use has passed through the second: dY = dout @ W.T belongs to "
            "X, dout to Y.",
        ),
        (
            _twice_but(dX=lambda X, Y, dY, dout: dY),
            "dX has passed through one layer only. Between X and Z there are two: dY @ W.T.",
        ),
    ],
    cases=[
        (_SQUARE[0], _SQUARE[1], _B, _SQUARE[2]),
        (_TALL[0], _SQUARE[1], _B, _TALL[2][:, :2]),
    ],
    praise="A thousand uses would add a thousand terms; that is how a recurrent network learns.",
    hint="Give the two uses of W names of their own, find the gradient of each, then add.",
)


def _low_rank(X, U, V, dout):
    dH = dout @ V.T
    return dH @ U.T, X.T @ dH, (X @ U).T @ dout, dout.sum(axis=0)


def _low_rank_but(**wrong):
    def answer(X, U, V, dout):
        parts = dict(zip(("dX", "dU", "dV", "db"), _low_rank(X, U, V, dout), strict=True))
        parts |= {name: make(X, U, V, dout) for name, make in wrong.items()}
        return tuple(parts.values())

    return answer


_V = np.array([[1.0, -1.0], [0.5, 2.0]])

low_rank = Exercise(
    right=_low_rank,
    wrong=[
        (
            _low_rank_but(dX=lambda X, U, V, dout: dout @ U.T @ V.T),
            "dX takes the two factors in forward order. (U V)ᵀ is Vᵀ Uᵀ: the last one in is the "
            "first one back.",
        ),
        (
            _low_rank_but(dU=lambda X, U, V, dout: X.T @ dout),
            "dU is the gradient of the whole W = U V. The slopes still have to pass back through "
            "V: X.T @ (dout @ V.T).",
        ),
        (
            _low_rank_but(dU=lambda X, U, V, dout: X.T @ dout @ V),
            "In dU, V is not transposed. (It is square here, so the shape could not tell.)",
        ),
        (
            _low_rank_but(dV=lambda X, U, V, dout: X.T @ dout),
            "dV is the gradient of the whole W = U V. What V multiplies is not X but X U: "
            "(X @ U).T @ dout.",
        ),
        (
            _low_rank_but(dV=lambda X, U, V, dout: U @ X.T @ dout),
            "In dV, U is not transposed: (X U)ᵀ is Uᵀ Xᵀ. (U is square here, so the shape could "
            "not tell.)",
        ),
        (
            _low_rank_but(db=lambda X, U, V, dout: dout),
            "db has the shape of dout. b was repeated down the rows, so sum over them: axis=0.",
        ),
        (
            _low_rank_but(db=lambda X, U, V, dout: dout.sum(axis=0, keepdims=True)),
            "The numbers of db are right, its shape is not: b has one axis, (M,), and yours is a "
            "table of one row, (1, M).",
        ),
        (
            _low_rank_but(db=lambda X, U, V, dout: dout.mean(axis=0)),
            "db is a mean. Every sample has its own effect on L, and the effects add up: sum.",
        ),
        (
            lambda X, U, V, dout: tuple(_low_rank(X, U, V, dout)[i] for i in (0, 2, 1, 3)),
            "dU and dV have changed places.",
        ),
    ],
    cases=[
        (_SQUARE[0], _SQUARE[1], _V, _SQUARE[2]),
        (
            _TALL[0],
            np.array([[2.0], [-1.0]]),
            np.array([[1.0, 0.5, -2.0]]),
            _TALL[2],
        ),
    ],
    praise="X.T @ (dout @ V.T): with the brackets there, no table of D · M numbers is ever made.",
    hint="Give the thing in the middle a name, H = X U, and go back one product at a time.",
)

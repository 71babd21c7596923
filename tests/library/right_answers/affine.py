"""Other right answers to the exercises of chapter "The affine layer", and wrong ones."""

import numpy as np


def backward_in_loops(X, W, dout):
    dX, dW, db = np.zeros(X.shape), np.zeros(W.shape), np.zeros(W.shape[1])
    for n, m in np.ndindex(*dout.shape):
        db[m] += dout[n, m]
        for d in range(W.shape[0]):
            dX[n, d] += dout[n, m] * W[d, m]
            dW[d, m] += dout[n, m] * X[n, d]
    return dX, dW, db


def backward_by_sample(X, W, dout):
    tables = [np.outer(x, g) for x, g in zip(X, dout, strict=True)]
    return [[W @ g for g in dout], sum(tables), np.ones(len(X)) @ dout]


def backward_by_einsum(X, W, dout):
    return (
        np.einsum("nm,dm->nd", dout, W),
        np.einsum("nd,nm->dm", X, dout),
        np.einsum("nm->m", dout),
    )


def twice_by_stacking(X, W, b, dout):
    Y = X @ W + b
    dY = dout @ W.T
    inputs, slopes = np.vstack([X, Y]), np.vstack([dY, dout])
    return dY @ W.T, inputs.T @ slopes, slopes.sum(axis=0)


def twice_by_two_layers(X, W, b, dout):
    dY, dW_second, db_second = backward_in_loops(X @ W + b, W, dout)
    dX, dW_first, db_first = backward_in_loops(X, W, dY)
    return [dX.tolist(), dW_first + dW_second, db_first + db_second]


def low_rank_by_the_table(X, U, V, dout):
    dW = X.T @ dout
    return dout @ (U @ V).T, dW @ V.T, U.T @ dW, dout.sum(axis=0)


def low_rank_by_two_layers(X, U, V, dout):
    dH, dV, db = backward_in_loops(X @ U, V, dout)
    dX, dU, _ = backward_by_sample(X, U, dH)
    return [dX, dU, dV, db]


RIGHT = {
    "pencil_dx": [np.array([[-1.0, 1.0]]), [(-1, 1)], ([-1.0, 1.0],)],
    "pencil_dW": [np.array([[1, -1, 2], [2, -2, 4]]), ((1, -1, 2), (2.0, -2.0, 4.0))],
    "pencil_db": [np.array([1, -1, 2]), (1.0, -1.0, 2.0)],
    "backward": [backward_in_loops, backward_by_sample, backward_by_einsum],
    "twice": [twice_by_stacking, twice_by_two_layers],
    "low_rank": [low_rank_by_the_table, low_rank_by_two_layers],
}

EQUIVALENT = {}


def flat_dx(X, W, dout):
    dX, dW, db = backward_in_loops(X, W, dout)
    return dX.ravel(), dW, db


def row_of_db(X, W, dout):
    dX, dW, db = backward_in_loops(X, W, dout)
    return dX, dW, db[None]


def twice_with_a_divided_bias(X, W, b, dout):
    dX, dW, db = twice_by_stacking(X, W, b, dout)
    return dX, dW, db / len(X)


WRONG = {
    "backward": [flat_dx, row_of_db],
    "twice": [twice_with_a_divided_bias],
}

"""Other right answers to the exercises of chapter "Notation"."""

import numpy as np


def product_with_lists(X, W):
    """Rows and columns as lists; the result as well."""
    columns = list(zip(*W, strict=True))
    return [[sum(x * w for x, w in zip(row, col, strict=True)) for col in columns] for row in X]


def product_outer_first(X, W):
    """The sum over d outside: N · M numbers grow together."""
    Y = np.zeros((X.shape[0], W.shape[1]))
    for d in range(X.shape[1]):
        for m in range(W.shape[1]):
            for n in range(X.shape[0]):
                Y[n][m] = Y[n][m] + W[d][m] * X[n][d]
    return Y


RIGHT = {
    "shapes": [
        ((64, 10), (10,), (64, 10), (10,), (32, 64)),
        [np.zeros(shape).shape for shape in [(64, 10), 10, (64, 10), 10, (32, 64)]],
    ],
    "picture": [(3.0, 10.0), np.array([3, 10])],
    "product": [product_with_lists, product_outer_first],
}

EQUIVALENT = {}

"""The exercises of chapter "Notation"."""

import numpy as np

from chainrule.exercises import Exercise

shapes = Exercise(
    right=[(64, 10), (10,), (64, 10), (10,), (32, 64)],
    wrong=[
        (
            [(10, 64), (10,), (10, 64), (10,), (32, 64)],
            "W lies the other way round: samples are rows here, Y = X W, so W is (D, M) = "
            "(64, 10).",
        ),
        (
            [(64, 10), (32, 10), (64, 10), (32, 10), (32, 64)],
            "The bias is a plain list of 10 numbers, (10,): it does not know how large the "
            "batch is.",
        ),
        (
            [(64, 10), (1, 10), (64, 10), (1, 10), (32, 64)],
            "A row of ten, (1, 10), is not the plain list (10,).",
        ),
        (
            [(64, 10), 10, (64, 10), 10, (32, 64)],
            "(10) is the number 10 in brackets. A shape with one axis needs the comma: (10,).",
        ),
        (
            [(64, 10), (10,), (64, 10), (10,), (32, 10)],
            "dX must have the shape of X, not that of Y.",
        ),
    ],
    praise="A gradient always has the shape of what it belongs to.",
    hint="Give five tuples, such as (64, 10) or (10,).",
)

picture = Exercise(
    right=[3, 10],
    wrong=[
        (
            [3, 7],
            "The stem of a carries the sum of both roads: 7 from the product and 3 through "
            "the plus.",
        ),
        ([3, 3], "You followed a only through the plus; the product hands it 7 as well."),
        ([7, 10], "A product hands each input the *other* one: the sum gets a = 3, not 7."),
        ([10, 3], "The order is: gradient of b, then gradient of a."),
    ],
    praise="L = a² + ab, so ∂L/∂b = a = 3 and ∂L/∂a = 2a + b = 10.",
    hint="Start with 1 at L and walk left.",
)


def _matrices(N, D, M, seed):
    rng = np.random.default_rng(seed)
    return rng.standard_normal((N, D)), rng.standard_normal((D, M))


def _product(X, W):
    N, D = X.shape
    _, M = W.shape
    Y = np.zeros((N, M))
    for n in range(N):
        for m in range(M):
            for d in range(D):
                Y[n, m] += X[n, d] * W[d, m]
    return Y


product = Exercise(
    right=_product,
    wrong=[
        (
            lambda X, W: np.outer(X[:, -1], W[-1]),
            "You assigned where the sum over d needs +=: only the last term is left.",
        ),
        (lambda X, W: (X @ W).T, "That is the transpose: Y[n, m] has the sample first."),
        (
            lambda X, W: (X @ W).sum(),
            "Everything was added into one number; there is one sum for each n and m.",
        ),
        (
            lambda X, W: X[:, :-1] @ W[:-1],
            "The last term of each sum is missing: range(D) already stops before D.",
        ),
    ],
    cases=[_matrices(2, 3, 4, 0), _matrices(3, 2, 3, 1)],
    praise="That is all a matrix product is.",
    hint="Three loops: n, m, and d for the sum.",
)

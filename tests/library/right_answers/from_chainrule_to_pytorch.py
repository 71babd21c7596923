"""Other right answers to the exercises of chapter "From chainrule to PyTorch", and wrong ones."""

import numpy as np


def carry_over_by_loops(weight, bias):
    M, D = weight.shape
    W = [[weight[m, d] for m in range(M)] for d in range(D)]
    return [W, bias.tolist()]


def accumulate_as_pytorch_does(gradients, sizes):
    grad = np.zeros_like(gradients[0])
    for g, n in zip(gradients, sizes, strict=True):
        grad += g * (n / sum(sizes))
    return grad


def resume_by_the_change_of_our_velocity(v, old_rate, g, momentum, new_rate):
    return [-(v / old_rate), new_rate / old_rate * momentum * v - new_rate * g]


def take_by_loops(x, index, dout):
    numbers = np.arange(x.size).reshape(x.shape)
    dx = np.zeros(x.size)
    for place, gradient in zip(numbers[index].ravel(), dout.ravel(), strict=True):
        dx[place] += gradient
    return x[index], dx.reshape(x.shape)


def take_by_counting(x, index, dout):
    numbers = np.arange(x.size).reshape(x.shape)[index].ravel()
    dx = np.bincount(numbers, weights=dout.ravel(), minlength=x.size)
    return [x[index].tolist(), dx.reshape(x.shape).tolist()]


def take_rows_only(x, index, dout):
    rows = index[0] if isinstance(index, tuple) else index
    dx = np.zeros_like(x)
    np.add.at(dx, rows, dout if dout.ndim == 2 else dout[:, np.newaxis])
    return x[index], dx


RIGHT = {
    "translate": [
        (3, 16, 2, 16, 1 - 0.99, 0.2, 7 * 112, 10),
        np.array([3, 16, 2, 16, 0.01, 0.2, 784, 10]),
    ],
    "carry_over": [carry_over_by_loops, lambda weight, bias: (np.einsum("md->dm", weight), bias)],
    "accumulate": [
        accumulate_as_pytorch_does,
        lambda gradients, sizes: np.average(gradients, axis=0, weights=sizes),
    ],
    "resume": [
        resume_by_the_change_of_our_velocity,
        lambda v, old, g, mu, new: np.array([-v / old, mu * v * new / old - new * g]),
    ],
    "take": [take_by_loops, take_by_counting],
}

EQUIVALENT = {
    "accumulate": {"`True` becomes `False`": "there is one size for each gradient in every case"}
}

WRONG = {
    "translate": [[3, 16, 2, 16, 0.99, 0.8, 784, 10]],
    # The same step in future, but another past: the question is what the steps so far have left.
    "resume": [lambda v, old, g, mu, new: (-v / new, mu * v - new * g)],
    "accumulate": [lambda gradients, sizes: gradients[-1]],
    "take": [take_rows_only],
}

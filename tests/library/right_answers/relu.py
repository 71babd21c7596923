"""Other right answers to the exercises of chapter "ReLU", and wrong ones."""

import math

import numpy as np


def leaky_by_copies(x, dout, a):
    y, dx = x.copy(), dout.copy()
    y[x <= 0] *= a
    dx[x <= 0] *= a
    return y, dx


def leaky_by_maximum(x, dout, a):
    return [np.maximum(x, a * x), dout * ((x > 0) + a * (x <= 0))]


def dead_in_a_loop(H):
    return sum(all(h == 0 for h in column) for column in H.T.tolist())


def dead_by_the_living(H):
    return H.shape[1] - np.count_nonzero(H.any(axis=0))


def gelu_by_two_roads(x, dout):
    """Backward through the graph, one node at a time."""
    c, k = math.sqrt(2 / math.pi), 0.044715
    tanh = np.tanh(c * (x + k * x**3))
    half, gate = 0.5 * x, 1 + tanh
    d_half, d_gate = dout * gate, dout * half
    du = d_gate * (1 - tanh) * gate
    return 0.5 * d_half + c * du + 3 * c * k * x * x * du


def gelu_by_finite_differences(x, dout, h=1e-5):
    def y(x):
        return 0.5 * x * (1 + np.tanh(math.sqrt(2 / math.pi) * (x + 0.044715 * x**3)))

    return dout * (y(x + h) - y(x - h)) / (2 * h)


RIGHT = {
    "four_gates": [np.array([-1, 0, 0, 2]), (-1.0, 0.0, -0.0, 2.0)],
    "leaky": [leaky_by_copies, leaky_by_maximum],
    "dead_units": [dead_in_a_loop, dead_by_the_living, lambda H: (H.sum(axis=0) == 0).sum()],
    "gelu_backward": [gelu_by_two_roads, gelu_by_finite_differences],
}

EQUIVALENT = {
    "gelu_backward": {"`1.0` becomes `2.0`": "only a foreseen wrong answer leaves out du/dx"},
}


def leaky_written_into_dout(x, dout, a):
    dout[x <= 0] *= a
    return np.where(x > 0, x, a * x), dout


WRONG = {
    "four_gates": [[-1, 3, 0, 2]],
    "leaky": [leaky_written_into_dout, lambda x, dout, a: leaky_by_copies(x, dout, 0.01)],
    "dead_units": [lambda H: H.shape[1] - (H == 0).all(axis=0).sum()],
    "gelu_backward": [lambda x, dout: dout * (x > 0)],
}

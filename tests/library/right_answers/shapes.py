"""Other right answers to the exercises of chapter "Shapes"."""

from itertools import zip_longest

import numpy as np


def broadcast_shape_from_the_right(a, b):
    """Walks from the last axis to the first; what is missing counts as 1."""
    result = []
    for p, q in zip_longest(reversed(a), reversed(b), fillvalue=1):
        if p == q or q == 1:
            result.insert(0, p)
        elif p == 1:
            result.insert(0, q)
        else:
            return "error"
    return result


def broadcast_shape_recursive(a, b):
    if not a or not b:
        return tuple(a) + tuple(b)
    front = broadcast_shape_recursive(a[:-1], b[:-1])
    lengths = {a[-1], b[-1]} - {1}
    if front == "error" or len(lengths) > 1:
        return "error"
    return (*front, lengths.pop() if lengths else 1)


def scale_backward_loops(X, g, dout):
    N, D = X.shape
    dX, dg = np.zeros((N, D)), [0.0] * D
    for n in range(N):
        for d in range(D):
            dX[n, d] = dout[n, d] * g[d]
            dg[d] += dout[n, d] * X[n, d]
    return [dX, dg]


def scale_backward_einsum(X, g, dout):
    return np.einsum("nd,d->nd", dout, g), np.einsum("nd,nd->d", dout, X)


def unbroadcast_padded(dout, shape):
    """Ones in front, one sum over all axes that were repeated, then the shape."""
    padded = (1,) * (dout.ndim - len(shape)) + tuple(shape)
    repeated = tuple(k for k in range(dout.ndim) if padded[k] != dout.shape[k])
    return dout.sum(axis=repeated).reshape(shape)


def unbroadcast_adds_each_copy(dout, shape):
    """Each element of dout is added where it came from."""
    result = np.zeros(shape)
    front = dout.ndim - len(shape)
    for index, gradient in np.ndenumerate(dout):
        source = tuple(0 if n == 1 else i for i, n in zip(index[front:], shape, strict=True))
        result[source] += gradient
    return result


RIGHT = {
    "drill_a": [[5, 3], np.zeros((5, 3)).shape],
    "drill_b": [[3], np.zeros(3).shape],
    "drill_c": ["error", "err" + "or"],
    "drill_d": ["error", "err" + "or"],
    "drill_e": [[4], np.zeros(4).shape],
    "drill_f": [[5, 5], np.zeros((5, 5)).shape],
    "drill_g": [[5, 64], np.zeros((5, 8, 8)).reshape(5, -1).shape],
    "drill_h": [[3], np.zeros(3).shape],
    "broadcast_shape": [broadcast_shape_from_the_right, broadcast_shape_recursive],
    "scale_backward": [scale_backward_loops, scale_backward_einsum],
    "unbroadcast": [unbroadcast_padded, unbroadcast_adds_each_copy],
}

EQUIVALENT = {
    "broadcast_shape": {
        "`True` becomes `False`": "strict: both shapes were filled to the same length",
        "`s + f` becomes `s - f`": "runs only where the planted error fills from the left",
    },
}

"""Other right answers and right mutants of "Convolution"."""

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from chainrule import Convolution, col2im, im2col


def forward_by_einsum(x, W, b, stride, pad):
    x = np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)))
    windows = sliding_window_view(x, W.shape[2:], axis=(2, 3))[:, :, ::stride, ::stride]
    return np.einsum("ncijuv,fcuv->nfij", windows, W) + b[:, None, None]


def forward_weight_by_weight(x, W, b, stride, pad):
    N, C, H, width = x.shape
    F, _, KH, KW = W.shape
    padded = np.zeros((N, C, H + 2 * pad, width + 2 * pad))
    padded[:, :, pad : pad + H, pad : pad + width] = x
    OH, OW = (H + 2 * pad - KH) // stride + 1, (width + 2 * pad - KW) // stride + 1
    y = np.tile(b.reshape(1, F, 1, 1), (N, 1, OH, OW))
    for u, v in np.ndindex(KH, KW):
        seen = padded[:, :, u : u + stride * OH : stride, v : v + stride * OW : stride]
        y += np.tensordot(seen, W[:, :, u, v], (1, 1)).transpose(0, 3, 1, 2)
    return y


def input_gradient_by_giving(W, dout):
    N, _, OH, OW = dout.shape
    _, C, KH, KW = W.shape
    dx = np.zeros((N, C, OH + KH - 1, OW + KW - 1))
    for u, v in np.ndindex(KH, KW):
        dx[:, :, u : u + OH, v : v + OW] += np.einsum("nfij,fc->ncij", dout, W[:, :, u, v])
    return dx


def input_gradient_by_the_library(W, dout):
    KH, KW = W.shape[2:]
    full = np.pad(dout, ((0, 0), (0, 0), (KH - 1, KH - 1), (KW - 1, KW - 1)))
    turned = np.flip(W, (2, 3)).swapaxes(0, 1).copy()
    return Convolution(turned, np.zeros(len(turned))).forward(full)


def transposed_by_the_layer(y, W, stride, dout):
    layer = Convolution(W, np.zeros(len(W)), stride)
    dy = layer.forward(dout)  # its backward gives W the gradient of ⟨y, layer(dout)⟩
    out = layer.backward(y)
    return out, dy, layer.dW


def transposed_by_rows(y, W, stride, dout):
    KH, KW = W.shape[2:]
    rows = np.moveaxis(y, 1, 3).reshape(-1, len(W))
    out = col2im(rows @ W.reshape(len(W), -1), dout.shape, KH, KW, stride)
    col = im2col(dout, KH, KW, stride)
    dy = np.einsum("rk,fk->rf", col, W.reshape(len(W), -1))
    dy = np.moveaxis(dy.reshape(len(y), *y.shape[2:], len(W)), 3, 1)
    return [out, dy, (col.T @ rows).T.reshape(W.shape)]


RIGHT = {
    "shape_a": [[16, 8, 32, 32], np.array([16, 8, 32, 32])],
    "shape_b": [[16, 4, 16, 16], np.array([16, 4, 16, 16])],
    "shape_c": ["error", "".join(["err", "or"])],
    "parameters": [(608, 25174016), np.array([608, 25174016]), [608.0, 25174016.0]],
    "forward": [forward_by_einsum, forward_weight_by_weight],
    "input_gradient": [input_gradient_by_giving, input_gradient_by_the_library],
    "transposed": [transposed_by_the_layer, transposed_by_rows],
}

OPTION = "in an option of the wrong answers, which the right one does not take"
EMPTIER = "every number of this array is assigned before it is read"
WIDER = "one more image of zeros is put at the end of the batch, and not looked at"
ONE = "the stride is 1 here"
SIZE = "(xp.shape[{0}] - {1}) // stride` becomes `(xp.shape[{0}] - {1}) * stride"
EQUIVALENT = {
    "forward": {"`0` becomes `1`": WIDER, "`np.zeros` becomes `np.ones`": EMPTIER},
    "input_gradient": {
        "`np.zeros` becomes `np.ones`": EMPTIER,
        "`0` becomes `1`": WIDER,
        f"`{SIZE.format(2, 'KH')}`": ONE + ", so nothing is divided",
        f"`{SIZE.format(3, 'KW')}`": ONE + ", so nothing is divided",
    },
    "transposed": {
        "`-1` becomes `1`": OPTION,
        "`1` becomes `2`": OPTION,
        "`0` becomes `1`": OPTION,
        "`np.zeros_like` becomes `np.ones_like`": EMPTIER,
    },
}

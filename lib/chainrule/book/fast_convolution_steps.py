"""The steps of chapter "Fast convolution" that are not in the library, and its stored times.

Each `by_...` function computes the forward pass of a convolution with stride 1, one step faster
than the one before. `make bench` times them; the chapter shows them.
"""

import json
from pathlib import Path

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from chainrule import fast
from chainrule.conv import im2col

_RESULTS = Path(__file__).with_name("benchmarks.json")


def benchmark_results():
    """The times that `make bench` measured on one machine, stored in the package.

    Returns
    -------
    dict
        "machine", its description; "peak", the speed of a large matrix product in 10⁹ operations
        per second; "layers", "steps", "ladder" and "batch", times in milliseconds, each a dict of
        "median", "low" and "high" (the quartiles) and "least".
    """
    return json.loads(_RESULTS.read_text(encoding="utf-8"))


def operations(x_shape, W_shape, pad=0):
    """The number of additions and multiplications of a forward pass: 2·N·F·OH·OW·C·KH·KW.

    Parameters
    ----------
    x_shape : tuple (N, C, H, W)
    W_shape : tuple (F, C, KH, KW)
    pad : int

    Returns
    -------
    int
    """
    (N, _, H, width), (F, C, KH, KW) = x_shape, W_shape
    OH, OW = H + 2 * pad - KH + 1, width + 2 * pad - KW + 1
    return 2 * N * F * OH * OW * C * KH * KW


def by_loops(x, W, b, pad=0):
    """Seven loops, as in the formula.

    Parameters
    ----------
    x : array of shape (N, C, H, W)
    W : array of shape (F, C, KH, KW)
    b : array of shape (F,)
    pad : int

    Returns
    -------
    array of shape (N, F, OH, OW)
    """
    xp = np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad))).tolist()
    F, C, KH, KW = W.shape
    OH, OW = x.shape[2] + 2 * pad - KH + 1, x.shape[3] + 2 * pad - KW + 1
    w, y = W.tolist(), np.zeros((len(x), F, OH, OW), dtype=x.dtype)
    for n in range(len(x)):
        for f in range(F):
            for i in range(OH):
                for j in range(OW):
                    total = float(b[f])
                    for c in range(C):
                        for u in range(KH):
                            for v in range(KW):
                                total += w[f][c][u][v] * xp[n][c][i + u][j + v]
                    y[n, f, i, j] = total
    return y


def by_table(x, W, b, pad=0):
    """One product with the matrix of im2col, for the whole batch.

    Parameters
    ----------
    x, W, b, pad
        As for `by_loops`.

    Returns
    -------
    array of shape (N, F, OH, OW)

    Raises
    ------
    ValueError
        Where `im2col` does.
    """
    F, _, KH, KW = W.shape
    OH, OW = x.shape[2] + 2 * pad - KH + 1, x.shape[3] + 2 * pad - KW + 1
    rows = im2col(x, KH, KW, 1, pad) @ W.reshape(F, -1).T + b
    return np.ascontiguousarray(rows.reshape(len(x), OH, OW, F).transpose(0, 3, 1, 2))


def columns(x, KH, KW, pad=0):
    """The patches of each image as columns, one product's factor for each image.

    Row (c·KH + u)·KW + v of an image's columns is what position (u, v) of the window, in channel c,
    reads from window to window: runs of OW neighbouring pixels.

    Parameters
    ----------
    x : array of shape (N, C, H, W)
    KH, KW : int
        Height and width of a patch.
    pad : int

    Returns
    -------
    array of shape (N, C·KH·KW, OH·OW)
    """
    sides = (pad, pad)
    x = np.pad(x, ((0, 0), (0, 0), sides, sides))
    windows = sliding_window_view(x, (KH, KW), axis=(2, 3))  # (N, C, OH, OW, KH, KW)
    return windows.transpose(0, 1, 4, 5, 2, 3).reshape(len(x), x.shape[1] * KH * KW, -1)


def by_columns(x, W, b, pad=0):
    """One product per image, with its patches as columns; all columns are made at once.

    Parameters
    ----------
    x, W, b, pad
        As for `by_loops`.

    Returns
    -------
    array of shape (N, F, OH, OW)
    """
    F, _, KH, KW = W.shape
    OH, OW = x.shape[2] + 2 * pad - KH + 1, x.shape[3] + 2 * pad - KW + 1
    out = W.reshape(F, -1) @ columns(x, KH, KW, pad) + b[:, np.newaxis]
    return out.reshape(len(x), F, OH, OW)


def by_few_images(x, W, b, pad=0):
    """As `by_columns`, with the columns of about a megabyte of images at a time.

    Parameters
    ----------
    x, W, b, pad
        As for `by_loops`.

    Returns
    -------
    array of shape (N, F, OH, OW)
    """
    F, C, KH, KW = W.shape
    OH, OW = x.shape[2] + 2 * pad - KH + 1, x.shape[3] + 2 * pad - KW + 1
    out = np.empty((len(x), F, OH, OW), dtype=x.dtype)
    for batch in fast._batches(x, elements_per_image=C * KH * KW * OH * OW):
        out[batch] = by_columns(x[batch], W, b, pad)
    return out


def product_alone(x, W, b, pad=0):
    """A function that computes only the matrix products of `fast.Convolution`, for timing.

    Parameters
    ----------
    x, W, b, pad
        As for `by_loops`.

    Returns
    -------
    function
        Without arguments.
    """
    F, _, KH, KW = W.shape
    OH, OW = x.shape[2] + 2 * pad - KH + 1, x.shape[3] + 2 * pad - KW + 1
    work = fast._Workspace(x.shape, W.shape, (OH, OW), 1, pad, x.dtype)
    rows = np.ascontiguousarray(W.transpose(0, 2, 1, 3)).reshape(F, -1)
    parts = [(work.columns(x, piece).shape, piece.n) for piece in work.pieces()]
    columns = np.ones((work.images, *parts[0][0][1:]), dtype=x.dtype)
    out = np.empty((work.images, F, columns.shape[2]), dtype=x.dtype)

    def run():
        for (_, _, width), n in parts:
            np.matmul(rows, columns[:n, :, :width], out=out[:n, :, :width])

    return run

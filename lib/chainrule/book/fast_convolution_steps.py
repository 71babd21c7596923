"""The steps of chapter "Fast convolution" that are not in the library, and its stored times.

Each `by_...` function computes the forward pass of a convolution with stride 1, one step faster
than the one before. `make bench` times them; the chapter shows them.
"""

import json
from pathlib import Path

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from chainrule import fast

_RESULTS = Path(__file__).with_name("benchmarks.json")


def benchmark_results():
    """The times that `make bench` measured on one machine, stored in the package.

    Returns
    -------
    dict
        "machine", its description; "peak", the speed of a large matrix product in 10⁹ operations
        per second; "layers", "steps", "ladder", "parts", "runs", "stages" and "batch", times in
        milliseconds, each a dict of "median", "low" and "high" (the quartiles) and "least".
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


def places(x, KH, KW, pad=0):
    """What each position of the window reads, as a view of the padded images: nothing is copied.

    Element [n, c, u, v, i, j] is what position (u, v) of window (i, j) reads in channel c of image
    n. Copied in this order, that is runs of OW neighbouring pixels; and as (N, C·KH·KW, OH·OW) it
    is the patches of each image as columns.

    Parameters
    ----------
    x : array of shape (N, C, H, W)
    KH, KW : int
        Height and width of the window.
    pad : int

    Returns
    -------
    array of shape (N, C, KH, KW, OH, OW)
    """
    padded = np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)))
    return sliding_window_view(padded, (KH, KW), axis=(2, 3)).transpose(0, 1, 4, 5, 2, 3)


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
    F, C, KH, KW = W.shape
    seen = places(x, KH, KW, pad)
    N, OH, OW = len(x), *seen.shape[4:]
    col = seen.reshape(N, C * KH * KW, OH * OW)  # copies
    out = W.reshape(F, -1) @ col
    out += b[:, np.newaxis]
    return out.reshape(N, F, OH, OW)


def by_few_images(x, W, b, pad=0):
    """As `by_columns`, with the columns of about a megabyte of images at a time, in one place.

    Parameters
    ----------
    x, W, b, pad
        As for `by_loops`.

    Returns
    -------
    array of shape (N, F, OH, OW)
    """
    F, C, KH, KW = W.shape
    seen = places(x, KH, KW, pad)
    N, OH, OW = len(x), *seen.shape[4:]
    batches = fast._batches(x, elements_per_image=C * KH * KW * OH * OW)
    room = np.empty((len(x[batches[0]]), *seen.shape[1:]), dtype=x.dtype)
    out = np.empty((N, F, OH * OW), dtype=x.dtype)
    for batch in batches:
        part = out[batch]
        col = room[: len(part)]
        col[...] = seen[batch]  # over those of the batch before
        np.matmul(W.reshape(F, -1), col.reshape(len(part), -1, OH * OW), out=part)
        part += b[:, np.newaxis]  # now, while the part is in the cache
    return out.reshape(N, F, OH, OW)


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
    pieces = list(work.pieces())
    parts = [(piece.rows * OW, piece.n) for piece in pieces]
    columns = work.columns(x, pieces[0])  # in the memory layout of `fast`; no piece is larger
    out = np.empty((work.images, F, columns.shape[2]), dtype=x.dtype)

    def run():
        for width, n in parts:
            np.matmul(rows, columns[:n, :, :width], out=out[:n, :, :width])

    return run

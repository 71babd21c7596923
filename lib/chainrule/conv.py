"""Convolution and max pooling, and the two functions that explain them: im2col and col2im.

Images are arrays of shape (N, C, H, W): samples, channels, height, width. Lengths are in pixels.
`chainrule.fast` has faster versions of the same layers.
"""

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from chainrule import _validate
from chainrule.layers import Layer

# A batch is processed in smaller ones of about this many array elements (1 MB of float32), so that
# they are still in the processor's cache when the next step reads them.
BATCH_ELEMENTS = 2**18


def im2col(x, filter_h, filter_w, stride=1, pad=0, *, crop=False, pad_value=0.0):
    """Lay out the patches of a batch of images as the rows of a matrix.

    Row (n·OH + i)·OW + j is the patch of image n whose upper left corner is at
    (i·stride, j·stride) of the padded image, its C·KH·KW pixels in the order channel, row, column.

    Parameters
    ----------
    x : array of shape (N, C, H, W)
        The images.
    filter_h, filter_w : int
        Height KH and width KW of a patch.
    stride : int
        Step between neighbouring patches, at least 1.
    pad : int
        Rows and columns added on each of the four sides, at least 0.
    crop : bool
        Where the patches do not cover the image exactly: True drops the rows and columns left over
        at the bottom and on the right, False raises.
    pad_value : float
        What the padding holds.

    Returns
    -------
    array of shape (N·OH·OW, C·KH·KW)
        With OH = (H + 2·pad − KH)/stride + 1 and OW likewise.

    Raises
    ------
    ValueError
        For a wrong shape or dtype, a stride below 1, a negative pad, a patch larger than the padded
        image, and sizes that do not divide (unless `crop`).

    References
    ----------
    Chapter "im2col"; Chellapilla, Puri and Simard (2006).
    """
    x = _validate.real_array("im2col", "x", x)
    _validate.shape("im2col", "x", x, ("N", "C", "H", "W"))
    N, C, _, _ = x.shape
    OH, OW = _output_shape("im2col", x.shape, filter_h, filter_w, stride, pad, crop)
    if pad:
        sides = (pad, pad)
        x = np.pad(x, ((0, 0), (0, 0), sides, sides), constant_values=pad_value)
    windows = sliding_window_view(x, (filter_h, filter_w), axis=(2, 3))
    windows = windows[:, :, ::stride, ::stride]  # (N, C, OH, OW, KH, KW)
    return windows.transpose(0, 2, 3, 1, 4, 5).reshape(N * OH * OW, C * filter_h * filter_w)


def col2im(col, x_shape, filter_h, filter_w, stride=1, pad=0, *, crop=False):
    """Add patches, given as rows, to the pixels they came from: the adjoint of im2col.

    A pixel that lies in k patches receives the sum of k numbers, so col2im is not the inverse of
    im2col. It satisfies ⟨im2col(x), col⟩ = ⟨x, col2im(col)⟩ for every x and col, which makes it the
    backward pass of im2col.

    Parameters
    ----------
    col : array of shape (N·OH·OW, C·KH·KW)
        The patches.
    x_shape : tuple (N, C, H, W)
        The shape of the images.
    filter_h, filter_w, stride, pad, crop
        As for im2col.

    Returns
    -------
    array of shape (N, C, H, W)

    Raises
    ------
    ValueError
        Where im2col does, and for a `col` of the wrong shape.

    References
    ----------
    Chapter "im2col".
    """
    col = _validate.real_array("col2im", "col", col)
    if not isinstance(x_shape, (tuple, list)) or len(x_shape) != 4:
        raise ValueError(f"col2im: x_shape must be (N, C, H, W), got {x_shape!r}")
    N, C, H, W = (_validate.whole_number("col2im", "x_shape", n, at_least=1) for n in x_shape)
    OH, OW = _output_shape("col2im", x_shape, filter_h, filter_w, stride, pad, crop)
    _validate.shape("col2im", "col", col, (N * OH * OW, C * filter_h * filter_w))

    windows = col.reshape(N, OH, OW, C, filter_h, filter_w).transpose(0, 3, 1, 2, 4, 5)
    x = np.zeros((N, C, H + 2 * pad, W + 2 * pad), dtype=col.dtype)
    # One pixel of the patch at a time: for one (i, j) no two patches overlap, so += adds each once.
    for i in range(filter_h):
        for j in range(filter_w):
            rows = slice(i, i + stride * OH, stride)
            cols = slice(j, j + stride * OW, stride)
            x[:, :, rows, cols] += windows[..., i, j]
    return x[:, :, pad : pad + H, pad : pad + W]


class Convolution(Layer):
    """Convolution (strictly a cross-correlation, as in other libraries) of a batch of images.

    out[n, f, i, j] = b[f] + Σ_{c, k, l} W[f, c, k, l] · x_pad[n, c, i·stride + k, j·stride + l]

    Parameters
    ----------
    W : array of shape (F, C, KH, KW)
        F filters.
    b : array of shape (F,)
        Bias.
    stride : int
        Step between windows, at least 1.
    pad : int
        Rows and columns of zeros added on each side, at least 0.

    Attributes
    ----------
    dW, db : arrays of the shapes of W and b
        The gradients; None before the first backward.

    Methods
    -------
    forward(x)
        x of shape (N, C, H, W). Returns (N, F, OH, OW) with OH = (H + 2·pad − KH)/stride + 1 and OW
        likewise. Let W_rows be W as (F, C·KH·KW), and colₙ, of shape (C·KH·KW, OH·OW), hold the
        patches of image n as columns (its rows of im2col(x), transposed). Then
        outₙ = W_rows colₙ + b, of shape (F, OH·OW).
    backward(dout)
        dout of shape (N, F, OH, OW). Let Dₙ be dout of image n as (F, OH·OW). Assigns
        dW = Σₙ Dₙ colₙᵀ in the shape of W and db = Σₙ row sums of Dₙ. Returns dx of shape
        (N, C, H, W): the columns W_rowsᵀ Dₙ added to the pixels they came from.

    Raises
    ------
    ValueError
        For a wrong shape or dtype, a filter larger than the padded input, and sizes that do not
        divide (nothing is cropped silently).
    RuntimeError
        For backward before forward.

    Notes
    -----
    Caches x and the shape of the output. Columns are computed for about 1 MB of images at a time,
    so that they stay in the processor's cache, and computed again in backward.

    References
    ----------
    Chapters "Convolution" and "Fast convolution"; LeCun, Bottou, Bengio and Haffner (1998);
    Chellapilla, Puri and Simard (2006) for im2col.
    """

    param_names = ("W", "b")

    def __init__(self, W, b, stride=1, pad=0):
        self.W = self._parameter("W", W, "F", "C", "KH", "KW")
        self.b = self._parameter("b", b, len(self.W))
        self.stride = _validate.whole_number("Convolution", "stride", stride, at_least=1)
        self.pad = _validate.whole_number("Convolution", "pad", pad, at_least=0)
        self.dW = self.db = None

    def forward(self, x):
        F, C, KH, KW = self.W.shape
        x = self._input(x, "N", C, "H", "W")
        OH, OW = _output_shape(self._here("forward"), x.shape, KH, KW, self.stride, self.pad)
        W, b = self._parameters(x.dtype)
        W_rows = W.reshape(F, -1)
        out = np.empty((len(x), F, OH * OW), dtype=x.dtype)
        for batch in _batches(x, elements_per_image=C * KH * KW * OH * OW):
            col = _columns(x[batch], KH, KW, self.stride, self.pad)
            out[batch] = W_rows @ col + b[:, np.newaxis]
        self._cache = x, (len(x), F, OH, OW)
        return out.reshape(len(x), F, OH, OW)

    def backward(self, dout):
        x, out_shape = self._saved()
        dout = self._upstream(dout, out_shape, x.dtype)
        W, _ = self._parameters(x.dtype)
        F, C, KH, KW = W.shape
        W_rows, D = W.reshape(F, -1), dout.reshape(len(x), F, -1)
        dW, dx = np.zeros_like(W_rows), np.empty(x.shape, dtype=x.dtype)
        for batch in _batches(x, elements_per_image=C * KH * KW * D.shape[2]):
            col = _columns(x[batch], KH, KW, self.stride, self.pad)
            dW += (D[batch] @ col.transpose(0, 2, 1)).sum(axis=0)
            dcol = (W_rows.T @ D[batch]).reshape(-1, C, KH, KW, *out_shape[2:])
            dx[batch] = _add_columns(dcol, x.shape[2:], self.stride, self.pad)
        self.dW = dW.reshape(W.shape)
        self.db = D.sum(axis=(0, 2))
        return dx


def _batches(x, elements_per_image):
    """Slices that divide the images of x into batches of about BATCH_ELEMENTS elements."""
    size = max(1, BATCH_ELEMENTS // elements_per_image)
    return [slice(n, n + size) for n in range(0, len(x), size)]


def _padded(x, pad, value=0.0):
    """x with `pad` rows and columns of `value` on each side; x itself if `pad` is 0."""
    if not pad:
        return x
    N, C, H, W = x.shape
    padded = np.full((N, C, H + 2 * pad, W + 2 * pad), value, dtype=x.dtype)
    padded[:, :, pad : pad + H, pad : pad + W] = x
    return padded


def _columns(x, KH, KW, stride, pad):
    """The patches of each image as columns: an array (N, C·KH·KW, OH·OW)."""
    windows = sliding_window_view(_padded(x, pad), (KH, KW), axis=(2, 3))
    windows = windows[:, :, ::stride, ::stride]
    N, C, OH, OW = windows.shape[:4]
    return windows.transpose(0, 1, 4, 5, 2, 3).reshape(N, C * KH * KW, OH * OW)


def _add_columns(col, size, stride, pad):
    """The adjoint of `_columns`: (N, C, KH, KW, OH, OW) added to the pixels of (N, C, *size)."""
    N, C, KH, KW, OH, OW = col.shape
    H, W = size
    x = np.zeros((N, C, H + 2 * pad, W + 2 * pad), dtype=col.dtype)
    for i, j in np.ndindex(KH, KW):
        x[_pixels(i, j, stride, OH, OW)] += col[:, :, i, j]
    return x[:, :, pad : pad + H, pad : pad + W]


def _pixels(i, j, stride, OH, OW):
    """The index of the pixels at position (i, j) of every window, as (N, C, OH, OW)."""
    return np.s_[:, :, i : i + stride * OH : stride, j : j + stride * OW : stride]


class MaxPooling(Layer):
    """Max pooling: out[n, c, i, j] is the maximum of window (i, j) in channel c of image n.

    Parameters
    ----------
    pool_h, pool_w : int
        Height PH and width PW of the window.
    stride : int or None
        Step between windows; None means the size of the window, which must then be square.
    pad : int
        Rows and columns of −∞ added on each side, fewer than those of the window.

    Methods
    -------
    forward(x)
        x of shape (N, C, H, W). Returns (N, C, OH, OW) with OH = (H + 2·pad − PH)/stride + 1 and OW
        likewise.
    backward(dout)
        dout of shape (N, C, OH, OW). Returns dx of shape (N, C, H, W): each element of dout goes to
        the pixel that is the maximum of its window (the first in reading order if several are
        equal), and a pixel that is the maximum of several windows gets the sum.

    Raises
    ------
    ValueError
        For a wrong shape or dtype, an oblong window without a stride, a pad as large as the window,
        a window larger than the padded input, and sizes that do not divide.
    RuntimeError
        For backward before forward.

    Notes
    -----
    Caches the position of each maximum in its window, in reading order, and the shape and dtype of
    x.

    References
    ----------
    Chapter "Max pooling"; Ranzato, Huang, Boureau and LeCun (2007).
    """

    def __init__(self, pool_h, pool_w, stride=None, pad=0):
        self.pool_h = _validate.whole_number("MaxPooling", "pool_h", pool_h, at_least=1)
        self.pool_w = _validate.whole_number("MaxPooling", "pool_w", pool_w, at_least=1)
        if stride is None:
            if pool_h != pool_w:
                raise ValueError(
                    f"MaxPooling: stride must be given for a window that is not square, "
                    f"got {pool_h}×{pool_w}"
                )
            stride = pool_h
        self.stride = _validate.whole_number("MaxPooling", "stride", stride, at_least=1)
        self.pad = _validate.whole_number("MaxPooling", "pad", pad, at_least=0)
        if self.pad >= min(self.pool_h, self.pool_w):
            raise ValueError(
                f"MaxPooling: pad must be smaller than the window, got pad {pad} "
                f"for a window of {pool_h}×{pool_w}"
            )

    def forward(self, x):
        x = self._input(x, "N", "C", "H", "W")
        N, C, H, W = x.shape
        window = self.pool_h, self.pool_w
        OH, OW = _output_shape(self._here("forward"), x.shape, *window, self.stride, self.pad)
        out = np.empty((N, C, OH, OW), dtype=x.dtype)
        winner = np.zeros(out.shape, dtype=np.min_scalar_type(self.pool_h * self.pool_w))
        for batch in _batches(x, elements_per_image=C * H * W):
            self._find_winners(x[batch], out[batch], winner[batch])
        self._cache = winner, x.shape, x.dtype
        return out

    def _find_winners(self, x, best, winner):
        """Write the maximum of each window into `best`, its position there into `winner`."""
        # Padded with −∞, not 0: the maximum of negative numbers must not be the padding.
        x = _padded(x, self.pad, -np.inf)
        for k, (i, j) in enumerate(np.ndindex(self.pool_h, self.pool_w)):
            candidate = x[_pixels(i, j, self.stride, *best.shape[2:])]
            if k == 0:
                best[...] = candidate
            else:
                # Only a larger number wins, so the first of equals stays. k exceeds all k before.
                np.maximum(winner, winner.dtype.type(k) * (candidate > best), out=winner)
                np.maximum(best, candidate, out=best)

    def backward(self, dout):
        winner, x_shape, dtype = self._saved()
        dout = self._upstream(dout, winner.shape, dtype)
        N, C, H, W = x_shape
        pad, size = self.pad, winner.shape[2:]
        dx = np.empty((N, C, H + 2 * pad, W + 2 * pad), dtype=dtype)
        for batch in _batches(dx, elements_per_image=C * H * W):
            dx[batch] = 0
            for k, (i, j) in enumerate(np.ndindex(self.pool_h, self.pool_w)):
                dx[batch][_pixels(i, j, self.stride, *size)] += dout[batch] * (winner[batch] == k)
        return dx[:, :, pad : pad + H, pad : pad + W]


def _output_shape(where, x_shape, filter_h, filter_w, stride, pad, crop=False):
    """(OH, OW), the number of windows down and across; they must fit exactly, unless `crop`."""
    _validate.whole_number(where, "filter_h", filter_h, at_least=1)
    _validate.whole_number(where, "filter_w", filter_w, at_least=1)
    _validate.whole_number(where, "stride", stride, at_least=1)
    _validate.whole_number(where, "pad", pad, at_least=0)
    return tuple(
        _output_size(where, axis, size, window, stride, pad, crop)
        for axis, size, window in zip(
            ("height", "width"), x_shape[2:], (filter_h, filter_w), strict=True
        )
    )


def _output_size(where, axis, size, window, stride, pad, crop):
    """The number of windows along one axis."""
    padded = size + 2 * pad
    if window > padded:
        raise ValueError(
            f"{where}: the window must fit in the input, got {axis} {window} of the window "
            f"against {padded} of the input ({size} + 2·{pad} of padding)"
        )
    if (padded - window) % stride and not crop:
        raise ValueError(
            f"{where}: windows must cover the input exactly, got {axis} {size}, pad {pad}, "
            f"window {window}, stride {stride}: ({size} + 2·{pad} − {window}) / {stride} "
            f"is not a whole number"
        )
    return (padded - window) // stride + 1

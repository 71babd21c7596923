"""Convolution and max pooling, and the two functions that explain them: im2col and col2im.

Images are arrays of shape (N, C, H, W): samples, channels, height, width. Lengths are in pixels.
Both layers are the few lines that chapters "im2col" and "Convolution" derive; `chainrule.fast` has
versions of them that take less time and memory.
"""

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from chainrule import _validate
from chainrule.layers import Layer


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
        likewise. Let col = im2col(x), of shape (N·OH·OW, C·KH·KW), and W_rows be W as
        (F, C·KH·KW). Then the rows of col W_rowsᵀ + b, of shape (N·OH·OW, F), are the pixels of the
        output.
    backward(dout)
        dout of shape (N, F, OH, OW). Let D be dout as (N·OH·OW, F), a row for each pixel. Assigns
        dW = Dᵀ col in the shape of W, and db = the sum of the rows of D, of shape (F,). Returns
        dx = col2im(D W_rows), of shape (N, C, H, W).

    Raises
    ------
    ValueError
        For a wrong shape or dtype, a filter larger than the padded input, and sizes that do not
        divide (nothing is cropped silently).
    RuntimeError
        For backward before forward.

    Notes
    -----
    Caches col and the shapes of x and of the output. col holds N·OH·OW·C·KH·KW numbers, at stride 1
    about KH·KW times as many as x; `chainrule.fast.Convolution` never holds all of them at once.

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
        col = im2col(x, KH, KW, self.stride, self.pad)  # (N·OH·OW, C·KH·KW)
        rows = col @ W.reshape(F, -1).T + b  # (N·OH·OW, F)
        out = rows.reshape(len(x), OH, OW, F).transpose(0, 3, 1, 2)
        self._cache = col, x.shape, out.shape
        return out

    def backward(self, dout):
        col, x_shape, out_shape = self._saved()
        dout = self._upstream(dout, out_shape, col.dtype)
        W, _ = self._parameters(col.dtype)
        F, _, KH, KW = W.shape
        D = dout.transpose(0, 2, 3, 1).reshape(-1, F)  # (N·OH·OW, F)
        self.dW = (D.T @ col).reshape(W.shape)
        self.db = D.sum(axis=0)
        return col2im(D @ W.reshape(F, -1), x_shape, KH, KW, self.stride, self.pad)


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
    Caches the position of each maximum in its window, in reading order, the shapes of x and of the
    output, and the dtype of x. Windows, N·OH·OW·C·PH·PW numbers, are made in forward and again in
    backward; `chainrule.fast.MaxPooling` never makes all of them at once.

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
        N, C, _, _ = x.shape
        window = self.pool_h, self.pool_w
        OH, OW = _output_shape(self._here("forward"), x.shape, *window, self.stride, self.pad)
        # Padded with −∞, not 0: the maximum of negative numbers must not be the padding.
        col = im2col(x, *window, self.stride, self.pad, pad_value=-np.inf)  # (N·OH·OW, C·PH·PW)
        windows = col.reshape(N * OH * OW * C, -1)  # one window in each row
        winner = windows.argmax(axis=1)  # the first of equals
        out = windows.max(axis=1).reshape(N, OH, OW, C).transpose(0, 3, 1, 2)
        self._cache = winner, x.shape, out.shape, x.dtype
        return out

    def backward(self, dout):
        winner, x_shape, out_shape, dtype = self._saved()
        dout = self._upstream(dout, out_shape, dtype)
        N, C, OH, OW = out_shape
        window = self.pool_h, self.pool_w
        dwindows = np.zeros((N * OH * OW * C, self.pool_h * self.pool_w), dtype=dtype)
        dwindows[np.arange(len(winner)), winner] = dout.transpose(0, 2, 3, 1).ravel()
        dcol = dwindows.reshape(N * OH * OW, -1)  # (N·OH·OW, C·PH·PW)
        return col2im(dcol, x_shape, *window, self.stride, self.pad)


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

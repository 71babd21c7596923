"""The layers that dominate a convolutional network's time, arranged for speed: Convolution,
MaxPooling and BatchNormalization.

    from chainrule import fast
    net = Sequential(conv1=fast.Convolution(W, b), pool1=fast.MaxPooling(2, 2), ...)

Constructors, protocol, results and errors are those of the layers of the same names in `chainrule`,
which are easier to read and derived in the book. Only the order of the work differs, so sums may
round differently. The chapter "Fast convolution" explains each step and measures it.

Two rules run through this file:

- Work on a piece of the batch at a time, small enough that everything made on the way stays in the
  processor's cache, and write only the result to memory. The pieces' arrays belong to one call of
  one layer; layers and threads share nothing.
- Move long runs of neighbouring numbers, and leave the arithmetic to matrix products.
"""

import numpy as np

from chainrule import conv, layers

# Numbers in the largest array that a piece of work makes: a megabyte of float32.
WORKSPACE = 2**18


class Convolution(conv.Convolution):
    """Convolution, as `chainrule.Convolution`; see there for parameters, shapes and errors.

    out[n, f, i, j] = b[f] + Σ_{c, u, v} W[f, c, u, v] · x_pad[n, c, i·stride + u, j·stride + v]

    forward(x): x of shape (N, C, H, W). Returns (N, F, OH, OW).
    backward(dout): dout of shape (N, F, OH, OW). Assigns dW and db. Returns dx of shape
        (N, C, H, W); or None, which saves about half of the work, where `needs_dx` is False.

    Caches x and the shape of the output. Beside these and the gradients a call makes at most 4 MB
    in float32, whatever the batch, and one more array of W's size.
    Raises what `chainrule.Convolution` raises: ValueError, and RuntimeError for backward before
    forward. Source: chapter "Fast convolution".
    """

    def forward(self, x):
        F, C, KH, KW = self.W.shape
        x = self._input(x, "N", C, "H", "W")
        OH, OW = conv._output_shape(self._here("forward"), x.shape, KH, KW, self.stride, self.pad)
        W, b = self._parameters(x.dtype)
        W_rows = W.transpose(0, 2, 1, 3).reshape(F, -1)  # in the order of the columns: (u, c, v)
        out = np.empty((len(x), F, OH * OW), dtype=x.dtype)
        work = _Workspace(x.shape, W.shape, (OH, OW), self.stride, self.pad, x.dtype)
        for piece in work.pieces():
            part = out[piece.output]
            np.matmul(W_rows, work.columns(x, piece), out=part)
            part += b[:, np.newaxis]  # now, while the piece is in the cache
        self._cache = x, (len(x), F, OH, OW)
        return out.reshape(len(x), F, OH, OW)

    def backward(self, dout):
        x, out_shape = self._saved()
        dout = self._upstream(dout, out_shape, x.dtype).reshape(*out_shape[:2], -1)
        W, _ = self._parameters(x.dtype)
        F, C, KH, KW = W.shape
        W_columns = W.transpose(2, 1, 3, 0).reshape(-1, F)
        dW, db = np.zeros_like(W_columns), np.zeros(F, dtype=x.dtype)
        dx = np.zeros(x.shape, dtype=x.dtype) if self.needs_dx else None
        work = _Workspace(x.shape, W.shape, out_shape[2:], self.stride, self.pad, x.dtype)
        for piece in work.pieces():
            col, D = work.columns(x, piece), dout[piece.output]
            dW += (col @ D.transpose(0, 2, 1)).sum(axis=0)
            db += (D @ np.ones(D.shape[2], dtype=x.dtype)).sum(axis=0)
            if dx is not None:
                np.matmul(W_columns, D, out=col)  # these columns are read: their place is free
                work.add_columns(dx, piece)
        self.dW = np.ascontiguousarray(dW.reshape(KH, C, KW, F).transpose(3, 1, 0, 2))
        self.db = db
        return dx


class _Piece:
    """A part of the work: some images, and the rows first … last − 1 of their output."""

    def __init__(self, images, first, last, work):
        self.n, self.rows = images.stop - images.start, last - first
        self.output = np.s_[images, :, first * work.OW : last * work.OW]  # of (N, F, OH·OW)
        # Of the padded images these rows look at the rows top … bottom − 1. The images themselves
        # lie in the rows pad … pad + H − 1: what is seen of them, and where in the piece it stands.
        top, self.height = first * work.stride, work.height(self.rows)
        start = min(max(top, work.pad), work.pad + work.H)
        stop = max(start, min(top + self.height, work.pad + work.H))
        self.input = np.s_[images, :, start - work.pad : stop - work.pad]  # of (N, C, H, W)
        self.inside = np.s_[:, :, start - top : stop - top, work.pad : work.pad + work.W]


class _Workspace:
    """The arrays for one piece of work after another, and the ways from images to columns and back.

    Columns are made in two stages. First along x: for each of the KW places in a row of the window
    the pixels that stand there, row of the image by row. These are short runs of OW numbers, but
    there are KH times fewer of them than in the columns. Then along y: place (u, v) of the window
    sees what place (0, v) sees, u rows further down, which is a run of rows·OW numbers, copied at
    the speed of the cache. The way back is the same, last stage first, adding where that copied.
    """

    def __init__(self, x_shape, W_shape, out_size, stride, pad, dtype):
        (N, C, H, width), (F, _, KH, KW), (OH, OW) = x_shape, W_shape, out_size
        self.N, self.H, self.W, self.OH, self.OW = N, H, width, OH, OW
        self.KH, self.KW, self.stride, self.pad = KH, KW, stride, pad
        # Several whole images, or else some rows of one; always at least one row.
        each_row = C * KH * KW * OW
        self.rows = min(OH, max(1, WORKSPACE // each_row))
        # dW is made image by image and then summed: so many of them must fit as well.
        whole = max(OH * each_row, C * KH * KW * F)
        self.few = min(N, max(1, WORKSPACE // whole)) if self.rows == OH else 1
        height = self.height(self.rows)
        self._padded = np.empty((self.few, C, height, width + 2 * pad), dtype=dtype)
        self._shifted = np.empty((self.few, C, KW, height, OW), dtype=dtype)
        self._columns = np.empty(self.few * each_row * self.rows, dtype=dtype)

    def pieces(self):
        """All the work, piece by piece."""
        for n in range(0, self.N, self.few):
            images = slice(n, min(n + self.few, self.N))
            for first in range(0, self.OH, self.rows):
                yield _Piece(images, first, min(first + self.rows, self.OH), self)

    def height(self, rows):
        """How many rows of a padded image so many rows of output look at."""
        return (rows - 1) * self.stride + self.KH

    def columns(self, x, piece):
        """The piece's patches: (n, KH·C·KW, rows·OW), good until the next are asked for."""
        padded, shifted, columns = self._parts(piece)
        if self.pad:
            padded[...] = 0
            padded[piece.inside] = x[piece.input]
        else:
            padded = x[piece.input]
        for v in range(self.KW):
            shifted[:, :, v] = padded[..., self._every(v, self.OW)]
        for u in range(self.KH):
            columns[:, u] = shifted[..., self._every(u, piece.rows), :]
        return columns.reshape(piece.n, -1, piece.rows * self.OW)

    def add_columns(self, dx, piece):
        """Add what now stands in the columns back to the pixels of dx that these came from."""
        padded, shifted, columns = self._parts(piece)
        shifted[...] = 0
        for u in range(self.KH):
            shifted[..., self._every(u, piece.rows), :] += columns[:, u]
        padded[...] = 0
        for v in range(self.KW):
            padded[..., self._every(v, self.OW)] += shifted[:, :, v]
        dx[piece.input] += padded[piece.inside]

    def _parts(self, piece):
        """The arrays, cut to the piece; the columns with an axis for each of their sizes."""
        C = self._padded.shape[1]
        shape = piece.n, self.KH, C, self.KW, piece.rows, self.OW
        return (
            self._padded[: piece.n, :, : piece.height],
            self._shifted[: piece.n, ..., : piece.height, :],
            self._columns[: np.prod(shape)].reshape(shape),
        )

    def _every(self, start, count):
        """`count` numbers from `start` on, a stride apart."""
        return slice(start, start + self.stride * (count - 1) + 1, self.stride)


class MaxPooling(conv.MaxPooling):
    """Max pooling, as `chainrule.MaxPooling`; see there for parameters, shapes and errors.

    forward(x): x of shape (N, C, H, W). Returns the maxima (N, C, OH, OW), and looks for no winner:
        that is left to backward, and evaluation never pays for it.
    backward(dout): dout of shape (N, C, OH, OW). Returns dx of shape (N, C, H, W): each number of
        dout at the first pixel, in reading order, that equals its window's maximum.

    Caches x and the output.
    Raises what `chainrule.MaxPooling` raises: ValueError, and RuntimeError for backward before
    forward. Source: chapter "Fast convolution".
    """

    def forward(self, x):
        x = self._input(x, "N", "C", "H", "W")
        N, C, H, W = x.shape
        window = self.pool_h, self.pool_w
        size = conv._output_shape(self._here("forward"), x.shape, *window, self.stride, self.pad)
        out = np.empty((N, C, *size), dtype=x.dtype)
        for few in conv._few_images(x, numbers_each=C * H * W):
            places = self._places(x[few], size)
            np.maximum(places[0], places[-1], out=out[few])
            for place in places[1:-1]:
                np.maximum(out[few], place, out=out[few])
        self._cache = x, out
        return out

    def backward(self, dout):
        x, out = self._saved()
        dout = self._upstream(dout, out.shape, x.dtype)
        N, C, H, W = x.shape
        pad = self.pad
        # Windows that tile the input name every pixel once: there is nothing to add to.
        tiled = self.pool_h == self.pool_w == self.stride
        dx = np.empty((N, C, H + 2 * pad, W + 2 * pad), dtype=x.dtype)
        for few in conv._few_images(x, numbers_each=C * H * W):
            if not tiled:
                dx[few] = 0
            free = np.ones(out[few].shape, dtype=bool)  # windows whose winner is not found yet
            targets = self._places(dx[few], out.shape[2:], padded=True)
            for place, target in zip(self._places(x[few], out.shape[2:]), targets, strict=True):
                won = place == out[few]
                won &= free
                free ^= won
                if tiled:
                    np.multiply(dout[few], won, out=target)
                else:
                    target += dout[few] * won
        return dx[:, :, pad : pad + H, pad : pad + W]

    def _places(self, x, size, padded=False):
        """For each place in a window, in reading order, the pixels there: views (n, C, OH, OW)."""
        x = x if padded else conv._padded(x, self.pad, -np.inf)
        places = np.ndindex(self.pool_h, self.pool_w)
        return [x[conv._pixels(i, j, self.stride, *size)] for i, j in places]


class BatchNormalization(layers.BatchNormalization):
    """Batch normalization, as `chainrule.BatchNormalization`; see there for parameters and errors.

    forward(x): x of shape (N, C) or (N, C, H, W). Returns the shape of x.
    backward(dout): dout of the shape of x. Assigns dγ and dβ and returns dx of the shape of x.

    Only images in training are done in another way, a few at a time; x̂ is not stored but made
    again on the way back. Caches x, μ and 1/√(σ² + eps) then; otherwise as the layer it stands for.
    Raises what `chainrule.BatchNormalization` raises: ValueError, and RuntimeError for backward
    before forward. Source: chapter "Fast convolution".
    """

    def forward(self, x):
        x = self._input(x)
        if x.ndim != 4 or not self.training:
            return super().forward(x)
        _, per_feature = self._layout(x)
        gamma, beta = (p.reshape(per_feature) for p in self._parameters(x.dtype))
        M = x.size // gamma.size
        mean = x.mean(axis=(2, 3)).mean(axis=0).reshape(per_feature)
        squares = np.zeros(gamma.size, dtype=x.dtype)
        for few in self._pieces(x):
            centered = x[few] - mean
            squares += _dot(centered, centered)
        var = (squares / M).reshape(per_feature)
        self._update_running_statistics(mean, var, M)
        inv_std = 1 / np.sqrt(var + self.eps)
        scale = gamma * inv_std
        out = np.empty(x.shape, dtype=x.dtype)
        for few in self._pieces(x):
            part = np.subtract(x[few], mean, out=out[few])
            part *= scale
            part += beta
        self._cache = x, mean, inv_std
        return out

    def backward(self, dout):
        if len(self._saved()) != 3:
            return super().backward(dout)
        x, mean, inv_std = self._saved()
        dout = self._upstream(dout, x.shape, x.dtype)
        gamma, _ = self._parameters(x.dtype)
        M, per_feature = x.size // gamma.size, mean.shape
        self.dbeta = dout.sum(axis=(2, 3)).sum(axis=0)
        self.dgamma = np.zeros(gamma.size, dtype=x.dtype)
        for few in self._pieces(x):
            self.dgamma += _dot(dout[few], x[few] - mean)
        self.dgamma *= inv_std.ravel()
        # dx = γ/√(σ² + eps) · (dout − mean(dout) − x̂·mean(dout·x̂)), with x̂ = (x − μ)/√(σ² + eps).
        through_mean = (self.dbeta / M).reshape(per_feature)
        through_var = (self.dgamma / M).reshape(per_feature) * inv_std
        slope = gamma.reshape(per_feature) * inv_std
        dx = np.empty(x.shape, dtype=x.dtype)
        for few in self._pieces(x):
            part = np.subtract(mean, x[few], out=dx[few])
            part *= through_var
            part += dout[few]
            part -= through_mean
            part *= slope
        return dx

    def _pieces(self, x):
        return conv._few_images(x, numbers_each=4 * x[0].size)


def _dot(x, y):
    """Σ x·y over images and pixels, channel by channel: two arrays (n, C, H, W) give (C,)."""
    n, C = x.shape[:2]
    x, y = x.reshape(n, C, 1, -1), y.reshape(n, C, -1, 1)
    return (x @ y).reshape(n, C).sum(axis=0)

"""Faster versions of the slowest layers of a convolutional network: Convolution, MaxPooling and
BatchNormalization.

    from chainrule import fast
    net = Sequential(conv1=fast.Convolution(W, b), pool1=fast.MaxPooling(2, 2), ...)

Constructors, protocol, results and errors are those of the layers of the same names in `chainrule`,
which are easier to read. Only the order of the operations differs, so sums may round differently.
Chapter "Fast convolution" explains and measures each step.

Two rules hold throughout this file:

- Process a part of the batch at a time, so small that all temporary arrays stay in the processor's
  cache, and write only the result to main memory. Temporary arrays belong to one call of one layer;
  layers and threads share nothing.
- Copy long runs of contiguous elements, and leave the arithmetic to matrix products.
"""

import numpy as np

from chainrule import conv, layers

# Elements of the largest temporary array: 1 MB of float32.
WORKSPACE = 2**18
# Elements of the part of a batch that pooling and batch normalization process at once: 1 MB, too.
BATCH_ELEMENTS = 2**18


def _batches(x, elements_per_image):
    """Slices that divide the images of x into batches of about BATCH_ELEMENTS elements."""
    size = max(1, BATCH_ELEMENTS // elements_per_image)
    return [slice(n, n + size) for n in range(0, len(x), size)]


class Convolution(conv.Convolution):
    """Convolution, with the interface and results of `chainrule.Convolution`.

    out[n, f, i, j] = b[f] + Σ_{c, u, v} W[f, c, u, v] · x_pad[n, c, i·stride + u, j·stride + v]

    Parameters
    ----------
    W, b, stride, pad
        As for `chainrule.Convolution`.

    Methods
    -------
    forward(x)
        x of shape (N, C, H, W). Returns (N, F, OH, OW).
    backward(dout)
        dout of shape (N, F, OH, OW). Assigns dW and db. Returns dx of shape (N, C, H, W), or None
        if `needs_dx` is False, which saves about half of the work.

    Raises
    ------
    ValueError
        Where `chainrule.Convolution` does.
    RuntimeError
        For backward before forward.

    Notes
    -----
    Caches x and the shape of the output. Apart from these and the gradients, a call allocates at
    most 4 MB in float32, whatever the batch, and one more array of the size of W.

    References
    ----------
    Chapter "Fast convolution".
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
            part += b[:, np.newaxis]  # now, while the part is in the cache
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
                np.matmul(W_columns, D, out=col)  # col is no longer needed: reuse its memory
                work.add_columns(dx, piece)
        self.dW = np.ascontiguousarray(dW.reshape(KH, C, KW, F).transpose(3, 1, 0, 2))
        self.db = db
        return dx


class _Piece:
    """A part of the work: some images, and the rows first … last − 1 of their outputs."""

    def __init__(self, images, first, last, work):
        self.n, self.rows = images.stop - images.start, last - first
        self.output = np.s_[images, :, first * work.OW : last * work.OW]  # of (N, F, OH·OW)
        # These outputs read the rows top … top + height − 1 of the padded images, whose rows
        # pad … pad + H − 1 hold the images. `input` are the rows read, in the unpadded images;
        # `inside` is where they lie in this piece's padded rows.
        top, self.height = first * work.stride, work.height(self.rows)
        start = min(max(top, work.pad), work.pad + work.H)
        stop = max(start, min(top + self.height, work.pad + work.H))
        self.input = np.s_[images, :, start - work.pad : stop - work.pad]  # of (N, C, H, W)
        self.inside = np.s_[:, :, start - top : stop - top, work.pad : work.pad + work.W]


class _Workspace:
    """Temporary arrays for the pieces of one call; converts images to columns and back.

    Columns are computed in two stages. The first is along x: for each of the KW positions in a row
    of the window, copy the pixels there from every row of the image. These are runs of only OW
    elements, but KH times fewer than the columns have. The second is along y: position (u, v) of
    the window reads what position (0, v) reads, u rows further down, a single run of rows·OW
    elements. `add_columns` is the adjoint: the stages in reverse order, adding instead of copying.
    """

    def __init__(self, x_shape, W_shape, out_size, stride, pad, dtype):
        (N, C, H, width), (F, _, KH, KW), (OH, OW) = x_shape, W_shape, out_size
        self.N, self.H, self.W, self.OH, self.OW = N, H, width, OH, OW
        self.KH, self.KW, self.stride, self.pad = KH, KW, stride, pad
        # A piece is several whole images, or some rows of one; always at least one row.
        elements_per_row = C * KH * KW * OW
        self.rows = min(OH, max(1, WORKSPACE // elements_per_row))
        # dW is computed for each image and then summed, so these arrays must fit as well.
        elements_per_image = max(OH * elements_per_row, C * KH * KW * F)
        whole_images = self.rows == OH
        self.images = min(N, max(1, WORKSPACE // elements_per_image)) if whole_images else 1
        height = self.height(self.rows)
        self._padded = np.empty((self.images, C, height, width + 2 * pad), dtype=dtype)
        self._shifted = np.empty((self.images, C, KW, height, OW), dtype=dtype)
        # The processor's cache has only a few places for numbers that lie a power of two apart, as
        # those below each other do in rows of 1024 numbers. So a gap follows each row then: with 32
        # filters of 16×3×3, products take up to a quarter less time, depending on the processor.
        gap = 16 if self.rows * OW % 256 == 0 else 0
        shape = self.images, KH, C, KW, self.rows * OW + gap
        self._columns = np.empty(shape, dtype=dtype)

    def pieces(self):
        """The pieces, in order."""
        for n in range(0, self.N, self.images):
            images = slice(n, min(n + self.images, self.N))
            for first in range(0, self.OH, self.rows):
                yield _Piece(images, first, min(first + self.rows, self.OH), self)

    def height(self, rows):
        """How many rows of a padded image `rows` rows of output read."""
        return (rows - 1) * self.stride + self.KH

    def columns(self, x, piece):
        """The piece's patches, (n, KH·C·KW, rows·OW); the next call overwrites them."""
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
        """Add the current contents of the columns to the pixels of dx that they belong to."""
        padded, shifted, columns = self._parts(piece)
        shifted[...] = 0
        shifted[..., self._every(0, piece.rows), :] = columns[:, 0]  # cheaper than adding to 0
        for u in range(1, self.KH):
            shifted[..., self._every(u, piece.rows), :] += columns[:, u]
        padded[...] = 0
        padded[..., self._every(0, self.OW)] = shifted[:, :, 0]
        for v in range(1, self.KW):
            padded[..., self._every(v, self.OW)] += shifted[:, :, v]
        dx[piece.input] += padded[piece.inside]

    def _parts(self, piece):
        """The temporary arrays cut to the piece; the columns as (n, KH, C, KW, rows, OW)."""
        columns = self._columns[: piece.n, ..., : piece.rows * self.OW]
        return (
            self._padded[: piece.n, :, : piece.height],
            self._shifted[: piece.n, ..., : piece.height, :],
            columns.reshape(*columns.shape[:-1], piece.rows, self.OW),
        )

    def _every(self, start, count):
        """The slice of `count` elements from `start` on, a stride apart."""
        return slice(start, start + self.stride * (count - 1) + 1, self.stride)


class MaxPooling(conv.MaxPooling):
    """Max pooling, with the interface and results of `chainrule.MaxPooling`.

    Parameters
    ----------
    pool_h, pool_w, stride, pad
        As for `chainrule.MaxPooling`.

    Methods
    -------
    forward(x)
        x of shape (N, C, H, W). Returns the maxima, (N, C, OH, OW). Their positions are found in
        backward only, so evaluation does not pay for them.
    backward(dout)
        dout of shape (N, C, OH, OW). Returns dx of shape (N, C, H, W): each element of dout goes to
        the first pixel, in reading order, that equals the maximum of its window.

    Raises
    ------
    ValueError
        Where `chainrule.MaxPooling` does.
    RuntimeError
        For backward before forward.

    Notes
    -----
    Caches x and the output.

    References
    ----------
    Chapter "Fast convolution".
    """

    def forward(self, x):
        x = self._input(x, "N", "C", "H", "W")
        N, C, H, W = x.shape
        window = self.pool_h, self.pool_w
        size = conv._output_shape(self._here("forward"), x.shape, *window, self.stride, self.pad)
        out = np.empty((N, C, *size), dtype=x.dtype)
        for batch in _batches(x, elements_per_image=C * H * W):
            images = _padded(x[batch], self.pad, -np.inf)
            # The maximum of each pixel and the PH − 1 below it, then of PW of these side by side.
            # Only those where a window begins are needed. But all of them are one long run, which
            # costs less than a short run for each row of windows.
            best = _running_maximum(images.reshape(-1), images.shape[3], self.pool_h)
            best = _running_maximum(best, 1, self.pool_w).reshape(images.shape)
            out[batch] = best[_pixels(0, 0, self.stride, *size)]
        self._cache = x, out
        return out

    def backward(self, dout):
        x, out = self._saved()
        dout = self._upstream(dout, out.shape, x.dtype)
        N, C, H, W = x.shape
        pad = self.pad
        # Windows that tile the input contain every pixel once: assign instead of adding.
        tiled = self.pool_h == self.pool_w == self.stride
        dx = np.empty((N, C, H + 2 * pad, W + 2 * pad), dtype=x.dtype)
        for batch in _batches(x, elements_per_image=C * H * W):
            if not tiled:
                dx[batch] = 0
            targets = self._places(dx[batch], out.shape[2:], padded=True)
            winners = self._winners(x[batch], out[batch])
            for won, target in zip(winners, targets, strict=True):
                if tiled:
                    np.multiply(dout[batch], won, out=target)
                else:
                    target += dout[batch] * won
        return dx[:, :, pad : pad + H, pad : pad + W]

    def _winners(self, x, best):
        """For each position in a window, in reading order: which windows have their maximum there.

        A tie goes to the first: once its maximum is found, a window is no longer free.
        """
        free = np.ones(best.shape, dtype=bool)
        has_nan = np.isnan(best.max())  # NaN is the maximum of its window, but equals nothing
        for place in self._places(x, best.shape[2:])[:-1]:
            won = place == best
            if has_nan:
                won |= np.isnan(place)
            won &= free
            free ^= won
            yield won
        yield free  # no other position is left

    def _places(self, x, size, padded=False):
        """For each position in a window, in reading order, the pixels there, as (n, C, OH, OW)."""
        x = x if padded else _padded(x, self.pad, -np.inf)
        places = np.ndindex(self.pool_h, self.pool_w)
        return [x[_pixels(i, j, self.stride, *size)] for i, j in places]


def _running_maximum(run, apart, count):
    """For each number of a run, the maximum of `count` numbers from there on, `apart` apart.

    The last apart·(count − 1) of the result mean nothing: there are too few numbers from there on.
    """
    if count == 1:
        return run
    best, length = np.empty_like(run), len(run) - apart * (count - 1)
    np.maximum(run[:length], run[apart : apart + length], out=best[:length])
    for k in range(2, count):
        np.maximum(best[:length], run[k * apart : k * apart + length], out=best[:length])
    return best


def _padded(x, pad, value):
    """x with `pad` rows and columns of `value` on each side; x itself if `pad` is 0."""
    if not pad:
        return x
    N, C, H, W = x.shape
    padded = np.full((N, C, H + 2 * pad, W + 2 * pad), value, dtype=x.dtype)
    padded[:, :, pad : pad + H, pad : pad + W] = x
    return padded


def _pixels(i, j, stride, OH, OW):
    """The index of the pixels at position (i, j) of every window, as (N, C, OH, OW)."""
    return np.s_[:, :, i : i + stride * OH : stride, j : j + stride * OW : stride]


class BatchNormalization(layers.BatchNormalization):
    """Batch normalization, with the interface and results of `chainrule.BatchNormalization`.

    Parameters
    ----------
    gamma, beta, momentum, eps
        As for `chainrule.BatchNormalization`.

    Methods
    -------
    forward(x)
        x of shape (N, C) or (N, C, H, W). Returns the shape of x.
    backward(dout)
        dout of the shape of x. Assigns dγ and dβ. Returns dx of the shape of x.

    Raises
    ------
    ValueError
        Where `chainrule.BatchNormalization` does.
    RuntimeError
        For backward before forward.

    Notes
    -----
    Caches x, μ and 1/√(σ² + eps) for images in training, which are processed in small batches: x̂ is
    computed again in backward. Otherwise as in `chainrule.BatchNormalization`.

    References
    ----------
    Chapter "Fast convolution".
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
        for batch in self._batches(x):
            centered = x[batch] - mean
            squares += _dot(centered, centered)
        var = (squares / M).reshape(per_feature)
        self._update_running_statistics(mean, var, M)
        inv_std = 1 / np.sqrt(var + self.eps)
        scale = gamma * inv_std
        out = np.empty(x.shape, dtype=x.dtype)
        for batch in self._batches(x):
            part = np.subtract(x[batch], mean, out=out[batch])
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
        for batch in self._batches(x):
            self.dgamma += _dot(dout[batch], x[batch] - mean)
        self.dgamma *= inv_std.ravel()
        # dx = γ/√(σ² + eps) · (dout − mean(dout) − x̂·mean(dout·x̂)), with x̂ = (x − μ)/√(σ² + eps).
        through_mean = (self.dbeta / M).reshape(per_feature)
        through_var = (self.dgamma / M).reshape(per_feature) * inv_std
        slope = gamma.reshape(per_feature) * inv_std
        dx = np.empty(x.shape, dtype=x.dtype)
        for batch in self._batches(x):
            part = np.subtract(mean, x[batch], out=dx[batch])
            part *= through_var
            part += dout[batch]
            part -= through_mean
            part *= slope
        return dx

    def _batches(self, x):
        """Slices of the batch; four arrays of a slice's size fit into the cache."""
        return _batches(x, elements_per_image=4 * x[0].size)


def _dot(x, y):
    """Σ x·y over images and pixels for each channel: two arrays (n, C, H, W) give (C,)."""
    n, C = x.shape[:2]
    x, y = x.reshape(n, C, 1, -1), y.reshape(n, C, -1, 1)
    return (x @ y).reshape(n, C).sum(axis=0)

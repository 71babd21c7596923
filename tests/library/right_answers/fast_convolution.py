"""Other right answers, and other wrong ones, of "Fast convolution"."""

import numpy as np

from chainrule import col2im, im2col


def average_by_reshape(x, size, dout):
    N, C, H, W = x.shape
    y = x.reshape(N, C, H // size, size, W // size, size).mean(axis=(3, 5))
    return y, np.kron(dout, np.ones((size, size))) / size**2


def average_by_im2col(x, size, dout):
    N, C, OH, OW = dout.shape
    windows = im2col(x, size, size, stride=size).reshape(-1, C, size * size)
    shares = dout.transpose(0, 2, 3, 1).reshape(-1, C, 1) / size**2
    rows = np.repeat(shares, size * size, axis=2).reshape(N * OH * OW, -1)
    y = windows.mean(axis=2).reshape(N, OH, OW, C).transpose(0, 3, 1, 2)
    return [y, col2im(rows, x.shape, size, size, stride=size)]


def average_rows_first(x, size, dout):
    """A pass along y, a pass along x, and the same back."""
    rows = sum(x[:, :, u::size] for u in range(size)) / size
    y = sum(rows[..., v::size] for v in range(size)) / size
    return y, (dout / size**2).repeat(size, axis=2).repeat(size, axis=3)


def the_largest(x, size, dout):
    N, C, H, W = x.shape
    y = x.reshape(N, C, H // size, size, W // size, size).max(axis=(3, 5))
    return y, average_by_reshape(x, size, dout)[1]


def for_one_size_only(x, size, dout):
    """Right for windows of 2×2."""
    y = (x[..., ::2, ::2] + x[..., 1::2, ::2] + x[..., ::2, 1::2] + x[..., 1::2, 1::2]) / 4
    return y, dout.repeat(2, axis=2).repeat(2, axis=3) / 4


def rows_and_columns_exchanged(x, size, dout):
    """The windows of the transposed picture, as if they were those of the picture."""
    y, dx = average_by_reshape(x.swapaxes(2, 3), size, dout.swapaxes(2, 3))
    return y, dx


RIGHT = {
    "runs": [
        (576 * 5, 5, 25 * 24, 24),
        np.array([2880, 5, 600, 24]),
        [2880.0, 5.0, 600.0, 24.0],
    ],
    "upcast_line": [np.int64(3), 3.0],
    "average_pooling": [average_by_reshape, average_by_im2col, average_rows_first],
}

WRONG = {
    "runs": [[2880, 5, 600, 23], [14400, 1, 600, 24], [24, 600, 5, 2880]],
    "upcast_line": [0, 3.5],
    "average_pooling": [the_largest, for_one_size_only, rows_and_columns_exchanged],
}

"""Other right answers and right mutants of "im2col"."""

import itertools

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view


def address_by_numpy(n, c, i, j, u, v, x_shape, K, stride):
    N, C, H, W = x_shape
    places = N, (H - K) // stride + 1, (W - K) // stride + 1
    return np.ravel_multi_index((n, i, j), places), np.ravel_multi_index((c, u, v), (C, K, K))


def address_by_counting(n, c, i, j, u, v, x_shape, K, stride):
    N, C, H, W = x_shape
    tops, lefts = range(0, H - K + 1, stride), range(0, W - K + 1, stride)
    rows = list(itertools.product(range(N), tops, lefts))
    columns = list(itertools.product(range(C), range(K), range(K)))
    return [rows.index((n, i * stride, j * stride)), columns.index((c, u, v))]


def counts_pixel_by_pixel(size, K, stride, pad):
    starts = range(-pad, size + pad - K + 1, stride)
    return [sum(start <= p < start + K for start in starts) for p in range(size)]


def counts_as_a_table(size, K, stride, pad):
    places = np.arange(-pad, size + pad)
    windows = sliding_window_view(places, K)[::stride]
    return (windows.reshape(-1, 1) == np.arange(size)).sum(axis=0)


def padded_view(x, K, stride, pad):
    x = np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)))
    windows = sliding_window_view(x, (K, K), axis=(2, 3))[:, :, ::stride, ::stride]
    return windows.transpose(0, 2, 3, 1, 4, 5)


def back_by_numbered_pixels(col, x_shape, K, stride, pad):
    count = int(np.prod(x_shape))
    numbers = padded_view(np.arange(1, count + 1).reshape(x_shape), K, stride, pad)
    sums = np.bincount(numbers.ravel(), weights=col.ravel(), minlength=count + 1)
    return sums[1:].reshape(x_shape)  # number 0 is the padding


def back_by_the_matrix(col, x_shape, K, stride, pad):
    units = np.eye(int(np.prod(x_shape))).reshape(-1, *x_shape)
    return np.array(
        [np.vdot(padded_view(unit, K, stride, pad), col) for unit in units]
    ).reshape(x_shape)  # fmt: skip


def dilated_from_large_windows(x, K, dilation):
    extent = dilation * (K - 1) + 1
    windows = sliding_window_view(x, (extent, extent), axis=(2, 3))
    windows = windows[..., ::dilation, ::dilation].transpose(0, 2, 3, 1, 4, 5)
    return windows.reshape(-1, x.shape[1] * K * K)


def dilated_row_by_row(x, K, dilation):
    reach = dilation * (K - 1)
    return [
        image[:, i : i + reach + 1 : dilation, j : j + reach + 1 : dilation].ravel().tolist()
        for image in x
        for i in range(x.shape[2] - reach)
        for j in range(x.shape[3] - reach)
    ]


RIGHT = {
    "windows": [(28, 16, 4), np.array([28, 16, 4]), [28.0, 16.0, 4.0]],
    "table_shape": [[7840, 75], np.zeros((10, 28, 28, 3, 5, 5)).reshape(7840, -1).shape],
    "address": [address_by_numpy, address_by_counting],
    "counts": [counts_pixel_by_pixel, counts_as_a_table],
    "back": [back_by_numbered_pixels, back_by_the_matrix],
    "dilated": [dilated_from_large_windows, dilated_row_by_row],
}

LARGER = "the array of the padded image is longer than needed; its end is cut off"
EQUIVALENT = {
    "counts": {"`2` becomes `3`": LARGER, "`2` becomes `4`": LARGER},
    "back": {
        "`2` becomes `3`": LARGER,
        "`2` becomes `4`": LARGER,
        "`0` becomes `1`": "what is added in the wrong answer that assigns; the right one adds",
    },
}

WRONG = {
    "address": [lambda n, c, i, j, u, v, *rest: (j, u)],
    "counts": [lambda size, K, stride, pad: np.full(size, K // stride)],
}

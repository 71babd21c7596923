"""The exercises of chapter "im2col: patches as rows"."""

import numpy as np

from chainrule.exercises import Exercise

windows = Exercise(
    right=[28, 16, 4],
    wrong=[
        (
            [27, 15, 3],
            "One too few each time: that is how many *steps* the window takes. It also stands "
            "somewhere before the first step.",
        ),
        (
            [24, 16, 3],
            "You left out the padding, which makes the first image 4 longer and the third 2.",
        ),
        ([26, 16, 3], "You added the padding once. It is put on at both ends: 2·pad."),
        (
            [28, 31, 7],
            "You left out the stride: windows start at every second place in the last two.",
        ),
        (
            [28, 17, 5],
            "The last window sticks out. It must start at size + 2·pad − K at the latest: divide "
            "that by the stride, then add one.",
        ),
    ],
    praise="(28 + 4 − 5)/1 + 1, (32 − 2)/2 + 1 and (7 + 2 − 3)/2 + 1.",
    hint="(size + 2·pad − window) / stride, plus one.",
)
table_shape = Exercise(
    right=(7840, 75),
    wrong=[
        (
            (75, 7840),
            "That is the layout with patches as columns. Here each patch is a row.",
        ),
        (
            (784, 75),
            "Those are the patches of one image; the batch has ten.",
        ),
        (
            (23520, 25),
            "You gave each channel a row of its own. A filter looks at all channels at once, so "
            "they stand side by side in one row.",
        ),
        ((7840, 25), "A row holds the window in *every* channel, and there are three."),
        (
            (10240, 75),
            "That would be a window for each pixel. Without padding, 32 − 5 + 1 = 28 fit along "
            "a side.",
        ),
    ],
    praise="One row for each image and place, one column for each weight of a filter.",
    hint="N·OH·OW rows and C·KH·KW columns.",
)


def _address(n, c, i, j, u, v, x_shape, K, stride):
    _, _, H, W = x_shape
    OH, OW = (H - K) // stride + 1, (W - K) // stride + 1
    return (n * OH + i) * OW + j, (c * K + u) * K + v


def _address_but(row=None, column=None):
    """The right answer with its row or its column replaced."""

    def wrong(n, c, i, j, u, v, x_shape, K, stride):
        _, C, H, W = x_shape
        OH, OW = (H - K) // stride + 1, (W - K) // stride + 1
        found = list(_address(n, c, i, j, u, v, x_shape, K, stride))
        if row:
            found[0] = row(n, i, j, OH, OW, W, H)
        if column:
            found[1] = column(c, u, v, C, K)
        return tuple(found)

    return wrong


address = Exercise(
    right=_address,
    wrong=[
        (
            _address_but(row=lambda n, i, j, OH, OW, W, H: (n * H + i) * W + j),
            "The row counts windows, not pixels: OH and OW take the place of H and W.",
        ),
        (
            _address_but(row=lambda n, i, j, OH, OW, W, H: i * OW + j),
            "The row is counted within one image. Every image before it has OH·OW rows.",
        ),
        (
            _address_but(row=lambda n, i, j, OH, OW, W, H: (n * OH + j) * OW + i),
            "i and j have changed places: j, the window's place across, runs fastest.",
        ),
        (
            _address_but(column=lambda c, u, v, C, K: (u * K + v) * C + c),
            "You let the channel run fastest. In a row the whole window of channel 0 comes first: "
            "the order is c, u, v.",
        ),
        (
            _address_but(column=lambda c, u, v, C, K: (c * K + v) * K + u),
            "u and v have changed places: v, the column within the window, runs fastest.",
        ),
        (
            _address_but(column=lambda c, u, v, C, K: u * K + v),
            "The column is counted within one channel. Every channel before it has K·K columns.",
        ),
    ],
    cases=[
        (1, 2, 1, 2, 0, 1, (3, 3, 6, 8), 2, 2),
        (0, 0, 0, 0, 0, 0, (1, 1, 3, 3), 2, 1),
        (2, 1, 0, 3, 2, 0, (4, 2, 5, 7), 3, 1),
    ],
    praise="Each merged axis counts like a digit: times the length of what runs faster, plus that.",
    hint="Merge (n, i, j) with lengths (N, OH, OW), and (c, u, v) with lengths (C, K, K).",
)


def _counts(size, K, stride, pad):
    counts = np.zeros(size + 2 * pad)
    for i in range((size + 2 * pad - K) // stride + 1):
        counts[i * stride : i * stride + K] += 1
    return counts[pad : pad + size]


def _counts_without_end(size, K, stride, pad):
    q = np.arange(size) + pad
    return q // stride - np.maximum(0, -((K - 1 - q) // stride)) + 1.0


def _counts_padded(size, K, stride, pad):
    counts = np.zeros(size + 2 * pad)
    for i in range((size + 2 * pad - K) // stride + 1):
        counts[i * stride : i * stride + K] += 1
    return counts


counts = Exercise(
    right=_counts,
    wrong=[
        (
            lambda size, K, stride, pad: _counts(size, K, 1, pad),
            "You left out the stride: only every S-th window is there.",
        ),
        (
            lambda size, K, stride, pad: _counts(size, K, stride, 0),
            "You left out the padding: windows may begin before the first pixel and end after the "
            "last.",
        ),
        (
            _counts_without_end,
            "At the right end you count windows that would stick out of the picture.",
        ),
        (
            _counts_padded,
            "That is the count with the padding in it: cut `pad` numbers off at both ends.",
        ),
        (
            lambda size, K, stride, pad: np.minimum(1.0, _counts(size, K, stride, pad)),
            "That says whether a pixel is in any window. Add one for *each* window that holds it.",
        ),
    ],
    cases=[
        (9, 5, 2, 1),
        (6, 3, 1, 0),
        (7, 3, 2, 1),
        (5, 1, 1, 0),
        (8, 3, 1, 2),
        (4, 3, 1, 1),
        (5, 2, 3, 0),
    ],
    praise="This is the diagonal of AᵀA.",
    hint="Window i covers the padded places i·stride to i·stride + K − 1; pixel p is at p + pad.",
)


def _back(col, x_shape, K, stride, pad, add=True, order=(0, 1, 2, 3, 4, 5)):
    N, C, H, W = x_shape
    OH, OW = (H + 2 * pad - K) // stride + 1, (W + 2 * pad - K) // stride + 1
    sizes = np.array([N, OH, OW, C, K, K])
    blocks = col.reshape(sizes[list(order)]).transpose(np.argsort(order))
    x = np.zeros((N, C, H + 2 * pad, W + 2 * pad))
    for n, i, j, c, u, v in np.ndindex(blocks.shape):
        place = n, c, i * stride + u, j * stride + v
        x[place] = blocks[n, i, j, c, u, v] + (x[place] if add else 0)
    return x[:, :, pad : pad + H, pad : pad + W]


def _back_uncropped(col, x_shape, K, stride, pad):
    N, C, H, W = x_shape
    return _back(col, (N, C, H + 2 * pad, W + 2 * pad), K, stride, 0)


def _back_wrong_corner(col, x_shape, K, stride, pad):
    _, _, H, W = x_shape
    return _back_uncropped(col, x_shape, K, stride, pad)[:, :, :H, :W]


def _back_averaged(col, x_shape, K, stride, pad):
    ones = np.ones_like(col)
    counted = _back(ones, x_shape, K, stride, pad)
    return _back(col, x_shape, K, stride, pad) / counted


def _back_without_stride(col, x_shape, K, stride, pad):
    N, C, H, W = x_shape
    OH, OW = (H + 2 * pad - K) // stride + 1, (W + 2 * pad - K) // stride + 1
    blocks = col.reshape(N, OH, OW, C, K, K)
    x = np.zeros((N, C, H + 2 * pad, W + 2 * pad))
    for n, i, j, c, u, v in np.ndindex(blocks.shape):
        x[n, c, i + u, j + v] += blocks[n, i, j, c, u, v]
    return x[:, :, pad : pad + H, pad : pad + W]


def _table(N, C, H, W, K, stride, pad, seed):
    OH, OW = (H + 2 * pad - K) // stride + 1, (W + 2 * pad - K) // stride + 1
    col = np.random.default_rng(seed).standard_normal((N * OH * OW, C * K * K))
    return col, (N, C, H, W), K, stride, pad


back = Exercise(
    right=_back,
    wrong=[
        (
            lambda *case: _back(*case, add=False),
            "You assign where you should add: where windows overlap, all but the last number of "
            "a pixel are lost.",
        ),
        (
            _back_uncropped,
            "The padding is still there: cut `pad` rows and columns off on each side.",
        ),
        (
            _back_wrong_corner,
            "The size is right, but the padding is cut off at the wrong end: the image begins at "
            "row and column `pad`.",
        ),
        (
            _back_without_stride,
            "The stride is missing: window (i, j) begins at the padded pixel (i·stride, j·stride).",
        ),
        (
            _back_averaged,
            "You took the mean over the windows of a pixel. Its gradients add, as at every "
            "fan-out.",
        ),
        (
            lambda *case: _back(*case, order=(0, 1, 2, 4, 5, 3)),
            "You read each row with the channel running fastest. A row holds the channels one "
            "after another: reshape it to (C, K, K).",
        ),
        (
            lambda *case: _back(*case, order=(1, 2, 0, 3, 4, 5)),
            "You read the rows with the image running fastest. All rows of image 0 come first: "
            "reshape to (N, OH, OW, …).",
        ),
    ],
    cases=[
        _table(2, 2, 5, 7, 3, 2, 1, 0),
        _table(1, 1, 3, 3, 2, 1, 0, 1),
        _table(1, 2, 4, 3, 3, 1, 2, 2),
    ],
    praise="Every number of the table comes home.",
    hint="Six loops, n, i, j, c, u, v, and one += in the middle of them.",
)


def _dilated(x, K, dilation, extent=None, order=(0, 2, 3, 1, 4, 5)):
    N, C, H, W = x.shape
    extent = extent or dilation * (K - 1) + 1
    OH, OW = H - extent + 1, W - extent + 1
    i, j, u, v = np.ogrid[:OH, :OW, :K, :K]
    picked = x[:, :, i + dilation * u, j + dilation * v]
    return picked.transpose(order).reshape(N * OH * OW, C * K * K)


dilated = Exercise(
    right=_dilated,
    wrong=[
        (
            lambda x, K, dilation: _dilated(x, K, 1),
            "Those are ordinary windows: their pixels lie next to each other, not `dilation` "
            "apart.",
        ),
        (
            lambda x, K, dilation: _dilated(x, K, dilation, extent=dilation * K),
            "A window is lost at each end. K pixels that lie d apart span d·(K − 1) + 1 places, "
            "not d·K.",
        ),
        (
            lambda x, K, dilation: _dilated(x, K, dilation, order=(0, 1, 2, 3, 4, 5)),
            "The transpose is missing: a reshape merges neighbouring axes only, and the channel "
            "stands among those of the row.",
        ),
        (
            lambda x, K, dilation: _dilated(x[:, :, ::dilation, ::dilation], K, 1),
            "You thinned out the image. The windows have holes, but they still begin at every "
            "pixel.",
        ),
    ],
    cases=[
        (np.random.default_rng(0).standard_normal((2, 2, 6, 7)), 2, 3),
        (np.random.default_rng(1).standard_normal((1, 3, 7, 6)), 3, 2),
        (np.random.default_rng(2).standard_normal((2, 1, 4, 4)), 3, 1),
    ],
    praise="Stacked with d = 1, 2, 4, 8 such layers see exponentially far.",
    hint="The extent of a window is dilation·(K − 1) + 1; put it where K was when you count.",
)

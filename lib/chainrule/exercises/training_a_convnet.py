"""The exercises of chapter "Training a convolutional network"."""

import numpy as np

from chainrule.exercises import Exercise

count = Exercise(
    right=(16 * 75 + 16) + (16 * 16 * 16 * 10 + 10),
    wrong=[
        (
            16 * 75 + 16 * 16 * 16 * 10,
            "These are the weights alone. Each of the 16 filters and each of the 10 classes has a "
            "bias too.",
        ),
        (
            (16 * 25 + 16) + (16 * 16 * 16 * 10 + 10),
            "Each filter looks at all three channels, with weights of its own for each: 3·5·5.",
        ),
        (
            (16 * 75 + 16) + (16 * 32 * 32 * 10 + 10),
            "You left out the pooling: it halves the height and the width before the affine layer.",
        ),
        (
            (16 * 75 + 16) + (16 * 14 * 14 * 10 + 10),
            "You left out the padding of 2: with it the maps stay 32×32.",
        ),
        (
            (16 * 75 + 16) * 32 * 32 + (16 * 16 * 16 * 10 + 10),
            "You counted the filters anew at every place. They are the same 1,216 numbers "
            "everywhere; that is the point of them.",
        ),
        (
            (16 * 75 + 16) + (16 * 10 + 10),
            "The affine layer sees every number of the pooled maps, 16·16·16, not one for each "
            "filter.",
        ),
    ],
    praise="42,186, and all but 1,216 of them in the affine layer.",
    hint="F·(C·K·K) + F for the convolution; the affine layer sees 16 maps of 16×16.",
)

_SHAPES = [
    (50, 16, 28, 28),
    (50, 16, 14, 14),
    (50, 32, 12, 12),
    (50, 32, 6, 6),
    (50, 10),
    (1152, 10),
]

shapes = Exercise(
    right=_SHAPES,
    wrong=[
        (
            [
                (50, 16, 32, 32),
                (50, 16, 16, 16),
                (50, 32, 16, 16),
                (50, 32, 8, 8),
                (50, 10),
                (2048, 10),
            ],
            "You let the convolutions keep the size. Without padding they lose K − 1 at each "
            "side: 32 − 5 + 1 = 28.",
        ),
        (
            [
                (50, 16, 27, 27),
                (50, 16, 13, 13),
                (50, 32, 10, 10),
                (50, 32, 5, 5),
                (50, 10),
                (800, 10),
            ],
            "One too few: a window of 5 fits 32 − 5 + 1 times.",
        ),
        (
            [
                (50, 28, 28, 16),
                (50, 14, 14, 16),
                (50, 12, 12, 32),
                (50, 6, 6, 32),
                (50, 10),
                (1152, 10),
            ],
            "The channel stands last. In this library it stands second: (N, C, H, W).",
        ),
        (
            [
                (50, 48, 28, 28),
                (50, 48, 14, 14),
                (50, 1536, 12, 12),
                (50, 1536, 6, 6),
                (50, 10),
                (55296, 10),
            ],
            "You multiplied the channels. A filter adds up over its input's channels, so there is "
            "one map for each filter.",
        ),
        (
            [*_SHAPES[:5], (10, 1152)],
            "All right but the weight: it is (D, M), inputs by outputs.",
        ),
        (
            [*_SHAPES[:5], (32, 10)],
            "All right but the weight: the affine layer sees every number of the 32 maps of 6×6.",
        ),
    ],
    praise="The channels grow, the maps shrink, and the last weight is still the largest.",
    hint="Convolution: size − K + 1 and as many channels as filters. Pooling: half the size.",
)


def _field(layers, *, strides=True, late=True):
    field, step = 1, 1
    for window, stride in layers:
        if not late:
            step *= stride
        field += (window - 1) * step
        if late and strides:
            step *= stride
    return field


receptive_field = Exercise(
    right=_field,
    wrong=[
        (
            lambda layers: _field(layers, strides=False),
            "You left out the strides. After a stride of 2, neighbouring numbers look 2 pixels "
            "apart, so each later window reaches twice as far.",
        ),
        (
            lambda layers: _field(layers, late=False),
            "The stride of a layer spreads the windows of the *next* layers, not its own.",
        ),
        (
            lambda layers: sum(window for window, _ in layers),
            "You added the windows. They overlap: each adds only what it sees beyond one number, "
            "K − 1 steps.",
        ),
        (
            lambda layers: int(np.prod([window for window, _ in layers])),
            "You multiplied the windows. That is right only when no two windows overlap.",
        ),
        (
            lambda layers: layers[-1][0],
            "That is what the last layer sees of the layer before it. Go on down to the pixels.",
        ),
    ],
    cases=[
        ([(7, 2), (3, 2), (3, 1)],),
        ([(3, 1), (2, 2)],),
        ([(3, 1), (2, 2), (3, 1), (2, 2)],),
        ([(5, 1)],),
    ],
    praise="Two small convolutions see as far as one large one, for fewer weights.",
    hint="Keep two numbers: how far one output sees, and how many pixels apart neighbours look.",
)


def _shift(images, down, right):
    H, W = images.shape[2:]
    moved = np.zeros_like(images)
    for i in range(H):
        for j in range(W):
            if 0 <= i - down < H and 0 <= j - right < W:
                moved[:, :, i, j] = images[:, :, i - down, j - right]
    return moved


def _clamped(images, down, right):
    H, W = images.shape[2:]
    rows = np.clip(np.arange(H) - down, 0, H - 1)
    cols = np.clip(np.arange(W) - right, 0, W - 1)
    return images[:, :, rows][..., cols]


shift = Exercise(
    right=_shift,
    wrong=[
        (
            lambda images, down, right: np.roll(images, (down, right), axis=(2, 3)),
            "What leaves on one side comes back on the other. New rows and columns are 0.",
        ),
        (
            lambda images, down, right: _shift(images, abs(down), abs(right)),
            "Negative distances are taken as positive ones. They move up and left.",
        ),
        (
            lambda images, down, right: _shift(images, -down, -right),
            "It moves the other way: a positive `down` moves the picture down, so its first rows "
            "become 0.",
        ),
        (
            lambda images, down, right: _shift(images, right, down),
            "Down and right have changed places: rows are axis 2, columns axis 3.",
        ),
        (
            _clamped,
            "The edge is repeated where new rows and columns come in; they should be 0.",
        ),
        (
            lambda images, down, right: _shift(images, max(down, 0), max(right, 0)),
            "Negative distances do nothing. They move up and left.",
        ),
    ],
    cases=[
        (np.arange(1.0, 25).reshape(1, 2, 3, 4), 1, 2),
        (np.arange(1.0, 25).reshape(2, 1, 4, 3), -1, -2),
        (np.arange(1.0, 25).reshape(2, 1, 4, 3), 2, -1),
        (np.arange(1.0, 10).reshape(1, 1, 3, 3), 0, 0),
    ],
    praise="Now you have five times as many digits, for nothing.",
    hint="Copy a slice of the old picture to a slice of a new one that is all zeros.",
)

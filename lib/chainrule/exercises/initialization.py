"""The exercises of chapter "Initialization"."""

from itertools import pairwise

import numpy as np

from chainrule.exercises import Exercise

mean_square = Exercise(
    right=lambda L, n, std, q0: n * std**2 * q0 * (n * std**2 / 2) ** (L - 1),
    wrong=[
        (
            lambda L, n, std, q0: q0 * (n * std**2) ** L,
            "The ReLU between two layers is missing: it keeps only half of the square.",
        ),
        (
            lambda L, n, std, q0: q0 * (n * std**2 / 2) ** L,
            "One half too many: the first layer sees the pixels, with no ReLU before it.",
        ),
        (
            lambda L, n, std, q0: n * std**2 * q0 * (n * std**2 / 2) ** L,
            "One layer too many: after the first there are L − 1.",
        ),
        (
            lambda L, n, std, q0: n * std * q0 * (n * std / 2) ** (L - 1),
            "The square grows with the variance of the weights: std must be squared.",
        ),
        (
            lambda L, n, std, q0: n * std**2 * q0 * (n * std**2 / np.sqrt(2)) ** (L - 1),
            "√½ is what is left of the root of the square; of the square itself it is ½.",
        ),
    ],
    cases=[(10, 64, 0.1, 0.25), (3, 100, 0.2, 1.0)],
    praise="With n · std² = 2 the power is 1, however deep the network.",
    hint="Write down L = 1 and L = 2 first.",
)


def _fans(shape):
    if len(shape) == 2:
        return tuple(shape)
    F, C, KH, KW = shape
    return C * KH * KW, F * KH * KW


fans = Exercise(
    right=_fans,
    wrong=[
        (
            lambda shape: _fans(shape)[::-1],
            "The two are the wrong way round: fan-in counts what one output adds up.",
        ),
        (
            lambda shape: tuple(shape) if len(shape) == 2 else (shape[1], shape[0]),
            "Channels alone are not enough: an output adds up KH · KW places in each of them.",
        ),
        (
            lambda shape: tuple(shape[:2]) if len(shape) == 2 else (shape[0], shape[1]),
            "For a convolution the shape begins with the number of filters F, which is not its "
            "fan-in.",
        ),
        (
            lambda shape: (
                tuple(shape) if len(shape) == 2 else (shape[1] * shape[2] * shape[3], shape[0])
            ),
            "The fan-in is right. An input is used by F filters, and by each of them at KH · KW "
            "places.",
        ),
        (
            lambda shape: (
                tuple(shape)
                if len(shape) == 2
                else (shape[1] * shape[2] * shape[3], np.prod(shape))
            ),
            "The fan-in is right. The fan-out leaves out C: an input belongs to one channel.",
        ),
    ],
    cases=[((64, 50),), ((16, 8, 3, 5),), ((4, 1, 2, 2),)],
    praise="Count the terms of the sum: that is all a fan is.",
    hint="How many products does one output add up, and in how many sums is one input?",
)

leaky_std = Exercise(
    right=lambda n, alpha: np.sqrt(2 / ((1 + alpha**2) * n)),
    wrong=[
        (
            lambda n, alpha: 2 / ((1 + alpha**2) * n),
            "That is the variance; take its root.",
        ),
        (
            lambda n, _: np.sqrt(2 / n),
            "That is He's, for alpha = 0: the left half brings something too.",
        ),
        (
            lambda n, alpha: np.sqrt(2 / ((1 + alpha) * n)),
            "It is the square that survives: the left half keeps alpha² of its square.",
        ),
        (
            lambda n, alpha: np.sqrt((1 + alpha**2) / (2 * n)),
            "Upside down: the more survives, the smaller the weights must be.",
        ),
        (
            lambda n, alpha: np.sqrt(1 / ((1 + alpha**2) * n)),
            "Each half is one half of the square: n σ² · ½(1 + alpha²) = 1.",
        ),
    ],
    cases=[(64, 0.5), (100, 0.0), (50, 1.0)],
    praise="alpha = 0 gives He's, alpha = 1 the square layer of Xavier.",
    hint="Split E[y²] into the half where a > 0 and the half where a < 0.",
)


def _lsuv(x, weights, *, size=lambda a, W: np.sqrt((a**2).mean()), relu=True, go_on=True):
    y, scaled = x, []
    for W in weights:
        a = y @ W
        scaled.append(W / size(a, W))
        a = y @ scaled[-1] if go_on else a
        y = np.maximum(a, 0) if relu else a
    return scaled


def _lsuv_case(seed, N, sizes):
    rng = np.random.default_rng(seed)
    pairs = pairwise(sizes)
    return rng.standard_normal((N, sizes[0])) + 0.5, [2 * rng.standard_normal(p) for p in pairs]


lsuv = Exercise(
    right=_lsuv,
    wrong=[
        (
            lambda x, weights: _lsuv(x, weights, size=lambda a, W: (a**2).mean()),
            "You divided by the mean square. Dividing W by s divides the square by s²: take the "
            "root.",
        ),
        (
            lambda x, weights: _lsuv(x, weights, go_on=False),
            "Each layer was measured with what the *old* weights put out. Go on with the new a.",
        ),
        (
            lambda x, weights: _lsuv(x, weights, relu=False),
            "The ReLU between the layers is missing.",
        ),
        (
            lambda x, weights: _lsuv(x, weights, size=lambda a, W: np.sqrt((a**2).mean(axis=0))),
            "You divided each unit by its own size. Here each layer gets one number; what you "
            "wrote is half of batch normalization.",
        ),
        (
            lambda x, weights: _lsuv(x, weights, size=lambda a, W: np.sqrt((W**2).mean())),
            "You measured the weights. It is the output a that should have mean square 1.",
        ),
        (
            lambda x, weights: _lsuv(x, weights, size=lambda a, W: a.std()),
            "You divided by the standard deviation, which takes off the mean first. Here it is the "
            "mean of a² that counts.",
        ),
    ],
    cases=[_lsuv_case(5, 6, (4, 3, 5)), _lsuv_case(6, 8, (3, 6, 4, 2))],
    praise="It needs no theory of the activation: put tanh in its place and it still works.",
    hint="For each layer: a, its root mean square, W divided by it, then ReLU of the new a.",
)

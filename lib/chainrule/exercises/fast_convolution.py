"""The exercises of chapter "Fast convolution"."""

import numpy as np

from chainrule.exercises import Exercise

runs = Exercise(
    right=[49152, 3, 4608, 32],
    wrong=[
        (
            [1024, 144, 144, 1024],
            "Those are the sizes of the result. Ask of the image: after how many numbers "
            "does the next one wanted no longer stand next to the last?",
        ),
        (
            [16384, 9, 4608, 32],
            "A window is 3×3, but its three rows do not stand next to each other in the image: the "
            "run ends after three numbers.",
        ),
        (
            [49152, 3, 144, 1024],
            "The columns are right as a table, but the image is padded: after 32 pixels of a row "
            "come two that this place of the window never sees.",
        ),
        (
            [3072, 3, 288, 32],
            "You counted one channel. There are sixteen.",
        ),
        (
            [49152 * 64, 3, 4608 * 64, 32],
            "You counted the whole batch. One image is asked for.",
        ),
    ],
    praise="Ten times fewer runs, each ten times as long: the same numbers, moved more cheaply.",
    hint="Rows: OH·OW windows, C·KH pieces each. Columns: C·KH·KW places, OH pieces each.",
)

upcast_line = Exercise(
    right=3,
    wrong=[
        (1, "np.pad keeps the dtype of its array; the zeros it adds take that dtype too."),
        (
            2,
            "A comparison gives truth values, and im2col is handed xp, which is float32 still.",
        ),
        (
            5,
            "Here you notice it: the product is float64 because one of its factors is. Which one, "
            "and since when?",
        ),
        (
            6,
            "2.0 is a Python number, and those take the dtype of the array they meet. The upcast "
            "came before.",
        ),
        (4, "im2col keeps the dtype of its input, and xp is float32."),
    ],
    praise="np.sqrt of a whole number is an np.float64, which insists; a Python number gives way.",
    hint="Ask each line for the dtype of what it makes.",
)


def _average_pooling(x, size, dout):
    places = [np.s_[:, :, u::size, v::size] for u in range(size) for v in range(size)]
    y = sum(x[place] for place in places) / size**2
    dx = np.empty_like(x)
    for place in places:
        dx[place] = dout / size**2
    return y, dx


def _undivided_backward(x, size, dout):
    y, dx = _average_pooling(x, size, dout)
    return y, dx * size**2


def _undivided(x, size, dout):
    y, dx = _average_pooling(x, size, dout)
    return y * size**2, dx * size**2


def _divided_by_side(x, size, dout):
    y, dx = _average_pooling(x, size, dout)
    return y * size, dx * size


def _to_the_first(x, size, dout):
    y, _ = _average_pooling(x, size, dout)
    dx = np.zeros_like(x)
    dx[:, :, ::size, ::size] = dout / size**2
    return y, dx


def _without_steps(x, size, dout):
    y, dx = _average_pooling(x, size, dout)
    OH, OW = y.shape[2:]
    places = [(u, v) for u in range(size) for v in range(size)]
    return sum(x[:, :, u : u + OH, v : v + OW] for u, v in places) / size**2, dx


_rng = np.random.default_rng(4)
average_pooling = Exercise(
    right=_average_pooling,
    wrong=[
        (_undivided_backward, "y is right. Backward, each pixel's share of y is 1/size², not 1."),
        (_undivided, "That is the sum of each window. Divide by how many numbers it has."),
        (_divided_by_side, "You divided by size; a window has size² numbers."),
        (_to_the_first, "y is right, but dx reaches one place of each window only: visit all."),
        (
            _without_steps,
            "dx is right. In y the windows are one pixel apart: the slices need the step `size`.",
        ),
    ],
    cases=[
        (_rng.standard_normal((2, 3, 6, 4)), 2, _rng.standard_normal((2, 3, 3, 2))),
        (_rng.standard_normal((3, 1, 6, 9)), 3, _rng.standard_normal((3, 1, 2, 3))),
    ],
    praise="No table and no gather: size² passes over slices, forward and backward.",
    hint="y is the mean of the slices x[:, :, u::size, v::size]; return y and dx.",
)

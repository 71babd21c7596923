"""The exercises of chapter "Fast convolution"."""

import numpy as np

from chainrule.exercises import Exercise

runs = Exercise(
    right=[2880, 5, 600, 24],
    wrong=[
        (
            [576, 25, 25, 576],
            "Those are the sizes of the result. Ask of the image: after how many numbers "
            "does the next one wanted no longer stand next to the last?",
        ),
        (
            [576, 25, 600, 24],
            "A window is 5×5, but its five rows do not stand next to each other in the image: the "
            "run ends after five numbers.",
        ),
        (
            [2880, 5, 25, 576],
            "The columns are right as a table, but a place of the window sees only 24 pixels of a "
            "row of 28: there the run ends.",
        ),
        (
            [3920, 5, 700, 28],
            "A window of 5 fits 28 − 5 + 1 = 24 times into a row of 28 pixels.",
        ),
        (
            [288000, 5, 60000, 24],
            "You counted the whole batch. One image is asked for.",
        ),
        (
            [600, 24, 2880, 5],
            "You have them the other way round: the rows of im2col are cut after each row of a "
            "window, the columns after each row of the output.",
        ),
    ],
    praise="Nearly five times fewer runs for the same numbers: columns are moved more cheaply.",
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

"""Convolution of a digit with a filter, one window in detail, and the backward pass."""

import numpy as np
import traitlets

from chainrule.conv import Convolution
from chainrule.data import load_digits
from chainrule.drawing.figures import BLUE, ORANGE, figure, show
from chainrule.explore._explorable import Explorable, OneOf, Square, Whole, module, square

SIDE, INK = 8, 16  # a digit is 8×8 whole numbers in 0 … 16
LIMIT = 9
FIRST = [[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]]

WORDS = {
    "en": {
        "caption": "Left, a digit x, 8×8 numbers from 0 to 16; right, the map y that the filter "
        "makes of it. Blue is positive, orange with a minus sign negative. The frames belong "
        "together: nine pixels, and the one number they become: drag them, or "
        "move them with the arrow keys. Below them, the nine products.",
        "step_negative": "Drag the window over the digit, or focus it and press the arrow keys, to "
        "a place where y is negative. On which side of a stroke is that?",
        "done_negative": "The filter takes the right minus the left, so it is negative where there "
        "is more ink on the left: behind a stroke.",
        "step_copy": "Which nine weights make every y the pixel in the middle of its window? Type "
        "them.",
        "done_copy": "A single 1, in the middle: y is x again, without its border. A filter is "
        "these nine numbers, and nothing else.",
        "step_back": "Now the way back. A gradient of 1 arrives at one place of the map. Say what "
        "dx and dW will be, then turn the way round.",
        "done_back": "dx is the filter, laid where the window was: a pixel counted as often as its "
        "weight says. dW is the window: a weight counted as often as its pixel.",
        "step_paper": "Stay on the way back, pad the digit with a border, and move the window to a "
        "corner without ink. What does dW become?",
        "done_paper": "Where every pixel is 0, no weight counted for anything, and none gets a "
        "gradient. Filters learn from ink.",
        "window": "Window",
        "window_at": "row {i}, column {j}",
        "picture": "The digit and its map, with the chosen window and its nine products.",
        "direction": "Way",
        "forward": "forward: x to y",
        "backward": "backward: dout to dx",
        "digit": "Digit",
        "yours": "yours",
        "W": "The filter W",
        "field": "Filter, row {i}, column {j}",
        "pad": "Pad with a border of zeros",
        "row": "Row",
        "column": "Column",
        "use": "Use",
        "upright": "edge |",
        "upright_note": "Right minus left: strong where a stroke begins or ends, and blind to "
        "everything that is the same on both sides.",
        "level": "edge —",
        "level_note": "Below minus above: the same filter, transposed.",
        "blur": "blur",
        "blur_note": "The sum of nine pixels. Divided by 9 it would be their mean.",
        "sharpen": "sharpen",
        "sharpen_note": "Five times the pixel, minus its four neighbours: what stands out stands "
        "out more.",
        "copy": "copy",
        "copy_note": "A single 1 in the middle: y is x, without its border.",
        "title_x": "x",
        "title_y": "y",
        "title_dx": "dx",
        "title_dout": "dout",
        "title_window": "window",
        "title_filter": "· W",
        "title_product": "= products",
        "title_dW": "dW = window",
        "title_spread": "dx, framed = W",
        "y_is": "y at row {i}, column {j} = {products} = {y}",
        "back_is": "dout is 1 at row {i}, column {j}, and 0 elsewhere. Each pixel of the window "
        "counted as often as its weight says, so dx is the filter, laid where the window was. Each "
        "weight counted as often as its pixel, so dW is the window.",
    }
}


class ConvolutionOfADigit(Explorable):
    """The widget that `convolution` returns."""

    _esm = module("convolution.js")
    images = traitlets.Dict().tag(sync=True)
    digit = traitlets.Unicode().tag(sync=True)
    W = Square(3, -LIMIT, LIMIT)
    pad = traitlets.Bool(False).tag(sync=True)
    direction = OneOf("forward", "backward")
    row = Whole(0, SIDE - 1)
    column = Whole(0, SIDE - 1)

    def still(self):
        x = np.array(self.images[self.digit], dtype=float)
        W = np.array(self.W, dtype=float)[None, None]
        y = Convolution(W, np.zeros(1), pad=int(self.pad)).forward(x[None, None])[0, 0]
        fig, axes = figure(6.4, 3, 1, 2)
        for ax, numbers, title in zip(axes, [x, y], ["x", "y"], strict=True):
            side = len(numbers)
            ax.set(xlim=(0, side), ylim=(side, 0), aspect="equal", xticks=[], yticks=[])
            ax.set_title(title)
            largest = np.abs(numbers).max() or 1
            for (i, j), value in np.ndenumerate(numbers):
                look = {"color": BLUE if value > 0 else ORANGE, "alpha": abs(value) / largest}
                ax.fill([j, j + 1, j + 1, j], [i, i, i + 1, i + 1], linewidth=0, **look)
                if value < 0:
                    ax.text(j + 0.5, i + 0.5, "−", ha="center", va="center")
        return show(
            fig,
            alt=f"Left, the digit {self.digit}. Right, the map of {len(y)}×{len(y)} numbers that "
            f"a filter of 3×3 makes of it, from {y.min():g} to {y.max():g}: positive on one side "
            f"of each stroke, negative, marked with a minus, on the other.",
        )


def convolution(image=None, W=FIRST):
    """The explorable of chapter "Convolution": a filter applied to a digit, forward and backward.

    Parameters
    ----------
    image : array of shape (8, 8) or None
        An image of your own, in 0 … 16, to add to four of the data set.
    W : array of shape (3, 3)
        The filter at the start, in −9 … 9.

    Returns
    -------
    Explorable
        A widget that also works on a page without a kernel.

    Raises
    ------
    ValueError
        For another shape, or numbers out of range.
    """
    x, t, _, _ = load_digits()
    pictures = (INK * x).astype(int).reshape(-1, SIDE, SIDE)
    images = {str(digit): pictures[t == digit][0].tolist() for digit in (7, 0, 4, 8)}
    if image is not None:
        images["yours"] = square("convolution", "image", image, SIDE, 0, INK)
    return ConvolutionOfADigit(
        images=images,
        digit="7" if image is None else "yours",
        W=[list(row) for row in W],
        row=2,
        column=2,
        words=WORDS,
    )

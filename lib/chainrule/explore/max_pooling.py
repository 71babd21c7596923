"""Max pooling: the maximum of each window, and the pixel that its gradient goes to."""

import numpy as np

from chainrule.conv import MaxPooling
from chainrule.drawing.figures import BLUE, INK, ORANGE, figure, show
from chainrule.explore._explorable import Explorable, OneOf, Square, Whole, module

SIDE, LIMIT = 4, 9
WINDOWS = {"tiles": (2, 2), "overlap": (2, 1), "large": (3, 1)}  # side and stride

WORDS = {
    "en": {
        "caption": "Above: a map x and the maximum y of each window. A ring marks a number that "
        "wins. Below: the upstream gradient dout, and where it lands: on the winner of its window, "
        "which adds up what it gets. The frame is the chosen window.",
        "step_through": "Go through the windows to the last one. Which numbers never come out, and "
        "what do they get on the way back?",
        "done_through": "A window lets one number out, its largest, and sends its whole gradient "
        "back to that one. A number that wins no window gets 0.",
        "step_loser": "Change a number in x without changing anything in y or dx.",
        "done_loser": "It lost before and it loses now. Nothing tells it by how much, and nothing "
        "came out or back.",
        "step_jump": "Make a number that loses grow, one by one, until the gradient goes to it.",
        "done_jump": "The whole gradient went at once. A little more or less does not move it; who "
        "is in front does.",
        "step_tie": "Make a tie: two numbers in front in one window. Which of them gets the "
        "gradient?",
        "done_tie": "The first in reading order takes all that comes back to the window. The other "
        "one gets nothing from it.",
        "step_sharing": "Take windows of 3×3, step 1. Let a single number win all four of them. "
        "What will it get?",
        "done_sharing": "Everything: 1 + 2 + 3 + 4 = 10. All other numbers get 0.",
        "picture": "The map, the maxima, the upstream gradient and where it lands.",
        "map": "x, a number for each pixel",
        "field": "Row {i}, column {j} of x",
        "windows": "Windows",
        "tiles": "2×2, step 2",
        "overlap": "2×2, step 1",
        "large": "3×3, step 1",
        "window": "Window",
        "back": "Window before",
        "forward": "Next window",
        "play": "Play",
        "pause": "Pause",
        "make": "Make",
        "sharing": "one pixel win often",
        "sharing_note": "The 9 stands in four windows and wins them all, so it gets the sum of "
        "four gradients. All others get 0.",
        "tie": "a tie",
        "tie_note": "Two sevens in the first window. One must win: the first in reading order. "
        "Raise the other by 1, and the gradient jumps over to it.",
        "equal": "all the same",
        "equal_note": "Every window is a tie, and the first pixel of each takes all.",
        "max_is": "Window {n}: max({numbers}) = {y}, at row {row}, column {column}.",
        "dx_is": "That pixel wins {count} of {all} windows: dx = {terms} = {dx}.",
        "one_is": "That pixel wins {count} of {all} windows: dx = {dx}.",
    }
}


class MaxPoolingOfOneMap(Explorable):
    """The widget that `max_pooling` returns."""

    _esm = module("max_pooling.js")
    x = Square(SIDE, -LIMIT, LIMIT)
    windows = OneOf(*WINDOWS)
    window = Whole(0, 8)

    def still(self):
        size, stride = WINDOWS[self.windows]
        layer = MaxPooling(size, size, stride)
        x = np.array(self.x, dtype=float)[None, None]
        y = layer.forward(x)
        dout = np.arange(1.0, y.size + 1).reshape(y.shape)
        dx = layer.backward(dout)[0, 0]
        fig, axes = figure(6.4, 2.6, 1, 2)
        for ax, numbers, color in zip(axes, [x[0, 0], dx], [BLUE, ORANGE], strict=True):
            ax.set(xlim=(0, SIDE), ylim=(SIDE, 0), aspect="equal", xticks=[], yticks=[])
            for (i, j), number in np.ndenumerate(numbers):
                ax.text(j + 0.5, i + 0.5, f"{number:g}", color=color, ha="center", va="center")
                if dx[i, j]:
                    ax.plot([j + 0.5], [i + 0.5], "o", markersize=20, fillstyle="none", color=INK)
        axes[0].set_title("x")
        axes[1].set_title("dx")
        return show(
            fig,
            alt=f"Left, a map of {SIDE}×{SIDE} numbers with a ring around each that wins a window "
            f"of {size}×{size}. Right, the gradient of each number: it is not zero at the winners "
            f"only, {', '.join(f'{g:g}' for g in dx[dx != 0])}.",
        )


def max_pooling(x=((1, 3, 2, 0), (5, 4, 6, 1), (2, 0, 1, 2), (1, 7, 3, 4))):
    """The explorable of chapter "Max pooling": which pixel gets the gradient of each window.

    Parameters
    ----------
    x : array of shape (4, 4)
        The map at the start, in −9 … 9.

    Returns
    -------
    Explorable
        A widget that also works on a page without a kernel.

    Raises
    ------
    ValueError
        For another shape, or numbers out of range.
    """
    return MaxPoolingOfOneMap(x=[list(row) for row in x], windows="tiles", window=0, words=WORDS)

"""im2col and col2im: patches as rows of a matrix, and its elements added back to the pixels."""

import numpy as np

from chainrule import conv
from chainrule.drawing.figures import BLUE, INK, figure, show
from chainrule.explore._explorable import Explorable, OneOf, Whole, module

SIDE = 4  # pixels down and across; each pixel has another value, 0 … 15
MOST = 25  # the most rows there can be: patches of 2×2, stride 1, with padding

WORDS = {
    "en": {
        "caption": "An image x of 4×4 pixels, each with its own number, and zeros around it if it "
        "is padded; the table, a row for each window; and the image that col2im makes of the "
        "table. The frames are the window and its row: drag it, or move it with the arrow keys. "
        "The rings are one pixel, wherever it stands, and the curves lead there and back: click "
        "any number to choose its pixel. Pixels crossed out are in no window.",
        "picture": "The image with its window, the table, and what col2im makes of the table.",
        "step_last": "Drag the window over the image, or focus it and press the arrow keys, until "
        "it is at its last place. Which row answers?",
        "done_last": "A place of the window is a row of the table, from the first to the last. "
        "Nothing is computed: im2col copies.",
        "step_once": "The rings are one pixel, wherever it stands. Choose a pixel that stands in "
        "one row only.",
        "done_once": "This pixel is in one window, so one number comes back to it. To a pixel in "
        "several windows several come back, and col2im adds them.",
        "step_ones": "Now put ones into the whole table. Before you do: what will col2im make of "
        "them, on the right?",
        "done_ones": "A sum of ones is a count: of the windows that each pixel is in.",
        "step_inverse": "Put the pixels back into the table. They come back too large, those in "
        "the middle most. With which stride does col2im give the image back as it was?",
        "done_inverse": "Now every pixel is in exactly one window. Only then is col2im the inverse "
        "of im2col.",
        "step_lost": "Last, a window and a stride that do not fit, so that some pixels are left "
        "over: they are crossed out.",
        "done_lost": "Pixels in no window count for nothing, and no gradient comes back to them. "
        "So the library refuses, unless you say crop=True.",
        "window": "Window",
        "window_at": "place ({i}, {j}), row {n} of the table",
        "size": "Window, in pixels",
        "stride": "Stride, in pixels",
        "pad": "Padding, in pixels",
        "table": "Numbers in the table",
        "col": "pixels of x",
        "ones": "ones",
        "counted": "1, 2, 3, …",
        "pixel": "Pixel",
        "back": "Window before",
        "forward": "Next window",
        "play": "Play",
        "pause": "Pause",
        "title_x": "x",
        "title_col": "col = im2col(x)",
        "title_c": "g",
        "title_back_col": "col2im(col)",
        "title_back_c": "col2im(g)",
        "fits": "({side} + 2·{pad} − {size}) / {stride} + 1 = {out} along each side: the table has "
        "{out}·{out} = {rows} rows of {size}·{size} = {columns} numbers.",
        "refused": "Refused: “im2col: windows must cover the input exactly, got height {side}, "
        "pad {pad}, window {size}, stride {stride}: ({side} + 2·{pad} − {size}) / {stride} "
        "is not a whole number”. Drawn: crop=True.",
        "patch_is": "The window at place ({i}, {j}) is row {i}·{out} + {j} = {n}: {numbers}.",
        "pixel_is": "Pixel {pixel} stands in {count} rows: {rows}. col2im adds what is there: "
        "{terms} = {sum}.",
        "pixel_once": "Pixel {pixel} stands in row {rows} only. col2im brings back what is there: "
        "{sum}.",
        "pixel_never": "Pixel {pixel} stands in no row. col2im gives it 0.",
    }
}


class PatchesAsRows(Explorable):
    """The widget that `im2col` returns."""

    _esm = module("im2col.js")
    size = OneOf(2, 3)
    stride = OneOf(1, 2, 3)
    pad = OneOf(0, 1)
    table = OneOf("col", "ones", "counted")
    patch = Whole(0, MOST - 1)
    pixel = Whole(0, SIDE * SIDE - 1)

    def still(self):
        x = np.arange(float(SIDE * SIDE)).reshape(1, 1, SIDE, SIDE)
        windows = self.size, self.size, self.stride, self.pad
        col = conv.im2col(x, *windows, crop=True)
        counts = conv.col2im(np.ones_like(col), x.shape, *windows, crop=True)
        tables = {"x": x[0, 0], "im2col(x)": col, "col2im(ones)": counts[0, 0]}
        fig, axes = figure(6.4, 3, 1, 3)
        for ax, (title, numbers) in zip(axes, tables.items(), strict=True):
            height, width = numbers.shape
            ax.set(xlim=(0, width), ylim=(height, 0), xticks=[], yticks=[], title=title)
            ax.set_aspect("equal" if height == width else "auto")
            for (i, j), number in np.ndenumerate(numbers):
                ax.text(j + 0.5, i + 0.5, f"{number:g}", color=INK, ha="center", va="center")
        start, end = -self.pad, self.size - self.pad
        axes[0].fill([start, end, end, start], [start, start, end, end], color=BLUE, alpha=0.25)
        columns = col.shape[1]
        axes[1].fill([0, columns, columns, 0], [0, 0, 1, 1], color=BLUE, alpha=0.25)
        return show(
            fig,
            alt=f"Left, an image of {SIDE}×{SIDE} pixels numbered 0 to {SIDE * SIDE - 1}, its "
            f"first patch of {self.size}×{self.size} tinted. In the middle, the table of its "
            f"{len(col)} patches, a row each, the first row tinted. Right, in how many patches "
            f"each pixel is: {', '.join(f'{count:g}' for count in counts.ravel())}.",
        )


def im2col(size=2, stride=1, pad=0):
    """The explorable of chapter "im2col": patches become rows, and rows are added to pixels.

    Sizes that do not divide are drawn cropped, with the error message of the library.

    Parameters
    ----------
    size : int
        Side of a patch at the start, 2 or 3 pixels.
    stride : int
        1, 2 or 3 pixels.
    pad : int
        0 or 1 pixel.

    Returns
    -------
    Explorable
        A widget that also works on a page without a kernel.

    Raises
    ------
    ValueError
        For another size, stride or pad.
    """
    return PatchesAsRows(
        size=size, stride=stride, pad=pad, table="col", patch=0, pixel=5, words=WORDS
    )

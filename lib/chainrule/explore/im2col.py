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
    },
    "ko": {
        "caption": "4×4픽셀 이미지 x. 픽셀마다 자기 번호가 들어 있고, 패딩이 있으면 둘레에 0이 "
        "있다. 가운데는 윈도마다 행이 하나씩인 표이고, 그 옆은 col2im이 표로 만든 이미지다. "
        "테두리는 윈도와 그 행이다. 윈도는 끌거나 화살표 키로 옮긴다. 고리는 픽셀 하나가 놓인 모든 "
        "자리이고, 곡선은 그곳으로 갔다가 돌아온다. 아무 수나 누르면 그 픽셀을 고른다. 줄을 그은 "
        "픽셀은 어느 윈도에도 들지 못한다.",
        "picture": "이미지와 그 위의 윈도, 표, 그리고 col2im이 표로 만든 이미지.",
        "step_last": "이미지 위의 윈도를 마지막 자리까지 끌어 보세요. 윈도를 고른 다음 화살표 키를 "
        "눌러도 됩니다. 어느 행이 답할까요?",
        "done_last": "윈도의 자리는 곧 표의 행입니다. 첫 자리부터 마지막 자리까지 그렇습니다. "
        "계산은 없습니다. im2col은 복사합니다.",
        "step_once": "고리는 픽셀 하나가 놓인 모든 자리입니다. 한 행에만 나오는 픽셀을 골라 "
        "보세요.",
        "done_once": "이 픽셀은 한 윈도에만 들어 있으므로 수가 하나만 돌아옵니다. 여러 윈도에 든 "
        "픽셀에는 여럿이 돌아오고, col2im은 그 수를 더합니다.",
        "step_ones": "이제 표를 모두 1로 채웁니다. 그 전에 답해 보세요. 오른쪽에서 col2im은 "
        "그것으로 무엇을 만들까요?",
        "done_ones": "1의 합은 횟수입니다. 픽셀마다 자기가 든 윈도의 개수입니다.",
        "step_inverse": "표에 픽셀을 되돌려 놓으세요. 픽셀은 너무 커져서 돌아오고, 한가운데가 가장 "
        "큽니다. 스트라이드가 얼마이면 col2im이 이미지를 원래대로 돌려줄까요?",
        "done_inverse": "이제 모든 픽셀이 꼭 한 윈도에만 들어 있습니다. 그럴 때만 col2im은 "
        "im2col의 역함수입니다.",
        "step_lost": "끝으로, 서로 맞지 않는 윈도와 스트라이드를 골라 픽셀이 남게 해 보세요. 남은 "
        "픽셀에는 줄이 그어집니다.",
        "done_lost": "어느 윈도에도 들지 못한 픽셀은 아무것도 바꾸지 못하고, 기울기도 돌아오지 "
        "않습니다. 그래서 crop=True라고 쓰지 않으면 라이브러리는 거절합니다.",
        "window": "윈도",
        "window_at": "({i}, {j}) 자리, 표의 행 {n}",
        "size": "윈도(픽셀)",
        "stride": "스트라이드(픽셀)",
        "pad": "패딩(픽셀)",
        "table": "표에 든 수",
        "col": "x의 픽셀",
        "ones": "1",
        "counted": "1, 2, 3, …",
        "pixel": "픽셀",
        "back": "이전 윈도",
        "forward": "다음 윈도",
        "play": "재생",
        "pause": "멈춤",
        "title_x": "x",
        "title_col": "col = im2col(x)",
        "title_c": "g",
        "title_back_col": "col2im(col)",
        "title_back_c": "col2im(g)",
        "fits": "한 변에 윈도가 ({side} + 2·{pad} − {size}) / {stride} + 1 = {out}개 들어갑니다. "
        "그래서 표의 행은 {out}·{out} = {rows}개이고, 행마다 수가 {size}·{size} = {columns}개 "
        "있습니다.",
        "refused": "거절합니다. “im2col: windows must cover the input exactly, got height {side}, "
        "pad {pad}, window {size}, stride {stride}: ({side} + 2·{pad} − {size}) / {stride} is not "
        "a whole number”. 그림은 crop=True일 때입니다.",
        "patch_is": "({i}, {j}) 자리의 윈도는 행 {i}·{out} + {j} = {n}입니다. 수는 {numbers}.",
        "pixel_is": "픽셀 {pixel}: 행 {count}개에 있습니다({rows}). col2im은 그 자리의 수를 "
        "더합니다. {terms} = {sum}.",
        "pixel_once": "픽셀 {pixel}: 행 {rows}에만 있습니다. col2im은 그 자리의 수를 돌려줍니다. "
        "{sum}.",
        "pixel_never": "픽셀 {pixel}: 어느 행에도 없습니다. col2im의 값은 0입니다.",
    },
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

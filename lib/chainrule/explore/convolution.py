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
    },
    "ko": {
        "caption": "왼쪽은 숫자 이미지 x, 0부터 16까지의 수 8×8개다. 오른쪽은 필터가 그것으로 만든 "
        "맵 y다. 파란색은 양수, 빼기 부호가 있는 주황색은 음수다. 두 테두리는 짝이다. 픽셀 아홉 "
        "개와, 그 아홉이 만든 수 하나다. 끌거나 화살표 키로 옮긴다. 그 아래는 곱 아홉 개다.",
        "step_negative": "숫자 위의 윈도를 y가 음수인 자리로 끌어 보세요. 윈도를 고른 다음 화살표 "
        "키를 눌러도 됩니다. 획의 어느 쪽인가요?",
        "done_negative": "이 필터는 오른쪽에서 왼쪽을 빼므로, 왼쪽에 잉크가 더 많은 곳에서 "
        "음수입니다. 획을 막 지난 뒤쪽입니다.",
        "step_copy": "어떤 가중치 아홉 개를 쓰면 y가 모두 윈도 한가운데의 픽셀과 같아질까요? "
        "써넣어 보세요.",
        "done_copy": "한가운데에 1 하나입니다. y는 가장자리를 뺀 x와 같습니다. 필터는 이 수 아홉 "
        "개일 뿐, 다른 무엇도 아닙니다.",
        "step_back": "이제 돌아오는 길입니다. 맵의 한 자리에 기울기 1이 도착합니다. dx와 dW가 "
        "무엇일지 먼저 말해 본 다음 방향을 바꾸세요.",
        "done_back": "dx는 윈도가 있던 자리에 놓인 필터입니다. 픽셀은 제 가중치만큼 y를 움직이기 "
        "때문입니다. dW는 윈도입니다. 가중치는 제 픽셀만큼 y를 움직이기 때문입니다.",
        "step_paper": "역전파 그대로 둔 채, 숫자에 0을 한 겹 두르고 윈도를 잉크가 없는 "
        "귀퉁이로 옮기세요. dW는 어떻게 될까요?",
        "done_paper": "픽셀이 모두 0이면 어떤 가중치도 y를 움직이지 못하고, 기울기도 받지 "
        "않습니다. 필터는 잉크에서 배웁니다.",
        "window": "윈도",
        "window_at": "행 {i}, 열 {j}",
        "picture": "숫자와 그 맵, 고른 윈도와 곱 아홉 개.",
        "direction": "방향",
        "forward": "순전파: x에서 y로",
        "backward": "역전파: dout에서 dx로",
        "digit": "숫자",
        "yours": "내 이미지",
        "W": "필터 W",
        "field": "필터의 행 {i}, 열 {j}",
        "pad": "0을 한 겹 두르기",
        "row": "행",
        "column": "열",
        "use": "써 볼 필터",
        "upright": "에지 |",
        "upright_note": "오른쪽 빼기 왼쪽입니다. 획이 시작하거나 끝나는 곳에서 세게 답하고, 양쪽이 "
        "같은 것은 보지 못합니다.",
        "level": "에지 —",
        "level_note": "아래쪽 빼기 위쪽입니다. 같은 필터를 전치했습니다.",
        "blur": "흐리게",
        "blur_note": "픽셀 아홉 개의 합입니다. 9로 나누면 평균이 됩니다.",
        "sharpen": "또렷하게",
        "sharpen_note": "픽셀의 다섯 배에서 네 이웃을 뺍니다. 두드러진 것이 더 두드러집니다.",
        "copy": "그대로",
        "copy_note": "한가운데에 1 하나입니다. y는 가장자리를 뺀 x입니다.",
        "title_x": "x",
        "title_y": "y",
        "title_dx": "dx",
        "title_dout": "dout",
        "title_window": "윈도",
        "title_filter": "· W",
        "title_product": "= 곱",
        "title_dW": "dW = 윈도",
        "title_spread": "dx, 테두리 안 = W",
        "y_is": "행 {i}, 열 {j}의 y = {products} = {y}",
        "back_is": "dout은 행 {i}, 열 {j}에서만 1이고 나머지는 0입니다. 윈도의 픽셀은 제 "
        "가중치만큼 y를 움직이므로, dx는 윈도가 있던 자리에 놓인 필터입니다. 가중치는 제 "
        "픽셀만큼 y를 움직이므로, dW는 윈도입니다.",
    },
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

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
    },
    "ko": {
        "caption": "위는 맵 x와 윈도마다의 최댓값 y다. 고리는 이긴 수를 표시한다. 아래는 상류 "
        "기울기 dout과 그것이 도착하는 곳이다. 기울기는 윈도의 승자로 가고, 승자는 받은 것을 "
        "모두 더한다. 테두리는 고른 윈도다.",
        "step_through": "윈도를 마지막까지 하나씩 지나가 보세요. 한 번도 나오지 못하는 수는 "
        "무엇이고, 돌아오는 길에 무엇을 받나요?",
        "done_through": "윈도는 가장 큰 수 하나만 내보내고, 기울기를 통째로 그 수로 "
        "돌려보냅니다. 어느 윈도에서도 이기지 못한 수는 0을 받습니다.",
        "step_loser": "y도 dx도 그대로 둔 채 x의 수 하나를 바꾸어 보세요.",
        "done_loser": "전에도 졌고 지금도 집니다. 얼마나 졌는지는 아무도 알려 주지 않습니다. 그 "
        "수에서 나온 것도, 그 수로 돌아온 것도 없습니다.",
        "step_jump": "진 수 하나를 골라, 기울기가 그쪽으로 옮겨 갈 때까지 1씩 키워 보세요.",
        "done_jump": "기울기가 한꺼번에 통째로 옮겨 갔습니다. 조금 크고 작은 것은 상관없고, 누가 "
        "앞서는지가 중요합니다.",
        "step_tie": "동점을 만들어 보세요. 한 윈도에서 두 수가 함께 앞서야 합니다. 둘 가운데 어느 "
        "쪽이 기울기를 받을까요?",
        "done_tie": "읽는 순서로 첫째인 수가 그 윈도로 돌아온 것을 모두 갖습니다. 다른 수는 그 "
        "윈도에서 아무것도 받지 못합니다.",
        "step_sharing": "윈도를 3×3, 스트라이드 1로 하세요. 수 하나가 네 윈도에서 모두 이기게 해 "
        "보세요. 그 수는 얼마를 받을까요?",
        "done_sharing": "전부입니다. 1 + 2 + 3 + 4 = 10이고, 나머지 수는 모두 0을 받습니다.",
        "picture": "맵, 최댓값, 상류 기울기, 그리고 기울기가 도착하는 곳.",
        "map": "x, 픽셀마다 수 하나",
        "field": "x의 행 {i}, 열 {j}",
        "windows": "윈도의 종류",
        "tiles": "2×2, 스트라이드 2",
        "overlap": "2×2, 스트라이드 1",
        "large": "3×3, 스트라이드 1",
        "window": "윈도",
        "back": "이전 윈도",
        "forward": "다음 윈도",
        "play": "재생",
        "pause": "멈춤",
        "make": "만들어 보기",
        "sharing": "자주 이기는 픽셀",
        "sharing_note": "9는 네 윈도에 들어 있고 모두 이기므로 기울기 네 개의 합을 받습니다. "
        "나머지는 모두 0을 받습니다.",
        "tie": "동점",
        "tie_note": "첫 윈도에 7이 두 개 있습니다. 하나는 이겨야 하므로 읽는 순서로 첫째가 "
        "이깁니다. 다른 7을 1만큼 올리면 기울기가 그쪽으로 옮겨 갑니다.",
        "equal": "모두 같은 수",
        "equal_note": "모든 윈도가 동점이고, 윈도마다 첫 픽셀이 모두 갖습니다.",
        "max_is": "윈도 {n}: max({numbers}) = {y}, 행 {row}, 열 {column}.",
        "dx_is": "이 픽셀이 이긴 윈도: {all}개 가운데 {count}개. dx = {terms} = {dx}.",
        "one_is": "이 픽셀이 이긴 윈도: {all}개 가운데 {count}개. dx = {dx}.",
    },
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

"""Batch normalization of four values, and the gradients of all when one output gets gradient 1."""

import numpy as np
import traitlets

from chainrule.drawing.figures import BLUE, GREY, INK, ORANGE, figure, show
from chainrule.explore._explorable import Explorable, Real, Reals, Whole, module
from chainrule.layers import BatchNormalization

LIMIT, N = 6, 4

WORDS = {
    "en": {
        "caption": "One feature of a batch of four. Above: the values x, their mean (line) and one "
        "spread to either side (shaded). Below: x̂, which is x read on the batch's own ruler, with "
        "0 at the mean and 1 one spread further. Orange: a gradient of 1 arrives at one x̂, and "
        "what each x gets of it (arrows twelve times as long as the axis says).",
        "picture": "Four values in a row each, above as they are, below on the batch's own ruler, "
        "with the gradient of each. Drag a value above; press a row below to let the gradient "
        "arrive there.",
        "dx": "dx",
        "value": "x{i} =",
        "k": "The gradient 1 arrives at",
        "paths": "It goes back",
        "direct": "directly",
        "through_mean": "and through the mean",
        "through_spread": "and through the spread",
        "held": "Hold mean and spread, as in evaluation",
        "shift": "Move all together",
        "halve": "Halve all distances",
        "direct_is": "Directly: dx{i} = 1/s = 1/{s} = {dx}. The others get nothing.",
        "through_mean_is": "Through the mean each loses ¼ of that: dx{i} = (1 − 1/4)/{s} = {dx}, "
        "and the others get −(1/4)/{s} = {other}.",
        "through_spread_is": "dx{i} = (1 − 1/4 − x̂{i}·x̂{i}/4)/s = (0.75 − {square})/{s} = {dx}",
        "held_is": "Mean and spread are fixed numbers: dx{i} = 1/s = 1/{s} = {dx} is all there is.",
        "step_drag": "Drag one of the points above, or move its slider. Do the other three stay "
        "where they are below?",
        "done_drag": "No. Move one x, and all four x̂ move: the mean and the spread belong to "
        "everybody.",
        "step_shift": "Now press “Move all together”. First say: what will happen below?",
        "done_shift": "Nothing moved below. What all four have in common goes away with the mean.",
        "step_halve": "Press “Halve all distances”. What will x̂ do, and what the gradients above?",
        "done_halve": "x̂ stays, but for a trace of ε. The gradients doubled: the same x̂ hangs "
        "on half the distance.",
        "step_open": "So far the gradient goes back directly, to one x. Let it through the mean "
        "as well, then through the spread, and watch the two sums.",
        "done_open": "Through the mean, Σ dx became 0; through the spread, Σ dx·x̂ too. What "
        "changes no x̂, a move of all or a stretch, gets no gradient.",
        "step_hold": "Hold mean and spread, as evaluation does, and drag a point again.",
        "done_hold": "Only its own x̂ moved, and only one x gets a gradient. Two of the three "
        "paths are gone.",
        "sums": "Mean {mean}, s = {s}. Σ dx = {sum} and Σ dx·x̂ = {product}.",
    },
    "ko": {
        "caption": "수 네 개로 된 배치의 특징 하나. 위: 값 x, 평균(선), 그 양쪽으로 퍼진 정도 "
        "하나만큼(음영). 아래: x̂, 곧 배치 자신의 자로 읽은 x. 이 자의 0은 평균이고 1은 퍼진 정도 "
        "하나만큼 떨어진 곳이다. 주황색: x̂ 하나에 기울기 1이 오고, x마다 그 가운데 얼마를 받는지 "
        "나타낸다(화살표는 축의 눈금보다 12배 길다).",
        "picture": "값 네 개를 한 행에 하나씩. 위는 있는 그대로, 아래는 배치 자신의 자로 읽은 "
        "값이고, 저마다 기울기가 있다. 위의 값은 끌 수 있고, 아래의 행을 누르면 기울기가 그 행에 "
        "온다.",
        "dx": "dx",
        "value": "x{i} =",
        "k": "기울기 1이 오는 곳",
        "paths": "돌아가는 경로",
        "direct": "곧바로",
        "through_mean": "평균도 거쳐",
        "through_spread": "퍼진 정도도 거쳐",
        "held": "평가할 때처럼 평균과 퍼진 정도 붙잡기",
        "shift": "모두 함께 옮기기",
        "halve": "모든 거리를 절반으로",
        "direct_is": "곧바로: dx{i} = 1/s = 1/{s} = {dx}. 나머지는 아무것도 받지 않습니다.",
        "through_mean_is": "평균을 거치면서 저마다 그 ¼을 잃습니다. dx{i} = (1 − 1/4)/{s} = {dx}, "
        "나머지는 −(1/4)/{s} = {other}입니다.",
        "through_spread_is": "dx{i} = (1 − 1/4 − x̂{i}·x̂{i}/4)/s = (0.75 − {square})/{s} = {dx}",
        "held_is": "평균과 퍼진 정도는 고정된 수입니다. dx{i} = 1/s = 1/{s} = {dx}, 이것이 "
        "전부입니다.",
        "step_drag": "위의 점 하나를 끌거나 그 슬라이더를 움직이세요. 아래에서 나머지 세 점은 "
        "제자리에 있나요?",
        "done_drag": "아닙니다. x 하나만 움직여도 x̂ 네 개가 모두 움직입니다. 평균과 퍼진 정도는 "
        "모두의 것입니다.",
        "step_shift": "이제 “모두 함께 옮기기”를 누르세요. 누르기 전에 먼저 말해 보세요. 아래는 "
        "어떻게 될까요?",
        "done_shift": "아래는 꼼짝하지 않았습니다. 네 값에 똑같이 더한 것은 평균과 함께 빠집니다.",
        "step_halve": "“모든 거리를 절반으로”를 누르세요. x̂ 값은, 그리고 위의 기울기는 어떻게 "
        "될까요?",
        "done_halve": "ε의 흔적만 빼면 x̂ 값은 그대로입니다. 기울기는 두 배가 되었습니다. 거리가 "
        "절반인데 x̂ 값은 전과 같기 때문입니다.",
        "step_open": "지금까지 기울기는 x 하나로 곧바로 돌아갔습니다. 이번에는 평균도 거치게 하고, "
        "이어서 퍼진 정도도 거치게 하면서 두 합을 지켜보세요.",
        "done_open": "평균을 거치자 Σ dx가 0이 되었고, 퍼진 정도를 거치자 Σ dx·x̂의 값도 0이 "
        "되었습니다. 모두 옮기거나 늘이는 것처럼 x̂ 값을 바꾸지 않는 일에는 기울기가 없습니다.",
        "step_hold": "평가할 때처럼 평균과 퍼진 정도를 붙잡아 두고, 점을 다시 끌어 보세요.",
        "done_hold": "그 점의 x̂ 값만 움직이고, x 하나만 기울기를 받습니다. 세 경로 가운데 둘이 "
        "사라졌습니다.",
        "sums": "평균 {mean}, s = {s}. Σ dx = {sum}, Σ dx·x̂ = {product}.",
    },
}


class BatchNormalizationOfFour(Explorable):
    """The widget that `batch_normalization` returns."""

    _esm = module("batch_normalization.js")
    x = Reals(-LIMIT, LIMIT, N, N)
    k = Whole(0, N - 1)
    paths = Whole(1, 3)
    shifts = Whole(0, 10**6)  # how often all were moved together
    halvings = Whole(0, 10**6)
    held = traitlets.Bool().tag(sync=True)
    mean = Real(-LIMIT, LIMIT)
    variance = Real(0, 4 * LIMIT**2)

    def still(self):
        layer = BatchNormalization(np.ones(1), np.zeros(1))
        x = np.array(self.x)
        hat = layer.forward(x[:, None])[:, 0]
        dout = np.zeros((N, 1))
        dout[self.k] = 1
        dx = layer.backward(dout)[:, 0]
        rows = np.arange(N, 0, -1)
        fig, (above, below) = figure(6.4, 3.6, 2, 1)
        above.axvspan(x.mean() - x.std(), x.mean() + x.std(), color=GREY, alpha=0.2, linewidth=0)
        above.axvline(x.mean(), color=INK)
        above.plot(x, rows, "o", color=BLUE)
        for start, slope, row in zip(x, dx, rows, strict=True):
            above.annotate(
                "",
                (start + 12 * slope, row),
                (start, row),
                arrowprops={"arrowstyle": "-|>", "color": ORANGE},
            )
        below.axvline(0, color=INK)
        below.plot(hat, rows, "o", color=BLUE)
        above.set(xlim=(-6.4, 6.4), ylabel="x")
        below.set(xlim=(-2.9, 2.9), ylabel="$\\hat x$")
        for ax in (above, below):
            ax.set(ylim=(0.4, N + 0.6), yticks=rows)
            ax.set_yticklabels(range(1, N + 1))
        return show(
            fig,
            alt=f"Above: four values {', '.join(f'{v:g}' for v in self.x)} with their mean and "
            f"spread. Below: they become {', '.join(f'{v:.2f}' for v in hat)}. The gradient 1 at "
            f"value {self.k + 1} gives all four a gradient: "
            f"{', '.join(f'{v:+.3f}' for v in dx)}.",
        )


def batch_normalization(x=(-2.0, 1.0, 2.0, 5.0)):
    """The explorable of chapter "Batch normalization": one feature of a batch of four.

    Parameters
    ----------
    x : list of float
        The batch at the start, four numbers in −6 … 6.

    Returns
    -------
    Explorable
        A widget that also works on a page without a kernel.

    Raises
    ------
    ValueError
        For another count, or a number out of range.
    """
    return BatchNormalizationOfFour(
        x=list(x), k=0, paths=1, held=False, mean=0, variance=1, words=WORDS
    )

"""Dropout: one mask after the other, the sum the next layer receives, and its mean."""

import numpy as np
import traitlets

from chainrule.drawing.figures import BLUE, GREY, ORANGE, figure, show
from chainrule.explore._explorable import Explorable, OneOf, Reals, Whole, module
from chainrule.layers import Dropout

UNITS, DRAWS, STEPS = 6, 100, 20  # rates are multiples of 1/20
# Of the seeds 0 … 59 the one whose means, at fifty draws and more, stray least at any of the rates.
SEED = 43

WORDS = {
    "en": {
        "caption": "Above: the outputs x of six units (dashed bars), what dropout lets through "
        "(solid), and in the table the mask, the result y and the gradient dx when the gradient 1 "
        "arrives at every y. Below: the mean over the draws so far of the sum that the next layer "
        "receives, where it should go (dashed), and how far it usually strays (shaded).",
        "units": "Each unit before and after dropout, with its mask and its gradient. Tap a unit "
        "to drop it or to bring it back.",
        "unit": "Unit {i}, x = {x}, kept",
        "means": "The mean of the sum of y over the draws so far.",
        "rate": "Rate, p =",
        "draw": "Draw",
        "back": "Draw before",
        "forward": "Draw a new mask",
        "play": "Keep drawing",
        "pause": "Pause",
        "mode": "Mode",
        "training": "training",
        "evaluation": "evaluation",
        "scaled": "Divide what is kept by 1 − p",
        "step_tap": "Tap one of the six circles, or press the space bar on it, to drop that "
        "unit. What does it send on, and what comes back to it?",
        "done_tap": "It sends on 0 and gets 0 back. Those that are kept are enlarged by the "
        "same factor both ways.",
        "step_chance": "Now leave it to chance: press “Keep drawing”, up to fifty masks at "
        "least. The sum jumps about. Where does its mean go?",
        "done_chance": "It goes to 10, what evaluation gives: soon for a small p, slowly for a "
        "large one.",
        "step_undivided": "Take the division by 1 − p away. What do you expect of the mean?",
        "done_undivided": "It fell to 1 − p times what it was: the next layer learns to expect "
        "that, and gets the whole sum in evaluation.",
        "step_noise": "Put the division back, and raise p to 0.80 or more. The mean may stay; "
        "what does the shaded band do?",
        "done_noise": "Right on average, and seldom right: at p = 0.8 it strays twice as far as "
        "at p = 0.5.",
        "step_evaluation": "Last, choose evaluation. What is left of the layer?",
        "done_evaluation": "Nothing: y = x and dx = dout. The division in training has seen to "
        "the rest.",
        "row_x": "x",
        "row_mask": "mask",
        "row_y": "y",
        "row_dx": "dx",
        "mean": "mean of Σ y",
        "draws": "draws",
        "now": "Draw {n}: Σ y = {sum}. The mean so far is {mean}; evaluation gives {full}.",
        "set": "{kept} of six kept, by hand: Σ y = {sum}, each y is x times {factor} or 0. "
        "Evaluation gives {full}.",
        "evaluated": "In evaluation nothing is drawn: y = x, Σ y = {full}, and dx = dout.",
        "fair": "● On average the next layer receives {expected}: what it gets in evaluation, too.",
        "unfair": "▲ The next layer is trained on sums around {expected}, and gets {full} in "
        "evaluation.",
    },
    "ko": {
        "caption": "위: 뉴런 여섯 개의 출력 x(파선 막대), 드롭아웃이 내보내는 값(채운 막대). "
        "표에는 마스크와 결과 y, 그리고 모든 y에 기울기 1이 올 때의 기울기 dx가 있다. 아래: 다음 "
        "층이 받는 합을 지금까지 뽑은 마스크에 걸쳐 평균한 값, 그 값이 가야 할 곳(파선), 보통 "
        "빗나가는 폭(음영).",
        "units": "뉴런마다 드롭아웃 앞과 뒤의 값, 마스크, 기울기. 뉴런을 누르면 꺼지거나 다시 "
        "켜진다.",
        "unit": "뉴런 {i}, x = {x}, 남김",
        "means": "지금까지 뽑은 마스크에 걸쳐 y의 합을 평균한 값.",
        "rate": "비율, p =",
        "draw": "뽑은 횟수",
        "back": "이전 마스크",
        "forward": "새 마스크 뽑기",
        "play": "계속 뽑기",
        "pause": "멈춤",
        "mode": "모드",
        "training": "학습",
        "evaluation": "평가",
        "scaled": "남긴 것을 1 − p로 나누기",
        "step_tap": "원 여섯 개 가운데 하나를 누르거나, 원을 고르고 스페이스 바를 눌러 그 뉴런을 "
        "끄세요. 그 뉴런은 무엇을 보내고 무엇을 돌려받을까요?",
        "done_tap": "0을 보내고 0을 돌려받습니다. 남은 뉴런은 갈 때도 올 때도 같은 배수로 "
        "커집니다.",
        "step_chance": "이제 우연에 맡기세요. “계속 뽑기”를 눌러 마스크를 적어도 50개 뽑습니다. "
        "합은 이리저리 뜁니다. 합의 평균은 어디로 갈까요?",
        "done_chance": "평가할 때의 값인 10으로 갑니다. p가 작으면 금방, 크면 천천히 갑니다.",
        "step_undivided": "1 − p로 나누기를 빼 보세요. 평균은 어떻게 될까요?",
        "done_undivided": "평균이 1 − p배로 떨어졌습니다. 다음 층은 이 값에 맞추어 배우는데, "
        "평가할 때는 합을 통째로 받습니다.",
        "step_noise": "나누기를 되돌리고 p를 0.80 이상으로 올리세요. 평균은 그대로라 해도, 음영을 "
        "넣은 띠는 어떻게 될까요?",
        "done_noise": "평균하면 맞지만 정확히 맞는 일은 드뭅니다. p = 0.8에서는 p = 0.5에서보다 "
        "두 배 멀리 빗나갑니다.",
        "step_evaluation": "마지막으로 평가를 고르세요. 계층에서 무엇이 남을까요?",
        "done_evaluation": "아무것도 남지 않습니다. y = x이고 dx = dout입니다. 나머지는 학습할 때 "
        "나눗셈으로 다 해 두었습니다.",
        "row_x": "x",
        "row_mask": "마스크",
        "row_y": "y",
        "row_dx": "dx",
        "mean": "Σ y의 평균",
        "draws": "뽑은 횟수",
        "now": "{n}번째: Σ y = {sum}. 지금까지의 평균은 {mean}, 평가할 때의 값은 {full}입니다.",
        "set": "여섯 개 가운데 손으로 남긴 것은 {kept}개, Σ y = {sum}입니다. y는 저마다 x의 "
        "{factor}배 또는 0입니다. 평가할 때의 값은 {full}입니다.",
        "evaluated": "평가할 때는 아무것도 뽑지 않습니다. y = x, Σ y = {full}, dx = dout입니다.",
        "fair": "● 다음 층이 받는 값은 평균 {expected}입니다. 평가할 때 받는 값도 같습니다.",
        "unfair": "▲ 다음 층은 {expected} 안팎의 합을 보고 배우는데, 평가할 때는 {full}의 합을 "
        "받습니다.",
    },
}


class DropoutOfSix(Explorable):
    """The widget that `dropout` returns."""

    _esm = module("dropout.js")
    x = Reals(0, 4, UNITS, UNITS)
    draws = traitlets.Unicode().tag(sync=True)
    rate = Whole(0, STEPS - 2)
    draw = Whole(0, DRAWS - 1)
    mode = OneOf("training", "evaluation")
    by_hand = Reals(0, 1, 0, UNITS)  # none: the mask is the one drawn
    scaled = traitlets.Bool(True).tag(sync=True)

    def still(self):
        x = np.array(self.x)
        layer = Dropout(self.rate / STEPS, np.random.default_rng(SEED))
        sums = [layer.forward(x).sum() for _ in range(DRAWS)]
        means = np.cumsum(sums) / np.arange(1, DRAWS + 1)
        layer = Dropout(self.rate / STEPS, np.random.default_rng(SEED))
        for _ in range(self.draw + 1):
            y = layer.forward(x)
        fig, (above, below) = figure(6.4, 4, 2, 1)
        above.bar(range(UNITS), x, color="none", edgecolor=GREY, linestyle="--")
        above.bar(range(UNITS), y, color=BLUE, width=0.5)
        above.set_xticks([])
        above.set_ylabel("y")
        below.plot(range(1, DRAWS + 1), means, color=ORANGE)
        below.axhline(x.sum(), color=GREY, linestyle="--")
        below.set(xlabel="n", ylabel="mean of Σ y")
        return show(
            fig,
            alt=f"Above: six outputs with the sum {x.sum():g}, of which dropout with the rate "
            f"{self.rate / STEPS:g} lets {np.count_nonzero(y)} through, enlarged. Below: the mean "
            f"of the sum over {DRAWS} draws strays about that sum and ends at {means[-1]:.2f}.",
        )


def drawn():
    """The random numbers u of the library's layer with SEED, as text: ⌊20 u⌋ in base 36.

    A unit is kept where u ≥ p. As p is a multiple of 1/20, ⌊20 u⌋ decides that.
    """
    u = np.random.default_rng(SEED).random((DRAWS, UNITS))
    return "".join(np.base_repr(int(twentieths), 36).lower() for twentieths in (STEPS * u).flat)


def dropout(x=(2.0, 1.0, 3.0, 0.5, 2.5, 1.0)):
    """The explorable of chapter "Dropout": a hundred masks, and the mean of what they let through.

    Parameters
    ----------
    x : list of float
        The outputs of six units, in 0 … 4.

    Returns
    -------
    Explorable
        A widget that also works on a page without a kernel.

    Raises
    ------
    ValueError
        For another count, or numbers out of range.
    """
    return DropoutOfSix(x=list(x), draws=drawn(), rate=10, draw=0, mode="training", words=WORDS)

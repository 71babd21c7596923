"""Softmax with its loss: scores that can be changed, probabilities, and the gradient y − t."""

import numpy as np

from chainrule.drawing.figures import BLUE, GREY, INK, ORANGE, figure, show
from chainrule.explore._explorable import Explorable, Real, Reals, Whole, module
from chainrule.losses import SoftmaxWithLoss
from chainrule.losses import softmax as probabilities

LIMIT = 5

WORDS = {
    "en": {
        "caption": "Above: four scores x, which can be dragged. In the middle: the probabilities "
        "y that softmax makes of them (blue), and which of them is the truth. Below: the gradient "
        "of the loss with respect to each score (orange). It is y − t, divided by the "
        "temperature: what the network said, minus what it should have said.",
        "picture": "Above, four scores to drag; in the middle, the probability of each class; "
        "below, the gradient of each score.",
        "scores": "scores x",
        "y": "y = softmax(x / T)",
        "gradient": "∂L/∂x = (y − t) / T",
        "score": "x{i} =",
        "truth": "The truth is class",
        "true": "truth",
        "T": "Temperature, T =",
        "what_if": "What if the network is",
        "right": "sure and right?",
        "right_note": "The truth has nearly all of the probability. The loss is near 0, and so is "
        "every gradient: nothing is left to learn.",
        "wrong": "sure and wrong?",
        "wrong_note": "The loss is large, but the gradients are not: the two that count are −1 and "
        "+1, nearly. No mistake, however bad, pulls harder than that.",
        "undecided": "undecided?",
        "undecided_note": "All scores are equal, so the probabilities are. The truth is pushed up "
        "with ¾, each other class down with ¼.",
        "raise": "Add 1 to every score",
        "lower": "Subtract 1 from every score",
        "no_room": "No room to add 1 to every score",
        "step": "Step downhill: x ← x − ∂L/∂x",
        "y_is": "y{t} = e^({x}/{T}) / Σ e^(x/T) = {e} / {sum} = {y}",
        "loss_is": "L = −log y{t} = −log {y} = {loss}",
        "step_wrong": "With T = 1, drag the scores until the network is sure and wrong: less than "
        "0.01 for the truth. How long does a gradient get?",
        "done_wrong": "However wrong you make it: at T = 1 no gradient is longer than 1.",
        "step_downhill": "Press “Step downhill” until the loss is half of what it is now. Which "
        "scores rise?",
        "done_downhill": "Only the truth's. Each score has moved against its own orange bar, and "
        "the bars grow shorter as the loss falls.",
        "step_raise": "Add 1 to every score. Which probabilities change?",
        "done_raise": "None, and no gradient either: only the differences of the scores count.",
        "step_right": "Make the network sure and right: more than 0.99 for the truth. What is left "
        "to learn?",
        "done_right": "Nearly nothing. The loss is close to 0, and so is every gradient.",
        "sum_is": "The gradients add up to 0: {terms}",
    },
    "ko": {
        "caption": "위: 끌어서 움직일 수 있는 점수 x 네 개. 가운데: 소프트맥스가 점수로 만든 확률 "
        "y(파란색)와 정답 클래스. 아래: 각 점수에 대한 손실의 기울기(주황색). 기울기는 y − t를 "
        "온도로 나눈 값이다. 곧, 신경망이 말한 것에서 말했어야 할 것을 뺀 값이다.",
        "picture": "위에는 끌어서 움직이는 점수 네 개, 가운데에는 클래스마다의 확률, 아래에는 "
        "점수마다의 기울기.",
        "scores": "점수 x",
        "y": "y = softmax(x / T)",
        "gradient": "∂L/∂x = (y − t) / T",
        "score": "x{i} =",
        "truth": "정답 클래스",
        "true": "정답",
        "T": "온도, T =",
        "what_if": "신경망이 이렇다면?",
        "right": "확신하고 맞음",
        "right_note": "정답이 거의 모든 확률을 차지합니다. 손실은 0에 가깝고 기울기도 모두 "
        "그렇습니다. 더 배울 것이 없습니다.",
        "wrong": "확신하고 틀림",
        "wrong_note": "손실은 크지만 기울기는 그렇지 않습니다. 중요한 두 기울기는 거의 −1과 "
        "+1입니다. 아무리 심하게 틀려도 이보다 세게 당기지는 않습니다.",
        "undecided": "망설임",
        "undecided_note": "점수가 모두 같으니 확률도 모두 같습니다. 정답은 ¾의 힘으로 밀려 "
        "올라가고, 다른 클래스는 저마다 ¼의 힘으로 밀려 내려갑니다.",
        "raise": "모든 점수에 1 더하기",
        "lower": "모든 점수에서 1 빼기",
        "no_room": "모든 점수에 1을 더할 자리가 없음",
        "step": "내리막으로 한 걸음: x ← x − ∂L/∂x",
        "y_is": "y{t} = e^({x}/{T}) / Σ e^(x/T) = {e} / {sum} = {y}",
        "loss_is": "L = −log y{t} = −log {y} = {loss}",
        "step_wrong": "T = 1인 채로, 신경망이 확신하고 틀릴 때까지, 곧 정답의 확률이 0.01보다 "
        "작아질 때까지 점수를 끌어 보세요. 기울기는 얼마나 길어질까요?",
        "done_wrong": "아무리 틀리게 해도 T = 1에서는 1보다 긴 기울기가 없습니다.",
        "step_downhill": "손실이 지금의 절반이 될 때까지 “내리막으로 한 걸음”을 눌러 보세요. 어느 "
        "점수가 올라갈까요?",
        "done_downhill": "정답의 점수만 올라갑니다. 점수는 저마다 자기 주황색 막대의 반대쪽으로 "
        "움직였고, 손실이 줄어들수록 막대도 짧아집니다.",
        "step_raise": "모든 점수에 1을 더해 보세요. 어느 확률이 달라질까요?",
        "done_raise": "아무것도 달라지지 않습니다. 기울기도 그대로입니다. 점수는 차이만 "
        "중요합니다.",
        "step_right": "이번에는 신경망이 확신하고 맞게 해 보세요. 정답의 확률이 0.99보다 커야 "
        "합니다. 배울 것이 얼마나 남을까요?",
        "done_right": "거의 없습니다. 손실은 0에 가깝고 기울기도 모두 그렇습니다.",
        "sum_is": "기울기를 모두 더하면 0입니다: {terms}",
    },
}


class Softmax(Explorable):
    """The widget that `softmax` returns."""

    _esm = module("softmax.js")
    x = Reals(-LIMIT, LIMIT, 4, 4)
    t = Whole(0, 3)
    T = Real(0.25, 4)

    def still(self):
        x = np.array(self.x)
        layer = SoftmaxWithLoss()
        loss = layer.forward(x / self.T, self.t)
        dx = layer.backward() / self.T
        y = probabilities(x / self.T)
        fig, (above, below) = figure(6.4, 3.6, 2, 1, sharex=True)
        classes = np.arange(len(x))
        above.bar(classes, y, color=BLUE, width=0.5)
        above.set_ylim(0, 1.1)
        above.set_ylabel("y")
        below.bar(classes, dx, color=ORANGE, width=0.5)
        below.axhline(0, color=INK, linewidth=1)
        below.set_ylim(-1.1 / min(self.T, 1), 1.1 / min(self.T, 1))
        below.set_ylabel("∂L/∂x")
        below.axvline(self.t, color=GREY, linestyle=":", linewidth=1)
        below.set_xticks(classes, [f"{score:g}" for score in self.x])
        below.set_xlabel("x")
        return show(
            fig,
            alt=f"Above: softmax turns the scores {', '.join(f'{score:g}' for score in self.x)} "
            f"into the probabilities {', '.join(f'{p:.3f}' for p in y)}. Below: the truth is class "
            f"{self.t}, the loss {loss:.3f}, and the gradients of the scores are "
            f"{', '.join(f'{g:+.3f}' for g in dx)}.",
        )


def softmax(x=(2.0, 1.0, 0.0, -1.0), t=1, T=1.0):
    """The explorable of chapter "Softmax with loss": the gradient of each of four scores.

    Parameters
    ----------
    x : list of float
        The scores (logits) at the start, four numbers in −5 … 5.
    t : int
        The true class, 0 … 3.
    T : float
        The temperature, by which the scores are divided, in 0.25 … 4.

    Returns
    -------
    Explorable
        A widget that also works on a page without a kernel.

    Raises
    ------
    ValueError
        For scores, a class or a temperature out of range.
    """
    return Softmax(x=list(x), t=t, T=T, words=WORDS)

"""Five optimizers on one quadratic loss: its shape, the learning rates and the start can be set."""

import numpy as np
import traitlets

from chainrule.drawing.figures import BLUE, GREEN, GREY, ORANGE, PURPLE, YELLOW, figure, show
from chainrule.explore._explorable import Explorable, Real, Whole, module
from chainrule.optimizers import SGD, AdaGrad, Adam, Momentum, RMSProp

KINDS = {"sgd": SGD, "momentum": Momentum, "adagrad": AdaGrad, "rmsprop": RMSProp, "adam": Adam}
NARROW = (1, 2, 5, 10, 20, 50, 100)
STEPS = 100
# Positions of the sliders. SGD and Momentum at their best after 40 steps; the rest can be followed.
OWN = {"sgd": 19, "momentum": 12, "adagrad": 33, "rmsprop": 27, "adam": 30}

WORDS = {
    "en": {
        "caption": "Above: the paths of five optimizers in the valley L = ½(x² + b·y²), each "
        "with a learning rate η of its own and the library's settings, from the same start. The "
        "ellipses join points of equal loss. Below: the loss at every step, on a logarithmic "
        "scale.",
        "valley": "The paths in the valley. Drag the ring to start elsewhere.",
        "losses": "The loss of each path at every step, on a logarithmic scale.",
        "b": "Narrowness, b =",
        "lr": "{name}, η =",
        "steps": "Steps =",
        "x": "Start at x =",
        "y": "Start at y =",
        "show": "Show",
        "sgd": "SGD",
        "momentum": "Momentum",
        "adagrad": "AdaGrad",
        "rmsprop": "RMSProp",
        "adam": "Adam",
        "loss": "L",
        "step": "steps",
        "give": "Give",
        "own": "each its own rate",
        "own_note": "SGD and Momentum have the best rate of their sliders; the others one at which "
        "you can follow them.",
        "same": "all the same rate",
        "same_note": "The best rate of SGD, given to all five: SGD wins. That says what this "
        "number means to each of them, and not which of them is better.",
        "make": "Make SGD",
        "zigzag": "zigzag",
        "zigzag_note": "The slope across is twenty times that along. The rate that is bold enough "
        "along the valley overshoots across it, at every step.",
        "diverge": "diverge",
        "diverge_note": "A little more, and each jump across lands higher than the last.",
        "arrive": "arrive",
        "arrive_note": "A round bowl and η = 1: both factors are 0, and SGD is there in one step. "
        "No real loss is so kind.",
        "step_run": "Ten steps, each optimizer at a rate of its own. Let them run on to forty "
        "or more. Who is lowest then?",
        "done_run": "RMSProp, by far; SGD, at its best rate, is still on its way. Is that a "
        "fair comparison?",
        "step_same": "Give all five the same rate, the best of SGD. What has become of the "
        "comparison?",
        "done_same": "Now SGD is lowest. A rate is a different thing to each of them: equal "
        "rates compare nothing.",
        "step_limit": "Make SGD zigzag. Then raise its η, notch by notch, until it diverges. "
        "Where is the limit?",
        "done_limit": "At η = 0.1: that is 2/b, for b = 20. There the factor of y is −1 or beyond.",
        "step_rounder": "Leave η, and make the valley rounder, until SGD arrives again.",
        "done_rounder": "The limit is 2/b: half the narrowness bears twice the rate.",
        "step_elsewhere": "Drag the ring to start elsewhere, or use the sliders of x and y. "
        "Does that move the limit?",
        "done_elsewhere": "No. The two factors know nothing of the place: only its rate and the "
        "shape of the valley decide.",
        "factors": "SGD multiplies x by 1 − {lr}·1 = {fx} at every step, and y by 1 − {lr}·{b} = "
        "{fy}.",
        "glides": "● SGD glides: neither factor is negative.",
        "zigzags": "● SGD zigzags: y changes its sign at every step.",
        "diverges": "▲ SGD diverges: |{fy}| is not below 1.",
        "after": "L after {steps} steps: {losses}.",
        "nothing": "No optimizer is shown.",
    },
    "ko": {
        "caption": "위: 골짜기 L = ½(x² + b·y²)에서 옵티마이저 다섯 개가 같은 곳에서 출발해 간 "
        "길. 학습률 η는 저마다 다르고, 나머지는 라이브러리의 설정이다. 타원은 손실이 같은 점을 "
        "이은 선이다. 아래: 걸음마다 손실을 로그 눈금으로 그린 것.",
        "valley": "골짜기에 난 길. 고리를 끌면 다른 곳에서 출발한다.",
        "losses": "걸음마다 그 길에서의 손실. 로그 눈금.",
        "b": "좁은 정도 b =",
        "lr": "{name}, η =",
        "steps": "걸음 수 =",
        "x": "출발점 x =",
        "y": "출발점 y =",
        "show": "보이기",
        "sgd": "SGD",
        "momentum": "모멘텀",
        "adagrad": "AdaGrad",
        "rmsprop": "RMSProp",
        "adam": "Adam",
        "loss": "L",
        "step": "걸음",
        "give": "학습률",
        "own": "저마다 다르게",
        "own_note": "SGD와 모멘텀에는 슬라이더에서 가장 좋은 학습률을, 나머지에는 길을 눈으로 "
        "좇을 수 있는 학습률을 주었습니다.",
        "same": "모두 같게",
        "same_note": "SGD의 가장 좋은 학습률을 다섯 모두에 주었습니다. SGD가 이깁니다. 이 수의 "
        "뜻이 저마다 다르다는 것을 알 수 있을 뿐, 누가 더 나은지는 알 수 없습니다.",
        "make": "SGD를",
        "zigzag": "지그재그로",
        "zigzag_note": "가로지르는 방향이 골짜기를 따라가는 방향보다 20배 가파릅니다. 골짜기를 "
        "따라 시원하게 나아갈 만한 학습률이면, 가로지르는 방향에서는 걸음마다 지나칩니다.",
        "diverge": "발산하게",
        "diverge_note": "학습률을 조금만 더 키워도, 가로지를 때마다 앞보다 높은 곳에 내려섭니다.",
        "arrive": "도착하게",
        "arrive_note": "둥근 그릇이고 η = 1입니다. 곱하는 두 수가 모두 0이라서 SGD가 한 걸음에 "
        "도착합니다. 실제 손실은 이렇게 친절하지 않습니다.",
        "step_run": "저마다 다른 학습률로 10걸음을 갔습니다. 40걸음이나 그보다 더 가게 하세요. "
        "누가 가장 낮은가요?",
        "done_run": "RMSProp이 단연 가장 낮습니다. SGD는 가장 좋은 학습률로도 아직 가는 중입니다. "
        "이것이 공정한 비교일까요?",
        "step_same": "다섯 모두에 같은 학습률, 곧 SGD의 가장 좋은 학습률을 주세요. 비교는 어떻게 "
        "되었나요?",
        "done_same": "이번에는 SGD가 가장 낮습니다. 학습률의 뜻이 저마다 다르므로, 학습률을 같게 "
        "해서는 아무것도 비교할 수 없습니다.",
        "step_limit": "SGD가 지그재그로 가게 하세요. 그런 다음 발산할 때까지 η를 한 칸씩 "
        "올리세요. 한계는 어디인가요?",
        "done_limit": "η = 0.1입니다. b = 20일 때의 2/b이지요. 여기서부터 y에 곱하는 수가 "
        "−1이거나 그 아래입니다.",
        "step_rounder": "η는 그대로 두고, SGD가 다시 도착할 때까지 골짜기를 둥글게 만드세요.",
        "done_rounder": "한계는 2/b입니다. 좁은 정도가 절반이면 두 배의 학습률을 견딥니다.",
        "step_elsewhere": "고리를 끌거나 x와 y의 슬라이더를 써서 다른 곳에서 출발하세요. 한계가 "
        "움직이나요?",
        "done_elsewhere": "움직이지 않습니다. 곱하는 두 수는 자리와 상관없이 SGD의 학습률과 "
        "골짜기의 모양으로만 정해집니다.",
        "factors": "SGD는 한 걸음마다 x에 1 − {lr}·1 = {fx}, y에 1 − {lr}·{b} = {fy}의 값을 "
        "곱합니다.",
        "glides": "● SGD가 미끄러져 내려갑니다. 곱하는 두 수가 모두 음수가 아닙니다.",
        "zigzags": "● SGD가 지그재그로 갑니다. y의 부호가 걸음마다 바뀝니다.",
        "diverges": "▲ SGD가 발산합니다. |{fy}|의 값이 1보다 작지 않습니다.",
        "after": "{steps}걸음 뒤의 L: {losses}.",
        "nothing": "보이는 옵티마이저가 없습니다.",
    },
}


class Optimizers(Explorable):
    """The widget that `optimizers` returns."""

    _esm = module("optimizers.js")
    b = Whole(0, len(NARROW) - 1)
    lr_sgd = Whole(0, 33)
    lr_momentum = Whole(0, 33)
    lr_adagrad = Whole(0, 33)
    lr_rmsprop = Whole(0, 33)
    lr_adam = Whole(0, 33)
    steps = Whole(0, STEPS)
    x = Real(-10, 10)
    y = Real(-5, 5)
    sgd = traitlets.Bool(True).tag(sync=True)
    momentum = traitlets.Bool(True).tag(sync=True)
    adagrad = traitlets.Bool(True).tag(sync=True)
    rmsprop = traitlets.Bool(True).tag(sync=True)
    adam = traitlets.Bool(True).tag(sync=True)

    def still(self):
        slopes = np.array([1.0, NARROW[self.b]])
        styles = [(BLUE, "-"), (ORANGE, "--"), (GREEN, "-."), (PURPLE, ":"), (YELLOW, (0, (5, 1)))]
        fig, (above, below) = figure(6.4, 5, 2, 1, height_ratios=[3, 2])
        angle = np.linspace(0, 2 * np.pi, 121)
        for radius in (2, 4, 6, 8, 10):
            above.plot(
                radius * np.cos(angle),
                radius * np.sin(angle) / np.sqrt(slopes[1]),
                color=GREY,
                linestyle="-",
                linewidth=0.6,
            )
        ends = []
        for (name, kind), (color, line) in zip(KINDS.items(), styles, strict=True):
            rate = learning_rate(getattr(self, f"lr_{name}"))
            path = walk(kind(rate), slopes, (self.x, self.y), self.steps)
            loss = 0.5 * (slopes * path**2).sum(axis=1)
            above.plot(*path.T, color=color, linestyle=line, linewidth=1.4)
            below.semilogy(loss, color=color, linestyle=line, label=WORDS["en"][name])
            ends.append(f"{WORDS['en'][name]} {loss[-1]:.2g} (rate {rate:g})")
        above.set(xlim=(-10.5, 10.5), ylim=(-5.25, 5.25), xlabel="x", ylabel="y")
        below.set(xlabel="s", ylabel="L", ylim=(1e-6, 1e3))
        fig.legend(loc="outside lower center", ncols=5, handlelength=3)
        return show(
            fig,
            alt=f"Above: the paths of five optimizers in a valley {NARROW[self.b]} times steeper "
            f"across than along. Below, their losses on a logarithmic scale. After {self.steps} "
            f"steps the losses are: {', '.join(ends)}.",
        )


def learning_rate(position):
    """The rate at a position of the slider: ten per decade from 0.001 on, to two digits."""
    return float(f"{10 ** (position / 10 - 3):.2g}")


def walk(optimizer, slopes, start, steps):
    """The path of an optimizer on L = ½ Σ slopes · p², an array of shape (steps + 1, 2)."""
    p = np.array(start, dtype=float)
    path = [p.copy()]
    for _ in range(steps):
        optimizer.update({"p": p}, {"p": slopes * p})
        path.append(p.copy())
    return np.array(path)


def optimizers(x=-9.0, y=3.0):
    """The explorable of chapter "Optimizers": five paths on L = ½(x² + b·y²).

    Parameters
    ----------
    x, y : float
        Where they start, in −10 … 10 and −5 … 5.

    Returns
    -------
    Explorable
        A widget that also works on a page without a kernel.

    Raises
    ------
    ValueError
        For a start out of range.
    """
    rates = {f"lr_{name}": position for name, position in OWN.items()}
    return Optimizers(b=4, steps=10, x=x, y=y, words=WORDS, **rates)

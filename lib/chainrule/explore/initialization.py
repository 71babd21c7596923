"""Initialization: the outputs of ten untrained layers, depending on the scale of the weights."""

import numpy as np
import traitlets

from chainrule.drawing.figures import BLUE, GREY, figure, show
from chainrule.explore._activations import with_own
from chainrule.explore._explorable import Explorable, Whole, module
from chainrule.explore._spread_table import (
    BINS,
    DEPTH,
    HE,
    SCALES,
    WIDTH,
    XAVIER,
    tabulate,
)

WORDS = {
    "en": {
        "caption": "What the units of ten layers put out for 64 digits, before any training: for "
        "each layer a histogram (height: square root of the share), the spread, and how much of it "
        "is flat. Every layer has 64 units, zero biases and weights of the same standard "
        "deviation. Spread: each unit's standard deviation over the digits, in the mean over the "
        "units. Flat: where the slope is below a tenth of the activation's steepest, so for a tanh "
        "beyond ±0.95, for a sigmoid below 0.026 or above 0.974, for a ReLU at 0.",
        "sigmoid": "sigmoid",
        "percent": "{n} %",
        "activation": "Activation",
        "scale": "Std, σ =",
        "xavier": "Xavier",
        "he": "He",
        "picture": "For each of ten layers, from the first at the top to the last: a histogram of "
        "its outputs, their spread, and the share of them that is flat.",
        "layer": "layer",
        "outputs": "outputs Y",
        "spread": "spread",
        "flat": "flat",
        "fades": "▼ It fades: layer {depth} has {ratio} of layer 1's spread.",
        "explodes": "▲ It explodes: layer {depth} has {ratio} times layer 1's spread.",
        "saturates": "■ It saturates: {flat} % of layer {depth} is flat.",
        "alive": "● It stays alive: layer {depth} has {ratio} of layer 1's spread.",
        "alive_more": "● It stays alive: layer {depth} has {ratio} times layer 1's spread.",
        "overflows": "▲ It overflows: the numbers grow beyond what a computer can hold.",
        "ratio_is": "Spread of layer {depth} / spread of layer 1 = {last} / {first} = {ratio}. "
        "Flat in layer {depth}: {flat} % of the outputs; {dead} of its {width} units for every "
        "digit.",
        "always": "In theory each layer multiplies the root mean square by √{kept} · {k} = "
        "{factor}. Here it is {growth} on average.",
        "small": "In theory, as long as the outputs are small, each layer multiplies the root mean "
        "square by {factor}. Here it is {growth} on average.",
        "offset": "The root mean square says little here, since the outputs lie about {middle}: "
        "look at the spread, which tells one digit from another.",
        "step_left": "tanh, and Xavier’s scale. On which side will the histograms shrink to a "
        "line? Decide, then go to that end of the slider.",
        "done_left": "With small weights: layer 10 has two thousandths of layer 1’s spread.",
        "step_right": "Now to the other end. What will the histograms look like there?",
        "done_right": "They pile up at −1 and 1. More than half of layer 10 is flat: those "
        "outputs hand back next to no gradient.",
        "step_relu": "Choose ReLU, and move the slider again. Watch the column “flat”. What do "
        "you notice?",
        "done_relu": "It does not change by a single percent. ReLU(c·a) = c·ReLU(a): other "
        "weights turn no unit on or off.",
        "step_alive": "What are the smallest weights with which ReLU stays alive?",
        "done_alive": "He’s: σ² = 2/n. The 2 makes up for the half of the square that a ReLU "
        "removes.",
        "step_sigmoid": "Last, a sigmoid. Find weights that leave layer 10 a tenth of the "
        "spread. What does that cost?",
        "done_sigmoid": "Only the right end does, and there two fifths of layer 10 are flat.",
    },
    "ko": {
        "caption": "학습하기 전에 10개 층의 뉴런이 손글씨 숫자 64개를 받아 내놓는 값. 층마다 "
        "히스토그램(높이는 비율의 제곱근), 퍼진 정도, 평평한 곳에 있는 비율을 보인다. 층마다 "
        "뉴런은 64개, 편향은 0이고 가중치의 표준편차는 모두 같다. 퍼짐: 숫자 64개에 걸친 "
        "표준편차를 뉴런마다 구해 뉴런 전체에서 평균한 값. 평평: 미분계수가 그 활성화 함수의 "
        "최댓값의 10분의 1보다 작은 곳. tanh이면 ±0.95 바깥, 시그모이드이면 0.026보다 작거나 "
        "0.974보다 큰 곳, ReLU이면 0이다.",
        "sigmoid": "시그모이드",
        "percent": "{n}%",
        "activation": "활성화 함수",
        "scale": "표준편차 σ =",
        "xavier": "Xavier",
        "he": "He",
        "picture": "맨 위의 첫 층부터 마지막 층까지 10개 층마다 출력의 히스토그램, 퍼진 정도, "
        "평평한 곳에 있는 비율.",
        "layer": "층",
        "outputs": "출력 Y",
        "spread": "퍼짐",
        "flat": "평평",
        "fades": "▼ 사그라듭니다. {depth}층의 퍼진 정도는 1층의 {ratio}배입니다.",
        "explodes": "▲ 폭발합니다. {depth}층의 퍼진 정도는 1층의 {ratio}배입니다.",
        "saturates": "■ 포화됩니다. {depth}층의 {flat}%가 평평한 곳에 있습니다.",
        "alive": "● 살아 있습니다. {depth}층의 퍼진 정도는 1층의 {ratio}배입니다.",
        "alive_more": "● 살아 있습니다. {depth}층의 퍼진 정도는 1층의 {ratio}배입니다.",
        "overflows": "▲ 넘칩니다. 수가 컴퓨터가 담을 수 있는 범위를 넘어섰습니다.",
        "ratio_is": "{depth}층의 퍼진 정도 / 1층의 퍼진 정도 = {last} / {first} = {ratio}. "
        "{depth}층에서 평평한 곳에 있는 출력: {flat}%. 모든 숫자에서 평평한 뉴런: {width}개 "
        "가운데 {dead}개.",
        "always": "이론에서는 층마다 제곱평균제곱근이 √{kept} · {k} = {factor}배가 됩니다. "
        "여기서는 평균 {growth}배입니다.",
        "small": "이론에서는 출력이 작은 동안 층마다 제곱평균제곱근이 {factor}배가 됩니다. "
        "여기서는 평균 {growth}배입니다.",
        "offset": "출력이 {middle} 둘레에 모여 있으므로, 여기서는 제곱평균제곱근을 보아도 알 수 "
        "있는 것이 별로 없습니다. 퍼진 정도를 보세요. 숫자와 숫자는 그것으로 구별됩니다.",
        "step_left": "tanh에 Xavier의 크기입니다. 히스토그램은 어느 쪽 끝에서 선으로 줄어들까요? "
        "먼저 정한 다음 슬라이더를 그쪽 끝으로 옮기세요.",
        "done_left": "가중치가 작은 쪽입니다. 10층의 퍼진 정도는 1층의 1000분의 2입니다.",
        "step_right": "이제 반대쪽 끝으로 가세요. 거기서 히스토그램은 어떤 모양일까요?",
        "done_right": "−1과 1에 쌓입니다. 10층의 출력은 절반 넘게 평평한 곳에 있습니다. 이런 "
        "출력은 기울기를 거의 돌려주지 않습니다.",
        "step_relu": "ReLU를 고르고 다시 슬라이더를 움직이세요. “평평” 열에서 무엇이 눈에 띄나요?",
        "done_relu": "1%도 변하지 않습니다. ReLU(c·a) = c·ReLU(a)이므로, 가중치를 바꾸어도 "
        "켜지거나 꺼지는 뉴런이 없습니다.",
        "step_alive": "ReLU가 살아 있으려면 가중치의 크기가 적어도 얼마여야 하나요?",
        "done_alive": "He의 값 σ² = 2/n입니다. 2는 ReLU가 지우는 제곱의 절반을 메웁니다.",
        "step_sigmoid": "마지막은 시그모이드입니다. 10층에 퍼진 정도의 10분의 1이 남는 가중치를 "
        "찾으세요. 그 대가는 무엇인가요?",
        "done_sigmoid": "오른쪽 끝에서만 그렇게 되고, 거기서는 10층의 5분의 2가 평평한 곳에 "
        "있습니다.",
    },
}


class Initialization(Explorable):
    """The widget that `initialization` returns."""

    _esm = module("initialization.js")
    table = traitlets.Dict().tag(sync=True)
    activation = traitlets.Unicode().tag(sync=True)
    scale = Whole(0, len(SCALES) - 1)

    def still(self):
        entry = self.table["activations"][self.activation]
        low, high = entry["low"], entry["high"]
        first = self.scale * DEPTH * BINS
        levels = [int(digit, 16) for digit in entry["histograms"][first : first + DEPTH * BINS]]
        fig, ax = figure(6.4, 4.2)
        rows = range(1, DEPTH + 1)
        for layer, heights in zip(rows, np.reshape(levels, (DEPTH, BINS)), strict=True):
            ax.axhline(layer, color=GREY, linewidth=0.6)
            edges = np.linspace(low, high, BINS + 1)
            ax.stairs(layer - 0.85 / 15 * heights, edges, baseline=layer, fill=True, color=BLUE)
        ax.set(xlim=(low, high), ylim=(DEPTH + 0.2, 0), xlabel="Y", ylabel="ℓ", yticks=rows)
        spreads = [
            "infinity" if spread is None else f"{spread:.2g}"
            for spread in entry["spreads"][self.scale]
        ]
        return show(
            fig,
            alt=f"Histograms of the outputs of {DEPTH} layers with the activation "
            f"{self.activation} and weights of standard deviation {SCALES[self.scale]:.2g}/√n: the "
            f"spread goes from {spreads[0]} in the first to {spreads[-1]} in the last.",
        )


def initialization(activation=None, scale=XAVIER):
    """The explorable of chapter "Initialization": the outputs of ten layers, forward.

    Parameters
    ----------
    activation : class or function or None
        A layer class of your own, or a function that returns a layer, to add to sigmoid, tanh and
        ReLU. It must act elementwise.
    scale : int
        Position of the slider at the start, 0 … 16: σ = k/√n with k = 2^(scale/4 − 1).

    Returns
    -------
    Explorable
        A widget that also works on a page without a kernel.

    Raises
    ------
    ValueError
        For an activation that returns no layer, or a scale out of range.
    """
    activations, own = with_own("initialization", activation)
    table = {
        "activations": {name: tabulate(make) for name, make in activations.items()},
        "scales": SCALES,
        "depth": DEPTH,
        "width": WIDTH,
        "bins": BINS,
        "xavier": XAVIER,
        "he": HE,
    }
    return Initialization(table=table, activation=own or "tanh", scale=scale, words=WORDS)

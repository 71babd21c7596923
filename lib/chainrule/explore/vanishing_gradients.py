"""Vanishing gradients: the gradient and the activations of each layer of a real network."""

import numpy as np
import traitlets

from chainrule.drawing.figures import BLUE, GREY, ORANGE, figure, fill_polygons, show
from chainrule.explore._activations import with_own
from chainrule.explore._explorable import Explorable, Whole, module
from chainrule.explore._gradient_table import (
    BINS,
    DEPTH,
    HE,
    LIMIT,
    PER_DECADE,
    SCALES,
    XAVIER,
    passes,
    standard_deviation,
    tabulate,
)

WORDS = {
    "en": {
        "caption": "Above: the norm of the gradient that arrives at the output of every layer, in "
        "one forward and backward pass of the library over 64 digits (every hidden layer has 64 "
        "units). Dashed: what the slopes alone let through at best. Below: what the units of each "
        "layer put out, as a histogram on its side (length: square root of the share). The dotted "
        "line marks the layer you look at.",
        "sigmoid": "sigmoid",
        "activation": "Activation",
        "depth": "Hidden layers",
        "scale": "Weights, std",
        "normalized": "Batch normalization",
        "xavier": "Xavier",
        "he": "He",
        "picture": "Above, on a logarithmic scale, the gradient arriving at each layer; below, "
        "each layer's activations as a histogram.",
        "gradient": "‖∂L/∂Y‖ of each layer",
        "activations": "Y, the units' activations",
        "back": "← from the loss",
        "layer": "layer",
        "bound": "{steepest} per layer",
        "vanishes": "▼ It vanishes: layer 1 gets {ratio} of layer {depth}'s gradient.",
        "passes": "● It gets through: layer 1 gets {ratio} of layer {depth}'s gradient.",
        "passes_more": "● It gets through: layer 1 gets {ratio} times layer {depth}'s gradient.",
        "explodes": "▲ It explodes: layer 1 gets {ratio} times layer {depth}'s gradient.",
        "alone": "● One layer: the gradient has nothing to pass through.",
        "look": "Look at layer",
        "layer_is": "Layer {layer} gets {here}: {factor} times what layer {next} gets.",
        "gets_is": "Layer {layer} gets {here}.",
        "last_is": "Layer {layer}, the last one, gets {here}.",
        "ratio_is": "‖∂L/∂Y₁‖ / ‖∂L/∂Y{d}‖ = {first} / {last} = {ratio}",
        "bound_is": "{passed} slopes alone, at best: {steepest}{power} = {bound}",
        "overflows": "▲ It overflows: the numbers grow beyond what a computer can hold.",
        "step_deeper": "Ten hidden layers lose nearly six powers of ten. Press “vanish”: how "
        "many do twenty lose?",
        "done_deeper": "Twelve: layer 1 gets about a millionth of a millionth of what layer 20 "
        "gets.",
        "step_look": "Slide “Look at layer” along, or press in the picture. Is the factor from "
        "layer to layer always the same?",
        "done_look": "Nearly: each layer passes on about a quarter, which is the steepest slope "
        "of a sigmoid.",
        "step_explode": "Press “explode”. Which way does the line tilt now?",
        "done_explode": "The other way: on its way left the gradient about doubles at every layer.",
        "step_weights": "Back to “vanish”. Save the sigmoid with larger weights alone, up to "
        "the end of the slider. What does it cost the units below?",
        "done_weights": "Even there layer 1 gets two ten-thousandths of what layer 20 gets, and "
        "more than a tenth of all outputs lie where a sigmoid is nearly flat.",
        "step_rescue": "Now press one of the three rescues. What has it changed, and what "
        "became of the factor at each layer?",
        "done_rescue": "The factor is near 1 at every layer. tanh changes the activation alone, "
        "ReLU its weights as well, and normalization neither.",
        "make": "Make it",
        "rescue": "Rescue it by",
        "no_bound": "Its slope has no upper bound.",
        "vanish": "vanish",
        "vanish_note": "Twenty sigmoids and Xavier's weights. No unit is saturated, and still each "
        "layer passes on about a quarter of the gradient.",
        "explode": "explode",
        "explode_note": "Twenty ReLUs and weights twice He's: each layer about doubles the "
        "gradient on its way back, and the activations on their way forward.",
        "by_initialization": "initialization",
        "by_initialization_note": "tanh has slopes of up to 1, and Xavier's weights neither shrink "
        "nor stretch. Move the weights to either side and it is lost again.",
        "by_relu": "ReLU",
        "by_relu_note": "A unit that is on passes all of its gradient. He's weights make up for "
        "the half that is off.",
        "by_normalization": "normalization",
        "by_normalization_note": "The same sigmoids and weights as those that vanish: dividing by "
        "the small spread of the batch multiplies the gradient on its way back.",
    },
    "ko": {
        "caption": "위: 라이브러리로 손글씨 숫자 64개를 순전파하고 역전파했을 때 모든 층의 출력에 "
        "도착하는 기울기의 노름(은닉층마다 뉴런 64개). 파선: 미분계수가 가장 클 때 그 곱만으로 "
        "통과하는 양. 아래: 층마다 뉴런의 출력을 옆으로 누인 히스토그램(길이는 비율의 제곱근). "
        "점선이 지금 살펴보는 층이다.",
        "sigmoid": "시그모이드",
        "activation": "활성화 함수",
        "depth": "은닉층",
        "scale": "가중치 표준편차",
        "normalized": "배치 정규화",
        "xavier": "Xavier",
        "he": "He",
        "picture": "위는 층마다 도착하는 기울기를 로그 눈금으로, 아래는 층마다 활성화값을 "
        "히스토그램으로 그린 것.",
        "gradient": "층마다 ‖∂L/∂Y‖",
        "activations": "Y, 뉴런의 활성화값",
        "back": "← 손실 쪽에서",
        "layer": "층",
        "bound": "한 층에 {steepest}",
        "vanishes": "▼ 소실됩니다. 1층의 기울기는 {depth}층의 {ratio}배입니다.",
        "passes": "● 통과합니다. 1층의 기울기는 {depth}층의 {ratio}배입니다.",
        "passes_more": "● 통과합니다. 1층의 기울기는 {depth}층의 {ratio}배입니다.",
        "explodes": "▲ 폭발합니다. 1층의 기울기는 {depth}층의 {ratio}배입니다.",
        "alone": "● 층이 하나라서 기울기가 지날 곳이 없습니다.",
        "look": "살펴볼 층",
        "layer_is": "{layer}층의 기울기는 {here}, 곧 {next}층의 {factor}배입니다.",
        "gets_is": "{layer}층의 기울기: {here}",
        "last_is": "마지막 {layer}층의 기울기: {here}",
        "ratio_is": "‖∂L/∂Y₁‖ / ‖∂L/∂Y{d}‖ = {first} / {last} = {ratio}",
        "bound_is": "미분계수 {passed}개만, 가장 클 때: {steepest}{power} = {bound}",
        "overflows": "▲ 오버플로입니다. 컴퓨터가 담을 수 있는 수를 넘어섰습니다.",
        "step_deeper": "은닉층 10개를 지나면 기울기는 여섯 자리 가까이, 곧 거의 100만분의 1로 "
        "작아집니다. “소실”을 누르세요. 20개면 몇 자리나 작아질까요?",
        "done_deeper": "열두 자리입니다. 1층은 20층이 받는 것의 1조분의 1쯤을 받습니다.",
        "step_look": "“살펴볼 층”을 끌거나 그림을 누르세요. 층에서 층으로 갈 때 늘 같은 수를 "
        "곱하나요?",
        "done_look": "거의 같습니다. 층마다 4분의 1쯤을 넘겨줍니다. 시그모이드가 가장 가파를 때의 "
        "미분계수입니다.",
        "step_explode": "“폭발”을 누르세요. 선이 이번에는 어느 쪽으로 기우나요?",
        "done_explode": "반대쪽입니다. 기울기는 왼쪽으로 한 층 갈 때마다 두 배쯤으로 커집니다.",
        "step_weights": "“소실”로 돌아가 슬라이더 끝까지, 가중치만 키워서 시그모이드를 살려 "
        "보세요. 아래 그림의 뉴런은 어떤 대가를 치르나요?",
        "done_weights": "그래도 1층은 20층이 받는 것의 1만분의 2를 받습니다. 게다가 출력의 10분의 "
        "1이 넘게 시그모이드가 거의 평평한 곳에 있습니다.",
        "step_rescue": "이제 살리는 방법 세 가지 가운데 하나를 누르세요. 무엇이 바뀌었고, 층마다 "
        "곱하는 수는 어떻게 되었나요?",
        "done_rescue": "곱하는 수가 모든 층에서 1에 가깝습니다. tanh는 활성화 함수만, ReLU는 "
        "가중치까지 바꾸고, 정규화는 둘 다 그대로 둡니다.",
        "make": "기울기",
        "rescue": "살리는 방법",
        "no_bound": "미분계수에 상한이 없습니다.",
        "vanish": "소실",
        "vanish_note": "시그모이드 20개와 Xavier의 가중치입니다. 포화된 뉴런이 하나도 없는데도 "
        "층마다 기울기의 4분의 1쯤만 넘겨줍니다.",
        "explode": "폭발",
        "explode_note": "ReLU 20개와 He의 두 배인 가중치입니다. 층마다 역전파에서는 기울기가, "
        "순전파에서는 활성화값이 두 배쯤으로 커집니다.",
        "by_initialization": "초기화",
        "by_initialization_note": "tanh의 미분계수는 1까지 커지고, Xavier의 가중치는 기울기를 "
        "줄이지도 늘리지도 않습니다. 가중치를 어느 쪽으로든 옮기면 도로 나빠집니다.",
        "by_relu": "ReLU",
        "by_relu_note": "켜진 뉴런은 기울기를 모두 넘겨줍니다. 꺼진 절반은 He의 가중치가 메웁니다.",
        "by_normalization": "정규화",
        "by_normalization_note": "소실될 때와 똑같은 시그모이드와 가중치입니다. 배치의 작은 "
        "표준편차로 나누면, 돌아오는 기울기는 그만큼 커집니다.",
    },
}


class VanishingGradients(Explorable):
    """The widget that `vanishing_gradients` returns."""

    _esm = module("vanishing_gradients.js")
    table = traitlets.Dict().tag(sync=True)
    activation = traitlets.Unicode().tag(sync=True)
    depth = Whole(1, DEPTH)
    layer = Whole(1, DEPTH)
    scale = Whole(0, len(SCALES) - 1)
    normalized = traitlets.Bool().tag(sync=True)

    def __init__(self, activations, **state):
        self._activations = activations
        super().__init__(**state)

    def still(self):
        outputs, norms = passes(
            self._activations[self.activation], SCALES[self.scale], self.normalized
        )
        arriving = norms[self.depth - 1]
        layers = np.arange(1, self.depth + 1)
        entry = self.table["activations"][self.activation]
        fig, (above, below) = figure(6.4, 4.2, 2, 1, sharex=True, height_ratios=[3, 2])
        above.semilogy(layers, arriving, "o-", color=ORANGE, markersize=4)
        if entry["steepest"] is not None:
            bound = arriving[-1] * entry["steepest"] ** (self.depth - layers)
            above.semilogy(layers, bound, color=GREY, linestyle="--")
        above.minorticks_off()
        above.set_ylabel("‖∂L/∂Y‖")
        low, high = entry["low"], entry["high"]
        bars = [
            bar
            for layer, y in zip(layers, outputs[: self.depth], strict=True)
            for bar in _sideways(y, layer, low, high)
        ]
        fill_polygons(below, bars, facecolor=BLUE, linewidth=0)
        below.set_ylim(low, high)
        below.set_xticks([1, *range(5, self.depth + 1, 5)])
        below.set_xlabel("ℓ")
        below.set_ylabel("Y")
        return show(
            fig,
            alt=f"Above, on a logarithmic scale: in a network of {self.depth} hidden layers with "
            f"the activation {self.activation} the norm of the gradient goes from "
            f"{arriving[-1]:.2g} at the last layer to {arriving[0]:.2g} at the first. Below: "
            f"histograms of the activations of every layer.",
        )


def _sideways(y, layer, low, high):
    """The bars of one layer's histogram, turned on its side and centred at the layer's position."""
    counts, edges = np.histogram(np.clip(y, low, high), bins=BINS, range=(low, high))
    for count, bottom, top in zip(counts, edges[:-1], edges[1:], strict=True):
        if count:
            left, right = layer + 0.4 * np.sqrt(count / counts.max()) * np.array([-1, 1])
            yield [(left, bottom), (right, bottom), (right, top), (left, top)]


def vanishing_gradients(activation=None, depth=10):
    """The explorable of chapter "Vanishing gradients": one backward pass, layer by layer.

    Parameters
    ----------
    activation : class or function or None
        A layer class of your own, or a function that returns a layer, to add to sigmoid, tanh and
        ReLU. It must act elementwise. Computing its whole grid takes a few seconds.
    depth : int
        Number of hidden layers at the start, in 1 … 30.

    Returns
    -------
    Explorable
        A widget that also works on a page without a kernel.

    Raises
    ------
    ValueError
        For an activation that returns no layer, or a depth out of range.
    """
    activations, own = with_own("vanishing_gradients", activation)
    table = {
        "activations": {name: tabulate(make) for name, make in activations.items()},
        "deviations": [standard_deviation(scale) for scale in SCALES],
        "depth": DEPTH,
        "bins": BINS,
        "per_decade": PER_DECADE,
        "limit": LIMIT,
        "xavier": XAVIER,
        "he": HE,
    }
    return VanishingGradients(
        activations,
        table=table,
        activation=own or "sigmoid",
        depth=depth,
        layer=1,
        scale=XAVIER,
        normalized=False,
        words=WORDS,
    )

"""A small network that learns as you watch: its pictures of the plane, and its gradients."""

from itertools import pairwise

import numpy as np
import traitlets

from chainrule.data import spirals
from chainrule.drawing.figures import figure, show
from chainrule.explore._explorable import Explorable, OneOf, Real, Whole, module
from chainrule.explore._network_still import backward, draw_network, draw_plane
from chainrule.layers import Affine, ReLU, Sigmoid, Tanh
from chainrule.networks import Sequential
from chainrule.optimizers import SGD

ACTIVATIONS = {"sigmoid": Sigmoid, "tanh": Tanh, "relu": ReLU}
DATA = ("spirals", "rings", "clouds")
MOST_LAYERS, MOST_UNITS, MOST_CLASSES = 6, 8, 3
RATES = [0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10]
MOST_STEPS = 20_000
POINTS = 40  # of each class
SHOWN = 300  # steps that the short form has done in its static picture, as in network.js

WORDS = {
    "en": {
        "caption": "A network with two inputs learns to tell points apart. Each square is one "
        "unit's picture of the plane: blue where its output is positive, grey where negative. "
        "Lines are weights: thick for large ones, grey and dashed for negative ones. Orange is "
        "what comes back: the gradient of each weight, and below each unit a bar for the signal "
        "∂L/∂z. Both are on a logarithmic scale that ends at 10⁻⁷.",
        "network": "The network: each unit's picture of the plane, its weights and their "
        "gradients. Arrow keys choose a unit, Enter one of its weights.",
        "region": "The plane with its points, and what the network says of every place. Press to "
        "add a point; arrow keys move a cross, Enter adds a point there.",
        "curves": "Left, the loss over the steps so far; right, the norm of each layer's gradient.",
        "loss": "loss L",
        "norms": "‖∂L/∂W‖",
        "play": "Play",
        "pause": "Pause",
        "once": "One step",
        "few": "50 steps",
        "reset": "Reset",
        "show": "Show",
        "both": "both ways",
        "forward": "forward",
        "backward": "backward",
        "by": "Activation",
        "sigmoid": "sigmoid",
        "tanh": "tanh",
        "relu": "ReLU",
        "layers": "Hidden layers:",
        "units": "Units in each:",
        "rate": "Learning rate:",
        "scale": "Scale of the first weights:",
        "data": "Points",
        "spirals": "spirals",
        "rings": "rings",
        "clouds": "clouds",
        "classes": "Classes",
        "status": "Step {step}: loss {loss}, {right} of {n} right.",
        "lost_is": "Step {step}: the weights have grown beyond all numbers, and the loss with "
        "them. Press Reset, and take a smaller learning rate.",
        "lost_short": "Step {step}: no finite loss is left. Press Reset.",
        "arrives_is": "First layer's gradient: {share} of the last one's.",
        "none_left": "No weight has a gradient left.",
        "hint": "Blue: forward. Orange: back. Touch a line, a square or the plane.",
        "touch": "Touch a unit or a weight to see its numbers, or the plane to add a point.",
        "unit_is": "Layer {l}, unit {n}, for the ringed point: z{j} = {terms} = {z}, and {name} "
        "makes {y} of it. Over all points, ‖∂L/∂z{j}‖ = {dz}.",
        "score_is": "Class {n}, for the ringed point: score z{j} = {terms} = {z}, probability {y}. "
        "Over all points, ‖∂L/∂z{j}‖ = {dz}.",
        "weight_is": "Layer {l}, the weight from input {i} to unit {n}: w = {w}, ∂L/∂w = {dw}. The "
        "next step makes it w − {rate}·∂L/∂w = {next}.",
        "unit_short": "Layer {l}, unit {n}, ringed point: z{j} = Σ {input}·w + b = {z}, and {name} "
        "makes it {y}.",
        "score_short": "Class {n}, ringed point: score z{j} = Σ {input}·w + b = {z}, probability "
        "{y}.",
        "weight_short": "Layer {l}, input {i} to unit {n}: w = {w}, ∂L/∂w = {dw}. Next step: w = "
        "{next}.",
        "step_learn": "Let two hidden layers learn for at least 300 steps, until the loss has "
        "halved. Which units draw the first lines, and which bend them?",
        "done_learn": "Each unit of the first layer has one straight edge. Those of the second "
        "have bent ones: they add up what the first ones see.",
        "step_die": "Now six hidden layers of sigmoids. Look at the orange, from right to left.",
        "done_die": "Each layer leaves a small part of what arrives, and the bars below its units "
        "get shorter by the same piece each time. That is a product.",
        "step_arrive": "Keep the six layers, and take ReLU.",
        "done_arrive": "A unit that is on passes all of the signal. The orange arrives at the "
        "left.",
        "step_fool": "Two layers of tanh again. Let them learn until at most two points are wrong. "
        "Then press a place they are sure of: the new point is of the class least likely there.",
        "done_fool": "The loss leaps up, and the gradients with it: one mistake that is sure of "
        "itself pulls on every weight. Let it learn on.",
        "what_if": "Watch",
        "learns": "two layers learn",
        "learns_note": "Let it learn. The lines that the first units draw are bent into spirals by "
        "the second ones.",
        "dies": "a gradient die",
        "dies_note": "Six layers of sigmoids. Look at the orange on its way from right to left, "
        "before the first step and after many.",
        "arrives": "a gradient arrive",
        "arrives_note": "The same six layers with ReLU, and first weights that suit it.",
        "too_fast": "a rate too large",
        "too_fast_note": "Each step leaps over the valley. Look at the loss, then at the units.",
    },
    "ko": {
        "caption": "입력이 두 개인 신경망이 점을 구별하는 법을 배운다. 사각형은 저마다 뉴런 하나가 "
        "본 평면의 그림이다. 출력이 양수인 곳은 파란색, 음수인 곳은 회색이다. 선은 가중치다. 크면 "
        "굵고, 음수이면 회색 파선이다. 주황색은 거꾸로 돌아오는 것이다. 가중치마다 기울기를, 뉴런 "
        "아래에는 신호 ∂L/∂z의 막대를 그렸다. 둘 다 10⁻⁷에서 끝나는 로그 눈금이다.",
        "network": "신경망. 뉴런마다 본 평면의 그림, 가중치와 그 기울기. 화살표 키로 뉴런을, Enter "
        "키로 그 가중치를 고른다.",
        "region": "점이 찍힌 평면, 그리고 곳곳에 대한 신경망의 답. 누르면 점이 생긴다. 화살표 키로 "
        "십자를 움직이고 Enter 키로 그곳에 점을 찍는다.",
        "curves": "왼쪽은 지금까지 갱신한 동안의 손실, 오른쪽은 층마다 기울기의 노름.",
        "loss": "손실 L",
        "norms": "‖∂L/∂W‖",
        "play": "재생",
        "pause": "멈춤",
        "once": "한 걸음",
        "few": "50걸음",
        "reset": "처음 값으로",
        "show": "보기",
        "both": "양쪽 모두",
        "forward": "순전파",
        "backward": "역전파",
        "by": "활성화 함수",
        "sigmoid": "시그모이드",
        "tanh": "tanh",
        "relu": "ReLU",
        "layers": "은닉층 수:",
        "units": "층마다 뉴런:",
        "rate": "학습률:",
        "scale": "첫 가중치의 크기:",
        "data": "점",
        "spirals": "나선",
        "rings": "고리",
        "clouds": "구름",
        "classes": "클래스",
        "status": "갱신 {step}번: 손실 {loss}, {n}개 중 {right}개 정답.",
        "lost_is": "갱신 {step}번: 가중치가 한없이 커져 손실을 수로 나타낼 수 없습니다. “처음 "
        "값으로”를 누르고 학습률을 낮춰 보세요.",
        "lost_short": "갱신 {step}번: 손실이 수로 나오지 않습니다. “처음 값으로”를 누르세요.",
        "arrives_is": "첫 층의 기울기는 마지막 층의 {share}배입니다.",
        "none_left": "기울기가 남아 있는 가중치가 없습니다.",
        "hint": "파랑은 앞으로, 주황은 뒤로. 선이나 네모, 평면을 눌러 보세요.",
        "touch": "뉴런이나 가중치를 누르면 그 값이 나오고, 평면을 누르면 점이 생깁니다.",
        "unit_is": "{l}층 뉴런 {n}, 테두리를 두른 점에서: z{j} = {terms} = {z}이고, {name}를 "
        "거치면 {y}입니다. 모든 점에 대해 ‖∂L/∂z{j}‖ = {dz}입니다.",
        "score_is": "클래스 {n}, 테두리를 두른 점에서: 점수 z{j} = {terms} = {z}, 확률 {y}입니다. "
        "모든 점에 대해 ‖∂L/∂z{j}‖ = {dz}입니다.",
        "weight_is": "{l}층, 입력 {i}, 뉴런 {n}의 가중치: w = {w}, ∂L/∂w = {dw}입니다. 다음 "
        "갱신에서 w − {rate}·∂L/∂w = {next}입니다.",
        "unit_short": "{l}층 뉴런 {n}, 테두리를 두른 점: z{j} = Σ {input}·w + b = {z}, {name}를 "
        "거치면 {y}입니다.",
        "score_short": "클래스 {n}, 테두리를 두른 점: 점수 z{j} = Σ {input}·w + b = {z}, 확률 "
        "{y}입니다.",
        "weight_short": "{l}층, 입력 {i}, 뉴런 {n}의 가중치: w = {w}, ∂L/∂w = {dw}, 다음에는 "
        "{next}입니다.",
        "step_learn": "은닉층 2개로 300번 이상, 손실이 절반이 될 때까지 갱신해 보세요. 처음으로 "
        "선을 긋는 뉴런과 그 선을 구부리는 뉴런은 어느 것일까요?",
        "done_learn": "첫 층의 뉴런에는 저마다 곧은 경계가 하나씩 있습니다. 둘째 층의 경계는 "
        "구부러져 있습니다. 첫 층이 본 것을 더하기 때문입니다.",
        "step_die": "이제 시그모이드를 쓰고 은닉층을 6개로 늘려 보세요. 주황색을 오른쪽에서 "
        "왼쪽으로 따라가 보세요.",
        "done_die": "층마다 도착한 것의 일부만 남기고, 뉴런 아래의 막대는 층마다 같은 길이만큼 "
        "짧아집니다. 곱셈이라는 뜻입니다.",
        "step_arrive": "은닉층 6개는 그대로 두고 ReLU로 바꿔 보세요.",
        "done_arrive": "켜진 뉴런은 신호를 모두 통과시킵니다. 주황색이 왼쪽까지 도착합니다.",
        "step_fool": "다시 tanh 두 층입니다. 틀리는 점이 2개 이하가 될 때까지 학습시키고, 확신하는 "
        "곳을 누르세요. 새 점은 그곳에서 가장 가능성이 낮은 클래스의 점입니다.",
        "done_fool": "손실이 뛰어오르고 기울기도 함께 뛰어오릅니다. 확신에 찬 실수 하나가 모든 "
        "가중치를 당깁니다. 계속 배우게 두세요.",
        "what_if": "지켜보기",
        "learns": "배우는 두 층",
        "learns_note": "학습을 시켜 보세요. 첫 층의 뉴런이 그은 선을 둘째 층의 뉴런이 나선으로 "
        "구부립니다.",
        "dies": "소실되는 기울기",
        "dies_note": "시그모이드 여섯 층입니다. 첫 갱신 전과 여러 번 갱신한 뒤에, 주황색이 "
        "오른쪽에서 왼쪽으로 어떻게 가는지 살펴보세요.",
        "arrives": "도착하는 기울기",
        "arrives_note": "같은 여섯 층에 ReLU를 쓰고, 첫 가중치를 ReLU에 맞추었습니다.",
        "too_fast": "너무 큰 학습률",
        "too_fast_note": "갱신할 때마다 골짜기를 뛰어넘습니다. 먼저 손실을, 다음에 뉴런을 "
        "살펴보세요.",
    },
}


def draws():
    """Standard normal numbers for the weights of all layers, to four decimals: (7, 8, 8)."""
    rng = np.random.default_rng(0)
    shape = (MOST_LAYERS + 1, MOST_UNITS, MOST_UNITS)
    return rng.standard_normal(shape).round(4).tolist()


def _rings(classes, rng):
    """A disc, and rings around it."""
    t = np.repeat(np.arange(classes), POINTS)
    radius = (t + rng.uniform(0.1, 0.85, len(t))) / classes
    angle = rng.uniform(0, 2 * np.pi, len(t))
    return np.column_stack([radius * np.cos(angle), radius * np.sin(angle)]), t


def _clouds(classes, rng):
    """Clouds that lines can part, almost."""
    t = np.repeat(np.arange(classes), POINTS)
    angle = 0.6 + 2 * np.pi * t / classes
    centres = 0.6 * np.column_stack([np.cos(angle), np.sin(angle)])
    return centres + 0.22 * rng.standard_normal((len(t), 2)), t


def points():
    """{data: {number of classes: [[x₁, x₂, class], ...]}}, to three decimals."""
    makers = {
        "spirals": lambda classes, rng: spirals(POINTS, classes, rng, noise=0.1),
        "rings": _rings,
        "clouds": _clouds,
    }
    made = {}
    for name in DATA:
        made[name] = {}
        for classes in (2, 3):
            x, t = makers[name](classes, np.random.default_rng(1))
            rows = zip(x.round(3).tolist(), t.tolist(), strict=True)
            made[name][str(classes)] = [[*place, label] for place, label in rows]
    return made


def network_before_training(layers, units, classes, activation, scale):
    """The library's network with the weights that the explorable starts from."""
    sizes = [2, *[units] * layers, classes]
    parts = {}
    for number, (n_in, n_out) in enumerate(pairwise(sizes)):
        W = np.array(draws()[number])[:n_in, :n_out] * scale / np.sqrt(n_in)
        parts[f"affine{number + 1}"] = Affine(W, np.zeros(n_out))
        if number < layers:
            parts[f"{activation}{number + 1}"] = ACTIVATIONS[activation]()
    return Sequential(**parts)


class Network(Explorable):
    """The widget that `network` returns."""

    _esm = module("network.js")
    draws = traitlets.List().tag(sync=True)
    points = traitlets.Dict().tag(sync=True)
    data = OneOf(*DATA)
    classes = Whole(2, MOST_CLASSES)
    layers = Whole(1, MOST_LAYERS)
    units = Whole(2, MOST_UNITS)
    activation = OneOf("tanh", "sigmoid", "relu")
    scale = Real(0.1, 4)
    rate = Whole(0, len(RATES) - 1)
    show = OneOf("both", "forward", "backward")
    extra = traitlets.List().tag(sync=True)
    trained = Whole(0, MOST_STEPS)
    playing = traitlets.Bool().tag(sync=True)
    compact = traitlets.Bool().tag(sync=True)
    guided = traitlets.Bool(True).tag(sync=True)

    def still(self):
        extra = [point for point in self.extra if point[2] < self.classes]
        rows = np.array(self.points[self.data][str(self.classes)] + extra)
        x, t = rows[:, :2], rows[:, 2].astype(int)
        net = network_before_training(
            self.layers, self.units, self.classes, self.activation, self.scale
        )
        steps = self.trained or (SHOWN if self.compact else 0)
        for _ in range(steps):
            backward(net, x, t)
            SGD(RATES[self.rate]).update(net.params, net.grads)
        loss, signals = backward(net, x, t)
        right = (net.forward(x).argmax(axis=1) == t).sum()
        norms = [np.linalg.norm(dW) for name, dW in net.grads.items() if name.endswith(".W")]
        when = f"after {steps} steps" if steps else "before its first step"
        fig, (parts, plane) = figure(6.9, 3.2, 1, 2, width_ratios=[1.55, 1])
        draw_network(parts, net, signals, self.show)
        draw_plane(plane, net, x, t)
        return show(
            fig,
            alt=f"Left: a network with {self.layers} hidden layers of {self.units} units, each "
            f"with its own picture of the plane, {when}. The norm of the gradient of "
            f"a layer's weights is {norms[0]:.1e} in the first layer, {norms[-1]:.1e} in the last. "
            f"Right: {len(t)} points of {self.classes} classes in the plane, coloured by what the "
            f"network says of every place. It is right for {right}, at a loss of {loss:.3f}.",
        )


def network(
    data="spirals",
    classes=2,
    layers=2,
    units=8,
    activation="tanh",
    scale=1.0,
    rate=1.0,
    show="both",
    *,
    playing=False,
    compact=False,
    guided=True,
):
    """A small network that learns to tell points in the plane apart, live.

    Parameters
    ----------
    data : str
        The points: "spirals", "rings" or "clouds".
    classes : int
        2 or 3.
    layers : int
        Hidden layers, 1 … 6.
    units : int
        Units in each of them, 2 … 8.
    activation : str
        "sigmoid", "tanh" or "relu".
    scale : float
        The standard deviation of a weight at the start, times √D for D inputs; 0.1 … 4.
    rate : float
        The learning rate, one of 0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10.
    show : str
        "both", "forward" or "backward".
    playing : bool
        Whether it learns from the first moment on, unless the reader wants reduced motion.
    compact : bool
        With fewer controls, for the first page.
    guided : bool
        Whether it says what to try, step by step.

    Returns
    -------
    Explorable
        A widget that also works on a page without a kernel.

    Raises
    ------
    ValueError
        For a setting out of range.
    """
    if rate not in RATES:
        raise ValueError(f"network: rate must be one of {', '.join(map(str, RATES))}, got {rate!r}")
    return Network(
        draws=draws(),
        points=points(),
        data=data,
        classes=classes,
        layers=layers,
        units=units,
        activation=activation,
        scale=scale,
        rate=RATES.index(rate),
        show=show,
        playing=playing,
        compact=compact,
        guided=guided,
        words=WORDS,
    )

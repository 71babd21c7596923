"""The sigmoid and its slope: a tangent that can be dragged, and the product of many slopes."""

import numpy as np

from chainrule.drawing.figures import BLUE, GREY, INK, ORANGE, figure, show
from chainrule.explore._explorable import Explorable, Real, Whole, module
from chainrule.layers import Sigmoid

X_MAX, N_MAX = 6, 30

WORDS = {
    "en": {
        "caption": "The sigmoid (blue), its tangent and its slope y(1 − y) (orange), which never "
        "exceeds ¼; and the product of n such slopes, one for each sigmoid that a gradient "
        "passes through.",
        "curve": "The sigmoid y = σ(x) with its tangent. Drag along it to move x.",
        "slope": "The slope y(1 − y), below its ceiling of one quarter.",
        "chain": "The product of 1, 2, … n slopes, on a logarithmic scale.",
        "x": "x =",
        "n": "Sigmoids in the chain, n =",
        "ceiling": "at most ¼",
        "at_best": "at most ¼ⁿ",
        "layers": "sigmoids passed through",
        "y_is": "y = σ({x}) = {y}",
        "slope_is": "y(1 − y) = {y} · (1 − {y}) =\u00a0{slope}",
        "product_is": "n slopes multiplied: {slope}{n} = {product}",
        "best_is": "and never more than: ¼{n} = {best}",
        "step_steep": "Drag the point to where the curve is steepest. How steep is it there?",
        "done_steep": "One quarter, at x = 0. Nowhere is it steeper.",
        "step_flat": "Now drag it to where the slope is a tenth of that, 0.025. How far is it from "
        "0? Does the side matter?",
        "done_flat": "Beyond 3.64, on either side: y(1 − y) is the same at x and at −x.",
        "step_chain": "Leave the point there and make the chain 30 sigmoids long. How small does "
        "the product get?",
        "done_chain": "See the exponent below the picture. Each sigmoid multiplies, so on this "
        "scale the product falls along a straight line.",
        "step_best": "Back to x = 0, the best place there is. Which n takes you below a millionth?",
        "done_best": "Ten, since 4¹⁰ is more than a million. And no row of ten sigmoids does "
        "better.",
    },
    "ko": {
        "caption": "시그모이드(파란색)와 그 접선, 그리고 결코 ¼을 넘지 못하는 미분계수 y(1 − "
        "y)(주황색). 그다음은 그런 미분계수 n개의 곱. 기울기가 지나는 시그모이드마다 하나씩 "
        "곱한다.",
        "curve": "시그모이드 y = σ(x)와 그 접선. 곡선을 따라 끌면 x가 움직인다.",
        "slope": "미분계수 y(1 − y). 천장은 4분의 1이다.",
        "chain": "미분계수 1개, 2개, …, n개의 곱. 로그 눈금.",
        "x": "x =",
        "n": "사슬의 시그모이드 수, n =",
        "ceiling": "많아야 ¼",
        "at_best": "많아야 ¼ⁿ",
        "layers": "지나온 시그모이드의 수",
        "y_is": "y = σ({x}) = {y}",
        "slope_is": "y(1 − y) = {y} · (1 − {y}) =\u00a0{slope}",
        "product_is": "미분계수 n개의 곱: {slope}{n} = {product}",
        "best_is": "아무리 커도: ¼{n} = {best}",
        "step_steep": "곡선이 가장 가파른 곳으로 점을 끌어 보세요. 그곳은 얼마나 가파를까요?",
        "done_steep": "x = 0에서 4분의 1입니다. 이보다 가파른 곳은 없습니다.",
        "step_flat": "이제 미분계수가 그 10분의 1인 0.025가 되는 곳까지 끌어 보세요. 0에서 얼마나 "
        "먼가요? 어느 쪽인지에 따라 다를까요?",
        "done_flat": "어느 쪽이든 3.64를 넘은 곳입니다. y(1 − y)는 x에서나 −x에서나 같습니다.",
        "step_chain": "점은 그대로 두고 사슬을 시그모이드 30개로 늘여 보세요. 곱은 얼마나 "
        "작아질까요?",
        "done_chain": "그림 아래의 지수를 보세요. 시그모이드마다 곱하기 때문에 이 눈금에서는 곱이 "
        "직선을 따라 떨어집니다.",
        "step_best": "가장 좋은 자리인 x = 0으로 돌아가세요. n이 몇이면 100만분의 1 아래로 "
        "내려갈까요?",
        "done_best": "10입니다. 4¹⁰이 100만보다 크니까요. 시그모이드 10개를 어떻게 늘어놓아도 "
        "이보다 나을 수 없습니다.",
    },
}


class SigmoidSlope(Explorable):
    """The widget that `sigmoid_slope` returns."""

    _esm = module("sigmoid_slope.js")
    x = Real(-X_MAX, X_MAX)
    n = Whole(1, N_MAX)

    def still(self):
        sigmoid = Sigmoid()
        xs = np.linspace(-X_MAX, X_MAX, 121)
        ys = sigmoid.forward(xs)
        slopes = sigmoid.backward(np.ones_like(xs))
        y = sigmoid.forward(np.array([self.x]))[0]
        slope = sigmoid.backward(np.ones(1))[0]
        fig, (left, right) = figure(6.4, 2.8, 1, 2)
        left.plot(xs, ys, color=BLUE)
        left.plot(xs, slopes, color=ORANGE, linestyle="--")
        left.axhline(0.25, color=GREY, linestyle=":", linewidth=1.2)
        reach = np.array([-2, 2])
        left.plot(self.x + reach, y + slope * reach, color=INK, linestyle="-", linewidth=1.2)
        left.plot([self.x], [y], "o", color=BLUE)
        left.plot([self.x], [slope], "s", color=ORANGE)
        left.set_ylim(-0.05, 1.05)
        left.set_yticks([0, 0.25, 0.5, 1], ["0", "¼", "½", "1"])
        left.set_xticks([-6, -3, 0, 3, 6])
        left.set_xlabel("x")
        left.text(3.2, 0.86, "σ(x)", color=BLUE)
        left.text(2.4, 0.13, "y(1 − y)", color=ORANGE)
        n = np.arange(1, N_MAX + 1)
        right.semilogy(n, 0.25**n, color=GREY, linestyle=":")
        right.semilogy(n[: self.n], slope ** n[: self.n], "s-", color=ORANGE, markersize=4)
        right.set_xlabel("n")
        right.text(16, 1e-8, "¼ⁿ", color=GREY)
        right.set_title("(y(1 − y))ⁿ", color=ORANGE)
        return show(
            fig,
            alt=f"Left: the sigmoid and its slope, which peaks at one quarter at x = 0. At x = "
            f"{self.x:g} the sigmoid is {y:.4f} and its slope {slope:.4f}. Right, on a logarithmic "
            f"scale: the product of n such slopes falls along a straight line, to "
            f"{slope**self.n:.1e} for n = {self.n}, below one quarter to the power n.",
        )


def sigmoid_slope(x=1.0, n=10):
    """The explorable of chapter "The sigmoid": drag x along the curve, and lengthen the chain.

    Parameters
    ----------
    x : float
        Where the tangent is at the start, in −6 … 6.
    n : int
        Number of slopes multiplied at the start, in 1 … 30.

    Returns
    -------
    Explorable
        A widget that also works on a page without a kernel.

    Raises
    ------
    ValueError
        For an x or n out of range.
    """
    return SigmoidSlope(x=x, n=n, words=WORDS)

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
        "one": "One sigmoid",
        "many": "A chain of them",
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
    }
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

"""Batch normalization of four values, and the gradients of all when one output gets gradient 1."""

import numpy as np

from chainrule.drawing.figures import BLUE, GREEN, GREY, INK, ORANGE, PURPLE, figure, show
from chainrule.explore._explorable import Explorable, OneOf, Real, Reals, Whole, module
from chainrule.layers import BatchNormalization

LIMIT, N = 6, 4

WORDS = {
    "en": {
        "caption": "One feature of a batch of four. Top: the values x with their mean (bar) and "
        "one standard deviation to either side (shaded). Middle and bottom: x̂, with mean 0 and "
        "spread 1, and y. Arrows: the gradient of each x (orange) when the gradient 1 arrives at "
        "one y.",
        "picture": "The batch before, normalized, and after, with the gradient of each value.",
        "value": "x{i} =",
        "gamma": "γ =",
        "beta": "β =",
        "k": "The gradient 1 arrives at",
        "mode": "Mode",
        "training": "training",
        "evaluation": "evaluation",
        "what_if": "What if",
        "outlier": "one is far out?",
        "outlier_note": "It takes nearly all of the spread. The other three crowd together, and "
        "their differences almost disappear.",
        "same": "all are the same?",
        "same_note": "Nothing is left but ε: the layer divides by √0.00001 ≈ 0.003, and the "
        "gradients are multiplied by some 300.",
        "pairs": "they come in pairs?",
        "pairs_note": "x̂ is ±1. The gradient is shared within the pair, as much up as down, and "
        "the other pair gets nothing.",
        "raise": "Add 1 to all",
        "halve": "Halve all distances",
        "train": "Count this batch into the running statistics",
        "reset": "Reset them",
        "training_is": "dx{i} = γ/√(σ² + ε) · (1 − 1/4 − x̂{i}·x̂{i}/4) = {gamma}/{s} · (0.75 − "
        "{square}) = {dx}",
        "evaluation_is": "dx{i} = γ/√(running variance + ε) = {gamma}/{s} = {dx}. The others get "
        "nothing.",
        "sums": "Σ dx = {sum} and Σ dx·x̂ = {product}",
        "running": "Running mean {mean}, running variance {variance}",
        "row_x": "x",
        "row_hat": "x̂",
        "row_y": "y",
        "row_dx": "dx",
    }
}


class BatchNormalizationOfFour(Explorable):
    """The widget that `batch_normalization` returns."""

    _esm = module("batch_normalization.js")
    x = Reals(-LIMIT, LIMIT, N, N)
    gamma = Real(-2, 2)
    beta = Real(-2, 2)
    k = Whole(0, N - 1)
    mode = OneOf("training", "evaluation")
    mean = Real(-LIMIT, LIMIT)
    variance = Real(0, 4 * LIMIT**2)

    def still(self):
        layer = BatchNormalization(np.array([self.gamma]), np.array([self.beta]))
        x = np.array(self.x)[:, None]
        y = layer.forward(x)
        dout = np.zeros_like(x)
        dout[self.k] = 1
        dx = layer.backward(dout)
        fig, ax = figure(6.4, 3)
        for n, (color, line) in enumerate(
            zip([BLUE, ORANGE, GREEN, PURPLE], ["-", "--", ":", "-."], strict=True)
        ):
            ax.plot([x[n, 0], y[n, 0]], [1, 0], color=color, linestyle=line, marker="o")
            ax.annotate(
                "",
                (x[n, 0] + 8 * dx[n, 0], 1.15 + 0.1 * n),
                (x[n, 0], 1.15 + 0.1 * n),
                arrowprops={"arrowstyle": "-|>", "color": ORANGE},
            )
        ax.axhline(1, color=GREY, linewidth=0.8)
        ax.axhline(0, color=GREY, linewidth=0.8)
        ax.plot([x.mean()] * 2, [0.93, 1.07], color=INK)
        ax.set(xlim=(-6.3, 6.3), ylim=(-0.2, 1.7))
        ax.set_yticks([0, 1], ["y", "x"])
        return show(
            fig,
            alt=f"Four values {', '.join(f'{v:g}' for v in self.x)} become "
            f"{', '.join(f'{v:.2f}' for v in y[:, 0])}. The gradient 1 at value {self.k + 1} "
            f"gives all four a gradient: {', '.join(f'{v:+.3f}' for v in dx[:, 0])}.",
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
        x=list(x), gamma=1, beta=0, k=0, mode="training", mean=0, variance=1, words=WORDS
    )

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
        "done_drag": "No. You moved one x, and all four x̂ moved: the mean and the spread "
        "belong to everybody.",
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
    }
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

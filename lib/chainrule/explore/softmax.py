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
        "step": "Step downhill: x ← x − ∂L/∂x",
        "y_is": "y{t} = e^({x}/{T}) / Σ e^(x/T) = {e} / {sum} = {y}",
        "loss_is": "L = −log y{t} = −log {y} = {loss}",
        "step_wrong": "Drag the scores until the network is sure and wrong: less than 0.01 for the "
        "truth. How long does a gradient get?",
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
    }
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

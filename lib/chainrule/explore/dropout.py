"""Dropout: one mask after the other, the sum the next layer receives, and its mean."""

import numpy as np
import traitlets

from chainrule.drawing.figures import BLUE, GREY, ORANGE, figure, show
from chainrule.explore._explorable import Explorable, OneOf, Reals, Whole, module
from chainrule.layers import Dropout

UNITS, DRAWS, STEPS = 6, 100, 20  # rates are multiples of 1/20
# Of the seeds 0 … 59 the one whose means, at fifty draws and more, stray least at any of the rates.
SEED = 43

WORDS = {
    "en": {
        "caption": "Above: the outputs x of six units (dashed bars), what dropout lets through "
        "(solid), and in the table the mask, the result y and the gradient dx when the gradient 1 "
        "arrives at every y. Below: the mean over the draws so far of the sum that the next layer "
        "receives, where it should go (dashed), and how far it usually strays (shaded).",
        "units": "Each unit before and after dropout, with its mask and its gradient. Tap a unit "
        "to drop it or to bring it back.",
        "unit": "Unit {i}, x = {x}, kept",
        "means": "The mean of the sum of y over the draws so far.",
        "rate": "Rate, p =",
        "draw": "Draw",
        "back": "Draw before",
        "forward": "Draw a new mask",
        "play": "Keep drawing",
        "pause": "Pause",
        "mode": "Mode",
        "training": "training",
        "evaluation": "evaluation",
        "scaled": "Divide what is kept by 1 − p",
        "step_tap": "Tap one of the six circles, or press the space bar on it, to drop that "
        "unit. What does it send on, and what comes back to it?",
        "done_tap": "It sends on 0 and gets 0 back. Those that are kept are enlarged by the "
        "same factor both ways.",
        "step_chance": "Now leave it to chance: press “Keep drawing”, up to fifty masks at "
        "least. The sum jumps about. Where does its mean go?",
        "done_chance": "It goes to 10, what evaluation gives: soon for a small p, slowly for a "
        "large one.",
        "step_undivided": "Take the division by 1 − p away. What do you expect of the mean?",
        "done_undivided": "It fell to 1 − p times what it was: the next layer learns to expect "
        "that, and gets the whole sum in evaluation.",
        "step_noise": "Put the division back, and raise p to 0.80 or more. The mean may stay; "
        "what does the shaded band do?",
        "done_noise": "Right on average, and seldom right: at p = 0.8 it strays twice as far as "
        "at p = 0.5.",
        "step_evaluation": "Last, choose evaluation. What is left of the layer?",
        "done_evaluation": "Nothing: y = x and dx = dout. The division in training has seen to "
        "the rest.",
        "row_x": "x",
        "row_mask": "mask",
        "row_y": "y",
        "row_dx": "dx",
        "mean": "mean of Σ y",
        "draws": "draws",
        "now": "Draw {n}: Σ y = {sum}. The mean so far is {mean}; evaluation gives {full}.",
        "set": "{kept} of six kept, by hand: Σ y = {sum}, each y is x times {factor} or 0. "
        "Evaluation gives {full}.",
        "evaluated": "In evaluation nothing is drawn: y = x, Σ y = {full}, and dx = dout.",
        "fair": "● On average the next layer receives {expected}: what it gets in evaluation, too.",
        "unfair": "▲ The next layer is trained on sums around {expected}, and gets {full} in "
        "evaluation.",
    }
}


class DropoutOfSix(Explorable):
    """The widget that `dropout` returns."""

    _esm = module("dropout.js")
    x = Reals(0, 4, UNITS, UNITS)
    draws = traitlets.Unicode().tag(sync=True)
    rate = Whole(0, STEPS - 2)
    draw = Whole(0, DRAWS - 1)
    mode = OneOf("training", "evaluation")
    by_hand = Reals(0, 1, 0, UNITS)  # none: the mask is the one drawn
    scaled = traitlets.Bool(True).tag(sync=True)

    def still(self):
        x = np.array(self.x)
        layer = Dropout(self.rate / STEPS, np.random.default_rng(SEED))
        sums = [layer.forward(x).sum() for _ in range(DRAWS)]
        means = np.cumsum(sums) / np.arange(1, DRAWS + 1)
        layer = Dropout(self.rate / STEPS, np.random.default_rng(SEED))
        for _ in range(self.draw + 1):
            y = layer.forward(x)
        fig, (above, below) = figure(6.4, 4, 2, 1)
        above.bar(range(UNITS), x, color="none", edgecolor=GREY, linestyle="--")
        above.bar(range(UNITS), y, color=BLUE, width=0.5)
        above.set_xticks([])
        above.set_ylabel("y")
        below.plot(range(1, DRAWS + 1), means, color=ORANGE)
        below.axhline(x.sum(), color=GREY, linestyle="--")
        below.set(xlabel="n", ylabel="mean of Σ y")
        return show(
            fig,
            alt=f"Above: six outputs with the sum {x.sum():g}, of which dropout with the rate "
            f"{self.rate / STEPS:g} lets {np.count_nonzero(y)} through, enlarged. Below: the mean "
            f"of the sum over {DRAWS} draws strays about that sum and ends at {means[-1]:.2f}.",
        )


def drawn():
    """The random numbers u of the library's layer with SEED, as text: ⌊20 u⌋ in base 36.

    A unit is kept where u ≥ p. As p is a multiple of 1/20, ⌊20 u⌋ decides that.
    """
    u = np.random.default_rng(SEED).random((DRAWS, UNITS))
    return "".join(np.base_repr(int(twentieths), 36).lower() for twentieths in (STEPS * u).flat)


def dropout(x=(2.0, 1.0, 3.0, 0.5, 2.5, 1.0)):
    """The explorable of chapter "Dropout": a hundred masks, and the mean of what they let through.

    Parameters
    ----------
    x : list of float
        The outputs of six units, in 0 … 4.

    Returns
    -------
    Explorable
        A widget that also works on a page without a kernel.

    Raises
    ------
    ValueError
        For another count, or numbers out of range.
    """
    return DropoutOfSix(x=list(x), draws=drawn(), rate=10, draw=0, mode="training", words=WORDS)

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
    }
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

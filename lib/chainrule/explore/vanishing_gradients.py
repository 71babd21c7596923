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
    }
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

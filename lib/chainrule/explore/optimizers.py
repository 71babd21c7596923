"""Five optimizers on one quadratic loss: its shape, the learning rates and the start can be set."""

import numpy as np
import traitlets

from chainrule.drawing.figures import BLUE, GREEN, GREY, ORANGE, PURPLE, YELLOW, figure, show
from chainrule.explore._explorable import Explorable, Real, Whole, module
from chainrule.optimizers import SGD, AdaGrad, Adam, Momentum, RMSProp

KINDS = {"sgd": SGD, "momentum": Momentum, "adagrad": AdaGrad, "rmsprop": RMSProp, "adam": Adam}
NARROW = (1, 2, 5, 10, 20, 50, 100)
STEPS = 100
# Positions of the sliders. SGD and Momentum at their best after 40 steps; the rest can be followed.
OWN = {"sgd": 19, "momentum": 12, "adagrad": 33, "rmsprop": 27, "adam": 30}

WORDS = {
    "en": {
        "caption": "Above: the paths of five optimizers in the valley L = ½(x² + b·y²), each "
        "with a learning rate η of its own and the library's settings, from the same start. The "
        "ellipses join points of equal loss. Below: the loss at every step, on a logarithmic "
        "scale.",
        "valley": "The paths in the valley. Drag the ring to start elsewhere.",
        "losses": "The loss of each path at every step, on a logarithmic scale.",
        "b": "Narrowness, b =",
        "lr": "{name}, η =",
        "steps": "Steps =",
        "x": "Start at x =",
        "y": "Start at y =",
        "show": "Show",
        "sgd": "SGD",
        "momentum": "Momentum",
        "adagrad": "AdaGrad",
        "rmsprop": "RMSProp",
        "adam": "Adam",
        "loss": "L",
        "step": "steps",
        "give": "Give",
        "own": "each its own rate",
        "own_note": "SGD and Momentum have the best rate of their sliders; the others one at which "
        "you can follow them.",
        "same": "all the same rate",
        "same_note": "The best rate of SGD, given to all five: SGD wins. That says what this "
        "number means to each of them, and not which of them is better.",
        "make": "Make SGD",
        "zigzag": "zigzag",
        "zigzag_note": "The slope across is twenty times that along. The rate that is bold enough "
        "along the valley overshoots across it, at every step.",
        "diverge": "diverge",
        "diverge_note": "A little more, and each jump across lands higher than the last.",
        "arrive": "arrive",
        "arrive_note": "A round bowl and η = 1: both factors are 0, and SGD is there in one step. "
        "No real loss is so kind.",
        "step_run": "Ten steps, each optimizer at a rate of its own. Let them run on to forty "
        "or more. Who is lowest then?",
        "done_run": "RMSProp, by far; SGD, at its best rate, is still on its way. Is that a "
        "fair comparison?",
        "step_same": "Give all five the same rate, the best of SGD. What has become of the "
        "comparison?",
        "done_same": "Now SGD is lowest. A rate is a different thing to each of them: equal "
        "rates compare nothing.",
        "step_limit": "Make SGD zigzag. Then raise its η, notch by notch, until it diverges. "
        "Where is the limit?",
        "done_limit": "At η = 0.1: that is 2/b, for b = 20. There the factor of y is −1 or beyond.",
        "step_rounder": "Leave η, and make the valley rounder, until SGD arrives again.",
        "done_rounder": "The limit is 2/b: half the narrowness bears twice the rate.",
        "step_elsewhere": "Drag the ring to start elsewhere, or use the sliders of x and y. "
        "Does that move the limit?",
        "done_elsewhere": "No. The two factors know nothing of the place: only its rate and the "
        "shape of the valley decide.",
        "factors": "SGD multiplies x by 1 − {lr}·1 = {fx} at every step, and y by 1 − {lr}·{b} = "
        "{fy}.",
        "glides": "● SGD glides: neither factor is negative.",
        "zigzags": "● SGD zigzags: y changes its sign at every step.",
        "diverges": "▲ SGD diverges: |{fy}| is not below 1.",
        "after": "L after {steps} steps: {losses}.",
        "nothing": "No optimizer is shown.",
    }
}


class Optimizers(Explorable):
    """The widget that `optimizers` returns."""

    _esm = module("optimizers.js")
    b = Whole(0, len(NARROW) - 1)
    lr_sgd = Whole(0, 33)
    lr_momentum = Whole(0, 33)
    lr_adagrad = Whole(0, 33)
    lr_rmsprop = Whole(0, 33)
    lr_adam = Whole(0, 33)
    steps = Whole(0, STEPS)
    x = Real(-10, 10)
    y = Real(-5, 5)
    sgd = traitlets.Bool(True).tag(sync=True)
    momentum = traitlets.Bool(True).tag(sync=True)
    adagrad = traitlets.Bool(True).tag(sync=True)
    rmsprop = traitlets.Bool(True).tag(sync=True)
    adam = traitlets.Bool(True).tag(sync=True)

    def still(self):
        slopes = np.array([1.0, NARROW[self.b]])
        styles = [(BLUE, "-"), (ORANGE, "--"), (GREEN, "-."), (PURPLE, ":"), (YELLOW, (0, (5, 1)))]
        fig, (above, below) = figure(6.4, 5, 2, 1, height_ratios=[3, 2])
        angle = np.linspace(0, 2 * np.pi, 121)
        for radius in (2, 4, 6, 8, 10):
            above.plot(
                radius * np.cos(angle),
                radius * np.sin(angle) / np.sqrt(slopes[1]),
                color=GREY,
                linestyle="-",
                linewidth=0.6,
            )
        ends = []
        for (name, kind), (color, line) in zip(KINDS.items(), styles, strict=True):
            rate = learning_rate(getattr(self, f"lr_{name}"))
            path = walk(kind(rate), slopes, (self.x, self.y), self.steps)
            loss = 0.5 * (slopes * path**2).sum(axis=1)
            above.plot(*path.T, color=color, linestyle=line, linewidth=1.4)
            below.semilogy(loss, color=color, linestyle=line, label=WORDS["en"][name])
            ends.append(f"{WORDS['en'][name]} {loss[-1]:.2g} (rate {rate:g})")
        above.set(xlim=(-10.5, 10.5), ylim=(-5.25, 5.25), xlabel="x", ylabel="y")
        below.set(xlabel="s", ylabel="L", ylim=(1e-6, 1e3))
        fig.legend(loc="outside lower center", ncols=5, handlelength=3)
        return show(
            fig,
            alt=f"Above: the paths of five optimizers in a valley {NARROW[self.b]} times steeper "
            f"across than along. Below, their losses on a logarithmic scale. After {self.steps} "
            f"steps the losses are: {', '.join(ends)}.",
        )


def learning_rate(position):
    """The rate at a position of the slider: ten per decade from 0.001 on, to two digits."""
    return float(f"{10 ** (position / 10 - 3):.2g}")


def walk(optimizer, slopes, start, steps):
    """The path of an optimizer on L = ½ Σ slopes · p², an array of shape (steps + 1, 2)."""
    p = np.array(start, dtype=float)
    path = [p.copy()]
    for _ in range(steps):
        optimizer.update({"p": p}, {"p": slopes * p})
        path.append(p.copy())
    return np.array(path)


def optimizers(x=-9.0, y=3.0):
    """The explorable of chapter "Optimizers": five paths on L = ½(x² + b·y²).

    Parameters
    ----------
    x, y : float
        Where they start, in −10 … 10 and −5 … 5.

    Returns
    -------
    Explorable
        A widget that also works on a page without a kernel.

    Raises
    ------
    ValueError
        For a start out of range.
    """
    rates = {f"lr_{name}": position for name, position in OWN.items()}
    return Optimizers(b=4, steps=10, x=x, y=y, words=WORDS, **rates)

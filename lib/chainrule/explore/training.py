"""Training: what the learning rate and the batch size do to the loss, on the digits."""

import numpy as np
import traitlets

from chainrule.drawing.figures import BLUE, GREY, figure, show
from chainrule.explore._explorable import Explorable, OneOf, Whole, module
from chainrule.explore._training_runs import (
    BATCHES,
    DECIDING,
    EPOCHS,
    EVERY,
    HIDDEN,
    RATES,
    STEPS,
    TRAINED,
    load,
)

TICKS = 20  # of the playback: an epoch or 50 steps each

WORDS = {
    "en": {
        "caption": "Above: the loss on the 1,137 training digits while the chapter's network (64, "
        "50 and 10 numbers) learns by plain SGD, on a logarithmic scale; the thin lines are the "
        "same with other batch sizes or rates, which stand at their ends. All 65 runs begin with "
        "the same weights. Below: what percentage of the 300 validation digits each pair reads "
        "rightly in the end. The frame is where you are; click a square to go there.",
        "rate": "Learning rate, η =",
        "batch": "Images a batch, B =",
        "all": "1,137 (all)",
        "way": "Train for",
        "epochs": "20 epochs",
        "steps": "1,000 steps",
        "behind": "Thin lines",
        "batches": "other B",
        "rates": "other η",
        "curves": "The loss on the training digits while the network learns, on a logarithmic "
        "scale.",
        "map": "The percentage of the validation digits that each learning rate, from left to "
        "right, and each batch size, from top to bottom, reads rightly in the end.",
        "loss": "L",
        "guessing": "guessing: L = 2.3",
        "epochs_axis": "epochs",
        "steps_axis": "steps",
        "map_head": "% of the validation digits right",
        "map_later": "not known before the end",
        "broken": "▲ It breaks: L ends at {last}, and {asleep} of 50 hidden units sleep for every "
        "training digit. {right} % of the validation digits are right.",
        "slow": "▼ It is slow: L is still {last} after {end}, and {right} % of the validation "
        "digits are right.",
        "restless": "◆ It is restless: L went up {rises} times of {times}. In the end {right} % of "
        "the validation digits are right.",
        "learns": "● It learns: L is {last} after {end}, and {right} % of the validation digits "
        "are right.",
        "work_epochs": "20 epochs of {per} steps: {steps} steps of {batch} images, 22,740 images "
        "in all.",
        "work_steps": "1,000 steps of {batch} images: {epochs} epochs, {images} images in all.",
        "losses": "L went from {first} to {last}. Of {times} measurements the lowest is {lowest}, "
        "and {rises} are higher than the one before.",
        "until": "Played",
        "back": "Back",
        "forward": "On",
        "play": "Play",
        "pause": "Pause",
        "step_play": "Let it play to the end: the network learns with 16 images a batch, and the "
        "thin lines with it. Why does the curve jump?",
        "done_play": "An epoch has 72 steps. For the last of them one image is left over, and each "
        "jump of L is its work.",
        "step_more": "Take 256 images instead of 16: the same rate, the same 20 epochs. A guess "
        "first: will L end lower, the same or higher?",
        "done_more": "Higher, by far. An epoch is now 5 steps instead of 72. Are its steps worse, "
        "or only fewer?",
        "step_count": "So count steps. Train for 1,000 of them, and compare the curve of 256 with "
        "the one of 16.",
        "done_count": "They nearly lie on each other. At this rate a step gains about the same, "
        "whatever the batch; the larger one took 14 times the images for it.",
        "step_scale": "Back to 20 epochs, with 256 images. Find a rate at which more than 95 % of "
        "the validation digits are right.",
        "done_scale": "Ten times the rate. The mean of more images has less noise, and can stand a "
        "longer step.",
        "step_break": "How far does that go? Raise the rate until it breaks.",
        "done_break": "The first steps threw the hidden units so far that most of them are 0 for "
        "every digit. They get no gradient any more, so they stay there.",
        "so_far": "▶ So far: L = {now} after {at} of {end}.",
    }
}


class Training(Explorable):
    """The widget that `training` returns."""

    _esm = module("training.js")
    runs = traitlets.Dict().tag(sync=True)
    grid = traitlets.Dict().tag(sync=True)
    rate = Whole(0, len(RATES) - 1)
    batch = Whole(0, len(BATCHES) - 1)
    way = OneOf("epochs", "steps")
    behind = OneOf("batches", "rates")
    until = Whole(0, TICKS)  # how far the curves are drawn

    def still(self):
        runs = self.runs[self.way]
        end = self.grid[self.way]
        fig, ax = figure(6.4, 3.4)
        for batch, row in enumerate(runs):
            loss = row[self.rate]["loss"]
            mine = batch == self.batch
            ax.semilogy(
                np.linspace(0, end, len(loss)),
                loss,
                color=BLUE if mine else GREY,
                linewidth=2.2 if mine else 1,
            )
            ax.annotate(
                f"B = {BATCHES[batch]}",
                (end, loss[-1]),
                xytext=(4, 0),
                textcoords="offset points",
                va="center",
            )
        ax.set(xlabel=self.way, ylabel="L", xlim=(0, end))
        losses = ", ".join(
            f"{row[self.rate]['loss'][-1]:.2g} with batches of {size}"
            for size, row in zip(BATCHES, runs, strict=True)
        )
        return show(
            fig,
            alt=f"Five curves of the training loss over {end} {self.way} at the learning rate "
            f"{RATES[self.rate]:g}, on a logarithmic scale. They end at {losses}.",
        )


def training(rate=6, batch=1):
    """The explorable of chapter "Training a network": 65 stored training runs.

    Parameters
    ----------
    rate : int
        Position of the learning rate's slider at the start, 0 … 12 for 0.001 … 10.
    batch : int
        Index of the batch size at the start, 0 … 4 for 4, 16, 64, 256 and 1137.

    Returns
    -------
    Explorable
        A widget that also works on a page without a kernel.

    Raises
    ------
    ValueError
        For a position or an index out of range.
    """
    grid = {
        "rates": RATES,
        "batches": BATCHES,
        "epochs": EPOCHS,
        "steps": STEPS,
        "every": EVERY,
        "hidden": HIDDEN,
        "images": TRAINED,
        "deciding": DECIDING,
        "ticks": TICKS,
    }
    return Training(runs=load(), grid=grid, rate=rate, batch=batch, words=WORDS)

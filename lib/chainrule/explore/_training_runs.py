"""The numbers of `training`: the chapter's network trained with many rates and batch sizes.

Computing them takes minutes, so they are stored in `_training_runs.json`, which

    python -m chainrule.explore._training_runs

writes again. Training with a rate that is nearly too large amplifies rounding errors, which depend
on the machine, so those runs may come out differently on another one.
"""

import json
from functools import cache
from pathlib import Path

import numpy as np

from chainrule.data import load_digits
from chainrule.losses import SoftmaxWithLoss
from chainrule.networks import fully_connected
from chainrule.optimizers import SGD
from chainrule.training import _step, accuracy

RATES = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0)
TRAINED, DECIDING = 1137, 300  # of load_digits' 1,437; the chapter decides by the last 300
BATCHES = (4, 16, 64, 256, TRAINED)  # each four times the one before; the last is the whole set
EPOCHS, STEPS, EVERY = 20, 1000, 25  # the loss is measured every epoch, and every 25 steps
HIDDEN = 50

FILE = Path(__file__).parent / "_training_runs.json"


@cache
def load():
    """The runs as the module reads them: {"epochs" | "steps": [batch][rate] → see `train`}."""
    return json.loads(FILE.read_text(encoding="utf-8"))


def train(lr, batch, epochs=EPOCHS, steps=STEPS):
    """One run of plain SGD, measured up to a number of epochs and up to a number of steps.

    Minibatches are drawn as `fit` draws them.

    Parameters
    ----------
    lr : float
        Learning rate.
    batch : int
        Batch size.
    epochs, steps : int
        Where the two measurements end.

    Returns
    -------
    dict
        "epochs" and "steps", each a dict of: loss (on all TRAINED digits before the first step,
        and after every epoch or every EVERY steps, to three digits), right (number of the DECIDING
        validation digits classified correctly at the end), asleep (number of hidden units that are
        0 for every training digit at the end).
    """
    x_all, t_all, _, _ = load_digits()
    x, t = x_all[:TRAINED], t_all[:TRAINED]
    x_val, t_val = x_all[TRAINED:], t_all[TRAINED:]
    net = fully_connected([x.shape[1], HIDDEN, 10], np.random.default_rng(0))
    loss, optimizer, rng = SoftmaxWithLoss(), SGD(lr), np.random.default_rng(1)

    def measure():
        return float(f"{SoftmaxWithLoss().forward(net.forward(x), t):.3g}")

    def ends():
        right = round(accuracy(net, x_val, t_val) * len(t_val))
        asleep = np.all(net["affine1"].forward(x) <= 0, axis=0)
        return {"right": right, "asleep": int(asleep.sum())}

    curves = {measured: {"loss": [measure()]} for measured in ("epochs", "steps")}
    step = epoch = 0
    while epoch < epochs or step < steps:
        order = rng.permutation(len(x))
        for start in range(0, len(x), batch):
            rows = order[start : start + batch]
            _step(net, loss, optimizer, x[rows], t[rows])
            step += 1
            if step <= steps and step % EVERY == 0:
                curves["steps"]["loss"].append(measure())
            if step == steps:
                curves["steps"] |= ends()
        epoch += 1
        if epoch <= epochs:
            curves["epochs"]["loss"].append(measure())
        if epoch == epochs:
            curves["epochs"] |= ends()
    return curves


def write():
    """Train with every pair of rate and batch size and write the file, one run per line."""
    runs = [[train(lr, batch) for lr in RATES] for batch in BATCHES]
    lines = []
    for measured in ("epochs", "steps"):
        rows = [
            ",\n".join(json.dumps(run[measured], separators=(",", ":")) for run in row)
            for row in runs
        ]
        lines.append(f'"{measured}":[[\n' + "\n],[\n".join(rows) + "\n]]")
    FILE.write_text("{" + ",\n".join(lines) + "}\n", encoding="utf-8")


if __name__ == "__main__":
    write()

"""Training: fit, which runs minibatches through a network, and accuracy, which judges it."""

import sys
from contextlib import contextmanager

import numpy as np

from chainrule import _validate


def fit(net, loss, optimizer, x, t, *, epochs, batch_size, rng, test=None, progress=None):
    """Train `net` on minibatches drawn without replacement, reshuffled every epoch.

    Parameters
    ----------
    net : a layer or a Sequential; switched to training mode, and at the end back to the mode it
        had. Meanwhile `net.needs_dx` is False: backward may leave out the gradient of x
    loss : SoftmaxWithLoss() or IdentityWithLoss()
    optimizer : SGD(lr) or another, updated with net.params and net.grads
    x : array (N, ...), the inputs
    t : array (N, ...), what the loss compares with: integer labels, or rows
    epochs : passes through the data, at least 1
    batch_size : samples a step, from 1 to N; the last batch of an epoch holds what is left
    rng : numpy.random.Generator that shuffles
    test : (x_test, t_test), to measure accuracy after every epoch; t and t_test are then integer
        labels
    progress : show a progress bar on stderr; None (the default) means only on a terminal

    Returns
    -------
    dict of lists: "loss", one number a step; and if `test` is given "train_accuracy" and
    "test_accuracy", one number an epoch, in [0, 1]

    Raises ValueError for a bad count, a batch larger than the data, x and t of unequal length, and
    for a loss that is not finite, which ends the training.
    Source: chapter "Training a network".
    """
    for name, value in {"net": net, "loss": loss, "optimizer": optimizer}.items():
        _validate.made("fit", name, value)
    x, t = _validate.real_array("fit", "x", x), _validate.any_array("fit", "t", t)
    epochs = _validate.whole_number("fit", "epochs", epochs, at_least=1)
    batch_size = _validate.whole_number("fit", "batch_size", batch_size, at_least=1)
    _validate.generator("fit", rng)
    _check_lengths("fit", x, t)
    if batch_size > len(x):
        raise ValueError(f"fit: batch_size must be at most N = {len(x)}, got {batch_size}")

    history = {"loss": []}
    if test is not None:
        _labelled("fit", x, t)
        x_test, t_test = _test_set(test)
        history |= {"train_accuracy": [], "test_accuracy": []}
    bar = _ProgressBar(epochs, sys.stderr.isatty() if progress is None else progress)
    with _mode(net, training=True), _without_dx(net):
        for _ in range(epochs):
            order = rng.permutation(len(x))
            for start in range(0, len(x), batch_size):
                batch = order[start : start + batch_size]
                history["loss"].append(_step(net, loss, optimizer, x[batch], t[batch]))
            if test is not None:
                history["train_accuracy"].append(accuracy(net, x, t))
                history["test_accuracy"].append(accuracy(net, x_test, t_test))
            bar.advance(history)
    return history


def _step(net, loss, optimizer, x, t):
    """Forward, backward, update; returns the loss before the update."""
    value = float(loss.forward(net.forward(x), t))
    if not np.isfinite(value):
        raise ValueError(
            f"fit: the loss must stay finite, got {value}; try a smaller learning rate"
        )
    net.backward(loss.backward())
    optimizer.update(net.params, net.grads)
    return value


def accuracy(net, x, t, batch_size=256):
    """The share of samples whose largest logit is the right one, measured in evaluation mode.

    net : a layer or a Sequential whose output is (N, C); it keeps the mode it had
    x : array (N, ...); t : integer labels (N,)
    batch_size : samples to send through at a time, at least 1; it does not change the result
    Returns a float in [0, 1].
    Raises ValueError for labels that are not integers (N,), or x and t of unequal length.
    """
    _validate.made("accuracy", "net", net)
    x, t = _labelled("accuracy", x, t)
    batch_size = _validate.whole_number("accuracy", "batch_size", batch_size, at_least=1)
    right = 0
    with _mode(net, training=False):
        for start in range(0, len(x), batch_size):
            batch = slice(start, start + batch_size)
            right += int((net.forward(x[batch]).argmax(axis=1) == t[batch]).sum())
    return right / len(x)


@contextmanager
def _mode(net, training):
    """The network in one mode for the length of a `with` block, then in the mode it had before."""
    before = [(layer, layer.training) for layer in _with_parts(net)]
    net.train() if training else net.eval()
    try:
        yield
    finally:
        for layer, mode in before:
            layer.training = mode


@contextmanager
def _without_dx(net):
    """Nobody reads the gradient of the data: a first layer that can save the work may."""
    before, net.needs_dx = net.needs_dx, False
    try:
        yield
    finally:
        net.needs_dx = before


def _with_parts(layer):
    """The layer and, if it is made of layers, all of those: each has a mode of its own."""
    yield layer
    for part in getattr(layer, "layers", {}).values():
        yield from _with_parts(part)


def _labelled(where, x, t, names=("x", "t")):
    """x as an array and t as integer labels, one a sample."""
    x, t = _validate.real_array(where, names[0], x), _validate.integer_array(where, names[1], t)
    _validate.shape(where, names[1], t, ("N",))
    _check_lengths(where, x, t, names)
    return x, t


def _test_set(test):
    if not isinstance(test, (tuple, list)) or len(test) != 2:
        raise ValueError(f"fit: test must be a pair (x_test, t_test), got {type(test).__name__}")
    return _labelled("fit", *test, names=("x_test", "t_test"))


def _check_lengths(where, x, t, names=("x", "t")):
    if x.ndim == 0 or t.ndim == 0 or len(x) != len(t):
        raise ValueError(
            f"{where}: {names[0]} and {names[1]} must hold the same number of samples, got shapes "
            f"{_validate.shape_text(x.shape)} and {_validate.shape_text(t.shape)}"
        )


class _ProgressBar:
    """One line on stderr, rewritten after every epoch; nothing at all when it is not shown."""

    def __init__(self, epochs, shown):
        self.epochs, self.done, self.shown = epochs, 0, shown

    def advance(self, history):
        self.done += 1
        if not self.shown:
            return
        filled = 30 * self.done // self.epochs
        latest = "  ".join(f"{name} {values[-1]:.3f}" for name, values in history.items())
        line = f"\r[{'█' * filled}{'·' * (30 - filled)}] {self.done}/{self.epochs}  {latest}"
        print(line, end="" if self.done < self.epochs else "\n", file=sys.stderr, flush=True)

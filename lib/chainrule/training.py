"""Training: fit, which trains a network on minibatches, and accuracy, which evaluates it."""

import sys
from contextlib import contextmanager

import numpy as np

from chainrule import _validate
from chainrule.layers import _named_layers


def fit(net, loss, optimizer, x, t, *, epochs, batch_size, rng, test=None, progress=None):
    """Train `net` on minibatches drawn without replacement and reshuffled every epoch.

    Parameters
    ----------
    net : Layer
        A layer or a Sequential. It is in training mode during the call and then back in the mode it
        had. Meanwhile `net.needs_dx` is False: backward may leave out the gradient of x.
    loss : Layer
        SoftmaxWithLoss() or IdentityWithLoss().
    optimizer : Optimizer
        Such as SGD(lr); updates net.params by net.grads.
    x : array of shape (N, ...)
        The inputs.
    t : array of shape (N, ...)
        The targets of the loss: integer labels, or rows.
    epochs : int
        Passes through the data, at least 1.
    batch_size : int
        Samples per step, from 1 to N; the last batch of an epoch holds the remainder.
    rng : numpy.random.Generator
        Shuffles the data.
    test : tuple (x_test, t_test) or None
        To measure the accuracy after every epoch; t and t_test must then be integer labels.
    progress : bool or None
        Whether to show a progress bar on stderr; None means only on a terminal.

    Returns
    -------
    dict of lists
        "loss", one number per step; with `test`, also "train_accuracy" and "test_accuracy", one
        number in [0, 1] per epoch.

    Raises
    ------
    ValueError
        For a wrong argument, NaN or infinities in the data, a batch larger than the data, x and t
        of unequal length, and a loss that is not finite, which ends the training.

    References
    ----------
    Chapter "Training a network".
    """
    for name, value in {"net": net, "loss": loss, "optimizer": optimizer}.items():
        _validate.instance("fit", name, value)
    x, t = _validate.real_array("fit", "x", x), _validate.any_array("fit", "t", t)
    epochs = _validate.whole_number("fit", "epochs", epochs, at_least=1)
    batch_size = _validate.whole_number("fit", "batch_size", batch_size, at_least=1)
    _validate.generator("fit", rng)
    _check_lengths("fit", x, t)
    _validate.finite("fit", "x", x)
    _validate.finite("fit", "t", t)
    if batch_size > len(x):
        raise ValueError(f"fit: batch_size must be at most N = {len(x)}, got {batch_size}")

    history = {"loss": []}
    if test is not None:
        _with_labels("fit", x, t)
        x_test, t_test = _test_set(test)
        history |= {"train_accuracy": [], "test_accuracy": []}
    bar = _ProgressBar(epochs, sys.stderr.isatty() if progress is None else progress)
    with _mode(net, training=True), _without_dx(net):
        for _ in range(epochs):
            order = rng.permutation(len(x))
            for start in range(0, len(x), batch_size):
                batch = order[start : start + batch_size]
                first = not history["loss"]
                value = _step(net, loss, optimizer, x[batch], t[batch], first=first)
                history["loss"].append(value)
            _check_parameters(net, "; try a smaller learning rate")
            if test is not None:
                history["train_accuracy"].append(accuracy(net, x, t))
                history["test_accuracy"].append(accuracy(net, x_test, t_test))
            bar.advance(history)
    return history


def _step(net, loss, optimizer, x, t, first=False):
    """One training step: forward, backward, update. Returns the loss before the update."""
    value = float(loss.forward(net.forward(x), t))
    if not np.isfinite(value):
        _refuse_loss(value, net, first)
    net.backward(loss.backward())
    optimizer.update(net.params, net.grads)
    return value


def _refuse_loss(value, net, first):
    """Raise with the cause of a loss that is not finite: before the first step not the training."""
    if first:
        _check_parameters(net)
        raise ValueError(
            f"fit: the loss must be finite, got {value} before the first step; "
            f"check the scale of the data and of the initial weights"
        )
    raise ValueError(f"fit: the loss must stay finite, got {value}; try a smaller learning rate")


def _check_parameters(net, advice="", where="fit"):
    """Raise if a parameter holds NaN or an infinity."""
    for name, p in net.params.items():
        if not np.isfinite(p).all():
            raise ValueError(
                f"{where}: the parameter {name} must be finite, got nan or inf{advice}"
            )


def accuracy(net, x, t, batch_size=256):
    """The fraction of samples whose largest logit is that of their label, in evaluation mode.

    Parameters
    ----------
    net : Layer
        A layer or a Sequential whose output has shape (N, C). It keeps its mode.
    x : array of shape (N, ...)
        The inputs.
    t : integer array of shape (N,)
        The labels.
    batch_size : int
        Samples processed at a time, at least 1; it does not change the result.

    Returns
    -------
    float
        In [0, 1].

    Raises
    ------
    ValueError
        For a wrong argument, labels that are not integers of shape (N,), x and t of unequal length,
        and NaN or infinities in x or in the largest output of the network for a sample.

    References
    ----------
    Chapter "Training a network".
    """
    _validate.instance("accuracy", "net", net)
    x, t = _with_labels("accuracy", x, t)
    batch_size = _validate.whole_number("accuracy", "batch_size", batch_size, at_least=1)
    right = 0
    with _mode(net, training=False):
        for start in range(0, len(x), batch_size):
            batch = slice(start, start + batch_size)
            logits = net.forward(x[batch])
            largest = logits.max(axis=1)
            if not np.isfinite(largest).all():  # argmax would choose the first NaN or infinity
                _check_parameters(net, where="accuracy")
                wrong = largest[~np.isfinite(largest)][0]
                raise ValueError(
                    f"accuracy: the largest output of net for a sample must be finite, got {wrong}"
                )
            right += int((logits.argmax(axis=1) == t[batch]).sum())
    return right / len(x)


@contextmanager
def _mode(net, training):
    """Put the network into one mode for a `with` block; then each layer has its mode back."""
    before = [(layer, layer.training) for _, layer in _named_layers(net)]
    net.train() if training else net.eval()
    try:
        yield
    finally:
        for layer, mode in before:
            layer.training = mode


@contextmanager
def _without_dx(net):
    """Set needs_dx to False for a `with` block: nobody reads the gradient of the data."""
    before, net.needs_dx = net.needs_dx, False
    try:
        yield
    finally:
        net.needs_dx = before


def _with_labels(where, x, t, names=("x", "t")):
    """x as an array and t as integer labels, after checking that there is one per sample."""
    x, t = _validate.real_array(where, names[0], x), _validate.integer_array(where, names[1], t)
    _validate.shape(where, names[1], t, ("N",))
    _check_lengths(where, x, t, names)
    _validate.finite(where, names[0], x)
    return x, t


def _test_set(test):
    """The pair (x_test, t_test) as arrays, after checking it."""
    if not isinstance(test, (tuple, list)) or len(test) != 2:
        raise ValueError(f"fit: test must be a pair (x_test, t_test), got {type(test).__name__}")
    return _with_labels("fit", *test, names=("x_test", "t_test"))


def _check_lengths(where, x, t, names=("x", "t")):
    """Raise unless x and t hold the same number of samples."""
    if x.ndim == 0 or t.ndim == 0 or len(x) != len(t):
        raise ValueError(
            f"{where}: {names[0]} and {names[1]} must hold the same number of samples, got shapes "
            f"{_validate.shape_text(x.shape)} and {_validate.shape_text(t.shape)}"
        )


class _ProgressBar:
    """One line on stderr, rewritten after every epoch; silent if not `shown`."""

    def __init__(self, epochs, shown):
        self.epochs, self.done, self.shown = epochs, 0, shown

    def advance(self, history):
        """Count one more epoch and show its last values."""
        self.done += 1
        if not self.shown:
            return
        filled = 30 * self.done // self.epochs
        latest = "  ".join(f"{name} {values[-1]:.3f}" for name, values in history.items())
        line = f"\r[{'█' * filled}{'·' * (30 - filled)}] {self.done}/{self.epochs}  {latest}"
        print(line, end="" if self.done < self.epochs else "\n", file=sys.stderr, flush=True)

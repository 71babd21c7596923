"""Losses computed from the network's output: softmax with cross-entropy, and squared error.

A target t holds either integer labels or rows of probabilities (one-hot or soft), for a batch of N
samples and C classes; a single sample without a batch axis is a batch of one.
"""

import numpy as np

from chainrule import _validate
from chainrule.layers import Layer


@np.errstate(under="ignore")  # a probability too small for a float is 0
def softmax(x):
    """Probabilities from logits: y_c = e^{x_c} / Σ_k e^{x_k}, along the last axis.

    The largest logit is subtracted first, which avoids overflow and does not change the result.

    Parameters
    ----------
    x : array of shape (..., C)
        Logits.

    Returns
    -------
    array of the shape of x
        Each row is positive and sums to 1.

    Raises
    ------
    ValueError
        For an input without a class axis or a wrong dtype.

    References
    ----------
    Chapter "Softmax with loss"; Bridle (1990).
    """
    return np.exp(log_softmax(x, _where="softmax"))


@np.errstate(under="ignore", over="ignore")  # logits 2e308 apart: a logarithm of −∞
def log_softmax(x, _where="log_softmax"):
    """Logarithm of softmax: log y_c = x_c − log Σ_k e^{x_k}, along the last axis.

    Computed by log-sum-exp, so that log 0 never occurs. A logit of −∞ is a class of probability 0,
    and so is one whose logarithm is too large for a float; a row whose largest logit is infinite
    has no softmax and gives NaN.

    Parameters
    ----------
    x : array of shape (..., C)
        Logits.

    Returns
    -------
    array of the shape of x

    Raises
    ------
    ValueError
        For an input without a class axis or a wrong dtype.

    References
    ----------
    Chapter "Softmax with loss".
    """
    x = _validate.real_array(_where, "x", x)
    if x.ndim == 0:
        raise ValueError(f"{_where}: x must have shape (..., C), got ()")
    shifted = x - x.max(axis=-1, keepdims=True)
    return shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True))


def one_hot(labels, classes):
    """One-hot rows: result[n, labels[n]] = 1, all other elements 0.

    Parameters
    ----------
    labels : integer array of shape (N,)
        Each in 0 … classes − 1.
    classes : int
        Number of classes, C.

    Returns
    -------
    float64 array of shape (N, C)

    Raises
    ------
    ValueError
        For labels that are not integers or out of range.
    """
    classes = _validate.whole_number("one_hot", "classes", classes, at_least=1)
    labels = _labels("one_hot", labels, classes)
    _validate.shape("one_hot", "labels", labels, ("N",))
    rows = np.zeros((len(labels), classes))
    rows[np.arange(len(labels)), labels] = 1.0
    return rows


@np.errstate(under="ignore")
def cross_entropy(logits, t):
    """Mean cross-entropy of y = softmax(logits) and t: L = −(1/N) Σ_n Σ_c t_nc log y_nc.

    Parameters
    ----------
    logits : array of shape (N, C) or (C,)
        The input of softmax, not probabilities.
    t : integer array of shape (N,), or array of shape (N, C)
        Labels, or rows of probabilities; one label or one row for logits of shape (C,).

    Returns
    -------
    float
        In nats.

    Raises
    ------
    ValueError
        For a wrong shape or dtype, labels out of range, and rows that are not probabilities.

    References
    ----------
    Chapter "Softmax with loss".
    """
    logits, t, _ = _as_batch("cross_entropy", logits, t)
    return _mean_cross_entropy(t, log_softmax(logits))


class SoftmaxWithLoss(Layer):
    """Softmax and cross-entropy in one: L = −(1/N) Σ_n Σ_c t_nc log y_nc with y = softmax(x).

    Methods
    -------
    forward(x, t)
        x, logits of shape (N, C) or (C,); t as for `cross_entropy`. Returns a number, in nats.
    backward(dout=1.0)
        dout, a number: the gradient with respect to L. Returns dx = dout · (y − t)/N in the shape
        of x.

    Raises
    ------
    ValueError
        For a wrong shape or dtype, labels out of range, and rows that are not probabilities.
    RuntimeError
        For backward before forward.

    Notes
    -----
    Caches y, t as rows of probabilities, and the shape of x.

    References
    ----------
    Chapter "Softmax with loss"; Bridle (1990).
    """

    def forward(self, x, t):
        x, t, x_shape = _as_batch(self._here("forward"), x, t)
        log_y = log_softmax(x)
        self._cache = np.exp(log_y), t, x_shape
        return _mean_cross_entropy(t, log_y)

    def backward(self, dout=1.0):
        y, t, x_shape = self._saved()
        dout = self._upstream(dout, (), y.dtype)
        return (dout * (y - t) / len(y)).reshape(x_shape)


class IdentityWithLoss(Layer):
    """Half the mean squared error: L = 1/(2N) Σ_n Σ_d (x_nd − t_nd)².

    Methods
    -------
    forward(x, t)
        x of shape (N, D) or (D,), t of the same shape. Returns a number, in squared units of x.
    backward(dout=1.0)
        dout, a number. Returns dx = dout · (x − t)/N in the shape of x, with N = 1 for (D,).

    Raises
    ------
    ValueError
        For a wrong shape or dtype.
    RuntimeError
        For backward before forward.

    Notes
    -----
    Caches x − t and N.

    References
    ----------
    Chapter "Softmax with loss"; Bishop (2006), "Pattern Recognition and Machine Learning",
    section 5.2.
    """

    def forward(self, x, t):
        here = self._here("forward")
        x = self._input(x)
        if x.ndim not in (1, 2):
            raise ValueError(f"{here}: x must have shape (N, D) or (D,), got {x.shape}")
        t = self._input(t, *x.shape, name="t").astype(x.dtype, copy=False)
        N = len(x) if x.ndim == 2 else 1
        difference = x - t
        self._cache = difference, N
        return (difference**2).sum() / (2 * N)

    def backward(self, dout=1.0):
        difference, N = self._saved()
        dout = self._upstream(dout, (), difference.dtype)
        return dout * difference / N


def _mean_cross_entropy(t, log_y):
    """−(1/N) Σ_n Σ_c t_nc log y_nc, where 0 · log 0 is 0: what never happens costs nothing."""
    return (t * np.where(t > 0, -log_y, 0)).sum() / len(t)


def _as_batch(where, x, t):
    """(x as (N, C), t as rows of probabilities (N, C), the original shape of x)."""
    x = _validate.real_array(where, "x", x)
    if x.ndim not in (1, 2):
        raise ValueError(f"{where}: x must have shape (N, C) or (C,), got {x.shape}")
    rows = x.reshape(-1, x.shape[-1])
    t = _validate.any_array(where, "t", t)
    # Rows of probabilities have the shape of x; otherwise t must hold one label per sample.
    if t.shape == x.shape:
        t = _probabilities(where, t).reshape(rows.shape)
    else:
        if t.shape not in {x.shape[:-1], (len(rows),)}:
            raise ValueError(
                f"{where}: t must be labels of shape {_validate.shape_text(x.shape[:-1])} or "
                f"probabilities of shape {_validate.shape_text(x.shape)}, "
                f"got {_validate.shape_text(t.shape)}"
            )
        t = _labels(where, t, classes=rows.shape[1], name="t")
        t = one_hot(t.reshape(len(rows)), rows.shape[1])
    return rows, t.astype(x.dtype, copy=False), x.shape


def _labels(where, labels, classes, name="labels"):
    """The labels as an array of integers, after checking that they are in 0 … classes − 1."""
    labels = _validate.integer_array(where, name, labels)
    if labels.min() < 0 or labels.max() >= classes:
        wrong = labels[(labels < 0) | (labels >= classes)][0] if labels.ndim else labels
        raise ValueError(f"{where}: {name} must be in 0 … {classes - 1}, got {wrong}")
    return labels


def _probabilities(where, t):
    """t as an array, after checking that its rows are probabilities."""
    t = _validate.real_array(where, "t", t)
    if t.min() < 0:
        raise ValueError(f"{where}: t must hold probabilities >= 0, got {t.min()}")
    sums = t.sum(axis=-1, dtype=np.float64)
    worst = np.abs(sums - 1).max()
    # Rounding alone can move the sum of C numbers by C machine epsilons.
    if not worst <= max(1e-6, t.shape[-1] * np.finfo(t.dtype).eps):
        raise ValueError(f"{where}: each row of t must sum to 1, got a row off by {worst:.3g}")
    return t

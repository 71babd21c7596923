"""Optimizers: SGD, Momentum, AdaGrad, RMSProp, Adam.

`optimizer.update(params, grads)` takes two dicts of equal keys and shapes, such as `net.params` and
`net.grads`, and changes the parameter arrays in place: `params[k] = params[k] − …` would put a new
array into the dict and leave the layer with the old one.

Below, p is a parameter, g its gradient and lr the learning rate; state arrays have the shape of p
and start at zero. All operations are elementwise.

The state belongs to the arrays of the first update: an optimizer trains one network, and each new
network needs a new one. (SGD has no state.)
"""

import numpy as np

from chainrule import _validate


class Optimizer:
    """Base class of all optimizers: learning rate, number of steps, state of each parameter.

    Parameters
    ----------
    lr : float
        Learning rate, positive.

    Attributes
    ----------
    steps : int
        Number of updates so far.

    Raises
    ------
    ValueError
        For a learning rate that is not positive; see also `update`.
    """

    eps = None  # what keeps a divisor from being 0, in an optimizer that divides

    def __init__(self, lr):
        self.lr = _validate.positive(type(self).__name__, "lr", lr)
        self.steps = 0
        self._state = {}
        self._trained = {}  # the parameters of the first update, whose state this is

    @np.errstate(under="ignore")  # a state that fades away becomes 0
    def update(self, params, grads):
        """Update every parameter in place.

        Parameters
        ----------
        params, grads : dict of arrays
            With the same keys; grads[k] has the shape of params[k].

        Raises
        ------
        ValueError
            For keys or shapes that do not match, a missing gradient, a parameter that is not a
            writable array of float32 or float64, an eps that is 0 in a parameter's dtype, or, for
            an optimizer with state, a parameter that is not of the first update, such as that of a
            new network. No parameter is changed then.
        """
        grads = self._checked(params, grads)
        self._trained = self._trained or dict(params)
        self.steps += 1
        for key, p in params.items():
            self._step(key, p, grads[key])

    def _step(self, key, p, g):
        """Update one parameter p by its gradient g, in place; `key` finds its state."""
        raise NotImplementedError

    def _zeros(self, key, p, count=1):
        """The state of one parameter: `count` arrays, zero before the first step."""
        return self._state.setdefault(key, [np.zeros_like(p) for _ in range(count)])

    def _checked(self, params, grads):
        """The gradients as arrays, after checking all of them against the parameters."""
        here = f"{type(self).__name__}.update"
        if not isinstance(params, dict) or not isinstance(grads, dict):
            raise ValueError(
                f"{here}: params and grads must be dicts such as net.params and net.grads, "
                f"got {type(params).__name__} and {type(grads).__name__}"
            )
        if set(params) != set(grads):
            unmatched = sorted(set(params) ^ set(grads), key=str)
            raise ValueError(
                f"{here}: params and grads must have the same keys, got {unmatched} in one only"
            )
        checked = {}
        for key, p in params.items():
            if not isinstance(p, np.ndarray) or p.dtype.kind != "f":
                kind = getattr(p, "dtype", type(p).__name__)
                raise ValueError(f"{here}: params[{key!r}] must be an array of floats, got {kind}")
            _validate.real_array(here, f"params[{key!r}]", p)
            _validate.writable(here, f"params[{key!r}]", p)
            if self.eps is not None:
                _validate.not_zero_in(here, "eps", self.eps, p.dtype)
            if self._state and self._trained.get(key) is not p:
                raise ValueError(
                    f"{here}: params[{key!r}] must be an array of the first update, got another; "
                    f"the state is that of one network: make a new optimizer for a new one"
                )
            if grads[key] is None:
                raise ValueError(f"{here}: grads[{key!r}] is None; call backward first")
            g = _validate.real_array(here, f"grads[{key!r}]", grads[key])
            _validate.shape(here, f"grads[{key!r}]", g, p.shape)
            checked[key] = g
        return checked


class SGD(Optimizer):
    """Stochastic gradient descent: p ← p − lr · g.

    Parameters
    ----------
    lr : float
        Learning rate, positive.

    Raises
    ------
    ValueError
        For a learning rate that is not positive; see also `Optimizer.update`.

    References
    ----------
    Chapter "Optimizers"; Robbins and Monro (1951).
    """

    def _step(self, key, p, g):
        p -= self.lr * g


class Momentum(Optimizer):
    """SGD with a velocity: v ← momentum · v − lr · g, p ← p + v.

    Parameters
    ----------
    lr : float
        Learning rate, positive.
    momentum : float
        In [0, 1).

    Raises
    ------
    ValueError
        For an argument out of range; see also `Optimizer.update`.

    References
    ----------
    Chapter "Optimizers"; Polyak (1964).
    """

    def __init__(self, lr, momentum=0.9):
        super().__init__(lr)
        self.momentum = _validate.rate("Momentum", "momentum", momentum)

    def _step(self, key, p, g):
        (v,) = self._zeros(key, p)
        v *= self.momentum
        v -= self.lr * g
        p += v


class AdaGrad(Optimizer):
    """Steps scaled by all past gradients: h ← h + g², p ← p − lr · g/(√h + eps).

    Parameters
    ----------
    lr : float
        Learning rate, positive.
    eps : float
        Positive, also in the dtype of the parameters (float32 holds no 1e-50); avoids division by
        zero.

    Raises
    ------
    ValueError
        For an argument out of range; see also `Optimizer.update`.

    References
    ----------
    Chapter "Optimizers"; Duchi, Hazan and Singer (2011).
    """

    def __init__(self, lr, eps=1e-10):
        super().__init__(lr)
        self.eps = _validate.positive("AdaGrad", "eps", eps)

    def _step(self, key, p, g):
        (h,) = self._zeros(key, p)
        h += g * g
        p -= self.lr * g / (np.sqrt(h) + self.eps)


class RMSProp(Optimizer):
    """AdaGrad with decay: h ← decay · h + (1 − decay) · g², p ← p − lr · g/(√h + eps).

    Parameters
    ----------
    lr : float
        Learning rate, positive.
    decay : float
        In [0, 1); how much of h is kept at each step.
    eps : float
        Positive, also in the dtype of the parameters (float32 holds no 1e-50); avoids division by
        zero.

    Raises
    ------
    ValueError
        For an argument out of range; see also `Optimizer.update`.

    References
    ----------
    Chapter "Optimizers"; Tieleman and Hinton (2012), lecture 6.5.
    """

    def __init__(self, lr, decay=0.99, eps=1e-8):
        super().__init__(lr)
        self.decay = _validate.rate("RMSProp", "decay", decay)
        self.eps = _validate.positive("RMSProp", "eps", eps)

    def _step(self, key, p, g):
        (h,) = self._zeros(key, p)
        h *= self.decay
        h += (1 - self.decay) * g * g
        p -= self.lr * g / (np.sqrt(h) + self.eps)


class Adam(Optimizer):
    """Momentum and RMSProp combined, with bias correction.

    m ← β₁ m + (1 − β₁) g, v ← β₂ v + (1 − β₂) g², and in step number s = 1, 2, …
    p ← p − lr · m̂/(√v̂ + eps) with m̂ = m/(1 − β₁ˢ), v̂ = v/(1 − β₂ˢ).

    Parameters
    ----------
    lr : float
        Learning rate, positive.
    beta1, beta2 : float
        β₁ and β₂, in [0, 1).
    eps : float
        Positive, also in the dtype of the parameters (float32 holds no 1e-50); avoids division by
        zero.

    Raises
    ------
    ValueError
        For an argument out of range; see also `Optimizer.update`.

    References
    ----------
    Chapter "Optimizers"; Kingma and Ba (2015).
    """

    def __init__(self, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8):
        super().__init__(lr)
        self.beta1 = _validate.rate("Adam", "beta1", beta1)
        self.beta2 = _validate.rate("Adam", "beta2", beta2)
        self.eps = _validate.positive("Adam", "eps", eps)

    def _step(self, key, p, g):
        m, v = self._zeros(key, p, count=2)
        m *= self.beta1
        m += (1 - self.beta1) * g
        v *= self.beta2
        v += (1 - self.beta2) * g * g
        m_hat = m / (1 - self.beta1**self.steps)
        v_hat = v / (1 - self.beta2**self.steps)
        p -= self.lr * m_hat / (np.sqrt(v_hat) + self.eps)

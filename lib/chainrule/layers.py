"""Layers with a forward and a backward pass: Affine, ReLU, Sigmoid, Tanh, BatchNormalization,
Dropout.

Every layer follows the same protocol:

- `forward(x)` returns the output and stores what backward needs in `_cache`;
- `backward(dout)` takes the upstream gradient dL/d(output), returns dL/dx, and assigns the gradient
  of each parameter (that of `W` to `dW`). Gradients do not accumulate from call to call;
- neither changes `x` or `dout`, and the result has the dtype of `x` (integers become float64).

float16 is refused everywhere in this library: it is too coarse for sums and for a small eps.
"""

from collections.abc import Mapping

import numpy as np

from chainrule import _validate


class Layer:
    """Base class of all layers: parameters by name, the mode, and the checks of arguments.

    A subclass lists its parameters once, as in `param_names = ("W", "b")`, and other arrays that
    training changes as `state_names`.

    Attributes
    ----------
    params, grads : dict
        The parameters and their gradients by name. Built from `param_names` at each access, so a
        replaced `layer.W` is seen by everyone.
    training : bool
        The mode: True in training, False in evaluation.
    needs_dx : bool
        False if nobody reads what backward returns. A layer may then return None and save the work;
        the gradients of its parameters are the same. `fit` sets it for the first layer of a
        network.

    Methods
    -------
    train()
        Switches to training mode. Returns the layer.
    eval()
        Switches to evaluation mode. Returns the layer.
    state()
        Returns copies of all arrays that training changes, parameters and running statistics, by
        name: np.savez("net.npz", **net.state()) saves them.
    load_state(state)
        Copies such arrays back, as from np.load("net.npz"). Returns the layer.

    Raises
    ------
    ValueError
        In load_state, for missing or unknown names, wrong shapes or dtypes, numbers too large for
        the dtype of the array, and an array that is read-only. Nothing is loaded then.
    """

    param_names = ()
    state_names = ()
    training = True
    needs_dx = True
    _cache = None

    def __init_subclass__(cls, **kwargs):
        """Round what is too small for a float to 0, whatever np.errstate says: it is meant to."""
        super().__init_subclass__(**kwargs)
        for name in {"forward", "backward"} & set(vars(cls)):
            setattr(cls, name, np.errstate(under="ignore")(vars(cls)[name]))

    @property
    def params(self):
        """The parameters by name: {"W": array, ...}. The arrays themselves, not copies."""
        return {name: getattr(self, name) for name in self.param_names}

    @property
    def grads(self):
        """The gradients by the names of the parameters; None before the first backward."""
        return {name: getattr(self, "d" + name) for name in self.param_names}

    def train(self):
        """Switch to training mode."""
        self.training = True
        return self

    def eval(self):
        """Switch to evaluation mode."""
        self.training = False
        return self

    @property
    def _arrays(self):
        """The arrays of `state` by name, not copied."""
        return {name: getattr(self, name) for name in (*self.param_names, *self.state_names)}

    def state(self):
        """Copies of all arrays that training changes, by name."""
        return {name: np.array(value) for name, value in self._arrays.items()}

    def load_state(self, state):
        """Copy arrays, named as those of `state`, into the layer, after checking all of them."""
        here, arrays = self._here("load_state"), self._arrays
        if not isinstance(state, Mapping):
            raise ValueError(
                f"{here}: state must be a dict such as net.state() or np.load(path), "
                f"got {type(state).__name__}"
            )
        missing, unknown = set(arrays) - set(state), set(state) - set(arrays)
        if missing or unknown:
            raise ValueError(
                f"{here}: state must hold the arrays of this network, "
                f"got names missing {sorted(missing)}, unknown {sorted(unknown, key=str)}"
            )
        loaded = {}
        for name, array in arrays.items():
            value = _validate.real_array(here, name, state[name])
            _validate.shape(here, name, value, array.shape)
            _validate.writable(here, name, array)
            with np.errstate(over="ignore", under="ignore"):
                loaded[name] = value.astype(array.dtype)
            if not np.array_equal(np.isinf(loaded[name]), np.isinf(value)):
                raise ValueError(f"{here}: {name} must fit into {array.dtype}, got larger numbers")
        for name, array in arrays.items():
            array[...] = loaded[name]
        return self

    def _here(self, method):
        """The method's full name, such as "Affine.forward", for error messages."""
        return f"{type(self).__name__}.{method}"

    def _parameter(self, name, value, *expected):
        """A parameter passed to the constructor, as an array, after checking its shape."""
        array = _validate.real_array(type(self).__name__, name, value)
        _validate.shape(type(self).__name__, name, array, expected)
        return array

    def _parameters(self, dtype):
        """The parameters in the order of `param_names`, in the dtype of the input."""
        return [value.astype(dtype, copy=False) for value in self.params.values()]

    def _input(self, x, *expected, name="x"):
        """An input of forward as an array; its shape is checked if `expected` is given."""
        x = _validate.real_array(self._here("forward"), name, x)
        if expected:
            _validate.shape(self._here("forward"), name, x, expected)
        return x

    def _saved(self):
        """The cache of the last forward."""
        if self._cache is None:
            raise RuntimeError(f"{self._here('backward')}: call forward first")
        return self._cache

    def _upstream(self, dout, shape, dtype):
        """The upstream gradient as an array, after checking that it has the output's shape."""
        dout = _validate.real_array(self._here("backward"), "dout", dout)
        _validate.shape(self._here("backward"), "dout", dout, shape)
        return dout.astype(dtype, copy=False)


def _named_layers(layer, name=""):
    """The layer and all layers within it, as pairs such as ("block.affine1", layer)."""
    yield name, layer
    for key, sublayer in getattr(layer, "layers", {}).items():
        yield from _named_layers(sublayer, f"{name}.{key}")


class Affine(Layer):
    """Affine map of each sample: Y = X W + b.

    Parameters
    ----------
    W : array of shape (D, M)
        Weights.
    b : array of shape (M,)
        Bias.

    Attributes
    ----------
    dW, db : arrays of the shapes of W and b
        The gradients; None before the first backward.

    Methods
    -------
    forward(x)
        x of shape (N, D), or (N, d1, ..., dk) with d1·…·dk = D, which is flattened to (N, D).
        Returns (N, M).
    backward(dout)
        dout of shape (N, M). Assigns dW = Xᵀ dout, of shape (D, M), and db = Σₙ doutₙ, of shape
        (M,). Returns dx = dout Wᵀ in the shape of x.

    Raises
    ------
    ValueError
        For a wrong shape or dtype.
    RuntimeError
        For backward before forward.

    Notes
    -----
    Caches X, that is x as (N, D), and the shape of x.

    References
    ----------
    Chapter "The affine layer"; Rumelhart, Hinton and Williams (1986).
    """

    param_names = ("W", "b")

    def __init__(self, W, b):
        self.W = self._parameter("W", W, "D", "M")
        self.b = self._parameter("b", b, self.W.shape[1])
        self.dW = self.db = None

    def forward(self, x):
        x = self._input(x)
        rows = x.reshape(len(x), -1) if x.ndim > 2 else x
        _validate.shape(self._here("forward"), "x", rows, ("N", self.W.shape[0]))
        W, b = self._parameters(x.dtype)
        self._cache = rows, x.shape
        return rows @ W + b

    def backward(self, dout):
        rows, x_shape = self._saved()
        W, _ = self._parameters(rows.dtype)
        dout = self._upstream(dout, (len(rows), W.shape[1]), rows.dtype)
        self.dW = rows.T @ dout
        self.db = dout.sum(axis=0)
        return (dout @ W.T).reshape(x_shape)


class ReLU(Layer):
    """Rectified linear unit: y = x where x > 0, else 0.

    Methods
    -------
    forward(x)
        x of any shape. Returns y of the same shape.
    backward(dout)
        dout of the shape of x. Returns dx = dout where x > 0, else 0; so it is 0 at x = 0, where
        the derivative is not defined.

    Raises
    ------
    ValueError
        For a wrong shape or dtype.
    RuntimeError
        For backward before forward.

    Notes
    -----
    Caches the mask x > 0 and the dtype of x.

    References
    ----------
    Chapter "ReLU"; Glorot, Bordes and Bengio (2011), "Deep sparse rectifier neural networks".
    """

    def forward(self, x):
        x = self._input(x)
        mask = x > 0
        self._cache = mask, x.dtype
        return np.maximum(x, 0)

    def backward(self, dout):
        mask, dtype = self._saved()
        dout = self._upstream(dout, mask.shape, dtype)
        return dout * mask


class Sigmoid(Layer):
    """Logistic sigmoid: y = 1 / (1 + e⁻ˣ).

    Methods
    -------
    forward(x)
        x of any shape. Returns y of the same shape, between 0 and 1.
    backward(dout)
        dout of the shape of x. Returns dx = dout · y(1 − y).

    Raises
    ------
    ValueError
        For a wrong shape or dtype.
    RuntimeError
        For backward before forward.

    Notes
    -----
    Caches y. Accurate and without overflow for large |x|: exponents are at most 40.

    References
    ----------
    Chapter "The sigmoid"; Rumelhart, Hinton and Williams (1986).
    """

    def forward(self, x):
        x = self._input(x)
        # The same as 1/(1 + e⁻ˣ). It rounds to 1 long before x = 40, so the exponent can stop
        # there, and does not overflow.
        z = np.exp(np.minimum(x, 40))
        y = z / (1 + z)
        self._cache = y
        return y

    def backward(self, dout):
        y = self._saved()
        dout = self._upstream(dout, y.shape, y.dtype)
        return dout * (y * (1 - y))


class Tanh(Layer):
    """Hyperbolic tangent: y = (eˣ − e⁻ˣ) / (eˣ + e⁻ˣ).

    Methods
    -------
    forward(x)
        x of any shape. Returns y of the same shape, between −1 and 1.
    backward(dout)
        dout of the shape of x. Returns dx = dout · (1 − y²).

    Raises
    ------
    ValueError
        For a wrong shape or dtype.
    RuntimeError
        For backward before forward.

    Notes
    -----
    Caches y.

    References
    ----------
    LeCun, Bottou, Orr and Müller (1998), "Efficient BackProp".
    """

    def forward(self, x):
        y = np.tanh(self._input(x))
        self._cache = y
        return y

    def backward(self, dout):
        y = self._saved()
        dout = self._upstream(dout, y.shape, y.dtype)
        return dout * (1 - y * y)


class BatchNormalization(Layer):
    """Batch normalization of each feature: y = γ x̂ + β with x̂ = (x − μ) / √(σ² + eps).

    Parameters
    ----------
    gamma, beta : arrays of shape (C,)
        Scale γ and shift β of each feature (x of rank 2) or channel (x of rank 4).
    momentum : float
        In [0, 1): running = momentum · running + (1 − momentum) · batch.
    eps : float
        Positive; added to the variance.

    Attributes
    ----------
    dgamma, dbeta : arrays of shape (C,)
        The gradients; None before the first backward.
    running_mean, running_var : arrays of shape (C,)
        The running statistics, 0 and 1 at the start.

    Methods
    -------
    forward(x)
        x of shape (N, C) or (N, C, H, W). In training, μ and σ² are the mean and the biased
        variance over the M = N or N·H·W values of a feature; the running statistics are updated,
        the variance with the unbiased σ² · M/(M − 1). In evaluation, μ and σ² are the running
        statistics. Returns the shape of x.
    backward(dout)
        dout of the shape of x. Assigns dγ = Σ dout·x̂ and dβ = Σ dout, both (C,). Returns
        dx = γ/√(σ² + eps) · (dout − mean(dout) − x̂·mean(dout·x̂)) in training,
        dx = γ/√(σ² + eps) · dout in evaluation.

    Raises
    ------
    ValueError
        For a wrong shape or dtype, a momentum or eps out of range, an eps that is 0 in the dtype of
        x, and in training for a single value per feature, whose variance is zero.
    RuntimeError
        For backward before forward.

    Notes
    -----
    Caches x̂, 1/√(σ² + eps), the axes of the averages and the mode.

    References
    ----------
    Chapter "Batch normalization"; Ioffe and Szegedy (2015), "Batch normalization".
    """

    param_names = ("gamma", "beta")
    state_names = ("running_mean", "running_var")

    def __init__(self, gamma, beta, momentum=0.9, eps=1e-5):
        name = type(self).__name__
        self.gamma = self._parameter("gamma", gamma, "C")
        self.beta = self._parameter("beta", beta, len(self.gamma))
        self.momentum = _validate.rate(name, "momentum", momentum)
        self.eps = _validate.positive(name, "eps", eps)
        self.running_mean = np.zeros_like(self.gamma)
        self.running_var = np.ones_like(self.gamma)
        self.dgamma = self.dbeta = None

    def forward(self, x):
        x = self._input(x)
        axes, per_feature = self._layout(x)
        gamma, beta = (p.reshape(per_feature) for p in self._parameters(x.dtype))
        if self.training:
            mean = x.mean(axis=axes, keepdims=True)
            x_hat = x - mean  # centered; scaled below
            var = (x_hat**2).mean(axis=axes, keepdims=True)
            self._update_running_statistics(mean, var, x.size // mean.size)
        else:
            mean = self.running_mean.astype(x.dtype).reshape(per_feature)
            var = self.running_var.astype(x.dtype).reshape(per_feature)
            x_hat = x - mean
        inv_std = 1 / np.sqrt(var + self.eps)
        x_hat *= inv_std
        self._cache = x_hat, inv_std, axes, self.training
        return gamma * x_hat + beta

    def backward(self, dout):
        x_hat, inv_std, axes, was_training = self._saved()
        dout = self._upstream(dout, x_hat.shape, x_hat.dtype)
        product = dout * x_hat
        self.dgamma = product.sum(axis=axes)
        self.dbeta = dout.sum(axis=axes)
        gamma, _ = self._parameters(x_hat.dtype)
        slope = gamma.reshape(inv_std.shape) * inv_std
        if not was_training:
            return slope * dout
        # μ and σ² depend on x as well: two more paths from x to the loss.
        M = x_hat.size // gamma.size
        mean_dout = self.dbeta.reshape(slope.shape) / M
        mean_product = self.dgamma.reshape(slope.shape) / M
        # slope · (dout − mean(dout) − x̂ · mean(dout·x̂)), computed in the memory of `product`:
        # allocating another large array would take as long as the arithmetic.
        dx = np.multiply(x_hat, -mean_product, out=product)
        dx += dout
        dx -= mean_dout
        dx *= slope
        return dx

    def _layout(self, x):
        """The axes to average over, and the shape that aligns (C,) with the feature axis."""
        C = len(self.gamma)
        where = self._here("forward")
        if x.ndim not in (2, 4) or x.shape[1] != C:
            raise ValueError(
                f"{where}: x must have shape (N, {C}) or (N, {C}, H, W), "
                f"got {_validate.shape_text(x.shape)}"
            )
        _validate.not_zero_in(where, "eps", self.eps, x.dtype)
        if self.training and x.size == C:
            raise ValueError(
                f"{where}: training needs more than one value per feature, "
                f"got one: x has shape {_validate.shape_text(x.shape)}; "
                f"use eval() for a single sample"
            )
        return ((0,), (1, C)) if x.ndim == 2 else ((0, 2, 3), (1, C, 1, 1))

    def _update_running_statistics(self, mean, var, M):
        """Move the running statistics towards the batch's mean and unbiased variance."""
        m = self.momentum
        unbiased = var.ravel() * (M / (M - 1))
        dtype = self.gamma.dtype
        self.running_mean = (m * self.running_mean + (1 - m) * mean.ravel()).astype(dtype)
        self.running_var = (m * self.running_var + (1 - m) * unbiased).astype(dtype)


class Dropout(Layer):
    """Inverted dropout: y = x · mask, each mask 1/(1 − rate) with probability 1 − rate, else 0.

    Parameters
    ----------
    rate : float
        Probability of dropping an element, in [0, 1).
    rng : numpy.random.Generator
        Draws the masks.

    Methods
    -------
    forward(x)
        x of any shape. Returns the same shape: in training y = x · mask with a new mask, so that
        the expectation of y is x; in evaluation y = x.
    backward(dout)
        dout of the shape of x. Returns dx = dout · mask, in evaluation dx = dout.

    Raises
    ------
    ValueError
        For a wrong shape or dtype, a rate out of range, or an rng that is no Generator.
    RuntimeError
        For backward before forward.

    Notes
    -----
    Caches the mask (1 in evaluation) and the shape and dtype of x.

    References
    ----------
    Chapter "Dropout"; Srivastava et al. (2014), "Dropout".
    """

    def __init__(self, rate, rng):
        self.rate = _validate.rate(type(self).__name__, "rate", rate)
        self.rng = _validate.generator(type(self).__name__, rng)

    def forward(self, x):
        x = self._input(x)
        if self.training:
            # Drawing in float32 takes half the time, and is fine enough for a float32 input.
            precision = np.float32 if x.itemsize <= 4 else np.float64
            kept = self.rng.random(x.shape, dtype=precision) >= self.rate
            mask = kept * x.dtype.type(1 / (1 - self.rate))
        else:
            mask = 1
        self._cache = mask, x.shape, x.dtype
        return x * mask

    def backward(self, dout):
        mask, shape, dtype = self._saved()
        dout = self._upstream(dout, shape, dtype)
        return dout * mask

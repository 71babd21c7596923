"""Sequential, a chain of layers, and fully_connected, the small network the chapters train."""

from itertools import combinations, pairwise

import numpy as np

from chainrule import _validate
from chainrule.init import he
from chainrule.layers import Affine, Layer, ReLU, _named_layers


class Sequential(Layer):
    """A chain of layers: the output of each is the input of the next.

    Sequential(affine1=Affine(W1, b1), relu1=ReLU(), affine2=Affine(W2, b2))

    Parameters
    ----------
    **layers : Layer
        The layers by name, in order; at least one.

    Attributes
    ----------
    layers : dict
        The layers by name, in order; net["affine1"] is net.layers["affine1"].
    params, grads : dict
        The arrays of all layers, with keys such as "affine1.W"; so are those of `state()`.
    needs_dx : bool
        That of the first layer, whose dx is the network's; see `Layer`.

    Methods
    -------
    forward(x)
        x, an input of the first layer. Returns the output of the last.
    backward(dout)
        dout of the shape of that output. Runs the layers in reverse order, each of which assigns
        the gradients of its parameters. Returns dx in the shape of x, or None if the first layer
        does.

    Raises
    ------
    ValueError
        For no layers, an argument that is not a layer, one layer or parameter in two places, and an
        unknown name in net[name]. Errors of the layers are passed on.

    Notes
    -----
    Caches nothing itself: each layer has its own cache.

    References
    ----------
    Chapter "Training a network".
    """

    def __init__(self, **layers):
        if not layers:
            raise ValueError("Sequential: at least one layer must be given, got none")
        for name, layer in layers.items():
            if not isinstance(layer, Layer):
                raise ValueError(
                    f"Sequential: {name} must be a Layer such as ReLU(), got {_describe(layer)}"
                )
        _check_separate(layers)
        self.layers = layers

    def __getitem__(self, name):
        if name not in self.layers:
            raise ValueError(f"Sequential: name must be one of {list(self.layers)}, got {name!r}")
        return self.layers[name]

    @property
    def needs_dx(self):
        return next(iter(self.layers.values())).needs_dx

    @needs_dx.setter
    def needs_dx(self, value):
        next(iter(self.layers.values())).needs_dx = value

    @property
    def params(self):
        return self._named("params")

    @property
    def grads(self):
        return self._named("grads")

    @property
    def _arrays(self):
        return self._named("_arrays")

    def _named(self, which):
        """`params`, `grads` or `_arrays` of all layers; each key begins with its layer's name."""
        return {
            f"{name}.{key}": value
            for name, layer in self.layers.items()
            for key, value in getattr(layer, which).items()
        }

    def forward(self, x):
        for layer in self.layers.values():
            x = layer.forward(x)
        return x

    def backward(self, dout):
        for layer in reversed(self.layers.values()):
            dout = layer.backward(dout)
        return dout

    def train(self):
        for layer in self.layers.values():
            layer.train()
        return super().train()

    def eval(self):
        for layer in self.layers.values():
            layer.eval()
        return super().eval()


def _check_separate(layers):
    """Raise if a layer, or the memory of a parameter, is in two places, also of nested networks.

    A layer has one cache and one gradient per parameter: the second use would overwrite the first.
    """
    parts = [part for name, layer in layers.items() for part in _named_layers(layer, name)]
    for (first, layer), (second, other) in combinations(parts, 2):
        if layer is other:
            raise ValueError(
                f"Sequential: each place must have a layer of its own, got one "
                f"{type(layer).__name__} as both {first} and {second}"
            )
    arrays = {f"{name}.{key}": p for name, part in parts for key, p in _own_params(part).items()}
    for (first, p), (second, q) in combinations(arrays.items(), 2):
        if np.shares_memory(p, q):
            raise ValueError(
                f"Sequential: each parameter must be an array of its own, "
                f"but {first} and {second} share memory; copy one of them"
            )


def _own_params(layer):
    """The parameters of a layer, without those of the layers within it."""
    return {key: np.asarray(getattr(layer, key)) for key in layer.param_names}


def fully_connected(sizes, rng, activation=ReLU, init=he, dtype=np.float64):
    """Affine layers with activations between them: affine1, activation1, affine2, …

    Parameters
    ----------
    sizes : list of int
        The widths [D, hidden, …, C] from input to logits, at least two.
    rng : numpy.random.Generator
        Draws the weights.
    activation : class
        Such as ReLU or Sigmoid; a new instance is made for each place.
    init : function
        Draws the weights: he, xavier, normal or any function (shape, rng, dtype=…). Biases are 0.
    dtype : dtype
        Of the parameters: float32 or float64.

    Returns
    -------
    Sequential
        Its output are the logits, of shape (N, C).

    Raises
    ------
    ValueError
        For fewer than two sizes, a size below 1, an activation that is not a class, an rng that is
        no Generator, or a wrong dtype.

    References
    ----------
    Chapter "Training a network".
    """
    if not isinstance(sizes, (tuple, list)) or len(sizes) < 2:
        raise ValueError(f"fully_connected: sizes must hold at least two widths, got {sizes!r}")
    if not callable(activation):
        raise ValueError(
            f"fully_connected: activation must be a class such as ReLU, got {_describe(activation)}"
        )
    sizes = [_validate.whole_number("fully_connected", "sizes", n, at_least=1) for n in sizes]
    _validate.generator("fully_connected", rng)
    layers = {}
    for i, (n_in, n_out) in enumerate(pairwise(sizes), start=1):
        W = init((n_in, n_out), rng, dtype=dtype)
        layers[f"affine{i}"] = Affine(W, np.zeros(n_out, dtype=dtype))
        if i < len(sizes) - 1:
            layers[f"activation{i}"] = activation()
    return Sequential(**layers)


def _describe(thing):
    """What a wrong argument is, for an error message."""
    return f"the class {thing.__name__} itself" if isinstance(thing, type) else type(thing).__name__

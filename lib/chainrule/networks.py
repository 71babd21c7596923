"""Sequential, which makes one layer of many, and the small network the chapters train."""

from itertools import pairwise

import numpy as np

from chainrule import _validate
from chainrule.init import he
from chainrule.layers import Affine, Layer, ReLU


class Sequential(Layer):
    """Layers one after another: the output of each is the input of the next.

    Sequential(affine1=Affine(W1, b1), relu1=ReLU(), affine2=Affine(W2, b2))

    forward(x): x as the first layer takes it. Returns the output of the last.
    backward(dout): dout of the shape of that output. Runs the layers backward, so that each
        assigns its parameters' gradients, and returns dx in the shape of x.
    params, grads: dicts with keys such as "affine1.W", of the layers' own arrays.
    net["affine1"]: the layer of that name; net.layers: the dict of all of them, in order.
    net.needs_dx: that of the first layer, whose dx is the network's. Set it to False and backward
        may return None, if that layer saves the work; `fit` does so while it trains.

    Caches nothing of its own: each layer keeps what it needs.
    Raises ValueError for no layers, or for something that is not a layer; what a layer raises
    passes.
    """

    def __init__(self, **layers):
        if not layers:
            raise ValueError("Sequential: at least one layer must be given, got none")
        for name, layer in layers.items():
            if not isinstance(layer, Layer):
                raise ValueError(
                    f"Sequential: {name} must be a Layer such as ReLU(), got {_describe(layer)}"
                )
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

    def _named(self, which):
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


def fully_connected(sizes, rng, activation=ReLU, init=he, dtype=np.float64):
    """Affine layers with an activation between each two: affine1, activation1, affine2, …

    sizes : [D, hidden, …, C], the widths from input to logits, at least two
    rng : numpy.random.Generator
    activation : a class such as ReLU or Sigmoid, made anew for each place
    init : how to draw the weights: he, xavier, normal or a function (shape, rng, dtype=…); biases
    are 0
    Returns a Sequential whose output are the logits (N, C).
    Raises ValueError for fewer than two sizes, a size below 1 or an activation that is not a class.
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
    return f"the class {thing.__name__} itself" if isinstance(thing, type) else type(thing).__name__

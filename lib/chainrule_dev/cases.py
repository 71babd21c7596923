"""The test cases of all layers: a grid of shapes, strides, paddings and modes.

A case builds a layer and its inputs. Inputs are far from kinks and ties, and hold at least three
samples. The class is an argument of `build`, so that a mutant can be built in the same way.
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

import chainrule as cr
from chainrule.optimizers import Optimizer


class Case(NamedTuple):
    """How to build a layer, and inputs for it."""

    name: str
    layer_class: type
    build: Callable  # (class, rng) -> layer
    make_inputs: Callable  # (rng) -> tuple of the arguments of forward

    def make_layer(self, rng):
        return self.build(self.layer_class, rng)


class NetWithLoss(cr.Sequential):
    """A network and a loss as one layer: forward(x, t) is the training loss."""

    def __init__(self, net, loss):
        super().__init__(net=net, loss=loss)

    def forward(self, x, t):
        return self["loss"].forward(self["net"].forward(x), t)


def away_from_zero(rng, *shape):
    """Random numbers with 0.2 <= |x| <= 1.5: far from the kink of ReLU and the pole of 1/x."""
    return rng.uniform(0.2, 1.5, shape) * rng.choice([-1.0, 1.0], shape)


def distinct(rng, *shape):
    """Evenly spaced numbers from -2 to 2 in random order: no two are close to each other."""
    return rng.permutation(np.linspace(-2, 2, int(np.prod(shape)))).reshape(shape)


def soft_targets(rng, n, classes):
    """Rows of probabilities, none of them one-hot."""
    return rng.dirichlet(np.ones(classes), n)


def affine(cls, rng, n_in, n_out):
    return cls(rng.standard_normal((n_in, n_out)), rng.standard_normal(n_out))


def convolution(cls, rng, shape, stride=1, pad=0):
    return cls(rng.standard_normal(shape), rng.standard_normal(shape[0]), stride=stride, pad=pad)


def batch_normalization(cls, rng, channels, training=True):
    """With running statistics other than 0 and 1, and no γ near zero."""
    layer = cls(away_from_zero(rng, channels), rng.standard_normal(channels))
    layer.running_mean = rng.standard_normal(channels)
    layer.running_var = rng.uniform(0.5, 2, channels)
    return layer.train() if training else layer.eval()


def dropout(cls, rng, rate, training=True):
    layer = cls(rate, rng)
    return layer.train() if training else layer.eval()


def two_affine(cls, rng, sizes=(4, 4, 4)):
    a, b, c = sizes
    return cls(first=affine(cr.Affine, rng, a, b), second=affine(cr.Affine, rng, b, c))


def mixed_net(cls, rng):
    """A chain of affine, batch normalization, ReLU, dropout and sigmoid layers."""
    return cls(
        affine1=affine(cr.Affine, rng, 4, 5),
        norm1=batch_normalization(cr.BatchNormalization, rng, 5),
        relu1=cr.ReLU(),
        dropout1=cr.Dropout(0.3, rng),
        affine2=affine(cr.Affine, rng, 5, 4),
        sigmoid=cr.Sigmoid(),
        affine3=affine(cr.Affine, rng, 4, 3),
    )


def convolutional_net(cls, rng):
    """Convolution, batch normalization per channel, ReLU, overlapping pooling, affine."""
    return cls(
        conv=convolution(cr.Convolution, rng, (2, 1, 3, 3), pad=1),
        norm=batch_normalization(cr.BatchNormalization, rng, 2),
        relu=cr.ReLU(),
        pool=cr.MaxPooling(3, 3, stride=2),
        affine=affine(cr.Affine, rng, 8, 3),
    )


def nested_net(cls, rng):
    return cls(
        block=mixed_net(cr.Sequential, rng), tanh=cr.Tanh(), head=two_affine(cls, rng, (3, 4, 2))
    )


def _net_with_loss(make_net, loss_class):
    return lambda cls, rng: cls(make_net(cr.Sequential, rng), loss_class())


def _plain(cls, rng):
    return cls()


def _arrays(make, *shapes):
    """A `make_inputs` for inputs of these shapes, each drawn by `make`."""
    return lambda rng: tuple(make(rng, *shape) for shape in shapes)


def _normal(rng, *shape):
    return rng.standard_normal(shape)


def _element_by_element(cls, make=_normal, inputs=1):
    shapes = {"scalar": (), "vector": (5,), "rows": (3, 4), "images": (3, 2, 3, 2)}
    for kind, shape in shapes.items():
        yield Case(f"{cls.__name__} {kind}", cls, _plain, _arrays(make, *[shape] * inputs))


def _nodes():
    yield from _element_by_element(cr.Add, inputs=2)
    yield from _element_by_element(cr.Mul, inputs=2)
    yield from _element_by_element(cr.Exp)
    yield from _element_by_element(cr.Reciprocal, away_from_zero)
    for name, n, d, m in [("square", 3, 3, 3), ("wide", 3, 2, 5), ("tall", 5, 4, 3)]:
        yield Case(f"MatMul {name}", cr.MatMul, _plain, _arrays(_normal, (n, d), (d, m)))
    for axis, shape in [(0, ()), (0, (4,)), (1, (4,)), (1, (3, 4)), (2, (3, 4))]:
        yield Case(
            f"Repeat axis {axis} of {shape}",
            cr.Repeat,
            lambda cls, rng, axis=axis: cls(3, axis=axis),
            _arrays(_normal, shape),
        )
    yield Case(
        "Repeat square", cr.Repeat, lambda cls, rng: cls(4, axis=1), _arrays(_normal, (4, 4))
    )
    for axis, shape in [(0, (4,)), (0, (4, 4)), (1, (3, 4)), (2, (3, 2, 4))]:
        yield Case(
            f"Sum axis {axis} of {shape}",
            cr.Sum,
            lambda cls, rng, axis=axis: cls(axis=axis),
            _arrays(_normal, shape),
        )


def _layers():
    yield from _element_by_element(cr.ReLU, away_from_zero)
    yield from _element_by_element(cr.Sigmoid)
    yield from _element_by_element(cr.Tanh)
    for name, n_in, n_out, shape in [
        ("square", 4, 4, (4, 4)),
        ("wide", 2, 5, (3, 2)),
        ("tall", 5, 2, (4, 5)),
        ("one to one", 1, 1, (3, 1)),
        ("of images", 12, 3, (3, 2, 3, 2)),
        ("of sequences", 6, 4, (5, 2, 3)),
    ]:
        yield Case(
            f"Affine {name}",
            cr.Affine,
            lambda cls, rng, n_in=n_in, n_out=n_out: affine(cls, rng, n_in, n_out),
            _arrays(_normal, shape),
        )
    for training in (True, False):
        mode = "training" if training else "evaluation"
        for name, shape in [
            ("rows", (5, 3)),
            ("one feature", (3, 1)),
            ("images", (3, 2, 3, 2)),
            ("one image", (1, 2, 3, 3)),
            ("images of one pixel", (4, 2, 1, 1)),
        ]:
            yield Case(
                f"BatchNormalization {mode} {name}",
                cr.BatchNormalization,
                lambda cls, rng, c=shape[1], training=training: batch_normalization(
                    cls, rng, c, training
                ),
                _arrays(_normal, shape),
            )
        for rate in (0.0, 0.5, 0.9):
            yield Case(
                f"Dropout {mode} rate {rate}",
                cr.Dropout,
                lambda cls, rng, rate=rate, training=training: dropout(cls, rng, rate, training),
                _arrays(_normal, (3, 4)),
            )


def _images():
    for name, filters, shape, stride, pad in [
        ("plain", (2, 3, 3, 3), (3, 3, 5, 5), 1, 0),
        ("square", (3, 3, 3, 3), (3, 3, 5, 5), 1, 0),
        ("padded", (2, 2, 3, 3), (3, 2, 4, 4), 1, 1),
        ("strided and padded", (2, 2, 3, 3), (3, 2, 5, 5), 2, 1),
        ("of gaps", (2, 1, 2, 2), (3, 1, 5, 5), 3, 0),
        ("wide filter", (2, 2, 1, 3), (3, 2, 3, 5), 2, 0),
        ("tall filter", (1, 2, 3, 2), (3, 2, 4, 5), 1, 1),
        ("one pixel filter", (2, 2, 1, 1), (3, 2, 2, 3), 1, 0),
        ("whole image filter", (2, 2, 3, 4), (3, 2, 3, 4), 1, 0),
        ("much padding", (1, 1, 2, 2), (3, 1, 2, 2), 2, 2),
    ]:
        yield Case(
            f"Convolution {name}",
            cr.Convolution,
            lambda cls, rng, filters=filters, stride=stride, pad=pad: convolution(
                cls, rng, filters, stride, pad
            ),
            _arrays(_normal, shape),
        )
    for name, window, shape, stride, pad in [
        ("side by side", (2, 2), (3, 2, 4, 6), None, 0),
        ("overlapping", (3, 3), (3, 2, 5, 5), 1, 0),
        ("overlapping and strided", (3, 3), (3, 1, 5, 7), 2, 0),
        ("padded", (3, 3), (3, 2, 4, 4), 1, 1),
        ("strided and padded", (3, 3), (3, 2, 5, 5), 2, 1),
        ("wide window", (1, 3), (3, 2, 3, 5), 1, 0),
        ("tall window", (3, 2), (3, 2, 5, 4), 2, 0),
        ("of gaps", (2, 2), (3, 1, 5, 5), 3, 0),
        ("whole image", (3, 4), (3, 2, 3, 4), 1, 0),
        ("one pixel window", (1, 1), (3, 2, 2, 3), 1, 0),
    ]:
        yield Case(
            f"MaxPooling {name}",
            cr.MaxPooling,
            lambda cls, rng, window=window, stride=stride, pad=pad: cls(
                *window, stride=stride, pad=pad
            ),
            _arrays(distinct, shape),
        )


def _losses():
    for name, make_inputs in [
        ("integer labels", lambda rng: (_normal(rng, 4, 3), rng.integers(0, 3, 4))),
        ("one-hot", lambda rng: (_normal(rng, 4, 3), np.eye(3)[rng.integers(0, 3, 4)])),
        ("integer one-hot", lambda rng: (_normal(rng, 3, 4), np.eye(4, dtype=int)[[2, 0, 3]])),
        ("soft targets", lambda rng: (_normal(rng, 4, 3), soft_targets(rng, 4, 3))),
        ("one sample, label", lambda rng: (_normal(rng, 3), 2)),
        ("one sample, soft", lambda rng: (_normal(rng, 3), soft_targets(rng, 1, 3)[0])),
    ]:
        yield Case(f"SoftmaxWithLoss {name}", cr.SoftmaxWithLoss, _plain, make_inputs)
    for name, shape in [("rows", (4, 3)), ("one sample", (5,)), ("one column", (4, 1))]:
        yield Case(f"IdentityWithLoss {name}", cr.IdentityWithLoss, _plain, _targets_aside(shape))


def _targets_aside(shape):
    """(x, t) for IdentityWithLoss: t is a target, further than 0.2 from x."""

    def make_inputs(rng):
        x = _normal(rng, *shape)
        return x, x + away_from_zero(rng, *shape)

    return make_inputs


def _networks():
    rows, images = _arrays(_normal, (6, 4)), _arrays(distinct, (4, 1, 5, 5))
    yield Case("Sequential two affine", cr.Sequential, two_affine, rows)
    yield Case("Sequential mixed", cr.Sequential, mixed_net, rows)
    yield Case(
        "Sequential mixed in evaluation",
        cr.Sequential,
        lambda cls, rng: mixed_net(cls, rng).eval(),
        rows,
    )
    yield Case("Sequential convolutional", cr.Sequential, convolutional_net, images)
    yield Case("Sequential nested", cr.Sequential, nested_net, rows)
    yield Case(
        "network and softmax with loss",
        NetWithLoss,
        _net_with_loss(mixed_net, cr.SoftmaxWithLoss),
        lambda rng: (*rows(rng), rng.integers(0, 3, 6)),
    )
    yield Case(
        "convolutional network and softmax with loss",
        NetWithLoss,
        _net_with_loss(convolutional_net, cr.SoftmaxWithLoss),
        lambda rng: (*images(rng), soft_targets(rng, 4, 3)),
    )
    yield Case(
        "network and identity with loss",
        NetWithLoss,
        _net_with_loss(mixed_net, cr.IdentityWithLoss),
        lambda rng: (*rows(rng), _normal(rng, 6, 3)),
    )


CASES = {
    case.name: case for part in (_nodes, _layers, _images, _losses, _networks) for case in part()
}


def _public_subclasses(base):
    """The classes in chainrule.__all__ that derive from a base class."""
    public = [getattr(cr, name) for name in cr.__all__]
    return [
        thing
        for thing in public
        if isinstance(thing, type) and issubclass(thing, base) and thing is not base
    ]


LAYER_CLASSES = _public_subclasses(cr.Layer)  # layers, nodes, losses and Sequential
OPTIMIZERS = _public_subclasses(Optimizer)


def cases_of(layer_class):
    """All cases of one class."""
    return [case for case in CASES.values() if case.layer_class is layer_class]


# One case of each class, for tests where any will do. A class without cases is left out here, and
# reported by a test of its own (tests/library/test_gradients.py).
ONE_CASE_EACH = {cls: cases_of(cls)[0] for cls in LAYER_CLASSES if cases_of(cls)}

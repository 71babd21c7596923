"""PyTorch's answers for every layer, node, loss, function and optimizer of chainrule.

Run it in a separate environment, because neither the readers nor the tests need PyTorch:

    python -m venv ../reference-env
    ../reference-env/bin/pip install torch==2.13.0 numpy
    ../reference-env/bin/python tests/library/reference/make_reference.py Affine ReLU

Without names it makes all files. Each NAME.npz holds a checksum of the code that made it, which
test_reference.py compares with the code here: after a change it says which names to make again.
README.md says what a file holds.

chainrule is not imported: this is PyTorch's view of the formulas the library states, in the
library's layouts. All derivatives are by torch.autograd.
"""

import argparse
import io
import json
import math
import sys
import zipfile
import zlib
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F

HERE = Path(__file__).resolve()
sys.path.insert(0, str(HERE.parents[3] / "lib"))

from chainrule_dev.reference_checksum import reference_checksum  # noqa: E402

TORCH_VERSION = "2.13.0"


class Draw:
    """The random arrays of one case in one precision.

    The seed is the case's name, so a new case changes no other. Both precisions draw the same
    numbers in float64 and round them.
    """

    def __init__(self, name, dtype):
        self.rng = np.random.default_rng(zlib.crc32(name.encode()))
        self.dtype = dtype

    def normal(self, *shape, scale=1.0, shift=0.0):
        return np.asarray(shift + scale * self.rng.standard_normal(shape), dtype=self.dtype)

    def uniform(self, low, high, *shape):
        return np.asarray(self.rng.uniform(low, high, shape), dtype=self.dtype)

    def values(self, choices, *shape):
        """Numbers from a short list, so that many are equal."""
        return np.asarray(self.rng.choice(choices, shape), dtype=self.dtype)

    def labels(self, N, C):
        return self.rng.integers(0, C, N)

    def probabilities(self, *shape):
        return np.asarray(self.rng.dirichlet(np.ones(shape[-1]), shape[:-1]), dtype=self.dtype)


def gradients(f, draw, fixed=(), dout=None, **arrays):
    """`arrays`, out = f(**arrays), the upstream gradient dout, and the gradient of every array.

    Arrays named in `fixed` get no gradient. `dout` is random unless it is passed; False means
    backward() without an argument, and none is stored. The gradient of "affine1.W" is "affine1.dW".
    """
    tensors = {name: torch.tensor(value) for name, value in arrays.items()}
    leaves = {name: tensor for name, tensor in tensors.items() if name not in fixed}
    for tensor in leaves.values():
        tensor.requires_grad_()
    out = f(**tensors)
    if dout is False:
        out.backward()
        upstream = {}
    else:
        upstream = {"dout": draw.normal(*out.shape) if dout is None else dout}
        out.backward(torch.tensor(upstream["dout"]))
    grads = {gradient_name(name): tensor.grad for name, tensor in leaves.items()}
    return {**arrays, **upstream, "out": out, **grads}


def gradient_name(name):
    layer, dot, parameter = name.rpartition(".")
    return f"{layer}{dot}d{parameter}"


# --- nodes


def elementwise(f):
    """A maker of cases for a function of one array, random or with the values passed."""

    def make(draw, options, shape=None, values=None, scale=1.0):
        x = draw.normal(*shape, scale=scale) if values is None else np.array(values, draw.dtype)
        return gradients(lambda x: f(x), draw, x=x)

    return make


def add(draw, options, shape):
    return gradients(lambda x, y: x + y, draw, x=draw.normal(*shape), y=draw.normal(*shape))


def mul(draw, options, shape):
    return gradients(lambda x, y: x * y, draw, x=draw.normal(*shape), y=draw.normal(*shape))


def matmul(draw, options, N, D, M):
    return gradients(lambda x, y: x @ y, draw, x=draw.normal(N, D), y=draw.normal(D, M))


def repeat(draw, options, shape):
    n, axis = options["n"], options["axis"]
    return gradients(lambda x: torch.stack([x] * n, dim=axis), draw, x=draw.normal(*shape))


def sum_along(draw, options, shape):
    return gradients(lambda x: x.sum(dim=options["axis"]), draw, x=draw.normal(*shape))


def reciprocal(draw, options, shape):
    """x of both signs with |x| >= 0.2."""
    x = np.asarray(draw.uniform(0.2, 3.0, *shape) * draw.values([-1.0, 1.0], *shape))
    return gradients(lambda x: torch.reciprocal(x), draw, x=x)


# --- layers


def affine(draw, options, x_shape, M):
    D = math.prod(x_shape[1:])
    x, W, b = draw.normal(*x_shape), draw.normal(D, M), draw.normal(M)
    # PyTorch's weight is (out, in), ours (in, out); ours is the leaf, so its gradient is (in, out).
    return gradients(lambda x, W, b: F.linear(x.flatten(1), W.T, b), draw, x=x, W=W, b=b)


def dropout_in_evaluation(draw, options, shape):
    """Evaluation mode only: in training the masks come from two different random generators."""
    f = torch.nn.Dropout(options["rate"]).eval()
    return gradients(lambda x: f(x), draw, x=draw.normal(*shape))


def batch_normalization(draw, options, x_shape, steps=3, scale=1.0, shift=0.0):
    """Several training batches, stacked along a leading axis of every array, then one evaluation.

    PyTorch's momentum weights the new batch, ours the old statistics: theirs is one minus ours.
    """
    C = x_shape[1]
    params = {"gamma": draw.normal(C), "beta": draw.normal(C)}
    running = fresh_running_statistics(C, draw.dtype)

    def one_batch(training):
        def f(x, gamma, beta):
            momentum = 1 - options["momentum"]
            return F.batch_norm(x, *running, gamma, beta, training, momentum, options["eps"])

        result = gradients(f, draw, x=draw.normal(*x_shape, scale=scale, shift=shift), **params)
        result.update(running_mean=running[0].clone(), running_var=running[1].clone())
        return {key: a for key, a in result.items() if key not in params}

    batches = [one_batch(training=True) for _ in range(steps)]
    evaluated = one_batch(training=False)  # leaves the running statistics as they are
    del evaluated["running_mean"], evaluated["running_var"]
    trained = {key: stack([batch[key] for batch in batches]) for key in batches[0]}
    return {**params, **trained, **{f"eval_{name}": a for name, a in evaluated.items()}}


def stack(arrays):
    """One array with a leading axis of steps; tensors stay tensors."""
    return np.stack(arrays) if isinstance(arrays[0], np.ndarray) else torch.stack(arrays)


def fresh_running_statistics(C, dtype):
    """Mean 0 and variance 1, where both libraries start."""
    return torch.tensor(np.zeros(C, dtype)), torch.tensor(np.ones(C, dtype))


# --- convolution and pooling


def convolution(draw, options, x_shape, W_shape):
    def f(x, W, b):
        return F.conv2d(x, W, b, stride=options["stride"], padding=options["pad"])

    x, W, b = draw.normal(*x_shape), draw.normal(*W_shape), draw.normal(W_shape[0])
    return gradients(f, draw, x=x, W=W, b=b)


def max_pooling(draw, options, x_shape, values=None, negative=False):
    window, stride, pad = (options["pool_h"], options["pool_w"]), options["stride"], options["pad"]

    def f(x):
        if pad <= min(window) // 2:
            return F.max_pool2d(x, window, stride, pad)
        # PyTorch pads by at most half a window. Beyond that the −∞ are written out.
        return F.max_pool2d(F.pad(x, (pad,) * 4, value=-math.inf), window, stride)

    if negative:
        return gradients(f, draw, x=draw.uniform(-3.0, -1.0, *x_shape))
    x = draw.normal(*x_shape) if values is None else draw.values(values, *x_shape)
    return gradients(f, draw, x=x)


def im2col(draw, options, x_shape):
    """unfold gives (N, C·KH·KW, OH·OW): its columns are our rows, image after image."""
    x = draw.normal(*x_shape)
    window, stride, pad = unfold_options(options)
    padded = F.pad(torch.tensor(x), (pad,) * 4, value=options["pad_value"])
    return {"x": x, "out": rows_of(F.unfold(padded, window, stride=stride))}


def col2im(draw, options):
    """fold takes (N, C·KH·KW, OH·OW), the layout of unfold."""
    N, C, H, W = options["x_shape"]
    window, stride, pad = unfold_options(options)
    image = torch.zeros(N, C, H, W)
    shape = rows_of(F.unfold(image, window, stride=stride, padding=pad)).shape
    col = draw.normal(*shape)
    columns = torch.tensor(col).reshape(N, -1, shape[1]).transpose(1, 2)
    return {"col": col, "out": F.fold(columns, (H, W), window, stride=stride, padding=pad)}


def unfold_options(options):
    return (options["filter_h"], options["filter_w"]), options["stride"], options["pad"]


def rows_of(unfolded):
    return unfolded.transpose(1, 2).reshape(-1, unfolded.shape[1])


# --- losses


def along_classes(f):
    """A maker of cases for softmax and log_softmax. (Their derivative is SoftmaxWithLoss's.)"""

    def make(draw, options, shape=None, values=None):
        x = draw.normal(*shape) if values is None else np.array(values, draw.dtype)
        return {"x": x, "out": f(torch.tensor(x), dim=-1)}

    return make


def one_hot(draw, options, labels):
    # PyTorch's rows are integers, ours float64 whatever the precision of the case.
    rows = F.one_hot(torch.tensor(labels), num_classes=options["classes"])
    return {"labels": np.array(labels), "out": rows.double()}


def logits_and_target(draw, shape, target, values=None):
    x = draw.normal(*shape, scale=2.0) if values is None else np.array(values, draw.dtype)
    N, C = math.prod(shape[:-1]), shape[-1]
    labels = draw.labels(N, C).reshape(shape[:-1])
    if target == "labels":
        return x, labels
    if target == "one-hot":
        return x, np.eye(C, dtype=draw.dtype)[labels]
    if target == "soft":
        return x, draw.probabilities(*shape)
    return x, np.array(target)


def cross_entropy(draw, options, shape, target, values=None):
    x, t = logits_and_target(draw, shape, target, values)
    return {"x": x, "t": t, "out": F.cross_entropy(torch.tensor(x), torch.tensor(t))}


def softmax_with_loss(draw, options, shape, target, values=None, dout=None):
    x, t = logits_and_target(draw, shape, target, values)

    def f(x, t):
        return F.cross_entropy(x, t)

    return gradients(f, draw, fixed=("t",), dout=dout, x=x, t=t)


def identity_with_loss(draw, options, shape, dout=None):
    N = shape[0] if len(shape) == 2 else 1

    def f(x, t):
        return 0.5 * ((x - t) ** 2).sum() / N

    x, t = draw.normal(*shape), draw.normal(*shape)
    return gradients(f, draw, fixed=("t",), dout=dout, x=x, t=t)


# --- a whole network: conv1, bn1, relu1, pool1, affine1, relu2, affine2, and the loss

RUNNING = ("bn1.running_mean", "bn1.running_var")


def network_parameters(draw, sizes):
    F_, C, K, D, hidden, classes = sizes
    return {
        "conv1.W": draw.normal(F_, C, K, K, scale=0.5),
        "conv1.b": draw.normal(F_),
        "bn1.gamma": draw.uniform(0.5, 1.5, F_),
        "bn1.beta": draw.normal(F_, scale=0.5),
        "affine1.W": draw.normal(D, hidden, scale=0.4),
        "affine1.b": draw.normal(hidden, scale=0.5),
        "affine2.W": draw.normal(hidden, classes, scale=0.5),
        "affine2.b": draw.normal(classes),
    }


def network_loss(options):
    """The network as a function of the input, the labels and the parameters by name."""

    def f(x, t, **p):
        x = F.conv2d(x, p["conv1.W"], p["conv1.b"], **conv_options(options))
        bn = (p["bn1.running_mean"], p["bn1.running_var"], p["bn1.gamma"], p["bn1.beta"])
        x = F.relu(F.batch_norm(x, *bn, training=options["training"], momentum=0.1, eps=1e-5))
        x = F.max_pool2d(x, options["pool"], options["pool_stride"])
        x = F.relu(F.linear(x.flatten(1), p["affine1.W"].T, p["affine1.b"]))
        return F.cross_entropy(F.linear(x, p["affine2.W"].T, p["affine2.b"]), t)

    return f


def conv_options(options):
    return {"stride": options["conv_stride"], "padding": options["conv_pad"]}


def network(draw, options, x_shape, sizes):
    """The loss, every gradient, and (in training) the running statistics after the forward pass."""
    arrays = {
        "x": draw.normal(*x_shape),
        "t": draw.labels(x_shape[0], sizes[-1]),
        "bn1.running_mean": draw.normal(sizes[0], scale=0.1),
        "bn1.running_var": draw.uniform(0.5, 2.0, sizes[0]),
        **network_parameters(draw, sizes),
    }
    after = {}

    def f(**tensors):
        loss = network_loss(options)(**tensors)
        after.update({f"{name}_after": tensors[name].clone() for name in RUNNING})
        return loss

    return gradients(f, draw, fixed=("t", *RUNNING), **arrays) | after


def network_training(draw, options, x_shape, sizes):
    """The loss before each of several steps of SGD on one batch, and the parameters after them.

    SGD, not Adam: batch normalization cancels conv1.b, so its gradient is rounding noise around
    zero, which Adam would scale up to steps of size lr.
    """
    x, t = draw.normal(*x_shape), draw.labels(x_shape[0], sizes[-1])
    start = network_parameters(draw, sizes)
    statistics = fresh_running_statistics(sizes[0], draw.dtype)
    running = dict(zip(RUNNING, statistics, strict=True))
    params = {name: torch.tensor(a, requires_grad=True) for name, a in start.items()}
    updater = torch.optim.SGD(params.values(), lr=options["lr"])
    losses = []
    for _ in range(options["steps"]):
        updater.zero_grad()
        loss = network_loss(options)(torch.tensor(x), torch.tensor(t), **params, **running)
        loss.backward()
        updater.step()
        losses.append(loss.detach())
    after = {f"{name}_after": p for name, p in {**params, **running}.items()}
    return {"x": x, "t": t, **start, "losses": torch.stack(losses), **after}


# --- optimizers


def optimizer(torch_class, names, **fixed):
    """A maker of cases: two parameters, a gradient for each step, the parameters after each step.

    `names` maps our names of hyperparameters to PyTorch's, where they differ; `fixed` are further
    arguments of PyTorch's class.
    """

    def make(draw, options, steps=5, gradient_scale=1.0, zero_at=()):
        start = {"W": draw.normal(3, 2), "b": draw.normal(2)}
        grads = {
            f"d{k}": draw.normal(steps, *p.shape, scale=gradient_scale) for k, p in start.items()
        }
        for step in zero_at:  # gradients of exactly zero show what eps and momentum do
            grads["dW"][step] = 0
        params = {k: torch.tensor(p, requires_grad=True) for k, p in start.items()}
        hyper = torch_hyperparameters(options, names)
        updater = torch_class(params.values(), foreach=False, **hyper, **fixed)
        after = {f"{k}_after": [] for k in params}
        for step in range(steps):
            for k, p in params.items():
                p.grad = torch.tensor(grads[f"d{k}"][step])
            updater.step()
            for k, p in params.items():
                after[f"{k}_after"].append(p.detach().clone())
        return {**start, **grads, **{k: torch.stack(values) for k, values in after.items()}}

    return make


def torch_hyperparameters(options, names):
    hyper = {names.get(k, k): v for k, v in options.items() if k not in ("beta1", "beta2")}
    if "beta1" in options:
        hyper["betas"] = (options["beta1"], options["beta2"])
    return hyper


# With a constant learning rate, v ← μv − lr·g, p ← p + v (ours, Polyak's) and v ← μv + g,
# p ← p − lr·v (PyTorch's) are the same recurrence: our v is −lr times theirs.
sgd = optimizer(torch.optim.SGD, {})
adagrad = optimizer(torch.optim.Adagrad, {}, lr_decay=0, initial_accumulator_value=0)
rmsprop = optimizer(torch.optim.RMSprop, {"decay": "alpha"}, momentum=0, centered=False)
adam = optimizer(torch.optim.Adam, {}, amsgrad=False, weight_decay=0)


# --- the cases: by file, by name: a maker, the options our constructor takes, sizes for the maker


def case(make, options=None, /, **sizes):
    return make, options or {}, sizes


def pool(pool_h, pool_w, stride, pad, **sizes):
    options = {"pool_h": pool_h, "pool_w": pool_w, "stride": stride, "pad": pad}
    return case(max_pooling, options, **sizes)


def conv(stride, pad, x_shape, W_shape):
    return case(convolution, {"stride": stride, "pad": pad}, x_shape=x_shape, W_shape=W_shape)


def bn(momentum=0.9, eps=1e-5, **sizes):
    return case(batch_normalization, {"momentum": momentum, "eps": eps}, **sizes)


def patches(filter_h, filter_w, stride=1, pad=0, crop=False):
    return {
        "filter_h": filter_h,
        "filter_w": filter_w,
        "stride": stride,
        "pad": pad,
        "crop": crop,
    }


def to_rows(x_shape, *window, pad_value=0.0, **more):
    return case(im2col, {**patches(*window, **more), "pad_value": pad_value}, x_shape=x_shape)


def to_image(x_shape, *window, **more):
    return case(col2im, {"x_shape": x_shape, **patches(*window, **more)})


def net(x_shape, sizes, conv, pool, training=True):
    options = {
        "conv_stride": conv[0],
        "conv_pad": conv[1],
        "pool": pool[0],
        "pool_stride": pool[1],
        "training": training,
    }
    return case(network, options, x_shape=x_shape, sizes=sizes)


def trained_net(lr, steps, **architecture):
    _, options, sizes = net(**architecture)
    return case(network_training, {**options, "lr": lr, "steps": steps}, **sizes)


def optimizer_cases(make, usual, other):
    return {
        "usual": case(make, usual),
        "other_hyperparameters": case(make, other),
        "still_steps": case(make, usual, zero_at=(0, 3)),
        "tiny_gradients": case(make, usual, gradient_scale=1e-4),
    }


def one_input_cases(make, **more):
    return {
        "number": case(make, shape=()),
        "vector": case(make, shape=(5,)),
        "matrix": case(make, shape=(3, 4)),
        "images": case(make, shape=(2, 2, 3, 2)),
        **more,
    }


def two_input_cases(make):
    return {
        "number": case(make, shape=()),
        "matrix": case(make, shape=(3, 4)),
        "images": case(make, shape=(2, 2, 2, 3)),
    }


def target_cases(make):
    large = [[1000, 0, -1000], [0, 1000, 999], [-1000, -1000, -999], [500, 500, 500]]
    return {
        "labels": case(make, shape=(4, 3), target="labels"),
        "one_hot": case(make, shape=(4, 3), target="one-hot"),
        "soft": case(make, shape=(5, 4), target="soft"),
        "two_classes": case(make, shape=(6, 2), target="labels"),
        "single_label": case(make, shape=(4,), target="labels"),
        "single_soft": case(make, shape=(4,), target="soft"),
        "large_right": case(make, shape=(4, 3), target=[0, 1, 2, 0], values=large),
        "large_wrong": case(make, shape=(4, 3), target=[2, 0, 1, 2], values=large),
        "large_soft": case(make, shape=(4, 3), target="soft", values=large),
        "label_1_of_1000_0": case(make, shape=(1, 2), target=[1], values=[[1000, 0]]),
    }


def softmax_cases(make):
    return {
        "vector": case(make, shape=(4,)),
        "matrix": case(make, shape=(3, 4)),
        "three_axes": case(make, shape=(2, 3, 4)),
        "large": case(make, values=[[1000, 0, -1000], [-1000, -999, -1001], [80, 90, 100]]),
        "equal": case(make, values=[[0, 0, 0], [700, 700, 700]]),
    }


RELU = elementwise(F.relu)
SIGMOID = elementwise(torch.sigmoid)
TANH = elementwise(torch.tanh)
EXP = elementwise(torch.exp)
LARGE = [-1000, -745, -100, -88, -50, -20, -5, 0, 5, 20, 50, 88, 100, 745, 1000]

CASES = {
    "Add": two_input_cases(add),
    "Mul": two_input_cases(mul),
    "MatMul": {
        "square": case(matmul, N=3, D=3, M=3),
        "oblong": case(matmul, N=4, D=3, M=2),
        "row_by_column": case(matmul, N=1, D=5, M=1),
        "column_by_row": case(matmul, N=4, D=1, M=3),
    },
    "Repeat": {
        "rows": case(repeat, {"n": 4, "axis": 0}, shape=(3,)),
        "columns": case(repeat, {"n": 3, "axis": 1}, shape=(4,)),
        "number": case(repeat, {"n": 3, "axis": 0}, shape=()),
        "once": case(repeat, {"n": 1, "axis": 0}, shape=(3,)),
        "middle": case(repeat, {"n": 3, "axis": 1}, shape=(2, 4)),
        "last": case(repeat, {"n": 2, "axis": 3}, shape=(2, 2, 3)),
    },
    "Sum": {
        "rows": case(sum_along, {"axis": 0}, shape=(4, 3)),
        "columns": case(sum_along, {"axis": 1}, shape=(4, 3)),
        "vector": case(sum_along, {"axis": 0}, shape=(5,)),
        "middle": case(sum_along, {"axis": 1}, shape=(2, 3, 4)),
        "last": case(sum_along, {"axis": 3}, shape=(2, 2, 2, 3)),
    },
    "Exp": one_input_cases(EXP, wide=case(EXP, values=[-80, -20, -1, 0, 1, 20, 80])),
    "Reciprocal": one_input_cases(reciprocal),
    "Affine": {
        "matrix": case(affine, x_shape=(4, 3), M=2),
        "wide": case(affine, x_shape=(3, 2), M=7),
        "one_output": case(affine, x_shape=(5, 3), M=1),
        "one_sample": case(affine, x_shape=(1, 4), M=3),
        "three_axes": case(affine, x_shape=(3, 2, 4), M=3),
        "images": case(affine, x_shape=(3, 2, 3, 2), M=4),
    },
    "ReLU": one_input_cases(RELU, zeros=case(RELU, values=[[-1, -0.0, 0, 1e-30], [2, 0, -3, 0]])),
    "Sigmoid": one_input_cases(SIGMOID, large=case(SIGMOID, values=LARGE)),
    "Tanh": one_input_cases(TANH, large=case(TANH, values=LARGE)),
    "BatchNormalization": {
        "rows": bn(x_shape=(5, 3)),
        "rows_other_constants": bn(momentum=0.7, eps=1e-2, x_shape=(4, 3), scale=3.0, shift=2.0),
        "rows_off_centre": bn(x_shape=(6, 2), scale=2.0, shift=20.0),
        "images": bn(x_shape=(2, 2, 2, 3)),
        "images_other_constants": bn(momentum=0.5, eps=1e-3, x_shape=(2, 3, 2, 2), shift=1.0),
        "one_image_no_memory": bn(momentum=0.0, x_shape=(1, 2, 3, 3)),
    },
    "Dropout": {
        "matrix": case(dropout_in_evaluation, {"rate": 0.5}, shape=(4, 5)),
        "images": case(dropout_in_evaluation, {"rate": 0.2}, shape=(2, 2, 3, 2)),
        "rate_0": case(dropout_in_evaluation, {"rate": 0.0}, shape=(3, 4)),
    },
    "Convolution": {
        "one_of_each": conv(1, 0, (1, 1, 4, 4), (1, 1, 3, 3)),
        "channels": conv(1, 0, (2, 3, 3, 4), (2, 3, 2, 2)),
        "pad_1": conv(1, 1, (2, 2, 4, 3), (3, 2, 3, 3)),
        "stride_2": conv(2, 0, (2, 1, 5, 5), (2, 1, 3, 3)),
        "stride_2_pad_1": conv(2, 1, (2, 2, 5, 3), (3, 2, 3, 3)),
        "stride_3_gaps": conv(3, 0, (1, 2, 5, 8), (2, 2, 2, 2)),
        "filter_3x2": conv(1, 0, (2, 2, 4, 5), (3, 2, 3, 2)),
        "filter_1x3_pad_2": conv(2, 2, (2, 1, 3, 5), (2, 1, 1, 3)),
        "filter_1x1": conv(1, 0, (2, 3, 3, 2), (2, 3, 1, 1)),
        "whole_image": conv(1, 0, (3, 2, 3, 4), (2, 2, 3, 4)),
        "pad_beyond_filter": conv(1, 3, (1, 1, 2, 2), (1, 1, 2, 2)),
    },
    "MaxPooling": {
        "apart": pool(2, 2, 2, 0, x_shape=(2, 2, 4, 4)),
        "overlapping": pool(2, 2, 1, 0, x_shape=(2, 2, 3, 4)),
        "overlapping_3x3": pool(3, 3, 2, 0, x_shape=(1, 2, 7, 5)),
        "gaps": pool(2, 2, 3, 0, x_shape=(1, 2, 5, 8)),
        "padded": pool(2, 2, 2, 1, x_shape=(2, 2, 4, 4)),
        "padded_overlapping": pool(3, 3, 1, 1, x_shape=(1, 2, 4, 4)),
        "padded_wide": pool(3, 3, 1, 2, x_shape=(1, 1, 4, 3)),
        "window_3x2": pool(3, 2, 1, 0, x_shape=(2, 1, 5, 4)),
        "window_2x4_padded": pool(2, 4, 2, 1, x_shape=(1, 2, 4, 6)),
        "all_negative": pool(2, 2, 2, 1, x_shape=(2, 1, 4, 4), negative=True),
        "whole_image": pool(3, 4, 1, 0, x_shape=(2, 2, 3, 4)),
        "ties": pool(2, 2, 1, 0, x_shape=(2, 2, 4, 4), values=[0.0, 1.0]),
        "ties_3x3_padded": pool(3, 3, 2, 1, x_shape=(2, 2, 5, 5), values=[-2.0, -1.0]),
        "all_equal": pool(3, 3, 1, 1, x_shape=(1, 1, 4, 4), values=[-1.0]),
    },
    "im2col": {
        "plain": to_rows((2, 2, 3, 4), 2, 2),
        "stride_pad": to_rows((2, 2, 5, 3), 3, 3, 2, 1),
        "filter_1x3": to_rows((2, 1, 3, 4), 1, 3),
        "cropped": to_rows((1, 2, 5, 6), 2, 3, 2, crop=True),
        "pad_value": to_rows((1, 2, 4, 2), 2, 2, 2, 1, pad_value=-7.0),
    },
    "col2im": {
        "plain": to_image((2, 2, 3, 4), 2, 2),
        "stride_pad": to_image((2, 2, 5, 3), 3, 3, 2, 1),
        "filter_1x3": to_image((2, 1, 3, 4), 1, 3),
        "cropped": to_image((1, 2, 5, 6), 2, 3, 2, crop=True),
        "gaps": to_image((2, 1, 5, 5), 2, 2, 3),
    },
    "softmax": softmax_cases(along_classes(F.softmax)),
    "log_softmax": softmax_cases(along_classes(F.log_softmax)),
    "one_hot": {
        "all_classes": case(one_hot, {"classes": 3}, labels=[2, 0, 1, 1]),
        "some_classes": case(one_hot, {"classes": 5}, labels=[0, 3]),
    },
    "cross_entropy": target_cases(cross_entropy),
    "SoftmaxWithLoss": {
        **target_cases(softmax_with_loss),
        "plain_backward": case(softmax_with_loss, shape=(3, 4), target="labels", dout=False),
    },
    "IdentityWithLoss": {
        "matrix": case(identity_with_loss, shape=(4, 3)),
        "one_output": case(identity_with_loss, shape=(5, 1)),
        "single": case(identity_with_loss, shape=(3,)),
        "plain_backward": case(identity_with_loss, shape=(3, 2), dout=False),
    },
    # sizes: filters, channels, filter width, pixels after pooling, hidden units, classes
    "Sequential": {
        "training": net((4, 1, 4, 4), (2, 1, 3, 8, 4, 3), conv=(1, 1), pool=(2, 2)),
        "strided_overlapping": net((3, 2, 5, 5), (3, 2, 3, 12, 4, 3), conv=(2, 1), pool=(2, 1)),
        "evaluation": net((3, 2, 4, 4), (2, 2, 2, 8, 5, 4), (1, 0), (2, 1), training=False),
        "sgd_steps": trained_net(
            lr=0.1,
            steps=5,
            x_shape=(5, 1, 4, 4),
            sizes=(2, 1, 3, 8, 4, 3),
            conv=(1, 1),
            pool=(2, 2),
        ),
    },
    "SGD": optimizer_cases(sgd, {"lr": 0.1}, {"lr": 0.003}),
    "Momentum": optimizer_cases(sgd, {"lr": 0.1, "momentum": 0.9}, {"lr": 0.02, "momentum": 0.5}),
    "AdaGrad": optimizer_cases(adagrad, {"lr": 0.1, "eps": 1e-10}, {"lr": 0.5, "eps": 1e-3}),
    "RMSProp": optimizer_cases(
        rmsprop,
        {"lr": 0.01, "decay": 0.99, "eps": 1e-8},
        {"lr": 0.1, "decay": 0.5, "eps": 1e-3},
    ),
    "Adam": optimizer_cases(
        adam,
        {"lr": 1e-3, "beta1": 0.9, "beta2": 0.999, "eps": 1e-8},
        {"lr": 0.1, "beta1": 0.5, "beta2": 0.9, "eps": 1e-3},
    ),
}


# --- the files


def fix_arithmetic():
    """One thread and no accelerated kernels: sums are added in one order on every machine."""
    torch.set_num_threads(1)
    torch.use_deterministic_algorithms(True)
    torch.backends.mkldnn.set_flags(False)


def answers(name):
    """The arrays of NAME.npz: inputs by "case/array", answers by "case/dtype/array".

    An input is stored once, in float64: rounded to float32 it is the input of the float32 case.
    """
    inputs, outputs = {}, {}
    for config, (make, options, sizes) in CASES[name].items():
        for dtype in ("float64", "float32"):
            draw = Draw(f"{name}/{config}", dtype)
            for key, value in make(draw, options, **sizes).items():
                # A tensor was computed by PyTorch, an array was drawn here.
                if isinstance(value, torch.Tensor):
                    outputs[f"{config}/{dtype}/{key}"] = value.detach().numpy()
                else:
                    rounded = inputs.setdefault(f"{config}/{key}", value).astype(value.dtype)
                    assert np.array_equal(rounded, value), f"{name}/{config}/{key} differs by dtype"
    return {**inputs, **outputs}


def about(name):
    """Which PyTorch and which code made NAME.npz, and the options of its cases."""
    options = {config: options for config, (_, options, _) in CASES[name].items()}
    code = reference_checksum(HERE.read_text(encoding="utf-8"), name)
    return {"torch": TORCH_VERSION, "code_sha256": code, "options": options}


def write_npz(path, arrays):
    """As np.savez_compressed, but equal arrays give equal bytes: no time of day is written."""
    with zipfile.ZipFile(path, "w") as file:
        for name, array in arrays.items():
            buffer = io.BytesIO()
            np.lib.format.write_array(buffer, np.asarray(array, order="C"), version=(1, 0))
            entry = zipfile.ZipInfo(f"{name}.npy", date_time=(1980, 1, 1, 0, 0, 0))
            entry.create_system = 3
            entry.compress_type = zipfile.ZIP_DEFLATED
            file.writestr(entry, buffer.getvalue(), compresslevel=9)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("names", nargs="*", metavar="NAME", help="what to make; default: all")
    parser.add_argument("--into", type=Path, default=HERE.parent, help="default: this folder")
    arguments = parser.parse_args()
    names = arguments.names or list(CASES)
    if unknown := [name for name in names if name not in CASES]:
        parser.error(f"CASES in {HERE.name} has no entry for {', '.join(unknown)}: write it first")
    if torch.__version__.split("+")[0] != TORCH_VERSION:
        parser.error(f"PyTorch must be {TORCH_VERSION}, got {torch.__version__}")
    fix_arithmetic()
    arguments.into.mkdir(parents=True, exist_ok=True)
    for name in names:
        about_it = {"about": np.array(json.dumps(about(name)))}
        write_npz(arguments.into / f"{name}.npz", about_it | answers(name))
    count = sum(len(CASES[name]) for name in names)
    print(f"{len(names)} files, {count} cases in two precisions: {arguments.into}")


if __name__ == "__main__":
    main()

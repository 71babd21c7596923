"""PyTorch's stored results, and the library's results for the same inputs.

PyTorch's results are in tests/library/reference/*.npz (see README.md there). An error is relative
to the largest element of its array: where terms cancel, a single element has no relative accuracy
in either library, but the array has.
"""

import functools
import json

import numpy as np

import chainrule
from chainrule_dev.repository import ROOT

REFERENCE = ROOT / "tests" / "library" / "reference"

# The libraries may differ only by rounding, as they sum in different orders. The relative error of
# one rounding is 1.1e-16 in float64 and 6e-8 in float32. The largest differences observed are 6e-16
# and 6e-7 in single layers, 2.5e-15 and 2.5e-6 in networks, where some sums are far smaller than
# their terms (each file's is in reference/README.md). The rest is margin for other processors.
TOLERANCE = {"float64": 1e-13, "float32": 1e-5}

# Each element is copied, or rounded only once: the results must be equal.
EXACT = {"Add", "Mul", "ReLU", "Dropout", "im2col", "one_hot"}


# --- reading the files


@functools.cache
def read(name):
    """(about, arrays) of NAME.npz."""
    with np.load(REFERENCE / f"{name}.npz") as file:
        arrays = dict(file)
    return json.loads(str(arrays.pop("about"))), arrays


def names():
    """The names of all files."""
    return sorted(path.stem for path in REFERENCE.glob("*.npz"))


def load(name, case, dtype):
    """(options, inputs, answers) of one case in one precision, with arrays by name."""
    about, arrays = read(name)
    inputs, answers = {}, {}
    for key, array in arrays.items():
        case_of_key, *middle, short = key.split("/")
        if case_of_key != case:
            continue
        if not middle:
            inputs[short] = array.astype(dtype) if array.dtype.kind == "f" else array
        elif middle == [dtype]:
            answers[short] = array
    return about["options"][case], inputs, answers


# --- comparing


def compare(found, answers, dtype, exact=False, scales=None):
    """Assert that our arrays have the names, shapes, dtypes and numbers of PyTorch's.

    `scales` gives the scale of errors, by name, where it is not the largest element of the array.
    """
    assert set(found) == set(answers), f"arrays {sorted(found)}, PyTorch's {sorted(answers)}"
    for key, answer in answers.items():
        ours = np.asarray(found[key])
        assert ours.shape == answer.shape, f"{key}: shape {ours.shape}, PyTorch's {answer.shape}"
        assert ours.dtype == answer.dtype, f"{key}: dtype {ours.dtype}, PyTorch's {answer.dtype}"
        limit = 0 if exact else TOLERANCE[dtype]
        error = scaled_error(ours, answer, (scales or {}).get(key))
        assert error <= limit, f"{key}: error {error:.3g} of its scale, allowed {limit:.3g}"


def scaled_error(ours, answer, scale=None):
    """The largest difference relative to `scale`, by default the answer's largest element."""
    difference = float(np.abs(ours.astype(np.float64) - answer).max())
    scale = float(np.abs(answer).max()) if scale is None else scale
    if difference == 0:
        return 0.0
    return difference / scale if scale else np.inf


def scales_of(options, answers):
    """{array: scale of its errors} where that is not the array's largest element."""
    if "conv1.db" in answers and options["training"]:
        # Batch normalization cancels the bias, so this gradient is zero up to rounding.
        return {"conv1.db": np.abs(answers["conv1.dW"]).max()}
    return {}


# --- our results, under the names in the files


def layer_answers(layer, inputs):
    """The output of a layer, and the gradients of all its inputs and parameters."""
    out = layer.forward(*(inputs[key] for key in ("x", "y", "t") if key in inputs))
    # Where no dout is stored, it is the default of a loss.
    grads = layer.backward(inputs["dout"]) if "dout" in inputs else layer.backward()
    grads = grads if isinstance(grads, tuple) else (grads,)
    input_gradients = dict(zip(("dx", "dy"), grads, strict=False))
    return {
        "out": out,
        **input_gradients,
        **{f"d{key}": gradient for key, gradient in layer.grads.items()},
    }


def plain_layer(cls, options, inputs):
    """A layer whose constructor takes its parameters and the options."""
    params = [inputs[key] for key in cls.param_names]
    return layer_answers(cls(*params, **options), inputs)


def dropout(cls, options, inputs):
    """In evaluation mode; in training mode only a rate of 0, as other masks are random."""
    layer = cls(options["rate"], np.random.default_rng(0))
    if options["rate"] == 0:
        trained = layer_answers(layer, inputs)
        np.testing.assert_array_equal(trained["out"], inputs["x"])
        np.testing.assert_array_equal(trained["dx"], inputs["dout"])
    return layer_answers(layer.eval(), inputs)


def batch_normalization(cls, options, inputs):
    """Several batches in training, stacked as in the file, then one in evaluation."""
    layer = cls(inputs["gamma"], inputs["beta"], **options)

    def one_batch(x, dout):
        answers = layer_answers(layer, {"x": x, "dout": dout})
        return answers | {"running_mean": layer.running_mean, "running_var": layer.running_var}

    batches = [one_batch(x, d) for x, d in zip(inputs["x"], inputs["dout"], strict=True)]
    layer.eval()
    evaluated = one_batch(inputs["eval_x"], inputs["eval_dout"])
    for key in ("running_mean", "running_var"):
        np.testing.assert_array_equal(evaluated.pop(key), batches[-1][key])
    return {
        **{key: np.stack([batch[key] for batch in batches]) for key in batches[0]},
        **{f"eval_{key}": array for key, array in evaluated.items()},
    }


def function(f, options, inputs):
    """A function of the inputs and the options."""
    (first, *rest) = inputs.values()
    return {"out": f(first, *rest, **options)}


def optimizer(cls, options, inputs):
    """The parameters after every step, copied because they are updated in place."""
    instance = cls(**options)
    params = {"W": inputs["W"].copy(), "b": inputs["b"].copy()}
    path = {key: [] for key in params}
    for step in range(len(inputs["dW"])):
        instance.update(params, {key: inputs[f"d{key}"][step] for key in params})
        for key, p in params.items():
            path[key].append(p.copy())
    return {f"{key}_after": np.stack(points) for key, points in path.items()}


def network(cls, options, inputs):
    """One forward and backward pass, or, with the option `steps`, a short training."""
    net = build_network(cls, options, inputs)
    loss = chainrule.SoftmaxWithLoss()
    x, t = inputs["x"], inputs["t"]
    if "steps" in options:
        return train_network(net, loss, x, t, options)
    out = loss.forward(net.forward(x), t)
    dx = net.backward(loss.backward(inputs["dout"]))
    grads = {key.replace(".", ".d"): gradient for key, gradient in net.grads.items()}
    return {"out": out, "dx": dx, **grads, **running_statistics(net)}


def build_network(cls, options, inputs):
    p = {key: value.copy() for key, value in inputs.items() if "." in key}
    convolution = chainrule.Convolution(
        p["conv1.W"], p["conv1.b"], stride=options["conv_stride"], pad=options["conv_pad"]
    )
    bn = chainrule.BatchNormalization(p["bn1.gamma"], p["bn1.beta"])
    if "bn1.running_mean" in p:
        bn.running_mean, bn.running_var = p["bn1.running_mean"], p["bn1.running_var"]
    net = cls(
        conv1=convolution,
        bn1=bn,
        relu1=chainrule.ReLU(),
        pool1=chainrule.MaxPooling(options["pool"], options["pool"], options["pool_stride"]),
        affine1=chainrule.Affine(p["affine1.W"], p["affine1.b"]),
        relu2=chainrule.ReLU(),
        affine2=chainrule.Affine(p["affine2.W"], p["affine2.b"]),
    )
    return net.train() if options["training"] else net.eval()


def train_network(net, loss, x, t, options):
    sgd = chainrule.SGD(options["lr"])
    losses = []
    for _ in range(options["steps"]):
        losses.append(loss.forward(net.forward(x), t))
        net.backward(loss.backward())
        sgd.update(net.params, net.grads)
    after = {f"{key}_after": value for key, value in net.params.items()}
    return {"losses": np.stack(losses), **after, **running_statistics(net)}


def running_statistics(net):
    bn = net["bn1"]
    return {"bn1.running_mean_after": bn.running_mean, "bn1.running_var_after": bn.running_var}


def adapter(name):
    """The function (options, inputs) that computes our arrays for NAME.npz."""
    ours = getattr(chainrule, name)
    special = {
        "Dropout": dropout,
        "BatchNormalization": batch_normalization,
        "Sequential": network,
    }
    if name in special:
        compute = special[name]
    elif not isinstance(ours, type):
        compute = function
    else:
        compute = plain_layer if issubclass(ours, chainrule.Layer) else optimizer
    return functools.partial(compute, ours)

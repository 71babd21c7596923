"""Gradient checks that cannot lie: numerical_gradient, check_layer, GradientCheckError.

Chapter "Gradient checking" says why each precaution is here.
"""

import copy
import inspect

import numpy as np

from chainrule import _validate

# Gradients smaller than this are compared absolutely. In float64 with h = 1e-5 a difference
# quotient has rounding noise of about 1e-11, in a network of several layers 1e-10, and the true
# gradient may be zero (a bias before batch normalization): noise would be compared with nothing.
SMALLEST_GRADIENT = 1e-3


class GradientCheckError(AssertionError):
    """A backward pass does not agree with finite differences, or breaks the layer protocol."""


def numerical_gradient(f, x, h=1e-5):
    """The gradient of f at x by central differences: g_i = (f(x + h e_i) − f(x − h e_i)) / 2h.

    Parameters
    ----------
    f : function of one array that returns a number, and makes it from that array: where x has to be
        copied, a function that ignores its argument never sees the nudge, and the result is zero
    x : array of any shape; a float64 array is nudged in place, element by element, and put back
        exactly, anything else is copied to float64 first (integers cannot be nudged, float32
        drowns in noise)
    h : step, positive, in the units of x

    Returns
    -------
    array of the shape of x, float64

    Raises ValueError for a wrong dtype or h, or if f is no function that returns one number.
    Source: chapter "Gradient checking".
    """
    if not callable(f):
        raise ValueError(f"numerical_gradient: f must be a function, got {type(f).__name__}")
    x = _validate.real_array("numerical_gradient", "x", x)
    x = x if x.dtype == np.float64 and x.flags.writeable else x.astype(np.float64)
    h = _validate.positive("numerical_gradient", "h", h)
    grad = np.empty_like(x)
    for index in np.ndindex(x.shape):
        ahead, behind = _nudged(lambda: _number(f(x)), x, index, h)
        grad[index] = (ahead - behind) / (2 * h)
    return grad


def check_layer(layer, *inputs, rng, h=1e-5, tolerance=1e-6):
    """Compare backward with central differences: every element of every input and parameter.

    In float64, with a random upstream gradient R the objective is Σ R · layer.forward(*inputs).
    Each evaluation runs on a deep copy of the layer, which freezes dropout masks and leaves
    running statistics alone: the layer you pass is not changed. Also held: forward and backward
    change neither their inputs nor dout, a second backward gives the same gradients (nothing
    accumulates), the gradients have the shapes of what they belong to and are float64.

    Parameters
    ----------
    layer : anything that follows the layer protocol: a layer, a node, a loss, a Sequential
    inputs : what forward takes. Each is checked, except what forward calls t, a target. Keep them
        away from kinks and ties by more than h, and the batch at three samples or more: smaller
        ones hide errors.
    rng : numpy.random.Generator that draws the upstream gradient
    h : step of the differences, positive
    tolerance : largest relative error allowed, |a − n| / max(|a|, |n|, 1e-3)

    Returns
    -------
    dict: the largest relative error of each input ("input 0", …) and each parameter ("W", …)

    Raises GradientCheckError, which names the layer, the array, the index and both numbers;
    ValueError for a class in place of a layer, a bad rng, h or tolerance; what the layer raises
    passes.
    Source: chapter "Gradient checking".
    """
    _validate.made("check_layer", "layer", layer)
    _validate.generator("check_layer", rng)
    h = _validate.positive("check_layer", "h", h)
    tolerance = _validate.positive("check_layer", "tolerance", tolerance)
    name = type(layer).__name__
    layer = _in_float64(layer)
    inputs, dout, analytic = _run_backward(name, layer, inputs, rng)

    errors = {}
    for key, (target, gradient) in analytic.items():
        errors[key] = _compare(name, layer, inputs, dout, key, target, gradient, h, tolerance)
    return errors


def _run_backward(name, layer, inputs, rng):
    """Forward and backward on a copy: (float64 inputs, dout, {key: (owner, gradient)}).

    The owner of a gradient is told by an index into inputs, or the name of a parameter.
    """
    inputs = [np.array(x) for x in inputs]
    trial = copy.deepcopy(layer)
    returned = _as_tuple(trial.backward(_random_like(trial.forward(*inputs), rng)))
    expected = len(inputs) - ("t" in inspect.signature(layer.forward).parameters)
    if len(returned) != expected:
        raise GradientCheckError(
            f"{name}.backward: must return the gradients of {expected} inputs, got {len(returned)}"
        )
    for i in range(expected):
        inputs[i] = inputs[i].astype(np.float64)

    trial = copy.deepcopy(layer)
    given = copy.deepcopy(inputs)
    dout = _random_like(trial.forward(*given), rng)
    given_dout = dout.copy()
    analytic = _gradients(name, trial, given_dout)
    _check_untouched(name, {f"input {i}": x for i, x in enumerate(inputs)}, dict(enumerate(given)))
    _check_untouched(name, {"dout": dout}, {"dout": given_dout})
    _check_untouched(name, layer.params, trial.params)
    for key, (target, gradient) in analytic.items():
        belongs_to = inputs[target] if isinstance(target, int) else layer.params[target]
        if gradient.shape != belongs_to.shape:
            raise GradientCheckError(
                f"{name}.backward: the gradient of {key} must have shape {belongs_to.shape}, "
                f"got {gradient.shape}"
            )
        if gradient.dtype != np.float64:
            raise GradientCheckError(
                f"{name}.backward: the gradient of {key} must keep the dtype of its input, "
                f"float64, got {gradient.dtype}"
            )
    for key, (_, again) in _gradients(name, trial, given_dout).items():
        if not np.array_equal(again, analytic[key][1], equal_nan=True):
            raise GradientCheckError(
                f"{name}.backward: a second call must give the same gradient of {key}, but it did "
                f"not: gradients are assigned, not accumulated, and nothing is drawn anew"
            )
    return inputs, dout, analytic


def _gradients(name, trial, dout):
    """One backward: {"input 0": (0, dx), …, "W": ("W", dW), …}, each gradient copied."""
    found = {f"input {i}": (i, g) for i, g in enumerate(_as_tuple(trial.backward(dout)))}
    found |= {key: (key, trial.grads[key]) for key in trial.params}
    for key, (_, gradient) in found.items():
        if gradient is None:
            raise GradientCheckError(
                f"{name}.backward: the gradient of {key} must be an array, got None"
            )
    return {key: (target, np.array(g)) for key, (target, g) in found.items()}


def _compare(name, layer, inputs, dout, key, target, gradient, h, tolerance):
    """The largest relative error of one array's gradient; refused above the tolerance."""
    numeric = np.empty_like(gradient)
    for index in np.ndindex(gradient.shape):
        ahead, behind = _outputs_around(layer, inputs, target, index, h)
        # The outputs are subtracted first and summed after: far less rounding than Σ − Σ.
        numeric[index] = (dout * (ahead - behind)).sum() / (2 * h)
    scale = np.maximum(np.maximum(np.abs(gradient), np.abs(numeric)), SMALLEST_GRADIENT)
    with np.errstate(invalid="ignore"):  # an infinite gradient gives nan, which is refused below
        error = np.abs(gradient - numeric) / scale
    if np.all(error <= tolerance):  # False for nan as well
        return float(error.max())
    error = np.where(np.isnan(error), np.inf, error)
    # The first of the worst: where a constant factor is wrong, all are equal but for rounding, and
    # the message should not depend on the machine.
    worst = np.unravel_index(np.argmax(error >= 0.99 * error.max()), error.shape)
    raise GradientCheckError(
        f"{name}.backward: the gradient of {key} at index {tuple(map(int, worst))} is "
        f"{gradient[worst]:.6g}, finite differences say {numeric[worst]:.6g} "
        f"(relative error {error[worst]:.1e}, tolerance {tolerance:.0e}); "
        f"{int(np.sum(~(error <= tolerance)))} of {error.size} elements disagree"
        + _kink_hint(layer, inputs, dout, target, worst, h)
    )


def _outputs_around(layer, inputs, target, index, h):
    """The layer's outputs with one number of one input or parameter nudged by +h and by −h."""
    array = inputs[target] if isinstance(target, int) else layer.params[target]
    return _nudged(lambda: _output(layer, inputs), array, index, h)


def _output(layer, inputs):
    return np.asarray(copy.deepcopy(layer).forward(*inputs))


def _kink_hint(layer, inputs, dout, target, index, h):
    """For the error message: a sentence where left and right slopes differ, at a kink or tie."""
    ahead, behind = _outputs_around(layer, inputs, target, index, h)
    here = _output(layer, inputs)
    right = (dout * (ahead - here)).sum() / h
    left = (dout * (here - behind)).sum() / h
    if abs(right - left) <= 1e-2 * max(abs(right), abs(left), SMALLEST_GRADIENT):
        return ""
    return (
        f". The slope is {left:.6g} on the left and {right:.6g} on the right: "
        f"a kink or a tie lies within h; move the input away from it"
    )


def _nudged(evaluate, array, index, h):
    """evaluate() with array[index] raised by h, then lowered by h; the old value is put back."""
    old = array[index].copy()
    try:
        array[index] = old + h
        ahead = evaluate()
        array[index] = old - h
        behind = evaluate()
    finally:
        array[index] = old
    return ahead, behind


def _in_float64(layer):
    """A deep copy of the layer with its parameters in float64."""
    layer = copy.deepcopy(layer)
    parts = [layer]
    for part in parts:
        # The list grows while we walk: a Sequential may hold others.
        parts.extend(getattr(part, "layers", {}).values())
        for key in part.param_names:
            setattr(part, key, getattr(part, key).astype(np.float64))
    return layer


def _random_like(out, rng):
    """A random upstream gradient, no element near zero: a weight of zero hides errors."""
    shape = np.shape(out)
    return np.asarray(rng.uniform(0.5, 1.5, shape) * rng.choice([-1.0, 1.0], shape))


def _as_tuple(gradients):
    return gradients if isinstance(gradients, tuple) else (gradients,)


def _check_untouched(name, before, after):
    for (key, old), new in zip(before.items(), after.values(), strict=True):
        if not np.array_equal(old, new, equal_nan=True):
            raise GradientCheckError(f"{name}: forward and backward must not change {key}, but did")


def _number(value):
    value = _validate.real_array("numerical_gradient", "what f returns", value)
    _validate.shape("numerical_gradient", "what f returns", value, ())
    return float(value)

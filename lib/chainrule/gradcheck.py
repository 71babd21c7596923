"""Gradient checking: numerical_gradient, check_layer, GradientCheckError.

Chapter "Gradient checking" gives the reason for each precaution.
"""

import copy
import inspect

import numpy as np

from chainrule import _validate
from chainrule.layers import _named_layers

# Gradients smaller than this are compared absolutely. In float64 with h = 1e-5 a difference
# quotient has a rounding error of about 1e-11, in a network of several layers 1e-10. Where the true
# gradient is zero (a bias before batch normalization), the relative error would be that of noise.
SMALLEST_GRADIENT = 1e-3

# The step is h up to this |x|, and in proportion to |x| above: x + h would be rounded too coarsely.
LARGE = 1e4

# Where h is large for small numbers, check_layer tries steps 10 and 100 times as small.
SMALLER_STEPS = 2

# Where rounding hides a gradient, check_layer tries steps 10, 100, … times as large, this often.
LARGER_STEPS = 6


class GradientCheckError(AssertionError):
    """A backward pass that disagrees with finite differences, or breaks the layer protocol."""


def numerical_gradient(f, x, h=1e-5):
    """The gradient of f at x by central differences: g_i = (f(x + h e_i) − f(x − h e_i)) / 2h.

    Parameters
    ----------
    f : function
        Of one array; returns a number computed from that array. A function that reads another array
        instead of its argument has gradient zero wherever x has to be copied.
    x : array of any shape
        A float64 array is changed in place, one element at a time, and restored exactly. Any other
        array is copied to float64 first: integers cannot change by h, and float32 is too coarse.
    h : float
        Step, positive, in the units of x. Where |x| > 10⁴ it is h · |x|/10⁴, as x + h would
        round to x.

    Returns
    -------
    float64 array of the shape of x

    Raises
    ------
    ValueError
        For a wrong dtype or h, and if f is not a function that returns one number.

    References
    ----------
    Chapter "Gradient checking".
    """
    if not callable(f):
        raise ValueError(f"numerical_gradient: f must be a function, got {type(f).__name__}")
    x = _validate.real_array("numerical_gradient", "x", x)
    x = x if x.dtype == np.float64 and x.flags.writeable else x.astype(np.float64)
    h = _validate.positive("numerical_gradient", "h", h)
    grad = np.empty_like(x)
    for index in np.ndindex(x.shape):
        step = _step(x[index], h)
        f_plus, f_minus = _at_plus_minus_h(lambda: _number(f(x)), x, index, step)
        grad[index] = (f_plus - f_minus) / (2 * step)
    return grad


@np.errstate(under="ignore")
def check_layer(layer, *inputs, rng, h=1e-5, tolerance=1e-6):
    """Compare backward with central differences, for every element of every input and parameter.

    In float64, with a random upstream gradient R, the function to differentiate is
    Σ R · layer.forward(*inputs). Each evaluation runs on a deep copy of the layer, so that dropout
    masks stay the same and the layer itself does not change. Also checked: forward and backward
    change neither their inputs nor dout; a second backward gives the same gradients; each gradient
    is float64 and has the shape of its input or parameter.

    Parameters
    ----------
    layer : Layer
        A layer, node, loss or Sequential.
    *inputs : arrays
        The arguments of forward. All are checked but the one that forward names t, a target. Keep
        them away from kinks and ties by more than h, and use three samples or more: smaller batches
        hide errors.
    rng : numpy.random.Generator
        Draws the upstream gradient.
    h : float
        Step of the differences, positive; larger where rounding would hide a gradient, smaller
        where the outputs bend within it.
    tolerance : float
        Largest relative error allowed, |a − n| / max(|a|, |n|, 1e-3); positive.

    Returns
    -------
    dict
        The largest relative error of each input ("input 0", …) and each parameter ("W", …).

    Raises
    ------
    GradientCheckError
        With the layer, the array, the index and both numbers; or the number that is not finite; or
        that rounding exceeds the tolerance, so that backward cannot be judged.
    ValueError
        For a class in place of a layer, an input that is not finite, a wrong rng, h or tolerance.
        Errors of the layer are passed on.

    References
    ----------
    Chapter "Gradient checking".
    """
    _validate.instance("check_layer", "layer", layer)
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
    """Forward and backward on a copy: (float64 inputs, dout, {key: (target, gradient)}).

    The target of a gradient is the index of an input, or the name of a parameter.
    """
    inputs = [np.array(x) for x in inputs]
    for i, x in enumerate(inputs):
        _validate.finite("check_layer", f"input {i}", x)
    trial = copy.deepcopy(layer)
    out = trial.forward(*inputs)
    _check_finite(f"{name}.forward: the output", out)
    returned = _as_tuple(trial.backward(_random_like(out, rng)))
    expected = len(inputs) - ("t" in inspect.signature(layer.forward).parameters)
    if len(returned) != expected:
        raise GradientCheckError(
            f"{name}.backward: must return the gradients of {expected} inputs, got {len(returned)}"
        )
    for i in range(expected):
        inputs[i] = inputs[i].astype(np.float64)

    trial = copy.deepcopy(layer)
    inputs_copy = copy.deepcopy(inputs)
    dout = _random_like(trial.forward(*inputs_copy), rng)
    dout_copy = dout.copy()
    analytic = _gradients(name, trial, dout_copy)
    named = {f"input {i}": x for i, x in enumerate(inputs)}
    _check_unchanged(name, named, dict(zip(named, inputs_copy, strict=True)))
    _check_unchanged(name, {"dout": dout}, {"dout": dout_copy})
    _check_unchanged(name, layer.params, trial.params)
    for key, (target, gradient) in analytic.items():
        array = inputs[target] if isinstance(target, int) else layer.params[target]
        if gradient.shape != array.shape:
            raise GradientCheckError(
                f"{name}.backward: the gradient of {key} must have shape {array.shape}, "
                f"got {gradient.shape}"
            )
        if gradient.dtype != np.float64:
            raise GradientCheckError(
                f"{name}.backward: the gradient of {key} must keep the dtype of its input, "
                f"float64, got {gradient.dtype}"
            )
    for key, (_, again) in _gradients(name, trial, dout_copy).items():
        if not np.array_equal(again, analytic[key][1], equal_nan=True):
            raise GradientCheckError(
                f"{name}.backward: a second call must give the same gradient of {key}, but it did "
                f"not: gradients are assigned, not accumulated, and nothing is drawn anew"
            )
    return inputs, dout, analytic


def _gradients(name, trial, dout):
    """Run backward: {"input 0": (0, dx), …, "W": ("W", dW), …}, with copies of the gradients."""
    found = {f"input {i}": (i, g) for i, g in enumerate(_as_tuple(trial.backward(dout)))}
    found |= {key: (key, trial.grads[key]) for key in trial.params}
    for key, (_, gradient) in found.items():
        if gradient is None:
            raise GradientCheckError(
                f"{name}.backward: the gradient of {key} must be an array, got None"
            )
    return {key: (target, np.array(g)) for key, (target, g) in found.items()}


def _compare(name, layer, inputs, dout, key, target, gradient, h, tolerance):
    """The largest relative error of one array's gradient; raises above the tolerance."""
    _check_finite(f"{name}.backward: the gradient of {key}", gradient)
    array = inputs[target] if isinstance(target, int) else layer.params[target]
    numeric, noise = np.empty_like(gradient), np.empty_like(gradient)
    for index in np.ndindex(gradient.shape):
        place = (name, layer, inputs, dout, key, array, index)
        step = _step(array[index], h)
        numeric[index], noise[index] = _numeric(place, gradient[index], step, h, tolerance)
    error = _relative_error(gradient, numeric)
    if np.all(error <= tolerance):
        return float(error.max())
    wrong = (error > tolerance) & (np.abs(gradient - numeric) > noise)
    if not wrong.any():
        index = np.unravel_index(np.argmax(error), error.shape)
        raise GradientCheckError(
            f"{name}.backward: cannot be judged, the numbers are too large: the gradient of {key} "
            f"at index {tuple(map(int, index))} is {gradient[index]:.6g}, finite differences say "
            f"{numeric[index]:.6g}, but rounding or the step may change them by "
            f"{noise[index]:.1e}; scale the inputs down, or subtract their mean"
        )
    # The first of the largest errors: a wrong constant factor makes all equal up to rounding, and
    # the message should be the same on every machine.
    worst = np.unravel_index(np.argmax(wrong & (error >= 0.99 * error[wrong].max())), error.shape)
    raise GradientCheckError(
        f"{name}.backward: the gradient of {key} at index {tuple(map(int, worst))} is "
        f"{gradient[worst]:.6g}, finite differences say {numeric[worst]:.6g} "
        f"(relative error {error[worst]:.1e}, tolerance {tolerance:.0e}); "
        f"{int(np.sum(error > tolerance))} of {error.size} elements disagree"
        + _kink_hint(layer, inputs, dout, array, worst, _step(array[worst], h))
    )


def _relative_error(a, n):
    """|a − n| / max(|a|, |n|, 1e-3), elementwise."""
    return np.abs(a - n) / np.maximum(np.maximum(np.abs(a), np.abs(n)), SMALLEST_GRADIENT)


def _numeric(place, analytic, step, h, tolerance):
    """The difference quotient to compare with, and the error it may have; 0 if they agree.

    Smaller steps may show that they agree, if h is large for the numbers at hand, and larger ones
    where rounding may be all that they differ by. A step in proportion to |x| may be too large
    itself, if the layer looks at small differences of x, as batch normalization does: then another
    step gives another quotient.
    """
    numeric = _quotient(*place, step)
    if _relative_error(analytic, numeric) <= tolerance:
        return numeric, 0.0
    smaller = [_quotient(*place, step / 10**k) for k in range(1, SMALLER_STEPS + 1)]
    for each in smaller:
        if _relative_error(analytic, each) <= tolerance:
            return each, 0.0
    noise = _rounding(*place, numeric, step)
    if step > h:
        noise += 2 * abs(numeric - smaller[0])
    if abs(analytic - numeric) <= noise:
        for k in range(1, LARGER_STEPS + 1):
            larger = _quotient(*place, step * 10**k)
            if _relative_error(analytic, larger) <= tolerance:
                return larger, noise
    return numeric, noise


def _step(x, h):
    """The step at a number x: h, or in proportion to |x| where |x| is large."""
    return h * max(1.0, abs(float(x)) / LARGE)


def _quotient(name, layer, inputs, dout, key, array, index, step):
    """The difference quotient at one element."""
    plus, minus = _outputs_around(layer, inputs, array, index, step)
    # Subtract the outputs, then sum: far less rounding error than the difference of two sums.
    with np.errstate(invalid="ignore"):  # ∞ − ∞, which is named below
        quotient = (dout * (plus - minus)).sum() / (2 * step)
    if not np.isfinite(quotient):
        for out in (plus, minus):
            _check_finite(f"{name}.forward: the output {step:.0e} beside {key}{list(index)}", out)
    return quotient


def _rounding(name, layer, inputs, dout, key, array, index, quotient, step):
    """The rounding error that a difference quotient may have."""
    plus, minus = _outputs_around(layer, inputs, array, index, step)
    # Outputs are off by some roundings of the numbers they are computed from and of their own
    # size, the step by one of that of x.
    largest = max(np.abs(a).max() for a in (*inputs, *layer.params.values()))
    sizes = np.maximum(np.maximum(np.abs(plus), np.abs(minus)), largest)
    noise = (np.abs(dout) * sizes).sum() + abs(quotient * array[index])
    return 4 * np.finfo(np.float64).eps * noise / step


def _check_finite(what, array):
    """Raise unless all numbers are finite; `what` begins the message."""
    if not np.all(np.isfinite(array)):
        index = tuple(map(int, np.argwhere(~np.isfinite(array))[0]))
        raise GradientCheckError(
            f"{what} must be finite, got {np.asarray(array)[index]} at index {index}"
        )


def _outputs_around(layer, inputs, array, index, h):
    """The layer's outputs with one element of an input or parameter changed by +h and by −h."""
    return _at_plus_minus_h(lambda: _output(layer, inputs), array, index, h)


def _output(layer, inputs):
    """The output of a copy of the layer."""
    return np.asarray(copy.deepcopy(layer).forward(*inputs))


def _kink_hint(layer, inputs, dout, array, index, h):
    """A sentence for the error message if the left and right slopes differ: a kink or a tie."""
    out_plus, out_minus = _outputs_around(layer, inputs, array, index, h)
    out = _output(layer, inputs)
    right = (dout * (out_plus - out)).sum() / h
    left = (dout * (out - out_minus)).sum() / h
    if abs(right - left) <= 1e-2 * max(abs(right), abs(left), SMALLEST_GRADIENT):
        return ""
    return (
        f". The slope is {left:.6g} on the left and {right:.6g} on the right: "
        f"a kink or a tie lies within h; move the input away from it"
    )


def _at_plus_minus_h(evaluate, array, index, h):
    """evaluate() with array[index] increased and decreased by h; restores the old value."""
    old = array[index].copy()
    try:
        array[index] = old + h
        f_plus = evaluate()
        array[index] = old - h
        f_minus = evaluate()
    finally:
        array[index] = old
    return f_plus, f_minus


def _in_float64(layer):
    """A deep copy of the layer with its parameters in float64."""
    layer = copy.deepcopy(layer)
    for _, part in _named_layers(layer):
        for key in part.param_names:
            setattr(part, key, getattr(part, key).astype(np.float64))
    return layer


def _random_like(out, rng):
    """A random upstream gradient with no element near zero, which would hide errors."""
    shape = np.shape(out)
    return np.asarray(rng.uniform(0.5, 1.5, shape) * rng.choice([-1.0, 1.0], shape))


def _as_tuple(gradients):
    """What backward returned, as a tuple of gradients."""
    return gradients if isinstance(gradients, tuple) else (gradients,)


def _check_unchanged(name, before, after):
    """Raise if an array of the dict `after` differs from that of `before`."""
    for key, old in before.items():
        if not np.array_equal(old, after[key], equal_nan=True):
            raise GradientCheckError(f"{name}: forward and backward must not change {key}, but did")


def _number(value):
    """What f returned, as a float."""
    value = _validate.real_array("numerical_gradient", "what f returns", value)
    _validate.shape("numerical_gradient", "what f returns", value, ())
    return float(value)

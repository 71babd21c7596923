"""Numbers: worked examples, extreme inputs, dtypes, memory, running statistics."""

import copy
import math

import numpy as np
import pytest

import chainrule as cr
from chainrule_dev.cases import CASES, ONE_CASE_EACH, convolution, distinct, soft_targets

every_case = pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
FLOATS = [np.float64, np.float32]


def normal(*shape):
    return np.random.default_rng(0).standard_normal(shape)


# --- worked examples ---


def test_affine_by_hand():
    """x W + b, dout Wᵀ, xᵀ dout and the sum of dout, for one row and for a batch of two."""
    layer = cr.Affine([[1, 2, 3], [4, 5, 6]], [7, 8, 9])
    np.testing.assert_array_equal(layer.forward([[1, 1]]), [[5 + 7, 7 + 8, 9 + 9]])
    # dout Wᵀ: 2·1 + 1·2 − 1·3 = 1 and 2·4 + 1·5 − 1·6 = 7.
    np.testing.assert_array_equal(layer.backward([[2, 1, -1]]), [[1, 7]])
    np.testing.assert_array_equal(layer.dW, [[2, 1, -1], [2, 1, -1]])
    np.testing.assert_array_equal(layer.db, [2, 1, -1])

    out = layer.forward([[1, 1], [2, 3]])
    np.testing.assert_array_equal(out, [[12, 15, 18], [14 + 7, 19 + 8, 24 + 9]])
    # The second row of dout is ones: its dx is the row sums of W, 6 and 15.
    np.testing.assert_array_equal(layer.backward([[2, 1, -1], [1, 1, 1]]), [[1, 7], [6, 15]])
    np.testing.assert_array_equal(layer.dW, [[2 + 2, 1 + 2, -1 + 2], [2 + 3, 1 + 3, -1 + 3]])
    np.testing.assert_array_equal(layer.db, [3, 2, 0])


def test_relu_by_hand():
    """The sign of x decides, not the sign of dout."""
    layer = cr.ReLU()
    np.testing.assert_array_equal(layer.forward([1, -2, 3, -4]), [1, 0, 3, 0])
    np.testing.assert_array_equal(layer.backward([1, 2, -3, -4]), [1, 0, -3, 0])


def test_relu_and_its_gradient_are_zero_at_zero():
    layer = cr.ReLU()
    assert layer.forward([0.0, -0.0]).tolist() == [0, 0]
    assert layer.backward([5.0, 5.0]).tolist() == [0, 0]


def test_batch_normalization_by_hand():
    """A batch with columns 1…5, −1…−5 and (1, 1, 2, 2, 4), and simple multiples of √σ² as γ.

    The means are 3, −3 and 2, the variances 2, 2 and 6/5. So with eps → 0, γ x̂ + β is for the first
    column √2·(x − 3)/√2 + 2 = x − 1, for the second 2(x + 3) + 4, for the third 5(x − 2) + 5.
    """
    x = np.array([[1, -1, 1], [2, -2, 1], [3, -3, 2], [4, -4, 2], [5, -5, 4]])
    gamma = [math.sqrt(2), 2 * math.sqrt(2), math.sqrt(30)]
    layer = cr.BatchNormalization(gamma, [2, 4, 5], eps=1e-12)
    expected = [[0, 8, 0], [1, 6, 0], [2, 4, 5], [3, 2, 5], [4, 0, 15]]
    np.testing.assert_allclose(layer.forward(x), expected, atol=1e-10)

    # dout in column c is s·(1, −1, 1, −1, 1) with s = 1, −1, 4: its mean is s/5.
    dout = np.outer([1, -1, 1, -1, 1], [1, -1, 4])
    dx = layer.backward(dout)
    np.testing.assert_array_equal(layer.dbeta, [1, -1, 4])
    # Σ dout·(x − μ), column by column: −2 + 1 + 0 − 1 + 2 = 0; 0; 4·(−1 + 1 + 0 − 0 + 2) = 8.
    np.testing.assert_allclose(layer.dgamma, [0, 0, 8 / math.sqrt(6 / 5)], atol=1e-10)
    # In the first two columns only the mean contributes: γ/σ·(dout − mean), with γ/σ = 1 and 2.
    np.testing.assert_allclose(dx[:, 0], [0.8, -1.2, 0.8, -1.2, 0.8], atol=1e-10)
    np.testing.assert_allclose(dx[:, 1], [-1.6, 2.4, -1.6, 2.4, -1.6], atol=1e-10)
    # The third: γ/σ = 5, mean 4/5, and through the variance (x − μ)·(8/5)/(6/5) = (x − μ)·4/3.
    third = [
        5 * (4 * s - 4 / 5 - c * 4 / 3)
        for s, c in zip([1, -1, 1, -1, 1], [-1, -1, 0, 0, 2], strict=True)
    ]
    np.testing.assert_allclose(dx[:, 2], third, atol=1e-9)
    # Running statistics after one step from 0 and 1: a tenth of the way, the variance unbiased.
    np.testing.assert_allclose(layer.running_mean, [0.3, -0.3, 0.2])
    np.testing.assert_allclose(layer.running_var, [0.9 + 0.25, 0.9 + 0.25, 0.9 + 0.15])


def test_softmax_with_loss_by_hand():
    """Scores 1, 8, 3 and the second class: −log of its probability, and y − t."""
    total = math.exp(1) + math.exp(8) + math.exp(3)
    y = [math.exp(s) / total for s in (1, 8, 3)]
    layer = cr.SoftmaxWithLoss()
    loss = layer.forward([1, 8, 3], [0, 1, 0])
    assert loss == pytest.approx(-math.log(y[1]), rel=1e-12)
    assert f"{loss:.6f}" == "0.007621"
    np.testing.assert_allclose(layer.backward(), [y[0], y[1] - 1, y[2]], rtol=1e-12)


def test_identity_with_loss_by_hand():
    layer = cr.IdentityWithLoss()
    assert layer.forward([[1, 2], [3, 4]], [[0, 2], [3, 6]]) == (1 + 0 + 0 + 4) / 4
    np.testing.assert_array_equal(layer.backward(), [[0.5, 0], [0, -1]])
    assert layer.forward([1, 2], [0, 4]) == (1 + 4) / 2
    np.testing.assert_array_equal(layer.backward(2), [2, -4])


# --- extreme inputs ---


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_sigmoid_is_accurate_and_without_a_warning_for_large_inputs(dtype):
    """Compared with math.exp in float64. Warnings are errors in all tests."""
    x = np.linspace(-1000, 1000, 4001, dtype=dtype)
    y = cr.Sigmoid().forward(x)
    assert y.dtype == dtype
    tiny = np.finfo(dtype).tiny  # smaller numbers have fewer digits, whatever the formula
    expected = [
        1 / (1 + math.exp(-v)) if v >= 0 else math.exp(v) / (1 + math.exp(v)) for v in x.tolist()
    ]
    np.testing.assert_allclose(y, expected, rtol=1e-14 if dtype == np.float64 else 3e-7, atol=tiny)
    assert y[0] == 0
    assert y[-1] == 1
    assert cr.Sigmoid().forward(dtype(0)) == 0.5
    assert np.all(np.diff(y) >= 0)


def test_sigmoid_of_a_very_negative_number_keeps_its_digits():
    assert cr.Sigmoid().forward(-500.0) == pytest.approx(math.exp(-500), rel=1e-14)


@pytest.mark.parametrize("layer_class", [cr.Sigmoid, cr.Tanh])
def test_saturated_activations_have_gradient_zero_without_a_warning(layer_class):
    layer = layer_class()
    layer.forward([-1000.0, 1000.0])
    np.testing.assert_array_equal(layer.backward([1.0, 1.0]), [0, 0])


def test_softmax_does_not_change_when_all_logits_are_shifted():
    x = normal(3, 4)
    for shift in (-1e4, 7.0, 1e4):
        np.testing.assert_allclose(cr.softmax(x + shift), cr.softmax(x), rtol=1e-10)
        np.testing.assert_allclose(cr.log_softmax(x + shift), cr.log_softmax(x), rtol=1e-10)


def test_softmax_is_along_the_last_axis_and_sums_to_one():
    x = normal(2, 3, 4)
    expected = np.exp(x) / np.exp(x).sum(axis=-1, keepdims=True)
    np.testing.assert_allclose(cr.softmax(x), expected, rtol=1e-13)
    np.testing.assert_allclose(cr.log_softmax(x), np.log(expected), rtol=1e-13)
    np.testing.assert_allclose(cr.softmax([1e300, -1e300, 0]).sum(), 1)


@pytest.mark.parametrize("t", [1, [1], [0, 1]], ids=["label", "labels", "one-hot"])
def test_the_loss_of_a_certain_mistake_is_its_logit_and_finite(t):
    layer = cr.SoftmaxWithLoss()
    assert layer.forward([1000, 0], t) == 1000
    np.testing.assert_array_equal(layer.backward(), [1, -1])
    assert layer.forward([[1000.0, 0.0]], [1]) == 1000
    assert cr.cross_entropy([1000, 0], t) == 1000


def test_the_loss_of_a_certain_correct_prediction_is_zero():
    assert cr.SoftmaxWithLoss().forward([1000, 0], 0) == 0


@pytest.mark.parametrize(
    ("logits", "t"),
    [
        ([[-np.inf, 0.0, 1.0]], [1]),
        ([[-np.inf, 0.0, 1.0]], [[0.0, 1.0, 0.0]]),
        ([[-np.inf, 0.0, 1.0]], [[0.0, 0.25, 0.75]]),
        ([-np.inf, 0.0, 1.0], 1),
        ([[0.0, 1.0, -np.inf], [-np.inf, 2.0, 2.0]], [0, 1]),
        ([[-np.inf, 5.0, -np.inf]], [1]),
    ],
)
def test_a_logit_of_minus_infinity_is_a_class_that_never_happens(logits, t):
    """As if the logit were −10⁶, whose probability rounds to 0: loss and gradient are the same."""
    finite = np.maximum(logits, -1e6)
    one, other = cr.SoftmaxWithLoss(), cr.SoftmaxWithLoss()
    assert one.forward(logits, t) == other.forward(finite, t) == cr.cross_entropy(logits, t)
    np.testing.assert_array_equal(one.backward(), other.backward())
    np.testing.assert_array_equal(cr.softmax(logits), cr.softmax(finite))


def test_the_loss_with_a_logit_of_minus_infinity_by_hand():
    assert cr.cross_entropy([[-np.inf, 0, 1]], [1]) == pytest.approx(
        math.log(1 + math.e), rel=1e-15
    )
    np.testing.assert_array_equal(cr.log_softmax([-np.inf, 0, -np.inf]), [-np.inf, 0, -np.inf])


def test_a_target_that_cannot_happen_costs_infinitely_much():
    """And the gradient still says which logit to raise."""
    layer = cr.SoftmaxWithLoss()
    assert layer.forward([[-np.inf, 0.0]], [0]) == cr.cross_entropy([[-np.inf, 0.0]], [0]) == np.inf
    np.testing.assert_array_equal(layer.backward(), [[-1, 1]])


# --- np.errstate(all="raise"): what is too small for a float is 0, and no error ---

SCALES = {cr.Exp: (1e-300, 1e-3), cr.Reciprocal: (1e3, 1e160, 1e300)}  # others overflow


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@every_case
def test_tiny_and_large_inputs_raise_no_floating_point_error(case, dtype):
    """With upstream gradients of 1 and of the least positive normal number."""
    for scale in (1, *SCALES.get(case.layer_class, (1e-300, 1e-160, 1e-40, 1e3))):
        if not float(np.finfo(dtype).tiny) < scale < float(np.finfo(dtype).max):
            continue
        rng = np.random.default_rng(0)
        layer = case.make_layer(rng)
        first, *others = in_dtype(case, rng, dtype)
        with np.errstate(all="raise"):
            out = layer.forward(first * dtype(scale), *others)
            for size in (1, np.finfo(dtype).tiny):
                layer.backward(np.full(np.shape(out), size, dtype=dtype))


@pytest.mark.parametrize("layer_class", [cr.Sigmoid, cr.Tanh, cr.ReLU, cr.Exp])
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_very_negative_inputs_raise_no_floating_point_error(layer_class, dtype):
    """Also −745 and −100, whose exponentials are below the normal numbers but not 0."""
    layer = layer_class()
    x = np.array([-1e30, -1e4, -800, -745, -708, -104, -100, -87, -1, 0], dtype=dtype)
    with np.errstate(all="raise"):
        layer.forward(x)
        for size in (1, 1e-30):
            layer.backward(np.full(len(x), size))


@pytest.mark.parametrize("gap", [-800, -745, -104, -1e30, -np.inf])
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_softmax_of_distant_logits_raises_no_floating_point_error(gap, dtype):
    x, layer = np.array([[0, gap], [1, 0]], dtype=dtype), cr.SoftmaxWithLoss()
    with np.errstate(all="raise"):
        cr.log_softmax(x)
        assert cr.softmax(x)[0, 1] < 1e-40
        assert layer.forward(x, [0, 1]) == cr.cross_entropy(x, [0, 1])
        layer.forward(x, [[1 - 1e-7, 1e-7], [0, 1]] if np.isfinite(gap) else [0, 1])
        layer.backward(1e-30)


@pytest.mark.parametrize("largest", [np.float32(3e38), np.float64(1e308)])
def test_softmax_of_the_largest_numbers_raises_no_floating_point_error(largest):
    """Their distance is too large for a float; its exponential is 0 all the same."""
    x, layer = np.array([[largest, -largest, largest]]), cr.SoftmaxWithLoss()
    with np.errstate(all="raise"):
        np.testing.assert_array_equal(cr.softmax(x), [[0.5, 0, 0.5]])
        np.testing.assert_allclose(cr.log_softmax(x), [[-np.log(2), -np.inf, -np.log(2)]], 1e-6)
        np.testing.assert_allclose(layer.forward(x, [0]), np.log(2), 1e-6)
        assert layer.forward(x, [1]) == np.inf
        np.testing.assert_array_equal(layer.backward(), [[0.5, -1, 0.5]])


def test_tiny_initial_weights_raise_no_floating_point_error():
    with np.errstate(all="raise"):
        for std in (1e-44, 1e-300, 1e-323):
            for dtype in (np.float32, np.float64):
                cr.normal((3, 4), np.random.default_rng(0), std=std, dtype=dtype)


def test_a_check_of_tiny_numbers_raises_no_floating_point_error():
    with np.errstate(all="raise"):
        cr.check_layer(cr.Tanh(), [[1e-310, 1e-160, -1.0]], rng=np.random.default_rng(0))


def test_overflow_is_still_reported():
    with np.errstate(all="raise"), pytest.raises(FloatingPointError, match="overflow"):
        cr.Exp().forward(1e3)


# --- targets ---


def test_labels_one_hot_and_probabilities_agree():
    x, labels = normal(5, 4), np.array([3, 0, 1, 1, 2])
    results = []
    for t in (labels, labels.tolist(), np.eye(4)[labels], cr.one_hot(labels, 4).astype(int)):
        layer = cr.SoftmaxWithLoss()
        results.append((layer.forward(x, t), layer.backward(), cr.cross_entropy(x, t)))
    for loss, dx, entropy in results:
        assert loss == results[0][0] == entropy
        np.testing.assert_array_equal(dx, results[0][1])


def test_soft_targets_count_every_class():
    rng = np.random.default_rng(0)
    x, t = rng.standard_normal((4, 3)), soft_targets(rng, 4, 3)
    y = np.exp(x) / np.exp(x).sum(axis=1, keepdims=True)
    layer = cr.SoftmaxWithLoss()
    assert layer.forward(x, t) == pytest.approx(-(t * np.log(y)).sum() / 4, rel=1e-13)
    np.testing.assert_allclose(layer.backward(), (y - t) / 4, rtol=1e-12)


def test_an_unbatched_sample_is_a_batch_of_one():
    x, t = normal(3), np.array([0.2, 0.5, 0.3])
    for loss_class in (cr.SoftmaxWithLoss, cr.IdentityWithLoss):
        single, batch = loss_class(), loss_class()
        assert single.forward(x, t) == batch.forward(x[np.newaxis], t[np.newaxis])
        np.testing.assert_array_equal(single.backward(), batch.backward()[0])


def test_one_hot_by_hand():
    rows = cr.one_hot([2, 0], 3)
    np.testing.assert_array_equal(rows, [[0, 0, 1], [1, 0, 0]])
    assert rows.dtype == np.float64


# --- dtypes ---


def has_target(case):
    return "loss" in case.name.lower()


def in_dtype(case, rng, dtype):
    """The case's inputs in this dtype, except a target, which stays float64 or integer."""
    inputs = list(case.make_inputs(rng))
    last = 1 if has_target(case) else len(inputs)
    return [np.asarray(x).astype(dtype) for x in inputs[:last]] + inputs[last:]


def results(layer, inputs, dout=None):
    """[out, gradients of inputs, gradients of parameters] of one forward and backward."""
    out = layer.forward(*inputs)
    dx = layer.backward(np.ones_like(out) if dout is None else dout)
    dx = dx if isinstance(dx, tuple) else (dx,)
    return [out, *dx, *layer.grads.values()]


@pytest.mark.parametrize("dtype", FLOATS)
@every_case
def test_the_dtype_of_the_input_is_kept(case, dtype):
    """The output and all gradients have it; the parameters keep theirs."""
    rng = np.random.default_rng(0)
    layer = case.make_layer(rng)
    inputs = in_dtype(case, rng, dtype)
    assert {np.asarray(array).dtype for array in results(layer, inputs)} == {np.dtype(dtype)}
    assert {p.dtype for p in layer.params.values()} <= {np.dtype(np.float64)}


@pytest.mark.parametrize("case", ONE_CASE_EACH.values(), ids=lambda case: case.name)
def test_the_dtype_of_dout_changes_nothing(case):
    rng = np.random.default_rng(0)
    layer = case.make_layer(rng)
    inputs = in_dtype(case, rng, np.float32)
    out = layer.forward(*inputs)
    for dtype in (int, np.float64):
        dx = layer.backward(np.ones(np.shape(out), dtype=dtype))
        assert {g.dtype for g in (dx if isinstance(dx, tuple) else (dx,))} == {np.dtype("float32")}


@pytest.mark.parametrize("integer", [int, np.uint8, bool])
@pytest.mark.parametrize("case", ONE_CASE_EACH.values(), ids=lambda case: case.name)
def test_integers_count_as_float64(case, integer):
    rng = np.random.default_rng(0)
    layer = case.make_layer(rng)
    inputs = [np.ones_like(x) for x in in_dtype(case, rng, integer)]
    if has_target(case):
        inputs[1] = case.make_inputs(rng)[1]
    assert {np.asarray(a).dtype for a in results(layer, inputs)} == {np.dtype("float64")}


def test_integer_parameters_become_float64():
    for layer in (
        cr.Affine([[1, 2]], [3, 4]),
        cr.BatchNormalization([1, 2], [0, 0]),
        cr.Convolution(np.ones((1, 1, 1, 1), dtype=int), [0]),
    ):
        assert {p.dtype for p in layer.params.values()} == {np.dtype("float64")}


def test_running_statistics_keep_the_dtype_of_gamma():
    layer = cr.BatchNormalization(np.ones(3, dtype=np.float32), np.zeros(3, dtype=np.float32))
    layer.forward(normal(4, 3))
    assert layer.running_mean.dtype == layer.running_var.dtype == np.float32


@pytest.mark.parametrize("function", [cr.softmax, cr.log_softmax])
@pytest.mark.parametrize("dtype", FLOATS)
def test_softmax_keeps_the_dtype(function, dtype):
    assert function(normal(2, 3).astype(dtype)).dtype == dtype


@pytest.mark.parametrize("dtype", FLOATS)
def test_im2col_and_col2im_keep_the_dtype(dtype):
    x = normal(2, 1, 4, 4).astype(dtype)
    col = cr.im2col(x, 3, 3, pad=1)
    assert col.dtype == cr.col2im(col, x.shape, 3, 3, pad=1).dtype == dtype


@pytest.mark.parametrize("dtype", FLOATS)
@pytest.mark.parametrize("function", [cr.he, cr.xavier, cr.normal])
def test_initial_weights_have_the_requested_dtype(function, dtype):
    assert function((3, 4), np.random.default_rng(0), dtype=dtype).dtype == dtype


# --- memory ---


@every_case
def test_read_only_inputs_and_dout_are_accepted(case):
    """Nothing is written to the caller's arrays: the inputs, dout, parameters."""
    rng = np.random.default_rng(0)
    layer = case.make_layer(rng)
    inputs = [np.array(x) for x in case.make_inputs(rng)]
    dout = np.ones_like(copy.deepcopy(layer).forward(*inputs))
    for array in (*inputs, dout, *layer.params.values()):
        array.setflags(write=False)
    results(layer, inputs, dout)


@every_case
def test_non_contiguous_inputs_give_the_same_result(case):
    """Slices with steps and Fortran order: the layout in memory does not matter."""
    rng = np.random.default_rng(0)
    layer = case.make_layer(rng)
    inputs = [np.array(x) for x in case.make_inputs(rng)]
    dout = np.asarray(rng.standard_normal(np.shape(copy.deepcopy(layer).forward(*inputs))))
    expected = results(copy.deepcopy(layer), inputs, dout)

    def stepped(x):
        wide = np.repeat(x, 2, axis=-1) if x.ndim else x
        return wide[..., ::2] if x.ndim else wide

    def fortran(x):
        return np.array(x, order="F")

    for relaid in (stepped, fortran):
        got = results(copy.deepcopy(layer), [relaid(x) for x in inputs], relaid(dout))
        for one, other in zip(got, expected, strict=True):
            np.testing.assert_allclose(one, other, rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("case", ONE_CASE_EACH.values(), ids=lambda case: case.name)
def test_gradients_are_arrays_of_their_own(case):
    """Changing a returned gradient in place must not change dout or another gradient."""
    rng = np.random.default_rng(0)
    layer, inputs = case.make_layer(rng), [np.array(x) for x in case.make_inputs(rng)]
    dout = np.ones_like(layer.forward(*inputs))
    _, *gradients = results(layer, inputs, dout)
    arrays = [*gradients, dout, *inputs, *layer.params.values()]
    for i, gradient in enumerate(gradients):
        for other in arrays[i + 1 :]:
            assert not np.shares_memory(gradient, other)


# --- batch normalization's running statistics ---


def norm(**options):
    return cr.BatchNormalization(np.ones(2), np.zeros(2), **options)


def test_running_statistics_start_at_zero_and_one():
    layer = norm()
    assert layer.running_mean.tolist() == [0, 0]
    assert layer.running_var.tolist() == [1, 1]


@pytest.mark.parametrize("momentum", [0.9, 0.5, 0.0])
@pytest.mark.parametrize("shape", [(4, 2), (3, 2, 2, 3)])
def test_running_statistics_follow_the_recurrence(momentum, shape):
    """running = momentum·running + (1 − momentum)·batch, with the unbiased variance of a batch."""
    layer, rng = norm(momentum=momentum), np.random.default_rng(0)
    mean, var = np.zeros(2), np.ones(2)
    axes = (0,) if len(shape) == 2 else (0, 2, 3)
    for _ in range(4):
        x = rng.normal(3, 2, shape)
        layer.forward(x)
        mean = momentum * mean + (1 - momentum) * x.mean(axis=axes)
        var = momentum * var + (1 - momentum) * x.var(axis=axes, ddof=1)
        np.testing.assert_allclose(layer.running_mean, mean, rtol=1e-12)
        np.testing.assert_allclose(layer.running_var, var, rtol=1e-12)


def test_evaluation_uses_the_running_statistics_and_leaves_them():
    layer = norm().eval()
    layer.running_mean, layer.running_var = np.array([1.0, -2.0]), np.array([4.0, 0.25])
    out = layer.forward([[3.0, -1.0]])
    np.testing.assert_allclose(out, [[2 / math.sqrt(4 + 1e-5), 1 / math.sqrt(0.25 + 1e-5)]])
    assert layer.running_mean.tolist() == [1, -2]


def test_training_output_has_mean_beta_and_deviation_gamma():
    layer = cr.BatchNormalization([2.0, 3.0], [5.0, -1.0])
    y = layer.forward(normal(50, 2, 2, 2) * 7 + 100)
    np.testing.assert_allclose(y.mean(axis=(0, 2, 3)), [5, -1], atol=1e-10)
    np.testing.assert_allclose(y.std(axis=(0, 2, 3)), [2, 3], rtol=1e-5)


def test_the_variance_does_not_cancel_far_from_zero():
    """E[x²] − E[x]² would be 0 for a variance of 1 at a mean of 1e9."""
    x = np.array([[1e9 - 1, 0.0], [1e9, 0.0], [1e9 + 1, 0.0]])
    expected = np.array([-1, 0, 1]) / math.sqrt(2 / 3 + 1e-5)
    np.testing.assert_allclose(norm().forward(x)[:, 0], expected, rtol=1e-6, atol=1e-12)


# --- dropout ---


def test_dropout_keeps_its_share_and_the_expectation():
    rate, n = 0.3, 40_000
    y = cr.Dropout(rate, np.random.default_rng(0)).forward(np.ones(n))
    assert set(np.unique(y)) == {0, 1 / (1 - rate)}
    deviation = math.sqrt(rate * (1 - rate) / n)
    assert abs((y == 0).mean() - rate) < 4 * deviation
    assert abs(y.mean() - 1) < 4 * deviation / (1 - rate)


def test_dropout_uses_one_mask_forward_and_backward_and_a_new_one_next_time():
    layer = cr.Dropout(0.5, np.random.default_rng(0))
    y = layer.forward(np.ones(100))
    np.testing.assert_array_equal(layer.backward(np.ones(100)), y)
    assert not np.array_equal(layer.forward(np.ones(100)), y)


def test_dropout_is_the_identity_in_evaluation_and_draws_nothing():
    layer = cr.Dropout(0.5, np.random.default_rng(0)).eval()
    before = layer.rng.bit_generator.state
    x = normal(3, 4)
    np.testing.assert_array_equal(layer.forward(x), x)
    np.testing.assert_array_equal(layer.backward(x), x)
    assert layer.rng.bit_generator.state == before


def test_backward_belongs_to_the_mode_of_its_forward():
    """Switching modes between forward and backward changes nothing."""
    for name in ("Dropout training rate 0.5", "BatchNormalization training rows"):
        rng = np.random.default_rng(0)
        layer, (x,) = CASES[name].make_layer(rng), CASES[name].make_inputs(rng)
        layer.forward(x)
        dx = layer.train().backward(np.ones_like(x))
        np.testing.assert_array_equal(layer.eval().backward(np.ones_like(x)), dx)


# --- a batch of one equals its row of the batch ---

# Cases without a batch axis, those that mix samples by design, and those that draw a mask.
NOT_BY_ROW = ("scalar", "MatMul", "Repeat", "Sum", "Loss", "loss", "training")
MIXED_IN_TRAINING = ("Sequential mixed", "Sequential convolutional", "Sequential nested")
ROW_BY_ROW = [
    case
    for case in CASES.values()
    if not any(word in case.name for word in NOT_BY_ROW) and case.name not in MIXED_IN_TRAINING
]


@pytest.mark.parametrize("case", ROW_BY_ROW, ids=lambda case: case.name)
def test_a_batch_of_one_equals_its_row_of_the_batch(case):
    """Samples are independent: forward and dx row by row, and gradients of parameters as sums."""
    rng = np.random.default_rng(0)
    layer, inputs = case.make_layer(rng), case.make_inputs(rng)
    out = layer.forward(*inputs)
    dout = rng.standard_normal(out.shape)
    whole = results(copy.deepcopy(layer), inputs, dout)
    count = len(inputs) + 1
    summed = [0.0] * len(whole[count:])
    for n in range(len(inputs[0])):
        row = slice(n, n + 1)
        alone = results(copy.deepcopy(layer), [x[row] for x in inputs], dout[row])
        for one, many in zip(alone[:count], whole[:count], strict=True):
            np.testing.assert_allclose(one, many[row], rtol=1e-10, atol=1e-12)
        summed = [total + one for total, one in zip(summed, alone[count:], strict=True)]
    for total, many in zip(summed, whole[count:], strict=True):
        np.testing.assert_allclose(total, many, rtol=1e-10, atol=1e-12)


# --- graphs of nodes ---


def test_the_sigmoid_built_from_nodes_is_the_sigmoid():
    """−x, exp, + 1, 1/·: forward and backward through four nodes equal the layer."""
    x, dout = normal(5), normal(5)[::-1]
    negate, exp, add, reciprocal = cr.Mul(), cr.Exp(), cr.Add(), cr.Reciprocal()
    y = reciprocal.forward(add.forward(exp.forward(negate.forward(x, -np.ones(5))), np.ones(5)))
    d = exp.backward(add.backward(reciprocal.backward(dout))[0])
    layer = cr.Sigmoid()
    np.testing.assert_allclose(y, layer.forward(x), rtol=1e-14)
    np.testing.assert_allclose(negate.backward(d)[0], layer.backward(dout), rtol=1e-12)


def test_affine_built_from_nodes_is_affine():
    """X W, plus b repeated N times: the nodes' backward passes give dW, db and dx."""
    x, W, b, dout = normal(4, 3), normal(3, 2), normal(2), normal(4, 2)
    matmul, repeat, add, layer = cr.MatMul(), cr.Repeat(4), cr.Add(), cr.Affine(W, b)
    y = add.forward(matmul.forward(x, W), repeat.forward(b))
    np.testing.assert_allclose(y, layer.forward(x), rtol=1e-14)
    d_product, d_repeated = add.backward(dout)
    dx, dW = matmul.backward(d_product)
    np.testing.assert_allclose(dx, layer.backward(dout), rtol=1e-14)
    np.testing.assert_allclose(dW, layer.dW, rtol=1e-14)
    np.testing.assert_allclose(repeat.backward(d_repeated), layer.db, rtol=1e-14)


def test_repeat_and_sum_are_adjoint():
    """⟨repeat x, y⟩ = ⟨x, sum y⟩: each is the other's backward."""
    x, y = normal(3, 2), normal(3, 4, 2)
    repeat, total = cr.Repeat(4, axis=1), cr.Sum(axis=1)
    assert (repeat.forward(x) * y).sum() == pytest.approx((x * total.forward(y)).sum())
    np.testing.assert_array_equal(repeat.backward(y), total.forward(y))
    np.testing.assert_array_equal(total.backward(x), repeat.forward(x))


# --- initial weights ---


@pytest.mark.parametrize(
    ("function", "shape", "variance"),
    [
        (cr.he, (200, 100), 2 / 200),
        (cr.xavier, (200, 100), 2 / 300),
        (cr.normal, (200, 100), 0.01**2),
        (cr.he, (40, 5, 10, 8), 2 / (5 * 80)),
        (cr.xavier, (40, 5, 10, 8), 2 / (5 * 80 + 40 * 80)),
    ],
)
def test_initial_weights_have_the_variance_of_their_formula(function, shape, variance):
    W = function(shape, np.random.default_rng(0))
    assert W.shape == shape
    assert abs(W.mean()) < 4 * math.sqrt(variance / W.size)
    assert W.var() == pytest.approx(variance, rel=4 * math.sqrt(2 / W.size))
    np.testing.assert_array_equal(W, function(shape, np.random.default_rng(0)))


def test_convolution_keeps_a_replaced_filter():
    """A W assigned after construction is used by forward and backward."""
    layer = convolution(cr.Convolution, np.random.default_rng(0), (2, 1, 2, 2))
    layer.W = np.zeros((2, 1, 2, 2))
    layer.b = np.array([1.0, 2.0])
    out = layer.forward(distinct(np.random.default_rng(1), 3, 1, 3, 3))
    np.testing.assert_array_equal(out[:, 0], np.ones((3, 2, 2)))
    assert not layer.backward(np.ones_like(out)).any()

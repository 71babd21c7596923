"""backward agrees with finite differences, for all cases of layers, nodes, losses and networks."""

import numpy as np
import pytest

import chainrule as cr
from chainrule_dev import cases
from chainrule_dev.cases import CASES


def check(case, seed=0):
    rng = np.random.default_rng(seed)
    layer = case.make_layer(rng)
    return layer, cr.check_layer(layer, *case.make_inputs(rng), rng=rng)


@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
def test_backward_agrees_with_finite_differences(case):
    layer, errors = check(case)
    assert all(error <= 1e-6 for error in errors.values())
    assert set(layer.params) < set(errors), "every parameter and at least one input is reported"


@pytest.mark.parametrize("seed", range(1, 6))
@pytest.mark.parametrize("name", ["Sequential mixed", "MaxPooling strided and padded"])
def test_backward_agrees_for_other_seeds(name, seed):
    check(CASES[name], seed)


@pytest.mark.parametrize("layer_class", cases.LAYER_CLASSES, ids=lambda cls: cls.__name__)
def test_every_public_layer_has_a_case(layer_class):
    name = layer_class.__name__
    assert cases.cases_of(layer_class), f"lib/chainrule_dev/cases.py has no case for {name}"


def test_every_case_is_of_a_public_layer():
    of_cases = {case.layer_class for case in CASES.values()}
    assert of_cases - {cases.NetWithLoss} <= set(cases.LAYER_CLASSES)


def test_every_case_is_a_batch_of_three_or_a_single_sample_by_intent():
    """A batch of one hides errors: allowed only where the case's name says so."""
    for case in CASES.values():
        x = np.asarray(case.make_inputs(np.random.default_rng(0))[0])
        alone = any(word in case.name for word in ("scalar", "one sample", "one image", "()"))
        assert alone or len(x) >= 3, case.name


def test_the_layer_passed_is_not_changed():
    """Running statistics, the generator of masks and the gradients do not change."""
    rng = np.random.default_rng(0)
    net, x = cases.mixed_net(cr.Sequential, rng), rng.standard_normal((6, 4))
    mean, state = net["norm1"].running_mean.copy(), net["dropout1"].rng.bit_generator.state
    params = {key: value.copy() for key, value in net.params.items()}
    cr.check_layer(net, x, rng=np.random.default_rng(1))
    np.testing.assert_array_equal(net["norm1"].running_mean, mean)
    assert net["dropout1"].rng.bit_generator.state == state
    assert all(gradient is None for gradient in net.grads.values())
    for key, value in net.params.items():
        np.testing.assert_array_equal(value, params[key])


class Slope(cr.Layer):
    """y = slope · x, with a backward that is off by `error`: dx = (slope + error) · dout."""

    def __init__(self, slope, error):
        self.slope, self.error = slope, error

    def forward(self, x):
        return self.slope * x

    def backward(self, dout):
        return (self.slope + self.error) * dout


def test_errors_are_relative_where_gradients_exceed_a_thousandth():
    """Gradients of 2e-3 to 6e-3 that are off by 5e-6 of themselves, with a tolerance of 1e-6."""
    rng = np.random.default_rng(0)
    with pytest.raises(cr.GradientCheckError, match="relative error 5"):
        cr.check_layer(Slope(4e-3, error=2e-8), rng.standard_normal((3, 4)), rng=rng)


def test_errors_are_absolute_where_gradients_are_smaller():
    """Gradients of 1e-4 that are off by 5e-6 of themselves: less than 1e-6 of a thousandth."""
    rng = np.random.default_rng(0)
    errors = cr.check_layer(Slope(1e-4, error=5e-10), rng.standard_normal((3, 4)), rng=rng)
    assert 3e-7 < errors["input 0"] < 8e-7


def test_inputs_of_any_real_dtype_are_checked_in_float64():
    rng = np.random.default_rng(0)
    W = rng.standard_normal((3, 2)).astype(np.float32)
    layer = cr.Affine(W, np.zeros(2, dtype=np.float32))
    for x in (rng.integers(-3, 3, (4, 3)), rng.standard_normal((4, 3)).astype(np.float32)):
        x.setflags(write=False)
        assert max(cr.check_layer(layer, x, rng=rng).values()) <= 1e-6
    assert layer.W.dtype == np.float32


def test_numerical_gradient_of_a_function_with_a_known_gradient():
    """f = Σ i·x_i² with gradient 2 i x_i, for arrays of rank 0 to 3; x is restored exactly."""
    for shape in [(), (3,), (2, 3), (2, 1, 3)]:
        x = np.random.default_rng(0).standard_normal(shape)
        weight, before = np.arange(1.0, x.size + 1).reshape(shape), x.copy()
        grad = cr.numerical_gradient(lambda x, w=weight: (w * x**2).sum(), x)
        np.testing.assert_allclose(grad, 2 * weight * x, rtol=1e-8)
        np.testing.assert_array_equal(x, before)


def test_numerical_gradient_of_integers_is_right():
    """f = x0² + x1² at (3, 4). Changing integers by h = 1e-4 would give [25000, 35000]."""
    x = np.array([3, 4])
    np.testing.assert_allclose(cr.numerical_gradient(lambda x: (x**2).sum(), x), [6, 8], rtol=1e-8)
    assert x.dtype == int


def test_numerical_gradient_of_float32_is_taken_in_float64():
    """In float32 a step of 1e-5 would give one or two correct digits."""
    x = np.array([0.3, -1.7, 2.9], dtype=np.float32)
    grad = cr.numerical_gradient(lambda x: np.sin(x).sum(), x)
    assert grad.dtype == np.float64
    np.testing.assert_allclose(grad, np.cos(x.astype(np.float64)), rtol=1e-8)


def test_numerical_gradient_of_a_read_only_array_works_on_a_copy():
    x = np.array([1.0, 2.0])
    x.setflags(write=False)
    np.testing.assert_allclose(cr.numerical_gradient(lambda x: (x**2).sum(), x), [2, 4], rtol=1e-8)


def test_numerical_gradient_puts_x_back_when_f_raises():
    x = np.array([1.0, 2.0])

    def fails(x):
        raise KeyError("inside f")

    with pytest.raises(KeyError):
        cr.numerical_gradient(fails, x)
    np.testing.assert_array_equal(x, [1.0, 2.0])


@pytest.mark.parametrize("size", [1.0, 2e-3])
def test_a_small_gradient_is_held_to_the_same_relative_error(size):
    """dx is about `size` here; its error, 1e-5 of it, must not pass for noise."""

    class SlightlyOff(cr.Affine):
        def backward(self, dout):
            return super().backward(dout) * (1 + 1e-5)

    rng = np.random.default_rng(0)
    W, x = size * rng.uniform(1, 2, (3, 1)), rng.standard_normal((4, 3))
    assert max(cr.check_layer(cr.Affine(W, np.zeros(1)), x, rng=rng).values()) < 1e-6
    with pytest.raises(cr.GradientCheckError, match="gradient of input 0"):
        cr.check_layer(SlightlyOff(W, np.zeros(1)), x, rng=rng)


# --- small and large numbers, and numbers that are none ---


@pytest.mark.parametrize("seed", range(6))
def test_a_right_network_passes_with_small_inputs(seed):
    """Batch normalization makes a step of 1e-5 in numbers of size 1e-3 one of 1e-2."""
    rng = np.random.default_rng(seed)
    net = cr.Sequential(
        affine1=cr.Affine(rng.standard_normal((3, 4)), np.zeros(4)),
        norm1=cr.BatchNormalization(np.ones(4), np.zeros(4)),
        tanh1=cr.Tanh(),
        affine2=cr.Affine(rng.standard_normal((4, 2)), np.zeros(2)),
    )
    x = 1e-3 * rng.standard_normal((6, 3))
    assert max(cr.check_layer(net, x, rng=rng).values()) < 1e-6


def test_a_wrong_gradient_is_accused_however_small_the_inputs():
    class Off(cr.BatchNormalization):
        def backward(self, dout):
            return super().backward(dout) * 1.00001

    rng = np.random.default_rng(0)
    for scale in (1e-2, 1e-3):
        x = scale * rng.standard_normal((5, 3))
        with pytest.raises(cr.GradientCheckError, match="gradient of input 0"):
            cr.check_layer(Off(np.ones(3), np.zeros(3)), x, rng=rng)


@pytest.mark.parametrize("scale", [1e2, 1e3, 1e5, 1e8])
@pytest.mark.parametrize("layer_class", [cr.Affine, cr.ReLU, cr.BatchNormalization, cr.Convolution])
def test_right_layers_pass_with_large_inputs(layer_class, scale):
    for case in cases.cases_of(layer_class):
        rng = np.random.default_rng(0)
        layer, (x,) = case.make_layer(rng), case.make_inputs(rng)
        cr.check_layer(layer, scale * x, rng=rng)


def test_the_smallest_case_of_large_inputs_passes():
    x = [[1e5], [2e5], [3e5]]
    cr.check_layer(cr.Affine([[0.01]], [0.0]), x, rng=np.random.default_rng(0))


@pytest.mark.parametrize("seed", range(30))
def test_a_softmax_of_pixels_passes(seed):
    rng = np.random.default_rng(seed)
    x, t = rng.uniform(0, 255, (4, 5)), rng.integers(0, 5, 4)
    cr.check_layer(cr.SoftmaxWithLoss(), x, t, rng=rng)


@pytest.mark.parametrize("scale", [1.0, 1e3, 1e5, 1e8])
def test_a_wrong_gradient_is_accused_however_large_the_inputs(scale):
    class Off(cr.Affine):
        def backward(self, dout):
            return super().backward(dout) * 1.01

    rng = np.random.default_rng(0)
    x, layer = scale * rng.standard_normal((3, 4)), Off(np.ones((4, 2)), np.zeros(2))
    with pytest.raises(
        cr.GradientCheckError, match=r"gradient of input 0 at index|cannot be judged"
    ):
        cr.check_layer(layer, x, rng=rng)


@pytest.mark.parametrize("mean", [1e5, 1e6, 1e7, 1e8, 1e9])
@pytest.mark.parametrize("seed", range(3))
def test_a_batch_far_from_zero_is_no_kink(mean, seed):
    """Batch normalization looks at differences of 1, which a step of mean/10⁹ can hide."""
    rng = np.random.default_rng(seed)
    layer, x = cr.BatchNormalization(np.ones(3), np.zeros(3)), mean + rng.standard_normal((5, 3))
    try:
        cr.check_layer(layer, x, rng=rng)
    except cr.GradientCheckError as error:
        assert "cannot be judged" in str(error)


class Offset(cr.Layer):
    """y = sin x + 1e12: rounding hides how y depends on x, though x is small."""

    def forward(self, x):
        return np.sin(self._input(x)) + 1e12

    def backward(self, dout):
        return dout


def test_rounding_is_named_where_it_exceeds_the_tolerance():
    with pytest.raises(cr.GradientCheckError) as caught:
        cr.check_layer(Offset(), [[0.1, 0.2]], rng=np.random.default_rng(0))
    assert "Offset.backward: cannot be judged, the numbers are too large" in str(caught.value)
    assert "rounding or the step may change them by" in str(caught.value)
    assert "kink" not in str(caught.value)


class Log(cr.Layer):
    """y = log x, right, but not defined everywhere."""

    def forward(self, x):
        x = self._input(x)
        self._cache = x
        with np.errstate(all="ignore"):
            return np.log(x)

    def backward(self, dout):
        return dout / self._saved()


@pytest.mark.parametrize(
    ("x", "place"),
    [
        ([[1.0, -1.0]], r"the output must be finite, got nan at index \(0, 1\)$"),
        ([[0.0, 1.0]], r"the output must be finite, got -inf at index \(0, 0\)$"),
        ([[1.0, 1e-6]], r"the output 1e-05 beside input 0\[0, 1\] must be finite, got nan at"),
    ],
)
def test_outputs_that_are_not_finite_are_named_as_that(x, place):
    with pytest.raises(cr.GradientCheckError, match=f"^Log.forward: {place}"):
        cr.check_layer(Log(), x, rng=np.random.default_rng(0))


def test_infinity_on_both_sides_is_named_and_not_warned_of():
    class Wall(cr.Layer):
        def forward(self, x):
            return np.where(x == 1.0, 1.0, np.inf)

        def backward(self, dout):
            return 0 * dout

    with pytest.raises(cr.GradientCheckError, match=r"^Wall\.forward: .* must be finite, got inf"):
        cr.check_layer(Wall(), np.ones((3, 2)), rng=np.random.default_rng(0))


@pytest.mark.parametrize("size", [1e3, 1e6, 1e12, -1e12, 1e100])
def test_numerical_gradient_of_large_numbers(size):
    """f = x²: with a step of 1e-5, x + h rounds to x at 1e12, and the gradient to 0."""
    x = np.array([size, 0.5])
    np.testing.assert_allclose(
        cr.numerical_gradient(lambda x: (x**2)[0], x), [2 * size, 0], rtol=1e-6, atol=1e-300
    )


@pytest.mark.parametrize("size", [0.0, -1.0, 300.0, 1e4])
def test_numerical_gradient_keeps_its_step_up_to_ten_thousand(size):
    seen = []
    cr.numerical_gradient(lambda x: seen.append(float(x[0])) or 0.0, np.array([size]), h=1e-2)
    assert seen == [size + 1e-2, size - 1e-2]

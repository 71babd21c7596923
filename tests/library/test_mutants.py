"""check_layer rejects every mutant, with a message that says where and why."""

import re

import numpy as np
import pytest

import chainrule as cr
from chainrule_dev.cases import LAYER_CLASSES
from chainrule_dev.mutants import MUTANTS, SEED, mutants_of, on, run


@pytest.mark.parametrize("mutant", MUTANTS.values(), ids=MUTANTS.keys())
def test_the_mutant_is_rejected_and_the_right_layer_accepted(mutant):
    run(mutant, mutant.case.make_layer)
    with pytest.raises(cr.GradientCheckError, match=rf"^{mutant.name}(\.backward)?: "):
        run(mutant, mutant.make_layer)


@pytest.mark.parametrize("mutant", MUTANTS.values(), ids=MUTANTS.keys())
def test_the_mutant_computes_the_right_output(mutant):
    """The planted error is in backward only: forward is that of the right layer."""
    outputs = []
    for make_layer in (mutant.make_layer, mutant.case.make_layer):
        rng = np.random.default_rng(SEED)
        outputs.append(make_layer(rng).forward(*mutant.make_inputs(rng)))
    np.testing.assert_array_equal(*outputs)


def test_there_are_at_least_sixty_mutants():
    assert len(MUTANTS) >= 60


@pytest.mark.parametrize("layer_class", LAYER_CLASSES, ids=lambda cls: cls.__name__)
def test_every_layer_has_at_least_three_mutants(layer_class):
    name, count = layer_class.__name__, len(mutants_of(layer_class))
    found = f"lib/chainrule_dev/mutants.py has {count} mutants of {name}"
    assert count >= 3, f"{found}; at least 3 are needed"


def test_a_mutant_on_an_unknown_case_or_of_a_name_taken_is_refused():
    with pytest.raises(ValueError, match=r"cases\.py has no case named 'ReLU leaky'"):
        on("ReLU leaky")
    with pytest.raises(ValueError, match=r"mutants\.py has two mutants AddHalves"):
        on("Add rows")(MUTANTS["AddHalves"].broken)


def test_every_mutant_is_described_in_one_line_of_its_own():
    descriptions = [mutant.description for mutant in MUTANTS.values()]
    assert all(re.fullmatch(r"\S.*\.", text) for text in descriptions)
    assert len(set(descriptions)) == len(descriptions)
    assert all(issubclass(mutant.broken, mutant.right) for mutant in MUTANTS.values())


def message(layer, *inputs):
    with pytest.raises(cr.GradientCheckError) as caught:
        cr.check_layer(layer, *inputs, rng=np.random.default_rng(SEED))
    return str(caught.value)


class WrongInOnePlace(cr.Affine):
    def backward(self, dout):
        dx = super().backward(dout)
        self.dW[1, 2] = 7.0
        return dx


class Returns(cr.ReLU):
    """A ReLU whose backward returns the constructor's argument."""

    def __init__(self, gradient):
        self.gradient = gradient

    def backward(self, dout):
        return self.gradient


class ChangesInputInForward(cr.ReLU):
    def forward(self, x):
        x *= 2
        return super().forward(x)


X = np.array([[1.0, -2.0], [3.0, -4.0], [0.5, 1.5]])


def test_a_failure_names_layer_array_index_both_numbers_and_how_many_are_wrong():
    rng = np.random.default_rng(1)
    x, W = rng.standard_normal((4, 2)), rng.standard_normal((2, 3))
    text = message(WrongInOnePlace(W, np.zeros(3)), x)
    found = re.fullmatch(
        r"WrongInOnePlace\.backward: the gradient of W at index \(1, 2\) is 7, finite differences "
        r"say (\S+) \(relative error (\S+), tolerance 1e-06\); 1 of 6 elements disagree",
        text,
    )
    assert found, text
    # The right number is Σ_n x_n1 · dout_n2, where dout is the second that the check draws.
    rng = np.random.default_rng(SEED)
    for _ in range(2):
        dout = rng.uniform(0.5, 1.5, (4, 3)) * rng.choice([-1.0, 1.0], (4, 3))
    right = x[:, 1] @ dout[:, 2]
    np.testing.assert_allclose(float(found[1]), right, rtol=1e-5)
    np.testing.assert_allclose(float(found[2]), abs(7 - right) / max(7, abs(right)), rtol=0.1)


@pytest.mark.parametrize(
    ("layer", "expected"),
    [
        (Returns(None), "Returns.backward: the gradient of input 0 must be an array, got None"),
        (Returns(X[:2]), r"the gradient of input 0 must have shape \(3, 2\), got \(2, 2\)"),
        (Returns((X, X)), "must return the gradients of 1 inputs, got 2"),
        (Returns(X.astype(np.float32)), "must keep the dtype of its input, float64, got float32"),
        (Returns(X * np.nan), "the gradient of input 0 must be finite, got nan at index"),
        (Returns(X * np.inf), "the gradient of input 0 must be finite, got -?inf at index"),
        (ChangesInputInForward(), "forward and backward must not change input 0, but did"),
    ],
    ids=["None", "shape", "count", "dtype", "nan", "inf", "input changed"],
)
def test_a_violation_of_the_protocol_is_named(layer, expected):
    assert re.search(expected, message(layer, X))


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("ReLUWritesIntoDout", "ReLUWritesIntoDout: forward and backward must not change dout"),
        ("AffineCentersInput", "AffineCentersInput: forward and backward must not change input 0"),
        ("AffineDecaysWeights", "AffineDecaysWeights: forward and backward must not change W"),
        ("AffineAccumulates", "a second call must give the same gradient of W, but it did not"),
        ("AffineBiasForgotten", "the gradient of b must be an array, got None"),
        ("AffineGradientLeftTransposed", r"gradient of W must have shape \(2, 5\), got \(5, 2\)"),
        ("AddForgetsSecond", "must return the gradients of 2 inputs, got 1"),
        ("SequentialSkipsFirst", "the gradient of first.W must be an array, got None"),
    ],
)
def test_a_mutant_is_rejected_for_its_own_reason(name, expected):
    with pytest.raises(cr.GradientCheckError, match=expected):
        run(MUTANTS[name], MUTANTS[name].make_layer)


def test_a_kink_is_hinted_at():
    """ReLU's left and right slopes at 0 are 0 and 1: even the right layer fails there."""
    text = message(cr.ReLU(), np.array([1.0, 0.0, -1.0]))
    assert re.search(r"index \(1,\) .* a kink or a tie lies within h; move the input away", text)


def test_a_tie_is_hinted_at():
    x = np.arange(48.0).reshape(3, 1, 4, 4)
    x[1, 0, 0, 0] = x[1, 0, 1, 1]  # equal to the maximum of its window
    text = message(cr.MaxPooling(2, 2), x)
    assert re.search(r"index \(1, 0, [01], [01]\) .* a kink or a tie lies within h", text)


def test_no_kink_is_hinted_at_where_the_function_is_smooth():
    mutant = MUTANTS["SigmoidHalfDerivative"]
    with pytest.raises(cr.GradientCheckError) as caught:
        run(mutant, mutant.make_layer)
    assert "kink" not in str(caught.value)

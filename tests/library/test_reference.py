"""The library against PyTorch: every layer, node, loss and optimizer, in two precisions."""

import hashlib

import numpy as np
import pytest

import chainrule
from chainrule_dev.references import (
    EXACT,
    REFERENCE,
    TOLERANCE,
    adapter,
    compare,
    layer_answers,
    load,
    names,
    read,
    scaled_error,
    scales_of,
)

TORCH_VERSION = "2.13.0"

# Public, but with nothing in it that PyTorch could confirm.
NOT_COMPARABLE = {
    "Layer": "only the base class",
    "GradientCheckError": "an exception",
    "numerical_gradient": "finite differences, an answer independent of PyTorch's",
    "check_layer": "the same",
    "fit": "a loop over what is compared: layers, losses, optimizers",
    "fully_connected": "makes a Sequential of compared layers, with random weights",
    "accuracy": "counts",
    "he": "random",
    "normal": "random",
    "xavier": "random",
    "spirals": "random",
    "data": "a module",
    "load_digits": "data",
}


def cases(name):
    return [
        pytest.param(name, case, dtype, id=f"{name}-{case}-{dtype}")
        for case in read(name)[0]["options"]
        for dtype in TOLERANCE
    ]


ALL_CASES = [one for name in names() for one in cases(name)]


@pytest.mark.parametrize(("name", "case", "dtype"), ALL_CASES)
def test_agrees_with_pytorch(name, case, dtype):
    options, inputs, answers = load(name, case, dtype)
    untouched = {key: array.copy() for key, array in inputs.items()}
    found = adapter(name)(options, inputs)
    compare(found, answers, dtype, exact=name in EXACT, scales=scales_of(options, answers))
    for key, array in inputs.items():
        np.testing.assert_array_equal(array, untouched[key], err_msg=f"{key} was changed")


@pytest.mark.parametrize("dtype", TOLERANCE)
def test_the_small_end_of_sigmoid_is_right_digit_by_digit(dtype):
    """Against each number and not the largest: e⁻⁵⁰ must not pass as 0."""
    _, inputs, answers = load("Sigmoid", "large", dtype)
    seen = (
        np.abs(inputs["x"]) <= 88
    )  # beyond, PyTorch's 1/(1 + e⁻ˣ) itself overflows to 0 in float32
    ours = chainrule.Sigmoid().forward(inputs["x"])[seen]
    np.testing.assert_allclose(ours, answers["out"][seen], rtol=TOLERANCE[dtype], atol=0)


def test_the_first_of_equal_numbers_wins_in_pytorch_too():
    """Our rule for ties in a pooling window is not ours alone; the files hold many such windows."""
    for case in ("ties", "ties_3x3_padded", "all_equal"):
        options, inputs, answers = load("MaxPooling", case, "float64")
        col = chainrule.im2col(
            inputs["x"],
            options["pool_h"],
            options["pool_w"],
            options["stride"],
            options["pad"],
            pad_value=-np.inf,
        ).reshape(inputs["dout"].size, -1)
        tied = (col == col.max(axis=1, keepdims=True)).sum(axis=1) > 1
        assert tied.mean() > 0.5, "the case was made for ties"
        layer = chainrule.MaxPooling(**options)
        compare(layer_answers(layer, inputs), answers, "float64")


def test_everything_public_has_a_reference_file():
    public = set(chainrule.__all__)
    assert set(names()) == public - set(NOT_COMPARABLE)
    assert set(NOT_COMPARABLE) <= public, "a name that is no longer public"


@pytest.mark.parametrize("name", names())
def test_made_by_the_committed_script(name):
    about, _ = read(name)
    text = (REFERENCE / "make_reference.py").read_text(encoding="utf-8")
    digest = hashlib.sha256(text.encode("utf-8")).hexdigest()
    assert about["torch"] == TORCH_VERSION
    assert about["script_sha256"] == digest, "run tests/library/reference/make_reference.py again"


@pytest.mark.parametrize("name", names())
def test_every_case_holds_finite_answers_in_both_precisions(name):
    about, _ = read(name)
    assert len(about["options"]) >= 2
    for case in about["options"]:
        for dtype in TOLERANCE:
            _, inputs, answers = load(name, case, dtype)
            assert inputs
            assert answers
            assert all(np.isfinite(array).all() for array in answers.values())


def test_the_files_are_small():
    assert sum(path.stat().st_size for path in REFERENCE.glob("*.npz")) < 400_000


@pytest.mark.parametrize(
    "wrong",
    [
        np.array([1.0, 2.0, 4.0 + 1e-12]),
        np.array([[1.0, 2.0, 4.0]]),
        np.array([1.0, 2.0, 4.0], dtype=np.float32),
        np.array([1.0, np.nan, 4.0]),
        np.array([1.0, np.inf, 4.0]),
        np.array([0.0, 0.0, 0.0]),
        None,
    ],
    ids=["number", "shape", "dtype", "nan", "inf", "zeros", "missing"],
)
def test_the_comparison_itself_refuses(wrong):
    answers = {"out": np.array([1.0, 2.0, 4.0])}
    compare({"out": answers["out"].copy()}, answers, "float64")
    with pytest.raises(AssertionError):
        compare({} if wrong is None else {"out": wrong}, answers, "float64")


def test_what_only_moves_numbers_is_compared_to_the_last_bit():
    answers = {"out": np.array([1.0, 2.0])}
    last_bit = {"out": np.array([1.0, np.nextafter(2.0, 3.0)])}
    compare(last_bit, answers, "float64")
    with pytest.raises(AssertionError, match="allowed 0"):
        compare(last_bit, answers, "float64", exact=True)


def test_an_array_that_nobody_asked_for_is_refused():
    answers = {"out": np.array([1.0])}
    with pytest.raises(AssertionError, match="not the arrays"):
        compare(answers | {"dx": np.array([1.0])}, answers, "float64")


@pytest.mark.parametrize("size", [1e-9, 1.0, 1e9])
def test_an_error_is_measured_against_the_largest_answer(size):
    answer = size * np.array([1.0, -4.0, 0.0])
    found = answer + size * np.array([0.0, 0.0, 1e-6])
    assert scaled_error(found, answer) == pytest.approx(1e-6 / 4)


def test_a_bias_is_measured_against_other_numbers_only_where_its_gradient_is_noise():
    answers = {"conv1.db": np.array([1e-17]), "conv1.dW": np.array([-3.0, 2.0]), "dx": np.ones(1)}
    assert scales_of({"training": True}, answers) == {"conv1.db": 3.0}
    assert scales_of({"training": False}, answers) == {}
    assert scales_of({}, {"dx": np.ones(1)}) == {}

"""The library compared with PyTorch: layers, nodes, losses and optimizers, in two precisions."""

import numpy as np
import pytest

import chainrule
from chainrule_dev.reference_checksum import reference_checksum
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
SCRIPT = (REFERENCE / "make_reference.py").read_text(encoding="utf-8")
MAKE = "tests/library/reference/make_reference.py"

# Public names that PyTorch has nothing to compare with, and why.
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


ALL_CASES = [
    pytest.param(name, case, dtype, id=f"{name}-{case}-{dtype}")
    for name in names()
    for case in read(name)[0]["options"]
    for dtype in TOLERANCE
]


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
    """Relative to each element, not to the largest: 0 must not pass for e⁻⁵⁰."""
    _, inputs, answers = load("Sigmoid", "large", dtype)
    # For larger |x| PyTorch's own result is 0 in float32.
    compared = np.abs(inputs["x"]) <= 88
    ours = chainrule.Sigmoid().forward(inputs["x"])[compared]
    np.testing.assert_allclose(ours, answers["out"][compared], rtol=TOLERANCE[dtype], atol=0)


def test_the_first_of_equal_numbers_wins_in_pytorch_too():
    """PyTorch has the same rule for ties in a pooling window; the files have many such windows."""
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


@pytest.mark.parametrize("name", sorted(set(chainrule.__all__) - set(NOT_COMPARABLE)))
def test_everything_public_has_a_reference_file(name):
    if name not in names():
        pytest.fail(
            f"tests/library/reference has no {name}.npz: add cases of {name} to CASES in {MAKE} "
            f"and run `{MAKE} {name}` (or say in NOT_COMPARABLE why PyTorch has no answer)",
            pytrace=False,
        )


@pytest.mark.parametrize("name", sorted({*names(), *NOT_COMPARABLE}))
def test_what_has_a_reference_file_or_needs_none_is_public(name):
    assert name in chainrule.__all__, f"{name} is no longer public"


@pytest.mark.parametrize("name", names())
def test_a_file_was_made_by_the_code_of_today(name):
    about, _ = read(name)
    assert about["torch"] == TORCH_VERSION
    if about["code_sha256"] != reference_checksum(SCRIPT, name):
        pytest.fail(f"{name}.npz is out of date: run `{MAKE} {name}`", pytrace=False)


def changed_names(before, after):
    """The files that are out of date after an edit of the script."""
    assert SCRIPT.count(before) == 1
    edited = SCRIPT.replace(before, after)
    return {n for n in names() if reference_checksum(edited, n) != reference_checksum(SCRIPT, n)}


@pytest.mark.parametrize(
    ("before", "after", "changed"),
    [
        ("draw.normal(N, D), y=draw", "draw.normal(N, D) + 1, y=draw", {"MatMul"}),  # a maker
        ("x_shape=(4, 3), M=2", "x_shape=(5, 3), M=2", {"Affine"}),  # a case
        ("LARGE = [-1000,", "LARGE = [-999,", {"Sigmoid", "Tanh"}),  # a constant
        ("def rows_of(unfolded):\n", "def rows_of(unfolded):\n    1\n", {"im2col", "col2im"}),
        ("torch.set_num_threads(1)", "torch.set_num_threads(2)", set(names())),
        ("# --- layers\n", "# --- other layers\n", set()),  # a comment
        ('"""x of both signs with |x| >= 0.2."""', '"""Both signs."""', set()),
        ("def write_npz(path, arrays):", "def write_npz(path, arrays, level=9):", set()),
    ],
    ids=["maker", "case", "constant", "helper", "settings", "comment", "docstring", "writing"],
)
def test_an_edit_of_the_script_concerns_the_files_that_use_it(before, after, changed):
    assert changed_names(before, after) == changed


def test_a_name_without_cases_has_no_checksum():
    with pytest.raises(KeyError, match=r"CASES in make_reference\.py has no entry for NewLayer"):
        reference_checksum(SCRIPT, "NewLayer")


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


@pytest.mark.parametrize("name", names())
def test_a_file_is_small(name):
    size = (REFERENCE / f"{name}.npz").stat().st_size
    assert size < 60_000, f"{name}.npz has {size} bytes: smaller cases show the same"


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
    with pytest.raises(AssertionError, match=r"PyTorch's \["):
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

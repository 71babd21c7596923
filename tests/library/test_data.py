"""The package's data: contents, checksum, and the error for a damaged file."""

import hashlib
import itertools
from pathlib import Path

import numpy as np
import pytest

import chainrule as cr
from chainrule import data

FILE = Path(data.__file__).parent / "datasets" / "digits.npz"


def test_digits_come_in_a_fixed_split():
    x_train, t_train, x_test, t_test = cr.load_digits()
    assert x_train.shape == (1437, 64)
    assert t_train.shape == (1437,)
    assert x_test.shape == (360, 64)
    assert t_test.shape == (360,)
    for one, again in zip(cr.load_digits(), (x_train, t_train, x_test, t_test), strict=True):
        np.testing.assert_array_equal(one, again)


def test_digits_are_ink_from_zero_to_one_in_sixteenths():
    x_train, t_train, x_test, t_test = cr.load_digits()
    for x in (x_train, x_test):
        assert x.dtype == np.float64
        assert x.min() == 0
        assert x.max() == 1
        np.testing.assert_array_equal(x * 16, np.round(x * 16))
    assert t_train.dtype == t_test.dtype == np.int64


def test_every_digit_is_in_both_parts_in_like_shares():
    _, t_train, _, t_test = cr.load_digits()
    train, test = np.bincount(t_train), np.bincount(t_test)
    assert len(train) == len(test) == 10
    # The number of zeros, ones, … nines in scikit-learn's selection.
    assert (train + test).tolist() == [178, 182, 177, 183, 181, 182, 181, 179, 174, 180]
    assert test.min() >= 20


def test_images_are_the_rows_as_pixels():
    rows, images = cr.load_digits(), cr.load_digits(flatten=False)
    assert images[0].shape == (1437, 1, 8, 8)
    assert images[2].shape == (360, 1, 8, 8)
    for i in (0, 2):
        np.testing.assert_array_equal(images[i].reshape(-1, 64), rows[i])


def test_no_image_of_the_test_set_is_in_the_training_set():
    x_train, _, x_test, _ = cr.load_digits()
    assert not {row.tobytes() for row in x_train} & {row.tobytes() for row in x_test}


def test_loaded_arrays_belong_to_the_caller():
    first = cr.load_digits()
    first[0][:] = 7
    first[1][:] = 7
    second = cr.load_digits()
    assert second[0].max() == 1
    assert len(np.unique(second[1])) == 10


def test_the_checksum_is_that_of_the_file_and_of_its_readme():
    assert hashlib.sha256(FILE.read_bytes()).hexdigest() == data.DIGITS_SHA256
    readme = (FILE.parent / "README.md").read_text(encoding="utf-8")
    assert data.DIGITS_SHA256 in readme
    assert "CC BY 4.0" in readme


@pytest.mark.parametrize("position", [0, -1, 20_000])
def test_a_damaged_file_is_refused(tmp_path, monkeypatch, position):
    damaged = bytearray(FILE.read_bytes())
    damaged[position] ^= 1
    copy = tmp_path / "digits.npz"
    copy.write_bytes(damaged)
    monkeypatch.setattr(data, "_DIGITS", copy)
    expected = (
        rf"^load_digits: digits.npz must have SHA-256 {data.DIGITS_SHA256}, got [0-9a-f]{{64}}"
    )
    with pytest.raises(RuntimeError, match=expected):
        cr.load_digits()


def test_spirals_have_an_arm_a_class_within_the_unit_disc():
    x, t = cr.spirals(50, 3, np.random.default_rng(0))
    assert x.shape == (150, 2)
    assert x.dtype == np.float64
    np.testing.assert_array_equal(t, np.repeat([0, 1, 2], 50))
    assert t.dtype.kind == "i"
    radius = np.hypot(*x.T).reshape(3, 50)
    np.testing.assert_allclose(radius, np.tile(np.linspace(0.05, 1, 50), (3, 1)), rtol=1e-12)


def test_spirals_without_noise_are_one_arm_turned():
    x, _ = cr.spirals(20, 4, np.random.default_rng(0), noise=0)
    arms = x.reshape(4, 20, 2)
    quarter = np.array([[0, 1], [-1, 0]])  # rotates a row vector by a right angle
    for arm, following in itertools.pairwise(arms):
        np.testing.assert_allclose(arm @ quarter, following, atol=1e-12)


@pytest.mark.parametrize(("given", "expected"), [({}, 0.2), ({"noise": 0.4}, 0.4)])
def test_noise_is_the_standard_deviation_of_the_angle(given, expected):
    clean, noisy = (
        cr.spirals(2000, 1, np.random.default_rng(0), **options)[0] @ [1, 1j]
        for options in ({"noise": 0}, given)
    )
    assert np.angle(noisy / clean).std() == pytest.approx(expected, rel=0.05)


def test_spirals_depend_on_the_generator_alone():
    one, _ = cr.spirals(10, 2, np.random.default_rng(1))
    same, _ = cr.spirals(10, 2, np.random.default_rng(1))
    other, _ = cr.spirals(10, 2, np.random.default_rng(2))
    np.testing.assert_array_equal(one, same)
    assert not np.array_equal(one, other)

"""Data: handwritten digits, which are part of the package, and spirals in the plane."""

import hashlib
from pathlib import Path

import numpy as np

from chainrule import _validate

_DIGITS = Path(__file__).parent / "datasets" / "digits.npz"
# The checksum of the file above; datasets/README.md has its origin and licence.
DIGITS_SHA256 = "a0712fbfc3b6e8004f042855b57870d7007072b33190cb37b9d46d2f247ebff2"
_N_TRAIN = 1437


def load_digits(flatten=True):
    """1,797 handwritten digits of 8×8 pixels in a fixed split: 1,437 for training, 360 for testing.

    Parameters
    ----------
    flatten : bool
        True gives each image as a row of 64 numbers, False as one channel of 8×8 pixels.

    Returns
    -------
    x_train : float64 array of shape (1437, 64) or (1437, 1, 8, 8)
        The images, from 0 (paper) to 1 (ink).
    t_train : integer array of shape (1437,)
        The digits, 0 … 9.
    x_test, t_test : arrays
        The same for the other 360.

    Raises
    ------
    RuntimeError
        If the file in the package does not have its published checksum.

    Notes
    -----
    The images were shuffled once before the split: the same 13 people wrote digits of both parts.

    References
    ----------
    Alpaydin and Kaynak (1998), Optical Recognition of Handwritten Digits, UCI Machine Learning
    Repository, CC BY 4.0; the 1,797 images that scikit-learn ships.
    """
    digest = hashlib.sha256(_DIGITS.read_bytes()).hexdigest()
    if digest != DIGITS_SHA256:
        raise RuntimeError(
            f"load_digits: digits.npz must have SHA-256 {DIGITS_SHA256}, got {digest}: "
            f"reinstall chainrule"
        )
    with np.load(_DIGITS) as file:
        x = file["images"] / 16.0
        t = file["labels"].astype(np.int64)
    x = x.reshape(len(x), -1) if flatten else x[:, np.newaxis]
    return x[:_N_TRAIN], t[:_N_TRAIN], x[_N_TRAIN:], t[_N_TRAIN:]


def spirals(n, classes, rng, noise=0.2):
    """Points on the arms of a spiral, one arm per class: classes that no line separates.

    Parameters
    ----------
    n : int
        Points per class, at least 2.
    classes : int
        Number of arms, at least 1.
    rng : numpy.random.Generator
        Draws the noise.
    noise : float
        Standard deviation of the angle, in radians, at least 0.

    Returns
    -------
    x : array of shape (n·classes, 2)
        Points within the unit disc, class after class.
    t : integer array of shape (n·classes,)
        The class of each point.

    Raises
    ------
    ValueError
        For a wrong count, noise or rng.

    References
    ----------
    The toy data of the CS231n course notes (Karpathy, 2015).
    """
    n = _validate.whole_number("spirals", "n", n, at_least=2)
    classes = _validate.whole_number("spirals", "classes", classes, at_least=1)
    _validate.generator("spirals", rng)
    if _validate.real_number("spirals", "noise", noise) < 0:
        raise ValueError(f"spirals: noise must be >= 0, got {noise}")
    t = np.repeat(np.arange(classes), n)
    radius = np.tile(np.linspace(0.05, 1, n), classes)
    turn = 2 * np.pi * t / classes  # where the arm starts
    angle = turn + 4 * radius + noise * rng.standard_normal(len(t))
    return np.column_stack([radius * np.cos(angle), radius * np.sin(angle)]), t

"""Other right answers to the exercises of chapter "Gradient checking"."""

from fractions import Fraction

import numpy as np


def gradient_with_steps(f, x, h):
    """Adds a step array with a single h in it, instead of changing an element."""
    x = np.asarray(x).astype(np.float64)
    gradient = np.empty(x.shape)
    for index in np.ndindex(x.shape):
        step = np.zeros(x.shape)
        step[index] = h
        gradient[index] = (f(x + step) - f(x - step)) / (h + h)
    return gradient


def gradient_flat(f, x, h):
    """Walks along the numbers in one line, and returns lists."""
    numbers = [float(number) for number in np.ravel(x)]
    slopes = []
    for k in range(len(numbers)):
        values = []
        for sign in (1, -1):
            moved = list(numbers)
            moved[k] += sign * h
            values.append(f(np.reshape(moved, np.shape(x))))
        slopes.append((values[0] - values[1]) / 2 / h)
    return np.reshape(slopes, np.shape(x)).tolist()


def richardson_as_correction(f, x, h):
    """D(h/2), and a third of what it differs from D(h) by."""
    coarse = (f(x + h) - f(x - h)) / (2 * h)
    fine = (f(x + h / 2) - f(x - h / 2)) / h
    return fine + (fine - coarse) / 3


def richardson_five_points(f, x, h):
    """The four evaluations with their weights multiplied out."""
    near, far = f(x + h / 2) - f(x - h / 2), f(x + h) - f(x - h)
    return np.array((8 * near - far) / (6 * h))


def complex_step_smaller(f, x):
    return np.imag(f(complex(x, 1e-100))) * 1e100


def complex_step_power_of_two(f, x):
    h = 2.0**-60
    return (f(x + h * 1j) / (h * 1j)).real


RIGHT = {
    "reading_errors": [
        (0.03, 2e-4, 6, 12),
        [float(Fraction(n, d)) for n, d in ((3, 100), (1, 5000), (6, 1), (12, 1))],
    ],
    "numerical_gradient": [gradient_with_steps, gradient_flat],
    "suspect": ["Centre", "".join(["Cen", "tre"])],
    "richardson": [richardson_as_correction, richardson_five_points],
    "complex_step": [complex_step_smaller, complex_step_power_of_two],
}

EQUIVALENT = {
    "numerical_gradient": {
        "`np.zeros` becomes `np.ones`": "every element is overwritten",
    },
}

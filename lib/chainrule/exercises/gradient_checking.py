"""The exercises of chapter "Gradient checking"."""

import numpy as np

from chainrule.exercises import Exercise

# Off by 0.06 (forward) and 0.0008 (central) at h = 0.02: the errors at h = 0.01, f'' and f'''.
reading_errors = Exercise(
    right=[0.03, 0.0002, 6.0, 12.0],
    wrong=[
        (
            [0.03, 0.0004, 6.0, 12.0],
            "You halved both errors. The central one goes with h²: half the step, a quarter of the "
            "error.",
        ),
        (
            [0.015, 0.0002, 6.0, 12.0],
            "You quartered both errors. The forward one goes with h: half the step, half the "
            "error.",
        ),
        (
            [0.0002, 0.03, 6.0, 12.0],
            "You exchanged the two errors: the forward difference comes first and has the larger "
            "one.",
        ),
        (
            [0.03, 0.0002, 3.0, 12.0],
            "The errors are right, but the forward error is h/2 · f'', and you forgot the 2.",
        ),
        (
            [0.03, 0.0002, 6.0, 2.0],
            "The errors are right, but the central error is h²/6 · f''', and you forgot the 6.",
        ),
        (
            [0.03, 0.0002, 6.0, 4.0],
            "The central error is h²/6 · f''': h² over six, where you have h² over two.",
        ),
        ([0.03, 0.0002, 6.0, 0.24], "You divided the central error by h where the formula has h²."),
        (
            [0.03, 0.0002, 12.0, 48.0],
            "f'' and f''' were asked for at the same point: the errors 0.06 and 0.0008 belong to "
            "h = 0.02, not to 0.01.",
        ),
    ],
    praise="Two measurements with different steps tell you the order of any method.",
    hint="The forward error is h/2 · f'', the central one h²/6 · f'''; four numbers in that order.",
)


def _gradient(f, x, h, ahead=1, behind=1, divide_by=2, restore=True, dtype=float, h_used=None):
    """Central differences, and the ways to get them wrong."""
    h = h_used or h
    x = np.array(x, dtype=dtype)
    grad = np.zeros(x.shape)
    for index in np.ndindex(x.shape):
        old = x[index]
        x[index] = old + ahead * h
        high = f(x)
        x[index] = old - behind * h
        low = f(x)
        if restore:
            x[index] = old
        grad[index] = (high - low) / (divide_by * h)
    return grad


def _in_float32(f, x, h):
    """Integers are copied to floats, but float32 stays what it is."""
    return _gradient(f, x, h, dtype=np.result_type(x, np.float16))


def _all_at_once(f, x, h):
    x = np.array(x, float)
    return (f(x + h) - f(x - h)) / (2 * h)


def _row_by_row(f, x, h):
    x = np.array(x, float)
    grad = np.zeros_like(x)
    for i in range(len(x)):
        step = np.zeros_like(x)
        step[i] = h
        grad[i] = (f(x + step) - f(x - step)) / (2 * h)
    return grad


def _sum_of_squares(x):
    return x[0] ** 2 + x[1] ** 2


def _weighted_cubes(x):
    return (np.arange(1.0, x.size + 1).reshape(x.shape) * x**3).sum()


def _products_of_neighbours(x):
    return (x[:, :-1] * x[:, 1:] ** 3).sum()


def _one_cube(x):
    return x**3


numerical_gradient = Exercise(
    right=_gradient,
    wrong=[
        (
            lambda f, x, h: _gradient(f, x, h, divide_by=1),
            "Every element is twice too large: from x − h to x + h it is 2h, and you divided by h.",
        ),
        (
            lambda f, x, h: _gradient(f, x, h, behind=0),
            "Every element is half of what it should be: you stepped to one side and divided by "
            "2h. Step to both sides.",
        ),
        (
            lambda f, x, h: _gradient(f, x, h, behind=0, divide_by=1),
            "That is the forward difference. The central one is far more exact: step to both sides "
            "and divide by 2h.",
        ),
        (
            lambda f, x, h: _gradient(f, x, h, ahead=0, divide_by=1),
            "That is the backward difference, from x − h to x. Step to both sides and divide by "
            "2h.",
        ),
        (
            lambda f, x, h: _gradient(f, x, h, ahead=-1, behind=-1),
            "The sign is the wrong way round: it is f(x + h) − f(x − h).",
        ),
        (
            lambda f, x, h: _gradient(f, x, h, restore=False),
            "You forgot to put the old value back: when the second element is nudged, the first is "
            "still at x − h.",
        ),
        (
            lambda f, x, h: np.full(np.shape(x), _all_at_once(f, x, h)),
            "You nudged all elements at once, so all have the same, common slope. Nudge one, "
            "put it back, go on to the next.",
        ),
        (
            _all_at_once,
            "You nudged all elements at once and got one number. The gradient has one number "
            "for each element: nudge them one by one.",
        ),
        (
            _row_by_row,
            "You nudged a whole row at a time. For an array of any shape, np.ndindex(x.shape) "
            "gives the index of every single element.",
        ),
        (
            _in_float32,
            "Integers are copied to floats, but float32 is not, and a step of 1e-5 drowns in its "
            "rounding. Copy every x to float64: np.array(x, dtype=float).",
        ),
        (
            lambda f, x, h: _gradient(f, x, h, dtype=np.asarray(x).dtype),
            "The nudge was cut off: an integer array stores 3.0001 as 3 and 2.9999 as 2. Copy x to "
            "floats first.",
        ),
        (
            lambda f, x, h: _gradient(f, x, h).astype(np.asarray(x).dtype),
            "The gradient was cut off to integers: np.zeros_like(x) of an integer array holds "
            "integers. Make it of floats.",
        ),
        (
            lambda f, x, h: _gradient(f, x, h, h_used=1e-5),
            "The formula is right, but the step is a smaller one of your own. Use the h you are "
            "given.",
        ),
    ],
    cases=[
        (_weighted_cubes, np.array([0.3, -0.7, 1.1]), 0.1),
        (_products_of_neighbours, np.array([[0.3, -0.7, 1.1], [1.3, 0.9, -0.4]]), 0.1),
        (_sum_of_squares, np.array([3, 4]), 1e-4),
        (_weighted_cubes, np.array([[[0.5, -1.5]], [[2.0, 1.0]]], dtype=np.float32), 1e-5),
        (_one_cube, np.array(2.0), 0.5),
    ],
    praise="Any shape, any dtype, and x as it was: the library's own is no more than this.",
    hint="For each index: keep the old value, nudge by +h, by −h, put it back, divide by 2h.",
)

suspect = Exercise(
    right="Centre",
    wrong=[
        (
            "Softplus",
            "Softplus looks strange but is right: e^−y = 1/(1 + eˣ), so 1 − e^−y is the slope of "
            "ln(1 + eˣ). check_layer passes it.",
        ),
        (
            "UnitRows",
            "UnitRows is right: a row's length depends on the whole row, hence the sum along "
            "axis 1. check_layer passes it with any R.",
        ),
        (
            "none",
            "All three pass with a dout of ones, or with one column only. Use several columns "
            "and let check_layer draw the upstream gradient.",
        ),
    ],
    praise="Its mean goes over the batch, so must its gradient: dout.mean(axis=0). With a single "
    "column, or with ones, the two are the same.",
    hint="Give the name of one class as a text, such as 'Softplus'. Run check_layer on all three "
    "with an input of shape (4, 3).",
)


def _central(f, x, h):
    return (f(x + h) - f(x - h)) / (2 * h)


def _forward(f, x, h):
    return (f(x + h) - f(x)) / h


def _fifth_power(x):
    return x**5


def _one_over(x):
    return 1 / x


richardson = Exercise(
    right=lambda f, x, h: (4 * _central(f, x, h / 2) - _central(f, x, h)) / 3,
    wrong=[
        (
            lambda f, x, h: _central(f, x, h / 2),
            "That is D(h/2) alone: more exact than D(h), but still O(h²).",
        ),
        (_central, "That is D(h) alone. Compute D(h/2) too and combine the two."),
        (
            lambda f, x, h: 2 * _central(f, x, h / 2) - _central(f, x, h),
            "2 D(h/2) − D(h) removes an error that goes with h. Here it goes with h², so D(h/2) "
            "has a quarter of it, not half.",
        ),
        (
            lambda f, x, h: (_central(f, x, h / 2) + _central(f, x, h)) / 2,
            "That is the average of the two: the h² is still there. Weigh them so that it drops "
            "out.",
        ),
        (
            lambda f, x, h: (4 * _central(f, x, h) - _central(f, x, h / 2)) / 3,
            "You exchanged the two: the more exact D(h/2) gets the weight 4.",
        ),
        (
            lambda f, x, h: 4 * _central(f, x, h / 2) - _central(f, x, h),
            "4 D(h/2) − D(h) is 3 f' + …: divide by 3.",
        ),
        (
            lambda f, x, h: (4 * _central(f, x, h) - _central(f, x, 2 * h)) / 3,
            "The idea is right, but made of D(h) and D(2h). Use D(h/2) and D(h).",
        ),
        (
            lambda f, x, h: (4 * _forward(f, x, h / 2) - _forward(f, x, h)) / 3,
            "The weights are right for central differences, but you used forward ones, whose error "
            "also has odd powers of h.",
        ),
    ],
    cases=[(_fifth_power, 1.2, 0.1), (_one_over, 0.7, 0.05)],
    tolerance=1e-9,
    praise="Four evaluations, and the error falls to a sixteenth when h is halved.",
    hint="D(h) = f' + c h², D(h/2) = f' + c h²/4: solve the two for f'.",
)


def _wavy(x):
    return np.exp(x) / (1 + x * x)


complex_step = Exercise(
    right=lambda f, x: f(x + 1e-20j).imag / 1e-20,
    wrong=[
        (
            lambda f, x: f(x),
            "That is the value of f: the real part. The slope is in the imaginary part, times h.",
        ),
        (
            lambda f, x: f(x + 1e-20j).imag,
            "The imaginary part is h f'(x) − …: you forgot to divide by h.",
        ),
        (
            lambda f, x: _central(f, x, 1e-5),
            "A central difference is right to about ten digits only. Step in the imaginary "
            "direction instead, where nothing is subtracted.",
        ),
        (
            lambda f, x: f(x + 1e-20j).imag / 2e-20,
            "You divided by 2h, but there is only one step here: divide by h.",
        ),
        (lambda f, x: f(x - 1e-20j).imag / 1e-20, "You stepped to x − ih and got the sign wrong."),
        (
            lambda f, x: abs(f(x + 1e-20j)) / 1e-20,
            "You took the whole complex number, divided by h and made it real by its length. Take "
            "the imaginary part alone.",
        ),
    ],
    cases=[(_one_over, 0.7), (_fifth_power, 1.2), (_wavy, 0.4)],
    tolerance=1e-14,
    praise="No subtraction, no V: every h below 1e-8 is as good as the next.",
    hint="Evaluate f at x + ih with a tiny h and look at .real and .imag.",
)

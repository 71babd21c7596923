"""The primitive nodes of a computational graph: Add, Mul, MatMul, Repeat, Sum, Exp, Reciprocal.

A node follows the layer protocol. A node of two inputs has `forward(x, y)`, and its
`backward(dout)` returns the pair (dx, dy).
"""

import numpy as np

from chainrule import _validate
from chainrule.layers import Layer


class _TwoInputs(Layer):
    """A node of two inputs of the same shape; there is no broadcasting."""

    def _inputs(self, x, y):
        """Both inputs of forward as arrays, after checking that their shapes are equal."""
        x, y = self._input(x), self._input(y, name="y")
        if x.shape != y.shape:
            raise ValueError(
                f"{self._here('forward')}: x and y must have the same shape, got "
                f"{_validate.shape_text(x.shape)} and {_validate.shape_text(y.shape)}"
            )
        return x, y


class Add(_TwoInputs):
    """Addition: z = x + y.

    Methods
    -------
    forward(x, y)
        Numbers, or arrays of one shape. Returns that shape.
    backward(dout)
        dout of that shape. Returns dx = dout and dy = dout, as two separate arrays.

    Raises
    ------
    ValueError
        For unequal shapes or a wrong dtype.
    RuntimeError
        For backward before forward.

    Notes
    -----
    Caches the shape and the dtype.

    References
    ----------
    Chapter "Computational graphs".
    """

    def forward(self, x, y):
        x, y = self._inputs(x, y)
        z = x + y
        self._cache = z.shape, z.dtype
        return z

    def backward(self, dout):
        dout = self._upstream(dout, *self._saved())
        return dout.copy(), dout.copy()


class Mul(_TwoInputs):
    """Elementwise multiplication: z = x · y.

    Methods
    -------
    forward(x, y)
        Numbers, or arrays of one shape. Returns that shape.
    backward(dout)
        dout of that shape. Returns dx = dout · y and dy = dout · x.

    Raises
    ------
    ValueError
        For unequal shapes or a wrong dtype.
    RuntimeError
        For backward before forward.

    Notes
    -----
    Caches x and y.

    References
    ----------
    Chapter "Computational graphs".
    """

    def forward(self, x, y):
        x, y = self._inputs(x, y)
        self._cache = x, y
        return x * y

    def backward(self, dout):
        x, y = self._saved()
        dout = self._upstream(dout, x.shape, np.result_type(x, y))
        return dout * y, dout * x


class MatMul(Layer):
    """Matrix product: Z = X Y.

    Methods
    -------
    forward(x, y)
        x of shape (N, D), y of shape (D, M). Returns (N, M).
    backward(dout)
        dout of shape (N, M). Returns dX = dout Yᵀ, (N, D), and dY = Xᵀ dout, (D, M).

    Raises
    ------
    ValueError
        For shapes that do not match or a wrong dtype.
    RuntimeError
        For backward before forward.

    Notes
    -----
    Caches x and y.

    References
    ----------
    Chapters "Computational graphs" and "The affine layer".
    """

    def forward(self, x, y):
        x = self._input(x, "N", "D")
        y = self._input(y, x.shape[1], "M", name="y")
        self._cache = x, y
        return x @ y

    def backward(self, dout):
        x, y = self._saved()
        dout = self._upstream(dout, (x.shape[0], y.shape[1]), np.result_type(x, y))
        return dout @ y.T, x.T @ dout


class Repeat(Layer):
    """Repetition along a new axis: y[…, i, …] = x for every i < n. The adjoint of Sum.

    Parameters
    ----------
    n : int
        Number of copies, at least 1.
    axis : int
        Position of the new axis; 0 turns (D,) into n equal rows (n, D).

    Methods
    -------
    forward(x)
        x of any shape. Returns that shape with a new axis of size n.
    backward(dout)
        dout of the shape of the output. Returns dx = Σᵢ dout[…, i, …] in the shape of x.

    Raises
    ------
    ValueError
        For a wrong n, axis, shape or dtype.
    RuntimeError
        For backward before forward.

    Notes
    -----
    Caches the shape of the output and the dtype.

    References
    ----------
    Chapters "Computational graphs" and "Shapes".
    """

    def __init__(self, n, axis=0):
        self.n = _validate.whole_number("Repeat", "n", n, at_least=1)
        self.axis = _validate.whole_number("Repeat", "axis", axis, at_least=0)

    def forward(self, x):
        x = self._input(x)
        if self.axis > x.ndim:
            raise ValueError(
                f"Repeat.forward: x must have at least {self.axis} axes, "
                f"got shape {_validate.shape_text(x.shape)}"
            )
        y = np.repeat(np.expand_dims(x, self.axis), self.n, axis=self.axis)
        self._cache = y.shape, y.dtype
        return y

    def backward(self, dout):
        dout = self._upstream(dout, *self._saved())
        return dout.sum(axis=self.axis)


class Sum(Layer):
    """Sum along an axis: y = Σᵢ x[…, i, …]. The adjoint of Repeat.

    Parameters
    ----------
    axis : int
        The axis to sum over; 0 adds up the rows of (N, D) and gives (D,).

    Methods
    -------
    forward(x)
        x with more than `axis` axes. Returns the shape of x without that axis.
    backward(dout)
        dout of the shape of the output. Returns dx[…, i, …] = dout for every i, in the shape of x.

    Raises
    ------
    ValueError
        For a wrong axis, shape or dtype.
    RuntimeError
        For backward before forward.

    Notes
    -----
    Caches the shape of x and the dtype.

    References
    ----------
    Chapters "Computational graphs" and "Shapes".
    """

    def __init__(self, axis=0):
        self.axis = _validate.whole_number("Sum", "axis", axis, at_least=0)

    def forward(self, x):
        x = self._input(x)
        if self.axis >= x.ndim:
            raise ValueError(
                f"Sum.forward: x must have at least {self.axis + 1} axes, "
                f"got shape {_validate.shape_text(x.shape)}"
            )
        self._cache = x.shape, x.dtype
        return x.sum(axis=self.axis)

    def backward(self, dout):
        x_shape, dtype = self._saved()
        y_shape = x_shape[: self.axis] + x_shape[self.axis + 1 :]
        dout = self._upstream(dout, y_shape, dtype)
        return np.repeat(np.expand_dims(dout, self.axis), x_shape[self.axis], axis=self.axis)


class Exp(Layer):
    """Exponential: y = eˣ.

    Methods
    -------
    forward(x)
        x of any shape. Returns that shape.
    backward(dout)
        dout of that shape. Returns dx = dout · y: the derivative is the output.

    Raises
    ------
    ValueError
        For a wrong shape or dtype.
    RuntimeError
        For backward before forward.

    Notes
    -----
    Caches y.

    References
    ----------
    Chapter "Computational graphs".
    """

    def forward(self, x):
        y = np.exp(self._input(x))
        self._cache = y
        return y

    def backward(self, dout):
        y = self._saved()
        return self._upstream(dout, y.shape, y.dtype) * y


class Reciprocal(Layer):
    """Reciprocal: y = 1 / x.

    Methods
    -------
    forward(x)
        x of any shape, no element zero. Returns that shape.
    backward(dout)
        dout of that shape. Returns dx = −dout · y².

    Raises
    ------
    ValueError
        For a zero in x, a wrong shape or dtype.
    RuntimeError
        For backward before forward.

    Notes
    -----
    Caches y.

    References
    ----------
    Chapter "Computational graphs".
    """

    def forward(self, x):
        x = self._input(x)
        if np.any(x == 0):
            raise ValueError("Reciprocal.forward: x must not contain 0, got a zero")
        y = 1 / x
        self._cache = y
        return y

    def backward(self, dout):
        y = self._saved()
        return -self._upstream(dout, y.shape, y.dtype) * y * y

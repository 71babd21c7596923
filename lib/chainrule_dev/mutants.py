"""The catalogue of mutants: wrong backward passes, all of which `check_layer` must reject.

Each is a layer with one planted error that people make or could make, described by its docstring in
one sentence. `MUTANTS` holds them by name, each with the case to run it on.
"""

from typing import NamedTuple

import numpy as np

import chainrule as cr
from chainrule_dev.cases import CASES, Case


class Mutant(NamedTuple):
    """A wrong layer, and the case that shows it."""

    broken: type  # the class with the planted error
    case: Case  # the right layer, and inputs for which the gradients differ

    @property
    def name(self):
        return self.broken.__name__

    @property
    def description(self):
        return self.broken.__doc__

    @property
    def right(self):
        """The class that was broken."""
        return self.case.layer_class

    def make_layer(self, rng):
        return self.case.build(self.broken, rng)

    def make_inputs(self, rng):
        return self.case.make_inputs(rng)


MUTANTS = {}


def on(case_name):
    """Add the decorated class to the catalogue, to be run on the inputs of this case."""
    if case_name not in CASES:
        raise ValueError(f"lib/chainrule_dev/cases.py has no case named {case_name!r}")

    def add(broken):
        if broken.__name__ in MUTANTS:
            raise ValueError(f"lib/chainrule_dev/mutants.py has two mutants {broken.__name__}")
        MUTANTS[broken.__name__] = Mutant(broken, CASES[case_name])
        return broken

    return add


def mutants_of(layer_class):
    """All mutants of one class."""
    return [mutant for mutant in MUTANTS.values() if mutant.right is layer_class]


# --- Add, Mul, MatMul ---


@on("Add rows")
class AddNegatesSecond(cr.Add):
    """The gradient of y gets the sign it would have in x − y."""

    def backward(self, dout):
        dx, dy = super().backward(dout)
        return dx, -dy


@on("Add rows")
class AddHalves(cr.Add):
    """The gradient is shared out between the two inputs instead of going to both in full."""

    def backward(self, dout):
        dx, dy = super().backward(dout)
        return dx / 2, dy / 2


@on("Add vector")
class AddIgnoresDout(cr.Add):
    """The local slope 1 is returned, and the upstream gradient forgotten."""

    def backward(self, dout):
        return np.ones_like(dout), np.ones_like(dout)


@on("Add rows")
class AddForgetsSecond(cr.Add):
    """Only the gradient of x is returned, as if y were a constant."""

    def backward(self, dout):
        return super().backward(dout)[0]


@on("Mul rows")
class MulNotSwapped(cr.Mul):
    """dx = dout · x and dy = dout · y: each input multiplies its own gradient, not the other's."""

    def backward(self, dout):
        dx, dy = super().backward(dout)
        return dy, dx


@on("Mul scalar")
class MulIgnoresDout(cr.Mul):
    """dx = y and dy = x: the local slopes without the upstream gradient."""

    def backward(self, dout):
        x, y = self._saved()
        return y, x


@on("Mul rows")
class MulSecondUnscaled(cr.Mul):
    """dy = dout: multiplication treated as addition for one of its inputs."""

    def backward(self, dout):
        return super().backward(dout)[0], dout


@on("Mul rows")
class MulScalesDoutInPlace(cr.Mul):
    """dout is multiplied in place, so that dy, computed after it, gets a factor y too many."""

    def backward(self, dout):
        x, y = self._saved()
        dout *= y
        return dout, dout * x


@on("MatMul square")
class MatMulWithoutTranspose(cr.MatMul):
    """dX = dout Y: the transpose forgotten; square matrices fit all the same."""

    def backward(self, dout):
        x, y = self._saved()
        return dout @ y, x.T @ dout


@on("MatMul square")
class MatMulWrongOrder(cr.MatMul):
    """dY = dout Xᵀ: the right factors in the wrong order."""

    def backward(self, dout):
        x, y = self._saved()
        return dout @ y.T, dout @ x.T


@on("MatMul square")
class MatMulSwapsGradients(cr.MatMul):
    """The two gradients are returned in the wrong order."""

    def backward(self, dout):
        dx, dy = super().backward(dout)
        return dy, dx


@on("MatMul wide")
class MatMulAveragesRows(cr.MatMul):
    """dY is divided by the number of rows: a mean where there is only a sum."""

    def backward(self, dout):
        dx, dy = super().backward(dout)
        return dx, dy / len(dx)


# --- Repeat, Sum, Exp, Reciprocal ---


@on("Repeat axis 0 of (4,)")
class RepeatAverages(cr.Repeat):
    """The copies' gradients are averaged instead of added."""

    def backward(self, dout):
        return super().backward(dout) / self.n


@on("Repeat axis 0 of (4,)")
class RepeatTakesFirst(cr.Repeat):
    """Only the first copy's gradient comes back: the sum is missing."""

    def backward(self, dout):
        return dout.take(0, axis=self.axis)


@on("Repeat square")
class RepeatWrongAxis(cr.Repeat):
    """Summed over the first axis instead of the new one; with n equal to the size it fits."""

    def backward(self, dout):
        return dout.sum(axis=0)


@on("Sum axis 0 of (4, 4)")
class SumDividesByCount(cr.Sum):
    """The backward of a mean: the upstream gradient divided by the number of terms."""

    def backward(self, dout):
        dx = super().backward(dout)
        return dx / dx.shape[self.axis]


@on("Sum axis 0 of (4, 4)")
class SumWrongAxis(cr.Sum):
    """dout is repeated along columns instead of rows; with a square x the shapes fit."""

    def backward(self, dout):
        return np.repeat(dout[:, np.newaxis], len(dout), axis=1)


@on("Sum axis 0 of (4, 4)")
class SumFirstTermOnly(cr.Sum):
    """Only the first term of the sum receives the gradient."""

    def backward(self, dout):
        dx = super().backward(dout)
        dx[1:] = 0
        return dx


@on("Sum axis 1 of (3, 4)")
class SumIgnoresDout(cr.Sum):
    """Ones in the shape of x: the local slope without the upstream gradient."""

    def backward(self, dout):
        return np.ones_like(super().backward(dout))


@on("Exp rows")
class ExpFromInput(cr.Exp):
    """The derivative of eˣ taken to be x: the input was cached where the output belongs."""

    def forward(self, x):
        y = super().forward(x)
        self._cache = np.asarray(x)
        return y


@on("Exp rows")
class ExpPowerRule(cr.Exp):
    """The power rule where it does not apply: the derivative of eˣ written x · eˣ⁻¹."""

    def backward(self, dout):
        y = self._saved()
        return dout * np.log(y) * y / np.e


@on("Exp vector")
class ExpIgnoresDout(cr.Exp):
    """The local slope y is returned, and the upstream gradient forgotten."""

    def backward(self, dout):
        return self._saved()


@on("Exp rows")
class ExpTwice(cr.Exp):
    """e is raised once more in backward: the derivative taken at y instead of at x."""

    def backward(self, dout):
        return dout * np.exp(self._saved())


@on("Reciprocal rows")
class ReciprocalWithoutSquare(cr.Reciprocal):
    """dx = −dout · y: the square of y is missing."""

    def backward(self, dout):
        return -dout * self._saved()


@on("Reciprocal rows")
class ReciprocalWithoutSign(cr.Reciprocal):
    """dx = dout · y²: the minus is missing."""

    def backward(self, dout):
        return dout * self._saved() ** 2


@on("Reciprocal rows")
class ReciprocalOfSquareOfInput(cr.Reciprocal):
    """dx = −dout · x²: the formula −1/x² with the input where the output is meant."""

    def backward(self, dout):
        return -dout / self._saved() ** 2


@on("Reciprocal rows")
class ReciprocalSquaresDout(cr.Reciprocal):
    """dx = −(dout · y)²: the square takes in the upstream gradient."""

    def backward(self, dout):
        return -((dout * self._saved()) ** 2)


# --- Affine ---


@on("Affine square")
class AffineWithoutTranspose(cr.Affine):
    """dx = dout W: the transpose forgotten, and with a square W the shapes fit all the same."""

    def backward(self, dout):
        super().backward(dout)
        return dout @ self.W


@on("Affine square")
class AffineWrongProduct(cr.Affine):
    """dW = X dout: with as many samples as features the missing transpose does not show."""

    def backward(self, dout):
        dx = super().backward(dout)
        self.dW = self._saved()[0] @ dout
        return dx


@on("Affine square")
class AffineTransposedGradient(cr.Affine):
    """dW = doutᵀ X, the transpose of the gradient."""

    def backward(self, dout):
        dx = super().backward(dout)
        self.dW = self.dW.T
        return dx


@on("Affine wide")
class AffineReshapedGradient(cr.Affine):
    """dW computed as (M, D) and reshaped to (D, M): the numbers land in wrong places."""

    def backward(self, dout):
        dx = super().backward(dout)
        self.dW = self.dW.T.reshape(self.W.shape)
        return dx


@on("Affine wide")
class AffineGradientLeftTransposed(cr.Affine):
    """dW of shape (M, D), not that of W."""

    def backward(self, dout):
        dx = super().backward(dout)
        self.dW = self.dW.T
        return dx


@on("Affine wide")
class AffineMeanOfBias(cr.Affine):
    """db is the mean of dout over the batch instead of the sum."""

    def backward(self, dout):
        dx = super().backward(dout)
        self.db = dout.mean(axis=0)
        return dx


@on("Affine square")
class AffineBiasAlongRows(cr.Affine):
    """db is summed over the features instead of the samples; a square dout hides it."""

    def backward(self, dout):
        dx = super().backward(dout)
        self.db = dout.sum(axis=1)
        return dx


@on("Affine tall")
class AffineBiasOverwritten(cr.Affine):
    """db is assigned once a sample, = for +=, so that the last sample wins."""

    def backward(self, dout):
        dx = super().backward(dout)
        for row in dout:
            self.db = row
        return dx


@on("Affine tall")
class AffineBiasForgotten(cr.Affine):
    """db is never assigned."""

    def backward(self, dout):
        dx = super().backward(dout)
        self.db = None
        return dx


@on("Affine tall")
class AffineDividesByBatch(cr.Affine):
    """dW is divided by N here although the loss has divided already."""

    def backward(self, dout):
        dx = super().backward(dout)
        self.dW = self.dW / len(dout)
        return dx


@on("Affine tall")
class AffineAccumulates(cr.Affine):
    """dW grows with every call, += for =, and nothing ever resets it."""

    def backward(self, dout):
        before = 0 if self.dW is None else self.dW
        dx = super().backward(dout)
        self.dW = self.dW + before
        return dx


@on("Affine wide")
class AffineIgnoresDout(cr.Affine):
    """dx is the local slope, the row sums of W, whatever comes from upstream."""

    def backward(self, dout):
        dx = super().backward(dout)
        return np.tile(self.W.sum(axis=1), (len(dx), 1))


@on("Affine of images")
class AffineLeavesInputFlat(cr.Affine):
    """dx comes back as rows instead of in the shape of the images."""

    def backward(self, dout):
        dx = super().backward(dout)
        return dx.reshape(len(dx), -1)


@on("Affine of images")
class AffineUnflattensBackwards(cr.Affine):
    """dx is put into the images' shape column by column, though it was flattened row by row."""

    def backward(self, dout):
        dx = super().backward(dout)
        return dx.reshape(len(dx), -1).reshape(dx.shape, order="F")


@on("Affine tall")
class AffineCentersInput(cr.Affine):
    """The cached input is changed in place, and with it the caller's x."""

    def backward(self, dout):
        dx = super().backward(dout)
        rows, _ = self._saved()
        rows -= rows.mean(axis=0)
        return dx


@on("Affine tall")
class AffineDecaysWeights(cr.Affine):
    """Weight decay written into backward: W itself shrinks with every call."""

    def backward(self, dout):
        dx = super().backward(dout)
        self.W *= 0.99
        return dx


@on("Affine tall")
class AffineSinglePrecision(cr.Affine):
    """The gradient of W is kept in float32, whatever precision came in."""

    def backward(self, dout):
        dx = super().backward(dout)
        self.dW = self.dW.astype(np.float32)
        return dx


# --- ReLU, Sigmoid, Tanh ---


@on("ReLU rows")
class ReLUMaskFromDout(cr.ReLU):
    """The mask asks for the sign of dout instead of the sign of x."""

    def backward(self, dout):
        return dout * (dout > 0)


@on("ReLU rows")
class ReLUMaskFromOutput(cr.ReLU):
    """The mask is taken from the output with >= 0, which is always true."""

    def forward(self, x):
        y = super().forward(x)
        self._cache = y >= 0, y.dtype
        return y


@on("ReLU rows")
class ReLUMaskInverted(cr.ReLU):
    """The mask of the negative numbers is used as the mask of the positive ones."""

    def backward(self, dout):
        mask, _ = self._saved()
        return dout * ~mask


@on("ReLU rows")
class ReLUWritesIntoDout(cr.ReLU):
    """dout itself is set to zero where x is negative: right here, wrong for whoever shares dout."""

    def backward(self, dout):
        mask, _ = self._saved()
        dout[~mask] = 0
        return dout


@on("ReLU rows")
class ReLUMultipliesByValue(cr.ReLU):
    """dx = dout · y: the value of ReLU instead of its slope."""

    def forward(self, x):
        self._value = super().forward(x)
        return self._value

    def backward(self, dout):
        return dout * self._value


@on("ReLU rows")
class ReLUIgnoresDout(cr.ReLU):
    """The mask is returned as the gradient."""

    def backward(self, dout):
        return self._saved()[0].astype(float)


@on("ReLU images")
class ReLULeaksBackward(cr.ReLU):
    """A leaky slope of 0.01 in backward that forward does not have."""

    def backward(self, dout):
        mask, _ = self._saved()
        return np.where(mask, dout, 0.01 * dout)


@on("ReLU vector")
class ReLUReturnsNothing(cr.ReLU):
    """The gradient is computed and not returned."""

    def backward(self, dout):
        super().backward(dout)


@on("Sigmoid rows")
class SigmoidHalfDerivative(cr.Sigmoid):
    """dx = dout · (1 − y): the factor y is missing."""

    def backward(self, dout):
        return dout * (1 - self._saved())


@on("Sigmoid rows")
class SigmoidSignSlip(cr.Sigmoid):
    """dx = dout · y(1 + y): one sign lost in the derivation."""

    def backward(self, dout):
        y = self._saved()
        return dout * y * (1 + y)


@on("Sigmoid rows")
class SigmoidFromInput(cr.Sigmoid):
    """dx = dout · x(1 − x): the input was cached where the output belongs."""

    def forward(self, x):
        y = super().forward(x)
        self._cache = x
        return y


@on("Sigmoid rows")
class SigmoidAppliedTwice(cr.Sigmoid):
    """The sigmoid of the cached output is taken once more before y(1 − y)."""

    def backward(self, dout):
        y = 1 / (1 + np.exp(-self._saved()))
        return dout * y * (1 - y)


@on("Sigmoid scalar")
class SigmoidIgnoresDout(cr.Sigmoid):
    """y(1 − y) alone: the local slope without the upstream gradient."""

    def backward(self, dout):
        y = self._saved()
        return y * (1 - y)


@on("Sigmoid rows")
class SigmoidTanhDerivative(cr.Sigmoid):
    """dx = dout · (1 − y²), the derivative of tanh."""

    def backward(self, dout):
        return dout * (1 - self._saved() ** 2)


@on("Tanh rows")
class TanhWithoutSquare(cr.Tanh):
    """dx = dout · (1 − y): the square is missing."""

    def backward(self, dout):
        return dout * (1 - self._saved())


@on("Tanh rows")
class TanhSignSlip(cr.Tanh):
    """dx = dout · (1 + y²): the derivative of tan, not of tanh."""

    def backward(self, dout):
        return dout * (1 + self._saved() ** 2)


@on("Tanh rows")
class TanhSigmoidDerivative(cr.Tanh):
    """dx = dout · y(1 − y), the derivative of the sigmoid."""

    def backward(self, dout):
        y = self._saved()
        return dout * y * (1 - y)


@on("Tanh rows")
class TanhOverwritesCache(cr.Tanh):
    """The square is taken in place in the cache, so that a second backward finds y² there."""

    def backward(self, dout):
        y = self._saved()
        y *= y
        return dout * (1 - y)


# --- BatchNormalization ---


def _normalized(layer, dout):
    """(dx̂ = γ·dout, x̂, 1/√(σ² + eps), axes), from which the mutants below compute dx."""
    if len(layer._saved()) == 3:  # the fast layer keeps x and μ instead of x̂
        x, mean, inv_std = layer._saved()
        x_hat, axes = (x - mean) * inv_std, (0, 2, 3)
    else:
        x_hat, inv_std, axes, _ = layer._saved()
    return dout * layer.gamma.reshape(inv_std.shape), x_hat, inv_std, axes


@on("BatchNormalization training rows")
class BatchNormWithoutMeanPath(cr.BatchNormalization):
    """μ is treated as a constant: the path from x through the mean is missing."""

    def backward(self, dout):
        super().backward(dout)
        dx_hat, x_hat, inv_std, axes = _normalized(self, dout)
        return (dx_hat - x_hat * (dx_hat * x_hat).mean(axis=axes, keepdims=True)) * inv_std


@on("BatchNormalization training rows")
class BatchNormWithoutVariancePath(cr.BatchNormalization):
    """σ² is treated as a constant: the path from x through the variance is missing."""

    def backward(self, dout):
        super().backward(dout)
        dx_hat, _, inv_std, axes = _normalized(self, dout)
        return (dx_hat - dx_hat.mean(axis=axes, keepdims=True)) * inv_std


@on("BatchNormalization training images")
class BatchNormEvaluationFormula(cr.BatchNormalization):
    """The formula for evaluation is used in training: μ and σ² both treated as constants."""

    def backward(self, dout):
        super().backward(dout)
        dx_hat, _, inv_std, _ = _normalized(self, dout)
        return dx_hat * inv_std


@on("BatchNormalization evaluation rows")
class BatchNormTrainingFormula(cr.BatchNormalization):
    """The formula for training is used in evaluation, where μ and σ² do not depend on x."""

    def backward(self, dout):
        x_hat, inv_std, axes, _ = self._saved()
        self._cache = x_hat, inv_std, axes, True
        return super().backward(dout)


@on("BatchNormalization training rows")
class BatchNormVariancePathSign(cr.BatchNormalization):
    """The path through the variance is added instead of subtracted."""

    def backward(self, dout):
        super().backward(dout)
        dx_hat, x_hat, inv_std, axes = _normalized(self, dout)
        through_mean = dx_hat.mean(axis=axes, keepdims=True)
        through_var = x_hat * (dx_hat * x_hat).mean(axis=axes, keepdims=True)
        return (dx_hat - through_mean + through_var) * inv_std


@on("BatchNormalization training rows")
class BatchNormUnbiasedFactor(cr.BatchNormalization):
    """The path through the variance is divided by M − 1, though forward's variance is biased."""

    def backward(self, dout):
        super().backward(dout)
        dx_hat, x_hat, inv_std, axes = _normalized(self, dout)
        through_var = x_hat * (dx_hat * x_hat).sum(axis=axes) / (len(dout) - 1)
        return (dx_hat - dx_hat.mean(axis=axes, keepdims=True) - through_var) * inv_std


@on("BatchNormalization training rows")
class BatchNormSumForMean(cr.BatchNormalization):
    """The path through the mean lacks its 1/M: a sum where a mean belongs."""

    def backward(self, dout):
        super().backward(dout)
        dx_hat, x_hat, inv_std, axes = _normalized(self, dout)
        through_var = x_hat * (dx_hat * x_hat).mean(axis=axes, keepdims=True)
        return (dx_hat - dx_hat.sum(axis=axes, keepdims=True) - through_var) * inv_std


@on("BatchNormalization training images")
class BatchNormPixelByPixel(cr.BatchNormalization):
    """Backward averages over the batch alone, forward over batch and pixels."""

    def backward(self, dout):
        super().backward(dout)
        dx_hat, x_hat, inv_std, _ = _normalized(self, dout)
        through_var = x_hat * (dx_hat * x_hat).mean(axis=0)
        return (dx_hat - dx_hat.mean(axis=0) - through_var) * inv_std


@on("BatchNormalization training rows")
class BatchNormForgetsGamma(cr.BatchNormalization):
    """dx starts from dout instead of γ·dout."""

    def backward(self, dout):
        return super().backward(dout) / self.gamma


@on("BatchNormalization training rows")
class BatchNormForgetsStd(cr.BatchNormalization):
    """dx is not divided by the standard deviation."""

    def backward(self, dout):
        return super().backward(dout) / self._saved()[1]


@on("BatchNormalization training rows")
class BatchNormDividesByVariance(cr.BatchNormalization):
    """dx is divided by the variance instead of by its root."""

    def backward(self, dout):
        return super().backward(dout) * self._saved()[1]


@on("BatchNormalization training images")
class BatchNormGammaFromOutput(cr.BatchNormalization):
    """dγ = Σ dout·y: the output where the normalized input belongs."""

    def forward(self, x):
        self._y = super().forward(x)
        return self._y

    def backward(self, dout):
        dx = super().backward(dout)
        self.dgamma = (dout * self._y).sum(axis=(0, 2, 3))
        return dx


@on("BatchNormalization training rows")
class BatchNormGammaLikeBeta(cr.BatchNormalization):
    """dγ = Σ dout, which is dβ: the factor x̂ is missing."""

    def backward(self, dout):
        dx = super().backward(dout)
        self.dgamma = self.dbeta
        return dx


@on("BatchNormalization training images")
class BatchNormBetaOverBatchOnly(cr.BatchNormalization):
    """dβ is the mean over the pixels of the sum over the batch, not the sum over both."""

    def backward(self, dout):
        dx = super().backward(dout)
        self.dbeta = dout.sum(axis=0).mean(axis=(1, 2))
        return dx


# --- Dropout ---


@on("Dropout training rate 0.5")
class DropoutWithoutScale(cr.Dropout):
    """Backward drops what forward dropped but forgets the factor 1/(1 − rate)."""

    def backward(self, dout):
        return dout * (self._saved()[0] > 0)


@on("Dropout training rate 0.5")
class DropoutFreshMask(cr.Dropout):
    """Backward draws a mask of its own instead of using forward's again."""

    def backward(self, dout):
        return dout * (self.rng.random(dout.shape) >= self.rate) / (1 - self.rate)


@on("Dropout training rate 0.5")
class DropoutForgetsMask(cr.Dropout):
    """Backward is the identity, as in evaluation."""

    def backward(self, dout):
        return dout.copy()


@on("Dropout training rate 0.5")
class DropoutScalesTwice(cr.Dropout):
    """The mask is applied twice: right in where, wrong in how much."""

    def backward(self, dout):
        mask, _, _ = self._saved()
        return dout * mask * mask


@on("Dropout evaluation rate 0.5")
class DropoutScalesInEvaluation(cr.Dropout):
    """Backward multiplies by 1 − rate in evaluation, as if forward had not scaled in training."""

    def backward(self, dout):
        return super().backward(dout) * (1 - self.rate)


@on("Dropout evaluation rate 0.5")
class DropoutDropsInEvaluation(cr.Dropout):
    """Backward draws and applies a mask in evaluation too."""

    def backward(self, dout):
        return super().backward(dout) * (self.rng.random(dout.shape) >= self.rate)


# --- Convolution ---


def _scatter(col, x_shape, filter_h, filter_w, stride=1, pad=0, add=True):
    """col2im in plain loops; without `add`, with = instead of +=."""
    N, C, H, W = x_shape
    x = np.zeros((N, C, H + 2 * pad, W + 2 * pad))
    OH, OW = (H + 2 * pad - filter_h) // stride + 1, (W + 2 * pad - filter_w) // stride + 1
    patches = col.reshape(N, OH, OW, C, filter_h, filter_w)
    for i, j in np.ndindex(OH, OW):
        window = np.s_[:, :, i * stride : i * stride + filter_h, j * stride : j * stride + filter_w]
        x[window] = patches[:, i, j] + (x[window] if add else 0)
    return x


class _RemembersShape(cr.Convolution):
    """A right convolution that stores the shape of x, for mutants."""

    def forward(self, x):
        self._x_shape = np.shape(x)
        return super().forward(x)


def _image_gradient(layer, dout, rows=None):
    """The gradient of the rows of im2col, and the shape of x."""
    if rows is None:
        rows = dout.transpose(0, 2, 3, 1).reshape(-1, len(layer.W))
    return rows @ layer.W.reshape(len(layer.W), -1), layer._x_shape


@on("Convolution plain")
class ConvolutionOverwritesOverlap(_RemembersShape):
    """= for += in col2im: where windows overlap, the last one wins."""

    def backward(self, dout):
        super().backward(dout)
        return _scatter(*_image_gradient(self, dout), *self.W.shape[2:], add=False)


@on("Convolution padded")
class ConvolutionCropsWrongCorner(_RemembersShape):
    """The padding is cut from the bottom and the right only: dx is shifted by the padding."""

    def backward(self, dout):
        super().backward(dout)
        dcol, x_shape = _image_gradient(self, dout)
        padded = _scatter(dcol, x_shape, *self.W.shape[2:], self.stride, self.pad)
        return padded[:, :, : x_shape[2], : x_shape[3]]


@on("Convolution padded")
class ConvolutionKeepsPadding(_RemembersShape):
    """The padding is not cut off: dx has the shape of the padded image."""

    def backward(self, dout):
        super().backward(dout)
        return _scatter(*_image_gradient(self, dout), *self.W.shape[2:], self.stride, self.pad)


@on("Convolution strided and padded")
class ConvolutionIgnoresStride(_RemembersShape):
    """Backward puts the windows next to each other, one pixel apart, whatever the stride."""

    def backward(self, dout):
        super().backward(dout)
        dcol, x_shape = _image_gradient(self, dout)
        N, C, H, W = x_shape
        _, _, KH, KW = self.W.shape
        _, _, OH, OW = dout.shape
        dx = np.zeros(x_shape)
        dx[:, :, : OH + KH - 1, : OW + KW - 1] = cr.col2im(
            dcol, (N, C, OH + KH - 1, OW + KW - 1), KH, KW
        )[:, :, :H, :W]
        return dx


@on("Convolution plain")
class ConvolutionFlipsFilter(_RemembersShape):
    """dx uses the filter turned by 180 degrees, on top of the turn that col2im makes already."""

    def backward(self, dout):
        super().backward(dout)
        rows = dout.transpose(0, 2, 3, 1).reshape(-1, len(self.W))
        dcol = rows @ self.W[:, :, ::-1, ::-1].reshape(len(self.W), -1)
        return cr.col2im(dcol, self._x_shape, *self.W.shape[2:])


@on("Convolution plain")
class ConvolutionTransposesFilter(cr.Convolution):
    """Rows and columns of the gradient of a square filter are exchanged."""

    def backward(self, dout):
        dx = super().backward(dout)
        self.dW = self.dW.transpose(0, 1, 3, 2)
        return dx


@on("Convolution plain")
class ConvolutionForgetsTranspose(_RemembersShape):
    """dout becomes rows by reshape alone: channels and pixels get mixed up."""

    def backward(self, dout):
        super().backward(dout)
        dcol, x_shape = _image_gradient(self, dout, rows=dout.reshape(-1, len(self.W)))
        return cr.col2im(dcol, x_shape, *self.W.shape[2:])


@on("Convolution square")
class ConvolutionReshapesGradient(cr.Convolution):
    """dW computed as (C·KH·KW, F) and reshaped to W's shape without the transpose."""

    def backward(self, dout):
        dx = super().backward(dout)
        self.dW = self.dW.reshape(len(self.W), -1).T.reshape(self.W.shape)
        return dx


@on("Convolution square")
class ConvolutionSwapsChannels(cr.Convolution):
    """The axes of filters and channels of dW are exchanged; with as many of both the shape fits."""

    def backward(self, dout):
        dx = super().backward(dout)
        self.dW = self.dW.transpose(1, 0, 2, 3)
        return dx


@on("Convolution square")
class ConvolutionBiasOverWrongAxis(cr.Convolution):
    """db is summed over all axes but the last instead of all but the channels'."""

    def backward(self, dout):
        dx = super().backward(dout)
        self.db = dout.sum(axis=(0, 1, 2))
        return dx


@on("Convolution strided and padded")
class ConvolutionMeanOfBias(cr.Convolution):
    """db is the mean over the windows instead of the sum."""

    def backward(self, dout):
        dx = super().backward(dout)
        self.db = dout.mean(axis=(0, 2, 3))
        return dx


@on("Convolution padded")
class ConvolutionDividesByBatch(cr.Convolution):
    """The filters' gradient is divided by N a second time, after the loss did so."""

    def backward(self, dout):
        dx = super().backward(dout)
        self.dW = self.dW / len(dout)
        return dx


@on("Convolution padded")
class ConvolutionAccumulates(cr.Convolution):
    """db grows with every call, += for =, and nothing ever resets it."""

    def backward(self, dout):
        before = 0 if self.db is None else self.db
        dx = super().backward(dout)
        self.db = self.db + before
        return dx


# --- MaxPooling ---


class _RemembersWindows(cr.MaxPooling):
    """A right pooling that stores its windows as rows, one per window and channel, for mutants."""

    def forward(self, x):
        size = self.pool_h, self.pool_w
        col = cr.im2col(x, *size, self.stride, self.pad, pad_value=-np.inf)
        self._windows, self._x_shape = col.reshape(-1, self.pool_h * self.pool_w), np.shape(x)
        return super().forward(x)

    def _winners(self):
        """Rows with a 1 at the maximum."""
        return np.eye(self.pool_h * self.pool_w)[self._windows.argmax(axis=1)]


def _pool_back(layer, dcol, dout, add=True):
    """dx from rows of gradients, one per window and channel."""
    N, _, OH, OW = dout.shape
    _, _, H, W = layer._x_shape
    dcol = dcol.reshape(N * OH * OW, -1)
    window = layer.pool_h, layer.pool_w
    dx = _scatter(dcol, layer._x_shape, *window, layer.stride, layer.pad, add)
    return dx[:, :, layer.pad : layer.pad + H, layer.pad : layer.pad + W]


def _as_rows(dout):
    """dout as a column, in the order of the windows' rows."""
    return dout.transpose(0, 2, 3, 1).reshape(-1, 1)


@on("MaxPooling overlapping")
class PoolingOverwritesOverlap(_RemembersWindows):
    """= for += where windows overlap: a pixel that won several windows keeps one gradient."""

    def backward(self, dout):
        return _pool_back(self, self._winners() * _as_rows(dout), dout, add=False)


@on("MaxPooling side by side")
class PoolingShares(_RemembersWindows):
    """Every pixel of the window gets an equal share: the backward of average pooling."""

    def backward(self, dout):
        size = self.pool_h * self.pool_w
        return _pool_back(self, np.repeat(_as_rows(dout) / size, size, axis=1), dout)


@on("MaxPooling side by side")
class PoolingToAll(_RemembersWindows):
    """Every pixel of the window gets the whole gradient, winner or not."""

    def backward(self, dout):
        every = np.repeat(_as_rows(dout), self.pool_h * self.pool_w, axis=1)
        return _pool_back(self, every, dout)


@on("MaxPooling overlapping")
class PoolingNearTies(_RemembersWindows):
    """Winners are found by nearly equal instead of by argmax: runners-up are paid as well."""

    def backward(self, dout):
        best = self._windows.max(axis=1, keepdims=True)
        near = np.isclose(self._windows, best, atol=0.1)
        return _pool_back(self, near * _as_rows(dout), dout)


@on("MaxPooling side by side")
class PoolingToFirst(_RemembersWindows):
    """The first pixel of each window gets the gradient, whoever won."""

    def backward(self, dout):
        first = np.eye(self.pool_h * self.pool_w)[np.zeros(dout.size, dtype=int)]
        return _pool_back(self, first * _as_rows(dout), dout)


@on("MaxPooling overlapping and strided")
class PoolingToSmallest(_RemembersWindows):
    """argmin for argmax in backward: the smallest pixel gets the gradient."""

    def backward(self, dout):
        loser = np.eye(self.pool_h * self.pool_w)[self._windows.argmin(axis=1)]
        return _pool_back(self, loser * _as_rows(dout), dout)


@on("MaxPooling side by side")
class PoolingForgetsTranspose(_RemembersWindows):
    """dout is flattened channels first although the rows of winners are channels last."""

    def backward(self, dout):
        return _pool_back(self, self._winners() * dout.reshape(-1, 1), dout)


@on("MaxPooling side by side")
class PoolingIgnoresDout(cr.MaxPooling):
    """The mask of the winners is returned as the gradient."""

    def backward(self, dout):
        return super().backward(np.ones_like(dout))


@on("MaxPooling strided and padded")
class PoolingShiftedByPadding(cr.MaxPooling):
    """The winners' positions are read in the padded image: dx is shifted by the padding."""

    def backward(self, dout):
        return np.roll(super().backward(dout), self.pad, axis=(2, 3))


@on("MaxPooling overlapping and strided")
class PoolingMultipliesByValue(cr.MaxPooling):
    """The gradient is multiplied by the winner's value: the slope of a square, not of a maximum."""

    def forward(self, x):
        self._y = super().forward(x)
        return self._y

    def backward(self, dout):
        return super().backward(dout * self._y)


# --- Losses ---


@on("SoftmaxWithLoss integer labels")
class SoftmaxWithoutBatchSize(cr.SoftmaxWithLoss):
    """dx = y − t without the 1/N of the mean."""

    def backward(self, dout=1.0):
        y, t, x_shape = self._saved()
        return (dout * (y - t)).reshape(x_shape)


@on("SoftmaxWithLoss one-hot")
class SoftmaxDividesByClasses(cr.SoftmaxWithLoss):
    """Divided by the number of classes C instead of the number of samples N."""

    def backward(self, dout=1.0):
        y, t, x_shape = self._saved()
        return (dout * (y - t) / y.shape[1]).reshape(x_shape)


@on("SoftmaxWithLoss one sample, soft")
class SoftmaxSingleSampleDivided(cr.SoftmaxWithLoss):
    """For a single sample, divides by the length of t, which is then the number of classes."""

    def backward(self, dout=1.0):
        _, t, x_shape = self._saved()
        dx = super().backward(dout)
        return dx / t.shape[1] if len(x_shape) == 1 else dx


@on("SoftmaxWithLoss integer labels")
class SoftmaxIgnoresDout(cr.SoftmaxWithLoss):
    """(y − t)/N whatever dout is: right only where the loss is the end of the graph."""

    def backward(self, dout=1.0):
        return super().backward(1.0)


@on("SoftmaxWithLoss one-hot")
class SoftmaxNothingForOneHot(cr.SoftmaxWithLoss):
    """Returns None for rows of probabilities: the return stands in the branch of the labels."""

    def forward(self, x, t):
        self._labels_given = np.shape(t) != np.shape(x)
        return super().forward(x, t)

    def backward(self, dout=1.0):
        dx = super().backward(dout)
        if self._labels_given:
            return dx
        return None


@on("SoftmaxWithLoss soft targets")
class SoftmaxHardensTargets(cr.SoftmaxWithLoss):
    """The gradient rounds soft targets to the likeliest class, the loss does not."""

    def backward(self, dout=1.0):
        y, t, x_shape = self._saved()
        hard = np.eye(t.shape[1])[t.argmax(axis=1)]
        return (dout * (y - hard) / len(y)).reshape(x_shape)


@on("SoftmaxWithLoss integer labels")
class SoftmaxSign(cr.SoftmaxWithLoss):
    """t − y for y − t: gradient ascent."""

    def backward(self, dout=1.0):
        return -super().backward(dout)


@on("SoftmaxWithLoss integer labels")
class SoftmaxFromLogits(cr.SoftmaxWithLoss):
    """(x − t)/N: the logits where their softmax belongs."""

    def forward(self, x, t):
        loss = super().forward(x, t)
        _, t, x_shape = self._cache
        self._cache = x, t, x_shape
        return loss


@on("SoftmaxWithLoss integer labels")
class SoftmaxSigmoidDerivative(cr.SoftmaxWithLoss):
    """(y − t) is multiplied by y(1 − y), as if each output were a sigmoid of its own."""

    def backward(self, dout=1.0):
        y, _, x_shape = self._saved()
        return super().backward(dout) * (y * (1 - y)).reshape(x_shape)


@on("SoftmaxWithLoss one-hot")
class SoftmaxTrueClassOnly(cr.SoftmaxWithLoss):
    """Only the true class gets a gradient: the other logits are taken for constants."""

    def backward(self, dout=1.0):
        _, t, x_shape = self._saved()
        return super().backward(dout) * t.reshape(x_shape)


@on("SoftmaxWithLoss integer labels")
class SoftmaxSubtractsInPlace(cr.SoftmaxWithLoss):
    """t is subtracted from the cached y in place: right once, wrong when called again."""

    def backward(self, dout=1.0):
        y, t, x_shape = self._saved()
        y -= t
        return (dout * y / len(y)).reshape(x_shape)


@on("IdentityWithLoss rows")
class IdentityWithoutBatchSize(cr.IdentityWithLoss):
    """dx = x − t without the 1/N of the mean."""

    def backward(self, dout=1.0):
        return dout * self._saved()[0]


@on("IdentityWithLoss rows")
class IdentityTwice(cr.IdentityWithLoss):
    """A factor 2 from the square, though the loss has its ½ against it."""

    def backward(self, dout=1.0):
        return 2 * super().backward(dout)


@on("IdentityWithLoss rows")
class IdentityDividesByAll(cr.IdentityWithLoss):
    """Divided by N·D, the number of numbers, instead of N, the number of samples."""

    def backward(self, dout=1.0):
        difference, _ = self._saved()
        return dout * difference / difference.size


@on("IdentityWithLoss rows")
class IdentitySign(cr.IdentityWithLoss):
    """t − x for x − t: gradient ascent."""

    def backward(self, dout=1.0):
        return -super().backward(dout)


@on("IdentityWithLoss one sample")
class IdentitySingleSampleDivided(cr.IdentityWithLoss):
    """For a single sample, divides by its length, as if its numbers were samples."""

    def backward(self, dout=1.0):
        difference, _ = self._saved()
        return dout * difference / len(difference)


@on("IdentityWithLoss rows")
class IdentityIgnoresDout(cr.IdentityWithLoss):
    """(x − t)/N whatever dout is."""

    def backward(self, dout=1.0):
        return super().backward(1.0)


# --- Sequential ---


@on("Sequential two affine")
class SequentialForwardOrder(cr.Sequential):
    """Backward runs from the first layer to the last; with equal widths the shapes fit."""

    def backward(self, dout):
        for layer in self.layers.values():
            dout = layer.backward(dout)
        return dout


@on("Sequential two affine")
class SequentialSkipsFirst(cr.Sequential):
    """Backward stops before the first layer, whose gradients are never assigned."""

    def backward(self, dout):
        for layer in list(self.layers.values())[:0:-1]:
            dout = layer.backward(dout)
        return dout


@on("Sequential two affine")
class SequentialSameDoutForAll(cr.Sequential):
    """Every layer gets the last layer's dout: what a layer returns is not handed on."""

    def backward(self, dout):
        for layer in reversed(self.layers.values()):
            dx = layer.backward(dout)
        return dx


@on("Sequential two affine")
class SequentialSwapsGradients(cr.Sequential):
    """grads pairs the names with the layers in reversed order."""

    @property
    def grads(self):
        return dict(zip(self.params, list(super().grads.values())[::-1], strict=True))


SEED = 0

# (part of the gradient check's message, short name of the rejection); the first match counts.
REJECTIONS = [
    ("finite differences say", "other numbers"),
    ("must have shape", "wrong shape"),
    ("must be an array, got None", "no gradient"),
    ("must return the gradients of", "a gradient missing"),
    ("must not change dout", "changes `dout`"),
    ("must not change input", "changes its input"),
    ("must not change", "changes a parameter"),
    ("a second call must give the same", "other gradients the second time"),
    ("must keep the dtype", "wrong dtype"),
]


def run(mutant, make_layer):
    """Run check_layer on the mutant's case, with the layer that `make_layer` returns."""
    rng = np.random.default_rng(SEED)
    return cr.check_layer(make_layer(rng), *mutant.make_inputs(rng), rng=rng)

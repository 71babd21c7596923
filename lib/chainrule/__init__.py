"""chainrule: the layers of a neural network, forward and backward, in NumPy.

The book of the same name derives every one of them.
"""

from chainrule import data
from chainrule.conv import Convolution, MaxPooling, col2im, im2col
from chainrule.data import load_digits, spirals
from chainrule.gradcheck import GradientCheckError, check_layer, numerical_gradient
from chainrule.init import he, normal, xavier
from chainrule.layers import Affine, BatchNormalization, Dropout, Layer, ReLU, Sigmoid, Tanh
from chainrule.losses import (
    IdentityWithLoss,
    SoftmaxWithLoss,
    cross_entropy,
    log_softmax,
    one_hot,
    softmax,
)
from chainrule.networks import Sequential, fully_connected
from chainrule.nodes import Add, Exp, MatMul, Mul, Reciprocal, Repeat, Sum
from chainrule.optimizers import SGD, AdaGrad, Adam, Momentum, RMSProp
from chainrule.training import accuracy, fit

__version__ = "0.1.0"

__all__ = [
    "SGD",
    "AdaGrad",
    "Adam",
    "Add",
    "Affine",
    "BatchNormalization",
    "Convolution",
    "Dropout",
    "Exp",
    "GradientCheckError",
    "IdentityWithLoss",
    "Layer",
    "MatMul",
    "MaxPooling",
    "Momentum",
    "Mul",
    "RMSProp",
    "ReLU",
    "Reciprocal",
    "Repeat",
    "Sequential",
    "Sigmoid",
    "SoftmaxWithLoss",
    "Sum",
    "Tanh",
    "accuracy",
    "check_layer",
    "col2im",
    "cross_entropy",
    "data",
    "fit",
    "fully_connected",
    "he",
    "im2col",
    "load_digits",
    "log_softmax",
    "normal",
    "numerical_gradient",
    "one_hot",
    "softmax",
    "spirals",
    "xavier",
]

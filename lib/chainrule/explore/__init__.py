"""Explorables: interactive figures, in a notebook and on a page without a kernel.

Needs the extra `chainrule[book]`.
"""

from chainrule._extra import need

need("chainrule.explore", "traitlets")

from chainrule.explore.affine import affine
from chainrule.explore.batch_normalization import batch_normalization
from chainrule.explore.computational_graph import computational_graph
from chainrule.explore.convolution import convolution
from chainrule.explore.dropout import dropout
from chainrule.explore.gradient_checking import gradient_checking
from chainrule.explore.im2col import im2col
from chainrule.explore.initialization import initialization
from chainrule.explore.max_pooling import max_pooling
from chainrule.explore.network import network
from chainrule.explore.optimizers import optimizers
from chainrule.explore.sigmoid_slope import sigmoid_slope
from chainrule.explore.softmax import softmax
from chainrule.explore.training import training
from chainrule.explore.vanishing_gradients import vanishing_gradients

__all__ = [
    "affine",
    "batch_normalization",
    "computational_graph",
    "convolution",
    "dropout",
    "gradient_checking",
    "im2col",
    "initialization",
    "max_pooling",
    "network",
    "optimizers",
    "sigmoid_slope",
    "softmax",
    "training",
    "vanishing_gradients",
]

"""What is timed: layers, forward and backward, and training steps, ours and PyTorch's.

Each function returns {name: function to time}. All arrays are float32. For images PyTorch is timed
in both of its memory layouts: NCHW, its default and ours, and channels-last.
"""

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

import chainrule as cr
from chainrule import fast
from chainrule.book import fast_convolution_steps as steps

try:
    import torch
    import torch.nn.functional as F
except ImportError:
    torch = None

CASES = {
    "A": {"x": (100, 1, 28, 28), "W": (30, 1, 5, 5), "pad": 0},
    "B": {"x": (64, 16, 32, 32), "W": (32, 16, 3, 3), "pad": 1},
}
RUN_LENGTHS = [2, 3, 4, 6, 9, 16, 32, 64, 128, 256, 1024]
LOOP_IMAGES = 1  # for the loops, which take seconds per image; their time is scaled to the batch


def floats(*shape):
    return np.random.default_rng(0).standard_normal(shape).astype(np.float32)


def forward_and_backward(layer, x, dout):
    """Forward and backward of one of our layers."""

    def run():
        layer.forward(x)
        layer.backward(dout)

    return run


def torch_forward_and_backward(function, arrays, dout, layouts=("NCHW",)):
    """Forward and backward of a function of tensors, with gradients for all, in each layout."""
    if torch is None:
        return {}
    subjects = {}
    for layout in layouts:
        tensors = [_tensor(array, layout).requires_grad_() for array in arrays]
        upstream = _tensor(dout, layout)

        def run(tensors=tensors, upstream=upstream):
            for tensor in tensors:
                tensor.grad = None
            function(*tensors).backward(upstream)

        subjects["PyTorch" if layouts == ("NCHW",) else f"PyTorch {layout}"] = run
    return subjects


def _tensor(array, layout="NCHW"):
    tensor = torch.tensor(array)
    if layout == "channels-last" and tensor.ndim == 4:
        tensor = tensor.to(memory_format=torch.channels_last)
    return tensor


BOTH = ("NCHW", "channels-last")


def convolution(case, images=None):
    """Forward and backward of case A or B, with `images` images, by default the case's own."""
    sizes = CASES[case]
    x, W, pad = floats(images or sizes["x"][0], *sizes["x"][1:]), floats(*sizes["W"]), sizes["pad"]
    b = floats(len(W))
    dout = np.ones_like(cr.Convolution(W, b, pad=pad).forward(x))
    return {
        "readable": forward_and_backward(cr.Convolution(W, b, pad=pad), x, dout),
        "fast": forward_and_backward(fast.Convolution(W, b, pad=pad), x, dout),
    } | torch_forward_and_backward(
        lambda x, W, b: F.conv2d(x, W, b, padding=pad), (x, W, b), dout, BOTH
    )


def pooling():
    x = floats(100, 30, 24, 24)
    dout = floats(100, 30, 12, 12)
    return {
        "readable": forward_and_backward(cr.MaxPooling(2, 2), x, dout),
        "fast": forward_and_backward(fast.MaxPooling(2, 2), x, dout),
    } | torch_forward_and_backward(lambda x: F.max_pool2d(x, 2), (x,), dout, BOTH)


def batch_normalization():
    x, gamma, beta = floats(64, 32, 32, 32), floats(32), floats(32)
    subjects = {
        "readable": forward_and_backward(cr.BatchNormalization(gamma, beta), x, x),
        "fast": forward_and_backward(fast.BatchNormalization(gamma, beta), x, x),
    }
    if torch is not None:
        mean, var = torch.zeros(32), torch.ones(32)
        subjects |= torch_forward_and_backward(
            lambda x, g, b: F.batch_norm(x, mean, var, g, b, training=True),
            (x, gamma, beta),
            x,
            BOTH,
        )
    return subjects


def affine():
    x, W, b, dout = floats(100, 784), floats(784, 100), floats(100), floats(100, 100)
    return {
        "readable": forward_and_backward(cr.Affine(W, b), x, dout)
    } | torch_forward_and_backward(
        lambda x, W, b: F.linear(x, W, b), (x, np.ascontiguousarray(W.T), b), dout
    )


def _element_by_element(layer, function):
    x = floats(1000, 1000)
    return {"readable": forward_and_backward(layer, x, x)} | torch_forward_and_backward(
        function, (x,), x
    )


def relu():
    return _element_by_element(cr.ReLU(), lambda x: F.relu(x))


def sigmoid():
    return _element_by_element(cr.Sigmoid(), lambda x: x.sigmoid())


def dropout():
    layer = cr.Dropout(0.5, np.random.default_rng(0))
    return _element_by_element(layer, lambda x: F.dropout(x, 0.5))


def softmax_with_loss():
    x, t, loss = floats(100, 10), np.arange(100) % 10, cr.SoftmaxWithLoss()

    def ours():
        loss.forward(x, t)
        loss.backward()

    subjects = {"readable": ours}
    if torch is not None:
        tensor, labels = torch.tensor(x).requires_grad_(), torch.tensor(t)

        def theirs():
            tensor.grad = None
            F.cross_entropy(tensor, labels).backward()

        subjects["PyTorch"] = theirs
    return subjects


def convnet_step(images=100):
    """conv(30, 5×5)–pool–ReLU–affine(100)–ReLU–affine(10): a step of SGD.

    Pooling before ReLU gives the same function as after it and is cheaper; all subjects do so.
    """
    x, t = floats(images, 1, 28, 28), np.arange(images) % 10
    subjects = {
        name: _step(cr.Sequential(**_convnet(tier)), x, t)
        for name, tier in {"readable": cr, "fast": fast}.items()
    }
    if torch is not None:
        for layout in BOTH:
            net = torch.nn.Sequential(
                torch.nn.Conv2d(1, 30, 5),
                torch.nn.MaxPool2d(2),
                torch.nn.ReLU(),
                torch.nn.Flatten(),
                torch.nn.Linear(4320, 100),
                torch.nn.ReLU(),
                torch.nn.Linear(100, 10),
            )
            subjects[f"PyTorch {layout}"] = _torch_step(net, x, t, layout)
    return subjects


def _convnet(tier):
    rng = np.random.default_rng(0)
    W = [cr.he(shape, rng, dtype=np.float32) for shape in [(30, 1, 5, 5), (4320, 100), (100, 10)]]
    b = [np.zeros(size, dtype=np.float32) for size in (30, 100, 10)]
    return {
        "conv1": tier.Convolution(W[0], b[0]),
        "pool1": tier.MaxPooling(2, 2),
        "relu1": cr.ReLU(),
        "affine1": cr.Affine(W[1], b[1]),
        "relu2": cr.ReLU(),
        "affine2": cr.Affine(W[2], b[2]),
    }


def fully_connected_step():
    """affine(100)–ReLU–affine(10) on 100 images of 784 pixels: a step of SGD."""
    x, t = floats(100, 784), np.arange(100) % 10
    net = cr.fully_connected([784, 100, 10], np.random.default_rng(0), dtype=np.float32)
    subjects = {"readable": _step(net, x, t)}
    if torch is not None:
        nn = torch.nn
        net = nn.Sequential(nn.Linear(784, 100), nn.ReLU(), nn.Linear(100, 10))
        subjects["PyTorch"] = _torch_step(net, x, t, "NCHW")
    return subjects


def _step(net, x, t):
    """A training step, as `fit` does it."""
    loss, optimizer = cr.SoftmaxWithLoss(), cr.SGD(0.001)
    net.needs_dx = False

    def run():
        loss.forward(net.forward(x), t)
        net.backward(loss.backward())
        optimizer.update(net.params, net.grads)

    return run


def _torch_step(net, x, t, layout):
    if layout == "channels-last":
        net = net.to(memory_format=torch.channels_last)
    optimizer = torch.optim.SGD(net.parameters(), lr=0.001)
    x, t = _tensor(x, layout), torch.tensor(t)

    def run():
        optimizer.zero_grad()
        F.cross_entropy(net(x), t).backward()
        optimizer.step()

    return run


def ladder(case):
    """The steps of chapter "Fast convolution", forward only; the loops on LOOP_IMAGES images."""
    sizes = CASES[case]
    x, W, pad = floats(*sizes["x"]), floats(*sizes["W"]), sizes["pad"]
    b = floats(len(W))
    readable, quick = (kind(W, b, pad=pad) for kind in (cr.Convolution, fast.Convolution))
    subjects = {
        "loops": lambda: steps.by_loops(x[:LOOP_IMAGES], W, b, pad),
        "im2col": lambda: readable.forward(x),
        "columns": lambda: steps.by_columns(x, W, b, pad),
        "few images": lambda: steps.by_few_images(x, W, b, pad),
        "fast": lambda: quick.forward(x),
        "product alone": steps.product_alone(x, W, b, pad),
    }
    if torch is not None:
        for layout in BOTH:
            tensors = [_tensor(array, layout) for array in (x, W, b)]

            def run(tensors=tensors):
                with torch.no_grad():
                    F.conv2d(*tensors, padding=pad)

            subjects[f"PyTorch {layout}"] = run
    return subjects


def parts():
    """The parts of case B's readable forward and backward, and its patches copied in other ways.

    All copies write into memory that is there already. "… of each image" goes image by image to
    one place, which stays in the cache.
    """
    sizes = CASES["B"]
    x, W, pad = floats(*sizes["x"]), floats(*sizes["W"]), sizes["pad"]
    F, _, KH, KW = W.shape
    padded = np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)))
    windows = sliding_window_view(padded, (KH, KW), axis=(2, 3))  # (N, C, OH, OW, KH, KW)
    as_rows = windows.transpose(0, 2, 3, 1, 4, 5)
    as_columns = windows.transpose(0, 1, 4, 5, 2, 3)
    rows, columns = np.zeros(as_rows.shape, x.dtype), np.zeros(as_columns.shape, x.dtype)
    col, W_rows, b, other = cr.im2col(x, KH, KW, 1, pad), W.reshape(F, -1), floats(F), rows.copy()
    out, dx = col @ W_rows.T, np.zeros_like(x)
    work = fast._Workspace(x.shape, W.shape, windows.shape[2:4], 1, pad, x.dtype)

    def image_by_image(source, place):
        for image in source:
            place[...] = image

    def add_columns():
        for piece in work.pieces():
            work.add_columns(dx, piece)

    for piece in work.pieces():
        work.columns(x, piece)  # numbers to add
    return {
        "rows": lambda: np.copyto(rows, as_rows),
        "rows of each image": lambda: image_by_image(as_rows, rows[0]),
        "columns": lambda: np.copyto(columns, as_columns),
        "columns of each image": lambda: image_by_image(as_columns, columns[0]),
        "plain copy": lambda: np.copyto(other, rows),
        "im2col": lambda: cr.im2col(x, KH, KW, 1, pad),
        "product": lambda: col @ W_rows.T,
        "bias": lambda: out + b,
        "col2im": lambda: cr.col2im(col, x.shape, KH, KW, 1, pad),
        "columns added": add_columns,
    }


def runs(numbers=9 * 2**20):
    """The same numbers, as many as the patches of case B, copied in runs of different lengths."""

    def copy(length):
        source = np.zeros((numbers // length, length + 1), dtype=np.float32)[:, :length]
        target = np.zeros((numbers // length, length), dtype=np.float32)
        return lambda: np.copyto(target, source)

    return {str(length): copy(length) for length in RUN_LENGTHS}


def stages(side):
    """The columns of images of `side`×`side` pixels, 3×3 windows, in one stage and in two.

    Images are copied one at a time, and have as many pixels as those of case B.
    """
    C = 16 * 32**2 // side**2
    x, shape = floats(64, C, side, side), (1, C, 3, 3)
    work = fast._Workspace(x.shape, shape, (side, side), 1, 1, x.dtype)
    place = np.zeros((1, C, 3, 3, side, side), dtype=x.dtype)
    padded = np.zeros((1, C, side + 2, side + 2), dtype=x.dtype)
    windows = sliding_window_view(padded, (3, 3), axis=(2, 3)).transpose(0, 1, 4, 5, 2, 3)

    def one_stage():
        for image in x:
            padded[0, :, 1:-1, 1:-1] = image
            place[...] = windows

    def two_stages():
        for piece in work.pieces():
            work.columns(x, piece)

    return {"one stage": one_stage, "two stages": two_stages}


def square_product(size=1024):
    """The product of two large square matrices, the upper limit of the machine's speed."""
    a, b = floats(size, size), floats(size, size)
    return {"product": lambda: a @ b}

"""The fast layers: results equal to the readable ones, bounded memory, no shared state.

All tests of the layers run on the fast ones as well (tests/conftest.py); the tests here are of what
holds for them only.
"""

import os
import threading
import tracemalloc

import numpy as np
import pytest

import chainrule as cr
from chainrule import conv, fast, layers

FAST = [fast.Convolution, fast.MaxPooling, fast.BatchNormalization]


def agree(one, other):
    """Equal up to an error relative to the largest number: 1e-10 in float64, 1e-4 in float32."""
    tolerance = {np.dtype("float64"): 1e-10, np.dtype("float32"): 1e-4}[other.dtype]
    assert one.dtype == other.dtype
    assert one.shape == other.shape
    assert np.abs(one - other).max() <= tolerance * max(np.abs(other).max(), 1e-30)


def assert_equal_layers(readable, quick, x, rng):
    """Compare forward, backward and every gradient; x and dout do not change."""
    out = readable.forward(x)
    dout = rng.standard_normal(out.shape).astype(x.dtype)
    before = x.copy(), dout.copy()
    agree(quick.forward(x), out)
    agree(quick.backward(dout), readable.backward(dout))
    for name, gradient in readable.grads.items():
        agree(quick.grads[name], gradient)
    np.testing.assert_array_equal(x, before[0])
    np.testing.assert_array_equal(dout, before[1])


def test_the_tier_that_conftest_promises_is_the_one_under_test():
    expected = FAST if os.environ.get("CHAINRULE_TIER") == "fast" else [conv.Convolution]
    for layer_class in expected:
        assert getattr(cr, layer_class.__name__) is layer_class


@pytest.mark.parametrize("layer_class", FAST)
def test_a_fast_layer_is_a_drop_in(layer_class):
    """The name in error messages, the constructor and the parameters are the same."""
    readable = layer_class.__mro__[1]
    assert readable in (conv.Convolution, conv.MaxPooling, layers.BatchNormalization)
    assert layer_class.__name__ == readable.__name__
    assert layer_class.__init__ is readable.__init__
    assert layer_class.param_names == readable.param_names


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("workspace", [1, 1000, None], ids=["rows", "pieces", "as it is"])
@pytest.mark.parametrize(
    ("filters", "shape", "stride", "pad"),
    [
        ((4, 1, 5, 5), (7, 1, 12, 12), 1, 0),
        ((5, 3, 3, 3), (6, 3, 9, 8), 1, 1),
        ((2, 8, 3, 3), (3, 8, 7, 7), 2, 1),
        ((3, 2, 1, 1), (5, 2, 6, 5), 1, 0),
        ((3, 2, 1, 4), (5, 2, 6, 7), 1, 2),
        ((3, 2, 4, 1), (5, 2, 7, 7), 3, 0),
        ((2, 2, 2, 2), (4, 2, 2, 2), 3, 3),
        ((3, 2, 7, 6), (4, 2, 7, 6), 1, 0),
        ((2, 1, 2, 2), (3, 1, 5, 5), 3, 0),
        ((3, 2, 3, 3), (3, 2, 16, 16), 1, 1),  # columns with gaps between their rows
    ],
    ids=str,
)
def test_convolution_equals_the_readable_one(
    filters, shape, stride, pad, workspace, dtype, monkeypatch
):
    """With the whole batch at once, in several pieces, and in single rows of an image."""
    if workspace:
        monkeypatch.setattr(fast, "WORKSPACE", workspace)
    rng = np.random.default_rng(0)
    W, b = rng.standard_normal(filters), rng.standard_normal(filters[0])
    x = rng.standard_normal(shape).astype(dtype)
    layers_ = (kind(W, b, stride, pad) for kind in (conv.Convolution, fast.Convolution))
    assert_equal_layers(*layers_, x, rng)


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("batch_elements", [1, fast.BATCH_ELEMENTS])
@pytest.mark.parametrize(
    "window",
    [(2, 2, 2, 0), (3, 3, 1, 1), (3, 3, 2, 0), (1, 1, 1, 0), (1, 3, 1, 0), (4, 2, 2, 1)],
    ids=str,
)
@pytest.mark.parametrize("ties", [False, True])
def test_pooling_equals_the_readable_one(window, ties, batch_elements, dtype, monkeypatch):
    """With ties everywhere as well, where both choose the first pixel."""
    monkeypatch.setattr(fast, "BATCH_ELEMENTS", batch_elements)
    rng = np.random.default_rng(0)
    size = 7 if window[:3] == (3, 3, 2) else 8
    x = rng.integers(0, 3, (5, 2, size, size)) if ties else rng.standard_normal((5, 2, size, size))
    layers_ = (kind(*window) for kind in (conv.MaxPooling, fast.MaxPooling))
    assert_equal_layers(*layers_, x.astype(dtype), rng)


@pytest.mark.parametrize("special", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize("window", [(2, 2, 2, 0), (3, 3, 1, 1)], ids=str)
def test_pooling_treats_nan_and_infinity_as_the_readable_one(window, special):
    """The first NaN of a window is its maximum; a window of −∞ only has its first as maximum."""
    rng = np.random.default_rng(0)
    x = rng.standard_normal((4, 2, 6, 6))
    x[rng.random(x.shape) < 0.3] = special
    x[0] = special
    readable, quick = (kind(*window) for kind in (conv.MaxPooling, fast.MaxPooling))
    out = readable.forward(x)
    np.testing.assert_array_equal(quick.forward(x), out)
    dout = rng.standard_normal(out.shape)
    np.testing.assert_allclose(quick.backward(dout), readable.backward(dout), rtol=1e-12)


def test_a_tie_goes_to_the_first_pixel():
    layer = fast.MaxPooling(2, 2)
    layer.forward(np.zeros((3, 2, 4, 4)))
    first = np.zeros((4, 4))
    first[::2, ::2] = 1
    np.testing.assert_array_equal(layer.backward(np.ones((3, 2, 2, 2))), [[first] * 2] * 3)


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("batch_elements", [1, fast.BATCH_ELEMENTS])
def test_batch_normalization_equals_the_readable_one(batch_elements, dtype, monkeypatch):
    """Also far from zero, where a variance by E[x²] − E[x]² would lose its digits."""
    monkeypatch.setattr(fast, "BATCH_ELEMENTS", batch_elements)
    rng = np.random.default_rng(0)
    parameters = rng.standard_normal(3).astype(dtype), rng.standard_normal(3).astype(dtype)
    x = (100 + rng.standard_normal((6, 3, 5, 4))).astype(dtype)
    pair = [kind(*parameters) for kind in (layers.BatchNormalization, fast.BatchNormalization)]
    if dtype == np.float64:
        assert_equal_layers(*pair, x, rng)
    else:
        assert_equal_layers(*pair, x - dtype(100), rng)
        exact = layers.BatchNormalization(*parameters).forward(x.astype(np.float64))
        assert np.abs(pair[1].forward(x) - exact).max() <= 1e-4 * np.abs(exact).max()
        pair[0].forward(x)
    for name in ("running_mean", "running_var"):
        agree(getattr(pair[1], name), getattr(pair[0], name))


@pytest.mark.parametrize("needs_dx", [True, False])
@pytest.mark.parametrize("images", [20, 80])
def test_a_convolution_takes_little_memory_whatever_the_batch(images, needs_dx, monkeypatch):
    """At most 4 MB apart from input, output and gradients."""
    monkeypatch.setattr(fast, "WORKSPACE", 2**18)
    rng = np.random.default_rng(0)
    for shape, filters, pad in [((1, 28, 28), (30, 1, 5, 5), 0), ((16, 32, 32), (32, 16, 3, 3), 1)]:
        W = rng.standard_normal(filters).astype(np.float32)
        layer = fast.Convolution(W, np.zeros(len(W), dtype=np.float32), pad=pad)
        layer.needs_dx = needs_dx
        x = rng.standard_normal((images, *shape)).astype(np.float32)
        dout = np.ones_like(layer.forward(x))
        layer._cache = None
        tracemalloc.start()
        out = layer.forward(x)
        forward = tracemalloc.get_traced_memory()[1] - out.nbytes
        layer.backward(dout)
        whole = tracemalloc.get_traced_memory()[1] - out.nbytes - needs_dx * x.nbytes
        tracemalloc.stop()
        assert max(forward, whole) <= 4 * 2**20
        columns = W[0].size * out[0, 0].size * 4 * images
        assert images == 20 or max(forward, whole) < columns / 2, "the bound says something"


def test_a_large_image_is_taken_in_bands(monkeypatch):
    monkeypatch.setattr(fast, "WORKSPACE", 2**18)
    layer = fast.Convolution(np.ones((2, 8, 3, 3), dtype=np.float32), np.zeros(2), pad=1)
    x = np.ones((1, 8, 200, 300), dtype=np.float32)  # columns of 17 MB
    layer.forward(x)
    tracemalloc.start()
    out = layer.forward(x)
    peak = tracemalloc.get_traced_memory()[1] - out.nbytes
    tracemalloc.stop()
    assert peak <= 4 * 2**20
    assert (out[0, 0, 1:-1, 1:-1] == 72).all()


def made_on_the_way(call):
    """The most memory, in bytes, that a call had in use beside what is left of it; its result."""
    tracemalloc.start()
    try:
        result = call()
        left, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    return peak - left, result


def filters(*shape):
    return np.full(shape, 0.5, dtype=np.float32), np.zeros(shape[0], dtype=np.float32)


@pytest.mark.parametrize(
    ("layer", "shape"),
    [
        # The images are small and the filters many: dW of all images at once would be 47 MB.
        (fast.Convolution(*filters(256, 16, 3, 3), pad=1), (320, 16, 4, 4)),
        (fast.MaxPooling(3, 3, stride=1, pad=1), (80, 16, 32, 32)),
        (fast.BatchNormalization(np.ones(16), np.zeros(16)), (80, 16, 32, 32)),
    ],
    ids=["Convolution", "MaxPooling", "BatchNormalization"],
)
def test_what_is_made_on_the_way_does_not_grow_with_the_batch(layer, shape, monkeypatch):
    monkeypatch.setattr(fast, "WORKSPACE", 2**18)
    monkeypatch.setattr(fast, "BATCH_ELEMENTS", 2**18)
    x = np.random.default_rng(0).standard_normal(shape).astype(np.float32)
    forward, out = made_on_the_way(lambda: layer.forward(x))
    backward, _ = made_on_the_way(lambda: layer.backward(out))
    assert max(forward, backward) <= 4 * 2**20


def test_layers_and_threads_share_nothing():
    """Eight threads at once, and two layers in alternation, give the same as each alone."""
    rng = np.random.default_rng(0)
    makers = [
        lambda: fast.Convolution(rng_W, np.ones(4), pad=1),
        lambda: fast.MaxPooling(2, 2),
        lambda: fast.BatchNormalization(np.ones(3), np.zeros(3)),
    ]
    rng_W = rng.standard_normal((4, 3, 3, 3))
    inputs = [rng.standard_normal((8, 3, 10, 10)) for _ in range(8)]
    for make in makers:
        alone = []
        for x in inputs:
            layer = make()
            out = layer.forward(x)
            alone.append((out, layer.backward(out)))
        together = [None] * len(inputs)
        start = threading.Barrier(len(inputs))

        def run(i, make=make, together=together, start=start):
            layer = make()
            start.wait()
            for _ in range(5):
                out = layer.forward(inputs[i])
                together[i] = out, layer.backward(out)

        threads = [threading.Thread(target=run, args=(i,)) for i in range(len(inputs))]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        one, two = make(), make()
        first = one.forward(inputs[0])
        two.forward(inputs[1])
        in_turn = first, one.backward(first)
        for got, expected in zip([*together, in_turn], [*alone, alone[0]], strict=True):
            np.testing.assert_array_equal(got[0], expected[0])
            np.testing.assert_array_equal(got[1], expected[1])


# --- needs_dx ---


def small_net(rng, kind=fast.Convolution):
    W = rng.standard_normal((3, 1, 3, 3))
    return cr.Sequential(
        conv=kind(W, np.zeros(3)),
        pool=fast.MaxPooling(2, 2),
        relu=cr.ReLU(),
        affine=cr.Affine(rng.standard_normal((27, 4)), np.zeros(4)),
    )


def test_a_network_gives_dx_unless_told_that_nobody_reads_it():
    rng = np.random.default_rng(0)
    net, x, dout = small_net(rng), rng.standard_normal((5, 1, 8, 8)), rng.standard_normal((5, 4))
    net.forward(x)
    assert net.needs_dx
    assert net.backward(dout).shape == x.shape
    wanted = {name: gradient.copy() for name, gradient in net.grads.items()}
    net.needs_dx = False
    assert not net["conv"].needs_dx
    assert net["pool"].needs_dx
    assert net.backward(dout) is None
    for name, gradient in net.grads.items():
        np.testing.assert_array_equal(gradient, wanted[name])


def test_a_nested_network_passes_it_on_to_its_first_layer():
    net = small_net(np.random.default_rng(0))
    outer = cr.Sequential(inner=net, relu=cr.ReLU())
    outer.needs_dx = False
    assert not net["conv"].needs_dx
    outer.needs_dx = True
    assert net["conv"].needs_dx


def test_fit_leaves_a_network_without_dx_as_it_was():
    rng = np.random.default_rng(0)
    net = small_net(rng)
    net.needs_dx = False
    x, t = rng.standard_normal((6, 1, 8, 8)), np.arange(6) % 4
    cr.fit(net, cr.SoftmaxWithLoss(), cr.SGD(0.1), x, t, epochs=1, batch_size=3, rng=rng)
    assert not net.needs_dx


def test_fit_asks_for_no_dx_while_it_trains_and_puts_everything_back():
    rng = np.random.default_rng(0)
    seen = []

    class Watched(fast.Convolution):
        def backward(self, dout):
            seen.append(super().backward(dout))
            return seen[-1]

    net = small_net(rng, Watched)
    x, t = rng.standard_normal((6, 1, 8, 8)), np.arange(6) % 4
    arguments = {"epochs": 1, "batch_size": 3, "rng": rng}
    cr.fit(net, cr.SoftmaxWithLoss(), cr.SGD(0.1), x, t, **arguments)
    assert seen == [None, None]
    assert net.needs_dx
    [*net.params.values()][-1][...] = np.nan
    with pytest.raises(ValueError, match=r"parameter .* must be finite"):
        cr.fit(net, cr.SoftmaxWithLoss(), cr.SGD(0.1), x, t, **arguments)
    assert net.needs_dx


def test_training_with_fast_layers_is_training_with_readable_ones():
    losses = []
    for kind in (conv.Convolution, fast.Convolution):
        rng = np.random.default_rng(0)
        net = small_net(rng, kind)
        x, t = rng.standard_normal((12, 1, 8, 8)), np.arange(12) % 4
        arguments = {"epochs": 3, "batch_size": 4, "rng": rng}
        losses.append(cr.fit(net, cr.SoftmaxWithLoss(), cr.Momentum(0.01), x, t, **arguments))
    np.testing.assert_allclose(losses[0]["loss"], losses[1]["loss"], rtol=1e-9)

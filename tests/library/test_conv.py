"""im2col, col2im, convolution and pooling compared with plain loops, for random geometries."""

import tracemalloc

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import chainrule as cr
from chainrule import conv
from chainrule_dev.cases import distinct

sixty_examples = settings(max_examples=60, deadline=None, derandomize=True, database=None)


@st.composite
def geometries(draw, crop=False, pad_below_window=False):
    """(shape of x, window, stride, pad) that fit exactly, or with `crop` leave a remainder."""
    window = draw(st.integers(1, 3)), draw(st.integers(1, 3))
    stride = draw(st.integers(1, 3))
    pad = draw(st.integers(0, min(window) - 1 if pad_below_window else 2))
    sizes = []
    for side in window:
        steps = draw(st.integers(0, 2)) * stride + (draw(st.integers(0, stride - 1)) if crop else 0)
        # At least one pixel: add whole strides, so that it still fits.
        size = side + steps - 2 * pad
        sizes.append(size if size >= 1 else size + stride * (-(size - 1) // stride + 1))
    n, c = draw(st.integers(1, 3)), draw(st.integers(1, 3))
    return (n, c, *sizes), window, stride, pad


seeds = st.integers(0, 2**32 - 1)


def padded(x, pad, value):
    return np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)), constant_values=value)


def patches(x, window, stride, pad, value=0.0):
    """(i, j, patch of all images) for each position of the window, by plain loops; crops."""
    x = padded(x, pad, value)
    H, W = x.shape[2:]
    for i, top in enumerate(range(0, H - window[0] + 1, stride)):
        for j, left in enumerate(range(0, W - window[1] + 1, stride)):
            yield i, j, x[:, :, top : top + window[0], left : left + window[1]]


def output_size(shape, window, stride, pad):
    return tuple(
        (size + 2 * pad - side) // stride + 1 for size, side in zip(shape[2:], window, strict=True)
    )


@sixty_examples
@given(geometries(crop=True), seeds)
def test_im2col_lays_patches_out_in_reading_order(geometry, seed):
    """Row (n·OH + i)·OW + j is patch (i, j) of image n, in the order channel, row, column."""
    shape, window, stride, pad = geometry
    x = np.random.default_rng(seed).standard_normal(shape)
    col = cr.im2col(x, *window, stride, pad, crop=True)
    OH, OW = output_size(shape, window, stride, pad)
    assert col.shape == (shape[0] * OH * OW, shape[1] * window[0] * window[1])
    for i, j, patch in patches(x, window, stride, pad):
        for n in range(shape[0]):
            np.testing.assert_array_equal(col[(n * OH + i) * OW + j], patch[n].ravel())


@sixty_examples
@given(geometries(crop=True), seeds)
def test_col2im_is_the_adjoint_of_im2col(geometry, seed):
    """⟨im2col x, c⟩ = ⟨x, col2im c⟩ for every x and c."""
    shape, window, stride, pad = geometry
    rng = np.random.default_rng(seed)
    x = rng.standard_normal(shape)
    col = cr.im2col(x, *window, stride, pad, crop=True)
    c = rng.standard_normal(col.shape)
    back = cr.col2im(c, shape, *window, stride, pad, crop=True)
    assert back.shape == shape
    np.testing.assert_allclose((col * c).sum(), (x * back).sum(), rtol=1e-9, atol=1e-9)


@sixty_examples
@given(geometries(), seeds, st.integers(1, 3))
def test_convolution_equals_the_naive_loops(geometry, seed, filters):
    shape, window, stride, pad = geometry
    rng = np.random.default_rng(seed)
    x, W = rng.standard_normal(shape), rng.standard_normal((filters, shape[1], *window))
    layer = cr.Convolution(W, rng.standard_normal(filters), stride, pad)
    out = layer.forward(x)
    assert out.shape == (shape[0], filters, *output_size(shape, window, stride, pad))
    dout = rng.standard_normal(out.shape)
    dx = layer.backward(dout)

    dW, dx_padded = np.zeros_like(W), padded(np.zeros(shape), pad, 0)
    for i, j, patch in patches(x, window, stride, pad):
        top, left = i * stride, j * stride
        target = dx_padded[:, :, top : top + window[0], left : left + window[1]]
        for n in range(shape[0]):
            for f in range(filters):
                expected = (patch[n] * W[f]).sum() + layer.b[f]
                np.testing.assert_allclose(out[n, f, i, j], expected, rtol=1e-9, atol=1e-9)
                dW[f] += dout[n, f, i, j] * patch[n]
                target[n] += dout[n, f, i, j] * W[f]
    H, W_ = shape[2:]
    np.testing.assert_allclose(dx, dx_padded[:, :, pad : pad + H, pad : pad + W_], atol=1e-9)
    np.testing.assert_allclose(layer.dW, dW, atol=1e-9)
    np.testing.assert_allclose(layer.db, dout.sum(axis=(0, 2, 3)), atol=1e-9)


@sixty_examples
@given(geometries(pad_below_window=True), seeds)
def test_pooling_equals_the_naive_loops(geometry, seed):
    """The maximum of every window, and each dout added to the pixel of the maximum."""
    shape, window, stride, pad = geometry
    rng = np.random.default_rng(seed)
    x = distinct(rng, *shape)
    layer = cr.MaxPooling(*window, stride=stride, pad=pad)
    out = layer.forward(x)
    assert out.shape == (*shape[:2], *output_size(shape, window, stride, pad))
    dout = rng.standard_normal(out.shape)
    dx = np.zeros(shape)
    for i, j, patch in patches(x, window, stride, pad, value=-np.inf):
        np.testing.assert_array_equal(out[:, :, i, j], patch.max(axis=(2, 3)))
        for n, c in np.ndindex(shape[:2]):
            dx[n, c][x[n, c] == out[n, c, i, j]] += dout[n, c, i, j]
    np.testing.assert_allclose(layer.backward(dout), dx, rtol=1e-12, atol=1e-12)


@sixty_examples
@given(geometries(pad_below_window=True), seeds)
def test_padding_never_wins(geometry, seed):
    """If all pixels are negative, the maximum is one of them, and not a 0 of the padding."""
    shape, window, stride, pad = geometry
    x = distinct(np.random.default_rng(seed), *shape) - 3
    layer = cr.MaxPooling(*window, stride=stride, pad=pad)
    out = layer.forward(x)
    assert np.isin(out, x).all()
    assert layer.backward(np.ones_like(out)).sum() == out.size


def test_col2im_counts_the_windows_over_each_pixel():
    """col2im is not the inverse of im2col: a pixel in k windows is added k times."""
    ones = np.ones((1, 1, 4, 4))
    count = cr.col2im(cr.im2col(ones, 3, 3), ones.shape, 3, 3)
    np.testing.assert_array_equal(count[0, 0], np.outer([1, 2, 2, 1], [1, 2, 2, 1]))
    count = cr.col2im(cr.im2col(ones, 2, 2, 2), ones.shape, 2, 2, 2)
    np.testing.assert_array_equal(count, ones)
    # With this padding all pixels are in as many windows.
    count = cr.col2im(cr.im2col(ones, 3, 3, pad=2), ones.shape, 3, 3, pad=2)
    np.testing.assert_array_equal(count, 9 * ones)


def test_im2col_by_hand():
    x = np.arange(9.0).reshape(1, 1, 3, 3)
    expected = [[0, 1, 3, 4], [1, 2, 4, 5], [3, 4, 6, 7], [4, 5, 7, 8]]
    np.testing.assert_array_equal(cr.im2col(x, 2, 2), expected)


def test_im2col_pads_with_the_value_asked_for():
    col = cr.im2col(np.ones((1, 1, 1, 1)), 3, 3, pad=1, pad_value=-7)
    np.testing.assert_array_equal(col, [[-7, -7, -7, -7, 1, -7, -7, -7, -7]])


@pytest.mark.parametrize("shape", [(1, 1, 5, 4), (1, 1, 4, 5)], ids=["height", "width"])
def test_sizes_that_do_not_divide_are_refused_or_cropped_on_request(shape):
    x = distinct(np.random.default_rng(0), *shape)
    for layer in (cr.Convolution(np.ones((1, 1, 2, 2)), [0.0], stride=2), cr.MaxPooling(2, 2)):
        with pytest.raises(ValueError, match="windows must cover the input exactly"):
            layer.forward(x)
    with pytest.raises(ValueError, match="windows must cover the input exactly"):
        cr.im2col(x, 2, 2, 2)
    col = cr.im2col(x, 2, 2, 2, crop=True)
    np.testing.assert_array_equal(col, cr.im2col(x[:, :, :4, :4], 2, 2, 2))
    with pytest.raises(ValueError, match="windows must cover the input exactly"):
        cr.col2im(col, x.shape, 2, 2, 2)
    back = cr.col2im(col, x.shape, 2, 2, 2, crop=True)
    np.testing.assert_array_equal(back[:, :, :4, :4], x[:, :, :4, :4])
    assert back.shape == x.shape
    assert not back[:, :, 4:].any()
    assert not back[:, :, :, 4:].any()


def test_a_tie_goes_to_the_first_pixel_in_reading_order():
    layer = cr.MaxPooling(2, 2)
    x = np.array([[[[1.0, 5.0], [5.0, 5.0]]]])
    assert layer.forward(x).item() == 5
    np.testing.assert_array_equal(layer.backward([[[[3.0]]]]), [[[[0, 3], [0, 0]]]])


def test_a_window_of_negative_numbers_keeps_its_maximum_beside_the_padding():
    layer = cr.MaxPooling(2, 2, stride=2, pad=1)
    x = -np.arange(1.0, 5.0).reshape(1, 1, 2, 2)
    np.testing.assert_array_equal(layer.forward(x), x)
    np.testing.assert_array_equal(layer.backward(x), x)


def test_the_stride_of_a_square_pooling_is_its_window():
    assert cr.MaxPooling(3, 3).stride == 3
    assert cr.MaxPooling(3, 3, stride=1).stride == 1


def test_a_convolution_of_one_pixel_filters_is_affine_in_the_channels():
    """A 1×1 convolution is the affine map of each pixel's channels."""
    rng = np.random.default_rng(0)
    x, W, b = rng.standard_normal((2, 3, 4, 5)), rng.standard_normal((2, 3)), rng.standard_normal(2)
    out = cr.Convolution(W.reshape(2, 3, 1, 1), b).forward(x)
    rows = cr.Affine(W.T, b).forward(x.transpose(0, 2, 3, 1).reshape(-1, 3))
    np.testing.assert_allclose(out, rows.reshape(2, 4, 5, 2).transpose(0, 3, 1, 2), rtol=1e-12)


# --- The memory of the readable layers ---


def memory(call):
    """What is left of a call and the most it had in use, in bytes, and its result."""
    tracemalloc.start()
    try:
        result = call()
        left, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    return left, most, result


def test_a_convolution_keeps_the_patches_and_makes_no_second_copy_of_them():
    """In float32: an upcast, or one more array of the patches' size, would exceed the bounds."""
    W, b = np.ones((8, 16, 3, 3), dtype=np.float32), np.zeros(8)  # b is float64, x decides
    layer, x = conv.Convolution(W, b, pad=1), np.ones((10, 16, 32, 32), dtype=np.float32)
    patches, padded = W[0].nbytes * 10 * 32 * 32, x.nbytes * 34**2 // 32**2
    left, most, out = memory(lambda: layer.forward(x))
    assert patches + out.nbytes <= left <= 1.01 * (patches + out.nbytes)
    # First the padded images, when they are gone the product and its sum with b.
    assert most <= 1.01 * (patches + max(padded, 2 * out.nbytes))
    _, most, _ = memory(lambda: layer.backward(out))
    assert patches <= most <= 1.01 * (patches + padded + out.nbytes)


def test_pooling_makes_its_windows_once_each_way_and_keeps_only_the_winners():
    layer, x = conv.MaxPooling(3, 3, stride=1, pad=1), np.ones((10, 16, 32, 32), dtype=np.float32)
    windows, winners = 9 * x.nbytes, 2 * x.nbytes  # positions are whole numbers of 8 bytes
    left, most, out = memory(lambda: layer.forward(x))
    assert left <= 1.01 * (winners + out.nbytes)
    assert windows <= most <= 1.01 * (windows + winners + out.nbytes)
    _, most, _ = memory(lambda: layer.backward(out))
    padded = x.nbytes * 34**2 // 32**2
    assert most <= 1.01 * (windows + max(padded, winners + out.nbytes))

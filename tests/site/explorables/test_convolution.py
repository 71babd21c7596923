"""The explorable of the chapter "Convolution"."""

import re

import numpy as np
import pytest

import chainrule as cr
from chainrule import explore
from chainrule.explore._explorable import module
from explorables.checks import ExplorableChecks
from explorables.figures import open_bare, widget
from explorables.node import node
from explorables.numbers import rounded

FILTERS = {
    "upright": [[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]],
    "level": [[-1, -2, -1], [0, 0, 0], [1, 2, 1]],
    "blur": [[1, 1, 1], [1, 1, 1], [1, 1, 1]],
    "sharpen": [[0, -1, 0], [-1, 5, -1], [0, -1, 0]],
    "copy": [[0, 0, 0], [0, 1, 0], [0, 0, 0]],
}


def library(x, W, pad, i, j):
    """y, and dx and dW for the gradient 1 at row i, column j, by the library's layer."""
    layer = cr.Convolution(np.array(W, dtype=float)[None, None], np.zeros(1), pad=int(pad))
    y = layer.forward(np.array(x, dtype=float)[None, None])
    dout = np.zeros_like(y)
    dout[0, 0, i, j] = 1
    dx = layer.backward(dout)
    return y[0, 0], dx[0, 0], layer.dW[0, 0]


def test_forward_and_backward_are_the_librarys_everywhere(tmp_path):
    """Every digit, filter, border and place; and one filter without any symmetry."""
    states = [
        {"x": x, "W": W, "pad": pad, "i": i, "j": j}
        for x in widget("convolution").images.values()
        for W in [*FILTERS.values(), [[1, 2, 3], [-4, 5, 6], [7, -8, 9]]]
        for pad in (0, 1)
        for i in range(6 + 2 * pad)
        for j in range(6 + 2 * pad)
    ]
    script = "return data.map((s) => ({ y: js.forward(s), ...js.backward(s) }));"
    answers = node(module("convolution.js"), script, states, tmp_path)
    for state, ours in zip(states, answers, strict=True):
        for name, expected in zip(("y", "dx", "dW"), library(**state), strict=True):
            np.testing.assert_array_equal(ours[name], expected, err_msg=f"{name} {state}")


def test_the_digits_are_those_of_the_data_set():
    x, t, _, _ = cr.load_digits()
    for digit, image in widget("convolution").images.items():
        np.testing.assert_array_equal(np.ravel(image), 16 * x[t == int(digit)][0])


def written(value):
    return rounded(value, 2)


def check(figure, digit, W, pad, direction, row, column):
    now = figure.settle()
    assert now.checked("digit", digit)
    assert now.checked("direction", direction)
    assert now.checked("pad") == pad
    assert (now.value("row"), now.value("column")) == (row, column)
    assert (now.output("row"), now.output("column")) == (str(row), str(column))
    fields = [now.value(f"W{i}{j}") for i in range(3) for j in range(3)]
    assert fields == np.ravel(W).tolist()
    x = np.array(widget("convolution").images[digit])
    y, dx, dW = library(x, W, pad, row, column)
    window = np.pad(x, int(pad))[row : row + 3, column : column + 3]
    np.testing.assert_array_equal(dW, window)
    products = (window * np.array(W)).ravel()
    assert products.sum() == y[row, column]
    if direction == "forward":
        first, *rest = products
        terms = "".join(f" {'−' if v < 0 else '+'} {written(abs(v))}" for v in rest)
        now.says("y_is", i=row, j=column, products=written(first) + terms,
                 y=written(y[row, column]))  # fmt: skip
        left, right, tables = x, y, [window, W, products]
    else:
        now.says("back_is", i=row, j=column)
        dout = np.zeros_like(y)
        dout[row, column] = 1
        left, right, tables = dx, dout, [dW, W]
    drawing = now.drawing(now.words["picture"])
    numbers = [text["text"] for text in drawing["text"] if text.get("class") == "cr-number"]
    signs = ["−" if v < 0 else "" for v in [*left.ravel(), *right.ravel()]]
    assert numbers == signs + [written(v) for table in tables for v in np.ravel(table)]
    # How strongly each square is tinted, and with what: the share of the largest number.
    squares = [rect for rect in drawing["rect"] if "class" not in rect][: left.size + right.size]
    found = [re.search(r"--x-(\w+)\) (\d+)%", square["style"]).groups() for square in squares]
    forward = direction == "forward"
    expected = [
        ("gradient" if v < 0 else "value", abs(v) / max(least, np.abs(part).max()) * full)
        for part, least, full in [
            (left, 16 if forward else 1, 80 if forward else 40),
            (right, 1, 40),
        ]
        for v in part.ravel()
    ]
    assert [ink for ink, _ in found] == [ink for ink, _ in expected]
    np.testing.assert_allclose([float(p) for _, p in found], [p for _, p in expected], atol=0.51)
    frames = [rect for rect in drawing["rect"] if "cr-frame" in rect.get("class", "")]
    size = frames[1]["width"]
    assert frames[0]["width"] == 3 * size
    assert (frames[0]["x"] - 2) / size == column - pad
    assert (frames[0]["y"] - 24) / size == row - pad
    # The keyboard's window, and the handles at the corners.
    assert frames[0]["aria-valuenow"] == row * len(y) + column
    assert frames[0]["aria-valuemax"] == y.size - 1
    assert frames[0]["aria-valuetext"] == now.words["window_at"].format(i=row, j=column)
    for handle, at in zip(drawing["circle"], frames, strict=True):
        far = [at["x"] + at["width"], at["y"] + at["height"]]
        np.testing.assert_allclose([handle["cx"], handle["cy"]], far)
    corner = squares[left.size]["x"]
    assert ((frames[1]["x"] - corner) / size, (frames[1]["y"] - 24) / size) == (column, row)


def window_of(figure):
    return figure.root.get_by_role("slider", name=figure.words["window"], exact=True)


def to_a_negative_place(figure):
    window_of(figure).focus()
    for _ in range(2):
        figure.page.keyboard.press("ArrowRight")
    x = widget("convolution").images["7"]
    y, _, _ = library(x, FILTERS["upright"], False, 2, 4)
    assert y[2, 2] > 0 > y[2, 4]
    figure.settle()


def type_a_copy(figure):
    for i, j in np.ndindex(3, 3):
        figure.control(f"W{i}{j}").fill(str(FILTERS["copy"][i][j]))
    x = np.array(widget("convolution").images["7"])
    y, _, _ = library(x, FILTERS["copy"], False, 2, 4)
    np.testing.assert_array_equal(y, x[1:-1, 1:-1])


def to_the_paper(figure):
    figure.control("digit", 7).click()
    figure.control("pad").click()
    for name in ("row", "column"):
        figure.control(name).press("Home")
    _, _, dW = library(widget("convolution").images["7"], FILTERS["copy"], True, 0, 0)
    assert not dW.any()


class TestConvolution(ExplorableChecks):
    name = "convolution"
    steps = (
        ("negative", to_a_negative_place),
        ("copy", type_a_copy),
        ("back", lambda figure: figure.control("direction", "backward").click()),
        ("paper", to_the_paper),
    )
    not_counted = (
        # On the way back there is no y to be seen; with a border y is all of x.
        ("negative", lambda _: None, lambda figure: [
            figure.control("direction", "backward").click(), to_a_negative_place(figure)]),
        ("copy", type_a_copy, lambda figure: figure.control("row").press("ArrowRight")),
        ("copy", lambda _: None, lambda figure: [figure.control("pad").click(),
                                                 type_a_copy(figure)]),
        ("back", lambda figure: figure.control("direction", "backward").click(),
         lambda figure: figure.control("row").press("ArrowRight")),
    )  # fmt: skip

    def play(self, figure):
        page, words = figure.page, figure.words
        state = {"digit": "7", "W": np.array(FILTERS["upright"]), "pad": False,
                 "direction": "forward", "row": 2, "column": 2}  # fmt: skip
        check(figure, **state)
        for i in range(3):
            for j in range(3):
                field = figure.control(f"W{i}{j}")
                field.click()
                field.press("ArrowUp")
                box = field.bounding_box()
                field.click(position={"x": box["width"] - 8, "y": box["height"] - 8})
                field.fill(str(3 * i + j - 4))
                state["W"][i, j] = 3 * i + j - 4
                check(figure, **state)
        for text in ("12", ""):
            field.fill(text)
            assert field.get_attribute("aria-invalid") == "true"
        field.fill("4")
        for digit in ("0", "4", "8"):
            figure.control("digit", digit).click()
            check(figure, **state | {"digit": digit})
        figure.control("digit", "7").click()
        for digit in ("8", "0", "4", "7"):
            page.keyboard.press("ArrowRight")
            check(figure, **state | {"digit": digit})
        for direction in ("backward", "forward"):
            figure.control("direction", direction).click()
            check(figure, **state | {"direction": direction})
        for direction in ("backward", "forward", "backward"):
            page.keyboard.press("ArrowRight")
            check(figure, **state | {"direction": direction})
        state["direction"] = "backward"
        figure.control("pad").click()
        state["pad"] = True
        for name in ("row", "column"):
            figure.control(name).focus()
            for key, value in [("Home", 0), ("End", 7)]:
                page.keyboard.press(key)
                state[name] = value
                check(figure, **state)
        figure.control("pad").press("Space")  # a smaller map: the window comes back into it
        state |= {"pad": False, "row": 5, "column": 5}
        check(figure, **state)
        figure.control("direction", "forward").click()
        state["direction"] = "forward"
        for name in ("row", "column"):
            figure.slide(name, 0.2)
            state[name] = 1
            check(figure, **state)
        for press in (lambda button: button.click(), lambda button: button.press("Enter")):
            for key, W in FILTERS.items():
                press(figure.button(f"{words['use']} {words[key]}"))
                state["W"] = np.array(W)
                check(figure, **state)
                assert figure.root.locator(".cr-note").inner_text() == words[f"{key}_note"]
        self.point_at_the_maps(figure, state)

    def point_at_the_maps(self, figure, state):
        page, picture = figure.page, figure.picture(figure.words["picture"])
        drawing = figure.drawing(figure.words["picture"])
        squares = [rect for rect in drawing["rect"] if "class" not in rect]
        size, corner = squares[0]["width"], squares[64]["x"]
        box = picture.bounding_box()
        page.mouse.move(box["x"] + corner + 3.5 * size, box["y"] + 24 + 1.5 * size)
        page.mouse.down()
        check(figure, **state | {"row": 1, "column": 3})
        page.mouse.move(box["x"] + corner + 0.5 * size, box["y"] + 24 + 4.5 * size, steps=3)
        check(figure, **state | {"row": 4, "column": 0})
        page.mouse.up()
        # In the digit itself the pointer is at the window's middle.
        page.mouse.click(box["x"] + 2 + 4.5 * size, box["y"] + 24 + 2.5 * size)
        check(figure, **state | {"row": 1, "column": 3})
        self.take_the_window(figure, state | {"row": 1, "column": 3}, size)

    def take_the_window(self, figure, state, size):
        """By its frame in both maps or a corner, it keeps its place below the pointer; and with the
        arrow keys, as far as there is room.
        """
        page = figure.page
        frames, corners = (figure.root.locator(each) for each in (".cr-frame", ".cr-handle"))
        for taken, down, across in [
            (frames.first, 2, -1),
            (corners.first, -1, 2),
            (frames.last, 1, -2),
            (corners.last, 2, 1),
            (frames.first, 50, -50),
        ]:
            box = taken.bounding_box()
            x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
            page.mouse.move(x, y)
            page.mouse.down()
            check(figure, **state)
            page.mouse.move(x + (across + 0.3) * size, y + (down - 0.3) * size, steps=3)
            page.mouse.up()
            state["row"] = min(max(state["row"] + down, 0), 5)
            state["column"] = min(max(state["column"] + across, 0), 5)
            check(figure, **state)
        window_of(figure).focus()
        for key, row, column in [("Left", 5, 0), ("Up", 4, 0), ("Right", 4, 1), ("Down", 5, 1)]:
            page.keyboard.press(f"Arrow{key}")
            check(figure, **state | {"row": row, "column": column})


def test_a_readers_own_image_has_its_button(browser):
    image = np.arange(64).reshape(8, 8) % 17
    with open_bare(browser, explore.convolution(image=image)._repr_html_()) as page:
        assert page.locator('input[name="digit"]').count() == 5
        page.get_by_label("yours").wait_for()
        assert page.get_by_label("yours").is_checked()


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"image": [[1]]}, "convolution: image must be 8 rows of 8 numbers in 0 … 16, got [[1]]"),
        ({"image": "7"}, "convolution: image must be 8 rows of 8 numbers in 0 … 16, got '7'"),
        ({"W": [[1], [1]]}, "convolution: W must be 3 rows of 3 numbers in −9 … 9, got [[1], [1]]"),
    ],
)
def test_a_wrong_start_is_refused_with_a_sentence(wrong, message):
    with pytest.raises(ValueError) as caught:
        explore.convolution(**wrong)
    assert str(caught.value) == message

"""The explorable of the chapter "Max pooling"."""

import re

import numpy as np
import pytest

import chainrule as cr
from chainrule import explore
from chainrule.explore._explorable import module
from explorables.checks import ExplorableChecks
from explorables.figures import widget
from explorables.node import node
from explorables.numbers import rounded

WINDOWS = {"tiles": (2, 2), "overlap": (2, 1), "large": (3, 1)}


def library(x, windows):
    """y, dout and dx by the library's layer, the gradient n + 1 arriving at window number n."""
    size, stride = WINDOWS[windows]
    layer = cr.MaxPooling(size, size, stride)
    y = layer.forward(np.array(x, dtype=float)[None, None])
    dout = np.arange(1.0, y.size + 1).reshape(y.shape)
    return y[0, 0], dout[0, 0], layer.backward(dout)[0, 0]


def test_maxima_and_routes_are_the_librarys_ties_included(tmp_path):
    rng = np.random.default_rng(0)
    states = [
        {"x": rng.integers(low, high, (4, 4)).tolist(), "windows": windows}
        for windows in WINDOWS
        for low, high in [(0, 1), (0, 2), (-1, 2), (-9, 10)]  # from nothing but ties to few
        for _ in range(25)
    ]
    script = "return data.map(js.passes);"
    answers = node(module("max_pooling.js"), script, states, tmp_path)
    for state, ours in zip(states, answers, strict=True):
        for name, expected in zip(("y", "dout", "dx"), library(**state), strict=True):
            np.testing.assert_array_equal(ours[name], expected, err_msg=str(state))


def check(figure, x, windows, window):
    now = figure.settle()
    words, (size, stride) = now.words, WINDOWS[windows]
    assert [[now.value(f"x{i}{j}") for j in range(4)] for i in range(4)] == np.array(x).tolist()
    assert now.checked("windows", windows)
    assert now.value("window") == window
    assert now.output("window") == str(window + 1)
    y, dout, dx = library(x, windows)
    side = len(y)
    top, left = window // side * stride, window % side * stride
    inside = np.array(x)[top : top + size, left : left + size]
    row, column = np.unravel_index(np.argmax(inside), inside.shape)
    row, column = int(row + top), int(column + left)

    now.says("max_is", n=window + 1, numbers=", ".join(map(rounded, inside.ravel())),
             y=rounded(inside.max()), row=row, column=column)  # fmt: skip
    # Whoever wins windows a, b, … has the gradient a + b + …: each on its own says which.
    won = [n + 1 for n in range(side * side) if wins(x, windows, n)[row, column]]
    numbers = {"count": len(won), "all": side * side, "dx": rounded(dx[row, column])}
    if len(won) > 1:
        now.says("dx_is", terms=" + ".join(map(str, won)), **numbers)
    else:
        now.says("one_is", **numbers)
    drawing = now.drawing(words["picture"])
    cells = [text["text"] for text in drawing["text"] if text.get("class") == "cr-number"]
    expected = [rounded(v) for table in (x, y, dx, dout) for v in np.ravel(table)]
    assert cells == expected
    frames = [rect for rect in drawing["rect"] if rect.get("class") == "cr-frame"]
    cell = frames[0]["width"] / size
    assert [(f["x"] - 4) / cell for f in frames] == pytest.approx([left, left])
    assert (frames[0]["y"] - 24) / cell == pytest.approx(top)
    rings = {(round((c["cy"] - 24) / cell - 0.5), round((c["cx"] - 4) / cell - 0.5))
             for c in drawing["circle"][: len(drawing["circle"]) // 2]}  # fmt: skip
    assert rings == {(int(i), int(j)) for i, j in np.argwhere(dx != 0)}


def wins(x, windows, n):
    """Where the gradient of window number n alone lands, by the library."""
    size, stride = WINDOWS[windows]
    layer = cr.MaxPooling(size, size, stride)
    dout = np.zeros_like(layer.forward(np.array(x, dtype=float)[None, None]))
    dout.flat[n] = 1
    return layer.backward(dout)[0, 0]


def start():
    return np.array(widget("max_pooling").x)


def all_windows(figure):
    figure.control("window").press("End")


def lift_a_loser(figure):
    """Of the first window, 1 3 5 4; it stays behind the 5."""
    figure.control("x10").press("ArrowDown")  # the winner: y changes
    said = figure.root.locator(".cr-steps [aria-live]").inner_text()
    assert said.endswith(figure.words["step_loser"])
    figure.control("x10").press("ArrowUp")
    figure.control("x00").press("ArrowUp")
    changed = start()
    changed[0, 0] += 1
    for ours, before in zip(library(changed, "tiles"), library(start(), "tiles"), strict=True):
        np.testing.assert_array_equal(ours, before)


def overtake(figure):
    """The 4 overtakes the 5, which is before it in reading order, with a 6."""
    for _ in range(2):
        said = figure.root.locator(".cr-steps [aria-live]").inner_text()
        assert said.endswith(figure.words["step_jump"])
        figure.control("x11").press("ArrowUp")
    before, after = start(), start()
    after[1, 1] = 6
    moved = library(after, "tiles")[2] - library(before, "tiles")[2]
    assert (moved[1, 0], moved[1, 1]) == (-1, 1)


def tie(figure):
    """A 6 beside the 6, and it is the first of them."""
    figure.control("x11").fill("6")
    figure.control("x10").press("ArrowUp")
    after = start()
    after[1, 0] = after[1, 1] = 6
    dx = library(after, "tiles")[2]
    assert (dx[1, 0], dx[1, 1]) == (1, 0)


def win_all(figure):
    figure.control("windows", "large").click()
    figure.control("x11").fill("9")
    after = start()
    after[1, 1] = 9
    dx = library(after, "large")[2]
    assert dx[1, 1] == dx.sum() == 10


class TestMaxPooling(ExplorableChecks):
    name = "max_pooling"
    steps = (
        ("through", all_windows),
        ("loser", lift_a_loser),
        ("jump", overtake),
        ("tie", tie),
        ("sharing", win_all),
    )
    not_counted = (
        # The winner falls behind, and no loser has grown.
        ("jump", lambda _: None, lambda figure: figure.control("x10").fill("2")),
        # The tie is there from the beginning; then another number is changed.
        ("tie", lambda figure: figure.control("x11").fill("5"),
         lambda figure: figure.control("x03").fill("2")),
        ("sharing", win_all, lambda figure: figure.control("x00").fill("2")),
    )  # fmt: skip

    def play(self, figure):
        page, words = figure.page, figure.words
        x = [list(row) for row in widget(self.name).x]
        check(figure, x, "tiles", 0)
        for i in range(4):
            for j in range(4):
                field = figure.control(f"x{i}{j}")
                field.click()
                field.press("ArrowUp")
                x[i][j] += 1
                # The little arrows of a number field, where the pointer is over it.
                box = field.bounding_box()
                field.click(position={"x": box["width"] - 8, "y": box["height"] - 8})
                x[i][j] = int(field.input_value())
            check(figure, x, "tiles", 0)
        field = figure.control("x00")
        for text, valid in [("-", False), ("12", False), ("", False), ("-3", True)]:
            field.fill(text) if text != "-" else field.press_sequentially("-")
            assert field.get_attribute("aria-invalid") == str(not valid).lower()
        x[0][0] = -3
        check(figure, x, "tiles", 0)
        for windows in ("overlap", "large", "tiles"):
            figure.control("windows", windows).click()
            check(figure, x, windows, 0)
        for windows, last in [("overlap", 8), ("large", 3), ("tiles", 3)]:
            figure.control("windows", "tiles" if windows == "overlap" else "overlap").focus()
            figure.control("windows", windows).press("Space")
            figure.control("window").focus()
            page.keyboard.press("End")
            check(figure, x, windows, last)
        figure.control("windows", "tiles").focus()
        for windows in ("overlap", "large", "tiles"):
            page.keyboard.press("ArrowRight")
            check(figure, x, windows, 3)
        figure.control("window").press("Home")
        check(figure, x, "tiles", 0)
        figure.slide("window", 0.34)
        check(figure, x, "tiles", 1)
        figure.root.locator("[data-window='2']").first.click()
        check(figure, x, "tiles", 2)
        for press in (lambda button: button.click(), lambda button: button.press("Enter")):
            press(figure.button(words["back"]))
            check(figure, x, "tiles", 1)
            press(figure.button(words["forward"]))
            check(figure, x, "tiles", 2)
            press(figure.button(words["play"]))
            figure.button(words["pause"]).wait_for()
            figure.play_until(lambda: figure.value("window") == 3)
            press(figure.button(words["pause"]))
            check(figure, x, "tiles", 3)
            figure.control("window").fill("2")
        for press in (lambda button: button.click(), lambda button: button.press("Enter")):
            for key, windows in [("sharing", "large"), ("tie", "tiles"), ("equal", "tiles")]:
                press(figure.button(f"{words['make']} {words[key]}"))
                fields = figure.root.locator("input[type=number]").all()
                shown = np.array([int(field.input_value()) for field in fields]).reshape(4, 4)
                check(figure, shown.tolist(), windows, 0)
                assert figure.root.locator(".cr-note").inner_text() == words[f"{key}_note"]
                y, _, dx = library(shown, windows)
                if key == "sharing":
                    assert np.unique(y) == [9] and dx[shown == 9] == 10
                elif key == "tie":
                    assert (shown[:2, :2] == 7).sum() == 2 and dx[0, 1] == 1 and dx[1, 0] == 0
                else:
                    assert len(np.unique(shown)) == 1

    def disturb(self, figure):
        super().disturb(figure)
        figure.set("x00", 8)

    def move_everything(self, figure):
        """But the numbers of x, which the steps are tried on."""
        self.disturb(figure)
        for (i, j), value in np.ndenumerate(start()):
            figure.control(f"x{i}{j}").fill(str(value))


@pytest.mark.parametrize("x", [[[1, 2], [3, 4]], np.full((4, 4), 10).tolist(), [["a"] * 4] * 4])
def test_a_wrong_map_is_refused_with_a_sentence(x):
    message = re.escape("max_pooling: x must be 4 rows of 4 numbers in −9 … 9, got [[")
    with pytest.raises(ValueError, match=message):
        explore.max_pooling(x)

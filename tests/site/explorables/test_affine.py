"""The explorable of the chapter "Affine"."""

import re

import numpy as np
import pytest

import chainrule as cr
from chainrule import explore
from chainrule.explore._explorable import module
from explorables.checks import ExplorableChecks
from explorables.figures import Figure, html, open_bare, widget
from explorables.node import node
from explorables.numbers import rounded

FIRST = {"W": [[2, 1], [-1, 1]], "x": [1, 1], "dy": [1, 2]}


def library(W, x, dy):
    """y and dx of one sample, by the library's layer."""
    layer = cr.Affine(np.array(W, dtype=float), np.zeros(2))
    y = layer.forward(np.array([x], dtype=float))
    dx = layer.backward(np.array([dy], dtype=float))
    return y[0], dx[0]


def test_forward_and_backward_are_the_librarys(tmp_path):
    rng = np.random.default_rng(0)
    states = [
        {name: np.round(rng.uniform(-3, 3, np.shape(v)), 1).tolist() for name, v in FIRST.items()}
        for _ in range(100)
    ]
    script = "return data.map((state) => [js.forward(state), js.backward(state)]);"
    answers = node(module("affine.js"), script, states, tmp_path)
    for state, ours in zip(states, answers, strict=True):
        np.testing.assert_allclose(ours, library(**state), rtol=1e-12, atol=1e-12)


def test_lines_of_equal_loss_on_the_left_are_those_on_the_right(tmp_path):
    """W carries each line of the left plane onto one of the right plane, a whole number of stripes
    from the point; and there is one for each of the numbers next to 0.
    """
    rng = np.random.default_rng(1)
    script = "return data.map(([x, dx]) => js.levels(x, dx));"
    states = [{name: rng.uniform(-3, 3, np.shape(v)) for name, v in FIRST.items()} for _ in "12345"]
    data = [[s["x"].tolist(), library(**s)[1].tolist()] for s in states]
    for s, lines in zip(states, node(module("affine.js"), script, data, tmp_path), strict=True):
        raised = (np.array(lines) @ s["W"] - library(**s)[0]) @ s["dy"] / 2
        np.testing.assert_allclose(raised[:, 0], raised[:, 1], atol=1e-9)
        np.testing.assert_allclose(raised, np.round(raised), atol=1e-9)
        np.testing.assert_allclose(np.abs(lines).max(axis=2), 3)
        assert {-1, 0, 1} <= set(np.round(raised[:, 0]).astype(int))
    assert node(module("affine.js"), script, [[[1, 1], [0, 0]]], tmp_path) == [[]]


def reach_of(which, W, x, dy):
    """How far a plane is shown: to every mark in it, in steps of a half."""
    W, x, dy = (np.array(value, dtype=float) for value in (W, x, dy))
    y, dx = library(W, x, dy)
    marks = [x, x + dx] if which == "inputs" else [y, y + dy, *W]
    reach = {"inputs": 4.5, "outputs": 5.5}[which]
    while reach < np.abs(marks).max():
        reach *= 1.5
    return reach


def unit_of(width, reach):
    """The pixels of a unit of a plane."""
    return (min(width, 300) - 26) / (2 * reach)


def written(value):
    return rounded(value, 4)


def factor(value):
    return f"({written(value)})" if value < 0 else written(value)


def vectors(path):
    """Where an arrow starts and ends, in pixels."""
    ends = re.match(r"M([-\d.]+) ([-\d.]+)(?:L([-\d.]+) ([-\d.]+))?", path).groups()
    start = np.array(ends[:2], dtype=float)
    return start, start if ends[2] is None else np.array(ends[2:], dtype=float)


def check(figure, W, x, dy):
    now = figure.settle()
    W, x, dy = (np.array(value, dtype=float) for value in (W, x, dy))
    for name, pair in (("x", x), ("dy", dy)):
        assert [now.output(f"{name}{i + 1}") for i in (0, 1)] == [written(v) for v in pair]
    fields = [now.value(f"W{i}{j}") for i in (0, 1) for j in (0, 1)]
    assert fields == W.ravel().tolist()
    y, dx = library(W, x, dy)
    given = dict(zip(["x1", "x2", "dy1", "dy2", "w11", "w12", "w21", "w22"],
                     map(factor, [*x, *dy, *W.ravel()]), strict=True))  # fmt: skip
    found = dict(zip(["y1", "y2", "dx1", "dx2"], map(written, [*y, *dx]), strict=True))
    for key in ("y_is", "dx_is"):
        now.says(key, **given, **found)
    for which in ("inputs", "outputs"):
        drawing = now.drawing(now.words[which])
        width = drawing["width"]
        unit = unit_of(width, reach_of(which, W, x, dy))

        def number(pixels, width=width, unit=unit):
            return np.array([pixels[0] - width / 2, 150 - pixels[1]]) / unit

        arrows = [vectors(p["d"]) for p in drawing["path"] if "cr-curve" in p["class"]]
        dashes = [p.get("stroke-dasharray") for p in drawing["path"] if "cr-curve" in p["class"]]
        assert dashes == [None, "5 3", None], "the second row of W is told from the first"
        ends = [[number(start), number(end)] for start, end in arrows]
        if which == "inputs":
            expected = [[[0, 0], [1, 0]], [[0, 0], [0, 1]], [x, x + dx]]
        else:
            expected = [[[0, 0], W[0]], [[0, 0], W[1]], [y, y + dy]]
        np.testing.assert_allclose(ends, expected, atol=0.08)
        point = next(c for c in drawing["circle"] if "cr-point" in c["class"])
        at = number([point["cx"], point["cy"]])
        np.testing.assert_allclose(at, x if which == "inputs" else y, atol=0.01)


STORY = {
    "turn": [[0.6, 0.8], [-0.8, 0.6]],
    "stretch": [[2, 0], [0, 0.5]],
    "shear": [[1, 0], [1, 1]],
    "flatten": [[2, 1], [1, 0.5]],
}


def press(figure, key):
    figure.button(f"{figure.words['make']} {figure.words[key]}").click()


def set_matrix(figure, W):
    for (i, j), value in np.ndenumerate(np.array(W)):
        figure.set(f"W{i}{j}", value)


def turn_over(figure):
    set_matrix(figure, [[-1, 0], [0, -1]])


class TestAffine(ExplorableChecks):
    name = "affine"
    steps = (
        ("stretch", lambda figure: press(figure, "stretch")),
        ("against", turn_over),
        ("silent", lambda figure: [press(figure, "flatten"), figure.set("dy1", -1)]),
    )
    not_counted = (
        # W turns dx against dy from the beginning; then another number is changed.
        ("against", turn_over, lambda figure: figure.set("x1", 2)),
        # Everything falls onto a point, not onto a line.
        ("silent", lambda _: None, lambda figure: set_matrix(figure, [[0, 0], [0, 0]])),
    )

    def play(self, figure):
        page, words = figure.page, figure.words
        state = {name: np.array(value, dtype=float) for name, value in FIRST.items()}
        assert {name: getattr(widget(self.name), name) for name in FIRST} == FIRST
        check(figure, **state)
        for i in (0, 1):
            for j in (0, 1):
                field = figure.control(f"W{i}{j}")
                field.click()
                box = field.bounding_box()
                field.click(position={"x": box["width"] - 8, "y": box["height"] - 8})
                field.fill("")
                field.press_sequentially(f"-{i}.{j + 1}")
                state["W"][i, j] = -(i + (j + 1) / 10)
                check(figure, **state)
        for text in ("4", ""):
            field.fill(text)
            assert field.get_attribute("aria-invalid") == "true"
            assert (
                figure.root.locator(".cr-formula", has_text="dx = dy")
                .inner_text()
                .endswith(f"({', '.join(map(written, library(**state)[1]))})")
            )
        field.fill("1")
        state["W"][1, 1] = 1
        for name in ("x", "dy"):
            for i in (0, 1):
                figure.control(f"{name}{i + 1}").focus()
                for key, value in [("Home", -3), ("End", 3), ("ArrowLeft", 2.9)]:
                    page.keyboard.press(key)
                    state[name][i] = value
                    check(figure, **state)
                figure.slide(f"{name}{i + 1}", 0.55)
                state[name][i] = figure.value(f"{name}{i + 1}")
                check(figure, **state)
        for press in (lambda button: button.click(), lambda button: button.press("Enter")):
            for key, W in STORY.items():
                press(figure.button(f"{words['make']} {words[key]}"))
                state["W"] = np.array(W, dtype=float)
                check(figure, **state)
                assert figure.root.locator(".cr-note").inner_text() == words[f"{key}_note"]
        self.drag_the_handles(figure, state)

    def drag_the_handles(self, figure, state):
        page = figure.page
        for which, name in [("inputs", "x"), ("outputs", "row0"), ("outputs", "row1"),
                            ("outputs", "dy")]:  # fmt: skip
            picture = figure.picture(figure.words[which])
            picture.scroll_into_view_if_needed()
            figure.settle()
            box = picture.bounding_box()
            unit = unit_of(box["width"], reach_of(which, **state))
            handle = picture.locator(f'[data-name="{name}"]').bounding_box()
            page.mouse.move(handle["x"] + handle["width"] / 2, handle["y"] + handle["height"] / 2)
            page.mouse.down()
            to = np.array([-1.5, 1.2])
            page.mouse.move(
                box["x"] + box["width"] / 2 + to[0] * unit, box["y"] + 150 - to[1] * unit, steps=4
            )
            page.mouse.up()
            y = library(**state)[0]
            origin = y if name == "dy" else np.zeros(2)
            value = np.clip(to - origin, -3, 3)
            row = name.startswith("row")
            entries = [f"W{name[3]}0", f"W{name[3]}1"] if row else [f"{name}1", f"{name}2"]
            found = [figure.value(entry) for entry in entries]
            np.testing.assert_allclose(found, value, atol=0.08)
            if row:
                state["W"][int(name[3])] = found
            else:
                state[name] = np.array(found)
            check(figure, **state)

    def test_the_first_step_compares_dx_with_dy_which_is_so_whatever_was_before(self):
        for dy in ([1, 2], [-3, 0.5], [0.2, -1.1]):
            dx = library(STORY["stretch"], [1, 1], dy)[1]
            np.testing.assert_allclose(dx, [2 * dy[0], dy[1] / 2])
        words = widget(self.name).words
        for key, names in {"step_stretch": ["dx₁", "dy₁"],
                           "stretch_note": ["dx₁", "dy₁", "dx₂", "dy₂"]}.items():  # fmt: skip
            for language in words:
                assert [name for name in names if name not in words[language][key]] == []

    def test_while_a_handle_is_dragged_its_plane_comes_no_nearer(self, browser):
        """Else the handle would run away from the pointer. When it is let go, the plane does."""
        with open_bare(browser, html(self.name)) as page:
            figure = Figure(page, self.name)
            picture = figure.picture(figure.words["inputs"])

            def cell():
                grid = picture.locator(".cr-level").get_attribute("d")
                start, end = vectors(grid)
                return np.abs(end - start).max() / 6

            near = cell()
            for i in (1, 2):
                figure.set(f"dy{i}", -3)
                figure.set(f"x{i}", -3)
            far = cell()
            assert far < near
            handle = picture.locator('[data-name="x"]').bounding_box()
            x, y = handle["x"] + handle["width"] / 2, handle["y"] + handle["height"] / 2
            page.mouse.move(x, y)
            page.mouse.down()
            page.mouse.move(x + 6 * far, y - 6 * far, steps=3)
            figure.settle()
            assert figure.value("x1") == figure.value("x2") == 3
            assert cell() == far
            page.mouse.up()
            figure.settle()
            assert cell() > far

    def disturb(self, figure):
        super().disturb(figure)
        figure.set("W00", 2.5)


def test_a_decimal_comma_is_a_point(browser):
    with open_bare(browser, explore.affine()._repr_html_()) as page:
        field = page.locator("input[name=W00]")
        field.fill("")
        field.press_sequentially("0,5")
        assert field.input_value() == "0.5"


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"W": [[1, 2, 3]]}, "affine: W must be 2 rows of 2 numbers in −3 … 3, got [[1, 2, 3]]"),
        (
            {"W": [[1, 4]] * 2},
            "affine: W must be 2 rows of 2 numbers in −3 … 3, got [[1, 4], [1, 4]]",
        ),
        ({"x": [1]}, "affine: x must be 2 numbers in −3 … 3, got [1]"),
        ({"dy": [1, 5]}, "affine: dy must be 2 numbers in −3 … 3, got [1, 5]"),
    ],
)
def test_a_wrong_start_is_refused_with_a_sentence(wrong, message):
    with pytest.raises(ValueError) as caught:
        explore.affine(**wrong)
    assert str(caught.value) == message

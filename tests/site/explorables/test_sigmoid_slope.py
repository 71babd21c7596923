"""The explorable of the chapter "Sigmoid"."""

from functools import partial

import numpy as np
import pytest

import chainrule as cr
from chainrule.explore._explorable import module
from chainrule_dev.superscripts import UP
from explorables.checks import ExplorableChecks
from explorables.figures import Figure, bottom_axis, html, left_axis, logarithmic_axis, open_bare
from explorables.node import node
from explorables.numbers import fixed, significant


def sigmoid_numbers(x, n):
    layer = cr.Sigmoid()
    y = float(layer.forward(np.array([x]))[0])
    slope = float(layer.backward(np.ones(1))[0])
    decimals = 3 - int(np.floor(np.log10(min(y, 1 - y))))
    return {
        "x": fixed(x, 1),
        "n": str(n).translate(UP),
        "y": f"{y:.{decimals}f}",
        "slope": significant(slope, 4),
        "product": significant(slope**n, 2),
        "best": significant(0.25**n, 2),
    }


def test_the_slider_of_the_sigmoid_says_what_the_library_says(tmp_path):
    """At every place of both sliders, to the last digit shown."""
    grid = [(i / 10, n) for i in range(-60, 61) for n in (1, 2, 10, 29, 30)]
    script = "return data.map(([x, n]) => js.numbers(x, n));"
    for state, answer in zip(
        grid, node(module("sigmoid_slope.js"), script, grid, tmp_path), strict=True
    ):
        assert answer == sigmoid_numbers(*state), state


def test_the_sigmoid_and_its_slope_are_the_librarys_to_the_last_bits(tmp_path):
    xs = np.linspace(-6, 6, 121)
    script = "return data.map((x) => [js.sigmoid(x), js.slope(x)]);"
    ours = node(module("sigmoid_slope.js"), script, xs.tolist(), tmp_path)
    layer = cr.Sigmoid()
    library = np.stack([layer.forward(xs), layer.backward(np.ones_like(xs))], axis=1)
    np.testing.assert_allclose(ours, library, rtol=1e-13)


def test_formulas_shown_can_be_checked_with_the_digits_shown():
    """0.997527 · (1 − 0.997527) must be what stands after the = sign, within rounding."""
    for i in range(-60, 61):
        shown = sigmoid_numbers(i / 10, 1)
        by_hand = float(shown["y"]) * (1 - float(shown["y"]))
        assert by_hand == pytest.approx(float(shown["slope"]), rel=1e-3)


def check_sigmoid(figure, x, n):
    now = figure.settle()
    x = round(x, 1)
    assert (now.value("x"), now.value("n")) == (x, n)
    numbers = sigmoid_numbers(x, n)
    assert now.output("x") == numbers["x"]
    assert now.output("n") == str(n)
    for sentence in ("y_is", "slope_is", "product_is", "best_is"):
        now.says(sentence, **numbers)
    y, slope = (float(numbers[name]) for name in ("y", "slope"))
    curve = now.drawing(now.words["curve"])
    across, up = bottom_axis(curve, {"−6": -6, "6": 6}), left_axis(curve, {"0": 0, "1": 1})
    (handle,) = curve["circle"]
    assert across(handle["cx"]) == pytest.approx(x, abs=0.01)
    assert up(handle["cy"]) == pytest.approx(y, abs=0.001)
    tangent = curve["path"][1]["d"][1:].replace("L", " ").split()
    (x0, y0, x1, y1) = map(float, tangent)
    steep = (up(y1) - up(y0)) / (across(x1) - across(x0))
    assert steep == pytest.approx(slope, abs=0.002)
    (dot,) = (drawing := now.drawing(now.words["slope"]))["circle"]
    assert left_axis(drawing, {"0": 0, "¼": 0.25})(dot["cy"]) == pytest.approx(slope, abs=0.001)
    chain = now.drawing(now.words["chain"])
    power = logarithmic_axis(chain)
    assert len(chain["circle"]) == n + 1, "one dot a sigmoid, and a larger one for the last"
    for k, dot in enumerate(chain["circle"][:n], start=1):
        assert power(dot["cy"]) == pytest.approx(k * np.log10(slope), abs=0.05)


def drag_the_curve(page, figure, n):
    """Press anywhere along the curve and move: the point follows the pointer, to the ends."""
    box = figure.root.locator(f'svg[aria-label="{figure.words["curve"]}"]').bounding_box()
    at = bottom_axis(figure.drawing(figure.words["curve"]), {"−6": -6, "6": 6})
    left, right = at(0), at(box["width"])

    def place(x):
        return box["x"] + (x - left) / (right - left) * box["width"], box["y"] + 90

    page.mouse.move(*place(2.0))
    page.mouse.down()
    check_sigmoid(figure, 2.0, n)
    page.mouse.move(*place(-3.5), steps=5)
    check_sigmoid(figure, -3.5, n)
    page.mouse.move(box["x"] + box["width"] + 50, box["y"], steps=3)
    check_sigmoid(figure, 6.0, n)
    page.mouse.up()
    page.mouse.move(*place(0.0))
    check_sigmoid(figure, 6.0, n)


class TestSigmoidSlope(ExplorableChecks):
    name = "sigmoid_slope"
    steps = (
        ("steep", lambda figure: figure.set("x", 0)),
        ("flat", lambda figure: figure.set("x", -4.7)),
        ("chain", lambda figure: figure.set("n", 30)),
        ("best", lambda figure: [figure.set("x", 0), figure.set("n", 10)]),
    )
    not_counted = (
        ("flat", lambda figure: figure.set("x", -4.7), lambda figure: figure.set("n", 12)),
        ("chain", lambda figure: figure.set("n", 30), lambda figure: figure.set("x", 3)),
        ("best", lambda figure: figure.set("x", 3), lambda figure: figure.set("x", 0)),
    )

    def play(self, figure):
        page = figure.page
        check = partial(check_sigmoid, figure)
        check(1.0, 10)
        figure.control("x").focus()
        for key, x in [("ArrowRight", 1.1), ("ArrowLeft", 1.0), ("ArrowDown", 0.9), ("Home", -6),
                       ("ArrowUp", -5.9), ("End", 6)]:  # fmt: skip
            page.keyboard.press(key)
            check(x, 10)
        page.keyboard.press("Tab")
        for key, n in [("Home", 1), ("End", 30), ("ArrowLeft", 29)]:
            page.keyboard.press(key)
            check(6, n)
        for fraction, x in [(0, -6), (0.5, 0), (0.75, 3)]:
            figure.slide("x", fraction)
            assert figure.value("x") == pytest.approx(x, abs=0.2)
            check(figure.value("x"), 29)
        figure.slide("n", 0.5)
        n = int(figure.value("n"))
        assert abs(n - 15.5) <= 1
        check(figure.value("x"), n)
        drag_the_curve(page, figure, n)


def test_a_finger_drags_the_curve(browser):
    with open_bare(browser, html("sigmoid_slope"), width=360, has_touch=True) as page:
        figure = Figure(page, "sigmoid_slope")
        box = figure.root.locator(".cr-draggable").bounding_box()
        at = bottom_axis(figure.drawing(figure.words["curve"]), {"−6": -6, "6": 6})
        touch = page.context.new_cdp_session(page)

        def finger(kind, *points):
            at_points = [{"x": box["x"] + x, "y": box["y"] + 60} for x in points]
            touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": at_points})

        finger("touchStart", 100)
        check_sigmoid(figure, at(100), 10)
        for x in (130, 170, 220):
            finger("touchMove", x)
        check_sigmoid(figure, at(220), 10)
        finger("touchEnd")

"""The explorable of the chapter "Gradient checking"."""

import numpy as np
import pytest

import chainrule as cr
from chainrule import explore
from chainrule.explore._explorable import module
from explorables.checks import ExplorableChecks
from explorables.figures import Figure, html, logarithmic_axis, open_bare, widget
from explorables.node import node
from explorables.numbers import significant

F = {
    "cube": lambda x: x * x * x,
    "bell": lambda x: 1 / (1 + x * x),
    "kink": abs,
}
SLOPE = {
    "cube": lambda x: 3 * x * x,
    "bell": lambda x: -2 * x / (1 + x * x) ** 2,
    "kink": lambda x: 1.0,
}
QUOTIENTS = "return data.map(js.quotient);"
STEPS = [float(f"{m}e-{k}") for k in range(15, -1, -1) for m in (1, 2, 5)][:46]
STATES = [
    {"function": function, "scheme": scheme, "precision": precision, "x": x, "h": h}
    for function in F
    for scheme in ("central", "forward")
    for precision in ("float64", "float32")
    for x in (0.1, 0.7, 1.0, 1.3, 3.0)
    for h in STEPS
]


def by_numpy(function, scheme, precision, x, h):
    """The values of f at both ends, the quotient, and its relative error, in one precision."""
    number = getattr(np, precision)
    f, at, by = F[function], number(x), number(h)
    above, below = f(at + by), f(at - by if scheme == "central" else at)
    span = number(2) * by if scheme == "central" else by
    slope = SLOPE[function](x)
    found = float((above - below) / span)
    difference = float(above - below)
    return float(above), float(below), difference, float(span), found, abs(found / slope - 1)


def test_steps_of_the_slider(tmp_path):
    script = "return data.map(js.stepOf);"
    ours = node(module("gradient_checking.js"), script, list(range(46)), tmp_path)
    assert ours == STEPS
    assert (ours[0], ours[30], ours[45]) == (1e-15, 1e-5, 1)


def test_every_digit_is_numpys(tmp_path):
    """In float64 and in float32, for every function, point and step: not close, equal."""
    answers = node(module("gradient_checking.js"), QUOTIENTS, STATES, tmp_path)
    for state, ours in zip(STATES, answers, strict=True):
        keys = ("above", "below", "difference", "span", "found")
        assert [ours[key] for key in keys] == list(by_numpy(**state)[:5]), state
        assert ours["error"] == pytest.approx(by_numpy(**state)[5], rel=1e-6, abs=1e-15)


def test_the_central_difference_is_that_of_the_librarys_numerical_gradient(tmp_path):
    states = [s for s in STATES if (s["scheme"], s["precision"]) == ("central", "float64")]
    answers = node(module("gradient_checking.js"), QUOTIENTS, states, tmp_path)
    for state, ours in zip(states, answers, strict=True):
        f = F[state["function"]]
        library = cr.numerical_gradient(lambda x, f=f: f(x[0]), np.array([state["x"]]), state["h"])
        assert ours["found"] == library[0], state


def test_the_formula_of_the_chapter_is_an_upper_bound_and_close(tmp_path):
    """Truncation: measured where rounding plays no part. Rounding: a bound of the noise."""
    script = "return data.map((s) => [js.predicted(s), js.quotient(s).error]);"
    states = [s for s in STATES if s["function"] != "kink" and s["precision"] == "float64"]
    answers = node(module("gradient_checking.js"), script, states, tmp_path)
    for state, ((own, rounding), error) in zip(states, answers, strict=True):
        if 1e-4 <= state["h"] <= 0.01 and own > 100 * rounding:
            assert error == pytest.approx(own, rel=0.1), state
        # A value is the result of two or three roundings, and x ± h is rounded as well.
        if state["h"] <= 1e-3:
            assert error <= 1.1 * own + 4 * rounding + 2**-52 * state["x"] / state["h"], state


def check(figure, function, scheme, precision, x, h):
    now = figure.settle()
    for name, value in (("function", function), ("scheme", scheme), ("precision", precision)):
        assert now.checked(name, value)
    assert (now.value("x"), now.value("h")) == (x, h)
    h = STEPS[h]
    assert now.output("h") == significant(h, 1)
    above, below, difference, span, found, error = by_numpy(function, scheme, precision, x, h)
    slope = SLOPE[function](x)
    now.says(f"{scheme}_is", difference=significant(difference, 6), span=significant(span, 3),
             quotient=significant(found, 6), slope=significant(slope, 6))  # fmt: skip
    error = abs(found - slope) / abs(slope)
    verdict = "exact" if error == 0 else "good" if error < 0.1 else "bad"
    digits = int(np.floor(-np.log10(error))) if error else 0
    now.says(verdict, error=significant(error, 2), digits=digits)
    # Both values to their last digit, underlined from where they part.
    places = 17 if precision == "float64" else 9
    written = figure.root.locator(".cr-digits").evaluate_all(
        "(all) => all.map((p) => [p.innerText.split(' = ')[1], p.querySelector('u').innerText])"
    )
    values = [value for value, _ in written]
    assert [float(v) for v in values] == [float(f"{v:.{places}g}") for v in (above, below)]
    same = next((k for k, (a, b) in enumerate(zip(*values, strict=False)) if a != b), None)
    for value, underlined in written:
        assert underlined == value[min(map(len, values)) if same is None else same :]
    drawing = now.drawing(now.words["picture"])
    across, up = logarithmic_axis(drawing, "middle", "x", 0), logarithmic_axis(drawing)
    (handle,) = drawing["circle"]
    assert across(handle["cx"]) == pytest.approx(np.log10(h), abs=0.03)
    floor = max(error, 1e-16)
    assert up(handle["cy"]) == pytest.approx(min(1, np.log10(floor)), abs=0.03)
    for curve in [p for p in drawing["path"] if "data-scheme" in p]:
        heights = [float(p.split()[1]) for p in curve["d"][1:].split("L")]
        errors = [by_numpy(function, curve["data-scheme"], precision, x, h) for h in STEPS]
        slopes = np.array([abs(each[4] - slope) / abs(slope) for each in errors])
        np.testing.assert_allclose(
            [up(y) for y in heights],
            np.clip(np.log10(np.maximum(slopes, 1e-16)), -16, 1),
            atol=0.05,
        )


STORY = [
    ("large", "float64", 43),
    ("best", "float64", 29),
    ("small", "float64", 6),
    ("single", "float32", 30),
]


@pytest.mark.parametrize(
    ("one", "other", "same"), [("1.5", "1.5", 3), ("1.25", "1.3", 2), ("−1", "1", 0), ("", "", 0)]
)
def test_the_digits_that_agree_are_counted_from_the_left(one, other, same, tmp_path):
    script = "return js.commonPrefix(...data);"
    assert node(module("gradient_checking.js"), script, [one, other], tmp_path) == same


def choose(figure, name, value):
    figure.control(name, value).click()


class TestGradientChecking(ExplorableChecks):
    name = "gradient_checking"
    steps = (
        ("best", lambda figure: figure.set("h", 29)),
        ("tiny", lambda figure: figure.set("h", 9)),
        ("forward", lambda figure: [choose(figure, "scheme", "forward"), figure.set("h", 21)]),
        ("single", lambda figure: [choose(figure, "precision", "float32"),
                                   choose(figure, "scheme", "central"), figure.set("h", 30)]),
        ("kink", lambda figure: [choose(figure, "function", "kink"), figure.set("x", 0.3),
                                 figure.set("h", 44)]),
    )  # fmt: skip
    not_counted = (
        # |x| has no valley: its error is next to nothing everywhere.
        ("best", lambda _: None, lambda figure: choose(figure, "function", "kink")),
        ("best", lambda _: None, lambda figure: [choose(figure, "function", "kink"),
                                                 figure.set("h", 29)]),
        ("forward", lambda figure: choose(figure, "function", "kink"),
         lambda figure: [choose(figure, "function", "kink"), choose(figure, "scheme", "forward")]),
        # Here three digits are right.
        ("single", lambda _: None, lambda figure: [figure.set("x", 0.2), figure.set("h", 30),
                                                   choose(figure, "scheme", "central"),
                                                   choose(figure, "precision", "float32")]),
    )  # fmt: skip

    def test_the_last_step_begins_where_the_slider_goes_beyond_x(self, browser):
        with open_bare(browser, html(self.name)) as page:
            figure = Figure(page, self.name)
            figure.set("x", 3)
            choose(figure, "scheme", "forward")
            self.skip_to(figure, 4)
            choose(figure, "function", "kink")
            figure.control("h").press("End")
            figure.settle()
            assert figure.value("x") == 0.5 and "0.5" in figure.words["step_kink"]
            assert self.said(figure).endswith(figure.words["done_kink"])

    def test_a_step_says_as_many_right_digits_as_the_verdict(self):
        error = by_numpy("cube", "central", "float32", 1.3, 1e-5)[5]
        assert int(-np.log10(error)) == 2
        words = widget(self.name).words
        assert words["en"]["done_single"].startswith("About two.")
        assert words["ko"]["done_single"].startswith("두 자리쯤")

    def play(self, figure):
        page = figure.page
        state = {"function": "cube", "scheme": "central", "precision": "float64", "x": 1.3, "h": 39}
        check(figure, **state)
        for name, keys in {
            "h": [("Home", 0), ("End", 45), ("ArrowLeft", 44)],
            "x": [("Home", 0.1), ("End", 3), ("ArrowLeft", 2.9)],
        }.items():
            figure.control(name).focus()
            for key, value in keys:
                page.keyboard.press(key)
                state[name] = value
                check(figure, **state)
            figure.slide(name, 0.4)
            state[name] = figure.value(name)
            state["h"] = int(state["h"])
            check(figure, **state)
        self.the_dot_goes_the_sliders_way(figure)
        self.the_dot_follows_the_pointer(figure, {**state, "h": 45})
        state["h"] = 45
        options = {
            "function": ["bell", "kink", "cube"],
            "scheme": ["forward", "central"],
            "precision": ["float32", "float64"],
        }
        for name, values in options.items():
            for value in values:
                figure.control(name, value).click()
                state[name] = value
                check(figure, **state)
            for value in values:
                page.keyboard.press("ArrowRight")
                state[name] = value
                check(figure, **state)
        for press in (lambda button: button.click(), lambda button: button.press("Enter")):
            for key, precision, h in STORY:
                press(figure.button(f"{figure.words['take']} {figure.words[key]}"))
                check(figure, "cube", "central", precision, 1.3, h)
                assert figure.root.locator(".cr-note").inner_text() == figure.words[f"{key}_note"]

    def the_dot_goes_the_sliders_way(self, figure):
        places = []
        for key in ("Home", "PageUp", "PageUp", "End"):
            figure.control("h").press(key)
            (dot,) = figure.drawing(figure.words["picture"])["circle"]
            places.append(dot["cx"])
        assert places == sorted(set(places)), "the slider to the right, the dot to the right"

    def the_dot_follows_the_pointer(self, figure, state):
        """To the nearest step that the slider has, and not beyond the ends."""
        picture = figure.picture(figure.words["picture"])
        box = picture.bounding_box()
        drawing = figure.drawing(figure.words["picture"])
        at = logarithmic_axis(drawing, "middle", "x", 0)
        left, right = at(0), at(box["width"])
        mouse = figure.page.mouse
        (dot,) = drawing["circle"]
        mouse.move(box["x"] + dot["cx"], box["y"] + dot["cy"])
        mouse.down()
        for h, exponent in [(30, -5), (7, -12.68), (0, -18), (45, 2)]:
            x = box["x"] + (exponent - left) / (right - left) * box["width"]
            mouse.move(x, box["y"] + 150, steps=3)
            check(figure, **{**state, "h": h})
        mouse.up()


@pytest.mark.parametrize("x", [0, 3.5, "1", None])
def test_a_wrong_start_is_refused_with_a_sentence(x):
    with pytest.raises(ValueError) as caught:
        explore.gradient_checking(x=x)
    assert str(caught.value) == f"gradient_checking: x must be in 0.1 … 3, got {x!r}"

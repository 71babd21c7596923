"""The explorable of the chapter "Softmax with loss"."""

import numpy as np
import pytest

import chainrule as cr
from chainrule import explore
from chainrule.explore._explorable import module
from chainrule_dev.superscripts import DOWN
from explorables.checks import ExplorableChecks
from explorables.figures import Figure, html, left_axis, open_bare, widget
from explorables.node import node
from explorables.numbers import fixed, signed, significant


def library(x, t, T):
    """y, the loss and dx of one state, by the library's layer on x / T."""
    layer = cr.SoftmaxWithLoss()
    scaled = np.array(x) / T
    loss = layer.forward(scaled, t)
    return cr.softmax(scaled), loss, layer.backward() / T


STATES = [
    {"x": x, "t": t, "T": T}
    for x in ([2, 1, 0, -1], [0, 0, 0, 0], [5, -5, 5, 4.9], [-5, -5, -5, -4.1])
    for t in range(4)
    for T in (0.25, 1, 1.75, 4)
]


def test_probabilities_loss_and_gradient_are_the_librarys(tmp_path):
    script = "return data.map(js.passes);"
    for state, ours in zip(
        STATES, node(module("softmax.js"), script, STATES, tmp_path), strict=True
    ):
        y, loss, dx = library(**state)
        np.testing.assert_allclose(ours["y"], y, rtol=1e-12)
        np.testing.assert_allclose(ours["loss"], loss, rtol=1e-9, atol=1e-13)
        np.testing.assert_allclose(ours["dx"], dx, rtol=1e-9, atol=1e-13)


def test_steps_and_raises_stay_on_the_sliders(tmp_path):
    script = "return data.map((state) => [js.stepped(state), js.raised(state.x)]);"
    for state, (stepped, raised) in zip(
        STATES, node(module("softmax.js"), script, STATES, tmp_path), strict=True
    ):
        x = np.array(state["x"], dtype=float)
        np.testing.assert_allclose(stepped, np.clip(x - library(**state)[2], -5, 5), rtol=1e-12)
        by = 1 if x.max() <= 4 else -1 if x.min() >= -4 else 0
        np.testing.assert_allclose(raised, x + by, rtol=1e-12)
        assert library(stepped, state["t"], state["T"])[1] <= library(**state)[1]


def check(figure, x, t, T=1.0):
    now = figure.settle()
    for i, score in enumerate(x):
        assert now.output(f"x{i}") == fixed(score, 2)
    assert now.checked("t", t)
    assert now.value("T") == T
    y, loss, dx = library(x, t, T)
    e = np.exp(np.array(x) / T)
    y_t, index = significant(y[t], 4), str(t).translate(DOWN)
    now.says("y_is", t=index, x=fixed(x[t], 2), T=f"{T:g}", e=significant(e[t], 4),
             sum=significant(e.sum(), 4), y=y_t)  # fmt: skip
    now.says("loss_is", t=index, y=y_t, loss=significant(loss, 4))
    first, *rest = (signed(g) for g in dx)
    now.says(
        "sum_is", terms=" ".join([first.removeprefix("+")] + [f"{g[0]} {g[1:]}" for g in rest])
    )
    drawing = now.drawing(now.words["picture"])
    labels = [text["text"] for text in drawing["text"] if text.get("class") != "cr-tick"]
    score_of = left_axis(drawing, {"5": 5, "−5": -5})
    knobs = [knob["cy"] for knob in drawing["circle"]]
    np.testing.assert_allclose([score_of(cy) for cy in knobs], x, atol=0.01)
    assert [text for text in labels if text.startswith(("0.", "1."))] == [fixed(p, 3) for p in y]
    assert [text for text in labels if text[0] in "+−" and "." in text[2:]] == [
        signed(g) for g in dx
    ]
    # The mark of the truth stands a line above the heading of the gradients.
    (truth,) = [text["y"] for text in drawing["text"] if text["class"] == "cr-truth"]
    (heading,) = [text["y"] for text in drawing["text"] if text["text"] == now.words["gradient"]]
    assert heading - truth >= 20
    # The bars, from the axes: 0 … 1 above, −1/T … 1/T below.
    ticks = [text for text in drawing["text"] if text.get("text-anchor") == "end"]
    above, below = {"text": ticks[3:5]}, {"text": ticks[5:]}
    up = left_axis(above, {"0": 0, "1": 1})
    reach = f"{max(1, 1 / T):g}"
    pull = left_axis(below, {f"+{reach}": float(reach), "0": 0})
    bars = [bar for bar in drawing["rect"] if bar["class"] == "cr-value"]
    np.testing.assert_allclose([up(bar["y"]) for bar in bars], y, atol=0.002)
    bars = [bar for bar in drawing["rect"] if bar["class"] == "cr-gradient"]
    ends = [bar["y"] + (g < 0) * bar["height"] for bar, g in zip(bars, dx, strict=True)]
    np.testing.assert_allclose([pull(end) for end in ends], dx, atol=0.004 * float(reach))
    # A gradient's number stands beyond the end of its bar: above it, or below.
    numbers = [
        t["y"] for t in drawing["text"] if t.get("class") == "cr-gradient" and "x" not in t["text"]
    ]
    for y_text, end, g in zip(numbers, ends, dx, strict=True):
        assert y_text - end == pytest.approx(15 if g < 0 else -6)


def press(figure, key):
    figure.button(figure.words[key]).click()


def what_if(figure, key):
    figure.button(f"{figure.words['what_if']} {figure.words[key]}").click()


class TestSoftmax(ExplorableChecks):
    name = "softmax"
    steps = (
        ("wrong", lambda figure: [figure.set("x1", -3), figure.set("x3", 4)]),
        ("downhill", lambda figure: [press(figure, "step") for _ in range(4)]),
        ("raise", lambda figure: press(figure, "raise")),
        ("right", lambda figure: [figure.set(f"x{i}", 5 if i == 1 else -2) for i in range(4)]),
    )
    not_counted = (
        # At another temperature gradients are longer than 1.
        ("wrong", lambda _: None, lambda figure: [figure.set("T", 0.25), figure.set("x1", -5)]),
        ("downhill", lambda _: None, lambda figure: figure.set("x1", 5)),
        ("downhill", lambda _: None, lambda figure: what_if(figure, "right")),
        # The truth is at the end of its slider and cannot rise.
        ("downhill", lambda _: None, lambda figure: [what_if(figure, "right"),
                                                     press(figure, "step")]),
    )  # fmt: skip

    def test_the_button_that_raises_all_scores_says_what_it_does(self, browser):
        with open_bare(browser, html(self.name)) as page:
            figure = Figure(page, self.name)

            def scores():
                return [figure.value(f"x{i}") for i in range(4)]

            figure.set("x0", 4.5)  # no room for 1
            before = scores()
            assert not figure.button(figure.words["raise"]).count()
            press(figure, "lower")
            assert scores() == pytest.approx([score - 1 for score in before])
            press(figure, "raise")
            assert scores() == pytest.approx(before)
            figure.set("x3", -4.5)  # nor for −1
            before = scores()
            button = figure.button(figure.words["no_room"])
            assert button.get_attribute("aria-disabled") == "true"
            button.click(force=True)
            assert scores() == before

    def test_a_step_downhill_counts_after_a_score_was_moved_by_hand(self, browser):
        with open_bare(browser, html(self.name)) as page:
            figure = Figure(page, self.name)
            self.skip_to(figure, 1)
            figure.set("x1", 0)  # the loss is half of what it was
            assert self.said(figure).endswith(figure.words["step_downhill"])
            press(figure, "step")
            figure.settle()
            assert self.said(figure).endswith(figure.words["done_downhill"])

    def play(self, figure):
        page, x = figure.page, list(widget("softmax").x)
        check(figure, x, 1)
        for i in range(4):
            figure.control(f"x{i}").focus()
            for key, score in [("Home", -5), ("End", 5), ("ArrowLeft", 4.9)]:
                page.keyboard.press(key)
                x[i] = score
                check(figure, x, 1)
            figure.slide(f"x{i}", 0.5)
            x[i] = figure.value(f"x{i}")
            assert abs(x[i]) < 0.3
            check(figure, x, 1)
        for t in (0, 2, 3, 1):
            figure.control("t", t).click()
            check(figure, x, t)
        for t in (2, 3, 0, 1):
            page.keyboard.press("ArrowRight")
            check(figure, x, t)
        figure.control("T").focus()
        for key, T in [("Home", 0.25), ("End", 4), ("ArrowLeft", 3.75)]:
            page.keyboard.press(key)
            check(figure, x, 1, T)
        figure.slide("T", 0.2)
        check(figure, x, 1, T := figure.value("T"))
        for press in (lambda button: button.click(), lambda button: button.press("Enter")):
            press(figure.button(figure.words["step"]))
            x = list(np.array(x) - library(x, 1, T)[2])
            check(figure, x, 1, T)
            before = library(x, 1, T)[0]
            press(figure.button(figure.words["raise"]))
            x = [score + 1 for score in x]
            check(figure, x, 1, T)
            np.testing.assert_allclose(library(x, 1, T)[0], before)
        for press in (lambda button: button.click(), lambda button: button.press("Enter")):
            for key, state in [("right", [0, 5, -1, 0]), ("wrong", [5, -5, 0, -1]),
                               ("undecided", [0, 0, 0, 0])]:  # fmt: skip
                press(figure.button(f"{figure.words['what_if']} {figure.words[key]}"))
                check(figure, state, 1)
                assert figure.root.locator(".cr-note").inner_text() == figure.words[f"{key}_note"]
        drag_the_scores(figure)


def drag_the_scores(figure):
    """A score follows the pointer, no farther than its slider; the others stay."""
    x = [0, 0, 0, 0]
    picture = figure.picture(figure.words["picture"])
    picture.scroll_into_view_if_needed()
    for i, score in enumerate([3, -2, 5, -5]):
        knob = figure.drawing(figure.words["picture"])["circle"][i]
        box = picture.bounding_box()
        left, top = box["x"] + knob["cx"], box["y"]
        figure.page.mouse.move(left, top + knob["cy"])
        figure.page.mouse.down()
        check(figure, x, 1)
        past = 9 * np.sign(score) if abs(score) == 5 else score
        figure.page.mouse.move(left, top + knob["cy"] - 8.4 * past, steps=3)
        figure.page.mouse.up()
        x[i] = score
        assert figure.value(f"x{i}") == pytest.approx(score, abs=0.06)
        x[i] = figure.value(f"x{i}")
        check(figure, x, 1)


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"x": [1, 2, 3]}, "softmax: x must be 4 numbers in −5 … 5, got [1, 2, 3]"),
        ({"x": [1, 2, 3, 6]}, "softmax: x must be 4 numbers in −5 … 5, got [1, 2, 3, 6]"),
        ({"t": 4}, "softmax: t must be in 0 … 3, got 4"),
        ({"T": 0}, "softmax: T must be in 0.25 … 4, got 0"),
    ],
)
def test_a_wrong_start_is_refused_with_a_sentence(wrong, message):
    with pytest.raises(ValueError) as caught:
        explore.softmax(**wrong)
    assert str(caught.value) == message

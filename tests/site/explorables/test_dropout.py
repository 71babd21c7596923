"""The explorable of the chapter "Dropout"."""

import re

import numpy as np
import pytest

import chainrule as cr
from chainrule import explore
from chainrule.explore._explorable import module
from explorables.checks import ExplorableChecks
from explorables.figures import Figure, bottom_axis, html, left_axis, open_bare, widget
from explorables.node import node
from explorables.numbers import fixed, rounded

X = [2.0, 1.0, 3.0, 0.5, 2.5, 1.0]


def library(rate, mode, scaled, draws):
    """The masks and outputs of so many draws in a row, (draws, 6), by the library's layer."""
    layer = cr.Dropout(rate / 20, np.random.default_rng(43))
    layer.training = mode == "training"
    masks, ys = [], []
    for _ in range(draws):
        y = layer.forward(np.array(X))
        mask = layer.backward(np.ones(6))  # the gradient 1 at every y: the mask itself
        if not scaled and mode == "training":  # as if what is kept were not divided
            y, mask = y * (1 - rate / 20), mask * (1 - rate / 20)
        masks.append(mask)
        ys.append(y)
    return np.array(masks), np.array(ys)


@pytest.mark.parametrize("mode", ["training", "evaluation"])
@pytest.mark.parametrize("scaled", [True, False])
def test_a_hundred_masks_of_every_rate_are_the_librarys(mode, scaled, tmp_path):
    state = {
        "x": X,
        "draws": widget("dropout").draws,
        "mode": mode,
        "scaled": scaled,
        "by_hand": [],
    }
    states = [{**state, "rate": rate, "draw": 99} for rate in range(19)]
    script = """
      const hundred = [...Array(100).keys()];
      return data.map((s) => [hundred.map((n) => js.maskOf(s, n)), js.passes(s)]);
    """
    answers = node(module("dropout.js"), script, states, tmp_path)
    for rate, (ours, last) in enumerate(answers):
        masks, ys = library(rate, mode, scaled, 100)
        np.testing.assert_allclose(ours, masks, rtol=1e-12)
        np.testing.assert_allclose(last["y"], ys[-1], rtol=1e-12)
        means = np.cumsum(ys.sum(axis=1)) / np.arange(1, 101)
        np.testing.assert_allclose(last["means"], means, rtol=1e-12)


def test_the_spread_is_what_many_masks_show(tmp_path):
    """The standard deviation of Σ y over 20,000 masks of the library's layer."""
    state = {"x": X, "draws": widget("dropout").draws, "mode": "training", "draw": 0, "by_hand": []}
    pairs = [(rate, scaled) for rate in (0, 4, 10, 16) for scaled in (True, False)]
    states = [{**state, "rate": rate, "scaled": scaled} for rate, scaled in pairs]
    script = "return data.map((s) => [js.passes(s).expected, js.passes(s).spread]);"
    answers = node(module("dropout.js"), script, states, tmp_path)
    for state, (expected, spread) in zip(states, answers, strict=True):
        layer = cr.Dropout(state["rate"] / 20, np.random.default_rng(1))
        sums = layer.forward(np.tile(X, (20_000, 1))).sum(axis=1)
        sums *= 1 if state["scaled"] else 1 - state["rate"] / 20
        assert expected == pytest.approx(sums.mean(), rel=0.03)
        assert spread == pytest.approx(sums.std(), rel=0.03)


def check(figure, rate, draw, mode="training", scaled=True, by_hand=None):
    """`by_hand`: which of the units are kept, where the reader has said so."""
    now = figure.settle()
    assert (now.value("rate"), now.value("draw")) == (rate, draw)
    assert (now.output("rate"), now.output("draw")) == (f"{rate / 20:.2f}", str(draw + 1))
    assert now.checked("mode", mode)
    assert now.checked("scaled") == scaled
    masks, ys = library(rate, mode, scaled, draw + 1)
    means = np.cumsum(ys.sum(axis=1)) / np.arange(1, draw + 2)
    if by_hand is not None:
        masks[-1] = np.array(by_hand) * (1 / (1 - rate / 20) if scaled else 1)
        ys[-1] = masks[-1] * X
        now.says("set", kept=sum(by_hand), sum=fixed(ys[-1].sum(), 2), full="10.00",
                 factor=rounded(max(masks[-1]), 2))  # fmt: skip
    elif mode == "training":
        now.says("now", n=draw + 1, sum=fixed(ys[-1].sum(), 2), mean=fixed(means[-1], 2),
                 full="10.00")  # fmt: skip
    else:
        now.says("evaluated", full="10.00")
    expected = 10 if scaled or mode == "evaluation" else 10 * (1 - rate / 20)
    fair = scaled or mode == "evaluation" or rate == 0
    now.says("fair" if fair else "unfair", expected=fixed(expected, 2), full="10.00")
    boxes = figure.root.get_by_role("checkbox", name="Unit").all()
    assert [box.get_attribute("aria-checked") for box in boxes] == [
        str(entry > 0).lower() for entry in masks[-1]
    ]
    drawing = now.drawing(now.words["units"])
    cells = [float(t["text"]) for t in drawing["text"] if t.get("class") == "cr-number"]
    table = np.concatenate([X, masks[-1], ys[-1], masks[-1]])
    np.testing.assert_allclose(cells, table, atol=0.0051)
    up = left_axis(drawing, {"0": 0, "8": 8})
    bars = [up(bar["y"]) for bar in drawing["rect"] if "cr-kept" in bar.get("class", "")]
    np.testing.assert_allclose(bars, np.minimum(8, ys[-1]), atol=0.01)
    drawing = now.drawing(now.words["means"])
    up, across = left_axis(drawing, {"0": 0, "10": 10}), bottom_axis(drawing, {"1": 1, "100": 100})
    curve = next(p for p in drawing["path"] if "cr-curve" in p["class"])
    points = np.array([p.split() for p in re.split("[ML]", curve["d"])[1:]], dtype=float)
    np.testing.assert_allclose(across(points[:, 0]), np.arange(1, draw + 2), atol=0.05)
    np.testing.assert_allclose(up(points[:, 1]), np.clip(means, 0, 20), atol=0.02)
    bound = next(line for line in drawing["line"] if line["class"] == "cr-bound")
    assert up(bound["y1"]) == pytest.approx(expected, abs=0.01)


def keep_drawing(figure):
    figure.button(figure.words["play"]).click()
    figure.play_until(lambda: figure.value("draw") >= 49)
    figure.button(figure.words["pause"]).click()


def bring_back(figure):
    units = figure.root.get_by_role("checkbox", name="Unit", exact=False, checked=False)
    units.first.press("Space")
    assert units.count(), "another one is left out"


def up_to_080(figure):
    for _ in range(6):
        figure.control("rate").press("ArrowRight")


def test_what_the_steps_say_of_the_numbers_is_so(tmp_path):
    """From fifty masks on the mean is near 10, within little more than the usual error at every
    rate; and the noise at 0.8 is twice that at 0.5.
    """
    script = "return data.map((s) => js.passes(s).spread);"
    state = {"x": X, "draws": widget("dropout").draws, "mode": "training", "draw": 0,
             "scaled": True, "by_hand": []}  # fmt: skip
    rates = range(1, 19)
    states = [{**state, "rate": rate} for rate in rates]
    spreads = node(module("dropout.js"), script, states, tmp_path)
    for rate, spread in zip(rates, spreads, strict=True):
        _, ys = library(rate, "training", True, 100)
        n = np.arange(1, 101)
        off = abs(np.cumsum(ys.sum(axis=1)) / n - 10) / (spread / np.sqrt(n))
        assert off[49:].max() < 1.2
    assert spreads[16 - 1] == pytest.approx(2 * spreads[10 - 1])


class TestDropout(ExplorableChecks):
    name = "dropout"
    steps = (
        ("tap", lambda figure: figure.root.get_by_role("checkbox", name="Unit 5").press("Space")),
        ("chance", keep_drawing),
        ("undivided", lambda figure: figure.control("scaled").click()),
        ("noise", lambda figure: (figure.control("scaled").click(), up_to_080(figure))),
        ("evaluation", lambda figure: figure.control("mode", "evaluation").click()),
    )
    not_counted = (
        # Another one was dropped by the draw; this one is brought back.
        ("tap", lambda _: None, bring_back),
        ("chance", lambda figure: figure.control("draw").press("End"),
         lambda figure: figure.control("rate").press("ArrowRight")),
        ("undivided", lambda figure: figure.control("scaled").click(),
         lambda figure: figure.control("rate").press("ArrowRight")),
        ("noise", lambda figure: figure.set("rate", 17),
         lambda figure: figure.control("draw").press("ArrowRight")),
        ("evaluation", lambda _: None, lambda figure: [figure.control("scaled").click(),
                                                figure.control("mode", "evaluation").click()]),
    )  # fmt: skip

    def play(self, figure):
        page, words = figure.page, figure.words
        check(figure, 10, 0)
        self.tap_units(figure)
        figure.control("rate").focus()
        for key, rate in [("Home", 0), ("End", 18), ("ArrowLeft", 17)]:
            page.keyboard.press(key)
            check(figure, rate, 0)
        figure.slide("rate", 0.3)
        rate = int(figure.value("rate"))
        assert 4 <= rate <= 6
        check(figure, rate, 0)
        figure.control("draw").focus()
        for key, draw in [("End", 99), ("Home", 0), ("ArrowRight", 1)]:
            page.keyboard.press(key)
            check(figure, rate, draw)
        figure.slide("draw", 0.5)
        draw = int(figure.value("draw"))
        check(figure, rate, draw)
        figure.control("scaled").click()
        check(figure, rate, draw, scaled=False)
        figure.control("scaled").press("Space")
        check(figure, rate, draw)
        for mode in ("evaluation", "training"):
            figure.control("mode", mode).click()
            check(figure, rate, draw, mode)
        for mode in ("evaluation", "training"):
            page.keyboard.press("ArrowRight")
            check(figure, rate, draw, mode)
        for press in (lambda button: button.click(), lambda button: button.press("Enter")):
            press(figure.button(words["back"]))
            check(figure, rate, draw - 1)
            press(figure.button(words["forward"]))
            check(figure, rate, draw)
            press(figure.button(words["play"]))
            figure.play_until(lambda before=draw: figure.value("draw") > before)
            press(figure.button(words["pause"]))
            draw = int(figure.value("draw"))
            check(figure, rate, draw)

    def tap_units(self, figure):
        """With the pointer, the space bar and Enter; what is drawn next is not by hand."""
        units = figure.root.get_by_role("checkbox", name="Unit")
        kept = [int(entry > 0) for entry in library(10, "training", True, 1)[0][0]]
        ways = [
            lambda unit: unit.click(position={"x": 5, "y": 5}),
            lambda unit: unit.press("Space"),
            lambda unit: unit.press("Enter"),
        ]
        for way in ways:
            for i in range(6):
                way(units.nth(i))
                kept[i] = 1 - kept[i]
                check(figure, 10, 0, by_hand=kept)
        assert "unit5" == figure.page.evaluate("document.activeElement.dataset.key")
        figure.control("scaled").click()
        check(figure, 10, 0, by_hand=kept, scaled=False)
        figure.control("scaled").click()
        figure.control("mode", "evaluation").click()
        check(figure, 10, 0, "evaluation")
        units.nth(0).press("Space")
        check(figure, 10, 0, "evaluation")
        figure.control("mode", "training").click()
        check(figure, 10, 0, by_hand=kept)
        figure.button(figure.words["forward"]).click()
        check(figure, 10, 1)
        units.nth(2).click()
        figure.set("rate", 4)
        check(figure, 4, 1)
        figure.set("rate", 10)
        figure.button(figure.words["back"]).click()


def test_a_finger_taps_a_unit(browser):
    with open_bare(browser, html("dropout"), width=360, height=740, has_touch=True) as page:
        figure = Figure(page, "dropout")
        unit = figure.root.get_by_role("checkbox", name="Unit").nth(1)
        before = unit.get_attribute("aria-checked")
        box = unit.bounding_box()
        assert min(box["width"], box["height"]) >= 24
        unit.tap()
        figure.settle()
        assert {before, unit.get_attribute("aria-checked")} == {"true", "false"}


@pytest.mark.parametrize("x", [[1, 2], [1, 2, 3, 4, 5, 6], [-1, 0, 0, 0, 0, 0]])
def test_wrong_outputs_are_refused_with_a_sentence(x):
    message = re.escape(f"dropout: x must be 6 numbers in 0 … 4, got {x!r}")
    with pytest.raises(ValueError, match=message):
        explore.dropout(x=x)

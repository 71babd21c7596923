"""The explorable of the chapter "Batch normalization"."""

import numpy as np
import pytest

import chainrule as cr
from chainrule import explore
from chainrule.explore._explorable import module
from chainrule_dev.superscripts import DOWN
from explorables.checks import ExplorableChecks
from explorables.figures import widget
from explorables.node import node
from explorables.numbers import fixed, significant

FIRST = {"x": [-2.0, 1.0, 2.0, 5.0], "gamma": 1.0, "beta": 0.0, "k": 0, "mode": "training",
         "mean": 0.0, "variance": 1.0}  # fmt: skip


def library(x, gamma, beta, k, mode, mean, variance):
    """x̂, y, dx and the running statistics after a batch in training, by the library's layer."""
    layer = cr.BatchNormalization(np.array([gamma]), np.array([beta]))
    layer.running_mean[:], layer.running_var[:] = mean, variance
    layer.training = mode == "training"
    x = np.array(x, dtype=float)[:, None]
    y = layer.forward(x)
    dout = np.zeros_like(x)
    dout[k] = 1
    dx = layer.backward(dout)
    plain = cr.BatchNormalization(np.ones(1), np.zeros(1))
    plain.running_mean[:], plain.running_var[:], plain.training = mean, variance, layer.training
    return plain.forward(x)[:, 0], y[:, 0], dx[:, 0], layer.running_mean[0], layer.running_var[0]


STATES = [
    {"x": x, "gamma": gamma, "beta": beta, "k": k, "mode": mode, "mean": mean, "variance": variance}
    for x in ([-2, 1, 2, 5], [1, 1, 1, 1], [-6, 6, 6, 6], [0.1, -0.2, 0.4, 3.3])
    for gamma, beta in ((1, 0), (-2, 1.5), (0, -1))
    for k in range(4)
    for mode in ("training", "evaluation")
    for mean, variance in ((0, 1), (-3.5, 0), (2, 20))
]


def test_forward_and_backward_are_the_librarys(tmp_path):
    script = "return data.map(js.passes);"
    answers = node(module("batch_normalization.js"), script, STATES, tmp_path)
    for state, ours in zip(STATES, answers, strict=True):
        hat, y, dx, _, _ = library(**state)
        np.testing.assert_allclose(ours["hat"], hat, rtol=1e-9, atol=1e-9, err_msg=str(state))
        np.testing.assert_allclose(ours["y"], y, rtol=1e-9, atol=1e-9)
        np.testing.assert_allclose(ours["dx"], dx, rtol=1e-9, atol=1e-9)


def test_counting_a_batch_is_the_librarys_rule(tmp_path):
    states = [state for state in STATES if state["mode"] == "training"]
    script = "return data.map(js.counted);"
    answers = node(module("batch_normalization.js"), script, states, tmp_path)
    for state, ours in zip(states, answers, strict=True):
        *_, mean, variance = library(**state)
        assert ours["mean"] == pytest.approx(mean, abs=1e-12)
        assert ours["variance"] == pytest.approx(variance, abs=1e-12)


def slope(value):
    return fixed(value, 3 if abs(value) < 100 else 1)


def check(figure, **state):
    now = figure.settle()
    x, k, gamma = np.array(state["x"]), state["k"], state["gamma"]
    assert [now.output(f"x{i}") for i in range(4)] == [fixed(value, 2) for value in x]
    assert now.output("gamma") == fixed(gamma, 1)
    assert now.output("beta") == fixed(state["beta"], 1)
    assert now.checked("k", k)
    assert now.checked("mode", state["mode"])
    hat, y, dx, _, _ = library(**state)
    training = state["mode"] == "training"
    s = np.sqrt((x.var() if training else state["variance"]) + 1e-5)
    square = {"square": fixed(hat[k] ** 2 / 4, 3)} if training else {}
    i = str(k + 1).translate(DOWN)
    now.says(f"{state['mode']}_is", i=i, gamma=fixed(gamma, 1), s=significant(s), dx=slope(dx[k]),
             **square)  # fmt: skip
    now.says("sums", sum=slope(dx.sum()), product=slope((dx * hat).sum()))
    now.says("running", mean=fixed(state["mean"], 2), variance=fixed(state["variance"], 2))
    drawing = now.drawing(now.words["picture"])
    numbers = [text["text"] for text in drawing["text"] if text.get("class") == "cr-number"]
    expected = [fixed(v, 2) for row in (x, hat, y) for v in row] + [slope(v) for v in dx]
    assert numbers == expected
    # Points and arrows: pixels per unit from the first point's line, −6.4 … 6.4 over its length.
    lines = [line for line in drawing["line"] if line["class"] == "cr-grid"]
    left, right = lines[0]["x1"], lines[0]["x2"]

    def at(value):
        return left + (np.clip(value, -6.4, 6.4) + 6.4) / 12.8 * (right - left)

    circles = [circle["cx"] for circle in drawing["circle"]]
    np.testing.assert_allclose(circles, at(np.stack([x, hat, y], axis=1).ravel()), atol=0.02)
    arrows = [p["d"][1:].split("m")[0] for p in drawing["path"] if p.get("class") == "cr-arrow"]
    ends = [[float(point.split()[0]) for point in arrow.split("L")] for arrow in arrows]
    np.testing.assert_allclose(ends, np.stack([at(x), at(x + 8 * dx)], axis=1), atol=0.06)
    (spread,) = (rect for rect in drawing["rect"] if rect.get("class") == "cr-spread")
    mu, sigma = (x.mean(), x.std()) if training else (state["mean"], np.sqrt(state["variance"]))
    assert spread["x"] == pytest.approx(at(mu - sigma), abs=0.02)
    assert spread["x"] + spread["width"] == pytest.approx(at(mu + sigma), abs=0.02)


class TestBatchNormalization(ExplorableChecks):
    name = "batch_normalization"

    def play(self, figure):
        page, words = figure.page, figure.words
        state = dict(FIRST)
        assert {key: getattr(widget(self.name), key) for key in state} == state
        check(figure, **state)
        for i in range(4):
            figure.control(f"x{i}").focus()
            for key, value in [("Home", -6), ("End", 6), ("ArrowLeft", 5.9)]:
                page.keyboard.press(key)
                state["x"] = [*state["x"][:i], value, *state["x"][i + 1 :]]
                check(figure, **state)
            figure.slide(f"x{i}", 0.2 + 0.2 * i)
            state["x"] = [*state["x"][:i], figure.value(f"x{i}"), *state["x"][i + 1 :]]
            check(figure, **state)
        for name in ("gamma", "beta"):
            figure.control(name).focus()
            for key, value in [("Home", -2), ("End", 2), ("ArrowLeft", 1.9)]:
                page.keyboard.press(key)
                check(figure, **state | {name: value})
            figure.slide(name, 0.6)
            state[name] = figure.value(name)
            check(figure, **state)
        for k in (1, 2, 3, 0):
            figure.control("k", k).click()
            check(figure, **state | {"k": k})
        for k in (1, 2, 3, 0):
            page.keyboard.press("ArrowRight")
            check(figure, **state | {"k": k})
        for press in (lambda button: button.click(), lambda button: button.press("Enter")):
            before = library(**state)
            press(figure.button(words["raise"]))
            state["x"] = [v + min(1, 6 - max(state["x"])) for v in state["x"]]
            check(figure, **state)
            np.testing.assert_allclose(library(**state)[1], before[1], atol=1e-6)
            press(figure.button(words["halve"]))
            middle = np.mean(state["x"])
            state["x"] = [middle + (v - middle) / 2 for v in state["x"]]
            check(figure, **state)
            np.testing.assert_allclose(library(**state)[1], before[1], atol=1e-4)
            np.testing.assert_allclose(library(**state)[2], 2 * before[2], rtol=1e-3, atol=1e-4)
            press(figure.button(words["train"]))
            state["mean"], state["variance"] = library(**state | {"mode": "training"})[3:]
            check(figure, **state)
            figure.control("mode", "evaluation").click()
            check(figure, **state | {"mode": "evaluation"})
            figure.control("mode", "training").click()
            page.keyboard.press("ArrowRight")
            check(figure, **state | {"mode": "evaluation"})
            page.keyboard.press("ArrowLeft")
            check(figure, **state)
            press(figure.button(words["reset"]))
            state |= {"mean": 0, "variance": 1}
            check(figure, **state)
        for press in (lambda button: button.click(), lambda button: button.press("Enter")):
            for key, x in [("outlier", [-1, -0.5, 0, 6]), ("same", [1, 1, 1, 1]),
                           ("pairs", [-2, -2, 2, 2])]:  # fmt: skip
                press(figure.button(f"{words['what_if']} {words[key]}"))
                check(figure, **state | {"x": x})
                assert figure.root.locator(".cr-note").inner_text() == words[f"{key}_note"]


@pytest.mark.parametrize("x", [[1, 2, 3], [1, 2, 3, 7], ["a", "b", "c", "d"]])
def test_a_wrong_batch_is_refused_with_a_sentence(x):
    with pytest.raises(ValueError, match="batch_normalization: x must be 4 numbers in"):
        explore.batch_normalization(x=x)

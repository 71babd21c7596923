"""The explorable of the chapter "Batch normalization"."""

import numpy as np
import pytest

import chainrule as cr
from chainrule import explore
from chainrule.explore._explorable import module
from chainrule_dev.superscripts import DOWN
from explorables.checks import ExplorableChecks
from explorables.figures import axis, widget
from explorables.node import node
from explorables.numbers import fixed, significant

FIRST = {"x": [-2.0, 1.0, 2.0, 5.0], "k": 0, "paths": 1, "held": False, "mean": 0.0,
         "variance": 1.0}  # fmt: skip
PATHS = ["direct", "through_mean", "through_spread"]


def library(x, k, held, mean, variance, **others):
    """x̂ and dx by the library's layer, in evaluation where the statistics are held."""
    layer = cr.BatchNormalization(np.ones(1), np.zeros(1))
    layer.running_mean[:], layer.running_var[:] = mean, variance
    layer.training = not held
    x = np.array(x, dtype=float)[:, None]
    hat = layer.forward(x)
    dout = np.zeros_like(x)
    dout[k] = 1
    return hat[:, 0], layer.backward(dout)[:, 0]


def along(x, k, paths, **others):
    """dx along the first so many paths, by differences: what is not open stays where it was."""
    x = np.array(x, dtype=float)
    mu, s = x.mean(), np.sqrt(x.var() + 1e-5)

    def hat(moved):
        centre = moved.mean() if paths > 1 else mu
        return (moved[k] - centre) / (np.sqrt(moved.var() + 1e-5) if paths > 2 else s)

    h = 1e-4 * s
    nudges = h * np.eye(4)
    return np.array([(hat(x + nudge) - hat(x - nudge)) / (2 * h) for nudge in nudges])


def expected(**state):
    hat, dx = library(**state)
    return hat, dx if state["held"] or state["paths"] == 3 else along(**state)


STATES = [
    {"x": x, "k": k, "paths": paths, "held": held, "mean": mean, "variance": variance}
    for x in ([-2, 1, 2, 5], [1, 1, 1, 1], [-6, 6, 6, 6], [0.1, -0.2, 0.4, 3.3])
    for k in range(4)
    for paths in (1, 2, 3)
    for held in (False, True)
    for mean, variance in ((0, 1), (-3.5, 0), (2, 20))
]


def test_forward_and_backward_are_the_librarys(tmp_path):
    script = "return data.map(js.passes);"
    answers = node(module("batch_normalization.js"), script, STATES, tmp_path)
    for state, ours in zip(STATES, answers, strict=True):
        hat, dx = library(**state)
        np.testing.assert_allclose(ours["hat"], hat, rtol=1e-9, atol=1e-9, err_msg=str(state))
        if state["held"] or state["paths"] == 3:
            np.testing.assert_allclose(ours["dx"], dx, rtol=1e-9, atol=1e-9)
        else:
            np.testing.assert_allclose(ours["dx"], along(**state), rtol=1e-6, atol=1e-6)


def test_each_path_takes_away_what_the_chapter_says(tmp_path):
    """Through the mean: what moves all alike. Through the spread: a stretch, but for ε."""
    state = {**FIRST, "k": 2}
    states = [{**state, "paths": paths} for paths in (1, 2, 3)]
    script = "return data.map(js.passes);"
    one, two, three = node(module("batch_normalization.js"), script, states, tmp_path)
    assert sum(one["dx"]) > 0.1
    assert sum(two["dx"]) == pytest.approx(0, abs=1e-12)
    assert abs(np.dot(two["dx"], two["hat"])) > 0.05
    assert sum(three["dx"]) == pytest.approx(0, abs=1e-12)
    assert np.dot(three["dx"], three["hat"]) == pytest.approx(0, abs=1e-5)


def test_neither_a_move_nor_a_stretch_changes_what_comes_out(tmp_path):
    """Both buttons leave x̂ alone, the first dx as well; the second doubles dx."""
    batches = [[-2, 1, 2, 5], [-6, 0, 1, 5.9], [6, 2, 3, -1]]
    script = "return data.map((x) => [js.shifted(x), js.halved(x)]);"
    answers = node(module("batch_normalization.js"), script, batches, tmp_path)
    for x, (shifted, halved) in zip(batches, answers, strict=True):
        assert max(map(abs, shifted)) <= 6 and shifted != x
        before, moved, stretched = (
            expected(**{**FIRST, "paths": 3, "x": each}) for each in (x, shifted, halved)
        )
        np.testing.assert_allclose(moved, before, atol=1e-9)
        np.testing.assert_allclose(stretched[0], before[0], atol=1e-4)
        np.testing.assert_allclose(stretched[1], 2 * before[1], rtol=1e-3, atol=1e-4)


def slope(value):
    return fixed(value, 3 if abs(value) < 100 else 1)


def check(figure, **state):
    now = figure.settle()
    x, k, held = np.array(state["x"]), state["k"], state["held"]
    assert [now.output(f"x{i}") for i in range(4)] == [fixed(value, 2) for value in x]
    assert now.checked("k", k)
    assert now.checked("paths", state["paths"])
    assert now.checked("held") == held
    hat, dx = expected(**state)
    mu, variance = (state["mean"], state["variance"]) if held else (x.mean(), x.var())
    s = np.sqrt(variance + 1e-5)
    numbers = {
        "i": str(k + 1).translate(DOWN),
        "mean": fixed(mu, 2),
        "s": significant(s, 3),
        "square": fixed(hat[k] ** 2 / 4, 3),
        "dx": slope(dx[k]),
        "other": slope(dx[0 if k else 1]),
    }
    now.says("held_is" if held else f"{PATHS[state['paths'] - 1]}_is", **numbers)
    now.says("sums", **numbers, sum=slope(dx.sum()), product=slope((dx * hat).sum()))
    check_drawing(now.drawing(now.words["picture"]), x, k, hat, dx, mu, s)


def check_drawing(drawing, x, k, hat, dx, mu, s):
    written = {
        name: [t["text"] for t in drawing["text"] if t.get("data-number") == name]
        for name in ("x", "x̂")
    }
    assert written == {"x": [slope(v) for v in dx], "x̂": [fixed(v, 2) for v in hat]}
    # A row's line goes from −6.4 to 6.4 above, from −2.9 to 2.9 below.
    left, right = next((line["x1"], line["x2"]) for line in drawing["line"])

    def at(value, reach=6.4):
        return left + (np.clip(value, -reach, reach) + reach) / (2 * reach) * (right - left)

    handles = [c["cx"] for c in drawing["circle"] if c["class"] == "cr-handle cr-grab"]
    np.testing.assert_allclose(handles, at(x), atol=0.02)
    dots = [c for c in drawing["circle"] if c["class"] == "cr-dot cr-value"]
    np.testing.assert_allclose([c["cx"] for c in dots], at(hat, 2.9), atol=0.02)
    arrows = [p["d"][1:].split("m")[0] for p in drawing["path"] if p.get("class") == "cr-arrow"]
    ends = [[float(point.split()[0]) for point in arrow.split("L")] for arrow in arrows]
    gradients = [*np.stack([at(x), at(x + 12 * dx)], axis=1), at(hat[k] + np.arange(2), 2.9)]
    np.testing.assert_allclose(ends, gradients, atol=0.06)
    assert float(arrows[-1].split()[1].split("L")[0]) == dots[k]["cy"]
    (spread,) = (rect for rect in drawing["rect"] if rect.get("class") == "cr-spread")
    edges = [spread["x"], spread["x"] + spread["width"]]
    np.testing.assert_allclose(edges, at(mu + s * np.array([-1, 1])), atol=0.02)
    (line,) = (path["d"] for path in drawing["path"] if "data-mean" in path)
    assert float(line[1:].split()[0]) == pytest.approx(at(mu), abs=0.06)
    check_ruler(drawing, mu, s, at)


def check_ruler(drawing, mu, s, at):
    """What the upper ruler calls j lies at mean + j·spread, and the guides take it to j below."""
    ticks = [t for t in drawing["text"] if t.get("class") == "cr-tick"]
    highest = min(t["y"] for t in ticks)
    lower = [t for t in ticks if t["y"] != highest] if len(ticks) > 5 else ticks
    assert [t["text"] for t in lower] == ["−2", "−1", "0", "1", "2"]
    below = axis([(t["text"], t["x"]) for t in lower], {"−1": -1, "1": 1})
    guides = [line for line in drawing["line"] if line["class"] == "cr-guide"]
    assert len(guides) == len(ticks) - len(lower)
    for guide in guides:
        assert guide["x1"] == pytest.approx(at(mu + s * below(guide["x2"])), abs=0.06)


def drag(figure, i, by):
    """A point, so many pixels along its row."""
    figure.picture(figure.words["picture"]).scroll_into_view_if_needed()
    point = figure.root.locator("circle.cr-handle").nth(i).bounding_box()
    mouse, x, y = figure.page.mouse, point["x"] + 8, point["y"] + 8
    mouse.move(x, y)
    mouse.down()
    mouse.move(x + by, y, steps=3)
    mouse.up()
    figure.settle()


class TestBatchNormalization(ExplorableChecks):
    name = "batch_normalization"
    steps = (
        ("drag", lambda figure: drag(figure, 1, 60)),
        ("shift", lambda figure: figure.button(figure.words["shift"]).click()),
        ("halve", lambda figure: figure.button(figure.words["halve"]).press("Enter")),
        ("open", lambda figure: figure.control("paths", 3).click()),
        ("hold", lambda figure: (figure.control("held").press("Space"), drag(figure, 2, -70))),
    )
    not_counted = (
        # While mean and spread are held, an x moves its own x̂ alone, and the buttons move all.
        ("drag", lambda _: None, lambda figure: [
            figure.control("held").click(),
            *(figure.set(f"x{i}", x) for i, x in enumerate([-1, 0, 1, 4.9]))]),
        ("shift", lambda _: None, lambda figure: [figure.control("held").click(),
                                                  figure.button(figure.words["shift"]).click()]),
        ("halve", lambda _: None, lambda figure: [figure.control("held").click(),
                                                  figure.button(figure.words["halve"]).click()]),
        # All were moved, not one.
        ("hold", lambda _: None, lambda figure: [figure.control("held").click(),
                                                 figure.button(figure.words["shift"]).click()]),
    )  # fmt: skip

    def play(self, figure):
        state = dict(FIRST)
        assert {key: getattr(widget(self.name), key) for key in state} == state
        check(figure, **state)
        self.move_the_points(figure, state)
        self.choose(figure, state)
        self.press(figure, state)

    def move_the_points(self, figure, state):
        page = figure.page
        for i in range(4):
            figure.control(f"x{i}").focus()
            for key, value in [("Home", -6), ("End", 6), ("ArrowLeft", 5.9)]:
                page.keyboard.press(key)
                state["x"] = [*state["x"][:i], value, *state["x"][i + 1 :]]
                check(figure, **state)
            figure.slide(f"x{i}", 0.2 + 0.2 * i)
            state["x"] = [*state["x"][:i], figure.value(f"x{i}"), *state["x"][i + 1 :]]
            check(figure, **state)
            self.drag_a_point(figure, state, i)

    def drag_a_point(self, figure, state, i):
        """Along its row, and beyond the picture's edge; the other three stay."""
        page, picture = figure.page, figure.picture(figure.words["picture"])
        box, at = picture.bounding_box(), figure.root.locator("circle.cr-handle").nth(i)
        point = at.bounding_box()
        y = point["y"] + point["height"] / 2
        page.mouse.move(point["x"] + point["width"] / 2, y)
        page.mouse.down()
        lines = figure.drawing(figure.words["picture"])["line"]
        left, right = lines[0]["x1"], lines[0]["x2"]
        for pixel in (left + 0.3 * (right - left), 5000):
            page.mouse.move(box["x"] + pixel, y + 5, steps=3)
            value = min(6, round((pixel - left) / (right - left) * 12.8 - 6.4, 1))
            state["x"] = [*state["x"][:i], value, *state["x"][i + 1 :]]
            check(figure, **state)
        page.mouse.up()
        page.mouse.move(box["x"] + left, y)
        figure.set(f"x{i}", 1.5 * i - 3)
        state["x"] = [*state["x"][:i], 1.5 * i - 3, *state["x"][i + 1 :]]
        check(figure, **state)

    def choose(self, figure, state):
        page = figure.page
        for k in (1, 2, 3, 0):
            figure.control("k", k).click()
            check(figure, **state | {"k": k})
        for k in (1, 2, 3, 0):
            page.keyboard.press("ArrowRight")
            check(figure, **state | {"k": k})
        picture = figure.picture(figure.words["picture"])
        for k in (2, 3, 1):
            dot = figure.drawing(figure.words["picture"])["circle"][3 * k + 2]
            picture.click(position={"x": dot["cx"] + 9, "y": dot["cy"]})
            check(figure, **state | {"k": k})
        state["k"] = 1
        for paths in (2, 3, 1):
            figure.control("paths", paths).click()
            check(figure, **state | {"paths": paths})
        for paths in (2, 3, 1, 2, 3):
            page.keyboard.press("ArrowRight")
            check(figure, **state | {"paths": paths})
        state["paths"] = 3

    def press(self, figure, state):
        words = figure.words
        for press in (lambda button: button.click(), lambda button: button.press("Enter")):
            press(figure.button(words["shift"]))
            state["x"] = [v + min(1, 6 - max(state["x"])) for v in state["x"]]
            check(figure, **state)
            press(figure.button(words["halve"]))
            middle = np.mean(state["x"])
            state["x"] = [middle + (v - middle) / 2 for v in state["x"]]
            check(figure, **state)
        for toggle in (lambda box: box.click(), lambda box: box.press("Space")):
            toggle(figure.control("held"))
            state |= {"held": True, "mean": np.mean(state["x"]), "variance": np.var(state["x"])}
            check(figure, **state)
            figure.set("x3", 6)
            state["x"] = [*state["x"][:3], 6]
            check(figure, **state)
            toggle(figure.control("held"))
            state["held"] = False
            check(figure, **state)


@pytest.mark.parametrize("x", [[1, 2, 3], [1, 2, 3, 7], ["a", "b", "c", "d"]])
def test_a_wrong_batch_is_refused_with_a_sentence(x):
    with pytest.raises(ValueError, match="batch_normalization: x must be 4 numbers in"):
        explore.batch_normalization(x=x)

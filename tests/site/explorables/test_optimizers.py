"""The explorable of the chapter "Optimizers"."""

import numpy as np
import pytest

import chainrule as cr
from chainrule import explore
from chainrule.explore._explorable import module
from explorables.checks import ExplorableChecks
from explorables.figures import (
    Figure,
    bottom_axis,
    left_axis,
    logarithmic_axis,
    open_bare,
    widget,
)
from explorables.node import node
from explorables.numbers import fixed, rounded, significant

KINDS = {"sgd": cr.SGD, "momentum": cr.Momentum, "adagrad": cr.AdaGrad, "rmsprop": cr.RMSProp,
         "adam": cr.Adam}  # fmt: skip
NARROW = [1, 2, 5, 10, 20, 50, 100]
RATES = [f"lr_{kind}" for kind in KINDS]
# What the buttons set, beside the same start.
PRESETS = {
    "own": {"b": 4, "lr_sgd": 19, "lr_momentum": 12, "lr_adagrad": 33, "lr_rmsprop": 27,
            "lr_adam": 30},
    "same": {"b": 4, **dict.fromkeys(RATES, 19)},
    "diverge": {"b": 4, "lr_sgd": 21},
    "zigzag": {"b": 4, "lr_sgd": 19},
    "arrive": {"b": 0, "lr_sgd": 30},
}  # fmt: skip


def walk(kind, b, lr, steps, x, y):
    """The path by the library's optimizer, (steps + 1, 2)."""
    optimizer, params = KINDS[kind](lr), {"x": np.array([float(x)]), "y": np.array([float(y)])}
    path = [(x, y)]
    for _ in range(steps):
        grads = {"x": params["x"].copy(), "y": b * params["y"]}
        optimizer.update(params, grads)
        path.append((params["x"][0], params["y"][0]))
    return np.array(path)


def loss(point, b):
    return 0.5 * (point[..., 0] ** 2 + b * point[..., 1] ** 2)


def rate(position):
    return float(f"{10 ** (position / 10 - 3):.2g}")


def test_every_path_is_that_of_the_librarys_optimizer(tmp_path):
    grid = [
        {"kind": kind, "b": b, "lr": lr, "steps": 60, "x": x, "y": y}
        for kind in KINDS
        for b in NARROW
        for lr in (0.001, 0.079, 0.13, 2.0)
        for x, y in ((-9.0, 3.0), (4.5, -0.1))
    ]
    script = "return data.map(({ kind, ...state }) => js.walk(kind, state));"
    for state, ours in zip(
        grid, node(module("optimizers.js"), script, grid, tmp_path), strict=True
    ):
        ours = np.array(ours, dtype=float)  # JSON writes a large one as a whole number
        np.testing.assert_allclose(ours, walk(**state), rtol=1e-7, atol=1e-9, err_msg=str(state))


def test_rates_of_the_slider(tmp_path):
    script = "return data.map(js.learningRate);"
    ours = node(module("optimizers.js"), script, list(range(34)), tmp_path)
    assert ours == [rate(i) for i in range(34)]
    assert (ours[0], ours[20], ours[30], ours[33]) == (0.001, 0.1, 1, 2)


def test_the_verdict_on_sgd_is_what_sgd_does(tmp_path):
    """Far enough from the limit, after many steps of the library's SGD on the steep slope."""
    factors = [1 - rate(i) * b for i in range(34) for b in NARROW if abs(rate(i) * b - 2) > 0.02]
    verdicts = node(module("optimizers.js"), "return data.map(js.verdictOf);", factors, tmp_path)
    for factor, verdict in zip(factors, verdicts, strict=True):
        path = walk("sgd", 1 - factor, 1.0, 3000 if abs(factor) < 1 else 100, 0.0, 1.0)[:, 1]
        assert (verdict == "diverges") == (not abs(path[-1]) < 1)
        if verdict != "diverges":
            assert (verdict == "zigzags") == (path[1] < 0)


def end_losses(rates):
    """The loss of each optimizer after 40 steps from (−9, 3), b = 20; rates as slider positions."""
    return {k: loss(walk(k, 20, rate(i), 40, -9, 3)[-1], 20) for k, i in rates.items()}


def test_own_rates_of_sgd_and_momentum_are_the_best_of_their_sliders():
    for kind in ("sgd", "momentum"):
        losses = [end_losses({kind: i})[kind] for i in range(34)]
        assert np.argmin(losses) == PRESETS["own"][f"lr_{kind}"]
    assert {name: getattr(widget("optimizers"), name) for name in RATES} == {
        name: PRESETS["own"][name] for name in RATES
    }


def test_at_the_rate_of_sgd_sgd_wins_and_with_their_own_it_does_not():
    for preset, wins in [("same", True), ("own", False)]:
        losses = end_losses({kind: PRESETS[preset][f"lr_{kind}"] for kind in KINDS})
        assert (min(losses, key=losses.get) == "sgd") == wins


def test_what_the_steps_say_of_the_numbers_is_so():
    """Each sentence that is shown once a step was done."""
    for steps in range(40, 101):
        ends = {kind: loss(walk(kind, 20, rate(PRESETS["own"][f"lr_{kind}"]), steps, -9, 3)[-1], 20)
                for kind in KINDS}  # fmt: skip
        assert ends["rmsprop"] < 1e-6 * ends["sgd"]
        assert min(ends, key=ends.get) == "rmsprop"
    # The first rate of the slider at which SGD diverges, for b = 20 and for half of it.
    for b in (20, 10):
        limit = next(rate(i) for i in range(34) if abs(1 - round(rate(i) * b, 6)) >= 1)
        assert limit == 2 / b


def up(figure):
    """SGD's rate from the zigzag on, notch by notch, to the limit."""
    figure.control("lr_sgd").press("ArrowRight")


def drag_the_ring(figure):
    figure.root.locator(".cr-ring").scroll_into_view_if_needed()
    at = figure.root.locator(".cr-ring").bounding_box()
    mouse, x, y = figure.page.mouse, at["x"] + at["width"] / 2, at["y"] + at["height"] / 2
    mouse.move(x, y)
    mouse.down()
    mouse.move(x + 120, y + 30, steps=3)
    mouse.up()


def check(figure, b, steps, x, y, kinds=tuple(KINDS), **rates):
    """`b` and `rates`, lr_sgd to lr_adam: the positions of their sliders."""
    now = figure.settle()
    places = {"b": b, "steps": steps, "x": x, "y": y, **rates}
    assert {name: now.value(name) for name in places} == pytest.approx(places)
    b, lrs = NARROW[b], {kind: rate(rates[f"lr_{kind}"]) for kind in KINDS}
    assert now.output("b") == str(b)
    assert {kind: now.output(f"lr_{kind}") for kind in KINDS} == {
        kind: f"{lr:g}" for kind, lr in lrs.items()
    }
    lr = lrs["sgd"]
    assert (now.output("x"), now.output("y")) == (fixed(x, 1), fixed(y, 1))
    assert [now.checked(kind) for kind in KINDS] == [k in kinds for k in KINDS]
    fx, fy = (rounded(1 - lr * slope) for slope in (1, b))
    now.says("factors", lr=f"{lr:g}", b=b, fx=fx, fy=fy)
    factor = round(1 - lr * b, 6)
    verdict = "diverges" if abs(factor) >= 1 else "zigzags" if factor < 0 else "glides"
    now.says(verdict, fy=fy)
    paths = {kind: walk(kind, b, lrs[kind], steps, x, y) for kind in kinds}
    words = now.words
    if kinds:
        ends = [
            f"{words[kind]} {significant(loss(path[-1], b), 2)}" for kind, path in paths.items()
        ]
        now.says("after", steps=steps, losses=", ".join(ends))
    else:
        now.says("nothing")
    valley, losses = (now.drawing(words[name]) for name in ("valley", "losses"))
    across = bottom_axis(valley, {"−8": -8, "8": 8})
    up = left_axis(valley, {"−4": -4, "4": 4})
    power = logarithmic_axis(losses)
    for kind, path in paths.items():
        lost = np.flatnonzero(~(np.abs(path) < 40).all(axis=1))
        path = path[: lost[0] + 1] if len(lost) else path
        drawn = points(next(p for p in valley["path"] if p.get("data-kind") == kind)["d"])
        assert len(drawn) == len(path)
        np.testing.assert_allclose(across(drawn[:, 0]), path[:, 0], atol=0.02, rtol=1e-3)
        np.testing.assert_allclose(up(drawn[:, 1]), path[:, 1], atol=0.02, rtol=1e-3)
        drawn = points(next(p for p in losses["path"] if p.get("data-kind") == kind)["d"])
        with np.errstate(divide="ignore"):
            expected = np.clip(np.log10(loss(path, b)), -6, 4)
        np.testing.assert_allclose(power(drawn[:, 1]), expected, atol=0.02)
    assert len([p for p in valley["path"] if "data-kind" in p]) == len(kinds)
    # Ellipses of equal loss are as much narrower as the root of b.
    level = valley["ellipse"][0]
    assert level["rx"] / level["ry"] == pytest.approx(np.sqrt(b))


def points(d):
    """The points of a path's d, (N, 2)."""
    return np.array([list(map(float, p.split())) for p in d[1:].split("L")])


class TestOptimizers(ExplorableChecks):
    name = "optimizers"
    steps = (
        ("run", lambda figure: figure.slide("steps", 0.5)),
        ("same", lambda figure: figure.button("Give all the same rate").press("Enter")),
        ("limit", lambda figure: (figure.button("Make SGD zigzag").click(), up(figure))),
        ("rounder", lambda figure: figure.control("b").press("ArrowLeft")),
        ("elsewhere", lambda figure: drag_the_ring(figure)),
    )
    not_counted = (
        ("limit", lambda figure: figure.button("Make SGD diverge").click(),
         lambda figure: figure.slide("steps", 0.7)),
        # The button sets the start back, which was elsewhere.
        ("elsewhere", lambda figure: figure.set("x", 5),
         lambda figure: figure.button("Make SGD zigzag").click()),
    )  # fmt: skip

    def play(self, figure):
        page = figure.page
        state = {
            name: getattr(widget(self.name), name) for name in ("b", "steps", "x", "y", *RATES)
        }
        check(figure, **state)
        for name, keys in {
            "b": [("Home", 0), ("End", 6), ("ArrowLeft", 5)],
            **{name: [("Home", 0), ("End", 33), ("ArrowLeft", 32)] for name in RATES},
            "steps": [("Home", 0), ("End", 100), ("ArrowLeft", 99)],
            "x": [("Home", -10), ("End", 10), ("ArrowLeft", 9.9)],
            "y": [("Home", -5), ("End", 5), ("ArrowLeft", 4.9)],
        }.items():
            figure.control(name).focus()
            for key, value in keys:
                page.keyboard.press(key)
                state[name] = value
                check(figure, **state)
            figure.slide(name, 0.4)
            value = figure.value(name)
            state[name] = value if name in "xy" else int(value)
            check(figure, **state)
        shown_now = list(KINDS)
        for kind in KINDS:
            figure.control(kind).click()
            shown_now.remove(kind)
            check(figure, **state, kinds=tuple(shown_now))
        for kind in KINDS:
            figure.control(kind).press("Space")
            shown_now.append(kind)
            check(figure, **state, kinds=tuple(shown_now))
        for press in (lambda button: button.click(), lambda button: button.press("Enter")):
            for key, values in PRESETS.items():
                group = "give" if key in ("own", "same") else "make"
                press(figure.button(f"{figure.words[group]} {figure.words[key]}"))
                state |= {"steps": 40, "x": -9, "y": 3, **values}
                state["kinds"] = tuple(KINDS) if group == "give" else ("sgd",)
                check(figure, **state)
                assert figure.root.locator(".cr-note").inner_text() == figure.words[f"{key}_note"]
        self.drag_the_start(figure, state)

    def test_the_legend_shows_each_curve_as_it_is_drawn(self, browser, text):
        """Beside its name, in its colour and with its dashes; no two are alike."""
        look = (
            "(path) => { const s = getComputedStyle(path); return s.stroke + s.strokeDasharray; }"
        )
        with open_bare(browser, text) as page:
            figure = Figure(page, self.name)
            labels = figure.root.locator("fieldset label", has=page.locator(".cr-swatch"))
            assert [each.strip() for each in labels.all_inner_texts()] == [
                figure.words[kind] for kind in KINDS
            ]
            swatches = [path.evaluate(look) for path in labels.locator("path").all()]
            assert len(set(swatches)) == len(KINDS)
            for name in ("valley", "losses"):
                picture = figure.picture(figure.words[name])
                drawn = [picture.locator(f'[data-kind="{kind}"]').evaluate(look) for kind in KINDS]
                assert drawn == swatches

    def drag_the_start(self, figure, state):
        page, ring = figure.page, figure.root.locator(".cr-ring")
        ring.scroll_into_view_if_needed()
        valley = figure.drawing(figure.words["valley"])
        box = figure.picture(figure.words["valley"]).bounding_box()
        across = bottom_axis(valley, {"−8": -8, "8": 8})
        up = left_axis(valley, {"−4": -4, "4": 4})
        at = ring.bounding_box()
        page.mouse.move(at["x"] + at["width"] / 2, at["y"] + at["height"] / 2)
        page.mouse.down()
        x, y = 200.3, 60.3
        page.mouse.move(box["x"] + x, box["y"] + y, steps=4)
        state |= {"x": round(across(x), 1), "y": round(up(y), 1)}
        check(figure, **state)
        page.mouse.move(box["x"] + 5000, box["y"] - 5000, steps=2)
        check(figure, **{**state, "x": 10, "y": 5})
        page.mouse.up()


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"x": 11}, "optimizers: x must be in −10 … 10, got 11"),
        ({"y": "3"}, "optimizers: y must be in −5 … 5, got '3'"),
    ],
)
def test_a_wrong_start_is_refused_with_a_sentence(wrong, message):
    with pytest.raises(ValueError) as caught:
        explore.optimizers(**wrong)
    assert str(caught.value) == message

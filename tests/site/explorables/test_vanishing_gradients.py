"""The explorable of the chapter "Vanishing gradients"."""

from functools import cache, partial

import numpy as np
import pytest

import chainrule as cr
from chainrule import explore
from chainrule.explore import _gradient_table as gradient_table
from chainrule.explore._explorable import module
from chainrule_dev.superscripts import DOWN, UP
from explorables.checks import ExplorableChecks
from explorables.figures import Figure, logarithmic_axis, open_bare, widget
from explorables.node import node
from explorables.numbers import significant

LAYERS = {"sigmoid": cr.Sigmoid, "tanh": cr.Tanh, "ReLU": cr.ReLU}


class Square(cr.Layer):
    """An activation of a reader's own that grows beyond all bounds within a few layers."""

    def forward(self, x):
        self._cache = x
        return x * x

    def backward(self, dout):
        return 2 * self._cache * dout


@cache
def gradient_norms(activation, scale, normalized, depth):
    """‖∂L/∂Y‖ of layers 1 … depth, at a position of the scale's slider: a network of its own for
    every state, where `gradient_table` shares one among all depths.
    """
    x, t, _, _ = cr.load_digits()
    rng = np.random.default_rng(0)
    std = 0.125 * 2 ** ((scale - 8) / 2)
    weights = [std * rng.standard_normal((64, 64)) for _ in range(30)]
    last = std / 0.125 * cr.xavier((64, 10), rng)
    layers = {}
    for i, W in enumerate(weights[:depth], start=1):
        layers[f"affine{i}"] = cr.Affine(W, np.zeros(64))
        if normalized:
            layers[f"normalization{i}"] = cr.BatchNormalization(np.ones(64), np.zeros(64))
        layers[f"activation{i}"] = LAYERS.get(activation, activation)()
    net = cr.Sequential(**layers, last=cr.Affine(last, np.zeros(10)))
    loss = cr.SoftmaxWithLoss()
    loss.forward(net.forward(x[:64]), t[:64])
    gradient, norms = loss.backward(), []
    for layer in reversed(net.layers.values()):
        gradient = layer.backward(gradient)
        if isinstance(layer, cr.Affine):  # what comes out below it arrived at the layer before
            norms.append(np.linalg.norm(gradient))
    return norms[-2::-1]  # that of the pixels is left out


def vanishing_numbers(activation, scale, normalized, depth, layer=1):
    norms = gradient_norms(activation, scale, normalized, depth)
    # The table keeps a norm to within 0.25 percent, which is what two digits are shown of.
    kept = [10 ** (round(500 * np.log10(norm)) / 500) for norm in norms]
    first, last = kept[0], kept[-1]
    ratio = first / last
    assert abs(ratio * norms[-1] / norms[0] - 1) < 0.005
    if depth == 1:
        verdict = "alone"
    elif ratio < 0.01:
        verdict = "vanishes"
    elif ratio > 100:
        verdict = "explodes"
    else:
        verdict = "passes" if ratio < 1 else "passes_more"
    sigmoid = activation == "sigmoid"
    return {
        "depth": depth,
        "layer": layer,
        "next": layer + 1,
        "here": significant(kept[layer - 1], 2),
        "factor": significant(kept[layer - 1] / kept[layer], 2) if layer < depth else "?",
        "ratio": significant(ratio, 2),
        "first": significant(first, 2),
        "last": significant(last, 2),
        "d": str(depth).translate(DOWN),
        "passed": depth - 1,
        "power": str(depth - 1).translate(UP),
        "steepest": "¼" if sigmoid else "1",
        "bound": significant(0.25 ** (depth - 1), 2) if sigmoid and depth > 1 else "1",
        "verdict": verdict,
    }


@pytest.mark.parametrize("activation", ["sigmoid", "tanh", "ReLU"])
def test_the_table_reaches_javascript_whole(activation, tmp_path):
    """Every norm and every histogram of the whole grid, as a reader of the figure would get it."""
    widget = explore.vanishing_gradients()
    script = """
      const read = js.reader(data.table);
      return data.grid.map(([scale, normalized, depth]) =>
        read({ activation: data.activation, scale, normalized, depth }));
    """
    scales = gradient_table.SCALES
    grid = [
        (i, normalized, depth)
        for i in range(len(scales))
        for normalized in (False, True)
        for depth in (1, 2, 17, 30)
    ]
    data = {"table": widget.table, "grid": grid, "activation": activation}
    layer = {"sigmoid": cr.Sigmoid, "tanh": cr.Tanh, "ReLU": cr.ReLU}[activation]
    known = {}
    for (i, normalized, depth), state in zip(
        grid, node(module("vanishing_gradients.js"), script, data, tmp_path), strict=True
    ):
        if (i, normalized) not in known:
            known[i, normalized] = gradient_table.passes(layer, scales[i], normalized)
        outputs, norms = known[i, normalized]
        # To within the half step of 1/500 of a decade that the table keeps.
        assert np.abs(state["decades"] - np.log10(norms[depth - 1])).max() <= 0.001 + 1e-9
        assert len(state["histograms"]) == depth
        for y, shares in zip(outputs, state["histograms"], strict=False):
            span = state["low"], state["high"]
            counts, _ = np.histogram(np.clip(y, *span), bins=gradient_table.BINS, range=span)
            expected = np.sqrt(counts / counts.max())
            assert np.abs(np.array(shares) - expected).max() <= 0.5 / 15 + 0.01


@pytest.mark.parametrize("normalized", [False, True])
@pytest.mark.parametrize("activation", ["sigmoid", "tanh", "ReLU"])
def test_one_forward_pass_serves_networks_of_every_depth(activation, normalized):
    """The shared passes give what a network built for one depth alone gives."""
    layer = {"sigmoid": cr.Sigmoid, "tanh": cr.Tanh, "ReLU": cr.ReLU}[activation]
    for position, scale in enumerate(gradient_table.SCALES):
        _, norms = gradient_table.passes(layer, scale, normalized)
        for depth in (1, 2, 30):
            alone = gradient_norms(activation, position, normalized, depth)
            np.testing.assert_allclose(norms[depth - 1], alone, rtol=1e-6)


def test_sentences_say_what_the_library_says(tmp_path):
    widget = explore.vanishing_gradients()
    script = "const read = js.reader(data.table); return data.grid.map((s) => js.numbers(read(s)));"
    grid = [
        {"activation": activation, "scale": scale, "normalized": normalized, "depth": depth}
        for activation in ("sigmoid", "tanh", "ReLU")
        for scale in (0, 8, 9, 12)
        for normalized in (False, True)
        for depth in (1, 2, 20, 30)
    ]
    answers = node(
        module("vanishing_gradients.js"), script, {"table": widget.table, "grid": grid}, tmp_path
    )
    for state, answer in zip(grid, answers, strict=True):
        assert answer == vanishing_numbers(**state), state


class LeakyReLU(cr.Layer):
    """What a reader would write in the chapter's exercise."""

    def forward(self, x):
        self._cache = np.where(x > 0, 1.0, 0.1)
        return x * self._cache

    def backward(self, dout):
        return dout * self._cache


@pytest.mark.parametrize("activation", [LeakyReLU, lambda: LeakyReLU()], ids=["class", "factory"])
def test_a_readers_own_activation_is_run_by_the_library(activation, tmp_path):
    widget = explore.vanishing_gradients(activation=activation, depth=12)
    assert widget.activation == "LeakyReLU"
    assert list(widget.table["activations"]) == ["sigmoid", "tanh", "ReLU", "LeakyReLU"]
    script = "return js.numbers(js.reader(data.table)(data));"
    answers = node(module("vanishing_gradients.js"), script, widget.state(), tmp_path)
    assert answers == vanishing_numbers(LeakyReLU, widget.scale, False, 12)


def test_an_activation_that_overflows_is_said_to(tmp_path):
    widget = explore.vanishing_gradients(activation=Square, depth=30)
    script = """
      const read = js.reader(data.table);
      return [4, 12].map((scale) => js.numbers(read({ ...data, scale })).verdict);
    """
    verdicts = node(module("vanishing_gradients.js"), script, widget.state(), tmp_path)
    assert verdicts == ["vanishes", "overflows"]


def check_vanishing(figure, activation, depth, scale, normalized, layer=1):
    now = figure.settle()
    assert (now.value("depth"), now.value("scale")) == (depth, scale)
    assert now.checked("activation", activation)
    assert now.checked("normalized") == normalized
    numbers = vanishing_numbers(activation, scale, normalized, depth, layer)
    now.says(numbers["verdict"], **numbers)
    assert now.value("layer") == layer and now.output("layer") == str(layer)
    now.says("layer_is" if layer < depth else "last_is", **numbers)
    now.says("ratio_is", **numbers)
    now.says("bound_is", **numbers)
    deviation = significant(gradient_table.standard_deviation(gradient_table.SCALES[scale]), 3)
    name = {8: " (Xavier)", 9: " (He)"}.get(scale, "")
    assert now.output("scale") == deviation + name
    assert now.output("depth") == str(depth)
    drawing = now.drawing(now.words["picture"])
    power = logarithmic_axis(drawing)
    norms = gradient_norms(activation, scale, normalized, depth)
    drawn = [power(dot["cy"]) for dot in drawing["circle"]]
    (guide,) = [path["d"] for path in drawing["path"] if path["class"] == "cr-guide"]
    assert float(guide[1:].split()[0]) == drawing["circle"][layer - 1]["cx"]
    assert [dot["r"] for dot in drawing["circle"]].index(6) == layer - 1
    # A tenth of a pixel on the axis, and the half step that the table keeps.
    tolerance = 0.002 + 0.1 * abs(power(1) - power(0))
    np.testing.assert_allclose(drawn, np.log10(norms), atol=tolerance)
    entry = widget("vanishing_gradients").table["activations"][activation]
    start = (scale + len(gradient_table.SCALES) * normalized) * 30 * gradient_table.BINS
    levels = entry["histograms"][start : start + depth * gradient_table.BINS]
    bars = drawing["path"][-1]["d"].count("M")
    assert bars == sum(level != "0" for level in levels)


STORY = {
    "Make it vanish": ("sigmoid", 20, 8, False),
    "Make it explode": ("ReLU", 20, 11, False),
    "Rescue it by initialization": ("tanh", 20, 8, False),
    "Rescue it by ReLU": ("ReLU", 20, 9, False),
    "Rescue it by normalization": ("sigmoid", 20, 8, True),
}
VERDICTS = ["vanishes", "explodes", "passes", "passes", "passes_more"]


def test_a_pointer_beside_the_picture_is_at_the_nearest_layer(tmp_path):
    """Of 20 columns between 46 pixels and 10 before the right edge."""
    places = [(-5, 1), (46, 1), (60, 1), (700, 20), (5000, 20), (46 + 10.5 * 32.2, 11)]
    script = "return data.map((x) => js.layerAt(x, 700, 20));"
    answers = node(module("vanishing_gradients.js"), script, [x for x, _ in places], tmp_path)
    assert answers == [layer for _, layer in places]


def press(name):
    return lambda figure: figure.button(name).click()


def to_the_end(figure):
    """Of the weights' slider, step by step with the keyboard."""
    for _ in range(4):
        figure.control("scale").press("ArrowRight")


def factors(activation, depth, scale, normalized):
    """What each layer passes on of the gradient of the next."""
    norms = np.array(gradient_norms(activation, scale, normalized, depth))
    return norms[:-1] / norms[1:]


def test_what_the_steps_say_of_the_numbers_is_so():
    """Each sentence that is shown once a step was done."""
    ten, vanish, explode, end = (
        factors(*state)
        for state in (
            ("sigmoid", 10, 8, False),
            STORY["Make it vanish"],
            STORY["Make it explode"],
            ("sigmoid", 20, 12, False),
        )
    )
    assert 5.5 < -np.log10(ten.prod()) < 6 and 11.5 < -np.log10(vanish.prod()) < 12.5
    assert ((0.2 < vanish) & (vanish < 0.3)).all()
    assert ((1.6 < explode) & (explode < 2.4)).all()
    assert end.prod() == pytest.approx(2e-4, rel=0.1)
    outputs, _ = gradient_table.passes(cr.Sigmoid, gradient_table.SCALES[-1], False)
    nearly_flat = [y * (1 - y) < 0.025 for y in outputs[:20]]  # a tenth of the steepest slope
    assert 0.1 < np.mean(nearly_flat) < 0.15
    rescues = [state for name, state in STORY.items() if name.startswith("Rescue")]
    for state in rescues:
        assert ((0.8 < factors(*state)) & (factors(*state) < 1.2)).all()
    changed = [[a != b for a, b in zip(state, STORY["Make it vanish"], strict=True)]
               for state in rescues]  # fmt: skip
    assert changed == [[True, False, False, False], [True, False, True, False],
                       [False, False, False, True]]  # fmt: skip


class TestVanishingGradients(ExplorableChecks):
    name = "vanishing_gradients"
    steps = (
        ("deeper", press("Make it vanish")),
        ("look", lambda figure: figure.slide("layer", 0.5)),
        ("explode", press("Make it explode")),
        ("weights", lambda figure: (press("Make it vanish")(figure), to_the_end(figure))),
        ("rescue", press("Rescue it by normalization")),
    )
    not_counted = (
        ("explode", press("Make it explode"), lambda figure: figure.slide("layer", 0.9)),
        ("rescue", press("Rescue it by normalization"), lambda figure: figure.slide("layer", 0.9)),
    )

    def play(self, figure):
        page = figure.page
        check = partial(check_vanishing, figure)
        check("sigmoid", 10, 8, False)
        # The story, by pointer and by keyboard.
        for press in (lambda button: button.click(), lambda button: button.press("Enter")):
            for (name, state), verdict in zip(STORY.items(), VERDICTS, strict=True):
                press(figure.button(name))
                check(*state)
                activation, depth, scale, normalized = state
                numbers = vanishing_numbers(activation, scale, normalized, depth)
                assert numbers["verdict"] == verdict
                assert figure.button(name).get_attribute("aria-pressed") == "true"
                assert figure.root.locator('button[aria-pressed="true"]').count() == 1
                key = next(k for k, label in figure.words.items() if name.endswith(f" {label}"))
                assert figure.root.locator(".cr-note").inner_text() == figure.words[f"{key}_note"]
        # Every activation, by pointer, then round with the arrow keys.
        for activation in ("tanh", "ReLU", "sigmoid"):
            figure.control("activation", activation).click()
            check(activation, 20, 8, True)
        figure.control("activation", "sigmoid").focus()
        for activation in ("tanh", "ReLU", "sigmoid"):
            page.keyboard.press("ArrowRight")
            check(activation, 20, 8, True)
        page.keyboard.press("Tab")
        page.keyboard.press("Space")
        check("sigmoid", 20, 8, False)
        assert figure.button("Make it vanish").get_attribute("aria-pressed") == "true"
        figure.control("normalized").click()
        check("sigmoid", 20, 8, True)
        page.keyboard.press("Tab")
        for key, depth in [("Home", 1), ("ArrowRight", 2), ("End", 30), ("ArrowDown", 29)]:
            page.keyboard.press(key)
            check("sigmoid", depth, 8, True)
        assert figure.root.locator('button[aria-pressed="true"]').count() == 0
        assert figure.root.locator(".cr-note").inner_text() == ""
        page.keyboard.press("Tab")
        figure.control("normalized").click()
        figure.control("scale").focus()
        lower = [("ArrowLeft", i) for i in range(11, -1, -1)]
        for key, scale in [("Home", 0), ("End", 12), *lower]:
            page.keyboard.press(key)
            check("sigmoid", 29, scale, False)
        # Layers, by keyboard and by pointer; a network that shrinks takes the last one along.
        figure.control("layer").focus()
        for key, layer in [("End", 29), ("ArrowLeft", 28), ("Home", 1), ("ArrowRight", 2)]:
            page.keyboard.press(key)
            check("sigmoid", 29, 0, False, layer)
        figure.slide("layer", 0.5)
        check("sigmoid", 29, 0, False, 15)
        circles = figure.drawing(figure.words["picture"])["circle"]
        figure.picture(figure.words["picture"]).click(
            position={"x": circles[19]["cx"], "y": circles[19]["cy"]}
        )
        check("sigmoid", 29, 0, False, 20)
        figure.set("depth", 12)
        check("sigmoid", 12, 0, False, 12)
        figure.set("depth", 29)
        figure.set("layer", 1)
        figure.slide("depth", 0.5)
        depth = int(figure.value("depth"))
        assert abs(depth - 15.5) <= 1
        for fraction, scale in [(0, 0), (0.5, 6), (1, 12)]:
            figure.slide("scale", fraction)
            check("sigmoid", depth, scale, False)


def test_a_readers_own_activation_has_its_button_and_may_overflow(browser):
    text = explore.vanishing_gradients(activation=Square, depth=30)._repr_html_()
    with open_bare(browser, text) as page:
        figure = Figure(page, "vanishing_gradients")
        assert figure.control("activation", "Square").is_checked()
        for scale in range(13):
            figure.control("scale").fill(str(scale))
            figure.settle()
        figure.settle().says("overflows")
        figure.settle().says("no_bound")

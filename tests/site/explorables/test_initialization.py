"""The explorable of the chapter "Initialization"."""

import re
from functools import cache

import numpy as np
import pytest

import chainrule as cr
from chainrule import explore
from chainrule.explore._explorable import module
from explorables.checks import ExplorableChecks
from explorables.figures import Figure, bottom_axis, open_bare, widget
from explorables.node import node
from explorables.numbers import significant

LAYERS = {"sigmoid": cr.Sigmoid, "tanh": cr.Tanh, "ReLU": cr.ReLU}
RANGES = {"sigmoid": (0, 1), "tanh": (-1, 1), "ReLU": (0, 3)}
# Where an output is flat: where the slope is below a tenth of the steepest, solved by hand.
FLAT = {
    "sigmoid": lambda y: np.abs(y - 0.5) > np.sqrt(0.25 - 0.025),  # y(1 − y) < ¼/10
    "tanh": lambda y: np.abs(y) > np.sqrt(0.9),  # 1 − y² < 1/10
    "ReLU": lambda y: y == 0,
}
PLACES = range(17)


class LeakyReLU(cr.Layer):
    """What a reader would write in the chapter's exercise."""

    def forward(self, x):
        self._cache = np.where(x > 0, 1.0, 0.3)
        return x * self._cache

    def backward(self, dout):
        return dout * self._cache


class Cube(cr.Layer):
    """One that grows beyond all bounds within a few layers."""

    def forward(self, x):
        self._cache = x
        return x**3

    def backward(self, dout):
        return 3 * self._cache**2 * dout


def scale_of(place):
    """k at a place of the slider."""
    return 2 ** (place / 4 - 1)


@cache
def outputs(activation, place):
    """What each of ten layers puts out, by a network that `fully_connected` makes."""

    def init(shape, rng, dtype):
        return cr.normal(shape, rng, std=scale_of(place) / 8)

    kind = LAYERS.get(activation, activation)
    net = cr.fully_connected([64] * 12, np.random.default_rng(0), activation=kind, init=init)
    y, found = cr.load_digits()[0][:64], []
    for layer in net.layers.values():
        y = layer.forward(y)
        if isinstance(layer, kind):
            found.append(y)
    return found


def spreads(activation, place):
    """To the three digits that the table keeps."""
    found = [y.std(axis=0).mean() for y in outputs(activation, place)]
    return [float(f"{value:.3g}") for value in found]


def three(value):
    return float(f"{value:.3g}")


def initialization_numbers(activation, place):
    ys, k = outputs(activation, place), scale_of(place)
    first, *_, last = spreads(activation, place)
    flat = FLAT[activation](ys[-1])
    percent = round(100 * flat.mean())
    ratio = last / first
    if percent > 50 and activation != "ReLU":
        verdict = "saturates"
    elif ratio < 0.1:
        verdict = "fades"
    elif ratio > 10:
        verdict = "explodes"
    else:
        verdict = "alive" if ratio < 1 else "alive_more"
    first_square, last_square = ((y**2).mean() for y in (ys[0], ys[-1]))
    kept = {"ReLU": 0.5, "tanh": 1, "sigmoid": 0}[activation]
    return {
        "depth": 10,
        "width": 64,
        "dead": int(flat.all(axis=0).sum()),
        "first": significant(first, 2),
        "last": significant(last, 2),
        "ratio": significant(ratio, 2),
        "flat": percent,
        "k": significant(k, 3),
        "kept": "½" if kept == 0.5 else str(kept),
        "factor": significant(np.sqrt(kept) * k, 2),
        "growth": significant(three((last_square / first_square) ** (1 / 18)), 2),
        "middle": {"ReLU": "2", "tanh": "0", "sigmoid": "0.5"}[activation],
        "verdict": verdict,
        "theory": {"ReLU": "always", "tanh": "small", "sigmoid": "offset"}[activation],
    }


@pytest.mark.parametrize("activation", ["sigmoid", "tanh", "ReLU"])
def test_every_number_of_the_table_is_that_of_a_network_of_the_librarys(activation, tmp_path):
    script = """
      return data.places.map((scale) => {
        const state = js.read(data.table, { activation: data.activation, scale });
        return [state, js.numbers(state)];
      });
    """
    data = {
        "table": widget("initialization").table,
        "places": list(PLACES),
        "activation": activation,
    }
    answers = node(module("initialization.js"), script, data, tmp_path)
    verdicts = set()
    for place, (state, numbers) in zip(PLACES, answers, strict=True):
        ys = outputs(activation, place)
        assert state["k"] == pytest.approx(scale_of(place))
        # A sigmoid's smallest spread is a difference of numbers near ½.
        np.testing.assert_allclose(state["spreads"], spreads(activation, place), rtol=1e-9)
        assert state["flat"] == [round(100 * FLAT[activation](y).mean()) for y in ys]
        assert numbers == initialization_numbers(activation, place), place
        verdicts.add(numbers["verdict"])
        span = RANGES[activation]
        for y, shares in zip(ys, state["histograms"], strict=True):
            counts, _ = np.histogram(np.clip(y, *span), bins=41, range=span)
            expected = np.sqrt(counts / counts.max())
            assert np.abs(np.array(shares) - expected).max() <= 0.5 / 15 + 0.01
    # The grid holds what the chapter says of each activation.
    assert verdicts == {
        "sigmoid": {"fades", "alive"},
        "tanh": {"fades", "alive", "alive_more", "saturates"},
        "ReLU": {"fades", "alive", "alive_more", "explodes"},
    }[activation]  # fmt: skip


@pytest.mark.parametrize("activation", [LeakyReLU, lambda: LeakyReLU()], ids=["class", "factory"])
def test_a_readers_own_activation_is_run_by_the_library(activation, tmp_path):
    """The theory of the chapter's exercise: a leaky ReLU keeps (1 + α²)/2 of the square."""
    made = explore.initialization(activation=activation, scale=5)
    assert made.activation == "LeakyReLU"
    assert list(made.table["activations"]) == ["sigmoid", "tanh", "ReLU", "LeakyReLU"]
    script = "const s = js.read(data.table, data); return [s, js.numbers(s)];"
    state, numbers = node(module("initialization.js"), script, made.state(), tmp_path)
    np.testing.assert_allclose(state["spreads"], spreads(LeakyReLU, 5), rtol=1e-9)
    assert (numbers["kept"], numbers["theory"]) == ("0.545", "always")
    assert numbers["factor"] == significant(np.sqrt((1 + 0.3**2) / 2) * scale_of(5), 2)
    first, last = ((y**2).mean() for y in outputs(LeakyReLU, 5)[:: 9])  # fmt: skip
    assert numbers["growth"] == significant(three((last / first) ** (1 / 18)), 2)


def test_only_what_has_two_ends_saturates(tmp_path):
    """A leaky ReLU whose lower slope is a twentieth is flat at half of its outputs: alive."""

    class Leakier(LeakyReLU):
        def forward(self, x):
            self._cache = np.where(x > 0, 1.0, 0.05)
            return x * self._cache

    made = explore.initialization(activation=Leakier)
    script = "return data.flats.map((flat) => js.numbers({ ...js.read(data.table, data), flat }));"
    flats = [[60] * 10, [40] * 10]
    state = {**made.state(), "scale": 6, "flats": flats}
    high, low = node(module("initialization.js"), script, state, tmp_path)
    assert high["verdict"] == low["verdict"] == "alive"
    high, low = node(module("initialization.js"), script, {**state, "activation": "tanh"}, tmp_path)
    assert (high["verdict"], low["verdict"]) == ("saturates", "alive_more")


def check(figure, activation, place):
    now = figure.settle()
    assert now.value("scale") == place
    assert now.checked("activation", activation)
    k = scale_of(place)
    name = {4: " (Xavier)", 6: " (He)"}.get(place, "")
    assert now.output("scale") == f"{significant(k, 3)}/√64 = {significant(k / 8, 3)}{name}"
    numbers = initialization_numbers(activation, place)
    for key in (numbers["verdict"], "ratio_is", numbers["theory"]):
        now.says(key, **numbers)
    drawing = now.drawing(now.words["picture"])
    ys = outputs(activation, place)
    written = {
        name: [t["text"] for t in drawing["text"] if t.get("class") == name]
        for name in ("cr-spreads", "cr-flat")
    }
    assert written["cr-spreads"] == [significant(v, 2) for v in spreads(activation, place)]
    flat = [round(100 * FLAT[activation](y).mean()) for y in ys]
    assert written["cr-flat"] == [f"{percent} %" for percent in flat]
    check_histograms(drawing, activation, ys)


def check_histograms(drawing, activation, ys):
    """Each bar stands where its outputs lie, as tall as the root of its share of the fullest."""
    low, high = RANGES[activation]
    labels = {"tanh": {"−1": -1, "1": 1}, "sigmoid": {"0": 0, "1": 1}, "ReLU": {"0": 0, "≥ 3": 3}}
    across = bottom_axis(drawing, labels[activation])
    bases = sorted(line["y1"] for line in drawing["line"] if line["class"] == "cr-grid")
    bars = np.array(
        [
            list(map(float, bar))
            for bar in re.findall(r"M([\d.]+) ([\d.]+)v([-\d.]+)h([\d.]+)", drawing["path"][0]["d"])
        ]
    )
    for base, y in zip(bases, ys, strict=True):
        counts, edges = np.histogram(np.clip(y, low, high), bins=41, range=(low, high))
        expected = np.rint(15 * np.sqrt(counts / counts.max())) / 15
        mine = bars[bars[:, 1] == base]
        atol = 0.02 * (high - low) / 41 + 0.02 * (across(1) - across(0))
        np.testing.assert_allclose(across(mine[:, 0]), edges[:-1][expected > 0], atol=atol)
        np.testing.assert_allclose(-mine[:, 2], 28 * expected[expected > 0], atol=0.06)


def test_what_the_steps_say_of_the_numbers_is_so():
    """Each sentence that is shown once a step was done."""
    tanh, relu, sigmoid = (
        [initialization_numbers(activation, place) for place in PLACES]
        for activation in ("tanh", "ReLU", "sigmoid")
    )
    assert 0.0015 < spreads("tanh", 0)[-1] / spreads("tanh", 0)[0] < 0.0025  # two thousandths
    assert all(each["flat"] > 50 for each in tanh if each["verdict"] == "saturates")
    # Not by a single percent, in any layer.
    flat = [[round(100 * FLAT["ReLU"](y).mean()) for y in outputs("ReLU", i)] for i in PLACES]
    assert flat == [flat[0]] * len(PLACES)
    alive = [i for i in PLACES if relu[i]["verdict"] in ("alive", "alive_more")]
    assert alive[0] == widget("initialization").table["he"] == 6
    # Only at the right end, and there two fifths are flat.
    assert [i for i in PLACES if sigmoid[i]["verdict"] == "alive"] == [16]
    assert sigmoid[16]["flat"] == 40


def move(activation, place):
    """What a reader does: choose the activation, then go to that place with the keys."""

    def do(figure):
        figure.control("activation", activation).click()
        slider = figure.control("scale")
        slider.press("Home")
        for _ in range(place):
            slider.press("ArrowRight")

    return do


class TestInitialization(ExplorableChecks):
    name = "initialization"
    steps = (
        ("left", lambda figure: figure.control("scale").press("Home")),
        ("right", lambda figure: figure.control("scale").press("End")),
        ("relu", move("ReLU", 12)),
        ("alive", move("ReLU", 6)),
        ("sigmoid", move("sigmoid", 16)),
    )
    not_counted = (
        # The slider was moved before ReLU was chosen: the column did change.
        ("relu", lambda _: None, lambda figure: [figure.set("scale", 3),
                                                 figure.control("activation", "ReLU").click()]),
    )  # fmt: skip

    def play(self, figure):
        page = figure.page
        check(figure, "tanh", 4)
        for activation in ("ReLU", "tanh", "sigmoid"):
            figure.control("activation", activation).click()
            check(figure, activation, 4)
        for activation in ("tanh", "ReLU", "sigmoid"):
            page.keyboard.press("ArrowRight")
            check(figure, activation, 4)
        figure.control("scale").focus()
        page.keyboard.press("Home")
        for place in PLACES:
            check(figure, "sigmoid", place)
            page.keyboard.press("ArrowRight")
        figure.control("activation", "ReLU").click()
        for fraction, place in [(0, 0), (0.5, 8), (1, 16)]:
            figure.slide("scale", fraction)
            check(figure, "ReLU", place)


def test_a_readers_own_activation_has_its_button_and_may_overflow(browser):
    text = explore.initialization(activation=Cube, scale=16)._repr_html_()
    with open_bare(browser, text) as page:
        figure = Figure(page, "initialization")
        assert figure.control("activation", "Cube").is_checked()
        figure.settle().says("overflows")


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"scale": 17}, "initialization: scale must be in 0 … 16, got 17"),
        (
            {"activation": "tanh"},
            "initialization: activation must be a layer class or a function that makes a layer, "
            "such as ReLU, got 'tanh'",
        ),
    ],
)
def test_a_wrong_start_is_refused_with_a_sentence(wrong, message):
    with pytest.raises(ValueError) as caught:
        explore.initialization(**wrong)
    assert str(caught.value) == message

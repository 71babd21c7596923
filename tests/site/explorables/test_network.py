"""The explorable `network`: its mathematics in Node, and its controls, against the library."""

import json
import re
from itertools import pairwise

import numpy as np
import pytest
from playwright.sync_api import expect

import chainrule as cr
from chainrule import explore
from chainrule.explore import _network_still as still
from chainrule.explore._explorable import module
from chainrule.explore.network import SHOWN, network_before_training
from chainrule_dev.browser import bare_page, visit
from explorables import phone
from explorables.checks import ExplorableChecks
from explorables.figures import (
    Figure,
    bottom_axis,
    html,
    left_axis,
    logarithmic_axis,
    open_bare,
)
from explorables.node import node
from explorables.numbers import significant

LAYERS = {"sigmoid": cr.Sigmoid, "tanh": cr.Tanh, "relu": cr.ReLU}
STEPS = 50
# data, classes, hidden layers, units, scale, learning rate: the smallest, the largest, and between.
SETTINGS = [
    ("spirals", 2, 1, 2, 1.0, 0.3),
    ("rings", 3, 2, 8, 1.0, 0.3),
    ("clouds", 2, 3, 5, 0.1, 0.1),
    ("spirals", 3, 6, 8, 1.4, 0.1),
    ("spirals", 2, 6, 3, 2.0, 0.03),
]
SCRIPT = f"""
  return data.map(({{ state, x, t, rate }}) => {{
    const pass = (net) => {{
      const passes = js.forward(net, x, state.activation);
      const grads = js.backward(net, passes, t, state.activation);
      return {{ passes, grads, loss: js.lossOf(passes, t), right: js.rightOf(passes, t) }};
    }};
    const net = js.start(state);
    const first = pass(net);
    for (let step = 0; step < {STEPS}; step++) js.descend(net, pass(net).grads, rate);
    return {{ first, last: pass(net), net }};
  }});
"""


def case(activation, data, classes, layers, units, scale, rate):
    made = explore.network(data, classes, layers, units, activation, scale)
    rows = made.points[data][str(classes)]
    state = {"draws": made.draws, "layers": layers, "units": units, "classes": classes,
             "scale": scale, "activation": activation}  # fmt: skip
    return {"state": state, "x": [row[:2] for row in rows], "t": [row[2] for row in rows],
            "rate": rate}  # fmt: skip


def first_layers(state):
    """Affine layers from the draws: normal, of standard deviation scale/√D; the biases are 0."""
    sizes = [2, *[state["units"]] * state["layers"], state["classes"]]
    return [
        cr.Affine(np.array(draws)[:D, :M] * state["scale"] / np.sqrt(D), np.zeros(M))
        for draws, D, M in zip(state["draws"], sizes[:-1], sizes[1:], strict=False)
    ]


def passes(affines, activation, x, t):
    """The library's Z, Y, loss and ∂L/∂Z of every layer; the affine layers keep dW and db."""
    activations = [LAYERS[activation]() for _ in affines[1:]]
    loss = cr.SoftmaxWithLoss()
    Z, Y = [], [np.array(x)]
    for affine, act in zip(affines, [*activations, cr.softmax], strict=True):
        Z.append(affine.forward(Y[-1]))
        Y.append(act(Z[-1]) if act is cr.softmax else act.forward(Z[-1]))
    value = loss.forward(Z[-1], np.array(t))
    dZ = [loss.backward()]
    for affine, act in zip(affines[:0:-1], activations[::-1], strict=True):
        dZ.insert(0, act.backward(affine.backward(dZ[0])))
    affines[0].backward(dZ[0])
    return {"Z": Z, "Y": Y, "loss": value, "dZ": dZ}


def same(ours, theirs, what):
    np.testing.assert_allclose(ours, theirs, rtol=1e-9, atol=1e-9, err_msg=what)


def compare(ours, affines, activation, x, t):
    theirs = passes(affines, activation, x, t)
    for layer, affine in enumerate(affines):
        same(ours["passes"]["Z"][layer], theirs["Z"][layer], f"Z of layer {layer + 1}")
        same(ours["passes"]["Y"][layer + 1], theirs["Y"][layer + 1], f"Y of layer {layer + 1}")
        # A sum over points may cancel: it is compared with the size of the whole gradient.
        for name, now, library in [
            ("dZ", ours["grads"][layer]["dZ"], theirs["dZ"][layer]),
            ("dW", ours["grads"][layer]["dW"], affine.dW),
            ("db", ours["grads"][layer]["db"], affine.db),
        ]:
            size = np.abs(library).max()
            np.testing.assert_allclose(
                now, library, rtol=1e-9, atol=1e-9 * size, err_msg=f"{name} of layer {layer + 1}"
            )
    same(ours["loss"], theirs["loss"], "loss")
    assert ours["right"] == int((theirs["Y"][-1].argmax(axis=1) == np.array(t)).sum())


@pytest.mark.parametrize("activation", LAYERS)
def test_forward_every_gradient_and_fifty_steps_are_the_librarys(activation, tmp_path):
    cases = [case(activation, *settings) for settings in SETTINGS]
    for each, ours in zip(cases, node(module("network.js"), SCRIPT, cases, tmp_path), strict=True):
        x, t = each["x"], each["t"]
        affines = first_layers(each["state"])
        compare(ours["first"], affines, activation, x, t)
        sgd = cr.SGD(each["rate"])
        for _ in range(STEPS):
            passes(affines, activation, x, t)
            params = {f"{k}{i}": p for i, a in enumerate(affines) for k, p in a.params.items()}
            grads = {f"{k}{i}": g for i, a in enumerate(affines) for k, g in a.grads.items()}
            sgd.update(params, grads)
        compare(ours["last"], affines, activation, x, t)
        for layer, affine in enumerate(affines):
            for name in ("W", "b"):
                np.testing.assert_allclose(
                    ours["net"][layer][name], getattr(affine, name), rtol=1e-9, atol=1e-9
                )


# --- Where no script runs -----------------------------------------------------------------------

KNOBS = {"activation": "tanh", "classes": 3, "layers": 2, "units": 8, "scale": 1.0, "rate": 6}


@pytest.mark.parametrize("compact", [False, True], ids=["at the start", "short"])
def test_the_still_picture_says_what_the_library_says(compact):
    steps = SHOWN if compact else 0
    loss, right, norms, n = trained({"data": "spirals", **KNOBS}, steps)
    alt = explore.network(classes=3, compact=compact).still().alt
    when = f"after {SHOWN} steps" if compact else "before its first step"
    numbers = when, f"right for {right}, at a loss of {loss:.3f}", f"{n} points"
    for said in (*numbers, f"{norms[0]:.1e} in the first layer, {norms[-1]:.1e} in the last"):
        assert said in alt
    assert f"const SHOWN = {SHOWN};" in module("network.js")


def test_the_still_picture_leaves_out_points_of_a_class_that_is_not_there():
    made = explore.network(classes=2)
    made.extra = [[0.0, 0.1, 2], [0.0, 0.2, 1]]
    assert "81 points of 2 classes" in made.still().alt


def test_the_still_pictures_units_and_signals_are_the_librarys():
    made = case("relu", "rings", 3, 3, 5, 1.4, 0.1)
    net = network_before_training(3, 5, 3, "relu", 1.4)
    x, t = np.array(made["x"]), np.array(made["t"])
    affines = first_layers(made["state"])
    here = passes(affines, "relu", x, t)
    loss, signals = still.backward(net, x, t)
    same(loss, here["loss"], "loss")
    for layer, norms in enumerate(signals):
        same(norms, np.linalg.norm(here["dZ"][layer], axis=0), f"layer {layer}")
    inputs, *hidden, chances = still.pictures(net, side=9)
    places = still.grid(9)
    assert places[0].tolist() == [-still.REACH, still.REACH], "the top left"
    Y = passes(affines, "relu", places, np.zeros(len(places), int))["Y"]
    same(inputs.reshape(2, -1).T * still.REACH, places, "inputs")
    for column, values in zip(hidden, Y[1:-1], strict=True):
        same(column.reshape(5, -1).T, values / np.maximum(1, abs(values).max(axis=0)), "outputs")
    same(chances.reshape(3, -1).T, Y[-1], "probabilities")


def test_the_still_picture_stands_as_the_moving_one_does(tmp_path):
    data = {
        "sizes": [[2, 8, 8, 3], [2, 2, 2], [2, *6 * [5], 3]],
        "gradients": [0.0, 1e-9, -0.003, 2.5],
    }
    script = """return {
      places: data.sizes.map((sizes) => js.places(sizes, WIDTH, HEIGHT)),
      left: data.gradients.map(js.strength),
    };""".replace("WIDTH", str(still.WIDTH)).replace("HEIGHT", str(still.HEIGHT))
    ours = node(module("network.js"), script, data, tmp_path)
    same(ours["left"], still.strength(np.array(data["gradients"])), "strength")
    for sizes, place in zip(data["sizes"], ours["places"], strict=True):
        tile, columns = still.places(sizes)
        same(place["tile"], tile, "tile")
        for one, other in zip(place["columns"], columns, strict=True):
            same(one, other, "column")


def test_a_polygon_keeps_its_corners():
    square = np.array([(0, 0), (1, 0), (2, 0), (3, 0), (3, 3), (1.5, 3), (0, 3), (0, 0)], float)
    assert still._corners(square).tolist() == [[0, 0], [3, 0], [3, 3], [0, 3], [0, 0]]
    angles = np.linspace(0, 2 * np.pi, 25)
    circle = np.column_stack([np.cos(angles), np.sin(angles)])
    assert len(still._corners(circle)) == 25


# --- In a browser -------------------------------------------------------------------------------

RATES = [0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10]
STEPS_DONE = "+document.querySelector('.cr-report').textContent.match(/\\d+/)[0]"
START = {
    "data": "spirals", "classes": 2, "layers": 2, "units": 8, "activation": "tanh", "scale": 1.0,
    "rate": 6, "show": "both",
}  # fmt: skip


def trained(settings, steps, extra=()):
    """The library's loss, number right and norms of dW after so many steps, of how many points."""
    names = ("activation", "data", "classes", "layers", "units", "scale")
    made = case(*(settings[name] for name in names), None)
    rows = [[*at, label] for at, label in zip(made["x"], made["t"], strict=True)] + list(extra)
    x, t = [row[:2] for row in rows], [row[2] for row in rows]
    affines, sgd = first_layers(made["state"]), cr.SGD(RATES[settings["rate"]])
    for step in range(steps + 1):
        now = passes(affines, settings["activation"], x, t)
        if step < steps:
            params = {f"{k}{i}": p for i, a in enumerate(affines) for k, p in a.params.items()}
            grads = {f"{k}{i}": g for i, a in enumerate(affines) for k, g in a.grads.items()}
            sgd.update(params, grads)
    right = int((now["Y"][-1].argmax(axis=1) == np.array(t)).sum())
    return now["loss"], right, [np.linalg.norm(affine.dW) for affine in affines], len(t)


def check(figure, steps, settings, extra=()):
    """Controls, sentence and curves say what the library says after these steps."""
    now = figure.settle()
    words = now.words
    for name in ("layers", "units", "rate", "scale"):
        assert now.value(name) == settings[name]
    for name in ("data", "classes", "activation", "show"):
        assert now.checked(name, settings[name])
    assert now.output("rate") == f"{RATES[settings['rate']]:g}"
    loss, right, norms, n = trained(settings, steps, extra)
    status = words["status"].format(step=steps, loss=significant(loss, 3), right=right, n=n)
    share = words["arrives_is"].format(share=significant(norms[0] / norms[-1], 2))
    assert f"{status} {share}" in now.sentences
    drawing = now.drawing(words["curves"])
    (dot, *dots), middle = drawing["circle"], drawing["width"] / 2
    texts = [label for label in drawing["text"] if label["x"] < middle]
    left = {"text": texts}
    assert left_axis(left, {"0": 0, "1": 1})(dot["cy"]) == pytest.approx(loss, abs=0.01)
    end = max(50, steps)
    assert bottom_axis(left, {"0": 0, f"{end}": end})(dot["cx"]) == pytest.approx(steps, abs=0.5)
    power = logarithmic_axis(drawing)
    expected = np.clip(np.log10(norms), -7, 1)
    np.testing.assert_allclose([power(each["cy"]) for each in dots], expected, atol=0.02)


def step_now(figure):
    return int(re.match(r"Step (\d+)", figure.root.locator(".cr-report").inner_text())[1])


def board(figure, name):
    return figure.button(figure.words[name])


def play_to(figure, steps):
    """Let it play until that many steps are done, and pause."""
    figure.button(figure.words["play"]).click()
    figure.play_until(lambda: step_now(figure) >= steps)
    figure.button(figure.words["pause"]).press("Enter")
    figure.settle()


def choose(*pairs):
    """A function that sets radio buttons and sliders, as a reader does."""

    def act(figure):
        for name, value in pairs:
            if name in ("layers", "units", "rate", "scale"):
                figure.set(name, value)
            else:
                figure.control(name, value).click()

    return act


def fool(figure):
    """A point where the network is sure, once it has learned."""
    play_to(figure, 200)
    board(figure, "region").press("Enter")


def task(figure):
    return figure.root.locator(".cr-steps [aria-live=polite]").inner_text()


def with_state(text, **state):
    """The HTML of a figure that begins with another state, as JSON may hold and no control sets."""
    for name, value in state.items():
        text, found = re.subn(
            rf'"{name}":(\[\]|\w+)', f'"{name}":{json.dumps(value)}', text, count=1
        )
        assert found == 1, name
    return text


class TestNetwork(ExplorableChecks):
    name = "network"
    steps = (
        ("learn", lambda figure: play_to(figure, 300)),
        ("die", choose(("layers", 6), ("activation", "sigmoid"))),
        ("arrive", choose(("activation", "relu"))),
        ("fool", fool),
    )

    def play(self, figure):
        words = figure.words
        self.learn(figure)
        self.set_all(figure)
        self.follow_the_story(figure)
        for press in (lambda b: b.click(), lambda b: b.press("Enter")):
            press(figure.button(words["reset"]))
        check(figure, 0, {**START, "layers": 2, "activation": "relu", "scale": 1.4, "rate": 8})

    def learn(self, figure):
        words = figure.words
        check(figure, 0, START)
        for steps, press in [(1, lambda b: b.click()), (2, lambda b: b.press("Enter"))]:
            press(figure.button(words["once"]))
            check(figure, steps, START)
        figure.button(words["play"]).press("Enter")
        figure.play_until(lambda: step_now(figure) > 20)
        figure.button(words["pause"]).click()
        figure.settle()
        check(figure, step_now(figure), START)
        figure.button(words["reset"]).click()
        check(figure, 0, START)

    def set_all(self, figure):
        page, now = figure.page, dict(START)
        for name, keys in {
            "layers": [("End", 6), ("Home", 1), ("ArrowRight", 2)],
            "units": [("Home", 2), ("End", 8)],
            "rate": [("Home", 0), ("End", 8)],
            "scale": [("Home", 0.1), ("End", 4)],
        }.items():
            figure.control(name).focus()
            for key, value in keys:
                page.keyboard.press(key)
                now[name] = value
                check(figure, 0, now)
            figure.slide(name, 0)
            now[name] = keys[0][1] if keys[0][0] == "Home" else keys[1][1]
            check(figure, 0, now)
        for name, values in {
            "show": ("forward", "backward", "both"),
            "activation": ("sigmoid", "relu", "tanh"),
            "data": ("rings", "clouds", "spirals"),
            "classes": (3, 2),
        }.items():
            for value in values:
                figure.control(name, value).click()
                now[name] = value
                check(figure, 0, now)
            for _ in values:  # each by the keyboard: around once
                page.keyboard.press("ArrowRight")
                figure.settle()
            check(figure, 0, now)

    def follow_the_story(self, figure):
        words = figure.words
        story = {
            "learns": START,
            "dies": {**START, "layers": 6, "activation": "sigmoid", "show": "backward"},
            "arrives": {
                **START,
                "layers": 6,
                "activation": "relu",
                "scale": 1.4,
                "rate": 4,
                "show": "backward",
            },
            "too_fast": {**START, "activation": "relu", "scale": 1.4, "rate": 8},
        }
        for press in (lambda b: b.click(), lambda b: b.press("Enter")):
            for key, settings in story.items():
                press(figure.button(f"{words['what_if']} {words[key]}"))
                check(figure, 0, settings)
                assert figure.root.locator(".cr-note").inner_text() == words[f"{key}_note"]

    def test_a_press_in_the_plane_adds_a_point_that_the_network_finds_unlikely(self, browser):
        with open_bare(browser, html(self.name)) as page:
            figure = Figure(page, self.name)
            plane = board(figure, "region")
            plane.focus()
            page.keyboard.press("ArrowUp")
            page.keyboard.press("Enter")
            at = (0, 0.1)
            probabilities = self.library_at(at)
            point = [*at, int(np.argmin(probabilities))]
            check(figure, 0, START, [point])
            box = plane.bounding_box()
            plane.click(position={"x": 0.9 * box["width"], "y": 0.1 * box["width"]})
            figure.settle()
            assert " of 82 right" in figure.root.locator(".cr-report").inner_text()
            figure.button(figure.words["reset"]).click()
            check(figure, 0, START)

    def library_at(self, at):
        made = case("tanh", "spirals", 2, 2, 8, 1.0, None)
        return passes(first_layers(made["state"]), "tanh", [at], [0])["Y"][-1][0]

    def test_a_touched_unit_and_weight_say_their_numbers(self, browser):
        """With the keyboard: right to the first layer, Enter through its weights."""
        made = case("tanh", "spirals", 2, 2, 8, 1.0, None)
        affines = first_layers(made["state"])
        now = passes(affines, "tanh", made["x"], made["t"])
        with open_bare(browser, html(self.name)) as page:
            figure = Figure(page, self.name)
            said = figure.root.locator(".cr-touched")
            assert said.inner_text() == figure.words["touch"]
            board(figure, "network").focus()
            page.keyboard.press("ArrowRight")
            page.keyboard.press("ArrowDown")
            figure.settle()
            unit = said.inner_text()
            assert unit.startswith("Layer 1, unit 2, for the ringed point: z₂ = ")
            z, y = now["Z"][0][0, 1], now["Y"][1][0, 1]
            signal = np.linalg.norm(now["dZ"][0][:, 1])
            middle = f"= {significant(z, 3)}, and tanh makes {significant(y, 3)} of it. "
            assert middle in unit
            assert unit.endswith(f"Over all points, ‖∂L/∂z₂‖ = {significant(signal, 2)}.")
            page.keyboard.press("Enter")
            figure.settle()
            w, dw = affines[0].W[0, 1], affines[0].dW[0, 1]
            assert said.inner_text() == figure.words["weight_is"].format(
                l=1, i=1, n=2, w=significant(w, 3), dw=significant(dw, 2), rate=1,
                next=significant(w - dw, 3),
            )  # fmt: skip

    def test_a_finger_on_a_unit_or_a_line_finds_it(self, tmp_path):
        """What is drawn at a place is what is touched there: every unit, every line's middle."""
        script = """
          const { columns, tile } = js.places(data.sizes, 500, 300);
          const units = columns.slice(1).map((column) =>
            column.map(([x, y]) => js.touched(data.sizes, [x, y], 500, 300)));
          const [a, b] = [columns[0], columns[1]];
          const lines = a.map(([, y0], i) => b.map(([, y1], j) => {
            const x = (a[0][0] + b[0][0]) / 2;
            return [i, j, js.touched(data.sizes, [x, (y0 + y1) / 2], 500, 300)];
          }));
          return { units, lines: lines.flat(), nothing: js.touched(data.sizes, [1, 1], 500, 300) };
        """
        found = node(module("network.js"), script, {"sizes": [2, 3, 2]}, tmp_path)
        for layer, units in enumerate(found["units"]):
            assert units == [{"l": layer, "j": j, "i": None} for j in range(len(units))]
        middles = {}
        for i, j, touched in found["lines"]:
            middles.setdefault((i, j), touched)
            assert touched["l"] == 0 and touched["i"] is not None
        assert middles[0, 0] == {"l": 0, "j": 0, "i": 0}
        assert found["nothing"] is None

    def test_reset_in_the_first_moments_of_play_goes_back_to_the_start(self, browser):
        with open_bare(browser, html(self.name)) as page:
            figure = Figure(page, self.name)
            once, play, reset = (figure.button(figure.words[k]) for k in ("once", "play", "reset"))
            once.click()
            reset.click()
            buttons = [play.element_handle(), reset.element_handle()]
            page.evaluate(
                """async ([play, reset]) => {
                  play.click();
                  for (let n = 0; n < 3; n++) await new Promise(requestAnimationFrame);
                  reset.click();
                }""",
                buttons,
            )
            check(figure, 0, START)

    def test_it_learns_only_while_it_is_seen(self, browser):
        above = "<div style='height: 3000px'></div>"
        with open_bare(browser, html(self.name), above) as page:
            figure = Figure(page, self.name)
            figure.button(figure.words["play"]).click()
            page.wait_for_function(f"() => {STEPS_DONE} > 8")
            page.evaluate("scrollTo(0, 3000)")
            page.wait_for_timeout(300)
            then = step_now(figure)
            page.wait_for_timeout(500)
            assert step_now(figure) == then
            page.evaluate("scrollTo(0, 0)")
            page.wait_for_function(f"(then) => {STEPS_DONE} > then", arg=then)

    def test_the_short_form_plays_by_itself_unless_motion_is_unwelcome(self, browser):
        text = explore.network(compact=True, playing=True)._repr_html_()
        with open_bare(browser, text) as page:
            page.wait_for_function(f"() => {STEPS_DONE} > 8")
        with open_bare(browser, text, reduced_motion="reduce") as page:
            figure = Figure(page, self.name)
            page.wait_for_timeout(400)
            assert step_now(figure) == 300  # where something is to be seen
            figure.button(figure.words["few"]).click()
            assert step_now(figure) == 350
            figure.button(figure.words["reset"]).click()
            figure.settle()
            assert step_now(figure) == 0

    def test_the_short_form_begins_step_by_step(self, browser):
        """As long as there is most to be seen, each frame shows one step; then they are several."""
        text = explore.network(layers=1, units=2, compact=True, playing=True)._repr_html_()
        script = f"""async () => {{
          const seen = [];
          let leaps = 0;
          while (leaps < 3) {{
            await new Promise(requestAnimationFrame);
            seen.push({STEPS_DONE});
            if (seen.at(-1) - seen.at(-2) > 1 && seen.at(-2) >= 200) leaps += 1;
          }}
          return seen;
        }}"""
        with open_bare(browser, text) as page:
            page.locator(".cr-report").wait_for()
            seen = page.evaluate(script)
        leaps = [b - a for a, b in pairwise(seen) if b <= 200]
        # A busy machine may leave out a frame of the one that looks, now and then.
        assert len(leaps) > 20 and leaps.count(1) > 0.9 * len(leaps)

    def test_the_short_form_says_what_to_do_until_it_is_touched(self, browser):
        text = explore.network(compact=True)._repr_html_()
        for width in (360, 1280):
            with open_bare(browser, text, width=width) as page:
                figure = Figure(page, self.name)
                said = figure.root.locator(".cr-touched")
                for button in ("once", "reset"):
                    figure.button(figure.words[button]).click()
                    figure.settle()
                    assert said.is_visible() and said.inner_text() == figure.words["hint"]
                board(figure, "region").press("Enter")
                figure.settle()
                assert said.is_visible() and said.inner_text().startswith("First layer's gradient:")

    def test_the_short_form_takes_a_rate_that_suits_relu(self, browser):
        """And then its own again. At a rate of 1 these six layers would die."""
        text = explore.network(classes=3, layers=6, compact=True)._repr_html_()
        with open_bare(browser, text, reduced_motion="reduce") as page:
            figure = Figure(page, self.name)
            for activation, rate in [("relu", 5), ("tanh", 6)]:
                figure.control("activation", activation).click()
                figure.button(figure.words["few"]).click()
                settings = {"classes": 3, "layers": 6, "activation": activation, "rate": rate}
                loss, right, norms, n = trained({**START, **settings}, 50)
                figure.settle().says("status", step=50, loss=significant(loss, 3), right=right, n=n)
                assert norms[0] > 0

    def test_when_no_gradient_is_left_it_says_so(self, browser):
        """Of all weights 0, the first layer's share of the last one's would be 0/0."""
        for compact in (False, True):
            made = explore.network(layers=6, activation="relu", rate=10, compact=compact)
            if compact:
                made.scale = 4.0
            with open_bare(browser, made._repr_html_(), reduced_motion="reduce") as page:
                figure = Figure(page, self.name)
                figure.button(figure.words["few"]).click()
                board(figure, "region").press("Enter")
                said = " ".join(figure.settle().sentences)
                assert figure.words["none_left"] in said
                assert "?" not in figure.root.locator(".cr-report").inner_text()

    @pytest.mark.parametrize("how", ["reset", "Escape", "again"])
    def test_what_was_touched_is_let_go(self, browser, how):
        with open_bare(browser, html(self.name)) as page:
            figure = Figure(page, self.name)
            said, network = figure.root.locator(".cr-touched"), board(figure, "network")
            box = network.bounding_box()
            place = {"x": box["width"] - 20, "y": box["height"] / 2 + 17}  # the second class
            network.click(position=place)
            figure.settle()
            assert said.inner_text().startswith("Class 2, for the ringed point: score z₂ = ")
            if how == "reset":
                figure.button(figure.words["reset"]).click()
            elif how == "Escape":
                page.keyboard.press("Escape")
            else:
                network.click(position=place)
            page.mouse.move(box["x"] + place["x"] + 1, box["y"] + place["y"])
            if how == "reset":
                page.mouse.move(0, 0)
            figure.settle()
            assert said.inner_text() == figure.words["touch"]
            network.hover(position={"x": 1, "y": 1})
            network.hover(position=place)
            figure.settle()
            assert said.inner_text().startswith("Class 2")

    def test_a_weight_that_a_smaller_network_lacks_is_let_go(self, browser):
        """And the network plays on."""
        with open_bare(browser, html(self.name)) as page:
            figure = Figure(page, self.name)
            board(figure, "network").focus()
            for key in [*3 * ["ArrowRight"], *8 * ["Enter"]]:
                page.keyboard.press(key)
            figure.settle()
            said = figure.root.locator(".cr-touched")
            assert said.inner_text().startswith("Layer 3, the weight from input 8 to unit 1: ")
            figure.set("units", 3)
            assert said.inner_text() == figure.words["touch"]
            figure.button(figure.words["play"]).click()
            page.wait_for_function(f"() => {STEPS_DONE} > 8")

    def test_an_error_in_one_frame_does_not_end_the_run(self, browser):
        with open_bare(browser, html(self.name)) as page:
            figure = Figure(page, self.name)
            page.evaluate(
                """() => {
                  const { prototype } = CanvasRenderingContext2D;
                  const { clearRect } = prototype;
                  addEventListener("error", (event) => event.preventDefault(), { once: true });
                  prototype.clearRect = function () {
                    prototype.clearRect = clearRect;
                    throw new Error("once");
                  };
                }"""
            )
            figure.button(figure.words["play"]).click()
            page.wait_for_function(f"() => {STEPS_DONE} > 8")

    def test_points_of_a_class_that_is_not_there_are_not_used(self, browser):
        extra = [[0.0, 0.1, 2], [0.0, 0.2, 1]]
        text = with_state(html(self.name), classes=3, extra=extra)
        with open_bare(browser, text) as page:
            figure = Figure(page, self.name)
            check(figure, 0, {**START, "classes": 3}, extra)
            figure.control("classes", 2).click()
            check(figure, 0, START, extra[1:])
            figure.control("classes", 3).click()
            check(figure, 0, {**START, "classes": 3}, extra)

    def test_a_loss_that_is_no_number_is_said_and_not_drawn(self, browser):
        """With a point so far away that the weights leave all numbers after a step or two."""
        for compact, key in [(False, "lost_is"), (True, "lost_short")]:
            made = explore.network(activation="relu", compact=compact)
            text = with_state(made._repr_html_(), extra=[[1e100, 1e100, 0]])
            with open_bare(browser, text) as page:
                figure = Figure(page, self.name)
                figure.button(figure.words["play"]).click()
                lost = figure.words[key].replace("{step}", r"\d")
                report = figure.root.locator(".cr-report")
                expect(report).to_have_text(re.compile(lost))
                figure.button(figure.words["play"]).wait_for()  # it has stopped
                board(figure, "region").press("Enter")
                drawn = figure.settle().drawing(figure.words["curves"])
                numbers = [*drawn["path"], *drawn["circle"]]
                assert not any("NaN" in str(each) for each in numbers)
                assert len(drawn["circle"]) == 1, "a gradient that is no number is drawn"
                figure.control("activation", "tanh").click()  # whose units end at 1
                figure.settle()
                assert re.match(r"Step 0: loss 0\..* of 81 right", report.inner_text())
                figure.button(figure.words["reset"]).click()
                figure.settle()
                assert report.inner_text().startswith("Step 0: loss 0.")

    def test_the_point_that_fools_must_make_the_loss_leap(self, browser):
        """Not of an untrained network, sure of nothing. The hundred and first point counts, too."""
        extra = (2 * explore.network().points["clouds"]["2"])[:100]
        with open_bare(browser, with_state(html(self.name), extra=extra)) as page:
            page.clock.install()
            figure = Figure(page, self.name)
            words, plane = figure.words, board(figure, "region")
            figure.control("data", "clouds").click()
            advance = figure.root.locator(".cr-steps button").first
            for _ in range(3):
                advance.click()
            for _ in range(2):
                plane.press("Enter")
                figure.settle()
                assert task(figure).endswith(words["step_fool"])
            play_to(figure, 300)
            assert task(figure).endswith(words["step_fool"])
            plane.click(position={"x": 20, "y": 20})
            figure.settle()
            assert task(figure).endswith(words["done_fool"])

    def test_reset_is_no_point_that_fools(self, browser):
        """Though the loss leaps when a hundred points go that were easy to learn."""
        easy = with_state(html(self.name), extra=100 * [[1.2, 1.2, 0]])
        with open_bare(browser, easy) as page:
            page.clock.install()
            figure = Figure(page, self.name)
            advance = figure.root.locator(".cr-steps button").first
            for _ in range(3):
                advance.click()
            play_to(figure, 60)
            figure.button(figure.words["reset"]).click()
            figure.settle()
            assert task(figure).endswith(figure.words["step_fool"])

    @pytest.mark.parametrize("settings", [("layers", 1), ("rate", 0)], ids=["flat", "slow"])
    def test_one_layer_or_one_that_has_not_learned_shows_no_bent_lines(self, browser, settings):
        with open_bare(browser, html(self.name)) as page:
            page.clock.install()
            figure = Figure(page, self.name)
            figure.set(*settings)
            play_to(figure, 400)
            assert task(figure).endswith(figure.words["step_learn"])

    @pytest.mark.parametrize("language", ["en", "ko"])
    def test_the_tab_key_leads_to_boards_that_the_steps_do_not_cover(self, browser, language):
        above = "<div style='height: 600px'></div>"
        bare = bare_page(above, html(self.name), "<div style='height: 2000px'></div>")
        pages = {"bare": bare.replace('lang="en"', f'lang="{language}"', 1)}
        with visit(browser, "bare", pages, width=phone.WIDTH, height=phone.HEIGHT) as page:
            figure = Figure(page, self.name)
            page.evaluate("scrollTo(0, 0)")
            figure.root.locator(".cr-steps button").last.focus()
            for _ in range(2):
                page.keyboard.press("Tab")
                figure.settle()
                bottom, foot = page.evaluate(
                    """() => [document.activeElement, document.querySelector(".cr-steps")]
                      .map((el) => el.getBoundingClientRect())
                      .map(({ top, bottom }, i) => (i ? top : bottom))"""
                )
                assert page.evaluate("document.activeElement.className") == "cr-board"
                assert bottom <= foot

    @pytest.mark.parametrize("language", ["en", "ko"])
    @pytest.mark.parametrize("width", [360, 1280])
    def test_the_short_form_keeps_its_height_whatever_is_touched(self, browser, language, width):
        """The longest numbers, too: a network of many units, at its start and after steps."""
        text = explore.network(classes=3, activation="sigmoid", compact=True)._repr_html_()
        pages = {"bare": bare_page(text).replace('lang="en"', f'lang="{language}"', 1)}
        with visit(browser, "bare", pages, width=width, reduced_motion="reduce") as page:
            said, network = page.locator(".cr-touched"), page.locator(".cr-board").first
            heights, texts = set(), set()
            for steps in (0, 50):
                if steps:
                    page.locator(".cr-buttons button").first.click()
                network.focus()
                page.keyboard.press("Escape")
                for key in 3 * ["ArrowRight", *8 * ["Enter"]]:
                    page.keyboard.press(key)
                    texts.add(said.inner_text())
                    heights.add(page.locator(".cr-explorable").bounding_box()["height"])
            assert len(texts) > 40
            assert len(heights) == 1

    def test_sentence_and_axis_count_the_same_steps_while_it_plays(self, browser):
        script = f"""async (label) => {{
          const axis = document.querySelector(`svg[aria-label="${{label}}"]`);
          const seen = [];
          while (seen.length < 40) {{
            await new Promise(requestAnimationFrame);
            const end = [...axis.querySelectorAll("text")].map((each) => +each.textContent);
            seen.push([{STEPS_DONE}, Math.max(...end.filter(Number.isFinite))]);
          }}
          return seen.filter(([step, end]) => end !== Math.max(50, step));
        }}"""
        with open_bare(browser, html(self.name)) as page:
            figure = Figure(page, self.name)
            figure.button(figure.words["play"]).click()
            page.wait_for_function(f"() => {STEPS_DONE} > 60")
            assert page.evaluate(script, figure.words["curves"]) == []

    def test_the_steps_on_gradients_begin_before_the_first_one(self, browser):
        """Paused; and where the gradient is to arrive, with sigmoids and what its preset sets."""
        with open_bare(browser, html(self.name)) as page:
            figure = Figure(page, self.name)
            advance = figure.root.locator(".cr-steps button").first
            now = dict(START)
            deep = {"layers": 6, "activation": "sigmoid", "scale": 1.4, "rate": 4}
            for begins in ({}, deep):
                figure.button(figure.words["play"]).click()
                page.wait_for_function(f"() => {STEPS_DONE} > 8")
                advance.click()
                figure.settle()
                now |= begins
                check(figure, 0, now)
                assert figure.button(figure.words["play"]).is_visible()
            figure.control("activation", "relu").click()
            check(figure, 0, {**now, "activation": "relu"})

    def test_the_short_form_shows_one_way_or_both(self, browser):
        text = explore.network(compact=True)._repr_html_()
        drawn = "() => document.querySelector('canvas').toDataURL()"
        with open_bare(browser, text) as page:
            figure = Figure(page, self.name)
            pictures = {page.evaluate(drawn)}
            for way in ("forward", "backward"):
                figure.control("show", way).click()
                figure.settle()
                pictures.add(page.evaluate(drawn))
            assert len(pictures) == 3


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"rate": 2}, f"network: rate must be one of {', '.join(map(str, RATES))}, got 2"),
        ({"layers": 7}, "network: layers must be in 1 … 6, got 7"),
        (
            {"data": "moons"},
            "network: data must be one of 'spirals', 'rings', 'clouds', got 'moons'",
        ),
    ],
)  # fmt: skip
def test_a_wrong_start_is_refused_with_a_sentence(wrong, message):
    with pytest.raises(ValueError) as caught:
        explore.network(**wrong)
    assert str(caught.value) == message

"""The explorable of the chapter "Computational graphs"."""

import math
import re

import numpy as np
import pytest

from chainrule import Add, Exp, Mul, Reciprocal, explore
from chainrule.explore._explorable import module
from explorables.checks import ExplorableChecks
from explorables.figures import Figure, html, open_bare, widget
from explorables.node import node
from explorables.numbers import significant, trimmed

# The inputs of each graph, and where their sliders begin and end.
SLIDERS = {
    "bill": {
        "notebooks": (0, 10, 1),
        "price": (0.5, 5, 0.1),
        "pens": (0, 10, 1),
        "pen_price": (0.1, 2, 0.1),
        "tax": (1, 1.3, 0.01),
    },
    "twice": {"x": (-5, 5, 0.5), "y": (-5, 5, 0.5)},
    "sigmoid": {"x": (-4, 4, 0.1)},
}

# Each step as the figure should say it, without its numbers.
STEPS = {
    "bill": [
        "cost = notebooks · price",
        "pens_cost = pens · pen_price",
        "before_tax = cost + pens_cost",
        "bill = before_tax · tax",
        "d_bill = 1",
        "d_before_tax = d_bill · tax",
        "d_tax = d_bill · before_tax",
        "d_cost = d_before_tax · 1",
        "d_pens_cost = d_before_tax · 1",
        "d_pens = d_pens_cost · pen_price",
        "d_pen_price = d_pens_cost · pens",
        "d_notebooks = d_cost · price",
        "d_price = d_cost · notebooks",
    ],
    "twice": [
        "u = x",
        "v = x",
        "total = v + y",
        "z = total · u",
        "d_z = 1",
        "d_total = d_z · u",
        "d_u = d_z · total",
        "d_v = d_total · 1",
        "d_y = d_total · 1",
        "d_x = d_u + d_v",
    ],
    "sigmoid": [
        "minus_x = x · (−1)",
        "exp = exp(minus_x)",
        "one_plus = exp + 1",
        "y = 1 / one_plus",
        "d_y = 1",
        "d_one_plus = d_y · (−y²)",
        "d_exp = d_one_plus · 1",
        "d_minus_x = d_exp · exp",
        "d_x = d_minus_x · (−1)",
    ],
}
NAME = r"(?<![a-z_])[a-z_]+(?![a-z_(])"  # exp(…) is no name

RULES = {
    "bill": "mul mul add mul end mul mul add add mul mul mul mul",
    "twice": "copy copy add mul end mul mul add add copy",
    "sigmoid": "minus exp one reciprocal end reciprocal one exp minus",
}


def order(graph):
    """The quantities of a graph: its inputs, then what the nodes make."""
    made = [step.split(" = ")[0] for step in STEPS[graph]]
    return [*SLIDERS[graph], *(name for name in made if not name.startswith("d_"))]


def library(graph, inputs, raised=None):
    """All values, and the gradients under names like d_x, by the library's nodes.

    raised : the value that is to be 0.01 larger than it would be
    """
    q = {}

    def keep(name, value):
        q[name] = float(value) + (0.01 if name == raised else 0)

    for name, value in inputs.items():
        keep(name, value)
    if graph == "bill":
        first, second, plus, last = Mul(), Mul(), Add(), Mul()
        keep("cost", first.forward(q["notebooks"], q["price"]))
        keep("pens_cost", second.forward(q["pens"], q["pen_price"]))
        keep("before_tax", plus.forward(q["cost"], q["pens_cost"]))
        keep("bill", last.forward(q["before_tax"], q["tax"]))
        q["d_bill"] = 1.0
        q["d_before_tax"], q["d_tax"] = last.backward(1.0)
        q["d_cost"], q["d_pens_cost"] = plus.backward(q["d_before_tax"])
        q["d_pens"], q["d_pen_price"] = second.backward(q["d_pens_cost"])
        q["d_notebooks"], q["d_price"] = first.backward(q["d_cost"])
    elif graph == "twice":
        plus, last = Add(), Mul()
        keep("u", q["x"])
        keep("v", q["x"])
        keep("total", plus.forward(q["v"], q["y"]))
        keep("z", last.forward(q["total"], q["u"]))
        q["d_z"] = 1.0
        q["d_total"], q["d_u"] = last.backward(1.0)
        q["d_v"], q["d_y"] = plus.backward(q["d_total"])
        q["d_x"] = q["d_u"] + q["d_v"]
    else:
        minus, exp, plus, last = Mul(), Exp(), Add(), Reciprocal()
        keep("minus_x", minus.forward(q["x"], -1.0))
        keep("exp", exp.forward(q["minus_x"]))
        keep("one_plus", plus.forward(q["exp"], 1.0))
        keep("y", last.forward(q["one_plus"]))
        q["d_y"] = 1.0
        q["d_one_plus"] = last.backward(1.0)
        q["d_exp"], _ = plus.backward(q["d_one_plus"])
        q["d_minus_x"] = exp.backward(q["d_exp"])
        q["d_x"], _ = minus.backward(q["d_minus_x"])
    return {name: float(value) for name, value in q.items()}


def written(value):
    return trimmed(significant(value, 4))


def sentence(step, q):
    """A step with its numbers: "d_price = d_cost · notebooks = 1.1 · 3 = 3.3"."""
    left, rule = step.split(" = ")

    def number(match):
        inner = match.start() > 0 and rule[match.start() - 1] != "("
        text = written(q[match[0]])
        return f"({text})" if inner and text.startswith("−") else text

    parts = [left, rule, re.sub(NAME, number, rule), written(q[left])]
    return " = ".join(part for k, part in enumerate(parts) if k == 0 or part != parts[k - 1])


def random_states(count):
    rng = np.random.default_rng(0)
    return [
        {
            "graph": graph,
            "inputs": {
                name: float(
                    np.round(low + step * rng.integers(0, round((high - low) / step) + 1), 9)
                )
                for name, (low, high, step) in SLIDERS[graph].items()
            },
        }
        for graph in SLIDERS
        for _ in range(count)
    ]


def test_each_rule_of_the_table_gives_the_librarys_number():
    """What the sentences say is true: the product makes the gradient that the nodes hand back."""
    for state in random_states(50):
        q = library(**state)
        for step in STEPS[state["graph"]]:
            left, rule = step.split(" = ")
            code = rule.translate({ord("·"): "*", ord("−"): "-", ord("²"): "**2"})
            names = {**q, "exp": math.exp} if "exp(" in rule else q
            assert math.isclose(eval(code, {}, names), q[left], rel_tol=1e-12), (step, state)


def test_values_and_gradients_are_those_of_the_librarys_nodes(tmp_path):
    states = random_states(200)
    script = """return data.map((state) => {
      const values = js.forward(state);
      return [values, js.backward(state.graph, values)];
    });"""
    answers = node(module("computational_graph.js"), script, states, tmp_path)
    for state, (values, gradients) in zip(states, answers, strict=True):
        ours = {**values, **{f"d_{name}": g for name, g in gradients.items()}}
        q = library(**state)
        assert ours.keys() == q.keys()
        for name in q:
            assert ours[name] == pytest.approx(q[name], rel=1e-12, abs=1e-15), (name, state)


def test_every_step_is_told_with_its_numbers(tmp_path):
    """In every state: the rule in names, in numbers, and what a raise by 0.01 does."""
    states = [
        {**state, "step": k}
        for state in random_states(40)
        for k in range(1, len(STEPS[state["graph"]]) + 1)
    ]
    script = "return data.map(js.numbers);"
    answers = node(module("computational_graph.js"), script, states, tmp_path)
    for state, told in zip(states, answers, strict=True):
        graph, inputs, k = state["graph"], state["inputs"], state["step"]
        q = library(graph, inputs)
        assert told["formula"] == sentence(STEPS[graph][k - 1], q), state
        ahead = STEPS[graph].index(f"d_{order(graph)[-1]} = 1")
        forward = k <= ahead
        assert told["k"] == (k if forward else k - ahead)
        assert told["n"] == (ahead if forward else len(STEPS[graph]) - ahead)
        assert told["moved"] == moved(graph, inputs, told["name"])[0]
        # That is what a gradient means, but for what the nudge's own size does.
        if not forward:
            rise = moved(graph, inputs, told["name"])[1] / 0.01
            assert rise == pytest.approx(q[f"d_{told['name']}"], rel=0.02, abs=0.011)


def moved(graph, inputs, name):
    end = order(graph)[-1]
    by = library(graph, inputs, raised=name)[end] - library(graph, inputs)[end]
    return written(by), by


def check(figure, graph, inputs, step):
    """The figure shows what the library's nodes give, and no more than `step` steps of it."""
    now = figure.settle()
    words, steps, names = now.words, STEPS[graph], order(graph)
    q = library(graph, inputs)
    assert now.checked("graph", graph)
    sliders = figure.root.locator("label:has(input[type=range]):visible").evaluate_all(
        "(all) => all.map((label) => "
        "[Number(label.control.value), label.querySelector('.cr-output').innerText])"
    )
    assert sliders == [[value, written(value)] for value in inputs.values()]
    check_sentences(now, graph, inputs, step, q)

    # The numbers, in the order of their arrows: a value where it is known, a gradient likewise.
    drawing = now.drawing(words["picture"])
    made = {each.split(" = ")[0] for each in steps[:step]} | set(inputs)
    texts = {
        kind: [t for t in drawing["text"] if t["class"] == f"cr-{kind}"]
        for kind in ("value", "gradient")
    }
    known = [name for name in names if name in made]
    assert [t["text"] for t in texts["value"]] == [written(q[name]) for name in known]
    pulled = [name for name in names if f"d_{name}" in made]
    assert [t["text"] for t in texts["gradient"]] == [written(q[f"d_{name}"]) for name in pulled]

    # Where they stand: a gradient below its value, both at the arrow of that name.
    at = dict(zip(known, texts["value"], strict=True))
    at |= {f"d_{n}": t for n, t in zip(pulled, texts["gradient"], strict=True)}
    for name in pulled:
        assert at[f"d_{name}"]["x"] == at[name]["x"]
        assert at[name]["y"] + 15 <= at[f"d_{name}"]["y"] <= at[name]["y"] + 30
    titles = {t["text"]: t for t in drawing["text"] if "cr-smaller" in t["class"]}
    assert list(titles) == names[len(inputs) : -1]
    for name in set(titles) & set(known):
        assert titles[name]["x"] == at[name]["x"]
        assert titles[name]["y"] + 12 <= at[name]["y"] <= titles[name]["y"] + 20

    # What the step took is framed with dashes, what it made with a line; its arrow is thick.
    frames = {
        kind: [r for r in drawing["rect"] if r.get("class") == f"cr-box cr-{kind}"]
        for kind in ("taken", "made")
    }
    if step == 0:
        assert frames == {"taken": [], "made": []}
        return
    left, rule = steps[step - 1].split(" = ")
    assert framed(frames["taken"], at) == set(re.findall(NAME, rule))
    assert framed(frames["made"], at) == {left}
    shafts = [points(path["d"]) for path in drawing["path"] if "class" not in path]
    assert len(shafts) == len(names) + 2  # all, and the step's: hidden, then thick
    own = shafts[names.index(left.removeprefix("d_"))]
    assert shafts[-2] == own
    assert shafts[-1] == (own[::-1] if left.startswith("d_") else own)
    thick = figure.root.locator("svg .cr-now").get_attribute("class").split()
    assert ("cr-gradient" if left.startswith("d_") else "cr-value") in thick


def check_sentences(now, graph, inputs, step, q):
    words, steps = now.words, STEPS[graph]
    if step == 0:
        now.says("start")
        return
    left = steps[step - 1].split(" = ")[0]
    ahead = sum(not each.startswith("d_") for each in steps)
    back = left.startswith("d_")
    which, k, n = (
        ("backward", step - ahead, len(steps) - ahead) if back else ("forward", step, ahead)
    )
    now.says(f"{which}_is", k=k, n=n, formula=sentence(steps[step - 1], q))
    now.says(f"{which}_{RULES[graph].split()[step - 1]}")
    name = left.removeprefix("d_")
    text, by = moved(graph, inputs, name)
    nudge = words["nudge"].format(
        name=name, end=order(graph)[-1], moved=text, ratio=written(by / 0.01)
    )
    assert (nudge in now.sentences) == back


def framed(rects, at):
    """The names of the numbers that stand in these boxes."""
    return {
        name
        for name, t in at.items()
        for r in rects
        if r["x"] < t["x"] < r["x"] + r["width"] and r["y"] < t["y"] - 4 < r["y"] + r["height"]
    }


def points(path):
    return re.findall(r"[-\d.]+ [-\d.]+", path)


def tips(figure):
    """The lines of every tip that is shown."""
    figure.settle()
    return [tip.locator("text").all_text_contents() for tip in figure.root.locator(".cr-tip").all()]


def check_tip(figure, graph, inputs, name):
    """One tip is there, the product of that gradient; and a reader who listens is told it, too."""
    figure.settle()
    step = next(each for each in STEPS[graph] if each.startswith(f"d_{name} = "))
    expected = sentence(step, library(graph, inputs))
    (lines,) = tips(figure)
    assert " ".join(lines) == expected
    label = figure.root.locator(f'[data-key="{name}"]').get_attribute("aria-label")
    assert label == expected


def finish(figure):
    """All steps, to the end."""
    forward = figure.button(figure.words["forward"])
    forward.evaluate("(next) => { while (next.ariaDisabled !== 'true') next.click(); }")
    figure.settle()


def whole(figure, graph):
    figure.control("graph", graph).check()
    finish(figure)


def go_forward(figure):
    for _ in range(3):
        figure.button(figure.words["forward"]).click()


class TestComputationalGraph(ExplorableChecks):
    name = "computational_graph"
    steps = (
        ("forward", go_forward),
        ("backward", finish),
        ("price", lambda figure: figure.set("pen_price", 1)),
        ("twice", lambda figure: whole(figure, "twice")),
        ("sigmoid", lambda figure: [whole(figure, "sigmoid"), figure.set("sigmoid_x", 4)]),
    )
    not_counted = (
        ("forward", lambda _: None, lambda figure: whole(figure, "twice")),  # is no bill
        # Without pens the gradient of tax stays.
        ("price", lambda figure: whole(figure, "bill"), lambda figure: [figure.set("pens", 0),
                                                  figure.set("pen_price", 1)]),
        # x is at its end already, and nobody has pulled it there.
        ("sigmoid", lambda figure: [whole(figure, "sigmoid"), figure.set("sigmoid_x", 4)],
         lambda figure: [figure.button(figure.words["begin_forward"]).click(),
                         whole(figure, "sigmoid")]),
    )  # fmt: skip

    def starts(self, graph):
        start = widget(self.name)
        if graph == "sigmoid":
            return {"x": start.sigmoid_x}
        return {name: getattr(start, name) for name in SLIDERS[graph]}

    def play(self, figure):
        for graph in SLIDERS:
            figure.control("graph", graph).click()
            self.play_graph(figure, graph, self.starts(graph))
        figure.control("graph", "bill").click()
        for graph in ("twice", "sigmoid", "bill"):
            figure.page.keyboard.press("ArrowRight")
            inputs = {
                name: figure.value("sigmoid_x" if graph == "sigmoid" else name)
                for name in SLIDERS[graph]
            }
            check(figure, graph, inputs, 1)

    def play_graph(self, figure, graph, inputs):
        last = len(STEPS[graph])
        check(figure, graph, inputs, 1)
        finish(figure)
        check(figure, graph, inputs, last)
        inputs = self.move_the_sliders(figure, graph, inputs)
        figure.button(figure.words["begin_forward"]).click()
        check(figure, graph, inputs, 0)
        for step in range(1, last + 1):
            figure.button(figure.words["forward"]).click()
            check(figure, graph, inputs, step)
        assert figure.button(figure.words["forward"]).get_attribute("aria-disabled") == "true"
        figure.button(figure.words["forward"]).click(force=True)
        check(figure, graph, inputs, last)
        self.point_at_all(figure, graph, inputs)
        for press in (lambda button: button.click(), lambda button: button.press("Enter")):
            self.press_the_buttons(figure, graph, inputs, press)

    def move_the_sliders(self, figure, graph, inputs):
        last = len(STEPS[graph])
        for name, (low, high, step) in SLIDERS[graph].items():
            control = "sigmoid_x" if graph == "sigmoid" else name
            figure.control(control).focus()
            for key, value in [("Home", low), ("End", high), ("ArrowLeft", high - step)]:
                figure.page.keyboard.press(key)
                inputs = {**inputs, name: figure.value(control)}
                assert inputs[name] == pytest.approx(value)
                check(figure, graph, inputs, last)
            figure.slide(control, 0.3)
            inputs = {**inputs, name: figure.value(control)}
            assert inputs[name] == pytest.approx(low + 0.3 * (high - low), abs=step)
            check(figure, graph, inputs, last)
        return inputs

    def press_the_buttons(self, figure, graph, inputs, press):
        words, last = figure.words, len(STEPS[graph])
        begun = sum(not each.startswith("d_") for each in STEPS[graph]) + 1
        press(figure.button(words["begin_forward"]))
        check(figure, graph, inputs, 0)
        press(figure.button(words["forward"]))
        check(figure, graph, inputs, 1)
        press(figure.button(words["begin_backward"]))
        check(figure, graph, inputs, begun)
        press(figure.button(words["back"]))
        check(figure, graph, inputs, begun - 1)
        press(figure.button(words["play"]))
        reached = sentence(STEPS[graph][begun], library(graph, inputs))
        figure.play_until(figure.root.locator(".cr-verdict", has_text=reached).count)
        press(figure.button(words["pause"]))
        check(figure, graph, inputs, begun + 1)
        # Only what has been reached can be pointed at.
        assert figure.root.locator("[data-key]").count() == 2
        for _ in range(last - begun - 1):
            press(figure.button(words["forward"]))
        check(figure, graph, inputs, last)

    def point_at_all(self, figure, graph, inputs):
        """With the mouse, and with the keyboard alone."""
        page, names = figure.page, order(graph)
        for name in names:
            figure.root.locator(f'[data-key="{name}"]').hover()
            check_tip(figure, graph, inputs, name)
        figure.root.locator(".cr-tip").hover()  # does not run away from who wants to read it
        check_tip(figure, graph, inputs, names[-1])
        figure.root.locator(".cr-caption").hover()
        assert tips(figure) == []
        figure.root.locator(f'[data-key="{names[0]}"]').focus()
        for name in names:
            check_tip(figure, graph, inputs, name)
            assert figure.root.locator(":focus").get_attribute("data-key") == name
            page.keyboard.press("Tab")
        assert tips(figure) == []
        page.keyboard.press("Shift+Tab")
        check_tip(figure, graph, inputs, names[-1])
        # A mouse has the word while it points at another; then the focus has it again.
        for elsewhere in (".cr-node >> nth=0", ".cr-caption"):
            figure.root.locator(f'[data-key="{names[0]}"]').hover()
            check_tip(figure, graph, inputs, names[0])
            figure.root.locator(elsewhere).hover(force=True)
            check_tip(figure, graph, inputs, names[-1])
        page.keyboard.press("Escape")
        assert tips(figure) == []

    def test_a_tap_tells_the_product_and_another_tap_ends_it(self, browser):
        with open_bare(browser, html(self.name), width=360, has_touch=True) as page:
            figure = Figure(page, self.name)
            for graph in SLIDERS:
                figure.control("graph", graph).tap()
                finish(figure)
                for name in order(graph):
                    figure.root.locator(f'[data-key="{name}"]').tap()
                    check_tip(figure, graph, self.starts(graph), name)
                figure.root.locator(".cr-caption").tap()
                figure.settle()
                assert tips(figure) == []

    def test_the_gradient_in_focus_keeps_its_tip_and_its_focus_while_values_move(self, browser):
        with open_bare(browser, html(self.name)) as page:
            figure = Figure(page, self.name)
            inputs = self.starts("bill")
            finish(figure)
            figure.root.locator('[data-key="pens"]').focus()
            # As if from another figure of the same model: nothing takes the focus away.
            figure.control("pen_price").evaluate(
                """(input) => {
                  input.value = 1.5;
                  input.dispatchEvent(new Event("input", { bubbles: true }));
                }"""
            )
            check_tip(figure, "bill", {**inputs, "pen_price": 1.5}, "pens")
            assert figure.root.locator(":focus").get_attribute("data-key") == "pens"
            # One gradient fewer, again as if by somebody else: those after it move up by a place.
            figure.root.locator('[data-key="bill"]').focus()
            figure.button(figure.words["back"]).evaluate("(button) => button.click()")
            figure.settle()
            assert figure.root.locator("[data-key]").count() == len(order("bill")) - 1
            assert figure.root.locator(":focus").get_attribute("data-key") == "bill"

    @pytest.mark.parametrize("width", [360, 700])
    def test_a_tip_stays_on_the_page_and_covers_nothing_it_speaks_of(self, browser, width):
        with open_bare(browser, html(self.name), width=width) as page:
            figure = Figure(page, self.name)
            for graph in SLIDERS:
                figure.control("graph", graph).check()
                finish(figure)
                for name in order(graph):
                    figure.root.locator(f'[data-key="{name}"]').focus()
                    figure.settle()
                    tip = figure.root.locator(".cr-tip").bounding_box()
                    assert tip["x"] >= 0 and tip["x"] + tip["width"] <= width
                    boxes = figure.root.locator(".cr-taken, .cr-pull:focus text").all()
                    for box in [box.bounding_box() for box in boxes]:
                        apart = (
                            tip["x"] >= box["x"] + box["width"]
                            or box["x"] >= tip["x"] + tip["width"]
                            or tip["y"] >= box["y"] + box["height"]
                            or box["y"] >= tip["y"] + tip["height"]
                        )
                        assert apart, (graph, name)

    def presses(self, figure):
        """Every graph in the states with the longest numbers; after its every step."""
        for graph in SLIDERS:
            yield figure.control("graph", graph).check
            for name, (low, high, _) in SLIDERS[graph].items():
                control = "sigmoid_x" if graph == "sigmoid" else name
                for value in (high, low, low + 0.3 * (high - low)):
                    yield lambda control=control, value=value: self.put(figure, control, value)
            yield figure.button(figure.words["begin_forward"]).click
            for _ in STEPS[graph]:
                yield figure.button(figure.words["forward"]).click

    def put(self, figure, control, value):
        figure.control(control).evaluate(
            """(input, value) => {
              input.value = value;
              input.dispatchEvent(new Event("input", { bubbles: true }));
            }""",
            value,
        )


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (
            {"graph": "tree"},
            "computational_graph: graph must be one of 'bill', 'twice', 'sigmoid', got 'tree'",
        ),
        ({"tax": 2}, "computational_graph: tax must be in 1 … 1.3, got 2"),
        ({"x": "3"}, "computational_graph: x must be in −5 … 5, got '3'"),
        ({"sigmoid_x": 5}, "computational_graph: sigmoid_x must be in −4 … 4, got 5"),
    ],
)
def test_a_wrong_start_is_refused_with_a_sentence(wrong, message):
    with pytest.raises(ValueError) as caught:
        explore.computational_graph(**wrong)
    assert str(caught.value) == message


@pytest.mark.parametrize("graph", SLIDERS)
def test_the_still_picture_is_of_the_graph_that_was_asked_for(graph):
    made = explore.computational_graph(graph)
    inputs = {n: getattr(made, "sigmoid_x" if graph == "sigmoid" else n) for n in SLIDERS[graph]}
    q = library(graph, inputs)
    alt = made.still().alt
    for name in inputs:
        assert f"Input {name} = {written(q[name])}, gradient {written(q[f'd_{name}'])}." in alt
    assert f"{order(graph)[-1]} = {written(q[order(graph)[-1]])}, gradient 1." in alt

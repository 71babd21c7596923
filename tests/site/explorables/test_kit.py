"""The kit that every explorable's module contains, on its own: how it writes numbers, compared with
Python's decimal arithmetic under Node; its elements, controls and drawings in a browser.
"""

import json
import re
from pathlib import Path

import numpy as np
import pytest

from chainrule import explore
from chainrule.explore import _explorable
from chainrule_dev.browser import bare_page, visit
from chainrule_dev.superscripts import DOWN, UP
from explorables import figures, numbers
from explorables.node import node

KIT = (Path(explore.__file__).parent / "_explorable.js").read_text(encoding="utf-8")

# --- As a part of every module -------------------------------------------------------------------

IMPORTS = {
    "one line": 'import { a, b } from "./_explorable.js";\n',
    "many lines": 'import {\n  a,\n  b,\n} from "./_explorable.js";\n',
}


def module_of(monkeypatch, own):
    texts = {"_explorable.js": "// The kit.\nexport const a = 1;\nexport function b() {}\n"}
    monkeypatch.setattr(_explorable, "_text", {**texts, "own.js": own}.get)
    return _explorable.module.__wrapped__("own.js")


@pytest.mark.parametrize("imports", IMPORTS.values(), ids=IMPORTS)
def test_the_kit_takes_the_place_of_its_import(monkeypatch, imports):
    """However many lines the formatter gives it; comments stay in the files."""
    own = f"{imports}\nexport const c = a;\nexport default c;\n"
    assert module_of(monkeypatch, own) == (
        "const a = 1;\nfunction b() {}\n\n\nexport const c = a;\nexport default c;\n"
    )


@pytest.mark.parametrize("times", [0, 2])
def test_the_kit_is_imported_once(monkeypatch, times):
    with pytest.raises(ValueError, match=f"own.js must import from .* once, got {times}"):
        module_of(monkeypatch, IMPORTS["many lines"] * times)


# --- Numbers ------------------------------------------------------------------------------------

# Halves, what rounds to zero or up to a power of ten, and what is no number.
EDGES = [0.0, -0.0, 0.5, -0.5, 0.125, -0.125, 2.5, 1.005, -0.0004, 0.0005, -1e-9, 0.99996, 9.995]
EDGES += [9.96e-5, 1e-4, -1e-5, 99999.5, 43210.0, 430000.0, -1.25, 1e15, 5e-300, 100.0, -20.0]
RANDOM = np.random.default_rng(0)
VALUES = [
    *EDGES,
    *RANDOM.uniform(-10, 10, 200).tolist(),
    *(RANDOM.standard_normal(200) * 10.0 ** RANDOM.integers(-12, 12, 200)).tolist(),
    *(RANDOM.integers(-4000, 4000, 200) / 8).tolist(),  # many halves among them
]


def in_javascript(call, tmp_path, values=VALUES):
    return node(KIT, f"return data.map((value) => js.{call});", values, tmp_path)


@pytest.mark.parametrize("digits", [1, 2, 3, 4, 6])
def test_significant_digits(digits, tmp_path):
    written = in_javascript(f"significant(value, {digits})", tmp_path)
    assert written == [numbers.significant(value, digits) for value in VALUES]


@pytest.mark.parametrize("decimals", [0, 1, 2, 3, 6])
def test_fixed_and_fewer_decimals(decimals, tmp_path):
    written = in_javascript(f"fixed(value, {decimals})", tmp_path)
    assert written == [numbers.fixed(value, decimals) for value in VALUES]
    assert not [text for text in written if re.fullmatch(r"−0(\.0*)?|.*-.*", text)]
    rounded = in_javascript(f"rounded(value, {decimals})", tmp_path)
    assert rounded == [numbers.rounded(value, decimals) for value in VALUES]
    read = [float(text.replace("−", "-")) for text in rounded]
    np.testing.assert_allclose(read, VALUES, atol=0.5 * 10.0**-decimals * (1 + 1e-9), rtol=1e-15)


@pytest.mark.parametrize("decimals", [1, 3])
def test_signed_numbers(decimals, tmp_path):
    written = in_javascript(f"signed(value, {decimals})", tmp_path)
    assert written == [numbers.signed(value, decimals) for value in VALUES]
    assert {text[0] for text in written} == {"+", "−"}


def test_six_decimals_and_four_digits_are_usual(tmp_path):
    assert in_javascript("significant(value)", tmp_path, [1 / 3]) == ["0.3333"]
    assert in_javascript("rounded(value)", tmp_path, [1 / 3]) == ["0.333333"]


@pytest.mark.parametrize(
    ("text", "short"),
    [
        ("1.500", "1.5"),
        ("−2.00", "−2"),
        ("0.0", "0"),
        ("1200", "1200"),
        ("10", "10"),
        ("10.010", "10.01"),
        ("1.000·10⁵", "1·10⁵"),
        ("1.250·10⁻¹⁰", "1.25·10⁻¹⁰"),
        ("∞", "∞"),
    ],
)
def test_zeros_at_the_end_of_decimals_go(text, short, tmp_path):
    assert in_javascript("trimmed(value)", tmp_path, [text]) == [short] == [numbers.trimmed(text)]


@pytest.mark.parametrize(
    ("name", "value", "text"),
    [("grouped", n, f"{n:,}") for n in (0, 999, 1000, 28740, 100000, 1234567)]
    + [("superscript", n, str(n).translate(UP)) for n in (0, 7, -8, 1234567890)]
    + [("subscript", n, str(n).translate(DOWN)) for n in (0, 7, 1234567890)],
)
def test_whole_numbers(name, value, text, tmp_path):
    assert in_javascript(f"{name}(value)", tmp_path, [value]) == [text]


def test_what_is_no_finite_number_has_a_sign_of_its_own(tmp_path):
    odd = {"NaN": "?", "Infinity": "∞", "-Infinity": "−∞"}
    for name, text in odd.items():
        calls = ["significant(v)", "fixed(v, 2)", "rounded(v)"]
        script = f"const v = {name}; return [{', '.join('js.' + call for call in calls)}];"
        assert node(KIT, script, None, tmp_path) == [text] * 3
        value = float(name)
        assert [numbers.significant(value), numbers.fixed(value, 2)] == [text] * 2


def test_sums_ranges_and_limits(tmp_path):
    limits = "[-1, 2, 5].map((value) => js.clamp(value, 0, 3))"
    script = f"return [js.sum([1, 2, 4]), js.sum([]), js.range(3), {limits}];"
    assert node(KIT, script, None, tmp_path) == [7, 0, [0, 1, 2], [0, 2, 3]]


def test_ticks_of_a_logarithmic_axis(tmp_path):
    script = "return [js.powersOfTen(-4, 3, 2), js.powersOfTen(-1, 1)];"
    assert node(KIT, script, None, tmp_path) == [
        [[-4, "10⁻⁴"], [-2, "10⁻²"], [0, "1"], [2, "10²"]],
        [[-1, "10⁻¹"], [0, "1"], [1, "10¹"]],
    ]


def test_words_follow_the_language(tmp_path):
    model = "{ get: () => ({ en: 1, ko: 2, 'pt-BR': 3 }) }"
    script = f"return data.map((language) => js.wordsOf({model}, language));"
    assert node(KIT, script, ["en", "ko", "ko-KR", "pt-BR", "fr", ""], tmp_path) == [
        1, 2, 2, 3, 1, 1,
    ]  # fmt: skip
    named = "return js.named({ a: 'A' }, ['a', 2]);"
    assert node(KIT, named, None, tmp_path) == [["a", "A"], [2, 2]]
    fill = "return js.fill('{n} of {all}: {n}', { n: 1, all: 3 });"
    assert node(KIT, fill, None, tmp_path) == "1 of 3: 1"


# --- In a browser -------------------------------------------------------------------------------

# A model as anywidget's, in which a test can read how often it was saved and who still listens.
MODEL = """
function modelOf(state) {
  const listeners = [];
  return {
    state, listeners, saved: 0,
    get: (name) => state[name],
    set(name, value) {
      if (state[name] === value) return;
      state[name] = value;
      for (const [event, listener] of [...listeners]) if (event === `change:${name}`) listener();
    },
    on: (event, listener) => listeners.push([event, listener]),
    off(event, listener) {
      const i = listeners.findIndex(([e, l]) => e === event && l === listener);
      if (i >= 0) listeners.splice(i, 1);
    },
    save_changes() { this.saved++; },
  };
}
"""


@pytest.fixture
def page(browser):
    """A bare page on which `kit` and `modelOf` are at hand, and an element to put things into."""
    names = re.findall(r"^export (?:function|const) (\w+)", KIT, re.MULTILINE)
    plain = re.sub(r"^export ", "", KIT, flags=re.MULTILINE)
    kit = f"window.kit = (() => {{ {plain}\nreturn {{ {', '.join(names)} }}; }})();"
    text = bare_page('<div id="here" style="width: 300px"></div>')
    with visit(browser, "kit", {"kit": text}) as page:
        page.add_script_tag(content=f"{MODEL}\n{kit}")
        yield page


def test_an_element_takes_every_kind_of_child(page):
    assert page.evaluate(
        """() => {
          const part = { el: kit.html("b", {}, "part"), unbind() {} };
          const drawing = kit.svg("svg", { width: 9 }, kit.svg("text", {}, 3));
          here.append(kit.html("p", { class: "x", hidden: false, title: null, lang: true },
            "text", 1, part, drawing, kit.html("i")));
          return here.innerHTML;
        }"""
    ) == ('<p class="x" lang="">text1<b>part</b><svg width="9"><text>3</text></svg><i></i></p>')
    assert page.evaluate("here.querySelector('svg').namespaceURI") == "http://www.w3.org/2000/svg"


@pytest.mark.parametrize("child", ["undefined", "null", "{}", "[1]", "true", "NaN, {}"])
def test_what_is_no_child_is_refused(page, child):
    for make in ("html('p', {}, %s)", "html('p', {}, kit.svg('g', {}, %s))"):
        said = page.evaluate(
            "(call) => { try { eval(call); return ''; } catch (error) { return error.message; } }",
            f"kit.{make % child}",
        )
        assert said.startswith("a child must be a text, an element or a part, got ")


def test_a_drawing_is_brought_up_to_date_in_place(page):
    """Attributes that go and come, texts, other tags, more and fewer children; nodes are kept."""
    assert page.evaluate(
        """async () => {
          const { svg, canvas } = kit;
          const pictures = [
            [svg("g", { class: "a" }, "old"), svg("rect", { x: 1, y: 2 })],
            [svg("g", { id: "b" }, "new", svg("path")), svg("line"), "end"],
            [svg("g", {}), svg("line", { x1: 0 })],
          ];
          const model = modelOf({ i: 0 });
          const picture = () => pictures[model.get("i")];
          const part = canvas(model, ["i"], { label: "L", height: 5 }, picture);
          here.append(part.el);
          const frames = async () => {
            for (let n = 0; n < 3; n++) await new Promise(requestAnimationFrame);
          };
          await frames();
          const first = part.el.firstChild;
          const seen = [part.el.innerHTML];
          for (const i of [1, 2]) {
            model.set("i", i);
            await frames();
            seen.push(part.el.innerHTML);
          }
          const box = part.el.getAttribute("viewBox");
          return [seen, part.el.firstChild === first, box, part.width()];
        }"""
    ) == [
        [
            '<g class="a">old</g><rect x="1" y="2"></rect>',
            '<g id="b">new<path></path></g><line></line>end',
            '<g></g><line x1="0"></line>',
        ],
        True,
        "0 0 300 5",
        300,
    ]


def test_a_picture_is_drawn_once_a_frame_where_something_has_changed(page):
    """And not any more when the explorable is taken off the page."""
    assert page.evaluate(
        """async () => {
          let drawn = [];
          const counts = [];
          const model = modelOf({ n: 0, other: 0 });
          const part = kit.canvas(model, ["n"], { label: "", height: (w) => w / 2 }, (width) => {
            drawn.push(width);
            return [];
          });
          const count = async () => {
            for (let n = 0; n < 4; n++) await new Promise(requestAnimationFrame);
            counts.push(drawn);
            drawn = [];
          };
          here.append(part.el);
          await count();
          for (const n of [1, 2, 3]) model.set("n", n);
          counts.push(drawn.length);
          await count();
          model.set("other", 1);
          await count();
          for (const width of ["200px", "200.3px"]) {
            part.el.style.width = width;
            await count();
          }
          const height = part.el.getAttribute("height");
          model.set("n", 4);
          part.unbind();
          part.el.style.width = "250px";
          await count();
          return [counts, height];
        }"""
    ) == [[[300], 0, [300], [], [200], [], []], "100"]


def test_controls_and_the_model_follow_each_other(page):
    assert page.evaluate(
        """() => {
          const model = modelOf({ n: 2, mode: "b", on: false, list: [1, 2], W: [[1, 2], [3, 4]] });
          const parts = {
            n: kit.slider(model, "n", { label: "N", min: 0, max: 9, text: (v) => `#${v}` }),
            mode: kit.choice(model, "mode", { label: "M", options: [["a", "A"], ["b", "B"]] }),
            on: kit.toggle(model, "on", { label: "O" }),
            entry: kit.slider(kit.listEntry(model, "list", 1), "list1",
              { label: "L", min: 0, max: 9 }),
            W: kit.matrixInput(model, "W", { label: (i, j) => `${i}${j}`, min: -9, max: 9 }),
          };
          const unmount = kit.mount(here, { caption: "C" }, parts, ...Object.values(parts));
          const seen = () => [...here.querySelectorAll("input")].map((i) =>
            ["radio", "checkbox"].includes(i.type) ? i.checked : i.value).join(" ");
          const started = seen();
          const changes = { n: 5, mode: "a", on: true, list: [1, 7], W: [[9, 2], [3, 4]] };
          for (const [name, value] of Object.entries(changes)) model.set(name, value);
          const followed = seen();
          const set = (input, change) => {
            change(input);
            input.dispatchEvent(new Event("input", { bubbles: true }));
            input.dispatchEvent(new Event("change", { bubbles: true }));
          };
          const inputs = [...here.querySelectorAll("input")];
          set(inputs[0], (i) => (i.value = 3));
          set(inputs[2], (i) => (i.checked = true));
          set(inputs[3], (i) => (i.checked = false));
          set(inputs[4], (i) => (i.value = 4));
          set(inputs[5], (i) => (i.value = "-9.0")); // what is being typed stays
          set(inputs[8], (i) => (i.value = 9));
          set(inputs[6], (i) => (i.value = 10));
          set(inputs[7], (i) => (i.value = ""));
          const typed = inputs.map((i) => i.value).slice(5);
          const invalid = inputs.map((i) => i.getAttribute("aria-invalid")).slice(5);
          const outputs = [...here.querySelectorAll(".cr-output")].map((o) => o.textContent);
          const spoken = inputs[0].getAttribute("aria-valuetext");
          const { saved } = model;
          const before = model.listeners.length;
          unmount();
          return [started, followed, model.state, typed, invalid, outputs, spoken, saved, before,
            model.listeners.length, here.lastChild.textContent];
        }"""
    ) == [
        "2 false true false 2 1 2 3 4",
        "5 true false true 7 9 2 3 4",
        {"n": 3, "mode": "b", "on": False, "list": [1, 4], "W": [[-9, 2], [3, 9]]},
        ["-9.0", "10", "", "9"],
        ["false", "true", "true", "false"],
        ["#3", "4"],
        "#3",
        6,
        5,
        0,
        "C",
    ]


def test_a_slider_ends_where_others_say(page):
    assert page.evaluate(
        """() => {
          const model = modelOf({ n: 8, last: 9 });
          const options = { label: "", min: 0, max: () => model.get("last"), others: ["last"] };
          const { el, unbind } = kit.slider(model, "n", options);
          const input = el.querySelector("input");
          model.set("last", 4);
          const seen = [input.max, model.get("n"), input.value];
          model.set("last", 7);
          seen.push(input.max, model.get("n"));
          unbind();
          return [...seen, model.listeners.length];
        }"""
    ) == ["4", 4, "4", "7", 4, 0]


def test_a_translator_leaves_pictures_and_formulas_alone(page):
    """But not the words of a label."""
    told = page.evaluate(
        """() => {
          const model = modelOf({ n: 1 });
          const labels = ["x₁ =", "a =", "dx", "Rate, p =", "Row", "Größe", "층"];
          const picture = kit.canvas(model, ["n"], { label: "", height: 9 }, () => []);
          const sliders = labels.map((label) => kit.slider(model, "n", { label, min: 0, max: 9 }));
          return [picture.el, ...sliders.map(({ el }) => el.querySelector(".cr-label"))].map(
            (each) => each.getAttribute("translate"),
          );
        }"""
    )
    assert told == ["no"] * 4 + [None] * 4


def test_presets_compare_what_states_hold(page):
    """A list that has been to a kernel and back is another object, and the same state."""
    assert page.evaluate(
        """() => {
          const groups = { make: { one: { x: [1, 2], n: 1 } }, go: { two: { x: [3, 4] } } };
          const words = { make: "Make", go: "Go", one: "it one", two: "to two", one_note: "Why.",
            two_note: "So." };
          const model = modelOf({ x: [1, 2], n: 1 });
          const { el, unbind } = kit.presets(model, groups, words);
          const seen = () => [...[...el.querySelectorAll("button")].map((b) => b.ariaPressed),
            el.querySelector("p").textContent];
          const all = [seen()];
          model.set("n", 2);
          all.push(seen());
          el.querySelectorAll("button")[1].click();
          all.push(seen(), model.state.x, model.saved);
          const names = [...el.querySelectorAll("button")].map((b) => b.ariaLabel);
          const rows = [...el.querySelectorAll("div")].map((row) => row.textContent);
          unbind();
          return [...all, names, rows, model.listeners.length];
        }"""
    ) == [
        ["true", "false", "Why."],
        ["false", "false", ""],
        ["false", "true", "So."],
        [3, 4],
        1,
        ["Make it one", "Go to two"],
        ["Make it one", "Go to two"],
        0,
    ]


def test_sentences_are_templates_chosen_by_their_numbers(page):
    assert page.evaluate(
        """() => {
          const model = modelOf({ n: 1 });
          const words = { one: "one of {n}", many: "{n} of them" };
          const say = kit.sentences(model, ["n"], words, () => ({ n: model.get("n") }));
          const parts = [say("one"), say(({ n }) => (n > 1 ? "many" : "one"), { live: true }),
            say(() => null)];
          const seen = () => parts.map(({ el }) => el.outerHTML);
          const before = seen();
          model.set("n", 3);
          return [before, seen()];
        }"""
    ) == [
        ["<p>one of 1</p>", '<p aria-live="polite">one of 1</p>', "<p></p>"],
        ["<p>one of 3</p>", '<p aria-live="polite">3 of them</p>', "<p></p>"],
    ]


# --- Back, forward and play -----------------------------------------------------------------------

STEPPER = """() => {
  window.model = modelOf({ n: 0 });
  const words = { back: "back", forward: "forward", play: "play", pause: "pause" };
  window.part = kit.stepper(model, "n", { max: () => 3, words, every: 1000 });
  here.append(part.el);
}"""


@pytest.fixture
def stepper(page):
    """Its page, on which time stands still until the test runs it."""
    page.clock.install(time=0)
    page.evaluate(STEPPER)
    return page


def seen(page):
    return page.evaluate("[model.get('n'), here.querySelectorAll('button')[2].textContent]")


def press(page, name):
    page.get_by_role("button", name=name, exact=True).click(force=True)


def test_play_goes_on_by_itself_to_the_end(stepper):
    press(stepper, "play")
    assert seen(stepper) == [0, "pause"]
    for n in (1, 2, 3):
        stepper.clock.run_for(1000)
        assert seen(stepper) == [n, "pause"]
    stepper.clock.run_for(1000)
    assert seen(stepper) == [3, "play"], "at the end it stops"
    press(stepper, "play")
    assert seen(stepper) == [0, "pause"], "and begins anew"
    press(stepper, "pause")
    stepper.clock.run_for(5000)
    assert seen(stepper) == [0, "play"]


@pytest.mark.parametrize(("button", "after"), [("back", 0), ("forward", 2)])
def test_back_and_forward_stop_playing(stepper, button, after):
    press(stepper, "play")
    stepper.clock.run_for(1000)
    press(stepper, button)
    assert seen(stepper) == [after, "play"]
    stepper.clock.run_for(5000)
    assert seen(stepper) == [after, "play"]


def test_at_an_end_a_step_does_nothing(stepper):
    def disabled():
        return stepper.locator("button").evaluate_all("(all) => all.map((b) => b.ariaDisabled)")

    press(stepper, "back")
    assert (seen(stepper)[0], disabled()) == (0, ["true", "false", None])
    for n in (1, 2, 3, 3):
        press(stepper, "forward")
        assert seen(stepper)[0] == n
    assert disabled() == ["false", "true", None]


def test_a_player_that_is_taken_off_the_page_stops(stepper):
    press(stepper, "play")
    stepper.evaluate("part.unbind()")
    stepper.clock.run_for(5000)
    assert stepper.evaluate("[model.get('n'), model.listeners.length]") == [0, 0]


def test_with_reduced_motion_nothing_plays(page):
    page.emulate_media(reduced_motion="reduce")
    page.evaluate(STEPPER)
    assert page.locator("button").all_inner_texts() == ["back", "forward"]
    press(page, "forward")
    assert page.evaluate("model.get('n')") == 1


# --- Around the figure ----------------------------------------------------------------------------


def test_keys_that_move_a_slider_stay_in_the_figure(page):
    """JupyterLab would take them; its commands it still gets."""
    page.evaluate("""() => {
      window.taken = [];
      addEventListener("keydown", (event) => taken.push(event.key));
      kit.mount(here, { caption: "" }, {}, kit.html("button", { id: "inside" }, "b"));
      here.insertAdjacentHTML("afterend", "<button id=outside>b</button>");
    }""")
    page.locator("#inside").press("ArrowRight")
    page.locator("#inside").press("Control+b")
    page.locator("#outside").press("ArrowLeft")
    assert page.evaluate("taken") == ["Control", "b", "ArrowLeft"]


# --- Dragging -------------------------------------------------------------------------------------


def test_a_finger_drags_only_what_is_made_for_it(page):
    """A mouse drags anything that can be taken; a finger on the rest scrolls the page."""
    assert page.evaluate(
        """() => {
          here.innerHTML = `<svg width="100" height="50">
            <rect class="cr-grab" width="9" height="9"/><circle r="3"/></svg>`;
          const el = here.firstChild;
          el.setPointerCapture = () => {};
          const { left, top } = el.getBoundingClientRect();
          const log = [];
          const follow = ([x, y], taken) => log.push([x, y, taken]);
          kit.drag(el, ([x]) => (x < 50 ? "taken" : null), follow);
          const send = (target, type, pointerType, x, buttons = 1) => {
            const options = { bubbles: true, cancelable: true, pointerType, buttons,
              clientX: left + x, clientY: top + 5 };
            return target.dispatchEvent(new PointerEvent(type, options));
          };
          const [grip, dot] = el.children;
          const gone = [];
          for (const [target, kind] of [[dot, "mouse"], [dot, "touch"], [grip, "touch"]]) {
            gone.push(send(target, "pointerdown", kind, 10));
            send(el, "pointermove", kind, 20);
            send(el, "pointermove", kind, 25, 0);
            send(el, "pointerup", kind, 20, 0);
            send(el, "pointermove", kind, 30);
          }
          send(grip, "pointerdown", "mouse", 60);
          send(el, "pointermove", "mouse", 70);
          const touch = (target) => {
            const event = new Event("touchstart", { bubbles: true, cancelable: true });
            return target.dispatchEvent(event);
          };
          return [log, gone, touch(grip), touch(dot)];
        }"""
    ) == [
        [[10, 5, "taken"], [20, 5, "taken"]] * 2,
        [False, True, False],
        False,
        True,
    ]


def test_what_was_taken_is_let_go_once(page):
    assert page.evaluate(
        """() => {
          here.innerHTML = '<svg width="100" height="50"></svg>';
          const el = here.firstChild;
          el.setPointerCapture = () => {};
          const { left } = el.getBoundingClientRect();
          const log = [];
          kit.drag(el, ([x]) => (x < 50 ? "taken" : null), () => {}, () => log.push("let go"));
          for (const x of [10, 60]) {
            for (const type of ["pointerdown", "pointermove", "pointerup", "pointercancel"]) {
              const options = { pointerType: "mouse", buttons: 1, clientX: left + x };
              el.dispatchEvent(new PointerEvent(type, options));
              log.push(`${x} ${type}`);
            }
          }
          return log.filter((each, i) => each === "let go" || log[i - 1] === "let go");
        }"""
    ) == ["let go", "10 pointerup"]


# --- The host -------------------------------------------------------------------------------------


def test_the_hosts_model_is_like_a_kernels(tmp_path):
    """It tells listeners of changes alone; one that was taken off, or all of them, hear no more."""
    host = Path(explore.__file__).parent.joinpath("_host.js").read_text(encoding="utf-8")
    model = host.partition("\nfor (const figure of")[0]
    script = """
      const heard = [];
      const model = js.hostModel({ x: 1, y: 1 });
      const [one, two] = [() => heard.push("one"), () => heard.push("two")];
      model.on("change:x", one);
      model.on("change:x", two);
      model.on("change", () => heard.push("saved"));
      model.set("x", 1);
      model.set("y", 2);
      model.set("x", 3);
      model.save_changes();
      model.off("change:x", one);
      model.off("change:z", one);
      model.set("x", 4);
      model.off("change:x");
      model.set("x", 5);
      return [heard, model.get("x"), model.get("y")];
    """
    assert node(f"{model}\nexport {{ hostModel }};\n", script, None, tmp_path) == [
        ["one", "two", "saved", "two"],
        5,
        2,
    ]


# --- What a reader sees -------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text", ["[object Object] SGD", "x = undefined", "NaN", "null", "−Infinity"]
)
def test_the_name_of_a_missing_value_in_a_figure_is_noticed(text):
    seen = {"texts": ["fine", text], "controls": [], "sentences": [], "outputs": [], "drawings": []}
    with pytest.raises(AssertionError, match=re.escape(text)):
        figures.Seen({}, seen)
    seen["texts"] = ["annulled, undefinedness", "NaNo"]
    figures.Seen({}, seen)


# Each puts the name of a missing value into an element of its own.
PLANTED = {
    "a text": "p.textContent = `${{}}`;",
    "a name that is read aloud": "p.setAttribute('aria-label', `${undefined}`);",
    "a label of a drawing": "p.innerHTML = `<svg><text>${NaN}</text></svg>`;",
}


@pytest.mark.parametrize("planted", PLANTED.values(), ids=PLANTED)
def test_every_text_of_a_figure_is_read(browser, planted):
    start = "function render({ model, el }) {"
    html = figures.html("sigmoid_slope")
    assert html.count(start) == 1
    own = f"{start} const p = document.createElement('p'); el.append(p); {planted}"
    with (
        figures.open_bare(browser, html.replace(start, own)) as page,
        pytest.raises(AssertionError, match="texts that name a missing value"),
    ):
        figures.Figure(page, "sigmoid_slope")


# --- Steps ----------------------------------------------------------------------------------------

# Two steps: to move n up from where it was, and to choose "b" with a list that is not as at first.
STEPS = """
const words = { steps_count: "{n} of {all}", steps_next: "Next", steps_skip: "Skip",
  steps_again: "Start again", steps_end: "The end.", step_up: "Move n up.",
  done_up: "It is up.", step_both: "Now both.", done_both: "Both are done." };
const first = { n: 4, mode: "a", list: [1, 2], names: ["n", "mode", "list"] };
const model = modelOf({ ...first });
const part = kit.steps(model, words, [
  { key: "up", done: ({ now, start }) => now.n > start.n },
  { key: "both", done: ({ now }) => now.mode === "b" && now.list[0] === 7 },
]);
here.append(part.el);
const [next, again] = part.el.querySelectorAll("button");
const live = part.el.querySelector("[aria-live=polite]");
const seen = async () => {
  await Promise.resolve();
  return [live.innerText.trim(), next.innerText];
};
"""


def with_steps(page, script, **others):
    """What the script returns; `others` are words in place of those above."""
    steps = STEPS.replace("};", f", ...{json.dumps(others)} }};", 1)
    return page.evaluate(f"async () => {{ {steps}\n{script} }}")


def test_a_step_is_noticed_when_it_was_done_and_leads_to_the_next(page):
    assert with_steps(
        page,
        """
        const all = [await seen()];
        model.set("n", 3);
        all.push(await seen());
        model.set("n", 5);
        all.push(await seen());
        model.set("n", 0); // what was done stays done
        all.push(await seen());
        next.click();
        all.push(await seen());
        kit.setState(model, { mode: "b", list: [7, 8] });
        all.push(await seen());
        next.click();
        all.push(await seen(), next.ariaDisabled);
        next.click();
        return [...all, await seen()];
        """,
    ) == [
        ["1 of 2 Move n up.", "Skip"],
        ["1 of 2 Move n up.", "Skip"],
        ["1 of 2 It is up.", "Next"],
        ["1 of 2 It is up.", "Next"],
        ["2 of 2 Now both.", "Skip"],
        ["2 of 2 Both are done.", "Next"],
        ["The end.", "Next"],
        "true",
        ["The end.", "Next"],
    ]


def test_a_step_counts_only_once_the_reader_has_changed_something(page):
    """And only what holds after all that is set at once is set."""
    assert with_steps(
        page,
        """
        kit.setState(model, { mode: "b", list: [7, 8] });
        next.click(); // the second step's condition holds already
        const all = [await seen()];
        model.set("list", [7, 8]);
        all.push(await seen());
        kit.setState(model, { n: 9, mode: "a" });
        all.push(await seen());
        kit.setState(model, { mode: "b" });
        return [...all, await seen()];
        """,
    ) == [
        ["2 of 2 Now both.", "Skip"],
        ["2 of 2 Now both.", "Skip"],
        ["2 of 2 Now both.", "Skip"],
        ["2 of 2 Both are done.", "Next"],
    ]


def test_a_step_is_done_again_where_it_began(page):
    """Its condition holds at first: the reader must leave that state, and may come back to it."""
    assert with_steps(
        page,
        """
        kit.setState(model, { mode: "b", list: [7, 8] });
        next.click();
        model.set("mode", "a");
        const left = await seen();
        model.set("mode", "b");
        return [left, await seen()];
        """,
    ) == [["2 of 2 Now both.", "Skip"], ["2 of 2 Both are done.", "Next"]]


def test_a_step_can_set_what_it_begins_with_and_see_the_change_before(page):
    assert page.evaluate(
        """async () => {
        const words = new Proxy({}, { get: (_, key) => key });
        const model = modelOf({ n: 4, mode: "a", names: ["n", "mode"] });
        const told = [];
        const step = (key, sets) => {
          const done = ({ now, before, start }) => void told.push([start.n, before.n, now.n]);
          return { key, sets, done };
        };
        const part = kit.steps(model, words, [
          step("first"), step("values", { n: 7 }), step("made", ({ n }) => ({ n: n + 20 })),
        ]);
        const [next] = part.el.querySelectorAll("button");
        const go = async (change) => { change(); await Promise.resolve(); };
        await go(() => next.click());
        await go(() => model.set("n", 8));
        await go(() => model.set("n", 9));
        await go(() => next.click());
        await go(() => model.set("n", 1));
        return told;
        }"""
    ) == [[7, 7, 8], [7, 8, 9], [29, 29, 1]]


def test_start_again_resets_the_steps_and_the_model(page):
    said, state, kept, listening = with_steps(
        page,
        """
        kit.setState(model, { n: 6, mode: "b", list: [7, 8] });
        await seen();
        next.click();
        again.focus();
        again.click();
        const said = await seen();
        const kept = document.activeElement === again;
        part.unbind();
        return [said, model.state, kept, model.listeners.length];
        """,
    )
    assert said == ["1 of 2 Move n up.", "Skip"]
    names = ["n", "mode", "list"]
    assert state == {"n": 4, "mode": "a", "list": [1, 2], "names": names}
    assert kept and listening == 0


def test_steps_keep_their_height_and_stay_out_of_print(page):
    page.add_style_tag(content=_explorable.stylesheet())
    page.evaluate("here.className = 'cr-explorable-live'")
    heights = with_steps(
        page,
        """
        const heights = [part.el.offsetHeight];
        for (const act of [() => model.set("n", 9), () => next.click(), () => next.click()]) {
          act();
          await seen();
          heights.push(part.el.offsetHeight);
        }
        return heights;
        """,
        done_up="It is up, and what that means takes more than the one line of the others. " * 2,
    )
    assert len(set(heights)) == 1
    assert page.locator(".cr-steps").is_visible()
    page.emulate_media(media="print")
    assert not page.locator(".cr-steps").is_visible()


def test_playing_stops_when_something_else_moves_it(page):
    page.clock.install()
    page.evaluate(
        """() => {
          const model = modelOf({ n: 0 });
          const words = { back: "Back", forward: "Forward", play: "Play", pause: "Pause" };
          const part = kit.stepper(model, "n", { max: () => 9, words, every: 100 });
          here.append(part.el);
          part.el.lastChild.click();
          window.at = () => [model.get("n"), part.el.lastChild.textContent];
          window.reset = () => model.set("n", 0);
        }"""
    )
    page.clock.run_for(250)
    assert page.evaluate("at()") == [2, "Pause"]
    page.evaluate("reset()")
    page.clock.run_for(1000)
    assert page.evaluate("at()") == [0, "Play"]


# --- Pictures held in view ------------------------------------------------------------------------

# A column of controls and a picture after which so much follows that the page scrolls.
HELD = """
here.style.width = "auto";
const model = modelOf({ n: 0 });
const picture = kit.canvas(model, ["n"], { label: "", height: 300 }, () => []);
const sliders = kit.range(9).map((i) => kit.slider(model, "n", { label: `${i}`, min: 0, max: 9 }));
const columns = kit.panels(sliders, [picture]);
kit.mount(here, { caption: "C" }, { picture }, columns);
here.style.marginBottom = "100vh";
document.documentElement.style.scrollPaddingTop = "56px"; // as the book's theme does
"""


@pytest.mark.parametrize(
    ("width", "height", "top"),
    [(360, 740, 56), (360, 440, None), (1280, 740, None)],
    ids=["a phone", "a low screen", "a wide screen"],
)
def test_a_picture_is_held_in_view_where_it_leaves_room(page, width, height, top):
    page.set_viewport_size({"width": width, "height": height})
    page.add_style_tag(content=_explorable.stylesheet())
    page.evaluate(f"() => {{ {HELD} }}")
    seen = """async () => {
      await new Promise((done) => setTimeout(done, 100));
      const [first, last] = [0, 5].map((i) => here.querySelectorAll("input")[i]);
      last.scrollIntoView({ block: "start" });
      const { top, bottom } = here.querySelector(".cr-held").getBoundingClientRect();
      const isFirst = here.querySelector(".cr-held").compareDocumentPosition(first) & 4;
      return [top, bottom < last.getBoundingClientRect().top, Boolean(isFirst)];
    }"""
    at, is_clear, is_first = page.evaluate(seen)
    assert is_first
    if top is None:
        assert at < -200
    else:
        assert at == pytest.approx(top, abs=1) and is_clear


def test_of_a_tall_picture_the_lower_part_is_held(page):
    """Down to 62 % of the screen: what is set has the rest."""
    page.set_viewport_size({"width": 360, "height": 740})
    page.add_style_tag(content=_explorable.stylesheet())
    page.evaluate(f"() => {{ {HELD.replace('300', '600')} }}")
    at = page.evaluate(
        """async () => {
          await new Promise((done) => setTimeout(done, 100));
          here.querySelectorAll("input")[5].scrollIntoView({ block: "start" });
          return here.querySelector(".cr-held").getBoundingClientRect().bottom;
        }"""
    )
    assert at == pytest.approx(0.62 * 740, abs=2)


# --- Steps at the foot of a narrow screen ---------------------------------------------------------


@pytest.mark.parametrize(
    ("width", "height", "is_at_foot"),
    [(360, 740, True), (740, 360, True), (767, 900, True), (768, 900, False), (320, 400, False)],
    ids=["a phone", "a phone on its side", "below 768", "from 768 on", "large letters"],
)
def test_steps_stay_at_the_foot_of_a_narrow_screen(page, width, height, is_at_foot):
    """As long as the figure is in view; the Tab key meets them first, and nothing moves."""
    page.set_viewport_size({"width": width, "height": height})
    page.add_style_tag(content=_explorable.stylesheet())
    foot, keeps_its_height, is_first, is_gone = page.evaluate(
        f"""async () => {{
          {STEPS}
          here.style.width = "auto";
          const sliders = kit.range(29).map((i) =>
            kit.slider(model, "n", {{ label: `${{i}}`, min: 0, max: 9 }}));
          kit.mount(here, {{ caption: "C" }}, {{ part }}, part, ...sliders);
          here.style.marginBottom = "200vh";
          await new Promise((done) => setTimeout(done, 100));
          here.querySelectorAll("input")[9].scrollIntoView({{ block: "end" }});
          const foot = innerHeight - part.el.getBoundingClientRect().bottom;
          const tall = [document.body.scrollHeight];
          model.set("n", 9);
          await seen();
          tall.push(document.body.scrollHeight);
          const isFirst = here.querySelector("input, button") === next;
          scrollTo(0, 1e6);
          const isGone = part.el.getBoundingClientRect().bottom <= 0;
          return [foot, tall[0] === tall[1], isFirst, isGone];
        }}"""
    )
    assert (foot == pytest.approx(0, abs=1)) == is_at_foot
    assert keeps_its_height and is_first and is_gone

"""The explorables in a real browser, with no kernel and no network: every control is moved, with
the keyboard and with the pointer, and what the figure then says and draws must be the library's.

They stand on a bare page and on the chapter's own page of the built site.
"""

import json
import re
from functools import cache, partial

import numpy as np
import pytest

from browser import BUILT, SITE, bare_page, chromium, visit
from chainrule import explore
from chainrule.explore import gradient_table
from explorable_numbers import (
    Square,
    gradient_norms,
    shown,
    sigmoid_numbers,
    vanishing_numbers,
)
from repository import ROOT

CHAPTERS = {"sigmoid_slope": "sigmoid", "vanishing_gradients": "vanishing-gradients"}


@cache
def widget(name):
    return getattr(explore, name)()


@cache
def html(name):
    return widget(name)._repr_html_()


def carries(chapter, name):
    """Whether a chapter shows an explorable: its notebook says so."""
    notebook = ROOT / "book" / "en" / f"{chapter}.ipynb"
    if not notebook.is_file():
        return False
    cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
    return any(
        f"explore.{name}(" in "".join(cell["source"])
        for cell in cells
        if cell["cell_type"] == "code"
    )


def places():
    """(name, "bare") for each explorable, and (name, chapter) where a chapter carries it."""
    for name, chapter in CHAPTERS.items():
        yield pytest.param(name, "bare", id=name)
        if carries(chapter, name):
            yield pytest.param(name, f"book/en/{chapter}.html", id=f"{name} in its chapter")


def open_place(browser, name, place, **options):
    if place == "bare":
        return visit(browser, "bare", {"bare": bare_page(html(name))}, **options)
    if not (BUILT / place).is_file():
        pytest.fail(f"_build/html/{place} is missing: build the site first with `make book`")
    return visit(browser, place, **options)


# --- Reading a figure -----------------------------------------------------------------------------


class Figure:
    """One living explorable on a page: its controls, its sentences and what its pictures draw."""

    def __init__(self, page, name, nth=0):
        self.page, self.name, self.words = page, name, widget(name).words["en"]
        self.root = page.locator(f'[data-explorable="{type(widget(name)).__name__}"]').nth(nth)
        self.root.locator(".cr-explorable-live").wait_for()
        self.root.scroll_into_view_if_needed()
        self.settle()

    def settle(self):
        """Until two frames have gone by: one to draw, one to be sure."""
        self.page.evaluate("() => new Promise((done) => requestAnimationFrame(() => "
                           "requestAnimationFrame(done)))")  # fmt: skip

    def control(self, name, value=None):
        at = "" if value is None else f'[value="{value}"]'
        return self.root.locator(f'input[name="{name}"]{at}')

    def button(self, name):
        return self.root.get_by_role("button", name=name, exact=True)

    def value(self, name):
        return float(self.control(name).input_value())

    def output(self, name):
        return self.root.locator(f'label:has(input[name="{name}"]) output').inner_text()

    def says(self, key, **numbers):
        """The figure shows this sentence of its table, with these numbers in it."""
        sentence = self.words[key].format(**numbers)
        assert sentence in self.root.locator("p").all_inner_texts()

    def drawing(self, label):
        """What the picture of that name holds, in pixels."""
        return self.root.locator(f'svg[aria-label="{label}"]').evaluate(
            """(svg) => {
              const numbers = (node) => Object.fromEntries(
                [...node.attributes].map((a) => [a.name, isNaN(a.value) ? a.value : +a.value]));
              const all = (tag) => [...svg.querySelectorAll(tag)].map((node) =>
                ({ ...numbers(node), text: node.textContent }));
              return { text: all("text"), circle: all("circle"), path: all("path") };
            }"""
        )

    def slide(self, name, fraction):
        """Click on a slider's track, so far along it."""
        box = self.control(name).bounding_box()
        # The middle of the thumb goes from 8 pixels inside one end to 8 inside the other.
        position = {"x": 8 + fraction * (box["width"] - 16), "y": box["height"] / 2}
        self.control(name).click(position=position)

    def watch(self):
        """From now on every control remembers whether a key or a pointer has moved it."""
        self.root.evaluate(
            """(root) => {
              let by = "";
              root.addEventListener("keydown", () => (by = "keyboard"), true);
              root.addEventListener("pointerdown", () => (by = "pointer"), true);
              const moved = ({ isTrusted, target }) => {
                const control = target.closest("input, button");
                if (isTrusted && control) control.setAttribute(`data-${by}`, "");
              };
              root.addEventListener("input", moved, true);
              root.addEventListener("click", (event) =>
                event.target.closest("button") && moved(event), true);
            }"""
        )

    def all_moved(self):
        """Every control has been moved both ways: one that is added must be tried, too."""
        for by in ("keyboard", "pointer"):
            still = self.root.locator(f":is(input, button):not([data-{by}])")
            assert [control.evaluate("(c) => c.outerHTML") for control in still.all()] == [], by


def axis(texts, values):
    """Pixels to numbers, from two labels of an axis. `values`: {label: number}."""
    (a, at_a), (b, at_b) = ((values[label], at) for label, at in texts if label in values)
    return lambda pixel: a + (pixel - at_a) / (at_b - at_a) * (b - a)


def left_axis(drawing, values):
    """Of the labels at the left edge; they stand 4 pixels below their place."""
    return axis([(t["text"], t["y"] - 4) for t in drawing["text"] if "cr-tick" in t["class"]
                 and t.get("text-anchor") == "end"], values)  # fmt: skip


def bottom_axis(drawing, values):
    return axis([(t["text"], t["x"]) for t in drawing["text"] if "cr-tick" in t["class"]
                 and t.get("text-anchor") == "middle"], values)  # fmt: skip


def power_of(label):
    """−8 for the label 10⁻⁸."""
    return int(label.removeprefix("10").translate(str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")))


def logarithmic_axis(drawing):
    """Pixels to powers of ten, from the highest and the lowest label such as 10⁻⁸."""
    labels = [t for t in drawing["text"] if t.get("text-anchor") == "end"]
    labels = [(t["text"], t["y"] - 4) for t in labels if re.fullmatch("10[⁻⁰¹²³⁴-⁹]+", t["text"])]
    return axis([labels[0], labels[-1]], {text: power_of(text) for text, _ in labels})


# --- Sigmoid and its slope ------------------------------------------------------------------------


def check_sigmoid(figure, x, n):
    figure.settle()
    x = round(x, 1)
    assert (figure.value("x"), figure.value("n")) == (x, n)
    numbers = sigmoid_numbers(x, n)
    assert figure.output("x") == numbers["x"]
    assert figure.output("n") == str(n)
    for sentence in ("y_is", "slope_is", "product_is", "best_is"):
        figure.says(sentence, **numbers)
    y, slope = (float(numbers[name]) for name in ("y", "slope"))
    curve = figure.drawing(figure.words["curve"])
    across, up = bottom_axis(curve, {"−6": -6, "6": 6}), left_axis(curve, {"0": 0, "1": 1})
    (handle,) = curve["circle"]
    assert across(handle["cx"]) == pytest.approx(x, abs=0.01)
    assert up(handle["cy"]) == pytest.approx(y, abs=0.001)
    tangent = curve["path"][1]["d"][1:].replace("L", " ").split()
    (x0, y0, x1, y1) = map(float, tangent)
    steep = (up(y1) - up(y0)) / (across(x1) - across(x0))
    assert steep == pytest.approx(slope, abs=0.002)
    (dot,) = (drawing := figure.drawing(figure.words["slope"]))["circle"]
    assert left_axis(drawing, {"0": 0, "¼": 0.25})(dot["cy"]) == pytest.approx(slope, abs=0.001)
    chain = figure.drawing(figure.words["chain"])
    power = logarithmic_axis(chain)
    assert len(chain["circle"]) == n + 1, "one dot a sigmoid, and a larger one for the last"
    for k, dot in enumerate(chain["circle"][:n], start=1):
        assert power(dot["cy"]) == pytest.approx(k * np.log10(slope), abs=0.05)


def play_sigmoid_slope(page):
    figure = Figure(page, "sigmoid_slope")
    figure.watch()
    check = partial(check_sigmoid, figure)
    check(1.0, 10)
    figure.control("x").focus()
    for key, x in [("ArrowRight", 1.1), ("ArrowLeft", 1.0), ("ArrowDown", 0.9), ("Home", -6),
                   ("ArrowUp", -5.9), ("End", 6)]:  # fmt: skip
        page.keyboard.press(key)
        check(x, 10)
    page.keyboard.press("Tab")
    for key, n in [("Home", 1), ("End", 30), ("ArrowLeft", 29)]:
        page.keyboard.press(key)
        check(6, n)
    for fraction, x in [(0, -6), (0.5, 0), (0.75, 3)]:
        figure.slide("x", fraction)
        assert figure.value("x") == pytest.approx(x, abs=0.2)
        check(figure.value("x"), 29)
    figure.slide("n", 0.5)
    n = int(figure.value("n"))
    assert abs(n - 15.5) <= 1
    check(figure.value("x"), n)
    figure.all_moved()
    drag_the_curve(page, figure, n)


def drag_the_curve(page, figure, n):
    """Press anywhere along the curve and move: the point follows the pointer, to the ends."""
    box = figure.root.locator(f'svg[aria-label="{figure.words["curve"]}"]').bounding_box()
    at = bottom_axis(figure.drawing(figure.words["curve"]), {"−6": -6, "6": 6})
    left, right = at(0), at(box["width"])

    def place(x):
        return box["x"] + (x - left) / (right - left) * box["width"], box["y"] + 90

    page.mouse.move(*place(2.0))
    page.mouse.down()
    check_sigmoid(figure, 2.0, n)
    page.mouse.move(*place(-3.5), steps=5)
    check_sigmoid(figure, -3.5, n)
    page.mouse.move(box["x"] + box["width"] + 50, box["y"], steps=3)
    check_sigmoid(figure, 6.0, n)
    page.mouse.up()
    page.mouse.move(*place(0.0))
    check_sigmoid(figure, 6.0, n)


# --- Vanishing gradients --------------------------------------------------------------------------


def check_vanishing(figure, activation, depth, scale, normalized):
    figure.settle()
    assert (figure.value("depth"), figure.value("scale")) == (depth, scale)
    assert figure.control("activation", activation).is_checked()
    assert figure.control("normalized").is_checked() == normalized
    numbers = vanishing_numbers(activation, scale, normalized, depth)
    figure.says(numbers["verdict"], **numbers)
    figure.says("ratio_is", **numbers)
    figure.says("bound_is", **numbers)
    deviation = shown(gradient_table.standard_deviation(gradient_table.SCALES[scale]), 3)
    name = {8: " (Xavier)", 9: " (He)"}.get(scale, "")
    assert figure.output("scale") == deviation + name
    assert figure.output("depth") == str(depth)
    drawing = figure.drawing(figure.words["picture"])
    power = logarithmic_axis(drawing)
    norms = gradient_norms(activation, scale, normalized, depth)
    drawn = [power(dot["cy"]) for dot in drawing["circle"]]
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


def play_vanishing_gradients(page):
    figure = Figure(page, "vanishing_gradients")
    figure.watch()
    check = partial(check_vanishing, figure)
    check("sigmoid", 20, 8, False)
    # The story, by pointer and by keyboard.
    for press in (lambda button: button.click(), lambda button: button.press("Enter")):
        for (name, state), verdict in zip(STORY.items(), VERDICTS, strict=True):
            press(figure.button(name))
            check(*state)
            assert vanishing_numbers(state[0], state[2], state[3], state[1])["verdict"] == verdict
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
    for key, scale in [("Home", 0), ("End", 12), *(("ArrowLeft", i) for i in range(11, -1, -1))]:
        page.keyboard.press(key)
        check("sigmoid", 29, scale, False)
    figure.slide("depth", 0.5)
    depth = int(figure.value("depth"))
    assert abs(depth - 15.5) <= 1
    for fraction, scale in [(0, 0), (0.5, 6), (1, 12)]:
        figure.slide("scale", fraction)
        check("sigmoid", depth, scale, False)
    figure.all_moved()


PLAYED = {"sigmoid_slope": play_sigmoid_slope, "vanishing_gradients": play_vanishing_gradients}


# --- The tests ------------------------------------------------------------------------------------


@pytest.mark.parametrize(("name", "place"), list(places()))
def test_every_control_shows_the_librarys_numbers(browser, name, place):
    with open_place(browser, name, place) as page:
        PLAYED[name](page)


@pytest.mark.parametrize(("name", "place"), list(places()))
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_narrow_page_does_not_scroll_sideways(browser, name, place, theme):
    """360 pixels wide, on a screen that is touched; controls large enough for a finger."""
    options = {"width": 360, "height": 740, "has_touch": True, "color_scheme": theme}
    with open_place(browser, name, place, **options) as page:
        figure = Figure(page, name)
        assert page.evaluate("document.documentElement.scrollWidth") <= 360
        for control in figure.root.locator("input, button").all():
            box = control.locator("xpath=ancestor-or-self::*[self::label or self::button]").last
            size = box.bounding_box()
            assert size["height"] >= 24
            assert 0 <= size["x"] and size["x"] + size["width"] <= 360


@pytest.mark.parametrize(("name", "place"), list(places()))
@pytest.mark.parametrize("width", [360, 1280])
def test_no_label_lies_on_another_nor_on_a_dot(browser, name, place, width):
    with open_place(browser, name, place, width=width) as page:
        figure = Figure(page, name)
        for press in [lambda: None, *(b.click for b in figure.root.locator("button").all())]:
            press()
            figure.settle()
            boxes = figure.root.locator("svg text").evaluate_all(
                """(all) => all.map((text) => {
                  const { left, right, top, bottom } = text.getBoundingClientRect();
                  // A line of text is taller than its letters: 3 pixels of air above and below.
                  return [text.textContent, left, right, top + 3, bottom - 3];
                })"""
            )
            meeting = [
                (one[0], other[0])
                for i, one in enumerate(boxes)
                for other in boxes[:i]
                if one[1] < other[2] and other[1] < one[2]
                if one[3] < other[4] and other[3] < one[4]
            ]
            assert meeting == []
            dots = figure.root.locator("svg .cr-dot").evaluate_all(
                "(all) => all.map((dot) => dot.getBoundingClientRect())"
            )
            for label, left, right, top, bottom in boxes:
                for dot in dots:
                    x, y = dot["x"] + dot["width"] / 2, dot["y"] + dot["height"] / 2
                    assert not (left < x < right and top < y < bottom), f"a dot lies on {label}"


def test_a_finger_drags_the_curve(browser):
    with open_place(browser, "sigmoid_slope", "bare", width=360, has_touch=True) as page:
        figure = Figure(page, "sigmoid_slope")
        box = figure.root.locator(".cr-draggable").bounding_box()
        at = bottom_axis(figure.drawing(figure.words["curve"]), {"−6": -6, "6": 6})
        touch = page.context.new_cdp_session(page)

        def finger(kind, *points):
            at_points = [{"x": box["x"] + x, "y": box["y"] + 60} for x in points]
            touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": at_points})

        finger("touchStart", 100)
        check_sigmoid(figure, at(100), 10)
        for x in (130, 170, 220):
            finger("touchMove", x)
        check_sigmoid(figure, at(220), 10)
        finger("touchEnd")


@pytest.mark.parametrize("name", PLAYED)
def test_two_on_one_page_do_not_meet(browser, name):
    other = next(each for each in PLAYED if each != name)
    text = bare_page(html(name), html(other), html(name))
    with visit(browser, "three", {"three": text}) as page:
        first, second = Figure(page, name, 0), Figure(page, name, 1)
        before = second.root.inner_text(), second.root.locator("svg").first.inner_html()
        for control in first.root.locator("input[type=range]").all():
            control.press("Home")
        for control in first.root.locator("input[type=radio], input[type=checkbox]").all():
            control.check()
        first.settle()
        assert first.root.inner_text() != before[0]
        assert (second.root.inner_text(), second.root.locator("svg").first.inner_html()) == before
        checked = second.root.locator("input:checked").count()
        assert checked == (name == "vanishing_gradients")
        # ... nor the other way round.
        first_now = first.root.inner_text()
        for control in second.root.locator("input[type=range]").all():
            control.press("End")
        assert first.root.inner_text() == first_now
        ids = page.locator("[id]").evaluate_all("(all) => all.map((one) => one.id)")
        assert len(ids) == len(set(ids))


@pytest.mark.parametrize("name", PLAYED)
def test_nothing_global_is_left(browser, name):
    with visit(browser, "empty", {"empty": bare_page()}) as page:
        nothing = page.evaluate("Object.keys(window).sort()")
    with open_place(browser, name, "bare") as page:
        Figure(page, name)
        assert page.evaluate("Object.keys(window).sort()") == nothing


@pytest.mark.parametrize(("name", "place"), list(places()))
def test_without_javascript_a_still_picture_and_its_caption_stand_there(browser, name, place):
    with open_place(browser, name, place, java_script_enabled=False, width=360) as page:
        root = page.locator(f'[data-explorable="{type(widget(name)).__name__}"]')
        picture, caption = root.locator(".cr-still svg"), root.locator("figcaption")
        assert picture.is_visible() and picture.bounding_box()["width"] > 250
        assert caption.inner_text() == widget(name).words["en"]["caption"]
        assert root.locator("input, button").count() == 0


@pytest.mark.parametrize("name", PLAYED)
def test_paper_gets_the_picture_its_numbers_and_its_caption(browser, name):
    with open_place(browser, name, "bare") as page:
        figure = Figure(page, name)
        page.emulate_media(media="print")
        assert all(svg.is_visible() for svg in figure.root.locator("svg").all())
        assert figure.root.locator(".cr-caption").is_visible()
        assert not any(
            control.is_visible()
            for control in figure.root.locator("input[type=range], button").all()
        )


def luminance(color):
    channels = np.array([float(part) for part in color[color.index("(") + 1 : -1].split(",")[:3]])
    channels = np.where(channels / 255 <= 0.04045, channels / 255 / 12.92,
                        ((channels / 255 + 0.055) / 1.055) ** 2.4)  # fmt: skip
    return channels @ [0.2126, 0.7152, 0.0722]


def contrast(a, b):
    high, low = sorted((luminance(a), luminance(b)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("name", PLAYED)
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_everything_can_be_read_on_a_light_and_on_a_dark_page(browser, name, theme):
    text = bare_page(html(name), theme=theme)
    with visit(browser, "themed", {"themed": text}) as page:
        figure = Figure(page, name)
        ground = page.evaluate("getComputedStyle(document.body).backgroundColor")
        assert (luminance(ground) < 0.1) == (theme == "dark")
        colors = figure.root.evaluate(
            """(root) => [...root.querySelectorAll("svg text, svg .cr-dot, .cr-handle, p, label, "
                + "legend, button:not([aria-pressed=true])")].map((node) => {
              const style = getComputedStyle(node);
              return [node.outerHTML.slice(0, 80), node.closest("svg") ? style.fill : style.color];
            })"""
        )
        assert colors
        assert [node for node, color in colors if contrast(color, ground) < 4.5] == []
        pressed = figure.root.locator('button[aria-pressed="true"]')
        for button in pressed.all():
            color, ground = button.evaluate(
                "(b) => [getComputedStyle(b).color, getComputedStyle(b).backgroundColor]"
            )
            assert contrast(color, ground) >= 4.5


def test_a_readers_own_activation_has_its_button_and_may_overflow(browser):
    text = bare_page(explore.vanishing_gradients(activation=Square, depth=30)._repr_html_())
    with visit(browser, "own", {"own": text}) as page:
        figure = Figure(page, "vanishing_gradients")
        assert figure.control("activation", "Square").is_checked()
        for scale in range(13):
            figure.control("scale").fill(str(scale))
            figure.settle()
        figure.says("overflows")
        figure.says("no_bound")


def test_another_languages_words_are_used_where_there_are_any(browser):
    """The page's language chooses; where it has no words, English stands."""
    made = explore.sigmoid_slope()
    made.words = {**made.words, "ko": {**made.words["en"], "y_is": "값 {x} → {y}"}}
    text = bare_page(made._repr_html_())
    pages = {"ko": text.replace('lang="en"', 'lang="ko-KR"', 1), "fr": text.replace("en", "fr", 1)}
    for language, sentence in [("ko", "값 1.0 → 0.7311"), ("fr", "y = σ(1.0) = 0.7311")]:
        with visit(browser, language, pages) as page:
            page.locator(".cr-explorable-live").wait_for()
            assert sentence in page.locator("p").all_inner_texts()


def test_a_request_that_leaves_is_noticed(browser):
    text = bare_page('<img alt="" src="https://example.org/x.png">')
    with (
        pytest.raises(pytest.fail.Exception, match="a request left for https://example"),
        visit(browser, "leaks", {"leaks": text}) as page,
    ):
        page.wait_for_load_state()


def test_an_error_in_the_module_leaves_the_still_picture(browser):
    text = bare_page(html("sigmoid_slope").replace("function render(", "function broken("))
    with (
        pytest.raises(pytest.fail.Exception, match="render"),
        visit(browser, "broken", {"broken": text}) as page,
    ):
        assert page.locator(".cr-still svg").is_visible()
        assert page.url.startswith(SITE)


def test_a_missing_browser_fails_with_the_command_that_installs_it(monkeypatch):
    monkeypatch.delenv("CHROMIUM", raising=False)
    monkeypatch.setenv("PATH", "")
    with pytest.raises(pytest.fail.Exception, match=r"apt-get install .* chromium"):
        chromium()

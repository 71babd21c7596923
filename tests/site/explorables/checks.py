"""What every explorable must stand: its file of tests inherits this class and names it.

The HTML, without a browser; then a real Chromium with no kernel and no network: the explorable's
own `play` moves every control, with the keyboard and with the pointer, and what the figure then
says and draws must be the library's. That is tried on a page with nothing else on it; on the
chapter's page of the built site it must come alive, move and fit.
"""

import gzip
import json
import re
from functools import cache, partial
from pathlib import Path

import pytest
from built import files_of
from colours import contrast, luminance

from chainrule import explore
from chainrule.explore._explorable import Explorable
from chainrule_dev.browser import bare_page, visit
from chainrule_dev.remember import LIBRARY
from chainrule_dev.repository import ROOT
from explorables import phone
from explorables.figures import (
    Figure,
    chapter_with,
    chapters_with,
    html,
    open_bare,
    open_chapter,
    widget,
)

BUDGET = 60_000  # bytes, compressed, with everything


HERE = Path(__file__).parent
STYLES = ROOT / "book" / "_static" / "chainrule.css"


def with_its_chapter(item):
    """What a test of an explorable on its chapter's page depends on."""
    return [HERE, LIBRARY, *files_of(*chapters_with(item.cls.name))]


GLOBALS = "Object.keys(window).sort()"


@cache
def globals_of_a_page_without_figures(browser):
    with open_bare(browser) as page:
        return page.evaluate(GLOBALS)


# Of all that is to be read: its element, its colour, and what it lies on unless that is the page.
COLOURS = """(root) => [...root.querySelectorAll("svg text, svg .cr-dot, .cr-handle, p, "
    + "label, legend, button:not([aria-pressed=true]):enabled")]
    .filter((node) => !node.matches("text") || node.textContent).map((node) => {
  const style = getComputedStyle(node);
  const color = node.closest("svg") ? style.fill : style.color;
  // What a label within a filled cell lies on, the cell says in data-ground.
  const cell = node.closest("[data-ground]");
  const under = cell && getComputedStyle(cell.querySelector("rect")).fill;
  return [node.outerHTML.slice(0, 80), color, under];
})"""


# What is drawn beyond the edge of its picture: the picture, the element, and how far beyond. What
# is in a picture within the picture is not: that one cuts it off, and must be inside itself.
OUTSIDE = """(root) => [...root.querySelectorAll("svg.cr-canvas")].flatMap((svg) => {
  const edge = svg.getBoundingClientRect();
  // The box of a picture within the picture would hold what it cuts off.
  const frame = ({ x, y, width, height }) => new DOMRect(edge.left + x.baseVal.value,
    edge.top + y.baseVal.value, width.baseVal.value, height.baseVal.value);
  return [...svg.querySelectorAll("svg, path, rect, circle, ellipse, line, text")]
    .filter((node) => node.tagName === "svg" || node.closest("svg") === svg)
    .filter((node) => node.tagName !== "text" || node.textContent)
    .map((node) => {
      const isPicture = node.tagName === "svg";
      const cut = !isPicture || getComputedStyle(node).overflow === "hidden";
      const box = isPicture ? frame(node) : node.getBoundingClientRect();
      const beyond = Math.max(edge.left - box.left, box.right - edge.right,
                              edge.top - box.top, box.bottom - edge.bottom);
      return [svg.getAttribute("aria-label"), node.outerHTML.slice(0, 80), cut ? beyond : Infinity];
    })
    .filter(([, , beyond]) => beyond > 0.5);
})"""


@pytest.mark.inputs(of=lambda item: [HERE, LIBRARY, STYLES])
class ExplorableChecks:
    name = None  # of its function in chainrule.explore
    steps = ()  # its steps in their order, each with what does it: (key, function of the figure)
    # What is not to count as a step: (key, what is done before it is reached by Skip, what then).
    not_counted = ()

    def play(self, figure):
        """Move every control by keyboard and by pointer; compare with the library each time."""
        raise NotImplementedError

    @pytest.fixture
    def text(self):
        return html(self.name)

    # --- The HTML ---------------------------------------------------------------------------------

    def test_it_is_an_explorable_that_a_chapter_shows(self):
        assert isinstance(widget(self.name), Explorable)
        chapter_with(self.name)

    def test_html_is_small(self, text):
        assert len(gzip.compress(text.encode())) <= BUDGET

    def test_html_needs_nothing_from_elsewhere_and_names_nothing_on_its_page(self, text):
        addresses = set(re.findall(r"https?://[^\s\"'`<>]+", text))
        assert addresses <= {"http://www.w3.org/2000/svg"}, "only the name of the SVG language"
        assert not re.search(r"@import|url\((?!#)|\bfetch\(|import\(|XMLHttpRequest", text)
        script = re.search(r"<script>(.*?)</script>", text, re.DOTALL)[1]
        # What belongs to the page; a property of that name (`dataset.window`) does not.
        assert not re.search(r"getElementById|globalThis|(?<![.\w])window\.", script)
        # The module itself holds no element: what it makes belongs to one figure.
        assert not re.findall(r"^(?:let|var) ", script, re.MULTILINE)

    def test_html_parses_as_it_was_written(self, text):
        """A `</script>` or `<!--` inside a script would end it early."""
        scripts = re.findall(r"<script[^>]*>(.*?)</script>", text, re.DOTALL)
        assert [each.count("<!--") + each.count("<script") for each in scripts] == [0, 0]
        assert json.loads(scripts[0]) == json.loads(json.dumps(widget(self.name).state()))

    def test_a_still_picture_and_a_caption_are_in_the_html(self, text):
        outside = re.sub(r"<(script|style)\b.*?</\1>", "", text, flags=re.DOTALL)
        assert re.search(r'<(?:svg|div) [^>]*role="img" aria-label="[^"]{60,}"', outside)
        assert widget(self.name).words["en"]["caption"] in outside

    def test_every_language_has_every_word(self):
        """And every word that the module asks for is there."""
        words = widget(self.name).words
        for language, table in words.items():
            assert table.keys() == words["en"].keys(), language
            for key, sentence in table.items():
                names = set(re.findall(r"\{(\w+)\}", words["en"][key]))
                assert set(re.findall(r"\{(\w+)\}", sentence)) == names, key
        module = (Path(explore.__file__).parent / f"{self.name}.js").read_text(encoding="utf-8")
        asked = set(re.findall(r"\bwords\.(\w+)", module))
        if "stepper(" in module:
            asked |= {"back", "forward", "play", "pause"}
        assert asked <= words["en"].keys()

    def test_its_steps_are_those_that_are_tried_here(self):
        """Three to five, or none; each with what to do and what is said once it is done."""
        module = (Path(explore.__file__).parent / f"{self.name}.js").read_text(encoding="utf-8")
        keys = re.findall(r'\bkey: "(\w+)"', module) if "steps(model, words" in module else []
        assert keys == [key for key, _ in self.steps]
        assert not keys or 3 <= len(keys) <= 5
        own = {name for name in widget(self.name).words["en"] if re.match("(step|done)_", name)}
        assert own == {f"{what}_{key}" for what in ("step", "done") for key in keys}

    def test_a_notebook_gets_the_widget_and_the_html(self):
        data, _ = getattr(explore, self.name)()._repr_mimebundle_()
        assert set(data) == {
            "text/plain",
            "text/html",
            "application/vnd.jupyter.widget-view+json",
        }
        assert "object at" not in data["text/plain"]

    # --- In a browser -----------------------------------------------------------------------------

    def test_every_control_shows_the_librarys_numbers(self, browser):
        with open_bare(browser, html(self.name)) as page:
            figure = Figure(page, self.name)
            figure.watch()
            page.clock.install()  # so that `play_until` need not wait
            self.play(figure)
            figure.all_moved()

    def test_each_step_is_noticed_when_it_is_done(self, browser):
        """Not before; Next and Start again with the keyboard."""
        if not self.steps:
            return
        with open_bare(browser, html(self.name)) as page:
            figure = Figure(page, self.name)
            page.clock.install()
            start = figure.settle().everything
            box = figure.root.locator(".cr-steps")
            advance, again = box.get_by_role("button").all()
            said, words = box.locator("[aria-live=polite]"), figure.words
            for i, (key, do) in enumerate(self.steps, start=1):
                count = f"{i} of {len(self.steps)} "
                assert said.inner_text() == count + words[f"step_{key}"]
                assert advance.inner_text() == words["steps_skip"]
                do(figure)
                figure.settle()
                assert said.inner_text() == count + words[f"done_{key}"], f"{key}: not noticed"
                assert advance.inner_text() == words["steps_next"]
                advance.press("Enter")
            assert said.inner_text() == words["steps_end"]
            again.press("Enter")
            assert figure.settle().everything == start
            for _ in self.steps:  # all can be skipped
                advance.click()
            assert said.inner_text() == words["steps_end"]

    def test_a_step_can_be_done_wherever_the_reader_comes_from(self, browser):
        """Everything was moved and the steps before were skipped: it asks for what is not there
        yet, and is noticed when it is done as it is told.
        """
        if not self.steps:
            return
        with open_bare(browser, html(self.name)) as page:
            figure = Figure(page, self.name)
            page.clock.install()
            for i, (key, do) in enumerate(self.steps[1:], start=1):
                self.move_everything(figure)
                self.skip_to(figure, i)
                assert self.said(figure).endswith(figure.words[f"step_{key}"])
                do(figure)
                figure.settle()
                assert self.said(figure).endswith(figure.words[f"done_{key}"]), (
                    f"{key}: not noticed"
                )
                figure.button(figure.words["steps_again"]).click()

    def test_a_step_is_not_counted_for_what_its_words_do_not_say(self, browser):
        keys = [key for key, _ in self.steps]
        if not self.not_counted:
            return
        with open_bare(browser, html(self.name)) as page:
            figure = Figure(page, self.name)
            for n, (key, before, do) in enumerate(self.not_counted):
                before(figure)
                self.skip_to(figure, keys.index(key))
                do(figure)
                figure.settle()
                assert self.said(figure).endswith(figure.words[f"step_{key}"]), f"no. {n}: counted"
                figure.button(figure.words["steps_again"]).click()

    def move_everything(self, figure):
        self.disturb(figure)

    def said(self, figure):
        return figure.root.locator(".cr-steps [aria-live=polite]").inner_text()

    def skip_to(self, figure, i):
        """Go on to the step of that number, from 0 on, whatever was done or not."""
        for _ in range(i):
            figure.root.locator(".cr-steps button").first.click()
        figure.settle()

    @pytest.mark.inputs(of=with_its_chapter)
    def test_on_its_chapters_page_it_is_alive_and_fits_a_finger(self, browser):
        """360 pixels wide, on a screen that is touched; controls large enough for a finger."""
        with open_chapter(browser, self.name, width=360, height=740, has_touch=True) as page:
            figure = Figure(page, self.name)
            assert page.evaluate("document.documentElement.scrollWidth") <= 360
            for control in figure.root.locator("input:visible, button:visible").all():
                box = control.locator("xpath=ancestor-or-self::*[self::label or self::button]").last
                size = box.bounding_box()
                assert size["height"] >= 24
                assert 0 <= size["x"] and size["x"] + size["width"] <= 360
            before = figure.root.inner_html()
            self.disturb(figure)
            assert figure.root.inner_html() != before

    @pytest.mark.inputs(of=with_its_chapter)
    def test_on_a_phone_each_control_is_seen_with_the_picture_it_changes(self, browser):
        """And nothing lies on it when it is scrolled to or has the focus; nor does the picture lie
        on the steps and the caption, at the figure's end.
        """
        size = {"width": phone.WIDTH, "height": phone.HEIGHT}
        with open_chapter(browser, self.name, **size) as page:
            figure = Figure(page, self.name)
            assert phone.controls_out_of_sight(figure) == []
            assert phone.focus_out_of_sight(figure) == []
            page.evaluate("document.activeElement.blur()")  # a picture with the focus is not held
            assert figure.root.evaluate(phone.HELD_ON) == []

    @pytest.mark.parametrize(
        ("language", "width"), [("en", 360), ("en", 320), ("ko", 360), ("ko", 320)]
    )
    def test_on_a_phone_each_control_is_seen_with_the_step(self, browser, text, language, width):
        """With its sentence and its buttons, and the Tab key leads to nothing that is covered."""
        if not self.steps:
            return
        pages = {"bare": bare_page(text).replace('lang="en"', f'lang="{language}"', 1)}
        with visit(browser, "bare", pages, width=width, height=phone.HEIGHT) as page:
            # As on the book's pages, of which it has no bar (shell.css).
            page.add_style_tag(content=":where(body *) { scroll-margin-top: 4rem; }")
            figure = Figure(page, self.name)
            assert phone.controls_without_their_step(figure) == []
            assert phone.focus_out_of_sight(figure) == []

    @pytest.fixture(scope="class")
    @classmethod
    def bare(cls, browser):
        """The figure alone on a page, for those who only look."""
        with open_bare(browser, html(cls.name)) as page:
            yield Figure(page, cls.name)

    def test_every_control_has_a_name_for_who_listens(self, bare):
        """As the browser tells a screen reader; axe does not see a label that names nothing."""
        session = bare.page.context.new_cdp_session(bare.page)
        nodes = session.send("Accessibility.getFullAXTree")["nodes"]
        roles = {"slider", "spinbutton", "radio", "checkbox", "button"}
        controls = [node for node in nodes if node.get("role", {}).get("value") in roles]
        names = [node["name"]["value"] for node in controls if not node["ignored"]]
        assert len(names) >= bare.page.locator("input:visible, button:visible").count() > 0
        assert [name for name in names if not re.search(r"\w", name)] == []

    def test_nothing_global_is_left(self, browser, bare):
        assert bare.page.evaluate(GLOBALS) == globals_of_a_page_without_figures(browser)

    def test_paper_gets_the_picture_its_numbers_and_its_caption(self, bare):
        bare.page.emulate_media(media="print")
        assert all(svg.is_visible() for svg in bare.root.locator("svg").all())
        assert bare.root.locator(".cr-caption").is_visible()
        for control in bare.root.locator("input[type=range], button").all():
            assert not control.is_visible()
        bare.page.emulate_media(media="screen")

    @pytest.mark.parametrize("theme", ["light", "dark"])
    def test_everything_can_be_read_on_a_light_and_on_a_dark_page(self, bare, theme):
        bare.page.evaluate("(theme) => { document.documentElement.dataset.theme = theme; }", theme)
        ground = bare.page.evaluate("getComputedStyle(document.body).backgroundColor")
        assert (luminance(ground) < 0.1) == (theme == "dark")
        colours = bare.root.evaluate(COLOURS)
        assert colours
        poor = [node for node, color, under in colours if contrast(color, under or ground) < 4.5]
        assert poor == []
        for button in bare.root.locator('button[aria-pressed="true"]').all():
            color, under = button.evaluate(
                "(b) => [getComputedStyle(b).color, getComputedStyle(b).backgroundColor]"
            )
            assert contrast(color, under) >= 4.5

    def test_with_reduced_motion_nothing_moves_by_itself(self, browser):
        """Whatever is pressed, what is drawn two frames later stays as it is for five seconds."""
        with open_bare(browser, html(self.name), reduced_motion="reduce") as page:
            figure = Figure(page, self.name)
            page.clock.install()
            for button in figure.root.get_by_role("button").all():
                button.click(force=True)  # at an end it is disabled
                figure.settle()
                then = figure.root.inner_html()
                page.clock.run_for(5000)
                figure.settle()
                assert figure.root.inner_html() == then

    def test_with_reduced_motion_no_sentence_asks_for_a_button_that_is_not_there(self, browser):
        words = widget(self.name).words["en"]
        with open_bare(browser, html(self.name), reduced_motion="reduce") as page:
            there = Figure(page, self.name).root.get_by_role("button").all_inner_texts()
            gone = {words[key] for key in ("play", "pause") if key in words} - set(there)
            asked = [text for text in words.values() for name in gone if f"ress {name}" in text]
            assert asked == []

    def test_no_label_lies_on_another_nor_on_a_dot_nor_is_cut(self, browser):
        for width in (360, 1280):
            with open_bare(browser, html(self.name), width=width) as page:
                figure = Figure(page, self.name)
                for press in [lambda: None, *self.presses(figure)]:
                    press()
                    figure.settle()
                    self.labels_are_clear(figure, width)

    def test_nothing_drawn_leaves_its_canvas(self, browser):
        """At the start, with each slider at its ends, with all of them there, after each choice and
        button. What is cut off on purpose is in a picture within the picture.
        """
        for width in (360, 1280):
            with open_bare(browser, html(self.name), width=width) as page:
                figure = Figure(page, self.name)
                for move in [lambda: None, *self.moves(figure)]:
                    move()
                    figure.settle()
                    outside = figure.root.evaluate(OUTSIDE)
                    assert outside == [], outside

    def moves(self, figure):
        """Functions that each change what the figure shows."""

        def to(slider, key):
            if slider.is_visible():
                slider.press(key)

        def to_and_back(slider):
            then = slider.input_value()
            yield from (partial(to, slider, key) for key in ("Home", "End"))
            yield partial(slider.fill, then, force=True)

        def all_to(key):
            for slider in sliders:
                to(slider, key)

        def check(control):
            if control.is_visible():
                control.click()

        sliders = figure.root.locator("input[type=range]").all()
        for slider in sliders:
            yield from to_and_back(slider)
        yield from (partial(all_to, key) for key in ("Home", "End"))
        chosen = figure.root.locator("input[type=radio], input[type=checkbox]").all()
        yield from (partial(check, control) for control in chosen)
        yield from self.presses(figure)

    def presses(self, figure):
        return [partial(b.click, force=True) for b in figure.root.get_by_role("button").all()]

    def labels_are_clear(self, figure, width):
        boxes = figure.root.locator("svg text").evaluate_all(
            """(all) => all.filter((text) => text.textContent).map((text) => {
              const { left, right, top, bottom } = text.getBoundingClientRect();
              // A line of text is taller than its letters: 3 pixels of air above and below.
              return [text.textContent, left, right, top + 3, bottom - 3];
            })"""
        )
        assert [box for box in boxes if box[1] < 0 or box[2] > width] == []
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

    def test_two_on_one_page_do_not_meet(self, browser, text):
        with open_bare(browser, text, text) as page:
            first, second = Figure(page, self.name, 0), Figure(page, self.name, 1)

            def now(figure):
                return figure.root.inner_text(), figure.root.locator("svg").all_inner_texts()

            before = now(second)
            self.disturb(first)
            assert now(first) != before
            assert now(second) == before
            # ... nor the other way round.
            first_now = now(first)
            self.disturb(second)
            assert now(first) == first_now
            ids = page.locator("[id]").evaluate_all("(all) => all.map((one) => one.id)")
            assert len(ids) == len(set(ids))

    def disturb(self, figure):
        """Move whatever can be moved, no matter where to."""
        for control in figure.root.locator("input[type=range]").all():
            control.press("Home")
        for control in figure.root.locator("input[type=radio], input[type=checkbox]").all():
            control.check()
        # "Start again" would undo it all.
        for button in figure.root.locator("button:not(.cr-steps *)").all():
            button.click(force=True)  # at an end it is disabled
        if "pause" in figure.words and figure.button(figure.words["pause"]).count():
            figure.button(figure.words["pause"]).click()
        figure.settle()

    def test_after_going_back_controls_picture_and_words_agree(self, browser, text):
        """The browser of these tests keeps no page that was left: it loads this one again, and must
        not fill in the controls alone as they were. One that is kept comes back as it was.
        """
        pages = {"bare": bare_page(text), "elsewhere": "<link rel=icon href='data:,'>elsewhere"}
        with visit(browser, "bare", pages) as page:
            figure = Figure(page, self.name)
            start = figure.settle().everything
            self.move_controls(figure)
            assert figure.settle().everything != start
            page.goto(page.url.replace("bare", "elsewhere"))
            page.go_back()
            assert page.evaluate("performance.getEntriesByType('navigation')[0].type") == (
                "back_forward"
            )
            assert Figure(page, self.name).settle().everything == start

    def move_controls(self, figure):
        """Every control that a browser could fill in again, away from where it is."""
        for slider in figure.root.locator("input[type=range]:visible").all():
            slider.press(
                "ArrowLeft" if slider.evaluate("(s) => s.value === s.max") else "ArrowRight"
            )
        for control in figure.root.locator("input:is([type=radio], [type=checkbox]):visible").all():
            control.click()
        for field in figure.root.locator("input[type=number]:visible").all():
            field.fill("2.5")

    def test_without_javascript_a_still_picture_and_its_caption_stand_there(self, browser, text):
        with open_bare(browser, text, java_script_enabled=False, width=360) as page:
            root = page.locator(f'[data-explorable="{type(widget(self.name)).__name__}"]')
            picture, caption = root.locator(".cr-still [role=img]"), root.locator("figcaption")
            assert picture.is_visible() and picture.bounding_box()["width"] > 250
            assert caption.inner_text() == widget(self.name).words["en"]["caption"]
            assert root.locator("input, button").count() == 0

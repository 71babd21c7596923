"""One living explorable in a browser, as a test sees it: controls, sentences, pictures."""

import json
import re
from functools import cache

import pytest
from built import text

from chainrule import explore
from chainrule_dev.browser import bare_page, visit
from chainrule_dev.repository import chapter_notebooks
from chainrule_dev.superscripts import FROM_UP


@cache
def widget(name):
    return getattr(explore, name)()


@cache
def html(name):
    return widget(name)._repr_html_()


@cache
def chapters_with(name):
    """The paths, on the built site, of the chapters whose notebook shows an explorable."""
    return [
        f"book/en/{notebook.stem}.html"
        for notebook in chapter_notebooks()
        if any(
            re.search(rf"\bexplore\.{name}\(", "".join(cell["source"]))
            for cell in json.loads(notebook.read_text(encoding="utf-8"))["cells"]
            if cell["cell_type"] == "code"
        )
    ]


def chapter_with(name):
    """The path of the chapter that shows an explorable: the first, should there be several."""
    found = chapters_with(name)
    if not found:
        pytest.fail(
            f"a chapter must show explore.{name}() in a cell of its notebook in book/en, got none",
            pytrace=False,
        )
    return found[0]


def open_chapter(browser, name, **options):
    """The page of the built site that an explorable stands on."""
    path = chapter_with(name)
    text(path)  # fails with the command that builds it where it is missing
    return visit(browser, path, **options)


def open_bare(browser, *figures, theme="light", **options):
    """A page with nothing but figures, given as HTML."""
    return visit(browser, "bare", {"bare": bare_page(*figures, theme=theme)}, **options)


# All that a figure shows, read at once: each question to a browser takes longer than its answer.
# Drawings are in pixels: their width, and {tag: [attributes and text]}.
SEE = """async (root) => {
  const frame = () => new Promise(requestAnimationFrame);
  let height;
  do {
    height = scrollY;
    await frame();
    await frame();
  } while (scrollY !== height);
  const all = (of, selector) => [...of.querySelectorAll(selector)];
  const number = (text) => (isNaN(text) ? text : +text);
  const attributes = (node) =>
    Object.fromEntries([...node.attributes].map((a) => [a.name, number(a.value)]));
  const drawing = (svg) => ({
    width: Math.round(svg.getBoundingClientRect().width),
    ...Object.fromEntries(["text", "circle", "ellipse", "path", "rect", "line"].map((tag) =>
      [tag, all(svg, tag).map((node) => ({ ...attributes(node), text: node.textContent }))])),
  });
  // Everything a reader sees or hears: text, and what is named or said by an attribute.
  const spoken = ["aria-label", "aria-valuetext", "title"];
  const attributesOf = (node) => spoken.map((name) => node.getAttribute(name)).filter(Boolean);
  const live = root.querySelector(".cr-explorable-live");
  return {
    texts: [live.innerText, ...all(live, "svg text").map((node) => node.textContent),
      ...all(live, "*").flatMap(attributesOf)],
    controls: all(root, "input").map(({ name, value, checked }) => ({ name, value, checked })),
    outputs: all(root, ".cr-slider").map((label) =>
      [label.control.name, label.querySelector(".cr-output").innerText]),
    sentences: all(root, "p").map((p) => p.innerText),
    drawings: all(root, "svg.cr-canvas").map((svg) =>
      [svg.getAttribute("aria-label"), drawing(svg)]),
  };
}"""


# What JavaScript writes where a value is missing or is no text.
NO_TEXT = re.compile(r"\[object|\b(?:undefined|NaN|null|Infinity)\b")


class Seen:
    """What a figure showed at one moment. No text of it may be the name of a missing value."""

    def __init__(self, words, seen):
        missing = [text for text in seen["texts"] if NO_TEXT.search(text)]
        assert missing == [], f"texts that name a missing value: {missing}"
        self.words, self.everything = words, seen
        self.controls, self.sentences = seen["controls"], seen["sentences"]
        self.outputs, self.drawings = dict(seen["outputs"]), dict(seen["drawings"])

    def _control(self, name, value=None):
        """The control of that name; of several, the one for that value."""
        named = [control for control in self.controls if control["name"] == name]
        (control,) = (c for c in named if value is None or c["value"] == str(value))
        return control

    def value(self, name):
        return float(self._control(name)["value"])

    def checked(self, name, value=None):
        return self._control(name, value)["checked"]

    def output(self, name):
        return self.outputs[name]

    def says(self, key, **numbers):
        """The figure shows this sentence of its table, with these numbers in it."""
        assert self.words[key].format(**numbers) in self.sentences

    def drawing(self, label):
        """What the picture of that name holds."""
        return self.drawings[label]


class Figure:
    def __init__(self, page, name, nth=0):
        self.page, self.name, self.words = page, name, widget(name).words["en"]
        self.root = page.locator(f'[data-explorable="{type(widget(name)).__name__}"]').nth(nth)
        self.root.locator(".cr-explorable-live").wait_for()
        self.root.scroll_into_view_if_needed()
        self.handle = self.root.element_handle()
        self.settle()

    def settle(self):
        """Until two frames have gone by, one to draw and one to be sure, and the page does not
        scroll any more. Returns what is there then.
        """
        return Seen(self.words, self.handle.evaluate(SEE))

    def play_until(self, condition):
        """Let a figure that plays by itself go on, without the wait, until the condition holds."""
        for _ in range(500):
            if condition():
                return
            self.page.clock.run_for(100)
        pytest.fail("it played for 50 seconds and did not get there")

    def control(self, name, value=None):
        at = "" if value is None else f'[value="{value}"]'
        return self.root.locator(f'input[name="{name}"]{at}')

    def button(self, name):
        return self.root.get_by_role("button", name=name, exact=True)

    def value(self, name):
        return self.settle().value(name)

    def set(self, name, value):
        """Put a slider or a number field where it should be, without a key or a pointer."""
        self.control(name).fill(str(value))
        self.settle()

    def picture(self, label):
        """The SVG of that name."""
        return self.root.locator(f'svg[aria-label="{label}"]')

    def drawing(self, label):
        return self.settle().drawing(label)

    def slide(self, name, fraction):
        """Click on a slider's track, so far along it."""
        box = self.control(name).bounding_box()
        # The middle of the thumb goes from 8 pixels inside one end to 8 inside the other.
        position = {"x": 8 + fraction * (box["width"] - 16), "y": box["height"] / 2}
        self.control(name).click(position=position)
        self.settle()

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
        """Every control has been moved both ways: one that is added must be tried, too. The steps'
        buttons have a test of their own.
        """
        for by in ("keyboard", "pointer"):
            still = self.root.locator(f":is(input, button):not([data-{by}], .cr-steps *)")
            assert [control.evaluate("(c) => c.outerHTML") for control in still.all()] == [], by


# --- Axes: from pixels back to numbers ------------------------------------------------------------


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
    return int(label.removeprefix("10").translate(FROM_UP))


def logarithmic_axis(drawing, anchor="end", place="y", off=4):
    """Pixels to powers of ten, from the first and the last label such as 10⁻⁸ of an axis: of the
    left one, or with ("middle", "x", 0) of the bottom one.
    """
    labels = [t for t in drawing["text"] if t.get("text-anchor") == anchor]
    labels = [t for t in labels if re.fullmatch("10[⁻⁰¹²³⁴-⁹]+", t["text"])]
    labels = [(t["text"], t[place] - off) for t in labels]
    return axis([labels[0], labels[-1]], {text: power_of(text) for text, _ in labels})

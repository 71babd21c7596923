"""The built site for everyone: what axe cannot see is looked for here, and axe itself is tried.

axe reads a page in a real Chromium as a screen reader would and knows what WCAG 2.1 asks for at
levels A and AA. test_pages_in_chromium.py asks it about every page. It finds about half of what can
be wrong; the tests here look for some of the rest.
"""

import re

import pytest
from axe import PAGE_COLOUR, findings, findings_in_light_and_dark, lay_out_all, load_axe
from built import files_of
from colours import contrast

from chainrule_dev.browser import visit


def files_of_its_chapter(item):
    return files_of(f"book/en/{item.callspec.params['chapter']}.html")


@pytest.mark.inputs(of=lambda item: files_of("404.html"))
def test_axe_finds_nothing_on_the_page_for_lost_readers(browser):
    """On all other pages it is asked in test_pages_in_chromium.py."""
    with visit(browser, "404.html", color_scheme="light", width=1280) as page:
        assert findings_in_light_and_dark(page) == []


FAULTS = {
    "image-alt": "<img src='data:image/gif;base64,R0lGODlhAQABAAAAACw='>",
    "color-contrast": "<p style='color: #999; background: #fff'>Faint.</p>",
    "label": "<input type='range'>",
    "button-name": "<button></button>",
    "svg-img-alt": "<svg role='img'><rect width='9' height='9'/></svg>",
    "aria-valid-attr-value": "<p aria-hidden='perhaps'>x</p>",
}


@pytest.mark.parametrize("rule", FAULTS)
def test_axe_finds_a_planted_fault(browser, rule):
    """axe runs, and a page without the fault has none."""
    page_with = "<!doctype html><html lang=en><link rel=icon href='data:,'><title>x</title><main>{}"
    texts = {"bad.html": page_with.format(FAULTS[rule]), "good.html": page_with.format("x")}
    with visit(browser, "good.html", texts) as page:
        load_axe(page)
        assert findings(page) == []
        page.goto(page.url.replace("good", "bad"))
        load_axe(page)
        found = findings(page)
    assert [finding.partition(":")[0] for finding in found] == [rule]


def test_axe_finds_what_is_faint_in_the_dark_only(browser):
    text = """<!doctype html><html lang=en><link rel=icon href='data:,'><title>x</title>
      <style>p { color: black; background: white }
        @media (prefers-color-scheme: dark) { p { background: #222 } }</style>
      <main><p>Faint in the dark."""
    with visit(browser, "dusk.html", {"dusk.html": text}, color_scheme="light") as page:
        load_axe(page)
        assert findings(page) == findings(page, colours_only=True) == []
        page.emulate_media(color_scheme="dark")
        assert len(findings(page, colours_only=True)) == 1


@pytest.mark.parametrize(
    "faint",
    [
        "<p><b style='color: #999'>one</b></p>",
        "<p class='x'>one</p><style>.x { color: #999 }</style>",
        "<p><i>one</i></p><style>p:last-of-type i { color: #999 }</style>",
        "<div style='background: #666'><p>one</p></div>",
        "<p>one</p><style>main p:nth-of-type(3) { opacity: 0.4 }</style>",
        "<p class='katex'><span class='katex-html' style='color: #999'>x</span></p>",
    ],
)
def test_one_faint_text_among_many_of_its_kind_is_found(browser, faint):
    """axe is shown one text of each look only."""
    many = "<p>one <b>two</b> <i>three</i></p>" * 2
    text = f"""<!doctype html><html lang=en><link rel=icon href='data:,'><title>x</title>
      <body style='background: #fff; color: #000'><main>{many}{faint}</main>"""
    with visit(browser, "faint.html", {"faint.html": text}) as page:
        load_axe(page)
        assert len(findings(page)) == 1


# --- By keyboard ----------------------------------------------------------------------------------

# Everything a Tab can reach gets a number and is remembered as it looks without the focus. Of radio
# buttons, one is reached by Tab and the others from it by arrow keys.
NUMBER_STOPS = """() => {
  const looks = element => {
    const { outlineStyle, outlineWidth, outlineColor, boxShadow, borderColor, backgroundColor,
            textDecoration, stroke, strokeWidth } = getComputedStyle(element);
    return [outlineStyle, outlineWidth, outlineColor, boxShadow, borderColor, backgroundColor,
            textDecoration, stroke, strokeWidth].join(" ");
  };
  const opaque = element => {
    if (element === null) return true;
    return getComputedStyle(element).opacity > 0.5 && opaque(element.parentElement);
  };
  const groups = new Set();
  const reached = [...document.querySelectorAll(
    "a[href], button, input, select, textarea, summary, [tabindex]")].filter(element => {
      if (element.tabIndex < 0 || element.disabled) return false;
      if (!element.checkVisibility({ visibilityProperty: true })) return false;
      if (element.type !== "radio") return true;
      const group = element.form?.id + element.name;
      const first = !groups.has(group);
      groups.add(group);
      return first;
    });
  const rest = reached.map(looks);
  reached.forEach((element, number) => { element.dataset.stop = number; });
  window.focused = () => {
    const element = document.activeElement;
    const group = element.type === "radio" && element.name
      ? reached.findIndex(other => other.name === element.name) : -1;
    const stop = group >= 0 ? group : Number(element.dataset?.stop ?? -1);
    const { top, bottom, left, right } = element.getBoundingClientRect();
    return {
      stop,
      name: element.outerHTML.slice(0, 120),
      shown: bottom > 0 && top < innerHeight && right > 0 && left < innerWidth && opaque(element),
      marked: stop < 0 || looks(element) !== rest[stop],
    };
  };
  return reached.map(element => element.outerHTML.slice(0, 120));
}"""


def tab_through(page):
    """Press Tab to the end of the page: (names of all stops, what was not reached, not shown)."""
    names = page.evaluate(NUMBER_STOPS)
    missing, unseen = set(range(len(names))), []
    for _ in range(2 * len(names) + 20):
        page.keyboard.press("Tab")
        focus = page.evaluate("focused()")
        if focus["stop"] >= 0:
            missing.discard(focus["stop"])
            if not (focus["shown"] and focus["marked"]):
                unseen.append(focus["name"])
        if not missing:
            break
    return names, [names[stop] for stop in sorted(missing)], unseen


# A chapter with sliders, one with pixels that are chosen, and the shortest way in.
@pytest.mark.inputs(of=files_of_its_chapter)
@pytest.mark.parametrize("chapter", ["index", "sigmoid", "max-pooling"])
def test_a_keyboard_is_enough(browser, chapter):
    """Every control is reached, none holds the focus, and the focus can be seen all the way."""
    # Still: what fades or slides in is looked at as it ends.
    options = {"width": 1280, "reduced_motion": "reduce"}
    with visit(browser, f"book/en/{chapter}.html", **options) as page:
        names, missing, unseen = tab_through(page)
        assert len(names) > 30
        assert missing == []
        assert unseen == []


@pytest.mark.parametrize(
    ("html", "place"),
    [
        ("<button onkeydown='event.preventDefault()'>a</button><button>b</button>", "missing"),
        ("<button style='outline: none'>a</button>", "unseen"),
        ("<button style='position: absolute; left: -999px'>a</button>", "unseen"),
        ("<button style='opacity: 0'>a</button>", "unseen"),
    ],
)
def test_a_keyboard_that_is_not_enough_is_noticed(browser, html, place):
    text = f"<!doctype html><link rel=icon href='data:,'>{html}<a href='#'>c</a>"
    with visit(browser, "keys.html", {"keys.html": text}) as page:
        _, missing, unseen = tab_through(page)
        assert bool(missing) is (place == "missing")
        assert bool(unseen) is (place == "unseen")


@pytest.mark.inputs(of=lambda item: files_of("book/en/notation.html"))
def test_the_skip_link_skips(browser):
    with visit(browser, "book/en/notation.html", reduced_motion="reduce") as page:
        page.keyboard.press("Tab")
        skip = page.get_by_role("link", name="Skip to main content")
        assert skip.evaluate("link => link === document.activeElement")
        box = skip.bounding_box()
        assert box["x"] >= 0
        assert box["y"] >= 0
        page.keyboard.press("Enter")
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.closest('main') !== null")


@pytest.mark.inputs(of=files_of_its_chapter)
@pytest.mark.parametrize("chapter", ["notation", "from-chainrule-to-pytorch", "im2col"])
def test_what_scrolls_on_a_phone_can_be_scrolled_by_keyboard(browser, chapter):
    with visit(browser, f"book/en/{chapter}.html", width=360, height=800) as page:
        lay_out_all(page)
        scrolling = page.evaluate(SCROLLING)
        assert len(scrolling) > 3
        assert [name for name, reached in scrolling if not reached] == []


SCROLLING = """[...document.querySelectorAll("main *")]
  .filter(e => e.scrollWidth > e.clientWidth + 1 && e.checkVisibility()
            && ["auto", "scroll"].includes(getComputedStyle(e).overflowX))
  .map(e => [
    e.outerHTML.slice(0, 100),
    !e.closest("[aria-hidden]")
      && (e.tabIndex >= 0 || e.querySelector("a[href], button, input, [tabindex='0']") !== null),
  ])"""


# --- Motion, and colours in pictures --------------------------------------------------------------


@pytest.mark.inputs(of=lambda item: files_of("book/en/notation.html"))
def test_nothing_moves_for_a_reader_who_wants_it_still(browser):
    moving = """[...document.querySelectorAll("*")].filter(e => {
      const s = getComputedStyle(e);
      const lasts = [s.transitionDuration, s.animationDuration].join().split(",");
      return lasts.some(time => parseFloat(time) > 0) || s.scrollBehavior === "smooth";
    }).length"""
    for wish, expected in (("no-preference", True), ("reduce", False)):
        with visit(browser, "book/en/notation.html", reduced_motion=wish) as page:
            assert (page.evaluate(moving) > 0) is expected


# The colour of each word in a picture, of all that lies around its middle only the page.
WORDS_IN_PICTURES = """() => [...document.querySelectorAll(".cr-figure svg text, .cr-canvas text")]
  .filter(text => text.checkVisibility())
  .map(text => [text.textContent, getComputedStyle(text).fill])"""


def hexadecimal(colour):
    red, green, blue = (int(part) for part in re.findall(r"\d+", colour)[:3])
    return f"#{red:02x}{green:02x}{blue:02x}"


@pytest.mark.inputs(of=files_of_its_chapter)
@pytest.mark.parametrize(("theme", "page_colour"), [("light", "#ffffff"), ("dark", "#121212")])
@pytest.mark.parametrize("chapter", ["computational-graphs", "sigmoid"])
def test_words_in_pictures_can_be_read(browser, chapter, theme, page_colour):
    """axe does not look at the colours within pictures; on a dark page they are others."""
    with visit(browser, f"book/en/{chapter}.html", color_scheme=theme) as page:
        assert hexadecimal(page.evaluate(PAGE_COLOUR)) == page_colour
        words = page.evaluate(WORDS_IN_PICTURES)
    assert len(words) > 20
    faint = {(w, c) for w, c in words if contrast(c, page_colour) < 4.5}
    assert faint == set()


# --- Paper ----------------------------------------------------------------------------------------


@pytest.mark.inputs(of=lambda item: files_of("book/en/sigmoid.html"))
def test_paper_is_white_and_has_nothing_to_press(browser):
    """A reader with a dark screen prints, too."""
    remember = """addEventListener("beforeprint", () => {
      const colour = getComputedStyle(document.body).backgroundColor;
      window.printed = [document.documentElement.dataset.theme, colour];
    })"""
    with visit(browser, "book/en/sigmoid.html", color_scheme="dark") as page:
        page.evaluate(remember)
        assert page.pdf().startswith(b"%PDF")
        assert page.evaluate("printed") == ["light", "rgb(255, 255, 255)"]
        assert page.evaluate("document.documentElement.dataset.theme") == "dark"
        page.emulate_media(media="print")
        pressed = page.locator("button:visible, input:visible")
        assert [control.evaluate("e => e.outerHTML") for control in pressed.all()] == []
        assert page.locator("article figure:visible").count() > 3

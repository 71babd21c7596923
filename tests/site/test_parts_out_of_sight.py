"""Parts of a chapter far from the window are not laid out: what must not depend on that.

A link into a part arrives at it, the Back button where the reader was, the browser's own search
finds what was never seen, and paper has all of it.
"""

import pytest
from built import files_of

from chainrule_dev.browser import visit

CHAPTER = "book/en/batch-normalization.html"  # the largest
LAPTOP = {"width": 1366, "height": 768}
PHONE = {"width": 360, "height": 740}
PARTS = ".bd-article > section > section"
BELOW_HEADER = 150  # pixels: the row at the top, and room

TOP = "(id) => document.getElementById(id).getBoundingClientRect().top"
FRAMES = """async () => {
  for (let n = 0; n < 6; n++) await new Promise((done) => requestAnimationFrame(done));
}"""
LAST = f"[...document.querySelectorAll('{PARTS}')].at(-2).id"


def lies_at_the_top(page, section):
    page.evaluate(FRAMES)
    return 0 <= page.evaluate(TOP, section) <= BELOW_HEADER


def test_most_parts_are_not_laid_out_at_first(browser):
    with visit(browser, CHAPTER, **LAPTOP) as page:
        page.evaluate(FRAMES)
        seen = page.evaluate(
            f"""[...document.querySelectorAll("{PARTS} > :last-child")].map(
              (each) => each.checkVisibility({{ contentVisibilityAuto: true }}))"""
        )
        assert len(seen) > 5
        assert sum(seen) <= 2


@pytest.mark.parametrize("size", [LAPTOP, PHONE], ids=["laptop", "phone"])
def test_a_link_to_a_part_never_seen_arrives_and_back_returns(browser, size):
    with visit(browser, CHAPTER, **size) as page:
        section = page.evaluate(LAST)
    with visit(browser, f"{CHAPTER}#{section}", reduced_motion="reduce", **size) as page:
        page.wait_for_load_state("load")
        assert lies_at_the_top(page, section)
        page.goto(page.url.replace("batch-normalization", "relu").split("#")[0])
        page.go_back()
        page.wait_for_load_state("load")
        assert lies_at_the_top(page, section)


# Where the part before the target is much taller than it is taken for.
AFTER_TALL_PARTS = [
    ("training-a-network", "learning-by-heart"),
    ("affine", "common-mistakes"),
    ("im2col", "not-the-inverse"),
    ("sigmoid", "by-hand"),
]
AT_REST = "() => new Promise((done) => setTimeout(done, 600))"  # milliseconds


@pytest.mark.parametrize("size", [LAPTOP, PHONE], ids=["laptop", "phone"])
@pytest.mark.parametrize("by", ["address", "link"])
@pytest.mark.parametrize(("chapter", "section"), AFTER_TALL_PARTS)
@pytest.mark.inputs(of=lambda item: files_of(f"book/en/{item.callspec.params['chapter']}.html"))
def test_what_is_before_the_target_does_not_push_it_away(browser, chapter, section, by, size):
    path = f"book/en/{chapter}.html"
    is_address = by == "address"
    address = f"{path}#{section}" if is_address else path
    with visit(browser, address, reduced_motion="reduce", **size) as page:
        if not is_address:
            page.locator(f"#pst-page-toc-nav a[href='#{section}']").evaluate(
                "(link) => link.click()"
            )
        page.evaluate(AT_REST)
        assert 48 <= page.evaluate(TOP, section) <= 80


def test_a_reader_who_scrolls_is_not_brought_back(browser):
    with visit(browser, f"{CHAPTER}#exercises", reduced_motion="reduce", **LAPTOP) as page:
        page.evaluate(AT_REST)
        page.mouse.move(600, 400)
        page.mouse.wheel(0, -4000)
        page.evaluate(AT_REST)
        assert page.evaluate(TOP, "exercises") > 1000


def test_a_link_on_the_page_arrives_and_back_returns(browser):
    with visit(browser, CHAPTER, reduced_motion="reduce", **LAPTOP) as page:
        page.wait_for_load_state("load")
        section = page.evaluate(LAST)
        page.locator(f"#pst-page-toc-nav a[href='#{section}']").click()
        assert lies_at_the_top(page, section)
        page.go_back()
        page.evaluate(FRAMES)
        assert page.evaluate("scrollY") == 0


def test_reading_up_from_a_part_nothing_jumps(browser):
    """Parts above get their true heights as they come near; what is read moves with the wheel."""
    with visit(browser, f"{CHAPTER}#exercises", **LAPTOP) as page:
        page.wait_for_load_state("load")
        page.evaluate(FRAMES)
        page.mouse.move(600, 400)
        for _ in range(14):
            before = page.evaluate(
                """() => {
                  const tops = (each) => each.getBoundingClientRect().top;
                  window.read = [...document.querySelectorAll(".bd-article section > *")].find(
                    (each) => tops(each) > 60 && tops(each) < 600);
                  return tops(read);
                }"""
            )
            page.mouse.wheel(0, -300)
            page.wait_for_timeout(250)
            after = page.evaluate("read.getBoundingClientRect().top")
            assert abs(after - before - 300) <= 2


def test_the_browsers_search_finds_what_was_never_seen(browser):
    with visit(browser, CHAPTER, **LAPTOP) as page:
        page.wait_for_load_state("load")
        words = page.evaluate(
            f"""[...document.querySelectorAll("{PARTS} > p")].at(-1).textContent
              .trim().split(/\\s+/).slice(0, 4).join(" ")"""
        )
        assert page.evaluate("(words) => window.find(words)", words)
        page.evaluate(FRAMES)
        top = page.evaluate("getSelection().getRangeAt(0).getBoundingClientRect().top")
        assert 0 <= top <= LAPTOP["height"]


def test_paper_has_every_part(browser):
    with visit(browser, CHAPTER, **LAPTOP) as page:
        page.emulate_media(media="print")
        styles = page.evaluate(
            f"""[...document.querySelectorAll("{PARTS}")]
              .map((each) => getComputedStyle(each).contentVisibility)"""
        )
        assert set(styles) == {"visible"}


# Where the focus is: its part of the chapter, and whether its middle lies in the window.
FOCUS = f"""() => {{
  const element = document.activeElement;
  const {{ top, bottom }} = element.getBoundingClientRect();
  return {{
    part: [...document.querySelectorAll("{PARTS}")].findIndex((each) => each.contains(element)),
    isShown: (top + bottom) / 2 > 0 && (top + bottom) / 2 < innerHeight,
    name: element.outerHTML.slice(0, 120),
  }};
}}"""
AFTER_ALL = "document.querySelector('.prev-next-footer a').focus({ preventScroll: true })"


@pytest.mark.parametrize("key", ["Tab", "Shift+Tab"])
def test_a_keyboard_goes_into_every_part_never_seen(browser, key):
    """Each stop of the focus is scrolled into view, forwards and back."""
    with visit(browser, CHAPTER, reduced_motion="reduce", **LAPTOP) as page:
        page.wait_for_load_state("load")
        if key == "Shift+Tab":
            page.evaluate(AFTER_ALL)
        parts = []
        for _ in range(400):
            page.keyboard.press(key)
            focus = page.evaluate(FOCUS)
            if focus["part"] >= 0:
                assert focus["isShown"], focus["name"]
                parts.append(focus["part"])
            elif parts:
                break
        count = page.locator(PARTS).count()
        assert set(parts) == set(range(count))
        assert parts == sorted(parts, reverse=key != "Tab")

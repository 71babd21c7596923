"""The book opened as a file, by the path that `make book` prints, in a real Chromium.

A page of a file may load no module and fetch nothing; everything must work all the same, and
nothing may complain.
"""

from contextlib import contextmanager

import pytest
from built import SITE, chapters, files_of, text
from explorables.figures import chapters_with

from chainrule import explore
from chainrule_dev.browser import read_on_at

CHAPTER = "book/en/affine.html"
WITH_GUESSES = "book/en/softmax-with-loss.html"
PHONE = {"width": 360, "height": 800}
LAPTOP = {"width": 1280, "height": 900}

pytestmark = pytest.mark.inputs(
    of=lambda item: files_of("index.html", CHAPTER, WITH_GUESSES, "search.html")
)


@contextmanager
def opened(browser, path, size=LAPTOP, read_on=True, **options):
    """A page of the built site, opened as a file. Fails for whatever the console says of it, for
    what it asks for and does not get, and for what it asks of anything but this machine's files.
    """
    text(path.partition("?")[0])  # fails with the command that builds it where it is missing
    complaints = []
    context = browser.new_context(viewport=size, **options)
    page = context.new_page()
    if read_on:
        page.add_init_script(read_on_at(path.partition("?")[0]))
    page.on("pageerror", lambda error: complaints.append(f"error: {error}"))
    page.on("console", lambda message: complaints.append(f"{message.type}: {message.text}"))
    page.on("requestfailed", lambda request: complaints.append(f"failed: {request.url}"))
    page.on(
        "request",
        lambda request: (
            request.url.startswith(("file:", "data:")) or complaints.append(f"left: {request.url}")
        ),
    )
    try:
        page.goto(f"{SITE.as_uri()}/{path}")
        yield page
    finally:
        context.close()
    assert complaints == []


def test_the_first_page_leads_into_the_book_and_its_colours_change(browser):
    with opened(browser, "index.html", color_scheme="light") as page:
        page.wait_for_url(f"**/{chapters()[0]}.html")
        page.locator(".theme-switch-button").first.click()
        assert page.evaluate("document.documentElement.dataset.theme") == "dark"
        page.reload()
        assert page.evaluate("document.documentElement.dataset.theme") == "dark", "it is kept"


def test_the_menu_of_a_phone_leads_to_a_chapter(browser):
    with opened(browser, CHAPTER, PHONE) as page:
        page.locator(".primary-toggle").click()
        menu = page.locator("#pst-primary-sidebar-modal")
        assert menu.is_visible()
        menu.locator("a.reference", has_text="Dropout").click()
        page.wait_for_url("**/dropout.html")


def test_the_menus_and_the_contents_answer(browser):
    with opened(browser, CHAPTER) as page:
        button = page.locator("[data-bs-toggle=dropdown]").first
        button.click()
        assert button.get_attribute("aria-expanded") == "true"
        page.locator("#pst-page-toc-nav a[href='#by-hand']").click()
        page.wait_for_function(
            "document.querySelector('#pst-page-toc-nav a[aria-current]')?.hash === '#by-hand'"
        )


def test_code_can_be_copied(browser):
    permissions = ["clipboard-read", "clipboard-write"]
    with opened(browser, CHAPTER, permissions=permissions) as page:
        block = page.locator("#by-hand div.highlight").first
        block.hover()
        block.locator(".copybtn").click()
        page.locator(".copybtn.copied").wait_for()
        copied = page.evaluate("navigator.clipboard.readText()")
        assert copied == block.locator("pre").inner_text().rstrip()


def test_the_search_finds(browser):
    with opened(browser, CHAPTER) as page:
        page.keyboard.press("Control+k")
        page.keyboard.type("vanishing")
        page.locator(".cr-found-page").first.click()
        page.wait_for_url("**/vanishing-gradients.html")


def test_the_search_page_finds(browser):
    with opened(browser, "search.html?q=im2col") as page:
        page.locator(".cr-found-page").first.click()
        page.wait_for_url("**/im2col.html")


def test_the_readers_marks_are_kept(browser):
    with opened(browser, CHAPTER) as page:
        page.locator("input[data-chapter]").check()
        page.reload()
        assert page.locator("input[data-chapter]").is_checked()


def test_a_guess_is_kept_and_a_word_says_what_it_is(browser):
    with opened(browser, WITH_GUESSES, read_on=False) as page:
        page.locator("form.cr-guess [type=radio]").first.check()
        page.get_by_role("button", name="Show me").first.click()
        page.reload()
        assert page.locator("form.cr-guess [type=radio]").first.is_checked()
        assert page.locator("cr-guessed").first.inner_text()
        page.locator(".bd-article a:has(> .std-term)").first.hover()
        page.locator("#cr-note:visible").wait_for()


FIGURES = [(name, chapters_with(name)[0]) for name in explore.__all__]


@pytest.mark.inputs(of=lambda item: files_of(item.callspec.params["path"]))
@pytest.mark.parametrize(("name", "path"), FIGURES, ids=explore.__all__)
def test_an_explorable_comes_alive(browser, name, path):
    with opened(browser, path) as page:
        page.locator(".cr-explorable[data-alive] .cr-canvas").first.wait_for()
        assert page.locator(".cr-explorable:not([data-alive])").count() == 0


# --- The checks are checked -----------------------------------------------------------------------


@pytest.mark.parametrize(
    "script",
    [
        '<script type="module" src="_static/shell.js"></script>',
        "<script>fetch('search-sections.js')</script>",
        "<script>console.log('words')</script>",
        "<script>missing()</script>",
        '<script src="_static/missing.js"></script>',
        '<script src="http://localhost:9/elsewhere.js"></script>',
    ],
)
def test_what_a_file_may_not_do_is_noticed(browser, tmp_path, monkeypatch, script):
    (tmp_path / "page.html").write_text(f"<!doctype html>{script}", encoding="utf-8")
    monkeypatch.setattr("test_from_a_file.SITE", tmp_path)
    monkeypatch.setattr("test_from_a_file.text", lambda path: "")
    with pytest.raises(AssertionError), opened(browser, "page.html") as page:
        page.wait_for_load_state("networkidle")

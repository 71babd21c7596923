"""What stands around a chapter, tried in a real Chromium with the network cut off."""

import pytest
from built import files_of

from chainrule_dev.browser import visit

CHAPTER = "book/en/affine.html"
FOUND = "book/en/vanishing-gradients.html"  # by the search

pytestmark = pytest.mark.inputs(of=lambda item: files_of(CHAPTER, FOUND, "search.html"))

PHONE = {"width": 360, "height": 800}
TABLET = {"width": 1000, "height": 900}
LAPTOP = {"width": 1280, "height": 900}


@pytest.fixture
def laptop(browser):
    with visit(browser, CHAPTER, **LAPTOP) as page:
        yield page


@pytest.fixture
def tablet(browser):
    with visit(browser, CHAPTER, **TABLET) as page:
        yield page


@pytest.fixture
def phone(browser):
    with visit(browser, CHAPTER, has_touch=True, **PHONE) as page:
        yield page


# --- Colours ------------------------------------------------------------------------------------


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_colours_follow_the_system_until_the_button_is_pressed(browser, scheme):
    theme = "document.documentElement.dataset.theme"
    other = {"light": "dark", "dark": "light"}[scheme]
    with visit(browser, CHAPTER, color_scheme=scheme) as page:
        button = page.locator(".theme-switch-button")
        seen = [page.evaluate(theme)]
        for _ in range(3):
            button.click()
            seen.append(page.evaluate(theme))
        assert seen == [scheme, other, scheme, scheme]
        button.click()
        page.reload()
        assert page.evaluate(theme) == other
        assert button.get_attribute("aria-label").lower().endswith(other)
        background = page.evaluate("getComputedStyle(document.body).backgroundColor")
        assert (background == "rgb(255, 255, 255)") == (other == "light")


THEME_IS = "(theme) => document.documentElement.dataset.theme === theme"


def test_colours_change_with_the_system(browser):
    with visit(browser, CHAPTER, color_scheme="light") as page:
        page.emulate_media(color_scheme="dark")
        page.wait_for_function(THEME_IS, arg="dark")


def test_chosen_colours_do_not_change_with_the_system(browser):
    with visit(browser, CHAPTER, color_scheme="light") as page:
        page.locator(".theme-switch-button").click()
        for scheme in ("dark", "light"):
            page.emulate_media(color_scheme=scheme)
            page.evaluate("new Promise((done) => setTimeout(done, 50))")
            assert page.evaluate(THEME_IS, "dark")


@pytest.mark.parametrize("reload", [False, True], ids=["at once", "on the next page"])
def test_auto_follows_the_system_again(browser, reload):
    """The colours chosen before are forgotten, on this page and in the storage."""
    with visit(browser, CHAPTER, color_scheme="light") as page:
        button = page.locator(".theme-switch-button")
        for mode in ("dark", "light", "auto"):
            button.click()
            assert button.get_attribute("aria-label").lower().endswith(mode)
            assert button.get_attribute("title") == button.get_attribute("aria-label")
        page.emulate_media(color_scheme="dark")
        if reload:
            page.reload()
            assert button.get_attribute("aria-label").lower().endswith("auto")
        page.wait_for_function(THEME_IS, arg="dark")


INKS = """() => ["body", ".bd-article h1", ".highlight pre", ".highlight .k", ".cr-guess", "a"].map(
  (part) => {
    const style = getComputedStyle(document.querySelector(part));
    const blue = style.getPropertyValue("--cr-blue");
    return [part, style.color, style.backgroundColor, style.borderTopColor, blue];
  })"""


@pytest.mark.parametrize("system", ["light", "dark"])
def test_without_scripts_a_page_is_light_in_all_its_parts(browser, system):
    with visit(browser, CHAPTER, color_scheme="light") as page:
        light = page.evaluate(INKS)
    with visit(browser, CHAPTER, color_scheme=system, java_script_enabled=False) as page:
        assert page.evaluate(INKS) == light


def test_paper_is_light_and_the_screen_is_dark_again_after_it(browser):
    with visit(browser, CHAPTER, color_scheme="dark") as page:
        for event, theme in (("beforeprint", "light"), ("afterprint", "dark")):
            page.evaluate("(event) => dispatchEvent(new Event(event))", event)
            assert page.evaluate(THEME_IS, theme)


# --- Search -------------------------------------------------------------------------------------


def test_search_is_fetched_when_it_is_opened(browser):
    sent = {}
    with visit(browser, CHAPTER, sent=sent, **LAPTOP) as page:
        page.wait_for_load_state("load")
        searching = {"_static/search.js", "search-sections.js"}
        assert not searching & sent.keys() and "_static/shell.js" in sent
        page.keyboard.press("Control+k")
        page.keyboard.type("im2col")
        page.locator(".cr-found-page").first.wait_for()
        assert searching <= sent.keys()


def test_search_by_keyboard_alone(laptop):
    laptop.keyboard.press("Control+k")
    laptop.keyboard.type("vanishing")
    laptop.locator(".cr-found").first.wait_for()
    focused = "document.activeElement"
    for key in ("ArrowDown", "ArrowDown", "ArrowUp"):
        laptop.keyboard.press(key)
        assert laptop.evaluate(f"{focused}.matches('.cr-results a')")
    laptop.keyboard.press("ArrowUp")
    assert laptop.evaluate(f"{focused}.matches('input')"), "back in the field"
    laptop.keyboard.press("ArrowUp")
    assert laptop.evaluate(f"{focused}.matches('input')")
    laptop.keyboard.press("ArrowDown")
    laptop.keyboard.press("Enter")
    laptop.wait_for_url("**/vanishing-gradients.html")


def test_search_closes_with_escape_and_gives_the_focus_back(laptop):
    laptop.locator(".search-button-field").click()
    dialog = laptop.locator("#pst-search-dialog")
    assert dialog.is_visible()
    laptop.keyboard.press("Escape")
    assert not dialog.is_visible()
    assert "search-button" in laptop.evaluate("document.activeElement.className")


def test_the_command_opens_and_closes_the_search(laptop):
    dialog = laptop.locator("#pst-search-dialog")
    for visible in (True, False, True):
        laptop.keyboard.press("Control+k")
        assert dialog.is_visible() == visible
    assert dialog.locator(".cr-results").count() == 1, "not one more each time it is opened"
    dialog.locator("input").click()
    assert dialog.is_visible()
    laptop.mouse.click(5, 450)  # on the dark ground beside it
    assert not dialog.is_visible()
    for other in ("k", "Control+Shift+k", "Control+Alt+k", "Control+Meta+k", "Control+j"):
        laptop.keyboard.press(other)
        assert not dialog.is_visible(), other


def test_on_a_mac_the_command_is_another_key(browser):
    script = "Object.defineProperty(navigator, 'platform', { value: 'MacIntel' });"
    with visit(browser, CHAPTER, script=script, **LAPTOP) as page:
        page.keyboard.press("Control+k")
        assert not page.locator("#pst-search-dialog").is_visible()
        page.keyboard.press("Meta+k")
        assert page.locator("#pst-search-dialog").is_visible()
        assert "⌘" in page.locator(".search-button-field").first.inner_text()


def test_on_the_search_page_the_command_leads_to_its_field(browser):
    with visit(browser, "search.html", **LAPTOP) as page:
        field = page.locator(".bd-search-container input")
        focused = "(field) => field === document.activeElement"
        assert field.evaluate(focused), "and so does opening the page"
        field.evaluate("(field) => field.blur()")
        page.keyboard.press("Control+k")
        assert field.evaluate(focused)
        assert not page.locator("#pst-search-dialog").is_visible()


def test_a_result_on_this_very_page_closes_the_search(laptop):
    laptop.keyboard.press("Control+k")
    laptop.keyboard.type("affine by hand")
    found = laptop.locator("a[href$='affine.html#by-hand']")
    found.first.click()
    assert not laptop.locator("#pst-search-dialog").is_visible()
    assert laptop.url.endswith("affine.html#by-hand")


def test_enter_leads_to_the_search_page(laptop):
    laptop.keyboard.press("Control+k")
    laptop.keyboard.type("momentum")
    laptop.keyboard.press("Enter")
    laptop.wait_for_url("**/search.html?q=momentum")
    laptop.locator("#search-results .cr-found").first.wait_for()


# --- The bar on top -----------------------------------------------------------------------------

AROUND = ".bd-header-article :is(a, button), .bd-sidebar-primary a, .bd-sidebar-secondary a"
FOCUS_STAYS = """(around) => {
  const before = scrollY;
  const moving = [...document.querySelectorAll(around)].filter((control) => {
    control.focus();
    return scrollY !== before;
  });
  return moving.map((control) => control.textContent.trim() || control.className);
}"""


@pytest.mark.parametrize("size", [PHONE, LAPTOP], ids=["phone", "laptop"])
def test_what_stays_on_the_screen_gets_the_focus_where_the_page_is(browser, size):
    """No target of a jump may stop where the bar lies: no reason to scroll to its own buttons."""
    with visit(browser, f"{CHAPTER}#by-hand", **size) as page:
        page.wait_for_function("scrollY > 300")
        assert page.locator(AROUND).count() > 5
        assert page.evaluate(FOCUS_STAYS, AROUND) == []


@pytest.mark.parametrize("size", [PHONE, LAPTOP], ids=["phone", "laptop"])
def test_what_is_jumped_to_is_not_under_the_bar(browser, size):
    with visit(browser, CHAPTER, **size) as page:
        bar = page.locator(".bd-header-article").bounding_box()["height"]
        for n in range(1, 4):
            page.evaluate(f"location.hash = document.querySelectorAll('section > section')[{n}].id")
            page.wait_for_timeout(200)  # what is on the way is laid out
            place = page.locator("section > section").nth(n).locator("h2, h3").first.bounding_box()
            assert bar <= place["y"] < bar + 80


# --- Menus, sidebars and contents ---------------------------------------------------------------


@pytest.mark.parametrize("size", [PHONE, LAPTOP], ids=["phone", "laptop"])
def test_menus_open_within_the_page_and_close(browser, size):
    with visit(browser, CHAPTER, **size) as page:
        for button in page.locator("[data-bs-toggle=dropdown]").all():
            menu = button.locator("xpath=following-sibling::ul")
            button.click()
            assert menu.is_visible() and button.get_attribute("aria-expanded") == "true"
            box = menu.bounding_box()
            assert box["x"] >= 0 and box["x"] + box["width"] <= size["width"]
            page.keyboard.press("ArrowDown")
            assert page.evaluate("document.activeElement.closest('.dropdown-menu') !== null")
            page.keyboard.press("Escape")
            assert not menu.is_visible() and button.get_attribute("aria-expanded") == "false"


@pytest.fixture
def menu(laptop):
    """The button of a menu with several entries, and its list."""
    button = laptop.locator(".dropdown-download-buttons [data-bs-toggle=dropdown]")
    listed = button.locator("xpath=following-sibling::ul")
    assert listed.locator("a, button").count() >= 2
    return button, listed


def test_a_menu_closes_when_the_focus_leaves_it(laptop, menu):
    button, listed = menu
    button.click()
    for _ in range(listed.locator("a, button").count()):
        laptop.keyboard.press("Tab")
        assert listed.is_visible()
    laptop.keyboard.press("Tab")
    assert not listed.is_visible()
    assert button.get_attribute("aria-expanded") == "false"


def test_a_menu_closes_by_a_click_elsewhere_or_on_its_button(laptop, menu):
    button, listed = menu
    for close in (lambda: laptop.mouse.click(640, 700), button.click):
        button.click()
        assert listed.is_visible()
        close()
        assert not listed.is_visible()


def test_the_arrow_keys_walk_through_a_menu_as_through_a_ring(laptop, menu):
    button, listed = menu
    entries = listed.locator("a, button")
    last = entries.count() - 1

    def focused():
        return entries.evaluate_all("(all) => all.indexOf(document.activeElement)")

    button.focus()
    for key, place in [("ArrowUp", last), ("ArrowDown", 0), ("ArrowDown", 1), ("ArrowUp", 0)]:
        laptop.keyboard.press(key)
        assert (listed.is_visible(), focused()) == (True, place)
    laptop.keyboard.press("Escape")
    assert button.evaluate("(button) => button === document.activeElement")
    laptop.keyboard.press("ArrowDown")
    assert (listed.is_visible(), focused()) == (True, 0)


@pytest.mark.parametrize("name", ["primary", "secondary"])
def test_sidebars_open_on_a_phone_and_close(phone, name):
    sidebar = phone.locator(f"#pst-{name}-sidebar-modal")
    links = sidebar.locator("a.reference")
    for close in (
        lambda: phone.keyboard.press("Escape"),
        lambda: phone.mouse.click(350 if name == "primary" else 10, 400),
    ):
        phone.locator(f".{name}-toggle").click()
        assert sidebar.is_visible() and links.count() > 5
        sidebar.click(position={"x": 150, "y": 5})  # within it: it stays
        assert sidebar.is_visible()
        close()
        phone.wait_for_function(
            "name => !document.getElementById(name).open", arg=sidebar.get_attribute("id")
        )
        assert links.count() == 0, "its links are back in the page"
        assert phone.evaluate("(c) => document.activeElement.matches(c)", f".{name}-toggle")


def test_a_sidebar_that_closes_gives_its_button_the_focus(phone):
    """Even where a button that is pressed does not take the focus, as in Safari."""
    phone.evaluate("document.querySelector('.primary-toggle').click()")
    phone.keyboard.press("Escape")
    phone.wait_for_function("document.activeElement.matches('.primary-toggle')")


def test_a_phone_that_is_turned_closes_the_sidebar(phone):
    phone.locator(".primary-toggle").click()
    phone.set_viewport_size({"width": 1000, "height": 360})
    phone.wait_for_function("!document.getElementById('pst-primary-sidebar-modal').open")
    assert phone.locator("#pst-primary-sidebar a.reference").count() > 5


def test_the_contents_on_a_phone_lead_there(phone):
    phone.locator(".secondary-toggle").click()
    phone.locator("#pst-secondary-sidebar-modal a[href='#exercises']").click()
    assert not phone.locator("#pst-secondary-sidebar-modal").is_visible()
    phone.wait_for_function(
        "Math.abs(document.querySelector('#exercises h2').getBoundingClientRect().y) < 200"
    )


def test_the_sidebar_of_a_wide_page_folds_away(laptop):
    sidebar = laptop.locator("#pst-primary-sidebar")
    for visible in (False, True):
        laptop.locator(".primary-toggle").click()
        assert sidebar.is_visible() == visible


MARKED = "document.querySelector('#pst-page-toc-nav a[aria-current]')?.hash"


def scroll(page, y):
    """Scroll there, until the page has answered: two frames."""
    page.evaluate(
        """async (y) => {
          scrollTo({ top: y, behavior: "instant" });
          for (let n = 0; n < 3; n++) await new Promise(requestAnimationFrame);
        }""",
        y,
    )


def test_the_contents_mark_what_is_read(laptop):
    laptop.locator("#pst-page-toc-nav a[href='#by-hand']").click()
    laptop.wait_for_function(f"{MARKED} === '#by-hand'")
    current = laptop.locator("#pst-page-toc-nav a[aria-current]")
    assert current.count() == laptop.locator("#pst-page-toc-nav a.active").count() == 1


def test_the_mark_in_the_contents_goes_from_none_to_the_last(laptop):
    """A heading counts as read from when it has passed the upper third of the window."""
    assert laptop.evaluate(f"{MARKED} ?? null") is None
    top = laptop.evaluate("document.querySelector('#by-hand h2').getBoundingClientRect().top")
    for above, marked in ((False, False), (True, True)):
        scroll(laptop, top - LAPTOP["height"] / 3 + (5 if above else -5))
        assert (laptop.evaluate(MARKED) == "#by-hand") == marked
    # On a high screen the last section is too short to get there: the end of the page counts.
    last = laptop.locator("#pst-page-toc-nav a").last.evaluate("(link) => link.hash")
    laptop.set_viewport_size({**LAPTOP, "height": 3000})
    scroll(laptop, 10**6)
    assert (
        laptop.evaluate(f"document.querySelector('{last} h2').getBoundingClientRect().top") > 1000
    )
    assert laptop.evaluate(MARKED) == last
    assert laptop.locator("#pst-page-toc-nav a[aria-current]").count() == 1


def test_the_way_back_to_the_top_is_shown_to_who_scrolls_up(tablet):
    """Where there is no room for the contents beside the page."""
    button = tablet.locator("#pst-back-to-top")
    height = TABLET["height"]
    for y, visible in [
        (0, False),
        (3 * height, False),  # on the way down
        (3 * height - 40, False),  # a little up
        (3 * height - 100, True),
        (3 * height + 1, False),
        (height + 50, True),
        (height - 50, False),  # the top is near
        (height + 50, False),  # down again
    ]:
        scroll(tablet, y)
        assert button.is_visible() == visible, y
    scroll(tablet, 3 * height)
    scroll(tablet, 2 * height)
    button.click()
    tablet.wait_for_function("scrollY === 0 && document.activeElement.id === 'main-content'")


# --- Code ---------------------------------------------------------------------------------------


def test_code_can_be_copied(browser):
    permissions = ["clipboard-read", "clipboard-write"]
    with visit(browser, CHAPTER, permissions=permissions, **LAPTOP) as page:
        block = page.locator("#by-hand div.highlight").first
        block.hover()
        block.locator(".copybtn").click()
        page.wait_for_function("document.querySelector('.copybtn.copied') !== null")
        button = block.locator(".copybtn")
        assert button.get_attribute("aria-label") == "Copied"
        copied = page.evaluate("navigator.clipboard.readText()")
        assert copied == block.locator("pre").inner_text().rstrip()
        page.wait_for_function("document.querySelector('.copybtn.copied') === null")
        assert button.get_attribute("aria-label") == "Copy"


def test_without_a_clipboard_there_is_no_button_that_copies(browser):
    script = "Object.defineProperty(navigator, 'clipboard', { value: undefined });"
    with visit(browser, CHAPTER, script=script) as page:
        page.wait_for_load_state("load")
        assert page.locator(".copybtn").count() == 0


# --- What scrolls is a stop of the Tab key ------------------------------------------------------


# What a fold hides has no box, in Firefox and in Safari; in Chromium it has one that is not drawn.
FOLDED = """document.addEventListener("DOMContentLoaded", () => {
  const style = document.createElement("style");
  style.textContent = "details:not([open]) > :not(summary) { display: none !important; }";
  document.head.append(style);
});"""


@pytest.mark.parametrize("script", ["", FOLDED], ids=["as here", "as elsewhere"])
def test_an_unfolded_cell_can_be_scrolled_by_keyboard(browser, script):
    with visit(browser, CHAPTER, script=script, **PHONE) as page:
        page.wait_for_load_state("load")
        cell = page.locator("details", has_text="Show a solution").first
        cell.locator("summary").click()
        page.wait_for_function("document.querySelector('details[open] pre').tabIndex === 0")
        page.keyboard.press("Tab")
        while not page.evaluate("document.activeElement.matches('pre')"):
            assert page.evaluate("document.activeElement.closest('details[open]') !== null")
            page.keyboard.press("Tab")
        page.keyboard.press("ArrowRight")
        page.wait_for_function("document.activeElement.scrollLeft > 0")


BOXES = """<!doctype html><link rel=icon href="data:,">
<style>pre { width: 100px; height: 50px; overflow: auto; }</style>
<pre id="fits">x</pre>
<pre id="wide"><b style="padding-right: 200px">x</b></pre>
<pre id="high"><b style="display: block; height: 200px">x</b></pre>
<pre id="shown" style="overflow: visible"><b style="padding-right: 200px">x</b></pre>
<pre id="cut" style="overflow: hidden"><b style="padding-right: 200px">x</b></pre>
<pre id="grows"><b>x</b></pre>
<img alt="" src="/_static/images/logo_colab.png">
<script>
  // As fonts do: what is in a box becomes wider, the box does not.
  addEventListener("load", () => {
    document.querySelector("#grows b").style.paddingRight = "200px";
  });
</script>
<script defer src="/_static/scroll_and_print.js"></script>"""


def test_a_box_is_a_stop_where_it_scrolls_either_way(browser):
    stops = "[...document.querySelectorAll('[tabindex]')].map((box) => box.id).join(' ')"
    # The picture comes a third of a second after the script: the boxes have been drawn before.
    with visit(browser, "boxes", {"boxes": BOXES}, delay=1 / 3) as page:
        page.wait_for_function(f"{stops} === 'wide high grows'")


def test_only_what_scrolls_is_a_stop(phone):
    """Turned, a phone shows more: what scrolled no longer does."""
    stops = """() => {
      const boxes = [...document.querySelectorAll(".bd-article pre, .katex-display, .cr-figure")];
      const seen = boxes.filter((box) => box.checkVisibility());
      const scrolls = (box) => box.scrollWidth > box.clientWidth + 1;
      return [seen.filter(scrolls).length, seen.filter((box) => box.tabIndex === 0).length,
        seen.filter((box) => box.tabIndex === 0 && !scrolls(box)).length];
    }"""
    # Boxes in parts far from the window are looked at when they come near it.
    phone.add_style_tag(content="section { content-visibility: visible !important }")
    phone.wait_for_load_state("load")
    phone.evaluate("new Promise((done) => requestAnimationFrame(() => setTimeout(done, 100)))")
    narrow = phone.evaluate(stops)
    assert narrow[0] == narrow[1] > 20 and narrow[2] == 0
    phone.set_viewport_size({"width": 1280, "height": 360})
    # The sidebar slides in: the boxes come to their widths by and by.
    phone.evaluate("new Promise((done) => setTimeout(done, 1000))")
    wide = phone.evaluate(stops)
    assert 0 < wide[0] == wide[1] < narrow[1] and wide[2] == 0


def test_folded_cells_open_without_a_script(browser):
    with visit(browser, CHAPTER, java_script_enabled=False) as page:
        solution = page.locator("details", has_text="Show a solution").first
        assert not solution.locator(".highlight").first.is_visible()
        solution.locator("summary").click()
        assert solution.locator(".highlight").first.is_visible()


def test_icons_are_drawn(laptop):
    """A mask each; where the class of an icon is not known, nothing would be seen."""
    unknown = laptop.evaluate(
        """[...document.querySelectorAll('i[class*="fa-"], span[class*="fa-"]')]
           .filter((icon) => getComputedStyle(icon, '::before').maskImage === 'none')
           .map((icon) => icon.className)"""
    )
    assert unknown == []

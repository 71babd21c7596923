"""What stands around a chapter, tried in a real Chromium with the network cut off."""

import pytest
from built import files_of

from chainrule_dev.browser import visit

CHAPTER = "book/en/affine.html"
FOUND = "book/en/vanishing-gradients.html"  # by the search

pytestmark = pytest.mark.inputs(of=lambda item: files_of(CHAPTER, FOUND, "search.html"))

PHONE = {"width": 360, "height": 800}
LAPTOP = {"width": 1280, "height": 900}


@pytest.fixture
def laptop(browser):
    with visit(browser, CHAPTER, **LAPTOP) as page:
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


def test_colours_change_with_the_system(browser):
    with visit(browser, CHAPTER, color_scheme="light") as page:
        page.emulate_media(color_scheme="dark")
        page.wait_for_function("document.documentElement.dataset.theme === 'dark'")


# --- Search -------------------------------------------------------------------------------------


def test_search_is_fetched_when_it_is_opened(browser):
    sent = {}
    with visit(browser, CHAPTER, sent=sent, **LAPTOP) as page:
        page.wait_for_load_state("load")
        assert not [path for path in sent if path.startswith(("_static/search/", "search"))]
        page.keyboard.press("Control+k")
        page.keyboard.type("im2col")
        page.locator(".cr-found-page").first.wait_for()
        assert "search-sections.json" in sent


def test_search_by_keyboard_alone(laptop):
    laptop.keyboard.press("Control+k")
    laptop.keyboard.type("vanishing")
    laptop.locator(".cr-found").first.wait_for()
    laptop.keyboard.press("ArrowDown")
    laptop.keyboard.press("ArrowDown")
    laptop.keyboard.press("ArrowUp")
    laptop.keyboard.press("Enter")
    laptop.wait_for_url("**/vanishing-gradients.html")


def test_search_closes_with_escape_and_gives_the_focus_back(laptop):
    laptop.locator(".search-button-field").click()
    dialog = laptop.locator("#pst-search-dialog")
    assert dialog.is_visible()
    laptop.keyboard.press("Escape")
    assert not dialog.is_visible()
    assert "search-button" in laptop.evaluate("document.activeElement.className")


def test_enter_leads_to_the_search_page(laptop):
    laptop.keyboard.press("Control+k")
    laptop.keyboard.type("momentum")
    laptop.keyboard.press("Enter")
    laptop.wait_for_url("**/search.html?q=momentum")
    laptop.locator("#search-results .cr-found").first.wait_for()


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
        close()
        phone.wait_for_function(
            "name => !document.getElementById(name).open", arg=sidebar.get_attribute("id")
        )
        assert links.count() == 0, "its links are back in the page"


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


def test_the_contents_mark_what_is_read(laptop):
    laptop.locator("#pst-page-toc-nav a[href='#by-hand']").click()
    current = laptop.locator("#pst-page-toc-nav a[aria-current]")
    laptop.wait_for_function(
        "document.querySelector('#pst-page-toc-nav a[aria-current]')?.hash === '#by-hand'"
    )
    assert current.count() == 1


# --- Code ---------------------------------------------------------------------------------------


def test_code_can_be_copied(browser):
    permissions = ["clipboard-read", "clipboard-write"]
    with visit(browser, CHAPTER, permissions=permissions, **LAPTOP) as page:
        block = page.locator("#by-hand div.highlight").first
        block.hover()
        block.locator(".copybtn").click()
        page.wait_for_function("document.querySelector('.copybtn.copied') !== null")
        copied = page.evaluate("navigator.clipboard.readText()")
        assert copied == block.locator("pre").inner_text().rstrip()


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

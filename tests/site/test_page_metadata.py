"""What a search engine, a shared link and a lost reader get from the built site."""

import struct
import xml.etree.ElementTree as ET
from urllib.parse import unquote, urlsplit

import pytest
from bs4 import BeautifulSoup
from built import PAGES, SITE, chapters, files_of, read, twin
from colours import contrast

from chainrule_dev.browser import visit
from chainrule_dev.repository import ROOT, pages_address, repository_address

BASE = pages_address(repository_address()) + "/"
CHAPTERS = [f"{chapter}.html" for chapter in chapters()]
NOT_CHAPTERS = [page for page in PAGES if page not in CHAPTERS]


def content(page, kind, name):
    """The content of a page's only <meta> of this name."""
    (tag,) = page.find_all("meta", {kind: name})
    return tag["content"]


def canonical(page):
    (link,) = page.select('link[rel="canonical"]')
    return link["href"]


# --- Every page ---------------------------------------------------------------------------------


@pytest.mark.parametrize("path", CHAPTERS)
def test_a_page_says_what_it_is(path):
    page = read(path)
    description = content(page, "name", "description")
    assert 70 <= len(description) <= 170
    assert content(page, "property", "og:description") == description
    assert content(page, "property", "og:title") == page.title.get_text()
    assert page.title.get_text().startswith(page.select_one("article h1").find(string=True))
    assert canonical(page) == BASE + path == content(page, "property", "og:url")
    assert content(page, "name", "twitter:card") == "summary_large_image"


def test_no_two_pages_say_the_same():
    pages = [read(path) for path in CHAPTERS]
    for said in (
        [page.title.get_text() for page in pages],
        [content(page, "name", "description") for page in pages],
    ):
        assert len(set(said)) == len(said)


def test_titles_can_be_read_in_a_tab():
    titles = [read(path).title.get_text() for path in CHAPTERS]
    assert [title for title in titles if len(title) > 60 or title.count("Chain Rule") != 1] == []


@pytest.mark.parametrize("path", NOT_CHAPTERS)
def test_a_page_for_the_readers_of_the_site_is_not_for_search_engines(path):
    assert content(read(path), "name", "robots") == "noindex"


@pytest.mark.parametrize("path", PAGES)
def test_a_page_has_the_logo_as_its_icon(path):
    (icon,) = read(path).select('link[rel~="icon"]')
    assert ((SITE / path).parent / icon["href"]).resolve() == (SITE / "_static/logo.svg").resolve()


# --- The pictures -------------------------------------------------------------------------------


def test_the_social_card_is_a_picture_of_the_size_that_is_said():
    page = read(CHAPTERS[0])
    address = content(page, "property", "og:image")
    assert address.startswith(BASE)
    png = (SITE / address.removeprefix(BASE)).read_bytes()
    assert png[:8] == b"\x89PNG\r\n\x1a\n"
    said = [int(content(page, "property", f"og:image:{side}")) for side in ("width", "height")]
    assert list(struct.unpack(">II", png[16:24])) == said == [1200, 630]
    assert len(png) < 200_000
    assert content(page, "property", "og:image:alt")


def test_the_logo_can_be_seen_on_a_light_and_on_a_dark_page():
    """WCAG 1.4.11: 3:1 for what is not text."""
    logo = ET.parse(ROOT / "book" / "_static" / "logo.svg")
    colours = {tag.get("stroke") for tag in logo.iter()} - {None}
    assert len(colours) == 2
    assert min(contrast(c, page) for c in colours for page in ("#ffffff", "#121212")) >= 3


# --- The pages that no chapter makes --------------------------------------------------------------


def test_the_sitemap_lists_every_chapter_and_nothing_else():
    sitemap = ET.parse(SITE / "sitemap.xml")
    space = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
    assert sitemap.getroot().tag == f"{space}urlset"
    listed = [tag.text for tag in sitemap.iter(f"{space}loc")]
    assert sorted(listed) == sorted(BASE + p for path in CHAPTERS for p in (path, twin(path)))


def test_the_root_leads_to_the_first_page_and_says_what_the_book_is():
    root, first = read("index.html"), read(CHAPTERS[0])
    assert root.find("meta", {"http-equiv": "refresh"})["content"] == f"0; url={CHAPTERS[0]}"
    assert root.find("a")["href"] == CHAPTERS[0]
    assert canonical(root) == canonical(first)
    assert root.title.get_text() == first.title.get_text()
    for name in ("og:title", "og:description", "og:image", "og:url"):
        assert content(root, "property", name) == content(first, "property", name)


def lost_links(html):
    """Links of the page 404 that depend on where it is shown, or that lead nowhere."""
    base = urlsplit(BASE).path
    addresses = [a["href"] for a in BeautifulSoup(html, "html.parser").find_all("a")]
    forms = [form["action"] for form in BeautifulSoup(html, "html.parser").find_all("form")]
    return [
        address
        for address in addresses + forms
        if not address.startswith(base)
        or not (SITE / unquote(address.removeprefix(base))).is_file()
    ]


def test_a_lost_reader_finds_every_chapter():
    html = (SITE / "404.html").read_text(encoding="utf-8")
    assert lost_links(html) == []
    linked = {a["href"] for a in BeautifulSoup(html, "html.parser").select("main a")}
    korean = twin(CHAPTERS[0])  # for who followed a link into the other edition
    assert linked == {urlsplit(BASE).path + path for path in [*CHAPTERS, korean]}


@pytest.mark.parametrize("address", ["book/en/affine.html", "/affine.html", "/chainrule/no.html"])
def test_a_lost_link_is_noticed(address):
    assert lost_links(f'<a href="{address}">x</a>') == [address]


@pytest.mark.inputs(of=lambda item: files_of("404.html"))
@pytest.mark.parametrize("path", ["missing.html", "chainrule/book/en/very/deep/missing"])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_page_404_needs_nothing_from_where_it_is_shown(browser, path, theme):
    """`visit` fails if anything the page asks for is missing there."""
    html = (SITE / "404.html").read_text(encoding="utf-8")
    with visit(browser, path, {path: html}, color_scheme=theme) as page:
        assert page.get_by_role("heading", level=1).is_visible()
        picture = page.locator("header img")
        assert picture.evaluate("image => image.complete && image.naturalWidth > 0")
        dark = page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(18, 18, 18)"
        assert dark is (theme == "dark")

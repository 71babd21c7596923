"""The built site, page by page: `make book` first (as `make test` does), then these.

Each check is a function from a page to a list of complaints, tested on pages that break it.
"""

import base64
import io
import re
from urllib.parse import unquote, urlsplit

import pytest
from bs4 import BeautifulSoup
from built import BUILD, PAGES, SITE, chapters, files_of, read
from colours import contrast, luminance
from fontTools.ttLib import TTFont

from chainrule_dev.browser import visit
from chainrule_dev.repository import ROOT

WHOLE_FONTS = ROOT / "node_modules" / "katex" / "dist" / "fonts"
WHOLE_STYLES = WHOLE_FONTS.parent / "katex.min.css"


def is_elsewhere(address):
    return address.startswith("//") or bool(urlsplit(address).netloc)


# --- The checks ---------------------------------------------------------------------------------

# What a browser fetches unasked, as opposed to what a reader follows.
FETCHED = {
    "script": "src",
    "img": "src",
    "iframe": "src",
    "source": "src",
    "video": "src",
    "audio": "src",
    "embed": "src",
    "object": "data",
    "link": "href",
}
NOT_FETCHED = {"canonical", "alternate", "next", "prev", "index", "search", "license", "author"}


def fetches_from_elsewhere(page):
    """Nothing leaves the host the book is read from."""
    complaints = []
    for tag in page.find_all(list(FETCHED)):
        if NOT_FETCHED.intersection(tag.get("rel") or ()):
            continue
        if is_elsewhere(tag.get(FETCHED[tag.name], "")):
            complaints.append(f"fetches {tag[FETCHED[tag.name]]}")
    styles = [tag.get_text() for tag in page.find_all("style")]
    styles += [tag["style"] for tag in page.find_all(style=True)]
    return complaints + [f"fetches {a}" for style in styles for a in fetched_by_style(style)]


def fetched_by_style(css):
    addresses = re.findall(r"""(?:url\(|@import)\s*["']?([^"')\s;]+)""", css)
    return [address for address in addresses if is_elsewhere(address)]


def has_unrendered_mathematics(page):
    """Every formula was rendered while building: no TeX is left for a script to find."""
    complaints = [
        f"not rendered: {formula.get_text()[:60]!r}"
        for formula in page.select("span.math, div.math")
        if not formula.select_one(".katex math")
    ]
    complaints += [f"KaTeX error: {e.get('title')}" for e in page.select(".katex-error")]
    for text in page.find_all(string=re.compile(r"\\\(|\\\[|\$\$|\\begin\{")):
        if not text.find_parent(["code", "pre", "script", "style", "annotation"]):
            complaints.append(f"raw TeX: {text.strip()[:60]!r}")
    return complaints


def parts_with_its_punctuation(page):
    """The comma after a formula is in it, once: outside, it may begin a line."""
    return [
        f"after {formula.get_text()[:40]!r}: {str(formula.next_sibling)[:20]!r}"
        for formula in page.select("span.math")
        if re.match(r"[,.;:!?)]", str(formula.next_sibling or ""))
    ]


def has_undescribed_images(page):
    return [f"no alt text: {image.get('src')}" for image in page.find_all("img", alt=False)] + [
        f"no description: {str(figure)[:80]}"
        for figure in page.select(".cr-figure svg")
        if not (is_described(figure) or figure.get("role") == "presentation")
    ]


def is_described(figure):
    """By itself, or by the picture that it is a panel of."""
    pictures = [figure, *figure.find_parents(role="img")]
    return any(picture.get("aria-label", "").strip() for picture in pictures)


# What is written in it is the same in every language.
SYMBOLS = ".katex, code, pre, .cr-figure svg, .cr-explorable svg"


def lets_symbols_be_translated(page):
    """A browser's translator would make words of formulas and of code."""
    return [
        f"would be translated: {symbols.get_text()[:40]!r}"
        for symbols in page.select(SYMBOLS)
        if not any(tag.get("translate") == "no" for tag in [symbols, *symbols.parents])
    ]


def shows_search_wrongly(page):
    """One search field, in the sidebar. Two layers of theme would each put one."""
    fields = page.select("button.search-button-field")
    return [] if len(fields) == 1 else [f"{len(fields)} search fields"]


def skips_a_heading(page):
    """One H1 at the head of a page, and no level skipped on the way down.

    The theme puts the headings of the printed page's table of contents into a box of its own.
    """
    headings = [
        heading
        for heading in page.select("main :is(h1, h2, h3, h4, h5, h6)")
        if not heading.find_parent(class_="onlyprint")
    ]
    levels = [int(heading.name[1]) for heading in headings]
    if levels.count(1) != 1 or levels[0] != 1:
        return [f"a page begins with its only H1; its levels are {levels}"]
    return [
        f"{heading.get_text()!r}: level {level} straight after level {above}"
        for heading, above, level in zip(headings[1:], levels, levels[1:], strict=False)
        if level > above + 1
    ]


def has_wrong_language(page):
    language = page.html.get("lang")
    return [] if language == "en" else [f"<html lang={language!r}>"]


CHECKS = [
    fetches_from_elsewhere,
    has_unrendered_mathematics,
    parts_with_its_punctuation,
    has_undescribed_images,
    lets_symbols_be_translated,
    skips_a_heading,
    shows_search_wrongly,
    has_wrong_language,
]


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
@pytest.mark.parametrize("page", PAGES)
def test_page(page, check):
    assert check(read(page)) == []


# --- The checks are checked ---------------------------------------------------------------------

GOOD = """\
<html lang="en"><head>
<link rel="canonical" href="https://example.org/page.html">
<link rel="stylesheet" href="_static/a.css"><script src="_static/a.js"></script>
<style>p { background: url("_static/a.svg") }</style>
</head><body>
<button class="search-button-field"></button>
<main><div class="onlyprint"><h1>a</h1></div><h1>a</h1><h2>b</h2><h3>c</h3><h2>d</h2></main>
<p style="color: red"><a href="https://example.org">a link is followed, not fetched</a></p>
<span class="math"><span class="katex" translate="no"><math>
<annotation>\\(x\\)</annotation></math></span></span>
<code translate="no">\\(x\\)</code><img src="a.svg" alt="a">
<figure class="cr-figure" translate="no"><svg aria-label="a"></svg></figure>
</body></html>"""

BAD = [
    (fetches_from_elsewhere, "_static/a.js", "https://cdn.example.org/a.js"),
    (fetches_from_elsewhere, "_static/a.css", "//cdn.example.org/a.css"),
    (fetches_from_elsewhere, 'src="a.svg"', 'src="https://cdn.example.org/a.svg"'),
    (fetches_from_elsewhere, "_static/a.svg", "https://cdn.example.org/a.svg"),
    (fetches_from_elsewhere, "color: red", "background: url(https://cdn.example.org/a.svg)"),
    (has_unrendered_mathematics, '<span class="katex" translate="no">', "<span>"),
    (has_unrendered_mathematics, "a link", "\\(x\\)"),
    (has_unrendered_mathematics, "a link", "$$ x $$"),
    (has_unrendered_mathematics, "a link", '<span class="katex-error" title="no">x</span>'),
    (parts_with_its_punctuation, "\n<code", ", <code"),
    (has_undescribed_images, ' alt="a"', ""),
    (has_undescribed_images, ' aria-label="a"', ""),
    (lets_symbols_be_translated, 'katex" translate="no"', 'katex"'),
    (lets_symbols_be_translated, '<code translate="no"', "<code"),
    (lets_symbols_be_translated, 'cr-figure" translate="no"', 'cr-figure" translate="yes"'),
    (skips_a_heading, "<h2>b</h2>", ""),
    (skips_a_heading, "<h2>b</h2>", "<h1>b</h1>"),
    (skips_a_heading, "</div><h1>a</h1>", "</div>"),
    (shows_search_wrongly, "<button", '<button class="search-button-field"></button><button'),
    (shows_search_wrongly, "search-button-field", "field"),
    (has_wrong_language, ' lang="en"', ""),
]


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_check_accepts_a_good_page(check):
    assert check(BeautifulSoup(GOOD, "html.parser")) == []


@pytest.mark.parametrize(("check", "before", "after"), BAD)
def test_check_rejects_a_bad_page(check, before, after):
    assert GOOD.count(before) == 1
    assert check(BeautifulSoup(GOOD.replace(before, after), "html.parser")) != []


def test_every_check_is_checked():
    assert {check for check, _, _ in BAD} == set(CHECKS)


# --- The site as a whole ------------------------------------------------------------------------


def broken_links(pages):
    """Links inside the site that lead nowhere: pages maps a path to its parsed page."""
    anchors = {
        path: {tag["id"] for tag in page.find_all(id=True)} | {""} for path, page in pages.items()
    }
    complaints = []
    for path, page in pages.items():
        for link in page.find_all("a", href=True):
            if is_elsewhere(link["href"]) or urlsplit(link["href"]).scheme:
                continue
            target, _, anchor = link["href"].partition("#")
            target = target.partition("?")[0]
            file = (SITE / path).parent / unquote(target) if target else SITE / path
            name = file.resolve().relative_to(SITE.resolve()).as_posix()
            if name in anchors and unquote(anchor) not in anchors[name]:
                complaints.append(f"{path}: no such anchor: {link['href']}")
            elif name not in anchors and not file.is_file():
                complaints.append(f"{path}: no such file: {link['href']}")
    return complaints


def test_links_lead_somewhere():
    assert broken_links({page: read(page) for page in PAGES}) == []


@pytest.mark.parametrize("href", ["#nowhere", "search.html#nowhere", "missing.html"])
def test_broken_link_is_found(href):
    pages = {page: read(page) for page in PAGES}
    chapter = PAGES[0]
    up = "../" * chapter.count("/") if not href.startswith("#") else ""
    pages[chapter] = BeautifulSoup(f'<a href="{up}{href}">x</a>', "html.parser")
    pages = {path: page for path, page in pages.items() if path in (chapter, "search.html")}
    assert len(broken_links(pages)) == 1


def test_stylesheets_fetch_nothing_from_elsewhere():
    linked = {
        (SITE / page).parent / link["href"].partition("?")[0]
        for page in PAGES
        for link in read(page).select('link[rel="stylesheet"]')
    }
    found = {path.name: fetched_by_style(path.read_text(encoding="utf-8")) for path in linked}
    assert {name: addresses for name, addresses in found.items() if addresses} == {}


def missing_files(path, page):
    """What the page would fetch from this site and not get."""
    complaints = []
    for tag in page.find_all(list(FETCHED)):
        address = tag.get(FETCHED[tag.name], "").partition("?")[0].partition("#")[0]
        if not address or is_elsewhere(address) or address.startswith("data:"):
            continue
        if not (SITE / path).parent.joinpath(unquote(address)).is_file():
            complaints.append(f"{path}: no such file: {address}")
    return complaints


@pytest.mark.parametrize("page", PAGES)
def test_what_a_page_fetches_is_there(page):
    assert missing_files(page, read(page)) == []


def test_a_missing_file_is_found():
    page = BeautifulSoup('<script src="_static/nothing.js"></script>', "html.parser")
    assert missing_files("index.html", page) == ["index.html: no such file: _static/nothing.js"]


def test_the_first_page_leads_into_the_book():
    first = read("index.html").select_one('meta[http-equiv="Refresh" i]')
    assert (SITE / first["content"].partition("url=")[2]).is_file()


# --- The stylesheet and the fonts ---------------------------------------------------------------


def stylesheet(name="site.css"):
    return (SITE / "_static" / name).read_text(encoding="utf-8")


def test_every_page_has_one_stylesheet_and_one_for_formulas_where_there_are_any():
    for page in PAGES:
        html = read(page)
        styles = ["site.css", "mathematics.css"] if html.select_one(".katex") else ["site.css"]
        found = [
            link["href"].rpartition("_static/")[2] for link in html.select("link[rel=stylesheet]")
        ]
        assert found == styles, page


def test_the_stylesheet_keeps_what_is_used_and_drops_what_is_not():
    css = stylesheet()
    # Used, used in the dark, by an attribute alone, set by a script, and our own.
    for kept in (
        ".bd-article",
        'html[data-theme="dark"] .highlight .nb',
        '[class*="',
        ".dropdown-menu.show",
        "--cr-blue",
    ):
        assert kept in css, kept
    for dropped in ("fa-solid-900", ".fa-anchor", ".carousel", ".delimsizing"):
        assert dropped not in css, dropped
    formulas = stylesheet("mathematics.css")
    assert ".delimsizing" in formulas and ".katex .mathbb" in formulas
    assert ".mathfrak" not in formulas and "KaTeX_Fraktur" not in formulas


# In which font the browser draws which signs: {"KaTeX_Main 400 normal": "…"}.
SIGNS = """() => {
  const signs = {};
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    const style = getComputedStyle(walk.currentNode.parentElement);
    const family = style.fontFamily.split(",")[0].replaceAll('"', "");
    const font = `${family} ${style.fontWeight} ${style.fontStyle}`;
    signs[font] = (signs[font] ?? "") + walk.currentNode.data;
  }
  return signs;
}"""


def fonts_of(css):
    """The signs of the fonts that a stylesheet holds or names: {"KaTeX_Main 400 normal": …}."""
    fonts = {}
    for rule in re.findall(r"@font-face\s*\{([^}]*)\}", css):
        said = dict(re.findall(r'(font-\w+):\s*"?([^";]+)', rule))
        font = " ".join(said[f"font-{name}"] for name in ("family", "weight", "style"))
        held = re.search(r"base64,([\w+/=]+)", rule)
        if held:
            file = io.BytesIO(base64.b64decode(held[1]))
        else:
            file = WHOLE_FONTS / re.search(r"[\w-]+\.woff2", rule)[0]
        fonts[font] = set(TTFont(file).getBestCmap())
    return fonts


@pytest.mark.inputs(of=lambda item: files_of(*PAGES))
def test_every_sign_of_every_formula_is_in_its_font(browser):
    """And no font is there that no formula is drawn in."""
    css = stylesheet("mathematics.css")
    formulas = {str(f) for page in PAGES for f in read(page).select(".katex-html")}
    body = "".join(f'<p class="katex">{formula}</p>' for formula in sorted(formulas))
    text = f"<!doctype html><link rel=icon href='data:,'><style>{css}</style><body>{body}"
    with visit(browser, "formulas", {"formulas": text}) as page:
        drawn = page.evaluate(SIGNS)
    fonts, whole = fonts_of(css), fonts_of(WHOLE_STYLES.read_text(encoding="utf-8"))
    assert fonts.keys() == drawn.keys()
    assert len(fonts) > 7 and len(formulas) > 500
    for font, signs in drawn.items():
        assert set(map(ord, signs)) & whole[font] <= fonts[font], font


@pytest.mark.parametrize("chapter", chapters())
def test_site_is_up_to_date(chapter):
    """A page older than its notebook was checked by none of the tests above."""
    sources = [ROOT / f"{chapter}{suffix}" for suffix in (".ipynb", ".md")]
    source = next(path for path in sources if path.is_file())
    page = SITE / f"{chapter}.html"
    if not page.is_file() or page.stat().st_mtime < source.stat().st_mtime:
        pytest.fail(f"{source.relative_to(ROOT)} is newer than its page: {BUILD}")


# --- Colours ------------------------------------------------------------------------------------


def palettes():
    """The figures' colours as chainrule.css defines them: light, dark."""
    css = (ROOT / "book" / "_static" / "chainrule.css").read_text(encoding="utf-8")
    blocks = [dict(re.findall(r"--(cr-\w+):\s*(#\w{6})", b)) for b in re.findall(r"\{[^{}]*", css)]
    return [block for block in blocks if block]


def test_contrast_is_computed_right():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)
    for same in ("rgb(119, 119, 119)", "color(srgb 0.466667 0.466667 0.466667)"):
        assert luminance(same) == pytest.approx(luminance("#777777"), rel=1e-5)


def test_figure_colours_can_be_read():
    """WCAG AA for text, so that a figure's colour may also be that of a word."""
    light, dark = palettes()
    assert light.keys() == dark.keys() >= {"cr-blue", "cr-orange", "cr-green", "cr-page"}
    for palette in (light, dark):
        page = palette.pop("cr-page")
        low = {name: c for name, c in palette.items() if contrast(c, page) < 4.5}
        assert low == {}

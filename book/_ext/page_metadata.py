"""Metadata of the site: descriptions, canonical addresses, the social card, sitemap.xml, 404.html
and the index.html at the root.

All addresses are derived from the repository's in _config.yml.
"""

import html
import re
from pathlib import Path
from urllib.parse import quote, urlsplit
from xml.sax.saxutils import escape

import yaml
from sphinx.errors import ConfigError

from chainrule_dev.repository import ROOT, pages_address, repository_address
from chainrule_site import internals
from social_card import draw_card
from twins import EDITIONS, address, addresses, other

CARD = "_static/social-card.png"
# By language of the edition: the book's short name, in the sidebar and after a page's title, as the
# long one is too long; og:locale; and the texts of 404.html, index.html and search.html.
WORDS = {
    "en": {
        "book": "Chain Rule",
        "locale": "en_GB",
        "missing": "There is no such page",
        "missing_reason": "The address may be old or mistyped. These are all the pages there are.",
        "search": "Search the book",
        "start": "Start reading",
        "no_script": "Searching needs JavaScript. The",
        "index": "index",
        "no_script_end": "lists the terms, and the glossary explains them.",
        "card_alt": "The title of the book beside two linked rings, with a small graph: values run "
        "forward in blue above its arrows, gradients back in orange below.",
    },
    "ko": {
        "book": "연쇄법칙",
        "locale": "ko_KR",
        "missing": "그런 페이지가 없습니다",
        "missing_reason": "주소가 오래되었거나 잘못 쓰였을지 모릅니다. 있는 페이지는 다음이 "
        "전부입니다.",
        "search": "책에서 찾기",
        "start": "읽기 시작",
        "no_script": "검색에는 자바스크립트가 필요합니다. 용어는",
        "index": "찾아보기",
        "no_script_end": "에 모여 있고, 용어집이 그 뜻을 설명합니다.",
        "card_alt": "책 제목과 서로 걸린 고리 두 개, 그 아래 작은 그래프. 값은 화살표 위를 지나 "
        "앞으로 가고(파란색), 기울기는 아래를 지나 뒤로 돌아온다(주황색).",
    },
}


def set_base_address(app, config):
    """Set the base from which Sphinx makes each page's canonical address."""
    folder = EDITIONS[config.language]["folder"]
    config.html_baseurl = f"{pages_address(repository_address())}/{folder}"


def descriptions(app):
    """{page: description}, from the edition's descriptions.yml; every page must have one."""
    folder = Path(app.config.root_doc).parent
    path = ROOT / folder / "descriptions.yml"
    table = yaml.safe_load(path.read_text(encoding="utf-8"))
    found = {(folder / name).as_posix(): text for name, text in table.items()}
    if found.keys() != app.env.found_docs:
        wrong = ", ".join(sorted(found.keys() ^ app.env.found_docs))
        raise ConfigError(
            f"{path.relative_to(ROOT)} must describe every page and no other: {wrong}"
        )
    return found


def tags_for(app, page, title, described):
    """The <meta> elements of a page, for search engines and for previews of links."""
    base, words = app.config.html_baseurl, WORDS[app.config.language]
    description = described[page]
    named = {
        "description": description,
        "twitter:card": "summary_large_image",
    }
    properties = {
        "og:type": "website" if page == app.config.root_doc else "article",
        "og:site_name": app.config.html_title,
        "og:locale": words["locale"],
        "og:title": title,
        "og:description": description,
        "og:url": base + app.builder.get_target_uri(page),
        "og:image": base + CARD,
        "og:image:width": "1200",
        "og:image:height": "630",
        "og:image:alt": words["card_alt"],
    }
    lines = [meta("name", name, content) for name, content in named.items()]
    return "\n".join(lines + [meta("property", name, text) for name, text in properties.items()])


def meta(kind, name, content):
    return f'<meta {kind}="{name}" content="{html.escape(content)}">'


def plain(title):
    """A title without HTML elements and entities."""
    return html.unescape(re.sub(r"<[^>]+>", "", title))


def describe(app, page, template, context, doctree):
    """Set <title> and <meta> of a page; pages that Sphinx generates are excluded from indexing."""
    at_root, words = page == app.config.root_doc, WORDS[app.config.language]
    context.setdefault("metatags", "")  # the index has none
    context["docstitle"] = "" if at_root else words["book"]
    context["book"], context["words"] = words["book"], words
    if at_root:
        context["title"] = app.config.html_title  # its heading is the short one
    if page in app.env.found_docs:
        title = app.config.html_title if at_root else f"{plain(context['title'])} — {words['book']}"
        context["metatags"] += "\n" + tags_for(app, page, title, descriptions(app))
    else:
        context["metatags"] += '\n<meta name="robots" content="noindex">'


def contents(app):
    """[(part, [(title, address), ...]), ...] of the whole book, including its first page."""

    def pages(names):
        return [(plain(app.env.titles[n].astext()), app.builder.get_target_uri(n)) for n in names]

    parts = [("", [app.config.root_doc]), *internals.parts_of_contents(app)]
    return [(part, pages(names)) for part, names in parts]


def write_pages(app, exception):
    """Write 404.html, index.html, sitemap.xml and the social card."""
    if exception or app.builder.format != "html":
        return
    base, home = app.config.html_baseurl, app.builder.get_target_uri(app.config.root_doc)
    context = {
        "language": app.config.language,
        "book": app.config.html_title,
        "words": WORDS[app.config.language],
        "home": home,
        "parts": contents(app),
        "other": EDITIONS[other(app.config.language)]
        | {
            "language": other(app.config.language),
            "path": urlsplit(address(app, app.config.root_doc, other(app.config.language))).path,
        },
    }
    lost = context | {"base": urlsplit(base).path, "icon": picture_as_address()}
    first = tags_for(app, app.config.root_doc, app.config.html_title, descriptions(app))
    moved = context | {"base": base, "metatags": first}
    out, render = Path(app.outdir), app.builder.templates.render
    (out / "404.html").write_text(render("404.html", lost), encoding="utf-8")
    (out / "index.html").write_text(render("moved.html", moved), encoding="utf-8")
    if app.config.language == "en":  # it names the pages of both editions
        (out / "sitemap.xml").write_text(sitemap(app), encoding="utf-8")
    # Each time: the title may have changed.
    draw_card(out / CARD, app.config.html_title, app.config.language)


def picture_as_address():
    """The logo as a data: address, for 404.html, which works at any address."""
    svg = (ROOT / "book" / "_static" / "logo.svg").read_text(encoding="utf-8")
    return "data:image/svg+xml," + quote(re.sub(r"<!--.*?-->\s*", "", svg, flags=re.DOTALL))


def sitemap(app):
    """sitemap.xml of both editions; without dates, as a build does not know when a page changed."""
    lines = []
    for page in sorted(app.env.found_docs):
        found = addresses(app, page)
        twins = "".join(
            f'<xhtml:link rel="alternate" hreflang="{language}" href="{escape(href)}"/>'
            for language, href in found.items()
        )
        lines += [f"  <url><loc>{escape(found[name])}</loc>{twins}</url>" for name in EDITIONS]
    opening = (
        '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" '
        'xmlns:xhtml="http://www.w3.org/1999/xhtml">'
    )
    return "\n".join(['<?xml version="1.0" encoding="utf-8"?>', opening, *lines, "</urlset>", ""])


def setup(app):
    app.connect("config-inited", set_base_address)
    app.connect("html-page-context", describe)
    app.connect("build-finished", write_pages, priority=internals.AFTER_REDIRECT)
    return {"parallel_read_safe": True, "parallel_write_safe": True}

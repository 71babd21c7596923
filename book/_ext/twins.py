"""The two editions, page by page: the same anchors, links from each page to its twin, and of what
the chapters show only the page's own language.

English pages stand where they are, the Korean site as a whole in the folder `ko` beside them.
"""

import html
import json
import re
from functools import cache
from pathlib import Path

from docutils import nodes
from sphinx.util import logging

from chainrule.exercises._language import languages
from chainrule.explore._explorable import json_for_script
from chainrule_dev import catalogues
from chainrule_dev.editions import english, headings, prose_of
from chainrule_site import internals
from chainrule_site.verdicts import VERDICT, verdicts

logger = logging.getLogger(__name__)
catalogue = cache(catalogues.read)  # once a build, not once a page

# By language: its name in itself, what stands for it where there is no room, and the folder of its
# site in that of the whole.
EDITIONS = {
    "en": {"name": "English", "short": "EN", "folder": "", "read": "Read this page in English"},
    "ko": {"name": "한국어", "short": "KO", "folder": "ko/", "read": "이 페이지를 한국어로 읽기"},
}
assert set(EDITIONS) == set(languages())


def other(language):
    """The language of the other edition."""
    (found,) = EDITIONS.keys() - {language}
    return found


# --- Anchors --------------------------------------------------------------------------------------


def anchors(texts):
    """The anchors that docutils makes of headings: of a second one of the same words, a number."""
    made = []
    for text in texts:
        anchor = nodes.make_id(text)
        if not anchor or anchor in made:
            anchor = f"id{1 + sum(each.startswith('id') for each in made)}"
        made.append(anchor)
    return made


def give_english_anchors(app, doctree):
    """Of Korean headings docutils would make id1, id2: give them those of the English page."""
    page = Path(app.env.doc2path(app.env.docname))
    if app.config.language == "en" or not english(page).is_file():
        return
    app.env.note_dependency(str(english(page)))
    titles = list(headings("\n\n".join(prose_of(english(page)).values())))
    doctree["english_title"] = titles[0]  # the search finds the page by it, too
    wanted = anchors(titles)
    sections = list(doctree.findall(nodes.section))
    if len(sections) != len(wanted):
        logger.warning(
            "%d headings, and %d in English", len(sections), len(wanted), location=app.env.docname
        )
        return
    for section, anchor in zip(sections, wanted, strict=True):
        section["ids"] = [anchor, *section["ids"][1:]]


# --- Links to the twin ----------------------------------------------------------------------------


def link_twin(app, page, template, context, doctree):
    """Give a page what its header links: the same page in the other language."""
    here, there = app.config.language, other(app.config.language)
    up = "../" * page.count("/")
    back = "../" * EDITIONS[here]["folder"].count("/")
    target = twin_uri(app, page, there)
    context["twin"] = EDITIONS[there] | {
        "language": there,
        "href": f"{up}{back}{EDITIONS[there]['folder']}{target}",
    }
    if page in app.env.found_docs:
        context["metatags"] = context.get("metatags", "") + "\n" + "\n".join(alternates(app, page))


def twin_uri(app, page, language):
    """The address of a page's twin within its site."""
    uri = app.builder.get_target_uri(page)
    return uri.replace(f"book/{app.config.language}/", f"book/{language}/", 1)


def alternates(app, page):
    """<link rel="alternate"> for both editions; who reads neither language gets the English one."""
    return [
        f'<link rel="alternate" hreflang="{language}" href="{html.escape(href)}">'
        for language, href in addresses(app, page).items()
    ]


def addresses(app, page):
    """{language: full address} of a page, and of "x-default", which is the English one."""
    found = {language: address(app, page, language) for language in EDITIONS}
    return found | {"x-default": found["en"]}


def address(app, page, language):
    """The full address of a page in one of the languages."""
    base = app.config.html_baseurl.removesuffix(EDITIONS[app.config.language]["folder"])
    return base + EDITIONS[language]["folder"] + twin_uri(app, page, language)


# --- What the chapters show -----------------------------------------------------------------------

STATE = re.compile(r'(<script type="application/json">)(.*?)(</script>)', re.DOTALL)
CAPTION = re.compile(r'<span lang="(\w+)">[^<]*</span>')


def in_one_language(app, doctree):
    """Leave the explorables the words of the page's language, and translate what is read."""
    language = app.config.language
    korean = catalogue(catalogues.FIGURES) if language == "ko" else {}
    if korean:
        app.env.note_dependency(str(catalogues.FIGURES))
    for node in doctree.findall(nodes.raw):
        if "html" in node["format"] and "<" in node.astext():
            text = of_language(node.astext(), language)
            if language != "en":
                text = catalogues.with_labels(text, lambda said: translated(app, korean, said))
            if text != node.astext():
                node.children = [nodes.Text(text)]
    if language != "en":
        translate_verdicts(app, doctree)
        for node in doctree.findall(nodes.container):
            if said := korean.get(node.get("prompt_show")):  # it has a name of its own
                internals.set_prompts(node, said, said)


def of_language(text, language):
    """An explorable's HTML without the words of other languages."""

    def without_others(found):
        state = json.loads(found[2])
        if "words" in state:
            state["words"] = {language: state["words"][language]}
        return found[1] + json_for_script(state) + found[3]

    if "cr-explorable" not in text:
        return text
    text = CAPTION.sub(lambda found: found[0] if found[1] == language else "", text)
    return STATE.sub(without_others, text)


def translated(app, korean, said):
    if said not in korean:
        logger.warning("not in %s: %s", catalogues.FIGURES.name, said, location=app.env.docname)
    return korean.get(said, said)


def translate_verdicts(app, doctree):
    """What `check` has printed, in Korean, as it does when it runs on the page."""
    said = catalogue(catalogues.EXERCISES)
    app.env.note_dependency(str(catalogues.EXERCISES))

    def in_korean(found):
        return f"{said[found['verdict']]} {said.get(found['why'], found['why'])}"

    for block in verdicts(doctree):
        text = VERDICT.sub(in_korean, block.astext())
        block.rawsource, block.children = text, [nodes.Text(text)]


def setup(app):
    # Before the tables of contents are made of the anchors.
    app.connect("doctree-read", give_english_anchors, priority=100)
    app.connect("doctree-read", in_one_language)
    app.connect("html-page-context", link_twin)
    return {"parallel_read_safe": True, "parallel_write_safe": True}

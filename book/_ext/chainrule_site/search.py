"""The data of the search: every section of the book, as plain text, in one script.

Sphinx's own index has no parts of names (SoftmaxWithLoss), no phrases and no Korean, and its
ranking does not prefer the page about a word to one that mentions it. Instead MiniSearch,
configured in book/_scripts/search, indexes the sections in the browser when the search is opened.
"""

import json
import re
import unicodedata
from collections import defaultdict
from pathlib import Path

from docutils import nodes
from sphinx.addnodes import pending_xref
from sphinx.errors import ExtensionError

from .internals import is_output
from .plain_formulas import UnknownCommandError, plain_formula

# Pages that mention many terms without explaining them; they rank lower.
ASIDE = {"glossary", "how-we-check", "references", "index"}


def parts(section):
    """(text, code, rules) of a section, without its heading, subsections and outputs.

    Its rules are its formulas in a frame.
    """
    text, code, rules = [], [], []

    def walk(node):
        # Outputs are numbers, and the text of the explorables.
        if isinstance(node, nodes.Invisible | nodes.raw | nodes.section) or is_output(node):
            return
        if isinstance(node, nodes.literal_block):
            code.append(node.astext())
        elif isinstance(node, nodes.math):
            text.append(plain_formula(node.astext()))
        elif isinstance(node, nodes.math_block):
            formula = plain_formula(node.astext())
            text.extend([" ", formula, " "])
            rules.extend([formula] if r"\boxed" in node.astext() else [])
        elif isinstance(node, nodes.Text):
            text.append(node.astext())
        else:
            for child in node.children:
                walk(child)
            if not isinstance(node, nodes.Inline):
                text.append(" ")

    for child in section.children:
        if not isinstance(child, nodes.title):
            walk(child)
    return re.sub(r"\s+", " ", "".join(text)).strip(), "\n".join(code), rules


def greek_by_name(text):
    """`gamma` for every γ in the text, so that it can be found by its name."""
    letters = {c for c in unicodedata.normalize("NFD", text) if "\u0391" <= c <= "\u03c9"}
    return {unicodedata.name(letter).rpartition(" ")[2].lower() for letter in letters}


def names_in(code, text):
    """The names in the code and those of the text's Greek letters, each once."""
    without_strings = re.sub(r'"[^"\n]*"', "", code)
    names = set(re.findall(r"[A-Za-z_]\w+", without_strings)) | greek_by_name(text)
    return " ".join(sorted(names))


def plain_title(section):
    title = next(child for child in section.children if isinstance(child, nodes.title))
    shown = [
        plain_formula(n.astext()) if isinstance(n, nodes.math) else n.astext()
        for n in title.children
    ]
    return "".join(shown)


def chapters_of_terms(glossary):
    """{chapter: its terms}: the glossary links each term to the chapters that derive it.

    The first of them should be found for that term, whatever words the chapter uses.
    """
    found = defaultdict(list)
    for item in glossary.findall(nodes.definition_list_item):
        terms = [term.astext() for term in item.findall(nodes.term)]
        links = [x["reftarget"] for x in item.findall(pending_xref) if x["refdomain"] == "doc"]
        if links:
            found[links[0]] += terms
    return found


def sections_of(doctree, page, aside, terms):
    """One entry per section, in the order of the page."""
    entries, title = [], None
    for section in doctree.findall(nodes.section):
        heading = plain_title(section)
        title = title or heading
        text, code, rules = parts(section)
        entries.append(
            {
                "page": page,
                "anchor": section["ids"][0] if entries else "",
                "title": title,
                "heading": heading if entries else "",
                "text": text,
                "names": names_in(code, text),
                "terms": "" if entries else "; ".join(terms),
                "rules": rules,
                "aside": aside,
            }
        )
    return entries


def english_title(tree):
    """The title of a Korean page's twin (twins.py), by which it is found: in words, as a name."""
    title = tree.get("english_title")
    return [title, title.title().replace(" ", "")] if title else []


def all_sections(app):
    """The entries of all pages; raises for a formula that cannot be written as plain text."""
    entries, complaints = [], []
    trees = {name: app.env.get_doctree(name) for name in sorted(app.env.found_docs)}
    for name, tree in trees.items():
        folder, _, last = name.rpartition("/")
        terms = chapters_of_terms(trees[f"{folder}/glossary"]) if last not in ASIDE else {}
        page = app.builder.get_target_uri(name)
        known_as = [*terms.get(name, ()), *english_title(tree)]
        try:
            entries += sections_of(tree, page, last in ASIDE, known_as)
        except UnknownCommandError as error:
            complaints.append(
                f"{app.env.doc2path(name, base=False)}: the search does not know {error}"
            )
    if complaints:
        table = "add the command to a table in book/_ext/chainrule_site/plain_formulas.py"
        raise ExtensionError("\n".join([*complaints, table]))
    return entries


def write_sections(app, exception):
    if exception or app.builder.format != "html":
        return
    site = Path(app.outdir)
    text = json.dumps(all_sections(app), ensure_ascii=False, separators=(",", ":"))
    # A script, as a page that is opened as a file may load no JSON.
    script = f"globalThis.chainruleSections = {text};\n"
    (site / "search-sections.js").write_text(script, encoding="utf-8")


def setup(app):
    app.connect("build-finished", write_sections)

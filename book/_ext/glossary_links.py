"""Link the first mention of each glossary term on a page to the glossary.

The links are added while building, since notebooks show a role such as {term} as plain text. Only
unambiguous terms are linked: those of several words, and the single words below. A page that the
glossary names as the place where a term is derived does not link it.
"""

import re
from pathlib import Path

from docutils import nodes
from sphinx import addnodes

# Single words that are only technical terms, unlike "shape" or "class".
ALONE = {
    "autograd", "backpropagation", "broadcasting", "col2im", "im2col", "Jacobian", "logits",
    "minibatch", "one-hot", "overfitting", "saturation", "softplus", "subgradient",
}  # fmt: skip
SKIPPED = (nodes.literal, nodes.math, nodes.reference, addnodes.pending_xref)


def terms(text):
    """{term: names of the pages that derive it} of a glossary in Markdown."""
    found = {}
    (entries,) = re.findall(r"```\{glossary\}\n(.*?)```", text, re.DOTALL)
    for entry in entries.strip().split("\n\n"):
        *names, definition = entry.split("\n")
        homes = set(re.findall(r"\]\(([\w-]+)\.(?:ipynb|md)\)", definition.partition("→")[2]))
        found.update(dict.fromkeys(names, homes))
    return found


def read_glossary(app):
    app.env.chainrule_glossary = Path(app.confdir) / "book" / app.config.language / "glossary.md"
    app.env.chainrule_terms = terms(app.env.chainrule_glossary.read_text(encoding="utf-8"))


def link_first_mentions(app, doctree):
    folder, _, page = app.env.docname.rpartition("/")
    if not folder.startswith("book/") or page == "glossary":
        return
    app.env.note_dependency(str(app.env.chainrule_glossary))
    away = {
        term
        for term, homes in app.env.chainrule_terms.items()
        if page not in homes and (" " in term or term in ALONE) and "(" not in term
    }
    for text in list(doctree.findall(nodes.Text)):
        if away and in_prose(text):
            link_mentions(text, away)


def in_prose(text):
    """Whether a text node is in a paragraph, and not in code, a formula or a link there."""
    above, node = [], text.parent
    while node is not None and not isinstance(node, nodes.paragraph):
        above.append(node)
        node = node.parent
    if node is None or isinstance(node.parent, (nodes.caption, nodes.entry)):
        return False
    return not any(isinstance(each, SKIPPED) for each in above)


def link_mentions(text, away):
    """Replace the first mentions of terms by links, and remove those terms from `away`."""
    # The longest first: "batch normalization" must not match as "batch".
    names = "|".join(re.escape(term) for term in sorted(away, key=len, reverse=True))
    parts, rest = [], str(text)
    while away and (found := re.search(rf"(?<![\w-])({names})(?![\w-])", rest, re.IGNORECASE)):
        term = next(each for each in away if each.lower() == found[1].lower())
        away.remove(term)
        names = "|".join(re.escape(each) for each in sorted(away, key=len, reverse=True))
        parts += [nodes.Text(rest[: found.start()]), link(term, found[1])]
        rest = rest[found.end() :]
    if parts:
        text.parent.replace(text, [*parts, nodes.Text(rest)])


def link(term, shown):
    words = nodes.inline(shown, shown, classes=["xref", "std", "std-term"])
    options = {"refdomain": "std", "reftype": "term", "reftarget": term, "refexplicit": True}
    return addnodes.pending_xref("", words, **options)


def setup(app):
    app.connect("builder-inited", read_glossary)
    app.connect("doctree-read", link_first_mentions)
    return {"parallel_read_safe": True, "parallel_write_safe": True}

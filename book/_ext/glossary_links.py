"""Link the first mention of each glossary term on a page to the glossary.

Under the pointer a link shows the definition (book/_scripts/shell/notes.js), which the page loads
when it is first needed.

The links are added while building, since notebooks show a role such as {term} as plain text. Only
unambiguous terms are linked: those of several words, and the single words below. A page that the
glossary names as the place where a term is derived does not link it.
"""

import json
import re
from pathlib import Path

from docutils import nodes
from sphinx import addnodes

from chainrule_site.search import parts

# Single words that are only technical terms, unlike "shape" or "class".
ALONE = {
    "autograd", "backpropagation", "broadcasting", "col2im", "im2col", "Jacobian", "logits",
    "minibatch", "one-hot", "overfitting", "saturation", "softplus", "subgradient",
    "과적합", "로짓", "미니배치", "브로드캐스팅", "서브그레이디언트", "소프트플러스", "역전파",
    "원-핫", "포화",
}  # fmt: skip
# Terms of several words that are not only technical: "the number of inputs".
NOT_ALONE = {"입력 수", "출력 수"}
# What follows a word without a space.
PARTICLES = (
    "에서는|으로는|에서|으로|까지|부터|처럼|보다|이라고|라고|이란|입니다|이고|은|는|이|가|을|를|의"
    "|에|와|과|로|도|만"
)
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
        if page not in homes and is_linked(term, app.config.language)
    }
    for text in list(doctree.findall(nodes.Text)):
        if away and in_prose(text):
            link_mentions(text, away)


def is_linked(term, language):
    """Whether a term is only a technical one. Beside a Korean one, the English is in brackets."""
    is_foreign = language == "ko" and " " in term and not re.search("[가-힣]", term)
    if "(" in term or term in NOT_ALONE or is_foreign:
        return False
    return " " in term or term in ALONE


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
    end = rf"(?=(?:{PARTICLES})?(?![\w-]))"
    while away and (found := re.search(rf"(?<![\w-])({names}){end}", rest, re.IGNORECASE)):
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


# --- What a link shows under the pointer ----------------------------------------------------------


def definitions(doctree):
    """{anchor: definition as plain text} of the glossary's page."""
    return {
        anchor: parts(definition)[0]
        for item in doctree.findall(nodes.definition_list_item)
        for definition in item.findall(nodes.definition)
        for term in item.findall(nodes.term)
        for anchor in term["ids"]
    }


def write_definitions(app, exception):
    """Write them as a script: a page that is opened as a file may load no JSON."""
    if exception or app.builder.format != "html":
        return
    found = definitions(app.env.get_doctree(f"book/{app.config.language}/glossary"))
    text = json.dumps(found, ensure_ascii=False, separators=(",", ":"))
    script = f"globalThis.chainruleTerms = {text};\n"
    (Path(app.outdir) / "glossary-terms.js").write_text(script, encoding="utf-8")


def setup(app):
    app.connect("builder-inited", read_glossary)
    app.connect("doctree-read", link_first_mentions)
    app.connect("build-finished", write_definitions)
    return {"parallel_read_safe": True, "parallel_write_safe": True}

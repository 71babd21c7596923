"""A Korean particle stays on the line of the formula, the code or the bracket that it belongs to,
and an opening mark on that of the formula or code behind it.

Browsers break a line between what is no letter and a syllable, whatever `word-break` says.
"""

import re

from docutils import nodes

GLUED = "cr-glued"  # a formula or code, which may break within, and what belongs to it
KEPT = "cr-kept"  # letters and signs, which never break
PARTICLE = re.compile(r"[가-힣]+[.,?!]?")
OPENED = re.compile(r"[(\[“‘『「]+$")
# A bracket or a sign and the particle behind it, "(map)은", and a word with a hyphen.
WORD = re.compile(r"[)\]%”’』」?!]+[가-힣]+[.,?!]?|[가-힣]+-[가-힣]+")


def keep_particles(app, doctree):
    if app.config.language != "ko":
        return
    for parent in list(doctree.findall(nodes.TextElement)):
        if not isinstance(parent, nodes.literal | nodes.math | nodes.FixedTextElement):
            glue(parent)


def glue(parent):
    """Wrap each formula or code with what belongs to it, and words that would break at a sign."""
    made = []
    for child in parent.children:
        if isinstance(child, nodes.math | nodes.literal):
            made += with_its_opening(made, child)
            continue
        particle = PARTICLE.match(child) if isinstance(child, nodes.Text) else None
        if particle and made and is_formula(made[-1]):
            made[-1] = wrapped(GLUED, *parts_of(made[-1]), nodes.Text(particle[0]))
            child = nodes.Text(child[particle.end() :])
        made += with_words_wrapped(child) if isinstance(child, nodes.Text) else [child]
    parent.children = []
    parent += made


def with_its_opening(made, formula):
    """The formula, or both in one, if the text before it ends in an opening mark."""
    before = made[-1] if made and isinstance(made[-1], nodes.Text) else ""
    opened = OPENED.search(before)
    if not opened:
        return [formula]
    made[-1] = nodes.Text(before[: opened.start()])
    return [wrapped(GLUED, nodes.Text(opened[0]), formula)]


def is_formula(node):
    return isinstance(parts_of(node)[-1], nodes.math | nodes.literal)


def parts_of(node):
    is_wrapped = isinstance(node, nodes.inline) and GLUED in node["classes"]
    return node.children if is_wrapped else [node]


def with_words_wrapped(text):
    """The parts of a text: its words with a sign in them are wrapped."""
    parts, end = [], 0
    for found in WORD.finditer(text):
        parts += [nodes.Text(text[end : found.start()]), wrapped(KEPT, nodes.Text(found[0]))]
        end = found.end()
    return [*parts, nodes.Text(text[end:])]


def wrapped(how, *children):
    return nodes.inline("", "", *children, classes=[how])


def setup(app):
    # After terms are linked and punctuation has moved into formulas.
    app.connect("doctree-read", keep_particles, priority=700)
    return {"parallel_read_safe": True, "parallel_write_safe": True}

"""A Korean particle stays on the line of the formula, the code or the bracket that it belongs to.

Browsers break a line between what is no letter and a syllable, whatever `word-break` says.
"""

import re

from docutils import nodes

GLUED = "cr-glued"
PARTICLE = re.compile(r"[가-힣]+[.,?!]?")
# A word that ends in a bracket or a sign, and its particle: "sigmoid)는", "10%입니다".
WORD = re.compile(r"(?<!\S)[^\s가-힣]{1,16}[)\]%”’][가-힣]+[.,?!]?(?!\S)")


def keep_particles(app, doctree):
    if app.config.language != "ko":
        return
    for parent in list(doctree.findall(nodes.TextElement)):
        if not isinstance(parent, nodes.literal | nodes.math | nodes.FixedTextElement):
            glue(parent)


def glue(parent):
    """Wrap each formula or code with the particle behind it, and words with a sign at their end."""
    made = []
    for child in parent.children:
        particle = PARTICLE.match(child) if isinstance(child, nodes.Text) else None
        if particle and made and isinstance(made[-1], nodes.math | nodes.literal):
            made[-1] = wrapped(made[-1], nodes.Text(particle[0]))
            child = nodes.Text(child[particle.end() :])
        made += with_words_wrapped(child) if isinstance(child, nodes.Text) else [child]
    parent.children = []
    parent += made


def with_words_wrapped(text):
    """The parts of a text: its words with a sign before the particle are wrapped."""
    parts, end = [], 0
    for found in WORD.finditer(text):
        parts += [nodes.Text(text[end : found.start()]), wrapped(nodes.Text(found[0]))]
        end = found.end()
    return [*parts, nodes.Text(text[end:])]


def wrapped(*children):
    return nodes.inline("", "", *children, classes=[GLUED])


def setup(app):
    # After terms are linked and punctuation has moved into formulas.
    app.connect("doctree-read", keep_particles, priority=700)
    return {"parallel_read_safe": True, "parallel_write_safe": True}

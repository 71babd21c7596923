"""Corrections of the generated HTML for screen readers: names of folds, roles of citations."""

from docutils import nodes
from myst_nb.sphinx_ import HideCodeCellNode, depart_HideCellInput, visit_HideCellInput


def name_folds(app):
    """Let the visible text of a fold, such as "Show a solution", be its accessible name.

    myst-nb labels all of them "Toggle hidden content", which is not visible and the same for each.
    """

    def visit(translator, node):
        visit_HideCellInput(translator, node)
        place = translator.body.index('<summary aria-label="Toggle hidden content">\n', -4)
        translator.body[place] = "<summary>\n"

    app.add_node(HideCodeCellNode, override=True, html=(visit, depart_HideCellInput))


def list_citations(app):
    """Give the entries of the bibliography the role "listitem".

    docutils writes "doc-biblioentry", which ARIA has deprecated.
    """

    def visit(translator, node):
        type(translator).visit_citation(translator, node)
        translator.body[-1] = translator.body[-1].replace("doc-biblioentry", "listitem")

    def depart(translator, node):
        type(translator).depart_citation(translator, node)

    app.add_node(nodes.citation, override=True, html=(visit, depart))


def setup(app):
    app.connect("builder-inited", name_folds)
    app.connect("builder-inited", list_citations)
    return {"parallel_read_safe": True, "parallel_write_safe": True}

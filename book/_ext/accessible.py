"""What the pages' own HTML gets wrong for a screen reader: a name and a role."""

from docutils import nodes
from myst_nb.sphinx_ import HideCodeCellNode, depart_HideCellInput, visit_HideCellInput


def name_folds(app):
    """A fold is named by what it says ("Show a solution"), to a screen reader and a voice too.

    myst-nb names each "Toggle hidden content", which is neither seen nor said of any one of them.
    """

    def visit(translator, node):
        visit_HideCellInput(translator, node)
        place = translator.body.index('<summary aria-label="Toggle hidden content">\n', -4)
        translator.body[place] = "<summary>\n"

    app.add_node(HideCodeCellNode, override=True, html=(visit, depart_HideCellInput))


def list_citations(app):
    """The entries of the bibliography are items of their list; docutils writes a role of its own,
    "doc-biblioentry", which ARIA has given up."""

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

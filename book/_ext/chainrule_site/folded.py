"""A folded solution says that it is one, and each fold is named by what it says."""

from docutils import nodes
from myst_nb.sphinx_ import HideCodeCellNode, depart_HideCellInput, visit_HideCellInput


def name_solutions(app, doctree):
    """A folded cell says "Show code cell content"; a solution says what it is."""
    for node in doctree.findall(nodes.container):
        if "tag_solution" in node["classes"] and "prompt_show" in node:
            node["prompt_show"], node["prompt_hide"] = "Show a solution", "Hide the solution"


def name_folds(app):
    """A fold is named by what it says ("Show a solution"), to a screen reader and a voice too.

    myst-nb names each "Toggle hidden content", which is neither seen nor said of any one of them.
    """

    def visit(translator, node):
        visit_HideCellInput(translator, node)
        place = translator.body.index('<summary aria-label="Toggle hidden content">\n', -4)
        translator.body[place] = "<summary>\n"

    app.add_node(HideCodeCellNode, override=True, html=(visit, depart_HideCellInput))


def setup(app):
    app.connect("builder-inited", name_folds)
    app.connect("doctree-read", name_solutions)

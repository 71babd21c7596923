"""Corrections of the HTML for screen readers: names of folds, roles of citations, empty heads."""

from docutils import nodes

from chainrule_site import internals


def name_folds(app):
    """Let the visible text of a fold, such as "Show a solution", be its accessible name.

    myst-nb labels all of them "Toggle hidden content", which is not visible and the same for each.
    """
    internals.set_fold_summary(app, "<summary>\n")


def list_citations(app):
    """Give the entries of the bibliography the role "listitem".

    docutils writes "doc-biblioentry", which ARIA has deprecated.
    """
    internals.set_citation_role(app, "listitem")


def drop_empty_heads(app, doctree):
    """A table in Markdown has a head always; one of empty cells names nothing, and is left out."""
    for head in list(doctree.findall(nodes.thead)):
        if not head.astext().strip():
            head.parent.remove(head)


def setup(app):
    app.connect("builder-inited", name_folds)
    app.connect("builder-inited", list_citations)
    app.connect("doctree-read", drop_empty_heads)
    return {"parallel_read_safe": True, "parallel_write_safe": True}

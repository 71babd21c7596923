"""Corrections of the generated HTML for screen readers: names of folds, roles of citations."""

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


def setup(app):
    app.connect("builder-inited", name_folds)
    app.connect("builder-inited", list_citations)
    return {"parallel_read_safe": True, "parallel_write_safe": True}

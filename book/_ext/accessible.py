"""What the pages' own HTML gets wrong for a screen reader: a name and a role."""

from chainrule_site import internals


def name_folds(app):
    """A fold is named by what it says ("Show a solution"), to a screen reader and a voice too.

    myst-nb names each "Toggle hidden content", which is neither seen nor said of any one of them.
    """
    internals.set_fold_summary(app, "<summary>\n")


def list_citations(app):
    """The entries of the bibliography are items of their list; docutils writes a role of its own,
    "doc-biblioentry", which ARIA has given up."""
    internals.set_citation_role(app, "listitem")


def setup(app):
    app.connect("builder-inited", name_folds)
    app.connect("builder-inited", list_citations)
    return {"parallel_read_safe": True, "parallel_write_safe": True}

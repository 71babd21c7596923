"""The site's extensions of Sphinx, one module per purpose, each with its own `setup`."""

from . import folded, mathematics, pages, search, static, untranslated, verdicts


def setup(app):
    for part in (mathematics, folded, untranslated, pages, search, static, verdicts):
        part.setup(app)
    return {"parallel_read_safe": True, "parallel_write_safe": True}

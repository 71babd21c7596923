"""What the site needs beyond _config.yml: one module a concern, each with a `setup` of its own."""

from . import folded, mathematics, pages, search, static


def setup(app):
    for part in (mathematics, folded, pages, search, static):
        part.setup(app)
    return {"parallel_read_safe": True, "parallel_write_safe": True}

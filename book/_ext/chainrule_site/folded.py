"""A folded solution says that it is one."""

from docutils import nodes


def name_solutions(app, doctree):
    """A folded cell says "Show code cell content"; a solution says what it is."""
    for node in doctree.findall(nodes.container):
        if "tag_solution" in node["classes"] and "prompt_show" in node:
            node["prompt_show"], node["prompt_hide"] = "Show a solution", "Hide the solution"


def setup(app):
    app.connect("doctree-read", name_solutions)

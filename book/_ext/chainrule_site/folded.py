"""The labels of folded solutions."""

from docutils import nodes


def name_solutions(app, doctree):
    """Label a folded solution "Show a solution" instead of "Show code cell content"."""
    for node in doctree.findall(nodes.container):
        if "tag_solution" in node["classes"] and "prompt_show" in node:
            node["prompt_show"], node["prompt_hide"] = "Show a solution", "Hide the solution"


def setup(app):
    app.connect("doctree-read", name_solutions)

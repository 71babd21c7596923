"""A folded solution says that it is one."""

from docutils import nodes

from .internals import is_solution, set_prompts


def name_solutions(app, doctree):
    """A folded cell says "Show code cell content"; a solution says what it is."""
    for node in doctree.findall(nodes.container):
        if is_solution(node):
            set_prompts(node, "Show a solution", "Hide the solution")


def setup(app):
    app.connect("doctree-read", name_solutions)

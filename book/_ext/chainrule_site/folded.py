"""The labels of folded solutions."""

from docutils import nodes

from .internals import is_solution, set_prompts

WORDS = {"en": ("Show a solution", "Hide the solution"), "ko": ("풀이 보기", "풀이 숨기기")}


def name_solutions(app, doctree):
    """Label a folded solution "Show a solution" instead of "Show code cell content"."""
    for node in doctree.findall(nodes.container):
        if is_solution(node):
            set_prompts(node, *WORDS[app.config.language])


def setup(app):
    app.connect("doctree-read", name_solutions)

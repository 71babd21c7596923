"""The labels of folded cells and solutions."""

from docutils import nodes

from .internals import is_solution, set_prompts

WORDS = {"en": ("Show a solution", "Hide the solution"), "ko": ("풀이 보기", "풀이 숨기기")}

# What "{type}" stands for in nb_code_prompt_show, where it is not English; by what is folded.
KINDS = {"ko": {"input": "코드", "output": "출력", "input+output": "코드", "all": "코드와 출력"}}


def name_folds(app, doctree):
    """Label a folded solution "Show a solution" instead of "Show code cell content"."""
    kinds = KINDS.get(app.config.language, {})
    for node in doctree.findall(nodes.container):
        if is_solution(node):
            set_prompts(node, *WORDS[app.config.language])
        elif kind := kinds.get(node.get("hide_mode")):
            said = (node[name].replace("{type}", kind) for name in ("prompt_show", "prompt_hide"))
            set_prompts(node, *said)


def setup(app):
    app.connect("doctree-read", name_folds)

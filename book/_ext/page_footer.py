"""Links to a chapter in Colab and as a file, links to correct it, when it was last executed, and
checkboxes for what the reader has read and solved.

All texts are in one table by language. The state of the checkboxes is stored by _static/progress.js
in the reader's browser only.
"""

import html
import json
import re
from datetime import date
from pathlib import Path
from urllib.parse import quote, urlencode

from docutils import nodes
from sphinx.util import logging

from chainrule_dev.editions import english
from chainrule_dev.executed import read_record
from chainrule_site import internals

logger = logging.getLogger(__name__)

WORDS = {
    "en": {
        "colab": "Open in Colab",
        "download": "Download the notebook",
        "edit": "Suggest an edit",
        "report": "Report a mistake",
        "report_title": "Mistake in {page}",
        "report_body": "Page: {address}\n\nWhat it says:\n\nWhat it should say, and why:\n",
        "unclear": "Something unclear here?",
        "unclear_title": "Unclear in {page}",
        "unclear_body": "Page: {address}\nSection:\n\n"
        "What is unclear, and what would have helped:\n",
        "unclear_title_at": "Unclear in {page}: {{section}}",
        "unclear_body_at": "Page: {address}{{anchor}}\nSection: {{section}}\n\n"
        "What is unclear, and what would have helped:\n",
        "verified": "Last verified: executed on {on} with chainrule {chainrule} and NumPy {numpy}. "
        "The tests execute it again, and compare every output, before anything is published.",
        "date": "{0.day} {month} {0.year}",
        "months": "January February March April May June July August September October November "
        "December",
        "have_read": "I have read this chapter",
        "have_solved": "Solved",
        "kept": "Your marks and guesses are kept in this browser and sent nowhere.",
        "refused": "This browser keeps nothing, so they last until you leave the page.",
        "forget": "Forget my marks and guesses",
    },
    "ko": {
        "colab": "Colab에서 열기",
        "download": "노트북 내려받기",
        "edit": "고칠 곳 제안",
        "report": "오류 알리기",
        "report_title": "{page}: 오류",
        "report_body": "페이지: {address}\n\n지금 있는 글:\n\n고칠 내용과 까닭:\n",
        "unclear": "여기가 이해되지 않나요?",
        "unclear_title": "{page}: 이해되지 않는 곳",
        "unclear_body": "페이지: {address}\n절:\n\n이해되지 않는 점, 도움이 되었을 설명:\n",
        "unclear_title_at": "{page}: 이해되지 않는 곳 ({{section}})",
        "unclear_body_at": "페이지: {address}{{anchor}}\n절: {{section}}\n\n"
        "이해되지 않는 점, 도움이 되었을 설명:\n",
        "verified": "마지막 확인: {on}, chainrule {chainrule}, NumPy {numpy}. 공개하기 전에 "
        "테스트가 노트북을 다시 실행하고 모든 출력을 비교합니다.",
        "date": "{0.year}년 {0.month}월 {0.day}일",
        "months": "1 2 3 4 5 6 7 8 9 10 11 12",
        "have_read": "이 장을 다 읽었습니다",
        "have_solved": "풀었습니다",
        "kept": "표시와 어림한 답은 이 브라우저에만 남고 어디로도 보내지 않습니다.",
        "refused": "이 브라우저는 아무것도 저장하지 않아, 페이지를 떠나면 사라집니다.",
        "forget": "표시와 어림한 답 지우기",
    },
}
# Texts for the script, which fills in {n} and the like.
SCRIPT_WORDS = {
    "en": {
        "read": "read",
        "solved": "{n} of {of} exercises solved",
        "count": "Chapters read: {read}. Exercises solved: {solved}.",
        "go_on": "Go on: {chapter}",
        "sure": "Forget every chapter and exercise you have marked, and every guess?",
    },
    "ko": {
        "read": "읽음",
        "solved": "연습문제 {of}개 가운데 {n}개를 풀었습니다",
        "count": "읽은 장: {read}. 푼 연습문제: {solved}.",
        "go_on": "이어서 읽기: {chapter}",
        "sure": "읽은 장과 푼 연습문제의 표시, 어림한 답을 모두 지울까요?",
    },
}


class ExerciseMark(nodes.Element):
    """A checkbox beside an exercise, without text, so that the search does not index it."""


def visit_mark(translator, node):
    words = WORDS[translator.config.language]
    translator.body.append(
        '<p class="cr-tick cr-solved pst-js-only d-print-none"><label><input type="checkbox" '
        f'autocomplete="off" data-exercise="{node["exercise"]}"> {words["have_solved"]}'
        "</label></p>\n"
    )
    raise nodes.SkipNode


def skip_mark(translator, node):
    raise nodes.SkipNode


def exercise_before(solution):
    """The name of the exercise that the cell before a solution checks.

    It is "affine.twice" for `check("affine.twice", ...)` and "shapes.drill" for
    `check(f"shapes.drill_{letter}", ...)`.
    """
    cells = [
        node
        for node in solution.parent.children[: solution.parent.index(solution)]
        if internals.is_code_cell(node)
    ]
    code = cells[-1].astext() if cells else ""
    names = re.findall(r"""\bcheck\(\s*f?["']([\w.]+)""", code)
    return names[-1].rstrip("._") if names else None


def add_marks(app, doctree):
    """Insert a checkbox before every folded solution."""
    for solution in list(doctree.findall(nodes.container)):
        if not internals.is_solution(solution):
            continue
        exercise = exercise_before(solution)
        if exercise is None:
            logger.warning("no cell with a check before this solution", location=solution)
            continue
        solution.parent.insert(solution.parent.index(solution), ExerciseMark(exercise=exercise))


def is_notebook(app, page):
    return Path(app.env.doc2path(page)).suffix == ".ipynb"


def addresses(app, page):
    """Addresses to edit a page, report a mistake and open it in Colab, from _config.yml."""
    options = app.config.html_theme_options
    repository, branch = options["repository_url"], options["repository_branch"]
    source = Path(app.env.doc2path(page)).relative_to(app.srcdir).as_posix()
    words = WORDS[app.config.language]
    shown = app.config.html_baseurl + app.builder.get_target_uri(page)
    facts = {"page": app.env.titles[page].astext(), "address": shown}

    def issue(kind):
        text = {part: words[f"{kind}_{part}"].format(**facts) for part in ("title", "body")}
        return f"{repository}/issues/new?{urlencode(text, quote_via=quote)}"

    found = {
        "edit": f"{repository}/edit/{branch}/{source}",
        "report": issue("report"),
        "unclear": issue("unclear"),
        # For the script, which knows the section (book/_scripts/shell/unclear.js).
        "unclear_at": json.dumps(
            {part: words[f"unclear_{part}_at"].format(**facts) for part in ("title", "body")},
            ensure_ascii=False,
        ),
    }
    if is_notebook(app, page):
        # github.com shows a notebook's JSON in its editor, github.dev its cells.
        found["edit"] = f"{repository}/blob/{branch}/{source}".replace(
            "github.com", "github.dev", 1
        )
        owner_and_name = "/".join(repository.split("/")[-2:])
        colab = options["launch_buttons"]["colab_url"]
        found["colab"] = f"{colab}/github/{owner_and_name}/blob/{branch}/{source}"
    return found


def verified(words, record):
    """The line in the footer, from an entry of book/executed.json; "" without one."""
    if not record:
        return ""
    on = date.fromisoformat(record["on"])
    written = words["date"].format(on, month=words["months"].split()[on.month - 1])
    return words["verified"].format(**record | {"on": written})


def add_to_page(app, page, template, context, doctree):
    """Add the links under the title of a notebook, and the footer of every page."""
    if page not in app.env.found_docs:
        return
    words, found = WORDS[app.config.language], addresses(app, page)
    context["page_footer"] = found | {"words": words, "chapter": "", "verified": ""}
    if is_notebook(app, page):
        executed = english(Path(app.env.doc2path(page)))  # the Korean one has its code and outputs
        record = read_record().get(executed.relative_to(app.srcdir).as_posix())
        context["page_footer"] |= {
            "chapter": Path(page).name,
            "verified": verified(words, record),
        }
        download = context["pathto"](f"_sources/{context['sourcename']}", True)
        line = (
            f'<p class="cr-open d-print-none"><a href="{html.escape(found["colab"])}">'
            f'{words["colab"]}</a> · <a href="{html.escape(download)}" download>'
            f"{words['download']}</a></p>"
        )
        context["body"] = internals.after_title(context["body"], line)


def add_scripts(app):
    words = json.dumps(SCRIPT_WORDS[app.config.language], ensure_ascii=False)
    app.add_js_file("progress.js", loading_method="defer", **{"data-words": words})
    app.add_js_file("scroll_and_print.js", loading_method="defer")


def setup(app):
    app.add_node(
        ExerciseMark,
        html=(visit_mark, None),
        latex=(skip_mark, None),
        text=(skip_mark, None),
    )
    app.connect("builder-inited", add_scripts)
    app.connect("doctree-read", add_marks)
    app.connect("html-page-context", add_to_page)
    return {"parallel_read_safe": True, "parallel_write_safe": True}

"""What stands around a chapter, in the language of the edition: the theme's words and the scripts'.

Sphinx and the theme bring Korean words, some of them wrong and many missing, and say others in
English only.
"""

import json

from chainrule_site import internals

# For book/_scripts, which fills in {n}.
SCRIPT_WORDS = {
    "en": {
        "copy": "Copy",
        "copied": "Copied",
        "found": "{n} pages found",
        "found_one": "1 page found",
        "found_none": "No pages found",
    },
    "ko": {
        "copy": "복사",
        "copied": "복사했습니다",
        "found": "페이지 {n}개를 찾았습니다",
        "found_one": "페이지 1개를 찾았습니다",
        "found_none": "찾은 페이지가 없습니다",
    },
}
# The theme's, by what it says in English.
KOREAN = {
    "Back to top": "맨 위로",
    "By": "지은이:",
    "Collapse Sidebar": "차례 접기",
    "Color mode": "화면 모드",
    "Contents": "이 장에서",
    "Copyright": "저작권",
    "Dark": "어둡게",
    "Download source file": "원본 파일 내려받기",
    "Download this page": "이 페이지 내려받기",
    "Expand Sidebar": "차례 펴기",
    "General Index": "찾아보기",
    "Index": "찾아보기",
    "Launch interactive content": "실행할 수 있는 곳에서 열기",
    "Launch on Colab": "Colab에서 열기",
    "Light": "밝게",
    "Link to this heading": "이 제목으로 가는 링크",
    "Link to this term": "이 용어로 가는 링크",
    "Link to this definition": "이 정의로 가는 링크",
    "Link to this equation": "이 식으로 가는 링크",
    "Main": "차례",
    "On this page": "이 장에서",
    "Open an issue": "오류 알리기",
    "Open issue": "오류 알리기",
    "Permalink to this equation": "이 식으로 가는 링크",
    "Print to PDF": "PDF로 인쇄",
    "Repository": "저장소",
    "Search": "검색",
    "Section Navigation": "차례",
    "Skip to main content": "본문으로 건너뛰기",
    "Source repositories": "원본 저장소",
    "Source repository": "원본 저장소",
    "Suggest edit": "고칠 곳 제안",
    "System Settings": "시스템",
    "Toggle primary sidebar": "차례 열고 닫기",
    "Toggle secondary sidebar": "이 장의 차례 열고 닫기",
    "Version warning": "판 안내",
    "next": "다음 장",
    "next page": "다음 장",
    "previous": "이전 장",
    "previous page": "이전 장",
}


def translate_theme(app):
    if app.config.language == "ko":
        internals.translate_more(KOREAN)


def add_words(app, page, template, context, doctree):
    context["shell_words"] = json.dumps(SCRIPT_WORDS[app.config.language], ensure_ascii=False)
    if app.config.language == "ko" and "header_buttons" in context:
        context["header_buttons"] = in_korean(context["header_buttons"])


def in_korean(part):
    """The theme's buttons, with their words in Korean: lists of dicts, whose values are texts."""
    if isinstance(part, dict):
        return {name: in_korean(each) for name, each in part.items()}
    if isinstance(part, list):
        return [in_korean(each) for each in part]
    return KOREAN.get(part, part) if isinstance(part, str) else part


def setup(app):
    app.connect("builder-inited", translate_theme)
    app.connect("html-page-context", add_words, priority=internals.LAST)
    return {"parallel_read_safe": True, "parallel_write_safe": True}

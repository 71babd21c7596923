"""What stands around a chapter: Colab, ways to mend it, when it was executed, and marks."""

import copy
import json
from urllib.parse import parse_qs, urlsplit

import pytest
from bs4 import BeautifulSoup
from built import SITE, chapters, files_of, read

from chainrule_dev import executed
from chainrule_dev.browser import visit
from chainrule_dev.executed import digest, entry, read_record
from chainrule_dev.repository import ROOT, pages_address, repository_address

REPOSITORY = repository_address()
PAGES = pages_address(REPOSITORY)
NOTEBOOKS = [chapter for chapter in chapters() if (ROOT / f"{chapter}.ipynb").is_file()]
TEXTS = [chapter for chapter in chapters() if chapter not in NOTEBOOKS]


def link(page, words):
    """The address behind these words, which stand on the page once."""
    (found,) = [a for a in page.select("main a") if a.get_text(strip=True) == words]
    return found["href"]


# --- Links --------------------------------------------------------------------------------------


@pytest.mark.parametrize("chapter", NOTEBOOKS)
def test_a_chapter_can_be_opened_and_taken_home(chapter):
    page = read(f"{chapter}.html")
    owner_and_name = REPOSITORY.removeprefix("https://github.com/")
    colab = f"https://colab.research.google.com/github/{owner_and_name}/blob/main/{chapter}.ipynb"
    assert link(page, "Open in Colab") == colab
    copy = (SITE / f"{chapter}.html").parent / link(page, "Download the notebook")
    assert copy.read_bytes() == (ROOT / f"{chapter}.ipynb").read_bytes()


@pytest.mark.parametrize("chapter", NOTEBOOKS + TEXTS)
def test_a_chapter_can_be_mended(chapter):
    page = read(f"{chapter}.html")
    edit = link(page, "Suggest an edit")
    if chapter in NOTEBOOKS:
        expected = REPOSITORY.replace("github.com", "github.dev") + f"/blob/main/{chapter}.ipynb"
    else:
        expected = f"{REPOSITORY}/edit/main/{chapter}.md"
    assert edit == expected
    report = urlsplit(link(page, "Report a mistake"))
    assert report.geturl().startswith(f"{REPOSITORY}/issues/new?")
    asked = parse_qs(report.query)
    assert page.select_one("article h1").find(string=True) in asked["title"][0]
    assert f"Page: {PAGES}/{chapter}.html\n" in asked["body"][0]


def test_only_notebooks_are_opened_in_colab():
    for chapter in TEXTS:
        assert "Open in Colab" not in read(f"{chapter}.html").select_one("main").get_text(
            "|"
        ).split("|")


@pytest.mark.parametrize("chapter", NOTEBOOKS[1:-1])
def test_a_chapter_leads_on_and_back(chapter):
    page, at = read(f"{chapter}.html"), chapters().index(chapter)
    for side, neighbour in (("left-prev", at - 1), ("right-next", at + 1)):
        address = page.select_one(f"a.{side}")["href"]
        assert (
            (SITE / chapter).parent / address
        ).resolve() == SITE / f"{chapters()[neighbour]}.html"


# --- When it was executed -------------------------------------------------------------------------


def record_of(chapter):
    """What book/executed.json says of a chapter."""
    record = read_record().get(f"{chapter}.ipynb")
    assert record, f"book/executed.json has no {chapter}.ipynb: `make notebooks` executes it"
    return record


@pytest.mark.parametrize("chapter", NOTEBOOKS)
def test_the_foot_says_what_the_record_says(chapter):
    record = record_of(chapter)
    line = read(f"{chapter}.html").select_one(".cr-verified").get_text()
    year, _, day = record["on"].split("-")
    assert f" {int(day)} " in line
    assert f" {year} with chainrule {record['chainrule']} and NumPy {record['numpy']}." in line


@pytest.mark.parametrize("chapter", NOTEBOOKS)
def test_the_record_is_of_what_is_stored(chapter):
    """A notebook whose code or outputs changed by another road than `make notebooks` is found."""
    assert record_of(chapter)["digest"] == digest(ROOT / f"{chapter}.ipynb"), (
        f"{chapter}.ipynb is not as it was executed last: `make notebooks` executes it"
    )


def test_a_chapter_that_was_never_executed_is_named():
    with pytest.raises(AssertionError, match=r"^book/executed\.json has no book/en/no\.ipynb: "):
        test_the_record_is_of_what_is_stored("book/en/no")


def test_an_entry_changes_only_with_what_it_records(tmp_path, monkeypatch):
    path = tmp_path / "page.ipynb"
    notebook = json.loads((ROOT / f"{NOTEBOOKS[0]}.ipynb").read_text(encoding="utf-8"))

    def executed_on(day, known):
        path.write_text(json.dumps(notebook), encoding="utf-8")
        return entry(path, known, day)

    first = executed_on("2026-01-01", None)
    assert first["on"] == "2026-01-01"
    assert executed_on("2026-01-02", first) == first
    prose = next(cell for cell in notebook["cells"] if cell["cell_type"] == "markdown")
    prose["source"] = "# Other words"
    assert executed_on("2026-01-02", first) == first

    monkeypatch.setattr(executed, "version", lambda name: "9.9")
    newer = executed_on("2026-01-03", first)
    assert (newer["on"], newer["numpy"]) == ("2026-01-03", "9.9")
    code = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"][-1]
    code["outputs"] = [{"output_type": "stream", "name": "stdout", "text": "another result\n"}]
    assert executed_on("2026-01-04", newer)["on"] == "2026-01-04"


def test_recording_again_changes_no_byte(tmp_path, monkeypatch):
    monkeypatch.setattr(executed, "RECORD", tmp_path / "executed.json")
    paths = [ROOT / f"{chapter}.ipynb" for chapter in NOTEBOOKS[:2]]
    executed.record(paths, today="2026-01-01")
    before = executed.RECORD.read_bytes()
    executed.record(paths[:1], today="2026-01-02")
    executed.record([tmp_path / "not-of-the-book.ipynb"], today="2026-01-03")
    assert executed.RECORD.read_bytes() == before
    assert len(executed.read_record()) == 2


# --- Marks --------------------------------------------------------------------------------------

CHAPTER = "book/en/notation"  # the shortest: these tests open it again and again
OTHER = "book/en/computational-graphs"
KEY = "chainrule.progress"


def its_files(item):
    return files_of(f"{CHAPTER}.html", f"{OTHER}.html", "book/en/index.html")


def sidebar(page, chapter):
    return page.locator(".bd-sidenav").get_by_role("link", name=chapter)


def stored(page):
    return json.loads(page.evaluate(f"localStorage.getItem('{KEY}')"))


def test_every_exercise_has_a_box_of_its_own():
    names = []
    for chapter in NOTEBOOKS:
        page = read(f"{chapter}.html")
        boxes = page.select("input[data-exercise]")
        solutions = len(page.select(".tag_solution"))
        assert solutions >= 3, f"{chapter} has {solutions} solutions; 3 exercises are needed"
        assert len(boxes) == solutions, f"{chapter}: one box for each of {solutions} exercises"
        assert [box.find_parent("label").get_text(strip=True) for box in boxes] == ["Solved"] * len(
            boxes
        )
        names += [box["data-exercise"] for box in boxes]
    assert len(set(names)) == len(names)


@pytest.mark.inputs(of=its_files)
def test_marks_are_set_kept_shown_and_forgotten(browser):
    with visit(browser, f"{CHAPTER}.html", width=1280) as page:
        assert "(" not in sidebar(page, "Notation").inner_text()
        page.get_by_label("I have read this chapter").focus()
        page.keyboard.press("Space")
        solved = page.get_by_label("Solved")
        solved.nth(1).focus()
        page.keyboard.press("Space")
        assert page.get_by_text("Chapters read: 1. Exercises solved: 1.").is_visible()

        page.goto(page.url.replace("notation", "computational-graphs"))
        link = sidebar(page, "Notation")
        assert link.locator(".cr-mark > [aria-hidden]").inner_text() == "✓ 1/3"
        assert link.locator(".cr-unseen").inner_text().strip() == "(read, 1 of 3 exercises solved)"
        assert not page.get_by_label("I have read this chapter").is_checked()
        page.get_by_label("Solved").nth(0).check()
        exercises = len(read(f"{OTHER}.html").select("input[data-exercise]"))
        marks = sidebar(page, "Computational graphs").locator("[aria-hidden]")
        assert marks.inner_text() == f"1/{exercises}"
        assert page.get_by_text("Chapters read: 1. Exercises solved: 2.").is_visible()

        page.go_back()
        page.reload()
        assert page.get_by_label("I have read this chapter").is_checked()
        assert [box.is_checked() for box in solved.all()] == [False, True, False]
        solved.nth(1).uncheck()
        page.get_by_label("I have read this chapter").uncheck()
        assert stored(page).keys() == {"computational-graphs"}

        page.once("dialog", lambda dialog: dialog.dismiss())
        page.get_by_role("button", name="Forget my marks and guesses").click()
        assert stored(page).keys() == {"computational-graphs"}
        page.once("dialog", lambda dialog: dialog.accept())
        page.get_by_role("button", name="Forget my marks and guesses").focus()
        page.keyboard.press("Enter")
        assert stored(page) == {}
        assert page.locator(".cr-mark").count() == 0
        assert page.get_by_role("button", name="Forget my marks and guesses").is_disabled()


@pytest.mark.inputs(of=its_files)
def test_a_mark_moves_nothing(browser):
    places = (
        "[...document.querySelectorAll('.bd-sidenav a')].map(a => a.getBoundingClientRect().top)"
    )
    with visit(browser, f"{CHAPTER}.html", width=1280) as page:
        before = page.evaluate(places)
        page.get_by_label("I have read this chapter").check()
        page.get_by_label("Solved").nth(0).check()
        assert page.locator(".cr-mark").count() == 1
        assert page.evaluate(places) == before


# What the script meets, without the theme, whose own scripts use the storage too.
def bare_chapter():
    chapter = copy.copy(read(f"{CHAPTER}.html"))
    boxes = [str(box.parent) for box in chapter.select("input[data-exercise]")]
    foot = str(chapter.select_one(".cr-page-footer"))
    script = chapter.find("script", src=lambda src: src and "progress.js" in src)
    script["src"] = "/_static/progress.js"
    nav = '<ul class="bd-sidenav"><li><a href="notation.html">Notation</a></li></ul>'
    icon = "<!doctype html><link rel=icon href='data:,'>"
    return "\n".join([icon, *boxes, foot, nav, str(script)])


REFUSE = """Object.defineProperty(window, "localStorage", {
  get() { throw new DOMException("denied", "SecurityError"); }
});"""


@pytest.mark.inputs(of=its_files)
def test_a_browser_that_keeps_nothing_is_no_error(browser):
    html = bare_chapter().replace("data:,'>", f"data:,'><script>{REFUSE}</script>")
    with visit(browser, f"{CHAPTER}.html", {f"{CHAPTER}.html": html}) as page:
        assert not page.get_by_text("This browser keeps nothing").is_visible()
        page.get_by_label("Solved").nth(0).check()
        assert sidebar(page, "Notation").locator("[aria-hidden]").inner_text() == "1/3"
        assert page.get_by_text("This browser keeps nothing").is_visible()


@pytest.mark.inputs(of=its_files)
@pytest.mark.parametrize(
    "found",
    ["{", "null", "7", '"read"', "[]", '{"notation": {"solved": 5}}', '{"notation": null}',
     '{"notation": {"read": true, "solved": "abc"}}'],
)  # fmt: skip
def test_what_another_page_left_in_the_storage_is_no_error(browser, found):
    script = f"<script>localStorage.setItem('{KEY}', {json.dumps(found)})</script>"
    html = bare_chapter().replace("data:,'>", f"data:,'>{script}")
    with visit(browser, f"{CHAPTER}.html", {f"{CHAPTER}.html": html}) as page:
        assert "/" not in sidebar(page, "Notation").inner_text()
        page.get_by_label("I have read this chapter").check()
        assert stored(page)["notation"]["read"] is True
        page.get_by_label("Solved").nth(0).check()
        assert sidebar(page, "Notation").locator("[aria-hidden]").inner_text() == "✓ 1/3"


@pytest.mark.inputs(of=its_files)
def test_a_mark_set_in_another_tab_is_shown(browser):
    with visit(browser, f"{CHAPTER}.html") as page, page.context.expect_page() as opened:
        page.evaluate("window.open(location.href)")
        opened.value.get_by_label("I have read this chapter").check()
        page.wait_for_function("document.querySelector('input[data-chapter]').checked")


def test_marks_cleared_in_another_tab_are_gone(browser):
    with visit(browser, f"{CHAPTER}.html") as page, page.context.expect_page() as opened:
        page.get_by_label("I have read this chapter").check()
        page.evaluate("window.open(location.href)")
        opened.value.evaluate("localStorage.clear()")
        page.wait_for_function("!document.querySelector('input[data-chapter]').checked")


def test_without_scripts_there_is_nothing_to_tick():
    page = BeautifulSoup((SITE / f"{CHAPTER}.html").read_text(encoding="utf-8"), "html.parser")
    for box in page.select("input[data-exercise], input[data-chapter], [data-forget]"):
        assert box.find_parent(class_="pst-js-only")

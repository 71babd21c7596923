"""Live pages: the buttons below each cell of a chapter, and the files that run it in the browser.

book/_scripts/live has the scripts, lib/chainrule_live their Python, chainrule_dev.pyodide the parts
of Pyodide. What is put on the site, in _static/live:

    live.js             the buttons' script, linked by every chapter
    worker.js           Python, started by the first press of a button
    editor.js           CodeMirror, loaded by the first edit
    cells/CHAPTER.json  all code cells of a chapter, those that are not shown included
    files.json          what to load, with sizes
    pyodide.*, *.whl    Pyodide and its packages
    library-*.zip       chainrule and chainrule_live

Without Pyodide's files the book is built without the buttons.
"""

import hashlib
import html
import io
import json
import shutil
import zipfile
from pathlib import Path

import nbformat
from docutils import nodes

from chainrule_dev import pyodide
from chainrule_dev.from_needed import code_cells
from chainrule_dev.repository import ROOT
from chainrule_site import internals
from chainrule_site.scripts import bundle
from page_footer import is_notebook

PACKAGES = ("chainrule", "chainrule_live")

WORDS = {
    "en": {
        "cell": "Cell {n}",
        "run": "Run",
        "check": "Check",
        "edit": "Edit",
        "stop": "Stop",
        "again": "Start again",
        "menu": "More",
        "do_above": "Run all above, then this",
        "do_restart": "Restart Python",
        "do_printed": "As printed in the book",
        "do_again": "The book's code again",
        "answer": "Your answer, in Python",
        "editor": "Code of this cell, in Python",
        "keys": "Shift+Enter runs it and goes to the next cell, Ctrl+Enter runs it. To leave the "
        "editor, press Escape and then Tab.",
        "starts": "Starting Python …",
        "starting": "Starting Python …",
        "loading": "Loading Python",
        "left": "Loading Python, once: {left} MB left",
        "runs": "Running …",
        "waits": "Waits for the cell that is running.",
        "first": "Running the {n} it needs first …",
        "ran": "Done.",
        "ran_one": "Done. First ran the cell above that it needs.",
        "ran_more": "Done. First ran {n} cells above that it needs.",
        "failed": "It has failed.",
        "ran_for_below": "Ran for a cell below.",
        "stale": "Something this cell uses has changed since it ran.",
        "failed_above": "A cell above that this one needs has failed.",
        "show_it": "Show it",
        "trace": "All that was called",
        "stopped": "Stopped. Its variables are gone: the next run starts anew.",
        "restarted": "Python starts anew with the next run.",
        "died": "Python has stopped ({why}). Its variables are gone; press Run to start anew.",
        "not_loaded": "Python could not be loaded ({why}). Press again to try once more.",
        "no_editor": "The editor could not be loaded ({why}).",
        "from_file": "A page opened from a file can run nothing: read it with make serve.",
        "too_old": "This browser can run no Python: it lacks WebAssembly.",
        "instead": "This works too:",
    },
    "ko": {
        "cell": "셀 {n}",
        "run": "실행",
        "check": "확인",
        "edit": "고치기",
        "stop": "멈추기",
        "again": "처음부터",
        "menu": "더 보기",
        "do_above": "위의 셀을 모두 실행한 뒤 이 셀 실행",
        "do_restart": "파이썬 다시 시작",
        "do_printed": "책에 실린 출력으로",
        "do_again": "책의 코드로 되돌리기",
        "answer": "답, 파이썬으로",
        "editor": "이 셀의 코드, 파이썬",
        "keys": "Shift+Enter를 누르면 실행하고 다음 셀로, Ctrl+Enter를 누르면 실행만 합니다. "
        "편집기에서 "
        "나가려면 Escape를 누른 다음 Tab을 누르세요.",
        "starts": "파이썬을 시작합니다 …",
        "starting": "파이썬을 시작합니다 …",
        "loading": "파이썬을 불러옵니다",
        "left": "파이썬을 불러옵니다. 한 번만 받으면 됩니다. {left} MB 남음",
        "runs": "실행하고 있습니다 …",
        "waits": "지금 실행 중인 셀을 기다립니다.",
        "first": "먼저 필요한 셀 {n}개를 실행합니다 …",
        "ran": "실행했습니다.",
        "ran_one": "실행했습니다. 그에 앞서, 필요한 위의 셀 하나를 실행했습니다.",
        "ran_more": "실행했습니다. 그에 앞서, 필요한 위의 셀 {n}개를 실행했습니다.",
        "failed": "오류가 났습니다.",
        "ran_for_below": "아래의 셀에 필요해서 실행했습니다.",
        "stale": "이 셀을 실행한 뒤에 이 셀이 쓰는 것이 바뀌었습니다.",
        "failed_above": "이 셀에 필요한 위의 셀에서 오류가 났습니다.",
        "show_it": "그 셀 보기",
        "trace": "호출된 순서 전부",
        "stopped": "멈췄습니다. 변수는 사라졌고, 다음에 실행하면 새로 시작합니다.",
        "restarted": "다음에 실행하면 파이썬이 새로 시작합니다.",
        "died": "파이썬이 멈췄습니다({why}). 변수는 사라졌습니다. 실행을 누르면 새로 시작합니다.",
        "not_loaded": "파이썬을 불러오지 못했습니다({why}). 한 번 더 누르면 다시 시도합니다.",
        "no_editor": "편집기를 불러오지 못했습니다({why}).",
        "from_file": "파일로 연 페이지에서는 실행할 수 없습니다. make serve로 여세요.",
        "too_old": "이 브라우저는 파이썬을 실행하지 못합니다. WebAssembly가 없습니다.",
        "instead": "이렇게 해도 됩니다:",
    },
}


class LiveBar(nodes.Element):
    """The buttons below a cell's code; without text, so that the search does not index them."""


def visit_bar(translator, node):
    words = WORDS[translator.config.language]
    exercise = " data-exercise" if node["exercise"] else ""
    buttons = ["run", "again"] if node["exercise"] else ["run", "edit"]
    names = {"run": "check"} if node["exercise"] else {}
    made = "".join(
        f'<button type="button" data-do="{name}"{" hidden" if name == "again" else ""}>'
        f"{html.escape(words[names.get(name, name)])}</button>"
        for name in buttons
    )
    label = html.escape(words["cell"].format(n=node["number"]))  # or all are "Run" to the ear
    translator.body.append(
        f'<div class="cr-live pst-js-only d-print-none" data-cell="{node["cell"]}"'
        f' role="group" aria-label="{label}"{exercise}>{made}'
        f'<button type="button" data-do="menu" aria-expanded="false" '
        f'aria-label="{html.escape(words["menu"])}">⋯</button></div>'
        '<p class="cr-live-status pst-js-only d-print-none" role="status"></p>\n'
    )
    raise nodes.SkipNode


def skip_bar(translator, node):
    raise nodes.SkipNode


def draws(cell):
    """Whether Matplotlib draws what a cell shows."""
    shown = [output for output in cell.outputs if "text/html" in output.get("data", {})]
    return bool(shown) and not cell.source.rstrip().endswith(".draw()")


def add_bars(app, doctree):
    """Append the buttons to the code of every cell."""
    path = Path(app.env.doc2path(app.env.docname))
    if path.suffix != ".ipynb" or pyodide.missing():
        return
    cells = nbformat.read(path, as_version=4).cells
    shown = [node for node in doctree.findall(nodes.container) if internals.is_code_cell(node)]
    pairs = zip(shown, [*shown[1:], None], strict=True)
    for number, (node, following) in enumerate(pairs, start=1):
        is_exercise = following is not None and internals.is_solution(following)
        (code, *_) = (part for part in node.children if "cell_input" in part["classes"])
        name = cells[node["cell_index"]].id
        bar = LiveBar(cell=name, number=number, exercise=is_exercise)
        code.append(bar)


def add_script(app, page, template, context, doctree):
    """Link the script on the pages with cells; its words and the chapter come with it."""
    if doctree is None or not is_notebook(app, page) or pyodide.missing():
        return
    words = json.dumps(WORDS[app.config.language], ensure_ascii=False)
    attributes = {"data-words": words, "data-chapter": Path(page).name, "defer": "defer"}
    tags = "".join(f' {name}="{html.escape(value)}"' for name, value in attributes.items())
    address = context["pathto"]("_static/live/live.js", True)
    context["body"] += f'<script src="{address}"{tags}></script>\n'


def library():
    """chainrule and chainrule_live as a zip archive, the same for the same files."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for package in PACKAGES:
            for path in sorted((ROOT / "lib" / package).rglob("*")):
                # Of a catalogue, what is compiled is enough.
                if path.is_file() and "__pycache__" not in path.parts and path.suffix != ".po":
                    name = path.relative_to(ROOT / "lib").as_posix()
                    info = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
                    info.compress_type = zipfile.ZIP_DEFLATED
                    archive.writestr(info, path.read_bytes())
    return buffer.getvalue()


def copy_pyodide(target):
    """Copy the files of Pyodide, and write what to load and how large it is."""
    lock = pyodide.lock()
    for name in pyodide.CORE_FILES:
        copy(pyodide.CORE / name, target)
    for package in lock["packages"].values():
        copy(pyodide.HOME / package["file_name"], target)
    (target / "lock.json").write_text(json.dumps(lock), encoding="utf-8")
    archive = library()
    for old in target.glob("library-*.zip"):
        old.unlink()
    name = f"library-{hashlib.sha256(archive).hexdigest()[:12]}.zip"
    (target / name).write_bytes(archive)
    groups = [("start", pyodide.AT_START), ("figures", pyodide.FOR_FIGURES)]
    entries = {key: [lock["packages"][each] for each in names] for key, names in groups}
    packages = {key: [entry["name"] for entry in group] for key, group in entries.items()}
    wheels = {key: [entry["file_name"] for entry in group] for key, group in entries.items()}
    core = [name for name in pyodide.CORE_FILES if name != "pyodide.mjs"]
    start = [*core, name, *wheels["start"]]
    contents = {name: (target / name).read_bytes() for name in [*start, *wheels["figures"]]}
    files = {
        "version": lock["info"]["version"],
        "library": name,
        "start": start,
        "figures": wheels["figures"],
        "wheels": wheels,
        "packages": packages,
        "sizes": {name: len(content) for name, content in contents.items()},
        "sha256": {name: hashlib.sha256(content).hexdigest() for name, content in contents.items()},
    }
    (target / "files.json").write_text(json.dumps(files), encoding="utf-8")


def copy(path, folder):
    """Copy a file unless an equal one is there."""
    target = folder / path.name
    if not target.is_file() or target.stat().st_size != path.stat().st_size:
        shutil.copyfile(path, target)


def write_cells(app, target):
    """Write every chapter's cells: [id, source], and which of them Matplotlib draws."""
    (target / "cells").mkdir(exist_ok=True)
    for page in app.env.found_docs:
        if is_notebook(app, page):
            cells = code_cells(app.env.doc2path(page))
            content = {
                "cells": [[cell.id, cell.source] for cell in cells],
                "figures": [cell.id for cell in cells if draws(cell)],
            }
            text = json.dumps(content, ensure_ascii=False)
            (target / "cells" / f"{Path(page).name}.json").write_text(text, encoding="utf-8")


def write_files(app, exception):
    if exception or app.builder.format != "html":
        return
    absent = pyodide.missing()
    if absent:
        names = ", ".join(path.name for path in absent)
        # Not by the logger: nobody would see it, or the build would stop.
        print(f"No buttons to run cells: {names} missing ({pyodide.INSTALL} says why)", flush=True)
        return
    target = Path(app.outdir) / "_static" / "live"
    target.mkdir(parents=True, exist_ok=True)
    bundle("live/live", target)
    for name in ("worker", "editor"):
        bundle(f"live/{name}", target, is_module=True)
    copy_pyodide(target)
    write_cells(app, target)


def setup(app):
    # Pages that were read without the buttons are read again once they can have them.
    app.add_config_value("live_pages", not pyodide.missing(), "env", bool)
    app.add_node(LiveBar, html=(visit_bar, None), latex=(skip_bar, None), text=(skip_bar, None))
    app.connect("doctree-read", add_bars)
    app.connect("html-page-context", add_script)
    app.connect("build-finished", write_files, priority=internals.LAST + 1)
    # Higher when LiveBar gets other attributes: then pages are read again.
    return {"env_version": 2, "parallel_read_safe": True, "parallel_write_safe": True}

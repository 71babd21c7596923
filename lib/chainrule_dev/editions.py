"""The Korean edition beside the English one: the same cells, other prose.

A Korean notebook has the English one's cells in their order, with the code and the outputs of the
English one; its Markdown cells are its own. Each says, in its metadata, from which text of the
English cell it was written; a page of Markdown says it in its front matter.
"""

import copy
import difflib
import hashlib
import re
import subprocess
from functools import cache
from pathlib import Path

import nbformat

from chainrule_dev.repository import ROOT

WRITTEN_FROM = "written_from"
FRONT_MATTER = re.compile(rf"\A---\n{WRITTEN_FROM}: (?P<hash>\w+)\n---\n\n?")
# What tools/how_we_check.py writes; it is no prose.
MADE = re.compile(r"(?<=^% made: )(\w+)\n(.*?)(?=^% end$)", re.MULTILINE | re.DOTALL)
WORDS = re.compile(r"[a-z]{3,} [a-z]{2,} [a-z]{2,}")  # a text that needs to be translated
# Ends the first code cell of a Korean notebook: from then on the checks speak Korean.
IN_KOREAN = 'importlib.import_module("chainrule.book").language("ko")'


def pages(root=ROOT):
    """The pages of the English edition, notebooks and Markdown."""
    folder = root / "book" / "en"
    return sorted([*folder.glob("*.ipynb"), *folder.glob("*.md")])


def korean(path):
    """The Korean twin of an English page."""
    return path.parents[1] / "ko" / path.name


def english(path):
    """The English twin of a Korean page; any other page itself."""
    return path.parents[1] / "en" / path.name if path.parent.name == "ko" else path


def read_notebook(path):
    return nbformat.read(path, as_version=4)


def fingerprint(prose):
    """A short hash of a text."""
    return hashlib.sha256(prose.encode()).hexdigest()[:12]


# --- The same code --------------------------------------------------------------------------------


def with_code_of(original, prose):
    """A notebook with the code and outputs of `original`, and Markdown cells {id: cell} of `prose`.

    What is missing there stands in the language of the original, and is behind.
    """
    made = copy.deepcopy(original)
    for cell in made.cells:
        twin = prose_for(cell, prose) if cell.cell_type == "markdown" else None
        if twin is not None:
            cell.source = twin.source
            if WRITTEN_FROM in twin.metadata:
                cell.metadata[WRITTEN_FROM] = twin.metadata[WRITTEN_FROM]
    first = next(cell for cell in made.cells if cell.cell_type == "code")
    first.source = f"{first.source}\n\n{IN_KOREAN}"
    return made


def prose_for(cell, prose):
    """The Korean cell of that id; or, if the id has changed, the one written from the same text."""
    if cell.id in prose:
        return prose[cell.id]
    same = fingerprint(cell.source)
    return next((each for each in prose.values() if each.metadata.get(WRITTEN_FROM) == same), None)


def dropped(path):
    """The texts of a Korean notebook that have no place in the English one any more."""
    if path.suffix == ".md" or not path.is_file():
        return []
    prose = prose_in(path)
    cells = [c for c in read_notebook(english(path)).cells if c.cell_type == "markdown"]
    kept = [prose_for(cell, prose) for cell in cells]
    return [cell.source for cell in prose.values() if not any(cell is each for each in kept)]


def prose_in(path):
    """{id: cell} of a notebook's Markdown cells."""
    return {cell.id: cell for cell in read_notebook(path).cells if cell.cell_type == "markdown"}


def copy_code(path):
    """Bring code and outputs of a Korean page up to date, or begin it; whether anything changed."""
    twin = english(path)
    if path.suffix == ".md":
        if not path.is_file():
            path.write_text(twin.read_text(encoding="utf-8"), encoding="utf-8")
            return True
        return False
    prose = prose_in(path) if path.is_file() else {}
    return write_notebook(path, with_code_of(read_notebook(twin), prose))


def write_notebook(path, notebook):
    after = nbformat.writes(notebook) + "\n"
    if path.is_file() and path.read_text(encoding="utf-8") == after:
        return False
    path.write_text(after, encoding="utf-8")
    return True


# --- Headings -------------------------------------------------------------------------------------

HEADING = re.compile(r"^(?:```.*?^```|#+ +(?P<text>[^\n]+))", re.DOTALL | re.MULTILINE)
MARKUP = re.compile(r"\]\([^)]*\)|\{\w+\}(?=`)|[`$*\[\]]")


def headings(text):
    """The headings of Markdown, in order, without their markup."""
    for found in HEADING.finditer(text):
        if found["text"]:
            yield MARKUP.sub("", found["text"]).strip()


# --- Prose that is behind -------------------------------------------------------------------------


def prose_of(path, text=None):
    """{name: text} of a page's prose: its Markdown cells, or the whole page as ""."""
    text = path.read_text(encoding="utf-8") if text is None else text
    if path.suffix == ".md":
        return {"": MADE.sub(r"\1\n", FRONT_MATTER.sub("", text))}
    cells = nbformat.reads(text, as_version=4).cells
    return {cell.id: cell.source for cell in cells if cell.cell_type == "markdown"}


def written_from(path):
    """{name: fingerprint of the English text that it was written from} of a Korean page."""
    if path.suffix == ".md":
        found = FRONT_MATTER.match(path.read_text(encoding="utf-8"))
        return {"": found["hash"] if found else None}
    return {name: cell.metadata.get(WRITTEN_FROM) for name, cell in prose_in(path).items()}


def record(path):
    """Say that a Korean page has all that its English twin says now.

    Raises ValueError if a part of it is in English still.
    """
    prose, ours = prose_of(english(path)), prose_of(path)
    for name, text in prose.items():
        if ours.get(name) == text and WORDS.search(text):
            raise ValueError(f"{path.name}: {name or 'the page'} is in English still")
    if path.suffix == ".md":
        head = f"---\n{WRITTEN_FROM}: {fingerprint(prose[''])}\n---\n\n"
        text = FRONT_MATTER.sub("", path.read_text(encoding="utf-8"))
        path.write_text(head + text, encoding="utf-8")
        return
    notebook = read_notebook(path)
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            cell.metadata[WRITTEN_FROM] = fingerprint(prose[cell.id])
    write_notebook(path, notebook)


def behind(path):
    """{name: what has changed in the English text since}, of a Korean page that is behind."""
    now, then = prose_of(english(path)), written_from(path)
    return {
        name: changes(english(path), name, then.get(name), text)
        for name, text in now.items()
        if then.get(name) != fingerprint(text)
    }


def changes(path, name, before, now):
    """The difference to the text with that fingerprint, if git still knows it; else the text."""
    old = next((t for t in earlier_texts(path, name) if fingerprint(t) == before), None)
    if old is None:
        return now
    lines = difflib.unified_diff(old.splitlines(), now.splitlines(), "before", "now", lineterm="")
    return "\n".join(lines)


@cache
def earlier_versions(path):
    """The prose of a page in each commit that changed it, the newest first."""
    name = path.relative_to(ROOT).as_posix()
    commits = git("log", "--follow", "--format=%H", "--", name).split()
    return [prose_of(path, git("show", f"{commit}:{name}")) for commit in commits]


def earlier_texts(path, name):
    return [version[name] for version in earlier_versions(path) if name in version]


def git(*arguments):
    done = subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, encoding="utf-8")
    return done.stdout if done.returncode == 0 else ""


def page(name):
    """The path of the Korean page of a name such as "affine"."""
    found = [korean(path) for path in pages() if path.stem == Path(name).stem]
    if not found:
        raise ValueError(f"there is no page {name} in book/en")
    return found[0]

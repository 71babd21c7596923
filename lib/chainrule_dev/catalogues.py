"""The catalogues of the Korean edition, in gettext's format: English sentences and their Korean.

`exercises` has what the checks say, and is a part of the library. `figures` has what stands in the
outputs of the chapters and is to be read, the descriptions of pictures, and what folded cells are
called. `checks` has what tools/how_we_check.py writes.
"""

import io
import re
from datetime import UTC, datetime
from difflib import get_close_matches
from html import escape, unescape

import nbformat
import yaml
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_file
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from chainrule import explore
from chainrule_dev.exercises import ALL
from chainrule_dev.mutants import MUTANTS, REJECTIONS
from chainrule_dev.repository import ROOT, chapter_notebooks

PACKAGE = ROOT / "lib" / "chainrule"
EXERCISES = PACKAGE / "locale" / "ko" / "LC_MESSAGES" / "exercises.po"
FIGURES = ROOT / "book" / "ko" / "figures.po"
CHECKS = ROOT / "book" / "ko" / "checks.po"
HEAD = "# {what}\n# Written by tools/korean.py; the Korean sentences are edited here."
NO_TIME = datetime(2000, 1, 1, tzinfo=UTC)
WHAT = {
    EXERCISES: "What the checks of the exercises say.",
    FIGURES: "What stands in the outputs of the chapters, and on folded cells.",
    CHECKS: "What tools/how_we_check.py writes into the page How we check.",
}


# --- What is to be said -------------------------------------------------------------------------


def messages_of_exercises():
    """{message: places} of all that `check` can say, without the words of Python's own errors."""
    found = {}
    notebook_of_a_page = ROOT / "lib" / "chainrule_live" / "notebook.py"
    for path in [*sorted((PACKAGE / "exercises").glob("*.py")), notebook_of_a_page]:
        place = path.relative_to(ROOT).as_posix()
        for _line, message, *_rest in extract_from_file("python", path, keywords={"_": None}):
            found.setdefault(message, set()).add(place)
    for name, exercise in ALL.items():
        place = f"lib/chainrule/exercises/{name.partition('.')[0]}.py"
        diagnoses = [diagnosis for _answer, diagnosis in exercise.wrong]
        for message in filter(None, [*diagnoses, exercise.praise, exercise.hint]):
            found.setdefault(message, set()).add(place)
    return found


# What a screen reader says; not what stands in the picture, which is symbols, nor in a script.
SCRIPT = re.compile(r"(<script\b.*?</script>)", re.DOTALL)
LABEL = re.compile(r'\b(aria-label|alt)="([^"]*[a-z]{3}[^"]*)"')
DIRECTIVE = re.compile(r"^```\{explorable\} (\w+)\n(.*?)^```", re.DOTALL | re.MULTILINE)


def with_labels(html, change):
    """An output's HTML, with each label that holds words replaced by change(label)."""

    def changed(found):
        return f'{found[1]}="{escape(change(unescape(found[2])))}"'

    parts = SCRIPT.split(html)
    parts[::2] = [LABEL.sub(changed, part) for part in parts[::2]]
    return "".join(parts)


def labels(html):
    """The labels of an output that hold words."""
    parts = SCRIPT.split(html)[::2]
    return [unescape(label) for part in parts for _name, label in LABEL.findall(part)]


def readings():
    """(place, message) of each label in what the chapters show, and of each folded cell's name."""
    for path in chapter_notebooks():
        for cell in nbformat.read(path, as_version=4).cells:
            place = f"{path.stem}/{cell.id}"
            for output in cell.get("outputs", ()):
                for label in labels(output.get("data", {}).get("text/html", "")):
                    yield place, label
            if prompt := cell.metadata.get("mystnb", {}).get("code_prompt_show"):
                yield place, prompt
    for path in sorted((ROOT / "book" / "en").glob("*.md")):
        for name, options in DIRECTIVE.findall(path.read_text(encoding="utf-8")):
            for label in labels(getattr(explore, name)(**yaml.safe_load(options))._repr_html_()):
                yield path.stem, label


def messages_of_figures():
    """{message: places} of what is to be read in the outputs of the chapters, and on folds."""
    found = {}
    for place, message in readings():
        found.setdefault(message, set()).add(place)
    return found


def messages_of_checks():
    """{message: places} of what tools/how_we_check.py writes, but for the mutants' layers."""
    tool, mutants = "tools/how_we_check.py", "lib/chainrule_dev/mutants.py"
    said = extract_from_file("python", ROOT / tool, keywords={"_": None})
    found = {message: {tool} for _line, message, *_rest in said}
    found |= {short: {mutants} for _words, short in REJECTIONS}
    return found | {mutant.description: {mutants} for mutant in MUTANTS.values()}


# --- The files ------------------------------------------------------------------------------------


def read(path):
    """{message: Korean} of a catalogue; without those that are not written yet."""
    with path.open("rb") as file:
        entries = read_po(file, locale="ko")
    return {entry.id: entry.string for entry in entries if entry.id and entry.string}


def text_of(path, messages, korean):
    """A catalogue as text: the messages, with what is there in Korean."""
    catalog = Catalog(locale="ko", header_comment=HEAD.format(what=WHAT[path]), fuzzy=False)
    for message in sorted(messages, key=lambda each: (min(messages[each]), each)):
        places = [(place, None) for place in sorted(messages[message])]
        catalog.add(message, korean.get(message, ""), locations=places)
    file = io.BytesIO()
    write_po(file, catalog, width=100, omit_header=False)
    return "\n".join(
        line for line in file.getvalue().decode().splitlines() if not is_volatile(line)
    )


def is_volatile(line):
    """Whether a line of a catalogue's head says who and when, which git knows."""
    return re.match(r'"(POT|PO|Generated|Project|Report|Last|Language-Team)\b', line)


def compiled(path):
    """The catalogue as gettext reads it, in bytes; of every build the same, so without its time."""
    catalog = Catalog(locale="ko", creation_date=NO_TIME, revision_date=NO_TIME)
    for message, korean in read(path).items():
        catalog.add(message, korean)
    file = io.BytesIO()
    write_mo(file, catalog)
    return file.getvalue()


CATALOGUES = {
    EXERCISES: messages_of_exercises,
    FIGURES: messages_of_figures,
    CHECKS: messages_of_checks,
}


def update():
    """Bring the catalogues up to date with what there is to say.

    Returns {what is not translated: (the message it may have been, its Korean) or None}.
    """
    absent = {}
    for path, messages in CATALOGUES.items():
        found = messages()
        korean = read(path) if path.is_file() else {}
        gone = [message for message in korean if message not in found]
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text_of(path, found, korean), encoding="utf-8")
        for message in found:
            if message not in korean:
                near = get_close_matches(message, gone, n=1)
                absent[message] = (near[0], korean[near[0]]) if near else None
    EXERCISES.with_suffix(".mo").write_bytes(compiled(EXERCISES))
    return absent

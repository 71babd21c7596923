"""The Korean edition has the code of the English one, and says the same: its formulas, numbers,
links, citations, headings and guesses. Each check is tried on prose that breaks it.
"""

import re

import nbformat
import pytest
import yaml
from test_prose import EXCEPTIONS

import write_conf
from chainrule_dev import editions
from chainrule_dev.prose import statements, unsupported
from chainrule_dev.repository import ROOT
from chainrule_dev.whole_numbers import differing

PAGES = editions.pages()
NOTEBOOKS = [path for path in PAGES if path.suffix == ".ipynb"]
by_name = {"ids": lambda path: path.stem}


# --- Files ----------------------------------------------------------------------------------------


def test_every_page_has_a_twin():
    names = {path.name for path in PAGES}
    folder = ROOT / "book" / "ko"
    there = {path.name for kind in ("*.ipynb", "*.md") for path in folder.glob(kind)}
    assert there == names, "`git mv` both; a new page is begun by `python tools/korean.py`"


def test_the_configuration_is_the_english_one_but_for_what_edition_yml_says():
    hint = "run `python tools/write_conf.py`"
    for path, text in (
        (write_conf.KOREAN_CONFIG, write_conf.korean_config()),
        (write_conf.KOREAN_TOC, write_conf.korean_toc()),
    ):
        assert path.read_text(encoding="utf-8") == text, hint
    toc = write_conf.read_yaml(write_conf.KOREAN_TOC)
    assert "book/en" not in str(toc)
    assert all(re.search("[가-힣]", part["caption"]) for part in toc["parts"])


def test_every_page_is_described_in_korean():
    texts = yaml.safe_load((ROOT / "book/ko/descriptions.yml").read_text(encoding="utf-8"))
    assert texts.keys() == {path.stem for path in PAGES}
    assert all(re.search("[가-힣]", text) and 40 <= len(text) <= 170 for text in texts.values())


# --- The same code --------------------------------------------------------------------------------


@pytest.mark.parametrize("path", NOTEBOOKS, **by_name)
def test_the_code_is_the_same_byte_for_byte(path):
    """Cells, their kinds, ids, order, tags and outputs; the first one then sets the language."""
    original = editions.read_notebook(path)
    korean = editions.read_notebook(editions.korean(path))
    prose = {cell.id: cell for cell in korean.cells if cell.cell_type == "markdown"}
    expected = nbformat.writes(editions.with_code_of(original, prose))
    assert nbformat.writes(korean) == expected, "run `make notebooks`, or tools/korean.py"
    kinds = [(cell.id, cell.cell_type) for cell in original.cells]
    assert [(cell.id, cell.cell_type) for cell in korean.cells] == kinds


def test_a_change_of_code_reaches_the_korean_notebook_and_its_prose_stays(tmp_path, monkeypatch):
    english, korean = (tmp_path / edition / "a.ipynb" for edition in ("en", "ko"))
    for path, said in ((english, "Two."), (korean, "둘.")):
        path.parent.mkdir()
        code = nbformat.v4.new_code_cell("import importlib", id="one")
        text = nbformat.v4.new_markdown_cell(said, id="two")
        editions.write_notebook(path, nbformat.v4.new_notebook(cells=[code, text]))
    assert editions.copy_code(korean), "the line that sets the language"
    assert not editions.copy_code(korean)
    notebook = editions.read_notebook(english)
    notebook.cells[0].source = "import importlib as i"
    editions.write_notebook(english, notebook)
    assert editions.copy_code(korean)
    code, text = editions.read_notebook(korean).cells
    assert code.source == f"import importlib as i\n\n{editions.IN_KOREAN}"
    assert text.source == "둘."
    notebook.cells.append(nbformat.v4.new_markdown_cell("Now there are three.", id="three"))
    editions.write_notebook(english, notebook)
    assert editions.copy_code(korean)
    assert editions.read_notebook(korean).cells[2].source == "Now there are three."
    monkeypatch.setattr(editions, "earlier_versions", lambda path: [])
    assert "three" in editions.behind(korean), "it stands there in English"
    with pytest.raises(ValueError, match="three is in English still"):
        editions.record(korean)


def test_a_cell_that_gets_another_id_or_becomes_code_takes_its_korean_along(tmp_path):
    english, korean = (tmp_path / edition / "a.ipynb" for edition in ("en", "ko"))
    code = nbformat.v4.new_code_cell("import importlib", id="one")
    for path, said in ((english, "Two."), (korean, "둘.")):
        path.parent.mkdir()
        text = nbformat.v4.new_markdown_cell(said, id="two")
        editions.write_notebook(path, nbformat.v4.new_notebook(cells=[code, text]))
    editions.copy_code(korean)
    editions.record(korean)
    notebook = editions.read_notebook(english)
    notebook.cells[1].id = "zwei"
    notebook.cells[1].metadata["tags"] = ["a-tag"]
    editions.write_notebook(english, notebook)
    assert editions.copy_code(korean)
    moved = editions.read_notebook(korean).cells[1]
    assert (moved.id, moved.source, moved.metadata["tags"]) == ("zwei", "둘.", ["a-tag"])
    assert editions.behind(korean) == {}
    notebook.cells[1] = nbformat.v4.new_code_cell("x = 2", id="zwei")
    editions.write_notebook(english, notebook)
    assert editions.dropped(korean) == ["둘."]
    editions.copy_code(korean)
    assert editions.read_notebook(korean).cells[1].source == "x = 2"


# --- Prose that is behind -------------------------------------------------------------------------


@pytest.mark.parametrize("path", PAGES, **by_name)
def test_no_page_is_behind(path):
    """What has changed in English since the Korean was written is named, with the difference."""
    late = editions.behind(editions.korean(path))
    if late:
        changes = "\n\n".join(f"{name or path.name}:\n{text}" for name, text in late.items())
        pytest.fail(
            f"{editions.korean(path).relative_to(ROOT)} is behind the English page. Bring it up to "
            f"date, then run `python tools/korean.py --written {path.stem}`.\n\n{changes}"
        )


def test_a_page_that_is_behind_is_named_with_what_has_changed(tmp_path, monkeypatch):
    english, korean = (tmp_path / edition / "a.md" for edition in ("en", "ko"))
    for path in (english, korean):
        path.parent.mkdir()
        path.write_text("Old words.\n", encoding="utf-8")
    monkeypatch.setattr(editions, "earlier_versions", lambda path: [])
    assert editions.behind(korean), "nobody has said from what it was written"
    editions.record(korean)
    assert editions.behind(korean) == {}
    english.write_text("New words.\n", encoding="utf-8")
    monkeypatch.setattr(editions, "earlier_versions", lambda path: [{"": "Old words.\n"}])
    assert "-Old words.\n+New words." in editions.behind(korean)[""]
    monkeypatch.setattr(editions, "earlier_versions", lambda path: [])
    assert editions.behind(korean) == {"": "New words.\n"}
    editions.record(korean)
    assert editions.behind(korean) == {}
    assert editions.prose_of(korean)[""] == "Old words.\n", "only the fingerprint has changed"


# --- The same facts -------------------------------------------------------------------------------

FENCE = re.compile(r"^```.*?^```", re.DOTALL | re.MULTILINE)
# At a formula's end and within, what the sentence around it asks for.
PUNCTUATION = re.compile(r"(?:\\[,;:! ]|\\q?quad|\s)*[.,;:]?(?:\\[,;:! ]|\\q?quad|\s)*(?=$|\\end)")
SPACES = re.compile(r"\\text\{[^{}]*\}|\\q?quad|\\[,;:!]|\s")


# Of guesses: where the right answer stands, the number that is one, and the range to guess in.
NUMBERED = re.compile(r"^(\d)\. \*\*(.+?)\*\*", re.MULTILINE)
ANSWER = re.compile(r"</summary>\s+\*\*([-−+]?[\d.,·× ⁻⁰¹²³⁴⁵⁶⁷⁸⁹]*\d[⁻⁰¹²³⁴⁵⁶⁷⁸⁹]*)\*\*")
RANGE = re.compile(r"^- (a number from) (\S+) to (\S+)", re.MULTILINE)
KOREAN_RANGE = re.compile(r"^- (\S+?)부터 (\S+?)까지의 수", re.MULTILINE)


def bare(formula):
    """A formula without words, spaces and the punctuation of its sentence."""
    return SPACES.sub("", PUNCTUATION.sub("", formula.strip()))


def take(pattern, text, flags=0):
    """What a pattern finds in a text, and the text without it."""
    return re.findall(pattern, text, flags), re.sub(pattern, " ", text, flags=flags)


def facts(markdown):
    """What must be the same in both editions, by its name."""
    found = {"code": FENCE.findall(markdown)}
    text = FENCE.sub(" ", re.sub(r"^:::?.*$|^% .*$", "", markdown, flags=re.MULTILINE))
    displayed, text = take(r"\$\$(.*?)\$\$", text, re.DOTALL)
    found["formulas"] = [bare(formula) for formula in displayed]
    roles, text = take(r"\{(?:cite|eq)(?::t|:p)?\}`([^`]*)`", text)
    found["references"] = sorted(roles)
    code, text = take(r"(?<!`)`([^`]+)`(?!`)", re.sub(r"\{\w+\}`[^`]*`", " ", text))
    found["names"] = set(code)
    inline, text = take(r"(?<![\\$])\$([^$]+?)\$", text)
    found["symbols"] = {bare(formula) for formula in inline}
    found["links"] = sorted(re.findall(r"\]\(([^)]*)\)", text))
    found["headings"] = [len(marks) for marks in re.findall(r"^(#+) ", text, re.MULTILINE)]
    found["folds"] = text.count("<details>")
    found["right answers"] = [
        number for number, start in NUMBERED.findall(text) if start in ("Right.", "맞습니다.")
    ]
    found["answers in numbers"] = ANSWER.findall(text)
    found["ranges"] = [(low, high.rstrip(",")) for _, low, high in RANGE.findall(text)] + [
        (low, high) for low, high in KOREAN_RANGE.findall(text)
    ]
    found["answers"] = re.findall(r"<!-- answers.*?-->", text)
    found["items"] = len(re.findall(r"^\s*(?:-|\d+\.) ", text, re.MULTILINE))
    found["rows"] = len(re.findall(r"^\|", text, re.MULTILINE))
    found["numbers"] = {
        s.text.strip().replace("\u00a0", " ") for s in statements(markdown) if is_precise(s.text)
    }
    return found


def is_precise(number):
    """A decimal, a power of ten or a number of thousands: of "two per cent" Korean makes 2%."""
    return re.search("[.,⁻⁰¹²³⁴⁵⁶⁷⁸⁹]", number)


def differences(english, korean):
    ours, theirs = facts(english), facts(korean)
    found = [
        f"{name}: {ours[name]} in English, {theirs[name]} in Korean"
        for name in ours
        if ours[name] != theirs[name]
    ]
    return found + [f"whole numbers: {number}" for number in differing(english, korean)]


# {page: {cell: (what differs, why)}}
KNOWN = {
    "glossary": {"": ("code", "the entries themselves stand in a fence")},
    "index": {"": ("names", "the Korean notebooks are in another folder")},
    "batch-normalization": {"cell-082": ("whole numbers", "a table is turned, by 90 degrees")},
    "dropout": {"cell-035": ("whole numbers", "0.8 are four fifths")},
    "initialization": {"cell-019": ("whole numbers", "Part IV")},
}


@pytest.mark.parametrize("path", PAGES, **by_name)
def test_both_editions_state_the_same(path):
    korean = editions.prose_of(editions.korean(path))
    found = []
    for name, text in editions.prose_of(path).items():
        known, _why = KNOWN.get(path.stem, {}).get(name, ("", ""))
        told = [each for each in differences(text, korean[name]) if each.split(":")[0] != known]
        found += [f"{name or path.name}: {each}" for each in told]
    assert found == []


@pytest.mark.parametrize(
    ("english", "korean", "what"),
    [
        ("It is $x + y$.", "$x - y$입니다.", "symbols"),
        ("$$\na = b .\n$$", "$$\na = c\n$$", "formulas"),
        ("It falls to 0.25.", "0.52로 줄어듭니다.", "numbers"),
        ("Below 10⁻⁹.", "10⁻⁸보다 작습니다.", "numbers"),
        ("Of 360 digits, two.", "숫자 630개 가운데 두 개입니다.", "whole numbers"),
        ("A hundred layers.", "1000층입니다.", "whole numbers"),
        ("Of 360 digits, two.", "숫자 가운데 두 개입니다.", "whole numbers"),
        ("See [ReLU](relu.ipynb).", "[ReLU](affine.ipynb)를 보세요.", "links"),
        ("{cite}`he2015` says", "{cite}`glorot2010`에 따르면", "references"),
        ("## One\n\ntext", "### 하나\n\n글", "headings"),
        ("Call `forward`.", "`backward`를 부릅니다.", "names"),
        ("- one\n- two", "- 하나", "items"),
        ("<!-- answers the guess -->", "", "answers"),
        (
            "1. No.\n2. **Right.** So.",
            "1. **맞습니다.** 그렇습니다.\n2. 아닙니다.",
            "right answers",
        ),
        (
            "</summary>\n\n**1**, not 10.",
            "</summary>\n\n**10**이지 1이 아닙니다.",
            "answers in numbers",
        ),
        ("- a number from 0 to 100", "- 0부터 10까지의 수", "ranges"),
    ],
)
def test_a_difference_is_noticed(english, korean, what):
    assert {found.split(":")[0] for found in differences(english, korean)} == {what}


def test_what_belongs_to_the_language_is_no_difference():
    english = "So $x$ is 97.2 %, if\n\n$$\nx = 1 \\quad \\text{if } y > 0 .\n$$\n"
    korean = "따라서 $x$는 97.2%입니다.\n\n$$\nx = 1 \\quad y > 0\\text{일 때}\n$$\n"
    assert differences(english, korean) == []
    english = (
        "Four of two hundred thousand, a thirty-fifth, or nothing; 12 of them, and 3 once more."
    )
    korean = "20만 개 가운데 4개, 35분의 1, 아니면 0입니다. 12개이고 세 개를 1번 더합니다."
    assert differences(english, korean) == []


@pytest.mark.parametrize("path", NOTEBOOKS, **by_name)
def test_numbers_in_the_korean_prose_are_shown_by_a_cell(path):
    known = EXCEPTIONS.get(path.stem, {})
    found = unsupported(editions.korean(path))
    assert [f"{s.text}: … {s.context} …" for s in found if s.text not in known] == []


# Links whose words lead to one page here and to another there.
RELATIVE = {"next chapter", "the next chapter", "its chapter", "다음 장", "뒤의 장"}
MOMENTUM = {"momentum", "모멘텀"}  # of an optimizer, and of running statistics
LINK = re.compile(r"\[([^\]]*)\]\(([^)#]+\.(?:ipynb|md))[^)]*\)")


def ambiguous(texts):
    """The words of links that lead to several pages: two links may have been exchanged."""
    leads = {}
    for text in texts:
        for words, page in LINK.findall(text):
            leads.setdefault(words.lower(), set()).add(page)
    return {words for words, pages in leads.items() if len(pages) > 1}


@pytest.mark.parametrize("edition", [lambda path: path, editions.korean], ids=["en", "ko"])
def test_the_same_words_lead_to_the_same_page(edition):
    texts = [text for path in PAGES for text in editions.prose_of(edition(path)).values()]
    assert ambiguous(texts) <= RELATIVE | MOMENTUM
    assert ambiguous([*texts, "[ReLU](affine.ipynb)"]) >= {"relu"}


# --- How Korean is written ------------------------------------------------------------------------

HANGUL = "[가-힣]"
# (what is wrong, its pattern)
SLIPS = [
    ("a bold word that does not end", rf"[)\]”’`$.!?%,:]\*\*(?={HANGUL})"),
    ("a straight quotation mark", rf'"(?={HANGUL})'),
    ("a dash", "[—–]"),
    ("a space before a particle", r"[$`] (?:은|는|이|가|을|를|와|과|의|에|로|으로|도)(?=[ ,.])"),
    ("both forms of a particle", r"을\(를\)|이\(가\)|은\(는\)|\(으\)로|와\(과\)"),
    ("you or we", rf"여러분|당신|(?<!{HANGUL})우리(?:는|가|의|를|도)?(?!{HANGUL})"),
    ("a translated passive", "에 의해|되어지|되어져|로부터"),
    (
        "another word than the guide's",
        "레이어|초기값|최대값|바이어스|변화도|컨볼루션|체중|하십시오",
    ),
]
OPEN_BOLD = re.compile(r"\*\*")


def prose_alone(markdown):
    """Markdown without code, formulas and addresses; what stood there is still seen."""
    text = FENCE.sub(" ", markdown)
    text = re.sub(r"\$\$.*?\$\$", " ", text, flags=re.DOTALL)
    text = re.sub(r"(?<![\\$])\$[^$]+?\$", "$", text)
    text = re.sub(r"`[^`]*`", "`", text)
    return re.sub(r"\]\([^)]*\)|<[^>]+>|^% .*$", "]", text, flags=re.MULTILINE)


def slips(markdown):
    text, found = prose_alone(markdown), []
    for what, pattern in SLIPS:
        for match in re.finditer(pattern, text):
            paragraph = text[text.rfind("\n\n", 0, match.start()) + 1 : match.end()]
            if "bold" in what and len(OPEN_BOLD.findall(paragraph)) % 2:
                continue  # it opens one
            found.append(f"{what}: … {text[max(0, match.start() - 20) : match.end() + 15]!r}")
    return found


@pytest.mark.parametrize("path", PAGES, **by_name)
def test_korean_is_written_as_the_guide_says(path):
    words = editions.prose_of(editions.korean(path))
    if path.stem == "glossary":  # it has the words that others use
        words = {"": re.sub(r"(?m)^\S.*\n(?=\S|  )", "", words[""])}
    assert [f"{name}: {slip}" for name, text in words.items() for slip in slips(text)] == []


@pytest.mark.parametrize(
    "prose",
    [
        "**기울기 소실(vanishing gradient)**은 느립니다.",
        '"기울기는" 배열입니다.',
        "$x$ 를 더합니다.",
        "기울기을(를) 구합니다.",
        "여러분은 압니다.",
        "연쇄법칙에 의해 구합니다.",
        "이 레이어는 빠릅니다.",
        "값 — 그리고",
    ],
)
def test_a_slip_is_noticed(prose):
    assert len(slips(prose)) == 1


def test_what_is_right_is_no_slip():
    assert slips("**기울기 소실**(vanishing gradient)은 $x$를 봅니다. 봉우리가 “높습니다”.") == []

"""Every path that CONTRIBUTING.md and README.md name is there."""

import re

import pytest

from chainrule_dev.repository import ROOT
from set_repository import is_ours

PAGES = ("CONTRIBUTING.md", "README.md")
CODE = re.compile(r"(`+)(.+?)(?<!`)\1(?!`)", re.DOTALL)
# A path has a slash, or ends as the name of a file does. Some are within the package.
PATH = re.compile(r"[\w.-]+/[\w./-]*|[\w.-]+\.(?:py|md|yml|toml|in|txt|ipynb|js|json|bib)")
WITHIN = (ROOT, ROOT / "lib" / "chainrule")


def paths_named(text):
    """The paths in the inline code of some Markdown, what is made or installed excepted."""
    prose = re.sub(r"^ *```.*?^ *```", "", text, flags=re.DOTALL | re.MULTILINE)
    words = " ".join(code for _, code in CODE.findall(prose)).split()
    return [word for word in words if PATH.fullmatch(word) and is_ours(word.split("/")[0])]


def is_there(path):
    """NAME and CHAPTER stand for any name."""
    pattern = re.sub("NAME|CHAPTER", "*", path)
    return any(list(folder.glob(pattern)) for folder in WITHIN)


@pytest.mark.parametrize("page", PAGES)
def test_every_path_named_is_there(page):
    named = paths_named((ROOT / page).read_text(encoding="utf-8"))
    assert named
    missing = [path for path in named if not is_there(path)]
    assert not missing, f"{page} names what is not there: {', '.join(missing)}"


def test_the_korean_readme_has_the_commands_of_the_english_one():
    english, korean = ((ROOT / name).read_text("utf-8") for name in ("README.md", "README.ko.md"))
    blocks = re.findall(r"```\w+\n.*?```", korean, re.DOTALL)
    assert len(blocks) >= 3
    assert [block for block in blocks if block not in english] == []


TEXT = """
`lib/chainrule/layers.py`, `tools/no.py NAME` and `_toc.yml`, in `explore/` and `book/en`;
`` {cite}`book` `` and `.venv/bin/python`, `dW` and `np.float64(...)` are none of ours.

```
tools/elsewhere.py
```

- `lib/chainrule/exercises/CHAPTER.py`, `lib/chainrule/explore/no_NAME.py`
"""


def test_paths_are_found_and_missed():
    named = paths_named(TEXT)
    missing = [path for path in named if not is_there(path)]
    assert missing == ["tools/no.py", "lib/chainrule/explore/no_NAME.py"]
    assert [path for path in named if path not in missing] == [
        "lib/chainrule/layers.py",
        "_toc.yml",
        "explore/",
        "book/en",
        "lib/chainrule/exercises/CHAPTER.py",
    ]

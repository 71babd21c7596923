"""The repository's root and its address, which _config.yml states, with derived addresses."""

from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parents[2]
BUILT = ROOT / "_build" / "html"

# The first code cell of every notebook.
SETUP_CELL = """\
# On Colab this installs the book's library; where it is already installed it does nothing.
import importlib.util

if importlib.util.find_spec("chainrule") is None:
    %pip install --quiet "chainrule[book] @ git+{address}\""""


def repository_address(root=ROOT):
    """The `repository: url:` of _config.yml."""
    config = yaml.safe_load((root / "_config.yml").read_text(encoding="utf-8"))
    return config["repository"]["url"]


def chapter_notebooks(root=ROOT):
    """The notebooks of the English chapters, sorted by name."""
    return sorted((root / "book" / "en").glob("*.ipynb"))


def setup_cell(root=ROOT):
    """The source of the first code cell of every notebook."""
    return SETUP_CELL.format(address=repository_address(root))


def pages_address(address):
    """The address of a repository's site on GitHub Pages: https://OWNER.github.io/NAME."""
    owner, name = address.split("/")[-2:]
    return f"https://{owner.lower()}.github.io/{name}"

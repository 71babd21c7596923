"""Names and roles in the built pages: what `accessible` mends while the site is built."""

import re

from built import text

from chainrule_dev.repository import chapter_notebooks


def test_every_fold_is_named_by_what_it_says():
    for notebook in chapter_notebooks():
        html = text(f"book/en/{notebook.stem}.html")
        folds = re.findall(r"<summary([^>]*)>\s*<p[^>]*>(\w*)", html)
        assert len(folds) >= 3, f"{notebook.name}: a fold for each of three solutions, at least"
        assert set(folds) <= {("", "Show"), ("", "Going")}, notebook.name  # "Going deeper: …"


def test_every_source_is_an_item_of_the_list_of_sources():
    html = text("book/en/references.html")
    entries = re.findall(r'<div class="citation"[^>]* role="([\w-]+)"', html)
    assert len(entries) > 10
    assert set(entries) == {"listitem"}

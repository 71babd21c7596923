"""The record of what was executed when: book/executed.json, on a book of two small notebooks."""

import json
import os
from datetime import UTC, datetime, timedelta, timezone

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook

from chainrule_dev import executed

FAR_EAST = timezone(timedelta(hours=13))


@pytest.fixture
def book(tmp_path, monkeypatch):
    """The paths of two notebooks of a book that has no record yet."""
    monkeypatch.setattr(executed, "ROOT", tmp_path)
    monkeypatch.setattr(executed, "RECORD", tmp_path / "book" / "executed.json")
    paths = [tmp_path / "book" / "en" / name for name in ("second.ipynb", "first.ipynb")]
    paths[0].parent.mkdir(parents=True)
    for path in paths:
        nbformat.write(new_notebook(cells=[new_code_cell(path.stem, id="a")]), path)
    return paths


def test_the_record_has_a_line_for_each_notebook_in_the_order_of_their_names(book):
    for path in book:
        executed.record([path], today="2026-01-01")
    lines = executed.RECORD.read_text(encoding="utf-8").splitlines()
    assert [line.partition(":")[0] for line in lines] == [
        "{", '"book/en/first.ipynb"', '"book/en/second.ipynb"', "}",
    ]  # fmt: skip
    assert json.loads("\n".join(lines)) == executed.read_record()


def test_a_notebook_that_is_gone_is_forgotten(book):
    executed.record(book, today="2026-01-01")
    book[0].unlink()
    executed.record([], today="2026-01-02")
    assert list(executed.read_record()) == ["book/en/first.ipynb"]


def test_a_record_that_stays_the_same_is_not_written(book):
    executed.record(book, today="2026-01-01")
    os.utime(executed.RECORD, (0, 0))
    executed.record(book, today="2026-01-02")
    assert executed.RECORD.stat().st_mtime == 0


def test_the_day_is_that_of_greenwich(book, monkeypatch):
    """Or two people who execute at the same moment would record two days."""

    class Clock:
        @staticmethod
        def now(zone=FAR_EAST):
            return datetime(2026, 1, 1, 12, tzinfo=UTC).astimezone(zone)

    monkeypatch.setattr(executed, "datetime", Clock)
    executed.record(book)
    assert {entry["on"] for entry in executed.read_record().values()} == {"2026-01-01"}

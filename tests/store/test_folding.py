"""The write-ahead log is moved into the file beside those who commit."""

from __future__ import annotations

import logging
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from time import monotonic, sleep

import pytest

from store import folding
from store.folding import Folding

LONG_S = 20.0


@pytest.fixture(autouse=True)
def often(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(folding, "EVERY_S", 0.01)


@pytest.fixture
def file(tmp_path: Path) -> Iterator[Path]:
    """A database that somebody keeps open and that never moves its log by itself."""
    path = tmp_path / "a.sqlite"
    with closing(sqlite3.connect(path, isolation_level=None)) as writer:
        writer.execute("PRAGMA journal_mode = WAL")
        writer.execute("PRAGMA wal_autocheckpoint = 0")
        writer.execute("CREATE TABLE told (answer TEXT)")
        writer.execute("INSERT INTO told VALUES ('the 10th')")
        yield path


def told(path: Path, scratch: Path) -> list[str]:
    """What the file alone, without its log, says."""
    shutil.copy(path, scratch)
    with closing(sqlite3.connect(scratch)) as reader:
        if not reader.execute("SELECT 1 FROM sqlite_master").fetchall():
            return []
        return [row[0] for row in reader.execute("SELECT answer FROM told")]


def test_what_was_committed_comes_into_the_file_while_it_is_open(file: Path, tmp_path: Path) -> None:
    assert told(file, tmp_path / "before") == []
    moving = Folding(file)
    moving.start()
    until = monotonic() + LONG_S
    while told(file, tmp_path / "after") != ["the 10th"] and monotonic() < until:
        sleep(0.01)
    moving.stop()
    assert told(file, tmp_path / "at the end") == ["the 10th"]


def test_a_failure_is_told_and_tried_again(
    file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    fold, failed = Folding._fold, []

    def once(self: Folding) -> None:
        if not failed:
            failed.append(True)
            raise sqlite3.OperationalError("disk I/O error")
        fold(self)

    monkeypatch.setattr(Folding, "_fold", once)
    moving = Folding(file)
    with caplog.at_level(logging.WARNING, "jiaoqi.store"):
        moving.start()
        until = monotonic() + LONG_S
        while told(file, tmp_path / "after") != ["the 10th"] and monotonic() < until:
            sleep(0.01)
        moving.stop()
    assert [record.__dict__["problem"] for record in caplog.records] == ["disk I/O error"]
    assert told(file, tmp_path / "at the end") == ["the 10th"]


def test_other_databases_have_no_log_to_move() -> None:
    for where in ("postgresql://desk@127.0.0.1/plant", ":memory:", "sqlite://"):
        moving = Folding(where)
        moving.start()
        assert not moving._thread.is_alive()
        moving.stop()

"""A file has one server at a time."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from store.holding import Held, StoreInUse


def test_a_file_is_held_once(path: Path) -> None:
    """Who comes second is told by whom; after the release the file is free."""
    held = Held(path)
    with pytest.raises(StoreInUse) as refused:
        Held(path)
    assert (refused.value.place, refused.value.holder) == (path, os.getpid())
    held.release()
    held.release()
    Held(path).release()


def test_the_way_to_a_file_does_not_matter(path: Path) -> None:
    """A link, a URL and the path are the same file."""
    link = path.with_name("link.sqlite")
    link.symlink_to(path)
    held = Held(path)
    for way in (link, f"sqlite:///{path}", path.parent / "." / path.name):
        with pytest.raises(StoreInUse):
            Held(way)
    held.release()


def test_a_killed_process_holds_nothing(path: Path) -> None:
    """The operating system lets go for it."""
    program = "import sys; from store.holding import Held; held = Held(sys.argv[1]); print('held', flush=True); input()"
    with subprocess.Popen(
        [sys.executable, "-c", program, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as holder:
        assert holder.stdout.readline() == b"held\n"
        with pytest.raises(StoreInUse, match=f"process {holder.pid}"):
            Held(path)
        holder.kill()
    Held(path).release()


@pytest.mark.parametrize("where", ["sqlite://", "sqlite:///:memory:", "postgresql://desk@nowhere/plant"])
def test_what_is_no_file_needs_no_hold(where: str) -> None:
    """Nothing is written for it."""
    held = Held(where)
    Held(where).release()
    held.release()

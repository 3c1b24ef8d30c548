"""A real server as a process of its own, with the moulding shop in it."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from client import cli
from client.calls import JiaoqiClient
from client.process import start_server
from promising.plant_files import write_plant
from tests.stores import Places
from tests.wire.conftest import MONDAY, PATIENCE_S, shop


@dataclass
class Told:
    """What a command printed, and its exit status."""

    status: int
    out: str
    err: str


@pytest.fixture(scope="module")
def address(tmp_path_factory, store_kind) -> Iterator[str]:
    """The shop on Monday at 08:00, for the commands of one file: what they leave is in nobody else's way."""
    places = Places(store_kind, tmp_path_factory.mktemp("served"))
    with start_server(places()) as address:
        with JiaoqiClient(address, timeout_s=PATIENCE_S) as client:
            client.import_plant(write_plant(shop()))
            client.set_clock(MONDAY)
        yield address
    places.remove()


@pytest.fixture
def jiaoqi(address, capsys, monkeypatch):
    """Run a command against the served shop as a person would."""
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.setenv("LANG", "en_US.UTF-8")
    monkeypatch.setenv("JIAOQI_SERVER", address)

    def run(*words: str) -> Told:
        try:
            status = cli.main(["--timeout", str(PATIENCE_S), *words])
        except SystemExit as end:
            status = int(end.code or 0)
        out, err = capsys.readouterr()
        return Told(status, out, err)

    return run


@pytest.fixture
def folder(tmp_path) -> Path:
    """The shop's files in a folder."""
    for name, content in write_plant(shop()).items():
        (tmp_path / name).write_bytes(content)
    return tmp_path

"""A desk killed under load, again and again; and a disk that forgets what was never synced."""

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from domain.errors import NotFound
from promising.requests import order_state
from simulators.postgresql import PostgresServer
from store.database import Store
from tests.promising.desks import cancel
from tests.soak.desk_under_load import ask_of, open_desk
from tests.stores import Places

ROOT = Path(__file__).parents[2]
KILLS = 24
DATABASE_KILLS = 8
WARMING_S = 300

Meanwhile = Callable[[subprocess.Popen[bytes]], None]

pytestmark = [pytest.mark.soak, pytest.mark.timeout(3600)]


def load_until_killed(
    path: Path | str,
    answers: Path,
    seed: int,
    seconds: float,
    *mode: str,
    meanwhile: Meanwhile = lambda _: None,
    **environment: str,
) -> None:
    """Run the load in a process of its own, and kill it so long after its first answer."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.soak.desk_under_load", str(path), str(answers), str(seed), *mode],
        cwd=ROOT,
        env={**os.environ, **environment},
    )
    before, began = size(answers), time.monotonic()
    try:
        while size(answers) == before:
            assert process.poll() is None, "the desk ended by itself"
            assert time.monotonic() - began < WARMING_S
            time.sleep(0.01)
        meanwhile(process)
        time.sleep(seconds)
    finally:
        process.send_signal(signal.SIGKILL)
        process.wait()


def size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0


def noted(answers: Path) -> list[list]:
    return [json.loads(line) for line in answers.read_text().splitlines()]


def lost(path: Path | str, answers: list[list]) -> list[str]:
    """Answered requests that the store doesn't hold as they were answered."""
    store = Store(path)
    found = []
    for kind, number, version, told in answers:
        promise = store.promise_at(f"SO-{number}", version)
        if promise is None:
            found.append(f"{kind} {number}")
        elif [line.promised_time and line.promised_time.isoformat() for line in promise.lines] != told:
            found.append(f"{kind} {number} differs")
    store.close()
    return found


def check(path: Path | str, answers: list[list], chance: random.Random) -> None:
    """What holds after any crash."""
    assert lost(path, answers) == []
    desk, store = open_desk(path)
    try:
        assert desk.check() == []
        numbers = [event.sequence for event in store.events(0, 10**9)]
        assert numbers == list(range(1, len(numbers) + 1))
        for kind, number, version, _ in chance.sample(answers, min(50, len(answers))):
            order_id = f"SO-{number}"
            again = (
                desk.promise(ask_of(number))
                if kind == "promise"
                else desk.change(cancel(order_id, f"c-{number}")).promise
            )
            assert again.version == version
        for reservation in desk.schedule():
            standing = desk.get(reservation.order_id)
            # A removal that would delay others leaves the place blocked, under the cancelled order's name.
            assert reservation.fixed or order_state(standing) in ("confirmed", "cancelled")
        for promise in desk.list_orders(1000)[0]:
            for line in desk.get(promise.order.id).lines:
                if line.state == "confirmed":
                    assert line.expected_time <= line.promised_time
        with pytest.raises(NotFound):
            desk.get("SO-unknown")
    finally:
        desk.stop()
        store.close()


def test_a_desk_killed_under_load_has_kept_every_answer(tmp_path: Path, places: Places) -> None:
    """24 kills on one store; after each, every answer is stored, retries get it, and the plan is clean."""
    path, answers = places(), tmp_path / "answers"
    chance = random.Random(1)
    for kill in range(KILLS):
        load_until_killed(path, answers, kill, chance.uniform(0.05, 1.5))
        check(path, noted(answers), chance)
    assert len(noted(answers)) > 5 * KILLS


def test_a_database_killed_under_load_has_kept_every_answer(tmp_path: Path) -> None:
    """PostgreSQL is ended by kill -9 under a desk that goes on by itself; then the desk is killed, too."""
    chance, answers = random.Random(2), tmp_path / "answers"
    with PostgresServer() as postgres:

        def kill_now_and_then(process: subprocess.Popen[bytes]) -> None:
            for _ in range(DATABASE_KILLS):
                time.sleep(chance.uniform(0.2, 1.5))
                postgres.kill()
                time.sleep(chance.uniform(0.0, 1.5))
                before, began = size(answers), time.monotonic()
                postgres.start()
                while size(answers) == before:
                    assert process.poll() is None, "the desk ended by itself"
                    assert time.monotonic() - began < WARMING_S
                    time.sleep(0.05)

        load_until_killed(postgres.url("postgres"), answers, 1, 0.5, meanwhile=kill_now_and_then)
        check(postgres.url("postgres"), noted(answers), chance)
        assert len(noted(answers)) > 5 * DATABASE_KILLS


@pytest.fixture
def shim(tmp_path: Path) -> str:
    """The library that keeps what was synced, compiled for this machine."""
    compiler = shutil.which("cc")
    if compiler is None:
        pytest.skip("no C compiler to build the fsync shim with")
    library = tmp_path / "synced_only.so"
    source = Path(__file__).with_name("synced_only.c")
    subprocess.run([compiler, "-shared", "-fPIC", "-O1", "-o", library, source, "-ldl"], check=True)
    return str(library)


def power_cut(tmp_path: Path, shim: str, round_: int, *mode: str) -> tuple[Path, list[list]]:
    """Load, a kill, and the file as a disk holds it that lost all writes since the last sync."""
    live, synced = tmp_path / f"live{round_}", tmp_path / f"synced{round_}"
    live.mkdir()
    synced.mkdir()
    # Made and closed first, so that every file has been synced once.
    desk, store = open_desk(live / "shop.sqlite")
    desk.stop()
    store.close()
    shutil.copy(live / "shop.sqlite", synced / "shop.sqlite")
    answers = tmp_path / f"answers{round_}"
    load_until_killed(live / "shop.sqlite", answers, round_, 1.0, *mode, LD_PRELOAD=shim, SYNCED_ONLY=str(synced))
    for unfinished in synced.glob("*.new"):
        unfinished.unlink()
    return synced / "shop.sqlite", noted(answers)


def test_no_answer_is_lost_with_the_writes_that_were_not_synced(tmp_path: Path, shim: str) -> None:
    """Six power cuts: what was synced before the answer holds the answer."""
    for round_ in range(6):
        path, answers = power_cut(tmp_path, shim, round_)
        assert len(answers) > 5
        check(path, answers, random.Random(round_))


def test_without_syncing_answers_are_lost(tmp_path: Path, shim: str) -> None:
    """The control: with `synchronous = OFF` the same test finds lost answers."""
    path, answers = power_cut(tmp_path, shim, 0, "unsynced")
    assert len(lost(path, answers)) > 2

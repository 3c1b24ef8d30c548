"""A process that promises and cancels until it is killed, and notes every answer it got.

`python -m tests.soak.desk_under_load STORE ANSWERS SEED [unsynced]`; with `unsynced` SQLite doesn't wait for the
disk, as a control that lost writes are noticed.
"""

import json
import os
import random
import sys
from datetime import timedelta
from itertools import count
from pathlib import Path
from threading import Thread
from time import sleep

from sqlalchemy import event

from domain.errors import DeskStopped, InvalidInput
from promising.desk import Desk, DeskSettings, Redispatch
from promising.plant_files import write_plant
from promising.requests import Accept
from store.clock import SystemClock
from store.database import Store
from tests.promising.desks import MONDAY, ask, cancel, order, shop

CALLERS = 8
ITEMS = ("cap", "cap-white", "lid", "box")


def open_desk(path: Path | str, *, unsynced: bool = False) -> tuple[Desk, Store]:
    """A desk on the store; a new one gets the moulding shop, on Monday at 8:00."""
    store = Store(path)
    if unsynced:
        event.listen(store._writing, "connect", lambda raw, _: raw.execute("PRAGMA synchronous = OFF"))
        store._writing.dispose()
    desk = Desk(store, SystemClock(), DeskSettings(redispatch=Redispatch.IDLE, check_in_background=False))
    desk.start()
    if desk.status().plant_version == 0:
        desk.import_plant(write_plant(shop()))
        desk.set_clock(MONDAY)
    return desk, store


def order_of(number: int) -> tuple[str, int, float]:
    """Item, quantity and days ahead of the order of this number, so that the checker can ask for it again."""
    chance = random.Random(number)
    return chance.choice(ITEMS), chance.randint(1, 60), chance.randint(1, 240) / 8


def ask_of(number: int):
    """The request of this number."""
    item, quantity, days = order_of(number)
    accept = Accept.ON_TIME if number % 7 == 0 else Accept.LATER
    return ask(order(f"SO-{number}", item, quantity, days=days), f"r-{number}", accept)


def note(answers: int, kind: str, number: int, promise) -> None:
    """One line, in one write, so that a kill leaves whole lines."""
    told = [line.promised_time and line.promised_time.isoformat() for line in promise.lines]
    os.write(answers, (json.dumps([kind, number, promise.version, told]) + "\n").encode())


def main(path: str, answers_path: str, seed: str, mode: str = "") -> None:
    """Load from several callers until the process is killed."""
    desk, _ = open_desk(path if "://" in path else Path(path), unsynced=mode == "unsynced")
    answers = os.open(answers_path, os.O_CREAT | os.O_APPEND | os.O_WRONLY)
    numbers = count(int(seed) * 1_000_000)

    def caller() -> None:
        for number in numbers:
            try:
                promise = desk.promise(ask_of(number))
                note(answers, "promise", number, promise)
                if number % 3 == 0 and not promise.refused:
                    note(answers, "cancel", number, desk.change(cancel(f"SO-{number}", f"c-{number}")).promise)
                if number % 50 == 0:
                    desk.set_clock(desk.now() + timedelta(minutes=1))
            except InvalidInput:
                # Only the clock: another caller set it between reading and setting.
                continue
            except DeskStopped:
                # The database is away; who was turned away asks for something else.
                sleep(0.05)

    for _ in range(CALLERS):
        Thread(target=caller).start()


if __name__ == "__main__":
    main(*sys.argv[1:])

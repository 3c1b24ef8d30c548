"""The desk of a world with its store and clocks: opened, left by a kill, taken over; every call may go wrong."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import TypeVar

from domain.errors import DeskStopped, JiaoqiError
from promising.desk import Desk, DeskSettings, Redispatch
from promising.plant_files import write_plant
from promising.rule_requests import PublishRules, PutRules, RuleAsk
from simulators.world.faults import MachineClock, ShakySearch, ShakyStore, SolverFault, WriteFault
from simulators.world.policy import MOST, Policy, files
from simulators.world.shop import MONDAY, shop

_T = TypeVar("_T")
OWNER = "owner"
"""Who answers for the rules."""


class House:
    """One plant's desk, from its first day on; closed by `close`."""

    def __init__(self, path: Path, seed: int, policy: Policy | None = None, *, inventive: bool = False) -> None:
        """With a policy its rules are in force from the beginning; the search may be `inventive`."""
        self._path, self._inventive = path, inventive
        chance = Random(f"{seed}/house")
        redispatch = chance.choice((Redispatch.OFF, Redispatch.AFTER_EACH))
        # Nothing may happen by itself: the same seed must give the same life.
        self._settings = DeskSettings(
            redispatch=redispatch, check_in_background=False, alert_every=timedelta(0), option_search=timedelta(0),
            rescuers=0,
        )  # fmt: skip
        self._chance = chance
        self._left: list[tuple[Desk, ShakyStore]] = []
        self.clock = MachineClock(MONDAY.timestamp())
        self._open()
        self.desk.import_plant(write_plant(shop()), caller="planner")
        self.desk.set_clock(MONDAY, caller="planner")
        if policy is not None:
            drafted = self.desk.rules.change(RuleAsk(PutRules(files(MOST[0])), "first-draft", OWNER)).version.number
            self.desk.rules.change(RuleAsk(PublishRules(drafted), "first", OWNER))
            policy.most[drafted], policy.in_force = MOST[0], drafted

    @property
    def now(self) -> datetime:
        """The plant's time."""
        return self.desk.now()

    def call(self, act: Callable[[], _T], fault: WriteFault = WriteFault.NONE) -> _T | None:
        """The answer, from a retry where a fault kept it back; None where what was asked is refused.

        `act` asks `self.desk`, whichever that is by then, under one request id.
        """
        self.store.fault, self.store.struck = fault, False
        try:
            return act()
        except DeskStopped:
            if not self.store.struck:
                raise
        except JiaoqiError:
            return None
        finally:
            self.store.fault, self.store.full = WriteFault.NONE, 0
        if self.store.dead or self.desk.status().why:
            self.crash()
        try:
            return act()
        except DeskStopped:
            raise
        except JiaoqiError:
            return None

    def search_goes(self, fault: SolverFault) -> None:
        """Have the next search for other plans go this way."""
        self._search.fault = fault

    def crash(self) -> None:
        """Leave the desk without a word, as a killed process does, and open another one on the same store.

        Where the power failed that is what lies on the disk, in another file: the old one has what was never synced.
        """
        self._left.append((self.desk, self.store))
        if self.store.disk is not None:
            file, log = self.store.disk
            self._path = self._path.with_name(f"plant-{len(self._left)}.sqlite")
            self._path.write_bytes(file)
            self._path.with_name(f"{self._path.name}-wal").write_bytes(log)
        self._open()

    def restart(self) -> None:
        """Stop the desk in order, and open another one."""
        self.desk.stop()
        self.store.close()
        self._open()

    def take_over(self) -> Desk:
        """Open another desk while this one still thinks that it has the plant; returns the old one."""
        old = self.desk
        self.crash()
        return old

    def close(self) -> None:
        """End all desks."""
        for desk, store in [*self._left, (self.desk, self.store)]:
            desk.stop(0)
            store.close()

    def _open(self) -> None:
        self.store = ShakyStore(self._path, self.clock)
        self.desk = Desk(self.store, self.clock, self._settings)
        self._search = ShakySearch(self._chance, self.clock.monotonic, inventive=self._inventive)
        self.desk.proposals.replanner = self._search
        self.desk.start()

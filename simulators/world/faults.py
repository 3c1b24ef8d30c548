"""What goes wrong around a desk: its store, its machine's clock, and the search for other plans."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import StrEnum
from pathlib import Path
from random import Random

from domain.checks import from_unix
from domain.errors import ReplanFailed
from domain.proposals import Proposal
from domain.values import replace
from promising.ports import CommitFailed, CommitUnknown, Stored, Writing
from promising.proposal_requests import Draft, Progress, ReplanAsk
from promising.replanner import Replanner, Task
from promising.replanning import Search
from promising.scratch import Scratch
from scheduler.processes import Stop
from store.database import Store


class WriteFault(StrEnum):
    """What becomes of a commit."""

    NONE = ""
    FULL = "full"
    """The disk is full: nothing is written, and some of the next ones fail, too."""
    LOST = "lost"
    """The answer is lost, and nothing was written."""
    UNANSWERED = "unanswered"
    """It is written, and its answer is lost."""
    SLOW = "slow"
    """It takes half a minute."""
    KILLED_BEFORE = "killed_before"
    """The process is killed before the write."""
    KILLED_AFTER = "killed_after"
    """The process is killed after the write, before anybody was answered."""
    POWER_EARLY = "power_early"
    """The machine loses its power while it writes: a third of what was in flight is on the disk."""
    POWER_LATE = "power_late"
    """The same, and nine tenths of it are."""


POWER: Mapping[WriteFault, float] = {WriteFault.POWER_EARLY: 1 / 3, WriteFault.POWER_LATE: 0.9}
"""Which share of the bytes of a commit is on the disk."""
FAULTS = tuple(fault for fault in WriteFault if fault and fault not in POWER)
"""What goes wrong in every life."""


class SolverFault(StrEnum):
    """What becomes of a search for other plans."""

    NONE = ""
    DIES = "dies"
    HANGS = "hangs"
    LIES = "lies"
    """It brings work in an order that it did not try, as a plan that is better than all others."""


class MachineClock:
    """The clocks of the machine that the desk runs on; `time` jumps, `ticks` never go back."""

    def __init__(self, unix: float) -> None:
        self.time, self.ticks = unix, 1000.0

    def unix(self) -> float:
        return self.time

    def monotonic(self) -> float:
        return self.ticks


class ShakyStore(Store):
    """The real store, with faults that are ordered one by one."""

    def __init__(self, path: Path, clock: MachineClock) -> None:
        super().__init__(path)
        self._clock = clock
        self.fault = WriteFault.NONE
        self.full = 0
        """How many of the next commits find the disk full."""
        self.dead = False
        """Its process was killed: nothing comes through any more."""
        self.struck = False
        """The ordered fault has come."""
        self.disk: tuple[bytes, bytes] | None = None
        """File and log as they lie on the disk since the power failed; None: it did not."""
        self._files = path, path.with_name(f"{path.name}-wal")

    def commit(self, writing: Writing) -> None:
        """Write, or fail as ordered."""
        self._live()
        fault, self.fault = self.fault, WriteFault.NONE
        self.struck |= fault is not WriteFault.NONE
        if fault is WriteFault.FULL:
            self.full = 2
        if self.full:
            self.full -= 1
            raise CommitFailed("the disk is full")
        if fault is WriteFault.SLOW:
            self._clock.ticks += 30
        if fault is WriteFault.LOST:
            raise CommitUnknown("the connection broke")
        if fault is WriteFault.KILLED_BEFORE:
            self.dead = True
            raise CommitUnknown("killed")
        before = self._on_disk() if fault in POWER else (b"", b"")
        super().commit(writing)
        if fault in POWER:
            self.disk, self.dead = torn(before, self._on_disk(), POWER[fault]), True
            raise CommitUnknown("the power failed")
        self.dead = fault is WriteFault.KILLED_AFTER
        if fault in (WriteFault.UNANSWERED, WriteFault.KILLED_AFTER):
            raise CommitUnknown("killed" if self.dead else "the connection broke")

    def load(self) -> Stored:
        """Read, unless killed."""
        self._live()
        return super().load()

    def claim(self) -> None:
        """Take the plant, unless killed."""
        self._live()
        super().claim()

    def _live(self) -> None:
        if self.dead:
            raise OSError("the process is gone")

    def _on_disk(self) -> tuple[bytes, bytes]:
        file, log = (path.read_bytes() if path.exists() else b"" for path in self._files)
        return file, log


def torn(before: tuple[bytes, bytes], after: tuple[bytes, bytes], share: float) -> tuple[bytes, bytes]:
    """File and log of a database with this share of the bytes that a commit wrote into the log.

    SQLite writes the log from front to back and has it synced before anything goes into the file: where the commit went
    on to that, all of the log was on the disk.
    """
    if before[0] != after[0]:
        return after
    first, beyond = 0, min(len(before[1]), len(after[1]))
    while first < beyond:
        middle = (first + beyond + 1) // 2
        if before[1][first:middle] == after[1][first:middle]:
            first = middle
        else:
            beyond = middle - 1
    cut = first + int(share * (len(after[1]) - first))
    return after[0], after[1][:cut] + before[1][cut:]


class ShakySearch(Replanner):
    """The real search in this process by a few steps, which dies, hangs or lies as ordered.

    A plan of so small a shop is seldom far from the best: an `inventive` one lies, too, where it found nothing.
    """

    def __init__(self, chance: Random, ticks: Callable[[], float], *, inventive: bool = False) -> None:
        super().__init__(ticks)
        self._inventive = inventive
        self._ticks = ticks
        self.fault = SolverFault.NONE
        self._chance = chance

    def run(
        self, task: Callable[[], Task], tell: Callable[[Progress], None], still: Callable[[], bool]
    ) -> tuple[list[Draft], bool]:
        """What is found, and whether it was let go on to its end. Raises ReplanFailed."""
        fault, self.fault = self.fault, SolverFault.NONE
        asked = task()
        if fault is SolverFault.DIES:
            raise ReplanFailed("its process died")
        if fault is SolverFault.HANGS:
            return [], False
        scratch = Scratch(asked.snapshot, asked.now_s)
        told = Search(scratch, asked.ask, self._ticks, Stop()).run()
        drafts = [each for each in told if isinstance(each, Draft)]
        if fault is SolverFault.LIES and self._inventive:
            drafts = drafts or [invented(scratch, asked.ask)]
        return ([self._lie(draft) for draft in drafts] if fault is SolverFault.LIES else drafts), True

    def _lie(self, draft: Draft) -> Draft:
        steps = list(draft.sequences.steps)
        self._chance.shuffle(steps)
        if self._chance.random() < 0.3:
            del steps[: len(steps) // 3]
        return replace(draft, sequences=draft.sequences._replace(steps=tuple(steps)))


def invented(scratch: Scratch, ask: ReplanAsk) -> Draft:
    """The plan as it stands, told as one that was found and in which nothing is late."""
    trial = scratch.trial()
    found = Proposal(
        id="~", kind=ask.kinds[0], plan_version=scratch.version, made_at=from_unix(scratch.now_s), made_by=ask.caller,
        before=trial.figures, after=replace(trial.figures, late=0), saved=0, promises_moved=0, moved_in_time=0, moved=1,
        shifted=1, distance_s=60, objective=0, bound=None, seconds=0.0,
    )  # fmt: skip
    return Draft(found, trial.plan.sequences())

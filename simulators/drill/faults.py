"""What goes wrong and goes on during a drill: machines that break, a search for better plans, kill -9 and a restart."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from threading import Event, Thread

from client.calls import CallError, JiaoqiClient
from client.process import Running, launch
from domain.plant import Plant
from domain.resources import ResourceKind
from jiaoqi.v1 import plan_service_pb2 as plan_pb
from simulators.drill.days import Sent, due_at

TIMEOUT_S = 600.0
"""Long enough to outlast a restart: these calls are made again until they are answered, under one request id."""
LASTS_MINUTES = (20, 120)
SAMPLE_S = 0.25
PAUSE_S = 0.5
MIB = 1 << 20
SEARCHED = (plan_pb.PROPOSAL_KIND_RESEQUENCE, plan_pb.PROPOSAL_KIND_ALTERNATIVES)
"""Kinds of proposals that move no promise."""
SEARCH_S = 5.0


@dataclass(slots=True)
class Breakdown:
    """A machine or mould that was down: when in plant time and seconds of the drill, and what it put at risk."""

    subject: str
    start: datetime
    end: datetime
    due_s: float
    closed_s: float
    at_risk: int = 0
    problem: str = ""


@dataclass(slots=True)
class Searches:
    """What came of the search for better plans that ran all the while."""

    begun: int = 0
    proposed: int = 0
    applied: int = 0
    outdated: int = 0
    stopped: int = 0
    """Ended by a server that went away."""


@dataclass(slots=True)
class Outage:
    """When the server was killed, in seconds of the drill, and how long until it served again."""

    at_s: float
    seconds: float


@dataclass(slots=True)
class Server:
    """The server of a drill: killed, started again on the same port over the same file, and looked at meanwhile."""

    store: Path
    flags: Sequence[str]
    running: Running
    memory: list[tuple[float, float]] = field(default_factory=list)
    """Seconds of the drill, and MiB of resident memory then."""

    @property
    def address(self) -> str:
        """Host and port, the same after a restart."""
        return self.running.address

    @property
    def peak_mb(self) -> float:
        """The most resident memory that was seen, in MiB."""
        return max((mb for _, mb in self.memory), default=0.0)

    def kill_and_restart(self) -> float:
        """Kill -9 the process and start another one; returns the seconds until it serves."""
        began, port = time.perf_counter(), self.running.port
        self.running.kill()
        self.running = launch(self.store, self.flags, port=port)
        return time.perf_counter() - began

    def restart(self) -> None:
        """Stop it in good order and start another one."""
        port = self.running.port
        self.running.stop()
        self.running = launch(self.store, self.flags, port=port)

    def look(self, at_s: float) -> None:
        """Note its resident memory, where the system tells it."""
        with suppress(OSError, ValueError):
            self.memory.append((at_s, resident_bytes(self.running.pid) / MIB))


def resident_bytes(pid: int) -> int:
    """Resident memory of a process. Raises OSError where the system doesn't tell, or the process is gone."""
    for row in Path(f"/proc/{pid}/status").read_text().splitlines():
        if row.startswith("VmRSS:"):
            return int(row.split()[1]) * 1024
    raise OSError(f"no resident memory of {pid}")


class Meanwhile:
    """What goes on in threads of its own while orders come; a failure in one is raised when all are over."""

    def __init__(self, server: Server, sent: Sequence[Sent]) -> None:
        self.server, self.sent = server, sent
        self.searches = Searches()
        self.outages: list[Outage] = []
        self.breakdowns: list[Breakdown] = []
        self._over = Event()
        self._failed: list[Exception] = []
        self._threads: list[Thread] = []
        self._began = 0.0
        self._searcher = self._client()

    def start(self, breakdowns: Sequence[Breakdown], *, replan: bool, kill_at_s: float | None) -> None:
        """Begin, now being second nought."""
        self._began = time.perf_counter()
        self.breakdowns = list(breakdowns)
        works: list[Callable[[], None]] = [self._clock, self._memory, self._break]
        if replan:
            works.append(self._search)
        if kill_at_s is not None:
            works.append(lambda: self._kill(kill_at_s))
        self._threads = [Thread(target=self._guarded, args=(work,), daemon=True) for work in works]
        for thread in self._threads:
            thread.start()

    def finish(self) -> None:
        """Wait until clock and breakdowns are through, then end the rest. Raises what failed."""
        self._over.set()
        # A search may be silent for long, such as while its process is being compiled.
        self._searcher.close()
        for thread in self._threads:
            thread.join()
        # A server that didn't come back is why the others failed.
        for error in sorted(self._failed, key=lambda error: not isinstance(error, ChildProcessError)):
            raise error

    def _guarded(self, work: Callable[[], None]) -> None:
        try:
            work()
        except Exception as error:
            self._failed.append(error)

    def _until(self, due_s: float) -> bool:
        """Wait for a second of the drill; False when all is over before."""
        return not self._over.wait(max(0.0, self._began + due_s - time.perf_counter()))

    def _client(self) -> JiaoqiClient:
        return JiaoqiClient(self.server.address, caller="drill", timeout_s=TIMEOUT_S)

    def _clock(self) -> None:
        """Set the plant's clock to each minute in which orders come, as it comes."""
        minutes: dict[datetime, float] = {}
        for one in self.sent:
            minutes.setdefault(one.time.replace(second=0, microsecond=0), one.due_s)
        with self._client() as client:
            for minute, due_s in minutes.items():
                if not self._until(due_s):
                    return
                client.set_clock(minute)

    def _memory(self) -> None:
        at_s = 0.0
        while self._until(at_s):
            self.server.look(at_s)
            at_s = time.perf_counter() - self._began + SAMPLE_S

    def _break(self) -> None:
        """Report breakdowns, and that they are over, each when its time comes."""
        steps = [(each.due_s, 0, each) for each in self.breakdowns]
        # One that outlasts the day stays open: its end is what the plan counts with.
        steps += [(each.closed_s, 1, each) for each in self.breakdowns if each.end <= self.sent[-1].time]
        with self._client() as client:
            for due_s, over, each in sorted(steps, key=lambda step: (step[0], step[1])):
                self._until(due_s)
                if over:
                    close(client, each)
                else:
                    report(client, each)

    def _search(self) -> None:
        """Search for better plans without a pause, and apply those that move no promise."""
        found, client = self.searches, self._searcher
        while not self._over.is_set():
            found.begun += 1
            try:
                for step in client.replan(kinds=SEARCHED, seconds=SEARCH_S, reason="drill"):
                    for proposal in step.proposals if step.done else ():
                        found.proposed += 1
                        self._apply(client, proposal)
            except CallError as error:
                if error.code.name not in ("UNAVAILABLE", "RESOURCE_EXHAUSTED", "CANCELLED", "ABORTED"):
                    raise
                found.stopped += 1
                self._over.wait(PAUSE_S)
            except ValueError:
                # The connection was closed between two calls.
                if not self._over.is_set():
                    raise

    def _apply(self, client: JiaoqiClient, proposal: plan_pb.Proposal) -> None:
        if proposal.promises_moved_count:
            return
        try:
            client.apply_proposal(proposal.proposal_id, etag=proposal.etag, reason="drill")
            self.searches.applied += 1
        except CallError as error:
            # What was promised since doesn't fit any more, or another proposal was applied before.
            if error.code.name not in ("FAILED_PRECONDITION", "ABORTED"):
                raise
            self.searches.outdated += 1

    def _kill(self, at_s: float) -> None:
        if self._until(at_s):
            began = time.perf_counter() - self._began
            self.outages.append(Outage(began, self.server.kill_and_restart()))


def report(client: JiaoqiClient, each: Breakdown) -> None:
    """Report a breakdown; what the desk refuses (an order would be left without any place) is noted."""
    try:
        answer = client.report_disruption(
            each.subject, expected_end=each.end, disruption_id=_name(each), reason="drill",
            request_id=f"report:{_name(each)}",
        )  # fmt: skip
        each.at_risk = len(answer.receipt.at_risk)
    except CallError as error:
        if error.code.name not in ("FAILED_PRECONDITION", "INVALID_ARGUMENT"):
            raise
        each.problem = error.message


def close(client: JiaoqiClient, each: Breakdown) -> None:
    """Report that a breakdown is over."""
    if not each.problem:
        client.close_disruption(_name(each), request_id=f"close:{_name(each)}")


def _name(each: Breakdown) -> str:
    return f"drill-{each.subject}-{each.start:%H%M}"


def draw_breakdowns(plant: Plant, sent: Sequence[Sent], count: int, seed: int) -> list[Breakdown]:
    """Breakdowns of machines, lines and moulds during a day, each subject at most once."""
    chance = Random(seed)
    subjects = [each.id for each in plant.resources if each.kind in (ResourceKind.MACHINE, ResourceKind.LINE)]
    subjects += [mould.id for mould in plant.moulds]
    found = []
    for subject in chance.sample(sorted(subjects), min(count, len(subjects))):
        start = sent[chance.randrange(len(sent))].time.astimezone(UTC)
        end = start + timedelta(minutes=chance.randint(*LASTS_MINUTES))
        found.append(Breakdown(subject, start, end, due_at(sent, start), due_at(sent, end)))
    return sorted(found, key=lambda each: each.due_s)

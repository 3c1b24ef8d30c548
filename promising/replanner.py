"""The search for other plans in a process of its own, spawned and kept warm: what goes wrong there costs one run."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
import threading
from collections.abc import Callable
from datetime import timedelta
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from typing import Any

from msgspec import Struct

from domain.errors import DeskStopped, Overloaded, ReplanFailed
from domain.values import replace
from promising.ports import Snapshot
from promising.proposal_requests import SECONDS_MOST, Draft, Progress, ReplanAsk

NICE = 10
"""How far the process stands back behind everything else on the machine."""
START_S = 1800.0
"""How long a process may take to start: minutes where the search isn't compiled yet, many on a busy machine."""
GRACE_S = 600.0
"""How long after its time, or after it was cancelled, a run may take to end before it is given up.

What is found is laid, compared and checked in full then: seconds at 15,000 operations, minutes on a busy machine.
"""
POLL_S = 0.1
BEAT_S = 1.0
"""How long after it was told last the same is told again, with the time that has passed."""
RETRY_AFTER = timedelta(seconds=1)
READY, CANCEL, DONE = "ready", "cancel", "done"


class Task(Struct, frozen=True):
    """What is to be looked for, in which plan, at what time of the plant (Unix seconds)."""

    snapshot: Snapshot
    ask: ReplanAsk
    now_s: int


class Failed(Struct, frozen=True):
    """Why a run came to nothing."""

    why: str


class Replanner:
    """One process, started when it is first needed; a run at a time, from any thread."""

    def __init__(self, clock: Callable[[], float], *, grace_s: float = GRACE_S) -> None:
        """`clock` tells seconds here and in the process, and never goes back; it is sent there."""
        self._clock = clock
        self._grace_s = grace_s
        self._busy = threading.Lock()
        self._process: BaseProcess | None = None
        self._pipe: Connection | None = None
        self._closed = False

    @property
    def pid(self) -> int:
        """The process; 0 while there is none."""
        process = self._process
        return 0 if process is None else process.pid or 0

    def run(
        self, task: Callable[[], Task], tell: Callable[[Progress], None], still: Callable[[], bool]
    ) -> tuple[list[Draft], bool]:
        """What the search comes to, and whether it was let go on to its end.

        `tell` hears of its steps; when `still` is False it is cancelled, and what was found by then is returned.

        Raises
        ------
        Overloaded
            Another run is going on.
        ReplanFailed, DeskStopped
        """
        if not self._busy.acquire(blocking=False):
            raise Overloaded("the search for other plans", RETRY_AFTER)
        try:
            return self._run(task(), tell, still)
        except (EOFError, OSError) as error:
            self._end()
            raise ReplanFailed("its process died") from error
        except BaseException:
            # Whatever it is at: the next run has a new process.
            self._end()
            raise
        finally:
            if self._process is not None and not self._process.is_alive():
                self._end()
            self._busy.release()

    def close(self) -> None:
        """End the process; a run that goes on fails."""
        self._closed = True
        process = self._process
        if process is not None:
            process.kill()
        with self._busy:
            self._end()

    def _run(self, task: Task, tell: Callable[[Progress], None], still: Callable[[], bool]) -> tuple[list[Draft], bool]:
        pipe, process = self._ready()
        pipe.send(task)
        found: list[Draft] = []
        limit_s = SECONDS_MOST if task.ask.effort else task.ask.seconds
        until = self._clock() + limit_s + self._grace_s
        wanted = True
        last: tuple[Progress, float, float] | None = None
        while self._clock() < until:
            if wanted and not still():
                wanted = False
                pipe.send(CANCEL)
                until = self._clock() + self._grace_s
            if not wait([pipe, process.sentinel], POLL_S):
                last = told_again(last, self._clock(), tell)
                continue
            told = pipe.recv()
            if isinstance(told, Progress):
                tell(told)
                last = told, self._clock(), self._clock()
            elif isinstance(told, Draft):
                found.append(told)
            elif isinstance(told, Failed):
                raise ReplanFailed(told.why)
            else:
                return found, wanted
        self._end()
        raise ReplanFailed("its process did not answer in time")

    def _ready(self) -> tuple[Connection, BaseProcess]:
        if self._closed:
            raise DeskStopped("it is stopping")
        if self._process is None or self._pipe is None:
            # Never forked: a copy of a process with threads may hold locks that nobody will ever release.
            context = multiprocessing.get_context("spawn")
            mine, theirs = context.Pipe()
            process = context.Process(target=_serve, args=(theirs, self._clock), name="replan", daemon=True)
            process.start()
            theirs.close()
            self._process, self._pipe = process, mine
            if not mine.poll(START_S) or mine.recv() != READY:
                self._end()
                raise ReplanFailed("its process did not start")
        return self._pipe, self._process

    def _end(self) -> None:
        process, pipe, self._process, self._pipe = self._process, self._pipe, None, None
        if process is not None:
            process.kill()
            process.join()
        if pipe is not None:
            pipe.close()


def told_again(
    last: tuple[Progress, float, float] | None, now: float, tell: Callable[[Progress], None]
) -> tuple[Progress, float, float] | None:
    """Let whoever waits see that the search goes on: the last step, when it came, and when it was told last."""
    if last is None or now - last[2] < BEAT_S:
        return last
    step, came, _ = last
    tell(replace(step, seconds=step.seconds + now - came))
    return step, came, now


def _serve(pipe: Connection, clock: Callable[[], float]) -> None:
    """Search for what comes through the pipe, one after the other, until it closes."""
    # Ctrl-C is for the server, which ends this process with itself.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if hasattr(os, "nice"):
        os.nice(NICE)
    # Only here: the server loads no solver.
    from scheduler.warm import warm, warm_searches

    warm()
    warm_searches()
    with contextlib.suppress(EOFError, OSError):
        pipe.send(READY)
        while True:
            task = pipe.recv()
            if isinstance(task, Task):
                pipe.send(_searched(pipe, task, clock))


def _searched(pipe: Connection, task: Task, clock: Callable[[], float]) -> Any:
    """Search, sending on what is found; what ends the run."""
    from promising.replanning import Search
    from promising.scratch import Scratch
    from scheduler.processes import Stop, listen

    stop, done = Stop(), threading.Event()
    listener = threading.Thread(target=listen, args=(pipe, stop, done), daemon=True)
    listener.start()
    try:
        for told in Search(Scratch(task.snapshot, task.now_s), task.ask, clock, stop).run():
            pipe.send(told)
        return DONE
    except (EOFError, OSError):
        raise
    except Exception as error:
        return Failed(f"{type(error).__name__}: {error}"[:500])
    finally:
        done.set()
        listener.join()

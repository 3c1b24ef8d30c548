"""Solving in processes of their own, spawned and kept warm: what goes wrong there costs one solve and nothing else."""

from __future__ import annotations

import contextlib
import multiprocessing
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from typing import Any

from scheduler.cpsat.door import Limits, Stop, solve
from scheduler.cpsat.problem import Level, Problem
from scheduler.cpsat.solution import Solution

GRACE_S = 5.0
"""How long after its limit, or after a cancellation, a worker may take to answer before it is given up."""
START_S = 60.0
"""How long a process may take to start and import the solver."""
CANCELLED = "cancel"
READY = "ready"


class SolveFailed(Exception):
    """The process of a solve died, hung, or raised: that solve is lost, and a new process takes the place."""


@dataclass(frozen=True, slots=True)
class _Task:
    problem: Problem
    levels: tuple[Level, ...]
    limits: Limits


def _serve(pipe: Connection) -> None:
    """Solve what comes through the pipe, one after the other, until it closes."""
    pipe.send(READY)
    with contextlib.suppress(EOFError, OSError):
        while True:
            task = pipe.recv()
            if task == CANCELLED:
                # It came after the answer to the solve that it was for.
                continue
            pipe.send(_answer(pipe, task))


def _answer(pipe: Connection, task: _Task) -> Solution | Exception:
    stop = Stop()
    done = threading.Event()
    listener = threading.Thread(target=_listen, args=(pipe, stop, done), daemon=True)
    listener.start()
    try:
        return solve(task.problem, task.levels, task.limits, stop=stop)
    except Exception as error:
        return error
    finally:
        done.set()
        listener.join()


def _listen(pipe: Connection, stop: Stop, done: threading.Event) -> None:
    """Cancel when told to, or when the desk is gone."""
    while not done.is_set():
        if pipe.poll(0.05):
            with contextlib.suppress(EOFError, OSError):
                pipe.recv()
            stop.set()
            return


class _Worker:
    """One process and the pipe to it."""

    def __init__(self) -> None:
        # Never forked: a copy of a process with threads may hold locks that nobody will ever release.
        context = multiprocessing.get_context("spawn")
        self.pipe, theirs = context.Pipe()
        self.process: BaseProcess = context.Process(target=_serve, args=(theirs,), daemon=True)
        self.process.start()
        theirs.close()
        self.warm = False

    def await_ready(self) -> None:
        """Wait until the process has imported the solver."""
        if not self.warm:
            if self.receive(START_S) != READY:
                raise SolveFailed("the process did not start")
            self.warm = True

    def receive(self, seconds: float) -> Any:
        """What the process answers. Raises SolveFailed when it died or took longer."""
        ready = wait([self.pipe, self.process.sentinel], seconds)
        if self.pipe in ready:
            try:
                return self.pipe.recv()
            except (EOFError, OSError) as error:
                raise SolveFailed("the process of the solve died") from error
        raise SolveFailed("the process of the solve died" if ready else "the solve did not answer in time")

    def end(self) -> None:
        """End the process, whatever it does."""
        self.process.kill()
        self.process.join()
        self.pipe.close()


class Ticket:
    """A solve that may be cancelled from another thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._cancelled = False
        self._pipe: Connection | None = None

    def cancel(self) -> None:
        """Give up, whether the solve has begun or not."""
        with self._lock:
            self._cancelled = True
            if self._pipe is not None:
                with contextlib.suppress(OSError):
                    self._pipe.send(CANCELLED)

    def begin(self, pipe: Connection, task: _Task) -> None:
        """Send the task; a cancellation from before goes along with it."""
        with self._lock:
            pipe.send(task)
            self._pipe = pipe
            if self._cancelled:
                pipe.send(CANCELLED)

    def end(self) -> None:
        """Nothing is sent any more."""
        with self._lock:
            self._pipe = None

    @property
    def begun(self) -> bool:
        """The solve has been handed to a process, which is at it."""
        return self._pipe is not None


class Workers:
    """Processes that solve, each one problem at a time; a caller waits for a free one.

    Safe to use from several threads. `close` ends all processes.
    """

    def __init__(self, count: int = 1, *, grace_s: float = GRACE_S) -> None:
        if not 1 <= count <= 64:
            raise ValueError(f"{count} workers: 1 to 64")
        self._grace_s = grace_s
        self._free = [_Worker() for _ in range(count)]
        self._all = list(self._free)
        self._there = threading.Condition()
        self._closed = False

    def solve(
        self, problem: Problem, levels: Sequence[Level], limits: Limits, ticket: Ticket | None = None
    ) -> Solution:
        """Solve in a process of its own.

        Limits need `seconds`, which bound the wait for the answer, too. Raises SolveFailed when the process died,
        hung or raised, ValueError for limits without seconds or when closed.
        """
        if limits.seconds is None:
            raise ValueError("limits of a solve in another process need seconds")
        ticket = ticket or Ticket()
        worker = self._take()
        answer: object = None
        try:
            worker.await_ready()
            ticket.begin(worker.pipe, _Task(problem, tuple(levels), limits))
            answer = worker.receive(limits.seconds + self._grace_s)
        except OSError as error:
            raise SolveFailed("the process of the solve died") from error
        finally:
            ticket.end()
            self._give(worker, whole=answer is not None)
        if isinstance(answer, Solution):
            return answer
        raise SolveFailed(f"the solve raised {answer!r}")

    @property
    def pids(self) -> tuple[int, ...]:
        """The processes."""
        return tuple(worker.process.pid or 0 for worker in self._all)

    def close(self) -> None:
        """End all processes; solves that go on fail."""
        with self._there:
            self._closed = True
            everyone, self._all, self._free = self._all, [], []
            self._there.notify_all()
        for worker in everyone:
            worker.end()

    def __enter__(self) -> Workers:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _take(self) -> _Worker:
        with self._there:
            self._there.wait_for(lambda: self._free or self._closed)
            if self._closed:
                raise ValueError("the workers are closed")
            return self._free.pop()

    def _give(self, worker: _Worker, *, whole: bool) -> None:
        """Put a worker back, or a new one in its place."""
        with self._there:
            if self._closed:
                return
            if not whole:
                worker.end()
                self._all.remove(worker)
                worker = _Worker()
                self._all.append(worker)
            self._free.append(worker)
            self._there.notify()

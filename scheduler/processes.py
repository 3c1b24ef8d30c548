"""Work in processes of their own, spawned and kept warm: what goes wrong there costs that piece of work and no more.

Nothing here loads the solver: what work needs is loaded where it is done.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import threading
from collections.abc import Callable
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from typing import Any, Protocol, Self

GRACE_S = 5.0
"""How long after its limit, or after a cancellation, a worker may take to answer before it is given up."""
START_S = 60.0
"""How long a process may take to start and load what it needs."""
CANCELLED = "cancel"
READY = "ready"


class SolveFailed(Exception):
    """The process of a solve died, hung, or raised: that solve is lost, and a new process takes the place."""


class SolveLate(SolveFailed):
    """Nobody could wait for the answer any longer; the process may be well."""


class Stop:
    """Cancels work, before it, while it runs, or after it."""

    def __init__(self) -> None:
        self._set = threading.Event()

    def set(self) -> None:
        """Stop as soon as can be."""
        self._set.set()

    @property
    def is_set(self) -> bool:
        """Somebody has cancelled."""
        return self._set.is_set()


class Work(Protocol):
    """What a process is asked: plain data that can be sent, and how it is worked out there."""

    def run(self, stop: Stop) -> Any:
        """The answer."""


def _serve(pipe: Connection, first: Work | None) -> None:
    """Do what comes through the pipe, one after the other, until it closes; `first` before it says that it is ready."""
    if first is not None:
        first.run(Stop())
    pipe.send(READY)
    with contextlib.suppress(EOFError, OSError):
        while True:
            task = pipe.recv()
            if task == CANCELLED:
                # It came after the answer to the solve that it was for.
                continue
            pipe.send(_answer(pipe, task))


def _answer(pipe: Connection, task: Work) -> Any:
    stop = Stop()
    done = threading.Event()
    listener = threading.Thread(target=listen, args=(pipe, stop, done), daemon=True)
    listener.start()
    try:
        return task.run(stop)
    except Exception as error:
        return error
    finally:
        done.set()
        listener.join()


def listen(pipe: Connection, stop: Stop, done: threading.Event) -> None:
    """Cancel when told to, or when the desk is gone; until `done`."""
    while not done.is_set():
        if pipe.poll(0.05):
            with contextlib.suppress(EOFError, OSError):
                pipe.recv()
            stop.set()
            return


def _told(answer: object) -> Any:
    if isinstance(answer, Exception):
        raise SolveFailed(f"the solve raised {answer!r}")
    return answer


class _Worker:
    """One process and the pipe to it."""

    def __init__(self, first: Work | None) -> None:
        # Never forked: a copy of a process with threads may hold locks that nobody will ever release.
        context = multiprocessing.get_context("spawn")
        self.pipe, theirs = context.Pipe()
        self.process: BaseProcess = context.Process(target=_serve, args=(theirs, first), daemon=True)
        self.process.start()
        theirs.close()
        self.warm = False

    def await_ready(self, seconds: float) -> bool:
        """Wait until the process has loaded what it needs; False when that takes longer."""
        if not self.warm and not wait([self.pipe, self.process.sentinel], seconds):
            return False
        if not self.warm and self.receive(0.0) != READY:
            raise SolveFailed("the process did not start")
        self.warm = True
        return True

    def answers_in(self, seconds: float) -> bool:
        """Wait until the process answers or has died; False when that takes longer."""
        return bool(wait([self.pipe, self.process.sentinel], seconds))

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

    def begin(self, pipe: Connection, task: Work) -> None:
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
    def cancelled(self) -> bool:
        """It was given up."""
        return self._cancelled

    @property
    def begun(self) -> bool:
        """The solve has been handed to a process, which is at it."""
        return self._pipe is not None


class Processes:
    """Processes that work, each on one thing at a time; a caller waits for a free one.

    Safe to use from several threads. `first` is done by each as it starts. `close` ends all processes.
    """

    def __init__(self, count: int = 1, *, grace_s: float = GRACE_S, first: Work | None = None) -> None:
        if not 1 <= count <= 64:
            raise ValueError(f"{count} workers: 1 to 64")
        self._grace_s, self._first = grace_s, first
        self._free = [_Worker(first) for _ in range(count)]
        self._all = list(self._free)
        self._there = threading.Condition()
        self._closed = False

    def do(self, work: Work, seconds: float, ticket: Ticket | None = None) -> Any:
        """What a process of its own works out, `seconds` being how long that may take there.

        Raises SolveFailed when the process died, hung or raised, ValueError when closed.
        """
        ticket = ticket or Ticket()
        worker = self._take(None)
        answer: object = None
        try:
            if not worker.await_ready(START_S):
                raise SolveFailed("the process has not started yet")
            ticket.begin(worker.pipe, work)
            answer = worker.receive(seconds + self._grace_s)
        except OSError as error:
            raise SolveFailed("the process of the solve died") from error
        finally:
            ticket.end()
            self._give(worker, whole=answer is not None)
        return _told(answer)

    def do_in_time(
        self, make: Callable[[float], Work], left_s: Callable[[], float], ticket: Ticket | None = None, *,
        patience_s: float,
    ) -> Any:  # fmt: skip
        """The same for a caller who has only so many seconds left for all of it: a free process, its start, the answer.

        `make` gives the work for the seconds that are left then. Raises as `do`, and SolveLate where no time was left
        or the answer has not come `patience_s` after it: then a thread waits for it, until the process is given up.
        """
        ticket = ticket or Ticket()
        worker = self._take(max(0.0, left_s()))
        whole = late = False
        try:
            ready = worker.await_ready(max(0.0, left_s()))
            # One that is hurried on would never be warm.
            whole = True
            seconds = left_s()
            if not ready:
                raise SolveFailed("the process has not started yet")
            if seconds <= 0:
                raise SolveLate("no time was left for the solve")
            whole = False
            ticket.begin(worker.pipe, make(seconds))
            late = not worker.answers_in(seconds + patience_s)
            if late:
                ticket.cancel()
                raise SolveLate("the solve did not answer in time for its caller")
            answer = worker.receive(0.0)
            whole = True
        except OSError as error:
            raise SolveFailed("the process of the solve died") from error
        finally:
            ticket.end()
            if late:
                threading.Thread(target=self._await, args=(worker,), daemon=True).start()
            else:
                self._give(worker, whole=whole)
        return _told(answer)

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

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _take(self, seconds: float | None) -> _Worker:
        with self._there:
            if not self._there.wait_for(lambda: self._free or self._closed, seconds):
                raise SolveFailed("all processes are at work")
            if self._closed:
                raise ValueError("the workers are closed")
            return self._free.pop()

    def _await(self, worker: _Worker) -> None:
        """Put a worker back when it answers, whom nobody waits for any more, or a new one in its place."""
        try:
            worker.receive(self._grace_s)
        except (SolveFailed, OSError):
            self._give(worker, whole=False)
        else:
            self._give(worker, whole=True)

    def _give(self, worker: _Worker, *, whole: bool) -> None:
        """Put a worker back, or a new one in its place."""
        with self._there:
            if self._closed:
                return
            if not whole:
                worker.end()
                self._all.remove(worker)
                worker = _Worker(self._first)
                self._all.append(worker)
            self._free.append(worker)
            self._there.notify()

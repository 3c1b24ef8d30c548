"""Several processes that search for a better plan of one plant, each with a seed of its own, from the best of all."""

from __future__ import annotations

import multiprocessing
import threading
from collections import deque
from collections.abc import Iterator
from contextlib import suppress
from multiprocessing.connection import Connection, wait

from msgspec import Struct

from scheduler.arrays import Ints
from scheduler.cpsat import Stop
from scheduler.improve.book import Progress
from scheduler.improve.fullshop import Work
from scheduler.improve.search import Clock, open_search

POLL_S = 0.2


class Found(Struct, frozen=True):
    """A better plan: when, its cost and late lines, and its operations in rank order."""

    progress: Progress
    order: Ints


def _search(pipe: Connection, work: Work, seconds: float, clock: Clock, seed: int) -> None:
    """Search, and send whatever is better than before; ends when nobody listens any more."""
    with suppress(BrokenPipeError, EOFError, OSError):
        # Once for the compiler.
        open_search(work, clock, seed).warm()
        pipe.send(None)
        pipe.recv()
        search = open_search(work, clock, seed)
        least: tuple[int, int, int] | None = None
        others: deque[Ints] = deque(maxlen=1)
        # What the others find is read at once, whatever goes on here: two that both wait to be read would wait forever.
        threading.Thread(target=_listen, args=(pipe, others), daemon=True).start()
        for progress in search.run(seconds, Stop()):
            if least is None or progress.value < least or progress.proved:
                least = progress.value
                pipe.send(Found(progress, search.best))
            if others:
                search.adopt(others.pop())
        pipe.send(None)


def _listen(pipe: Connection, others: deque[Ints]) -> None:
    """Keep the last order that comes."""
    with suppress(EOFError, OSError):
        while True:
            others.append(pipe.recv())


def search_together(
    work: Work, seconds: float, clock: Clock, seeds: tuple[int, ...], stop: Stop | None = None
) -> Iterator[Found]:
    """Search with one process for each seed, all beginning at once; yield every plan that is better than the last.

    Compiling and starting do not count: the time begins when all are ready. A process that dies is left out; when all
    have, RuntimeError is raised if nothing was found. Leaving the iteration, or setting `stop`, ends the processes.
    """
    context = multiprocessing.get_context("spawn")
    pipes: list[Connection] = []
    processes = []
    try:
        for seed in seeds:
            mine, theirs = context.Pipe()
            process = context.Process(target=_search, args=(theirs, work, seconds, clock, seed), daemon=True)
            process.start()
            theirs.close()
            pipes.append(mine)
            processes.append(process)
        yield from _best_of(_ready(pipes), stop or Stop())
    finally:
        for process in processes:
            process.kill()
            process.join()
        for pipe in pipes:
            pipe.close()


def _ready(pipes: list[Connection]) -> list[Connection]:
    """Those whose processes have started, told to begin."""
    found = []
    for pipe in pipes:
        with suppress(EOFError, OSError):
            pipe.recv()
            found.append(pipe)
    for pipe in found:
        with suppress(OSError):
            pipe.send(None)
    return found


def _pass_on(found: Found, pipes: list[Connection]) -> None:
    """Let the others go on from the best."""
    for pipe in pipes:
        with suppress(OSError):
            pipe.send(found.order)


def _best_of(pipes: list[Connection], stop: Stop) -> Iterator[Found]:
    best: Found | None = None
    waiting = list(pipes)
    while waiting and not stop.is_set:
        for pipe in wait(waiting, POLL_S):
            assert isinstance(pipe, Connection)
            try:
                found = pipe.recv()
            except (EOFError, OSError):
                found = None
            if found is None:
                waiting.remove(pipe)
            elif found.progress.proved or best is None or found.progress.value < best.progress.value:
                best = found
                _pass_on(found, [other for other in waiting if other is not pipe])
                yield found
                if found.progress.proved:
                    # Nobody finds anything better.
                    return
    if best is None and not stop.is_set:
        raise RuntimeError("all processes of the search died")

"""The full check in a process of its own, so that callers don't share an interpreter with it."""

from __future__ import annotations

import json
import os
import pickle
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from threading import Event as ThreadEvent

from domain.checks import to_unix_down
from domain.orders import ShipMode
from domain.promises import Promise, PromiseState
from domain.values import replace
from promising.requests import is_at_risk
from scheduler.snapshot import Told
from scheduler.verify import verify
from scheduler.view import PlanView

NICE = 10
"""How far the process stands back behind everything else on the machine."""
POLL_S = 0.05
_KEPT = frozenset({PromiseState.CONFIRMED, PromiseState.HELD})
"""States in which a line arrives by its promised time."""


class CheckStopped(Exception):
    """The desk stopped before the verdict came."""


def with_promises(view: PlanView, promises: Iterable[Promise]) -> PlanView:
    """The plan with what was promised of it, where goods travel with carriers; without them deadlines tell all.

    Promises that are newer than the plan are left out.
    """
    if not view.plant.carriers:
        return view
    packing = {(info.order_id, info.line_no): info.shipping_s for info in view.lines if info.into < 0}
    told = (
        Told(
            promise.order.id, line.line_no, to_unix_down(line.promised_time), line.carrier_id, line.region,
            packing.get((promise.order.id, line.line_no), 0), promise.order.ship is ShipMode.COMPLETE,
        )
        for promise in promises
        for line in promise.lines
        if promise.plan_version <= view.version and line.promised_time is not None
        and line.state in _KEPT and not is_at_risk(line)
    )  # fmt: skip
    return replace(view, told=tuple(told))


def check(view: PlanView) -> list[str]:
    """All violations of a plan as text, [] when it is clean."""
    return [str(breach) for breach in verify(view.snapshot())]


def check_apart(view: PlanView, stopping: ThreadEvent) -> list[str]:
    """Like `check`, in a new process of low priority; ended when `stopping` is set.

    Raises CheckStopped, and ChildProcessError with the last words of a process that gave no verdict.
    """
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(path or os.getcwd() for path in sys.path)}
    command = [sys.executable, "-m", "promising.checking"]
    pipe = subprocess.PIPE
    with tempfile.TemporaryFile() as content:
        # Not through a pipe: `communicate` forgets what it has not written yet when its time is up.
        pickle.dump(view, content)
        content.seek(0)
        with subprocess.Popen(command, stdin=content, stdout=pipe, stderr=pipe, env=environment) as process:
            while True:
                try:
                    verdict, words = process.communicate(timeout=POLL_S)
                    break
                except subprocess.TimeoutExpired:
                    if stopping.is_set():
                        process.kill()
                        raise CheckStopped from None
    if process.returncode:
        raise ChildProcessError(f"the check gave no verdict: {words.decode(errors='replace').strip()[-500:]}")
    found: list[str] = json.loads(verdict)
    return found


def main() -> None:
    """Read a plan from standard input, write its violations to standard output."""
    if hasattr(os, "nice"):
        os.nice(NICE)
    view = pickle.load(sys.stdin.buffer)
    json.dump(check(view), sys.stdout)


if __name__ == "__main__":
    main()

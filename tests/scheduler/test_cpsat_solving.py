"""The door to the solver and the processes behind it: limits, cancelling, dying, hanging, the same answer twice."""

import os
import signal
import threading
import time

import pytest

from domain.values import replace
from scheduler.cpsat import Level, Limits, Problem, SolveFailed, Status, Stop, Ticket, Wish, Workers, read, solve
from scheduler.cpsat.sequences import Refused, resequenced
from scheduler.cpsat.workers import Solving
from scheduler.processes import SolveLate, Work
from tests.plants import at, job_shop, operation, timed

MONDAY = at("2026-03-02 08:00")
TARDINESS = [Level.TARDINESS]


def pins(count: int) -> Problem:
    """So many pins, all wanted at once: easy to plan, hard to prove."""
    shop = job_shop()
    work = [
        operation(shop, 2 * n + i, "pin", 5 + n * 7 % 11, operation_id=step, order_id=f"SO-{n}")
        for n in range(count)
        for i, step in enumerate(("saw", "mill"))
    ]
    plan = timed(shop, MONDAY, work)
    return read(plan, {(f"SO-{n}", 1): Wish(MONDAY + 3600 * (n % 4), 1 + n % 3) for n in range(count)})


@pytest.fixture(scope="module")
def workers():
    """One process, kept for all tests here."""
    with Workers(1, grace_s=0.5) as found:
        yield found


def test_the_same_work_gives_the_same_answer() -> None:
    """One worker and no clock: places, values and bounds are equal."""
    first, second = (solve(pins(8), TARDINESS, Limits(effort=0.3)) for _ in range(2))
    assert first.places
    assert replace(first, seconds=0) == replace(second, seconds=0)


def test_a_plan_counts_only_below_what_is_given() -> None:
    """Of four pins the least is found below itself and a second; below itself there is none."""
    problem = pins(4)
    least = solve(problem, TARDINESS, Limits(effort=2)).levels[0].value
    assert least > 0
    found = solve(problem, TARDINESS, Limits(effort=2), below=least + 1)
    assert found.status is Status.OPTIMAL
    assert found.levels[0].value == least
    none = solve(problem, TARDINESS, Limits(effort=2), below=least)
    assert (none.status, none.places) == (Status.INFEASIBLE, ())


def test_a_solve_leaves_the_interrupt_to_the_program() -> None:
    """Python hears of Ctrl-C as before; the solver would take the signal, and not give it back."""
    # A shell has what it puts into the background ignore the signal.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        solve(pins(3), TARDINESS, Limits(effort=0.1))
        with pytest.raises(KeyboardInterrupt):
            os.kill(os.getpid(), signal.SIGINT)
    finally:
        signal.signal(signal.SIGINT, before)


def test_out_of_time_is_nothing_and_not_infeasible() -> None:
    """A millionth of a second finds nothing, and reads no values where there are none."""
    found = solve(pins(30), TARDINESS, Limits(seconds=1e-6))
    assert (found.status, found.places, found.levels) == (Status.NOTHING, (), ())


def test_a_solve_cancelled_before_it_begins_is_cancelled() -> None:
    """The solver would forget a stop from before; the door does not."""
    stop = Stop()
    stop.set()
    assert solve(pins(8), TARDINESS, Limits(seconds=60), stop=stop).status is Status.CANCELLED


def test_a_cancelled_solve_ends_with_what_it_has() -> None:
    """Cancelled at its first improvement, a solve of an hour ends."""
    stop = Stop()
    found = solve(pins(40), TARDINESS, Limits(seconds=3600), stop=stop, improved=lambda *_: stop.set())
    assert found.status is Status.FEASIBLE
    assert len(found.places) == 80


def test_the_gap_is_of_the_value() -> None:
    """Two pins of equal work, both wanted at once: the optimum is its own bound."""
    found = solve(pins(2), TARDINESS, Limits(effort=1))
    assert found.status is Status.OPTIMAL
    assert found.levels[0].gap == 0.0


@pytest.mark.parametrize(
    "limits", [{}, {"seconds": 0}, {"effort": -1.0}, {"seconds": 1, "workers": 0}, {"effort": 1, "workers": 65}]
)
def test_limits_that_are_none_are_refused(limits) -> None:
    """A solve has a limit, above 0, and 1 to 64 workers."""
    with pytest.raises(ValueError, match=r"limit|workers"):
        Limits(**limits)


def test_a_solve_wants_something() -> None:
    """Without a level there is nothing to make small."""
    with pytest.raises(ValueError, match="at least one level"):
        solve(pins(1), [], Limits(effort=1))


def test_sequences_for_another_version_are_refused() -> None:
    """What was found for version 1 is no plan at version 2."""
    problem = pins(2)
    shop = job_shop()
    plan = timed(shop, MONDAY, [operation(shop, 1, "pin", 5, operation_id="saw")])
    with pytest.raises(Refused, match="version 1, the plan is at 2"):
        resequenced(replace(plan, version=2), problem, solve(problem, TARDINESS, Limits(effort=1)))


def test_a_process_gives_the_answer_of_the_door(workers) -> None:
    """The same places from another process."""
    there = workers.solve(pins(6), TARDINESS, Limits(seconds=30, effort=0.3))
    assert there.places == solve(pins(6), TARDINESS, Limits(effort=0.3)).places


def _solving(seconds: float) -> Work:
    """Two pins."""
    return Solving(pins(2), tuple(TARDINESS), Limits(seconds=seconds))


def _meanwhile(workers, action):
    """Let `action` happen to a solve of a minute in a process; what came of it."""
    told = []

    def run(ticket):
        try:
            told.append(workers.solve(pins(40), TARDINESS, Limits(seconds=60), ticket))
        except SolveFailed as error:
            told.append(error)

    ticket = Ticket()
    thread = threading.Thread(target=run, args=(ticket,))
    thread.start()
    while not ticket.begun:
        time.sleep(0.01)
    action(ticket)
    thread.join()
    return told[0]


def test_cancelling_reaches_the_solver(workers) -> None:
    """A solve of a minute ends when cancelled, and the process goes on with the next."""
    assert _meanwhile(workers, Ticket.cancel).status in (Status.FEASIBLE, Status.CANCELLED)
    assert workers.solve(pins(2), TARDINESS, Limits(seconds=30)).status is Status.OPTIMAL


def test_a_process_that_dies_costs_one_solve(workers) -> None:
    """Killed in the middle: that solve fails, the next has a new process."""
    found = _meanwhile(workers, lambda _: os.kill(workers.pids[0], signal.SIGKILL))
    assert isinstance(found, SolveFailed)
    assert "died" in str(found)
    assert workers.solve(pins(2), TARDINESS, Limits(seconds=30)).status is Status.OPTIMAL


def test_a_process_that_hangs_costs_one_solve(workers) -> None:
    """Stopped before its solve it never answers: the caller waits no longer than the limit and the grace."""
    pid = workers.pids[0]
    os.kill(pid, signal.SIGSTOP)
    with pytest.raises(SolveFailed, match="did not answer in time"):
        workers.solve(pins(2), TARDINESS, Limits(seconds=0.2))
    assert workers.pids[0] != pid
    assert workers.solve(pins(2), TARDINESS, Limits(seconds=30)).status is Status.OPTIMAL


def test_who_can_not_wait_for_a_process_that_hangs_goes_without_and_the_next_has_another(workers) -> None:
    """Stopped before its solve it is too late for its caller, long before it is given up; then it is replaced."""
    pid = workers.pids[0]
    os.kill(pid, signal.SIGSTOP)
    with pytest.raises(SolveLate):
        workers.do_in_time(_solving, lambda: 0.2, patience_s=0.05)
    assert workers.solve(pins(2), TARDINESS, Limits(seconds=30)).status is Status.OPTIMAL
    assert workers.pids[0] != pid


def test_a_caller_without_time_begins_nothing_and_costs_no_process(workers) -> None:
    """The process that was free stays; a caller with time gets as many seconds as he has left when it is his."""
    pids, left = workers.pids, iter([30.0, 30.0, 20.0])
    with pytest.raises(SolveLate, match="no time"):
        workers.do_in_time(_solving, lambda: 0.0, patience_s=0.05)
    begun = []

    def make(seconds: float) -> Work:
        begun.append(seconds)
        return _solving(seconds)

    assert workers.do_in_time(make, lambda: next(left), patience_s=0.5).status is Status.OPTIMAL
    assert (begun, workers.pids) == ([20.0], pids)


def test_a_cancelled_ticket_begins_nothing(workers) -> None:
    """Cancelled before it was begun: nothing is found, at once."""
    ticket = Ticket()
    ticket.cancel()
    assert workers.solve(pins(40), TARDINESS, Limits(seconds=60), ticket).status is Status.CANCELLED


def test_closed_workers_solve_nothing() -> None:
    """After closing, a solve is refused."""
    closed = Workers(1)
    closed.close()
    with pytest.raises(ValueError, match="closed"):
        closed.solve(pins(1), TARDINESS, Limits(seconds=1))

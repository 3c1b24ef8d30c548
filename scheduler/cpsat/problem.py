"""What the solver is asked, as plain data: tasks with their ways, what is taken already, what is wanted.

Times are integer Unix seconds, intervals half-open. Tasks, ways and moulds are named by their place in the lists.
"""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct


class Level(StrEnum):
    """What is made small, one level after the other: a later one never costs anything on an earlier one."""

    TARDINESS = "tardiness"
    """Sum over lines of weight x seconds after the requested time."""
    LATE = "late"
    """Lines that end after their requested time."""
    MOVED = "moved"
    """Sum over tasks of weight x seconds between old and new start; what begins soon weighs more."""
    NEAR = "near"
    """Tasks that leave their old turn on their machine, and lines that end on another day than they did (`Near`)."""
    CHANGEOVER = "changeover"
    """Working seconds of changeovers."""
    EARLINESS = "earliness"
    """Sum over lines of seconds before the requested time."""
    MAKESPAN = "makespan"
    """Seconds from the floor to the last end."""
    ANY = "any"
    """Nothing: any sequences do in which all deadlines are kept."""


class Held(StrEnum):
    """What a model keeps as the plan has it, or counts more strictly than the plan does."""

    FROZEN = "frozen"
    """Work in the frozen zone stays in front, where it is."""
    PINNED = "pinned"
    """Pinned work stays at its times."""
    OUTSIDE = "outside"
    """Work outside of the neighbourhood stays at its times."""
    MAINTENANCE = "maintenance"
    """Runs of a mould that is maintained by shots keep their order, and with it their maintenances."""
    CHANGEOVERS = "changeovers"
    """Dismounting, fetching and mounting are one piece of work; states without a colour or mould count as none."""


class Wish(Struct, frozen=True):
    """When a line is asked for; a second late costs `weight`."""

    requested_s: int
    weight: int = 1


class Span(Struct, frozen=True):
    """A length that a run can have, pauses included, and the starts (first and last) from which it has it."""

    length_s: int
    starts: tuple[tuple[int, int], ...]


class Way(Struct, frozen=True):
    """One mode of a task; `spans` are all runs that start after its bounds and end by its deadline or the horizon."""

    mode_id: str
    resource_id: str
    units: int
    mould_id: str
    setter_id: str
    crew_id: str
    crew_units: int
    work_s: int
    shots: int
    spans: tuple[Span, ...]


class Task(Struct, frozen=True):
    """An operation that has not begun. `way`, `visit_s`, `start_s` and `end_s` are where it stands in the plan.

    `not_before_s` bounds the whole visit, `ready_s` the run. A `held` task keeps way and times.
    """

    key: int
    ways: tuple[Way, ...]
    way: int
    not_before_s: int
    ready_s: int
    deadline_s: int | None
    colour: str
    material: str
    visit_s: int
    start_s: int
    end_s: int
    held: bool = False


class Link(Struct, frozen=True):
    """`after` starts `lag_s` after `before` ends at the earliest, and `working_s` of its own working time later.

    `spans` are, by way of `after`, how long that working lag takes.
    """

    before: int
    after: int
    lag_s: int
    working_s: int = 0
    spans: tuple[tuple[Span, ...], ...] = ()


class Taken(Struct, frozen=True):
    """Units of a resource that begun or frozen work has in an interval."""

    resource_id: str
    units: int
    start_s: int
    end_s: int


class Ending(Struct, frozen=True):
    """A line: the tasks that end it with their tails, when the rest of it is there, and its wish (None: none)."""

    order_id: str
    line_no: int
    tasks: tuple[tuple[int, int], ...]
    rest_s: int
    wish: Wish | None


class Turn(Struct, frozen=True):
    """Where a task stood on its one machine in an earlier plan, among those that may keep their order there."""

    task: int
    place: int


class Day(Struct, frozen=True):
    """A line ends on the day of an earlier plan if all these tasks end by their times, and the first no sooner."""

    from_s: int
    until: tuple[tuple[int, int], ...]
    """Tasks, and when each must have ended."""


class Near(Struct, frozen=True):
    """An earlier plan to stay near to; a task that is in no turn counts for nothing, a day counts as `weight` tasks."""

    turns: tuple[Turn, ...]
    days: tuple[Day, ...]
    weight: int


class State(Struct, frozen=True):
    """How a machine stands before the first task: what hangs in it, in which colour and material."""

    mould_id: str = ""
    colour: str = ""
    material: str = ""


class Change(Struct, frozen=True):
    """A changeover on a machine from one task to another (None: from its state), for tasks done in these ways."""

    machine_id: str
    before: tuple[int, int] | None
    after: tuple[int, int]
    work_s: int


class Fetch(Struct, frozen=True):
    """Taking a mould off the machine where one task used it (None: where it hangs), for the next one elsewhere."""

    mould_id: str
    before: tuple[int, int] | None
    after: tuple[int, int]
    work_s: int


class Pieces(Struct, frozen=True):
    """How long a changeover of `work_s` working seconds before a task, done in a way, can take."""

    task: int
    way: int
    work_s: int
    spans: tuple[Span, ...]


class Problem(Struct, frozen=True):
    """All that a solve needs; nothing in it is looked up anywhere else."""

    floor_s: int
    until_s: int
    version: int
    tasks: tuple[Task, ...]
    links: tuple[Link, ...]
    taken: tuple[Taken, ...]
    capacity: tuple[tuple[str, int], ...]
    endings: tuple[Ending, ...]
    changes: tuple[Change, ...] = ()
    fetches: tuple[Fetch, ...] = ()
    pieces: tuple[Pieces, ...] = ()
    moulds_free: tuple[tuple[str, int], ...] = ()
    """When moulds become free that begun or frozen work uses."""
    held: frozenset[Held] = frozenset()
    near: Near | None = None
    """What `Level.NEAR` compares with; only of tasks that have one way."""

    @property
    def exact(self) -> bool:
        """The model says what the plan does, so that what it proves holds for the plan."""
        return not self.held & {Held.MAINTENANCE, Held.CHANGEOVERS}

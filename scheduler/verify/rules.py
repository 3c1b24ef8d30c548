"""The rules of a schedule by name, and what is said when one is broken."""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct


class Rule(StrEnum):
    """What always holds in a plan (DESIGN 4, invariants 1 to 3 and the deadlines of 4)."""

    REFERENCE = "reference"
    """Everything an operation names exists in the plant."""
    RANK = "rank"
    """Keys are unique, operations stand in the order of (label, key), predecessors rank first."""
    PLACE = "place"
    """Resource, units, mould, setter and crew are those of the mode; quantity gives the shots."""
    UNIT = "unit"
    """One unit of a machine does one thing at a time, changeovers included."""
    CAPACITY = "capacity"
    """Never more units of a resource in use than there are."""
    MOULD = "mould"
    """A mould is in one place at a time, from its mounting to the end of the run or of its dismounting."""
    SETTER = "setter"
    """A setter does one changeover at a time."""
    CREW = "crew"
    """A unit of a crew attends one run at a time, and never more units than there are."""
    WORKING_TIME = "working_time"
    """A run starts and ends in working time."""
    DURATION = "duration"
    """The working time inside a run is what quantity, cycle and maintenance ask for."""
    PAUSE = "pause"
    """A run pauses only over what its mode allows."""
    MIN_CHUNK = "min_chunk"
    """A run begins only where its shortest stretch fits before the break."""
    MAINTENANCE = "maintenance"
    """A mould is maintained when its shots are used up, neither earlier nor later."""
    ROUTING = "routing"
    """Each operation of a line's routing is placed once."""
    LAG = "lag"
    """A run starts when all its predecessors in the routing have ended and the lags are over."""
    CHANGEOVER = "changeover"
    """What must be changed over is, for exactly as long as it takes, in working time, before the run."""
    MOUNTED = "mounted"
    """A mould is taken from the machine in which it hangs."""
    MATERIAL = "material"
    """Not more material is reserved than there is, nor used before it comes."""
    RELEASE = "release"
    """Nothing starts before its order, the clock and its material allow."""
    DEADLINE = "deadline"
    """Runs end by the deadline of their line."""
    FROZEN = "frozen"
    """Nothing in the frozen zone starts later than it did."""
    EARLIEST = "earliest"
    """Every operation stands at the earliest times that the sequences allow."""
    DELIVERY = "delivery"
    """What was promised reaches the customer by then."""
    MOVED = "moved"
    """Released and started work stays where it is."""
    PROMISE = "promise"
    """No deadline gets later in silence."""


class Breach(Struct, frozen=True):
    """One rule broken: operations and objects (orders, machines, moulds) concerned, and a sentence."""

    rule: Rule
    keys: tuple[int, ...]
    objects: tuple[str, ...]
    text: str

    def __str__(self) -> str:
        return f"{self.rule}: {self.text}"


class BeyondSpan(Exception):
    """The search for working time ran out of the days looked at so far."""


class NeverFits(Exception):
    """No working time is ever long enough for an operation."""

    def __init__(self, key: int, what: str) -> None:
        self.key = key
        super().__init__(f"{what} never fits into working time")

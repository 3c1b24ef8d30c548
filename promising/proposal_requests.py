"""What callers ask for other plans, and what they are answered."""

from __future__ import annotations

from msgspec import Struct

from domain.checks import check_range
from domain.disruptions import check_text
from domain.errors import InvalidInput
from domain.proposals import Cap, Proposal, ProposalKind, ProposedLine, gap_of
from promising.requests import REASON_MAX, check_request
from scheduler.records import Sequences

SECONDS_MOST = 3600.0
SECONDS = 20.0
PROTECT_DEFAULT = 3


class ReplanAsk(Struct, frozen=True):
    """Look for other plans, one of each kind.

    `seconds` is for all of them together. `effort` above 0 counts steps instead: the same plan, seed and effort give
    the same proposals. `protect` is the lowest priority that a proposal of that kind keeps. `cap` limits whose
    promises may move in it.
    """

    request_id: str
    caller: str = ""
    kinds: tuple[ProposalKind, ...] = (ProposalKind.RESEQUENCE,)
    seconds: float = SECONDS
    effort: int = 0
    seed: int = 1
    protect: int = PROTECT_DEFAULT
    cap: Cap | None = None
    reason: str = ""

    def __post_init__(self) -> None:
        check_request(self.request_id, self.caller)
        if not 0.1 <= self.seconds <= SECONDS_MOST:
            raise InvalidInput.one("budget_duration", f"{self.seconds:g} s is out of range", "0.1 to 3,600 s")
        check_range("effort", self.effort, 0, 10**6)
        check_range("seed", self.seed, 0, 2**31 - 1)
        check_range("protect_priority", self.protect, 1, 9)
        check_text("reason", self.reason, REASON_MAX)
        if not self.kinds or len(set(self.kinds)) != len(self.kinds):
            raise InvalidInput.one("kinds", "are none, or one twice", "each kind once")
        if self.cap is not None and ProposalKind.PROTECT not in self.kinds:
            raise InvalidInput.one("cap", "is given and no promise may move", "a cap with the kind protect")


class Progress(Struct, frozen=True):
    """How far a search has come: objective and bound as in `Proposal`, lines late, operations moved so far.

    `uncapped`: it searches without the cap that was asked for, to tell what that costs.
    """

    kind: ProposalKind
    seconds: float
    objective: int
    bound: int | None
    late: int
    moved: int
    uncapped: bool = False

    @property
    def gap(self) -> float | None:
        """As in `Proposal`."""
        return gap_of(self.objective, self.bound)


class Draft(Struct, frozen=True):
    """A proposal that is not stored yet, with its sequences."""

    proposal: Proposal
    sequences: Sequences


class ProposalAsk(Struct, frozen=True):
    """Apply or discard a proposal; the rest as in `ChangeAsk`."""

    proposal_id: str
    request_id: str
    caller: str = ""
    etag: str = ""
    reason: str = ""
    validate_only: bool = False
    deadline: float | None = None

    def __post_init__(self) -> None:
        check_request(self.request_id, self.caller)
        check_text("reason", self.reason, REASON_MAX)


class Applied(Struct, frozen=True):
    """What an applied proposal did: it as it stands, and the lines whose customers must be told, as they stand now.

    `added` operations were promised since it was made, `gone` of those that it names could not move any more.
    """

    proposal: Proposal
    told: tuple[ProposedLine, ...] = ()
    added: int = 0
    gone: int = 0
    moved: int = 0
    shifted: int = 0
    plan_version: int = 0
    applied: bool = True

"""One tree of errors, each with its variable parts as fields; `wire/` maps the classes to gRPC status."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from msgspec import Struct


class Violation(Struct, frozen=True):
    """One thing wrong with the input: the field's path, what was wrong, and what is allowed."""

    field: str
    problem: str
    allowed: str = ""

    def __str__(self) -> str:
        return f"{self.field}: {self.problem}" + (f" (allowed: {self.allowed})" if self.allowed else "")


class JiaoqiError(Exception):
    """Base of every error a caller may see."""

    reason = "INTERNAL"

    def details(self) -> dict[str, str]:
        """The variable parts of the message, for programs."""
        return {}


class InvalidInput(JiaoqiError):
    """The request or file breaks a rule that can be told field by field."""

    reason = "INVALID_INPUT"

    def __init__(self, violations: Sequence[Violation]) -> None:
        self.violations = tuple(violations)
        super().__init__("; ".join(str(violation) for violation in self.violations))

    @classmethod
    def one(cls, field: str, problem: str, allowed: str = "") -> InvalidInput:
        """The error for a single wrong field."""
        return cls([Violation(field, problem, allowed)])


class NotFound(JiaoqiError):
    """The named object does not exist."""

    reason = "NOT_FOUND"

    def __init__(self, kind: str, name: str) -> None:
        self.kind, self.name = kind, name
        super().__init__(f"no {kind} {name!r}")

    def details(self) -> dict[str, str]:
        return {"kind": self.kind, "name": self.name}


class AlreadyExists(JiaoqiError):
    """An object with this id exists with other content."""

    reason = "ALREADY_EXISTS"

    def __init__(self, kind: str, name: str) -> None:
        self.kind, self.name = kind, name
        super().__init__(f"{kind} {name!r} exists already with other content")

    def details(self) -> dict[str, str]:
        return {"kind": self.kind, "name": self.name}


class RequestIdReused(JiaoqiError):
    """The request id was used before with another content."""

    reason = "REQUEST_ID_REUSED"

    def __init__(self, request_id: str) -> None:
        self.request_id = request_id
        super().__init__(f"request id {request_id!r} was used before for a different request")

    def details(self) -> dict[str, str]:
        return {"request_id": self.request_id}


class StaleEtag(JiaoqiError):
    """The object, mostly an order, was changed since the caller read it."""

    reason = "STALE_ETAG"

    def __init__(self, name: str, given: str, current: str, kind: str = "order") -> None:
        self.kind, self.name, self.given, self.current = kind, name, given, current
        super().__init__(f"{kind} {name!r} is at etag {current!r}, not {given!r}: read it again")

    def details(self) -> dict[str, str]:
        return {"kind": self.kind, "name": self.name, "given": self.given, "current": self.current}


class WrongState(JiaoqiError):
    """The object's state does not allow the request."""

    reason = "WRONG_STATE"

    def __init__(self, kind: str, name: str, state: str, problem: str) -> None:
        self.kind, self.name, self.state, self.problem = kind, name, state, problem
        super().__init__(f"{kind} {name!r} is {state}: {problem}")

    def details(self) -> dict[str, str]:
        return {"kind": self.kind, "name": self.name, "state": self.state, "problem": self.problem}


class ReviewerNeeded(JiaoqiError):
    """The order is held because rules or the approval asked for somebody, and the caller has none of those roles."""

    reason = "PERMISSION_DENIED"

    def __init__(self, name: str, caller: str, why: Sequence[str], needed: Sequence[str]) -> None:
        """`why` it is held; `needed` are the roles that may decide on it."""
        self.name, self.caller, self.why, self.needed = name, caller, tuple(why), tuple(needed)
        super().__init__(
            f"order {name!r} is held for a decision ({'; '.join(self.why)}), "
            f"which is for {', '.join(self.needed)}, and {caller!r} is none of them"
        )

    def details(self) -> dict[str, str]:
        return {"name": self.name, "caller": self.caller, "needed": ",".join(self.needed)}


class PlannerNeeded(JiaoqiError):
    """Promises to others would break, which is a planner's to decide, and the caller is none."""

    reason = "PERMISSION_DENIED"

    def __init__(self, caller: str, broken: Sequence[str], needed: Sequence[str]) -> None:
        """`broken` are the lines whose promise would; `needed` are the roles that may decide on it."""
        self.caller, self.broken, self.needed = caller, tuple(broken), tuple(needed)
        super().__init__(
            f"promises to others would break ({'; '.join(self.broken[:10])}), "
            f"which is for {', '.join(self.needed)} to decide, and {caller!r} is none of them"
        )

    def details(self) -> dict[str, str]:
        return {"broken": "; ".join(self.broken), "caller": self.caller, "needed": ",".join(self.needed)}


class PlanChanged(JiaoqiError):
    """What was seen of the plan can't be gone on with, pages of a list among it: the plan is another one by now."""

    reason = "PLAN_CHANGED"

    def __init__(self, given: int, current: int) -> None:
        self.given, self.current = given, current
        super().__init__(
            f"the plan is at version {current}, no longer at {given}: "
            "look at it again, a list from its first page, without a page_token"
        )

    def details(self) -> dict[str, str]:
        return {"given": str(self.given), "current": str(self.current)}


class WouldBreakReservations(JiaoqiError):
    """A plant change that the standing reservations do not survive; the list says which."""

    reason = "WOULD_BREAK_RESERVATIONS"

    def __init__(self, broken: Sequence[str]) -> None:
        self.broken = tuple(broken)
        super().__init__(f"the change would break {len(self.broken)} reservations: " + "; ".join(self.broken[:20]))

    def details(self) -> dict[str, str]:
        return {"count": str(len(self.broken)), "first": "; ".join(self.broken[:20])}


class RulesRefused(JiaoqiError):
    """Rules that are not put in force, because of what was found in them."""

    reason = "RULES_REFUSED"

    def __init__(self, found: Sequence[str]) -> None:
        self.found = tuple(found)
        said = "; ".join(self.found[:20])
        zh = f"{len(self.found)} 处可疑，不能发布（强行发布要写明理由）"
        en = f"{len(self.found)} findings speak against these rules (force it with a reason)"
        super().__init__(f"{zh} / {en}: {said}")

    def details(self) -> dict[str, str]:
        return {"count": str(len(self.found))}


class CannotMoveWork(JiaoqiError):
    """An operation can't be where a planner wants it; `earliest` is when it could begin there, if that is known."""

    reason = "CANNOT_MOVE_WORK"

    def __init__(self, name: str, problem: str, earliest: datetime | None = None) -> None:
        self.name, self.problem, self.earliest = name, problem, earliest
        hint = "" if earliest is None else f"; not before {earliest.isoformat()}"
        super().__init__(f"{name} cannot be moved so: {problem}{hint}")

    def details(self) -> dict[str, str]:
        earliest = "" if self.earliest is None else self.earliest.isoformat()
        return {"name": self.name, "problem": self.problem, "earliest_time": earliest}


class WouldBreakPromises(JiaoqiError):
    """A change would put more promises at risk than the caller allows; the list says which."""

    reason = "WOULD_BREAK_PROMISES"

    def __init__(self, broken: Sequence[str], allowed: int) -> None:
        self.broken, self.allowed = tuple(broken), allowed
        super().__init__(
            f"the change would put {len(self.broken)} lines at risk, {allowed} are allowed: "
            + "; ".join(self.broken[:20])
        )

    def details(self) -> dict[str, str]:
        return {
            "count": str(len(self.broken)),
            "allowed": str(self.allowed),
            "first": "; ".join(self.broken[:20]),
        }


class ProposalOutdated(WouldBreakReservations):
    """A proposal does not fit the plan any more: `broken` says what would be late, `changed` what came since."""

    reason = "PROPOSAL_OUTDATED"

    def __init__(self, name: str, broken: Sequence[str], changed: Sequence[str]) -> None:
        self.name, self.broken, self.changed = name, (*broken, *changed), tuple(changed)
        JiaoqiError.__init__(self, f"proposal {name!r} does not fit the plan any more: " + "; ".join(self.broken[:20]))


class ReplanFailed(JiaoqiError):
    """The search for other plans died, hung, or found what does not hold: that run is lost, and nothing else."""

    reason = "REPLAN_FAILED"

    def __init__(self, why: str) -> None:
        self.why = why
        super().__init__(f"the search for other plans failed, and nothing was changed: {why}")

    def details(self) -> dict[str, str]:
        return {"why": self.why}


class Overloaded(JiaoqiError):
    """The queue is full: nothing was decided, ask again after the delay."""

    reason = "OVERLOADED"

    def __init__(self, what: str, retry_after: timedelta) -> None:
        self.what, self.retry_after = what, retry_after
        super().__init__(f"{what} is full: try again in {retry_after.total_seconds():g} s")

    def details(self) -> dict[str, str]:
        return {"what": self.what}


class DeadlineExpired(JiaoqiError):
    """The caller's deadline passed before the decision: nothing was decided."""

    reason = "DEADLINE_EXPIRED"

    def __init__(self) -> None:
        super().__init__("the deadline passed before the decision: nothing was decided")


class DeskStopped(JiaoqiError):
    """The desk is not deciding now (starting, reloading, stopping or no plant): nothing was decided."""

    reason = "DESK_STOPPED"

    def __init__(self, why: str) -> None:
        self.why = why
        super().__init__(f"the desk is not deciding now: {why}")

    def details(self) -> dict[str, str]:
        return {"why": self.why}


class NewerStore(JiaoqiError):
    """The store was written by a newer version of the program."""

    reason = "NEWER_STORE"

    def __init__(self, found: str, known: str) -> None:
        self.found, self.known = found, known
        super().__init__(
            f"the store is at schema {found!r}, this program knows up to {known!r}: "
            "run the newer program, or restore a backup made before the upgrade"
        )

    def details(self) -> dict[str, str]:
        return {"found": self.found, "known": self.known}

"""What callers ask for when promises are to be checked anew, and what they are answered."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from msgspec import Struct

from domain.checks import check_id, check_range
from domain.disruptions import check_text
from domain.errors import InvalidInput
from domain.promises import Promise, PromiseState, Reason, ReasonKind
from domain.proposals import ProposedLine
from domain.repromises import Became, RepromisedLine, Treatment
from domain.values import asdict
from promising.documents import digest
from promising.requests import REASON_MAX, check_request

SELECTIONS_MAX = 100
NAMES_MAX = 1000
LINES_MAX = 1000
"""Lines promised anew at a time."""
LOWEST = 9


class Selection(Struct, frozen=True):
    """Orders that meet every condition given; without any, all."""

    order_ids: tuple[str, ...] = ()
    customer_ids: tuple[str, ...] = ()
    channel_ids: tuple[str, ...] = ()
    priority_from: int = 1
    priority_to: int = LOWEST

    def __post_init__(self) -> None:
        for field, names in self._names():
            if len(names) > NAMES_MAX:
                raise InvalidInput.one(field, f"{len(names)} names", f"0 to {NAMES_MAX}")
            for place, name in enumerate(names):
                check_id(f"{field}[{place}]", name)
        check_range("priority_from", self.priority_from, 1, LOWEST)
        check_range("priority_to", self.priority_to, self.priority_from, LOWEST)

    def _names(self) -> tuple[tuple[str, tuple[str, ...]], ...]:
        return ("order_ids", self.order_ids), ("customer_ids", self.customer_ids), ("channel_ids", self.channel_ids)

    def takes(self, promise: Promise) -> bool:
        """Whether an order is among them."""
        order = promise.order
        return (
            self.priority_from <= promise.priority <= self.priority_to
            and (not self.order_ids or order.id in self.order_ids)
            and (not self.customer_ids or order.customer_id in self.customer_ids)
            and (not self.channel_ids or order.channel_id in self.channel_ids)
        )


class RepromiseAsk(Struct, frozen=True):
    """Promise orders anew: who must be confirmed as asked, who may only improve, who may give way.

    An order that is selected twice is treated the stricter way; one that isn't selected keeps its promise. Refused
    where the plan is not at `plan_version` any more (0: whichever it is at).
    """

    request_id: str
    caller: str = ""
    confirm: tuple[Selection, ...] = ()
    improve: tuple[Selection, ...] = ()
    give_way: tuple[Selection, ...] = ()
    reason: str = ""
    plan_version: int = 0
    validate_only: bool = False
    deadline: float | None = None

    def __post_init__(self) -> None:
        check_request(self.request_id, self.caller)
        check_text("reason", self.reason, REASON_MAX)
        given = len(self.confirm) + len(self.improve) + len(self.give_way)
        if not 1 <= given <= SELECTIONS_MAX:
            raise InvalidInput.one("selections", f"{given} are given", f"1 to {SELECTIONS_MAX}, of all kinds together")

    def treatment(self, promise: Promise) -> Treatment | None:
        """What may become of an order; None: nothing."""
        for treatment, selections in self._ways():
            if any(selection.takes(promise) for selection in selections):
                return treatment
        return None

    def order_ids(self) -> set[str]:
        """Orders that are selected by their ids."""
        return {name for _, selections in self._ways() for selection in selections for name in selection.order_ids}

    def _ways(self) -> Sequence[tuple[Treatment, tuple[Selection, ...]]]:
        return (
            (Treatment.CONFIRM, self.confirm), (Treatment.IMPROVE, self.improve), (Treatment.GIVE_WAY, self.give_way),
        )  # fmt: skip


class Repromised(Struct, frozen=True):
    """What came of it: each selected line, the missed ones first; and the lines whose customers must be told.

    Among these are lines that were not selected, and are at risk no longer. `stood_still` is how long nothing else
    was decided.
    """

    lines: tuple[RepromisedLine, ...]
    told: tuple[ProposedLine, ...]
    plan_version: int
    applied: bool = True
    stood_still: timedelta = timedelta(0)

    @property
    def missed(self) -> tuple[RepromisedLine, ...]:
        """Those that keep it from being applied."""
        return tuple(row for row in self.lines if row.became is Became.MISSED)


def digest_of(ask: RepromiseAsk) -> bytes:
    """Digest of what is asked. Raises InvalidInput for text that isn't Unicode."""
    ways = [[asdict(each) for each in way] for way in (ask.confirm, ask.improve, ask.give_way)]
    try:
        return digest("repromise", ways, ask.reason, ask.plan_version)
    except UnicodeEncodeError as error:
        raise InvalidInput.one("request", "holds text that isn't Unicode", "Unicode text") from error


def repromised_to_json(made: Repromised) -> str:
    """The stored text of a receipt."""
    return json.dumps(asdict(made), ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=_plain)


def repromised_from_json(text: str) -> Repromised:
    """The receipt of a stored text."""
    document = json.loads(text)
    return Repromised(
        tuple(_row(row) for row in document["lines"]),
        tuple(_line(row) for row in document["told"]),
        document["plan_version"],
        document["applied"],
        timedelta(seconds=document["stood_still"]),
    )


def _plain(value: Any) -> Any:
    return value.total_seconds() if isinstance(value, timedelta) else value.isoformat()


def _row(row: dict[str, Any]) -> RepromisedLine:
    reasons = (
        Reason(ReasonKind(each["kind"]), timedelta(seconds=each["duration"]), each["subject"], tuple(each["orders"]))
        for each in row["reasons"]
    )
    earliest = None if row["earliest"] is None else datetime.fromisoformat(row["earliest"])
    treatment, became = Treatment(row["treatment"]), Became(row["became"])
    return RepromisedLine(_line(row["line"]), treatment, became, tuple(reasons), earliest, row["fixed"])


def _line(row: dict[str, Any]) -> ProposedLine:
    times = ("promised_before", "promised_after", "expected_before", "expected_after")
    told = {name: datetime.fromisoformat(row[name]) for name in times}
    return ProposedLine(**{**row, "state": PromiseState(row["state"]), **told})

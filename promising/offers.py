"""Options that were told, kept for a while so that one call accepts one: in memory, gone with the process."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from msgspec import Struct

from domain.displacements import Displaced
from domain.errors import InvalidInput, NotFound
from domain.options import OptionKind
from domain.orders import Order
from domain.promises import LinePromise, Promise
from domain.values import replace
from promising.documents import digest, order_to_document
from scheduler.planner import Effort

if TYPE_CHECKING:
    from promising.ways.terms import Terms

OFFERS_MAX = 10_000
"""Options kept; the oldest go first."""
SEARCHED_MAX = 64
"""Of these, options that a search found: each keeps the sequences of all that may move."""
PREFIX = "o1-"
ID_BYTES = 12


@dataclass(frozen=True, slots=True)
class Offer:
    """What accepting an option asks for: the order as it would be, and the dates told by line number."""

    order: Order
    allow_frozen: bool
    times: Mapping[int, datetime]
    plan_version: int
    terms: Terms | None = None
    """What else taking it does; None: it only places the order."""
    effort: Effort = Effort.INSTANT
    """How the order is placed then."""

    def kept(self, lines: tuple[LinePromise, ...]) -> bool:
        """True when every line can be had by the date that was told for it."""
        promised = {line.line_no: line.promised_time for line in lines}
        return all((at := promised.get(number)) is not None and at <= told for number, told in self.times.items())


class Accepted(Struct, frozen=True):
    """What accepting an option came to: the order as it stands, or why it can't be had any more, as a quote.

    `moved_on` says that the plan was another one when the option was told. `displaced` are lines of others that are
    later for it, or would be, those first whose promise breaks.
    """

    promise: Promise
    made: bool
    moved_on: bool
    displaced: tuple[Displaced, ...] = ()


class Offers:
    """For any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._known: OrderedDict[str, Offer] = OrderedDict()
        self._searched: OrderedDict[str, None] = OrderedDict()

    def add(
        self, order: Order, kind: OptionKind, lines: tuple[LinePromise, ...], version: int, *, frozen: bool,
        terms: Terms | None = None, effort: Effort = Effort.INSTANT,
    ) -> str:  # fmt: skip
        """Keep what an option asks for, `lines` being those it is about as answered; the id to accept it by."""
        times = {line.line_no: line.promised_time for line in lines if line.promised_time is not None}
        bounded = tuple(
            replace(line, latest_time=max(times[line.line_no], line.requested_time)) if line.line_no in times else line
            for line in order.lines
        )
        offer = Offer(replace(order, lines=bounded), frozen, times, version, terms, effort)
        terms_told = () if terms is None else terms.content
        content = digest("option", kind, version, frozen, order_to_document(offer.order), terms_told)
        name = PREFIX + content[:ID_BYTES].hex()
        with self._lock:
            self._known[name] = offer
            self._known.move_to_end(name)
            if terms is not None and terms.found is not None:
                self._searched[name] = None
                self._searched.move_to_end(name)
                if len(self._searched) > SEARCHED_MAX:
                    self._known.pop(self._searched.popitem(last=False)[0], None)
            while len(self._known) > OFFERS_MAX:
                self._known.popitem(last=False)
        return name

    def find(self, name: str) -> Offer:
        """What an option asks for. Raises InvalidInput for no id of one, NotFound for one that isn't kept any more."""
        if not name.startswith(PREFIX) or len(name) != len(PREFIX) + 2 * ID_BYTES or not name.isprintable():
            raise InvalidInput.one("option_id", "is no option id", "the option_id of an option of an answer")
        with self._lock:
            offer = self._known.get(name)
        if offer is None:
            raise NotFound("option", name)
        return offer

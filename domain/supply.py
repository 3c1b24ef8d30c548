"""Finished stock and receipts, and what came and went since the stock was counted."""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct

from domain.checks import check_id, check_range, check_utc
from domain.errors import InvalidInput
from domain.items import QUANTITY_MAX
from domain.values import replace

SURPLUS_PREFIX = "lot:"
"""What ids of surpluses begin with, and those of receipts don't."""


class OnHand(Struct, frozen=True):
    """Stock as known at `as_of`: what came and went up to then is included."""

    item_id: str
    quantity: int
    as_of: datetime

    def __post_init__(self) -> None:
        check_id("item", self.item_id)
        check_range("quantity", self.quantity, 0, QUANTITY_MAX)
        check_utc("as_of", self.as_of)


class Receipt(Struct, frozen=True):
    """A quantity expected at `time`; `confidence_percent` below the plant's threshold does not count."""

    id: str
    item_id: str
    quantity: int
    time: datetime
    confidence_percent: int = 100

    def __post_init__(self) -> None:
        check_id("receipt", self.id)
        if self.id.startswith(SURPLUS_PREFIX):
            allowed = f"an id that does not begin with {SURPLUS_PREFIX}"
            raise InvalidInput.one("receipt", f"{self.id!r} is what the surplus of a lot goes by", allowed)
        check_id("item", self.item_id)
        check_range("quantity", self.quantity, 1, QUANTITY_MAX)
        check_range("confidence_percent", self.confidence_percent, 0, 100)
        check_utc("time", self.time)


class SupplyStop(Struct, frozen=True):
    """Nothing of an item is ordered from suppliers or brought by them from `start` to `end`."""

    item_id: str
    start: datetime
    end: datetime


class Since(Struct, frozen=True):
    """What came (+) and went (-) of an item after its last count, in the order of the reports.

    Reports and counts reach the desk in any order: a count at 8:00 that comes in at 9:00 knows nothing of what
    was taken out at 8:30, and is corrected by it.
    """

    counted_at: datetime
    movements: tuple[tuple[datetime, int], ...] = ()

    def after(self, time: datetime) -> tuple[tuple[datetime, int], ...]:
        """The movements later than a time."""
        return tuple((at, quantity) for at, quantity in self.movements if at > time)


def moved(stock: OnHand, since: Since | None, quantity: int, time: datetime) -> tuple[OnHand, Since]:
    """The stock after `quantity` came (or, below 0, went) at `time`; included already if it was counted later.

    Raises InvalidInput when more would go than there is.
    """
    since = since or Since(stock.as_of)
    if time <= since.counted_at:
        return stock, since
    since = replace(since, movements=(*since.movements, (time, quantity)))
    if not 0 <= stock.quantity + quantity <= QUANTITY_MAX:
        allowed = f"at most {stock.quantity}, or a count before it"
        raise InvalidInput.one(
            "quantity", f"{-quantity} of {stock.item_id} would leave stock that isn't there", allowed
        )
    return OnHand(stock.item_id, stock.quantity + quantity, max(stock.as_of, time)), since


def counted(count: OnHand, since: Since | None) -> tuple[OnHand, Since | None]:
    """The stock that a count makes: with what came and went after it was taken; None when nothing did.

    Raises InvalidInput for a count older than the last one, and for one that what went since exceeds.
    """
    if since is None:
        return count, None
    if count.as_of < since.counted_at:
        allowed = f"{since.counted_at.isoformat()} or later"
        raise InvalidInput.one("as_of", f"{count.as_of.isoformat()} is before the last count", allowed)
    later = since.after(count.as_of)
    if not later:
        return count, None
    quantity = count.quantity + sum(quantity for _, quantity in later)
    if quantity < 0:
        gone = count.quantity - quantity
        raise InvalidInput.one("quantity", f"{count.quantity} is less than has gone since", f"{gone} or more")
    known = max(at for at, _ in later)
    return OnHand(count.item_id, quantity, known), Since(count.as_of, later)

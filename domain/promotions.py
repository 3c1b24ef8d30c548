"""What an order has of promotions, what it lost, and what somebody has to look at afterwards."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from msgspec import Struct

from domain.values import replace


class Favour(StrEnum):
    """For whom the set of promotions is chosen that an order has: a policy, set by rules."""

    CUSTOMER = "customer"
    """The set that gives the customer most."""
    MARGIN = "margin"
    """Of the sets to which nothing that the order is entitled to can be added, the one that gives least away."""


class Why(StrEnum):
    """Why a promotion did not win."""

    CHANNEL = "channel"
    CUSTOMER = "customer"
    GRADE = "grade"
    NOT_YET = "not_yet"
    OVER = "over"
    ITEMS = "items"
    AMOUNT = "amount"
    QUANTITY = "quantity"
    BARRED = "barred"
    NOT_OFFERED = "not_offered"
    CUSTOMER_CAP = "customer_cap"
    """This customer's orders have it as often as one customer may."""
    CAMPAIGN_CAP = "campaign_cap"
    """As many orders have it as may in all."""
    BUDGET = "budget"
    """With it the campaign would give more than its budget."""
    GROUP = "group"
    """Another of its group won."""
    ALONE = "alone"
    """It, or what won, is taken alone."""
    WORSE = "worse"
    """With it the set would be worse, or no better."""
    GROUP_FOR_MARGIN = "group_for_margin"
    """Another of its group won: the choice is for the margin, and what won gives less away."""
    ALONE_FOR_MARGIN = "alone_for_margin"
    """It, or what won, is taken alone: the choice is for the margin, and what won gives less away."""
    NOTHING = "nothing"
    """It would take nothing off: the lines that it covers are at their floor, or at no higher price, already."""


class Lost(Struct, frozen=True):
    """A promotion that did not win: why, what it saw, what it would have needed (or which promotion it lost to).

    Amounts are in fen. Of a budget `seen` is what would have been given in all with this order.
    """

    promotion: str
    why: Why
    seen: str = ""
    needed: str = ""


class Granted(Struct, frozen=True):
    """What an order has of one promotion.

    `fen` is the discount that is due by it, `by_line` its shares by line number; `free` are the pieces that are free by
    line number. Lines are those that were asked for, before any was divided.
    """

    promotion: str
    fen: int = 0
    by_line: tuple[tuple[int, int], ...] = ()
    free: tuple[tuple[int, int], ...] = ()
    gift_item_id: str = ""
    gift_quantity: int = 0
    points: int = 0


class ReviewKind(StrEnum):
    """What somebody has to look at after an order was decided."""

    DISCOUNT = "discount"
    """The discount given isn't the one due: nothing is paid until that is settled."""
    TWO_CHANNELS = "two_channels"
    """The customer bought the same item by another channel within a day."""


@dataclass(frozen=True, slots=True)
class Review:
    """One question about an order, open until it is settled.

    Of a discount `given_fen` and `due_fen` tell both sums; of two channels `item_ids` and `order_ids` the items and the
    other orders. `accepted` tells how it was settled, None while it is open.
    """

    kind: ReviewKind
    opened_at: datetime
    given_fen: int = 0
    due_fen: int = 0
    item_ids: tuple[str, ...] = ()
    order_ids: tuple[str, ...] = ()
    accepted: bool | None = None
    settled_at: datetime | None = None
    settled_by: str = ""
    reason: str = ""

    @property
    def open(self) -> bool:
        """True until somebody settled it."""
        return self.accepted is None

    @property
    def holds_payment(self) -> bool:
        """True for a discount that nobody accepted."""
        return self.kind is ReviewKind.DISCOUNT and not self.accepted

    def settled(self, at: datetime, by: str, reason: str, *, accepted: bool) -> Review:
        """The same question, answered."""
        return replace(self, accepted=accepted, settled_at=at, settled_by=by, reason=reason)

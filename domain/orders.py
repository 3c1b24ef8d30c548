"""What customers ask for."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from msgspec import Struct

from domain.checks import check_all, check_id, check_range, check_utc
from domain.documents import Document
from domain.errors import InvalidInput, Violation
from domain.items import QUANTITY_MAX
from domain.values import replace

LINES_MAX = 200
DOCUMENTS_MAX = 50
PRIORITY_DEFAULT = 5


class ShipMode(StrEnum):
    """How the lines of an order are to be delivered."""

    BY_LINE = "by_line"
    """Each as soon as it is there."""
    COMPLETE = "complete"
    """All together, on one date, or not at all."""
    PART_BY_DATE = "part_by_date"
    """Of a line that can't be had in time as much as can be, and the rest later on a date of its own."""


class OrderLine(Struct, frozen=True):
    """One item and quantity, asked for by `requested_time`.

    `latest_time` is the customer's hard limit (None: any later time will do). `least_quantity` serves the line in full,
    and up to `most_quantity` is taken (0: the quantity itself). With `allow_substitutes` another item that the plant
    lists for it may be delivered. `part_of` is the number of the line of which this one is the rest (0: it is a line
    of its own).
    """

    line_no: int
    item_id: str
    quantity: int
    requested_time: datetime
    latest_time: datetime | None = None
    unit_price_fen: int = 0
    discount_fen: int = 0
    least_quantity: int = 0
    most_quantity: int = 0
    allow_substitutes: bool = False
    part_of: int = 0

    def __post_init__(self) -> None:
        checks: list[tuple[Any, ...]] = [
            (check_range, "line_no", self.line_no, 1, 10**6),
            (check_id, "item_id", self.item_id),
            (check_range, "quantity", self.quantity, 1, QUANTITY_MAX),
            (check_range, "unit_price_fen", self.unit_price_fen, 0, 10**12),
            (check_range, "discount_fen", self.discount_fen, 0, 10**15),
            (check_range, "part_of", self.part_of, 0, 10**6),
            (check_utc, "requested_time", self.requested_time),
        ]
        if self.least_quantity:
            checks.append((check_range, "least_quantity", self.least_quantity, 1, self.quantity))
        if self.most_quantity:
            checks.append((check_range, "most_quantity", self.most_quantity, self.quantity, QUANTITY_MAX))
        if self.latest_time is not None:
            checks.append((check_utc, "latest_time", self.latest_time))
        check_all(checks)
        if self.latest_time is not None and self.latest_time < self.requested_time:
            raise InvalidInput.one("latest_time", "is before requested_time", "requested_time or later")

    @property
    def least(self) -> int:
        """The smallest quantity that serves the line in full."""
        return self.least_quantity or self.quantity

    def divided(self, quantity: int) -> tuple[OrderLine, OrderLine]:
        """Return a part of the line and the rest of it, with their shares of what may be less or more."""
        under, over = (
            off * quantity // self.quantity for off in (self.quantity - self.least, self.most - self.quantity)
        )
        rest = self.quantity - quantity
        return (
            replace(
                self, quantity=quantity,
                least_quantity=quantity - under if self.least_quantity else 0,
                most_quantity=quantity + over if self.most_quantity else 0,
            ),
            replace(
                self, quantity=rest,
                least_quantity=max(1, self.least - quantity + under) if self.least_quantity else 0,
                most_quantity=self.most - quantity - over if self.most_quantity else 0,
            ),
        )  # fmt: skip

    @property
    def most(self) -> int:
        """The largest quantity that is taken."""
        return self.most_quantity or self.quantity


class Order(Struct, frozen=True):
    """Customer demand. `priority` 1 is the highest, 9 the lowest. Lines have unique numbers.

    `region` is where the goods go, `carrier_id` who has to bring them; empty: as the customer has it.
    """

    id: str
    customer_id: str
    lines: tuple[OrderLine, ...]
    channel_id: str = ""
    salesperson: str = ""
    priority: int = PRIORITY_DEFAULT
    attributes: tuple[tuple[str, str], ...] = ()
    documents: tuple[Document, ...] = ()
    region: str = ""
    carrier_id: str = ""
    ship: ShipMode = ShipMode.BY_LINE

    def __post_init__(self) -> None:
        checks: list[tuple[Any, ...]] = [
            (check_id, "id", self.id),
            (check_id, "customer_id", self.customer_id),
            (check_range, "priority", self.priority, 1, 9),
            (self._check_lines,),
        ]
        checks += [(check_id, name, getattr(self, name)) for name in ("region", "carrier_id") if getattr(self, name)]
        check_all(checks)

    def _check_lines(self) -> None:
        violations = []
        if not 1 <= len(self.lines) <= LINES_MAX:
            violations.append(Violation("lines", f"{len(self.lines)} lines", f"1 to {LINES_MAX}"))
        if len({line.line_no for line in self.lines}) != len(self.lines):
            violations.append(Violation("lines", "a line number stands twice", "unique line numbers"))
        if len(self.documents) > DOCUMENTS_MAX:
            violations.append(Violation("documents", f"{len(self.documents)} documents", f"0 to {DOCUMENTS_MAX}"))
        violations += self._parts_amiss()
        if violations:
            raise InvalidInput(violations)

    def _parts_amiss(self) -> list[Violation]:
        """Lines that say they are the rest of what they can't be."""
        if not any(line.part_of for line in self.lines):
            return []
        whole = {(line.line_no, line.item_id) for line in self.lines if not line.part_of}
        return [
            Violation(f"lines[{i}].part_of", f"line {line.part_of} is no line of this item", "another line's number, 0")
            for i, line in enumerate(self.lines)
            if line.part_of and (line.part_of, line.item_id) not in whole
        ]

    @property
    def amount_fen(self) -> int:
        """Sum of quantity x unit price less discount."""
        return sum([line.quantity * line.unit_price_fen - line.discount_fen for line in self.lines])

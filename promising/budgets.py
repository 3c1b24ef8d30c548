"""How far promotions are used up, and what is left: of a campaign in all, and of one customer where that is bounded."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from msgspec import Struct

from promising.takings import Taken

if TYPE_CHECKING:
    from rulebase.promotions.table import Promotion


class Budget(Struct, frozen=True):
    """What standing orders have of a promotion; `customer_id` empty: all of them.

    `times` are orders; None stands for no bound. `in_force`: it stands in the table of the version in force.
    """

    promotion: str
    customer_id: str
    times: int
    fen: int
    times_left: int | None = None
    fen_left: int | None = None
    in_force: bool = True


def budgets(table: Sequence[Promotion], taken: Iterable[Taken], only: str = "") -> list[Budget]:
    """Promotions that are bounded or used, by id (`only`: that one), each followed by its customers where bounded."""
    by_promotion: dict[str, list[Taken]] = {}
    for row in taken:
        by_promotion.setdefault(row.promotion, []).append(row)
    known = {promotion.id: promotion for promotion in table}
    names = sorted({*known, *by_promotion})
    found = (_of(name, known.get(name), by_promotion.get(name, [])) for name in names if only in ("", name))
    return [budget for each in found for budget in each]


def _of(name: str, promotion: Promotion | None, taken: Sequence[Taken]) -> Iterator[Budget]:
    times, fen = sum(row.times for row in taken), sum(row.fen for row in taken)
    if promotion is None:
        yield Budget(name, "", times, fen, in_force=False)
        return
    bounds = (promotion.campaign_cap, promotion.budget_fen, promotion.customer_cap)
    if taken or any(bound is not None for bound in bounds):
        yield Budget(name, "", times, fen, _left(promotion.campaign_cap, times), _left(promotion.budget_fen, fen))
    if promotion.customer_cap is not None:
        for row in sorted(taken, key=lambda one: one.customer_id):
            yield Budget(name, row.customer_id, row.times, row.fen, _left(promotion.customer_cap, row.times))


def _left(bound: int | None, used: int) -> int | None:
    # A new version may bound it below what orders have already.
    return None if bound is None else max(0, bound - used)

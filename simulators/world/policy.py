"""The rules that a world's desk decides by, and what they say of an order, worked out by hand."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

from domain.orders import Order
from domain.promises import Outcome, Promise, PromiseState
from domain.rule_versions import PROMOTIONS
from simulators.world.broken import want

MOST = (300, 380, 600)
"""Pieces beyond which a version refuses an order."""
LOOKED_AT, SMALL = 250, 20
"""Pieces beyond which finance looks at an order, and below which it goes first."""
SMALL_PRIORITY = 2
PRICE_FEN = 100
"""What a piece of anything costs."""
LEAST, MINUS_FEN, BUDGET_FEN, CUSTOMER_MOST = 150, 400, 3_000, 5
"""From so many pieces on an order has so much off: within a budget, and so many orders of one customer."""
GIVEN_BACK = frozenset({PromiseState.REFUSED, PromiseState.CANCELLED, PromiseState.EXPIRED})
TOO_MANY, LOOK = "太多", "财务"

RULES = """
事实 订单.优先级 / order.priority 为 整数
规则 "太多" / "too many" 级别 30: 当 订单.总数量 > {most} 则 拒绝
    因为 "{{订单.总数量}} 件太多" / "{{order.quantity}} pieces are too many"
规则 "要看" / "looked at" 级别 20: 当 订单.总数量 > {looked_at} 则 转审 "财务" / "finance"
    因为 "{{订单.总数量}} 件要看" / "{{order.quantity}} pieces are looked at"
规则 "小单先做" / "small ones first" 级别 10: 当 订单.总数量 < {small} 则 设 订单.优先级 = {priority}
    因为 "小单" / "small"
"""
OFFERS = f"""id,gives,amount,least_quantity,customer_cap,budget
MANY,minus,{MINUS_FEN / 100:g},{LEAST},{CUSTOMER_MOST},{BUDGET_FEN / 100:g}
"""


class Policy:
    """What was told of the rules: the versions by the most that they let pass, and which is in force."""

    def __init__(self) -> None:
        self.most: dict[int, int] = {}
        self.in_force = 0

    def hold(self, in_force: int, promises: Iterable[Promise]) -> None:
        """Raise Broken where another version is in force than was told, or a promotion is overdrawn."""
        want(in_force == self.in_force, f"version {in_force} is in force, and {self.in_force} was told")
        spent, orders = 0, Counter[str]()
        for promise in promises:
            fen, customer = taken(promise), promise.order.customer_id
            spent, orders[customer] = spent + fen, orders[customer] + bool(fen)
        want(spent <= BUDGET_FEN, f"{spent} fen were given of a budget of {BUDGET_FEN}")
        want(all(count <= CUSTOMER_MOST for count in orders.values()), f"so many have the promotion: {dict(orders)}")

    def decided(self, asked: Order, told: Promise, others: Iterable[Promise]) -> None:
        """Raise Broken where an order was decided otherwise than these rules say; `others` are those beside it."""
        name, pieces = asked.id, sum(line.quantity for line in asked.lines)
        placed = {line.line_no for line in told.lines if line.outcome is not Outcome.REFUSED}
        refused = [TOO_MANY in line.refusal for line in told.lines]
        too_many = pieces > self.most[self.in_force]
        want(all(refused) if too_many else not any(refused), f"{name} of {pieces} pieces was told {refused}")
        looked_at = told.hold is not None and any(LOOK in reason for reason in told.hold.reasons)
        wanted = bool(placed) and pieces > LOOKED_AT
        want(looked_at == wanted, f"{name} of {pieces} pieces is held by {told.hold}")
        priority = SMALL_PRIORITY if pieces < SMALL else asked.priority
        want(told.priority == priority, f"{name} of {pieces} pieces has priority {told.priority}")
        # Of a line that was divided only the parts count that got a place.
        bought = sum(line.quantity for line in told.order.lines if line.line_no in placed)
        due = _due(bought, asked.customer_id, others)
        want(taken(told) == due, f"{name} has {taken(told)} fen off, and {due} are due")


def files(most: int) -> Mapping[str, str]:
    """The files of a version."""
    text = RULES.format(most=most, looked_at=LOOKED_AT, small=SMALL, priority=SMALL_PRIORITY)
    return {"world.rules": text, PROMOTIONS: OFFERS}


def taken(promise: Promise) -> int:
    """Fen that an order has off as it stands."""
    if all(line.state in GIVEN_BACK for line in promise.lines):
        return 0
    return sum(granted.fen for granted in promise.granted)


def _due(pieces: int, customer_id: str, others: Iterable[Promise]) -> int:
    """What an order is due beside others, of which so many pieces got a place."""
    standing = [(taken(other), other.order.customer_id) for other in others]
    mine = sum(bool(fen) and customer == customer_id for fen, customer in standing)
    left = BUDGET_FEN - sum(fen for fen, _ in standing)
    return MINUS_FEN if pieces >= LEAST and mine < CUSTOMER_MOST and left >= MINUS_FEN else 0

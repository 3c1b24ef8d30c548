"""The demo's three orders for the rules: one held for credit, one refused, one with three promotions that compete."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from zoneinfo import ZoneInfo

from client.calls import JiaoqiClient, line
from client.catalogue import LANGUAGES, language, use_language
from client.process import start_server
from client.promotion_words import promotions_in_words
from jiaoqi.v1 import order_pb2, promise_pb2
from plants.optimoldiq.convert import Assumptions

POLICY = "moulding"
ITEM = "10236M"
CUSTOMERS = """customer,name,grade,credit_limit,receivables
NEAR,near its limit,B,100000,70000
OVER,over its limit,B,50000,45000
GOOD,well within its limit,A,1000000,0
"""
PROMOTIONS = """id,gives,amount,rate,least_amount,group,stacking
SEASON-MINUS,minus,800,,20000,season,yes
SEASON-PERCENT,percent,,5%,,season,yes
SINGLE,minus,900,,,,no
"""
ZONE = ZoneInfo(Assumptions().zone)
NOW = datetime(2018, 11, 5, 8, tzinfo=ZONE)
AHEAD = timedelta(days=30)
TIMEOUT_S = 900.0


@dataclass(frozen=True, slots=True)
class Judged:
    """What became of an order, and why in each language."""

    order_id: str
    customer_id: str
    amount_yuan: int
    discount_yuan: int
    promise: promise_pb2.Promise
    said: Mapping[str, tuple[str, ...]]

    @property
    def state(self) -> promise_pb2.PromiseState:
        """How its line stands."""
        return self.promise.lines[0].state


CASES = (
    ("R-1", "NEAR", 40_000, 2_000),
    ("R-2", "OVER", 40_000, 2_000),
    ("R-3", "GOOD", 20_000, 1_000),
)
"""Order, customer, list amount and discount given, in yuan."""


def judge(plant: Mapping[str, bytes]) -> Iterator[Judged]:
    """Have the orders decided by a server of their own, with the shipped policy for moulding and three promotions."""
    with TemporaryDirectory() as folder:
        offers = Path(folder, "promotions.csv")
        offers.write_text(PROMOTIONS, encoding="utf-8")
        given = ("--rules", POLICY, "--promotions", str(offers), "--redispatch", "off")
        with (
            start_server(Path(folder, "rules.sqlite"), given) as address,
            JiaoqiClient(address, caller="demo", timeout_s=TIMEOUT_S) as client,
        ):
            client.import_plant({**plant, "customers.csv": CUSTOMERS.encode()})
            client.set_clock(NOW)
            for order_id, customer_id, amount, discount in CASES:
                promise = client.promise(_order(order_id, customer_id, amount, discount)).promise
                yield Judged(order_id, customer_id, amount, discount, promise, _said(promise))


def _order(order_id: str, customer_id: str, amount_yuan: int, discount_yuan: int) -> order_pb2.Order:
    wanted = line(1, ITEM, 1_000, NOW + AHEAD)
    wanted.unit_price_fen, wanted.discount_fen = amount_yuan // 10, discount_yuan * 100
    return order_pb2.Order(id=order_id, customer_id=customer_id, lines=[wanted])


def _said(promise: promise_pb2.Promise) -> dict[str, tuple[str, ...]]:
    """Why, in each language: what the rules said, and what became of the promotions."""
    spoken = language()
    found = {}
    try:
        for number, each in enumerate(LANGUAGES):
            use_language(each)
            rules = [_half(text, number) for text in (*promise.hold.reasons, promise.lines[0].refusal) if text]
            found[each] = (*rules, *(() if rules else promotions_in_words(promise, ZONE)))
    finally:
        use_language(spoken)
    return found


def _half(text: str, number: int) -> str:
    """One language of a text that rules gave in both."""
    halves = text.split(" / ")
    return halves[number] if len(halves) == len(LANGUAGES) else text

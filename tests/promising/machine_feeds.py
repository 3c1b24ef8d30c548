"""The rules of the desk's machine for feeds: counts, goods that leave and come, receipts, customers, whole plants."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from domain.plant import Plant
from domain.supply import OnHand
from domain.values import replace
from promising.feed_requests import Arrival, CustomerChange, Feed, FeedAnswer, Issue, ReceiptChange
from promising.plant_files import write_plant
from tests.promising.desks import Bench
from tests.promising.machine_orders import SOMETIMES
from tests.promising.machine_stock import Ledger

STOCKED = ("cap-white", "box", "jar", "set", "screw")
RECEIPTS = ("R1", "R2", "R3")
CUSTOMERS = ("ACME", "BETA")
ISSUED = re.compile(r"reservations: ~ (\S+) line (\d+) \((\d+) of (\S+) issued\)")


class FeedRules:
    """What other systems report. Every answer is remembered in `feeds`, every movement in the `ledger`."""

    bench: Bench
    ledger: Ledger
    now: datetime
    feeds: dict[Feed, FeedAnswer]
    requests: int
    faultily: Callable[[Callable[[], Any], str], Any]

    @rule(data=st.data(), check=st.sampled_from((False, False, False, True)), fault=SOMETIMES)
    def feed(self, data, check, fault) -> None:
        """Taken over as a whole or not at all."""
        self.requests += 1
        rows = data.draw(self._rows())
        made = Feed(f"f{self.requests}", "erp", validate_only=check, **rows)
        before = self.bench.desk.plant()
        answer = self.faultily(lambda: self.bench.desk.feed(made), "" if check else fault)
        if answer is None or check:
            assert self.bench.desk.plant() == before
            return
        self.feeds[made] = answer
        self._note(made, answer, before)

    def _note(self, made: Feed, answer: FeedAnswer, before: Plant) -> None:
        """Enter what came and went into the ledger."""
        for count in made.stock:
            self.ledger.counted(count.item_id, count.quantity, count.as_of)
        times = {(issue.order_id, issue.line_no): issue.time for issue in made.issues}
        for order_id, line_no, quantity, item_id in ISSUED.findall("\n".join(answer.changes)):
            self.ledger.moved(item_id, -int(quantity), times[order_id, int(line_no)])
        receipts = {receipt.id: receipt for receipt in before.receipts}
        for arrival in made.arrivals:
            receipt = receipts[arrival.receipt_id]
            self.ledger.moved(receipt.item_id, arrival.quantity or receipt.quantity, arrival.time)

    def _rows(self):
        """Strategy of rows that make some sense now."""
        receipts = sorted(receipt.id for receipt in self.bench.desk.plant().receipts)
        ago = st.just(0) | st.integers(0, 48)
        item, past = st.sampled_from(STOCKED), ago.map(lambda hours: self.now - timedelta(hours=hours))
        time = st.integers(1, 96).map(lambda hours: self.now + timedelta(hours=hours))
        sure = st.none() | st.integers(0, 100)
        held = sorted(
            {
                (peg.order_id, peg.line_no)
                for promise in self.bench.desk.list_orders(1000)[0]
                for peg in self.bench.desk._stands.plan.pegs(promise.order.id)
                if not peg.receipt_id
            }
        )
        kinds = {
            "stock": st.builds(OnHand, item, st.integers(0, 1500), past),
            "receipts": st.builds(ReceiptChange, st.sampled_from(RECEIPTS), item, st.integers(1, 900), time, sure),
            "customers": st.builds(
                CustomerChange, st.sampled_from(("ACME", "BETA")), receivables_fen=st.integers(0, 9)
            ),
        }
        if receipts:
            some = st.sampled_from(receipts)
            kinds["arrivals"] = st.builds(Arrival, some, past, st.integers(0, 300))
            kinds["removed_receipts"] = some
        if held:
            issue = st.builds(
                lambda one, at, q: Issue(*one, at, quantity=q), st.sampled_from(held), past, st.integers(0, 9)
            )
            kinds["issues"] = issue
        many = {name: st.lists(of, min_size=1, max_size=2).map(tuple) for name, of in kinds.items()}
        one = st.one_of([st.fixed_dictionaries({name: of}) for name, of in many.items()])
        return one | st.fixed_dictionaries({"stock": many["stock"], "receipts": many["receipts"]})

    @precondition(lambda self: self.feeds)
    @rule(data=st.data())
    def feed_again(self, data) -> None:
        """The first answer comes back, and the stock stays as it is."""
        made = data.draw(st.sampled_from(sorted(self.feeds, key=lambda made: made.request_id)))
        before = self.bench.desk.plant()
        assert self.bench.desk.feed(made) == self.feeds[made]
        assert self.bench.desk.plant() == before

    @rule(item=st.sampled_from(STOCKED), quantity=st.integers(0, 1500), hours=st.integers(0, 24), fault=SOMETIMES)
    def import_plant(self, item, quantity, hours, fault) -> None:
        """The whole plant with another count of one item, not older than what was known of it."""
        standing = self.bench.desk.plant()
        known = {row.item_id: row for row in standing.on_hand}
        as_of = self.now - timedelta(hours=hours)
        known[item] = OnHand(item, quantity, max(as_of, known[item].as_of) if item in known else as_of)
        plant = replace(standing, on_hand=tuple(known.values()))
        files = write_plant(plant)
        self.requests += 1
        request_id = f"p{self.requests}"

        def call():
            return self.bench.desk.import_plant(files, request_id=request_id, caller="planner")

        # A second try of an import that was made finds nothing to change.
        before = self.bench.desk.status().plant_version
        if self.faultily(call, fault) is not None and self.bench.desk.status().plant_version > before:
            for row in plant.on_hand:
                self.ledger.counted(row.item_id, row.quantity, row.as_of)

"""Promotions typed by hand, and the same orders at a desk: `python -m simulators.discounts trade --days 3 --seeds 5`.

What an order is due is worked out from the offers as salespeople know them, not by the desk's own code. Exit status 0;
1 where the desk granted another discount than the due one, or a call failed inside the server.
"""

from __future__ import annotations

import argparse
import csv
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, fields
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from client.calls import JiaoqiClient
from client.process import start_server
from domain.checks import check_range
from domain.orders import Order
from domain.values import replace
from jiaoqi.v1 import promise_pb2
from promising.plant_files import write_plant
from simulators.beforeafter import interval
from simulators.chance import PERMILLE, Chance
from simulators.demand import DemandEvent, Kind, stream
from simulators.demand_play import OK, send
from simulators.demand_profile import DemandProfile
from simulators.factories import FACTORIES, Factory, make

FAILED = ("INTERNAL", "UNKNOWN", "UNAVAILABLE")
TIMEOUT_S = 600.0
SLIPS = (50, 90, 97, 99, 101, 103, 110, 200)
"""What a miscounted discount is of the due one, in percent: a wrong rate, a sum before another line was added."""
FEN = 100


@dataclass(frozen=True, slots=True)
class Hand:
    """How often in a thousand orders a salesperson who types a promotion goes wrong.

    `forgets`: nothing is typed where something is due. `mistakes`: another offer than the best one that the order may
    have, as of another channel or below its threshold. `miscounts`: the right offer with another amount. What is
    claimed twice on two channels comes with the demand, and is typed as it is claimed.
    """

    forgets: int = 12
    mistakes: int = 2
    miscounts: int = 8

    def __post_init__(self) -> None:
        for name in self.__slots__:
            check_range(name, getattr(self, name), 0, PERMILLE)


@dataclass(frozen=True, slots=True)
class Discounts:
    """One run. `wrong`: orders whose discount isn't the due one, of the `promoted`, which have or are due one.

    `wrong_share` is of those; `too_much_yuan` and `too_little_yuan` are sums over the run. `held`: orders whose payment
    the desk held since another discount was typed; they are put right, and not wrong. `misgranted`: orders to which the
    desk itself granted another discount than the due one.
    """

    office: str
    seed: int
    orders: int
    promoted: int
    wrong: int
    wrong_share: float
    too_much_yuan: float
    too_little_yuan: float
    held: int
    misgranted: int


def due_fen(profile: DemandProfile, order: Order) -> int:
    """What an order is due: the best of the offers on the channel that it came on."""
    amount = amount_fen(order)
    offers = (offer for offer in profile.offers if offer.channel_id in ("", order.channel_id))
    return max((offer.discount(amount) for offer in offers), default=0)


def discount_fen(order: Order) -> int:
    """The discount that an order carries."""
    return sum(line.discount_fen for line in order.lines)


def typed(profile: DemandProfile, order: Order, hand: Hand, seed: int) -> Order:
    """The order with the discount that its salesperson typed: the same for the same seed and order."""
    chance = Chance("hand", seed, order.id)
    claimed, draw = discount_fen(order), chance.below(PERMILLE)
    if draw < hand.forgets:
        return _given(order, 0)
    if draw < hand.forgets + hand.mistakes:
        # Whatever its channel and threshold.
        others = [replace(offer, least_fen=0).discount(amount_fen(order)) for offer in profile.offers]
        return _given(order, chance.one(tuple(others))) if others else order
    if draw < hand.forgets + hand.mistakes + hand.miscounts:
        return _given(order, min(amount_fen(order), claimed * chance.one(SLIPS) // 100))
    return order


def amount_fen(order: Order) -> int:
    """What the lines cost before any discount."""
    return sum(line.quantity * line.unit_price_fen for line in order.lines)


def _given(order: Order, discount: int) -> Order:
    """The order with a discount, shared over its lines by their amounts."""
    lines, left, rest = [], amount_fen(order), discount
    for line in order.lines:
        amount = line.quantity * line.unit_price_fen
        share = rest * amount // left if left else 0
        lines.append(replace(line, discount_fen=share))
        left, rest = left - amount, rest - share
    return replace(order, lines=tuple(lines))


def orders_of(factory: Factory, days: int, seed: int, hand: Hand) -> Iterator[DemandEvent]:
    """The orders of some days from the factory's ordinary one on, as they are typed."""
    for event in stream(factory.demand, factory.ordinary, days, seed):
        if event.kind is Kind.ORDER and event.order is not None:
            yield replace(event, order=typed(factory.demand, event.order, hand, seed))


def by_hand(factory: Factory, days: int, seed: int, hand: Hand) -> Discounts:
    """What is typed is given."""
    found = []
    for event in orders_of(factory, days, seed, hand):
        assert event.order is not None
        found.append((due_fen(factory.demand, event.order), discount_fen(event.order)))
    return _summed("by hand", seed, found)


def by_desk(factory: Factory, days: int, seed: int, hand: Hand, tolerance_fen: int | None = None) -> Discounts:
    """The same orders, typed as before, promised by a desk that knows the promotions and audits what is typed.

    `tolerance_fen`: by how much a discount may be off, where the plant's own figure isn't meant. What is given is
    what was typed, unless the payment is held: then it is put right to what the desk says is due. Orders that are
    refused have no discount. Raises RuntimeError where a call failed inside the server.
    """
    found: list[tuple[int, int]] = []
    held = misgranted = 0
    plant = factory.plant
    if tolerance_fen is not None:
        plant = replace(plant, settings=replace(plant.settings, discount_tolerance_fen=tolerance_fen))
    with TemporaryDirectory() as folder:
        path = Path(folder, "promotions.csv")
        path.write_text(factory.promotions, encoding="utf-8")
        flags = ["--rules", factory.policy, "--promotions", str(path), "--redispatch", "off", "--log-level", "error"]
        with (
            start_server(Path(folder, "store.sqlite"), flags) as address,
            JiaoqiClient(address, timeout_s=TIMEOUT_S) as client,
        ):
            client.import_plant(write_plant(plant))
            client.set_clock(factory.opening)
            for event, promise in _promised(client, orders_of(factory, days, seed, hand)):
                assert event.order is not None
                order = _placed(event.order, promise)
                if order is None:
                    continue
                due = due_fen(factory.demand, order)
                granted = sum(grant.discount_fen for grant in promise.granted_promotions)
                held += promise.payment_held
                misgranted += granted != due
                found.append((due, granted if promise.payment_held else discount_fen(order)))
    return replace(_summed("desk", seed, found), held=held, misgranted=misgranted)


def _promised(client: JiaoqiClient, events: Iterable[DemandEvent]) -> Iterator[tuple[DemandEvent, promise_pb2.Promise]]:
    now = None
    for event in events:
        if now is None or event.time - now > timedelta(minutes=1):
            now = event.time
            client.set_clock(now)
        told = send(client, event)
        if told.code in FAILED:
            raise RuntimeError(f"{event.order_id}: {told.code} {told.reason}")
        if told.code == OK and told.promise is not None:
            yield event, told.promise


def _placed(order: Order, promise: promise_pb2.Promise) -> Order | None:
    """The order with the lines that are to be delivered; None: with none of them."""
    there = {line.line_no for line in promise.lines if line.outcome != promise_pb2.OUTCOME_REFUSED}
    lines = tuple(line for line in order.lines if line.line_no in there)
    return replace(order, lines=lines) if lines else None


def _summed(office: str, seed: int, found: Sequence[tuple[int, int]]) -> Discounts:
    """A run of (due, given) in fen."""
    promoted = sum(bool(due or given) for due, given in found)
    wrong = [given - due for due, given in found if given != due]
    much, little = (sum(max(0, sign * off) for off in wrong) / FEN for sign in (1, -1))
    return Discounts(
        office, seed, len(found), promoted, len(wrong), len(wrong) / max(1, promoted), much, little, held=0,
        misgranted=0,
    )  # fmt: skip


def table(rows: Sequence[Discounts]) -> str:
    """Means with their 95 % intervals, a row for each office."""
    names = [each.name for each in fields(Discounts)][2:]
    lines = [f"| office | seeds | {' | '.join(names)} |", "|---" * (len(names) + 2) + "|"]
    for office in dict.fromkeys(row.office for row in rows):
        mine = [row for row in rows if row.office == office]
        cells = []
        for name in names:
            middle, half = interval([float(getattr(row, name)) for row in mine])
            scale, digits = (100, 2) if name == "wrong_share" else (1, 0)
            cells.append(f"{middle * scale:.{digits}f} ± {half * scale:.{digits}f}")
        lines.append(f"| {office} | {len(mine)} | {' | '.join(cells)} |")
    return "\n".join(lines)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run both and print a table."""
    promoting = tuple(name for name in FACTORIES if make(name).promotions)
    parser = argparse.ArgumentParser(prog="python -m simulators.discounts", description=__doc__)
    parser.add_argument("factory", choices=promoting)
    parser.add_argument("--days", type=int, default=3)
    parser.add_argument("--seeds", type=int, default=5, help="runs of each, from seed --first on")
    parser.add_argument("--first", type=int, default=1)
    parser.add_argument("--only", choices=("by_hand", "by_desk"))
    parser.add_argument("--tolerance", type=int, help="fen by which a discount may be off at the desk")
    parser.add_argument("--out", type=Path, help="file for a row of each run, as CSV")
    given = parser.parse_args(arguments)
    factory, hand = make(given.factory), Hand()
    rows: list[Discounts] = []
    for seed in range(given.first, given.first + given.seeds):
        if given.only != "by_desk":
            rows.append(by_hand(factory, given.days, seed, hand))
        if given.only != "by_hand":
            rows.append(by_desk(factory, given.days, seed, hand, given.tolerance))
        print(f"seed {seed}: done", file=sys.stderr, flush=True)
    if given.out is not None:
        with given.out.open("w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, [each.name for each in fields(Discounts)], lineterminator="\n")
            writer.writeheader()
            writer.writerows(asdict(row) for row in rows)
    print(f"{factory.name}, {given.days} days from {factory.ordinary}, seeds from {given.first}\n")
    print(table(rows))
    return 1 if any(row.misgranted for row in rows) else 0


if __name__ == "__main__":
    sys.exit(main())

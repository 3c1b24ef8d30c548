"""What a lot makes beyond its need: free once its work is done, and pegged safely from then on."""

from datetime import UTC, datetime

from domain.orders import Order, OrderLine
from domain.plant import Plant
from domain.promises import KitPart, Outcome, Source, surplus_id
from domain.supply import OnHand
from domain.values import replace
from scheduler.planner import Effort, Planner
from scheduler.verify import Rule, verify
from tests.scheduler.test_sourcing import NOW_S, hours, lamps, restored, stocked


def shades_by_fifty(**changes: object) -> Plant:
    """Shades are moulded fifty at a time, in five hours."""
    plant = lamps(**changes)
    items = tuple(replace(item, lot_multiple=50) if item.id == "shade" else item for item in plant.items)
    return replace(plant, items=items)


class Days:
    """A planner with the clock that its orders come by, and what a store would have of it."""

    def __init__(self, plant: Plant) -> None:
        self.planner = Planner(plant, NOW_S)
        self.deltas = [self.planner.take_delta()]

    def ask(self, name: str, quantity: int, item_id: str = "lamp", hour: float = 0):
        """The answer for a line at an hour; it stands where it isn't refused."""
        wanted = datetime.fromtimestamp(NOW_S, UTC)
        order = Order(name, "C-1", (OrderLine(1, item_id, quantity, wanted),))
        now_s = NOW_S + int(hour * 3600)
        decision = self.planner.decide(order, now_s, effort=Effort.INSTANT)
        if decision.lines[0].outcome is Outcome.REFUSED:
            self.planner.undo(decision)
        else:
            self.planner.keep(decision)
        self.look()
        return decision.lines[0]

    def look(self) -> None:
        """Store, and find the same plan in the store."""
        self.deltas.append(self.planner.take_delta())
        assert verify(self.planner.snapshot()) == []
        again = restored(self.planner, self.deltas)
        assert [(x.key, x.lot, x.need, x.start_s, x.end_s) for x in again.snapshot().operations] == [
            (x.key, x.lot, x.need, x.start_s, x.end_s) for x in self.planner.snapshot().operations
        ]
        assert sorted(again.surpluses()) == sorted(self.planner.surpluses())
        assert sorted(map(repr, again.pegged())) == sorted(map(repr, self.planner.pegged()))


def test_the_surplus_of_a_lot_serves_the_next_line_once_the_lot_has_begun() -> None:
    """Fifty shades for twenty lamps: thirty are over at one, for lamps asked for then; none for those at eight."""
    days = Days(shades_by_fifty())
    assert days.ask("SO-1", 20).promised_time == hours(6)
    early = days.ask("SO-2", 20)
    assert [part.quantity for part in early.kit if part.source is Source.MAKE] == [20, 20]
    assert sum(x.item_id == "shade" for x in days.planner.snapshot().operations) == 2
    told = days.ask("SO-3", 30, hour=5)
    lot = days.planner.snapshot().operations[0].lot
    assert KitPart("shade", 30, Source.SURPLUS, "lamp", hours(5), surplus_id(lot)) in told.kit
    assert told.promised_time == hours(7.5)
    assert list(days.planner.surpluses()) == [("shade", surplus_id(lot), hours(5), 30)]


def test_surplus_that_is_taken_is_not_given_again() -> None:
    """Of thirty twenty are taken: the next line has ten of them, and makes ten."""
    days = Days(shades_by_fifty())
    days.ask("SO-1", 20)
    days.ask("SO-2", 20, hour=5)
    told = days.ask("SO-3", 20, hour=5)
    assert [(p.source, p.quantity) for p in told.kit if p.item_id == "shade"] == [
        (Source.SURPLUS, 10),
        (Source.MAKE, 10),
    ]


def test_a_cancelled_line_leaves_the_surplus_to_the_line_that_has_it() -> None:
    """What has begun is made whatever becomes of the order; without its lamps the other one's are done sooner."""
    days = Days(shades_by_fifty())
    days.ask("SO-1", 20)
    told = days.ask("SO-2", 30, hour=5)
    days.planner.remove("SO-1", NOW_S + 5 * 3600)
    days.look()
    assert told.promised_time == hours(7.5)
    assert days.planner.expected("SO-2", 1) == NOW_S + int(6.5 * 3600)
    assert [peg.receipt_id for peg in days.planner.pegs("SO-2") if peg.source is Source.SURPLUS] != []
    days.planner.remove("SO-2", NOW_S + 5 * 3600)
    days.look()
    assert days.ask("SO-3", 30, hour=5).promised_time == hours(6.5)


def test_what_is_delivered_as_it_is_comes_from_surplus_too() -> None:
    """Thirty shades sold as they are, at one."""
    days = Days(shades_by_fifty())
    days.ask("SO-1", 20)
    told = days.ask("SO-2", 30, "shade", hour=5)
    assert told.promised_time == hours(5)
    assert [peg.source for peg in days.planner.pegs("SO-2")] == [Source.SURPLUS]


def test_a_line_from_before_the_need_was_known_has_no_surplus() -> None:
    """In old stores the pieces needed are 0: nothing is given away of which nobody knows."""
    days = Days(shades_by_fifty())
    days.ask("SO-1", 20)
    for info in days.planner._lines:
        info.need = 0
    days.planner._yields.clear()
    days.planner.advance(NOW_S + 5 * 3600)
    days.planner._find_surplus()
    assert list(days.planner.surpluses()) == []


def test_an_import_whose_counts_include_the_surplus_has_it_in_stock() -> None:
    """Counted at two, when the lot was done: thirty shades more on hand, and the line has its thirty from there."""
    days = Days(shades_by_fifty())
    days.ask("SO-1", 20)
    days.ask("SO-2", 25, hour=5)
    plant = days.planner.plant
    days.planner.advance(NOW_S + 6 * 3600)
    counted = replace(plant, on_hand=(*plant.on_hand, OnHand("shade", 30, hours(6))))
    kept = days.planner.rebuild(counted, {"shade": NOW_S + 6 * 3600})
    assert list(kept.surpluses()) == []
    assert [(p.source, p.quantity) for p in kept.pegs("SO-2") if p.item_id == "shade"] == [(Source.STOCK, 25)]
    kept.take_delta()
    assert verify(kept.snapshot()) == []
    before = days.planner.rebuild(counted, {"shade": NOW_S + 4 * 3600})
    assert [quantity for *_, quantity in before.surpluses()] == [30]


def test_the_checker_finds_surplus_that_is_not_there() -> None:
    """More than there is; before the lot is a fact; of another item; before it is done."""
    days = Days(shades_by_fifty(on_hand=stocked(resin=100, screw=1000, cable=1000)))
    days.ask("SO-1", 20)
    days.ask("SO-2", 30, hour=5)
    snapshot = days.planner.snapshot()
    (peg,) = [peg for peg in snapshot.material if peg.source is Source.SURPLUS]
    others = tuple(each for each in snapshot.material if each is not peg)
    for wrong in (replace(peg, quantity=31), replace(peg, item_id="vase")):
        found = verify(replace(snapshot, material=(*others, wrong)))
        assert {breach.rule for breach in found} == {Rule.MATERIAL}
    first = snapshot.operations[0]
    for changes in ({"need": 21}, {"need": 0}, {"fixed": False}, {"end_s": first.end_s + 1}):
        operations = tuple(replace(x, **changes) if x.key == first.key else x for x in snapshot.operations)
        assert Rule.MATERIAL in {breach.rule for breach in verify(replace(snapshot, operations=operations))}
    sooner = tuple(
        replace(x, start_s=x.start_s - 7200, end_s=x.end_s - 7200) if x.order_id == "SO-2" else x
        for x in snapshot.operations
    )
    assert Rule.MATERIAL in {breach.rule for breach in verify(replace(snapshot, operations=sooner))}


def test_the_check_of_a_commit_finds_surplus_that_is_not_there() -> None:
    """A peg of 31 where thirty are over never reaches the store."""
    days = Days(shades_by_fifty())
    days.ask("SO-1", 20)
    days.ask("SO-2", 10, hour=5)
    check = days.planner._check
    (peg,) = [peg for peg in days.planner.pegs("SO-2") if peg.source is Source.SURPLUS]
    assert check.peg([replace(peg, quantity=20)]) == ""
    assert check.peg([replace(peg, quantity=1)]) == f"{peg.receipt_id}: 31 reserved of 30"

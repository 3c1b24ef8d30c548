"""The plant comes and changes; its clock goes forward; a restart finds all of it."""

from datetime import timedelta

import pytest

from domain.checks import to_unix_down
from domain.errors import DeskStopped, InvalidInput, WouldBreakReservations, WrongState
from domain.plant import ClockMode, Plant
from domain.promises import EventKind
from domain.trade import Customer
from domain.values import replace
from promising.desk import Desk
from promising.load import changeover_time
from promising.plant_files import write_plant
from promising.requests import ScheduleFilter
from scheduler.planner import Planner
from store.database import Store
from tests.promising.desks import MONDAY, OFF, Bench, SetClock, ask, bench, cancel, order
from tests.promising.desks import shop as shop_plant
from tests.stores import Places


def without_machine(plant: Plant, machine: str) -> Plant:
    """The shop with one machine sold."""
    return replace(
        plant,
        resources=tuple(resource for resource in plant.resources if resource.id != machine),
        moulds=tuple(
            replace(
                mould,
                fits=tuple(fit for fit in mould.fits if fit != machine),
                mounted_on="" if mould.mounted_on == machine else mould.mounted_on,
            )
            for mould in plant.moulds
        ),
        routings=tuple(
            replace(
                routing,
                operations=tuple(
                    replace(step, modes=tuple(mode for mode in step.modes if mode.resource_id != machine))
                    for step in routing.operations
                ),
            )
            for routing in plant.routings
        ),
    )


def test_without_a_plant_nothing_is_promised(places: Places) -> None:
    """The desk runs, says why it doesn't promise, and takes the import."""
    store = Store(places())
    desk = Desk(store, SetClock(), OFF)
    desk.start()
    assert (desk.status().running, desk.status().why) == (False, "no plant was imported yet")
    for call in (lambda: desk.promise(ask(order())), lambda: desk.quote(ask(order())), desk.plant, desk.check):
        with pytest.raises(DeskStopped, match="no plant"):
            call()
    assert desk.schedule() == []
    change = desk.import_plant(write_plant(shop_plant(ClockMode.SYSTEM)))
    assert change.applied
    assert desk.promise(ask(order())).version == 1
    desk.stop()
    store.close()


def test_importing_the_same_plant_again_changes_nothing(shop: Bench) -> None:
    """No change, no event, no new version."""
    before = shop.kinds()
    change = shop.desk.import_plant(shop.desk.export_plant())
    assert (change.changes, change.applied, change.version) == ((), False, 1)
    assert shop.kinds() == before


def test_a_changed_plant_tells_what_changed_and_keeps_the_promises(shop: Bench) -> None:
    """A third item; the standing order keeps its place and date, before and after a restart."""
    stands = shop.desk.promise(ask(order()))
    plant = shop.desk.plant()
    wider = replace(plant, items=(*plant.items, replace(plant.items[0], id="cap-red", colour="red")))
    files = write_plant(wider)
    tried = shop.desk.import_plant(files, validate_only=True)
    assert not tried.applied
    assert shop.desk.plant() == plant
    change = shop.desk.import_plant(files, caller="planner")
    assert change.changes == tried.changes
    assert "items: + cap-red" in change.changes
    assert change.version == 2
    assert shop.kinds()[-1] is EventKind.PLANT_IMPORTED
    for _ in range(2):
        assert shop.desk.plant() == wider
        assert [r.order_id for r in shop.desk.schedule()] == ["SO-1"]
        assert shop.desk.get("SO-1").lines == stands.lines
        assert shop.desk.check() == []
        shop.crash()
    assert shop.desk.promise(ask(order("SO-2", "cap-red"))).version == 1


def test_a_change_that_would_break_a_reservation_is_refused_with_the_list(shop: Bench) -> None:
    """The machine that holds the order is sold: refused, and everything is as before."""
    shop.desk.promise(ask(order()))
    plant, before = shop.desk.plant(), shop.kinds()
    for validate_only in (True, False):
        with pytest.raises(WouldBreakReservations) as refused:
            shop.desk.import_plant(write_plant(without_machine(plant, "M1")), validate_only=validate_only)
        assert len(refused.value.broken) == 1
        assert refused.value.broken[0].startswith("SO-1 line 1")
    assert shop.desk.plant() == plant
    assert shop.kinds() == before
    shop.desk.change(cancel("SO-1"))
    assert shop.desk.import_plant(write_plant(without_machine(plant, "M1"))).applied


def test_mistakes_in_the_files_come_with_file_and_row(shop: Bench) -> None:
    """And change nothing."""
    files = dict(shop.desk.export_plant())
    files["items.csv"] = files["items.csv"].replace(b"lid", b"l\x00d", 1)
    with pytest.raises(InvalidInput) as refused:
        shop.desk.import_plant(files)
    assert refused.value.violations[0].field.startswith("items.csv:")
    assert shop.desk.status().plant_version == 1


def test_customers_are_checked_once_the_plant_knows_any(shop: Bench) -> None:
    """Without customers anyone may order; with some, only they."""
    shop.desk.promise(ask(order()))
    shop.desk.import_plant(write_plant(replace(shop.desk.plant(), customers=(Customer("B"),))))
    with pytest.raises(InvalidInput, match="customer_id"):
        shop.desk.promise(ask(order("SO-2")))
    assert shop.desk.promise(ask(order("SO-2", customer_id="B"))).version == 1


def test_a_manual_clock_is_set_before_anything_is_promised(places: Places) -> None:
    """Unset, the desk says so; set, it may still be set back while no order was answered."""
    store = Store(places())
    desk = Desk(store, SetClock(), OFF)
    desk.start()
    desk.import_plant(write_plant(shop_plant()))
    with pytest.raises(DeskStopped, match="never set"):
        desk.now()
    with pytest.raises(DeskStopped, match="never set"):
        desk.promise(ask(order()))
    desk.set_clock(MONDAY + timedelta(days=300))
    assert desk.set_clock(MONDAY) == MONDAY
    assert desk.promise(ask(order())).decided_at == MONDAY
    with pytest.raises(InvalidInput, match="in the past"):
        desk.set_clock(MONDAY - timedelta(seconds=1))
    assert desk.now() == MONDAY
    desk.stop()
    store.close()


def test_a_manual_clock_stands_still_and_survives_a_restart(shop: Bench) -> None:
    """Set forward, logged, stored; the machine's clock doesn't matter."""
    shop.clock.time += 5000
    assert shop.desk.now() == MONDAY
    later = MONDAY + timedelta(hours=3)
    assert shop.desk.set_clock(later, caller="planner") == later
    event = shop.desk.events()[-1]
    assert (event.kind, event.actor, event.time) == (EventKind.CLOCK_SET, "planner", later)
    shop.crash()
    assert shop.desk.now() == later
    assert shop.desk.clock_mode() is ClockMode.MANUAL


def test_work_begun_by_the_clock_is_a_fact_that_a_cancel_leaves(shop: Bench) -> None:
    """An hour into the two hours' run the order is cancelled: the run stays, fixed, through a restart."""
    shop.desk.promise(ask(order()))
    shop.desk.set_clock(MONDAY + timedelta(hours=1))
    (begun,) = shop.desk.schedule()
    assert begun.fixed
    shop.desk.change(cancel("SO-1"))
    assert shop.desk.schedule() == [begun]
    shop.crash()
    assert shop.desk.schedule() == [begun]
    assert shop.desk.check() == []


def test_an_offset_clock_runs_on_from_the_time_it_was_set_to(shop: Bench) -> None:
    """The demo's plant goes on living in its own year; the switch is stored."""
    later = MONDAY + timedelta(hours=3)
    shop.desk.set_clock(later, mode=ClockMode.OFFSET)
    shop.clock.time += 90
    assert shop.desk.now() == later + timedelta(seconds=90)
    shop.restart()
    shop.clock.time += 10
    assert shop.desk.now() == later + timedelta(seconds=100)


def test_a_system_clock_cannot_be_set_and_never_runs_back(places: Places) -> None:
    """The machine's clock is put back by an hour: the plant's stands still until it has caught up."""
    with bench(places(), plant=shop_plant()) as shop:
        shop.clock.time = MONDAY.timestamp() + 3600
        shop.desk.import_plant(write_plant(shop_plant(ClockMode.SYSTEM)))
        assert shop.desk.now() == MONDAY + timedelta(hours=1)
        with pytest.raises(WrongState):
            shop.desk.set_clock(MONDAY + timedelta(hours=5))
        shop.clock.time -= 3600
        assert shop.desk.now() == MONDAY + timedelta(hours=1)
        assert shop.desk.promise(ask(order())).decided_at == MONDAY + timedelta(hours=1)
        shop.crash()
        assert shop.desk.now() == MONDAY + timedelta(hours=1)


def test_a_restart_finds_orders_reservations_events_and_requests(shop: Bench) -> None:
    """Everything that was answered, and the same plan to the second."""
    answers = [
        shop.desk.promise(ask(order(f"SO-{number}", item, days=3, quantity=100 + number)))
        for number, item in enumerate(("cap", "lid", "box", "cap-white", "box"))
    ]
    shop.desk.change(cancel("SO-1"))
    shop.desk.set_clock(MONDAY + timedelta(minutes=30))
    seen = (
        shop.desk.schedule(),
        shop.desk.events(),
        shop.desk.list_orders(),
        shop.desk.status().plan_version,
        [shop.desk.get(answer.order.id) for answer in answers],
    )
    for leave in (shop.restart, shop.crash):
        leave()
        assert seen == (
            shop.desk.schedule(),
            shop.desk.events(),
            shop.desk.list_orders(),
            shop.desk.status().plan_version,
            [shop.desk.get(answer.order.id) for answer in answers],
        )
    for answer in answers:
        assert shop.desk.promise(ask(answer.order)) == answer
    assert shop.desk.promise(ask(order("SO-9", days=3, quantity=102, item_id="box"))).duplicates == ("SO-2",)


def test_the_schedule_is_shown_by_resource_mould_order_and_time(shop: Bench) -> None:
    """Filters of the schedule."""
    shop.desk.promise(ask(order("SO-1", "cap")))
    shop.desk.promise(ask(order("SO-2", "box")))

    def shown(**which) -> list[tuple[str, str]]:
        return [(r.order_id, r.resource_id) for r in shop.desk.schedule(ScheduleFilter(**which))]

    assert shown(resource_ids=("TABLE",)) == [("SO-2", "TABLE")]
    assert shown(mould_ids=("CAP",)) == [("SO-1", "M1")]
    assert shown(order_id="SO-2") == [("SO-2", "M2"), ("SO-2", "TABLE")]
    assert shown(start=MONDAY + timedelta(hours=4)) == [("SO-2", "TABLE")]
    assert shown(end=MONDAY + timedelta(minutes=1)) == [("SO-1", "M1"), ("SO-2", "M2")]


def test_load_tells_working_busy_and_changeover_time_by_day(shop: Bench) -> None:
    """Lids on Monday on M2: an hour of mounting by the setter, then 120 shots of a minute."""
    shop.desk.promise(ask(order("SO-1", "lid")))
    days = shop.desk.load(MONDAY, MONDAY + timedelta(days=1), ("M2", "SETTER", "TABLE"))
    found = [(day.resource_id, day.working, day.busy, day.changeover, day.downtime) for day in days]
    hour = 3600
    assert found == [
        ("M2", 12 * hour, 2 * hour, hour, 0),
        ("M2", 12 * hour, 0, 0, 0),
        ("SETTER", 8 * hour, 0, hour, 0),
        ("SETTER", 8 * hour, 0, 0, 0),
        ("TABLE", 16 * hour, 0, 0, 0),
        ("TABLE", 16 * hour, 0, 0, 0),
    ]
    with pytest.raises(InvalidInput, match="M9"):
        shop.desk.load(MONDAY, MONDAY + timedelta(days=1), ("M9",))


def test_a_changeover_takes_the_time_that_is_worked_in_it(shop: Bench) -> None:
    """The hour of mounting a lid's mould, done by the setter in two halves with a night between."""
    planner = Planner(shop.desk.plant(), to_unix_down(MONDAY))
    planner.keep(planner.decide(ask(order("SO-1", "lid")).order, planner.now_s))
    (lid,) = planner.snapshot().operations
    start_s, _ = lid.setup
    assert changeover_time(planner.plant, [lid]) == timedelta(hours=1)
    overnight = replace(lid, setup=(start_s + 8 * 3600 + 1800, start_s + 24 * 3600 + 1800))
    assert changeover_time(planner.plant, [overnight, lid]) == timedelta(hours=2)
    assert changeover_time(planner.plant, [replace(lid, setup=None)]) == timedelta()

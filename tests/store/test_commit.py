"""What one transaction writes, and what is found again."""

from pathlib import Path

import pytest

from domain.plant import ClockMode
from domain.promises import MaterialReservation, PromiseState
from domain.values import replace
from promising.ports import ClockState, CommitFailed, RequestKey, StandingOrder, Superseded, Writing
from store.database import Store
from tests.store import rows


def test_an_empty_store_holds_no_plant_no_orders_and_no_events(store: Store) -> None:
    """What a first start finds."""
    stored = store.load()
    assert stored.plant_files is None
    assert stored.plant_version == 0
    assert stored.clock == ClockState(ClockMode.SYSTEM, 0, None)
    assert stored.last_event == 0
    assert stored.image.operations == []
    assert list(store.load_orders()) == []
    assert store.events(0, 10) == []


def test_a_promise_is_found_again_with_its_event_request_and_operations(store: Store, where: Path | str) -> None:
    """Everything that one commit wrote, read through a second store on the same file."""
    material = MaterialReservation("SO-1", 1, "cup", 40, "PO-9")
    writing = rows.promised(1)
    assert writing.delta is not None
    writing.delta.material = [material]
    writing.delta.sequence = b"\x01\x02"
    store.commit(writing)
    other = Store(where)
    stored = other.load()
    assert stored.last_event == 1
    assert (stored.image.version, stored.image.floor_s, stored.image.now_s) == (1, 100, 200)
    assert stored.image.operations == [rows.operation(1)]
    assert stored.image.sequence == b"\x01\x02"
    assert stored.image.material == [material]
    assert other.promise_at("SO-1", 1) == rows.promise()
    assert list(other.load_orders()) == [StandingOrder("SO-1", "ACME", writing.promises[0].text)]
    assert other.events(0, 10) == [rows.event(1)]
    key = RequestKey("shop", "r-1")
    assert other.requests([key, RequestKey("shop", "r-2")]) == {key: writing.requests[0]}
    other.close()


@pytest.mark.parametrize("count", [1, 3, 4, 21, 64, 149])
def test_a_commit_writes_all_of_however_many_rows(store: Store, count: int) -> None:
    """Rows go in by sixty-four, sixteen, four and one: none twice, none left out, each as it was."""
    writing = rows.promised(1)
    assert writing.delta is not None
    writing.delta.placed = [rows.operation(number) for number in range(1, count + 1)]
    store.commit(writing)
    assert sorted(store.load().image.operations) == list(map(tuple, writing.delta.placed))


def test_what_could_not_be_written_locks_nothing_while_somebody_keeps_the_error(store: Store) -> None:
    """The error's frames hold cursors: the next commit, and another store's, must not wait for them."""
    store.commit(rows.promised(1))
    errors = []
    for wrong in (rows.promised(1), rows.promised(1, "SO-3")):
        with pytest.raises(CommitFailed) as failed:
            store.commit(wrong)
        errors.append(failed.value)
    store.commit(rows.promised(2, "SO-2"))
    assert len(errors) == 2
    assert store.load().last_event == 2


def test_who_looks_for_another_plan_gets_the_orders_that_stand_as_they_are_now(store: Store) -> None:
    """SO-1 was cancelled, and its first version is not taken for it; SO-2 was told another date."""
    store.commit(rows.promised(1))
    store.commit(rows.promised(2, "SO-2"))
    store.commit(rows.changed(3, "SO-1", PromiseState.CANCELLED))
    last = rows.changed(4, "SO-2", PromiseState.AT_RISK)
    store.commit(last)
    assert store.snapshot().orders == (StandingOrder("SO-2", "ACME", last.promises[0].text),)


def test_holds_of_a_batch_are_found_as_they_ended(store: Store) -> None:
    """Held, held longer, held and given up again within one commit; one of before is given up, another stays."""
    store.commit(replace(rows.promised(1), holds=[("SO-1", 100), ("SO-2", 200)]))
    later = [("SO-3", 300), ("SO-1", None), ("SO-4", 400), ("SO-3", 333), ("SO-4", None), ("SO-9", None)]
    store.commit(replace(rows.promised(2, "SO-2"), holds=later))
    assert store.load().holds == {"SO-2": 200, "SO-3": 333}


def test_requests_of_two_callers_with_one_id_are_two_requests(store: Store) -> None:
    """The key is caller and request id together."""
    first, second = rows.promised(1), rows.promised(2, "SO-2")
    key, other = RequestKey("shop", "same"), RequestKey("dealer", "same")
    for writing, its in ((first, key), (second, other)):
        record = writing.requests[0]
        writing.requests[0] = type(record)(its, record.digest, record.order_id, 1, 1)
        store.commit(writing)
    found = store.requests([key, other])
    assert {its: record.order_id for its, record in found.items()} == {key: "SO-1", other: "SO-2"}


def test_operations_are_changed_and_removed_by_key_and_others_stay(store: Store) -> None:
    """A delta writes what it names and nothing else."""
    store.commit(Writing(delta=rows.delta(placed=[rows.operation(key) for key in (1, 2, 3)])))
    store.commit(Writing(delta=rows.delta(8, removed=[2], changed=[(3, 2, b"started")])))
    image = store.load().image
    assert image.operations == [rows.operation(1), rows.operation(3, facts=b"started", state=2)]
    assert image.version == 8


def test_a_resequencing_replaces_the_one_before_and_stays_until_the_next(store: Store) -> None:
    """Only the last whole sequence is kept."""
    store.commit(Writing(delta=rows.delta(1, sequence=b"first")))
    store.commit(Writing(delta=rows.delta(2, sequence=b"second")))
    store.commit(Writing(delta=rows.delta(3)))
    assert store.load().image.sequence == b"second"


def test_material_of_a_cancelled_order_is_freed(store: Store) -> None:
    """Removing by order id takes all of its material and no other order's."""
    kept = MaterialReservation("SO-2", 1, "cup", 5)
    pegs = [MaterialReservation("SO-1", 1, "cup", 5), MaterialReservation("SO-1", 2, "lid", 5, "PO-1")]
    store.commit(Writing(delta=rows.delta(material=[*pegs, kept])))
    store.commit(Writing(delta=rows.delta(material_removed=["SO-1"])))
    assert store.load().image.material == [kept]


def test_the_version_before_a_cancel_can_still_be_read(store: Store) -> None:
    """Versions are added, never overwritten: a retry of the promise needs the first one."""
    store.commit(rows.promised(1))
    store.commit(rows.promised(2, "SO-2"))
    store.commit(rows.promised(3, version=2))
    assert store.promise_at("SO-1", 1) == rows.promise()
    assert store.promise_at("SO-1", 2) == rows.promise(version=2)
    assert store.promise_at("SO-1", 3) is None
    # The order keeps its place in the book, with its last version.
    assert [order.order_id for order in store.load_orders()] == ["SO-1", "SO-2"]
    assert '"version":2' in next(iter(store.load_orders())).text


def test_a_failing_row_leaves_nothing_of_its_transaction(store: Store) -> None:
    """An event number that was used before fails the whole commit, its promise and operations included."""
    store.commit(rows.promised(1))
    before = store.load()
    with pytest.raises(CommitFailed):
        store.commit(rows.promised(2, "SO-2", events=[rows.event(1)]))
    assert store.load() == before
    assert store.promise_at("SO-2", 1) is None
    store.commit(rows.promised(2, "SO-2"))
    assert store.promise_at("SO-2", 1) == rows.promise("SO-2")


def test_a_request_for_an_order_that_is_not_stored_is_refused_by_the_store(store: Store) -> None:
    """The foreign key keeps a remembered request from pointing at nothing."""
    writing = rows.promised(1)
    with pytest.raises(CommitFailed, match=r"(?i)foreign key"):
        store.commit(Writing(requests=writing.requests))


def test_a_desk_that_was_taken_over_can_no_longer_write(store: Store, where: Path | str) -> None:
    """The second claim fences out the first store, which was thought dead."""
    store.commit(rows.promised(1))
    successor = Store(where)
    successor.claim()
    with pytest.raises(Superseded):
        store.commit(rows.promised(2, "SO-2"))
    with pytest.raises(Superseded):
        store.commit(Writing(events=[rows.event(2)]))
    assert successor.load().last_event == 1
    successor.commit(rows.promised(2, "SO-2"))
    assert successor.load().last_event == 2
    successor.close()


def test_a_new_plant_replaces_files_and_plan_and_keeps_orders(store: Store) -> None:
    """The whole plan is written anew under the new numbering."""
    store.commit(Writing(plant_files={"plant.toml": b"id = 'a'"}, written_s=5))
    store.commit(rows.promised(1))
    store.commit(
        Writing(
            plant_files={"plant.toml": b"id = 'b'", "items.csv": b"id\ncup\n"},
            delta=rows.delta(9, whole=True, placed=[rows.operation(1, facts=b"renumbered")]),
            written_s=6,
        )
    )
    stored = store.load()
    assert stored.plant_version == 2
    assert stored.plant_files == {"plant.toml": b"id = 'b'", "items.csv": b"id\ncup\n"}
    assert stored.image.operations == [rows.operation(1, facts=b"renumbered")]
    assert stored.image.sequence is None
    assert store.promise_at("SO-1", 1) == rows.promise()


def test_the_clock_is_kept(store: Store) -> None:
    """Mode, offset and manual time."""
    store.commit(Writing(clock=ClockState(ClockMode.MANUAL, -60, 1_500_000_000)))
    assert store.load().clock == ClockState(ClockMode.MANUAL, -60, 1_500_000_000)


def test_old_requests_are_forgotten_and_their_orders_stay(store: Store) -> None:
    """Requests created before the limit go."""
    store.commit(rows.promised(1))
    store.commit(rows.promised(2, "SO-2"))
    store.commit(Writing(forget_before_s=1002))
    assert list(store.requests([RequestKey("shop", "r-1"), RequestKey("shop", "r-2")])) == [RequestKey("shop", "r-2")]
    assert store.promise_at("SO-1", 1) == rows.promise()


def test_events_come_in_order_from_after_the_one_named(store: Store) -> None:
    """Pages of the log."""
    for sequence in (1, 2, 3):
        store.commit(Writing(events=[rows.event(sequence)]))
    assert [event.sequence for event in store.events(1, 10)] == [2, 3]
    assert [event.sequence for event in store.events(0, 2)] == [1, 2]


def test_the_columns_for_searching_say_what_the_document_says(store: Store) -> None:
    """State, customer and requested day stand beside the document."""
    made = rows.promise(state=PromiseState.REFUSED)
    writing = rows.promised(1)
    row = writing.promises[0]
    writing.promises[0] = type(row)(made, 1, row.text)
    store.commit(writing)
    with store._reading.connect() as connection:
        found = connection.exec_driver_sql("SELECT state, customer_id, requested_day FROM promise").one()
    assert tuple(found) == ("refused", "ACME", 20517)

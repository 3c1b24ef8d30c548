"""Generated books of moulding plants."""

from datetime import timedelta

from benchmarks.moulding import changes, loaded
from scheduler.improve.fullplan import FullPlan
from simulators.mouldingbooks import START, Recipe, generate

RECIPE = Recipe(orders=15, seed=2, machines=3, moulds=5)


def test_a_recipe_gives_the_same_book_every_time_and_another_seed_another_one() -> None:
    """Orders come in over time, are asked for days later, and every item has a mould that fits some machine."""
    book = generate(RECIPE)
    assert book == generate(RECIPE)
    assert book != generate(Recipe(orders=15, seed=3, machines=3, moulds=5))
    came = [arrival for arrival, _ in book.arrivals]
    assert came == sorted(came)
    assert came[-1] - came[0] > timedelta(hours=12)
    for arrival, order in book.arrivals:
        lead = order.lines[0].requested_time - arrival
        assert timedelta(days=1, hours=22) < lead < timedelta(days=9, hours=1)
    assert len(book.plant.moulds) == 5
    assert sum(resource.kind.value == "setter" for resource in book.plant.resources) == 1


def test_a_book_is_loaded_as_insertion_placed_it_and_its_changes_are_counted() -> None:
    """Nothing begins before it came in; as many mould changes as runs that follow another mould, or none."""
    book = generate(RECIPE)
    found = loaded("book", book.plant, book.arrivals, START)
    plan = found.planner.snapshot()
    came = {order.id: arrival.timestamp() for arrival, order in book.arrivals}
    assert all(x.visit_start_s >= came[x.order_id] for x in plan.operations)
    hangs: dict[str, str] = {}
    mounted = 0
    for x in sorted(plan.operations, key=lambda x: x.label):
        if x.mould_id:
            mounted += hangs.get(x.resource_id) != x.mould_id
            hangs[x.resource_id] = x.mould_id
    moulds, colours = changes(FullPlan(found.shop))
    assert moulds == mounted
    assert 0 < colours <= len(plan.operations)

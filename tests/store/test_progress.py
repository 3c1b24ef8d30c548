"""What the shop floor reported comes back as it stands now, by the keys of the operations."""

from datetime import timedelta

from domain.progress import Mark, MarkKind, Progress
from promising.ports import Writing
from store.database import Store
from tests.store.rows import MONDAY


def test_what_was_said_of_an_operation_takes_the_place_of_what_was_known(store: Store) -> None:
    """Two operations, of which one goes on and the other leaves the plan."""
    begun = Mark(MarkKind.STARTED, MONDAY)
    known = [Progress(key, "SO-1", 1, "mould", (begun,)) for key in (9, 4)]
    store.commit(Writing(progress=known))
    assert list(store.load().progress) == known[::-1]
    more = known[0].with_mark(Mark(MarkKind.PAUSED, MONDAY + timedelta(hours=1), good=3, until=MONDAY + timedelta(1)))
    store.commit(Writing(progress=[more], progress_gone=[4]))
    assert list(store.load().progress) == [more]

"""Disruptions come back in the order in which they were reported, each as it stands now."""

from datetime import timedelta

from domain.disruptions import Disruption, DisruptionKind
from domain.values import replace
from promising.ports import Writing
from store.database import Store
from tests.store.rows import MONDAY


def disruption(id_: str) -> Disruption:
    return Disruption(
        id_, DisruptionKind.MOULD_IN_REPAIR, "CAP", MONDAY, None, MONDAY, MONDAY + timedelta(hours=6), "MES", "模具开裂"
    )


def test_a_new_version_takes_the_place_of_the_old_one(store: Store) -> None:
    """Three reports, of which the second is amended."""
    z, a, m = (disruption(name) for name in ("Z", "A", "M"))
    store.commit(Writing(disruptions=[z, a]))
    store.commit(Writing(disruptions=[m]))
    over = replace(a, end=MONDAY + timedelta(hours=1), expected_end=None, version=2)
    store.commit(Writing(disruptions=[over]))
    assert list(store.load().disruptions) == [z, over, m]

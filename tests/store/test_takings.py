"""What customers have of promotions, and how their credit changed, come back as they were written."""

from domain.trade import CreditChange
from domain.values import replace
from promising.credit_history import KEPT_S
from promising.ports import Writing
from promising.takings import Taken
from scheduler.records import PlanDelta
from store.database import Store


def test_the_last_word_on_a_customer_and_a_promotion_counts(store: Store) -> None:
    """Also within one commit; what was given back whole is no row any more."""
    first = Taken("双11", "ACME", 1, 3_000)
    other = Taken("双11", "BETA", 1, 2_500)
    store.commit(Writing(taken=[first, other, replace(first, times=2, fen=10**15)]))
    assert set(store.load().taken) == {replace(first, times=2, fen=10**15), other}
    store.commit(Writing(taken=[replace(other, times=0, fen=0)]))
    assert store.load().taken == [replace(first, times=2, fen=10**15)]


def test_changes_of_credit_come_back_in_their_order_for_as_long_as_rules_may_ask(store: Store) -> None:
    """Two of one second in the order in which they were written; those of long ago stay in the table."""
    changes = [
        CreditChange("ACME", 1_000, 0, 5_000_000, "", "B"),
        CreditChange("ACME", 1_000, 5_000_000, 4_000_000, "B", "B"),
        CreditChange("BETA", 2_000, 1, 2, "A", "C"),
    ]
    store.commit(Writing(credit_changes=changes[:2]))
    store.commit(Writing(credit_changes=changes[2:]))
    assert store.load().credit_changes == changes
    store.commit(Writing(delta=PlanDelta(version=1, floor_s=0, now_s=1_001 + KEPT_S)))
    assert store.load().credit_changes == changes[2:]

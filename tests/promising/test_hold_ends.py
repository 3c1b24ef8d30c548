"""The next end of a hold is known whatever was held, let go and held again."""

from hypothesis import given
from hypothesis import strategies as st

from promising.holds import Holds

names = st.sampled_from(["SO-1", "SO-2", "SO-3", "SO-4"])


@given(st.dictionaries(names, st.integers(0, 99)), st.lists(st.tuples(names, st.none() | st.integers(0, 99))))
def test_what_is_due_comes_in_order_of_time(stored: dict[str, int], changes: list[tuple[str, int | None]]) -> None:
    """Against a plain dictionary, after every change."""
    holds, plain = Holds(), dict(stored)
    holds.load(stored)
    for name, end in [("SO-5", None), *changes]:
        holds.set(name, end)
        plain.pop(name, None)
        if end is not None:
            plain[name] = end
        assert holds.next_s == min(plain.values(), default=None)
        assert holds.due(50) == sorted((at, order_id) for order_id, at in plain.items() if at <= 50)

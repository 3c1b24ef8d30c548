"""What is said of an operation adds up, in whatever order it comes; what can't be true beside it is refused."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import InvalidInput
from domain.progress import Contradiction, Mark, MarkKind, Progress, ProgressState

EIGHT = datetime(2026, 3, 2, 0, tzinfo=UTC)
NOTHING = Progress(7, "SO-1", 1, "mould")


def at(minutes: int) -> datetime:
    return EIGHT + timedelta(minutes=minutes)


def mark(kind: str, minutes: int, **fields) -> Mark:
    return Mark(MarkKind(kind), at(minutes), **fields)


@st.composite
def histories(draw):
    """What a run really did, minute by minute."""
    start = draw(st.integers(1, 30))
    said = [mark("not_started", draw(st.integers(0, start)))] if draw(st.booleans()) else []
    said.append(mark("started", start))
    minute, good = start, 0
    for kind in draw(st.lists(st.sampled_from(["produced", "paused", "resumed"]), max_size=5)):
        minute += draw(st.integers(1, 20))
        good += draw(st.integers(0, 50))
        said.append(mark(kind, minute, good=good))
    if draw(st.booleans()):
        said.append(mark("finished", minute + draw(st.integers(1, 20)), good=good))
    return said


@given(histories(), st.randoms(use_true_random=False))
def test_the_order_in_which_true_reports_come_makes_no_difference(said, random):
    """Late, shuffled, and twice."""
    straight = NOTHING
    for each in said:
        straight = straight.with_mark(each)
    shuffled, order = NOTHING, said * 2
    random.shuffle(order)
    for each in order:
        shuffled = shuffled.with_mark(each)
    assert shuffled == straight
    for each in said:
        assert straight.with_mark(each) is straight


@pytest.mark.parametrize(
    ("known", "said"),
    [
        (mark("started", 10), mark("started", 11)),
        (mark("finished", 60, good=9), mark("finished", 60, good=8)),
        (mark("started", 10), mark("produced", 9, good=1)),
        (mark("started", 10), mark("not_started", 11)),
        (mark("finished", 60), mark("produced", 61, good=1)),
        (mark("produced", 30, good=50), mark("produced", 40, good=49)),
        (mark("produced", 30, good=50), mark("produced", 30, good=51)),
        (mark("produced", 30, shots=50), mark("finished", 40, shots=49)),
    ],
)
def test_two_things_that_can_not_both_be_true(known, said):
    """The later one is refused, unless it corrects the other."""
    before = NOTHING.with_mark(known)
    with pytest.raises(Contradiction, match="but it was reported"):
        before.with_mark(said)
    assert before.with_mark(said, corrects=True).marks == (said,)


def test_what_it_does_follows_from_the_last_word():
    """A count that comes while it stands still doesn't set it going again."""
    made = NOTHING
    seen = []
    for each in (
        mark("not_started", 0), mark("started", 5), mark("paused", 20), mark("produced", 25, good=3),
        mark("resumed", 30), mark("finished", 50),
    ):  # fmt: skip
        made = made.with_mark(each)
        seen.append(made.state)
    waiting, running, paused = ProgressState.WAITING, ProgressState.RUNNING, ProgressState.PAUSED
    assert seen == [waiting, running, paused, paused, running, ProgressState.FINISHED]
    assert list(made.spans(at(5))) == [(at(5), at(20)), (at(30), None)]


def test_a_pause_of_which_nobody_says_how_long_is_taken_to_last_an_hour():
    """And one of which somebody does, as long."""
    begun = NOTHING.with_mark(mark("started", 0))
    assert list(begun.with_mark(mark("paused", 10)).spans(at(0))) == [(at(0), at(10)), (at(70), None)]
    told = mark("paused", 10, until=at(200))
    assert list(begun.with_mark(told).spans(at(0))) == [(at(0), at(10)), (at(200), None)]


def test_a_mark_that_says_nothing_is_refused():
    """Without a count, or with one that can't be known yet."""
    for wrong in ({"kind": "produced"}, {"kind": "started", "good": 1}, {"kind": "finished", "until": at(9)}):
        kind = wrong.pop("kind")
        with pytest.raises(InvalidInput):
            mark(kind, 0, **wrong)

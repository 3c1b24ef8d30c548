"""A quote leaves no trace, tails and heads are those of a plan timed from scratch, and a restart goes on as before."""

import numpy as np
from hypothesis import HealthCheck, given, settings

from domain.promises import Outcome
from scheduler import arrays as a
from scheduler.planner import Effort, Planner
from scheduler.records import PlanImage
from scheduler.retime import retail, retime
from tests.scheduler.test_planner_days import START_S, Desk
from tests.strategies import Step, days, small_plants

SLOW = list(HealthCheck)


def worked(k, standing):
    """How long operations work in all, and the longest of them."""
    return [int(k.ops[standing, a.DUR].sum()), int(k.ops[standing, a.DUR].max())]


def sequences(planner):
    """Each lane's operations, and the operations of each of its chunks, in order."""
    k = planner._k
    found = []
    for lane in range(len(k.lanes)):
        x, row, chunks = int(k.lanes[lane, a.L_HEAD]), [], []
        last = -1
        while x >= 0:
            column = next(
                a.PLACES + p * a.P_WIDTH
                for p in range(planner.layout.places)
                if k.ops[x, a.PLACES + p * a.P_WIDTH + a.P_LANE] == lane
            )
            assert k.ops[x, column + a.P_PRV] == last
            row.append(x)
            chunks.append(int(k.ops[x, column + a.P_CHUNK]))
            last, x = x, int(k.ops[x, column + a.P_NXT])
        assert k.lanes[lane, a.L_LAST] == last
        directory = k.dirs[lane, : k.lanes[lane, a.L_NCH]].tolist()
        assert [h for i, h in enumerate(chunks) if i == 0 or chunks[i - 1] != h] == directory
        for h in directory:
            assert k.chunks[h, a.H_COUNT] == chunks.count(h)
            first = chunks.index(h)
            standing = k.chunks[h, a.H_FIRST : a.H_FIRST + k.chunks[h, a.H_COUNT]].tolist()
            assert standing == row[first : first + len(standing)]
            if k.chunks[h, a.H_WORK] >= 0:
                assert k.chunks[h, [a.H_WORK, a.H_LONGEST]].tolist() == worked(k, standing)
        found.append(row)
    return found


def image_of(planner):
    """What is in use of a planner's arrays: heads, tails, facts and sequences of all live operations."""
    planner.snapshot()  # what reads the plan finishes the re-timing that an insertion may leave queued
    used = planner._k.ops[: int(planner._k.s[a.S_OPS])]
    live = np.flatnonzero((used[:, a.STATE] == a.OPEN) | (used[:, a.STATE] == a.FIXED))
    facts = [c for c in range(a.PLACES) if c not in (a.QUEUED, a.BACKED)]
    assert not used[:, [a.QUEUED, a.BACKED]].any()
    return used[live][:, facts].tolist(), sequences(planner), int(planner._k.s[a.S_OPS])


@settings(max_examples=40, suppress_health_check=SLOW)
@given(small_plants(), days())
def test_a_quote_leaves_the_plan_as_it_was(plant, script):
    """Heads, tails, ranks, sequences and their chunks, to the last column."""
    desk = Desk(plant)
    for step in script:
        if step.what == "quote":
            desk.planner.advance(desk.now_s + step.wait_s)
            before = image_of(desk.planner)
            desk.take(step)
            assert image_of(desk.planner) == before
        else:
            desk.take(step)
            image_of(desk.planner)


@settings(max_examples=40, suppress_health_check=SLOW)
@given(small_plants(), days())
def test_tails_and_heads_are_those_of_a_plan_timed_from_scratch(plant, script):
    """Heads forward over all open operations in rank order, tails backward, change nothing."""
    desk = Desk(plant)
    for step in script:
        desk.take(step)
        desk.planner.snapshot()
        k = desk.planner._k
        used = k.ops[: int(k.s[a.S_OPS])]
        live = np.flatnonzero(used[:, a.STATE] == a.OPEN)
        live = live[np.lexsort((live, used[live, a.LABEL]))]
        before = used[live][:, a.T_FIRST : a.T_END].tolist()
        for x in live:
            retime(k.ops, k.z, int(x))
        for x in live[::-1]:
            retail(k.ops, k.z, int(x))
        assert used[live][:, a.T_FIRST : a.T_END].tolist() == before


class Store:
    """Rows as a database would keep them from one delta after the other."""

    def __init__(self):
        self.operations, self.sequence, self.material = {}, None, []

    def write(self, delta):
        """Apply one delta."""
        if delta.whole:
            self.operations, self.material = {}, []
        for key in delta.removed:
            # What is placed and taken out between two deltas was never written.
            self.operations.pop(key, None)
        self.operations.update((row.key, row) for row in delta.placed)
        for key, state, facts in delta.changed:
            row = self.operations[key]
            self.operations[key] = type(row)(key, row.order_id, row.line_no, row.operation_id, state, facts)
        if delta.sequence is not None:
            self.sequence = delta.sequence
        gone = set(delta.material_removed)
        self.material = [peg for peg in self.material if peg.order_id not in gone] + delta.material

    def image(self, delta):
        """The plan as it stands here."""
        rows = [self.operations[key] for key in sorted(self.operations)]
        return PlanImage(delta.version, delta.floor_s, delta.now_s, rows, self.sequence, self.material)


@settings(max_examples=40, suppress_health_check=SLOW)
@given(small_plants(), days())
def test_a_restarted_desk_has_the_same_plan_and_gives_the_same_answers(plant, script):
    """The store holds facts and sequences only: all times follow from them."""
    desk, store = Desk(plant), Store()
    for step in script:
        desk.take(step)
        delta = desk.planner.take_delta()
        store.write(delta)
        fresh = Planner.restore(plant, desk.now_s, store.image(delta))
        assert fresh.snapshot().operations == desk.planner.snapshot().operations
    for number, item in enumerate(plant.items[:2]):
        ask = Step(0, "quote", lines=((number, 60, 8),)).asked(plant, 999, desk.now_s)
        answers = []
        for planner in (desk.planner, fresh):
            decision = planner.decide(ask, desk.now_s, effort=Effort.TIER1)
            planner.undo(decision)
            answers.append(decision.lines)
        assert answers[0] == answers[1], item.id


@settings(max_examples=40, suppress_health_check=SLOW)
@given(small_plants(), days())
def test_the_reasons_add_up_to_the_whole_lead_time(plant, script):
    """To the second, from the decision to the promised time; every wait for something names it."""
    desk = Desk(plant)
    named = {"machine", "mould", "crew", "maintenance"}
    for step in script:
        if step.what not in ("promise", "quote"):
            desk.take(step)
            continue
        desk.now_s += step.wait_s
        order = step.asked(plant, 1000 + len(desk.orders) + desk.count, desk.now_s)
        desk.count += 1
        decision = desk.planner.decide(order, desk.now_s, allow_frozen=step.allow_frozen)
        for answer in decision.lines:
            end = answer.promised_time or answer.earliest_time
            if end is None:
                assert answer.outcome is Outcome.REFUSED
                continue
            total = sum(reason.duration.total_seconds() for reason in answer.reasons)
            assert total == end.timestamp() - desk.now_s
            assert all(reason.duration.total_seconds() > 0 for reason in answer.reasons)
            assert all(reason.subject for reason in answer.reasons if reason.kind in named)
        if step.what == "quote":
            desk.planner.undo(decision)
        else:
            desk.planner.keep(decision)
            if any(line.promised_time for line in decision.lines):
                desk.orders[order.id] = {}
    assert desk.now_s >= START_S

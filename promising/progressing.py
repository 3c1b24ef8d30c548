"""Progress: what the shop floor reports, item by item, the plan put right, and what it costs, in one commit."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime

from domain.checks import from_unix, to_unix_down
from domain.disruptions import check_text
from domain.errors import DeskStopped, InvalidInput, RequestIdReused, WouldBreakReservations
from domain.progress import Contradiction, Mark, MarkKind, Progress
from domain.promises import EventKind
from domain.values import replace
from promising.batch import Batch
from promising.disruption_reports import REPORTED_LATE_MAX
from promising.ports import FeedRecord, RequestKey
from promising.progress_documents import progressed_from_json, progressed_to_json
from promising.progress_requests import (
    ITEMS_MAX,
    Clash,
    ItemAnswer,
    ItemOutcome,
    ProgressAsk,
    Progressed,
    ProgressItem,
)
from promising.requests import FINAL
from promising.risks import Risks, newly_at_risk, record, recovered, without_place
from promising.standing import NO_PLANT, Standing
from scheduler.planner import Planner
from scheduler.planning.progressing import Place
from scheduler.planning.reported import Moved

SOURCE_MAX = 128
DETAIL_MAX = 500


class Progressing:
    """Made on the writer's thread, between batches. `follow` commits the holds that have run out."""

    def __init__(self, stands: Standing, follow: Callable[[], None]) -> None:
        self._stands = stands
        self._follow = follow

    def apply(self, ask: ProgressAsk, content: bytes) -> Progressed:
        """Take reports one by one, put the plan right, commit, show it; with `validate_only` tell what it would do.

        Reports that can't be are refused one by one, and the others count.

        Raises
        ------
        InvalidInput, RequestIdReused, DeskStopped
        WouldBreakReservations
            With the list, when there is no place for work within the plant's horizon.
        """
        stands = self._stands
        began = stands.clock.monotonic()
        key = RequestKey(ask.caller, ask.request_id)
        known = stands.store.feed(key)
        if known is not None:
            if known.digest != content:
                raise RequestIdReused(ask.request_id)
            return progressed_from_json(known.changes[0])
        if stands.book.requests([key]):
            raise RequestIdReused(ask.request_id)
        if not 1 <= len(ask.items) <= ITEMS_MAX:
            raise InvalidInput.one("reports", f"there are {len(ask.items)}", f"1 to {ITEMS_MAX}")
        check_text("source", ask.source, SOURCE_MAX)
        self._follow()
        if stands.halted or stands.plan is None:
            raise DeskStopped(stands.halted or NO_PLANT)
        reading = _Reading(stands.plan, from_unix(stands.plant_clock.now_s()))
        answers = reading.take(ask.items)
        if not reading.made:
            return Progressed(tuple(answers), stood_still=stands.spent(began), applied=False)
        batch = stands.begin()
        progressed = self._progressed(batch, reading, answers, ask)
        if ask.validate_only:
            # The store has the plan as it is without them.
            stands.load_plan()
            return replace(progressed, applied=False, stood_still=stands.spent(began))
        progressed = replace(progressed, stood_still=stands.spent(began))
        batch.writing.feeds = [FeedRecord(key, content, (progressed_to_json(progressed),), batch.writing.written_s)]
        batch.writing.progress = list(reading.made.values())
        batch.writing.progress_gone = stands.plan.forget_gone()
        batch.writing.delta = stands.plan.take_delta()
        stands.store.commit(batch.writing)
        stands.age += 1
        batch.publish()
        return replace(progressed, stood_still=stands.stood_still("progress", began))

    def _progressed(
        self, batch: Batch, reading: _Reading, answers: list[ItemAnswer], ask: ProgressAsk
    ) -> Progressed:  # fmt: skip
        """Put the plan right and all that is told of it into the batch."""
        plan = self._stands.plan
        assert plan is not None
        risks = Risks(plan, batch)
        orders = list(plan.order_ids)
        before = risks.expected(orders)
        moved = plan.report(tuple(reading.made.values()), to_unix_down(batch.now), risks.stakes(orders))
        self._check_places(plan, moved)
        answers = [self._plan_anew(plan, batch, reading, answer) for answer in answers]
        after = risks.expected(orders)
        cause_id = f"P-{batch.next_event}"
        changed = risks.reckon(after, cause_id, reading.resources)
        batch.note(
            EventKind.PROGRESS_REPORTED, ask.caller, reason=ask.source, plan_version=plan.version,
            detail=_in_short(reading.made.values(), reading.said),
        )  # fmt: skip
        told = record(batch, changed, plan.version, ask.caller, "")
        drifted = {order_id for (order_id, line_no), at in after.items() if at != before[order_id, line_no]}
        spans = plan.times_of(answer.operation_key for answer in answers if answer.operation_key)
        return Progressed(
            items=tuple(_timed(answer, spans) for answer in answers),
            cause_id=cause_id,
            at_risk=tuple(row for pair in changed for row in newly_at_risk(*pair, before)),
            recovered=tuple(row for pair in changed for row in recovered(*pair)),
            assumed=tuple(dict.fromkeys(moved.assumed)),
            clashes=tuple(Clash(*clash) for clash in plan.clashes()),
            moved_in_time=len(drifted.difference(promise.order.id for promise in told)),
            moved=moved.repair.moved,
            shifted=moved.repair.shifted,
            reopened=len(moved.repair.reopened),
        )

    def _plan_anew(self, plan: Planner, batch: Batch, reading: _Reading, answer: ItemAnswer) -> ItemAnswer:
        """Plan what a finished run came short of once more, in the same commit."""
        said = reading.made.get(answer.operation_key)
        if said is None or answer.outcome is not ItemOutcome.RECORDED or said.finished is None:
            return answer
        pieces, promise = plan.short(said.key), batch.standing(said.order_id)
        lines = () if promise is None else promise.lines
        line = next((each for each in lines if each.line_no == said.line_no and each.state not in FINAL), None)
        if not pieces or promise is None or line is None or line.promised_time is None:
            return answer
        by_s = to_unix_down(line.promised_time)
        until_s = plan.until(said.order_id, said.line_no, by_s, line.carrier_id, line.region)
        if not plan.make_more(said, promise.order, line, pieces, until_s):
            return answer
        made = plan.told(said.key)
        assert made is not None
        reading.made[said.key] = made
        plan.rebind(said.order_id, said.line_no, by_s, line.carrier_id, line.region)
        return replace(answer, missing=max(answer.missing, pieces), planned_anew=pieces)

    def _check_places(self, plan: Planner, moved: Moved) -> None:
        lost = without_place(plan, moved.repair)
        if lost:
            self._stands.load_plan()
            raise WouldBreakReservations(lost)


class _Reading:
    """Reads reports against the plan and what was reported before; changes neither."""

    def __init__(self, plan: Planner, now: datetime) -> None:
        self._plan, self._now = plan, now
        self._places: dict[str, list[Place]] = {}
        self.made: dict[int, Progress] = {}
        """What is known afterwards of operations, where it is more than before, by key."""
        self.said: list[tuple[int, Mark]] = []
        """What was recorded, with the keys of the operations."""
        self.resources: set[str] = set()

    def take(self, items: tuple[ProgressItem, ...]) -> list[ItemAnswer]:
        """Take them in the order of time; what became of each, in the order in which they came."""
        found: dict[int, ItemAnswer] = {}
        order = sorted(range(len(items)), key=lambda i: (items[i].time or self._now, _KINDS.index(items[i].kind), i))
        for i in order:
            try:
                found[i] = self._one(items[i])
            except InvalidInput as error:
                found[i] = ItemAnswer(ItemOutcome.REFUSED, wrong=error.violations)
        return [found[i] for i in range(len(items))]

    def _one(self, item: ProgressItem) -> ItemAnswer:
        place = self._place(item)
        mark = self._mark(item)
        self._check_resource(item, place)
        known = self.made.get(place.key) or self._plan.told(place.key)
        known = known or Progress(place.key, place.order_id, place.line_no, place.operation_id)
        try:
            made = known.with_mark(mark, corrects=item.corrects)
        except Contradiction as error:
            allowed = "what agrees with it, or corrects, if that was wrong"
            raise InvalidInput.one("kind", str(error), allowed) from error
        if made is known:
            return ItemAnswer(ItemOutcome.KNOWN, place.key)
        against = self._plan.objection(place.key, made, self.made)
        if against:
            raise InvalidInput.one("kind", against, "a report that agrees with that")
        self.made[place.key] = made
        self.said.append((place.key, mark))
        self.resources.update(place.resources[:1])
        missing = max(0, place.quantity - mark.good) if mark.kind is MarkKind.FINISHED and mark.good is not None else 0
        return ItemAnswer(ItemOutcome.RECORDED, place.key, missing=missing)

    def _mark(self, item: ProgressItem) -> Mark:
        at, until = (None if each is None else _whole(each) for each in (item.time, item.expected))
        at = at or self._now
        if not self._now - REPORTED_LATE_MAX <= at <= self._now:
            allowed = f"{(self._now - REPORTED_LATE_MAX).isoformat()} to {self._now.isoformat()}"
            raise InvalidInput.one("time", f"{at.isoformat()} is out of range", allowed)
        return Mark(item.kind, at, item.good, item.scrapped, item.shots, until)

    def _place(self, item: ProgressItem) -> Place:
        if item.operation_key:
            found = self._plan.operation(item.operation_key)
            if found is None:
                problem = f"no operation {item.operation_key} stands in the plan"
                raise InvalidInput.one("operation_key", problem, "the key of an operation of the plan")
            return found
        if item.order_id not in self._places:
            self._places[item.order_id] = self._plan.operations(item.order_id)
        mine = [place for place in self._places[item.order_id] if place.line_no == item.line_no]
        if not mine:
            problem = f"nothing is made for order {item.order_id!r} line {item.line_no}"
            raise InvalidInput.one("order_id", problem, "an order line of which something is made")
        at = item.time or self._now
        fits = [
            place for place in mine if place.operation_id == item.operation_id and item.item_id in ("", place.item_id)
        ]
        if len({place.item_id for place in fits}) == 1:
            # Of what was planned once more the first that was not over by then.
            fits = [place for place in fits if self._runs(place, at)][:1] or fits[-1:]
        if len(fits) != 1:
            name = "item_id" if fits else "operation_id"
            problem = f"{len(fits)} operations {item.operation_id!r} stand in the plan of that line"
            known = ", ".join(f"{place.operation_id} of {place.item_id} (key {place.key})" for place in mine[:20])
            raise InvalidInput.one(name, problem, f"one of {known}")
        return fits[0]

    def _runs(self, place: Place, at: datetime) -> bool:
        known = self.made.get(place.key) or self._plan.told(place.key)
        return known is None or known.finished is None or at <= known.finished

    def _check_resource(self, item: ProgressItem, place: Place) -> None:
        if item.resource_id not in ("", *place.resources):
            problem = f"{item.resource_id!r} can't do {place.operation_id}"
            raise InvalidInput.one("resource_id", problem, f"one of {', '.join(place.resources)}")


_KINDS = list(MarkKind)


def _whole(time: datetime) -> datetime:
    """Whole seconds, as the plan has them."""
    if time.tzinfo is None:
        raise InvalidInput.one("time", f"{time.isoformat()} is not an aware UTC time", "a time in UTC")
    return from_unix(to_unix_down(time))


def _timed(answer: ItemAnswer, spans: dict[int, tuple[datetime, datetime]]) -> ItemAnswer:
    span = spans.get(answer.operation_key)
    return answer if span is None else replace(answer, start=span[0], end=span[1])


def _in_short(made: Iterable[Progress], said: list[tuple[int, Mark]]) -> str:
    """What was recorded as a text for the log: `SO-1/1 turn started <time>; …`."""
    names = {each.key: f"{each.order_id}/{each.line_no} {each.operation_id}" for each in made}
    words = [f"{names[key]} {mark.in_short()}" for key, mark in said]
    text = "; ".join(words)
    return text if len(text) <= DETAIL_MAX else f"{text[: DETAIL_MAX - 24]}… ({len(words)} reports)"

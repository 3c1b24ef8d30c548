"""Re-promising: orders promised anew on the plan as it is, by who must, who may improve and who may give way."""

from __future__ import annotations

from collections.abc import Callable

from domain.errors import CannotMoveWork, DeskStopped, NotFound, PlanChanged, RequestIdReused
from domain.repromises import RepromisedLine
from domain.values import replace
from promising.ports import FeedRecord, RequestKey
from promising.repromise_requests import (
    RepromiseAsk,
    Repromised,
    repromised_from_json,
    repromised_to_json,
)
from promising.repromise_run import Anew
from promising.standing import NO_PLANT, Standing

NAMED = 20
"""Lines that are named of those that keep it from being applied."""


class Repromising:
    """Made on the writer's thread, between batches. `follow` commits the holds that have run out."""

    def __init__(self, stands: Standing, follow: Callable[[], None]) -> None:
        self._stands = stands
        self._follow = follow

    def apply(self, ask: RepromiseAsk, content: bytes) -> Repromised:
        """Promise anew and commit; with `validate_only` tell what would become of whom, and change nothing.

        Raises
        ------
        InvalidInput, NotFound, PlanChanged, RequestIdReused, DeskStopped
        CannotMoveWork
            With the lines that can't be confirmed as asked, or have no place any more.
        """
        stands = self._stands
        began = stands.clock.monotonic()
        key = RequestKey(ask.caller, ask.request_id)
        known = stands.store.feed(key)
        if known is not None:
            if known.digest != content:
                raise RequestIdReused(ask.request_id)
            return repromised_from_json(known.changes[0])
        if stands.book.requests([key]):
            raise RequestIdReused(ask.request_id)
        self._follow()
        plan = stands.plan
        if stands.halted or plan is None:
            raise DeskStopped(stands.halted or NO_PLANT)
        plan.advance(stands.plant_clock.now_s())
        if ask.plan_version and ask.plan_version != plan.version:
            raise PlanChanged(ask.plan_version, plan.version)
        for order_id in sorted(ask.order_ids()):
            if stands.book.find(order_id) is None:
                raise NotFound("order", order_id)
        # On a copy first: what is refused leaves the plan as it is.
        trial = stands.begin()
        try:
            made = Anew(plan.scratch(), trial, ask, stands.book.quotas).made()
        finally:
            trial.drop()
        if ask.validate_only:
            return replace(made, applied=False, stood_still=stands.spent(began))
        if made.missed:
            problem = "; ".join(_said(row) for row in made.missed[:NAMED])
            raise CannotMoveWork("re-promised lines", problem)
        batch = stands.begin()
        try:
            made = Anew(plan, batch, ask, stands.book.quotas).made()
            assert not made.missed
        except Exception:
            stands.load_plan()
            raise
        made = replace(made, plan_version=plan.version, stood_still=stands.spent(began))
        batch.writing.feeds = [FeedRecord(key, content, (repromised_to_json(made),), batch.writing.written_s)]
        batch.writing.delta = plan.take_delta()
        stands.store.commit(batch.writing)
        stands.age += 1
        batch.publish()
        return replace(made, stood_still=stands.stood_still("repromise", began))


def _said(row: RepromisedLine) -> str:
    line, told = (
        row.line,
        "no date can be had" if row.earliest is None else f"{row.earliest.isoformat()} at the earliest",
    )
    return f"{line.order_id} line {line.line_no}: {told}"

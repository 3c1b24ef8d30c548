"""All that may move in another order, with every promise kept: by a re-dispatch, else by the solver."""

from __future__ import annotations

from domain.options import OptionKind, OptionWhy
from domain.rescues import Rescue
from promising.ways.around import Draft, Ground
from promising.ways.terms import Terms
from scheduler.planner import Effort
from scheduler.rescuing import Found, RescueAsk

WHY = {
    Rescue.FOUND: OptionWhy.ALL_TRIED,
    Rescue.NONE: OptionWhy.PROVED,
    Rescue.CUT_OFF: OptionWhy.TIME,
    Rescue.OVERTAKEN: OptionWhy.OVERTAKEN,
    Rescue.UNAVAILABLE: OptionWhy.UNAVAILABLE,
}
"""Why there is no option after a search that ended so."""


def resequenced(ground: Ground) -> Draft | OptionWhy:
    """The order on time where others move, none of them past its promise; what the answer itself tried is left out."""
    if ground.around.effort is Effort.INSTANT:
        found = _tried(ground, None)
        if found is not None:
            return found
    if ground.around.found is not None:
        return _why(ground, ground.around.found.rescue)
    if ground.search is None:
        return OptionWhy.ALL_TRIED
    asked = ground.copy().rescue_ask(ground.order, ground.now_s, allow_frozen=ground.around.allow_frozen)
    if not isinstance(asked, RescueAsk):
        return OptionWhy.ALL_TRIED if asked is None else _why(ground, asked)
    rescued = ground.search(asked)
    if rescued is None:
        return OptionWhy.TIME
    found = _tried(ground, rescued) if rescued.rescue is Rescue.FOUND else None
    return found or _why(ground, rescued.rescue)


def _why(ground: Ground, rescue: Rescue) -> OptionWhy:
    # Of several late lines one alone may be had where all of them can't.
    return OptionWhy.ALL_TRIED if rescue is Rescue.NONE and len(ground.late) > 1 else WHY[rescue]


def _tried(ground: Ground, found: Found | None) -> Draft | None:
    plan = ground.copy()
    stood = plan.stood()
    decision = ground.place(plan, Effort.TIER1, found=found)
    if not ground.had(decision.lines):
        return None
    moves, moved = plan.moves_from(stood)
    costs = ground.costs(plan, decision.lines)
    terms = Terms(found=found, effort=Effort.TIER1)
    return Draft(OptionKind.RESEQUENCE, decision.lines, terms, costs, {"moves": moves, "moved": moved})

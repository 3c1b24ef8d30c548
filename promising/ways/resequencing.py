"""All that may move in another order, with every promise kept: by a re-dispatch, else by the solver."""

from __future__ import annotations

from domain.options import OptionKind
from domain.rescues import Rescue
from promising.ways.around import Draft, Ground
from promising.ways.terms import Terms
from scheduler.planner import Effort
from scheduler.rescuing import Found, RescueAsk


def resequenced(ground: Ground) -> Draft | None:
    """The order on time where others move, none of them past its promise; what the answer itself tried is left out."""
    if ground.around.effort is Effort.INSTANT:
        found = _tried(ground, None)
        if found is not None:
            return found
    if ground.around.found is not None or ground.search is None:
        return None
    asked = ground.copy().rescue_ask(ground.order, ground.now_s, allow_frozen=ground.around.allow_frozen)
    if not isinstance(asked, RescueAsk):
        return None
    rescued = ground.search(asked)
    if rescued is None or rescued.rescue is not Rescue.FOUND:
        return None
    return _tried(ground, rescued)


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

"""How the desk makes plans, and how it has them checked."""

from __future__ import annotations

from domain.plant import Plant
from promising.ports import PlanImage, PlanPort


def new(plant: Plant, now_s: int) -> PlanPort:
    """An empty plan."""
    from scheduler.planner import Planner

    return Planner(plant, now_s)


def restore(plant: Plant, now_s: int, image: PlanImage) -> PlanPort:
    """The plan of a store."""
    from scheduler.planner import Planner

    return Planner.restore(plant, now_s, image)


def rebuild(plant: Plant, plan: PlanPort) -> PlanPort:
    """The same operations on another plant. Raises WouldBreakReservations."""
    from scheduler.planner import Planner

    return Planner.rebuild(plant, plan.snapshot())


def violations(snapshot: object) -> list[str]:
    """What the checker finds, as text."""
    from scheduler.verify import verify

    return [str(breach) for breach in verify(snapshot)]

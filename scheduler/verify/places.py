"""Checks of capacity: whatever is used is used by one at a time, and never more of it than there is."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from scheduler.snapshot import PlacedOperation
from scheduler.verify.review import Review, name
from scheduler.verify.rules import Breach, Rule

Use = tuple[int, int, PlacedOperation, str]
"""Start, end, by which operation, for what."""


def check_units(review: Review) -> Iterator[Breach]:
    """Machine: own dismounting to the end of the run on each unit, and a mould's dismounting for another."""
    uses: dict[tuple[str, int], list[Use]] = defaultdict(list)
    wanted = {x.resource_id for x in review.changed()} | {x.fetched_from for x in review.changed()}
    for x in review.sound:
        if x.resource_id in wanted:
            own = [piece[0] for piece in (x.dismount, x.setup) if piece is not None]
            use = (min([*own, x.start_s]), x.end_s, x, "its visit")
            for unit in x.units:
                uses[x.resource_id, unit].append(use)
        if x.fetch is not None and x.fetched_from in wanted:
            uses[x.fetched_from, 0].append((*x.fetch, x, "fetching its mould"))
    for (resource, unit), found in uses.items():
        what = resource if unit == 0 else f"{resource} unit {unit}"
        yield from _overlaps(review, Rule.UNIT, what, found)


def check_moulds(review: Review) -> Iterator[Breach]:
    """Mould: from the start of mounting to the end of the run, and while it is dismounted."""
    uses: dict[str, list[Use]] = defaultdict(list)
    wanted = {x.mould_id for x in review.changed()} | {x.dismounted_mould for x in review.changed()}
    for x in review.sound:
        if x.mould_id in wanted and x.mould_id:
            first = x.start_s if x.setup is None else min(x.setup[0], x.start_s)
            uses[x.mould_id].append((first, x.end_s, x, "its visit"))
            if x.fetch is not None:
                uses[x.mould_id].append((*x.fetch, x, "fetching it"))
        if x.dismount is not None and x.dismounted_mould in wanted:
            uses[x.dismounted_mould].append((*x.dismount, x, "taking it off"))
    for mould, found in uses.items():
        yield from _overlaps(review, Rule.MOULD, mould, found)


def check_setters(review: Review) -> Iterator[Breach]:
    """Setter: all pieces of changeover, one after the other."""
    uses: dict[tuple[str, int], list[Use]] = defaultdict(list)
    wanted = {(x.setter_id, x.setter_unit) for x in review.changed()}
    for x in review.sound:
        if x.setter_id and (x.setter_id, x.setter_unit) in wanted:
            for piece in (x.dismount, x.fetch, x.setup):
                if piece is not None:
                    uses[x.setter_id, x.setter_unit].append((*piece, x, "its changeover"))
    for (setter, unit), found in uses.items():
        yield from _overlaps(review, Rule.SETTER, f"{setter} unit {unit}", found)


def check_crews(review: Review) -> Iterator[Breach]:
    """Crew: from start to end of the run, pauses included, unit by unit and in all."""
    uses: dict[tuple[str, int], list[Use]] = defaultdict(list)
    wanted = {x.crew_id for x in review.changed()}
    for x in review.sound:
        if x.crew_id and x.crew_id in wanted:
            for unit in x.crew_units:
                uses[x.crew_id, unit].append((x.start_s, x.end_s, x, "its run"))
    for (crew, unit), found in uses.items():
        yield from _overlaps(review, Rule.CREW, f"{crew} unit {unit}", found)
    needs: dict[str, list[tuple[PlacedOperation, int]]] = defaultdict(list)
    for x in review.sound:
        if x.crew_id and x.crew_id in wanted:
            needs[x.crew_id].append((x, len(x.crew_units)))
    for crew, users in needs.items():
        yield from _sums(review, Rule.CREW, crew, users)


def check_capacity(review: Review) -> Iterator[Breach]:
    """Units of a resource in use by all runs together, whichever units they name."""
    needs: dict[str, list[tuple[PlacedOperation, int]]] = defaultdict(list)
    wanted = {x.resource_id for x in review.changed()}
    for x in review.sound:
        if x.resource_id in wanted:
            needs[x.resource_id].append((x, len(x.units)))
    for resource, users in needs.items():
        yield from _sums(review, Rule.CAPACITY, resource, users)


def _overlaps(review: Review, rule: Rule, what: str, uses: list[Use]) -> Iterator[Breach]:
    """Each use against the longest of those that began before it; what is over by now is history.

    Two that have begun by what was reported are history, too, until one of the reports ends it.
    """
    now_s = review.snapshot.now_s
    last: Use | None = None
    for use in sorted((use for use in uses if use[1] > use[0]), key=lambda use: (use[0], use[1], use[2].key)):
        told = last is not None and review.told(last[2]) and review.told(use[2])
        if last is not None and not told and use[0] < last[1] and min(use[1], last[1]) > now_s:
            overlap = review.span((use[0], min(use[1], last[1])))
            yield Breach(
                rule,
                (last[2].key, use[2].key),
                (what, last[2].order_id, use[2].order_id),
                f"{what} is used twice, {overlap}: by {name(last[2])} for {last[3]}, by {name(use[2])} for {use[3]}",
            )
        if last is None or use[1] > last[1]:
            last = use


def _sums(review: Review, rule: Rule, what: str, users: list[tuple[PlacedOperation, int]]) -> Iterator[Breach]:
    """The first moment after now at which more units are in use than there are."""
    capacity = review.plant.resource_by_id[what].capacity
    edges = sorted(
        edge for x, units in users if x.end_s > x.start_s for edge in ((x.start_s, units), (x.end_s, -units))
    )
    used = 0
    for i, (time, change) in enumerate(edges):
        used += change
        last_at_time = i + 1 == len(edges) or edges[i + 1][0] > time
        if last_at_time and used > capacity and edges[i + 1][0] > review.snapshot.now_s:
            there = [x for x, _ in users if x.start_s <= time < x.end_s]
            if sum(map(review.told, there)) > 1:
                continue
            yield Breach(
                rule,
                tuple(x.key for x in there),
                (what, *(x.order_id for x in there)),
                f"{what} has {capacity} units and {used} are in use at {review.when(time)}",
            )
            return

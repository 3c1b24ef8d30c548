"""Checks of single operations: facts, places, working time, maintenance, bounds."""

from __future__ import annotations

from collections.abc import Iterator

from domain.items import Pause
from scheduler.snapshot import PlacedOperation
from scheduler.verify.hours import WorkingTime
from scheduler.verify.review import Review
from scheduler.verify.rules import Breach, Rule


def check_reference(review: Review) -> Iterator[Breach]:
    """All ids of an operation; one that names something unknown is left out of all other checks."""
    for x in review.snapshot.operations:
        if x.key in review.unknown:
            missing = review.unknown[x.key]
            yield review.breach(Rule.REFERENCE, x, f"names {missing}, which the plant has not", missing)


def check_place(review: Review) -> Iterator[Breach]:
    """Resource, units, mould, setter, crew and shots against the mode."""
    for x in review.scope:
        for problem in _misplaced(review, x):
            yield review.breach(Rule.PLACE, x, problem, x.resource_id)


def _misplaced(review: Review, x: PlacedOperation) -> Iterator[str]:
    job, resources = review.recipe.job(x), review.plant.resource_by_id
    mode, setter_id = job.mode, review.recipe.setter(x.resource_id)
    if x.resource_id != mode.resource_id:
        yield f"stands on {x.resource_id}, its mode is for {mode.resource_id}"
    if x.mould_id != mode.mould_id:
        yield f"uses mould {x.mould_id or 'none'}, its mode is for {mode.mould_id or 'none'}"
    if x.mould_id and x.resource_id not in review.plant.mould_by_id[x.mould_id].fits:
        yield f"uses mould {x.mould_id}, which does not fit {x.resource_id}"
    if x.crew_id != mode.crew_id:
        yield f"is attended by {x.crew_id or 'nobody'}, its mode asks for {mode.crew_id or 'nobody'}"
    if x.setter_id != setter_id:
        yield f"is set up by {x.setter_id or 'nobody'}, not by {setter_id or 'nobody'}"
    wanted = [(x.resource_id, x.units, mode.resource_units)]
    if x.crew_id:
        wanted.append((x.crew_id, x.crew_units, mode.crew_units))
    if x.setter_id:
        wanted.append((x.setter_id, (x.setter_unit,), 1))
    for resource_id, units, count in wanted:
        there = range(resources[resource_id].capacity)
        if len(set(units)) != count or len(units) != count or not all(unit in there for unit in units):
            yield f"takes units {list(units)} of {resource_id}: {count} of {len(there)} are asked for"
    if x.shots != job.shots:
        yield f"counts {x.shots} shots for {x.quantity} pieces: {job.shots}"


def check_working_time(review: Review) -> Iterator[Breach]:
    """Start and end lie in the common working time of machine, mould and crew."""
    for x in review.pending():
        on = _hours(review, x)
        if not on.holds(x.start_s):
            yield review.breach(Rule.WORKING_TIME, x, f"starts off work, {review.when(x.start_s)}", x.resource_id)  # fmt: skip  # noqa: E501
        elif x.end_s > x.start_s and not on.holds(x.end_s - 1):
            yield review.breach(Rule.WORKING_TIME, x, f"ends off work, {review.when(x.end_s)}", x.resource_id)


def check_duration(review: Review) -> Iterator[Breach]:
    """Working seconds between start and end: exactly those of quantity, mode and maintenance."""
    for x in review.pending():
        on = _hours(review, x)
        worked = on.worked(x.start_s, x.end_s) if x.end_s >= x.start_s else x.end_s - x.start_s
        if worked != review.needs[x.key].run_s:
            needed = review.needs[x.key].run_s
            text = f"works {worked} s, {review.span((x.start_s, x.end_s))}; it takes {needed} s"
            yield review.breach(Rule.DURATION, x, text, x.resource_id)


def check_pause(review: Review) -> Iterator[Breach]:
    """None, over off-shift time only, or over downtime too; of a begun run the part after now.

    A run during which something broke down, or whose progress was reported, goes on when it can, over whatever comes.
    """
    for x in review.scope:
        mode, start = review.recipe.job(x).mode, max(x.start_s, review.snapshot.now_s) if x.fixed else x.start_s
        if start >= x.end_s or mode.pause is Pause.DOWNTIME:
            continue
        names = (x.resource_id, x.mould_id, x.crew_id)
        if review.told(x) or (review.begun(x) and review.hours.broke_down(names, x.start_s, x.end_s)):
            continue
        on = _hours(review, x)
        down = on.downtime_within(start, x.end_s)
        if down is not None:
            text = f"runs over a downtime, {review.span(down)}"
            yield review.breach(Rule.PAUSE, x, text, x.resource_id, x.mould_id)
        elif mode.pause is Pause.NONE and on.worked(start, x.end_s) != x.end_s - start:
            text = f"may not pause and does, {review.span((x.start_s, x.end_s))}"
            yield review.breach(Rule.PAUSE, x, text, x.resource_id, x.mould_id)


def check_min_chunk(review: Review) -> Iterator[Breach]:
    """The first stretch before a pause is no shorter than the mode's least, or than the whole run."""
    for x in review.pending():
        chunk = review.recipe.job(x).chunk_s
        on = _hours(review, x)
        left = on.left(x.start_s)
        if 0 < left < min(chunk, review.needs[x.key].run_s):
            text = f"begins {left} s before a pause, at least {chunk} s are asked for"
            yield review.breach(Rule.MIN_CHUNK, x, text, x.resource_id)


def check_maintenance(review: Review) -> Iterator[Breach]:
    """Maintenances inside the run, by the shots counted along the mould's sequence."""
    for x in review.scope:
        due = review.needs[x.key].maintenances
        if not x.fixed and x.maintenances != due:
            text = f"has {x.maintenances} maintenances of {x.mould_id}, {due} are due"
            yield review.breach(Rule.MAINTENANCE, x, text, x.mould_id)


def check_release(review: Review) -> Iterator[Breach]:
    """The visit starts at or after `not_before_s` and the floor, the run at or after `ready_s`."""
    for x in review.scope:
        floor = max(x.not_before_s, review.snapshot.floor_s)
        if x.fixed:
            continue
        if x.visit_start_s < floor:
            yield review.breach(Rule.RELEASE, x, f"starts {review.when(x.visit_start_s)}, before {review.when(floor)}")  # fmt: skip  # noqa: E501
        if x.start_s < x.ready_s:
            yield review.breach(Rule.RELEASE, x, f"runs {review.when(x.start_s)}, its material is there {review.when(x.ready_s)}")  # fmt: skip  # noqa: E501


def check_deadline(review: Review) -> Iterator[Breach]:
    """`end_s <= deadline_s`."""
    for x in review.scope:
        if not x.fixed and x.deadline_s is not None and x.end_s > x.deadline_s:
            yield review.breach(Rule.DEADLINE, x, f"ends {review.when(x.end_s)}, after {review.when(x.deadline_s)}")  # fmt: skip  # noqa: E501


def check_frozen(review: Review) -> Iterator[Breach]:
    """`visit_start_s <= latest_s`."""
    for x in review.scope:
        if not x.fixed and x.latest_s is not None and x.visit_start_s > x.latest_s:
            text = f"is frozen and starts {review.when(x.visit_start_s)}, after {review.when(x.latest_s)}"
            yield review.breach(Rule.FROZEN, x, text)


def check_earliest(review: Review) -> Iterator[Breach]:
    """Every piece and the run stand where the sequences put them, to the second."""
    for x in review.scope:
        if x.fixed:
            continue
        times = review.derived.get(x.key)
        if times is None:
            yield review.breach(Rule.EARLIEST, x, "never fits into working time", x.resource_id)
            continue
        stated = {"dismount": x.dismount, "fetch": x.fetch, "setup": x.setup, "run": (x.start_s, x.end_s)}
        derived = {"dismount": times.dismount, "fetch": times.fetch, "setup": times.setup, "run": (times.start_s, times.end_s)}  # fmt: skip  # noqa: E501
        for part, piece in derived.items():
            said = stated[part]
            if said != piece and not (piece is None and said is not None and said[0] == said[1]):
                text = f"has its {part} {_span(review, said)}, by the sequences {_span(review, piece)}"
                yield review.breach(Rule.EARLIEST, x, text, x.resource_id)
                break


def _span(review: Review, piece: tuple[int, int] | None) -> str:
    return "nowhere" if piece is None else review.span(piece)


def _hours(review: Review, x: PlacedOperation) -> WorkingTime:
    return review.hours.run(x.resource_id, x.mould_id, x.crew_id, review.recipe.job(x).chunk_s)

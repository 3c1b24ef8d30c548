"""A task package as sections of tables in words, the same for the screen and the printed page."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from google.protobuf.timestamp_pb2 import Timestamp

from client.catalogue import say
from client.words import carrier_in_words, duration_in_words, kit_part_in_words, reasons_in_words, time_in_words
from jiaoqi.v1 import plan_pb2, promise_pb2
from jiaoqi.v1 import task_package_pb2 as pb

MICRO = 1_000_000


@dataclass(frozen=True, slots=True)
class Block:
    """A table: columns are keys of the catalogue as `Session.table` has them."""

    title: str
    columns: tuple[str, ...]
    rows: Sequence[Sequence[str]]


@dataclass(frozen=True, slots=True)
class Section:
    """A heading, facts as pairs of a label and a value, and tables."""

    heading: str
    facts: Sequence[tuple[str, str]]
    blocks: Sequence[Block]


def sections_of(package: pb.TaskPackage, zone: ZoneInfo) -> list[Section]:
    """Return the sections of a package: the order, then a section for each line and each of its lots."""
    found = [_order(package, zone)]
    told = {line.line_no: line for line in package.promise.lines}
    for line in package.lines:
        found.append(_line(line, told[line.line_no], zone))
        found += [_lot(lot, line, zone) for lot in line.lots]
    return found


def _order(package: pb.TaskPackage, zone: ZoneInfo) -> Section:
    order = package.promise.order
    customer = f"{order.customer_id} {package.customer_name}".strip()
    facts = [
        (say("column.customer"), customer),
        (say("field.priority"), str(order.priority)),
        (say("field.channel_id"), order.channel_id),
        (say("field.salesperson"), order.salesperson),
        *((name, value) for name, value in sorted(order.attributes.items())),
    ]
    lines = [
        [
            str(line.line_no), line.item_id, f"{line.quantity:,}", _time(line.requested_time, zone),
            _time(line.promised_time, zone), _time(line.expected_time, zone),
            say(promise_pb2.PromiseState.Name(line.state)),
        ]
        for line in package.promise.lines
    ]  # fmt: skip
    blocks = [Block("", (">line", "item", ">quantity", "requested", "promised", "expected", "state"), lines)]
    if package.moulds:
        moulds = [_mould(mould, zone) for mould in package.moulds]
        columns = ("mould", "name", ">cavities", ">cycle", "fits", "state", "resource", "until", ">maintenance")
        blocks.append(Block(say("package.moulds"), columns, moulds))
    if package.documents:
        papers = [
            [paper.subject_id or say("column.order"), paper.document.name, paper.document.location]
            for paper in package.documents
        ]
        blocks.append(Block(say("package.documents"), ("subject", "name", "location"), papers))
    return Section(say("package.title", order=order.id), [fact for fact in facts if fact[1]], blocks)


def _mould(mould: pb.PackageMould, zone: ZoneInfo) -> list[str]:
    return [
        mould.mould_id,
        mould.name,
        str(mould.cavity_count),
        duration_in_words(mould.cycle_duration),
        ", ".join(mould.resource_ids),
        say(plan_pb2.MouldActivity.Name(mould.state.activity)),
        mould.state.resource_id or say("package.storage"),
        _time(mould.state.until_time, zone),
        f"{mould.maintenance_shot_count:,}" if mould.maintenance_shot_count else "",
    ]


def _line(line: pb.PackageLine, told: promise_pb2.LinePromise, zone: ZoneInfo) -> Section:
    facts = [
        (say("column.item"), f"{told.item_id} {line.item_name}".strip()),
        (say("column.quantity"), f"{told.quantity:,} {line.unit}"),
        (say("column.requested"), _time(told.requested_time, zone)),
        (say("column.promised"), _time(told.promised_time, zone)),
        (say("column.expected"), _time(told.expected_time, zone)),
        (say("column.state"), say(promise_pb2.PromiseState.Name(told.state))),
        (say("package.delivered"), _parts(line.delivered, zone)),
        (say("package.shipped"), carrier_in_words(told)),
    ]
    if not line.lots:
        facts.append((say("package.lots"), say("package.no_lots")))
    return Section(say("package.line", line=line.line_no), [fact for fact in facts if fact[1]], [])


def _lot(lot: pb.PackageLot, line: pb.PackageLine, zone: ZoneInfo) -> Section:
    into = next((other.item_id for other in line.lots if other.lot == lot.into_lot), "")
    facts = [
        (say("column.quantity"), f"{lot.quantity:,} {lot.unit}"),
        (say("package.routing"), lot.routing_id),
        (say("package.goes_into"), f"{into} ({lot.into_lot})" if into else say("package.line", line=line.line_no)),
    ]
    blocks = [
        Block(
            say("package.steps"),
            ("operation", "after", "resource", "mould", "crew", ">work", ">shots", "visit", "start", "end", "*waited"),
            [_step(step, zone) for step in lot.steps],
        ),
    ]
    if lot.materials:
        rows = [_material(material, zone) for material in lot.materials]
        blocks.append(Block(say("package.materials"), ("item", "name", ">each", "unit", "*from"), rows))
    others = [_mode(step, mode) for step in lot.steps for mode in _others(step)]
    if others:
        columns = ("operation", "mode", "resource", "mould", "crew", ">work", ">shots")
        blocks.append(Block(say("package.others"), columns, others))
    return Section(
        say("package.lot", lot=lot.lot, item=f"{lot.item_id} {lot.item_name}".strip(), line=line.line_no), facts, blocks
    )


def _step(step: pb.PackageStep, zone: ZoneInfo) -> list[str]:
    name = f"{step.operation_id} {step.operation_name}".strip()
    after = ", ".join(step.after_operation_ids)
    if not step.HasField("planned"):
        lag = say("package.lag", duration=duration_in_words(step.lag_duration)) if step.HasField("lag_duration") else ""
        return [name, after, lag, *[""] * 8]
    place = step.planned.operation
    mode = next((mode for mode in step.modes if mode.mode_id == place.mode_id), pb.PackageMode())
    changeover = place.visit_start_time.seconds < place.start_time.seconds
    units = f" ×{mode.unit_count}" if mode.unit_count > 1 else ""
    return [
        name,
        after,
        f"{place.resource_id}{units}",
        place.mould_id,
        place.crew_id,
        duration_in_words(mode.work_duration),
        f"{mode.shot_count:,}" if mode.shot_count else "",
        _time(place.visit_start_time, zone) if changeover else "",
        _time(place.start_time, zone),
        _time(place.end_time, zone),
        reasons_in_words(step.planned.waits),
    ]


def _others(step: pb.PackageStep) -> list[pb.PackageMode]:
    """The ways to do a step that the plan has not chosen."""
    chosen = step.planned.operation.mode_id if step.HasField("planned") else ""
    return [mode for mode in step.modes if mode.mode_id != chosen]


def _mode(step: pb.PackageStep, mode: pb.PackageMode) -> list[str]:
    shots = f"{mode.shot_count:,}" if mode.shot_count else ""
    work = duration_in_words(mode.work_duration)
    return [step.operation_id, mode.mode_id, mode.resource_id, mode.mould_id, mode.crew_id, work, shots]


def _material(material: pb.PackageMaterial, zone: ZoneInfo) -> list[str]:
    each = f"{material.per_piece_micro / MICRO:.6f}".rstrip("0").rstrip(".") if material.per_piece_micro else ""
    return [material.item_id, material.item_name, each, material.unit, _parts(material.supplies, zone)]


def _parts(parts: Iterable[promise_pb2.KitPart], zone: ZoneInfo) -> str:
    return say("reason.join").join(
        _part(part, zone) if part.source == promise_pb2.SOURCE_MAKE else kit_part_in_words(part, zone) for part in parts
    )


def _part(part: promise_pb2.KitPart, zone: ZoneInfo) -> str:
    words = kit_part_in_words(part, zone)
    return say("package.made_by", part=words, time=_time(part.available_time, zone))


def _time(moment: Timestamp, zone: ZoneInfo) -> str:
    return time_in_words(moment, zone)

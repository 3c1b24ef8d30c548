"""What was learned of executed work, and how sure dates are by it, between messages and the domain."""

from __future__ import annotations

from domain.calibration import LEVELS, Calibration, Cell, Confidence, ExecutedLine
from domain.checks import ID_MAX
from domain.disruptions import TEXT_MAX, check_text
from domain.errors import InvalidInput
from jiaoqi.v1 import plant_service_pb2 as pb
from jiaoqi.v1 import promise_pb2
from promising.calibrating import LINES_MAX, CalibrateAsk
from wire.enums import LEARNED_FROM, LOAD_BAND
from wire.methods import Call
from wire.requests import check_request_id
from wire.times import time_from_message, time_to_message, write_time


def write_confidence(confidence: Confidence, message: promise_pb2.Confidence) -> None:
    """Write how sure a date is into an empty message."""
    message.level_percent, message.line_count = confidence.level_percent, confidence.count
    message.learned_from = LEARNED_FROM.number[confidence.learned_from]
    message.calibration_version = confidence.version


def confidence_from_message(message: promise_pb2.Confidence) -> Confidence:
    """Read how sure a date is."""
    learned_from = LEARNED_FROM.read(message.learned_from, "learned_from")
    return Confidence(message.level_percent, message.line_count, learned_from, message.calibration_version)


def ask_from_message(request: pb.CalibrateRequest, call: Call) -> CalibrateAsk:
    """Read what to learn from. Raises InvalidInput with the row."""
    check_request_id(request.request_id)
    check_text("reason", request.reason, TEXT_MAX)
    if len(request.lines) > LINES_MAX:
        raise InvalidInput.one("lines", f"{len(request.lines)} lines", f"0 to {LINES_MAX}")
    lines = tuple(executed_from_message(row, f"lines[{i}]") for i, row in enumerate(request.lines))
    return CalibrateAsk(
        request.request_id, call.caller, lines or None, request.reason, request.validate_only, call.deadline
    )


def executed_to_message(line: ExecutedLine) -> pb.ExecutedLine:
    """Write a line that was made."""
    return pb.ExecutedLine(
        family=line.family, routing_id=line.routing_id, decide_time=time_to_message(line.decided),
        planned_time=time_to_message(line.planned), complete_time=time_to_message(line.completed),
        waiting_percent=line.waiting_percent,
    )  # fmt: skip


def executed_from_message(message: pb.ExecutedLine, field: str) -> ExecutedLine:
    """Read a line that was made. Raises InvalidInput."""
    for name in ("family", "routing_id"):
        text = getattr(message, name)
        if len(text) > ID_MAX or not text.isprintable():
            raise InvalidInput.one(f"{field}.{name}", f"{text[:80]!r} is not an id", f"up to {ID_MAX} characters")
    decided, planned, completed = (
        time_from_message(getattr(message, name), f"{field}.{name}")
        for name in ("decide_time", "planned_time", "complete_time")
    )
    waiting = message.waiting_percent if message.HasField("waiting_percent") else None
    try:
        return ExecutedLine(message.family, message.routing_id, decided, planned, completed, waiting)
    except InvalidInput as error:
        found = error.violations[0]
        raise InvalidInput.one(f"{field}.{found.field}", found.problem, found.allowed) from error


def calibration_to_message(calibration: Calibration, message: pb.Calibration, *, cells: bool = True) -> None:
    """Write what was learned into an empty message, on request without its cells."""
    message.version, message.actor, message.line_count = calibration.version, calibration.actor, calibration.count
    write_time(message.learn_time, calibration.learned_at)
    for why, count in calibration.left_out:
        message.left_out.add(reason=why, line_count=count)
    for cell in calibration.cells if cells else ():
        _write_cell(cell, message.cells.add())


def _write_cell(cell: Cell, message: pb.CalibrationCell) -> None:
    message.learned_from, message.family = LEARNED_FROM.number[cell.whole], cell.family
    message.routing_id, message.line_count = cell.routing_id, cell.count
    if cell.band is not None:
        message.load_band = LOAD_BAND.number[cell.band]
    for level, slip in zip(LEVELS, cell.slips, strict=False):
        message.slips.add(level_percent=level, slip_ppm=slip)


def calibration_from_message(message: pb.Calibration) -> Calibration:
    """Read what was learned."""
    return Calibration(
        message.version,
        time_from_message(message.learn_time, "learn_time"),
        tuple(_cell_from(each) for each in message.cells),
        message.line_count,
        tuple((each.reason, each.line_count) for each in message.left_out),
        message.actor,
    )


def _cell_from(message: pb.CalibrationCell) -> Cell:
    band = LOAD_BAND.read(message.load_band, "load_band") if message.load_band else None
    whole = LEARNED_FROM.read(message.learned_from, "learned_from")
    slips = tuple(each.slip_ppm for each in message.slips)
    return Cell(message.family, message.routing_id, band, whole, message.line_count, slips)

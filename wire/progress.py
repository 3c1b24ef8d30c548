"""Progress reports and their receipts between messages and the domain."""

from __future__ import annotations

from google.protobuf.message import Message

from domain.errors import InvalidInput, Violation
from jiaoqi.v1 import plan_service_pb2 as pb
from promising.progress_requests import Clash, ItemAnswer, Progressed, ProgressItem
from wire.disruptions import line_from_message, line_to_message
from wire.enums import PROGRESS_KIND, PROGRESS_OUTCOME
from wire.times import duration_from_message, optional_time, time_to_message, write_duration, write_time


def report_from_message(message: pb.ProgressReport, field: str) -> ProgressItem:
    """Read a report; `field` is where it stands in the request."""
    try:
        return ProgressItem(
            kind=PROGRESS_KIND.read(message.kind, "kind"),
            order_id=message.order_id,
            line_no=message.line_no,
            operation_id=message.operation_id,
            item_id=message.item_id,
            operation_key=message.operation_key,
            time=optional_time(message, "time"),
            good=_optional_count(message, "good_count"),
            scrapped=_optional_count(message, "scrapped_count"),
            shots=_optional_count(message, "shot_count"),
            expected=optional_time(message, "expected_time"),
            resource_id=message.resource_id,
            corrects=message.corrects,
        )
    except InvalidInput as error:
        wrong = [Violation(f"{field}.{each.field}", each.problem, each.allowed) for each in error.violations]
        raise InvalidInput(wrong) from error


def report_to_message(item: ProgressItem) -> pb.ProgressReport:
    """Write a report."""
    return pb.ProgressReport(
        kind=PROGRESS_KIND.number[item.kind],
        order_id=item.order_id,
        line_no=item.line_no,
        operation_id=item.operation_id,
        item_id=item.item_id,
        operation_key=item.operation_key,
        time=None if item.time is None else time_to_message(item.time),
        good_count=item.good,
        scrapped_count=item.scrapped,
        shot_count=item.shots,
        expected_time=None if item.expected is None else time_to_message(item.expected),
        resource_id=item.resource_id,
        corrects=item.corrects,
    )


def progressed_to_message(progressed: Progressed, message: pb.ProgressReceipt | None = None) -> pb.ProgressReceipt:
    """Write the receipt of reports into an empty message."""
    message = pb.ProgressReceipt() if message is None else message
    for answer in progressed.items:
        _write_answer(answer, message.answers.add())
    message.applied = progressed.applied
    message.cause_id = progressed.cause_id
    for line in progressed.at_risk:
        line_to_message(line, message.at_risk.add())
    for order_id, line_no in progressed.recovered:
        message.recovered.add(order_id=order_id, line_no=line_no)
    message.assumed_keys.extend(progressed.assumed)
    for clash in progressed.clashes:
        message.clashes.add(resource_id=clash.resource_id, operation_key=clash.operation_key, other_key=clash.other_key)
    message.moved_in_time_count = progressed.moved_in_time
    message.moved_count = progressed.moved
    message.shifted_count = progressed.shifted
    message.reopened_count = progressed.reopened
    write_duration(message.standstill_duration, progressed.stood_still)
    return message


def progressed_from_message(message: pb.ProgressReceipt) -> Progressed:
    """Read the receipt of reports that a server wrote."""
    return Progressed(
        items=tuple(_answer(answer) for answer in message.answers),
        cause_id=message.cause_id,
        at_risk=tuple(line_from_message(line) for line in message.at_risk),
        recovered=tuple((name.order_id, name.line_no) for name in message.recovered),
        assumed=tuple(message.assumed_keys),
        clashes=tuple(Clash(each.resource_id, each.operation_key, each.other_key) for each in message.clashes),
        moved_in_time=message.moved_in_time_count,
        moved=message.moved_count,
        shifted=message.shifted_count,
        reopened=message.reopened_count,
        stood_still=duration_from_message(message.standstill_duration),
        applied=message.applied,
    )


def _write_answer(answer: ItemAnswer, message: pb.ProgressAnswer) -> None:
    message.outcome = PROGRESS_OUTCOME.number[answer.outcome]
    message.operation_key = answer.operation_key
    for each in answer.wrong:
        message.problems.add(field=each.field, problem=each.problem, allowed=each.allowed)
    if answer.start is not None:
        write_time(message.start_time, answer.start)
    if answer.end is not None:
        write_time(message.end_time, answer.end)
    message.missing_count = answer.missing
    message.planned_anew_count = answer.planned_anew


def _answer(message: pb.ProgressAnswer) -> ItemAnswer:
    return ItemAnswer(
        outcome=PROGRESS_OUTCOME.read(message.outcome, "outcome"),
        operation_key=message.operation_key,
        wrong=tuple(Violation(each.field, each.problem, each.allowed) for each in message.problems),
        start=optional_time(message, "start_time"),
        end=optional_time(message, "end_time"),
        missing=message.missing_count,
        planned_anew=message.planned_anew_count,
    )


def _optional_count(message: Message, field: str) -> int | None:
    return getattr(message, field) if message.HasField(field) else None

"""Re-promising between messages and the domain."""

from __future__ import annotations

from collections.abc import Sequence

from domain.errors import InvalidInput
from domain.repromises import RepromisedLine
from domain.values import replace
from jiaoqi.v1 import planner_service_pb2 as pb
from promising.repromise_requests import LOWEST, SELECTIONS_MAX, RepromiseAsk, Repromised, Selection
from wire.enums import REPROMISE_OUTCOME, REPROMISE_TREATMENT
from wire.methods import Call
from wire.promises import reason_from_message, write_reason
from wire.proposals import line_from_message, line_to_message
from wire.times import optional_time, write_duration, write_time


def ask_from_message(request: pb.RepromiseRequest, call: Call) -> RepromiseAsk:
    """Read who is promised anew, and how. Raises InvalidInput."""
    return RepromiseAsk(
        request.request_id,
        call.caller,
        confirm=_selections(request.confirm, "confirm"),
        improve=_selections(request.improve, "improve"),
        give_way=_selections(request.give_way, "give_way"),
        reason=request.reason,
        plan_version=request.plan_version,
        validate_only=request.validate_only,
        deadline=call.deadline,
    )


def selection_from_message(message: pb.OrderSelection) -> Selection:
    """Read which orders are meant. Raises InvalidInput."""
    return Selection(
        tuple(message.order_ids),
        tuple(message.customer_ids),
        tuple(message.channel_ids),
        message.priority_from or 1,
        message.priority_to or LOWEST,
    )


def repromised_to_message(made: Repromised, message: pb.RepromiseResponse) -> None:
    """Write what became of whom into an empty answer."""
    message.applied = made.applied
    for row in made.lines:
        repromised_line_to_message(row, message.lines.add())
    for line in made.told:
        line_to_message(line, message.told.add())
    write_duration(message.standstill_duration, made.stood_still)


def repromised_line_to_message(row: RepromisedLine, message: pb.RepromisedLine) -> None:
    """Write a line before and after into an empty message."""
    line_to_message(row.line, message.line)
    message.treatment = REPROMISE_TREATMENT.number[row.treatment]
    message.outcome = REPROMISE_OUTCOME.number[row.became]
    for reason in row.reasons:
        write_reason(reason, message.reasons.add())
    if row.earliest is not None:
        write_time(message.earliest_time, row.earliest)
    message.fixed = row.fixed


def repromised_line_from_message(message: pb.RepromisedLine) -> RepromisedLine:
    """Read a line that a server wrote."""
    return RepromisedLine(
        line=line_from_message(message.line),
        treatment=REPROMISE_TREATMENT.read(message.treatment, "treatment"),
        became=REPROMISE_OUTCOME.read(message.outcome, "outcome"),
        reasons=tuple(reason_from_message(reason) for reason in message.reasons),
        earliest=optional_time(message, "earliest_time"),
        fixed=message.fixed,
    )


def _selections(messages: Sequence[pb.OrderSelection], field: str) -> tuple[Selection, ...]:
    if len(messages) > SELECTIONS_MAX:
        raise InvalidInput.one(field, f"{len(messages)} are given", f"up to {SELECTIONS_MAX}")
    found = []
    for place, message in enumerate(messages):
        try:
            found.append(selection_from_message(message))
        except InvalidInput as error:
            rows = [replace(each, field=f"{field}[{place}].{each.field}") for each in error.violations]
            raise InvalidInput(rows) from error
    return tuple(found)

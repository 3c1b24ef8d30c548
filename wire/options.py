"""Options between messages and the domain."""

from __future__ import annotations

from domain.options import ChosenMode, Option, OptionCost, OptionPart, OptionSearch
from jiaoqi.v1 import promise_pb2
from wire.displaced import displaced_from_message, displaced_to_message, hours_from_message, hours_to_message
from wire.enums import COST_KIND, OPTION_KIND, OPTION_OUTCOME, OPTION_WHY
from wire.rescues import move_from_message, write_move
from wire.times import duration_from_message, time_from_message, write_duration, write_time


def write_option(option: Option, message: promise_pb2.Option) -> None:
    """Write what else could be had into an empty message."""
    message.kind = OPTION_KIND.number[option.kind]
    message.option_id = option.id
    for part in option.parts:
        each = message.parts.add(quantity=part.quantity)
        if part.promised_time is not None:
            write_time(each.promised_time, part.promised_time)
    for cost in option.costs:
        write_cost(cost, message.costs.add())
    for row in option.displaced:
        displaced_to_message(row, message.displaced.add())
    for hours in option.hours:
        hours_to_message(hours, message.hours.add())
    for mode in option.modes:
        message.modes.add(
            operation_id=mode.operation_id, mode_id=mode.mode_id, resource_id=mode.resource_id, mould_id=mode.mould_id
        )  # fmt: skip
    for move in option.moves:
        write_move(move, message.moves.add())
    message.displaced_count, message.moved_count = option.displaced_count, option.moved


def write_search(search: OptionSearch, message: promise_pb2.OptionSearch) -> None:
    """Write what looking for a kind came to into an empty message."""
    message.kind, message.outcome = OPTION_KIND.number[search.kind], OPTION_OUTCOME.number[search.outcome]
    if search.why is not None:
        message.why = OPTION_WHY.number[search.why]


def search_from_message(message: promise_pb2.OptionSearch) -> OptionSearch:
    """Read what a server wrote; how it ended follows from why."""
    why = OPTION_WHY.read(message.why, "why") if message.why else None
    return OptionSearch(OPTION_KIND.read(message.kind, "kind"), why)


def write_cost(cost: OptionCost, message: promise_pb2.OptionCost) -> None:
    """Write what something costs into an empty message."""
    message.kind = COST_KIND.number[cost.kind]
    message.count = cost.count
    if cost.fen is not None:
        message.cost_fen = cost.fen
    write_duration(message.duration, cost.duration)


def option_from_message(message: promise_pb2.Option) -> Option:
    """Read an option that a server wrote."""
    return Option(
        OPTION_KIND.read(message.kind, "kind"),
        tuple(_part_from_message(part) for part in message.parts),
        tuple(_cost_from_message(cost) for cost in message.costs),
        message.option_id,
        tuple(displaced_from_message(row) for row in message.displaced),
        message.displaced_count,
        tuple(hours_from_message(row) for row in message.hours),
        tuple(ChosenMode(mode.operation_id, mode.mode_id, mode.resource_id, mode.mould_id) for mode in message.modes),
        tuple(move_from_message(move) for move in message.moves),
        message.moved_count,
    )


def _part_from_message(message: promise_pb2.OptionPart) -> OptionPart:
    promised = None
    if message.HasField("promised_time"):
        promised = time_from_message(message.promised_time, "promised_time")
    return OptionPart(message.quantity, promised)


def _cost_from_message(message: promise_pb2.OptionCost) -> OptionCost:
    return OptionCost(
        COST_KIND.read(message.kind, "kind"),
        duration_from_message(message.duration),
        message.count,
        message.cost_fen if message.HasField("cost_fen") else None,
    )

"""Proposals, their figures and lines, and what is asked of them between messages and the domain."""

from __future__ import annotations

from datetime import timedelta

from google.protobuf.duration_pb2 import Duration

from domain.errors import InvalidInput
from domain.proposals import Cap, FromBefore, OutsideWork, PlanFigures, Proposal, ProposedLine
from jiaoqi.v1 import plan_service_pb2 as pb
from promising.proposal_requests import PROTECT_DEFAULT, SECONDS, Applied, Progress, ProposalAsk, ReplanAsk
from wire.displaced import hours_from_message, hours_to_message
from wire.enums import PROMISE_STATE, PROPOSAL_KIND, PROPOSAL_STATE
from wire.methods import Call
from wire.times import duration_from_message, optional_time, time_from_message, write_duration, write_time

DURATION_S_MOST = 10**9


def ask_from_message(request: pb.ReplanRequest, caller: str) -> ReplanAsk:
    """Read what is to be looked for. Raises InvalidInput."""
    named = [PROPOSAL_KIND.read(number, f"kinds[{place}]") for place, number in enumerate(request.kinds)]
    seconds = SECONDS
    if request.HasField("budget_duration"):
        seconds = _duration(request.budget_duration, "budget_duration").total_seconds()
    fields = {"kinds": tuple(named)} if named else {}
    return ReplanAsk(
        request.request_id, caller, seconds=seconds, effort=request.effort, seed=request.seed or 1,
        protect=request.protect_priority or PROTECT_DEFAULT,
        cap=_cap_from_message(request.cap) if request.HasField("cap") else None, reason=request.reason, **fields,
    )  # fmt: skip


def decision_from_message(request: pb.ApplyProposalRequest | pb.DiscardProposalRequest, call: Call) -> ProposalAsk:
    """Read which proposal is decided on."""
    return ProposalAsk(
        request.proposal_id, request.request_id, call.caller, request.etag, request.reason,
        validate_only=request.validate_only, deadline=call.deadline,
    )  # fmt: skip


def progress_to_message(progress: Progress, message: pb.ReplanProgress) -> None:
    """Write how far a search has come into an empty message."""
    message.kind = PROPOSAL_KIND.number[progress.kind]
    write_duration(message.search_duration, timedelta(seconds=round(progress.seconds, 6)))
    message.objective = progress.objective
    if progress.bound is not None:
        message.bound = progress.bound
    if progress.gap is not None:
        message.gap = progress.gap
    message.without_cap = progress.uncapped
    message.late_count = progress.late
    message.moved_count = progress.moved


def proposal_to_message(proposal: Proposal, message: pb.Proposal | None = None) -> pb.Proposal:
    """Write a proposal into an empty message."""
    message = pb.Proposal() if message is None else message
    message.proposal_id = proposal.id
    message.kind = PROPOSAL_KIND.number[proposal.kind]
    message.state = PROPOSAL_STATE.number[proposal.state]
    message.plan_version = proposal.plan_version
    write_time(message.create_time, proposal.made_at)
    message.created_by = proposal.made_by
    _write_figures(proposal.before, message.before)
    _write_figures(proposal.after, message.after)
    message.saved_count = proposal.saved
    message.promises_moved_count = proposal.promises_moved
    message.moved_in_time_count = proposal.moved_in_time
    message.moved_count = proposal.moved
    message.shifted_count = proposal.shifted
    write_duration(message.distance_duration, timedelta(seconds=proposal.distance_s))
    message.objective = proposal.objective
    if proposal.bound is not None:
        message.bound = proposal.bound
    if proposal.gap is not None:
        message.gap = proposal.gap
    write_duration(message.search_duration, timedelta(seconds=proposal.seconds))
    for row in proposal.hours:
        hours_to_message(row, message.hours.add())
    for work in proposal.outside:
        _write_outside(work, message.outside.add())
    if proposal.cap is not None:
        write_duration(message.cap.none_within_duration, proposal.cap.none_within)
        if proposal.cap.most is not None:
            message.cap.most_moved_count = proposal.cap.most
    if proposal.uncapped is not None:
        message.uncapped_objective = proposal.uncapped
    if proposal.from_before is not None:
        _write_from_before(proposal.from_before, message.from_before)
    message.reason = proposal.reason
    if proposal.decided_at is not None:
        write_time(message.decide_time, proposal.decided_at)
    message.decided_by = proposal.decided_by
    message.etag = proposal.etag
    for line in proposal.lines:
        line_to_message(line, message.lines.add())
    return message


def proposal_from_message(message: pb.Proposal) -> Proposal:
    """Read a proposal that a server wrote."""
    return Proposal(
        id=message.proposal_id,
        kind=PROPOSAL_KIND.read(message.kind, "kind"),
        plan_version=message.plan_version,
        made_at=time_from_message(message.create_time, "create_time"),
        made_by=message.created_by,
        before=_figures(message.before),
        after=_figures(message.after),
        saved=message.saved_count,
        promises_moved=message.promises_moved_count,
        moved_in_time=message.moved_in_time_count,
        moved=message.moved_count,
        shifted=message.shifted_count,
        distance_s=message.distance_duration.seconds,
        objective=message.objective,
        bound=message.bound if message.HasField("bound") else None,
        seconds=duration_from_message(message.search_duration).total_seconds(),
        hours=tuple(hours_from_message(row) for row in message.hours),
        outside=tuple(_outside(row) for row in message.outside),
        cap=_cap_from_message(message.cap) if message.HasField("cap") else None,
        uncapped=message.uncapped_objective if message.HasField("uncapped_objective") else None,
        from_before=_from_before(message.from_before) if message.HasField("from_before") else None,
        lines=tuple(line_from_message(line) for line in message.lines),
        reason=message.reason,
        state=PROPOSAL_STATE.read(message.state, "state"),
        decided_at=optional_time(message, "decide_time"),
        decided_by=message.decided_by,
        version=int(message.etag.rpartition(":")[2]),
    )


def applied_to_message(applied: Applied, message: pb.ProposalReceipt) -> None:
    """Write what applying did into an empty message."""
    proposal_to_message(applied.proposal, message.proposal)
    message.applied = applied.applied
    for line in applied.told:
        line_to_message(line, message.told.add())
    message.added_count = applied.added
    message.gone_count = applied.gone
    message.moved_count = applied.moved
    message.shifted_count = applied.shifted


def _write_from_before(found: FromBefore, message: pb.FromPlanBefore) -> None:
    message.disruption_id = found.disruption_id
    write_time(message.stood_time, found.stood_at)
    message.dates_today_count, message.dates_count = found.dates
    message.moved_today_count, message.moved_count = found.moved


def _from_before(message: pb.FromPlanBefore) -> FromBefore:
    return FromBefore(
        message.disruption_id, time_from_message(message.stood_time, "stood_time"),
        (message.dates_today_count, message.dates_count), (message.moved_today_count, message.moved_count),
    )  # fmt: skip


def _write_figures(figures: PlanFigures, message: pb.PlanFigures) -> None:
    message.late_count = figures.late
    for priority, over in figures.tardiness:
        write_duration(message.tardiness.add(priority=priority).duration, over)
    message.changeover_count = figures.changeovers
    write_duration(message.changeover_duration, figures.changeover)
    write_duration(message.overtime_duration, figures.overtime)
    write_duration(message.outside_duration, figures.outside)
    if figures.cost_fen is not None:
        message.cost_fen = figures.cost_fen
    if figures.end is not None:
        write_time(message.end_time, figures.end)


def _figures(message: pb.PlanFigures) -> PlanFigures:
    return PlanFigures(
        late=message.late_count,
        tardiness=tuple((row.priority, duration_from_message(row.duration)) for row in message.tardiness),
        changeovers=message.changeover_count,
        changeover=duration_from_message(message.changeover_duration),
        overtime=duration_from_message(message.overtime_duration),
        cost_fen=message.cost_fen if message.HasField("cost_fen") else None,
        end=optional_time(message, "end_time"),
        outside=duration_from_message(message.outside_duration),
    )


def _write_outside(work: OutsideWork, message: pb.OutsideOperation) -> None:
    message.operation_key = work.key
    message.order_id = work.order_id
    message.line_no = work.line_no
    message.item_id = work.item_id
    message.quantity = work.quantity
    message.operation_id = work.operation_id
    message.mode_id = work.mode_id
    message.resource_id = work.resource_id
    write_time(message.start_time, work.start)
    write_time(message.end_time, work.end)
    if work.fen is not None:
        message.cost_fen = work.fen


def _outside(message: pb.OutsideOperation) -> OutsideWork:
    return OutsideWork(
        message.operation_key, message.order_id, message.line_no, message.item_id, message.quantity,
        message.operation_id, message.mode_id, message.resource_id,
        time_from_message(message.start_time, "start_time"), time_from_message(message.end_time, "end_time"),
        message.cost_fen if message.HasField("cost_fen") else None,
    )  # fmt: skip


def line_to_message(line: ProposedLine, message: pb.ProposedLine) -> None:
    """Write a line before and after into an empty message."""
    message.order_id = line.order_id
    message.line_no = line.line_no
    message.item_id = line.item_id
    message.quantity = line.quantity
    message.customer_id = line.customer_id
    message.priority = line.priority
    message.state = PROMISE_STATE.number[line.state]
    write_time(message.promised_before_time, line.promised_before)
    write_time(message.promised_after_time, line.promised_after)
    write_time(message.expected_before_time, line.expected_before)
    write_time(message.expected_after_time, line.expected_after)
    message.part_of = line.part_of


def line_from_message(message: pb.ProposedLine) -> ProposedLine:
    """Read a line that a server wrote."""
    return ProposedLine(
        message.order_id, message.line_no, message.item_id, message.quantity, message.customer_id, message.priority,
        PROMISE_STATE.read(message.state, "state"),
        time_from_message(message.promised_before_time, "promised_before_time"),
        time_from_message(message.promised_after_time, "promised_after_time"),
        time_from_message(message.expected_before_time, "expected_before_time"),
        time_from_message(message.expected_after_time, "expected_after_time"),
        message.part_of,
    )  # fmt: skip


def _cap_from_message(message: pb.ProposalCap) -> Cap:
    most = message.most_moved_count if message.HasField("most_moved_count") else None
    return Cap(most, _duration(message.none_within_duration, "cap.none_within_duration"))


def _duration(message: Duration, field: str) -> timedelta:
    """Read a duration that anybody wrote. Raises InvalidInput."""
    if not 0 <= message.seconds <= DURATION_S_MOST or not 0 <= message.nanos < 1_000_000_000:
        raise InvalidInput.one(field, f"{message.seconds} s and {message.nanos} ns is out of range", "0 or more")
    return duration_from_message(message)

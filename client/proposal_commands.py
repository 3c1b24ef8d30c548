"""`jiaoqi replan` and what is done with proposals: list, show, apply, discard."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from datetime import timedelta
from typing import Annotated

import typer
from google.protobuf.duration_pb2 import Duration
from google.protobuf.timestamp_pb2 import Timestamp
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn

from client.catalogue import say
from client.disruption_commands import Reason, plan
from client.notices import notices_of
from client.plant_commands import RequestId, ValidateOnly
from client.session import Session, as_dict
from client.words import time_in_words
from jiaoqi.v1 import plan_service_pb2 as pb

KINDS = {
    "resequence": pb.PROPOSAL_KIND_RESEQUENCE,
    "alternatives": pb.PROPOSAL_KIND_ALTERNATIVES,
    "overtime": pb.PROPOSAL_KIND_OVERTIME,
    "protect": pb.PROPOSAL_KIND_PROTECT,
    "outside": pb.PROPOSAL_KIND_OUTSIDE,
    "split": pb.PROPOSAL_KIND_SPLIT,
    "order": pb.PROPOSAL_KIND_ORDER,
    "near": pb.PROPOSAL_KIND_NEAR,
}
COUNTED = (
    "late", "saved", "redated", "delay", "overtime", "outside", "changeovers", "changeoverhours", "displaced",
    "distance", "turns", "days", "cost", "objective", "bound",
)  # fmt: skip
"""By what proposals are compared."""
BESIDE_MOST = 6
"""So many proposals are shown as columns."""
Name = Annotated[str, typer.Argument(metavar="PROPOSAL", help=say("help.proposal"))]
Kinds = Annotated[list[str] | None, typer.Option("--kind", help=say("help.kind", kinds=", ".join(KINDS)))]


def replan(
    context: typer.Context,
    kind: Kinds = None,
    seconds: Annotated[float, typer.Option(min=0.1, max=3600.0, help=say("help.replan_seconds"))] = 20.0,
    steps: Annotated[int, typer.Option(min=0, help=say("help.steps"))] = 0,
    protect: Annotated[int, typer.Option(min=1, max=9, help=say("help.protect"))] = 3,
    most: Annotated[int | None, typer.Option(min=0, help=say("help.most"))] = None,
    none_within: Annotated[float | None, typer.Option(min=0.0, help=say("help.none_within"))] = None,
    reason: Reason = "",
    request_id: RequestId = "",
) -> None:
    """Look for other plans, with a progress bar on a terminal."""
    session: Session = context.obj
    unknown = [each for each in kind or () if each not in KINDS]
    if unknown:
        session.wrong(say("error.kind", text=unknown[0], kinds=", ".join(KINDS)))
    steps_told = session.client.replan(
        kinds=[KINDS[each] for each in kind or ()],
        seconds=seconds,
        effort=steps,
        protect_priority=protect,
        most_moved=most,
        none_within=None if none_within is None else timedelta(hours=none_within),
        reason=reason,
        request_id=request_id,
    )
    found = _follow(session, steps_told, seconds)
    if session.as_json:
        session.print_json([as_dict(each) for each in found])
    elif not found:
        session.print(say("say.nothing_better"))
    else:
        _show_all(session, found)
        told = {each.kind for each in found}
        in_vain = [say(pb.ProposalKind.Name(KINDS[each])) for each in kind or () if KINDS[each] not in told]
        if in_vain:
            session.print(say("say.kinds_in_vain", kinds=say("row.join").join(in_vain)))


@plan.command("proposals", help=say("help.plan.proposals"))
def proposals(
    context: typer.Context,
    all_: Annotated[bool, typer.Option("--all", help=say("help.all_proposals"))] = False,
) -> None:
    """List proposals."""
    session: Session = context.obj
    state = pb.PROPOSAL_STATE_UNSPECIFIED if all_ else pb.PROPOSAL_STATE_OPEN
    found = list(session.client.proposals(state))
    if session.as_json:
        session.print_json([as_dict(each) for each in found])
    else:
        _show_all(session, found)


@plan.command("proposal", help=say("help.plan.proposal"))
def proposal(context: typer.Context, name: Name) -> None:
    """Show one, order by order."""
    session: Session = context.obj
    found = session.client.proposal(name)
    if session.as_json:
        session.print_json(as_dict(found))
        return
    _show_all(session, [found])
    for hours in found.hours:
        start, end = session.words(hours, "start_time"), session.words(hours, "end_time")
        session.print(say("say.extra_hours", resource=hours.resource_id, start=start, end=end))
    for work in found.outside:
        start, end = session.words(work, "start_time"), session.words(work, "end_time")
        fen = f"{work.cost_fen / 100:,.2f}" if work.HasField("cost_fen") else "?"
        session.print(
            say(
                "say.outside", resource=work.resource_id, operation=work.operation_id, order=work.order_id,
                line=work.line_no, quantity=f"{work.quantity:,}", item=work.item_id, start=start, end=end, price=fen,
            )
        )  # fmt: skip
    if found.HasField("from_before"):
        stood = session.words(found.from_before, "stood_time")
        session.print(say("say.plan_before", disruption=found.from_before.disruption_id, time=stood))
    if found.HasField("uncapped_objective"):
        _tell_price(session, found.objective, found.uncapped_objective)
    _show_lines(session, found.lines)


@plan.command("apply", help=say("help.plan.apply"))
def apply(
    context: typer.Context,
    name: Name,
    reason: Reason = "",
    request_id: RequestId = "",
    validate_only: ValidateOnly = False,
) -> None:
    """Make it the plan, and say who must be told what."""
    session: Session = context.obj
    answer = session.client.apply_proposal(name, reason=reason, request_id=request_id, validate_only=validate_only)
    receipt = answer.receipt
    notices = list(notices_of(receipt.told, lambda time: _words(session, time)))
    if session.as_json:
        session.print_json({**as_dict(answer), "notices": [asdict(notice) for notice in notices]})
        return
    if not receipt.applied:
        session.print(say("say.would"))
    session.print(
        say(
            "say.applied", id=receipt.proposal.proposal_id, moved=receipt.moved_count, shifted=receipt.shifted_count,
            added=receipt.added_count, gone=receipt.gone_count, told=len(notices),
        )
    )  # fmt: skip
    if notices:
        session.table(
            ("customer", "order", "*chinese", "*english"),
            ([each.customer_id, each.order_id, each.zh, each.en] for each in notices),
        )


@plan.command("discard", help=say("help.plan.discard"))
def discard(
    context: typer.Context,
    name: Name,
    reason: Reason = "",
    request_id: RequestId = "",
    validate_only: ValidateOnly = False,
) -> None:
    """Put it aside."""
    session: Session = context.obj
    answer = session.client.discard_proposal(name, reason=reason, request_id=request_id, validate_only=validate_only)
    session.show(answer, lambda: session.print(say("say.discarded", id=answer.proposal.proposal_id)))


def _follow(session: Session, told: Iterable[pb.ReplanResponse], seconds: float) -> list[pb.Proposal]:
    """Show how far the search is, and return what it made."""
    console = Console(stderr=True)
    columns = TextColumn("{task.description}"), BarColumn(), TextColumn("{task.fields[told]}")
    silent = session.as_json or not console.is_terminal
    found: list[pb.Proposal] = []
    objectives: dict[bool, int] = {}
    with Progress(*columns, console=console, transient=True, disable=silent) as progress:
        task = progress.add_task(say("say.replanning"), total=seconds, told="")
        for step in told:
            found = list(step.proposals)
            if step.HasField("progress"):
                at_s = step.progress.search_duration.ToMicroseconds() / 1e6
                if step.progress.kind == pb.PROPOSAL_KIND_PROTECT:
                    objectives[step.progress.without_cap] = step.progress.objective
                progress.update(task, completed=min(at_s, seconds), told=_progress_words(step.progress))
    if True in objectives and not any(each.kind == pb.PROPOSAL_KIND_PROTECT for each in found) and not session.as_json:
        # Within the cap nothing is better than the plan as it stands.
        _tell_price(session, objectives.get(False, objectives[True]), objectives[True])
    return found


def _tell_price(session: Session, capped: int, free: int) -> None:
    """Say what a cap costs, in the measure that was made small."""
    session.print(say("say.cap_price", capped=f"{capped:,}", free=f"{free:,}", price=f"{capped - free:,}"))


def _progress_words(step: pb.ReplanProgress) -> str:
    bound = _bound(step)
    return say(
        "say.replan_step", kind=say(pb.ProposalKind.Name(step.kind)), objective=f"{step.objective:,}", bound=bound,
        late=step.late_count, moved=step.moved_count,
    )  # fmt: skip


def _show_all(session: Session, found: Iterable[pb.Proposal]) -> None:
    """Print proposals side by side: a column for each, with what it changes from and to; many have a row each."""
    proposals = list(found)
    if len(proposals) > BESIDE_MOST:
        session.table(("proposal", "kind", "state", *(f">{name}" for name in COUNTED)), map(_row, proposals))
        return
    priorities = sorted({row.priority for each in proposals for row in (*each.before.tardiness, *each.after.tardiness)})
    names = [say(f"column.{name}") for name in ("kind", "state", *COUNTED)]
    cells = [_row(each)[1:] for each in proposals]
    rows = [[name, *values] for name, *values in zip(names, *cells, strict=True)]
    after_delay = 2 + COUNTED.index("delay") + 1
    rows[after_delay:after_delay] = [
        [say("say.of_priority", priority=priority), *(_late_by_priority(each, priority) for each in proposals)]
        for priority in priorities
    ]
    session.columns([say("column.proposal"), *(each.proposal_id for each in proposals)], rows if proposals else [])


def _row(each: pb.Proposal) -> list[str]:
    """One proposal by what all are compared by."""
    before, after = each.before, each.after
    return [
        each.proposal_id,
        say(pb.ProposalKind.Name(each.kind)),
        say(pb.ProposalState.Name(each.state)),
        f"{before.late_count} > {after.late_count}",
        str(each.saved_count),
        str(each.promises_moved_count),
        f"{_late_hours(before):.1f} > {_late_hours(after):.1f}",
        f"{_hours(before.overtime_duration)} > {_hours(after.overtime_duration)}",
        f"{_hours(before.outside_duration)} > {_hours(after.outside_duration)}",
        f"{before.changeover_count} > {after.changeover_count}",
        f"{_hours(before.changeover_duration)} > {_hours(after.changeover_duration)}",
        str(each.moved_count),
        _hours(each.distance_duration),
        _since(each, each.from_before.moved_today_count, each.from_before.moved_count),
        _since(each, each.from_before.dates_today_count, each.from_before.dates_count),
        f"{_cost(before)} > {_cost(after)}",
        f"{each.objective:,}",
        _bound(each),
    ]


def _bound(of: pb.Proposal | pb.ReplanProgress) -> str:
    """What nothing can be better than, and by which share of the objective it is less."""
    if not of.HasField("bound"):
        return say("say.no_bound")
    return say("say.bound", bound=f"{of.bound:,}", gap=f"{of.gap:.1%}")


def _since(each: pb.Proposal, today: int, proposed: int) -> str:
    """How far from the plan before a disruption."""
    return f"{today:,} > {proposed:,}" if each.HasField("from_before") else ""


def _hours(duration: Duration) -> str:
    return f"{duration.ToSeconds() / 3600:,.1f}"


def _late_by_priority(each: pb.Proposal, priority: int) -> str:
    """Hours late of one priority, before and after."""
    old, new = (
        sum(row.duration.ToSeconds() for row in figures.tardiness if row.priority == priority) / 3600
        for figures in (each.before, each.after)
    )
    return f"{old:.1f} > {new:.1f}"


def _late_hours(figures: pb.PlanFigures) -> float:
    return sum(row.duration.ToSeconds() for row in figures.tardiness) / 3600


def _cost(figures: pb.PlanFigures) -> str:
    return f"{figures.cost_fen / 100:,.2f}" if figures.HasField("cost_fen") else "?"


def _show_lines(session: Session, lines: Iterable[pb.ProposedLine]) -> None:
    session.table(
        (
            "order", ">line", "customer", ">priority", "item", ">quantity", "formerly", "newly", "before",
            "expected",
        ),
        (
            [
                line.order_id,
                str(line.line_no),
                line.customer_id,
                str(line.priority),
                line.item_id,
                f"{line.quantity:,}",
                session.words(line, "promised_before_time"),
                session.words(line, "promised_after_time") if _moves(line) else "",
                session.words(line, "expected_before_time"),
                session.words(line, "expected_after_time"),
            ]
            for line in lines
        ),
    )  # fmt: skip


def _moves(line: pb.ProposedLine) -> bool:
    return bool(line.promised_after_time != line.promised_before_time)


def _words(session: Session, time: Timestamp) -> str:
    return time_in_words(time, session.zone)

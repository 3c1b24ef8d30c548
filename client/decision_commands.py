"""`jiaoqi rules health | replay | rehearse`, and why rules decided of an order as they did."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

import typer

from client.catalogue import say
from client.decision_words import of_line, told
from client.promotion_words import lost_in_words
from client.rule_commands import ON_FILES, WRONG_RULES, become, rules
from client.session import Session
from jiaoqi.v1 import rule_service_pb2 as pb

Order = Annotated[str, typer.Argument(metavar="ORDER", help=say("help.order_id"))]
OrderVersion = Annotated[int, typer.Option("--version", min=0, help=say("help.rules.order_version"))]


@rules.command("health", help=say("help.rules.health"))
def health(
    context: typer.Context, timed: Annotated[bool, typer.Option("--timed", help=say("help.rules.timed"))] = False
) -> None:
    """Show every rule in force with its counts."""
    session: Session = context.obj
    answer = session.client.rule_health(timed=timed)

    def tell() -> None:
        mean, worst = (_micros(answer, field) for field in ("mean_duration", "worst_duration"))
        session.print(
            say("say.rules.health", version=answer.version, decided=answer.decided_count, mean=mean, worst=worst)
        )
        columns = ("rule", ">rank", ">fired", ">of", "last", ">mean", ">worst", "remarks")
        session.table(columns, (_health_row(session, one) for one in answer.rules))

    session.show(answer, tell)


def _health_row(session: Session, one: pb.RuleHealth) -> list[str]:
    return [
        told(one.rule), str(one.rank), str(one.fired_count), str(one.decided_count),
        session.words(one, "last_fired_time"), _micros(one, "mean_duration"), _micros(one, "worst_duration"),
        ", ".join(say(pb.RuleRemark.Name(remark)) for remark in one.remarks),
    ]  # fmt: skip


def _micros(message: pb.RuleHealth | pb.GetRuleHealthResponse, field: str) -> str:
    if not message.HasField(field):
        return "-"
    found = getattr(message, field)
    return f"{(found.seconds * 10**9 + found.nanos) / 1000:,.1f} µs"


@rules.command("budgets", help=say("help.rules.budgets"))
def budgets(
    context: typer.Context,
    promotion: Annotated[str, typer.Argument(metavar="[PROMOTION]", help=say("help.rules.promotion"))] = "",
) -> None:
    """List what orders have of promotions and what is left."""
    session: Session = context.obj
    session.show_each(
        session.client.budgets(promotion),
        ("promotion", "customer", ">used", ">discounts", ">left", ">budget", "*remarks"),
        _budget_row,
    )


def _budget_row(one: pb.PromotionBudget) -> list[str]:
    return [
        one.promotion_id,
        one.customer_id or say("say.all_customers"),
        f"{one.order_count:,}",
        _yuan(one.used_fen),
        f"{one.left_count:,}" if one.HasField("left_count") else "-",
        _yuan(one.left_fen) if one.HasField("left_fen") else "-",
        "" if one.in_force else say("say.not_in_force"),
    ]


@rules.command("replay", help=say("help.rules.replay"))
def replay(context: typer.Context, order: Order, version: OrderVersion = 0) -> None:
    """Decide an order again; ends with a status of its own where the rules of then say something else."""
    session: Session = context.obj
    answer = session.client.replay_decision(order, order_version=version)
    session.show(answer, lambda: _tell_replay(session, answer))
    if not answer.same:
        raise typer.Exit(WRONG_RULES)


def _tell_replay(session: Session, answer: pb.ReplayDecisionResponse) -> None:
    session.print(say("say.rules.replay", order=answer.order_id, version=answer.order_version))
    for one, text in (
        (answer.recorded, say("say.rules.recorded", version=answer.recorded.rule_version)),
        (answer.then, say("say.rules.then", version=answer.then.rule_version)),
        (answer.today, say("say.rules.today", version=answer.today.rule_version)),
    ):
        fired = ", ".join(f"{told(rule.rule)}{of_line(rule.line_no)}" for rule in one.fired) or "-"
        promotions = "".join(f"; {each.promotion_id} {_yuan(each.fen)}" for each in one.promotions)
        session.print(f"  {text}: {say(pb.Verdict.Name(one.verdict))} [{fired}{promotions}]")
        # What the record says is said again by the rules of then.
        for reason in one.reasons if one is not answer.then or not answer.same else ():
            session.print(f"    - {told(reason)}")
        # Of today only what is otherwise.
        known = () if one is answer.then else answer.then.lost_promotions
        for lost in (each for each in one.lost_promotions if each not in known):
            session.print("    " + say("say.lost", promotion=lost.promotion_id, text=lost_in_words(lost)))
        if one is answer.then and one.lost_promotion_count > len(one.lost_promotions):
            session.print("    " + say("say.unmet_more", count=one.lost_promotion_count - len(one.lost_promotions)))
    session.print("  " + (say("say.rules.same_again") if answer.same else say("say.rules.other_again")))
    for names, text in ((answer.gone, say("say.rules.gone")), (answer.fires, say("say.rules.fires"))):
        if names:
            session.print(f"  {text}: {', '.join(map(told, names))}")
    if answer.read_today:
        session.print("  " + say("say.rules.read_today", facts=", ".join(answer.read_today)))


@rules.command("rehearse", help=say("help.rules.rehearse"), add_help_option=False, context_settings=ON_FILES)
def rehearse(context: typer.Context) -> None:
    """Try a version on the server's last orders; with files instead of its number, on orders of a file."""
    words = list(context.args)
    if not (words and words[0].isdigit()):
        become(context, ["rehearse", *words])
    session: Session = context.obj
    if len(words) > 2 or any(not word.isdigit() for word in words):
        session.wrong(say("error.rehearse"))
    answer = session.client.rehearse_rules(version=int(words[0]), order_count=int(words[1]) if words[1:] else 0)
    session.show(answer, lambda: _tell_rehearsal(session, answer))


def _tell_rehearsal(session: Session, answer: pb.RehearseRulesResponse) -> None:
    session.print(say("say.rules.rehearsed", orders=answer.order_count, changed=answer.changed_count))
    session.print(
        say(
            "say.rules.held", review=f"{answer.review_count_before} → {answer.review_count_after}",
            refused=f"{answer.refused_count_before} → {answer.refused_count_after}",
        )
    )  # fmt: skip
    for money in answer.money:
        session.print(f"  {money.promotion_id}: {_yuan(money.fen_before)} → {_yuan(money.fen_after)}")
    for one in answer.priorities:
        priorities = {"before": one.priority_before or "-", "after": one.priority_after or "-"}
        session.print(say("say.rules.priorities", **priorities, count=one.order_count))
    if answer.read_today_count:
        session.print(say("say.rules.rehearsed_today", count=answer.read_today_count))
    for change in answer.changes:
        names = [*(f"-{told(name)}" for name in change.gone), *(f"+{told(name)}" for name in change.fires)]
        session.print(" ".join([f"  {change.order_id}: {', '.join(_otherwise(change))}", *names]))


def _otherwise(change: pb.RehearsedChange) -> Iterator[str]:
    """The verdict before and after; priority and discount where they differ."""
    yield f"{say(pb.Verdict.Name(change.verdict_before))} → {say(pb.Verdict.Name(change.verdict_after))}"
    if change.priority_before != change.priority_after:
        before, after = change.priority_before or "-", change.priority_after or "-"
        yield say("say.rules.priority", before=before, after=after)
    if change.discount_fen_before != change.discount_fen_after:
        before, after = _yuan(change.discount_fen_before), _yuan(change.discount_fen_after)
        yield say("say.rules.discount", before=before, after=after)


def _yuan(fen: int) -> str:
    return f"{fen / 100:,.2f}"

"""`jiaoqi rules`: versions of the rules on the server; what works on files only becomes the rule base's own command."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Annotated

import typer

from client.catalogue import language, say
from client.decision_words import told
from client.plant_commands import RequestId, ValidateOnly
from client.session import Session
from jiaoqi.v1 import rule_service_pb2 as pb

SUFFIX, PROMOTIONS = ".rules", "promotions.csv"
WRONG_RULES = 3

rules = typer.Typer(no_args_is_help=True)

Version = Annotated[int, typer.Argument(metavar="VERSION", min=0, help=say("help.rules.version"))]
Draft = Annotated[int, typer.Argument(metavar="VERSION", min=1, help=say("help.rules.draft"))]
Files = Annotated[list[Path], typer.Argument(metavar="FILES", help=say("help.rules.files"))]
Etag = Annotated[str, typer.Option(help=say("help.etag"))]
ON_FILES = {"allow_extra_args": True, "ignore_unknown_options": True}


@rules.callback()
def common(context: typer.Context, zone: Annotated[str, typer.Option(help=say("help.rules.zone"))] = "") -> None:
    """Keep the zone for the commands on files."""
    context.meta["zone"] = zone


# On files, without a server.


def _on_files(name: str, text: str) -> None:
    def run(context: typer.Context) -> None:
        become(context, [name, *context.args])

    rules.command(name, help=text, add_help_option=False, context_settings=ON_FILES)(run)


def become(context: typer.Context, words: Iterable[str]) -> None:
    """Become the rule base's own command: it needs no server, and the client imports none of it."""
    zone = context.meta.get("zone", "")
    where = ["--zone", zone] if zone else []
    os.execv(sys.executable, [sys.executable, "-m", "rulebase", "--lang", language(), *where, *words])


_on_files("fmt", say("help.rules.fmt"))
_on_files("check", say("help.rules.check"))
_on_files("test", say("help.rules.test"))
_on_files("explain", say("help.rules.explain"))
_on_files("translate", say("help.rules.translate"))
_on_files("words", say("help.rules.words"))


# On the server.


@rules.command("list", help=say("help.rules.list"))
def list_(context: typer.Context) -> None:
    """List versions, the latest first."""
    session: Session = context.obj
    session.show_each(
        session.client.rule_versions(),
        ("version", "state", "who", "when", "published", "since", "*note"),
        lambda one: _row(session, one),
    )


@rules.command("show", help=say("help.rules.show"))
def show(
    context: typer.Context,
    version: Version = 0,
    against: Annotated[int | None, typer.Option(min=0, help=say("help.rules.against"))] = None,
    files: Annotated[bool, typer.Option("--files", help=say("help.rules.show_files"))] = False,
) -> None:
    """Show one version, and what it changes."""
    session: Session = context.obj
    answer = session.client.rule_version(version, against)

    def tell() -> None:
        _tell_version(session, answer.version)
        _tell_difference(session, answer.difference)
        for file in answer.files if files else ():
            session.print(f"\n# {file.name}\n{file.content.rstrip()}")

    session.show(answer, tell)


@rules.command("put", help=say("help.rules.put"))
def put(
    context: typer.Context,
    files: Files,
    version: Annotated[int, typer.Option(min=0, help=say("help.rules.again"))] = 0,
    etag: Etag = "",
    note: Annotated[str, typer.Option(help=say("help.rules.note"))] = "",
    request_id: RequestId = "",
    validate_only: ValidateOnly = False,
) -> None:
    """Put files as a draft."""
    session: Session = context.obj
    answer = session.client.put_rules(
        read_files(session, files), version=version, etag=etag, note=note, request_id=request_id,
        validate_only=validate_only,
    )  # fmt: skip
    session.show(answer, lambda: _tell_changed(session, answer.version, answer.difference))


@rules.command("review", help=say("help.rules.review"))
def review(context: typer.Context, version: Version = 0) -> None:
    """Check and test a version on the server."""
    session: Session = context.obj
    checked, tested = session.client.check_rules(version=version), session.client.test_rules(version=version)
    if session.as_json:
        session.print_all_json([checked, tested])
    else:
        tell_findings(session, checked.findings)
        tell_failed(session, tested.failed)
        session.print(
            say(
                "say.rules.reviewed", rules=checked.rule_count, examples=tested.example_count,
                found=len(checked.findings), failed=len(tested.failed),
            )
        )  # fmt: skip
    if tested.failed or any(one.decided for one in checked.findings):
        raise typer.Exit(WRONG_RULES)


@rules.command("publish", help=say("help.rules.publish"))
def publish(
    context: typer.Context,
    version: Draft,
    reason: Annotated[str, typer.Option(help=say("help.reason"))] = "",
    force: Annotated[bool, typer.Option("--force", help=say("help.rules.force"))] = False,
    etag: Etag = "",
    request_id: RequestId = "",
    validate_only: ValidateOnly = False,
) -> None:
    """Put a draft in force."""
    session: Session = context.obj
    answer = session.client.publish_rules(
        version, etag=etag, reason=reason, force=force, request_id=request_id, validate_only=validate_only
    )

    def tell() -> None:
        _tell_changed(session, answer.version, answer.difference)
        tell_findings(session, answer.findings)

    session.show(answer, tell)


@rules.command("rollback", help=say("help.rules.rollback"))
def rollback(
    context: typer.Context,
    reason: Annotated[str, typer.Option(help=say("help.reason"))],
    to: Annotated[int, typer.Option(min=0, help=say("help.rules.to"))] = 0,
    request_id: RequestId = "",
    validate_only: ValidateOnly = False,
) -> None:
    """Take the version in force back."""
    session: Session = context.obj
    answer = session.client.roll_back_rules(reason, version=to, request_id=request_id, validate_only=validate_only)
    session.show(answer, lambda: _tell_changed(session, answer.version, answer.difference))


def read_files(session: Session, paths: Iterable[Path]) -> dict[str, str]:
    """Return the files of a version by name, those of folders too; ends the run where there are none."""
    found: dict[str, str] = {}
    for path in paths:
        names = (f"*{SUFFIX}", PROMOTIONS)
        for file in sorted(each for name in names for each in path.glob(name)) if path.is_dir() else [path]:
            try:
                found[file.name] = file.read_text(encoding="utf-8")
            except (OSError, UnicodeDecodeError) as error:
                session.wrong(say("error.file", file=file, problem=error))
    if not found:
        session.wrong(say("say.rules.no_files"))
    return found


def tell_findings(session: Session, findings: Iterable[pb.RuleFinding]) -> None:
    """Print what is suspicious, with orders that show it."""
    for one in findings:
        example = say("say.rules.example", facts=told(one.example)) if one.HasField("example") else ""
        session.print(f"  {told(one.said)}{example}")


def tell_failed(session: Session, failed: Iterable[pb.FailedExample]) -> None:
    """Print examples that are not as expected, with what was decided instead."""
    for one in failed:
        unmet = ", ".join(map(told, one.unmet))
        session.print(say("say.rules.unmet", file=one.file, line=one.line, name=told(one.name), unmet=unmet))
        for line in one.decided:
            session.print(f"    {told(line)}")


def _row(session: Session, one: pb.RuleVersion) -> list[str]:
    return [
        str(one.version), say(pb.RuleState.Name(one.state)), one.author, session.words(one, "draft_time"),
        one.published_by, session.words(one, "publish_time"), one.note or one.reason,
    ]  # fmt: skip


def _tell_version(session: Session, one: pb.RuleVersion) -> None:
    said: Mapping[str, object] = {"version": one.version, "state": say(pb.RuleState.Name(one.state)), "etag": one.etag}
    session.print(say("say.rules.version", **said))
    when = session.words(one, "draft_time")
    lines = [(say("say.rules.drafted", who=one.author, when=when), one.note)]
    if when := session.words(one, "publish_time"):
        lines.append((say("say.rules.published", who=one.published_by, when=when), one.reason))
    if when := session.words(one, "end_time"):
        lines.append((say("say.rules.ended", who=one.ended_by, when=when), one.end_reason))
    for text, why in lines:
        session.print(f"  {text}: {why}" if why else f"  {text}")
    if one.forced_count:
        session.print("  " + say("say.rules.forced", count=one.forced_count))


def _tell_changed(session: Session, version: pb.RuleVersion, difference: pb.RuleDifference) -> None:
    _tell_version(session, version)
    _tell_difference(session, difference)


def _tell_difference(session: Session, difference: pb.RuleDifference) -> None:
    parts = (("", difference.rules), ("say.rules.fact", difference.facts), ("say.rules.offer", difference.promotions))
    if not any(changes for _, changes in parts):
        said = "say.rules.texts" if difference.text else "say.rules.same"
        session.print(say(said, base=difference.base_version))
        return
    session.print(say("say.rules.changes", base=difference.base_version))
    for what, changes in parts:
        for change in changes:
            name = say(what, name=told(change.rule)) if what else told(change.rule)
            session.print(f"  {_sign(change)} {name}")
            for mark, text in zip("-+", _texts(change), strict=True):
                if (change.HasField("before") and change.HasField("after")) or (what and text):
                    for line in text.splitlines():
                        session.print(f"      {mark} {line}")


def _texts(change: pb.RuleChange) -> tuple[str, str]:
    """As it was and as it is, in the language that is spoken; a server of before has it in Chinese only."""
    if language() == "zh":
        return change.before, change.after
    return change.before_en or change.before, change.after_en or change.after


def _sign(change: pb.RuleChange) -> str:
    if not change.HasField("before"):
        return "+"
    return "~" if change.HasField("after") else "-"

"""Versions of the rules, what they change and what was found in them, between messages and the domain."""

from __future__ import annotations

from collections.abc import Iterable

from domain.errors import InvalidInput
from domain.rule_versions import FILES_MAX, RuleVersion
from jiaoqi.v1 import rule_service_pb2 as pb
from promising.rule_requests import Difference, Found, RuleChanged, TestedExample, Told
from wire.enums import RULE_STATE
from wire.times import optional_time, time_from_message, write_time


def version_to_message(version: RuleVersion, message: pb.RuleVersion) -> None:
    """Write a version into an empty message."""
    message.version = version.number
    message.state = RULE_STATE.number[version.state]
    message.etag = version.etag
    message.author, message.base_version, message.note = version.author, version.base, version.note
    write_time(message.draft_time, version.drafted_at)
    message.published_by, message.reason, message.forced_count = version.published_by, version.reason, version.forced
    message.ended_by, message.end_reason = version.ended_by, version.ended_reason
    if version.published_at is not None:
        write_time(message.publish_time, version.published_at)
    if version.ended_at is not None:
        write_time(message.end_time, version.ended_at)


def version_from_message(message: pb.RuleVersion) -> RuleVersion:
    """Read a version that a server wrote."""
    return RuleVersion(
        number=message.version,
        state=RULE_STATE.read(message.state, "state"),
        author=message.author,
        drafted_at=time_from_message(message.draft_time, "draft_time"),
        base=message.base_version,
        revision=int(message.etag.rpartition("-")[2]),
        note=message.note,
        published_by=message.published_by,
        published_at=optional_time(message, "publish_time"),
        reason=message.reason,
        forced=message.forced_count,
        ended_by=message.ended_by,
        ended_at=optional_time(message, "end_time"),
        ended_reason=message.end_reason,
    )


def difference_to_message(difference: Difference, message: pb.RuleDifference) -> None:
    """Write what a version changes into an empty message."""
    message.base_version, message.text = difference.base, difference.text
    message.rules.extend(map(_change_to_message, difference.rules))
    message.facts.extend(map(_change_to_message, difference.facts))
    message.promotions.extend(map(_change_to_message, difference.promotions))


def _change_to_message(change: RuleChanged) -> pb.RuleChange:
    row = pb.RuleChange()
    told_to_message(change.name, row.rule)
    if change.before is not None:
        row.before, row.before_en = change.before.zh, change.before.en
    if change.after is not None:
        row.after, row.after_en = change.after.zh, change.after.en
    return row


def difference_from_message(message: pb.RuleDifference) -> Difference:
    """Read what a server wrote of a difference."""
    rules, facts, promotions = map(_changes_from, (message.rules, message.facts, message.promotions))
    return Difference(message.base_version, rules, message.text, facts, promotions)


def _changes_from(rows: Iterable[pb.RuleChange]) -> tuple[RuleChanged, ...]:
    return tuple(
        RuleChanged(
            told_from_message(row.rule),
            Told(row.before, row.before_en) if row.HasField("before") else None,
            Told(row.after, row.after_en) if row.HasField("after") else None,
        )
        for row in rows
    )


def finding_to_message(found: Found, message: pb.RuleFinding) -> None:
    """Write a finding into an empty message."""
    message.kind, message.decided = found.kind, found.decided
    told_to_message(found.said, message.said)
    if found.example != Told("", ""):
        told_to_message(found.example, message.example)


def failed_to_message(one: TestedExample, message: pb.FailedExample) -> None:
    """Write an example that failed into an empty message."""
    message.file, message.line = one.file, one.line
    told_to_message(one.name, message.name)
    for said in one.unmet:
        told_to_message(said, message.unmet.add())
    for said in one.decided:
        told_to_message(said, message.decided.add())


def told_to_message(told: Told, message: pb.Told) -> None:
    """Write a text in both languages."""
    message.zh, message.en = told.zh, told.en


def told_from_message(message: pb.Told) -> Told:
    """Read a text in both languages."""
    return Told(message.zh, message.en)


def files_from_messages(messages: Iterable[pb.RuleFile]) -> dict[str, str]:
    """Read files by name. Raises InvalidInput for too many, and for a name that stands twice."""
    files: dict[str, str] = {}
    for place, message in enumerate(messages):
        if place == FILES_MAX:
            raise InvalidInput.one("files", f"more than {FILES_MAX} files", f"1 to {FILES_MAX}")
        if message.name in files:
            raise InvalidInput.one(f"files[{place}].name", f"{message.name!r} stands twice", "each file once")
        files[message.name] = message.content
    return files

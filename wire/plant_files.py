"""Plant files, and what is wrong in them, between messages and the desk."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from domain.errors import InvalidInput, Violation
from jiaoqi.v1 import plant_service_pb2 as pb

FILES_MAX = 100
NAME_MAX = 64

_PLACE = re.compile(r"(?P<file>[^:\[\]]+\.(?:csv|toml))(?::(?P<row>\d+)(?::(?P<column>.*))?|:(?P<key>.*))?", re.S)


def files_from_messages(messages: Sequence[pb.PlantFile]) -> dict[str, bytes]:
    """Read files by name. Raises InvalidInput for names that stand twice or are none."""
    if not 1 <= len(messages) <= FILES_MAX:
        raise InvalidInput.one("files", f"{len(messages)} files", f"1 to {FILES_MAX}")
    files: dict[str, bytes] = {}
    for index, message in enumerate(messages):
        name = message.name
        if not 0 < len(name) <= NAME_MAX or not name.isprintable() or "/" in name or "\\" in name:
            raise InvalidInput.one(f"files[{index}].name", f"{name!r} is no file name", "1 to 64 characters, no folder")
        if name in files:
            raise InvalidInput.one(f"files[{index}].name", f"{name!r} stands twice", "each name once")
        files[name] = message.content
    return files


def files_to_messages(files: Mapping[str, bytes]) -> list[pb.PlantFile]:
    """Write files, by name."""
    return [pb.PlantFile(name=name, content=content) for name, content in sorted(files.items())]


def violation_to_message(violation: Violation) -> pb.FileViolation:
    """Write what is wrong; a field such as `resources.csv:3:capacity` is taken apart."""
    place = _PLACE.fullmatch(violation.field)
    if place is None:
        return pb.FileViolation(column=violation.field, problem=violation.problem, allowed=violation.allowed)
    return pb.FileViolation(
        file=place["file"],
        row=min(int(place["row"] or 0), 2**31 - 1),
        column=place["column"] or place["key"] or "",
        problem=violation.problem,
        allowed=violation.allowed,
    )


def violation_from_message(message: pb.FileViolation) -> Violation:
    """Read what is wrong as a server wrote it."""
    row = str(message.row) if message.row else ""
    field = ":".join(part for part in (message.file, row, message.column) if part)
    return Violation(field, message.problem, message.allowed)


def violations_to_messages(violations: Iterable[Violation]) -> list[pb.FileViolation]:
    """Write all that is wrong."""
    return [violation_to_message(violation) for violation in violations]

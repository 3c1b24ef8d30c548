"""Versions of the rules: drafted, published, replaced by the next one, or rolled back."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum

from msgspec import Struct

from domain.checks import check_utc
from domain.errors import InvalidInput, Violation

FILES_MAX = 200
BYTES_MAX = 4 << 20
"""Of all files of a version together, in UTF-8."""
NAME_MAX = 128
NOTE_MAX = 1000
RULES_SUFFIX = ".rules"
PROMOTIONS = "promotions.csv"
"""The one file of a version that has no rules: the table of promotions."""


class RuleState(StrEnum):
    """What became of a version."""

    DRAFT = "draft"
    """Put, and decides nothing yet; may be put again."""
    PUBLISHED = "published"
    """In force: one version is, at most."""
    REPLACED = "replaced"
    """Was in force until a newer one was published, or an older one was rolled back to."""
    ROLLED_BACK = "rolled_back"
    """Was in force until somebody took it back."""


class RuleVersion(Struct, frozen=True):
    """One version of the rules; its files are kept beside it. Times are the plant's.

    `base` is the version in force when it was drafted (0: none); `revision` counts how often it was written.
    """

    number: int
    state: RuleState
    author: str
    drafted_at: datetime
    base: int = 0
    revision: int = 1
    note: str = ""
    published_by: str = ""
    published_at: datetime | None = None
    reason: str = ""
    """Why it was published; of a forced one why in spite of what was found."""
    forced: int = 0
    """Findings and failed tests in spite of which it was published."""
    ended_by: str = ""
    ended_at: datetime | None = None
    ended_reason: str = ""

    def __post_init__(self) -> None:
        for name in ("drafted_at", "published_at", "ended_at"):
            value = getattr(self, name)
            if value is not None:
                check_utc(name, value)

    @property
    def etag(self) -> str:
        """Changes with every change of the version."""
        return f"{self.number}-{self.revision}"


def check_files(files: Mapping[str, str]) -> None:
    """Raise InvalidInput for file names or sizes that a version can't have, field by field."""
    wrong = [Violation("files", f"{len(files)} files", f"1 to {FILES_MAX}")] if not 1 <= len(files) <= FILES_MAX else []
    for name, text in files.items():
        if not 0 < len(name) <= NAME_MAX or not name.isprintable() or not _known(name):
            wrong.append(Violation("files.name", f"{name[:NAME_MAX]!r}", f"*{RULES_SUFFIX} or {PROMOTIONS}"))
        if "\x00" in text:
            wrong.append(Violation(f"files[{name[:NAME_MAX]}]", "holds a zero byte", "text"))
    size = sum(len(text.encode("utf-8", "replace")) for text in files.values())
    if size > BYTES_MAX:
        wrong.append(Violation("files", f"{size} bytes in all", f"at most {BYTES_MAX}"))
    if wrong:
        raise InvalidInput(wrong)


def _known(name: str) -> bool:
    return name == PROMOTIONS or name.endswith(RULES_SUFFIX)

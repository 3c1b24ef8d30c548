"""Papers that belong to an order, or to what it is made with: where they are, never what is in them."""

from __future__ import annotations

from msgspec import Struct

from domain.checks import check_id
from domain.errors import InvalidInput

NAME_MAX = 200
LOCATION_MAX = 1000


class Document(Struct, frozen=True):
    """A drawing, a work instruction, a contract: `name` for people, `location` a path or an address."""

    name: str
    location: str

    def __post_init__(self) -> None:
        check_line("name", self.name, NAME_MAX)
        check_line("location", self.location, LOCATION_MAX)


class SubjectDocument(Struct, frozen=True):
    """A document of an item, routing, mould or resource: it goes with every order that has to do with it."""

    subject_id: str
    document: Document

    def __post_init__(self) -> None:
        check_id("subject", self.subject_id)


def check_line(field: str, value: str, most: int) -> None:
    """A text of one printable line."""
    if not 0 < len(value) <= most or not value.isprintable():
        raise InvalidInput.one(field, f"{value[:50]!r} will not do", f"1 to {most} printable characters")

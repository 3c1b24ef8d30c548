"""What all commands share: the connection, the plant's zone, and how they print."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import NoReturn, TypeVar
from zoneinfo import ZoneInfo

from google.protobuf.json_format import MessageToDict
from google.protobuf.message import Message
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from client.calls import DEFAULT_ADDRESS, TIMEOUT_S, JiaoqiClient
from client.catalogue import say
from client.words import read_time, time_in_words

Shown = TypeVar("Shown", bound=Message)

USAGE_ERROR = 2
WIDEST = 10_000
"""More characters than any table has in a line."""


@dataclass
class Session:
    """One run of the command line."""

    address: str = DEFAULT_ADDRESS
    token: str = ""
    caller: str = ""
    timeout_s: float = TIMEOUT_S
    certificates: Path | None = None
    as_json: bool = False
    # Data may hold what rich would take for markup or for a number to colour.
    console: Console = field(default_factory=lambda: Console(markup=False, highlight=False, emoji=False))

    @cached_property
    def client(self) -> JiaoqiClient:
        """The connection, made when it is first needed."""
        return JiaoqiClient(
            self.address,
            token=self.token,
            caller=self.caller,
            timeout_s=self.timeout_s,
            root_certificates=None if self.certificates is None else self.certificates.read_bytes(),
        )

    @cached_property
    def zone(self) -> ZoneInfo:
        """The plant's time zone; UTC before there is a plant."""
        return ZoneInfo(self.client.clock().time_zone or "UTC")

    def time(self, text: str | None) -> datetime | None:
        """Read a time of the command line; ends the run for what is none."""
        if text is None:
            return None
        try:
            return read_time(text, self.zone)
        except ValueError:
            self.wrong(say("error.time", text=text))

    def wrong(self, text: str) -> NoReturn:
        """End the run because of how it was called."""
        print(text, file=sys.stderr)
        raise SystemExit(USAGE_ERROR)

    def print(self, text: str) -> None:
        """Print a line for people."""
        self.console.print(text, soft_wrap=True)

    def show(self, answer: Message, table: Callable[[], None]) -> None:
        """Print an answer: as JSON for programs, or as the table draws it for people."""
        if self.as_json:
            self.print_json(as_dict(answer))
        else:
            table()

    def print_json(self, value: object) -> None:
        """Print one JSON document."""
        print(json.dumps(value, ensure_ascii=False, indent=2))

    def show_each(self, found: Iterable[Shown], columns: Iterable[str], row: Callable[[Shown], Iterable[str]]) -> None:
        """Print messages: as one JSON document for programs, or as a table with a row for each."""
        if self.as_json:
            self.print_all_json(found)
        else:
            self.table(columns, map(row, found))

    def print_all_json(self, found: Iterable[Message]) -> None:
        """Print messages as one JSON document."""
        self.print_json([as_dict(one) for one in found])

    def columns(self, heads: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
        """Print a table with these heads, in which all but the first column are figures."""
        table = Table()
        for place, head in enumerate(heads):
            table.add_column(head, justify="right" if place else "left", overflow="fold", no_wrap=True)
        for row in rows:
            table.add_row(*row)
        if rows:
            self._print_whole(table)
        else:
            self.print(say("say.none"))

    def table(self, columns: Iterable[str], rows: Iterable[Iterable[str]], title: str = "") -> None:
        """Print a table with columns of the catalogue; a leading `>` aligns right, `*` takes what room is left."""
        table = Table(title=title or None, title_justify="left")
        for column in columns:
            table.add_column(
                say(f"column.{column.lstrip('>*')}"),
                justify="right" if column.startswith(">") else "left",
                overflow="fold",
                no_wrap=not column.startswith("*"),
            )
        count = 0
        for row in rows:
            table.add_row(*row)
            count += 1
        if count:
            self._print_whole(table)
        else:
            self.print(say("say.none"))

    def _print_whole(self, table: Table) -> None:
        """Print a table without cutting a cell: folded on a narrow terminal, else as wide as it needs to be."""
        wide = self.console.measure(table, options=self.console.options.update(max_width=WIDEST)).maximum
        if not (self.console.is_terminal or "COLUMNS" in os.environ):
            self.console.width = max(self.console.width, wide)
        elif wide > self.console.width:
            # Without lines and at the ends of words as long as that is enough.
            table.box, table.padding, table.show_edge = SIMPLE_HEAD, (0, 1, 0, 0), False
            for column in table.columns:
                column.no_wrap = False
        self.console.print(table)

    def words(self, message: Message, field: str) -> str:
        """Return a time field of a message in the plant's zone; empty when it is unset."""
        return time_in_words(getattr(message, field), self.zone) if message.HasField(field) else ""


def as_dict(message: Message) -> dict[str, object]:
    """Return a message as JSON has it, with the names of the schema."""
    return MessageToDict(message, preserving_proto_field_name=True)

"""`jiaoqi token`: a token for a caller, and the line of it for the server's file of tokens."""

from __future__ import annotations

import hashlib
import re
import secrets
from enum import StrEnum
from typing import Annotated

import typer

from client.catalogue import say
from client.session import Session

BYTES = 32


class Role(StrEnum):
    """What a caller may be; the server says what each may do."""

    SALES = "sales"
    PLANNER = "planner"
    REVIEWER = "reviewer"
    SHOP_FLOOR = "shop_floor"
    ADMIN = "admin"


def token(
    context: typer.Context,
    name: Annotated[str, typer.Argument(metavar="CALLER", help=say("help.token.name"))],
    role: Annotated[list[Role], typer.Option(help=say("help.role"))],
) -> None:
    """Make a token of chance alone; nobody keeps it but whom it is for."""
    session: Session = context.obj
    if not re.fullmatch(r"\S{1,128}", name) or not name.isprintable():
        session.wrong(say("error.token_name"))
    made = secrets.token_urlsafe(BYTES)
    line = f"sha256:{hashlib.sha256(made.encode()).hexdigest()} {name} {','.join(role)}"
    if session.as_json:
        session.print_json({"token": made, "line": line})
        return
    session.print(say("say.token", token=made))
    session.print(say("say.token_line", line=line))

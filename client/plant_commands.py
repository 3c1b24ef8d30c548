"""`jiaoqi plant`: check, import and export a plant's files."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Annotated

import typer

from client.calls import CallError
from client.catalogue import say
from client.server_words import in_words
from client.session import Session
from jiaoqi.v1 import plant_service_pb2 as pb

WRONG_FILES = 3
SUFFIXES = (".csv", ".toml")

plant = typer.Typer(no_args_is_help=True)

Folder = Annotated[Path, typer.Argument(metavar="DIR", help=say("help.plant.dir"))]
RequestId = Annotated[str, typer.Option(help=say("help.request_id"))]
ValidateOnly = Annotated[bool, typer.Option("--validate-only", help=say("help.validate"))]


def read_folder(session: Session, folder: Path) -> dict[str, bytes]:
    """Return the plant files of a folder by name; ends the run when there are none."""
    try:
        files = {p.name: p.read_bytes() for p in sorted(folder.iterdir()) if p.suffix in SUFFIXES and p.is_file()}
    except OSError as error:
        session.wrong(say("error.file", file=error.filename, problem=error.strerror))
    if not files:
        session.wrong(say("say.no_files", folder=folder))
    return files


@plant.command("check", help=say("help.plant.check"))
def check(context: typer.Context, folder: Folder) -> None:
    """Print all that is wrong, or what an import would change."""
    session: Session = context.obj
    answer = session.client.check_plant(read_folder(session, folder))
    session.show(answer, lambda: _tell_check(session, answer))
    if answer.violations:
        raise typer.Exit(WRONG_FILES)


@plant.command("import", help=say("help.plant.import"))
def import_(
    context: typer.Context, folder: Folder, request_id: RequestId = "", validate_only: ValidateOnly = False
) -> None:
    """Import, and print what changed or all that is wrong."""
    session: Session = context.obj
    files = read_folder(session, folder)
    try:
        answer = session.client.import_plant(files, request_id=request_id, validate_only=validate_only)
    except CallError as error:
        if error.reason not in ("INVALID_INPUT", "WOULD_BREAK_RESERVATIONS"):
            raise
        # The status of a call has room for the first few only.
        found = session.client.check_plant(files)
        if not found.violations:
            raise
        session.show(found, lambda: _tell_wrong(session, found.violations))
        raise typer.Exit(WRONG_FILES) from None
    key = "say.plant_changes" if validate_only else "say.plant_imported"
    session.show(answer, lambda: tell_changes(session, key, answer.changes))


@plant.command("export", help=say("help.plant.export"))
def export(context: typer.Context, folder: Folder) -> None:
    """Write the files, the folder included."""
    session: Session = context.obj
    files = session.client.export_plant()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, content in files.items():
            # The name comes from the server; only its last part may choose where we write.
            (folder / Path(name).name).write_bytes(content)
    except OSError as error:
        session.wrong(say("error.file", file=error.filename, problem=error.strerror))
    if session.as_json:
        session.print_json({"folder": str(folder), "files": sorted(files)})
    else:
        session.print(say("say.plant_exported", count=len(files), folder=folder))


def _tell_check(session: Session, answer: pb.CheckPlantResponse) -> None:
    if answer.violations:
        _tell_wrong(session, answer.violations)
    else:
        session.print(say("say.plant_ok"))
        tell_changes(session, "say.plant_changes", answer.changes)


def _tell_wrong(session: Session, violations: Iterable[pb.FileViolation]) -> None:
    found = list(violations)
    if not any(violation.file for violation in found):
        # The files are right; it is what stands in the plan that does not fit them.
        session.print(say("say.plant_breaks", count=len(found)))
        for violation in found:
            session.print(f"  {in_words(violation.problem)}")
        return
    session.print(say("say.plant_wrong", count=len(found)))
    session.table(
        ("file", ">row", "column", "*problem", "*allowed"),
        ([v.file, str(v.row or ""), v.column, in_words(v.problem), in_words(v.allowed)] for v in found),
    )


def tell_changes(session: Session, key: str, changes: Iterable[str]) -> None:
    """Print changes, one a line, under a title of the catalogue."""
    lines = list(changes)
    if not lines:
        session.print(say("say.plant_same"))
        return
    session.print(say(key, count=len(lines)))
    for change in lines:
        session.print(f"  {change}")

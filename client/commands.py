"""The commands of `jiaoqi`. Imported once the language is known, for the sake of the help texts."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Annotated

import typer

from client import (
    alert_commands,  # noqa: F401 - adds its command to `plan`
    change_commands,  # noqa: F401 - adds its commands to `orders`
    decision_commands,  # noqa: F401 - adds its commands to `rules`
    disruption_commands,
    feed_commands,  # noqa: F401 - adds its commands to `plant`
    hand_commands,  # noqa: F401 - adds its commands to `plan`
    import_commands,  # noqa: F401 - adds its command to `orders`
    material_commands,  # noqa: F401 - adds its commands to `plan`
    ordered_commands,  # noqa: F401 - adds its commands to `plan`
    package_commands,  # noqa: F401 - adds its command to `orders`
    plant_commands,
    progress_commands,  # noqa: F401 - adds its command to `plan`
    repromise_command,  # noqa: F401 - adds its command to `plan`
    review_commands,
    stop_commands,  # noqa: F401 - adds its commands to `plan`
)
from client.calibrate_command import calibrate
from client.calls import DEFAULT_ADDRESS, TIMEOUT_S
from client.catalogue import keys, language, say, texts
from client.forecast_command import forecast
from client.order_commands import orders, promise, quote
from client.plan_commands import check, clock, load, schedule
from client.process import server_command
from client.proposal_commands import replan
from client.rule_commands import rules
from client.session import Session
from client.token_command import token
from client.what_if_command import what_if

if language() != "en":
    # Typer's own words are names of its module, which English does without.
    from typer import rich_utils

    for key in keys():
        if key.startswith("typer."):
            setattr(rich_utils, key.removeprefix("typer."), texts(key)[0])

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, help=say("help.app"))
app.add_typer(plant_commands.plant, name="plant", help=say("help.plant"))
app.add_typer(disruption_commands.plan, name="plan", help=say("help.plan"))
app.add_typer(rules, name="rules", help=say("help.rules"))
app.add_typer(review_commands.reviews, name="review", help=say("help.review"))
app.add_typer(orders, name="order", help=say("help.order"))
app.command("quote", help=say("help.quote"))(quote)
app.command("promise", help=say("help.promise"))(promise)
app.command("schedule", help=say("help.schedule"))(schedule)
app.command("load", help=say("help.load"))(load)
app.command("forecast", help=say("help.forecast"))(forecast)
app.command("whatif", help=say("help.whatif"))(what_if)
app.command("calibrate", help=say("help.calibrate"))(calibrate)
app.command("replan", help=say("help.replan"))(replan)
app.command("clock", help=say("help.clock"))(clock)
app.command("check", help=say("help.check"))(check)
app.command("token", help=say("help.token.new"))(token)


@app.callback()
def common(
    context: typer.Context,
    server: Annotated[str, typer.Option(envvar="JIAOQI_SERVER", help=say("help.server"))] = DEFAULT_ADDRESS,
    bearer: Annotated[str, typer.Option("--token", envvar="JIAOQI_TOKEN", help=say("help.token"))] = "",
    caller: Annotated[str, typer.Option(envvar="JIAOQI_CALLER", help=say("help.caller"))] = "",
    timeout: Annotated[float, typer.Option(min=0.001, help=say("help.timeout"))] = TIMEOUT_S,
    ca: Annotated[Path | None, typer.Option(envvar="JIAOQI_CA", exists=True, help=say("help.ca"))] = None,
    as_json: Annotated[bool, typer.Option("--json", help=say("help.json"))] = False,
    lang: Annotated[str, typer.Option(help=say("help.lang"))] = "",
) -> None:
    """Keep what all commands share; `lang` was read before the help texts were made."""
    session = Session(
        address=server,
        token=bearer,
        caller=caller,
        timeout_s=timeout,
        certificates=ca,
        as_json=as_json,
    )
    if isinstance(context.obj, list):
        # Whoever runs the command tells its refusals in the zone of the plant that it spoke to.
        context.obj.append(session)
    context.obj = session


@app.command(
    "serve",
    help=say("help.serve"),
    add_help_option=False,
    context_settings={"allow_extra_args": True, "ignore_unknown_options": True},
)
def serve(context: typer.Context) -> None:
    """Become the server, so that every signal meant for it reaches it, and its exit status the caller."""
    command = server_command(context.args)
    os.execve(command[0], command, {**os.environ, "JIAOQI_LANG": language()})


@app.command("demo", help=say("help.demo"))
def demo(
    context: typer.Context,
    store: Annotated[Path, typer.Option(help=say("help.demo.store"))] = Path("var/demo.sqlite"),
) -> None:
    """Run the demo as a process of its own on this terminal."""
    _simulate(context.obj, "demo", "--store", str(store))


@app.command(
    "drill",
    help=say("help.drill"),
    add_help_option=False,
    context_settings={"allow_extra_args": True, "ignore_unknown_options": True},
)
def drill(context: typer.Context) -> None:
    """Run the drill as a process of its own on this terminal; what follows is passed to it."""
    _simulate(context.obj, "drill", *context.args)


def _simulate(session: Session, name: str, *arguments: str) -> None:
    """Run a simulator to its end, in the caller's language; its exit status is the command's."""
    command = [sys.executable, "-m", f"simulators.{name}", *arguments, "--lang", language()]
    process = subprocess.Popen([*command, "--json"] if session.as_json else command)
    while True:
        try:
            raise SystemExit(process.wait())
        except KeyboardInterrupt:
            # The terminal told the simulator, too; it stops its server.
            continue

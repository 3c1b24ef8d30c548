"""The composition root: settings, store, desk, gRPC server, metrics, graceful stop."""

from __future__ import annotations

import gc
import os

if __name__ == "__main__":
    # Next to nothing of what a start makes is garbage: the collector would only walk it again and again.
    gc.disable()
    # No matrix is ever multiplied here; the threads for that take the second core while they start.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    # Looking for plugins of pydantic's, which nobody has, reads what is told of every package that is installed.
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")

import json
import logging
import signal
import sys
from argparse import ArgumentParser
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from difflib import get_close_matches
from ipaddress import ip_address
from math import inf
from pathlib import Path
from socket import socketpair
from threading import Timer
from time import monotonic
from types import FrameType
from typing import TYPE_CHECKING

from pydantic import Field, ValidationError
from pydantic_core import ErrorDetails
from pydantic_settings import (
    BaseSettings,
    CliImplicitFlag,
    CliSettingsSource,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    SettingsError,
    TomlConfigSettingsSource,
)

from client.catalogue import LANGUAGES, known, say, use_language
from client.cli import option
from domain.errors import DeskStopped, JiaoqiError, NewerStore
from promising.settings import DeskSettings, Redispatch
from rulebase.choice import RulesEngine
from store.ahead import StoreAhead
from store.clock import SystemClock
from store.engines import shown, without_passwords
from store.failures import StoreUnreachable
from store.folding import Folding
from store.holding import FolderMissing, Held, StoreInUse
from wire.callers import Callers, read_tokens
from wire.credentials import read_credentials

if TYPE_CHECKING:
    from wire.edge import Edge

LOAD_SPAN = timedelta(days=7)
CHECK_AFTER = timedelta(seconds=5)
SWITCH_S = 0.002
"""The desk's one thread gives the interpreter away at every call of the kernel and the store; among many busy threads
it would get it back only after Python's own 5 ms each time. With half a millisecond everybody is interrupted too often:
3 to 5 % fewer promises in a burst."""
REST_AFTER_S = 1.0
"""When the part of the kernel is loaded that first answers don't need, seconds after serving has begun."""
TWICE_S = 1.0
"""A second Ctrl-C is meant as one only after this many seconds."""

PREFIX = "JIAOQI_"
OTHERS = frozenset({"JIAOQI_SERVER", "JIAOQI_TOKEN", "JIAOQI_CALLER", "JIAOQI_CA", "JIAOQI_KERNEL"})
"""Variables that the command line and the kernel read, which a server may find in its environment, too."""

log = logging.getLogger("jiaoqi.server")


class ServerSettings(BaseSettings):
    """Serves one plant. Flags win over the environment (JIAOQI_STORE and so on), and that over the TOML file."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, extra="forbid")

    config: Path | None = None
    lang: str = ""
    store: str = "jiaoqi.sqlite"
    host: str = "127.0.0.1"
    port: int = Field(50051, ge=0, le=65535)
    metrics_port: int = Field(9464, ge=-1, le=65535)
    tokens: Path | None = None
    allow_anyone: CliImplicitFlag[bool] = False
    certificate: Path | None = None
    key: Path | None = None
    queue_limit: int = Field(512, ge=1, le=4096)
    batch_limit: int = Field(64, ge=1, le=1024)
    batch_ms: int = Field(25, ge=0, le=1000)
    redispatch: Redispatch = Redispatch.IDLE
    rules: Path | None = None
    rules_engine: RulesEngine = RulesEngine.COMPILED
    promotions: Path | None = None
    hold_hours: float = Field(72, gt=0, le=2160)
    tidy_minutes: float = Field(0, ge=0, le=1440)
    watch_limit: int = Field(16, ge=1, le=256)
    import_limit: int = Field(4, ge=1, le=64)
    grace_seconds: float = Field(5.0, ge=0, le=600)
    log_level: str = Field("info", pattern="^(debug|info|warning|error)$")

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Put the file that flags or environment name below both of them."""
        named = init_settings().get("config") or env_settings().get("config")
        if named and not Path(named).is_file():
            raise FileNotFoundError(say("serve.no_file", file=named))
        try:
            file = TomlConfigSettingsSource(settings_cls, Path(named) if named else None)
        except ValueError as error:
            raise ValueError(say("serve.bad_file", file=named, problem=error)) from error
        return init_settings, env_settings, file


class PortTaken(OSError):
    """An address that can't be listened on, with the setting that names its port."""

    def __init__(self, setting: str, host: str, port: int) -> None:
        self.setting, self.address = setting, f"{host}:{port}"
        super().__init__(f"{setting}: cannot listen on {self.address}")


class Server:
    """A store, its desk and its edge, from start to stop.

    Half of a start is importing. So what the store needs is imported first, and the rest where it is needed: the store
    is read while desk and kernel are imported, and the plan is laid out while kernel and edge are.
    """

    def __init__(self, settings: ServerSettings) -> None:
        """Open the store. Raises NewerStore, StoreInUse, StoreUnreachable; OSError, InvalidInput for files."""
        self._settings = settings
        self._credentials = read_credentials(settings.certificate, settings.key)
        self._callers = Callers(None if settings.tokens is None else read_tokens(settings.tokens))
        # Before the store is taken: rules with a mistake serve nobody.
        self._rules = _rules(settings)
        self._held = Held(settings.store)
        try:
            self._store = StoreAhead(settings.store, alone=True)
        except BaseException:
            self._held.release()
            raise
        from promising.desk import Desk
        from wire.collecting import Collecting
        from wire.metrics import Metrics

        self.metrics = Metrics()
        self.desk = Desk(
            self._store,
            SystemClock(),
            DeskSettings(
                queue_limit=settings.queue_limit,
                batch_limit=settings.batch_limit,
                batch_time=timedelta(milliseconds=settings.batch_ms),
                redispatch=settings.redispatch,
                hold_time=timedelta(hours=settings.hold_hours),
                tidy_every=timedelta(minutes=settings.tidy_minutes),
                check_after=CHECK_AFTER,
                rules_engine=settings.rules_engine,
            ),
            metrics=self.metrics,
        )
        self._folding = Folding(settings.store)
        self._collecting = Collecting(lambda: self.desk.status().plan_version)
        if settings.tokens is not None and self._credentials is None and not on_loopback(settings.host):
            log.warning("tokens travel in plain text", extra={"host": settings.host})

    def start(self) -> int:
        """Load the plan, begin to serve, and return the port."""
        # Without a cache of the compiled kernel this takes a minute or two, which no caller's deadline would bear.
        log.info("loading the planning kernel, which the first time is compiled")
        cached = load_kernel()
        self.desk.start()
        self._edge = self._make_edge()
        self._seed_rules()
        if self._settings.metrics_port >= 0:
            self.metrics.show_load(self._load_ratios)
            self.metrics.show_rules(self.desk.rules)
            log.info("metrics", extra={"port": self._serve_metrics()})
        try:
            port = self._edge.start()
        except OSError as error:
            raise PortTaken("port", self._settings.host, self._settings.port) from error
        self._collecting.start()
        self._folding.start()
        if cached:
            self._load_rest()
        store = shown(self._settings.store)
        log.info("serving", extra={"port": port, "store": store, "orders": self.desk.status().orders})
        return port

    def stop(self) -> None:
        """Finish what was taken, refuse the rest, close the store."""
        log.info("stopping")
        self._edge.stop(self._settings.grace_seconds)
        self._collecting.stop()
        self.desk.stop(self._settings.grace_seconds)
        self._folding.stop()
        self._store.close()
        self._held.release()
        log.info("stopped")

    def _serve_metrics(self) -> int:
        from prometheus_client import start_http_server

        host, port = self._settings.host, self._settings.metrics_port
        try:
            http, _ = start_http_server(port, host, self.metrics.registry)
        except OSError as error:
            raise PortTaken("metrics_port", host, port) from error
        return http.server_port

    def _load_rest(self) -> None:
        """Load the rest of the kernel soon, which somebody would else wait for."""
        from scheduler.warm import warm

        rest = Timer(REST_AFTER_S, warm)
        rest.daemon = True
        rest.start()

    def _make_edge(self) -> Edge:
        from wire.edge import Edge, EdgeSettings

        settings = self._settings
        edge_settings = EdgeSettings(
            host=settings.host,
            port=settings.port,
            waiting_calls=settings.queue_limit + settings.batch_limit,
            watch_limit=settings.watch_limit,
            import_limit=settings.import_limit,
            credentials=self._credentials,
        )
        return Edge(self.desk, edge_settings, self.metrics, self._callers)

    def _seed_rules(self) -> None:
        """Put in force what the server was started with, unless somebody has published other rules since."""
        if self._rules:
            version = self.desk.rules.seed(self._rules)
            if self.desk.rules.files(version.number) != dict(self._rules):
                log.warning(
                    "the rules in the store are newer: the files that were given are not in force",
                    extra={"version": version.number, "published_by": version.published_by},
                )
            elif version.forced:
                log.warning("findings in the rules: see `jiaoqi rules check`", extra={"findings": version.forced})
        if self.desk.rules.in_force:
            log.info("rules in force", extra={"version": self.desk.rules.in_force})

    def _load_ratios(self) -> Mapping[str, float]:
        try:
            now = self.desk.now()
            days = self.desk.load(now, now + LOAD_SPAN)
        except DeskStopped:
            return {}
        working: dict[str, int] = {}
        taken: dict[str, int] = {}
        for day in days:
            working[day.resource_id] = working.get(day.resource_id, 0) + day.working
            taken[day.resource_id] = taken.get(day.resource_id, 0) + day.busy + day.changeover
        return {name: taken[name] / seconds for name, seconds in working.items() if seconds}


def load_kernel() -> bool:
    """Load what first answers need of the compiled kernel and return True, or compile and load all of it."""
    from scheduler.warm import warm, warm_first

    cached = warm_first()
    if not cached:
        warm()
    return cached


def on_loopback(host: str) -> bool:
    """True when only this machine can reach an address."""
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host == "localhost"


def check_reach(settings: ServerSettings) -> None:
    """End the program where others than this machine could do everything without anybody having said so."""
    if settings.tokens is None and not settings.allow_anyone and not on_loopback(settings.host):
        sys.exit(say("serve.wrong", text=say("serve.open_to_all", host=settings.host)))


def _rules(settings: ServerSettings) -> Mapping[str, str]:
    """The rule files and the promotions that the server is started with; none where neither is given."""
    if settings.rules is None and settings.promotions is None:
        return {}
    # A desk without rules starts sooner without their language.
    from domain.rule_versions import PROMOTIONS
    from promising.rule_texts import read_version
    from rulebase.files import engine_maker, named, rule_texts, shipped, table_beside

    files = {} if settings.rules is None else named(rule_texts([shipped(settings.rules)]))
    table = settings.promotions or (None if settings.rules is None else table_beside(settings.rules))
    if table is not None:
        files[PROMOTIONS] = table.read_text(encoding="utf-8")
    read = read_version(files, stored=False)
    engine_maker(settings.rules_engine)
    counts = {"rules": len(read.rule_set.rules), "promotions": len(read.promotions)}
    log.info("rules read", extra={**counts, "engine": settings.rules_engine.value})
    return files


def read_settings(argv: Sequence[str]) -> ServerSettings:
    """Read flags, environment and TOML file. Ends the program for flags and settings that are wrong."""
    asked = option(argv, "--lang")
    use_language(asked)
    if asked not in ("", *LANGUAGES):
        sys.exit(say("serve.wrong", text=say("error.lang", text=asked)))
    for name, field in ServerSettings.model_fields.items():
        field.description = say(f"setting.{name}")
    flags: CliSettingsSource[object] = CliSettingsSource(
        ServerSettings, cli_prog_name="jiaoqi-server", cli_kebab_case=True, cli_hide_none_type=True
    )
    assert isinstance(flags.root_parser, ArgumentParser)
    _translate(flags.root_parser)
    _check_flags(argv, flags.root_parser)
    try:
        return ServerSettings(**flags(args=list(argv))())
    except ValidationError as error:
        lines = [_wrong_value(each) for each in error.errors()]
        sys.exit(without_passwords(say("serve.wrong", text="\n  " + "\n  ".join(lines))))
    except (SettingsError, OSError, ValueError) as error:
        sys.exit(without_passwords(say("serve.wrong", text=error)))


def _translate(parser: ArgumentParser) -> None:
    """Say what every parser says of itself in the language of the settings."""
    parser.description = say("serve.about")
    parser._optionals.title = say("serve.options")
    for action in parser._actions:
        if "--help" in action.option_strings:
            action.help = say("serve.help")


def _check_flags(argv: Sequence[str], parser: ArgumentParser) -> None:
    """End the program for flags that there are not, before the parser would in its own words."""
    flags = [flag for action in parser._actions for flag in action.option_strings]
    given = [word.split("=", 1)[0] for word in argv if word.startswith("--")]
    # The parser takes any beginning that fits one flag only.
    unknown = [_unknown(flag, flags) for flag in given if not any(known.startswith(flag) for known in flags)]
    if unknown:
        sys.exit(say("serve.wrong", text="\n  " + "\n  ".join(unknown)))


def _wrong_value(error: ErrorDetails) -> str:
    """What is wrong with a setting, as far as the catalogue knows; otherwise in pydantic's words."""
    if error["type"] == "extra_forbidden":
        return _unknown(str(error["loc"][0]), ServerSettings.model_fields)
    key = f"value.{error['type']}"
    problem = say(key, **error.get("ctx", {})) if known(key) else error["msg"]
    return say("serve.value", setting=".".join(map(str, error["loc"])), problem=problem, value=repr(error["input"]))


def _unknown(setting: str, known_ones: Iterable[str]) -> str:
    """What is said of a setting that there is not."""
    near = get_close_matches(setting, list(known_ones), 1)
    return say("serve.meant", setting=setting, near=near[0]) if near else say("serve.unknown", setting=setting)


def unknown_in(environment: Mapping[str, str]) -> list[str]:
    """What is said of the variables that look like settings and are none: of the server, or of the command line."""
    ours = [PREFIX + name.upper() for name in ServerSettings.model_fields]
    return [
        _unknown(name, ours)
        for name in sorted(environment)
        if name.startswith(PREFIX) and name not in ours and name not in OTHERS
    ]


def why_not(error: Exception) -> str:
    """Why the server does not start, in the language of the settings; what its parts tell stays as they tell it."""
    if isinstance(error, StoreInUse):
        on = say("serve.on", machine=error.on) if error.on else ""
        whose = say("serve.whose", holder=error.holder, on=on) if error.holder else ""
        return say("serve.in_use", place=error.place, whose=whose)
    if isinstance(error, StoreUnreachable) and error.place:
        return say("serve.unreachable", place=error.place, why=error.why)
    if isinstance(error, PortTaken):
        return say("serve.port_taken", setting=error.setting, address=error.address)
    if isinstance(error, FolderMissing):
        return say("serve.no_folder", folder=error.folder, file=error.file)
    if isinstance(error, NewerStore):
        return say("serve.newer", found=error.found, known=error.known)
    return str(error)


class StopSignals:
    """Waits for SIGTERM or SIGINT, from when it is made until it is left; made on the main thread, one at a time.

    A handler of Python's runs on the main thread alone, once that runs again. A signal that comes just before the
    thread waits for a lock, or on another thread, would leave it waiting until the next one. So the wait is for a
    socket, to which the interpreter writes from within the signal.
    """

    def __init__(self) -> None:
        self._asked = inf
        self._reader, self._writer = socketpair()
        self._writer.setblocking(False)
        signal.set_wakeup_fd(self._writer.fileno(), warn_on_full_buffer=False)
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._take)

    def __enter__(self) -> StopSignals:
        return self

    def __exit__(self, *_: object) -> None:
        signal.set_wakeup_fd(-1)
        self._reader.close()
        self._writer.close()

    def wait(self) -> None:
        """Return once one of them came."""
        while self._asked == inf:
            self._reader.recv(64)

    def _take(self, number: int, _: FrameType | None) -> None:
        # Who signals a whole group of processes may reach this one twice.
        if number == signal.SIGINT and monotonic() - self._asked > TWICE_S:
            raise SystemExit(128 + number)
        self._asked = min(self._asked, monotonic())


class JsonLines(logging.Formatter):
    """One JSON object a line: the event, what was told with it, level, time, and the traceback of an error."""

    _STANDARD = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime"}

    def format(self, record: logging.LogRecord) -> str:
        found: dict[str, object] = {"event": record.getMessage()}
        found.update((name, value) for name, value in vars(record).items() if name not in self._STANDARD)
        found["level"] = record.levelname.lower()
        found["timestamp"] = datetime.fromtimestamp(record.created, UTC).isoformat().replace("+00:00", "Z")
        if record.exc_info:
            found["exception"] = self.formatException(record.exc_info)
        return json.dumps(found, ensure_ascii=False, default=str)


def set_up_logs(level: str) -> None:
    """Write one JSON object a line to standard error."""
    handler = logging.StreamHandler()
    handler.setFormatter(JsonLines())
    ours = logging.getLogger("jiaoqi")
    ours.handlers, ours.propagate = [handler], False
    ours.setLevel(level.upper())


def main(argv: Sequence[str] | None = None) -> int:
    """Serve until SIGTERM or SIGINT; a second Ctrl-C ends the program at once."""
    settings = read_settings(sys.argv[1:] if argv is None else argv)
    use_language(settings.lang)
    check_reach(settings)
    set_up_logs(settings.log_level)
    for unknown in unknown_in(os.environ):
        log.warning("unknown setting in the environment", extra={"problem": unknown})
    sys.setswitchinterval(SWITCH_S)
    with StopSignals() as stopping:
        try:
            server = Server(settings)
            port = server.start()
        except (JiaoqiError, OSError) as error:
            sys.exit(say("serve.cannot", text=why_not(error)))
        # For the program that started this one.
        print(f"listening on {settings.host}:{port}", flush=True)
        stopping.wait()
        server.stop()
    return 0


if __name__ == "__main__":
    sys.exit(main())

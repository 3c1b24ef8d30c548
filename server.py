"""The composition root: settings, store, desk, gRPC server, metrics, graceful stop."""

from __future__ import annotations

import gc

if __name__ == "__main__":
    # Next to nothing of what a start makes is garbage: the collector would only walk it again and again.
    gc.disable()

import json
import logging
import signal
import sys
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from math import inf
from pathlib import Path
from queue import SimpleQueue
from time import monotonic
from types import FrameType

from prometheus_client import start_http_server
from pydantic import Field, ValidationError
from pydantic_settings import (
    BaseSettings,
    CliImplicitFlag,
    CliSettingsSource,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    SettingsError,
    TomlConfigSettingsSource,
)

from domain.errors import DeskStopped, JiaoqiError
from promising.admission import RuleAdmission
from promising.desk import Desk, DeskSettings, Redispatch
from rulebase.files import RulesEngine, engine_maker, read_rule_files
from scheduler.warm import warm
from store.clock import SystemClock
from store.database import Store
from store.engines import shown, without_passwords
from store.holding import Held
from wire.callers import Callers, read_tokens
from wire.credentials import read_credentials
from wire.edge import Edge, EdgeSettings
from wire.metrics import Metrics

LOAD_SPAN = timedelta(days=7)
CHECK_AFTER = timedelta(seconds=5)
SWITCH_S = 0.0005
"""The desk's one thread gives the interpreter away at every call of the kernel and the store; among many busy threads
it would get it back only after Python's own 5 ms each time."""
TWICE_S = 1.0
"""A second Ctrl-C is meant as one only after this many seconds."""

log = logging.getLogger("jiaoqi.server")


class ServerSettings(BaseSettings):
    """Serves one plant. Flags win over the environment (JIAOQI_STORE and so on), and that over the TOML file."""

    model_config = SettingsConfigDict(env_prefix="JIAOQI_", extra="forbid")

    config: Path | None = Field(None, description="TOML file with any of these settings")
    store: str = Field(
        "jiaoqi.sqlite",
        description="SQLite file, made when it isn't there, or postgresql://USER@HOST/DATABASE",
    )
    host: str = Field("127.0.0.1", description="address to listen on")
    port: int = Field(50051, ge=0, le=65535, description="port of the gRPC server; 0 takes a free one")
    metrics_port: int = Field(9464, ge=-1, le=65535, description="port of the figures for Prometheus; 0 takes a free one, -1 none")  # fmt: skip  # noqa: E501
    tokens: Path | None = Field(None, description="file with what `jiaoqi token` prints, a line for each caller; with it every call needs a token")  # fmt: skip  # noqa: E501
    allow_anyone: CliImplicitFlag[bool] = Field(False, description="let whoever reaches the address do everything, without tokens")  # fmt: skip  # noqa: E501
    certificate: Path | None = Field(None, description="PEM file of the certificate chain, for TLS")
    key: Path | None = Field(None, description="PEM file of the certificate's private key")
    queue_limit: int = Field(512, ge=1, le=4096, description="requests that may wait; more are refused at once")  # fmt: skip  # noqa: E501
    batch_limit: int = Field(64, ge=1, le=1024, description="requests committed together at most")
    batch_ms: int = Field(25, ge=0, le=1000, description="milliseconds of deciding after which a batch is committed")  # fmt: skip  # noqa: E501
    redispatch: Redispatch = Field(Redispatch.IDLE, description="when all unstarted work is sequenced anew")
    rules: Path | None = Field(None, description="rule file, folder of *.rules, or shipped policy (moulding, brake_parts, furniture, auto_parts) that admits and approves orders")  # fmt: skip  # noqa: E501
    rules_engine: RulesEngine = Field(RulesEngine.COMPILED, description="what matches the rules")
    hold_hours: float = Field(72, gt=0, le=2160, description="hours for which an order is held that rules leave to a human")  # fmt: skip  # noqa: E501
    watch_limit: int = Field(16, ge=1, le=256, description="watches open at once; more are refused")
    import_limit: int = Field(4, ge=1, le=64, description="imports of orders open at once; more are refused")
    grace_seconds: float = Field(5.0, ge=0, le=600, description="time to finish calls when stopping")
    log_level: str = Field("info", pattern="^(debug|info|warning|error)$", description="least level logged")

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
            raise FileNotFoundError(f"no file {named}")
        file = TomlConfigSettingsSource(settings_cls, Path(named) if named else None)
        return init_settings, env_settings, file


class Server:
    """A store, its desk and its edge, from start to stop."""

    def __init__(self, settings: ServerSettings) -> None:
        """Open the store. Raises NewerStore, StoreInUse, StoreUnreachable; OSError, InvalidInput for files."""
        self._settings = settings
        self.metrics = Metrics()
        credentials = read_credentials(settings.certificate, settings.key)
        callers = Callers(None if settings.tokens is None else read_tokens(settings.tokens))
        # Before the store is taken: rules with a mistake serve nobody.
        admission = None if settings.rules is None else _admission(settings.rules, settings.rules_engine)
        self._held = Held(settings.store)
        try:
            self._store = Store(settings.store, alone=True)
        except BaseException:
            self._held.release()
            raise
        self.desk = Desk(
            self._store,
            SystemClock(),
            DeskSettings(
                queue_limit=settings.queue_limit,
                batch_limit=settings.batch_limit,
                batch_time=timedelta(milliseconds=settings.batch_ms),
                redispatch=settings.redispatch,
                hold_time=timedelta(hours=settings.hold_hours),
                check_after=CHECK_AFTER,
            ),
            admission,
            self.metrics,
            admission,
        )
        edge_settings = EdgeSettings(
            host=settings.host,
            port=settings.port,
            waiting_calls=settings.queue_limit + settings.batch_limit,
            watch_limit=settings.watch_limit,
            import_limit=settings.import_limit,
            credentials=credentials,
        )
        if settings.tokens is not None and credentials is None and not on_loopback(settings.host):
            log.warning("tokens travel in plain text", extra={"host": settings.host})
        self._edge = Edge(self.desk, edge_settings, self.metrics, callers)

    def start(self) -> int:
        """Load the plan, begin to serve, and return the port."""
        # Without a cache of the compiled kernel this takes a minute or two, which no caller's deadline would bear.
        log.info("loading the planning kernel, which the first time is compiled")
        warm()
        self.desk.start()
        if self._settings.metrics_port >= 0:
            self.metrics.show_load(self._load_ratios)
            http, _ = start_http_server(self._settings.metrics_port, self._settings.host, self.metrics.registry)
            log.info("metrics", extra={"port": http.server_port})
        port = self._edge.start()
        # What is loaded stays; the collector need not walk it under load either.
        gc.freeze()
        gc.enable()
        store = shown(self._settings.store)
        log.info("serving", extra={"port": port, "store": store, "orders": self.desk.status().orders})
        return port

    def stop(self) -> None:
        """Finish what was taken, refuse the rest, close the store."""
        log.info("stopping")
        self._edge.stop(self._settings.grace_seconds)
        self.desk.stop(self._settings.grace_seconds)
        self._store.close()
        self._held.release()
        log.info("stopped")

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


def on_loopback(host: str) -> bool:
    """True when only this machine can reach an address."""
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host == "localhost"


def check_reach(settings: ServerSettings) -> None:
    """End the program where others than this machine could do everything without anybody having said so."""
    if settings.tokens is None and not settings.allow_anyone and not on_loopback(settings.host):
        sys.exit(
            f"wrong settings: without tokens whoever reaches {settings.host} could change everything: name a file of "
            "--tokens, or say --allow-anyone"
        )


def _admission(path: Path, engine: RulesEngine) -> RuleAdmission:
    rule_set = read_rule_files(path)
    log.info("rules", extra={"path": str(path), "rules": len(rule_set.rules), "engine": engine.value})
    return RuleAdmission(rule_set, engine_maker(engine))


def read_settings(argv: Sequence[str]) -> ServerSettings:
    """Read flags, environment and TOML file. Ends the program for flags and settings that are wrong."""
    flags: CliSettingsSource[object] = CliSettingsSource(
        ServerSettings,
        cli_prog_name="jiaoqi-server",
        cli_kebab_case=True,
        cli_hide_none_type=True,
        cli_parse_args=list(argv),
    )
    try:
        return ServerSettings(**flags())
    except ValidationError as error:
        lines = [f"{'.'.join(map(str, e['loc']))}: {e['msg']}, not {e['input']!r}" for e in error.errors()]
        sys.exit(without_passwords("wrong settings\n  " + "\n  ".join(lines)))
    except (SettingsError, OSError, ValueError) as error:
        sys.exit(without_passwords(f"wrong settings: {error}"))


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
    check_reach(settings)
    set_up_logs(settings.log_level)
    sys.setswitchinterval(SWITCH_S)
    # Not an Event: waiting for one holds its lock at moments, on the very thread that a signal's handler comes to.
    stopping: SimpleQueue[int] = SimpleQueue()
    asked = inf

    def stop(number: int, _: FrameType | None) -> None:
        nonlocal asked
        # Who signals a whole group of processes may reach this one twice.
        if number == signal.SIGINT and monotonic() - asked > TWICE_S:
            raise SystemExit(128 + number)
        asked = min(asked, monotonic())
        stopping.put(number)

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)
    try:
        server = Server(settings)
        port = server.start()
    except (JiaoqiError, OSError) as error:
        sys.exit(f"cannot serve: {error}")
    # For the program that started this one.
    print(f"listening on {settings.host}:{port}", flush=True)
    stopping.get()
    server.stop()
    return 0


if __name__ == "__main__":
    sys.exit(main())

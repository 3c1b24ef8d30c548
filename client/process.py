"""Starts a server as a process of its own, and stops it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO

LISTENING = "listening on "
STOP_S = 60.0
"""The server's own grace, and time to end the decision that it is in."""


def server_command(arguments: Sequence[str] = ()) -> list[str]:
    """Return the command that starts a server in the foreground."""
    return [sys.executable, "-m", "server", *arguments]


class Running:
    """A server process that serves: its address (host:port) and its process id."""

    def __init__(self, process: subprocess.Popen[bytes], address: str) -> None:
        self._process = process
        self.address = address

    @property
    def pid(self) -> int:
        """The process id."""
        return self._process.pid

    @property
    def port(self) -> int:
        """The port that it listens on."""
        return int(self.address.rpartition(":")[2])

    def kill(self) -> None:
        """End it at once, as kill -9 and a power cut do; returns when it is gone."""
        self._process.kill()
        stop(self._process)

    def stop(self) -> int:
        """Ask it to stop, and end it when it doesn't; returns its exit status."""
        return stop(self._process)


def launch(store: str | Path, arguments: Sequence[str] = (), log: IO[bytes] | None = None, port: int = 0) -> Running:
    """Start a server over a store, and return once it serves; whoever calls stops it.

    `arguments` are further flags of the server, `log` is a file for its log (None: a temporary one), `port` 0 stands
    for a free one. Raises ChildProcessError with the server's last words when it doesn't come up.
    """
    command = server_command(["--store", str(store), "--port", str(port), "--metrics-port", "-1", *arguments])
    with TemporaryFile() as scratch:
        words = log or scratch
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=words, env=_environment())
        try:
            address = _address(process)
            if not address:
                raise ChildProcessError(f"the server did not come up: {_last_words(words, process)}")
        except BaseException:
            stop(process)
            raise
    return Running(process, address)


@contextmanager
def start_server(store: str | Path, arguments: Sequence[str] = (), log: IO[bytes] | None = None) -> Iterator[str]:
    """Run a server on a free port as `launch` does, yield its address once it serves, and stop it at the end."""
    running = launch(store, arguments, log)
    try:
        yield running.address
    finally:
        running.stop()


def _environment() -> dict[str, str]:
    # Settings of the caller's own server must not reach one that is started on purpose with others.
    return {name: value for name, value in os.environ.items() if not name.startswith("JIAOQI_")}


def _address(process: subprocess.Popen[bytes]) -> str:
    assert process.stdout is not None
    line = process.stdout.readline().decode().strip()
    return line.removeprefix(LISTENING) if line.startswith(LISTENING) else ""


def _last_words(log: IO[bytes], process: subprocess.Popen[bytes]) -> str:
    status = process.wait(STOP_S)
    if not log.readable():
        return f"exit status {status}"
    log.seek(0)
    return log.read().decode(errors="replace").strip()[-1000:] or f"exit status {status}"


def stop(process: subprocess.Popen[bytes]) -> int:
    """Ask a server to stop, and end it when it doesn't; returns its exit status."""
    if process.poll() is None:
        process.send_signal(signal.SIGTERM)
    try:
        return process.wait(STOP_S)
    except subprocess.TimeoutExpired:
        process.kill()
        return process.wait()
    finally:
        if process.stdout is not None:
            process.stdout.close()

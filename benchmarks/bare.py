"""The least that a durable answer costs: a server whose one method writes the request's bytes, synced, and returns.

`python -m benchmarks.bare FILE` prints its address and serves until its input ends.
"""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from queue import SimpleQueue
from threading import Event, Thread
from typing import Any

import grpc

METHOD = "/bare.Bare/Write"
THREADS = 600
LISTENING = "listening on "


class Writer:
    """One thread that commits what has gathered in one transaction, as durable as the store's."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._waiting: SimpleQueue[tuple[bytes, Event]] = SimpleQueue()
        Thread(target=self._run, daemon=True).start()

    def write(self, content: bytes, _: Any = None) -> bytes:
        """Return once the bytes are synced."""
        done = Event()
        self._waiting.put((content, done))
        done.wait()
        return b""

    def _run(self) -> None:
        connection = sqlite3.connect(self._file, isolation_level=None)
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("CREATE TABLE content (bytes BLOB)")
        while True:
            batch = [self._waiting.get()]
            while not self._waiting.empty():
                batch.append(self._waiting.get())
            connection.execute("BEGIN IMMEDIATE")
            connection.executemany("INSERT INTO content VALUES (?)", [(content,) for content, _ in batch])
            connection.execute("COMMIT")
            for _, done in batch:
                done.set()


@contextmanager
def start_bare(file: Path) -> Iterator[str]:
    """Run the server as a process, yield its address, and end it."""
    command = [sys.executable, "-m", "benchmarks.bare", str(file)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdin is not None
        try:
            yield process.stdout.readline().strip().removeprefix(LISTENING)
        finally:
            process.stdin.close()


def main() -> None:
    """Serve until the input ends."""
    writer = Writer(Path(sys.argv[1]))
    server = grpc.server(ThreadPoolExecutor(THREADS), options=[("grpc.so_reuseport", 0)])
    handler: grpc.RpcMethodHandler[bytes, bytes] = grpc.unary_unary_rpc_method_handler(writer.write)
    server.add_registered_method_handlers("bare.Bare", {"Write": handler})
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    print(f"{LISTENING}127.0.0.1:{port}", flush=True)
    sys.stdin.read()
    server.stop(0).wait()


if __name__ == "__main__":
    main()

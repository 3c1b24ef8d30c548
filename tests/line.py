"""A line to a PostgreSQL server that breaks where a test wants it, by what passes through it."""

from __future__ import annotations

import socket
from contextlib import suppress
from enum import StrEnum
from threading import Thread

COMMIT = b"COMMIT\0"
CHUNK = 65536


class Break(StrEnum):
    """Where the line breaks, once."""

    NOWHERE = "nowhere"
    BEFORE_COMMIT = "before the server gets the COMMIT"
    BEHIND_COMMIT = "as soon as the server was sent the COMMIT"
    BEFORE_ANSWER = "when the server has answered the COMMIT"


class Line:
    """Passes connections on to a port of this machine; use as a context."""

    def __init__(self, port: int) -> None:
        self.breaks = Break.NOWHERE
        self.broken = 0
        """How often it broke."""
        self._to = port
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listening.getsockname()[1]
        self._ends: list[socket.socket] = []

    def __enter__(self) -> Line:
        Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        _shut(self._listening)
        for end in self._ends:
            _shut(end)

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._listening.accept()
                server = socket.create_connection(("127.0.0.1", self._to))
                self._ends += [client, server]
                Thread(target=_Wire(self, client, server).carry, daemon=True).start()


class _Wire:
    def __init__(self, line: Line, client: socket.socket, server: socket.socket) -> None:
        self._line, self._client, self._server = line, client, server
        self._swallow = False

    def carry(self) -> None:
        back = Thread(target=self._carry_back, daemon=True)
        back.start()
        with suppress(OSError):
            while (sent := self._client.recv(CHUNK)) and self._pass_on(sent):
                pass
        self._cut()
        back.join()

    def _pass_on(self, sent: bytes) -> bool:
        breaks = self._line.breaks if COMMIT in sent else Break.NOWHERE
        if breaks is not Break.NOWHERE:
            self._line.breaks = Break.NOWHERE
            self._line.broken += 1
        if breaks is Break.BEFORE_COMMIT:
            return False
        # The answer may come back before the line is cut.
        self._swallow = breaks in (Break.BEFORE_ANSWER, Break.BEHIND_COMMIT)
        self._server.sendall(sent)
        return breaks is not Break.BEHIND_COMMIT

    def _carry_back(self) -> None:
        with suppress(OSError):
            while (answered := self._server.recv(CHUNK)) and not self._swallow:
                self._client.sendall(answered)
        self._cut()

    def _cut(self) -> None:
        for end in (self._client, self._server):
            _shut(end)


def _shut(end: socket.socket) -> None:
    # Closing alone would not wake a thread that reads from it.
    with suppress(OSError):
        end.shutdown(socket.SHUT_RDWR)
    end.close()

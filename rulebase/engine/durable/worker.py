"""The worker process: the only one that imports durable-rules, whose mistakes end the process that makes them.

It reads pickled requests from its standard input, each after its length, and answers on its standard output. It imports
nothing of ours, so that it starts fast.
"""

from __future__ import annotations

import os
import pickle
import struct
import sys
from typing import IO, Any

SESSION = "1"
SEEN = 10**6
"""The number of the rule that every fact meets; above all numbers of rules."""
LENGTH = struct.Struct("<I")


def read(stream: IO[bytes]) -> Any:
    """The next message; None at the end."""
    head = stream.read(LENGTH.size)
    if len(head) < LENGTH.size:
        return None
    body = stream.read(LENGTH.unpack(head)[0])
    return pickle.loads(body)


def write(stream: IO[bytes], message: object) -> None:
    """Send a message."""
    body = pickle.dumps(message, pickle.HIGHEST_PROTOCOL)
    stream.write(LENGTH.pack(len(body)) + body)
    stream.flush()


class Rules:
    """The rule sets of one engine."""

    def __init__(self) -> None:
        from durable.engine import Host

        class Quiet(Host):  # type: ignore[misc]
            """The library's host without its background threads, with which deleting and matching may crash."""

            def _run(self) -> None:
                pass

        self._host = Quiet()
        self._names: dict[int, list[str]] = {}
        self._hits: list[tuple[int, int]] = []

    def define(self, key: int, definitions: list[dict[str, Any]]) -> None:
        """Take the rule sets of one stratum and scope."""
        names = []
        for place, rules in enumerate(definitions):
            name = f"s{key}x{place}"
            for rule, body in rules.items():
                body["run"] = self._collect(int(rule[1:]))
            self._host.register_rulesets({name: rules})
            names.append(name)
        self._names[key] = names

    def _collect(self, number: int) -> Any:
        def collect(c: Any) -> None:
            self._hits.append((number, c.m.p))

        return collect

    def match(self, key: int, facts: list[dict[str, int]]) -> list[tuple[int, int]]:
        """The rules that the facts of one order meet, each with its fact's place."""
        self._hits = []
        seen = [(SEEN, fact["p"]) for fact in facts]
        found: list[tuple[int, int]] = []
        for name in self._names[key]:
            self._hits = []
            batch = [{**fact, "id": str(place + 1), "sid": SESSION} for place, fact in enumerate(facts)]
            self._host.assert_facts(name, batch)
            self._host.retract_facts(name, batch)
            if sorted(hit for hit in self._hits if hit[0] == SEEN) != sorted(seen):
                raise RuntimeError("a fact was not seen, or twice")
            found += [hit for hit in self._hits if hit[0] != SEEN]
        return found


def main() -> None:
    """Answer requests until the input ends."""
    requests, answers = sys.stdin.buffer, sys.stdout.buffer
    # The library prints; nothing but answers may reach the pipe.
    sys.stdout = sys.stderr
    rules = Rules()
    while (request := read(requests)) is not None:
        kind, *arguments = request
        if kind == "define":
            rules.define(*arguments)
            write(answers, None)
        elif kind == "match":
            try:
                write(answers, rules.match(*arguments))
            except Exception as error:
                # What the rule sets hold now is not known: whoever asked starts another worker.
                write(answers, repr(error))
        elif kind == "die":
            os._exit(arguments[0])


if __name__ == "__main__":
    main()

"""Where and with what a run was measured."""

from __future__ import annotations

import os
import platform
import sqlite3
import subprocess
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

LIBRARIES = ("numpy", "numba", "ortools", "grpcio", "protobuf", "sqlalchemy")
PEERS = {"pyjobshop": "pyjobshop", "rule-engine": "rule_engine", "zen-engine": "zen", "durable-rules": "durable"}
"""Packages by the module that each brings, named where they are installed."""


def describe() -> str:
    """Processor, system, versions and this program's commit, as a list for people."""
    versions = [f"Python {platform.python_version()}", f"SQLite {sqlite3.sqlite_version}"]
    versions += [f"{library} {version(library)}" for library in LIBRARIES]
    versions += [f"{peer} {version(peer)}" for peer, module in PEERS.items() if find_spec(module) is not None]
    rows = (
        f"- Machine: {_processor()}, {os.cpu_count()} cores (shared by servers and callers), {_memory()}",
        f"- System: {platform.system()} {platform.release()} {platform.machine()}",
        f"- Versions: Jiaoqi {version('jiaoqi')} at {_commit()}, {', '.join(versions)}",
        f"- Load average before the run: {os.getloadavg()[0]:.1f} (others' work on the machine)",
    )
    return "\n".join(rows) + "\n"


def _processor() -> str:
    info = Path("/proc/cpuinfo")
    if info.exists():
        for line in info.read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or "unknown processor"


def _memory() -> str:
    try:
        total = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (ValueError, OSError):
        return "unknown memory"
    return f"{total / 2**30:.0f} GiB"


def _commit() -> str:
    command = ["git", "describe", "--always", "--dirty"]
    try:
        done = subprocess.run(command, cwd=Path(__file__).parent, capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return "an unknown commit"
    return done.stdout.strip()

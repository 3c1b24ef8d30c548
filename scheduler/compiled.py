"""One decorator for the kernel: compiled, or plain Python with JIAOQI_KERNEL=python (the reference in tests)."""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar, cast

import numba

F = TypeVar("F", bound=Callable[..., Any])

COMPILED = os.environ.get("JIAOQI_KERNEL", "numba") != "python"


SOURCES = (
    "arrays", "compiled", "worktime", "lanes", "retime", "propagate", "insert", "advance", "dispatch", "explain",
    "laying", "movable", "verify/walk", "verify/record", "verify/trace",
)  # fmt: skip
"""Modules with compiled functions, or with the constants they are compiled with."""


def _cache_dir() -> str:
    """Name a folder after all kernel sources.

    numba looks only at the file of the outermost function, and would go on using code compiled from an older version
    of what that function calls.
    """
    here = Path(__file__).parent
    digest = hashlib.sha256()
    for name in SOURCES:
        digest.update((here / f"{name}.py").read_bytes())
    folder = f"kernel-{digest.hexdigest()[:16]}"
    base = here / "__pycache__"
    if not os.access(base if base.exists() else here, os.W_OK):
        base = Path(tempfile.gettempdir()) / f"jiaoqi-{os.getuid()}"
    return str(base / folder)


if COMPILED:
    numba.config.CACHE_DIR = _cache_dir()  # type: ignore[attr-defined]  # set from the environment at import


def kernel(function: F) -> F:
    """Compile an array-in, array-out function, cached on disk and free of the interpreter's lock."""
    if not COMPILED:
        return function
    compiled: Any = numba.njit(cache=True, nogil=True)(function)
    return cast(F, compiled)

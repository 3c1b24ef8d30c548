"""The decorator of the search's compiled functions: a cache of their own, so that a change here compiles no more."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import numba

from scheduler import compiled

F = TypeVar("F", bound=Callable[..., Any])
HERE = Path(__file__).parent
SOURCES = (
    "shop.py", "compiled.py", "sequences.py", "rules.py", "local.py", "ranked.py", "moves.py", "listing.py",
    "chains.py", "annealing.py", "../arrays.py", "../compiled.py", "../worktime.py", "../dispatch.py", "../lanes.py",
    "../retime.py", "../insert.py", "../propagate.py",
)  # fmt: skip
"""Modules of compiled functions here, and those of the kernel that they call."""


def _digest() -> str:
    digest = hashlib.sha256()
    for name in SOURCES:
        digest.update((HERE / name).read_bytes())
    return digest.hexdigest()[:16]


def search_kernel(function: F) -> F:
    """Compile as `scheduler.compiled.kernel` does, with the cache in a folder named after the sources here."""
    if not compiled.COMPILED:
        return function
    kernel_folder = numba.config.CACHE_DIR  # type: ignore[attr-defined]  # set from the environment at import
    numba.config.CACHE_DIR = str(Path(kernel_folder).parent / f"search-{_digest()}")  # type: ignore[attr-defined]
    try:
        return compiled.kernel(function)
    finally:
        numba.config.CACHE_DIR = kernel_folder  # type: ignore[attr-defined]

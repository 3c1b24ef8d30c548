"""Compiled functions of one file with a cache folder of their own: a change there compiles nothing else anew."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import numba

from scheduler import compiled
from scheduler.improve import compiled as search

F = TypeVar("F", bound=Callable[..., Any])


def kernel_of(name: str, *sources: str) -> Callable[[F], F]:
    """A decorator that compiles as `search_kernel` does, with the cache in a folder named after the files `sources`.

    These are the file itself and those whose compiled functions it calls.
    """

    def decorate(function: F) -> F:
        if not compiled.COMPILED:
            return function
        config: Any = numba.config
        folder = config.CACHE_DIR
        read = b"".join(Path(source).read_bytes() for source in sources)
        digest = hashlib.sha256(read + search._digest().encode()).hexdigest()[:16]
        config.CACHE_DIR = str(Path(folder).parent / f"{name}-{digest}")
        try:
            return compiled.kernel(function)
        finally:
            config.CACHE_DIR = folder

    return decorate

"""One decorator for the kernel: compiled, or plain Python with JIAOQI_KERNEL=python (the reference in tests)."""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar, cast

import numba
from numba.core.caching import CompileResultCacheImpl, FunctionCache, UserProvidedCacheLocator
from numba.core.runtime.nrt import rtsys

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


class _Locator(UserProvidedCacheLocator):
    """Finds a folder that is known to be writable; numba tries each function's by writing to it."""

    def ensure_cache_path(self) -> None:
        os.makedirs(self._cache_path, exist_ok=True)


class _CompileResult(CompileResultCacheImpl):
    def __init__(self, function: Callable[..., Any]) -> None:
        self._locator_classes = [_Locator]
        super().__init__(function)  # type: ignore[no-untyped-call]


class _Cache(FunctionCache):
    """numba's cache of a function, which loads without what only compiling needs.

    numba registers all it can compile before it loads what is compiled, a third of a server's loading of the kernel.
    A function that must be compiled after all has that done by the compiler.
    """

    _impl_class = _CompileResult

    def load_overload(self, sig: object, target_context: Any) -> Any:
        # What is loaded counts its references by it.
        rtsys.initialize(target_context)
        with self._guard_against_spurious_io_errors():
            return self._load_overload(sig, target_context)  # type: ignore[no-untyped-call]


def kernel(function: F) -> F:
    """Compile an array-in, array-out function, cached on disk and free of the interpreter's lock."""
    if not COMPILED:
        return function
    compiled: Any = numba.njit(nogil=True)(function)
    compiled._cache = _Cache(function)  # type: ignore[no-untyped-call]
    return cast(F, compiled)

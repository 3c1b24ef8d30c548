"""Rule files on disk, and the engine that is chosen for them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import partial
from pathlib import Path
from weakref import finalize

from domain.errors import InvalidInput
from domain.rule_versions import PROMOTIONS
from rulebase.choice import RulesEngine
from rulebase.engine.chain import Engine
from rulebase.engine.durable.matcher import Worker, durable, installed
from rulebase.language.checker import RuleSet, read_rules

SUFFIX = ".rules"
POLICIES = ("moulding", "brake_parts", "furniture", "auto_parts")
"""Policies that are shipped, by their trades."""


def engine_maker(chosen: RulesEngine) -> Callable[..., Engine]:
    """What makes engines of this kind. Raises InvalidInput where durable-rules isn't installed."""
    if chosen is RulesEngine.COMPILED:
        return Engine
    if not installed():
        allowed = "compiled, or durable after `pip install durable-rules` (Python up to 3.12, a C compiler)"
        raise InvalidInput.one("rules_engine", "durable-rules is not installed", allowed)

    def make(*arguments: object) -> Engine:
        # A worker knows the rule sets of one engine, and ends with it: versions come and go.
        worker = Worker()
        engine = partial(Engine, matcher=durable(worker))(*arguments)  # type: ignore[arg-type]
        finalize(engine, worker.close)
        return engine

    return make


def rule_texts(paths: Iterable[Path]) -> dict[str, str]:
    """The texts of rule files by name; of a folder all `*.rules`.

    Raises
    ------
    FileNotFoundError
        For what is no file, and for a folder without any.
    """
    texts: dict[str, str] = {}
    for path in paths:
        files = sorted(path.glob(f"*{SUFFIX}")) if path.is_dir() else [path]
        if not files or not all(file.is_file() for file in files):
            raise FileNotFoundError(f"no rule files: {path}")
        texts |= {str(file): file.read_text(encoding="utf-8") for file in files}
    return texts


def named(texts: Mapping[str, str]) -> dict[str, str]:
    """The texts by the last parts of their paths, as many as tell them apart."""
    parts = 1
    while True:
        found = {"/".join(Path(name).parts[-parts:]): text for name, text in texts.items()}
        if len(found) == len(texts):
            return found
        parts += 1


def shipped(path: Path) -> Path:
    """The folder of a policy that is shipped under this name, where nothing else stands there; else the path."""
    return Path(__file__).parent / "policies" / path if str(path) in POLICIES and not path.exists() else path


def table_beside(path: Path) -> Path | None:
    """The table of promotions in a folder of rules, or of a shipped policy; None where there is none."""
    table = shipped(path) / PROMOTIONS
    return table if table.is_file() else None


def read_rule_files(path: Path) -> RuleSet:
    """The rules of a file, of a folder, or of a shipped policy. Raises FileNotFoundError, RuleProblems."""
    return read_rules(rule_texts([shipped(path)]))

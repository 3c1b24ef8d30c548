"""What is wrong in a rule file: where, what, what would be right, in both languages."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from domain.errors import InvalidInput, Violation
from rulebase.language.tree import NOWHERE, Position


class Problem(Struct, frozen=True):
    """One mistake. `expected` would be right there; `nearest` are the known words most like the wrong one."""

    at: Position
    zh: str
    en: str
    expected: tuple[str, ...] = ()
    nearest: tuple[str, ...] = ()
    file: str = ""

    def say(self, language: str) -> str:
        """One line for people, beginning with file, line and column."""
        chinese = language == "zh"
        place = f"{self.file}:" if self.file else ""
        place += f"{self.at.line}:{self.at.column}: " if self.at != NOWHERE else ("" if not place else " ")
        text = place + (self.zh if chinese else self.en)
        if self.nearest:
            text += ("；最接近的是 " if chinese else "; nearest: ") + ("、" if chinese else ", ").join(self.nearest)
        if self.expected:
            text += ("；这里应为 " if chinese else "; expected ") + ("、" if chinese else ", ").join(self.expected)
        return text


class RuleProblems(InvalidInput):
    """Rule files that can't be taken; every mistake is told, in both languages as the reasons of rules are."""

    reason = "RULES_INVALID"

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__(
            [
                Violation(
                    f"{problem.file or 'rules'}:{problem.at.line}:{problem.at.column}",
                    f"{problem.zh} / {problem.en}",
                    ", ".join((*problem.nearest, *problem.expected)),
                )
                for problem in self.problems
            ]
        )

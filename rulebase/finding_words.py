"""Tells findings of the static checks to people."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from rulebase.engine.chain import Engine
from rulebase.engine.telling import Teller, pick
from rulebase.findings import Finding, Kind
from rulebase.language.checker import RuleSet

_SAID = {
    Kind.CONTRADICTION: ("“{0}”与“{1}”级别相同而结论相反", '"{0}" and "{1}" have one rank and opposite verdicts'),
    Kind.SHADOWED: ("“{0}”总被级别更高的“{1}”盖过", '"{0}" is always outvoted by "{1}" of higher rank'),
    Kind.UNREACHABLE: ("“{0}”永远不会触发", '"{0}" can never fire'),
    Kind.NEVER_SET: ("没有规则设定 {0}", "no rule sets {0}"),
    Kind.NEVER_READ: ("没有规则读取 {0}", "no rule reads {0}"),
}


def said_of(finding: Finding, rule_set: RuleSet, language: str, zone: ZoneInfo) -> tuple[str, str]:
    """A finding, and the facts of an order that shows it (empty where there are none)."""
    names = [rule.say(language) for rule in finding.rules] or [finding.what]
    text = pick(_SAID[finding.kind], language).format(*names)
    if not finding.decided:
        text += pick(("（未能判定）", " (undecided)"), language)
    if not finding.example:
        return text, ""
    return text, Teller(Engine(rule_set, zone), language).read(finding.example)

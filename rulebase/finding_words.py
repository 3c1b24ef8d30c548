"""Tells findings of the static checks to people."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from rulebase.engine.chain import Engine
from rulebase.engine.telling import Teller, pick
from rulebase.findings import Finding, Kind
from rulebase.language.checker import RuleSet
from rulebase.language.formatter import Writer
from rulebase.language.tree import Fact

SHOWN = 5
"""Rules of a table that are named."""
_SAID = {
    Kind.CONTRADICTION: ("“{0}”与“{1}”级别相同而结论相反", '"{0}" and "{1}" have one rank and opposite verdicts'),
    Kind.SHADOWED: ("“{0}”总被级别更高的“{1}”盖过", '"{0}" is always outvoted by "{1}" of higher rank'),
    Kind.UNREACHABLE: ("“{0}”永远不会触发", '"{0}" can never fire'),
    Kind.DISAGREEMENT: (
        "“{0}”与“{1}”级别相同，却把 {what} 设成不同的值",
        '"{0}" and "{1}" have one rank and set {what} differently',
    ),
    Kind.GAP: ("{names} 之间有空档", "there is a gap between {names}"),
    Kind.OVERLAP: ("促销 {what} 会叠加，却没有互斥组", "promotions {what} add up, and no group keeps them apart"),
    Kind.NEVER_SET: ("没有规则设定 {what}", "no rule sets {what}"),
    Kind.NEVER_READ: ("没有规则读取 {what}", "no rule reads {what}"),
}


def said_of(finding: Finding, rule_set: RuleSet, language: str, zone: ZoneInfo) -> tuple[str, str]:
    """A finding, and the facts of an order that shows it (empty where there are none)."""
    names = [rule.say(language) for rule in finding.rules]
    named = pick(("、", ", "), language).join(
        f"“{name}”" if language == "zh" else f'"{name}"' for name in names[:SHOWN]
    )
    named += "……" if len(names) > SHOWN else ""
    what = finding.what
    if finding.kind in (Kind.NEVER_SET, Kind.NEVER_READ, Kind.DISAGREEMENT):
        what = Writer(rule_set.vocabulary, language).expression(Fact(*what.split(".", 1)))
    text = pick(_SAID[finding.kind], language).format(*names, names=named, what=what)
    if not finding.decided:
        text += pick(("（未能判定）", " (undecided)"), language)
    if finding.shown is None:
        return text, ""
    teller = Teller(Engine(rule_set, zone), language)
    order, lines = teller.read(finding.shown.order), [teller.read(line) for line in finding.shown.lines]
    if len(set(lines)) == 1:
        times = pick((f"{len(lines)} 行 ", f"{len(lines)} lines of "), language) if len(lines) > 1 and lines[0] else ""
        return text, ", ".join(part for part in (order, times + lines[0]) if part)
    told = [pick((f"第{no}行 ", f"line {no} "), language) + line for no, line in enumerate(lines, 1) if line]
    return text, "; ".join(part for part in (order, *told) if part)

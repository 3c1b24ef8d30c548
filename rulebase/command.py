"""`jiaoqi rules`: format, check, test, explain, translate and rehearse rule files. No server is needed.

Exit status 0: done. 1: files are not formatted. 2: called wrongly. 3: rules are wrong, or examples fail.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from domain.errors import InvalidInput
from domain.rule_versions import PROMOTIONS
from rulebase.engine.chain import Engine
from rulebase.engine.fact_files import FactProblem, facts_of_json
from rulebase.engine.near_misses import near_misses
from rulebase.engine.telling import Teller, pick
from rulebase.examples import Examples, Tested, told
from rulebase.files import SUFFIX, rule_texts, shipped, table_beside
from rulebase.finding_words import said_of
from rulebase.findings import findings
from rulebase.language.checker import RuleSet, check, vocabulary_of
from rulebase.language.formatter import Writer, format_file
from rulebase.language.kinds_of import KIND_ZH
from rulebase.language.meanings import MEANINGS
from rulebase.language.parser import parse
from rulebase.language.problems import RuleProblems
from rulebase.language.vocabulary import DESK_FACTS, ENTITIES, Field
from rulebase.language.words import KEYWORDS
from rulebase.past_orders import past_orders
from rulebase.promotions.table import Promotion, read_promotions
from rulebase.rehearsal import Side, rehearse
from rulebase.rehearsal_text import told_rehearsal

UNFORMATTED, WRONG = 1, 3

_HELP = {
    "rules": (
        "用中文或英文写的规则：格式化、检查、测试、解释、翻译。",
        "Rules in Chinese or English: format, check, test, explain, translate.",
    ),
    "fmt": ("按统一格式重写文件", "rewrite files in the one layout"),
    "check": ("检查用词、类型、理由、环", "check words, kinds, reasons, loops"),
    "test": ("运行文件里的测试", "run the examples in the files"),
    "explain": ("说明某张订单为何如此判定", "tell why an order is decided so"),
    "translate": ("译成另一种语言；两次翻译回到原样", "write in the other language; twice gives the same"),
    "words": ("列出可用的词", "list the words that rules may use"),
    "rehearse": ("拿过去的订单试草案：哪些会变", "try a draft on past orders: which of them change"),
    "live": ("现行的规则文件或文件夹；不给则为空", "the rules that are live, files or folders; without: none"),
    "orders": ("过去的订单，每行一个 JSON", "past orders, one JSON document a line"),
    "promotions": ("草案的促销表 CSV", "CSV table of promotions of the draft"),
    "live_promotions": ("现行的促销表 CSV", "CSV table of promotions that is live"),
    "shown": ("逐个列出的订单数", "how many changed orders are listed"),
    "files": ("规则文件，或装着 *.rules 的文件夹", "rule files, or folders of *.rules"),
    "lang": ("消息语言 zh 或 en", "language of messages, zh or en"),
    "zone": ("工厂时区", "time zone of the plant"),
    "only_check": ("只检查是否已格式化", "only tell which files are not in it"),
    "to": ("目标语言", "into which language"),
    "write": ("改写文件本身", "rewrite the files themselves"),
    "example": ("文件里某个测试的名称", "name of an example in the files"),
    "facts": ("事实的 JSON 文件", "JSON file of facts"),
}  # fmt: skip
_SAID = {
    "unformatted": ("{name} 未格式化", "{name} is not formatted"),
    "checked": ("{rules} 条规则，{examples} 个测试：没有问题", "{rules} rules, {examples} examples: nothing wrong"),
    "suspicious": (
        "{rules} 条规则，{examples} 个测试：{count} 处可疑",
        "{rules} rules, {examples} examples: {count} findings",
    ),
    "passed": ("{count} 个测试全部符合", "all {count} examples are as expected"),
    "failed": ("{count} 个测试中 {failed} 个不符合", "{failed} of {count} examples are not as expected"),
    "unmet": (
        "{file}:{line}: 测试“{name}”不符合：{what}",
        '{file}:{line}: example "{name}" is not as expected: {what}',
    ),
    "near": (
        "  差一点{place}：{rule}，只缺 {lacking}（{values}）",
        "  near{place}: {rule} lacks only {lacking} ({values})",
    ),
    "no_example": ("没有测试“{name}”", 'there is no example "{name}"'),
    "no_files": ("没有规则文件：{name}", "no rule files: {name}"),
    "set_by_rules": ("由规则设定：{meaning}", "set by rules: {meaning}"),
    "no_json": ("{name}:{line}:{column}: 不是 JSON", "{name}:{line}:{column}: this is no JSON"),
    "unreadable": ("读不了文件 {name}（{why}）", "the file {name} can't be read ({why})"),
    "one_of": ("要给 --example 或 --facts", "give --example or --facts"),
}  # fmt: skip


class Wrong(Exception):
    """What the caller should be told, and nothing else."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; returns its exit status."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    language = _language(words)
    given = _parser(language).parse_args(words)
    try:
        status: int = given.run(given, language)
    except RuleProblems as error:
        for problem in error.problems:
            print(problem.say(language), file=sys.stderr)
        return WRONG
    except InvalidInput as error:
        for violation in error.violations:
            said, allowed = (_half(text, language) for text in (violation.problem, violation.allowed))
            print(f"{violation.field}: {said} ({allowed})", file=sys.stderr)
        return WRONG
    except OSError as error:
        print(_say("unreadable", language, name=error.filename, why=error.strerror), file=sys.stderr)
        return WRONG
    except FactProblem as error:
        print(error.say(language), file=sys.stderr)
        return WRONG
    except (Wrong, UnicodeDecodeError) as error:
        print(error, file=sys.stderr)
        return WRONG
    return status


def _half(text: str, language: str) -> str:
    """One language of a text that may be in both."""
    halves = text.split(" / ")
    return pick((halves[0], halves[1]), language) if len(halves) == 2 else text


def _language(words: Sequence[str]) -> str:
    before = argparse.ArgumentParser(add_help=False)
    before.add_argument("--lang")
    return "en" if before.parse_known_args(words)[0].lang == "en" else "zh"


def _parser(language: str) -> argparse.ArgumentParser:
    def tell(key: str) -> str:
        return pick(_HELP[key], language)

    parser = argparse.ArgumentParser("jiaoqi rules", description=tell("rules"))
    parser.add_argument("--lang", choices=("zh", "en"), help=tell("lang"))
    parser.add_argument("--zone", type=_zone, default="Asia/Shanghai", help=tell("zone"))
    metavar = "fmt | check | test | explain | translate | rehearse | words"
    commands = parser.add_subparsers(required=True, metavar=metavar)
    made = {}
    for name, run in (
        ("fmt", _format), ("check", _check), ("test", _test), ("explain", _explain), ("translate", _translate),
        ("rehearse", _rehearse), ("words", _words),
    ):  # fmt: skip
        made[name] = commands.add_parser(name, help=tell(name), description=tell(name))
        made[name].set_defaults(run=run)
        # Also behind the command, where most people write them.
        made[name].add_argument("--lang", choices=("zh", "en"), default=argparse.SUPPRESS, help=tell("lang"))
        made[name].add_argument("--zone", type=_zone, default=argparse.SUPPRESS, help=tell("zone"))
        if name != "words":
            made[name].add_argument("files", type=Path, nargs="+", help=tell("files"))
    made["fmt"].add_argument("--check", action="store_true", help=tell("only_check"))
    made["check"].add_argument("--promotions", type=Path, help=tell("promotions"))
    made["explain"].add_argument("--example", default="", help=tell("example"))
    made["explain"].add_argument("--facts", type=Path, help=tell("facts"))
    made["translate"].add_argument("--to", choices=("zh", "en"), required=True, help=tell("to"))
    made["translate"].add_argument("--write", action="store_true", help=tell("write"))
    rehearse = made["rehearse"]
    rehearse.add_argument("--live", type=Path, nargs="+", default=[], help=tell("live"))
    rehearse.add_argument("--orders", type=Path, required=True, help=tell("orders"))
    rehearse.add_argument("--promotions", type=Path, help=tell("promotions"))
    rehearse.add_argument("--live-promotions", type=Path, help=tell("live_promotions"))
    rehearse.add_argument("--shown", type=int, default=20, help=tell("shown"))
    return parser


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise argparse.ArgumentTypeError(f"{name!r}") from error


def _texts(files: Sequence[Path], language: str) -> dict[str, str]:
    paths = [shipped(path) for path in files if path.name != PROMOTIONS]
    for path in paths:
        if not path.exists() or (path.is_dir() and not any(path.glob(f"*{SUFFIX}"))):
            raise Wrong(_say("no_files", language, name=path))
    return rule_texts(paths)


def _say(key: str, language: str, **values: object) -> str:
    return pick(_SAID[key], language).format_map(values)


def _rules(given: argparse.Namespace, language: str) -> RuleSet:
    return check(parse(_texts(given.files, language)))


# Commands.


def _written(texts: Mapping[str, str], to: str | None) -> dict[str, str]:
    """The files in one layout: each in the language of its first rule, or all in another."""
    files = parse(texts)
    vocabulary = vocabulary_of(files)
    return {name: format_file(file, vocabulary, to or _own(texts[name])) for name, file in files.items()}


def _own(text: str) -> str:
    """The language of a file: that of the words that begin its items."""
    starts = {word: language for one in KEYWORDS if one.terminal in ("RULE", "DERIVED", "EXAMPLE")
              for language, words in (("zh", one.zh), ("en", one.en)) for word in words}  # fmt: skip
    counts = {"zh": 0, "en": 0}
    for line in text.splitlines():
        for word, language in starts.items():
            counts[language] += line.lstrip().lower().startswith(word)
    return "en" if counts["en"] > counts["zh"] else "zh"


def _format(given: argparse.Namespace, language: str) -> int:
    texts = _texts(given.files, language)
    status = 0
    for name, text in _written(texts, None).items():
        if text == texts[name]:
            continue
        if given.check:
            status = UNFORMATTED
            print(_say("unformatted", language, name=name))
        else:
            Path(name).write_text(text, encoding="utf-8")
    return status


def _translate(given: argparse.Namespace, language: str) -> int:
    for name, text in _written(_texts(given.files, language), given.to).items():
        if given.write:
            Path(name).write_text(text, encoding="utf-8")
        else:
            print(text, end="")
    return 0


def _table(given: argparse.Namespace) -> tuple[Promotion, ...]:
    """The promotions that are named, or else those that lie in the folder of the rules."""
    beside = [table for path in given.files if (table := table_beside(path)) is not None]
    tables = [*(path for path in given.files if path.name == PROMOTIONS), *beside]
    if given.promotions is None and len(tables) > 1:
        raise InvalidInput.one("promotions", ", ".join(map(str, tables)), "one table")
    path = given.promotions or next(iter(tables), None)
    return () if path is None else read_promotions(path.read_text(encoding="utf-8"))


def _check(given: argparse.Namespace, language: str) -> int:
    rule_set = _rules(given, language)
    table = _table(given)
    found = findings(rule_set, given.zone, table)
    counts = {"rules": len(rule_set.rules), "examples": len(rule_set.examples)}
    print(_say("suspicious" if found else "checked", language, count=len(found), **counts))
    for finding in found:
        text, example = said_of(finding, rule_set, language, given.zone)
        print("  " + text + (pick(("；例：", "; example: "), language) + example if example else ""))
    return 0


def _test(given: argparse.Namespace, language: str) -> int:
    tested = list(Examples(_rules(given, language), given.zone).run())
    failed = [one for one in tested if one.failed]
    for one in failed:
        for what in told(one, language):
            place = {"file": one.file, "line": one.example.at.line, "name": one.example.name.say(language)}
            print(_say("unmet", language, what=what, **place))
        _tell(one, language)
    print(_say("failed" if failed else "passed", language, count=len(tested), failed=len(failed)))
    return WRONG if failed else 0


def _tell(one: Tested, language: str) -> None:
    for line in Teller(one.engine, language).lines(one.decision):
        print("  " + line)


def _explain(given: argparse.Namespace, language: str) -> int:
    rule_set = _rules(given, language)
    if bool(given.example) is (given.facts is not None):
        raise Wrong(_say("one_of", language))
    if given.facts is not None:
        engine = Engine(rule_set, given.zone)
        decision = engine.decide(facts_of_json(_document(given.facts, language), rule_set.vocabulary))
    else:
        tested = next(Examples(rule_set, given.zone).run(given.example), None)
        if tested is None:
            raise Wrong(_say("no_example", language, name=given.example))
        engine, decision = tested.engine, tested.decision
    teller, writer = Teller(engine, language), Writer(rule_set.vocabulary, language)
    for line in teller.lines(decision):
        print(line)
    for miss in near_misses(engine, decision):
        place = "" if miss.line is None else pick((f" 第{miss.line + 1}行", f" line {miss.line + 1}"), language)
        name, lacking = miss.rule.rule.name.say(language), writer.expression(miss.lacking)
        print(_say("near", language, place=place, rule=name, lacking=lacking, values=teller.read(miss.values)))
    return 0


def _document(path: Path, language: str) -> object:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except json.JSONDecodeError as error:
        raise Wrong(_say("no_json", language, name=path, line=error.lineno, column=error.colno)) from error
    except RecursionError as error:
        raise Wrong(_say("no_json", language, name=path, line=1, column=1)) from error


def _rehearse(given: argparse.Namespace, language: str) -> int:
    live = check(parse(_texts(given.live, language)))
    sides = [
        Side(rules, () if table is None else read_promotions(table.read_text(encoding="utf-8")))
        for rules, table in ((live, given.live_promotions), (_rules(given, language), given.promotions))
    ]
    with given.orders.open(encoding="utf-8") as lines:
        found = rehearse(sides[0], sides[1], past_orders(lines), given.zone, max(0, given.shown))
    for line in told_rehearsal(found, language):
        print(line)
    return 0


def _words(_: argparse.Namespace, language: str) -> int:
    for entity in ENTITIES:
        for field in entity.fields:
            name = '["..."]' if field.keyed else ""
            optional = "?" if field.optional else ""
            zh, en = f"{entity.zh[0]}.{field.zh[0]}{name}", f"{entity.en[0]}.{field.en[0]}{name}"
            print(f"{zh}\t{en}\t{_kind(field, language)}{optional}\t{_meaning(entity.key, field, language)}")
    entities = {entity.key: entity for entity in ENTITIES}
    for key, fields in DESK_FACTS.items():
        for field in fields:
            zh, en = f"{entities[key].zh[0]}.{field.zh[0]}", f"{entities[key].en[0]}.{field.en[0]}"
            choices = f": {', '.join(field.choices)}" if field.choices else ""
            meaning = _say("set_by_rules", language, meaning=_meaning(key, field, language))
            print(f"{zh}\t{en}\t{_kind(field, language)} =\t{meaning}{choices}")
    return 0


def _kind(field: Field, language: str) -> str:
    return KIND_ZH[field.kind] if language == "zh" else field.kind.value


def _meaning(entity: str, field: Field, language: str) -> str:
    return MEANINGS[f"{entity}.{field.key}"] if language == "zh" else field.meaning

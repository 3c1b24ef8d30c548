"""Checks what files say against the vocabulary: words, kinds, reasons, loops. What it lets through can be decided."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from msgspec import Struct

from domain.values import replace
from rulebase.language.desk_facts import beyond_limits, declared_wrongly, set_too_late, with_choices
from rulebase.language.implied import implied
from rulebase.language.kinds import Kind
from rulebase.language.kinds_of import KIND_EN, KIND_ZH, KindError, condition, kind_of
from rulebase.language.parser import parse
from rulebase.language.phrases import parts_of
from rulebase.language.problems import Problem, RuleProblems
from rulebase.language.strata import loops, strata_of
from rulebase.language.tree import (
    Bar,
    Compare,
    Derived,
    Example,
    ExpectFact,
    ExpectRule,
    Expression,
    Fact,
    File,
    Freeze,
    Given,
    Literal,
    Member,
    Node,
    Note,
    Position,
    Refuse,
    Require,
    Review,
    Rule,
    Set,
    Text,
)  # fmt: skip
from rulebase.language.vocabulary import DESK_FACTS, FactValue, Field, Vocabulary, nearest, usual_value
from rulebase.language.walk import children, facts_of

RANK_MAX = 1_000_000
RULES_MAX = 20_000


class CheckedRule(Struct, frozen=True):
    """A rule that can be decided.

    `per_line`: it is matched once for each line. `later`: it reads what is known after placing only. `reads` are the
    facts of condition and effects, in the order of the text; `stratum` counts from 0, and what a rule reads of derived
    facts was set in lower ones.
    """

    rule: Rule
    file: str
    per_line: bool
    later: bool
    reads: tuple[Fact, ...]
    stratum: int = 0

    @property
    def name(self) -> str:
        """The rule's name in Chinese: unique in its set."""
        return self.rule.name.zh

    @property
    def sets(self) -> tuple[Set, ...]:
        """What it derives."""
        return tuple(effect for effect in self.rule.effects if isinstance(effect, Set))


@dataclass(frozen=True)
class RuleSet:
    """Rules that go together, the highest rank first and then by name, whatever files they came from."""

    rules: tuple[CheckedRule, ...]
    vocabulary: Vocabulary
    derived: Mapping[tuple[str, str], Derived]
    examples: tuple[tuple[str, Example], ...] = ()
    files: Mapping[str, File] = field(default_factory=dict)


def read_rules(texts: Mapping[str, str], *, stored: bool = False) -> RuleSet:
    """The rules of files by name. Raises RuleProblems with every mistake.

    `stored` rules were accepted once, maybe by an older program: what is a mistake only since then isn't one in them.
    """
    return check(parse(texts), stored=stored)


def check(files: Mapping[str, File], *, stored: bool = False) -> RuleSet:
    """The rules of parsed files. Raises RuleProblems with every mistake."""
    return _Checking(files, stored=stored).result()


def vocabulary_of(files: Mapping[str, File]) -> Vocabulary:
    """The vocabulary with the facts that the files derive; of facts declared twice the first counts."""
    return _vocabulary(derived_of(files).values())


def derived_of(files: Mapping[str, File]) -> dict[tuple[str, str], Derived]:
    """What the files derive, declared or only set, by the keys of the entity and its own."""
    found: dict[tuple[str, str], Derived] = {}
    for file in files.values():
        for one in file.derived:
            found.setdefault((one.entity, one.en), with_choices(one))
    return found | implied(files, _vocabulary(found.values()))


def _vocabulary(derived: Iterable[Derived]) -> Vocabulary:
    found: dict[str, list[Field]] = {}
    for one in derived:
        found.setdefault(one.entity, []).append(Field(one.en, (one.zh,), (one.en,), one.kind, usual_of(one)))
    return Vocabulary().with_derived({entity: tuple(facts) for entity, facts in found.items()})


def usual_of(derived: Derived) -> FactValue:
    """What a derived fact is where no rule sets it."""
    if derived.default is not None:
        value = derived.default.value
        assert isinstance(value, (int, str))
        scale = derived.kind.scale if derived.default.kind is not derived.kind else 1
        return value * scale if isinstance(value, int) and not isinstance(value, bool) else value
    return usual_value(derived.kind)


class _Checking:
    """Collects the problems of one set of files."""

    def __init__(self, files: Mapping[str, File], *, stored: bool) -> None:
        self._files, self._stored = files, stored
        self._derived = derived_of(files)
        self._vocabulary = _vocabulary(self._derived.values())
        self._problems: list[Problem] = []
        self._file = ""

    def result(self) -> RuleSet:
        rules = []
        for name, file in self._files.items():
            self._file = name
            for derived in file.derived:
                self._try(lambda derived=derived: self._check_derived(derived))  # type: ignore[misc]
            for rule in file.rules:
                rules.append(self._rule(rule))
        self._unique([(rule.file, rule.rule) for rule in rules], "规则", "rule")
        examples = [(name, example) for name, file in self._files.items() for example in file.examples]
        self._unique(examples, "测试", "test")
        for name, example in examples:
            self._file = name
            self._example(example, {rule.rule.name.zh for rule in rules} | {rule.rule.name.en for rule in rules})
        self._misspelt(rules, [example for _, example in examples])
        self._loops(rules)
        if len(rules) > RULES_MAX:
            self._wrong(Position(), f"规则多于 {RULES_MAX} 条", f"there are more than {RULES_MAX} rules")
        if self._problems:
            raise RuleProblems(self._problems)
        ordered = sorted(_later(strata_of(rules)), key=lambda rule: (-rule.rule.rank, rule.name))
        for place, error in (each for rule in ordered if rule.later for each in set_too_late(rule.file, rule.sets)):
            self._problems.append(Problem(error.node.at, error.zh, error.en, file=place))
        if self._problems:
            raise RuleProblems(self._problems)
        return RuleSet(tuple(ordered), self._vocabulary, self._derived, tuple(examples), self._files)

    def _wrong(self, at: Position, zh: str, en: str, near: tuple[str, ...] = ()) -> None:
        self._problems.append(Problem(at, zh, en, nearest=near, file=self._file))

    def _try(self, what: Callable[[], object]) -> None:
        try:
            what()
        except KindError as error:
            self._wrong(error.node.at, error.zh, error.en, error.nearest)

    # Names.

    def _unique(self, named: list[tuple[str, Rule]] | list[tuple[str, Example]], zh: str, en: str) -> None:
        seen: dict[str, str] = {}
        for name_of_file, one in named:
            self._file = name_of_file
            for name in dict.fromkeys((one.name.zh, one.name.en)):
                if not name.strip():
                    self._wrong(one.at, f"{zh}没有名称", f"the {en} has no name")
                elif name in seen:
                    zh_said, en_said = f"{zh}“{name}”已经有了", f'there is a {en} "{name}" already'
                    self._wrong(one.name.at, f"{zh_said}，在 {seen[name]}", f"{en_said}, at {seen[name]}")
                seen.setdefault(name, f"{self._file}:{one.at.line}")

    def _check_derived(self, derived: Derived) -> None:
        self._once(derived)
        known = {word for one in Vocabulary().fields(derived.entity) for word in (*one.zh, *one.en)}
        for word in (derived.zh, derived.en):
            if word in known:
                self._wrong(derived.at, f"“{word}”是已有的字段", f'"{word}" is a fact already')
        for literal in (*derived.choices, *([derived.default] if derived.default else [])):
            self._fits(literal, derived.kind)
        for error in declared_wrongly(derived):
            self._wrong(error.node.at, error.zh, error.en, error.nearest)
        if derived.choices and derived.default is not None:
            self._chosen(derived.default, derived)

    def _once(self, derived: Derived) -> None:
        for name, file in self._files.items():
            for other in file.derived:
                same = {derived.zh, derived.en} & {other.zh, other.en}
                if other.entity == derived.entity and same and other is not derived:
                    place = f"{name}:{other.at.line}"
                    zh = f"事实“{derived.zh}”声明了两次，另一处在 {place}"
                    return self._wrong(derived.at, zh, f"the fact {derived.en} is declared twice, also at {place}")
        return None

    def _fits(self, literal: Literal, kind: Kind) -> None:
        if not kind.fits(literal.kind) or (kind is Kind.COUNT and literal.kind is Kind.NUMBER):
            raise KindError(
                literal, f"这里要{KIND_ZH[kind]}", f"{KIND_EN[kind]} is needed here, not {KIND_EN[literal.kind]}"
            )

    def _chosen(self, literal: Literal, derived: Derived) -> None:
        if derived.choices and literal not in derived.choices:
            choices = [str(choice.value) for choice in derived.choices]
            near = tuple(nearest(str(literal.value), choices) or choices[:5])
            zh, en = f"“{literal.value}”不在可取值之内", f'"{literal.value}" is none of the values it can be'
            raise KindError(literal, zh, en, near)

    # Rules.

    def _rule(self, rule: Rule) -> CheckedRule:
        self._try(lambda: condition(rule.condition, self._vocabulary))
        if not 0 <= rule.rank <= RANK_MAX:
            self._wrong(rule.at, f"级别要在 0 到 {RANK_MAX}", f"the rank is a whole number from 0 to {RANK_MAX}")
        if rule.first is not None and rule.last is not None and rule.last < rule.first:
            self._wrong(rule.at, "有效期的结束在开始之前", "the validity ends before it begins")
        for effect in rule.effects:
            self._try(lambda effect=effect: self._effect(effect, rule))  # type: ignore[misc]
        facts = list(self._facts(rule))
        for fact, _ in facts:
            self._try(lambda fact=fact: self._compared(rule, fact))  # type: ignore[misc]
        per_line = any(self._per_line(fact) and not within for fact, within in facts)
        per_line |= any(isinstance(effect, Freeze) for effect in rule.effects)
        later = any(self._is_later(fact) for fact, _ in facts)
        return CheckedRule(rule, self._file, per_line, later, tuple(dict.fromkeys(fact for fact, _ in facts)))

    def _effect(self, effect: Node, rule: Rule) -> None:
        if isinstance(effect, (Review, Refuse, Freeze, Bar)) and rule.reason is None:
            raise KindError(effect, "要写明 因为", "because is missing: every no has a reason")
        if isinstance(effect, Set):
            derived = self._derived.get((effect.fact.entity, effect.fact.key))
            if derived is None:
                raise KindError(effect.fact, "已有的事实不能设", "a fact of the order itself can't be set")
            kind = kind_of(effect.value, self._vocabulary)
            if not derived.kind.fits(kind):
                zh = f"这里要{KIND_ZH[derived.kind]}，而不是{KIND_ZH[kind]}"
                raise KindError(effect.value, zh, f"{KIND_EN[derived.kind]} is needed here, not {KIND_EN[kind]}")
            if isinstance(effect.value, Literal):
                self._chosen(effect.value, derived)
                if not self._stored:
                    beyond_limits(effect.fact, effect.value)
            elif derived.choices:
                zh, en = "有可取值的事实只能设为其中之一", "a fact with listed values is set to one of them, as written"
                raise KindError(effect.value, zh, en)

    def _compared(self, rule: Rule, fact: Fact) -> None:
        """Texts that a derived fact can never be are mistakes."""
        derived = self._derived.get((fact.entity, fact.key))
        if derived is None or not derived.choices:
            return
        for literal in _compared_with(rule.condition, fact):
            if literal.value != usual_of(derived):
                self._chosen(literal, derived)

    def _facts(self, rule: Rule) -> Iterator[tuple[Fact, bool]]:
        """Facts of condition, effects and texts; what a quantifier stands around is within."""
        yield from facts_of(rule.condition)
        for effect in rule.effects:
            if isinstance(effect, Set):
                yield from facts_of(effect.value)
                if self._per_line(effect.fact):
                    # Setting a fact of the line takes a match for each line, though it isn't read.
                    yield Fact("line", "number"), False
            if isinstance(effect, Require):
                yield (
                    Fact(
                        "order", "documents" if effect.document else "attribute", "" if effect.document else effect.what
                    ),
                    True,
                )
        for text in (rule.reason, *(effect.text for effect in rule.effects if isinstance(effect, Note))):
            if text is not None:
                yield from ((fact, False) for fact in self._in_text(text))

    def _in_text(self, text: Text) -> list[Fact]:
        found: list[Fact] = []
        for language in ("zh", "en"):
            try:
                found += [part for part in parts_of(text, language, self._vocabulary) if isinstance(part, Fact)]
            except KindError as error:
                if (error.node.at, error.zh) not in {(problem.at, problem.zh) for problem in self._problems}:
                    self._wrong(error.node.at, error.zh, error.en, error.nearest)
        return found

    def _per_line(self, fact: Fact) -> bool:
        return fact.entity in self._vocabulary.per_line

    def _is_later(self, fact: Fact) -> bool:
        found = self._vocabulary.field_by_key.get((fact.entity, fact.key))
        return found is not None and found.later

    def _misspelt(self, rules: list[CheckedRule], examples: list[Example]) -> None:
        """A fact that nobody declares or reads, and that is almost one that is derived, is a slip of the pen."""
        declared = {(one.entity, one.en) for file in self._files.values() for one in file.derived}
        read = {(fact.entity, fact.key) for rule in rules for fact in rule.reads}
        read |= {(one.fact.entity, one.fact.key) for example in examples for one in example.expected
                 if isinstance(one, ExpectFact)}  # fmt: skip
        desk = {(entity, field.key): field.zh[0] for entity, fields in DESK_FACTS.items() for field in fields}
        known = desk | {key: one.zh for key, one in self._derived.items() if key in declared | read}
        for rule in rules:
            for fact in (effect.fact for effect in rule.sets):
                if (fact.entity, fact.key) in known or (fact.entity, fact.key) not in self._derived:
                    continue
                words = [word for (entity, key), zh in known.items() if entity == fact.entity for word in (zh, key)]
                near = tuple(nearest(fact.key, words))
                if near:
                    self._file = rule.file
                    zh, en = f"没有规则读取“{fact.key}”", f'no rule reads "{fact.key}"'
                    self._wrong(fact.at, zh, en, near)

    def _loops(self, rules: list[CheckedRule]) -> None:
        # What sets a fact that can't be set is told already.
        known = [rule for rule in rules if all((one.fact.entity, one.fact.key) in self._derived for one in rule.sets)]
        for loop in loops(known):
            self._file, rule = loop[0].file, loop[0].rule
            zh, en = (" → ".join(one.rule.name.say(each) for one in (*loop, loop[0])) for each in ("zh", "en"))
            self._wrong(rule.at, f"规则互相推导成环：{zh}", f"rules derive from one another in a loop: {en}")

    # Examples.

    def _example(self, example: Example, names: set[str]) -> None:
        for given in example.given:
            self._try(lambda given=given: self._given(given, False))  # type: ignore[misc]
        for line in example.lines:
            for given in line:
                self._try(lambda given=given: self._given(given, True))  # type: ignore[misc]
        for expected in example.expected:
            if isinstance(expected, ExpectRule) and expected.name not in names:
                near = tuple(nearest(expected.name, names))
                self._wrong(expected.at, f"没有规则“{expected.name}”", f'there is no rule "{expected.name}"', near)
            if isinstance(expected, ExpectFact):
                self._try(lambda expected=expected: self._expected(expected))  # type: ignore[misc]

    def _given(self, given: Given, in_line: bool) -> None:
        kind = kind_of(given.fact, self._vocabulary)
        if (given.fact.entity, given.fact.key) in self._derived:
            raise KindError(given.fact, "推导出的事实不能设定", "a derived fact can't be given")
        if self._per_line(given.fact) is not in_line:
            raise KindError(
                given.fact,
                "行的事实写在 行 ( ) 里，其他的写在外面",
                "facts of a line stand in line ( ), others outside",
            )
        if isinstance(given.value, tuple) is not (kind is Kind.TEXTS):
            raise KindError(given.fact, "单据才是列表", "documents are a list, and nothing else is")
        for literal in given.value if isinstance(given.value, tuple) else (given.value,):
            self._fits(literal, Kind.TEXT if kind is Kind.TEXTS else kind)

    def _expected(self, expected: ExpectFact) -> None:
        derived = self._derived.get((expected.fact.entity, expected.fact.key))
        if derived is None or self._per_line(expected.fact):
            raise KindError(
                expected.fact, "这里要推导出的订单级事实", "a derived fact is needed here, and none of a line"
            )
        self._fits(expected.value, derived.kind)


def _compared_with(node: Expression, fact: Fact) -> Iterator[Literal]:
    """The literals that a fact is compared with for being equal."""
    if isinstance(node, Compare) and fact in (node.left, node.right):
        yield from (side for side in (node.left, node.right) if isinstance(side, Literal))
    if isinstance(node, Member) and node.value == fact:
        yield from node.among
    for child in children(node):
        yield from _compared_with(child, fact)


def _later(rules: list[CheckedRule]) -> list[CheckedRule]:
    """What reads a fact that only later rules can set is later itself."""
    later_facts: set[tuple[str, str]] = set()
    found = []
    for rule in sorted(rules, key=lambda rule: rule.stratum):
        later = rule.later or any((fact.entity, fact.key) in later_facts for fact in rule.reads)
        if later:
            later_facts.update((effect.fact.entity, effect.fact.key) for effect in rule.sets)
        found.append(replace(rule, later=later))
    return found

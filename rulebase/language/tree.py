"""The syntax tree: what a rule file says, whatever language it says it in.

All nodes are frozen and compare by what they say; where they stand in a file (`at`) is left out of comparisons.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import TypeAlias

from rulebase.language.kinds import Kind


@dataclass(frozen=True, slots=True)
class Position:
    """A place in a file; lines and columns count from 1, and 0 is nowhere."""

    line: int = 0
    column: int = 0


NOWHERE = Position()


@dataclass(frozen=True, slots=True)
class Node:
    """Base of all nodes."""

    at: Position = field(default=NOWHERE, compare=False, repr=False, kw_only=True)


@dataclass(frozen=True, slots=True)
class Text(Node):
    """A text in both languages; where only one was given, it is the text in both. `{fact}` stands for its value."""

    zh: str
    en: str

    @classmethod
    def one(cls, text: str, at: Position = NOWHERE) -> Text:
        """A text that is the same in both languages."""
        return cls(text, text, at=at)

    def say(self, language: str) -> str:
        """The text in `zh` or `en`."""
        return self.zh if language == "zh" else self.en


# Expressions.


@dataclass(frozen=True, slots=True)
class Literal(Node):
    """A value as written.

    The value is kept as Kind says, a moment as the wall clock of the plant (to the minute). `percent` numbers were
    written with a %.
    """

    kind: Kind
    value: int | str | bool | datetime
    percent: bool = False


@dataclass(frozen=True, slots=True)
class Fact(Node):
    """A fact by the keys of its entity and its own; `name` is the name of an attribute for keyed ones."""

    entity: str
    key: str
    name: str = ""


class Sum(StrEnum):
    """Arithmetic."""

    PLUS = "+"
    MINUS = "-"
    TIMES = "*"
    OVER = "/"


@dataclass(frozen=True, slots=True)
class Arithmetic(Node):
    """Two values made into one; exact."""

    op: Sum
    left: Expression
    right: Expression


@dataclass(frozen=True, slots=True)
class Count(Node):
    """How many lines meet the condition."""

    condition: Expression


@dataclass(frozen=True, slots=True)
class Total(Node):
    """The sum of a value over the lines, or over those that meet the condition."""

    value: Expression
    condition: Expression | None = None


# Conditions.


class Relation(StrEnum):
    """How two values stand to one another."""

    EQUAL = "="
    UNEQUAL = "!="
    BELOW = "<"
    UP_TO = "<="
    ABOVE = ">"
    FROM = ">="


@dataclass(frozen=True, slots=True)
class Compare(Node):
    """Two values compared."""

    op: Relation
    left: Expression
    right: Expression


@dataclass(frozen=True, slots=True)
class Between(Node):
    """A value within limits, both included."""

    value: Expression
    low: Expression
    high: Expression


@dataclass(frozen=True, slots=True)
class Member(Node):
    """A value among those listed, or not."""

    value: Expression
    among: tuple[Literal, ...]
    negated: bool = False


class TextTest(StrEnum):
    """What is asked of a text, or of a set of texts (CONTAINS and LACKS only)."""

    CONTAINS = "contains"
    LACKS = "lacks"
    STARTS = "starts"
    ENDS = "ends"


@dataclass(frozen=True, slots=True)
class Contains(Node):
    """A text with a part, or a set of texts with a member."""

    op: TextTest
    value: Expression
    part: str


@dataclass(frozen=True, slots=True)
class Has(Node):
    """The fact is there."""

    fact: Fact


@dataclass(frozen=True, slots=True)
class Not(Node):
    """The condition isn't met."""

    condition: Expression


@dataclass(frozen=True, slots=True)
class And(Node):
    """All conditions are met; two or more."""

    parts: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Or(Node):
    """At least one condition is met; two or more."""

    parts: tuple[Expression, ...]


class Quantity(StrEnum):
    """How many lines are meant."""

    SOME = "some"
    EVERY = "every"
    NO = "no"


@dataclass(frozen=True, slots=True)
class Lines(Node):
    """Some, every or no line meets the condition."""

    quantity: Quantity
    condition: Expression


Expression: TypeAlias = (
    Literal | Fact | Arithmetic | Count | Total
    | Compare | Between | Member | Contains | Has | Not | And | Or | Lines
)  # fmt: skip

# Effects.


@dataclass(frozen=True, slots=True)
class Pass(Node):
    """Let the order through."""


@dataclass(frozen=True, slots=True)
class Review(Node):
    """Keep the order for a reviewer."""

    reviewer: Text


@dataclass(frozen=True, slots=True)
class Refuse(Node):
    """Turn the order away."""


@dataclass(frozen=True, slots=True)
class Freeze(Node):
    """Keep the item of the line from being promised."""


@dataclass(frozen=True, slots=True)
class Require(Node):
    """Demand a document, or an attribute."""

    what: str
    document: bool = True


@dataclass(frozen=True, slots=True)
class Note(Node):
    """Tell something."""

    text: Text


@dataclass(frozen=True, slots=True)
class Offer(Node):
    """Allow a promotion that needs a rule's word."""

    promotion: str


@dataclass(frozen=True, slots=True)
class Bar(Node):
    """Forbid a promotion."""

    promotion: str


@dataclass(frozen=True, slots=True)
class Set(Node):
    """Derive a fact."""

    fact: Fact
    value: Expression


Effect: TypeAlias = Pass | Review | Refuse | Freeze | Require | Note | Offer | Bar | Set
DECISIVE = (Pass, Review, Refuse, Freeze)
"""The effects that are verdicts."""

# What stands in a file.


@dataclass(frozen=True, slots=True)
class Rule(Node):
    """When the condition is met, then the effects. The higher rank wins; valid from `first` to the end of `last`."""

    name: Text
    condition: Expression
    effects: tuple[Effect, ...]
    rank: int = 0
    first: date | None = None
    last: date | None = None
    owner: Text | None = None
    reason: Text | None = None
    comments: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Derived(Node):
    """A fact that rules set: its words, its kind, what it may be, and what it is where no rule sets it."""

    entity: str
    zh: str
    en: str
    kind: Kind
    choices: tuple[Literal, ...] = ()
    default: Literal | None = None
    comments: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Given(Node):
    """A fact of an example; texts are listed."""

    fact: Fact
    value: Literal | tuple[Literal, ...]


class Outcome(StrEnum):
    """What becomes of an order."""

    PASS = "pass"
    REVIEW = "review"
    REFUSE = "refuse"


@dataclass(frozen=True, slots=True)
class ExpectOutcome(Node):
    """The verdict is this."""

    outcome: Outcome
    reviewer: Text | None = None


@dataclass(frozen=True, slots=True)
class ExpectRule(Node):
    """The rule of this name fired, or didn't."""

    name: str
    fires: bool = True


@dataclass(frozen=True, slots=True)
class ExpectFact(Node):
    """A derived fact is this."""

    fact: Fact
    value: Literal


Expectation: TypeAlias = ExpectOutcome | ExpectRule | ExpectFact


@dataclass(frozen=True, slots=True)
class Example(Node):
    """Facts and the verdict on them. Without lines there is one line of usual facts."""

    name: Text
    given: tuple[Given, ...]
    lines: tuple[tuple[Given, ...], ...]
    expected: tuple[Expectation, ...]
    comments: tuple[str, ...] = ()


Item: TypeAlias = Rule | Derived | Example


@dataclass(frozen=True, slots=True)
class File(Node):
    """A rule file. `comments` are those behind the last item."""

    items: tuple[Item, ...]
    comments: tuple[str, ...] = ()

    @property
    def rules(self) -> tuple[Rule, ...]:
        """The rules, in the order of the file."""
        return tuple(item for item in self.items if isinstance(item, Rule))

    @property
    def derived(self) -> tuple[Derived, ...]:
        """The facts that the file declares."""
        return tuple(item for item in self.items if isinstance(item, Derived))

    @property
    def examples(self) -> tuple[Example, ...]:
        """The examples, in the order of the file."""
        return tuple(item for item in self.items if isinstance(item, Example))

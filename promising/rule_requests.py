"""What is asked of the rules, and what is answered."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from msgspec import Struct, field

from domain.rule_versions import RuleVersion


class Told(Struct, frozen=True):
    """A text in both languages."""

    zh: str
    en: str


class PutRules(Struct, frozen=True):
    """Files for a draft: a new one, or (`number`) in the place of those of a draft that stands at `etag`."""

    files: Mapping[str, str]
    number: int = 0
    etag: str = ""
    note: str = ""


class PublishRules(Struct, frozen=True):
    """A draft to be put in force; `force` in spite of what is found, with a reason."""

    number: int
    etag: str = ""
    reason: str = ""
    force: bool = False


class RollBackRules(Struct, frozen=True):
    """Put the version that was in force before again in force, or (`number`) an earlier one."""

    number: int = 0
    reason: str = ""


RuleChange = PutRules | PublishRules | RollBackRules


class RuleAsk(Struct, frozen=True):
    """A change of the rules by a caller, under a request id; with `validate_only` nothing is changed."""

    change: RuleChange
    request_id: str
    caller: str = ""
    validate_only: bool = False
    deadline: float | None = None


class RuleChanged(Struct, frozen=True):
    """A rule, fact or promotion that is in one version only, or in another form; None where it isn't there."""

    name: Told
    before: Told | None
    after: Told | None


class Difference(Struct, frozen=True):
    """What a version changes of another one (`base`, 0: of none), and the text line by line.

    Rule by rule, fact by fact that is declared, and promotion by promotion, these by their ids.
    """

    base: int
    rules: tuple[RuleChanged, ...] = ()
    text: str = ""
    facts: tuple[RuleChanged, ...] = ()
    promotions: tuple[RuleChanged, ...] = ()

    @property
    def counts(self) -> tuple[int, int, int]:
        """Rules added, changed and removed."""
        return _counts(self.rules)

    @property
    def in_short(self) -> str:
        """How many of each were added, changed and removed."""
        said = ["{} rules added, {} changed, {} removed".format(*self.counts)]
        if self.facts:
            said.append("{} facts added, {} changed, {} removed".format(*_counts(self.facts)))
        if self.promotions:
            said.append("{} promotions added, {} changed, {} removed".format(*_counts(self.promotions)))
        return "; ".join(said)


def _counts(changed: Sequence[RuleChanged]) -> tuple[int, int, int]:
    added, removed = sum(one.before is None for one in changed), sum(one.after is None for one in changed)
    return added, len(changed) - added - removed, removed


class Found(Struct, frozen=True):
    """A finding of the static checks; `decided` False: it may be none. `example`: facts of an order that shows it."""

    kind: str
    said: Told
    example: Told = field(default=Told("", ""))
    decided: bool = True


class TestedExample(Struct, frozen=True):
    """What an example of a rule file came to; `unmet` is what was expected and isn't so."""

    file: str
    line: int
    name: Told
    unmet: tuple[Told, ...] = ()
    decided: tuple[Told, ...] = ()


class Review(Struct, frozen=True):
    """What was found in a version before it goes live."""

    rules: int
    found: tuple[Found, ...] = ()
    tested: tuple[TestedExample, ...] = ()

    @property
    def failed(self) -> tuple[TestedExample, ...]:
        """Examples that are not as expected."""
        return tuple(one for one in self.tested if one.unmet)

    @property
    def against(self) -> list[str]:
        """What keeps the version from being published, each in both languages; what is undecided doesn't."""
        said = [f"{one.said.zh} / {one.said.en}" for one in self.found if one.decided]
        return said + [f'测试“{one.name.zh}”不符合 / example "{one.name.en}" fails' for one in self.failed]


class RuleAnswer(Struct, frozen=True):
    """A version as it stands after a change (or would stand), and what was found in it."""

    version: RuleVersion
    difference: Difference
    review: Review | None = None

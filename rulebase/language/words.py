"""The words of the language itself, in Chinese and English; of each list the first is the one that is printed."""

from __future__ import annotations

from msgspec import Struct

from rulebase.language.kinds import MICRO, Kind


class Keyword(Struct, frozen=True):
    """A word of the language under its name in the grammar."""

    terminal: str
    zh: tuple[str, ...]
    en: tuple[str, ...]

    def say(self, language: str) -> str:
        """The word that is printed."""
        return (self.zh if language == "zh" else self.en)[0]


def _keywords(table: str) -> tuple[Keyword, ...]:
    rows = (line.split(":") for line in table.strip().splitlines())
    return tuple(
        Keyword(name.strip(), *(tuple(word.strip() for word in words.split("|")) for words in (zh, en)))
        for name, zh, en in rows
    )


KEYWORDS = _keywords("""
RULE: 规则: rule
DERIVED: 事实: fact
EXAMPLE: 测试|示例: test|example
RANK: 级别|优先级别: rank
VALID: 有效|有效期: valid
FROM: 自|从: from
TO: 至|到: to|until
OWNER: 负责|负责人: owner
WHEN: 当|如果: when|if
THEN: 则|那么: then
BECAUSE: 因为|原因: because
AND: 且|并且|与: and
OR: 或|或者: or
NOT: 非|不满足: not
ALSO: 并: also
IN: 属于: in|is in|is one of
NOT_IN: 不属于: not in|is not in
BETWEEN: 介于: between|is between
STARTS: 开头为: starts with
ENDS: 结尾为: ends with
CONTAINS: 含有|包含: contains
LACKS: 缺少|不含: lacks
NO_DOCUMENT: 没有单据|没有单据类型: no document|no document of type
HAS: 有: has|have
SOME: 某行|任一行|有一行: some line|any line
EVERY: 每行|每一行|所有行: every line|each line|all lines
NONE: 没有一行|无一行: no line
MEETS: 满足: meets|with|over lines with|that|that meet
COUNT: 的行数: number of lines|count of lines|the number of lines
TOTAL: 合计: total of|sum of
PASS: 通过|放行: pass
REVIEW: 转审|转人工: review by|hold for|review
REFUSE: 拒绝: refuse
FREEZE: 冻结: freeze
REQUIRE_DOCUMENT: 需要单据: require document
REQUIRE_ATTRIBUTE: 需要属性: require attribute
NOTE: 提示|提醒: note
OFFER: 允许促销: offer
BAR: 禁止促销: bar
SET: 设|设为: set
AS: 为: as
ONE_OF: 可取: one of
DEFAULT: 默认: default
GIVEN: 设定|给定: given
EXPECT: 期望: expect
FIRES: 触发: fires
NOT_FIRES: 不触发: does not fire
YES: 是|真: yes|true
NO: 否|假: no|false
""")
KEYWORD = {keyword.terminal: keyword for keyword in KEYWORDS}

KINDS = {
    Kind.TEXT: Keyword("TYPE", ("文字",), ("text",)),
    Kind.COUNT: Keyword("TYPE", ("整数",), ("count",)),
    Kind.NUMBER: Keyword("TYPE", ("数字",), ("number",)),
    Kind.MONEY: Keyword("TYPE", ("金钱",), ("money",)),
    Kind.DURATION: Keyword("TYPE", ("时长",), ("duration",)),
    Kind.FLAG: Keyword("TYPE", ("是非",), ("flag",)),
}
"""What a derived fact can be."""

RELATIONS = {
    "=": ("等于", "is", "equals"),
    "!=": ("不等于", "is not"),
    "<": ("小于", "低于", "below", "is below", "less than", "is less than"),
    "<=": ("不超过", "至多", "at most", "is at most"),
    ">": ("大于", "高于", "超过", "above", "is above", "more than", "is more than"),
    ">=": ("不低于", "不小于", "至少", "at least", "is at least"),
}
"""Words for relations; the sign is printed."""

_DAY = 86_400
UNITS: dict[str, tuple[Kind, int, int]] = {
    "分": (Kind.MONEY, 1, 1), "fen": (Kind.MONEY, 1, 1),
    "元": (Kind.MONEY, 100, 1), "yuan": (Kind.MONEY, 100, 1), "CNY": (Kind.MONEY, 100, 1),
    "千元": (Kind.MONEY, 100_000, 1), "万元": (Kind.MONEY, 1_000_000, 1), "亿元": (Kind.MONEY, 10_000_000_000, 1),
    "百万元": (Kind.MONEY, 100_000_000, 1),
    "thousand yuan": (Kind.MONEY, 100_000, 1), "million yuan": (Kind.MONEY, 100_000_000, 1),
    "秒": (Kind.DURATION, 1, 1), "seconds": (Kind.DURATION, 1, 1), "second": (Kind.DURATION, 1, 1),
    "分钟": (Kind.DURATION, 60, 1), "minutes": (Kind.DURATION, 60, 1), "minute": (Kind.DURATION, 60, 1),
    "小时": (Kind.DURATION, 3600, 1), "hours": (Kind.DURATION, 3600, 1), "hour": (Kind.DURATION, 3600, 1),
    "天": (Kind.DURATION, _DAY, 1), "日": (Kind.DURATION, _DAY, 1), "days": (Kind.DURATION, _DAY, 1),
    "day": (Kind.DURATION, _DAY, 1),
    "周": (Kind.DURATION, 7 * _DAY, 1), "weeks": (Kind.DURATION, 7 * _DAY, 1), "week": (Kind.DURATION, 7 * _DAY, 1),
    "%": (Kind.NUMBER, MICRO, 100), "‰": (Kind.NUMBER, MICRO, 1000),
    "万": (Kind.COUNT, 10_000, 1), "亿": (Kind.COUNT, 100_000_000, 1),
    "thousand": (Kind.COUNT, 1000, 1), "million": (Kind.COUNT, 1_000_000, 1),
    "件": (Kind.COUNT, 1, 1), "个": (Kind.COUNT, 1, 1), "次": (Kind.COUNT, 1, 1), "万件": (Kind.COUNT, 10_000, 1),
    "pcs": (Kind.COUNT, 1, 1), "pieces": (Kind.COUNT, 1, 1), "piece": (Kind.COUNT, 1, 1),
    "times": (Kind.COUNT, 1, 1), "行": (Kind.COUNT, 1, 1),
}  # fmt: skip
"""Units: the kind, and by which fraction the number becomes the integer that is kept."""

DURATIONS = ((_DAY, "天", "day", "days"), (3600, "小时", "hour", "hours"), (60, "分钟", "minute", "minutes"),
             (1, "秒", "second", "seconds"))  # fmt: skip
"""The units in which durations are printed, the largest first."""


def phrases() -> dict[str, tuple[str, str, str]]:
    """All words with the terminal they are, what they stand for, and the language (empty: both or none)."""
    found: dict[str, tuple[str, str, str]] = {}
    for keyword in KEYWORDS:
        found |= {word: (keyword.terminal, word, "zh") for word in keyword.zh}
        found |= {word: (keyword.terminal, word, "en") for word in keyword.en}
    for kind, keyword in KINDS.items():
        found |= dict.fromkeys((*keyword.zh, *keyword.en), ("TYPE", kind.value, ""))
    for sign, words in RELATIONS.items():
        found |= dict.fromkeys(words, ("RELATION", sign, ""))
    return found


PHRASES = phrases()

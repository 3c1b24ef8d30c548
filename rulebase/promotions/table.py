"""Promotions as rows of a table, and the table as a CSV file with Chinese or English headers."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Any

from msgspec import Struct

from domain.errors import InvalidInput, Violation
from rulebase.language.kinds import MICRO
from rulebase.language.vocabulary import nearest

FEN_MAX = 10**15
ROWS_MAX = 20_000


class Gives(StrEnum):
    """What a promotion gives."""

    MINUS = "minus"
    """`fen` off what it covers, once; with `every` for each full threshold."""
    PERCENT = "percent"
    """`rate` (millionths) off what it covers."""
    PRICE = "price"
    """`fen` is the price of a piece."""
    BUY_GET = "buy_get"
    """Of each `buy` + `get` pieces on one line `get` are free."""
    GIFT = "gift"
    """`get` pieces of `gift`; no discount."""
    POINTS = "points"
    """`get` points; no discount."""


class Base(StrEnum):
    """On what a percentage or price is counted."""

    LIST = "list"
    """What the lines cost before any promotion."""
    REST = "rest"
    """What is left of them after the others."""


class Promotion(Struct, frozen=True):
    """One promotion. Empty scopes take all; thresholds look at the lines that it covers, before any promotion.

    Of a `group` one may be taken; one that isn't `stacking` is taken alone. `order_cap_fen` bounds the discount of one
    order, `customer_cap` how many orders of one customer may have it, `campaign_cap` how many orders in all,
    `budget_fen` the discounts of all (None: no bound). Those of higher `priority` are applied first. `by_rule`: only
    where a rule offers it. `cost_fen`: what a piece of the gift, or a point, costs the house; a choice for the margin
    counts it.
    """

    id: str
    gives: Gives
    fen: int = 0
    rate: int = 0
    buy: int = 0
    get: int = 0
    gift: str = ""
    channels: frozenset[str] = frozenset()
    items: frozenset[str] = frozenset()
    families: frozenset[str] = frozenset()
    customers: frozenset[str] = frozenset()
    grades: frozenset[str] = frozenset()
    first: date | None = None
    last: date | None = None
    least_fen: int = 0
    least_quantity: int = 0
    every: bool = False
    base: Base = Base.LIST
    priority: int = 0
    group: str = ""
    stacking: bool = True
    order_cap_fen: int | None = None
    customer_cap: int | None = None
    campaign_cap: int | None = None
    budget_fen: int | None = None
    by_rule: bool = False
    cost_fen: int = 0

    def __post_init__(self) -> None:
        violations = list(self._violations())
        if violations:
            raise InvalidInput(violations)

    def _violations(self) -> list[Violation]:
        wrong = []
        if not self.id or self.id != self.id.strip():
            wrong.append(
                _wrong("id", "{what!r} 不是编号", "{what!r} is not an id", "text without outer blanks", self.id)
            )
        if self.gives is Gives.PERCENT and not 0 < self.rate <= MICRO:
            wrong.append(_wrong("rate", "超出范围", "is out of range", "above 0, at most 100%"))
        if self.gives in (Gives.MINUS, Gives.PRICE) and not 0 < self.fen <= FEN_MAX:
            wrong.append(_wrong("amount", "超出范围", "is out of range", "above 0"))
        if self.gives is Gives.BUY_GET and (self.buy < 1 or self.get < 1):
            wrong.append(_wrong("buy", "买和送都要写", "buy and get are needed", "1 or more each"))
        if self.gives is Gives.GIFT and (not self.gift or self.get < 1):
            wrong.append(_wrong("gift", "要写赠品和数量", "an item and a number are needed", "an item's id, 1 or more"))
        if self.gives is Gives.POINTS and self.get < 1:
            wrong.append(_wrong("get", "要写积分数", "points are needed", "1 or more"))
        if self.cost_fen and self.gives not in (Gives.GIFT, Gives.POINTS):
            wrong.append(_wrong("cost", "只用于赠品和积分", "is for gifts and points", "empty"))
        if self.every and not (self.least_fen or self.least_quantity):
            problem = "没有可重复的门槛", "there is no threshold to repeat"
            wrong.append(_wrong("every", *problem, "a least amount or quantity"))
        if self.first and self.last and self.last < self.first:
            wrong.append(_wrong("last", "早于开始", "is before the first day", "the first day or later"))
        return wrong


_ALLOWED_ZH = {
    "text without outer blanks": "前后没有空格的文字", "above 0": "大于 0",
    "above 0, at most 100%": "大于 0，至多 100%",
    "1 or more each": "各至少 1", "an item's id, 1 or more": "料号，至少 1", "1 or more": "至少 1", "empty": "不填",
    "a least amount or quantity": "满金额或满数量", "the first day or later": "不早于开始", "unique ids": "编号不重复",
    "one for each column": "每列一格", "an id and what it gives": "编号和方式", "a text": "文字",
    "yuan with at most two decimals": "元，至多两位小数", "a percentage like 12.5%": "如 12.5%",
    "a whole number": "整数", "an item": "料号", "a day like 2026-11-01": "如 2026-11-01",
    "a day like 2026-11-30": "如 2026-11-30",
    "yuan": "元", "yes or no": "是或否",
}  # fmt: skip


def _wrong(field: str, zh: str, en: str, allowed: str, what: object = "") -> Violation:
    """A mistake, in both languages as those of rule files are."""
    both = f"{_ALLOWED_ZH[allowed]} / {allowed}" if allowed in _ALLOWED_ZH else allowed
    return Violation(field, f"{zh} / {en}".replace("{what!r}", repr(what)), both)


def _yuan(text: str) -> int:
    value = Decimal(text) * 100
    if not value.is_finite() or value != int(value) or not 0 <= value <= FEN_MAX:
        raise ValueError("yuan with at most two decimals, 0 or more")
    return int(value)


def _rate(text: str) -> int:
    value = Decimal(text.removesuffix("%")) * (MICRO // 100)
    if not text.endswith("%") or not value.is_finite() or value != int(value):
        raise ValueError("a percentage like 12.5%")
    return int(value)


def _whole(text: str) -> int:
    value = int(text)
    if not 0 <= value <= 10**9:
        raise ValueError("a whole number from 0")
    return value


def _texts(text: str) -> frozenset[str]:
    return frozenset(part.strip() for part in text.split("|") if part.strip())


def _flag(text: str) -> bool:
    if text in ("yes", "是"):
        return True
    if text in ("no", "否"):
        return False
    raise ValueError("yes or no (是, 否)")


def _day(text: str) -> date:
    return date.fromisoformat(text)


_GIVES = {"满减": Gives.MINUS, "折扣": Gives.PERCENT, "一口价": Gives.PRICE, "买赠": Gives.BUY_GET, "赠品": Gives.GIFT,
          "积分": Gives.POINTS}  # fmt: skip
_BASES = {"原价": Base.LIST, "余额": Base.REST}


def _gives(text: str) -> Gives:
    return _GIVES.get(text) or Gives(text)


def _base(text: str) -> Base:
    return _BASES.get(text) or Base(text)


_COLUMNS: Mapping[str, tuple[str, Callable[[str], Any], str]] = {
    "id": ("编号", str, "a text"), "gives": ("方式", _gives, f"{', '.join(Gives)} ({', '.join(_GIVES)})"),
    "fen": ("金额", _yuan, "yuan with at most two decimals"), "rate": ("比例", _rate, "a percentage like 12.5%"),
    "buy": ("买", _whole, "a whole number"), "get": ("送", _whole, "a whole number"), "gift": ("赠品", str, "an item"),
    "channels": ("渠道", _texts, ""), "items": ("料号", _texts, ""), "families": ("产品族", _texts, ""),
    "customers": ("客户", _texts, ""), "grades": ("评级", _texts, ""), "first": ("开始", _day, "a day like 2026-11-01"),
    "last": ("结束", _day, "a day like 2026-11-30"), "least_fen": ("满金额", _yuan, "yuan"),
    "least_quantity": ("满数量", _whole, "a whole number"), "every": ("每满", _flag, "yes or no"),
    "base": ("基数", _base, f"{', '.join(Base)} ({', '.join(_BASES)})"),
    "priority": ("优先", _whole, "a whole number"), "group": ("互斥组", str, ""),
    "stacking": ("可叠加", _flag, "yes or no"),
    "order_cap_fen": ("每单上限", _yuan, "yuan"), "customer_cap": ("每客上限", _whole, "a whole number"),
    "campaign_cap": ("总次数上限", _whole, "a whole number"),
    "budget_fen": ("预算", _yuan, "yuan"), "by_rule": ("须规则允许", _flag, "yes or no"),
    "cost_fen": ("成本", _yuan, "yuan"),
}  # fmt: skip
_ENGLISH = {"fen": "amount", "least_fen": "least_amount", "order_cap_fen": "order_cap", "budget_fen": "budget",
            "cost_fen": "cost"}  # fmt: skip


def row_of(promotion: Promotion, language: str = "zh") -> str:
    """A promotion as one line for people, by its columns in a language: all that isn't as it is by default."""
    defaults = Promotion.__struct_defaults__
    usual = dict(zip(Promotion.__struct_fields__[-len(defaults) :], defaults, strict=True))
    cells = [(zh if language == "zh" else _ENGLISH.get(key, key), _cell(key, getattr(promotion, key), language))
             for key, (zh, _, _) in _COLUMNS.items()
             if key != "id" and (key not in usual or getattr(promotion, key) != usual[key])]  # fmt: skip
    return ", ".join(f"{column} {text}" for column, text in cells)


_WORD: Mapping[object, str] = {value: word for words in (_GIVES, _BASES) for word, value in words.items()}


def _cell(key: str, value: object, language: str) -> str:
    """A value as it stands in the table."""
    if isinstance(value, (Gives, Base)):
        return _WORD[value] if language == "zh" else value.value
    if isinstance(value, bool):
        return ("是" if value else "否") if language == "zh" else ("yes" if value else "no")
    if isinstance(value, frozenset):
        return "|".join(sorted(value))
    if key == "rate" and isinstance(value, int):
        return f"{Decimal(value) / (MICRO // 100):f}%"
    if isinstance(value, int) and _COLUMNS[key][1] is _yuan:
        return f"{Decimal(value) / 100:f}"
    return str(value)


def read_promotions(text: str) -> tuple[Promotion, ...]:
    """The promotions of a CSV file; empty cells have the default.

    Raises
    ------
    InvalidInput
        Every mistake, at its row and column (`row 3.amount`).
    """
    fields = {name: key for key, (zh, _, _) in _COLUMNS.items() for name in (zh, _ENGLISH.get(key, key))}
    rows = csv.DictReader(io.StringIO(text.removeprefix("\ufeff")))
    unknown = [name for name in rows.fieldnames or () if name not in fields]
    wrong = [
        _wrong(f"row 1.{name}", "没有这一列", "is no column", ", ".join(nearest(name, fields) or fields))
        for name in unknown
    ]
    if wrong:
        raise InvalidInput(wrong)
    found: dict[str, Promotion] = {}
    for row in rows:
        if len(found) >= ROWS_MAX:
            raise InvalidInput.one("rows", f"多于 {ROWS_MAX} / more than {ROWS_MAX}", f"at most {ROWS_MAX}")
        made = _row(row, rows.line_num, fields, wrong)
        if made is not None and made.id in found:
            twice = f"row {rows.line_num}.id"
            wrong.append(_wrong(twice, "{what!r} 重复了", "{what!r} stands twice", "unique ids", made.id))
        elif made is not None:
            found[made.id] = made
    if wrong:
        raise InvalidInput(wrong)
    return tuple(found.values())


def _row(
    row: Mapping[str | Any, Any], number: int, fields: Mapping[str, str], wrong: list[Violation]
) -> Promotion | None:
    values: dict[str, Any] = {}
    before = len(wrong)
    for name, text in row.items():
        if name is None or text is None:
            problem = "格数与表头不符", "has more or fewer cells than the header"
            wrong.append(_wrong(f"row {number}", *problem, "one for each column"))
        elif text.strip():
            _, read, allowed = _COLUMNS[fields[name]]
            try:
                values[fields[name]] = read(text.strip())
            except (ValueError, InvalidOperation):
                problem = "读不懂 {what!r}", "{what!r} can't be read"
                wrong.append(_wrong(f"row {number}.{name}", *problem, allowed, text))
    missing = {"id", "gives"} - set(values)
    if missing and len(wrong) == before:
        names = ", ".join(sorted(missing)), ", ".join(_COLUMNS[key][0] for key in sorted(missing))
        wrong.append(_wrong(f"row {number}", f"缺少 {names[1]}", f"{names[0]} is missing", "an id and what it gives"))
    if len(wrong) > before:
        return None
    try:
        return Promotion(**values)
    except InvalidInput as error:
        wrong += [Violation(f"row {number}.{each.field}", each.problem, each.allowed) for each in error.violations]
        return None

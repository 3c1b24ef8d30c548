"""The facts that rules may read, each with its words in Chinese and English, its kind and its unit."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from functools import cached_property

from msgspec import Struct

from domain.promotions import Favour
from rulebase.language.kinds import Kind

FactValue = int | str | bool | frozenset[str]
"""What a fact is: see Kind for the units."""


class Field(Struct, frozen=True):
    """One fact of an entity. The first word of each language is the one that is printed.

    `optional`: it may be absent on an order; a rule that reads it then fails unless it asked by `has` before.
    `keyed`: it is read by a key, as `order.attribute["colour"]`, and is optional always.
    `later`: it is known after placing only. `usual` stands where an example gives nothing else. `choices`: all that it
    can be, where that is a short list. `limits`: the least and the greatest number that it can be.
    """

    key: str
    zh: tuple[str, ...]
    en: tuple[str, ...]
    kind: Kind
    usual: FactValue
    optional: bool = False
    keyed: bool = False
    later: bool = False
    meaning: str = ""
    choices: tuple[str, ...] = ()
    limits: tuple[int, int] | None = None


class Entity(Struct, frozen=True):
    """What facts are about. `per_line`: one for each line of the order."""

    key: str
    zh: tuple[str, ...]
    en: tuple[str, ...]
    fields: tuple[Field, ...]
    per_line: bool = False


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split("|"))


def _field(key: str, zh: str, kind: Kind, meaning: str, **more: object) -> Field:
    """A field whose English word is its key; further words stand behind bars."""
    settings = {"usual": _ZERO.get(kind, 0), **more}
    return Field(key.split("|")[0], _words(zh), _words(key), kind, meaning=meaning, **settings)  # type: ignore[arg-type]


_ZERO: Mapping[Kind, FactValue] = {Kind.TEXT: "", Kind.TEXTS: frozenset(), Kind.FLAG: False}


def usual_value(kind: Kind) -> FactValue:
    """What a fact of a kind is where nothing else is said."""
    return _ZERO.get(kind, 0)


ORDER = Entity("order", ("订单",), ("order",), (
    _field("id|number", "编号|订单号", Kind.TEXT, "the order's id"),
    _field("amount", "金额|总额", Kind.MONEY, "quantity x unit price less discount, all lines"),
    _field("list_amount", "原价金额", Kind.MONEY, "quantity x unit price, all lines"),
    _field("discount", "折扣额|优惠额", Kind.MONEY, "discount given, all lines"),
    _field("quantity", "总数量", Kind.COUNT, "pieces, all lines"),
    _field("line_count", "行数", Kind.COUNT, "lines of the order", usual=1),
    _field("salesperson", "业务员|销售员", Kind.TEXT, "who sold it"),
    _field("asked_priority", "请求优先级", Kind.COUNT, "priority 1 (highest) to 9 that the caller gave", usual=5),
    _field("lead", "要求提前期|要求交期天数", Kind.DURATION, "from now to the first requested time", usual=1_728_000),
    _field("documents", "单据|文件", Kind.TEXTS, "types of the documents that came with it"),
    _field("attribute", "属性", Kind.TEXT, "an attribute by its name", optional=True, keyed=True),
    _field("number_of", "数值", Kind.NUMBER, "an attribute that is a number, by its name", optional=True, keyed=True),
))  # fmt: skip
CUSTOMER = Entity("customer", ("客户",), ("customer",), (
    _field("id", "编号|客户号", Kind.TEXT, "the customer's id"),
    _field("name", "名称", Kind.TEXT, "the customer's name"),
    _field("region", "地区|区域", Kind.TEXT, "where the customer is"),
    _field("grade", "评级|等级", Kind.TEXT, "credit grade"),
    _field("credit_limit", "信用额度|额度", Kind.MONEY, "credit limit"),
    _field("receivables", "应收|应收款", Kind.MONEY, "receivables"),
    _field("exposure", "授信占用|信用占用", Kind.MONEY, "receivables + open orders not yet invoiced + this order"),
    _field("overdue_count", "逾期次数", Kind.COUNT, "overdue invoices"),
    _field("overdue_days", "逾期天数", Kind.COUNT, "days of the oldest overdue invoice"),
    _field("changes", "近三月变更", Kind.COUNT, "changes of limit or grade in the last three months", optional=True),
    _field("limit_change", "近三月额度增减", Kind.MONEY, "credit limit now less three months ago", optional=True),
    _field("grade_before", "三月前评级", Kind.TEXT, "credit grade three months ago", optional=True),
    _field("orders", "历史订单数", Kind.COUNT, "orders of this customer that stand"),
))  # fmt: skip
CHANNEL = Entity("channel", ("渠道",), ("channel",), (
    _field("id", "编号|渠道号", Kind.TEXT, "the channel's id"),
    _field("name", "名称", Kind.TEXT, "the channel's name"),
))  # fmt: skip
CLOCK = Entity("clock", ("时钟",), ("clock",), (
    _field("now", "现在|当前时间", Kind.MOMENT, "time of the decision", usual=1_772_413_200),
    _field("weekday", "星期", Kind.COUNT, "1 Monday to 7 Sunday, in the plant's zone", usual=1),
    _field("time_of_day", "时刻|当天时间", Kind.DURATION, "since midnight in the plant's zone", usual=32_400),
))  # fmt: skip
LINE = Entity("line", ("行", "订单行"), ("line",), (
    _field("number|no", "行号", Kind.COUNT, "line number", usual=1),
    _field("quantity", "数量", Kind.COUNT, "pieces", usual=1),
    _field("unit_price", "单价", Kind.MONEY, "price of a piece"),
    _field("amount", "金额", Kind.MONEY, "quantity x unit price less discount"),
    _field("list_amount", "原价金额", Kind.MONEY, "quantity x unit price"),
    _field("discount", "折扣额|优惠额", Kind.MONEY, "discount given"),
    _field("lead", "要求提前期|要求交期天数", Kind.DURATION, "from now to the requested time", usual=1_728_000),
    _field("requested_time", "要求交期|要求时间", Kind.MOMENT, "when the customer wants it", usual=1_773_018_000),
    _field("latest_time", "最迟交期", Kind.MOMENT, "the customer's hard limit", optional=True),
), per_line=True)  # fmt: skip
ITEM = Entity("item", ("物料", "货品", "产品"), ("item", "sku"), (
    _field("id|number", "编号|料号", Kind.TEXT, "the item's id"),
    _field("name", "名称", Kind.TEXT, "the item's name"),
    _field("family", "产品族|族", Kind.TEXT, "the item's family"),
    _field("sourcing", "来源", Kind.TEXT, "make, buy or stock", usual="make"),
    _field("material", "材质|材料", Kind.TEXT, "changeover group of the material"),
    _field("colour|color", "颜色", Kind.TEXT, "changeover group of the colour"),
    _field("price", "标价|目录价", Kind.MONEY, "list price of a piece"),
    _field("cost", "成本", Kind.MONEY, "cost of a piece"),
    _field("on_hand", "库存", Kind.COUNT, "pieces on hand"),
    _field("elsewhere", "他渠道订单", Kind.TEXT, "the customer's orders for it by other channels within 24 h"),
    _field("qualified_least", "合格下限", Kind.NUMBER, "least value delivered with a report, by attribute", keyed=True,
           optional=True),
    _field("qualified_most", "合格上限", Kind.NUMBER, "greatest value delivered with a report, by attribute",
           keyed=True, optional=True),
    _field("reports", "合格报告", Kind.TEXT, "the past orders and reports that prove these two", keyed=True,
           optional=True),
    _field("safety_stock", "安全库存", Kind.COUNT, "pieces kept for emergencies"),
), per_line=True)  # fmt: skip
PROMISE = Entity("promise", ("交期", "承诺"), ("promise",), (
    _field("promised_time", "承诺交期|时间", Kind.MOMENT, "what the customer is told", later=True, optional=True),
    _field("lead", "提前期", Kind.DURATION, "from the decision to the promised time", later=True, optional=True),
    _field("delay", "延迟", Kind.DURATION, "promised time less requested time, at least 0", later=True, optional=True),
    _field("refused", "无法承诺", Kind.FLAG, "no date was found", later=True, optional=True),
), per_line=True)  # fmt: skip

ENTITIES = (ORDER, CUSTOMER, CHANNEL, CLOCK, LINE, ITEM, PROMISE)
FAVOURS: Mapping[str, Favour] = {
    "客户": Favour.CUSTOMER, "customer": Favour.CUSTOMER, "毛利": Favour.MARGIN, "margin": Favour.MARGIN,
}  # fmt: skip
"""What rules say of for whom promotions are chosen."""
DESK_FACTS: Mapping[str, tuple[Field, ...]] = {
    "order": (
        _field("priority", "优先级", Kind.COUNT, "the order's priority, 1 (highest) to 9", limits=(1, 9)),
        _field("promotion_choice", "促销取舍", Kind.TEXT, "for whom promotions are chosen; where no rule says, for the "
               "customer", choices=tuple(FAVOURS)),
    ),
}  # fmt: skip
"""Facts that rules may set and the desk reads, by entity: they need no declaration to have both words."""


@dataclass(frozen=True)
class Vocabulary:
    """Entities with the facts that rule files derive."""

    entities: tuple[Entity, ...] = ENTITIES
    derived: Mapping[str, tuple[Field, ...]] = field(default_factory=dict)
    """Derived facts by the key of their entity."""

    @cached_property
    def entity_words(self) -> dict[str, Entity]:
        """Entities by every word for them."""
        return {word: entity for entity in self.entities for word in (*entity.zh, *entity.en)}

    @cached_property
    def entity_by_key(self) -> dict[str, Entity]:
        """Entities by key."""
        return {entity.key: entity for entity in self.entities}

    @cached_property
    def _field_words(self) -> dict[str, dict[str, Field]]:
        # A fact of the vocabulary keeps its words; the checker refuses what is derived by the same.
        return {
            entity.key: {word: found for found in reversed(list(self.fields(entity.key))) for word in words_of(found)}
            for entity in self.entities
        }

    @cached_property
    def per_line(self) -> frozenset[str]:
        """The keys of the entities of which there is one for each line."""
        return frozenset(entity.key for entity in self.entities if entity.per_line)

    def fields(self, entity: str) -> Iterator[Field]:
        """The facts of an entity, given and derived."""
        yield from self.entity_by_key[entity].fields
        yield from self.derived.get(entity, ())

    def field_words(self, entity: str) -> Mapping[str, Field]:
        """An entity's facts by every word for them."""
        return self._field_words[entity]

    @cached_property
    def field_by_key(self) -> dict[tuple[str, str], Field]:
        """Facts by the keys of their entity and their own."""
        return {
            (entity.key, found.key): found
            for entity in self.entities
            for found in reversed(list(self.fields(entity.key)))
        }

    def with_derived(self, derived: Mapping[str, tuple[Field, ...]]) -> Vocabulary:
        """The same entities with other derived facts."""
        return Vocabulary(self.entities, derived)


def desk_fact(entity: str, key: str) -> Field | None:
    """The fact that the desk reads by these keys, if there is one."""
    return next((field for field in DESK_FACTS.get(entity, ()) if field.key == key), None)


def words_of(named: Field | Entity) -> tuple[str, ...]:
    """All words for a fact or entity."""
    return (*named.zh, *named.en)


def nearest(word: str, known: Iterable[str], most: int = 3) -> list[str]:
    """The known words most like `word`, best first; none where nothing is like it."""
    scored = []
    for other in dict.fromkeys(known):
        likeness = SequenceMatcher(None, word.lower(), other.lower()).ratio()
        # Two characters make a word in Chinese: one of them right is likeness enough.
        if likeness >= (0.6 if other.isascii() else 0.4):
            scored.append((-likeness, other))
    return [other for _, other in sorted(scored)[:most]]


def nearest_fields(word: str, known: Mapping[str, Field]) -> tuple[str, ...]:
    """The fields whose words are most like `word`, each by its word in both languages."""
    found = (known[near] for near in nearest(word, known))
    return tuple(dict.fromkeys(
        one.zh[0] if one.zh[0] == one.en[0] else f"{one.zh[0]} ({one.en[0]})" for one in found
    ))  # fmt: skip

"""Past orders from a file: one JSON document a line, `{"id": "O-1", "order": {...}, "lines": [{...}]}`."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator

from rulebase.engine.fact_files import FactProblem, FactReader
from rulebase.language.vocabulary import Vocabulary
from rulebase.rehearsal import PastOrder

LINE_MAX = 1_000_000
"""Characters of one order."""


def past_orders(lines: Iterable[str]) -> Iterator[PastOrder]:
    """The orders of a file, in its order; empty lines are passed over, and an order without an id has its line number.

    Facts are in the units of `Kind`, as in `jiaoqi rules explain --facts`.

    Raises
    ------
    FactProblem
        At the first line that can't be read, with its number.
    """
    reader = FactReader(Vocabulary())
    for number, line in enumerate(lines, 1):
        if line.strip():
            try:
                yield _order(line, number, reader)
            except FactProblem as error:
                raise error.at(number) from error


def _order(line: str, number: int, reader: FactReader) -> PastOrder:
    if len(line) > LINE_MAX:
        raise FactProblem(f"订单超过 {LINE_MAX} 个字符", f"an order of more than {LINE_MAX} characters")
    try:
        document = json.loads(line)
    except (json.JSONDecodeError, RecursionError) as error:
        raise FactProblem(f"不是 JSON：{error}", f"no JSON: {error}") from error
    name = document.pop("id", str(number)) if isinstance(document, dict) else ""
    if not isinstance(name, str):
        raise FactProblem('"id" 应是文字', '"id" is a text')
    return PastOrder(name, reader.read(document))

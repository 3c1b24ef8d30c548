"""A task package as one page for the browser and the printer: A4, nothing loaded from elsewhere."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from zoneinfo import ZoneInfo

from client.catalogue import language, say
from client.package_sections import Block, Section, sections_of
from client.words import time_in_words
from jiaoqi.v1 import promise_service_pb2 as desk

STYLE = """
@page { size: A4; margin: 14mm 12mm; }
* { box-sizing: border-box; }
body { font: 9.5pt/1.35 "Noto Sans", "Noto Sans CJK SC", "Microsoft YaHei", "PingFang SC", "Helvetica Neue", Arial,
  sans-serif; color: #111; max-width: 186mm; margin: 0 auto; }
header { border-bottom: 1.5pt solid #111; margin-bottom: 4mm; }
h1 { font-size: 16pt; margin: 0 0 1mm; }
h2 { font-size: 12pt; margin: 0 0 2mm; border-bottom: .5pt solid #777; }
h3 { font-size: 9.5pt; margin: 3mm 0 1mm; }
section { margin: 0 0 6mm; break-inside: avoid; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: 0 4mm; margin: 0; }
dt { color: #555; } dd { margin: 0; overflow-wrap: anywhere; }
table { width: 100%; border-collapse: collapse; font-size: 8pt; margin-top: 1.5mm; }
thead { display: table-header-group; } tr { break-inside: avoid; }
th, td { border: .4pt solid #999; padding: .8mm 1.2mm; text-align: left; vertical-align: top;
  overflow-wrap: break-word; }
th { background: #eee; font-weight: 600; } .n { text-align: right; white-space: nowrap; }
.note { color: #555; margin: 0 0 2mm; }
"""


def page_of(answer: desk.GetTaskPackageResponse, zone: ZoneInfo) -> str:
    """Return the page, in the language that everything is said in."""
    first, *rest = sections_of(answer.package, zone)
    note = say(
        "package.as_of",
        now=time_in_words(answer.as_of.now_time, zone),
        zone=zone.key,
        version=answer.as_of.plan_version,
        etag=answer.package.promise.etag,
    )
    tongue = {"zh": "zh-CN", "en": "en"}[language()]
    return "\n".join(
        [
            f'<!DOCTYPE html>\n<html lang="{tongue}">\n<head>\n<meta charset="utf-8">',
            f"<title>{escape(first.heading)}</title>\n<style>{STYLE}</style>\n</head>\n<body>",
            f'<header>\n<h1>{escape(first.heading)}</h1>\n<p class="note">{escape(note)}</p>\n</header>',
            *_section(first, heading=False),
            *(text for section in rest for text in _section(section)),
            "</body>\n</html>\n",
        ]
    )


def _section(section: Section, heading: bool = True) -> Iterable[str]:
    yield "<section>"
    if heading:
        yield f"<h2>{escape(section.heading)}</h2>"
    if section.facts:
        yield "<dl>"
        yield from (f"<dt>{escape(label)}</dt><dd>{escape(value)}</dd>" for label, value in section.facts)
        yield "</dl>"
    for block in section.blocks:
        yield from _table(block)
    yield "</section>"


def _table(block: Block) -> Iterable[str]:
    """The table without the columns in which nothing stands: a page is narrower than a screen."""
    if block.title:
        yield f"<h3>{escape(block.title)}</h3>"
    shown = [place for place in range(len(block.columns)) if any(row[place] for row in block.rows)]
    kinds = {place: ' class="n"' if block.columns[place].startswith(">") else "" for place in shown}
    heads = (f"<th{kinds[place]}>{escape(say('column.' + block.columns[place].lstrip('>*')))}</th>" for place in shown)
    yield f"<table>\n<thead><tr>{''.join(heads)}</tr></thead>\n<tbody>"
    for row in block.rows:
        yield "<tr>" + "".join(f"<td{kinds[place]}>{escape(row[place])}</td>" for place in shown) + "</tr>"
    yield "</tbody>\n</table>"

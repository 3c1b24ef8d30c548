"""What came of a drill as one page that needs no network, in both languages."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape
from pathlib import Path

from client.catalogue import LANGUAGES, language, say, use_language
from simulators.drill import plots
from simulators.drill.limits import DATES, Judgement
from simulators.drill.runs import Drill
from simulators.drill.scene import Played
from simulators.drill.screen import bound, compared_in_words, number, remarks, told, verdict, verdict_in_words
from simulators.drill.small import TOLD

STYLE = """
body { font-family: "Noto Sans CJK SC", "Microsoft YaHei", "PingFang SC", sans-serif; color: #222; margin: 0; }
main { max-width: 1180px; margin: 0 auto; padding: 1rem 1.5rem 3rem; }
h1 { font-size: 1.5rem; margin: .4rem 0; } h2 { font-size: 1.15rem; margin: 2rem 0 .5rem; }
h3 { font-size: .9rem; font-weight: 600; margin: 0 0 .2rem; }
table { border-collapse: collapse; font-size: .85rem; } th, td { padding: .18rem .7rem; text-align: right; }
th:first-child, td:first-child { text-align: left; } tr { border-bottom: 1px solid #eee; }
.good { color: #2c7a4b; } .bad { color: #c0392b; font-weight: 700; }
.verdict { padding: .6rem 1rem; border-radius: .4rem; background: #eef7f1; } .verdict.bad { background: #fbeeec; }
.plots { display: grid; grid-template-columns: repeat(auto-fit, minmax(460px, 1fr)); gap: 1rem; margin-top: .8rem; }
figure { margin: 0; } figure svg { width: 100%; height: auto; } p { margin: .35rem 0; font-size: .9rem; }
header { display: flex; justify-content: space-between; align-items: baseline; }
input[name=lang] { position: absolute; opacity: 0; } label { cursor: pointer; color: #2f6f9f; font-size: .9rem; }
input:focus-visible ~ main label { outline: 2px solid #2f6f9f; }
#lang-zh:checked ~ main.en, #lang-en:checked ~ main.zh { display: none; }
"""


def write_page(result: Drill, path: Path) -> None:
    """Write the page; it opens in the language that is spoken. Raises OSError."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(page(result), encoding="utf-8")


def page(result: Drill) -> str:
    """The page: the same in both languages, one of them shown."""
    spoken = language()
    parts = []
    try:
        for each in LANGUAGES:
            use_language(each)
            parts.append("".join(_body(result)))
    finally:
        use_language(spoken)
    switches = "".join(
        f'<input type="radio" name="lang" id="lang-{each}"{" checked" if each == spoken else ""}>' for each in LANGUAGES
    )
    title = escape(say("drill.title"))
    head = f'<meta charset="utf-8"><title>{title}</title><style>{STYLE}</style>'
    return f'<!DOCTYPE html><html lang="{spoken}"><head>{head}</head><body>{switches}{"".join(parts)}</body></html>\n'


def _body(result: Drill) -> Iterator[str]:
    spoken = language()
    (other,) = (each for each in LANGUAGES if each != spoken)
    yield f'<main class="{spoken}" lang="{spoken}"><header><h1>{escape(say("drill.title"))}</h1>'
    yield f'<label for="lang-{other}">{say("drill.switch")}</label></header>'
    setting = result.setting
    if result.played or not setting.small:
        yield _paragraph(say("drill.source", seed=setting.seed, compression=setting.compression))
    if setting.small:
        yield _paragraph(say("drill.small", seed=setting.seed, seeds=setting.seeds, level=TOLD))
    style = "verdict bad" if result.broken else "verdict good"
    yield f'<p class="{style}">{escape(verdict_in_words(result))}</p>'
    for name, played in result.played.items():
        yield from _scenario(name, played, [each for each in result.judged if each.section == name], result)
    if result.pairs:
        yield f"<h2>{escape(told(DATES))}</h2>"
        yield _table([each for each in result.judged if each.section == DATES])
        yield from map(_paragraph, compared_in_words(result.pairs))
        yield f'<div class="plots">{_figure("pairs", plots.pairs(result.pairs))}'
        lines = [line for each in result.pairs for line in each.delivered]
        if lines:
            leads = [(line.promised_s - line.arrived_s, line.real_s - line.arrived_s) for line in lines]
            yield _figure("executed", plots.real(leads, "executed"))
            yield _figure("calibration", plots.calibration([line.real_s - line.promised_s for line in lines]))
            leveled = [line for each in result.pairs for line in each.by_level] or lines
            if any(line.level for line in leveled):
                yield _figure("levels", plots.levels(leveled))
            if any(line.family for line in leveled):
                yield _figure("families", plots.families(leveled))
            yield _figure("delivered", plots.lateness([line.real_s - line.requested_s for line in lines], "delivered"))
        yield "</div>"
    yield "</main>"


def _scenario(name: str, played: Played, judged: Sequence[Judgement], result: Drill) -> Iterator[str]:
    yield f"<h2>{escape(told(name))}</h2>"
    yield _table(judged)
    yield from map(_paragraph, remarks(played))
    if not played.course.answered:
        return
    yield '<div class="plots">'
    yield _figure("latency", plots.latency(played))
    yield _figure("queue", plots.queue(played))
    yield _figure("load", plots.load(played, result.book.plant.zone))
    lines = plots.promised(played)
    yield _figure("lateness", plots.lateness([line.promised_s - line.requested_s for line in lines], "later"))
    leads = [(line.promised_s - line.arrived_s, line.real_s - line.arrived_s) for line in lines]
    yield _figure("real", plots.real(leads, "planned"))
    yield _figure("calibration", plots.calibration([line.real_s - line.promised_s for line in lines]))
    if played.fired or any(promise.granted_promotions for promise in played.listed):
        yield _figure("rules", plots.fired(played))
    yield "</div>"


def _table(judged: Sequence[Judgement]) -> str:
    heads = "".join(f"<th>{escape(say(f'drill.{name}'))}</th>" for name in ("figure", "measured", "limit", "verdict"))
    rows = "".join(map(_row, judged))
    return f"<table><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>"


def _row(each: Judgement) -> str:
    style = "" if each.limit is None else "good" if each.passed else "bad"
    cells = (say(f"drill.figure.{each.figure}"), number(each.measured), bound(each))
    row = "".join(f"<td>{escape(cell)}</td>" for cell in cells)
    return f'<tr>{row}<td class="{style}">{escape(verdict(each))}</td></tr>'


def _figure(name: str, svg: str) -> str:
    return f"<figure><h3>{escape(say(f'drill.plot.{name}'))}</h3>{svg}</figure>"


def _paragraph(text: str) -> str:
    return f"<p>{escape(text)}</p>"

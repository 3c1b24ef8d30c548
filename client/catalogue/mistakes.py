"""What was called or written wrongly, and what the server refused."""

from __future__ import annotations

from client.catalogue.texts import Texts

TEXTS: Texts = {
    "error.call": ("被拒绝:{message}", "Refused: {message}"),
    "error.token_name": (
        "调用者名称须为 1 到 128 个字符,不含空格。",
        "A caller's name is 1 to 128 characters without spaces.",
    ),
    "error.delivery": ("“{text}”不是 行号=数量,如 1=200", "{text!r} is no LINE=QUANTITY, like 1=200"),
    "error.unreachable": ("连不上服务器 {address}:{message}", "Can't reach the server at {address}: {message}"),
    "error.fields": ("有 {count} 处不对", "{count} fields are wrong"),
    "mistake.allowed": ("{problem}(允许:{allowed})", "{problem} (allowed: {allowed})"),
    "mistake.named": ("{field}:{problem}", "{field}: {problem}"),
    "mistake.or": ("{others}或{last}", "{others} or {last}"),
    "error.field": ("  字段 {field}:{problem}", "  field {field}: {problem}"),
    "error.more": ("  ……另有 {count} 处", "  ... and {count} more"),
    "error.retry": ("  请在 {seconds:g} 秒后再试", "  try again in {seconds:g} s"),
    "error.empty": ("文件为空", "it is empty"),
    "error.encoding": ("既不是 UTF-8 也不是 GB18030", "it is neither UTF-8 nor GB18030"),
    "error.rows": ("超过 {count} 行", "it has more than {count} rows"),
    "error.value": ("{text!r} 不行;允许:{allowed}", "{text!r} will not do; allowed: {allowed}"),
    "error.one_or_file": (
        "请给出一个编号,或者 --file,不要两者都给",
        "give one id or --file, not both",
    ),
    "error.time": (
        "{text!r} 不是时间;允许:2026-03-10 或 2026-03-10T17:00",
        "{text!r} is no time; allowed: 2026-03-10, 2026-03-10T17:00",
    ),
    "error.order": (
        "需要物料、数量、--by、--customer,或 --file",
        "item, quantity, --by and --customer are needed, or --file",
    ),
    "error.lang": ("--lang 只能是 zh 或 en,而不是 {text!r}", "--lang is zh or en, not {text!r}"),
    "error.line": ("请用 --line 指明行号:{lines}", "name the line with --line: {lines}"),
    "error.file": ("读不了 {file}:{problem}", "can't read {file}: {problem}"),
    "error.unwritten": ("写不了 {file}:{problem}", "can't write {file}: {problem}"),
    "error.mode": ("{text!r} 不是时钟方式;允许:manual、offset", "{text!r} is no clock mode; allowed: manual, offset"),
    "error.state": ("{text!r} 不是状态;允许:{allowed}", "{text!r} is no state; allowed: {allowed}"),
}

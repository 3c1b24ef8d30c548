"""Everything the command line says, in Chinese and English; data passes through untouched."""

from __future__ import annotations

import os
from collections.abc import Mapping

LANGUAGES = ("zh", "en")

_TEXTS: Mapping[str, tuple[str, str]] = {
    # Help.
    "help.app": (
        "交期:给出工厂守得住的交货日期。\n\n服务器地址、令牌、--json、--lang 可写在命令前后任何位置。",
        "Jiaoqi: delivery dates that the plant can keep.\n\n--server, --token, --json and --lang may stand anywhere.",
    ),
    "help.server": ("服务器地址", "address of the server"),
    "help.token": ("访问令牌", "bearer token"),
    "help.caller": ("调用者名称", "name of the caller"),
    "help.timeout": ("每次调用的时限(秒)", "deadline of a call in seconds"),
    "help.certificates": ("PEM 根证书文件,使用 TLS", "PEM file of root certificates; turns TLS on"),
    "help.json": ("输出 JSON,供程序使用", "print JSON, for programs"),
    "help.lang": ("语言:zh 或 en,默认取自 LANG", "language: zh or en; by default that of LANG"),
    "help.serve": (
        "启动服务器;后面的参数原样传给服务器(--help 查看)。",
        "Start the server; what follows is passed to it (--help tells what).",
    ),
    "help.demo": (
        "用一家真实注塑厂的 190 张订单演示:启动服务器,逐单承诺,给出总结。",
        "Show it on a real moulding plant: start a server, promise 190 orders, tell how that went.",
    ),
    "help.demo.store": ("SQLite 文件,每次重建", "SQLite file, replaced every time"),
    "help.plant": (
        "工厂数据:检查、导入、导出文件;更新库存、到料、客户。",
        "The plant: check, import and export its files; feed stock, receipts, customers.",
    ),
    "help.plant.check": ("检查目录中的文件,列出全部错误。", "Check the files of a folder and list all that is wrong."),
    "help.plant.import": ("导入目录中的文件;有任何错误则不导入。", "Import the files of a folder, all or nothing."),
    "help.plant.export": ("把工厂写成目录中的文件。", "Write the plant as files into a folder."),
    "help.plant.stock": (
        "更新库存盘点:一个物料,或 --file 中的全部。",
        "Take over stock counts: of one item, or all of --file.",
    ),
    "help.plant.issue": ("订单行的货物已出库。", "Goods have left the stock for an order line."),
    "help.plant.receipts": (
        "新增、修改、取消到料,或登记已到货(--arrived)。",
        "Add, change or remove receipts, or take in what arrived (--arrived).",
    ),
    "help.plant.customer": (
        "新增客户,或更新信用数据;没有给出的保持不变。",
        "Add customers, or change their figures; what isn't given stays.",
    ),
    "help.order.import": (
        "导入订单文件(CSV,每行一个订单行)。列:订单,客户,物料,数量,期望;可选:行,最晚,优先级,渠道,销售员,单价,折扣。"
        "有错误的行则不发送。",
        "Import a file of orders (CSV, a row for each line): order, customer, item, quantity, requested, and if wanted "
        "line, latest, priority, channel, salesperson, price, discount. With a wrong row nothing is sent.",
    ),
    "help.orders_file": ("订单 CSV 文件(UTF-8 或 GB18030)", "CSV file with orders (UTF-8 or GB18030)"),
    "help.skip_bad": ("跳过有错误的订单,导入其余的", "leave out orders with wrong rows, import the others"),
    "help.answers": ("把答复写入此 CSV 文件", "write the answers into this CSV file"),
    "help.feed_file": ("CSV 文件,列与工厂文件相同", "CSV file with the columns of the plant's file"),
    "help.as_of": ("盘点时间,默认现在", "when it was counted; by default now"),
    "help.at": ("时间,默认现在", "when; by default now"),
    "help.receipt": ("到料单号", "id of the receipt"),
    "help.confidence": ("可信度 0 至 100", "how sure it is, 0 to 100"),
    "help.arrived": ("已到货", "it has arrived"),
    "help.not_coming": ("不会再来", "it will not come"),
    "help.money": ("金额,最多两位小数", "money, with two decimals at most"),
    "help.plant.dir": ("目录", "folder"),
    "help.quote": ("询问交期,不占用产能。", "Ask for a date; holds nothing."),
    "help.promise": ("承诺交期并保留产能。", "Have a date promised and its place kept."),
    "help.order": (
        "订单:查看、列出、保留、确认、更改、取消、跟踪。",
        "Orders: show, list, hold, confirm, change, cancel, watch.",
    ),
    "help.order.hold": ("保留产能与交期,到期未确认则释放。", "Keep a place and its date until a time."),
    "help.order.confirm": ("把保留的订单确认为承诺。", "Make a promise of a held order."),
    "help.order.release": ("放弃保留的订单。", "Give a held order up."),
    "help.order.amend": ("更改订单内容;做不到则保持原承诺。", "Change an order's content, all or nothing."),
    "help.order.split": ("把一行的一部分拆成单独交期的新行。", "Give a part of a line a date of its own."),
    "help.order.force": (
        "计划员强制设定承诺时间,须写明原因。",
        "Set a line's promised time, as a planner, with a reason.",
    ),
    "help.order.close": ("结束已交付或少交的订单。", "End an order that is delivered, or finished short."),
    "help.line": ("行号", "number of the line"),
    "help.new_line": ("新行的行号,默认接续", "number of the new line; by default the next one"),
    "help.part": ("拆出的数量", "what goes to the new line"),
    "help.remove": ("删除该行", "take the line out"),
    "help.force_date": ("承诺时间(工厂时区)", "the date to be told, in the plant's zone"),
    "help.until": ("保留至(工厂时区)", "held until this time, in the plant's zone"),
    "help.quote_id": ("按此报价号确认", "for the dates of this quote id"),
    "help.as_quoted": ("承诺不得晚于此时间", "no date later than this"),
    "help.order.show": ("查看一个订单。", "Show one order."),
    "help.order.list": ("列出订单。", "List orders."),
    "help.order.cancel": ("取消订单并释放产能。", "Take an order back and free its places."),
    "help.order.watch": ("跟踪事件,直到按 Ctrl-C。", "Follow events until Ctrl-C."),
    "help.schedule": ("查看排程,或画成甘特图。", "Show the schedule, or draw it as a Gantt chart."),
    "help.load": ("查看各资源每天的负荷。", "Show how busy resources are, day by day."),
    "help.clock": ("查看或设置工厂时钟。", "Show or set the plant's clock."),
    "help.check": ("用独立的检查器检查整个计划。", "Check the whole plan with the independent checker."),
    "help.item": ("物料编号", "item"),
    "help.quantity": ("数量", "quantity"),
    "help.by": (
        "期望时间(工厂时区):2026-03-10 表示当天 24:00,或 2026-03-10T17:00",
        "wanted by, in the plant's zone: 2026-03-10 is its 24:00, or 2026-03-10T17:00",
    ),
    "help.order_id": ("订单号", "id of the order"),
    "help.customer": ("客户编号", "id of the customer"),
    "help.latest": ("最晚可接受时间", "latest time that is accepted"),
    "help.priority": ("优先级 1(最高)至 9", "priority, 1 (highest) to 9"),
    "help.channel": ("渠道", "channel"),
    "help.salesperson": ("销售员", "salesperson"),
    "help.file": ("订单 JSON 文件(schema 中的 Order)", "JSON file with the order (Order of the schema)"),
    "help.on_time": ("只接受期望时间", "the wanted time or nothing"),
    "help.frozen": ("允许排进冻结区", "work may go into the frozen zone"),
    "help.request_id": ("请求号,重试时沿用", "id of the request; a retry keeps it"),
    "help.validate": ("只检查,不改变", "check only, change nothing"),
    "help.show_load": ("同时显示相关资源的负荷", "show the load of the resources, too"),
    "help.show_moulds": ("同时显示相关模具的状态", "show the state of the moulds, too"),
    "help.state": ("只列出此状态的订单", "only orders in this state"),
    "help.reason": ("原因", "why"),
    "help.etag": ("仅当订单仍是此版本时", "only if the order still is at this etag"),
    "help.after": ("从日志的此位置之后开始", "from after this place in the log"),
    "help.gantt": ("画甘特图到此 PNG 文件", "draw a Gantt chart into this PNG file"),
    "help.from": ("起始时间", "from this time on"),
    "help.to": ("截止时间", "before this time"),
    "help.resource": ("只看此资源,可重复", "only this resource; may be repeated"),
    "help.set": ("把时钟设到此时间", "set the clock to this time"),
    "help.mode": ("时钟方式:manual 或 offset", "where the clock comes from: manual or offset"),
    # Tables.
    "column.order": ("订单", "order"),
    "column.customer": ("客户", "customer"),
    "column.line": ("行", "line"),
    "column.item": ("物料", "item"),
    "column.quantity": ("数量", "quantity"),
    "column.requested": ("期望", "asked for"),
    "column.promised": ("承诺", "promised"),
    "column.expected": ("预计", "expected"),
    "column.state": ("状态", "state"),
    "column.file": ("文件", "file"),
    "column.row": ("行", "row"),
    "column.column": ("列", "column"),
    "column.problem": ("问题", "what is wrong"),
    "column.allowed": ("允许", "allowed"),
    "column.value": ("内容", "value"),
    "column.resource": ("资源", "resource"),
    "column.mould": ("模具", "mould"),
    "column.operation": ("工序", "operation"),
    "column.start": ("开始", "start"),
    "column.end": ("结束", "end"),
    "column.visit": ("换模开始", "changeover from"),
    "column.fixed": ("固定", "fixed"),
    "column.working": ("工作时间", "working"),
    "column.run": ("生产", "run"),
    "column.changeover": ("换型", "changeover"),
    "column.downtime": ("停机", "downtime"),
    "column.load": ("负荷", "load"),
    "column.day": ("日期", "day"),
    "column.until": ("直至", "until"),
    # Sentences.
    "say.quote": ("订单 {order} 的报价(工厂时间 {now})", "Quote for order {order} at {now}, plant time"),
    "say.promise": ("订单 {order}(版本 {etag},决定于 {now})", "Order {order}, etag {etag}, decided at {now}"),
    "say.duplicates": (
        "可能是重复订单:{orders}(同一客户、物料、数量,日期相近)",
        "This may be the same demand as {orders}: same customer, item and quantity, near dates",
    ),
    "say.quote_id": ("报价号 {quote}", "Quote id {quote}"),
    "say.held": ("保留至 {until}{reasons}", "Held until {until}{reasons}"),
    "say.confirmable": ("现在确认可于 {time} 交货", "confirmed at once it would be {time}"),
    "say.changed": ("{what} {before} → {after}", "{what} {before} → {after}"),
    "say.line_new": ("新增", "new"),
    "say.line_gone": ("删除", "gone"),
    "say.declined": ("未更改:{text}", "Nothing was changed: {text}"),
    "say.line": ("第 {line} 行:{text}", "Line {line}: {text}"),
    "say.plant_ok": ("文件正确,可以导入。", "The files are right and can be imported."),
    "say.plant_same": ("没有变化。", "Nothing changes."),
    "say.plant_changes": ("导入将带来 {count} 处变化:", "An import would change {count} things:"),
    "say.plant_wrong": ("文件中有 {count} 处错误,未导入任何内容:", "{count} things are wrong; nothing was imported:"),
    "say.plant_imported": ("已导入,{count} 处变化:", "Imported, {count} changes:"),
    "say.fed": ("已更新,{count} 处变化:", "Taken over, {count} changes:"),
    "say.rows_wrong": ("有 {count} 处错误,未发送任何内容:", "{count} cells are wrong; nothing was sent:"),
    "say.orders_wrong": ("有 {count} 处错误,未发送任何订单:", "{count} cells are wrong; no order was sent:"),
    "say.orders_sent": (
        "已答复 {orders} 个订单,失败 {failed} 个,跳过 {skipped} 个。",
        "{orders} orders answered, {failed} failed, {skipped} left out.",
    ),
    "say.lines_told": (
        "订单行:准时 {on_time},延后 {later},拒绝 {refused}。",
        "Lines: {on_time} on time, {later} later, {refused} refused.",
    ),
    "say.importing": ("导入订单", "Importing orders"),
    "row.join": ("、", ", "),
    "allowed.id": ("1 至 64 个可打印字符", "1 to 64 printable characters"),
    "allowed.text": ("一行文字", "one line of text"),
    "allowed.whole": ("{low} 至 {high} 的整数", "a whole number, {low} to {high}"),
    "allowed.money": ("金额,如 12.50", "an amount like 12.50"),
    "allowed.time": (
        "2026-03-10、2026/3/10 或 2026-03-10 17:00",
        "2026-03-10, 2026/3/10 or 2026-03-10 17:00",
    ),
    "allowed.once": ("每列一次", "each column once"),
    "allowed.column": ("必须有此列", "the column is needed"),
    "allowed.cells": ("{count} 个单元格", "{count} cells"),
    "allowed.same": ("与第 {row} 行相同:{value}", "the same as in row {row}: {value}"),
    "allowed.other_line": ("与第 {row} 行不同的行号", "another number than in row {row}"),
    "allowed.lines": ("一个订单最多 {count} 行", "at most {count} lines in an order"),
    "say.plant_exported": ("已写入 {count} 个文件到 {folder}", "Wrote {count} files to {folder}"),
    "say.no_files": ("{folder} 中没有 .csv 或 .toml 文件", "no .csv or .toml files in {folder}"),
    "say.clock": (
        "工厂时钟 {now}({zone}),方式 {mode},计划版本 {version}",
        "Plant clock {now} ({zone}), {mode}, plan version {version}",
    ),
    "say.no_clock": ("工厂时钟尚未设置", "The plant's clock is not set yet"),
    "say.plan_sound": ("计划没有违反任何规则。", "The plan breaks no rule."),
    "say.plan_broken": ("计划违反 {count} 条规则:", "The plan breaks {count} rules:"),
    "say.none": ("没有。", "None."),
    "say.drawn": ("已画到 {file}", "Drawn into {file}"),
    "say.watching": ("从日志第 {sequence} 条之后开始跟踪", "Watching from place {sequence} in the log on"),
    "say.yes": ("是", "yes"),
    # Errors.
    "error.call": ("被拒绝:{message}", "Refused: {message}"),
    "error.unreachable": ("连不上服务器 {address}:{message}", "Can't reach the server at {address}: {message}"),
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
    "error.line": ("请用 --line 指明行号:{lines}", "name the line with --line: {lines}"),
    "error.file": ("读不了 {file}:{problem}", "can't read {file}: {problem}"),
    "error.mode": ("{text!r} 不是时钟方式;允许:manual、offset", "{text!r} is no clock mode; allowed: manual, offset"),
    "error.state": ("{text!r} 不是状态;允许:{allowed}", "{text!r} is no state; allowed: {allowed}"),
    # What the schema's lists are called.
    "OUTCOME_ON_TIME": ("准时", "on time"),
    "OUTCOME_LATER": ("延后", "later"),
    "OUTCOME_REFUSED": ("拒绝", "refused"),
    "PROMISE_STATE_HELD": ("保留", "held"),
    "PROMISE_STATE_CONFIRMED": ("已确认", "confirmed"),
    "PROMISE_STATE_AT_RISK": ("有风险", "at risk"),
    "PROMISE_STATE_BROKEN": ("已违约", "broken"),
    "PROMISE_STATE_FULFILLED": ("已交付", "fulfilled"),
    "PROMISE_STATE_CANCELLED": ("已取消", "cancelled"),
    "PROMISE_STATE_EXPIRED": ("已过期", "expired"),
    "PROMISE_STATE_REFUSED": ("已拒绝", "refused"),
    "TIER_STOCK": ("库存", "from stock"),
    "TIER_INSERTION": ("插入", "inserted"),
    "TIER_DISPATCH": ("重排", "re-dispatched"),
    "CLOCK_MODE_SYSTEM": ("系统时钟", "system clock"),
    "CLOCK_MODE_OFFSET": ("偏移时钟", "offset clock"),
    "CLOCK_MODE_MANUAL": ("手动时钟", "manual clock"),
    "MOULD_ACTIVITY_FREE": ("空闲", "free"),
    "MOULD_ACTIVITY_IN_USE": ("使用中", "in use"),
    "MOULD_ACTIVITY_IN_MAINTENANCE": ("保养中", "in maintenance"),
    "EVENT_KIND_PLANT_IMPORTED": ("导入工厂", "plant imported"),
    "EVENT_KIND_PROMISED": ("承诺", "promised"),
    "EVENT_KIND_REFUSED": ("拒绝", "refused"),
    "EVENT_KIND_CANCELLED": ("取消", "cancelled"),
    "EVENT_KIND_RESEQUENCED": ("重新排序", "re-sequenced"),
    "EVENT_KIND_CLOCK_SET": ("设置时钟", "clock set"),
    "EVENT_KIND_HELD": ("保留", "held"),
    "EVENT_KIND_CONFIRMED": ("确认", "confirmed"),
    "EVENT_KIND_RELEASED": ("放弃保留", "released"),
    "EVENT_KIND_EXPIRED": ("保留到期", "hold expired"),
    "EVENT_KIND_PLANT_FED": ("库存、到料或客户更新", "stock, receipts or customers fed"),
    "EVENT_KIND_AMENDED": ("更改", "amended"),
    "EVENT_KIND_SPLIT": ("拆行", "split"),
    "EVENT_KIND_DATE_FORCED": ("强制交期", "date forced"),
    "EVENT_KIND_CLOSED": ("结束", "closed"),
    "EVENT_KIND_CHECK_FAILED": ("检查未通过", "check failed"),
    # Reasons, as sentences: {duration}, {subject} and {orders} are put in.
    "REASON_KIND_PROCESS": ("生产 {duration}{subject}", "{duration} of work{subject}"),
    "REASON_KIND_CHANGEOVER": ("换型 {duration}{subject}", "{duration} of changeover{subject}"),
    "REASON_KIND_MACHINE": (
        "等待机台 {duration}{subject}{orders}",
        "{duration} of waiting for a machine{subject}{orders}",
    ),
    "REASON_KIND_MOULD": ("等待模具 {duration}{subject}{orders}", "{duration} of waiting for a mould{subject}{orders}"),
    "REASON_KIND_CREW": ("等待班组 {duration}{subject}{orders}", "{duration} of waiting for a crew{subject}{orders}"),
    "REASON_KIND_MATERIAL": ("等料 {duration}{subject}", "{duration} of waiting for material{subject}"),
    "REASON_KIND_CALENDAR": ("非工作时间 {duration}{subject}", "{duration} off shift{subject}"),
    "REASON_KIND_MAINTENANCE": ("模具保养 {duration}{subject}", "{duration} of mould maintenance{subject}"),
    "REASON_KIND_GAP_TOO_SHORT": (
        "空档不够长 {duration}{subject}{orders}",
        "{duration} in which no gap was long enough{subject}{orders}",
    ),
    "REASON_KIND_LAG": ("冷却、干燥或转运 {duration}{subject}", "{duration} of cooling, drying or transport{subject}"),
    "REASON_KIND_FROZEN_ZONE": ("冻结区与下达提前期 {duration}", "{duration} of frozen zone and release lead"),
    "REASON_KIND_SHIPPING": ("包装与运输 {duration}", "{duration} of packing and shipping"),
    "REASON_KIND_ROUNDING": ("取整到承诺刻度 {duration}", "{duration} of rounding up to the promise grid"),
    "REASON_KIND_BUFFER": ("缓冲 {duration}", "{duration} of buffer"),
    "REASON_KIND_HOLD": ("等待人工决定 {duration}", "{duration} of waiting for a decision"),
    "REASON_KIND_NOT_NEEDED_EARLIER": ("{duration} 的余量,不必更早", "{duration} to spare, not needed earlier"),
    "reason.subject": ("({subject})", " ({subject})"),
    "reason.orders": (",前面有订单 {orders}", ", behind orders {orders}"),
    "reason.join": (";", "; "),
    # Refusals and remarks.
    "refusal.later_than_requested": (
        "期望时间做不到,且只接受期望时间",
        "can't be had by then, and no later date is accepted",
    ),
    "refusal.later_than_latest": (
        "最早日期晚于最晚可接受时间",
        "the earliest date is after the latest accepted",
    ),
    "refusal.beyond_horizon": ("计划期内排不下", "can't be placed within the planning horizon"),
    "refusal.no_supply": ("库存和到料不够,且不自制", "stock and receipts don't suffice, and it is not made here"),
    "refusal.earliest": ("{text};最早 {earliest}", "{text}; the earliest is {earliest}"),
    "refusal.not_admitted": ("规则未放行", "the rules do not let it pass"),
    "note.forced_date": ("计划员强制的交期,计划做不到", "a planner forced this date; the plan can't keep it"),
    "note.held_for_decision": ("等待人工决定", "waits for a decision"),
    "refusal.material_missing": ("缺料", "material is missing"),
    "SOURCE_STOCK": ("{item} {quantity}:库存", "{quantity} of {item} from stock"),
    "SOURCE_RECEIPT": (
        "{item} {quantity}:到料 {receipt}({time})",
        "{quantity} of {item} from receipt {receipt}, {time}",
    ),
    "SOURCE_MAKE": ("{item} {quantity}:自制", "{quantity} of {item} made"),
    "SOURCE_BUY": ("{item} {quantity}:采购({time}到)", "{quantity} of {item} bought, there {time}"),
    "SOURCE_MISSING": ("{item} 缺 {quantity}", "{quantity} of {item} missing"),
    "say.kit": ("配套:{parts}", "kit: {parts}"),
    # Durations: days, hours, minutes, seconds.
    "duration.d": ("{n}天", "{n}d"),
    "duration.h": ("{n}小时", "{n}h"),
    "duration.m": ("{n}分", "{n}min"),
    "duration.s": ("{n}秒", "{n}s"),
    "duration.join": ("", " "),
}

_language = "en"


def language_of(environment: Mapping[str, str]) -> str:
    """Return the language that an environment asks for: Chinese or English."""
    for name in ("JIAOQI_LANG", "LC_ALL", "LC_MESSAGES", "LANG"):
        if environment.get(name):
            return "zh" if environment[name].lower().startswith("zh") else "en"
    return "en"


def use_language(language: str = "") -> None:
    """Say everything from now on in a language; empty stands for the environment's."""
    global _language
    _language = language if language in LANGUAGES else language_of(os.environ)


def language() -> str:
    """Return the language that everything is said in."""
    return _language


def say(key: str, **values: object) -> str:
    """Return a text of the catalogue with the values put in."""
    return _TEXTS[key][LANGUAGES.index(_language)].format(**values)


def known(key: str) -> bool:
    """Whether the catalogue has a text; codes of newer servers and words of people it doesn't have."""
    return key in _TEXTS


def keys() -> frozenset[str]:
    """Return all keys of the catalogue."""
    return frozenset(_TEXTS)


def texts(key: str) -> tuple[str, str]:
    """Return a text in both languages, without values."""
    return _TEXTS[key]

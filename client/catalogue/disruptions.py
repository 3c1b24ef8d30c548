"""What breaks the plan, and what is at risk."""

from __future__ import annotations

from client.catalogue.texts import Texts

TEXTS: Texts = {
    "help.plan": (
        "异常与风险:报告停机、模具维修、缺勤、班次变动,查看有风险的交期。",
        "What breaks: report machines down, moulds in repair, crews away, shifts changed; list promises at risk.",
    ),
    "help.plan.down": (
        "机台停机、模具维修或人员缺勤:立即修复计划。不给 --until 表示不知何时结束。",
        "A machine is down, a mould in repair, a crew away: the plan is repaired at once. Without --until nobody knows "
        "how long.",
    ),
    "help.plan.cancel_shift": (
        "某日历(或某台资源)的一段时间不上班。",
        "Hours of a calendar, or of one resource, are not worked.",
    ),
    "help.plan.overtime": (
        "某日历(或某台资源)加班一段时间。",
        "Hours are worked in addition, by all of a calendar or by one resource.",
    ),
    "help.plan.late": (
        "来料延迟:收货比原定时间晚到。不给 --until 表示不知何时到。",
        "A receipt comes later than it was to: the plan is repaired at once. Without --until nobody knows when.",
    ),
    "help.plan.short": (
        "收货或库存短少:受影响的预留改用其他来源。不给 --quantity 表示全部。",
        "Less of a receipt or of the stock is there: what was reserved of it finds other supply. Without --quantity "
        "all of it.",
    ),
    "help.plan.reject": (
        "收货或库存检验不合格:同短少处理。",
        "Some of a receipt or of the stock failed its inspection: as short.",
    ),
    "help.plan.cavities": (
        "模具部分模穴停用:未生产的部分按余下模穴增加模次,直到结束。",
        "Some cavities of a mould are out: what has not been made takes more shots, until it is over.",
    ),
    "help.plan.scrap": (
        "订单行报废:立即重新安排所缺件数(先用库存)。不给 --operation 表示最后开工的工序。",
        "Pieces of an order's line are scrap: they are planned once more at once, from stock first. Without "
        "--operation they were lost at the last one that has begun.",
    ),
    "help.order_scrapped": ("订单", "the order"),
    "help.line_scrapped": ("行号,默认唯一的一行", "its line; the only one by default"),
    "help.pieces_scrapped": ("报废件数", "how many pieces"),
    "help.scrapped_at": ("工序", "the operation that lost them"),
    "help.plan.customer_change": (
        "客户变更:改数量、改交期,或取消行或整单;与修改订单相同(规则重新判定),并记录为异常。不给 --line 表示所有行。",
        "The customer wants another quantity or date, or gives up lines or the order: as an amendment, with the rules "
        "asked anew, and listed as what happened. Without --line all lines.",
    ),
    "help.line_changed": ("行号", "its line"),
    "help.wanted_quantity": ("新数量", "how many he wants now"),
    "help.wanted_by": ("新的要求时间", "when he wants it now"),
    "help.withdrawn": ("不再需要", "he wants it no longer"),
    "say.wanted": ("{subject} → {wish}", "{subject} now {wish}"),
    "say.wish_by": ("{time}", "by {time}"),
    "say.wish_withdrawn": ("取消", "withdrawn"),
    "say.without_end": ("{id}:{kind},{subject},{start}。", "{id}: {kind}, {subject}, {start}."),
    "help.mould": ("模具", "the mould"),
    "help.cavities_out": ("停用模穴数", "how many are out of service"),
    "help.plan.stop_carrier": (
        "承运商停运,或只停某一地区:预计时间随之改变,新承诺避开。不给 --until 表示不知何时恢复。",
        "A carrier collects nothing, for one region or for all: expected times follow, and new promises avoid it. "
        "Without --until nobody knows how long.",
    ),
    "help.plan.stop_supplier": (
        "供应商停供:此物料(或物料族)的采购和收货顺延到结束之后。不给 --until 表示不知何时恢复。",
        "A supplier stops: purchases and receipts of the item, or of the family, come after the end. Without --until "
        "nobody knows how long.",
    ),
    "help.carrier_stopped": ("承运商", "the carrier"),
    "help.item_stopped": ("物料,或物料族", "the item, or a family of items"),
    "help.only_region": ("只限该地区", "for this region only"),
    "help.receipt_or_item": ("收货编号,或库存物料", "id of the receipt, or the item in stock"),
    "help.lost": ("数量", "how much"),
    "help.again": ("补货时间", "when as much comes again"),
    "say.lost_pieces": ("{subject} × {quantity:,}", "{subject} x {quantity:,}"),
    "say.lost_for_good": ("未知(不再计入)", "nobody knows when (not counted with)"),
    "help.receipt_late": ("收货编号", "id of the receipt"),
    "help.late_until": ("到货时间", "when it comes"),
    "help.plan.amend": ("更新异常:起止时间或原因。", "Tell what is known better by now: times, or why."),
    "help.plan.up": ("异常已结束。", "It is over: machine, mould or crew work again."),
    "help.plan.disruptions": ("列出异常。", "List disruptions."),
    "help.plan.at_risk": ("列出有风险的订单行及原因。", "List order lines that are at risk, and why."),
    "help.plan.report": (
        "报告进度:未开工、开工、产量、暂停、继续、完工;可逐条、用文件或用标准输入的 JSON 流。",
        "Report progress: not_started, started, produced, paused, resumed, finished; one, a file, or a stream of JSON.",
    ),
    "help.operation": ("工序", "operation of the routing"),
    "help.progress_kind": (
        "not_started、started、produced、paused、resumed 或 finished",
        "not_started, started, produced, paused, resumed or finished",
    ),
    "help.so_far": ("开工以来的累计数", "count since it began"),
    "help.goes_on": ("预计何时开工或继续", "when it is expected to begin, or to go on"),
    "help.lot_item": ("部件物料,同一行有多批时", "the component, where several lots of the line have the operation"),
    "help.done_on": ("实际机台", "the machine it was done on"),
    "help.corrects": ("与此矛盾的旧报告作废", "what it contradicts was wrong"),
    "help.progress_file": (
        "CSV 文件,列:kind、order、line、operation、time、good、scrapped、shots、expected、machine、corrects",
        "CSV file with kind, order, line, operation, time, good, scrapped, shots, expected, machine, corrects",
    ),
    "help.progress_stream": (
        "从标准输入读取,每行一个 JSON 报告或其列表",
        "read reports from standard input, a JSON report or a list of them in each line",
    ),
    "error.one_file_or_stream": (
        "请给出一道工序,或 --file,或 --stream。",
        "Give one operation, or --file, or --stream.",
    ),
    "error.stream": ("第 {line} 行不是进度报告:{problem}", "Line {line} is no report: {problem}"),
    "column.outcome": ("结果", "outcome"),
    "say.progress_none": ("未改变任何内容。", "Nothing was changed."),
    "say.progress": (
        "{risk} 行新增风险或更晚,{recovered} 行解除风险,另有 {held} 张订单在承诺内移动;"
        "工序:{shifted} 道改时间,其中 {moved} 道换位置,{assumed} 道未报告的随之改动。停顿 {seconds:.3f} 秒。",
        "{risk} lines at risk or later, {recovered} in time again, {held} other orders moved within their promises; "
        "operations: {shifted} at another time, {moved} of them in another place, {assumed} that nobody reported taken "
        "otherwise. Nothing else was decided for {seconds:.3f} s.",
    ),
    "say.missing_pieces": (
        "{name}:少 {missing:,} 件,已重新安排 {anew:,} 件。",
        "{name}: {missing:,} pieces short, {anew:,} planned once more.",
    ),
    "say.clash": (
        "矛盾:{resource} 同时用于工序 {one} 和 {other}。",
        "Can't be: {resource} is used by operations {one} and {other} at a time.",
    ),
    "help.subject": ("机台、模具、班组或日历", "machine, mould, crew or calendar"),
    "help.disruption": ("异常编号", "id of the disruption"),
    "help.disruption_id": ("异常编号,默认由系统编号", "its id; numbered by default"),
    "help.only_disruption": ("只看该异常造成的", "only what this disruption caused"),
    "help.down_until": ("结束时间", "when it is over"),
    "help.expected": ("结束未知时按此时间计划", "until when to count with it while nobody knows the end"),
    "help.source": ("来源,如 MES", "who or what said so, such as MES"),
    "help.all_disruptions": ("包括已结束的", "those that are over, too"),
    "column.disruption": ("异常", "disruption"),
    "column.kind": ("类型", "kind"),
    "column.reason": ("原因", "why"),
    "column.source": ("来源", "told by"),
    "column.priority": ("优先级", "priority"),
    "column.before": ("原预计", "was expected"),
    "column.waits": ("等待", "waits for"),
    "say.disruption": (
        "{id}:{kind},{subject},{start} 至 {end}。",
        "{id}: {kind}, {subject}, from {start} to {end}.",
    ),
    "say.end_unknown": ("未知(按 {time} 计划)", "nobody knows when (planned to {time})"),
    "say.never_came": ("{id}:{kind},{subject},未发生。", "{id}: {kind}, {subject}, never came."),
    "say.would": ("只是试算,未改变任何内容:", "This is what would be; nothing was changed:"),
    "say.repaired": (
        "{risk} 行新增风险或更晚,{recovered} 行解除风险,另有 {held} 张订单在承诺内移动;"
        "工序:{shifted} 道改时间,其中 {moved} 道换位置,{interrupted} 道中断。停顿 {seconds:.3f} 秒。",
        "{risk} lines at risk or later, {recovered} in time again, {held} other orders moved within their promises; "
        "operations: {shifted} at another time, {moved} of them in another place, {interrupted} interrupted. "
        "Nothing else was decided for {seconds:.3f} s.",
    ),
    "say.cause_by_hand": ("人工调整:{name}", "by hand: {name}"),
    "say.in_time_again": ("解除风险:{names}", "In time again: {names}"),
}

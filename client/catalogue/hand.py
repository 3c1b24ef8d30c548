"""A planner's hand."""

from __future__ import annotations

from client.catalogue.texts import Texts

TEXTS: Texts = {
    "help.plan.pin": (
        "锁定一道未开工的工序:任何重排、改进和插单都不再移动它。",
        "Keep an operation that has not begun where it stands: no order and no re-sequencing moves it.",
    ),
    "help.plan.unpin": ("解除锁定。", "Let a pinned operation move again."),
    "help.plan.move": (
        "把一道未开工的工序移到别的机台或时间,并锁定在那里。先用 --validate-only 看会影响谁。",
        "Put an operation that has not begun on another machine or to another time, and pin it there. See with "
        "--validate-only first what it would break.",
    ),
    "help.plan.pins": ("列出锁定的工序。", "List pinned operations."),
    "help.work": (
        "工序:编号,或 订单、订单/行、订单/行/工序",
        "the operation: its key, or ORDER, ORDER/LINE, ORDER/LINE/OPERATION",
    ),
    "help.plan_version": (
        "看到的计划版本:计划已变则拒绝",
        "the plan's version as it was seen: refused if the plan was changed since",
    ),
    "help.move_to": ("移到哪台机台,默认原机台", "the machine; its own by default"),
    "help.move_at": ("从何时起的第一个可用时间开始", "begin in the first working time from then on"),
    "help.move_behind": ("紧接在哪道工序之后", "right behind this operation"),
    "help.may_break": ("最多允许多少行交期有风险,默认 0", "how many lines may be late by it; 0 by default"),
    "column.key": ("编号", "key"),
    "column.pinnedby": ("锁定人", "pinned by"),
    "say.no_work": ("{text} 不是工序:应为编号或 订单/行/工序", "{text} is no operation: a key or ORDER/LINE/OPERATION"),
    "say.pinned": ("已锁定", "pinned"),
    "say.unpinned": ("可移动", "may move"),
    "say.by_hand": (
        "{name}:{machine},{start} 至 {end},{state}。",
        "{name}: {machine}, from {start} to {end}, {state}.",
    ),
    "help.plan.rush": (
        "加急:提高订单优先级,让它排到低优先级之前;逐一列出被推迟的订单、推迟多久、承诺是否仍能保住。",
        "Give an order a higher priority and let it pass others: each displaced order is named, with how much later it "
        "is and whether its promise survives.",
    ),
    "help.rush_order": ("订单", "the order"),
    "help.rush_priority": ("新优先级,1 最高", "its priority from now on; 1 is the highest"),
    "column.later": ("推迟", "later by"),
    "column.holds": ("承诺", "promise"),
    "say.rushed": (
        "{name}:承诺 {before} → {after},预计 {stood} → {expected}",
        "{name}: promised {before} -> {after}, expected {stood} -> {expected}",
    ),
    "say.survives": ("保住", "holds"),
    "say.breaks": ("失守", "breaks"),
    "help.plan.repromise": (
        "供应或产能变化后重新承诺:谁必须按要求确认,谁只许提前,谁可以让路。默认只试算;--apply 才生效。",
        "Promise orders anew after a change of supply or capacity: who must be had as asked, who may only improve, who "
        "may give way. Tells only, unless with --apply.",
    ),
    "help.repromise_confirm": (
        "必须按要求时间确认的订单:all,或条件如 'priority=1-2 channel=web order=A,B customer=C';可多次给出",
        "orders that must be had by the time asked for: all, or conditions such as 'priority=1-2 channel=web "
        "order=A,B customer=C'; may be given several times",
    ),
    "help.repromise_improve": ("只许提前、不许推迟的订单,写法相同", "orders that may only improve, written likewise"),
    "help.repromise_give_way": ("可以让路的订单,写法相同", "orders that may give way, written likewise"),
    "help.repromise_apply": ("生效,或只试算(默认)", "do it, or only tell what would become of whom (the default)"),
    "say.no_selection": (
        "{text} 不是订单条件:应为 all,或 order=、customer=、channel=、priority=1-3",
        "{text} selects no orders: all, or order=, customer=, channel=, priority=1-3",
    ),
    "say.repromise_missed": (
        "{count} 行无法按要求确认,或让路后已无处安排:不能生效。",
        "{count} lines can't be had as asked, or have no place any more: it can't be applied.",
    ),
    "say.repromise_earliest": ("最早 {time}", "{time} at the earliest"),
    "say.repromise_fixed": ("已开工、冻结或锁定,不移动", "begun, frozen or pinned: stays where it is"),
    "say.repromised": (
        "须通知 {told} 行;计划版本 {version};写入停顿 {seconds:.3f} 秒。",
        "{told} lines to be told of; plan version {version}; nothing else was decided for {seconds:.3f} s.",
    ),
    "column.treatment": ("方式", "treatment"),
    "REPROMISE_TREATMENT_CONFIRM": ("必须确认", "confirm"),
    "REPROMISE_TREATMENT_IMPROVE": ("只许提前", "improve"),
    "REPROMISE_TREATMENT_GIVE_WAY": ("可让路", "give way"),
    "REPROMISE_OUTCOME_AS_IT_WAS": ("不变", "as it was"),
    "REPROMISE_OUTCOME_EARLIER": ("提前", "earlier"),
    "REPROMISE_OUTCOME_LATER": ("推迟", "later"),
    "REPROMISE_OUTCOME_MISSED": ("做不到", "missed"),
    "help.plan.alerts": (
        "列出需要关注的订单行:预计晚于承诺,或余量不足 72/48/24 小时,及原因。",
        "List order lines that need looking after: expected too late, or with less than 72, 48 or 24 hours in hand, "
        "and why.",
    ),
    "help.only_subject": (
        "只看受它影响的:到料、外购物料、机台、模具、班组、承运商、订单或异常",
        "only those that it hits: a receipt, item bought, machine, mould, crew, carrier, order or disruption",
    ),
    "help.watch_alerts": ("持续显示变化", "go on telling what changes"),
    "column.level": ("级别", "level"),
    "column.slack": ("余量", "in hand"),
    "column.causes": ("原因", "why"),
    "ALERT_LEVEL_LATE": ("已晚", "late"),
    "ALERT_LEVEL_HOURS_24": ("不足24小时", "below 24 h"),
    "ALERT_LEVEL_HOURS_48": ("不足48小时", "below 48 h"),
    "ALERT_LEVEL_HOURS_72": ("不足72小时", "below 72 h"),
    "ALERT_CHANGE_OPENED": ("新增", "opened"),
    "ALERT_CHANGE_CHANGED": ("变化", "changed"),
    "ALERT_CHANGE_CLOSED": ("解除", "closed"),
    "say.alert": (
        "{change} {name} {level}:承诺 {promised},预计 {expected}。{causes}",
        "{change} {name} {level}: promised {promised}, expected {expected}. {causes}",
    ),
    "help.forecast": (
        "未来几周各工作中心的负荷与瓶颈:已订、空闲、超载,哪里缺多少工时。可给出预计订单。",
        "Load and bottlenecks of the coming weeks by work centre: booked, free, overloaded, and how many hours are "
        "short where. Takes a plan of orders.",
    ),
    "help.weeks": ("周数,默认 4", "weeks; 4 by default"),
    "help.wanted": (
        "预计订单:item(物料)、quantity(数量)、due(交期)三列的 CSV",
        "orders that are expected: a CSV file of item, quantity, due",
    ),
    "help.heat": ("画成热力图:PNG、PDF 或 SVG", "draw it as a heat map: PNG, PDF or SVG"),
    "say.heat": (
        "{first} 至 {last},每列一天;颜色越深越满,! 为工时不足,. 为不上班。",
        "{first} to {last}, a column a day; the darker the fuller, ! where hours are short, . where nobody works.",
    ),
    "say.short": (
        "{centre}:自 {day} 起缺 {hours:,.1f} 小时;全部加班费用:{price};外协可释放:{outside}。",
        "{centre}: {hours:,.1f} h short from {day} on; all of it in overtime: {price}; work given outside would free: "
        "{outside}.",
    ),
    "say.freed": ("{item} {hours:,.1f} 小时({price})", "{item} {hours:,.1f} h ({price})"),
    "picture.heat": ("负荷预测(%)", "Load forecast (%)"),
    "picture.full": ("满负荷", "nothing left"),
    "picture.closed": ("不上班", "nobody works"),
    "picture.short": ("缺工时", "hours are short"),
    "help.whatif": (
        '假如……会怎样:在计划副本上试算,不改变任何内容。例:jiaoqi whatif "模具M-07停3天"',
        'What would happen if, worked out on a copy of the plan: jiaoqi whatif "mould M-07 out for 3 days".',
    ),
    "help.sentence": ("会发生什么,中文或英文", "what would happen, in Chinese or English"),
    "say.supposed": ("{kind},{subject},{start} 至 {end}。", "{kind}, {subject}, from {start} to {end}."),
    "say.supposed_of_order": ("{kind},{subject}。", "{kind}, {subject}."),
    "say.let_pass": (
        "{order}:规则、信用、促销与配额均允许。",
        "{order}: rules, credit, promotions and quotas let it pass.",
    ),
    "say.order_changed": ("{order}:{text}", "{order}: {text}"),
    "say.would_hit": (
        "{orders} 张订单的 {risk} 行会有风险或更晚,另有 {held} 张订单在承诺内移动;"
        "工序:{shifted} 道改时间,其中 {moved} 道换位置;解除锁定 {unpinned} 道。",
        "{risk} lines of {orders} orders would be at risk or later, {held} other orders would move within their "
        "promises; operations: {shifted} at another time, {moved} of them in another place; {unpinned} pins lifted.",
    ),
    "say.would_cost_all": ("合计费用:{price}", "It would cost in all: {price}"),
    "say.no_rate": ("无费率", "no rate for it"),
    "say.moved": (
        "{risk} 行新增风险或更晚,{recovered} 行解除风险,另有 {held} 张订单在承诺内移动;"
        "工序:{shifted} 道改时间,其中 {moved} 道换位置。",
        "{risk} lines at risk or later, {recovered} in time again, {held} other orders moved within their promises; "
        "operations: {shifted} at another time, {moved} of them in another place.",
    ),
}

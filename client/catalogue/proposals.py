"""Other plans: what is looked for, what is offered, and what customers are told."""

from __future__ import annotations

from client.catalogue.texts import Texts

TEXTS: Texts = {
    "help.replan": (
        "在后台寻找更好的计划,显示进度;结果是方案,不改变当前计划。",
        "Look for other plans in the background, with the progress; what is found are proposals, the plan stays.",
    ),
    "help.kind": ("方案类型,可多次给出:{kinds}", "kind of proposal, may be given several times: {kinds}"),
    "help.replan_seconds": ("搜索时间,秒", "how long to search, seconds"),
    "help.steps": ("按步数而不是时间搜索,结果可重复", "search so many steps instead of by time, to repeat it"),
    "help.protect": ("protect 类方案保护到哪个优先级", "the lowest priority that a proposal of kind protect keeps"),
    "help.most": ("最多移动几个承诺(protect)", "how many promises may move at most (protect)"),
    "help.none_within": ("多少小时内到期的承诺不移动(protect)", "none due within so many hours may move (protect)"),
    "help.plan.proposals": ("列出方案,指标并列。", "List proposals, their figures side by side."),
    "help.plan.proposal": ("逐单显示一个方案的差异。", "Show what a proposal would change, order by order."),
    "help.plan.apply": (
        "采用方案:并入此后的承诺,重新计时并校验;列出须通知的客户。",
        "Make a proposal the plan, merged with what was promised since; says which customers must be told what.",
    ),
    "help.plan.discard": ("放弃方案。", "Put a proposal aside."),
    "help.proposal": ("方案编号", "id of the proposal"),
    "help.all_proposals": ("包括已采用和放弃的", "those that were applied or discarded, too"),
    "error.kind": ("没有类型 {text}:{kinds}", "no kind {text}: {kinds}"),
    "column.proposal": ("方案", "proposal"),
    "column.late": ("晚交", "late"),
    "column.saved": ("挽回", "saved"),
    "column.redated": ("改期", "dates moved"),
    "column.delay": ("晚交小时", "hours late"),
    "column.overtime": ("加班小时", "overtime h"),
    "column.outside": ("外协小时", "outside h"),
    "column.changeoverhours": ("换产小时", "changeover h"),
    "column.changeovers": ("换产", "changeovers"),
    "column.displaced": ("移动工序", "operations moved"),
    "column.distance": ("移动小时", "hours moved"),
    "column.turns": ("较异常前移动工序", "moved since the disruption"),
    "column.days": ("较异常前改日", "days changed since the disruption"),
    "column.cost": ("费用(工厂货币)", "cost, plant's currency"),
    "column.objective": ("目标值", "objective"),
    "column.bound": ("下界", "bound"),
    "column.formerly": ("原承诺", "promised"),
    "column.newly": ("新承诺", "new date"),
    "column.chinese": ("通知(中文)", "message (Chinese)"),
    "column.english": ("通知(英文)", "message (English)"),
    "say.replanning": ("搜索中", "searching"),
    "say.no_bound": ("无下界", "no bound"),
    "say.bound": ("{bound}(差 {gap})", "{bound} (gap {gap})"),
    "say.replan_step": (
        "{kind}:目标 {objective},下界 {bound},晚交 {late},移动 {moved}",
        "{kind}: objective {objective}, bound {bound}, {late} late, {moved} moved",
    ),
    "say.kinds_in_vain": ("没有更好的方案:{kinds}。", "Nothing better was found by: {kinds}."),
    "say.nothing_better": ("没有找到更好的计划。", "Nothing better than the plan as it stands was found."),
    "say.extra_hours": ("加班:{resource},{start} 至 {end}", "Overtime: {resource}, {start} to {end}"),
    "say.of_priority": ("  优先级 {priority}", "  of priority {priority}"),
    "say.outside": (
        "外协:{resource},订单 {order} 第 {line} 行工序 {operation}({quantity} 件 {item}),{start} 至 {end},费用 {price}",
        "Outside: {resource} does operation {operation} of order {order}, line {line} ({quantity} of {item}), {start} "
        "to {end}, at {price}",
    ),
    "say.cap_price": (
        "限制的代价:目标 {capped},无限制 {free},差 {price}",
        "Price of the cap: objective {capped}, without it {free}, difference {price}",
    ),
    "say.plan_before": (
        "“异常前”指异常 {disruption} 之前 {time} 的计划。",
        "Since the disruption: compared with the plan before {disruption}, as it stood at {time}.",
    ),
    "say.applied": (
        "{id}:{shifted} 道工序改时间,其中 {moved} 道换位置;并入 {added} 道,{gone} 道已不能移动。须通知 {told} 行。",
        "{id}: {shifted} operations at another time, {moved} of them in another place; {added} put between, "
        "{gone} could not move any more. {told} lines to be told of.",
    ),
    "say.discarded": ("{id} 已放弃。", "{id} was put aside."),
    "notice.moved": (
        "您好,订单 {order} 第 {line} 行({item},{quantity} 件)的交期由 {before} 改为 {after},给您带来不便,敬请谅解。",
        "The date of your order {order}, line {line} ({quantity} of {item}) has changed from {before} to {after}. "
        "We apologise for the inconvenience.",
    ),
    "notice.rest": (
        "您好,订单 {order} 第 {of} 行有 {quantity} 件 {item} 由 {before} 改为 {after} 交付,其余按期交付,敬请谅解。",
        "Of line {of} of your order {order}, {quantity} of {item} will follow by {after} instead of {before}; the "
        "others arrive as promised. We apologise for the inconvenience.",
    ),
    "notice.earlier": (
        "您好,订单 {order} 第 {line} 行({item},{quantity} 件)的交期由 {before} 提前到 {after}。",
        "Good news: your order {order}, line {line} ({quantity} of {item}), comes earlier: by {after}, not {before}.",
    ),
    "notice.late": (
        "您好,订单 {order} 第 {line} 行({item},{quantity} 件)承诺 {before},目前预计 {expected} 到达,我们正在努力提前。",
        "Your order {order}, line {line} ({quantity} of {item}), promised for {before}, is now expected {expected}. "
        "We are working to bring it forward.",
    ),
    "notice.in_time": (
        "您好,订单 {order} 第 {line} 行({item},{quantity} 件)将按承诺 {before} 交付。",
        "Your order {order}, line {line} ({quantity} of {item}) will arrive as promised, by {before}.",
    ),
    "PROPOSAL_KIND_RESEQUENCE": ("重新排序", "re-sequence"),
    "PROPOSAL_KIND_ALTERNATIVES": ("换机台或模具", "other machines or moulds"),
    "PROPOSAL_KIND_OVERTIME": ("加班", "overtime"),
    "PROPOSAL_KIND_PROTECT": ("保高优先级", "protect top priorities"),
    "PROPOSAL_KIND_OUTSIDE": ("外协", "work outside"),
    "PROPOSAL_KIND_ORDER": ("理顺顺序", "better order"),
    "PROPOSAL_KIND_SPLIT": ("分批交付", "deliver in parts"),
    "PROPOSAL_KIND_NEAR": ("贴近原计划", "near the plan before"),
    "PROPOSAL_STATE_OPEN": ("待定", "open"),
    "PROPOSAL_STATE_APPLIED": ("已采用", "applied"),
    "PROPOSAL_STATE_DISCARDED": ("已放弃", "discarded"),
}

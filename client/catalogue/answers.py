"""Reasons, refusals, remarks, sources and durations; {duration}, {subject} and {orders} are put in."""

from __future__ import annotations

from client.catalogue.texts import Texts

TEXTS: Texts = {
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
    "REASON_KIND_SHIPPING": ("包装与运输 {duration}{subject}", "{duration} of packing and shipping{subject}"),
    "REASON_KIND_CUT_OFF": (
        "等承运商下一次揽收 {duration}{subject}",
        "{duration} of waiting for the carrier's next pick-up{subject}",
    ),
    "REASON_KIND_OTHER_LINES": (
        "等订单的其他行一起发货 {duration}",
        "{duration} of waiting for the order's other lines, to go together",
    ),
    "REASON_KIND_ROUNDING": ("取整到承诺刻度 {duration}", "{duration} of rounding up to the promise grid"),
    "REASON_KIND_BUFFER": ("缓冲 {duration}", "{duration} of buffer"),
    "REASON_KIND_HOLD": ("等待人工决定 {duration}", "{duration} of waiting for a decision"),
    "REASON_KIND_QUOTA": (
        "等待配额或保底的余量 {duration}{subject}",
        "{duration} of waiting for room in a quota or beside a floor{subject}",
    ),
    "REASON_KIND_NOT_NEEDED_EARLIER": ("{duration} 的余量,不必更早", "{duration} to spare, not needed earlier"),
    "reason.subject": ("({subject})", " ({subject})"),
    "reason.orders": (",前面有订单 {orders}", ", behind orders {orders}"),
    "reason.join": (";", "; "),
    "refusal.later_than_requested": (
        "期望时间做不到,且只接受期望时间",
        "can't be had by then, and no later date is accepted",
    ),
    "refusal.later_than_latest": (
        "最早日期晚于最晚可接受时间",
        "the earliest date is after the latest accepted",
    ),
    "refusal.beyond_horizon": ("计划期内排不下", "can't be placed within the planning horizon"),
    "refusal.no_pick_up": ("没有承运商会来揽收", "no carrier would ever collect it"),
    "refusal.not_complete": (
        "订单要求整单发货,另有行做不到",
        "the order is to be delivered complete, and another line can't be had as asked",
    ),
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
    "SOURCE_SURPLUS": (
        "{item} {quantity}:{receipt} 批的余量({time})",
        "{quantity} of {item} that {receipt} makes beyond its need, {time}",
    ),
    "kit.stands_for": ("{part}(代替 {item})", "{part} (instead of {item})"),
    "say.delivers": ("交付 {quantity} 件", "{quantity} will be delivered"),
    "say.delivers_item": ("改交 {item},{quantity} 件", "{quantity} of {item} will be delivered instead"),
    "say.kit": ("配套:{parts}", "kit: {parts}"),
    "duration.d": ("{n}天", "{n}d"),
    "duration.h": ("{n}小时", "{n}h"),
    "duration.m": ("{n}分", "{n}min"),
    "duration.s": ("{n}秒", "{n}s"),
    "duration.join": ("", " "),
    # Options, and what they cost.
    "OPTION_KIND_SPLIT": ("分批:{parts}", "in two parts: {parts}"),
    "OPTION_KIND_WHOLE": ("全部:{parts}", "all of it: {parts}"),
    "OPTION_KIND_FROZEN": ("允许排进冻结区,全部:{parts}", "all of it with work in the frozen zone: {parts}"),
    "COST_KIND_DELAY": ("延误 {duration}", "{duration} of delay"),
    "COST_KIND_CHANGEOVER": ("换型 {count} 次共 {duration}", "{count} changeovers, {duration}"),
    "COST_KIND_OVERTIME": ("加班 {duration}", "{duration} of overtime"),
    "option.part": ("{quantity} 于 {time}", "{quantity} by {time}"),
    "option.no_part": ("{quantity} 做不到", "{quantity} can't be had"),
    "option.join": (",", ", "),
    "option.costs": ("{text}({costs})", "{text} ({costs})"),
    "option.named": ("{text} [{option}]", "{text} [{option}]"),
    "option.priced": ("{what}:{amount}", "{what}: {amount}"),
    "option.unpriced": ("{what}:未定价", "{what}: not priced"),
    "RESCUE_OUTCOME_FOUND": (
        "求解器找到重排方案:{moved} 道工序换位,{shifted} 道改时,其他承诺全部保持(搜索 {seconds} 秒)",
        "Rearranged by the solver: {moved} operations moved, {shifted} start at another time, all other promises are "
        "kept ({seconds} s)",
    ),
    "RESCUE_OUTCOME_NONE": (
        "求解器证明:在其他承诺全部保持时,无法按期(搜索 {seconds} 秒)",
        "The solver proved that there is no rearrangement that is in time with all other promises kept ({seconds} s)",
    ),
    "RESCUE_OUTCOME_CUT_OFF": (
        "求解器在限时内没有找到重排方案(搜索 {seconds} 秒)",
        "The solver found no rearrangement in its time ({seconds} s); there may be one",
    ),
    "RESCUE_OUTCOME_OVERTAKEN": (
        "求解器找到过重排方案,但计划已变,不再成立",
        "The solver found a rearrangement, but the plan moved on and it does not hold any more",
    ),
    "RESCUE_OUTCOME_UNAVAILABLE": (
        "没有搜索重排方案:计划太大,或求解进程尚未就绪",
        "No rearrangement was searched for: the plan is too large, or no process was ready",
    ),
    "rescue.held": ("{text};保持不动:{held}", "{text}; kept as it was: {held}"),
    "rescue.move": (
        "  {order} 第 {line} 行 {operation}:{before} {stood} → {after} {stands}",
        "  {order} line {line} {operation}: {before} {stood} → {after} {stands}",
    ),
    "held.frozen": ("冻结区", "the frozen zone"),
    "held.pinned": ("已固定的工序", "pinned work"),
    "held.outside": ("离期望时间较远的工序", "work far from the time asked for"),
    "held.modes": ("各工序所用机台", "the machines of all work"),
    "held.maintenance": ("按模次保养的模具顺序", "the order of runs on moulds maintained by shots"),
    "held.changeovers": ("较严的换型估算", "changeovers counted more strictly"),
    "say.option": ("  另有办法:{text}", "  Instead: {text}"),
}

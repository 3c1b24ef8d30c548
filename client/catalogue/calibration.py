"""Buffers that are learned, and how sure dates are."""

from __future__ import annotations

from client.catalogue.texts import Texts

TEXTS: Texts = {
    "help.calibrate": (
        "从已完成的订单学习缓冲:按产品族、工艺和负荷,比计划晚了多少",
        "Learn buffers from work that was done: how much later than planned, by family, routing and load.",
    ),
    "help.calibrate.file": (
        "历史文件(CSV),列 decided、planned、completed,可选 family、routing、waiting;默认用本系统已结束的订单",
        "a history (CSV) with columns decided, planned, completed, and family, routing, waiting if known; by default"
        " the orders that were closed here",
    ),
    "help.calibrate.list": ("只列出学到的各版本", "only list what was learned, version by version"),
    "help.calibrate.version": ("要看的版本,默认最新", "the version to show; by default the last one"),
    "say.calibrated": (
        "已学习版本 {version}:{count:,} 行;策略为 quantile 的工厂从现在起按此承诺",
        "learned version {version} from {count:,} lines; where the plant's policy is quantile, dates go by it"
        " from now on",
    ),
    "say.would_calibrate": ("将从 {count:,} 行学习,未生效", "would learn from {count:,} lines; nothing was changed"),
    "say.calibration": (
        "版本 {version},{time},{count:,} 行,{actor}",
        "version {version} of {time}, {count:,} lines, {actor}",
    ),
    "say.left_out": ("{count:,} 行未用:{why}", "{count:,} lines teach nothing: {why}"),
    "left_out.from_stock": ("来自库存,没有生产", "from stock, nothing was made"),
    "left_out.not_reported": (
        "没有完工报告,且可能在等客户要的日期",
        "nobody reported the end of the work, and it may have waited for the time asked for",
    ),
    "left_out.no_times": ("缺少所需的时间", "the times that are needed are missing"),
    "say.calibration_none": (
        "还没有学习过:固定缓冲有效",
        "nothing was learned yet: the fixed buffer counts",
    ),
    "say.calibration_unit": (
        "数字为晚于计划的部分占计划提前期的百分比;少于 30 行的不用,改看上一级",
        "figures are per cent of the planned lead time by which work was later; kinds of fewer than 30 lines are not"
        " used, but the next wider one",
    ),
    "column.kind_of_lines": ("类别", "lines"),
    "column.family": ("产品族", "family"),
    "column.routing": ("工艺", "routing"),
    "column.load_band": ("负荷", "load"),
    "column.n": ("行数", "n"),
    "column.half": ("P50", "P50"),
    "column.four_fifths": ("P80", "P80"),
    "column.nearly_all": ("P95", "P95"),
    "LEARNED_FROM_CELL": ("同族同工艺同负荷", "same family, routing and load"),
    "LEARNED_FROM_FAMILY": ("同族", "same family"),
    "LEARNED_FROM_PLANT": ("全厂", "whole plant"),
    "LEARNED_FROM_FIXED": ("固定缓冲", "fixed buffer"),
    "LOAD_BAND_FREE": ("空", "free"),
    "LOAD_BAND_LIGHT": ("轻", "light"),
    "LOAD_BAND_BUSY": ("忙", "busy"),
    "LOAD_BAND_FULL": ("满", "full"),
    "say.confidence": (
        "把握 P{level}(按{source}的 {count:,} 行)",
        "P{level}: as sure as that, by {count:,} lines of the {source}",
    ),
    "say.confidence_low": (
        "把握低于 P5(按{source}的 {count:,} 行)",
        "less sure than P5, by {count:,} lines of the {source}",
    ),
    "say.confidence_unknown": (
        "把握未知:历史不足,用固定缓冲",
        "how sure is not known: too little history, the fixed buffer counts",
    ),
    "say.completed": ("完成于 {time}({told})", "complete at {time} ({told})"),
    "say.by_reports": ("按报工", "by the shop floor's reports"),
    "say.by_leaving": ("按出厂", "when it left"),
}

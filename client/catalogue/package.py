"""The task package, on the screen and as a page."""

from __future__ import annotations

from client.catalogue.texts import Texts

TEXTS: Texts = {
    "package.title": ("任务包 订单 {order}", "Task package of order {order}"),
    "package.as_of": (
        "工厂时间 {now}({zone}),计划版本 {version},订单版本 {etag};时间为计划建议,以最新计划为准。",
        "As planned at {now} ({zone}), plan version {version}, order etag {etag}; times are those of the plan and may "
        "change with it.",
    ),
    "package.line": ("第 {line} 行", "Line {line}"),
    "package.lot": ("第 {line} 行 批 {lot}:{item}", "Line {line}, lot {lot}: {item}"),
    "package.lots": ("生产", "made"),
    "package.no_lots": ("无需生产", "nothing"),
    "package.delivered": ("直接交付", "delivered as it is"),
    "package.shipped": ("发运", "shipped"),
    "package.routing": ("工艺路线", "routing"),
    "package.goes_into": ("用于", "goes into"),
    "package.steps": ("工序与建议时间", "Steps and suggested times"),
    "package.materials": ("物料清单", "Bill of material"),
    "package.others": ("其他可用方式", "Other ways to do it"),
    "package.moulds": ("模具", "Moulds"),
    "package.documents": ("文件", "Documents"),
    "package.storage": ("库房", "storage"),
    "package.lag": ("等待 {duration}", "{duration} of waiting"),
    "package.made_by": ("{part}({time}完成)", "{part}, done {time}"),
    "package.fact": ("  {label}:{value}", "  {label}: {value}"),
    "column.name": ("名称", "name"),
    "column.cavities": ("穴数", "cavities"),
    "column.cycle": ("周期", "cycle"),
    "column.fits": ("适用机台", "fits"),
    "column.maintenance": ("保养模次", "maintained every"),
    "column.subject": ("对象", "about"),
    "column.location": ("位置", "location"),
    "column.after": ("前道", "after"),
    "column.mode": ("方式", "mode"),
    "column.work": ("加工", "work"),
    "column.shots": ("模次", "shots"),
    "column.each": ("每件", "each"),
    "column.unit": ("单位", "unit"),
    "column.from": ("来源", "from"),
}

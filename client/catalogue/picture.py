"""Words in the Gantt chart, which is in English where no font here can draw Chinese."""

from __future__ import annotations

from client.catalogue.texts import Texts

TEXTS: Texts = {
    "picture.plan": ("生产计划", "Production plan"),
    "picture.changeover": ("换模换色", "changeover"),
    "picture.late": ("延误订单", "late order"),
    "picture.downtime": ("停机", "downtime"),
    "picture.off_shift": ("非工作时间", "off shift"),
    "picture.now": ("现在", "now"),
    "picture.machines": ("设备", "machines"),
    "picture.moulds": ("模具", "moulds"),
    "picture.others": ("其他", "others"),
    "picture.nothing": ("没有排程", "nothing planned"),
    "picture.only": ("生产计划:{names}", "Production plan: {names}"),
}

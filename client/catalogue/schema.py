"""What the schema's lists are called."""

from __future__ import annotations

from client.catalogue.texts import Texts

TEXTS: Texts = {
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
}

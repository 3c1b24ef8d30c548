"""Promotions, and what people decide of orders afterwards."""

from __future__ import annotations

from client.catalogue.texts import Texts

TEXTS: Texts = {
    "say.granted": ("促销 {promotion}:{text}", "promotion {promotion}: {text}"),
    "say.lost": ("未享促销 {promotion}:{text}", "promotion {promotion} lost: {text}"),
    "say.unmet": ("不适用的促销 {promotion}:{text}", "promotion {promotion} does not apply: {text}"),
    "say.unmet_more": ("另有 {count} 个促销不适用", "{count} more promotions do not apply"),
    "say.review": ("待复核:{text}({state})", "to be reviewed: {text} ({state})"),
    "say.review_settled": (
        "复核:{text}({state},{at},{by}:{reason})",
        "reviewed: {text} ({state}, {at}, {by}: {reason})",
    ),
    "say.handed_to": (",由 {to} 决定", ", {to} decides"),
    "say.payment_held": ("货款暂扣,待折扣复核", "its payment is held until the discount is settled"),
    "grant.discount": ("减 {amount}", "{amount} off"),
    "grant.free": ("第{line}行免费 {count} 件", "{count} pieces of line {line} free"),
    "grant.gift": (
        "赠 {item} {quantity} 件(发货时附上)",
        "{quantity} of {item} as a gift, to be added when it is shipped",
    ),
    "grant.points": ("积分 {points}", "{points} points"),
    "PROMOTION_LOSS_CHANNEL": ("渠道为 {seen},须为 {needed}", "the channel is {seen}, not {needed}"),
    "PROMOTION_LOSS_CUSTOMER": ("客户为 {seen},须为 {needed}", "the customer is {seen}, not {needed}"),
    "PROMOTION_LOSS_GRADE": ("评级为 {seen},须为 {needed}", "the grade is {seen}, not {needed}"),
    "PROMOTION_LOSS_NOT_YET": ("今天 {seen},{needed} 才开始", "it is {seen}, and it begins on {needed}"),
    "PROMOTION_LOSS_OVER": ("今天 {seen},{needed} 已结束", "it is {seen}, and it ended on {needed}"),
    "PROMOTION_LOSS_ITEMS": ("买的是 {seen},没有 {needed}", "{seen} is bought, and none of {needed}"),
    "PROMOTION_LOSS_AMOUNT": ("金额 {seen},须满 {needed}", "{seen} is less than {needed}"),
    "PROMOTION_LOSS_QUANTITY": ("数量 {seen},须满 {needed}", "{seen} pieces are fewer than {needed}"),
    "PROMOTION_LOSS_BARRED": ("规则禁止", "a rule forbids it"),
    "PROMOTION_LOSS_NOT_OFFERED": ("须规则允许", "no rule allows it"),
    "PROMOTION_LOSS_CUSTOMER_CAP": (
        "该客户已享 {seen} 次,每客上限 {needed} 次",
        "the customer has had it {seen} times, the cap for one customer is {needed}",
    ),
    "PROMOTION_LOSS_CAMPAIGN_CAP": (
        "已有 {seen} 单享用,总次数上限 {needed}",
        "{seen} orders have it, the cap in all is {needed}",
    ),
    "PROMOTION_LOSS_BUDGET": (
        "连同本单共需 {seen},预算 {needed}",
        "with this order it would give {seen}, its budget is {needed}",
    ),
    "PROMOTION_LOSS_GROUP": ("与 {needed} 同组互斥({seen})", "{needed} of the same group {seen} won"),
    "PROMOTION_LOSS_ALONE": ("与 {needed} 不可叠加", "it can't be taken together with {needed}"),
    "PROMOTION_LOSS_WORSE": ("不如 {needed} 优惠", "{needed} is better"),
    "PROMOTION_LOSS_GROUP_FOR_MARGIN": (
        "与 {needed} 同组互斥({seen});按毛利取舍,胜出的组合让利最少",
        "{needed} of the same group {seen} won: the choice is for the margin, and what won gives least away",
    ),
    "PROMOTION_LOSS_ALONE_FOR_MARGIN": (
        "与 {needed} 不可叠加;按毛利取舍,胜出的组合让利最少",
        "it can't be taken together with {needed}: the choice is for the margin, and what won gives least away",
    ),
    "PROMOTION_LOSS_NOTHING": (
        "不能再减:已到成本底价",
        "it would take nothing off: the lines are at their floor",
    ),
    "REVIEW_KIND_DISCOUNT": ("给了折扣 {given},应为 {due}", "a discount of {given} was given, {due} is due"),
    "REVIEW_KIND_TWO_CHANNELS": (
        "24小时内另一渠道也订了 {items}:{orders}",
        "{items} bought by another channel within 24 hours: {orders}",
    ),
    "REVIEW_STATE_OPEN": ("未处理", "open"),
    "REVIEW_STATE_ACCEPTED": ("已认可", "accepted"),
    "REVIEW_STATE_REJECTED": ("不认可", "rejected"),
    "column.opened": ("提出时间", "asked"),
    "column.question": ("问题", "question"),
    "help.review": ("订单复核:折扣差异、同货两渠道", "questions about orders: discounts, two channels"),
    "help.review.list": ("列出未认可的复核", "list questions that nobody accepted yet"),
    "help.review.settle": ("处理一项复核", "answer a question about an order"),
    "help.review.kind": ("哪一种复核", "what the question is about"),
    "help.review.state": ("只看未处理的,或不认可的", "only open ones, or only rejected ones"),
    "help.review.accept": ("认可,或不认可", "it is fine as it is, or it isn't"),
    "help.order.reject": ("拒绝一张保留的订单,腾出产能", "refuse a held order and free its places"),
    "help.order.hand_over": (
        "把保留的订单转交他人(如工程)决定,附上可选方案",
        "let somebody else, such as engineering, decide on a held order, with what else could be had",
    ),
    "help.rules.budgets": (
        "列出各促销已用与剩余的预算、次数",
        "list how far promotions are used up, and what is left of budgets and caps",
    ),
    "help.rules.promotion": ("促销编号;默认全部", "the promotion's id; all by default"),
    "say.all_customers": ("(全部客户)", "(all)"),
    "say.not_in_force": ("已不在现行版本", "not in the version in force"),
    "column.promotion": ("促销", "promotion"),
    "column.discounts": ("已优惠", "discounts"),
    "column.used": ("已用单数", "orders"),
    "column.left": ("剩余单数", "orders left"),
    "column.budget": ("剩余预算", "budget left"),
    "help.why": ("理由(必填)", "why (required)"),
    "help.handed_to": ("转交给谁;默认工程(engineering)", "to whom; engineering by default"),
    "help.new_end": ("新的保留期限,默认不变", "when the hold runs out from now on; unchanged by default"),
}

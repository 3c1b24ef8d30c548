"""What the demo says, in Chinese and English."""

from __future__ import annotations

from collections.abc import Mapping

LANGUAGES = ("zh", "en")

_TEXTS: Mapping[str, tuple[str, str]] = {
    "title": ("交期演示:一家真实注塑厂的 190 张订单", "Jiaoqi demo: the 190 orders of a real injection-moulding plant"),
    "source": (
        "11 台机、66 副模具、1 组换模工,2018 年 10 月至 2019 年 1 月。数据:OptiMoldIQ(MIT);"
        "数据之外的假设见 plants/optimoldiq/README.md。",
        "Eleven machines, 66 moulds, one setter; October 2018 to January 2019. Data: OptiMoldIQ (MIT); what it leaves "
        "open is settled in plants/optimoldiq/README.md.",
    ),
    "starting": (
        "正在启动服务器(程序更新后首次启动需编译内核,约几分钟)……",
        "Starting a server (its very first start compiles the kernel, which can take some minutes) ...",
    ),
    "server": (
        "服务器 {address},空的数据文件 {store},手动时钟,每单之后重排。工厂已通过 gRPC 导入。",
        "Server at {address} on the empty file {store}, manual clock, re-dispatch after each order. "
        "The plant is imported over gRPC.",
    ),
    "day": ("{day} 收到 {count} 张订单", "{day}: {count} orders received"),
    "column.order": ("订单", "order"),
    "column.item": ("物料", "item"),
    "column.quantity": ("数量", "quantity"),
    "column.asked": ("期望", "asked for"),
    "column.promised": ("承诺", "promised"),
    "column.why": ("缘由", "why"),
    "refused": ("拒绝", "refused"),
    "spare": ("余量 {spare} 天", "{spare} d to spare"),
    "spare.waited": ("{cause} {wait} 天,余量 {spare} 天", "{spare} d to spare, after {wait} d waiting for {cause}"),
    "late.waited": (
        "迟 {late} 天:{cause} {wait} 天,生产 {work} 天",
        "{late} d late: waits {wait} d for {cause}, {work} d of work",
    ),
    "late.work": (
        "迟 {late} 天:生产 {work} 天,停工 {off} 天",
        "{late} d late: {work} d of work, {off} d closed",
    ),
    "cause.mould": ("等模具 {subject}", "mould {subject}"),
    "cause.machine": ("等机台 {subject}", "machine {subject}"),
    "cause.crew": ("等换模工", "the setter"),
    "cause.gap": ("等够长的空档", "a long enough gap"),
    "cause.behind": ("{cause}({orders} 在前)", "{cause} (behind {orders})"),
    "done": (
        "{count} 张订单用 {seconds:.1f} 秒答复并落盘:每单平均 {each:.0f} 毫秒,含其后的重排。",
        "{count} orders answered, each one on disk first, in {seconds:.1f} s: {each:.0f} ms an order, "
        "re-dispatch included.",
    ),
    "late.title": ("晚于客户期望的订单数", "Orders promised later than asked for"),
    "column.who": ("", ""),
    "column.completed": ("{count} 张已完工订单中", "of the {count} completed"),
    "column.all": ("全部 {count} 张中", "of all {count}"),
    "late.plan": ("交期(本次运行)", "Jiaoqi, in this run"),
    "late.alone": (
        "  其中独占全厂、立即开工也来不及的",
        "  of them late even if begun at once, alone in the plant",
    ),
    "late.fixed": ("固定排位:先到先占,不再移动", "fixed slots: first come, first free slot, never moved"),
    "late.real": ("实际发生:晚于 ETA 完工", "what really happened: completed after the ETA"),
    "unknown": ("未知", "unknown"),
    "disturbed": (
        "请勿误读:实际工厂受到干扰(停机、不良品、停用的型腔、意外),本计划还没有;它按设定周期、无不良品计算。"
        "{plan} 对 {real} 是拿计划比现实;{plan} 对 {fixed} 才是同一工厂的两份计划相比。",
        "Read this with care: the real plant was disturbed (stops, rejects, blocked cavities, surprises), and this "
        "plan is not yet: it takes set cycles and no rejects. {plan} against {real} compares a plan with a reality. "
        "{plan} against {fixed} compares two plans of the same plant.",
    ),
    "disturbed.fixed": (
        "固定排位这一基线另写代码:工作日历、换型时间相同,不需要换模工,不移动已排的。",
        "The fixed slots are simple code of their own: same calendar and changeover minutes, no setter needed, "
        "nothing shifted.",
    ),
    "rules.title": (
        "规则与促销:三张订单,缘由中英文各一",
        "Rules and promotions: three orders, each explained in Chinese and English",
    ),
    "rules.about": (
        "同一工厂,另一台服务器:随附的规则 {policy}、三个客户、三项互相竞争的促销。",
        "The same plant on another server: the shipped policy {policy}, three customers, three promotions that "
        "compete.",
    ),
    "rules.order": (
        "  {order}(客户 {customer},{amount} 元,优惠 {discount} 元):{what}",
        "  {order} (customer {customer}, {amount} yuan less {discount}): {what}",
    ),
    "rules.held": ("保留产能,等人决定", "held with its capacity for somebody to decide"),
    "rules.refused": ("拒绝", "refused"),
    "rules.confirmed": ("已确认", "confirmed"),
    "ranges.working": ("正在用同样的订单试算其他条件……", "Trying the same orders under other conditions ..."),
    "ranges.title": ("如果条件不同:{count} 张中晚于期望的", "If things were different: late of the {count} completed"),
    "column.variant": ("条件", "condition"),
    "column.plan": ("交期", "Jiaoqi"),
    "column.fixed": ("固定排位", "fixed slots"),
    "range.asis": ("原样", "as above"),
    "range.order": ("同日订单打乱顺序({count} 次)", "orders of a day in another order ({count} shuffles)"),
    "range.cycle": ("周期 x {factor}", "cycle times x {factor}"),
    "range.recorded": (
        "记录的周期、型腔与合格率",
        "recorded cycles, cavities and yield",
    ),
    "load.title": ("机台负荷,{first} 至 {last}", "Load by machine, {first} to {last}"),
    "column.machine": ("机台", "machine"),
    "column.run": ("生产(小时)", "run, h"),
    "column.changeover": ("换型(小时)", "changeover, h"),
    "column.working": ("工作时间(小时)", "working, h"),
    "column.load": ("负荷", "load"),
    "moulds.title": ("最紧的模具(按等待时间)", "Moulds that bind: how long orders wait for them"),
    "column.mould": ("模具", "mould"),
    "column.wait": ("等待(小时)", "waited, h"),
    "column.waiting": ("等待的订单", "orders waiting"),
    "moulds.none": ("没有订单等待模具。", "No order waits for a mould."),
    "check.sound": (
        "独立检查器(每批订单之后都检查):{count} 道工序的计划未违反任何规则。",
        "The independent checker, asked after every batch: the plan of {count} operations breaks no rule.",
    ),
    "check.broken": ("独立检查器发现 {count} 处违反:", "The independent checker found {count} breaches:"),
    "kept": (
        "所有承诺都守住:重排之后,没有一张订单的计划完工晚于承诺。",
        "No promise was moved: after all re-dispatches no order is planned to end later than it was told.",
    ),
    "broken": ("计划晚于承诺的订单:{orders}", "Planned to end later than promised: {orders}"),
    "next": (
        "服务器已停止,数据在 {store}。{serve} 用同一文件继续,时钟从演示结束时走起;另开终端试试:",
        "The server has stopped; its data is in {store}. `{serve}` goes on with it, the clock running on from the "
        "last order. Then, in another terminal:",
    ),
    "took": ("用时 {seconds:.0f} 秒。", "It took {seconds:.0f} s."),
    "error.in_use": (
        "演示要重建 {store},而另一个服务器(进程 {process})正在使用它:请先停止该服务器,或用 --store 指定另一个文件",
        "the demo replaces {store}, which another server is using (process {process}): stop that one first, or name "
        "another file with --store",
    ),
    "error.server": ("演示无法进行:{problem}", "the demo can't run: {problem}"),
    "weekdays": ("一二三四五六日", "Mon Tue Wed Thu Fri Sat Sun"),
}


class Words:
    """Texts in one language."""

    def __init__(self, language: str) -> None:
        self.language = language
        self._index = LANGUAGES.index(language)

    def template(self, key: str) -> str:
        """Return a text without values."""
        return _TEXTS[key][self._index]

    def say(self, key: str, **values: object) -> str:
        """Return a text with the values put in."""
        return self.template(key).format(**values)

    def weekday(self, number: int) -> str:
        """Return a weekday by its number, 0 being Monday."""
        names = self.say("weekdays")
        return f"周{names[number]}" if self.language == "zh" else names.split()[number]


def keys() -> frozenset[str]:
    """Return the keys of all texts."""
    return frozenset(_TEXTS)

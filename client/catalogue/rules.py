"""Versions of the rules, what they decide, and how they are."""

from __future__ import annotations

from client.catalogue.texts import Texts

TEXTS: Texts = {
    "help.rules": (
        "规则:在文件上格式化、检查、测试、解释、翻译、试算;在服务器上起草、发布、回退。",
        "Rules: format, check, test, explain, translate, rehearse files; draft, publish, roll back on the server.",
    ),
    "help.rules.fmt": ("(文件)按统一格式重写", "(files) Rewrite them in the one layout."),
    "help.rules.check": ("(文件)检查错误与可疑之处", "(files) Tell mistakes, and what is suspicious."),
    "help.rules.test": ("(文件)运行其中的测试", "(files) Run the examples in them."),
    "help.rules.explain": ("(文件)说明某张订单为何如此判定", "(files) Tell why an order is decided so."),
    "help.rules.translate": ("(文件)译成另一种语言", "(files) Write them in the other language."),
    "help.rules.rehearse": ("(文件)拿过去的订单试草案", "(files) Try a draft on past orders of a file."),
    "help.rules.words": ("列出规则可用的词", "List the words that rules may use."),
    "help.rules.list": ("列出规则的各版本。", "List the versions of the rules."),
    "help.rules.show": ("显示一个版本及其改动。", "Show a version, and what it changes."),
    "help.rules.put": ("把文件存为草稿;草稿不作任何判定。", "Put files as a draft, which decides nothing."),
    "help.rules.review": ("在服务器上检查并测试一个版本。", "Check and test a version on the server."),
    "help.rules.publish": (
        "发布草稿:从下一张订单起生效。",
        "Put a draft in force, from the next order on.",
    ),
    "help.rules.rollback": ("撤回生效的版本,恢复先前的版本。", "Take the version in force back for an earlier one."),
    "help.rules.zone": ("工厂时区(仅用于文件)", "time zone of the plant, for commands on files"),
    "help.rules.version": ("版本号,默认为生效的版本", "version, by default the one in force"),
    "help.rules.draft": ("草稿的版本号", "version, a draft"),
    "help.rules.files": ("*.rules、promotions.csv,或装着它们的文件夹", "*.rules, promotions.csv, or folders of them"),
    "help.rules.against": ("与哪个版本比较;0 表示不比较", "which version it is compared with; 0: none"),
    "help.rules.show_files": ("也显示文件内容", "the files, too"),
    "help.rules.again": ("替换这个草稿的文件", "a draft whose files they replace"),
    "help.rules.note": ("说明", "what is to be said of it"),
    "help.rules.force": ("尽管有可疑之处仍要发布;须给出 --reason", "in spite of what is found; with a --reason"),
    "help.rules.to": ("回到哪个版本,默认为前一个", "which version to go back to, by default the one before"),
    "column.published": ("发布者", "published by"),
    "column.since": ("发布时间", "published"),
    "column.note": ("说明", "note"),
    "RULE_STATE_DRAFT": ("草稿", "draft"),
    "RULE_STATE_PUBLISHED": ("生效", "in force"),
    "RULE_STATE_REPLACED": ("已被取代", "replaced"),
    "RULE_STATE_ROLLED_BACK": ("已回退", "rolled back"),
    "say.rules.no_files": ("没有 *.rules 或 promotions.csv", "there are no *.rules and no promotions.csv"),
    "say.rules.version": ("版本 {version}:{state},etag {etag}", "Version {version}: {state}, etag {etag}"),
    "say.rules.drafted": ("{who} 于 {when} 起草", "drafted by {who}, {when}"),
    "say.rules.published": ("{who} 于 {when} 发布", "published by {who}, {when}"),
    "say.rules.ended": ("{who} 于 {when} 终止", "ended by {who}, {when}"),
    "say.rules.forced": ("发布时有 {count} 处可疑或测试不符", "published in spite of {count} findings"),
    "say.rules.same": ("与版本 {base} 的规则相同。", "The rules are those of version {base}."),
    "say.rules.changes": ("相对版本 {base} 的改动:", "What it changes of version {base}:"),
    "say.rules.example": (";例:{facts}", "; example: {facts}"),
    "say.rules.unmet": (
        "  {file}:{line}: 测试“{name}”不符合:{unmet}",
        '  {file}:{line}: example "{name}" is not as expected: {unmet}',
    ),
    "say.rules.reviewed": (
        "{rules} 条规则,{examples} 个测试:{found} 处可疑,{failed} 个测试不符合。",
        "{rules} rules, {examples} examples: {found} findings, {failed} examples fail.",
    ),
}

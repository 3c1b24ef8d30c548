"""What the server says to whoever starts it: its settings, and why it does not start."""

from __future__ import annotations

from client.catalogue.texts import Texts

TEXTS: Texts = {
    "serve.about": (
        "为一家工厂提供服务。命令行优先于环境变量(JIAOQI_STORE 等),环境变量优先于 TOML 文件。",
        "Serves one plant. Flags win over the environment (JIAOQI_STORE and so on), and that over the TOML file.",
    ),
    "serve.options": ("选项", "options"),
    "serve.help": ("显示此帮助后退出", "show this help message and exit"),
    "serve.wrong": ("设置有误:{text}", "wrong settings: {text}"),
    "serve.value": ("{setting}:{problem},而不是 {value}", "{setting}: {problem}, not {value}"),
    "serve.unknown": ("没有设置 {setting}", "there is no setting {setting}"),
    "serve.meant": ("没有设置 {setting},是 {near} 吗?", "there is no setting {setting}; did you mean {near}?"),
    "serve.no_file": ("没有文件 {file}", "no file {file}"),
    "serve.bad_file": ("{file} 不是 TOML 文件:{problem}", "{file} is no TOML file: {problem}"),
    "serve.port_taken": (
        "{setting}:无法监听 {address},端口已被占用,或本机没有此地址",
        "{setting}: cannot listen on {address}: the port is taken, or this machine has no such address",
    ),
    "serve.no_folder": ("没有目录 {folder},无法在其中建立 {file}", "there is no folder {folder} to make {file} in"),
    "serve.open_to_all": (
        "没有令牌,任何能连到 {host} 的人都可以更改一切:请用 --tokens 指定令牌文件,或写明 --allow-anyone",
        "without tokens whoever reaches {host} could change everything: name a file of --tokens, or say --allow-anyone",
    ),
    "serve.cannot": ("无法启动:{text}", "cannot serve: {text}"),
    "serve.in_use": (
        "{place} 正被另一个服务器使用{whose}:请先停止它",
        "{place} is in use by another server{whose}: stop that first",
    ),
    "serve.whose": (",进程 {holder}{on}", ", process {holder}{on}"),
    "serve.on": ("(在 {machine} 上)", " on {machine}"),
    "serve.unreachable": ("数据库 {place} 无法打开或已断开:{why}", "the store {place} can't be reached: {why}"),
    "serve.newer": (
        "数据库的结构版本是 {found},本程序最高支持 {known}:请运行更新的程序,或恢复升级前的备份",
        "the store is at schema {found!r}, this program knows up to {known!r}: run the newer program, or restore a "
        "backup made before the upgrade",
    ),
    # The settings, by name.
    "setting.config": ("含有以下任意设置的 TOML 文件", "TOML file with any of these settings"),
    "setting.lang": ("消息的语言:zh 或 en,默认取自 LANG", "language of messages: zh or en; by default that of LANG"),
    "setting.store": (
        "SQLite 文件(没有则新建),或 postgresql://USER@HOST/DATABASE",
        "SQLite file, made when it isn't there, or postgresql://USER@HOST/DATABASE",
    ),
    "setting.host": ("监听地址", "address to listen on"),
    "setting.port": ("gRPC 服务器端口;0 表示任选", "port of the gRPC server; 0 takes a free one"),
    "setting.metrics_port": (
        "Prometheus 指标端口;0 表示任选,-1 表示不提供",
        "port of the figures for Prometheus; 0 takes a free one, -1 none",
    ),
    "setting.tokens": (
        "令牌文件,每个调用者一行,由 `jiaoqi token` 给出;有此文件则每次调用都需要令牌",
        "file with what `jiaoqi token` prints, a line for each caller; with it every call needs a token",
    ),
    "setting.allow_anyone": (
        "没有令牌时也允许任何能连到此地址的人做一切",
        "let whoever reaches the address do everything, without tokens",
    ),
    "setting.certificate": ("证书链的 PEM 文件,用于 TLS", "PEM file of the certificate chain, for TLS"),
    "setting.key": ("证书私钥的 PEM 文件", "PEM file of the certificate's private key"),
    "setting.queue_limit": ("最多等待的请求数;更多的立即拒绝", "requests that may wait; more are refused at once"),
    "setting.batch_limit": ("一次提交的请求数上限", "requests committed together at most"),
    "setting.batch_ms": (
        "决定多少毫秒之后提交一批",
        "milliseconds of deciding after which a batch is committed",
    ),
    "setting.redispatch": ("何时把未开工的工作全部重排", "when all unstarted work is sequenced anew"),
    "setting.rules": (
        "决定订单能否接受的规则:规则文件、*.rules 所在目录,或自带的一套(moulding、brake_parts、furniture、auto_parts)",
        "rule file, folder of *.rules, or shipped policy (moulding, brake_parts, furniture, auto_parts) that admits "
        "and approves orders",
    ),
    "setting.rules_engine": ("用什么匹配规则", "what matches the rules"),
    "setting.promotions": (
        "促销表(CSV);不给则用规则目录里的 promotions.csv;每张订单享有哪些促销都会告知并计数",
        "CSV file of promotions, by default promotions.csv in the folder of the rules; what each order has of them is "
        "told and counted",
    ),
    "setting.hold_hours": (
        "规则留给人工决定的订单保留多少小时",
        "hours for which an order is held that rules leave to a human",
    ),
    "setting.tidy_minutes": (
        "每隔多少分钟在后台理顺计划(0:不理顺);承诺不动",
        "minutes between looks for a better order of the plan in the background, in which no promise moves; 0: none",
    ),
    "setting.watch_limit": ("同时打开的跟踪数上限;更多的拒绝", "watches open at once; more are refused"),
    "setting.import_limit": ("同时进行的订单导入数上限;更多的拒绝", "imports of orders open at once; more are refused"),
    "setting.grace_seconds": ("停止时留给未完成调用的秒数", "time to finish calls when stopping"),
    "setting.log_level": ("记录的最低级别", "least level logged"),
    # What is wrong with a value, by pydantic's names.
    "value.greater_than_equal": ("应不小于 {ge}", "should be {ge} or more"),
    "value.less_than_equal": ("应不大于 {le}", "should be {le} or less"),
    "value.greater_than": ("应大于 {gt}", "should be above {gt}"),
    "value.int_parsing": ("应为整数", "should be a whole number"),
    "value.float_parsing": ("应为数字", "should be a number"),
    "value.bool_parsing": ("应为 true 或 false", "should be true or false"),
    "value.string_pattern_mismatch": ("应符合 {pattern}", "should match {pattern}"),
    "value.enum": ("应为 {expected}", "should be {expected}"),
    "value.literal_error": ("应为 {expected}", "should be {expected}"),
}

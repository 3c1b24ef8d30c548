"""What the peak-day drill says, on the terminal and on its page."""

from __future__ import annotations

from client.catalogue.texts import Texts

TEXTS: Texts = {
    "help.drill": (
        "演练高峰日:启动真实服务器,加载、停机、重排、kill -9,按限值文件判定,写出网页报告。",
        "Drill a peak day: load, breakdowns, replans and kill -9 on a real server, judged by a file of limits.",
    ),
    "help.drill.plant": (
        "工厂目录,须同时给出 --orders;默认随附的高峰日",
        "plant folder, with --orders; default: the shipped peak day",
    ),
    "help.drill.orders": (
        "订单文件,同 jiaoqi promise --file,另可有 received 列(收到时间)",
        "file of orders as for `jiaoqi promise --file`, and a column `received` if wanted",
    ),
    "help.drill.rules": ("规则:目录、文件或随附策略名", "rules: a folder, a file, or the name of a shipped policy"),
    "help.drill.promotions": ("促销表 CSV", "table of promotions, CSV"),
    "help.drill.limits": ("限值文件 TOML,默认随附的", "file of limits, TOML; default: the shipped one"),
    "help.drill.seed": ("随机种子,0 至 2147483647", "where chance begins, 0 to 2147483647"),
    "help.drill.seeds": (
        "高峰与平日对比的种子数,默认取限值文件;0:不对比",
        "how many seeds peak days are compared to ordinary ones on; default: the file of limits; 0: none",
    ),
    "help.drill.scenario": (
        "场景,可重复:ordinary、peak、kill、burst、tenfold;默认全部",
        "scenario, may be repeated: ordinary, peak, kill, burst, tenfold; default: all",
    ),
    "help.drill.compression": ("一天压缩的倍数,1 至 100000", "how many times as fast the day goes by, 1 to 100000"),
    "help.drill.out": ("网页报告文件", "file of the report, a page"),
    "drill.title": ("交期演练:高峰日", "Jiaoqi drill: a peak day"),
    "drill.book": (
        "{orders:,} 张订单({lines:,} 行),{resources} 台资源,种子 {seed},压缩 {compression:,.0f} 倍。",
        "{orders:,} orders ({lines:,} lines), {resources} resources, seed {seed}, {compression:,.0f} times as fast.",
    ),
    "drill.ordinary": ("平日", "ordinary day"),
    "drill.peak": ("高峰日:停机,并不断重排", "peak day, with breakdowns and replans all the while"),
    "drill.kill": ("高峰日,中途 kill -9", "peak day, and kill -9 in the middle"),
    "drill.burst": ("一分钟突发", "burst within a minute"),
    "drill.tenfold": ("十倍订单", "ten times the orders"),
    "drill.dates": ("高峰与平日的守期率", "dates kept on peak days against ordinary ones"),
    "drill.figure": ("指标", "figure"),
    "drill.measured": ("实测", "measured"),
    "drill.limit": ("限值", "limit"),
    "drill.verdict": ("判定", "verdict"),
    "drill.at_most": ("≤ {value}", "≤ {value}"),
    "drill.at_least": ("≥ {value}", "≥ {value}"),
    "drill.no_limit": ("未设", "none"),
    "drill.passed": ("通过", "passed"),
    "drill.failed": ("未通过", "failed"),
    "drill.figure.p50_ms": ("答复时间 p50(毫秒)", "answer p50, ms"),
    "drill.figure.p99_ms": ("答复时间 p99(毫秒)", "answer p99, ms"),
    "drill.figure.p999_ms": ("答复时间 p99.9(毫秒)", "answer p99.9, ms"),
    "drill.figure.unanswered": ("未答复", "unanswered"),
    "drill.figure.lost": ("重启后丢失的承诺", "promises lost after a restart"),
    "drill.figure.double_booked": (
        "重复占用(机台、模具、班组、库存)",
        "double-booked (machines, moulds, crews, stock)",
    ),
    "drill.figure.violations": ("服务器检查发现的违反", "breaches found by the server's check"),
    "drill.figure.wrong_promotions": ("促销有误的订单", "orders with wrong promotions"),
    "drill.figure.memory_mb": ("服务器内存峰值(MiB)", "server memory at most, MiB"),
    "drill.figure.recovery_s": ("kill -9 后恢复(秒)", "recovery after kill -9, s"),
    "drill.figure.kept_percent": ("守住承诺的行(%)", "lines kept, %"),
    "drill.figure.seeds": ("种子数", "seeds"),
    "drill.figure.difference_points": ("95 % 区间距零最远(百分点)", "95 % interval, farthest from nought, points"),
    "drill.searched": (
        "重排:搜索 {begun} 次,方案 {proposed} 个,采用 {applied} 个,过期 {outdated} 个,因停机中断 {stopped} 次。",
        "Replans: {begun} searches, {proposed} proposals, {applied} applied, {outdated} outdated, {stopped} cut off.",
    ),
    "drill.broke": (
        "停机 {count} 次,使 {lines} 行有风险,{refused} 次被拒。",
        "{count} breakdowns put {lines} lines at risk; {refused} were refused.",
    ),
    "drill.killed": (
        "第 {at:.1f} 秒 kill -9,{seconds:.1f} 秒后重新服务。",
        "kill -9 at second {at:.1f}, serving again {seconds:.1f} s later.",
    ),
    "drill.example": ("  例:{text}", "  for example {text}"),
    "drill.pairs": (
        "{seeds} 个种子:平日 {ordinary:.2f} %,高峰 {peak:.2f} %,差 {mean:+.2f} 个百分点,"
        "95 % 区间 {low:+.2f} 至 {high:+.2f}。",
        "{seeds} seeds: ordinary {ordinary:.2f} %, peak {peak:.2f} %, difference {mean:+.2f} points, 95 % interval "
        "{low:+.2f} to {high:+.2f}.",
    ),
    "drill.all_passed": ("全部 {count} 项限值通过。", "All {count} limits are kept."),
    "drill.some_failed": (
        "{count} 项限值中 {failed} 项未通过:{names}",
        "{failed} of {count} limits are broken: {names}",
    ),
    "drill.written": ("报告:{path}", "Report: {path}"),
    "drill.bad_limits": ("{file} 中的限值有误:", "Limits in {file} are wrong:"),
    "drill.bad_field": ("  {field} = {value}:允许 {allowed}", "  {field} = {value}: allowed are {allowed}"),
    "drill.bad_orders": ("订单文件 {file} 有误:", "The orders in {file} are wrong:"),
    "drill.bad_row": (
        "  第 {row} 行 {column} {value}:应为 {allowed}",
        "  row {row}, {column} {value}: should be {allowed}",
    ),
    "drill.both": ("--plant 与 --orders 须同时给出", "--plant and --orders go together"),
    "drill.nothing": ("没有订单", "there are no orders"),
    "drill.error": ("演练无法进行:{problem}", "the drill can't run: {problem}"),
}

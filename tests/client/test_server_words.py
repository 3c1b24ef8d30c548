"""What the server says of mistakes is said in Chinese, too; it travels in English."""

import json
import re
from pathlib import Path
from string import Formatter

import pytest

import client
import promising.plant_files.references as references
from client.catalogue import keys, texts, use_language
from client.server_words import FIGURES, in_words, match
from domain.errors import InvalidInput
from domain.resources import ResourceKind
from promising.sentences import _EXAMPLES
from tests.client.spoken import Spoken, fields
from tests.promising.test_plant_files_mistakes import PARTS, WRONG_PARTS, mistakes, shop
from tests.promising.test_plant_files_mistakes import WRONG as WRONG_FILES
from wire.errors import _bad_request

ROOT = Path(client.__file__).parent.parent
SAMPLES = {
    "kind": "calendar", "mark": "paused", "said": "started 7", "known": "finished 7", "why": "it is settled",
    "counts": "good 7",
}  # fmt: skip
"""Values that are words themselves."""
WORDS = {
    "kind": "calendar", "names": "machine or outside", "what": "resource or work centre", "problem": "is given",
    "told": "no date can be had", "refusals": "it is settled", "'; '.join(hold.reasons)": "it is settled",
    "error": "unexpected end of data", "self.kind.value": "paused", "said.in_short()": "started 7",
}  # fmt: skip
"""What stands in the code for words, with such words; all else is data."""
LINES = ("7", "7 line 7", "7 line 7: 7")
"""What a `name` may be before what is said of it."""
FIELD = {"is no {field}": ("reason", "source"), "{found.group(1)!r} is no {field} time": ("start", "end", "requested")}
"""Texts with a field's name in them, and which fields it may be."""
DATA = {
    "{TRUE}, {FALSE}", "{ANY_GROUP}, {nearest(name, names.known['moulds'])}", "{name[:NAME_MAX]!r}", "UTF-8",
    "REVIEW_STATE_OPEN, REVIEW_STATE_REJECTED", "YYYY-MM-DD HH:MM", ", …",
}  # fmt: skip
"""What is said that is no word of any language."""
HANDED_OVER = {"str(error)", "standing.order.customer_id", "self._allowed", "mark"}
"""What is no text where it is said: another error's words, an id, the schema's names, a report."""
NAMES = {
    "*.rules", "Asia/Shanghai", "CNY", "CSV", "JSON", "PEM", "TOML", "UTC", "UTF-8", "Unicode", "delivery",
    "material_rejected", "material", "crew", "setter", "operations.csv", "from_time", "from", "option_id", "quote_id",
    "next_page_token", "etag", "protobuf", "start_time", "end_time", "start", "work", "protect", "corrects", "yes",
    "no", "h", "d", "m", "s", "jiaoqi", "token", "sha256:", "good_count", "scrapped_count", "shot_count",
    "requested_time", "withdrawn", "time",
}  # fmt: skip
"""What is written so in both languages."""
IN_BOTH = re.compile("[\u4e00-\u9fff].* / ")
"""What is said in both languages at once."""
EXAMPLES = re.compile(r"8h|2d|1h30m|22\.5s|2018-11-01T08:00|X-1|M-07|SO-1")

pytestmark = pytest.mark.usefixtures("in_chinese")


@pytest.fixture
def in_chinese():
    use_language("zh")
    yield
    use_language("en")


def english_in(text):
    """What is left of a text without names and examples that has Latin letters."""
    text = EXAMPLES.sub("", text)
    for name in sorted(NAMES, key=len, reverse=True):
        text = re.sub(rf"(?<![A-Za-z]){re.escape(name)}(?![A-Za-z])", "", text)
    return re.findall(r"[A-Za-z]+", text)


def is_chinese(template):
    """Whether what the code says is said in Chinese, of whatever line it is."""
    return any(not any(english_in(in_words(said)) for said in said_by(template, name)) for name in LINES)


@pytest.fixture(scope="module")
def spoken():
    return Spoken(ROOT)


def said_by(template, name="7"):
    """What a template of the code says, with such values in it."""
    values = {"name": name} | {
        name: repr("X-1") if name.endswith("!r") else WORDS.get(name, "7")
        for name in fields(template)
        if name != "name"
    }
    for field in FIELD.get(template, ("7",)):
        row = values | {"field": field}
        text = template
        for name, value in row.items():
            text = text.replace("{" + name + "}", value)
        yield text


def test_all_that_the_code_says_has_a_chinese_text(spoken):
    """A new sentence of the server is missing here."""
    assert len(spoken.texts) > 500
    ours = {text: place for text, place in spoken.texts.items() if text not in DATA and not IN_BOTH.search(text)}
    assert {text: place for text, place in ours.items() if not is_chinese(text)} == {}


def test_what_the_code_says_and_is_no_text_is_data(spoken):
    """Lists of names, and what others said; whatever else flows into an error's words can't be checked here."""
    assert {said for said in spoken.untold if not re.match(r"'[,;] ?'\.join\(", said)} == HANDED_OVER


def test_all_nouns_are_in_the_catalogue():
    """What may be missing in a plant, and what may be out of service."""
    source = (ROOT / "domain" / "plant.py").read_text()
    found = re.findall(r'yield from known\(.*?"([a-z ]+)"(?:, True)?\)', source)
    known = {noun for each in found for noun in each.split(" or ")}
    assert {"calendar", "work centre", "changeover class"} <= known
    nouns = known | set(references._WORDS.values()) | {kind.value for kind in ResourceKind}
    assert {f"noun.{noun}" for noun in nouns} <= keys()


WRONG = sorted(key for key in keys() if key.startswith(("wrong.", "why.")))


@pytest.mark.parametrize("sample", ["X-1", "a 'b' \"c\"", "物料 7"])
def test_a_text_is_known_by_its_values_and_gives_them_back(sample):
    """Each matches what is made of it, before any other."""
    wrong = {}
    for key in WRONG:
        parts = [(name, quoted) for _, name, _, quoted in Formatter().parse(texts(key)[1]) if name]
        given = {name: SAMPLES.get(name, "7" if name in FIGURES else sample) for name, _ in parts}
        said = texts(key)[1].format(**given)
        if match(said) != (key, given):
            wrong[key] = match(said)
    assert wrong == {}


@pytest.mark.parametrize(
    ("english", "chinese"),
    [
        ("'8x' is not a duration (allowed: at most 10 years)", "“8x”不是时长(允许:最多 10 年)"),
        ("no machine or line or outside 'M-1'", "没有机台、生产线或外协“M-1”"),
        ('no calendar "O\'Neil"', "没有日历“O'Neil”"),
        ("'a\\tb' is not an id", "“a\\tb”不是编号"),
        (
            "-1 day, 23:00:00 is out of range (allowed: 0 to 3650 days, 0:00:00)",
            "-1 天 23:00:00 超出范围(允许:0 至 3650 天)",
        ),
        (
            "R-1 line 1: PO-1 is needed by 2026-03-02T08:00:00+00:00; R-2 line 2, cancelled: item X is gone",
            "R-1 行 1:2026-03-02T08:00:00+00:00 前需要到料 PO-1;R-2 行 2(已取消):已没有物料 X",
        ),
        (
            "finished 2026-03-02T08:00:00+00:00 good 5 shots 3, but it was reported: started 2026-03-02T09:00:00+00:00",
            "2026-03-02T08:00:00+00:00 完工,合格 5,模次 3,但已有报告:2026-03-02T09:00:00+00:00 开工",
        ),
        (
            "not TOML: Expected '=' after a key in a key/value pair (at line 1, column 4)",
            "不是 TOML:名称后应为 =(第 1 行第 4 列)",
        ),
        ("配额 Q:已满 / quota Q: is full", "配额 Q:已满"),
    ],
)
def test_what_is_said_in_pieces_is_said_in_chinese(english, chinese):
    """Problems with what is allowed, lists, nouns and values that are words themselves."""
    assert in_words(english) == chinese


@pytest.mark.parametrize("said", ["the moon is full", "M-1, M-2, M-3", "A / B", "", "没有这样的东西", "x (allowed: y"])
def test_what_no_text_knows_stays_as_it_is(said):
    """Names, lists, and what a newer server says."""
    assert in_words(said) == said


def test_what_the_server_cuts_short_is_said_in_chinese():
    """What is quoted, and what is allowed, without values; a beginning that could be of several texts stays."""
    wrong = InvalidInput.one("sentence", f"does not say what happens: {'模具' * 40!r}", _EXAMPLES)
    (found,) = _bad_request(wrong, 4000).field_violations
    assert found.description.count("...") == 2
    problem, _, allowed = in_words(found.description).partition("(")
    assert re.fullmatch(r"没有说发生了什么:“(模具)+模?\.\.\.”", problem)
    assert allowed == "允许:如“模具M-07停3天”、“SO-1报废5件”)"
    assert in_words("the id of a receipt that is to come...") == "the id of a receipt that is to come..."


def test_in_english_all_is_as_the_server_says_it():
    use_language("en")
    assert in_words("no calendar 'C' (allowed: at least one)") == "no calendar 'C' (allowed: at least one)"


WORDS_OF_FILES = re.compile(
    r"[a-z_]+\.(csv|toml)|\b([a-z]+_[a-z_]+|[a-z]+)(?=,|$)|[“'\"][^”'\"]*[”'\"]|0x[0-9a-f]+|\b(id|zone|frozen)\b"
)


@pytest.mark.parametrize("case", [*WRONG_FILES, *WRONG_PARTS])
def test_each_mistake_in_files_is_a_text_of_the_catalogue(case):
    """Every problem of the broken folders that the reader is tested with."""
    name, change, *_ = (WRONG_FILES | WRONG_PARTS)[case]
    parts = {**PARTS, name: PARTS[name].replace(*change, 1)} if case in WRONG_PARTS else {name: change}
    files = shop(**parts)
    for problem, _ in mistakes(files).values():
        assert match(problem), problem
        assert not english_in(WORDS_OF_FILES.sub("", in_words(problem)))


def test_a_broken_folder_is_told_in_chinese(jiaoqi, folder):
    """Cells, rows, headers, settings, references and what the domain refuses; by `check` and by `import`."""
    for file, old, new in (
        ("plant.toml", '"400d"', '"4000d"'),
        ("plant.toml", "receipt_confidence_percent = 0", "receipt_confidence_percent = -1\ncolour = 1"),
        ("shifts.csv", "08:00,20:00", "8,25:00"),
        ("resources.csv", "M2,machine,,,1,long", "M2,robot,,,none,short"),
        ("moulds.csv", "CAP,,M1;M2,2,1m", "CAP,,M9,0,fast"),
        ("moulds.csv", "LID", "CAP"),
        ("items.csv", "lot_minimum", "lot_min"),
        ("operations.csv", "box,pack,,0", "box,pack,,0,0"),
        ("modes.csv", "TABLE,1,,PACKERS", "TABLE,3,,M1"),
        ("links.csv", "box,mould,cool", "box,cool,mould"),
    ):
        text = (folder / file).read_text()
        assert old in text
        (folder / file).write_text(text.replace(old, new, 1))
    (folder / "notes.csv").write_text("a\n")
    for command in ("check", "import"):
        told = jiaoqi("plant", command, str(folder), "--lang", "zh")
        assert told.status == 3
        for words in ("没有“colour”这一项", "“fast”不是时长", "没有日历“short”", "“25:00”这个时刻", "多余的文件"):
            assert words in told.out
        assert not re.findall(r"\b(the|is|are|not|no|of|to|at|most|must|out|has|like|or|and|with)\b", told.out)
    words = jiaoqi("plant", "check", str(folder), "--lang", "zh", "--json").out
    assert "'fast' is not a duration" in words


def test_a_wrong_promise_is_told_in_chinese(jiaoqi):
    """One field in the title, several below it; to programs as the server says it."""
    ask = ("promise", "cup", "60", "--by", "2026-03-06", "--customer", "C-1")
    told = jiaoqi(*ask, "--order", "T-2", "--lang", "zh")
    assert told.err == "被拒绝:order.lines[0].item_id:没有物料“cup”(允许:工厂已有物料的编号)\n"
    told = jiaoqi(*ask, "--order", " ", "--lang", "zh")
    assert "“ ”不是编号(允许:1 至 64 个可显示字符,首尾无空格)" in told.err
    failed = json.loads(jiaoqi(*ask, "--order", "T-2", "--lang", "zh", "--json").err)
    assert failed["fields"][0]["problem"] == "no item 'cup' (allowed: the id of an item of the plant)"


def test_a_plant_that_breaks_reservations_is_told_in_chinese(jiaoqi, folder):
    """Line by line, by `check` and by `import`."""
    assert jiaoqi("promise", "cap", "60", "--by", "2026-03-06", "--customer", "C", "--order", "GONE-1").status == 0
    items = folder / "items.csv"
    items.write_text(items.read_text().replace("\ncap,", "\nhat,"))
    for command in ("check", "import"):
        told = jiaoqi("plant", command, str(folder), "--lang", "zh")
        assert told.out.splitlines()[1:] == ["  GONE-1 行 1:已没有物料 cap"]

"""Generated offices: workbooks as people fill them, right and wrong, for properties that hold whatever stands there."""

from datetime import date, datetime, time, timedelta

from hypothesis import strategies as st

from halokop_sheets.core.sheet.schema import TABS, Kind, Owner
from halokop_sheets.core.sheet.values import Broken, Cell
from halokop_sheets.core.terms import Cols, Tabs
from tests.sheet import Sheet, settings_of

HOSTILE: list[Cell] = [
    '=HYPERLINK("http://x","klik")', "+62 812 0000 1101", "-1", "@x", "#REF!", "a\nb\r\nc", "x" * 5000, "🎉" * 40,
    "\u202eterbalik", "\ttab", "=?UTF-8?Q?=0ABcc:?=", "{{ 7*7 }}", "<script>alert(1)</script>", Broken("#REF!"),
    Broken("=A1+1", calculated=False), True, False, 0, -5, 1.5, 10**18, float(46350), "  ", "\x00\x07", "مرحبا",
]  # fmt: skip
NOW = st.datetimes(datetime(2026, 11, 1), datetime(2027, 1, 31)).map(lambda d: d.replace(second=0, microsecond=0))
_DAYS = st.dates(date(2026, 10, 1), date(2027, 2, 28))
_DATES = st.one_of(
    _DAYS.map(lambda d: datetime.combine(d, time())),
    _DAYS.map(lambda d: f"{d.day}/{d.month}/{d.year}"),
    _DAYS.map(lambda d: float((d - date(1899, 12, 30)).days)),
    st.just("31/02/2027"),
)
_NAMES = st.sampled_from(["Dewi", "Rudi", "dewi ", "Ibu Dewi", "Dewi & Rudi", "Budi", "Sinta"])
_BY_HEADER = {
    Cols.LEAD: _NAMES,
    Cols.ASSIGNEE: _NAMES,
    Cols.EPISODE_STATUS: st.sampled_from(["Aktif", "tunda", "batal", "Ditunda", "mungkin"]),
    Cols.FORMAT: st.sampled_from(["Video", "Live", "Video + Live", "postingan & live", "reels", "?"]),
    Cols.ROLES: st.sampled_from(["Tim pelaksana; Pubdisdok", "Humas", "Koordinator", "tim, pubdisdok", "satpam"]),
    Cols.EMAIL: st.sampled_from(["dewi@example.go.id", " Rudi@Example.go.id ", "x@gmail.example", "bukan alamat"]),
    Cols.NAME: _NAMES,
    Cols.EPISODE: st.sampled_from(["2026-W48", "2026-W47", "Topik satu", "29/11/2026", "entah"]),
    Cols.PLATFORM: st.sampled_from(["Instagram", "TikTok", "ig", "Facebook"]),
    Cols.DAY: st.sampled_from([1, 2, 3, 4, 5, 9, "3"]),
    Cols.TOPIC: st.sampled_from(["Topik satu", "Topik dua", "Pajak"]),
}
_BY_KIND = {
    Kind.DATE: _DATES,
    Kind.DATETIME: _DATES,
    Kind.TICK: st.sampled_from([True, False, "✓", "x", "ya", "tidak", "15/11/2026", "mungkin"]),
    Kind.COUNT: st.sampled_from([0, 120, 1000, "1.234", "12,3 rb", "1.2K", "banyak", 1.5]),
    Kind.TIME: st.sampled_from(["07.00", "6:30", time(6, 30), "17.30", 0.25, "siang"]),
}
_FILLED = (Tabs.SCHEDULE, Tabs.TEAM, Tabs.READINGS, Tabs.QUESTIONS, Tabs.FEEDBACK, Tabs.ACTIONS, Tabs.DAYS_OFF)


def _cell(header: str, kind: Kind) -> st.SearchStrategy[Cell]:
    usual = _BY_HEADER.get(header)
    if usual is None:
        usual = _BY_KIND.get(kind, st.text(max_size=20))
    return st.one_of(st.none(), usual, usual, st.sampled_from(HOSTILE))


@st.composite
def offices(draw: st.DrawFn, most: int = 6) -> Sheet:
    """A workbook with all tabs and what a careless office might have in them; sometimes lived in already."""
    sheet = Sheet(settings_of("[program]\nhorizon_weeks = 3\n"))
    if draw(st.booleans()):
        sheet.team()
    for tab in _FILLED:
        columns = [c for c in TABS[tab].columns if c.owner is not Owner.SYSTEM]
        for _ in range(draw(st.integers(0, most))):
            sheet.add(tab, **{c.header.replace(" ", "_"): draw(_cell(c.header, c.kind)) for c in columns})
    if draw(st.booleans()):
        sheet.tick(draw(NOW).isoformat(timespec="minutes"))
        for row in draw(st.lists(st.sampled_from(sheet.rows(Tabs.STEPS) or (None,)), max_size=4)):
            if row is not None:
                sheet.type(Tabs.STEPS, row.number, Cols.DONE, draw(_cell(Cols.DONE, Kind.TICK)))
    return sheet


def peoples_cells(sheet: Sheet) -> dict[tuple[str, int, str], Cell]:
    """Every tim cell and every filled bersama cell, by tab, sheet row and header."""
    found: dict[tuple[str, int, str], Cell] = {}
    for name, table in sheet.snapshot().tables.items():
        owners = {c.header: c.owner for c in TABS[name].columns}
        for row in table.rows:
            for header, value in row.cells.items():
                if owners[header] is not Owner.SYSTEM:
                    found[name, row.number, header] = value
    return found


def later(now: datetime, days: int) -> str:
    return (now + timedelta(days=days)).isoformat(timespec="minutes")

"""Offices for the tests of figures: generated ones that live some weeks, and helpers to write one down by hand."""

import random
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from functools import cache

from halokop_sheets.core.office.model import OfficeState
from halokop_sheets.core.office.readings import FIGURES
from halokop_sheets.core.planner import observe
from halokop_sheets.core.sheet.values import Cell, Row
from halokop_sheets.core.terms import Cols, Tabs
from tests.sheet import Sheet

FORMATS = (None, "Postingan", "Video", "Live", "Postingan + Live", "Video + Live")


def office_of(sheet: Sheet, now: str) -> OfficeState:
    """What the planner's stages found out, without writing anything."""
    return observe(sheet.snapshot(), sheet.context(now))


def look(sheet: Sheet, now: str) -> None:
    """One tick without mails."""
    sheet.workbook.write(sheet.plan(now, mailing=False).changes, sheet.snapshot())


def read(sheet: Sheet, code: str, platform: str, day: int, **figures: int) -> None:
    """A person fills in one reading: ``Viewers_Video=100, Likes=5``."""
    short = {"Instagram": "IG", "TikTok": "TT"}[platform]
    for header, value in figures.items():
        sheet.type(Tabs.READINGS, f"{code}/{short}/{day}", header.replace("_", " "), value)


def tick_step(sheet: Sheet, code: str, number: int, at: str = "") -> None:
    """A person ticks a step, and says when it was done where ``at`` is given."""
    key = f"{code}/{number:02d}"
    sheet.type(Tabs.STEPS, key, Cols.DONE, True)
    if at:
        sheet.type(Tabs.STEPS, key, Cols.DONE_AT, datetime.fromisoformat(at))


@cache
def generated(seed: int) -> tuple[Sheet, str, list[str]]:
    """An office of some weeks: (sheet, now, Kode of the episodes that were published). Only to be looked at."""
    r = random.Random(seed)
    sheet = Sheet().team()
    first = date(2026, 8, 2) + timedelta(weeks=r.randrange(3))
    weeks = r.randrange(1, 14)
    days = [first + timedelta(weeks=n) for n in range(weeks + 2)]
    days += [day + timedelta(days=3) for day in days if r.random() < 0.15]  # a second episode in that week
    tiktok, diligence = r.random() < 0.7, r.choice((0.0, 0.5, 0.85, 1.0))
    for day in sorted(days, key=lambda _: r.random()):  # rows in any order
        sheet.episode(
            str(day),
            f"Topik {day}",
            Bentuk=r.choice(FORMATS),
            Status_Episode=r.choice((None, None, None, None, "Aktif", "Ditunda", "Dibatalkan")),
            Tautan_Instagram=r.choice((None, "instagram.com/p/1", "instagram.com/p/1", "-")),
            Tautan_TikTok=r.choice((None, None, "tiktok.com/@x/video/1", "tidak ada")),
        )
    end = first + timedelta(weeks=weeks - 1, days=r.randrange(1, 9))
    day = first - timedelta(days=21)
    while day <= end:
        look(sheet, f"{day}T06:00")
        _work(sheet, r, day, diligence, tiktok)
        day += timedelta(days=r.choice((1, 1, 1, 2, 3)))  # the daemon misses days
    now = f"{end}T{r.randrange(7, 20):02d}:{r.choice((0, 15, 31)):02d}"
    look(sheet, now)
    rows = [row.cells for row in sheet.rows(Tabs.SCHEDULE)]
    published = sorted(str(c[Cols.CODE]) for c in rows if c[Cols.PUBLISH].date() <= end)
    return sheet, now, published


def _work(sheet: Sheet, r: random.Random, day: date, diligence: float, tiktok: bool) -> None:
    """What people do on a day: ticks, some with a date of their own; readings, some figures left out."""
    steps, put = _typing(sheet, Tabs.STEPS)
    for row in steps:
        due = row.cells[Cols.DUE]
        if not row.cells.get(Cols.DONE) and due.date() <= day and r.random() < 0.6:
            put(row.number, Cols.DONE, True)
            if r.random() < 0.7:
                moment = datetime.combine(due.date() + timedelta(days=r.randrange(-3, 5)), time())
                moment += timedelta(hours=r.choice((0, 0, 8, 9, 14)), minutes=r.choice((0, 30, 31)))
                put(row.number, Cols.DONE_AT, moment)
    readings, put = _typing(sheet, Tabs.READINGS)
    for row in readings:
        cells = row.cells
        if cells[Cols.DATE].date() != day or (cells[Cols.PLATFORM] == "TikTok" and not tiktok):
            continue
        viewers = r.choice((0, 7, 900, 1000, 1000, 1234, 5600)) * cells[Cols.DAY]
        for header in FIGURES:
            if r.random() < diligence:
                put(row.number, header, viewers if header == Cols.VIEWERS_VIDEO else r.randrange(300))


def _typing(sheet: Sheet, tab: str) -> tuple[tuple[Row, ...], Callable[[int, str, Cell], None]]:
    """A tab's rows and how to type into them, the tab being looked up once (a day has a hundred cells)."""
    table = sheet.snapshot().tables[tab]
    place = sheet.workbook.tabs[table.id]
    sheet.workbook.touch()
    return table.rows, lambda number, header, value: place.set(number, table.columns[header] + 1, value)

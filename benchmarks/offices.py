"""An office that has worked with the program for years, made in seconds and always the same.

Of ``episodes`` the last three are still to come, the others are published and evaluated; each has its twelve steps, and
each published one ten readings, three questions, two pieces of feedback and an action item. Five people (or more) got
their mail on each working day of the last 30. What the program derives is filled in by its own planner.
"""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, time, timedelta

from halokop_sheets.core.calendar import week_code
from halokop_sheets.core.mails.history import project
from halokop_sheets.core.office.procedure import Step
from halokop_sheets.core.office.readings import DAYS, needed_figures
from halokop_sheets.core.office.wording import short_date
from halokop_sheets.core.pages.evaluation.page import evaluation_page
from halokop_sheets.core.planner import observe
from halokop_sheets.core.sheet.schema import TABS
from halokop_sheets.core.sheet.tables import evaluation_mark
from halokop_sheets.core.sheet.values import AddPage, AddRow, Cell, Change, LedgerView, Mail, MailRecord
from halokop_sheets.core.terms import (
    DEFAULT_PLATFORMS,
    FEEDBACK_KINDS,
    FORMATS,
    Cols,
    MailStatus,
    Roles,
    Tabs,
    link_column,
    platform_of,
    question_sources,
)
from halokop_sheets.mail.ledger import Ledger
from halokop_sheets.mail.message import Rendered, build
from halokop_sheets.settings import Settings
from halokop_sheets.workbooks.memory import MemoryTab
from tests.sheet import Sheet, at

AHEAD = 3  # episodes that have their steps already and are still to be published
QUIET = "2026-11-24T11:00"  # a Tuesday: the last evaluation is closed, the next one not begun
MEETING = "2026-11-26T11:00"  # the Thursday after: the evaluation of the 22nd is open
MORNING = "2026-11-25T07:05"  # the Wednesday between: the day's mails go out
_LAST = date(2026, 12, 13)  # publication of the last episode that has steps
FIVE = (
    ("Dewi Anggraini", "dewi@example.go.id", "Tim pelaksana; Pubdisdok"),
    ("Rudi Hartono", "rudi@example.go.id", "Tim pelaksana, Pubdisdok"),
    ("Sinta Maharani", "sinta@example.go.id", "Tim Humas"),
    ("Bambang Prakoso", "bambang@example.go.id", "Koordinator"),
    ("Wati Kusuma", "wati@example.go.id", "Tim pelaksana"),
)
_TOPICS = ("Cara mendaftar NIB lewat OSS", "Simpan pinjam yang sehat", "Foto produk dengan HP", "Menentukan harga jual")
_QUESTIONS = (
    ("Komentar Instagram", "@warungceu", "Apakah NIB berbayar?", "Gratis, melalui oss.go.id."),
    ("Live", "Pak Ujang", "RAT boleh secara daring?", "Boleh bila diatur dalam anggaran dasar."),
    ("Question box", "@batikita", "Lampu apa yang cocok untuk foto produk?", "Lampu LED putih netral 5500 K."),
    ("Komentar TikTok", "@tanirahayu", "Apakah ada contoh format neraca sederhana?", ""),
)
_GROWTH = (0.55, 0.78, 0.9, 0.97, 1.0)  # share of the fifth day's viewers that each day has reached


def build_office(episodes: int, *, people: int = 5, tick: Cell = True, now: str = QUIET) -> Sheet:
    """The office at ``now``, settled: the planner has nothing left to write."""
    sheet = Sheet()
    days = [_LAST - timedelta(weeks=episodes - 1 - n) for n in range(episodes)]
    _append(sheet, Tabs.TEAM, (_person(n) for n in range(people)))
    named = people == len(FIVE)  # of many people everybody shares everything: each has something open
    _append(sheet, Tabs.SCHEDULE, (_episode(n, day, named) for n, day in enumerate(days)))
    _append(sheet, Tabs.STEPS, (_step(day, step, tick, named) for day in days for step in sheet.procedure.steps))
    published = days[:-AHEAD]
    _append(sheet, Tabs.READINGS, (row for n, day in enumerate(published) for row in _readings(n, day)))
    _append(sheet, Tabs.QUESTIONS, (_question(n, day, k) for n, day in enumerate(published) for k in range(3)))
    _append(sheet, Tabs.FEEDBACK, (_feedback(n, day, k) for n, day in enumerate(published) for k in range(2)))
    _append(sheet, Tabs.ACTIONS, (_action(n, day, tick) for n, day in enumerate(published[:-1])))
    _append(sheet, Tabs.MEETINGS, map(_meeting, published[:-1]))
    for day in published[:-1]:  # closed evaluations: nobody reads them any more, their titles are taken
        mark = evaluation_mark(week_code(day))
        sheet.workbook.tabs[mark] = MemoryTab(_title(day), mark, hidden=True, closed=True)
    sheet.ledger = LedgerView(records=tuple(_mails(people)))
    context = sheet.context(QUIET)
    sheet.workbook.write(project(sheet.snapshot(), context, ()), sheet.snapshot())
    for moment in (QUIET, now):
        while not sheet.tick(moment).empty:
            pass
    return sheet


def _append(sheet: Sheet, tab: str, rows: Iterable[Mapping[str, Cell]]) -> None:
    """Rows below the last one, by header, as fast as lists can be made."""
    place = sheet.workbook.tabs[sheet.snapshot().tables[tab].id]
    place.grid += [[row.get(column.header) for column in TABS[tab].columns] for row in rows]
    sheet.workbook.touch()


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time())


def _person(n: int) -> dict[str, Cell]:
    more = (f"Orang {n:03}", f"orang{n:03}@example.go.id", f"{Roles.TEAM}; {Roles.PUBLICATION}")
    name, address, roles = FIVE[n] if n < len(FIVE) else more
    return {Cols.NAME: name, Cols.EMAIL: address, Cols.ROLES: roles, Cols.ACTIVE: True}


def _episode(n: int, day: date, named: bool) -> dict[str, Cell]:
    links = day < _LAST - timedelta(weeks=AHEAD - 1)
    return {
        Cols.PUBLISH: _midnight(day),
        Cols.TOPIC: f"{_TOPICS[n % len(_TOPICS)]} ({n + 1})",
        Cols.FORMAT: FORMATS[n % len(FORMATS)],
        Cols.GUEST: "Ibu Sari Wulandari",
        Cols.INSTITUTION: "Dapur Cisarua",
        Cols.CONTACT: "0812-0000-1101",
        Cols.LEAD: FIVE[n % 2][0] if named else None,
        link_column("Instagram"): f"https://www.instagram.com/p/contoh{n}/" if links else None,
        link_column("TikTok"): f"https://www.tiktok.com/@contoh/video/{n}" if links else None,
        Cols.CODE: week_code(day),
    }


def _step(day: date, step: Step, tick: Cell, named: bool) -> dict[str, Cell]:
    """A step's row, done by hand unless it is still to come or the sheet itself shows that it was done."""
    ready = datetime.combine(day + timedelta(days=step.day), time(8, 20))
    done = ready < at(QUIET) and not step.done_when
    return {
        Cols.DONE: tick if done else None,
        Cols.ASSIGNEE: FIVE[step.number % len(FIVE)][0] if named and step.number % 3 else None,
        Cols.DONE_AT: ready if done else None,
        Cols.EVIDENCE: "foto di grup" if done and step.number % 4 == 0 else None,
        Cols.CODE: week_code(day) + step.suffix,
    }


def _readings(n: int, day: date) -> Iterable[dict[str, Cell]]:
    """Figures up to yesterday, as people type them: some as the app shows them."""
    for platform, factor in (("Instagram", 1.0), ("TikTok", 2.6)):
        for age in DAYS:
            reach = (700 + n * 37 % 900) * factor * _GROWTH[age - 1]
            figures: dict[str, Cell] = {
                Cols.VIEWERS_VIDEO: f"{reach / 1000:.1f} rb".replace(".", ",") if reach > 3000 else round(reach),
                Cols.LIKES: round(reach * 0.11),
                Cols.VIEWERS_LIVE: round(reach * 0.2),
                Cols.COMMENTS: round(reach * 0.02),
                Cols.SHARES: round(reach * 0.01),
                Cols.SAVES: round(reach * 0.015),
            }
            filled = _midnight(day + timedelta(days=age)) < at(QUIET) - timedelta(days=1)
            wanted = (*needed_figures(FORMATS[n % len(FORMATS)], platform, age), Cols.COMMENTS, Cols.SHARES, Cols.SAVES)
            code = f"{week_code(day)}/{platform_of(platform).code}/{age}"
            row: dict[str, Cell] = {Cols.EPISODE: week_code(day), Cols.PLATFORM: platform, Cols.DAY: age}
            yield row | {Cols.CODE: code} | {h: v for h, v in figures.items() if filled and h in wanted}


def _question(n: int, day: date, k: int) -> dict[str, Cell]:
    source, asker, text, answer = _QUESTIONS[(n + k) % len(_QUESTIONS)]
    return {
        Cols.DATE: _midnight(day + timedelta(days=k % 2)),
        Cols.EPISODE: week_code(day),
        Cols.SOURCE: source,
        Cols.ASKER: asker,
        Cols.QUESTION: text,
        Cols.ANSWER: answer or ("Sudah dijawab lewat pesan." if day < date(2026, 11, 15) else None),
        Cols.ANSWERED_BY: FIVE[n % 2][0] if answer else None,
        Cols.CODE: str(n * 3 + k + 1),
    }


def _feedback(n: int, day: date, k: int) -> dict[str, Cell]:
    row: dict[str, Cell] = {Cols.DATE: _midnight(day + timedelta(days=1)), Cols.EPISODE: week_code(day)}
    return row | {
        Cols.SOURCE: question_sources(DEFAULT_PLATFORMS)[1 + k],
        Cols.FEEDBACK_KIND: FEEDBACK_KINDS[n % 3],
        Cols.TEXT: "Penjelasannya jelas; tolong sertakan alamat kantor pelayanan.",
        Cols.CODE: str(n * 2 + k + 1),
    }


def _action(n: int, day: date, tick: Cell) -> dict[str, Cell]:
    due = _midnight(day + timedelta(days=11))
    done = due < at(QUIET) - timedelta(days=7)
    return {
        Cols.TASK: "Pinjam mikrofon jepit dari Bidang Humas",
        Cols.ASSIGNEE: FIVE[n % len(FIVE)][0],
        Cols.DUE: due,
        Cols.DONE: tick if done else None,
        Cols.DONE_AT: due - timedelta(days=2) if done else None,
        Cols.EPISODE: week_code(day),
        Cols.CODE: str(n + 1),
    }


def _title(day: date) -> str:
    return f"{Tabs.EVALUATION} {short_date(day)}"


def _meeting(day: date) -> dict[str, Cell]:
    return {
        Cols.MEETING_DATE: _midnight(day + timedelta(days=4)),
        Cols.PLACE: "Ruang rapat lt. 2",
        Cols.CHAIR: FIVE[3][0],
        Cols.NOTE_TAKER: FIVE[4][0],
        Cols.ATTENDEES: "Dewi, Rudi, Sinta, Bambang, Wati",
        Cols.RESULT: "Viewers naik karena topiknya banyak dicari.",
        Cols.DECISION: "Topik halal diulang triwulan depan.",
        Cols.EVALUATION: _title(day),
        Cols.CLOSED: _midnight(day + timedelta(days=7)),
        Cols.CODE: week_code(day),
    }


def _mails(people: int) -> Iterable[MailRecord]:
    """A digest to each person on each working day of the 30 before today."""
    today = at(QUIET).date()
    for day in (today - timedelta(days=n) for n in range(29, 0, -1)):
        for n in range(people if day.weekday() < 5 else 0):
            address = str(_person(n)[Cols.EMAIL])
            claimed = datetime.combine(day, time(7))
            yield MailRecord(
                f"digest:{address}:{day}",
                "digest",
                address,
                "2 langkah hari ini · 1 terlambat · 3 mendekati",
                "Hari ini: langkah 5 dan 7. Terlambat: langkah 4.",
                MailStatus.SENT,
                "",
                f"<{day:%Y%m%d}{n:03}.halokop@example.go.id>",
                claimed,
            )


# --- moving in ----------------------------------------------------------------------------------------------------


def everything(sheet: Sheet, evaluations: int, now: str = QUIET) -> list[Change]:
    """The office as the rows and pages that make it elsewhere; so many of its closed evaluations, drawn in full."""
    snapshot = sheet.snapshot()
    office = observe(snapshot, sheet.context(now))
    changes: list[Change] = []
    for episode in [e for e in office.dated if e.meeting and e.meeting.closed][-evaluations:]:
        page = evaluation_page(office, episode, episode.meeting.link if episode.meeting else "", at(now))
        changes.append(AddPage(page, (page.mark,), closed=True))
    for name, table in snapshot.tables.items():
        for row in table.rows:
            values = tuple(sorted(row.cells.items(), key=lambda item: table.columns[item[0]]))
            changes.append(AddRow(name, str(row.number), values))
    return changes


def fill_ledger(ledger: Ledger, view: LedgerView, settings: Settings) -> None:
    """The mails of ``view`` as sent by this ledger."""
    by_moment: dict[datetime, list[MailRecord]] = {}
    for record in view.records:
        by_moment.setdefault(record.claimed, []).append(record)
    for moment, records in by_moment.items():
        now = moment.replace(tzinfo=settings.zone)
        end = moment.replace(hour=17)
        mails = [Mail(r.kind, r.recipient, "", r.key, r.subject, r.summary, end) for r in records]
        ledger.claim(mails, lambda mail, now=now: build(mail, Rendered("", ""), settings.mail, now), now)
        for record in records:
            ledger.finish(record.key, "sent", now)

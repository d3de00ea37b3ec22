"""The first week of six new offices, played hour by hour: what is red, what is mailed, what is escalated, is earned.

``python -m tests.test_first_week`` prints it, mails and rows, for reading.
"""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

import pytest

from halokop_sheets.core.sheet.values import Mail
from halokop_sheets.core.terms import Cols, Tabs
from tests.sheet import SINTA, Sheet

HOURS = ("06:30", "07:00", "10:05", "16:00", "17:10")


def _empty(sheet: Sheet) -> None:
    """A sheet that nobody has filled yet."""


def _planned(sheet: Sheet) -> None:
    sheet.team()
    for n, day in enumerate(("2026-11-29", "2026-12-06", "2026-12-13")):
        sheet.episode(day, f"Topik {n}", Narasumber="Ibu Rina" if n < 2 else None, Penanggung_Jawab="Dewi")


def _no_topics(sheet: Sheet) -> None:
    sheet.team()


def _archive(sheet: Sheet) -> None:
    """A workbook that was kept by hand for months."""
    sheet.team()
    for n in range(12):
        day = datetime(2026, 9, 13) + timedelta(weeks=n)
        link = f"instagram.com/p/{n}" if day < datetime(2026, 11, 24) else None
        sheet.episode(f"{day:%Y-%m-%d}", f"Topik {n}", Narasumber="Ibu Rina", Tautan_Instagram=link)


def _no_coordinator(sheet: Sheet) -> None:
    sheet.team(SINTA)
    sheet.episode("2026-11-29", "Topik")


def _special(sheet: Sheet) -> None:
    _planned(sheet)
    sheet.episode("2026-11-30", "Edisi khusus")


OFFICES: dict[str, tuple[str, Callable[[Sheet], None]]] = {
    "an empty sheet, on a Tuesday": ("2026-11-24", _empty),
    "three episodes planned, on a Tuesday": ("2026-11-24", _planned),
    "a team and no topics, on a Friday": ("2026-11-27", _no_topics),
    "months of an archive, on a Tuesday": ("2026-11-24", _archive),
    "begun on the day of publication, nobody is Koordinator": ("2026-11-29", _no_coordinator),
    "a special edition six days ahead": ("2026-11-24", _special),
}


def week(first: str, fill: Callable[[Sheet], None]) -> Iterator[tuple[str, Sheet, tuple[Mail, ...]]]:
    """Every tick of seven days: its moment, the sheet after it, its mails."""
    sheet = Sheet()
    fill(sheet)
    for n in range(7):
        for hour in HOURS:
            now = f"{datetime.fromisoformat(first) + timedelta(days=n):%Y-%m-%d}T{hour}"
            yield now, sheet, sheet.tick(now).mails


def red(sheet: Sheet) -> list[str]:
    rows = [row.cells for row in sheet.rows(Tabs.STEPS)]
    return [f"{c[Cols.CODE]} {c[Cols.STATUS]}" for c in rows if str(c[Cols.STATUS]).startswith("Terlambat")]


@pytest.mark.parametrize("name", OFFICES)
def test_nothing_of_the_first_week_is_unearned(name: str) -> None:
    first, fill = OFFICES[name]
    made: dict[str, datetime] = {}
    for now, sheet, mails in week(first, fill):
        at = datetime.fromisoformat(now)
        for code in sheet.codes(Tabs.STEPS):
            made.setdefault(code, at)
        due = {str(row.cells[Cols.CODE]): row.cells[Cols.DUE] for row in sheet.rows(Tabs.STEPS)}
        born_late = {code: (at.date() - made[code].date()).days for code in due if due[code] < made[code]}
        for line in red(sheet):
            assert born_late.get(line.split()[0], 9) > 2, f"{line}: the team had two working days to tick it"
        for mail in mails:
            if mail.kind == "escalation":
                codes = [step["code"] for step in mail.data["steps"]]
                assert min(born_late.get(code, 9) for code in codes) >= 5, "the Koordinator hears of it too early"
            if mail.kind == "publication-missed":
                assert mail.data["step"]["code"] not in born_late
        asked = [mail.recipient for mail in mails]
        assert all(asked.count(who) <= 3 for who in asked), "nobody is buried on a morning"


def main() -> None:
    for name, (first, fill) in OFFICES.items():
        print(f"\n=== {name}")
        before: list[str] = []
        for now, sheet, mails in week(first, fill):
            for mail in mails:
                print(now, mail.kind, mail.recipient, mail.subject)
            if (late := red(sheet)) != before:
                print(now, "red:", late)
                before = late
        for tab in (Tabs.SCHEDULE, Tabs.STEPS, Tabs.TEAM, Tabs.READINGS):
            said = {str(row.cells[Cols.MESSAGE]) for row in sheet.rows(tab) if Cols.MESSAGE in row.cells}
            print(tab, *sorted(said), sep="\n    ")


if __name__ == "__main__":
    main()

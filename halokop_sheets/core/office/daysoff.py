"""The tab ``Libur``: days off, filled once a year from the national calendar, then the team's own."""

from datetime import date, datetime, time

from halokop_sheets.core.calendar import Calendar, national_days
from halokop_sheets.core.office.model import OfficeState
from halokop_sheets.core.sheet.draft import Draft
from halokop_sheets.core.terms import Cols, Tabs
from halokop_sheets.core.typed.parsing import parse_date


def read_days_off(draft: Draft, office: OfficeState) -> None:
    """The calendar. A year that has any row is left alone; this and next year are filled where they have none."""
    context, table = office.context, draft[Tabs.DAYS_OFF]
    days: set[date] = set()
    for row in table:
        if found := row.value_or_problem(parse_date(row[Cols.DATE], Cols.DATE)):
            days.add(found)
    years = {day.year for day in days}
    for year in (context.today.year, context.today.year + 1):
        if year not in years and table.usable:
            for day, name in national_days(year):
                table.append("", {Cols.DATE: datetime.combine(day, time()), Cols.REMARK: name})
                days.add(day)
    office.calendar = Calendar(frozenset(days))

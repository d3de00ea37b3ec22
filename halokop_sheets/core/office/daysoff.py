"""The tab ``Libur``: days off, filled once a year from the national calendar, then the team's own."""

from datetime import date, datetime, time

from halokop_sheets.core.calendar import Calendar, national_days
from halokop_sheets.core.office.days import read_day
from halokop_sheets.core.office.model import OfficeState
from halokop_sheets.core.sheet.draft import Draft
from halokop_sheets.core.terms import Cols, Tabs

FEW = 5  # days of a year: whoever typed so many keeps the tab by hand


def read_days_off(draft: Draft, office: OfficeState) -> None:
    """The calendar. This and the next year are filled while none of the year's national days stands there: people
    delete and add as they like, and one day typed by hand keeps the others from nobody."""
    context, table = office.context, draft[Tabs.DAYS_OFF]
    days: set[date] = set()
    for row in table:
        if found := read_day(row, Cols.DATE, context.today):
            days.add(found)
    for year in (context.today.year, context.today.year + 1):
        few = sum(day.year == year for day in days) < FEW  # with more, the library need not be asked
        if few and table.usable and days.isdisjoint(day for day, _ in national_days(year)):
            for day, name in national_days(year):
                table.append("", {Cols.DATE: datetime.combine(day, time()), Cols.REMARK: name})
                days.add(day)
    office.calendar = Calendar(frozenset(days))

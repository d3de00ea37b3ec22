"""Days that people type, read for a row: what is not understood, or was completed, is said in the row."""

from datetime import date

from halokop_sheets.core.office import wording
from halokop_sheets.core.sheet.cells import text
from halokop_sheets.core.sheet.draft import DraftRow
from halokop_sheets.core.typed.parsing import in_nearest_year, parse_date


def read_day(row: DraftRow, header: str, near: date) -> date | None:
    """The day of a cell. One without a year is taken nearest to ``near``, and the row says which year that is."""
    cell = row[header]
    if isinstance(cell, str) and (day := in_nearest_year(cell, near)):
        row.remark(wording.year_taken(header, text(cell), day))
        return day
    return row.value_or_problem(parse_date(cell, header))

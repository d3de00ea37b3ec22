"""Numbers that people type into a column of dates: the reader that checks a saved copy may tell them as other days."""

import io

import openpyxl
import pytest
from python_calamine import CalamineWorkbook

from halokop_sheets.workbooks.xlsx.verify import _same

NUMBERS = (0, -5, 1, 1.5, 59, 60, 61, 0.25, 46350.0, 10**18)


@pytest.mark.parametrize("number", NUMBERS)
def test_a_number_in_a_cell_of_dates_is_found_as_it_was_written(number: float) -> None:
    book, file = openpyxl.Workbook(), io.BytesIO()
    book.active.cell(1, 1, number).number_format = "ddd, d mmm yyyy"  # type: ignore[union-attr]
    book.save(file)
    file.seek(0)
    seen = CalamineWorkbook.from_filelike(file).get_sheet_by_index(0).to_python()[0][0]
    assert _same(number, seen)
    assert not _same(number * 2 + 3 if number >= 0 else 7, seen)

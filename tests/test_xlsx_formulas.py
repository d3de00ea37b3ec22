"""People's formulas: which cells they rest on, and what becomes of them when we change or overwrite some."""

import re
from pathlib import Path

import openpyxl
import pytest

from halokop_sheets.core.sheet.values import AddPage, AddRow, SetCell
from halokop_sheets.core.terms import Cols, Tabs
from halokop_sheets.workbooks.xlsx.formulas import Names, rests_on, shift
from tests.xlsx_office import edit, office, page, ready, rezip, titles

FOLLOWER = b'<f t="shared" si="0"/>'
NAMES = Names(
    ("Jan", "Feb", "Mar", "Data kantor"),
    {"jumlah": "'Data kantor'!$B$6", "rantai": "Jumlah*2"},
    {"rekap": ("jan", (1, 1, 5, 4))},
)


@pytest.mark.parametrize(
    ("formula", "cells"),
    [
        ("SUM(B2:B5)", [("feb", (2, 2, 5, 2))]),
        ("$A$1+'Data kantor'!C3", [("feb", (1, 1, 1, 1)), ("data kantor", (3, 3, 3, 3))]),
        ('IF(A1="B2","C3",D4)', [("feb", (1, 1, 1, 1)), ("feb", (4, 4, 4, 4))]),
        ("SUM(Jan:Mar!A1)", [(t, (1, 1, 1, 1)) for t in ("jan", "feb", "mar")]),
        ("COUNTA(A:B)", [("feb", (1, 1, 1_048_576, 2))]),
        ("SUM(3:4)", [("feb", (3, 1, 4, 16_384))]),
        ("Rantai", [("data kantor", (6, 2, 6, 2))]),
        ("SUM(Rekap[Tayang])", [("jan", (1, 1, 5, 4))]),
        ("[1]Lembar!A1", []),
        ("LOG10(7)+ABC123DEF", []),
        ("LET(x,B2,x*2)", [("feb", (2, 2, 2, 2))]),
        ("OFFSET(A1,1,1)", None),
        ("TODAY()", []),
    ],
)
def test_the_cells_that_a_formula_reads(formula: str, cells: object) -> None:
    assert rests_on(formula, "Feb", NAMES) == cells


@pytest.mark.parametrize(
    ("formula", "copied"),
    [
        ("A1+$A$1+$A1+A$1", "B3+$A$1+$A3+B$1"),
        ('"A1"&Jan!B2', '"A1"&Jan!C4'),
        ("SUM(A:B)", "SUM(B:C)"),
        ("SUM(1:$2)", "SUM(3:$2)"),
        ("LOG10(A1)", "LOG10(B3)"),
    ],
)
def test_a_shared_formula_reads_on_as_if_it_were_copied(formula: str, copied: str) -> None:
    assert shift(formula, 2, 1) == copied


def test_overwriting_the_first_of_shared_formulas_leaves_the_others_theirs(tmp_path: Path) -> None:
    path = office(tmp_path)
    workbook, snapshot = ready(path)
    column = snapshot.tables[Tabs.SCHEDULE].columns[Cols.MESSAGE]
    letters = openpyxl.utils.get_column_letter(column + 1)

    def share(name: str, data: bytes) -> bytes:
        if name != "xl/worksheets/sheet1.xml":
            return data
        place = letters.encode()
        for row, formula in ((5, b'<f t="shared" ref="%b5:%b6" si="0">B5*2</f>' % (place, place)), (6, FOLLOWER)):
            data = re.sub(rb'<c r="%b%d"[^>]*?(?:/>|>.*?</c>)' % (place, row), b"", data)
            end = data.index(b"</row>", data.index(b'<row r="%d"' % row))
            data = data[:end] + b'<c r="%b%d">%b<v>1</v></c>' % (place, row, formula) + data[end:]
        return data

    rezip(path, share)
    workbook, snapshot = ready(path)
    workbook.write([SetCell(Tabs.SCHEDULE, 5, column + 1, Cols.MESSAGE, "", None, "pesan")], snapshot)
    sheet = openpyxl.load_workbook(path)["Jadwal"]
    assert (sheet[f"{letters}5"].value, sheet[f"{letters}6"].value) == ("pesan", "=B6*2")


def test_a_new_tab_does_not_slip_into_a_sum_over_tabs(tmp_path: Path) -> None:
    path = tmp_path / "halokop.xlsx"
    ready(path)

    def sums(book: openpyxl.Workbook) -> None:
        for title in ("Jan", "Mar"):
            book.create_sheet(title, book.sheetnames.index("Jadwal") + (title == "Mar"))
        book["Tim"]["J2"] = "=SUM(Jan:Mar!A1)"

    edit(path, sums)
    workbook, snapshot = ready(path)
    workbook.write([AddPage(page("Evaluasi 2026-W48", "Evaluasi 29 Nov 2026"))], snapshot)
    order = titles(path)
    assert not order.index("Jan") < order.index("Evaluasi 29 Nov 2026") < order.index("Mar")


def test_a_table_s_column_is_called_as_its_header(tmp_path: Path) -> None:
    from openpyxl.worksheet.table import Table

    path = office(tmp_path)
    ready(path)
    edit(path, lambda book: book["Tim"].add_table(Table(displayName="Tim1", ref="A1:I9")))
    edit(path, lambda book: setattr(book["Tim"].tables["Tim1"].tableColumns[7], "name", "Pesan lama"))
    workbook, snapshot = ready(path)
    workbook.write([AddRow(Tabs.TEAM, "9", ((Cols.NAME, "Baru"),))], snapshot)
    sheet = openpyxl.load_workbook(path)["Tim"]
    named = [column.name for column in sheet.tables["Tim1"].tableColumns]
    assert named == [sheet.cell(1, n).value for n in range(1, len(named) + 1)]

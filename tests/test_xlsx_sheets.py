"""Cells that look alike share their look in memory; a change to one of them never shows in another."""

import io
from collections.abc import Callable
from datetime import datetime
from typing import Any

import openpyxl
import pytest
from openpyxl.styles import Alignment, Border, Font, PatternFill, Protection, Side
from openpyxl.styles.styleable import StyleableObject

from halokop_sheets.workbooks import xlsx_file

LOOKS: dict[str, object] = {
    "font": Font(name="Arial", sz=17, italic=True),
    "fill": PatternFill("solid", start_color="FF00FF00"),
    "border": Border(left=Side("thick")),
    "number_format": '0.0" biji"',
    "protection": Protection(locked=False),
    "alignment": Alignment(horizontal="right"),
    "style": "Normal",
    "quotePrefix": True,
    "pivotButton": True,
}
CELLS = ("A1", "B1", "A2", "B2", "C2")  # B2:C2 is merged


def filed(change: Callable[[Any], None] = lambda ws: None) -> bytes:
    """A sheet whose cells all look and read alike."""
    book = openpyxl.Workbook()
    ws: Any = book.active
    for place in CELLS:
        ws[place] = "sama"
        ws[place].font, ws[place].fill = Font(bold=True), PatternFill("solid", start_color="FFFF0000")
    ws.merge_cells("B2:C2")
    ws["C2"].font, ws["C2"].fill = Font(bold=True), PatternFill("solid", start_color="FFFF0000")
    change(ws)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def seen(ws: Any, place: str) -> dict[str, str]:
    return {part: repr(getattr(ws[place], part)) for part in LOOKS if hasattr(ws[place], part)}


def test_what_is_equal_is_held_once() -> None:
    ws: Any = xlsx_file.load(filed(), "kantor.xlsx").worksheets[0]
    assert len({id(ws[place]._style) for place in CELLS}) == 1
    assert len({id(ws[place].value) for place in CELLS[:4]}) == 1


def test_every_way_to_change_a_look_is_known() -> None:
    parts = {name for name, part in vars(StyleableObject).items() if hasattr(part, "__set__")}
    assert parts - {*StyleableObject.__slots__, "style_id", "has_style"} == set(LOOKS)


@pytest.mark.parametrize("changed", ["A1", "B2", "C2"])  # plain, first and other of a merged area
@pytest.mark.parametrize("part", LOOKS)
def test_a_cell_that_is_given_another_look_leaves_the_others_theirs(part: str, changed: str) -> None:
    book = xlsx_file.load(filed(), "kantor.xlsx")
    ws: Any = book.worksheets[0]
    before = {place: seen(ws, place) for place in CELLS}
    table = [list(look) for look in book._cell_styles]  # type: ignore[attr-defined]
    setattr(ws[changed], part, LOOKS[part])
    assert seen(ws, changed) != before[changed]
    out = io.BytesIO(xlsx_file.dump(book, {}))
    saved: Any = openpyxl.load_workbook(out, read_only=True).worksheets[0]  # so that it leaves merged cells their looks
    for place in CELLS:
        if place != changed:
            assert seen(ws, place) == before[place]
            assert {"font", "fill", "border", "number_format"} < set(seen(saved, place))
            assert seen(saved, place).items() <= before[place].items()
    assert [list(look) for look in book._cell_styles][: len(table)] == table  # type: ignore[attr-defined]


def test_a_date_written_into_a_cell_does_not_make_dates_of_others() -> None:
    ws: Any = xlsx_file.load(filed(), "kantor.xlsx").worksheets[0]
    ws["A1"].value = datetime(2026, 11, 29)
    assert ws["A1"].is_date
    assert {ws[place].number_format for place in CELLS[1:]} == {"General"}


def test_a_merged_cell_keeps_the_border_that_the_file_gives_it() -> None:
    def edge(ws: Any) -> None:
        ws["C2"].border = Border(right=Side("thick"))

    ws: Any = xlsx_file.load(filed(edge), "kantor.xlsx").worksheets[0]
    assert ws["C2"].border.right.style == "thick"
    assert ws["B2"].border.right.style is None
    assert [str(area) for area in ws.merged_cells.ranges] == ["B2:C2"]
    assert ws["C2"].value is None
    assert ws["B2"].value == "sama"


def test_the_library_itself_reads_as_before() -> None:
    xlsx_file.load(filed(), "kantor.xlsx")
    ws: Any = openpyxl.load_workbook(io.BytesIO(filed())).worksheets[0]
    assert type(ws["A1"]) is openpyxl.cell.Cell

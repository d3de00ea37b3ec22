"""Sheets as the library reads them, but with what is equal held once: looks of cells, texts, numbers of rows.

The library gives every cell a copy of its look, merged and blank ones too, and every repeated text anew: in a file of
some years and 49 evaluation tabs that is a third of the memory. Here cells share a look until one is given another.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from copy import copy
from functools import partial
from typing import Any

from openpyxl.cell.cell import Cell, MergedCell
from openpyxl.reader import excel
from openpyxl.styles.styleable import StyleableObject
from openpyxl.worksheet._reader import WorksheetReader
from openpyxl.worksheet.cell_range import MultiCellRange
from openpyxl.worksheet.merge import MergedCellRange


def _own(name: str) -> Any:
    """One part of a look. The library changes looks in place, so a cell takes a copy of its own first."""
    part: Any = vars(StyleableObject)[name]

    def put(cell: Any, value: object) -> None:
        cell._style = copy(cell._style)
        part.__set__(cell, value)

    return property(lambda cell: part.__get__(cell, type(cell)), put)


class _Shared:
    """A cell whose look is that of others too: every way to change it is listed here."""

    __slots__ = ()
    font = _own("font")
    fill = _own("fill")
    border = _own("border")
    number_format = _own("number_format")
    protection = _own("protection")
    alignment = _own("alignment")
    style = _own("style")
    quotePrefix = _own("quotePrefix")  # noqa: N815
    pivotButton = _own("pivotButton")  # noqa: N815


class SharedCell(_Shared, Cell):
    __slots__ = ()


class SharedMergedCell(_Shared, MergedCell):
    __slots__ = ()


class _Area(MergedCellRange):
    """A merged area as the file gives it: its first cell keeps its own border, without the last one's."""

    def _get_borders(self) -> None:
        self.start_cell = self.ws.cell(row=self.min_row, column=self.min_col)


class _SheetReader(WorksheetReader):
    def __init__(self, *args: Any, texts: dict[str, str]) -> None:
        super().__init__(*args)
        self._texts = texts

    def bind_cells(self) -> None:
        ws: Any = self.ws
        looks, cells, texts = ws.parent._cell_styles, ws._cells, self._texts
        for number, row in self.parser.parse():
            for cell in row:
                place = number if cell["row"] == number else cell["row"], cell["column"]
                value = cell["value"]
                made: Any = SharedCell(ws, *place)
                made._style = looks[cell["style_id"]]
                made._value = texts.setdefault(value, value) if type(value) is str else value  # rich text is a list
                made.data_type = cell["data_type"]
                cells[place] = made
        if cells:
            ws._current_row = ws.max_row

    def bind_merged_cells(self) -> None:
        if self.parser.merged_cells:
            ws: Any = self.ws
            areas: list[Any] = []
            for merged in self.parser.merged_cells.mergeCell:
                areas.append(_Area(ws, merged.ref))
                _merge(ws, areas[-1])
            ws.merged_cells = MultiCellRange(areas)


def _merge(ws: Any, area: Any) -> None:
    """Join the cells of a merged area, each with the look that the file gives it.

    The library's own way works every border out anew, cell by cell: with a year of evaluation tabs that is ten times
    the rest of the load, and what it finds is at best what the file says already.
    """
    cells = area.cells
    next(cells)  # the first one holds the value
    for place in cells:
        found = ws._cells.get(place)
        merged: Any = SharedMergedCell(ws, *place)
        ws._cells[place] = merged
        if found is not None and found.has_style:
            merged._style = found._style


@contextmanager
def sharing() -> Iterator[None]:
    """While a workbook is loaded, its sheets are read in this way."""
    module: Any = excel
    kept = module.WorksheetReader
    module.WorksheetReader = partial(_SheetReader, texts={})
    try:
        yield
    finally:
        module.WorksheetReader = kept

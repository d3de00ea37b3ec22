"""The snapshot of what was read: our tabs with their rows, our pages with their cells (see ``ownership``)."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from math import floor

from halokop_sheets.core.sheet.ownership import assign_tabs, find_header, foreign_columns, likely_header, page_mark
from halokop_sheets.core.sheet.schema import TABS, Kind, Tab
from halokop_sheets.core.sheet.values import Cell, PageTab, RawBook, RawTab, Row, Snapshot, Table
from halokop_sheets.core.terms import Tabs

_EPOCH = datetime(1899, 12, 30)  # day 0 of a sheet's date serials
_HAIR = 0.5  # seconds
_DATED = {Kind.DATE, Kind.DATETIME}


def evaluation_mark(code: str) -> str:
    """The mark of an episode's evaluation tab: ``Evaluasi 2026-W48``."""
    return f"{Tabs.EVALUATION} {code}"


def is_serial(number: float) -> bool:
    """Whether a number can be a date that lost its format: 1954 to 2119."""
    return 20_000 <= number < 80_000


def from_serial(number: float) -> datetime:
    """A date serial (days since 1899-12-30, in the sheet's own zone) as wall-clock time, cut to the minute.

    Half a second is added first, for a minute that is a hair short as a fraction of a day.
    """
    return _EPOCH + timedelta(minutes=floor(number * 1440 + _HAIR / 60))


def to_serial(moment: datetime) -> float:
    """The inverse of :func:`from_serial`."""
    return (moment - _EPOCH) / timedelta(days=1)


def _typed(cell: Cell) -> Cell:
    """A cell of a date column, cut to the minute; a serial number that lost its format is a date."""
    if isinstance(cell, datetime):
        if cell.second or cell.microsecond:
            return (cell + timedelta(seconds=_HAIR)).replace(second=0, microsecond=0)
    elif isinstance(cell, int | float) and not isinstance(cell, bool) and is_serial(cell):
        return from_serial(cell)
    return cell


def _rows(tab: Tab, raw: RawTab, header_row: int, columns: Mapping[str, int]) -> tuple[Row, ...]:
    """The rows below the header that hold anything of ours. A tick does little else as often: kept lean."""
    width = max(columns.values()) + 1
    dated = [header for header in columns if tab.by_header[header].kind in _DATED]
    found: list[Row] = []
    for number, cells in enumerate(raw.rows[header_row:], start=header_row + 1):
        line = cells if len(cells) >= width else (*cells, *[None] * (width - len(cells)))
        kept: dict[str, Cell] = {
            header: cell for header, place in columns.items() if (cell := line[place]) is not None and cell != ""
        }
        # The row holds nothing, or only tick boxes that nobody touched.
        first = next(iter(kept.values()), False)
        if first is False and not any(cell is not False for cell in kept.values()):
            continue
        for header in dated:
            cell = kept.get(header)
            if cell is not None and not (type(cell) is datetime and cell.second == cell.microsecond == 0):
                kept[header] = _typed(cell)
        found.append(Row(number, kept))
    return tuple(found)


def recognise(book: RawBook, tabs: Mapping[str, Tab] = TABS) -> Snapshot:
    """The snapshot of a workbook: tables with their rows, pages of ours with their cells.

    ``tabs``: as :func:`core.sheet.schema.tabs_for` makes them for the settings' platforms.
    """
    tables: dict[str, Table] = {}
    taken = assign_tabs(book)
    for name, raw in taken.items():
        tab = tabs[name]
        header_row, columns = find_header(tab, raw.rows) or likely_header(tab, raw.rows)
        if len(columns) < 2:
            header_row, columns = 0, {}
        theirs = foreign_columns(tab, raw, header_row, columns)
        columns = {header: place for header, place in columns.items() if header not in theirs}
        missing = tuple(h for h in tab.needed if h not in columns)
        rows = _rows(tab, raw, header_row, columns) if columns else ()
        filled = (
            n for n in range(len(raw.rows), 0, -1) if any(c is not None and c is not False for c in raw.rows[n - 1])
        )
        last = next(filled, header_row)
        tables[name] = Table(name, raw.id, raw.title, header_row, columns, rows, missing, last, raw.fixed)
    pages: dict[str, PageTab] = {}
    rest = [t for t in book.tabs if all(t is not used for used in taken.values())]
    for raw in sorted(rest, key=lambda t: len(t.title)):  # of a page and its copy the shorter title is ours
        mark = page_mark(raw)
        if mark and mark not in pages:
            cells = {
                (r, c): cell
                for r, line in enumerate(raw.rows, start=1)
                for c, cell in enumerate(line, start=1)
                if cell is not None and cell != ""
            }
            pages[mark] = PageTab(mark, raw.id, raw.title, cells, raw.fixed)
    titles = book.titles or tuple(t.title for t in book.tabs)
    return Snapshot(tables, pages, titles, book.revision, book.notes, book.busy, book.refused, book.busy_since)

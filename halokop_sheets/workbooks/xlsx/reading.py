"""Reading no more than a tick needs: our open tabs whole, of every other one the rows in which it could say what it is.

A closed evaluation bears no mark any more, so it is never read beyond its first rows.
"""

from halokop_sheets.core.sheet.values import RawBook, RawTab
from halokop_sheets.core.sheet.tables import HEADER_SEARCH_ROWS, assign_tabs, page_mark
from halokop_sheets.errors import WorkbookError
from halokop_sheets.workbooks.xlsx.book import Book, Tab
from halokop_sheets.workbooks.xlsx.formulas import spilled
from halokop_sheets.workbooks.xlsx.frame import Frame
from halokop_sheets.workbooks.xlsx.guard import MAX_CELLS
from halokop_sheets.workbooks.xlsx.ooxml import Area
from halokop_sheets.workbooks.xlsx.sheet import Rows, Sheet, check, root_prefix

_HEAD = 2**14  # bytes: mostly more than ten rows


def read_tabs(book: Book, name: str) -> tuple[RawTab, ...]:
    """All tabs of cells, as far as they are ours or might be. Raises ``WorkbookError`` where they are too large."""
    heads = tuple(RawTab(t.title, t.title, first_rows(book, t), hidden=t.hidden) for t in book.sheets)
    assigned = {raw.id for raw in assign_tabs(RawBook(heads)).values()}
    ours = {head.id for head in heads if head.id in assigned or page_mark(head)}
    cells, tabs = 0, []
    for tab, head in zip(book.sheets, heads, strict=True):
        if tab.title not in ours:
            tabs.append(head)
            continue
        data = book.package.read(tab.part)
        check(data)
        sheet = Sheet(data)
        cells += sheet.size()
        if cells > MAX_CELLS:
            remedy = f"delete blank rows below the tables, above all in {tab.title}"
            raise WorkbookError(f"{name} has more than {MAX_CELLS} formatted cells in our tabs: {remedy}")
        tabs.append(RawTab(tab.title, tab.title, sheet.values(book.reader), hidden=tab.hidden, fixed=_fixed(sheet)))
    return tuple(tabs)


def _fixed(sheet: Sheet) -> tuple[Area, ...]:
    """Areas whose cells, but the first of each, hold nothing of their own: merged, or filled by one formula."""
    return (*Frame(sheet).merges, *spilled(sheet))


def first_rows(book: Book, tab: Tab) -> Rows:
    """The rows in which a tab's headers or mark stand, read without unpacking all of it."""
    size = _HEAD
    while True:
        data = book.package.head(tab.part, size)
        if len(data) < size:
            return Sheet(data).values(book.reader, HEADER_SEARCH_ROWS)
        prefix = root_prefix(data)
        end = data.rfind(b"</" + prefix + b"row>") if prefix is not None else -1
        if prefix is not None and end > 0:
            closing = b"".join(b"</" + prefix + name + b">" for name in (b"row", b"sheetData", b"worksheet"))
            sheet = Sheet(data[:end] + closing)
            if sheet.numbers()[-1] >= HEADER_SEARCH_ROWS:
                return sheet.values(book.reader, HEADER_SEARCH_ROWS)
        size *= 4

"""Reading no more than a tick needs: our open tabs whole, of every other one the rows in which it could say what it is.

A closed evaluation is never written again, so it is never read beyond its first rows.
"""

from halokop_sheets.core.sheet.ownership import HEADER_SEARCH_ROWS, assign_tabs, find_header, page_mark
from halokop_sheets.core.sheet.schema import TABS
from halokop_sheets.core.sheet.tables import evaluation_mark
from halokop_sheets.core.sheet.values import Area, RawBook, RawTab
from halokop_sheets.core.terms import Cols, Tabs
from halokop_sheets.errors import WorkbookError
from halokop_sheets.workbooks.xlsx.book import Book, Tab
from halokop_sheets.workbooks.xlsx.formulas import spilled
from halokop_sheets.workbooks.xlsx.frame import Frame
from halokop_sheets.workbooks.xlsx.guard import MAX_CELLS
from halokop_sheets.workbooks.xlsx.sheet import Sheet
from halokop_sheets.workbooks.xlsx.sheet_markup import Rows, check, root_prefix

_HEAD = 2**14  # bytes: mostly more than ten rows


Known = dict[tuple[object, ...], "_Whole"]
"""Tabs read before, by the checksums of all that they were read from."""


def read_tabs(book: Book, name: str, known: Known) -> tuple[RawTab, ...]:
    """All tabs of cells, as far as they are ours or might be; those ``known`` are not read again, and noted there.

    Raises ``WorkbookError`` where they are too large.
    """
    common = [book.package.checksum(book.package.related(book.part, kind)) for kind in ("sharedStrings", "styles")]
    read: Known = {}

    def whole_tab(title: str) -> _Whole:
        tab = book.tab(title)
        key = (title, tab.hidden, book.package.checksum(tab.part), *common)
        read[key] = known.get(key) or _Whole(book, tab)
        return read[key]

    heads = tuple(RawTab(t.title, t.title, first_rows(book, t), hidden=t.hidden) for t in book.sheets)
    assigned = assign_tabs(RawBook(heads))
    whole = {raw.id: whole_tab(raw.id) for raw in assigned.values()}
    meetings = assigned.get(Tabs.MEETINGS)
    closed = _closed(whole[meetings.id].raw) if meetings else set()
    for head in heads:
        if head.id not in whole and (mark := page_mark(head)) and mark not in closed:
            whole[head.id] = whole_tab(head.id)
    _check_size(whole, name)
    known.clear()
    known.update(read)
    return tuple(whole[head.id].raw if head.id in whole else head for head in heads)


class _Whole:
    """A tab read from its first row to its last."""

    def __init__(self, book: Book, tab: Tab) -> None:
        data = book.package.read(tab.part)
        check(data)
        sheet = Sheet(data)
        self.size = sheet.size()
        rows = sheet.values(book.reader) if self.size <= MAX_CELLS else ()
        self.raw = RawTab(tab.title, tab.title, rows, hidden=tab.hidden, fixed=_fixed(sheet))


def _check_size(whole: dict[str, _Whole], name: str) -> None:
    if sum(tab.size for tab in whole.values()) > MAX_CELLS:
        largest = max(whole, key=lambda title: whole[title].size)
        remedy = f"delete blank rows below the tables, above all in {largest}"
        raise WorkbookError(f"{name} has more than {MAX_CELLS} formatted cells in our tabs: {remedy}")


def _closed(meetings: RawTab) -> set[str]:
    """The marks of evaluations that are closed, by their record; where it is gone, they are read again."""
    found = find_header(TABS[Tabs.MEETINGS], meetings.rows)
    columns = found[1] if found else {}
    if not {Cols.CODE, Cols.CLOSED} <= columns.keys():
        return set()
    code, closed = columns[Cols.CODE], columns[Cols.CLOSED]
    return {
        evaluation_mark(str(row[code]).strip()) for row in meetings.rows if len(row) > max(code, closed) and row[closed]
    }


def _fixed(sheet: Sheet) -> tuple[Area, ...]:
    """Cells that hold nothing of their own: all of a merge but its first, all that an array formula fills."""
    hidden = [((a, b + 1, a, d), (a + 1, b, c, d)) for a, b, c, d in Frame(sheet).merges]
    return (*(area for pair in hidden for area in pair if area[0] <= area[2] and area[1] <= area[3]), *spilled(sheet))


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

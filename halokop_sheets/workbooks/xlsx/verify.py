"""A new copy is opened by a second, independent reader and compared, before it takes the place of the file.

The reader is calamine, a library in Rust that shares no code with ours. A file that it could not open before our
change either is looked at without it: every part's checksum, and its bytes against those that were meant.
"""

from collections.abc import Iterator, Mapping
from datetime import date, datetime, time, timedelta
from io import BytesIO
from itertools import zip_longest
from pathlib import Path
from typing import Any
from zipfile import ZipFile

from python_calamine import CalamineWorkbook

from halokop_sheets.core.sheet.values import Cell
from halokop_sheets.errors import WorkbookError
from halokop_sheets.workbooks.xlsx.document import Document
from halokop_sheets.workbooks.xlsx.ooxml import Place
from halokop_sheets.workbooks.xlsx.package import raw_entry
from halokop_sheets.workbooks.xlsx.sheet_markup import check

_EPOCH = datetime(1899, 12, 30)
_SECOND = 1 / 86_400  # of a day
_MARCH_1900 = 61  # the first serial on which all readers agree: Excel counts a 29 February 1900 that never was
Row = list[Any]


def verify(path: Path, old: bytes | None, document: Document) -> None:
    """Raise ``WorkbookError`` unless the copy at ``path`` is the file ``old`` with our changes and nothing else.

    ``old`` None: there was no file.
    """
    try:
        new = path.read_bytes()
        fault = _parts(new, document.package.data, document.package.changes) or _cells(new, old, document)
    except Exception as error:
        raise WorkbookError(f"the new copy cannot be read back, the workbook stays as it was: {error}") from error
    if fault:
        raise WorkbookError(f"the new copy is not what it should be ({fault}), the workbook stays as it was")


def _parts(new: bytes, old: bytes, changes: Mapping[str, bytes | None]) -> str:
    """What is wrong with the parts of the package; empty when nothing is."""
    with ZipFile(BytesIO(new)) as made, ZipFile(BytesIO(old)) as stood:
        before = {info.filename: info for info in stood.infolist() if not info.filename.endswith("/")}
        after = {info.filename: info for info in made.infolist() if not info.filename.endswith("/")}
        wanted = {name for name in (*before, *changes) if changes.get(name, b"") is not None}
        if wanted != after.keys():
            return f"parts: {', '.join(sorted(wanted ^ after.keys()))}"
        for name, info in after.items():
            if name not in changes:
                if info.CRC != before[name].CRC or raw_entry(new, info) != raw_entry(old, before[name]):
                    return f"{name} differs"
                continue
            data = made.read(info)  # compares the checksum
            if data != changes[name]:
                return f"{name} differs"
            check(data)
    return ""


def _cells(new: bytes, old: bytes | None, document: Document) -> str:
    """What the second reader finds wrong with tabs and cells."""
    try:
        before = CalamineWorkbook.from_filelike(BytesIO(old)) if old is not None else None
    except Exception:  # it cannot follow: a kind of file that it does not know
        return ""
    after = CalamineWorkbook.from_filelike(BytesIO(new))
    titles = [tab.title for tab in document.book.tabs]
    stood = before.sheet_names if before else []
    if set(stood) <= set(titles) and after.sheet_names != titles:
        return "its tabs"
    for title, written in document.written.items():
        compared = before if before and title in stood and title not in document.moved else None
        rows = (_rows(book, title) if book else iter(()) for book in (compared, after))
        ours = _by_row(written), _by_row(dict.fromkeys(document.stale.get(title, ())))
        for number, (old_row, new_row) in enumerate(zip_longest(*rows, fillvalue=[]), start=1):
            wanted = ours[0].pop(number, {})
            if wrong := next((c for c, value in wanted.items() if not _same(value, _at(new_row, c))), 0):
                return f"{title}, row {number}, column {wrong}"
            touched = wanted.keys() | ours[1].get(number, {}).keys()
            if compared and old_row != new_row and (strayed := _strayed(old_row, new_row, touched)):
                return f"{title}, row {number}, column {strayed}, which is not ours"
        if any(value is not None for row in ours[0].values() for value in row.values()):
            return f"the end of {title}"
    return ""


def _rows(book: CalamineWorkbook, title: str) -> Iterator[Row]:
    """The rows of a tab, one at a time: a whole tab of ten years is a hundred megabytes."""
    sheet = book.get_sheet_by_name(title)
    left = [""] * (sheet.start[1] if sheet.start else 0)
    return ([*left, *row] for row in sheet.iter_rows())


def _by_row(cells: Mapping[Place, Cell]) -> dict[int, dict[int, Cell]]:
    rows: dict[int, dict[int, Cell]] = {}
    for (row, column), value in cells.items():
        rows.setdefault(row, {})[column] = value
    return rows


def _at(row: Row, column: int) -> Any:
    return row[column - 1] if column <= len(row) else ""


def _strayed(old: Row, new: Row, ours: set[int]) -> int:
    """The column of a cell that changed although it is not ours; 0 where there is none."""
    columns = range(1, max(len(old), len(new)) + 1)
    return next((c for c in columns if c not in ours and _at(old, c) != _at(new, c)), 0)


def _same(value: Cell, seen: Any) -> bool:
    if value is None or isinstance(value, str):
        return bool(seen == (value or ""))
    if isinstance(value, bool) or isinstance(seen, bool | str):
        return value is seen
    if isinstance(value, int | float) and value < _MARCH_1900 and isinstance(seen, date | time):
        return value < 0 or _number(seen) - value in (0, 1)  # the second reader tells no such number as a date
    return abs(_number(value) - _number(seen)) < _SECOND


def _number(value: Any) -> float:
    if isinstance(value, datetime):
        return (value - _EPOCH) / timedelta(days=1)
    if isinstance(value, date):
        return float((value - _EPOCH.date()).days)
    if isinstance(value, time):
        return (datetime.combine(_EPOCH, value) - _EPOCH) / timedelta(days=1)
    if isinstance(value, timedelta):
        return value / timedelta(days=1)
    return float(value)

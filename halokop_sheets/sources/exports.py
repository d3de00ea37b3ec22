"""An exported file, read: which export it is by its titles, which posts it tells of, which figures.

Encodings UTF-8 with or without a byte order mark, UTF-16, else Windows-1252; fields separated by comma, semicolon or
tab; or .xlsx. Titles stand in one of the first twenty rows. Exports hold lifetime totals; one that breaks them down by
day holds something else and is refused. A figure that is no count is left out, and what a file says twice and
differently of one post is not believed at all.
"""

import csv
import io
import re
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import islice

from halokop_sheets.core.sheet.answers import Gap
from halokop_sheets.core.sheet.cells import Unreadable
from halokop_sheets.core.typed.counts import parse_count
from halokop_sheets.core.typed.posts import post_of
from halokop_sheets.sources.headers import FIGURES, Export, plain_title

LARGEST = 20_000_000  # bytes of a file
_MOST_ROWS = 20_000
_HEADER_ROWS = 20
_SEPARATORS = (",", ";", "\t")
_NOTHING = {"", "-", "--", "n/a", "na", "null", "none"}
_DAY = re.compile(r"(\d{1,4})[/.-](\d{1,2})[/.-](\d{1,4})(?:[ T,].*)?")
_OLD_EXCEL = b"\xd0\xcf\x11\xe0"

Grid = Sequence[Sequence[object]]


class UnusableError(Exception):
    """A file that is not used. ``cause`` is a name of ``core.office.source_wording.REFUSALS``."""

    def __init__(self, cause: str, detail: str = "") -> None:
        super().__init__(cause)
        self.cause, self.detail = cause, detail


@dataclass
class Told:
    """What a file says of one post."""

    figures: dict[str, int] = field(default_factory=dict)  # by column header in Metrik
    gap: Gap = Gap.NONE


@dataclass(frozen=True)
class Content:
    """A file that was understood. ``day``: the day of the export where the file says one."""

    platform: str
    day: date | None
    posts: Mapping[str, Told]


def read_export(data: bytes, exports: Sequence[Export]) -> Content:
    """What a file's bytes say. Raises ``UnusableError``."""
    if len(data) > LARGEST:
        raise UnusableError("large")
    first = ""
    for grid in _grids(data):
        first = first or _first_line(grid)
        if found := _titles(grid, exports):
            export, row, columns = found
            return _content(export, columns, grid[row + 1 :])
    raise UnusableError("unknown", first)


# --- bytes to cells -----------------------------------------------------------------------------------------------


def _grids(data: bytes) -> Iterator[Grid]:
    """The file as rows of cells: each sheet of a workbook, a text once for each separator."""
    if data.startswith(b"PK"):
        yield from _sheets(data)
    elif data.startswith(_OLD_EXCEL):
        raise UnusableError("old excel")
    else:
        text = _decoded(data)
        if "\0" in text:
            raise UnusableError("unknown")
        for separator in _SEPARATORS:
            yield _rows(text, separator)


def _decoded(data: bytes) -> str:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", errors="replace")
    if data[:200].count(0) * 3 > len(data[:200]):  # every other byte of a plain text in UTF-16
        return data.decode("utf-16-le" if data[1:2] == b"\0" else "utf-16-be", errors="replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", errors="replace")


def _rows(text: str, separator: str) -> Grid:
    text = re.sub(r"\A\ufeff?sep=.\r?\n", "", text)
    try:
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
        return list(islice(reader, _MOST_ROWS))
    except csv.Error:
        return []


def _sheets(data: bytes) -> Iterator[Grid]:
    import openpyxl

    try:
        names = zipfile.ZipFile(io.BytesIO(data)).infolist()
        if sum(one.file_size for one in names) > 10 * LARGEST:
            raise UnusableError("large")
        if not any(one.filename == "xl/workbook.xml" for one in names):
            raise UnusableError("zip")
        book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
        for sheet in book.worksheets:
            sheet.reset_dimensions()  # exporters write wrong ones
            yield list(islice(sheet.iter_rows(values_only=True), _MOST_ROWS))
    except UnusableError:
        raise
    except Exception as error:  # openpyxl raises whatever a damaged file makes it stumble over
        raise UnusableError("damaged") from error


# --- titles -------------------------------------------------------------------------------------------------------


def _titles(grid: Grid, exports: Sequence[Export]) -> tuple[Export, int, dict[str, int]] | None:
    """The export, the row of its titles and the place of each column it knows; the one with the most of them."""
    best: tuple[Export, int, dict[str, int]] | None = None
    for number, row in enumerate(grid[:_HEADER_ROWS]):
        titles: dict[str, int] = {}
        for place, cell in enumerate(row):
            if isinstance(cell, str):
                titles.setdefault(plain_title(cell), place)
        for export in exports:
            columns: dict[str, int] = {}
            for title, meaning in export.columns.items():  # of two titles for one thing the first in the table counts
                if title in titles:
                    columns.setdefault(meaning, titles[title])
            useful = "link" in columns and columns.keys() & set(FIGURES.values())
            if useful and (best is None or len(columns) > len(best[2])):
                best = export, number, columns
    return best


def _first_line(grid: Grid) -> str:
    """The first row with two cells or more, to show what was found; at most 120 characters."""
    for row in grid[:_HEADER_ROWS]:
        cells = [" ".join(str(cell).split()) for cell in row if cell not in (None, "")]
        if len(cells) > 1:
            line = ", ".join(cells)
            shown = "".join(sign if sign.isprintable() else "?" for sign in line)
            return shown if len(shown) <= 120 else shown[:119] + "…"
    return ""


# --- rows ---------------------------------------------------------------------------------------------------------


def _content(export: Export, columns: Mapping[str, int], rows: Grid) -> Content:
    posts: dict[str, Told] = {}
    days: dict[str, set[date | None]] = {}
    for row in rows:
        post = post_of(export.platform, str(_cell(row, columns["link"]) or ""))
        if post is None:
            continue
        told = Told()
        for header in FIGURES.values():
            if header in columns and (value := _figure(_cell(row, columns[header]), header)) is not None:
                if isinstance(value, int):
                    told.figures[header] = value
                else:
                    told.gap = Gap.UNREADABLE
        if "day" in columns:
            days.setdefault(post, set()).add(_day(_cell(row, columns["day"]), month_first=export.month_first))
        posts[post] = _agreed(posts[post], told) if post in posts else told
    if not posts:
        raise UnusableError("no posts")
    if any(len(said) > 1 for said in days.values()):
        raise UnusableError("by day")
    said = {day for found in days.values() for day in found if day is not None}
    if len(said) > 1:
        raise UnusableError("by day")
    return Content(export.platform, next(iter(said), None), posts)


def _cell(row: Sequence[object], place: int) -> object:
    return row[place] if place < len(row) else None


def _figure(cell: object, header: str) -> int | Unreadable | None:
    if cell is None or (isinstance(cell, str) and cell.strip().casefold() in _NOTHING):
        return None
    if isinstance(cell, str):
        cell = cell.replace("\u00a0", " ").replace("\u202f", " ")
    if not isinstance(cell, str | int | float):
        return Unreadable(header)
    return parse_count(cell, header)


def _agreed(one: Told, other: Told) -> Told:
    """What two rows of one post agree on: a figure that differs is left out."""
    differ = {h for h in one.figures.keys() & other.figures.keys() if one.figures[h] != other.figures[h]}
    figures = {header: value for header, value in {**other.figures, **one.figures}.items() if header not in differ}
    return Told(figures, Gap.UNREADABLE if differ else one.gap or other.gap)


def _day(cell: object, *, month_first: bool) -> date | None:
    """A day as exports write it, or none: ``Lifetime``, blank."""
    if isinstance(cell, datetime):
        return cell.date()
    found = _DAY.fullmatch(str(cell or "").strip())
    if not found:
        return None
    first, second, third = (int(part) for part in found.groups())
    if len(found[1]) == 4:
        year, month, day = first, second, third
    else:
        year, month, day = (third, first, second) if month_first else (third, second, first)
    try:
        return date(year if year > 99 else year + 2000, month, day)
    except ValueError:
        return None

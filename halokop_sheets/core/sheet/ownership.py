"""Which tabs and columns are ours: by mark and content. A title proves nothing, a place even less.

People put titles above the header row, reorder and add columns, rename tabs and copy them; and an office may have had a
tab called ``Papan`` or a column called ``Status`` long before us. A tab of rows is ours by its key header and one more
header of its own; a page by the small text at the end of its first row; a blank tab with our title is taken. On Google
a tab bears a mark besides. What is not ours stays as it is: ours then takes a free title or header (``... HALO``).
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache

from halokop_sheets.core.sheet.schema import PAGES, TABS, Owner, Tab
from halokop_sheets.core.sheet.values import Cell, RawBook, RawTab
from halokop_sheets.core.terms import Cols, Tabs

HEADER_SEARCH_ROWS = 10
SUFFIX = " HALO"  # after a title or header of ours whose plain form is people's own
_MARK = re.compile(rf"(?:{'|'.join(PAGES)}|{Tabs.EVALUATION} \d{{4}}-W\d\d(?:-\d+)?)")
_OPENING = "Jangan mengisi di sini; centang di Langkah"  # of the board, where somebody deleted its small text
_EPISODE_CODE = re.compile(r"\d{4}-W\d\d(-\d+)?(/\S+)?")
_GIVEN = {Cols.MESSAGE, Cols.RECORDED}  # headers that no list has unless we put them there
_MORE = {  # where the key header is an everyday word, one of these must stand beside it, or the title must be ours
    Tabs.TEAM: {Cols.ROLES, Cols.MAIL_HOUR, Cols.LEAVE_UNTIL},
    Tabs.FEEDBACK: {Cols.SOURCE, Cols.FEEDBACK_KIND},
    Tabs.ACTIONS: {Cols.ASSIGNEE, Cols.DUE},
    Tabs.DAYS_OFF: set[str](),
}


def header_text(cell: Cell) -> str:
    """A header as it compares: case, spaces and a stray colon or star do not count."""
    return _header(cell) if isinstance(cell, str) else ""


@lru_cache(maxsize=1024)
def _header(text: str) -> str:
    return " ".join(text.split()).strip(" :*").casefold()


@lru_cache(maxsize=256)
def _spellings(headers: tuple[str, ...]) -> dict[str, tuple[str, bool]]:
    """Header by comparable text; True for the form with our suffix."""
    plain = {header_text(header): (header, False) for header in headers}
    return plain | {header_text(header + SUFFIX): (header, True) for header in headers}


def columns_of(tab: Tab, cells: Sequence[Cell]) -> dict[str, int]:
    """Our columns in a header row, 0-based: the one with our suffix, else the first of that name."""
    ours = _spellings(tuple(tab.by_header))
    columns: dict[str, int] = {}
    suffixed: set[str] = set()
    for place, cell in enumerate(cells):
        header, ours_alone = ours.get(header_text(cell), ("", False))
        if header and (header not in columns or (ours_alone and header not in suffixed)):
            columns[header] = place
            if ours_alone:
                suffixed.add(header)
    return columns


def find_header(tab: Tab, rows: Sequence[Sequence[Cell]]) -> tuple[int, dict[str, int]] | None:
    """The header row (1-based) and the place of each of the tab's columns (0-based); the first of two counts."""
    for number, cells in enumerate(rows[:HEADER_SEARCH_ROWS], start=1):
        columns = columns_of(tab, cells)
        if tab.key in columns and len(columns) > 1:
            return number, columns
    return None


def likely_header(tab: Tab, rows: Sequence[Sequence[Cell]]) -> tuple[int, dict[str, int]]:
    """The top row with the most of our headers, and these: the header row even where its key header was renamed."""
    found = [columns_of(tab, cells) for cells in rows[:HEADER_SEARCH_ROWS]]
    best = max(range(len(found)), key=lambda n: len(found[n]), default=-1)
    return (best + 1, found[best]) if best >= 0 else (0, {})


def served(tab: Tab, raw: RawTab, header_row: int, columns: Mapping[str, int]) -> bool:
    """Whether ``init`` was here before: its mark, a header that no list has by itself, or our codes under ``Kode``."""
    if raw.mark == tab.name or _GIVEN & set(columns):
        return True
    if _only_ours(tab):
        return len(columns) * 2 > len(tab.columns)
    place = columns.get(Cols.CODE)
    return place is not None and are_codes([line[place] for line in raw.rows[header_row:] if place < len(line)])


def foreign_columns(tab: Tab, raw: RawTab, header_row: int, columns: Mapping[str, int]) -> frozenset[str]:
    """Sistem columns by name that hold what people wrote, in a tab that ``init`` has not been to yet.

    They are never written: ``init`` puts ours at the right, with our suffix.
    """
    if not header_row or served(tab, raw, header_row, columns):
        return frozenset()
    below = raw.rows[header_row:]
    return frozenset(
        header
        for header, place in columns.items()
        if tab.by_header[header].owner is Owner.SYSTEM
        and any(place < len(line) and line[place] not in (None, "") for line in below)
    )


def is_blank(raw: RawTab) -> bool:
    return all(cell in (None, "") for line in raw.rows for cell in line)


def page_mark(tab: RawTab) -> str:
    """The mark of a page: the workbook's own, else the small text that repeats it at the end of its first row.

    A list of people's own may have a column of that name: there it is one header of many.
    """
    if tab.mark:
        return tab.mark
    first = [cell for cell in (tab.rows[0] if tab.rows else ()) if cell is not None and cell != ""]
    if 0 < len(first) <= 2 and isinstance(first[-1], str) and _MARK.fullmatch(first[-1]):
        return first[-1]
    if first[:1] == [_OPENING]:
        return Tabs.BOARD
    return tab.title if tab.title in PAGES and is_blank(tab) else ""


def assign_tabs(book: RawBook) -> dict[str, RawTab]:
    """Which raw tab is which tab of rows: by mark, then by title and content, then by content alone."""
    chosen: dict[str, RawTab] = {}
    free = list(book.tabs)

    def take(name: str, candidates: Iterable[RawTab]) -> None:
        ranked = sorted(candidates, key=lambda t: (t.title.casefold() != name.casefold(), len(t.title)))
        if name not in chosen and ranked:
            chosen[name] = ranked[0]
            free.remove(ranked[0])

    for name, tab in TABS.items():
        take(name, [t for t in free if t.mark == name and _is_ours(tab, t)])
    for name, tab in TABS.items():
        take(name, [t for t in free if not t.mark and _same(t.title, name) and _is_ours(tab, t)])
    for name, tab in TABS.items():
        take(name, [t for t in free if not t.mark and not page_mark(t) and _tells_itself(tab, t)])
    return chosen


def _same(title: str, name: str) -> bool:
    return title.strip().casefold() in (name.casefold(), f"{name}{SUFFIX}".casefold())


def _is_ours(tab: Tab, raw: RawTab) -> bool:
    """Whether a tab that bears our title or mark is what it says, also after its header row was harmed."""
    if is_blank(raw) or (find_header(tab, raw.rows) and not _only_ours(tab)):
        return True
    _, columns = likely_header(tab, raw.rows)
    most = len(columns) * 2 > len(tab.columns)
    return most or bool(_GIVEN & set(columns)) or _holds_codes(raw)


def _tells_itself(tab: Tab, raw: RawTab) -> bool:
    """Whether a tab with a title of people's own is recognised by its headers."""
    found = find_header(tab, raw.rows)
    if found is None:
        return False
    if served(tab, raw, *found):
        return True
    return not _only_ours(tab) and (tab.name not in _MORE or bool(_MORE[tab.name] & set(found[1])))


def _only_ours(tab: Tab) -> bool:
    """A tab that people never have of their own: Riwayat Email."""
    return all(column.owner is Owner.SYSTEM for column in tab.columns)


def _holds_codes(raw: RawTab) -> bool:
    """Whether some column holds our Kode in every row: the header row is gone then, and the tab is still ours."""
    lines = [line for line in raw.rows if sum(cell not in (None, "", False) for cell in line) > 1]
    columns = ([line[n] for line in lines if n < len(line)] for n in range(max(map(len, lines), default=0)))
    return any(len(cells) >= len(lines) - 1 and are_codes(cells) for cells in columns)


def are_codes(cells: Sequence[Cell]) -> bool:
    """Episodes' codes, or running numbers: as text, as we write them (people's own numbers are numbers)."""
    texts = [cell for cell in cells if cell not in (None, "")]
    if not texts or not all(isinstance(cell, str) for cell in texts):
        return False
    if all(_EPISODE_CODE.fullmatch(str(cell)) for cell in texts):
        return True
    return len(set(texts)) == len(texts) and all(str(cell).isdecimal() for cell in texts)


def free_title(wanted: str, titles: Iterable[str]) -> str:
    """``wanted``, or with our suffix where people have a tab of that title; spreadsheets ignore case in titles."""
    taken = {title.casefold() for title in titles}
    title, number = wanted, 1
    while title.casefold() in taken:
        title = f"{wanted}{SUFFIX}" + (f" {number}" if number > 1 else "")
        number += 1
    return title

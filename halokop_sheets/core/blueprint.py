"""What ``init`` has to make or mend, as a value: tabs that are not there, headers that are missing, pages.

A header that a person renamed or deleted is put back where it stood, as far as its neighbours or the codes under
it tell; otherwise its column is added at the right. People's own columns are never touched.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from halokop_sheets.core.model import Cell, RawBook, RawTab
from halokop_sheets.core.page import Page
from halokop_sheets.core.schema import TABS, Tab
from halokop_sheets.core.tables import HEADER_SEARCH_ROWS, assign_tabs, find_header, header_text, page_mark
from halokop_sheets.core.terms import Cols

_CODE = re.compile(r"\d{4}-W\d\d(-\d+)?(/\S+)?|\d+")


@dataclass(frozen=True)
class TabPlan:
    """One tab of rows as it shall be. ``id`` is None for a tab to be made.

    ``columns``: all our columns by header, 0-based, as they will stand; ``write``: headers to be put into cells.
    """

    tab: Tab
    id: str | None
    title: str
    header_row: int
    columns: Mapping[str, int]
    write: Mapping[str, int]
    adopted: bool  # a person's own tab: its widths, titles and colours stay


@dataclass(frozen=True)
class Blueprint:
    tabs: tuple[TabPlan, ...]
    pages: tuple[Page, ...]  # every page that shall exist; those that do are only mended in format
    locale: str = "in_ID"
    timezone: str = "Asia/Jakarta"


def _best_header_row(tab: Tab, rows: Sequence[Sequence[Cell]]) -> int:
    """Where the header row must have been: the top row with the most of our headers, at least two; else 0."""
    ours = {header_text(h) for h in tab.by_header}
    counts = [sum(header_text(c) in ours for c in cells) for cells in rows[:HEADER_SEARCH_ROWS]]
    best = max(range(len(counts)), key=counts.__getitem__, default=0)
    return best + 1 if counts and counts[best] >= 2 else 0


def _holds_codes(raw: RawTab, header_row: int, place: int) -> bool:
    below = [row[place] for row in raw.rows[header_row:] if place < len(row) and row[place] is not None]
    return bool(below) and all(_CODE.fullmatch(str(value)) for value in below)


def mended_headers(tab: Tab, raw: RawTab, header_row: int, columns: Mapping[str, int]) -> dict[str, int]:
    """Where each missing header goes: back over its old column where that can be told, else a new column."""
    header = raw.rows[header_row - 1] if header_row else ()
    width = max((len(row) for row in raw.rows), default=0)
    taken = set(columns.values())
    order = [c.header for c in tab.columns]
    mended: dict[str, int] = {}
    fresh = width
    for index, name in enumerate(order):
        if name in columns:
            continue
        before = columns.get(order[index - 1]) if index else None
        before = mended.get(order[index - 1], before) if index else None
        after = columns.get(order[index + 1]) if index + 1 < len(order) else None
        place = -1
        if before is not None and before + 1 < width and before + 1 not in taken:
            between = after is not None and after == before + 2
            last = after is None and before + 1 < len(header)
            is_code = name == Cols.CODE and _holds_codes(raw, header_row, before + 1)
            if name in tab.ours and (between or is_code or (last and name != Cols.CODE)):
                place = before + 1
        elif before is None and index == 0 and after == 1 and name in tab.ours:
            place = 0
        if place < 0 and name == Cols.CODE:
            place = next((c for c in range(width) if c not in taken and _holds_codes(raw, header_row, c)), -1)
        if place < 0:
            place, fresh = fresh, fresh + 1
        mended[name] = place
        taken.add(place)
    return mended


def _plan_tab(tab: Tab, raw: RawTab | None) -> TabPlan:
    everything = {c.header: place for place, c in enumerate(tab.columns)}
    if raw is None:
        return TabPlan(tab, None, tab.name, 1, everything, everything, adopted=False)
    found = find_header(tab, raw.rows)
    header_row = found[0] if found else _best_header_row(tab, raw.rows)
    if not header_row:
        blank = not any(cell is not None for row in raw.rows for cell in row)
        header_row = 1 if blank else 0
    if found:
        columns = found[1]
    elif header_row:
        ours = {header_text(h): h for h in tab.by_header}
        cells = raw.rows[header_row - 1] if len(raw.rows) >= header_row else ()
        columns = {}
        for place, cell in enumerate(cells):
            if (name := ours.get(header_text(cell))) is not None:
                columns.setdefault(name, place)
    else:  # our title over something else: the person's, leave it; a problem tells them
        return TabPlan(tab, raw.id, raw.title, 0, {}, {}, adopted=True)
    write = mended_headers(tab, raw, header_row, columns)
    placed = {**columns, **write}
    adopted = [placed[c.header] for c in tab.columns] != list(range(len(tab.columns))) or header_row != 1
    return TabPlan(tab, raw.id, raw.title, header_row, placed, write, adopted)


def make_blueprint(book: RawBook, pages: Sequence[Page], *, locale: str = "in_ID", timezone: str) -> Blueprint:
    """What the workbook needs to become ours, and all that it needs to stay so."""
    assigned = assign_tabs(book)
    plans = tuple(_plan_tab(tab, assigned.get(name)) for name, tab in TABS.items())
    return Blueprint(plans, tuple(pages), locale, timezone)


def existing_page(book: RawBook, mark: str) -> RawTab | None:
    return next((tab for tab in book.tabs if page_mark(tab) == mark), None)

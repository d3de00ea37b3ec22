"""What ``init`` has to make or mend, as a value: tabs that are not there, headers that are missing, pages.

A header that a person renamed or deleted is put back where it stood, as far as its neighbours or the codes under
it tell; otherwise its column is added at the right. People's own columns are never touched.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from halokop_sheets.core.sheet.page import Page
from halokop_sheets.core.sheet.schema import TABS, Column, Kind, Owner, Tab
from halokop_sheets.core.sheet.tables import HEADER_SEARCH_ROWS, assign_tabs, find_header, header_text, page_mark
from halokop_sheets.core.sheet.values import Cell, RawBook, RawTab
from halokop_sheets.core.terms import (
    DELETED,
    STAGES,
    ActionStatus,
    Cols,
    QuestionStatus,
    ReadingStatus,
    StepStatus,
    Tabs,
)

_EVIDENCE = {
    Cols.CODE: re.compile(r"\d{4}-W\d\d(-\d+)?(/\S+)?$"),
    Cols.RECORDED: re.compile(r"\d{4}-W\d\d\S* \S"),
}
_TABLES = (StepStatus, ReadingStatus, QuestionStatus, ActionStatus)
_WORDS = sorted({w for table in _TABLES for n, w in vars(table).items() if n.isupper()}, key=len, reverse=True)
# tells which cells are ours under a header that was cleared, as long as no header of people's own stands there
_TRACES = {
    **_EVIDENCE,
    Cols.STATUS: re.compile(rf"({'|'.join(_WORDS)})( \d+ hari)?$"),
    Cols.PROGRESS: re.compile(r"\d+ dari \d+$"),
    Cols.LATE: re.compile(r"\d+ langkah$"),
    Cols.EVALUATION: re.compile(rf"({Tabs.EVALUATION} \d|{DELETED}$)"),
    Cols.STAGE: re.compile(rf"({'|'.join(STAGES)})$"),
}


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
    timezone: str


def _best_header_row(tab: Tab, rows: Sequence[Sequence[Cell]]) -> int:
    """Where the header row must have been: the top row with the most of our headers, at least two; else 0."""
    ours = {header_text(h) for h in tab.by_header}
    counts = [sum(header_text(c) in ours for c in cells) for cells in rows[:HEADER_SEARCH_ROWS]]
    best = max(range(len(counts)), key=counts.__getitem__, default=0)
    return best + 1 if counts and counts[best] >= 2 else 0


def _bears(below: Sequence[Cell], column: Column, evidence: Mapping[str, re.Pattern[str]] = _EVIDENCE) -> bool:
    """Whether the cells under a header are evidently those of our column, whatever the header says now."""
    if column.header in evidence:
        return bool(below) and all(evidence[column.header].match(str(value)) for value in below)
    return column.kind in (Kind.DATE, Kind.DATETIME) and bool(below) and all(isinstance(v, datetime) for v in below)


def mended_headers(tab: Tab, raw: RawTab, header_row: int, columns: Mapping[str, int]) -> dict[str, int]:
    """Where each missing header goes: back over its old column where that is certain, else into a new column.

    Certain: the tab was ours (most of our columns stand), the column stands between its neighbours (or at the end),
    and the cells under it are evidently ours, or there are none under a blank header. A person's own column is never
    taken.
    """
    header = raw.rows[header_row - 1] if 0 < header_row <= len(raw.rows) else ()  # a blank tab has none
    fresh = max((len(row) for row in raw.rows), default=0)
    width, taken = fresh, set(columns.values())
    was_ours = sum(h in columns for h in tab.ours) * 2 > len(tab.ours)
    mended: dict[str, int] = {}

    def below(place: int) -> list[Cell]:
        return [row[place] for row in raw.rows[header_row:] if place < len(row) and row[place] not in (None, "")]

    def free(place: int, column: Column) -> bool:
        if not was_ours or column.owner is Owner.TEAM or not 0 <= place < width or place in taken:
            return False
        under = below(place)
        if place >= len(header) or header[place] in (None, ""):
            return not under or _bears(under, column, _TRACES)
        return _bears(under, column)

    for index, column in enumerate(tab.columns):
        if column.header in columns:
            continue
        placed = {**columns, **mended}
        before = placed.get(tab.columns[index - 1].header, -1) if index else -1
        after = placed.get(tab.columns[index + 1].header, before + 2) if index + 1 < len(tab.columns) else before + 2
        place = before + 1 if after == before + 2 and free(before + 1, column) else -1
        if place < 0 and column.header in _EVIDENCE:
            place = next((c for c in range(width) if free(c, column) and _bears(below(c), column)), -1)
        if place < 0:
            place, fresh = fresh, fresh + 1
        mended[column.header] = place
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


def make_blueprint(book: RawBook, pages: Sequence[Page], *, timezone: str, tabs: Mapping[str, Tab] = TABS) -> Blueprint:
    """What the workbook needs to become ours, and all that it needs to stay so."""
    assigned = assign_tabs(book)
    plans = tuple(_plan_tab(tab, assigned.get(name)) for name, tab in tabs.items())
    return Blueprint(plans, tuple(pages), timezone)


def existing_page(book: RawBook, mark: str) -> RawTab | None:
    return next((tab for tab in book.tabs if page_mark(tab) == mark), None)

"""What ``init`` has to make or mend, as a value: tabs that are not there, headers that are missing, pages.

A header that a person renamed or deleted is put back where it stood, as far as its neighbours or the codes under
it tell; otherwise its column is added at the right. People's own columns are never touched.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from halokop_sheets.core.sheet.ownership import (
    SUFFIX,
    are_codes,
    assign_tabs,
    find_header,
    foreign_columns,
    free_title,
    is_blank,
    likely_header,
    page_mark,
)
from halokop_sheets.core.sheet.page import Page
from halokop_sheets.core.sheet.schema import TABS, Column, Kind, Owner, Tab
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
    suffixed: frozenset[str] = frozenset()  # headers that people have for columns of their own

    def header(self, name: str) -> str:
        """What is written over a column of ours."""
        return f"{name}{SUFFIX}" if name in self.suffixed else name


@dataclass(frozen=True)
class Blueprint:
    tabs: tuple[TabPlan, ...]
    pages: tuple[Page, ...]  # every page that shall exist; those that do are only mended in format
    timezone: str


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


def _plan_tab(tab: Tab, raw: RawTab | None, titles: Sequence[str]) -> TabPlan:
    everything = {c.header: place for place, c in enumerate(tab.columns)}
    if raw is None:
        return TabPlan(tab, None, free_title(tab.name, titles), 1, everything, everything, adopted=False)
    header_row, columns = find_header(tab, raw.rows) or likely_header(tab, raw.rows)
    if len(columns) < 2:
        header_row, columns = (1, {}) if is_blank(raw) else (0, {})
        if not header_row and _lost_its_header(tab, raw):
            return TabPlan(tab, raw.id, raw.title, 1, everything, everything, adopted=True)
    if not header_row:  # its header row was deleted, and the rows moved up: a problem tells what helps
        return TabPlan(tab, raw.id, raw.title, 0, {}, {}, adopted=True)
    theirs = foreign_columns(tab, raw, header_row, columns)
    kept = {header: place for header, place in columns.items() if header not in theirs}
    write = mended_headers(tab, raw, header_row, kept)
    placed = {**kept, **write}
    adopted = [placed[c.header] for c in tab.columns] != list(range(len(tab.columns))) or header_row != 1
    return TabPlan(tab, raw.id, raw.title, header_row, placed, write, adopted, theirs)


def _lost_its_header(tab: Tab, raw: RawTab) -> bool:
    """Whether the first row is blank above a tab as we make it: our codes stand where they stand in a new tab, so the
    headers can be put back. Where people moved columns first, nothing tells what is what, and it is left to them."""
    blank = bool(raw.rows) and all(cell in (None, "") for cell in raw.rows[0])
    place = next((n for n, column in enumerate(tab.columns) if column.header == Cols.CODE), None)
    return blank and place is not None and are_codes([line[place] for line in raw.rows[1:] if place < len(line)])


def make_blueprint(book: RawBook, pages: Sequence[Page], *, timezone: str, tabs: Mapping[str, Tab] = TABS) -> Blueprint:
    """What the workbook needs to become ours, and all that it needs to stay so."""
    assigned = assign_tabs(book)
    titles = [*book.titles, *(tab.title for tab in book.tabs)]
    plans = tuple(_plan_tab(tab, assigned.get(name), titles) for name, tab in tabs.items())
    made = tuple(
        page if existing_page(book, page.mark) else replace(page, title=free_title(page.title, titles))
        for page in pages
    )
    return Blueprint(plans, made, timezone)


def adoption_notes(blueprint: Blueprint, book: RawBook) -> list[str]:
    """What stays the office's own beside ours, and a tab that looks like a second one of ours; one line each."""
    new = [(plan.tab.name, plan.title) for plan in blueprint.tabs if plan.id is None]
    new += [(p.title.split(SUFFIX)[0], p.title) for p in blueprint.pages if not existing_page(book, p.mark)]
    notes = [f'your tab "{name}" stays as it is; ours is "{title}"' for name, title in new if name != title]
    for plan in blueprint.tabs:
        columns = [f'your column "{n}" stays as it is; ours is "{plan.header(n)}"' for n in sorted(plan.suffixed)]
        notes += [f"{plan.title}: {text}" for text in columns]
    return notes


def existing_page(book: RawBook, mark: str) -> RawTab | None:
    """The tab of a page; of several the one with the shortest title, as copies have longer ones."""
    return min((tab for tab in book.tabs if page_mark(tab) == mark), key=lambda t: len(t.title), default=None)

"""The tick's one read: every tab that bears our mark, its cells and the fence, in one snapshot.

``init`` marks each tab with sheet metadata ``halokop.tab=<name>``, so one ``getByDataFilter`` finds the tabs without
knowing their titles or places, and leaves out what is closed or not ours. The mail history bears another key: of it
the newest rows alone are read, by its sheet id. Where marks or that tab are missing (before ``init``, after someone
deleted a tab) everything is read instead.

Rests on observation: that the answer carries ``Spreadsheet.developerMetadata`` (the fence), that a data filter on
sheet metadata gives the whole sheet, and that sheets which no filter meets are left out.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from halokop_sheets.core.sheet.ownership import HEADER_SEARCH_ROWS, page_mark
from halokop_sheets.core.sheet.schema import PAGES, TABS
from halokop_sheets.core.sheet.values import RawBook, RawTab
from halokop_sheets.core.terms import Tabs
from halokop_sheets.errors import WorkbookError
from halokop_sheets.workbooks.google.cell_data import grid_range, read_grid
from halokop_sheets.workbooks.google.client import Json, RefusedError, SheetsClient

TAB_KEY = "halokop.tab"
HISTORY_KEY = "halokop.history"
FENCE_KEY = "halokop.fence"
HISTORY_ROWS = 1000  # newest first
FIRST_TAB_ID = 480_000_000  # sheet ids of the tabs that ``init`` makes: this and the next ones, in the tabs' order
HISTORY_ID = FIRST_TAB_ID + list(TABS).index(Tabs.HISTORY)

GRID = "data(startRow,startColumn,rowData.values.effectiveValue)"
_FIELDS = (
    "properties.title,developerMetadata(metadataId,metadataKey),"
    "sheets(properties(sheetId,title,index,hidden,gridProperties(rowCount,columnCount)),"
    f"developerMetadata(metadataId,metadataKey,metadataValue),{GRID})"
)


@dataclass(frozen=True)
class Sheet:
    """Where a sheet stands and how large its grid is."""

    id: int
    title: str
    index: int
    rows: int
    columns: int


@dataclass(frozen=True)
class Seen:
    """One read: the cells for the core, and what a write needs to know besides."""

    book: RawBook
    title: str
    sheets: Mapping[int, Sheet]
    fences: tuple[int, ...]  # ids of the fence's metadata, ascending
    metadata_ids: frozenset[int]  # every metadata id seen, ours or not
    at: float  # monotonic seconds


def sheet_mark(sheet: Json) -> str:
    """Our mark on a sheet; empty for none."""
    for entry in sheet.get("developerMetadata", ()):
        if entry.get("metadataKey") in (TAB_KEY, HISTORY_KEY):
            return str(entry.get("metadataValue", ""))
    return ""


def mark_key(mark: str) -> str:
    return HISTORY_KEY if mark == Tabs.HISTORY else TAB_KEY


def parse(answer: Json, at: float) -> Seen:
    """A ``Spreadsheet`` resource as :class:`Seen`; its revision names the last fence and the moment of the read."""
    fences, ids = [], set()
    for entry in answer.get("developerMetadata", ()):
        ids.add(entry["metadataId"])
        if entry.get("metadataKey") == FENCE_KEY:
            fences.append(entry["metadataId"])
    tabs: list[RawTab] = []
    sheets: dict[int, Sheet] = {}
    for sheet in answer.get("sheets", ()):
        properties = sheet["properties"]
        grid = properties.get("gridProperties")
        if grid is None:  # a chart or data source tab: not a grid
            continue
        ids.update(entry["metadataId"] for entry in sheet.get("developerMetadata", ()))
        id_, title = properties.get("sheetId", 0), properties["title"]
        sheets[id_] = Sheet(id_, title, properties.get("index", 0), grid["rowCount"], grid["columnCount"])
        rows = read_grid(sheet.get("data", ()))
        cells = tuple(tuple(rows.get(number, ())) for number in range(1, max(rows, default=0) + 1))
        tabs.append(RawTab(str(id_), title, cells, sheet_mark(sheet), properties.get("hidden", False)))
    fences.sort()
    titles = tuple(tab.title for tab in tabs)
    book = RawBook(tuple(tabs), f"{fences[-1] if fences else 0}@{at:.6f}", titles)
    return Seen(book, answer.get("properties", {}).get("title", ""), sheets, tuple(fences), frozenset(ids), at)


def _without_strays(seen: Seen) -> Seen:
    """A full read, with what the usual read leaves out left out: finished evaluations, whose mark is gone."""
    if not any(tab.mark for tab in seen.book.tabs):
        return seen
    kept = tuple(t for t in seen.book.tabs if t.mark or not page_mark(t).startswith(f"{Tabs.EVALUATION} "))
    book = RawBook(kept, seen.book.revision, seen.book.titles)
    return Seen(book, seen.title, seen.sheets, seen.fences, seen.metadata_ids, seen.at)


class Reader:
    """Reads for the tick. Remembers the history tab's sheet id where it is not the one that ``init`` gives."""

    def __init__(self, client: SheetsClient) -> None:
        self._client = client
        self._history = HISTORY_ID

    def read(self, at: float) -> Seen:
        """One request; two while a tab of ours is not marked or not there. ``at``: monotonic seconds, now."""
        by_mark = {"developerMetadataLookup": {"metadataKey": TAB_KEY, "locationType": "SHEET"}}
        newest = {"gridRange": grid_range(self._history, (0, HEADER_SEARCH_ROWS + HISTORY_ROWS))}
        try:
            answer = self._client.post(":getByDataFilter", {"dataFilters": [by_mark, newest]}, fields=_FIELDS)
        except RefusedError:  # no such sheet: nothing was made yet, or the history has another id
            answer = {}
        seen = parse(answer, at)
        if {*TABS, *PAGES} <= {tab.mark for tab in seen.book.tabs}:
            return seen
        try:
            seen = _without_strays(parse(self._client.get(fields=_FIELDS), at))
        except RefusedError as error:
            raise WorkbookError(f"the spreadsheet cannot be read: {error.message}") from None
        self._history = next((int(t.id) for t in seen.book.tabs if t.mark == Tabs.HISTORY), self._history)
        return seen

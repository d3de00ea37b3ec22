"""Changes of a plan as the requests of one ``batchUpdate``.

Cells are written in exact runs (``updateCells`` with a ``start``: a ``range`` would clear what its rows do not
cover), rows are appended by ``appendCells`` (after the last row with data, without a race), rows for the top are
inserted under the header, last, so that nothing else shifts.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import groupby

from halokop_sheets.core.sheet.layout import column_style
from halokop_sheets.core.sheet.ownership import HEADER_SEARCH_ROWS
from halokop_sheets.core.sheet.schema import TABS, Kind
from halokop_sheets.core.sheet.tables import evaluation_mark
from halokop_sheets.core.sheet.values import AddPage, AddRow, Cell, Change, ClosePage, RawBook, SetCell, Snapshot, Table
from halokop_sheets.core.terms import Tabs
from halokop_sheets.workbooks.google.cell_data import FORMAT, VALUE, cell_data, number_format, row_range
from halokop_sheets.workbooks.google.client import Json
from halokop_sheets.workbooks.google.landing import Writing
from halokop_sheets.workbooks.google.read import GRID, TAB_KEY, Sheet
from halokop_sheets.workbooks.google.styles import cell_format, validation

RESPONSE_FIELDS = f"updatedSpreadsheet(sheets(properties.sheetId,{GRID}))"
_GAP = 8  # rows of the response that lie no further apart are asked for as one range

RowChange = SetCell | AddRow | ClosePage
Gid = Callable[[str], int | None]
CellPlace = tuple[str, int, int]  # tab or page mark, row, column; 1-based


class Batch:
    """Collects requests, and per tab of rows what is written where (for the landing check)."""

    def __init__(self, snapshot: Snapshot, book: RawBook, sheets: Mapping[int, Sheet], gid: Gid) -> None:
        self._snapshot, self._sheets, self._gid = snapshot, sheets, gid
        self._raw = {tab.id: tab for tab in book.tabs}
        self.requests: list[Json] = []
        self.writings: dict[str, Writing] = {}

    def add(self, changes: Sequence[RowChange], plain_format: frozenset[CellPlace] = frozenset()) -> None:
        """All changes of a plan but pages to add. ``plain_format``: places whose number format is put back too."""
        cells = [c for c in changes if isinstance(c, SetCell)]
        for sheet, group in groupby(sorted(cells, key=self._place), key=lambda c: self._place(c)[0]):
            self._cells(sheet, list(group), plain_format)
        rows = [c for c in changes if isinstance(c, AddRow)]
        for tab in dict.fromkeys(row.tab for row in rows):
            self._append([r for r in rows if r.tab == tab and not r.top])
        for tab in dict.fromkeys(row.tab for row in rows if row.top):
            self._insert([r for r in rows if r.tab == tab and r.top])
        self.requests += [unmark(int(self._snapshot.pages[c.mark].id)) for c in changes if isinstance(c, ClosePage)]

    def response_ranges(self) -> list[str]:
        """Header rows and every row written, as whole rows: what the landing check looks at."""
        ranges: list[str] = []
        for writing in self.writings.values():
            sheet = self._sheets[int(writing.before.id)]
            height = sheet.rows + len(writing.inserted)
            rows = {writing.physical(row) for row, _ in writing.cells}
            top = min(HEADER_SEARCH_ROWS, height)
            ranges.append(row_range(sheet.title, 1, top))
            ranges += [row_range(sheet.title, a, b) for a, b in _spans(r for r in rows if r > top)]
        return ranges

    def _place(self, change: SetCell) -> tuple[int, int, int]:
        place = self._snapshot.tables.get(change.tab) or self._snapshot.pages[change.tab]
        return int(place.id), change.row, change.column

    def _writing(self, table: Table) -> Writing:
        if table.tab not in self.writings:
            before = self._raw[table.id]
            self.writings[table.tab] = Writing(table.tab, before, table.header_row)
        return self.writings[table.tab]

    def _cells(self, sheet: int, changes: list[SetCell], plain_format: frozenset[CellPlace]) -> None:
        made: dict[tuple[int, int], tuple[Json, tuple[str, ...]]] = {}
        for change in changes:
            tab = TABS.get(change.tab)
            column = tab.by_header.get(change.header) if tab else None
            kind = column.kind if column else Kind.TEXT
            data, fields = cell_data(change.new, kind, self._gid)
            if (change.tab, change.row, change.column) in plain_format and FORMAT not in fields:
                own = number_format(column_style(tab, column.header).format) if tab and column else None
                data["userEnteredFormat"] = {"numberFormat": own} if own else {}
                fields = (*fields, FORMAT)
            made[change.row, change.column] = (data, fields)
            if table := self._snapshot.tables.get(change.tab):
                self._writing(table).cells[change.row, change.column - 1] = change.new
        self._grow(sheet, max(r for r, _ in made), max(c for _, c in made))
        self.requests += _runs(sheet, made)

    def _grow(self, sheet: int, rows: int, columns: int) -> None:
        """Rows and columns that a page lacks because someone deleted some: a write beyond the grid is refused."""
        grid = self._sheets[sheet]
        for dimension, length in (("ROWS", rows - grid.rows), ("COLUMNS", columns - grid.columns)):
            if length > 0:
                self.requests.append({"appendDimension": {"sheetId": sheet, "dimension": dimension, "length": length}})

    def _row_values(self, row: AddRow, table: Table) -> dict[int, tuple[str, Cell]]:
        return {table.columns[header]: (header, value) for header, value in row.values}

    def _append(self, rows: list[AddRow]) -> None:
        """Rows with the look and lists of their tab; where people's own columns stand between ours, values and
        date formats alone, since ``appendCells`` begins at column A and would clear theirs."""
        if not rows:
            return
        table, tab = self._snapshot.tables[rows[0].tab], TABS[rows[0].tab]
        headers = {place: header for header, place in table.columns.items()}
        whole = sorted(headers) == list(range(len(headers)))
        lines: list[Json] = []
        fields = {VALUE}
        for row in rows:
            values = self._row_values(row, table)
            line: list[Json] = []
            for place in range(max(headers if whole else values) + 1):
                header, value = values.get(place, (headers.get(place, ""), None))
                kind = tab.by_header[header].kind if header else Kind.TEXT
                data, used = cell_data(value, kind, self._gid)
                fields.update(used)
                if whole:
                    own = dict(cell_format(column_style(tab, header)))
                    if FORMAT in used:
                        own["numberFormat"] = data["userEnteredFormat"]["numberFormat"]
                    data["userEnteredFormat"] = own
                    if rule := validation(tab.by_header[header], self._list_place):
                        data["dataValidation"] = rule
                line.append(data)
            lines.append({"values": line})
            self._writing(table).appended.append({place: value for place, (_, value) in values.items()})
        if whole:
            fields = (fields - {FORMAT}) | {"userEnteredFormat", "dataValidation"}
        body = {"sheetId": int(table.id), "rows": lines, "fields": ",".join(sorted(fields))}
        self.requests.append({"appendCells": body})

    def _list_place(self, name: str, header: str) -> tuple[str, int, int] | None:
        """Title, header row and column whose values make a list."""
        table = self._snapshot.tables.get(name)
        column = table.columns.get(header) if table else None
        return None if table is None or column is None else (table.title, table.header_row, column)

    def _insert(self, rows: list[AddRow]) -> None:
        """Rows right under the header; the last one of the plan comes to stand on top, as one by one they would."""
        table = self._snapshot.tables[rows[0].tab]
        sheet, first = int(table.id), table.header_row
        span = {"sheetId": sheet, "dimension": "ROWS", "startIndex": first, "endIndex": first + len(rows)}
        self.requests.append({"insertDimension": {"range": span, "inheritFromBefore": False}})
        made: dict[tuple[int, int], tuple[Json, tuple[str, ...]]] = {}
        for number, row in enumerate(reversed(rows), start=first + 1):
            values = self._row_values(row, table)
            for place, (header, value) in values.items():
                made[number, place + 1] = cell_data(value, TABS[row.tab].by_header[header].kind, self._gid)
            self._writing(table).inserted.append({place: value for place, (_, value) in values.items()})
        self.requests += _runs(sheet, made)


def _spans(rows: Iterable[int]) -> list[tuple[int, int]]:
    spans: list[tuple[int, int]] = []
    for row in sorted(rows):
        if spans and row - spans[-1][1] <= _GAP:
            spans[-1] = (spans[-1][0], row)
        else:
            spans.append((row, row))
    return spans


def _runs(sheet: int, cells: Mapping[tuple[int, int], tuple[Json, tuple[str, ...]]]) -> list[Json]:
    """Cells as few ``updateCells``: runs along a row, and equal runs of rows one below the other as one block."""
    runs: list[tuple[int, int, tuple[str, ...], list[Json]]] = []  # row, first column, fields, cells
    for (row, column), (data, fields) in sorted(cells.items(), key=lambda item: item[0]):
        if runs and (runs[-1][0], runs[-1][1] + len(runs[-1][3]), runs[-1][2]) == (row, column, fields):
            runs[-1][3].append(data)
        else:
            runs.append((row, column, fields, [data]))
    blocks: dict[tuple[int, int, tuple[str, ...]], list[tuple[int, list[Json]]]] = {}
    made: list[tuple[int, int, tuple[str, ...], list[list[Json]]]] = []
    for row, column, fields, line in runs:
        blocks.setdefault((column, len(line), fields), []).append((row, line))
    for (column, _, fields), lines in blocks.items():
        for row, line in lines:
            below = made and made[-1][0] + len(made[-1][3]) == row and len(made[-1][3][0]) == len(line)
            if below and (made[-1][1], made[-1][2]) == (column, fields):
                made[-1][3].append(line)
            else:
                made.append((row, column, fields, [line]))
    return [
        {
            "updateCells": {
                "start": {"sheetId": sheet, "rowIndex": row - 1, "columnIndex": column - 1},
                "rows": [{"values": line} for line in lines],
                "fields": ",".join(fields),
            }
        }
        for row, column, fields, lines in made
    ]


def unmark(sheet: int, key: str = TAB_KEY) -> Json:
    """Takes our mark off a sheet: it is no longer read."""
    lookup = {"metadataKey": key, "metadataLocation": {"sheetId": sheet}}
    return {"deleteDeveloperMetadata": {"dataFilter": {"developerMetadataLookup": lookup}}}


def mark(sheet: int, key: str, name: str) -> Json:
    """Puts our mark on a sheet."""
    entry = {
        "metadataKey": key,
        "metadataValue": name,
        "location": {"sheetId": sheet},
        "visibility": "DOCUMENT",
    }
    return {"createDeveloperMetadata": {"developerMetadata": entry}}


def rows_alone(changes: Sequence[Change]) -> list[RowChange]:
    return [change for change in changes if not isinstance(change, AddPage)]


def apart(
    changes: Sequence[Change],
) -> tuple[list[tuple[AddPage, list[AddRow | ClosePage]]], list[RowChange]]:
    """Pages to add, each with what belongs into its batch (its row in Catatan Evaluasi; that it is closed already),
    and the rest."""
    added = {change.page.mark: change for change in changes if isinstance(change, AddPage)}
    its: dict[str, list[AddRow | ClosePage]] = {mark: [] for mark in added}
    rest: list[RowChange] = []
    for change in changes:
        if isinstance(change, AddPage):
            continue
        mark = ""
        if isinstance(change, AddRow) and change.tab == Tabs.MEETINGS:
            mark = evaluation_mark(change.key)
        elif isinstance(change, ClosePage):
            mark = change.mark
        if mark in its and isinstance(change, AddRow | ClosePage):
            its[mark].append(change)
        else:
            rest.append(change)
    return [(page, its[mark]) for mark, page in added.items()], rest

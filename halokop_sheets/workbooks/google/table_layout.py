"""A tab of rows as it shall look: made whole when it is new, else mended where it differs.

Formats and lists reach over the grid in tabs that people fill. Where the daemon alone appends rows, each new row
brings its own look and tick box (``write``), and only rows with data are mended: ticks on blank rows below could
count as data for ``appendCells``.
"""

from collections.abc import Iterator

from halokop_sheets.core.sheet.blueprint import TabPlan
from halokop_sheets.core.sheet.layout import (
    FROZEN_COLUMNS,
    STYLES,
    TAB_COLORS,
    column_style,
    header_style,
    runs,
)
from halokop_sheets.core.sheet.schema import Kind, Owner
from halokop_sheets.core.sheet.values import RawTab
from halokop_sheets.core.terms import Tabs
from halokop_sheets.workbooks.google.cell_data import VALUE, grid_range, number_format
from halokop_sheets.workbooks.google.client import Json
from halokop_sheets.workbooks.google.highlight import highlighting
from halokop_sheets.workbooks.google.pages import PROTECTION, dimension, protection
from halokop_sheets.workbooks.google.read import mark_key
from halokop_sheets.workbooks.google.styles import (
    ListPlace,
    cell_format,
    color,
    pixels,
    same_format,
    same_validation,
    validation,
)
from halokop_sheets.workbooks.google.write import mark

ROWS = 300  # of a new tab; more come with the rows that need them
_DAEMON_ROWS = {Tabs.STEPS, Tabs.READINGS, Tabs.MEETINGS, Tabs.HISTORY}  # only the daemon appends there


def new_tab_requests(plan: TabPlan, sheet: int, index: int, place: ListPlace) -> list[Json]:
    """Everything that makes the tab."""
    tab = plan.tab
    properties: Json = {
        "sheetId": sheet,
        "title": plan.title,
        "index": index,
        "hidden": tab.hidden,
        "gridProperties": {
            "rowCount": ROWS,
            "columnCount": len(plan.columns),
            "frozenRowCount": plan.header_row,
            "frozenColumnCount": FROZEN_COLUMNS.get(tab.name, 0),
        },
    }
    if tint := TAB_COLORS.get(tab.name):
        properties["tabColorStyle"] = color(tint)
    made: list[Json] = [{"addSheet": {"properties": properties}}, mark(sheet, mark_key(tab.name), tab.name)]
    raw = RawTab(str(sheet), plan.title, ())
    for _, requests in TableLayout(plan, raw, {"properties": properties}, place, sheet, new=True).mend():
        made += requests
    return made


class TableLayout:
    """One tab of rows against its plan. ``have``: the sheet as read by ``layout``."""

    def __init__(
        self, plan: TabPlan, raw: RawTab, have: Json, place: ListPlace, sheet: int | None = None, *, new: bool = False
    ) -> None:
        self._plan, self._have, self._place, self._new = plan, have, place, new
        self._sheet = int(raw.id) if sheet is None else sheet
        self._grid = have.get("properties", {}).get("gridProperties", {})
        daemon = plan.tab.name in _DAEMON_ROWS
        self._end = max(len(raw.rows), plan.header_row) if daemon else int(self._grid.get("rowCount", ROWS))
        data = have.get("data") or [{}]
        self._lines: list[Json] = data[0].get("rowData", [])
        self._column_data: list[Json] = data[0].get("columnMetadata", [])

    def mend(self) -> list[tuple[str, list[Json]]]:
        """What is set again, in words, and its requests."""
        if not self._plan.header_row:
            return []
        return [
            ("headers", [*self._columns_lacking(), *self._headers()]),
            ("columns", self._columns()),
            ("formats", self._formats()),
            ("lists", self._lists()),
            ("frozen rows and hidden tabs", self._panes()),
            ("protection", self._protection()),
            ("highlighting", highlighting(self._plan, self._sheet, self._have)),
        ]

    def _ours(self) -> Iterator[tuple[str, int]]:
        """Our columns with their place, where the tab's look is ours: all of them, or those being added now."""
        for header, at in sorted(self._plan.columns.items(), key=lambda item: item[1]):
            owner = self._plan.tab.by_header[header].owner
            if not self._plan.adopted or header in self._plan.write or owner is Owner.SYSTEM:
                yield header, at

    def _columns_lacking(self) -> list[Json]:
        lacking = max(self._plan.columns.values(), default=-1) + 1 - int(self._grid.get("columnCount", 0))
        if self._new or lacking <= 0:
            return []
        return [{"appendDimension": {"sheetId": self._sheet, "dimension": "COLUMNS", "length": lacking}}]

    def _headers(self) -> list[Json]:
        made: list[Json] = []
        for header, at in self._ours():
            write = header in self._plan.write
            look = cell_format(STYLES[header_style(self._plan.tab, header)])
            have = self._cell(self._plan.header_row - 1, at).get("userEnteredFormat", {})
            if not write and (self._plan.adopted or same_format(have, look)):
                continue
            cell: Json = {"userEnteredFormat": look}
            if write:
                cell[VALUE] = {"stringValue": self._plan.header(header)}
            start = {"sheetId": self._sheet, "rowIndex": self._plan.header_row - 1, "columnIndex": at}
            fields = f"{VALUE},userEnteredFormat" if write else "userEnteredFormat"
            made.append({"updateCells": {"start": start, "rows": [{"values": [cell]}], "fields": fields}})
        return made

    def _columns(self) -> list[Json]:
        """Widths of new columns; the codes hidden."""
        made: list[Json] = []
        for header, at in self._ours():
            column = self._plan.tab.by_header[header]
            properties: Json = {}
            if header in self._plan.write:
                properties["pixelSize"] = pixels(column.width)
            hidden = at < len(self._column_data) and self._column_data[at].get("hiddenByUser", False)
            if column.hidden and not hidden:
                properties["hiddenByUser"] = True
            if properties:
                made.append(dimension(self._sheet, "COLUMNS", at, at + 1, properties))
        return made

    def _rows(self) -> range:
        return range(self._plan.header_row, self._end)

    def _formats(self) -> list[Json]:
        """The number format of our columns (a pasted one can hide a date), and the whole look of new ones."""
        made: list[Json] = []
        for header, at in self._ours():
            look = cell_format(column_style(self._plan.tab, header))
            number = {"numberFormat": look["numberFormat"]} if "numberFormat" in look else {}
            whole = header in self._plan.write
            kinds = [number]
            if self._plan.tab.by_header[header].kind in (Kind.DATE, Kind.DATETIME):  # by value: with an hour, without
                kinds = [{"numberFormat": number_format(name)} for name in ("date", "datetime")]
            looks = [self._cell(row, at).get("userEnteredFormat", {}) for row in self._rows()]
            broken = any(not any(same_format(have, kind) for kind in kinds) for have in looks)
            if self._rows() and (whole or (number and broken)):
                fields = "userEnteredFormat" if whole else "userEnteredFormat.numberFormat"
                cell = {"userEnteredFormat": look if whole else number}
                body = {"range": self._below(at), "cell": cell, "fields": fields}
                made.append({"repeatCell": body})
        return made

    def _lists(self) -> list[Json]:
        """Lists and ticks; on an adopted tab only where the column has no list of the people's own."""
        made: list[Json] = []
        for header, at in self._plan.columns.items():
            rule = validation(self._plan.tab.by_header[header], self._place)
            if rule is None or not self._rows():
                continue
            found = [self._cell(row, at).get("dataValidation") for row in self._rows()]
            if self._plan.adopted and header not in self._plan.write and any(found):
                continue
            if not all(same_validation(have, rule) for have in found):
                made.append({"setDataValidation": {"range": self._below(at), "rule": rule}})
        return made

    def _panes(self) -> list[Json]:
        if self._new:
            return []
        properties: Json = {}
        if not self._plan.adopted and self._grid.get("frozenRowCount", 0) != self._plan.header_row:
            properties["gridProperties"] = {"frozenRowCount": self._plan.header_row}
        if self._plan.tab.hidden and not self._have.get("properties", {}).get("hidden", False):
            properties["hidden"] = True
        if not properties:
            return []
        fields = ",".join(name.replace("gridProperties", "gridProperties.frozenRowCount") for name in properties)
        return [{"updateSheetProperties": {"properties": {"sheetId": self._sheet, **properties}, "fields": fields}}]

    def _protection(self) -> list[Json]:
        """Sistem columns ask before they are edited: one protection a run of them."""
        places = sorted(
            at for header, at in self._plan.columns.items() if self._plan.tab.by_header[header].owner is Owner.SYSTEM
        )
        spans = set(runs(places))
        ours = [p for p in self._have.get("protectedRanges", ()) if p.get("description") == PROTECTION]
        rows = int(self._grid.get("rowCount", 0))
        right: set[tuple[int, int]] = set()
        made: list[Json] = []
        for found in ours:
            range_ = found.get("range", {})
            span = (range_.get("startColumnIndex", 0), range_.get("endColumnIndex", -1))
            whole = not range_.get("startRowIndex") and range_.get("endRowIndex", rows) >= rows
            if span in spans - right and whole and found.get("warningOnly"):
                right.add(span)
            else:
                made.append({"deleteProtectedRange": {"protectedRangeId": found["protectedRangeId"]}})
        return made + [protection(grid_range(self._sheet, None, span)) for span in sorted(spans - right)]

    def _cell(self, row: int, column: int) -> Json:
        line: list[Json] = self._lines[row].get("values", []) if row < len(self._lines) else []
        return line[column] if column < len(line) else {}

    def _below(self, column: int) -> Json:
        end = self._end if self._plan.tab.name in _DAEMON_ROWS else None
        return grid_range(self._sheet, (self._plan.header_row, end), (column, column + 1))

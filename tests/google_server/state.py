"""A spreadsheet as the server keeps it. Cells are dicts in the API's own shape and are never changed in place."""

import re
import struct
from dataclasses import dataclass, field
from typing import Any

from tests.google_server.discovery import BadRequestError

Json = dict[str, Any]
EMPTY: Json = {}


def letters(column: int) -> str:
    """A 0-based column: 0 -> A."""
    text, column = "", column + 1
    while column:
        column, rest = divmod(column - 1, 26)
        text = chr(65 + rest) + text
    return text


def column_number(text: str) -> int:
    number = 0
    for letter in text:
        number = number * 26 + ord(letter) - 64
    return number - 1


def typed(value: Any) -> Json:
    """The cell that holds a plain value; None an empty one."""
    if value is None or value == "":
        return EMPTY
    name = "boolValue" if isinstance(value, bool) else "stringValue" if isinstance(value, str) else "numberValue"
    return {"userEnteredValue": {name: value}, "effectiveValue": {name: value}}


def plain(cell: Json) -> Any:
    """The value that a cell shows."""
    return next(iter(cell.get("effectiveValue", {}).values()), None)


@dataclass
class Sheet:
    id: int
    title: str
    row_count: int = 1000
    column_count: int = 26
    hidden: bool = False
    grid: Json = field(default_factory=dict)  # frozen rows and so on
    tint: Json | None = None
    rows: list[list[Json]] = field(default_factory=list)
    merges: list[Json] = field(default_factory=list)
    protected: list[Json] = field(default_factory=list)
    rules: list[Json] = field(default_factory=list)
    charts: list[Json] = field(default_factory=list)
    row_meta: dict[int, Json] = field(default_factory=dict)
    column_meta: dict[int, Json] = field(default_factory=dict)
    metadata: list[Json] = field(default_factory=list)

    def copy(self) -> "Sheet":
        return Sheet(
            self.id,
            self.title,
            self.row_count,
            self.column_count,
            self.hidden,
            dict(self.grid),
            self.tint,
            [list(row) for row in self.rows],
            list(self.merges),
            list(self.protected),
            list(self.rules),
            list(self.charts),
            dict(self.row_meta),
            dict(self.column_meta),
            list(self.metadata),
        )

    def cell(self, row: int, column: int) -> Json:
        """A cell at a 0-based place."""
        line = self.rows[row] if row < len(self.rows) else []
        return line[column] if column < len(line) else EMPTY

    def set_cell(self, row: int, column: int, cell: Json) -> None:
        while len(self.rows) <= row:
            self.rows.append([])
        line = self.rows[row]
        line.extend([EMPTY] * (column + 1 - len(line)))
        line[column] = cell

    def get(self, row: int, column: int) -> Any:
        """The value at a 1-based place."""
        return plain(self.cell(row - 1, column - 1))

    def put(self, row: int, column: int, value: Any) -> None:
        """A person types: the value changes, the cell's format and list stay."""
        kept = {k: v for k, v in self.cell(row - 1, column - 1).items() if k in ("userEnteredFormat", "dataValidation")}
        self.row_count, self.column_count = max(self.row_count, row), max(self.column_count, column)
        self.set_cell(row - 1, column - 1, {**kept, **typed(value)})

    def values(self) -> list[list[Any]]:
        """All values; trailing blanks left out."""
        lines = []
        for row in self.rows:
            line = [plain(cell) for cell in row]
            while line and line[-1] is None:
                line.pop()
            lines.append(line)
        while lines and not lines[-1]:
            lines.pop()
        return lines

    def last_row(self) -> int:
        """How many rows hold data, up to the last one."""
        for number in range(len(self.rows), 0, -1):
            if any("effectiveValue" in cell for cell in self.rows[number - 1]):
                return number
        return 0

    # ranges and metadata move with rows and columns, as Google's do
    def insert(self, dimension: str, start: int, count: int) -> None:
        axis = "Row" if dimension == "ROWS" else "Column"
        if dimension == "ROWS":
            self.row_count += count
            if start < len(self.rows):
                self.rows[start:start] = [[] for _ in range(count)]
            self.row_meta = {n + count if n >= start else n: m for n, m in self.row_meta.items()}
        else:
            self.column_count += count
            for row in self.rows:
                if start < len(row):
                    row[start:start] = [EMPTY] * count
            self.column_meta = {n + count if n >= start else n: m for n, m in self.column_meta.items()}
        self._shift(axis, start, count)

    def delete(self, dimension: str, start: int, count: int) -> None:
        axis = "Row" if dimension == "ROWS" else "Column"
        end = start + count
        if dimension == "ROWS":
            self.row_count -= count
            del self.rows[start:end]
            kept = {n: m for n, m in self.row_meta.items() if not start <= n < end}
            self.row_meta = {n - count if n >= end else n: m for n, m in kept.items()}
        else:
            self.column_count -= count
            for row in self.rows:
                del row[start:end]
            kept = {n: m for n, m in self.column_meta.items() if not start <= n < end}
            self.column_meta = {n - count if n >= end else n: m for n, m in kept.items()}
        self._shift(axis, start, -count)

    def _shift(self, axis: str, start: int, count: int) -> None:
        def moved(range_: Json) -> Json:
            made = dict(range_)
            first, last = f"start{axis}Index", f"end{axis}Index"
            for name in (first, last):
                edge = made.get(name)
                if edge is not None and (edge > start or (edge == start and name == first and count > 0 and edge)):
                    made[name] = max(start, edge + count)
            return made

        self.merges = [moved(r) for r in self.merges]
        self.protected = [{**p, "range": moved(p["range"])} for p in self.protected]
        self.rules = [{**rule, "ranges": [moved(r) for r in rule["ranges"]]} for rule in self.rules]


@dataclass
class Spreadsheet:
    id: str
    title: str = "Spreadsheet"
    locale: str = "en_US"
    timezone: str = "Etc/GMT"
    recalculation: str = "ON_CHANGE"
    sheets: list[Sheet] = field(default_factory=lambda: [Sheet(0, "Sheet1")])
    metadata: list[Json] = field(default_factory=list)
    next_id: int = 1_500_000_000

    def copy(self) -> "Spreadsheet":
        return Spreadsheet(
            self.id,
            self.title,
            self.locale,
            self.timezone,
            self.recalculation,
            [sheet.copy() for sheet in self.sheets],
            list(self.metadata),
            self.next_id,
        )

    def become(self, other: "Spreadsheet") -> None:
        """Take over another state (a copy of it)."""
        self.__dict__.update(other.copy().__dict__)

    def fresh_id(self) -> int:
        self.next_id += 7
        return self.next_id

    def by_id(self, id_: int) -> Sheet:
        for sheet in self.sheets:
            if sheet.id == id_:
                return sheet
        raise BadRequestError(f"No grid with id: {id_}")

    def by_title(self, title: str) -> Sheet:
        for sheet in self.sheets:
            if sheet.title.casefold() == title.casefold():
                return sheet
        raise BadRequestError(f"Unable to parse range: {title}")

    def by_mark(self, name: str) -> Sheet:
        """The tab that bears our mark."""
        return next(s for s in self.sheets if any(m.get("metadataValue") == name for m in s.metadata))

    def all_metadata(self) -> list[tuple[Json, Sheet | None]]:
        return [(m, None) for m in self.metadata] + [(m, s) for s in self.sheets for m in s.metadata]

    def resolve(self, range_: Json, *, grow: bool = False) -> tuple[Sheet, int, int, int, int]:
        """A GridRange as sheet and 0-based half-open rows and columns; outside the grid is refused."""
        sheet = self.by_id(range_.get("sheetId", 0))
        top, left = range_.get("startRowIndex", 0), range_.get("startColumnIndex", 0)
        bottom, right = range_.get("endRowIndex", sheet.row_count), range_.get("endColumnIndex", sheet.column_count)
        if not grow and (bottom > sheet.row_count or right > sheet.column_count):
            raise BadRequestError(
                f"Range ({sheet.title}!{letters(left)}{top + 1}:{letters(right - 1)}{bottom}) exceeds grid limits. "
                f"Max rows: {sheet.row_count}, max columns: {sheet.column_count}"
            )
        if top > bottom or left > right:
            raise BadRequestError(f"Invalid range: {range_}")
        return sheet, top, bottom, left, right

    def parse_a1(self, text: str) -> Json:
        """``'Tab'!1:10`` or ``'Tab'!A1:B2`` as a GridRange."""
        found = re.fullmatch(r"(?:'((?:[^']|'')+)'|([^'!]+))!([A-Z]*)(\d*):([A-Z]*)(\d*)", text)
        if not found:
            raise BadRequestError(f"Unable to parse range: {text}")
        try:
            sheet = self.by_title((found[1] or found[2]).replace("''", "'"))
        except BadRequestError:
            raise BadRequestError(f"Unable to parse range: {text}") from None
        made: Json = {"sheetId": sheet.id}
        if found[4]:
            made["startRowIndex"] = int(found[4]) - 1
        if found[6]:
            made["endRowIndex"] = int(found[6])
        if found[3]:
            made["startColumnIndex"] = column_number(found[3])
        if found[5]:
            made["endColumnIndex"] = column_number(found[5]) + 1
        return made


def quantised(value: Any) -> Any:
    """Formats as Google keeps them: colours at 8 bits a channel, and in the old field as well as in the new."""
    if isinstance(value, list):
        return [quantised(item) for item in value]
    if not isinstance(value, dict):
        return value
    made: Json = {}
    for key, inner in value.items():
        if key == "rgbColor":
            made[key] = {name: _eight_bits(part) for name, part in inner.items() if _eight_bits(part)}
        else:
            made[key] = quantised(inner)
        if key.endswith("ColorStyle") and "rgbColor" in inner:
            made[key.removesuffix("Style")] = made[key]["rgbColor"]
    return made


def _eight_bits(part: float) -> float:
    single = struct.unpack("f", struct.pack("f", part))[0]
    return round(int(single * 255) / 255, 8)

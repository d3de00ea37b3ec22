"""The rows and cells of one sheet part. Only rows that change are taken apart; the others are copied as they stand."""

import re
from collections.abc import Iterator

from halokop_sheets.core.sheet.page import cell_name
from halokop_sheets.core.sheet.values import Cell
from halokop_sheets.errors import WorkbookError
from halokop_sheets.workbooks.xlsx.cell_xml import Reader, text_of
from halokop_sheets.workbooks.xlsx.ooxml import Place
from halokop_sheets.workbooks.xlsx.sheet_markup import (
    Found,
    Rows,
    attributes,
    cells_in,
    column_number,
    is_filled,
    moved_down,
    plain,
    root_prefix,
    rows_in,
    simple_value,
    tags,
    value_of,
    with_reference,
)


class _Row:
    """A row taken apart, to be changed."""

    def __init__(self, number: int, attrs: dict[str, str], cells: dict[int, bytes]) -> None:
        self.number = number
        self.attributes = attrs
        self.cells = cells

    def dump(self, prefix: str) -> bytes:
        named = {"r": str(self.number)} | {k: v for k, v in self.attributes.items() if k not in ("r", "spans")}
        attrs = "".join(f' {name}="{value}"' for name, value in named.items())
        inside = b"".join(cell for _, cell in sorted(self.cells.items()))
        return f"<{prefix}row{attrs}>".encode() + inside + f"</{prefix}row>".encode()


class Sheet:
    """One sheet part, read and changed. Everything around the rows is the frame's (:mod:`frame`)."""

    def __init__(self, data: bytes) -> None:
        data = plain(data)
        prefix = root_prefix(data)
        if prefix is None:
            raise WorkbookError("a tab of it is no sheet of cells")
        self.prefix = prefix
        self.tag = tags(self.prefix)
        found = self.tag.data.search(data)
        if found is None:
            raise WorkbookError("a tab of it has no rows")
        self.head, self.body, self.tail = data[: found.start()], found[2] or b"", data[found.end() :]
        self._stood: dict[int, tuple[int, int]] | None = None  # begin and end in the body of each row, by number
        self._rows: dict[int, _Row] = {}
        self._changed = False

    @property
    def around(self) -> bytes:
        """The part without its rows."""
        return self.head + b"<" + self.prefix + b"sheetData/>" + self.tail

    def put_around(self, xml: bytes) -> None:
        found = self.tag.data.search(xml)
        assert found is not None
        self.head, self.tail = xml[: found.start()], xml[found.end() :]
        self._changed = True

    def size(self) -> int:
        """How many cells and rows the part holds."""
        return sum(self.body.count(b"<" + self.prefix + name) for name in (b"c ", b"c>", b"row"))

    @property
    def changed(self) -> bool:
        return self._changed

    def value(self, cell: Found, reader: Reader) -> Cell:
        return value_of(cell, reader, self.tag) if cell.inner else None

    def values(self, reader: Reader, last: int = 0) -> Rows:
        """All rows, without the blank ones at the end however they are formatted; ``last``: no further than this."""
        lines: dict[int, dict[int, Cell]] = {}
        for number, row in rows_in(self.body, self.tag):
            if last and number > last:
                break
            line = self._line(row[2] or b"", reader)
            if line:
                lines[number] = line
        blank: tuple[Cell, ...] = ()
        found = (lines.get(row) for row in range(1, max(lines, default=0) + 1))
        return tuple(tuple(map(line.get, range(1, max(line) + 1))) if line else blank for line in found)

    def _line(self, row: bytes, reader: Reader) -> dict[int, Cell]:
        """The values of a row. A tick does little else as often: what most cells look like goes the short way."""
        line: dict[int, Cell] = {}
        for found in self.tag.cell.finditer(row):
            letters, look, kind, other, inner = found.groups()
            if not letters or other:
                return {c.column: v for c in cells_in(row, self.tag) if (v := self.value(c, reader)) is not None}
            if inner:
                kind, number = kind or b"", int(look or 0)
                value = simple_value(kind, inner, self.tag)
                if value is not None:
                    read = reader.value(kind, number, value)
                else:
                    read = value_of(Found(0, number, kind, b"", inner, b""), reader, self.tag)
                if read is not None:
                    line[column_number(letters)] = read
        return line

    def formulas(self) -> Iterator[tuple[Place, dict[str, str], str, Found]]:
        """Every formula: place, attributes of its element, text."""
        if b"<" + self.prefix + b"f" not in self.body:
            return
        for number in self.numbers():
            for cell in self.cells(number):
                found = self.tag.formula.search(cell.inner) if cell.inner and b"f" in cell.inner else None
                if found:
                    yield (number, cell.column), attributes(found[1]), text_of(found[2] or b""), cell

    # --- rows ---------------------------------------------------------------------------------------------------

    def numbers(self) -> list[int]:
        """The numbers of all rows that the part holds, ascending."""
        return sorted(self._places().keys() | self._rows.keys())

    def cells(self, number: int) -> list[Found]:
        row = self._rows.get(number)
        if row is not None:
            return list(cells_in(b"".join(cell for _, cell in sorted(row.cells.items())), self.tag))
        found = self._stored(number)
        return list(cells_in(found[2], self.tag)) if found else []

    def cell(self, place: Place) -> Found | None:
        if (row := self._rows.get(place[0])) is not None:
            return next(cells_in(row.cells.get(place[1]), self.tag), None)
        return next((cell for cell in self.cells(place[0]) if cell.column == place[1]), None)

    def look(self, place: Place) -> int:
        """The number of a cell's look; 0 where there is no cell."""
        found = self.cell(place)
        return found.look if found else 0

    def attributes(self, number: int) -> dict[str, str]:
        """The attributes of a row; to be changed by :meth:`set_attributes` alone."""
        if number in self._rows:
            return dict(self._rows[number].attributes)
        found = self._stored(number)
        return attributes(found[1]) if found else {}

    def set_attributes(self, number: int, changed: dict[str, str]) -> None:
        self._row(number).attributes.update(changed)

    def last_row(self) -> int:
        """The last row that holds anything; 0 in a blank tab."""
        for number in reversed(self.numbers()):
            if any(cell.inner and is_filled(cell, self.tag) for cell in self.cells(number)):
                return number
        return 0

    def put(self, place: Place, look: int, kind: str = "", inner: str = "") -> None:
        """Give a cell a look and content; a blank cell without a look goes."""
        row = self._row(place[0])
        if not inner and not look:
            row.cells.pop(place[1], None)
            return
        p = self.tag.prefix
        named = f' s="{look}"' if look else ""
        named += f' t="{kind}"' if kind else ""
        ends = f">{inner}</{p}c>" if inner else "/>"
        row.cells[place[1]] = f'<{p}c r="{cell_name(*place)}"{named}{ends}'.encode()

    def paint(self, place: Place, look: int) -> None:
        """Give a cell another look, and leave what it holds."""
        found, p = self.cell(place), self.tag.prefix
        if found is None or found.inner is None:
            self.put(place, look)
            return
        kind = b' t="' + found.kind + b'"' if found.kind else b""
        named = f'<{p}c r="{cell_name(*place)}" s="{look}"'.encode() + kind + found.other
        self._row(place[0]).cells[place[1]] = named + b">" + found.inner + f"</{p}c>".encode()

    def replace(self, place: Place, cell: bytes) -> None:
        """Put a cell's XML in the place of what stands there."""
        self._row(place[0]).cells[place[1]] = cell

    def insert(self, first: int, count: int) -> None:
        """Move the rows from ``first`` on down by ``count``."""
        self.body = self._dumped()
        self._rows, self._stood = {}, None
        start = min((at for number, (at, _) in self._places().items() if number >= first), default=len(self.body))
        self.body = self.body[:start] + moved_down(self.body[start:], count, self.prefix)
        self._stood = None

    def to_bytes(self) -> bytes:
        name = self.prefix + b"sheetData"
        return self.head + b"<" + name + b">" + self._dumped() + b"</" + name + b">" + self.tail

    def _dumped(self) -> bytes:
        stood = self._places()
        pieces = [(number, self.body[a:b]) for number, (a, b) in stood.items() if number not in self._rows]
        rows = [row for row in self._rows.values() if row.cells or row.attributes or row.number in stood]
        pieces += [(row.number, row.dump(self.tag.prefix)) for row in rows]
        pieces.sort(key=lambda piece: piece[0])
        return b"".join(piece for _, piece in pieces)

    def _places(self) -> dict[int, tuple[int, int]]:
        if self._stood is None:
            self._stood = {number: found.span() for number, found in rows_in(self.body, self.tag)}
        return self._stood

    def _stored(self, number: int) -> re.Match[bytes] | None:
        where = self._places().get(number)
        return self.tag.row.match(self.body, *where) if where else None

    def _row(self, number: int) -> _Row:
        self._changed = True
        if number not in self._rows:
            found = self._stored(number)
            cells = {}
            for cell in cells_in(found[2] if found else None, self.tag):
                cells[cell.column] = with_reference(cell, number, self.tag.prefix)
            self._rows[number] = _Row(number, attributes(found[1]) if found else {}, cells)
        return self._rows[number]

"""The rows and cells of one sheet part. Only rows that change are taken apart; the others are copied as they stand.

The part is cut by patterns, not read into a tree: a tree of ten years' steps takes three hundred megabytes. Patterns
need plain UTF-8 without comments and CDATA; a part in another form is first written out anew by the XML library.
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple
from xml.parsers.expat import ParserCreate

from lxml import etree

from halokop_sheets.core.sheet.page import cell_name
from halokop_sheets.core.sheet.values import Cell
from halokop_sheets.errors import WorkbookError
from halokop_sheets.workbooks.xlsx.cell_xml import Reader, text_of
from halokop_sheets.workbooks.xlsx.ooxml import Place, column_of, local, parse

_ROOT = re.compile(rb"<(?:([\w.-]+):)?worksheet\b")
_ODD = (b"<!--", b"<![CDATA[", b"='")
_ENCODING = re.compile(rb"encoding\s*=\s*[\"']([\w-]+)")
_ATTRIBUTE = re.compile(rb"([\w:.-]+)\s*=\s*\"([^\"]*)\"")
_REFERENCE = re.compile(rb"(\s)r\s*=\s*\"([A-Z]*)(\d+)\"")


Rows = tuple[tuple[Cell, ...], ...]


class Tags(NamedTuple):
    """The patterns of a sheet part's elements, for one namespace prefix."""

    prefix: str
    data: re.Pattern[bytes]
    row: re.Pattern[bytes]
    cell: re.Pattern[bytes]
    formula: re.Pattern[bytes]
    value: re.Pattern[bytes]
    text: re.Pattern[bytes]
    phonetic: re.Pattern[bytes]


@lru_cache(maxsize=16)
def tags(prefix: bytes) -> Tags:
    p = re.escape(prefix)

    def element(name: bytes) -> re.Pattern[bytes]:
        return re.compile(rb"<%b%b\b([^>]*?)(?:/>|>(.*?)</%b%b\s*>)" % (p, name, p, name), re.DOTALL)

    known = rb"(?:\s+r=\"([A-Z]+)\d+\")?(?:\s+s=\"(\d+)\")?(?:\s+t=\"(\w+)\")?"
    cell = re.compile(rb"<%bc(?=[\s/>])%b([^>]*?)(?:/>|>(.*?)</%bc\s*>)" % (p, known, p), re.DOTALL)
    return Tags(
        prefix.decode(), element(b"sheetData"), element(b"row"), cell, *map(element, (b"f", b"v", b"t", b"rPh"))
    )


def plain(data: bytes) -> bytes:
    """A sheet part in the form that the patterns understand; raises ``XMLSyntaxError`` where it is no XML."""
    encoding = _ENCODING.search(data[:200])
    usual = not data.startswith((b"\xff\xfe", b"\xfe\xff")) and b"\0" not in data[:8]
    usual = usual and (encoding is None or encoding[1].lower() in (b"utf-8", b"us-ascii"))
    if usual and not any(odd in data for odd in _ODD) and b"<!DOCTYPE" not in data[:2000]:
        return data
    root = parse(data)
    for element in list(root.iter(etree.Comment, etree.PI)):
        parent = element.getparent()
        if parent is not None and local(parent) in ("sheetData", "row", "c", "f", "v", "is", "t"):
            previous = element.getprevious()
            if previous is not None:
                previous.tail = (previous.tail or "") + (element.tail or "")
            else:
                parent.text = (parent.text or "") + (element.tail or "")
            parent.remove(element)
    written: bytes = etree.tostring(root.getroottree(), xml_declaration=True, encoding="UTF-8", standalone=True)
    return written


def root_prefix(data: bytes) -> bytes | None:
    """The namespace prefix of a sheet part's elements, colon included; None where it is no plain sheet part."""
    root = _ROOT.search(data)
    return None if root is None else root[1] + b":" if root[1] else b""


def check(data: bytes) -> None:
    """Raise ``ExpatError`` unless the part is whole."""
    ParserCreate().Parse(data, True)


def attributes(text: bytes) -> dict[str, str]:
    return {name.decode(): value.decode() for name, value in _ATTRIBUTE.findall(text)}


@lru_cache(maxsize=1024)
def _column(letters: bytes) -> int:
    return column_of(letters.decode())


class Found(NamedTuple):
    """One cell as it stands in the part."""

    column: int
    look: int
    kind: bytes
    other: bytes  # attributes besides place, look and kind
    inner: bytes | None
    whole: bytes


def rows_in(body: bytes, tag: Tags) -> Iterator[tuple[int, re.Match[bytes]]]:
    """Each row with its number; a row without one follows the last."""
    number = 0
    for found in tag.row.finditer(body):
        named = _REFERENCE.search(b" " + found[1])
        number = int(named[3]) if named else number + 1
        yield number, found


def cells_in(row: bytes | None, tag: Tags) -> Iterator[Found]:
    column = 0
    for found in tag.cell.finditer(row or b""):
        letters, look, kind, other, inner = found.groups()
        if other and (b" r=" in other or b" s=" in other or b" t=" in other):  # in another order
            named = attributes(found[0][: found.start(4) - found.start() + len(other)])
            letters = re.sub(rb"\d", b"", named.pop("r").encode()) if "r" in named else letters
            look, kind = named.pop("s", "0").encode(), named.pop("t", "").encode()
            other = "".join(f' {name}="{value}"' for name, value in named.items()).encode()
        column = _column(letters) if letters else column + 1
        yield Found(column, int(look or 0), kind or b"", other.rstrip(), inner, found[0])


def inner_value(kind: bytes, inner: bytes, tag: Tags) -> bytes | None:
    """What stands in ``v``, or the inline text; None where there is neither."""
    if kind == b"inlineStr":
        if b"rPh" in inner:
            inner = tag.phonetic.sub(b"", inner)
        return b"".join(found[2] or b"" for found in tag.text.finditer(inner))
    found = tag.value.search(inner)
    return None if found is None else found[2] or b""


def value_of(cell: Found, reader: Reader, tag: Tags) -> Cell:
    if cell.inner is None:
        return None
    value = inner_value(cell.kind, cell.inner, tag)
    if b"f" in cell.inner and (formula := tag.formula.search(cell.inner)):
        return reader.formula(text_of(formula[2] or b""), cell.kind, cell.look, value)
    return reader.value(cell.kind, cell.look, value)


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
            line: dict[int, Cell] = {}
            for cell in cells_in(row[2], self.tag):
                if cell.inner and (value := value_of(cell, reader, self.tag)) is not None:
                    line[cell.column] = value
            if line:
                lines[number] = line
        blank: tuple[Cell, ...] = ()
        found = (lines.get(row) for row in range(1, max(lines, default=0) + 1))
        return tuple(tuple(map(line.get, range(1, max(line) + 1))) if line else blank for line in found)

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
            if any(cell.inner and _filled(cell, self.tag) for cell in self.cells(number)):
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
        moved = {}
        for number in self.numbers():
            if number >= first:
                row = self._row(number)
                cells = {column: _moved(cell, number + count) for column, cell in row.cells.items()}
                moved[number + count] = _Row(number + count, row.attributes, cells)
        self._stood = {number: where for number, where in self._places().items() if number < first}
        self._rows = {n: row for n, row in self._rows.items() if n < first} | moved

    def to_bytes(self) -> bytes:
        stood = self._places()
        pieces = [(number, self.body[a:b]) for number, (a, b) in stood.items() if number not in self._rows]
        rows = [row for row in self._rows.values() if row.cells or row.attributes or row.number in stood]
        pieces += [(row.number, row.dump(self.tag.prefix)) for row in rows]
        pieces.sort(key=lambda piece: piece[0])
        inside = b"".join(piece for _, piece in pieces)
        name = self.prefix + b"sheetData"
        return self.head + b"<" + name + b">" + inside + b"</" + name + b">" + self.tail

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
                cells[cell.column] = _named(cell, number, self.tag.prefix)
            self._rows[number] = _Row(number, attributes(found[1]) if found else {}, cells)
        return self._rows[number]


def _filled(cell: Found, tag: Tags) -> bool:
    inner = cell.inner or b""
    return bool(inner_value(cell.kind, inner, tag) or (b"f" in inner and tag.formula.search(inner)))


def _named(cell: Found, number: int, prefix: str) -> bytes:
    """A cell's XML with its reference, which the file may leave out."""
    if _REFERENCE.search(cell.whole[: cell.whole.find(b">") + 1]):
        return cell.whole
    name = f"<{prefix}c".encode()
    return name + f' r="{cell_name(number, cell.column)}"'.encode() + cell.whole[len(name) :]


def _moved(cell: bytes, number: int) -> bytes:
    return _REFERENCE.sub(rb'\g<1>r="\g<2>%d"' % number, cell, count=1)

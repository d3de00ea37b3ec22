"""A sheet part cut into rows and cells by patterns: a tree of ten years' steps would take three hundred megabytes.

Patterns need plain UTF-8 without comments and CDATA; a part in another form is first written out anew by the XML
library.
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple
from xml.parsers.expat import ParserCreate

from lxml import etree

from halokop_sheets.core.sheet.page import cell_name
from halokop_sheets.core.sheet.values import Cell
from halokop_sheets.workbooks.xlsx.cell_xml import Reader, text_of
from halokop_sheets.workbooks.xlsx.ooxml import column_of, local, parse

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
    plain: tuple[bytes, bytes]  # what stands before and after a simple value
    inline: tuple[bytes, bytes]


@lru_cache(maxsize=16)
def tags(prefix: bytes) -> Tags:
    p = re.escape(prefix)

    def element(name: bytes) -> re.Pattern[bytes]:
        return re.compile(rb"<%b%b\b([^>]*?)(?:/>|>(.*?)</%b%b\s*>)" % (p, name, p, name), re.DOTALL)

    known = rb"(?:\s+r=\"([A-Z]+)\d+\")?(?:\s+s=\"(\d+)\")?(?:\s+t=\"(\w+)\")?"
    cell = re.compile(rb"<%bc(?=[\s/>])%b([^>]*?)(?:/>|>(.*?)</%bc\s*>)" % (p, known, p), re.DOTALL)
    simple = b"<%bv" % prefix, b"</%bv>" % prefix
    inline = b"<%bis><%bt" % (prefix, prefix), b"</%bt></%bis>" % (prefix, prefix)
    f, v, t, phonetic = map(element, (b"f", b"v", b"t", b"rPh"))
    return Tags(prefix.decode(), element(b"sheetData"), element(b"row"), cell, f, v, t, phonetic, simple, inline)


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
def column_number(letters: bytes) -> int:
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
        column = column_number(letters) if letters else column + 1
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


def simple_value(kind: bytes, inner: bytes, tag: Tags) -> bytes | None:
    """As :func:`inner_value` for the form that nearly all cells have; None for every other form."""
    start, end = tag.inline if kind == b"inlineStr" else tag.plain
    if inner.startswith(start) and inner.endswith(end) and inner.count(b"<") == start.count(b"<") + end.count(b"<"):
        return inner[inner.index(b">", len(start)) + 1 : -len(end)]
    return None


def is_filled(cell: Found, tag: Tags) -> bool:
    inner = cell.inner or b""
    return bool(inner_value(cell.kind, inner, tag) or (b"f" in inner and tag.formula.search(inner)))


def with_reference(cell: Found, number: int, prefix: str) -> bytes:
    """A cell's XML with its reference, which the file may leave out."""
    if _REFERENCE.search(cell.whole[: cell.whole.find(b">") + 1]):
        return cell.whole
    name = f"<{prefix}c".encode()
    return name + f' r="{cell_name(number, cell.column)}"'.encode() + cell.whole[len(name) :]


def moved_down(rows: bytes, count: int, prefix: bytes) -> bytes:
    """Rows and their cells with other numbers."""
    named = re.compile(rb"(<%b(?:row|c)\s(?:[^>]*?\s)?r\s*=\s*\"[A-Z]*)(\d+)(?=\")" % re.escape(prefix))
    return named.sub(lambda found: found[1] + b"%d" % (int(found[2]) + count), rows)

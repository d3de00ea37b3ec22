"""Names and small tools of the file format (ISO/IEC 29500): namespaces, references to cells, XML read safely."""

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from lxml import etree

from halokop_sheets.core.sheet.page import cell_name
from halokop_sheets.errors import WorkbookError

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE_RELS = "http://schemas.openxmlformats.org/package/2006/relationships"
CONTENT_TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
CHART = "http://schemas.openxmlformats.org/drawingml/2006/chart"
DRAWING = "http://schemas.openxmlformats.org/drawingml/2006/main"
SHEET_DRAWING = "http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing"
_STRICT = {  # the names of ISO 29500 strict, where they differ from the usual transitional ones
    MAIN: "http://purl.oclc.org/ooxml/spreadsheetml/main",
    RELS: "http://purl.oclc.org/ooxml/officeDocument/relationships",
    CHART: "http://purl.oclc.org/ooxml/drawingml/chart",
    DRAWING: "http://purl.oclc.org/ooxml/drawingml/main",
    SHEET_DRAWING: "http://purl.oclc.org/ooxml/drawingml/spreadsheetDrawing",
}
LAST_ROW, LAST_COLUMN = 1_048_576, 16_384

Place = tuple[int, int]  # row and column, 1-based
Area = tuple[int, int, int, int]  # first row, first column, last row, last column

_CELL = re.compile(r"\$?([A-Za-z]{1,3})?\$?(\d+)?")


def parse(data: bytes) -> Any:
    """The root element of a part. Raises ``WorkbookError`` for entities, ``XMLSyntaxError`` for broken XML."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    root = etree.fromstring(data, parser)
    if root.getroottree().docinfo.doctype:
        raise WorkbookError("it declares XML entities, as no spreadsheet program does: not opened")
    return root


def dump(root: Any) -> bytes:
    """A part from its root element, with what stood around it."""
    written: bytes = etree.tostring(root.getroottree(), xml_declaration=True, encoding="UTF-8", standalone=True)
    return written


def strict(text: bytes) -> bytes:
    """A part of ours as the strict dialect writes it: other names for the same things."""
    for usual, other in _STRICT.items():
        text = text.replace(f'"{usual}"'.encode(), f'"{other}"'.encode())
    return text


def ns(element: Any) -> str:
    return str(etree.QName(element).namespace or "")


def local(element: Any) -> str:
    """The name without its namespace; empty for a comment."""
    return etree.QName(element).localname if isinstance(element.tag, str) else ""


def child(parent: Any, name: str) -> Any:
    """The first child of this name in the parent's own namespace, or None."""
    return parent.find(f"{{{ns(parent)}}}{name}")


def children(parent: Any, name: str) -> list[Any]:
    return [] if parent is None else list(parent.findall(f"{{{ns(parent)}}}{name}"))


def add(parent: Any, name: str, attributes: dict[str, str] | None = None, text: str | None = None) -> Any:
    """Append a child in the parent's namespace."""
    made = etree.SubElement(parent, f"{{{ns(parent)}}}{name}", attributes or {})
    made.text = text
    return made


def ensure(parent: Any, name: str, order: tuple[str, ...]) -> Any:
    """The child of this name; where there is none, a new one at its place in the schema's ``order``."""
    found = child(parent, name)
    return found if found is not None else insert(parent, name, order)


def insert(parent: Any, name: str, order: tuple[str, ...]) -> Any:
    """A new child after all that the schema's ``order`` puts before it, and after those of its own name."""
    rank = order.index(name)
    before = set(order[: rank + 1])
    at = max((n + 1 for n, other in enumerate(parent) if local(other) in before and ns(other) == ns(parent)), default=0)
    made = etree.Element(f"{{{ns(parent)}}}{name}")
    parent.insert(at, made)
    return made


def recount(parent: Any) -> None:
    """Put right the ``count`` that lists carry."""
    parent.set("count", str(len(parent)))


def truth(value: str | None, default: bool = False) -> bool:
    return default if value is None else value in ("1", "true", "on")


def area_of(ref: str) -> Area:
    """``B2:C3``, ``B2``, ``B:C`` or ``2:3`` as an area. Raises ``ValueError`` for anything else."""
    first, _, last = ref.partition(":")
    found, other = _CELL.fullmatch(first), _CELL.fullmatch(last or first)
    if not found or not other or not (found[1] or found[2]):
        raise ValueError(f"not a reference: {ref}")
    rows = sorted((int(found[2] or 1), int(other[2] or LAST_ROW)))
    columns = sorted((column_of(found[1] or "A"), column_of(other[1] or "XFD")))
    return rows[0], columns[0], rows[1], columns[1]


def areas_of(refs: str | None) -> list[Area]:
    """The areas of an ``sqref``."""
    return [area_of(ref) for ref in (refs or "").split()]


def ref_of(area: Area) -> str:
    first, last = cell_name(*area[:2]), cell_name(*area[2:])
    return first if first == last else f"{first}:{last}"


@lru_cache(maxsize=2048)
def column_of(letters: str) -> int:
    """The 1-based column of its letters."""
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - 64
    return number


def covers(area: Area, place: Place) -> bool:
    return area[0] <= place[0] <= area[2] and area[1] <= place[1] <= area[3]


def quoted_title(title: str) -> str:
    """A tab's title as formulas write it."""
    return "'" + title.replace("'", "''") + "'"


def free_name(pattern: str, taken: Iterable[str]) -> str:
    """The first name of a pattern such as ``xl/charts/chart{}.xml`` that no part bears yet."""
    low, number = {name.lower() for name in taken}, 1
    while pattern.format(number).lower() in low:
        number += 1
    return pattern.format(number)

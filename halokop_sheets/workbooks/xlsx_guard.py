"""What an .xlsx file must be like before we open it, decided on its zip parts alone.

Two dangers: a small file that unpacks into gigabytes, and a good file from which the library would lose something on
saving (openpyxl keeps cells, comments, charts, tables, lists and links; it drops shapes, pictures, controls, macros
and the like without a word). So parts are let through by a list of what is known to survive: whatever is not on it
is refused with a sentence that says what to do. Measured with openpyxl 3.1.5.
"""

import re
from io import BytesIO
from zipfile import BadZipFile, ZipFile

import openpyxl

from halokop_sheets.errors import WorkbookError

MAX_FILE = 25 * 2**20  # bytes
MAX_PARTS = 6_000  # an evaluation tab with two charts is six parts
MAX_UNPACKED = 120 * 2**20  # bytes; a workbook of ten years measures 20 MiB
MAX_RATIO = 200  # unpacked to packed, of a part above RATIO_FROM; LibreOffice's blank rows reach 40
RATIO_FROM = 2**20  # bytes
MAX_CELLS = 600_000  # cells and rows that the library would make objects of, about 250 bytes each

_ENTRY = b"PK\x01\x02"  # begins each entry of a zip's table of contents: counted before the table is read
_OLE_MAGIC = b"\xd0\xcf\x11\xe0"  # an encrypted workbook, or one of Excel 97

_KEPT = re.compile(
    r"\[content_types\]\.xml|_rels/\.rels|docprops/.*|docmetadata/.*|customxml/.*"
    r"|xl/workbook\.xml|xl/_rels/.*|xl/(styles|sharedstrings|calcchain|metadata|volatiledependencies)\.xml"
    r"|xl/theme/[^/]*\.xml|xl/persons/.*|xl/printersettings/.*|xl/featurepropertybag/.*"
    r"|xl/(work|chart)sheets/([^/]*\.xml|_rels/.*)|xl/externallinks/.*"
    r"|xl/tables/[^/]*\.xml|xl/comments[^/]*\.xml|xl/comments/[^/]*\.xml"
    r"|xl/drawings/([^/]*\.(xml|vml)|_rels/.*)|xl/charts/((chart|style|colors)\d*\.xml|_rels/.*)"
)
_REFUSED = (
    (r"xl/vbaproject|xl/macrosheets|xl/dialogsheets|customui", "macros", "save it as a workbook without macros"),
    (r"xl/media|xl/richdata", "pictures", "move them to another file"),
    (r"xl/embeddings", "embedded objects", "move them to another file"),
    (r"xl/activex|xl/ctrlprops", "form controls", "remove them"),
    (r"xl/slicer|xl/timeline|xl/pivot", "pivot tables or slicers", "move them to another file"),
    (r"xl/threadedcomments", "threaded comments", "turn them into notes"),
    (r"xl/connections|xl/querytables|xl/model", "data connections", "move them to another file"),
    (r"xl/charts/chartex", "charts of a new kind", "use a line or column chart"),
)
_SHAPES = re.compile(rb"<(?:\w+:)?(sp|cxnSp|grpSp|pic|contentPart|oleObj)[\s>/]")
_NOT_A_CHART = re.compile(rb"<(?:\w+:)?graphicData\b[^>]*uri=\"(?![^\"]*/drawingml/2006/chart\")")
_VML_KIND = re.compile(rb"ObjectType=[\"'](\w+)")
_AFTER_ROWS = re.compile(rb"<(?:\w+:)?(oleObjects|controls|legacyDrawingHF|picture)\b")
_EXTENSION = re.compile(rb"<(?:\w+:)?ext\b[^>]*\buri=\"\{([0-9A-Fa-f-]+)\}")
_X14_RULE = re.compile(rb"<(?:\w+:)?cfRule\b[^>]*\btype=\"(\w+)\"")
X14_LISTS = "CCE6A557-97BC-4B89-ADB6-D9C93CAAB3DF"  # lists that refer to another tab: carried over on loading
_X14_FORMATS = "78C0D931-6437-407D-A8EE-F0AAD7539E65"  # conditional formats of Excel 2010
_HARMLESS = {X14_LISTS, _X14_FORMATS, "01252117-D84E-4E92-8308-4BE1C098FCBB"}  # the last: ignored error marks


def inspect(data: bytes, name: str) -> None:
    """Raise ``WorkbookError`` unless the file is one that we can open cheaply and save without loss."""
    if not openpyxl.DEFUSEDXML:
        raise WorkbookError("the package defusedxml is missing: without it no .xlsx file is opened safely")
    if data[:4] == _OLE_MAGIC:
        raise WorkbookError(f"{name} is protected by a password or of the old .xls kind: save it as plain .xlsx")
    if len(data) > MAX_FILE or data.count(_ENTRY) > MAX_PARTS:
        raise _bomb(name)
    try:
        with ZipFile(BytesIO(data)) as archive:
            _check_sizes(archive, name)
            for part in archive.namelist():
                _check_name(part, name)
            if "[Content_Types].xml" not in archive.namelist():
                raise WorkbookError(f"{name} is not an .xlsx workbook")
            _check_contents(archive, name)
    except (BadZipFile, EOFError, NotImplementedError, OSError) as error:
        raise WorkbookError(
            f"{name} is damaged or not an .xlsx workbook ({error}); copies, if any: *.sebelumnya.xlsx, *.cadangan.xlsx"
        ) from error


def _bomb(name: str) -> WorkbookError:
    return WorkbookError(f"{name} is too large, or packed so tightly that it would fill the memory: not opened")


def _check_sizes(archive: ZipFile, name: str) -> None:
    entries = archive.infolist()
    if any(entry.flag_bits & 1 for entry in entries):
        raise WorkbookError(f"{name} is encrypted: save it without a password")
    heavy = [e for e in entries if e.file_size > RATIO_FROM and e.file_size > MAX_RATIO * max(e.compress_size, 1)]
    if heavy or sum(e.file_size for e in entries) > MAX_UNPACKED:
        raise _bomb(name)


def _check_name(part: str, name: str) -> None:
    low = part.lower()
    if low.endswith("/") or _KEPT.fullmatch(low):
        return
    for pattern, what, remedy in _REFUSED:
        if re.match(pattern, low):
            raise _loss(name, what, remedy)
    raise _loss(name, f"a part of unknown kind ({part})", "save it anew from Excel or LibreOffice")


def _loss(name: str, what: str, remedy: str) -> WorkbookError:
    return WorkbookError(f"{name} holds {what}, which would be lost on saving: {remedy}, then try again")


def _check_contents(archive: ZipFile, name: str) -> None:
    cells = 0
    for entry in archive.infolist():
        part = entry.filename.lower()
        if not part.endswith((".xml", ".vml", ".rels")):
            continue
        text = archive.read(entry)
        if b"<!DOCTYPE" in text[:2000] or b"<!ENTITY" in text[:2000]:
            raise WorkbookError(f"{name} declares XML entities, as no spreadsheet program does: not opened")
        if part == "[content_types].xml" and b"macroEnabled" in text:
            raise _loss(name, "macros", "save it as a workbook without macros")
        if part.startswith("xl/drawings/") and part.endswith(".xml"):
            if _SHAPES.search(text) or _NOT_A_CHART.search(text):
                raise _loss(name, "shapes, text boxes or pictures", "move them to another file")
        elif part.endswith(".vml"):
            if any(kind != b"Note" for kind in _VML_KIND.findall(text)):
                raise _loss(name, "form controls", "remove them")
        elif part.startswith(("xl/worksheets/", "xl/chartsheets/")):
            cells += len(re.findall(rb"<(?:\w+:)?(?:c|row)[\s>/]", text))
            _check_tail(text[text.rfind(b"sheetData") :], name)
    if cells > MAX_CELLS:
        remedy = "delete evaluation tabs that are long closed, or blank rows below the tables"
        raise WorkbookError(f"{name} has {cells} formatted cells, too many to be opened: {remedy}")


def _check_tail(tail: bytes, name: str) -> None:
    """What follows the rows of a sheet: embedded things and extensions stand there."""
    if found := _AFTER_ROWS.search(tail):
        raise _loss(name, f"embedded objects ({found[1].decode()})", "move them to another file")
    for uri in (match.decode().upper() for match in _EXTENSION.findall(tail)):
        if uri not in _HARMLESS:
            raise _loss(name, "sparklines, slicers or another extension of Excel", "move them to another file")
        if uri == _X14_FORMATS and set(_X14_RULE.findall(tail[tail.find(b"extLst") :])) - {b"dataBar"}:
            raise _loss(name, "conditional formats that refer to another tab, or new icons", "use plain ones")

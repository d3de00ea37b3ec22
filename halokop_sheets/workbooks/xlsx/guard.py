"""What an .xlsx file must be like before we open it: judged on the zip's table of contents, before it is unpacked.

A small file may unpack into gigabytes; a file with a password is no zip at all. Whatever else a workbook holds is
copied as it stands, so nothing is refused for its contents.
"""

from io import BytesIO
from zipfile import BadZipFile, ZipFile

from halokop_sheets.errors import WorkbookError

MAX_FILE = 25 * 2**20  # bytes
MAX_PARTS = 6_000  # an evaluation tab with two charts is six parts
MAX_UNPACKED = 120 * 2**20  # bytes; a workbook of ten years measures 20 MiB
MAX_RATIO = 200  # unpacked to packed, of a part above RATIO_FROM; LibreOffice's blank rows reach 40
RATIO_FROM = 2**20  # bytes
MAX_CELLS = 600_000  # cells of the tabs that are read

_ENTRY = b"PK\x01\x02"  # begins each entry of a zip's table of contents: counted before the table is read
_OLE_MAGIC = b"\xd0\xcf\x11\xe0"  # an encrypted workbook, or one of Excel 97
_COPIES = "copies, if any: *.sebelumnya.xlsx, *.cadangan.xlsx"


def inspect(data: bytes, name: str) -> None:
    """Raise ``WorkbookError`` unless the file is a zip that can be opened cheaply."""
    if data[:4] == _OLE_MAGIC:
        raise WorkbookError(f"{name} is protected by a password or of the old .xls kind: save it as plain .xlsx")
    if len(data) > MAX_FILE or data.count(_ENTRY) > MAX_PARTS:
        raise _bomb(name)
    try:
        with ZipFile(BytesIO(data)) as archive:
            _check_sizes(archive, name)
            names = archive.namelist()
            if "mimetype" in names and archive.read("mimetype").startswith(b"application/vnd.oasis"):
                raise WorkbookError(f"{name} is an OpenDocument file (.ods) under another name: save it as .xlsx")
            if "[content_types].xml" not in map(str.lower, names):
                raise WorkbookError(f"{name} is not an .xlsx workbook")
    except (BadZipFile, EOFError, NotImplementedError, OSError) as error:
        raise broken(name, error) from error


def broken(name: str, error: object) -> WorkbookError:
    return WorkbookError(f"{name} is damaged or not an .xlsx workbook ({error}); {_COPIES}")


def _bomb(name: str) -> WorkbookError:
    return WorkbookError(f"{name} is too large, or packed so tightly that it would fill the memory: not opened")


def _check_sizes(archive: ZipFile, name: str) -> None:
    entries = archive.infolist()
    if any(entry.flag_bits & 1 for entry in entries):
        raise WorkbookError(f"{name} is encrypted: save it without a password")
    heavy = [e for e in entries if e.file_size > RATIO_FROM and e.file_size > MAX_RATIO * max(e.compress_size, 1)]
    if heavy or sum(e.file_size for e in entries) > MAX_UNPACKED:
        raise _bomb(name)

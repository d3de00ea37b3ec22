"""The .xlsx kind of workbook: the demo, and the fallback for an office without Google.

What was read is kept while the file's hash stays the same, so a tick on an unchanged file costs one hash. The hash is
the revision that guards every write.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from xml.parsers.expat import ExpatError
from zipfile import BadZipFile
from zlib import error as ZlibError  # noqa: N812

from lxml.etree import LxmlError

from halokop_sheets.core.sheet.blueprint import Blueprint
from halokop_sheets.core.sheet.values import Change, RawBook, Snapshot
from halokop_sheets.errors import Conflict, WorkbookError
from halokop_sheets.workbooks.base import Unshared
from halokop_sheets.workbooks.xlsx.book import Book, new_package
from halokop_sheets.workbooks.xlsx.document import Document
from halokop_sheets.workbooks.xlsx.guard import MAX_FILE, broken, inspect
from halokop_sheets.workbooks.xlsx.package import Package
from halokop_sheets.workbooks.xlsx.reading import Known, read_tabs
from halokop_sheets.workbooks.xlsx.store import Store, digest


class XlsxWorkbook(Unshared):
    """A workbook file. ``create``: a file that is not there reads as an empty book, for ``init`` to make it."""

    def __init__(self, path: Path, *, create: bool = False) -> None:
        self.name = path.name
        self._store = Store(path)
        self._create = create
        self._kept: RawBook | None = None
        self._known: Known = {}

    def read(self) -> RawBook:
        data = self._data()
        if data is None:
            return RawBook(())
        revision = digest(data)
        if self._kept is None or self._kept.revision != revision:
            with self._understood():
                inspect(data, self.name)
                book = Book(Package(data))
                if not book.sheets:
                    raise WorkbookError("it holds no tab of cells")
                titles = tuple(tab.title for tab in book.tabs)
                self._kept = RawBook(read_tabs(book, self.name, self._known), revision, titles)
        busy, since = self._store.busy()
        return replace(self._kept, busy=busy, busy_since=since)

    def write(self, changes: Sequence[Change], snapshot: Snapshot) -> None:
        if not changes:
            return
        from halokop_sheets.workbooks.xlsx.edit import Edit

        self._store.check_unlocked()
        self._change(snapshot.revision, lambda document: Edit(document, snapshot).apply(changes))

    def init(self, blueprint: Blueprint, book: RawBook) -> list[str]:
        from halokop_sheets.workbooks.xlsx.furnish import furnish

        done: list[str] = []
        self._change(book.revision, lambda document: done.extend(furnish(document, blueprint, book)))
        return done

    def _change(self, revision: str, change: Callable[[Document], None]) -> None:
        """Make changes to the file of this revision; nothing is written where they come to nothing."""
        data = self._data()
        if (digest(data) if data is not None else "") != revision:
            raise Conflict(f"{self.name} was changed by somebody after it was read")
        with self._understood():
            document = Document(Package(data) if data is not None else new_package())
            change(document)
            new = document.finish()
        if new is None:
            return
        from halokop_sheets.workbooks.xlsx.verify import verify

        self._store.check_unlocked()
        self._store.replace(new, revision, lambda copy: verify(copy, data, document))

    def _data(self) -> bytes | None:
        data = self._store.read(MAX_FILE)
        if data is None and not self._create:
            raise WorkbookError(f"there is no workbook {self._store.path}: `halokop init` makes one")
        return data

    @contextmanager
    def _understood(self) -> Iterator[None]:
        """Whatever a broken package makes the readers raise, as one sentence."""
        try:
            yield
        except WorkbookError as error:
            said = str(error)
            raise error if self.name in said else WorkbookError(f"{self.name}: {said}") from error
        except (LxmlError, ExpatError, BadZipFile, ZlibError, UnicodeDecodeError, EOFError) as error:
            raise broken(self.name, error) from error
        except (ValueError, KeyError, IndexError, NotImplementedError) as error:
            raise broken(self.name, f"{type(error).__name__}: {error}") from error

"""The .xlsx kind of workbook: the demo, and the fallback for an office without Google.

One load serves reading and writing: while the file's hash stays the same, the loaded workbook is kept, so a tick on
an unchanged file costs one hash. The hash is the revision that guards every write.
"""

from collections.abc import Sequence
from pathlib import Path

from openpyxl import Workbook

from halokop_sheets.core.sheet.blueprint import Blueprint
from halokop_sheets.core.sheet.values import Change, RawBook, RawTab, Snapshot
from halokop_sheets.errors import Conflict, WorkbookError
from halokop_sheets.workbooks import xlsx_file, xlsx_guard
from halokop_sheets.workbooks.base import Unshared
from halokop_sheets.workbooks.xlsx_cells import rows_of
from halokop_sheets.workbooks.xlsx_edit import Edit
from halokop_sheets.workbooks.xlsx_furnish import furnish
from halokop_sheets.workbooks.xlsx_look import new_book
from halokop_sheets.workbooks.xlsx_results import Results, still_true
from halokop_sheets.workbooks.xlsx_store import Store, digest


class XlsxWorkbook(Unshared):
    """A workbook file. ``create``: a file that is not there reads as an empty book, for ``init`` to make it."""

    def __init__(self, path: Path, *, create: bool = False) -> None:
        self.name = path.name
        self._store = Store(path)
        self._create = create
        self._kept: tuple[str, Workbook, Results] | None = None

    def read(self) -> RawBook:
        revision, book, results = self._load()
        if not revision:
            return RawBook(())
        tabs = tuple(
            RawTab(ws.title, ws.title, rows_of(ws, results), hidden=ws.sheet_state != "visible")
            for ws in book.worksheets
        )
        return RawBook(tabs, revision, tuple(book.sheetnames), busy=self._store.busy())

    def write(self, changes: Sequence[Change], snapshot: Snapshot) -> None:
        if not changes:
            return
        self._store.check_unlocked()
        _, book, results = self._load(snapshot.revision)
        self._kept = None  # whatever goes wrong from here on: what is half changed is not used again
        edit = Edit(book, snapshot)
        if edit.apply(changes):
            self._save(book, snapshot.revision, still_true(results, book, edit.changed))
        else:
            self._kept = snapshot.revision, book, results

    def init(self, blueprint: Blueprint, book: RawBook) -> list[str]:
        _, workbook, results = self._load(book.revision)
        self._kept = None
        done = furnish(workbook, blueprint, book)
        if done:
            self._store.check_unlocked()
            headers = {p.id: {(p.header_row, c + 1) for c in p.write.values()} for p in blueprint.tabs if p.id}
            self._save(workbook, book.revision, still_true(results, workbook, headers))
        else:
            self._kept = book.revision, workbook, results
        return done

    def _load(self, expected: str | None = None) -> tuple[str, Workbook, Results]:
        """Revision, workbook and formula results; raises ``Conflict`` where the revision is not the expected one."""
        data = self._store.read(xlsx_guard.MAX_FILE)
        if data is None and not self._create:
            raise WorkbookError(f"there is no workbook {self._store.path}: `halokop init` makes one")
        revision = digest(data) if data is not None else ""
        if expected is not None and revision != expected:
            raise Conflict(f"{self.name} was changed by somebody after it was read")
        if data is None:
            return revision, new_book(), {}
        if self._kept is None or self._kept[0] != revision:
            self._kept = None  # two workbooks at once would double the memory
            xlsx_guard.inspect(data, self.name)
            book = xlsx_file.load(data, self.name)
            self._kept = revision, book, xlsx_file.results(data, book)
        return self._kept

    def _save(self, book: Workbook, revision: str, results: Results) -> None:
        data = xlsx_file.dump(book, results)
        self._store.replace(data, revision, lambda copy: xlsx_file.verify(copy, book))
        self._kept = digest(data), book, results

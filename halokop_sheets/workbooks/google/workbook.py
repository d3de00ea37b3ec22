"""A shared Google Sheet behind the port: one read a tick, at most one fenced batch, pages in batches of their own."""

import logging
from collections.abc import Collection, Sequence

from halokop_sheets.core.sheet.blueprint import Blueprint
from halokop_sheets.core.sheet.refused import without_tabs
from halokop_sheets.core.sheet.values import AddPage, AddRow, Change, ClosePage, RawBook, SetCell, Snapshot
from halokop_sheets.core.terms import Tabs
from halokop_sheets.errors import Conflict, WorkbookError
from halokop_sheets.workbooks.google.cell_data import read_grid
from halokop_sheets.workbooks.google.client import Json, RefusedError, SheetsClient, Sources
from halokop_sheets.workbooks.google.fence import MAX_AGE
from halokop_sheets.workbooks.google.initialise import Layout
from halokop_sheets.workbooks.google.landing import Landing, Pending, Stray, restoring_cells
from halokop_sheets.workbooks.google.pages import AGAIN, page_requests, page_sheet_id
from halokop_sheets.workbooks.google.read import Reader, Seen
from halokop_sheets.workbooks.google.refusals import Refusals, part_of, refused_tab
from halokop_sheets.workbooks.google.sending import Sender
from halokop_sheets.workbooks.google.write import Batch, CellPlace, apart, rows_alone

log = logging.getLogger(__name__)
_MOVED = ("No grid with id", "Unable to parse range", "grid limits", "beyond the last requested")  # observed texts


class GoogleWorkbook:
    """``client`` carries out the calls, ``sources`` gives the time (monotonic seconds) and fresh nonces."""

    def __init__(self, client: SheetsClient, sources: Sources) -> None:
        self._client, self._sources = client, sources
        self._reader = Reader(client)
        self._seen: Seen | None = None
        self._title = ""
        self._sender = Sender(client, sources)
        self._pending: list[Pending] = []
        self._restoring: frozenset[CellPlace] = frozenset()
        self._reformat: frozenset[CellPlace] = frozenset()
        self._notes: tuple[str, ...] = ()
        self._refusals = Refusals(sources.monotonic, client.account)
        self.misplaced = False  # whether the last write landed elsewhere: a second pass should follow at once

    @property
    def name(self) -> str:
        return self._title or f"spreadsheet {self._client.spreadsheet_id}"

    def let_go(self) -> None:
        """Forget the last read, some megabytes: of many programmes each is at rest most of the time."""
        self._seen = None

    def read(self) -> RawBook:
        self._seen = self._reader.read(self._sources.monotonic())
        self._title = self._seen.title
        self._sender.used = []
        self._restoring = self._reformat = frozenset()
        book = self._seen.book
        return RawBook(book.tabs, book.revision, book.titles, self._notes, refused=self._refusals.active())

    @property
    def refused(self) -> Collection[str]:
        return self._refusals.active()

    def write(self, changes: Sequence[Change], snapshot: Snapshot) -> None:
        """One batch for the cells and rows; then one for each page to add, whose refusal stops nothing else."""
        seen = self._current(snapshot.revision)
        self.misplaced = False
        self._notes = ()
        pages, rest = apart(without_tabs(changes, self.refused))
        if rest:
            self._write_cells(rest, snapshot, seen)
        for page, its_changes in pages:
            if not without_tabs([page], self.refused):
                continue
            try:
                self._write_page(page, its_changes, snapshot, seen)
            except WorkbookError as error:
                if not rest and not isinstance(error, RefusedError):
                    raise
                log.warning("page %s was not made: %s", page.page.title, error)
                self._notes = (*self._notes, f"Tab {page.page.title} belum dapat dibuat: {error}")

    def init(self, blueprint: Blueprint, book: RawBook) -> list[str]:
        seen = self._current(book.revision)
        layout = Layout(blueprint, seen)
        if layout.needs_structure:
            try:
                layout.inspect(self._client)
            except RefusedError:
                raise Conflict("a tab was deleted since the read: it is read again") from None
        parts, refused = layout.parts(), list[str]()
        while parts:
            try:
                self._placed([request for part in parts for request in part.requests], [], seen)
                break
            except RefusedError as error:
                number = part_of([part.requests for part in parts], error)
                if number is None:
                    raise
                refused.append(f"NOT {parts.pop(number).text}: {error.message}")
        return [*(part.text for part in parts), *refused]

    def restores(self, snapshot: Snapshot) -> tuple[SetCell, ...]:
        """What misplaced writes covered, at its place in this snapshot (which must be of the last read).

        Write these alone and read again before planning: a plan made over a covered Kode would be about a wrong row.
        """
        seen = self._current(snapshot.revision)
        tabs = {tab.id: tab for tab in seen.book.tabs}
        cells: dict[CellPlace, SetCell] = {}
        reformat: set[CellPlace] = set()
        left: list[Pending] = []
        for pending in self._pending:
            found = (
                restoring_cells(pending, tabs[pending.id])
                if pending.id in tabs and pending.tab in snapshot.tables and pending.tab not in self.refused
                else []
            )
            if found:
                left.append(pending)
            for cell in found:
                place = (cell.tab, cell.row, cell.column)
                cells.setdefault(place, cell)
                if isinstance(pending, Stray) or pending.dated:
                    reformat.add(place)
        self._pending, self._restoring, self._reformat = left, frozenset(cells), frozenset(reformat)
        return tuple(cells.values())

    def link(self, tab_id: str, row: int | None = None) -> str | None:
        """``tab_id`` may be the mark of an evaluation that this tick only makes: its sheetId is known beforehand."""
        gid = page_sheet_id(tab_id) if tab_id.startswith(f"{Tabs.EVALUATION} ") else tab_id
        address = f"https://docs.google.com/spreadsheets/d/{self._client.spreadsheet_id}/edit#gid={gid}"
        return address if row is None else f"{address}&range=A{row}"

    # --- writing --------------------------------------------------------------------------------------------------

    def _current(self, revision: str) -> Seen:
        """The read that a write rests on; raises ``Conflict`` where it is another one, used up, or too old."""
        seen = self._seen
        if seen is None or self._sender.used or seen.book.revision != revision:
            raise Conflict("the spreadsheet was read or written again since this plan was made")
        if self._sources.monotonic() - seen.at > MAX_AGE:
            raise Conflict(f"the plan is older than {MAX_AGE:.0f} seconds: the spreadsheet is read again")
        return seen

    def _write_cells(self, changes: list[SetCell | AddRow | ClosePage], snapshot: Snapshot, seen: Seen) -> None:
        """The batch; where a tab refuses its part, once more without that tab and what rests on it."""
        while True:
            batch = Batch(snapshot, seen.book, seen.sheets, lambda mark: self._gid(mark, snapshot))
            batch.add(changes, self._reformat)
            try:
                answer = self._placed(batch.requests, batch.response_ranges(), seen)
                break
            except RefusedError as error:
                tab = refused_tab(batch.requests, error, snapshot)
                if tab is None or tab[0] in self.refused:
                    raise
                self._refusals.add(*tab, error)
                changes = rows_alone(without_tabs(changes, self.refused))
                if not changes:
                    return
        rows = {s["properties"].get("sheetId", 0): read_grid(s.get("data", ())) for s in answer.get("sheets", ())}
        found: list[Pending] = []
        for writing in batch.writings.values():
            right, pending = Landing(writing, rows.get(int(writing.before.id), {})).check()
            if not right:
                log.warning("%s was edited in that same second: %d cells to put back", writing.tab, len(pending))
                self.misplaced = True
                found += pending
        written = {(c.tab, c.row, c.column) for c in changes if isinstance(c, SetCell)}
        if self._restoring and self._restoring <= written and not self.misplaced:
            self._pending = []
        self._pending += found

    def _write_page(self, page: AddPage, its: list[AddRow | ClosePage], snapshot: Snapshot, seen: Seen) -> None:
        """The page's tab, its record, and the hiding of older ones; with a refused id, title or hiding, once more."""
        sheet, mark = page_sheet_id(page.page.mark), page.page.mark
        open_ = not page.closed and not any(isinstance(change, ClosePage) for change in its)
        schedule = snapshot.tables.get(Tabs.SCHEDULE)
        index = seen.sheets[int(schedule.id)].index + 1 if schedule else 0
        known = {mark: int(snapshot.pages[mark].id) for mark in page.hide if mark in snapshot.pages}
        older = [known.get(mark, page_sheet_id(mark)) for mark in page.hide]  # a closed one bears no mark
        hide: list[Json] = [
            {"updateSheetProperties": {"properties": {"sheetId": id_, "hidden": True}, "fields": "hidden"}}
            for id_ in older
        ]
        title = ""
        while True:
            rows = Batch(snapshot, seen.book, seen.sheets, {mark: sheet}.get)  # its record links to it
            rows.add([change for change in its if isinstance(change, AddRow)])
            made = page_requests(page.page, sheet, index=index, title=title, open_=open_)
            try:
                self._sender.send([*made, *rows.requests, *hide], [], seen)
            except RefusedError as error:
                if "Please enter another name" in error.message and not title:
                    title = f"{page.page.title} ({page.page.mark.rsplit(' ', 1)[-1]})"
                elif f"id {sheet} already exists" in error.message:  # of a week that people deleted and that came back
                    sheet += AGAIN
                elif hide and error.request is not None and error.request >= len(made) + len(rows.requests):
                    hide = []
                else:
                    requests = [*made, *rows.requests]
                    if (tab := refused_tab(requests, error, snapshot)) is not None:
                        self._refusals.add(*tab, error)
                    raise
            else:
                return

    def _gid(self, mark: str, snapshot: Snapshot) -> int | None:
        if mark in snapshot.pages:
            return int(snapshot.pages[mark].id)
        return page_sheet_id(mark) if mark.startswith(f"{Tabs.EVALUATION} ") else None

    def _placed(self, requests: list[Json], ranges: list[str], seen: Seen) -> Json:
        """A batch of places in the snapshot: refused for a place that is gone, it is a ``Conflict``."""
        try:
            return self._sender.send(requests, ranges, seen)
        except RefusedError as error:
            if any(sign in error.message for sign in _MOVED):
                raise Conflict("a tab was renamed, shortened or deleted since the read: it is read again") from None
            raise

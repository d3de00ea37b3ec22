"""The values that pass between the edges and the core: what was read, what shall change.

All dates and times are naive wall-clock values in the programme's zone, as a sheet holds them.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import NamedTuple

from halokop_sheets.core.sheet.page import Page, cell_name
from halokop_sheets.core.sheet.tally import Tally


@dataclass(frozen=True)
class Broken:
    """A cell that holds no value now: an error such as ``#REF!`` or a formula that was not calculated yet."""

    text: str
    calculated: bool = True  # False: a formula whose result the file does not hold


@dataclass(frozen=True)
class Link:
    """Text of ours that leads to the tab with this ``mark`` (an episode's evaluation)."""

    text: str
    mark: str


Cell = None | bool | int | float | str | datetime | time | Broken | Link
Area = tuple[int, int, int, int]  # first row, first column, last row, last column; 1-based


def plain(cell: Cell) -> Cell:
    """A cell as it compares: a link by its text, blank text as nothing, whole floats as integers."""
    if isinstance(cell, Link):
        return cell.text
    if isinstance(cell, float) and cell.is_integer():
        return int(cell)
    return None if cell == "" else cell


@dataclass(frozen=True)
class RawTab:
    """One tab as read: ``rows[0]`` is sheet row 1, blank cells are None.

    ``id`` is the workbook's own handle (a Google sheetId, an .xlsx title), ``mark`` our name for the tab where the
    workbook can carry one: a tab name of ``core.terms.Tabs``, or ``Evaluasi 2026-W48`` for an evaluation.
    """

    id: str
    title: str
    rows: tuple[tuple[Cell, ...], ...]
    mark: str = ""
    hidden: bool = False
    fixed: tuple[Area, ...] = ()  # cells hidden by a merge or filled by an array formula


@dataclass(frozen=True)
class RawBook:
    """A whole workbook as read at one moment; ``revision`` names that state (a hash, a fence)."""

    tabs: tuple[RawTab, ...]
    revision: str = ""
    titles: tuple[str, ...] = ()  # titles that are taken, people's own tabs' too where the read tells them
    notes: tuple[str, ...] = ()  # what people should know of this read, in Indonesian (for the health strip)
    busy: str = ""  # why it cannot be written just now, in Indonesian: mails say so, for the strip cannot
    refused: Mapping[str, str] = field(default_factory=dict)  # tabs (or page marks) that take no write: why, what to do
    busy_since: datetime | None = None  # aware


class Row(NamedTuple):
    """A row of a tab of rows. ``number`` is its 1-based place in that same snapshot; blank cells are absent."""

    number: int
    cells: Mapping[str, Cell]


@dataclass(frozen=True)
class Table:
    """A tab of rows, recognised: where its columns stand (0-based) and which needed ones are missing."""

    tab: str
    id: str
    title: str
    header_row: int
    columns: Mapping[str, int]
    rows: tuple[Row, ...]
    missing: tuple[str, ...] = ()
    last_row: int = 0  # the last row that holds anything, also in people's own columns: appended rows follow it
    fixed: tuple[Area, ...] = ()

    @property
    def usable(self) -> bool:
        """Whether we may write and conclude: every column that is needed was found."""
        return not self.missing


@dataclass(frozen=True)
class PageTab:
    """A page of ours as read: cells by (row, column), 1-based."""

    mark: str
    id: str
    title: str
    cells: Mapping[tuple[int, int], Cell]
    fixed: tuple[Area, ...] = ()


@dataclass(frozen=True)
class Snapshot:
    """Everything a tick knows of the workbook."""

    tables: Mapping[str, Table]
    pages: Mapping[str, PageTab]  # by mark
    titles: tuple[str, ...] = ()
    revision: str = ""
    notes: tuple[str, ...] = ()
    busy: str = ""
    refused: Mapping[str, str] = field(default_factory=dict)
    busy_since: datetime | None = None


def show(cell: Cell) -> str:
    """A cell as ``plan`` prints it: one line, at most 80 characters."""
    if cell is None:
        return "(blank)"
    if isinstance(cell, datetime):
        return cell.isoformat(sep=" ", timespec="minutes")
    text = cell.text if isinstance(cell, Link | Broken) else " ".join(str(cell).split())
    return text if len(text) <= 80 else text[:79] + "…"


@dataclass(frozen=True)
class SetCell:
    """One cell to write. ``row`` and ``column`` are 1-based places in the snapshot the plan was made from."""

    tab: str  # a tab name, or a page's mark
    row: int
    column: int
    header: str  # empty on a page
    key: str  # the row's Kode, or "row 7"; empty on a page
    old: Cell
    new: Cell

    def __str__(self) -> str:
        place = f"{self.key} · {self.header}" if self.header else cell_name(self.row, self.column)
        return f"{self.tab} · {place}: {show(self.old)} -> {show(self.new)}"


@dataclass(frozen=True)
class AddRow:
    """One row to append (``top``: to insert right under the header, for a newest-first tab)."""

    tab: str
    key: str
    values: tuple[tuple[str, Cell], ...]
    top: bool = False

    def __str__(self) -> str:
        shown = "; ".join(f"{header}={show(value)}" for header, value in self.values if value is not None)
        return f"{self.tab} · + {self.key}: {shown}"


@dataclass(frozen=True)
class AddPage:
    """A page to add as a new tab, left of the older ones; those with the marks of ``hide`` are hidden with it.
    ``closed``: made late, it is finished at once and bears no mark where the workbook carries marks."""

    page: Page
    hide: tuple[str, ...] = ()
    closed: bool = False

    def __str__(self) -> str:
        hidden = f" (hides {', '.join(self.hide)})" if self.hide else ""
        return f"+ tab {self.page.title}{hidden}"


@dataclass(frozen=True)
class ClosePage:
    """An evaluation that is finished: it is never written again, and its mark goes where the workbook carries marks."""

    mark: str

    def __str__(self) -> str:
        return f"{self.mark}: closed"


Change = SetCell | AddRow | AddPage | ClosePage


@dataclass(frozen=True)
class Problem:
    """Something a person should mend, at a ``place`` of the workbook or the set-up. ``whole_tab``: it keeps a whole tab
    from being served, so that a tick is done in part only."""

    place: str
    text: str
    whole_tab: bool = False

    def __str__(self) -> str:
        return f"{self.place}: {self.text}"


@dataclass(frozen=True)
class Mail:
    """One mail to send, as the planner decided it; ``data`` is what its template shows, as plain values."""

    kind: str  # a name of core.mails.kinds' kinds, and of the templates
    recipient: str  # the address, lower case
    name: str
    key: str  # kind, recipient, slot: at most one mail ever goes out under it
    subject: str
    summary: str  # one line for Riwayat Email
    expires: datetime  # not worth sending from this moment on
    data: Mapping[str, object] = field(default_factory=dict, compare=False)
    about: tuple[str, ...] = ()  # the changes of schedule that it tells, as ``core.office.told.ChangeKey`` writes them

    def __str__(self) -> str:
        return f"{self.kind} -> {self.recipient}: {self.subject} [{self.key}]"


class MailRecord(NamedTuple):
    """What this host's ledger knows of one mail. ``status`` is a word of ``terms.MailStatus``."""

    key: str
    kind: str
    recipient: str
    subject: str
    summary: str
    status: str
    remark: str  # one Indonesian sentence on how it went; empty while prepared or sent
    message_id: str
    claimed: datetime
    listed: bool = False  # Riwayat Email has had its row
    about: tuple[str, ...] = ()  # the changes of schedule that it tells
    doubtful: bool = False  # an attempt of which nobody knows whether it arrived


@dataclass(frozen=True)
class LedgerView:
    """The ledger as the core sees it. ``id`` tells this host's rows of Riwayat Email from another's."""

    id: str = "lokal"
    records: tuple[MailRecord, ...] = ()
    trouble: str = ""  # why the channel is paused (sign-in, quota), in Indonesian; empty when all is well
    people: Mapping[str, datetime | None] | None = None  # address -> first seen in Tim (None: there from the start)
    first_people: date | None = None  # the day on which the first were seen


@dataclass(frozen=True)
class Plan:
    """What a tick would do, as a value: prints itself, compares, and is empty when nothing is to be done."""

    changes: tuple[Change, ...] = ()
    mails: tuple[Mail, ...] = ()
    problems: tuple[Problem, ...] = ()
    people: tuple[str, ...] = ()  # addresses that were never seen in Tim before
    tally: Tally | None = field(default=None, compare=False)

    def __iter__(self) -> Iterator[str]:
        return map(str, (*self.changes, *self.mails))

    def __str__(self) -> str:
        return "\n".join(self)

    @property
    def empty(self) -> bool:
        return not self.changes and not self.mails

"""The port: what the daemon asks of a workbook. A new kind is one module here, named in settings, wiring and doctor.

A kind moves cells; it decides nothing. What may be written was decided in ``core.sheet.draft``.
"""

from collections.abc import Collection, Sequence
from typing import Protocol

from halokop_sheets.core.sheet.blueprint import Blueprint
from halokop_sheets.core.sheet.values import Change, RawBook, SetCell, Snapshot


class Workbook(Protocol):
    @property
    def name(self) -> str:
        """What people call it: a file's name or the spreadsheet's title."""

    def read(self) -> RawBook:
        """Everything a tick needs, as it stands at one moment.

        Raises ``WorkbookError`` (not to be read as it is) or ``TryAgainError`` (locked, out of reach).
        """

    def write(self, changes: Sequence[Change], snapshot: Snapshot) -> None:
        """Apply all changes or none, on the very state the snapshot was made from.

        A tab that refuses its part is left out (see ``refused``), with what rests on it, and the rest is written.
        Raises ``Conflict`` when somebody was faster: nothing was written and the tick starts over.
        """

    def init(self, blueprint: Blueprint, book: RawBook) -> list[str]:
        """Make and mend tabs, headers, formats, lists; tells what was done, nothing when all is well.

        ``book`` is the read that the blueprint was made from. Never touches a cell that people fill.
        """

    def restores(self, snapshot: Snapshot) -> tuple[SetCell, ...]:
        """Cells of people that our last write covered by misfortune, to be put back by the next one.

        Always empty where a write cannot land elsewhere (.xlsx, memory).
        """

    @property
    def misplaced(self) -> bool:
        """Whether our last write landed elsewhere, so that a second pass should put things right at once."""

    @property
    def refused(self) -> Collection[str]:
        """Tabs and marks of pages that take no write of ours for now: protected against us, say. The next read's
        ``RawBook.refused`` tells why. Always empty where a file is written as a whole."""

    def link(self, tab_id: str, row: int | None = None) -> str | None:
        """The web address of a tab or of one row; None where there is none (.xlsx)."""


class Unshared:
    """What suits a workbook whose write lands where it was meant, or is refused whole: a file, memory."""

    def restores(self, snapshot: Snapshot) -> tuple[SetCell, ...]:
        return ()

    @property
    def misplaced(self) -> bool:
        return False

    @property
    def refused(self) -> Collection[str]:
        return ()

    def link(self, tab_id: str, row: int | None = None) -> str | None:
        return None

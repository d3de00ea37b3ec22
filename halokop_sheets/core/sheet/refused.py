"""What is left of a plan when a workbook refuses to let us write to some of its tabs (protected against us, say).

One fault stays in its place: the other tabs are written. But a row that names the Kode of an episode whose own row
could not take that Kode would stand for nothing, so it waits too.
"""

from collections.abc import Collection, Iterable, Iterator

from halokop_sheets.core.sheet.tables import evaluation_mark
from halokop_sheets.core.sheet.values import AddPage, AddRow, Cell, Change, ClosePage, SetCell
from halokop_sheets.core.terms import Cols, Tabs


def without_tabs(changes: Iterable[Change], refused: Collection[str]) -> tuple[Change, ...]:
    """The changes that can still be made while these tabs (names, or marks of pages) take nothing."""
    listed = tuple(changes)
    if not refused:
        return listed
    unwritten = frozenset(code for change in listed if _tab_of(change) in refused for code in _codes(change))
    return tuple(_kept(listed, refused, unwritten))


def _kept(changes: Iterable[Change], refused: Collection[str], unwritten: frozenset[str]) -> Iterator[Change]:
    for change in changes:
        if _tab_of(change) in refused:
            continue
        if isinstance(change, AddPage):  # its record in Catatan Evaluasi says that it was made
            blocked = Tabs.MEETINGS in refused or any(evaluation_mark(code) == change.page.mark for code in unwritten)
        else:
            blocked = _rests_on(change, unwritten)
        if not blocked:
            yield change


def _tab_of(change: Change) -> str:
    if isinstance(change, AddPage):
        return change.page.mark
    return change.mark if isinstance(change, ClosePage) else change.tab


def _codes(change: Change) -> Iterator[str]:
    """Kodes that this change would have given to a row."""
    if isinstance(change, AddRow) and change.tab != Tabs.HISTORY:
        yield change.key
    elif isinstance(change, SetCell) and change.header == Cols.CODE and isinstance(change.new, str):
        yield change.new


def _rests_on(change: Change, unwritten: frozenset[str]) -> bool:
    """Whether a row belongs to an episode that has no Kode in the sheet yet, or a cell names that episode."""
    if not unwritten:
        return False
    if isinstance(change, AddRow):
        if change.tab == Tabs.HISTORY:
            return False
        return _episode(change.key) in unwritten or any(_names(value, unwritten) for _, value in change.values)
    if isinstance(change, SetCell) and change.header in (Cols.CODE, Cols.EPISODE):
        return _names(change.new, unwritten)
    return False


def _names(value: Cell, unwritten: frozenset[str]) -> bool:
    return isinstance(value, str) and "-W" in value and _episode(value) in unwritten


def _episode(code: str) -> str:
    """The episode's Kode in that of a step or a reading: ``2026-W48/05`` -> ``2026-W48``."""
    return code.split("/", 1)[0]

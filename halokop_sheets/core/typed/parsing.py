"""What people really type is understood: the readers of cells in one place; ticks and codes are read here.

A reader returns the value, None for a blank cell, or :class:`Unreadable` with the sentence for the row. None of them
raises, whatever the cell holds. Reading never changes a cell: it stays as it was typed.
"""

import re
from datetime import date
from functools import lru_cache

from halokop_sheets.core.sheet.cells import Unreadable, fold, text, unreadable
from halokop_sheets.core.sheet.values import Broken, Cell
from halokop_sheets.core.terms import Cols
from halokop_sheets.core.typed.choices import (
    parse_choice,
    parse_episode_status,
    parse_feedback_kind,
    parse_format,
    parse_platform,
    parse_roles,
    parse_theme,
)
from halokop_sheets.core.typed.counts import count_note, parse_count
from halokop_sheets.core.typed.dates import in_nearest_year, parse_date, parse_moment, parse_time, read_moment
from halokop_sheets.core.typed.names import NameBook

__all__ = [
    "NameBook",
    "Unreadable",
    "count_note",
    "in_nearest_year",
    "parse_choice",
    "parse_count",
    "parse_date",
    "parse_episode_code",
    "parse_episode_status",
    "parse_feedback_kind",
    "parse_format",
    "parse_moment",
    "parse_platform",
    "parse_roles",
    "parse_theme",
    "parse_tick",
    "parse_time",
    "text",
    "text_or_nothing",
]

_YES = "true, =true(), =true, ya, iya, y, yes, x, v, ✓, ✔, √, ☑, ✅, 1, selesai, sudah, sdh, ok, oke, aktif, benar"
_NO = "false, =false(), =false, tidak, tdk, n, no, belum, blm, -, 0, nonaktif, non-aktif, tidak aktif, salah, ☐, ✗, ❌"
_TICKS = {**dict.fromkeys(_YES.split(", "), True), **dict.fromkeys(_NO.split(", "), False)}
_LIKE_TICK = "tidak dikenali; tulis ya atau tidak."
_LIKE_DONE = "tidak dikenali; tulis ya, tidak, atau tanggal seperti 29/11/2026."
_CODE = re.compile(r"(20\d\d|2100)[\s-]?w(\d\d?)(?:-([2-9]|[1-9]\d))?", re.ASCII)


def parse_tick(cell: Cell, header: str = Cols.DONE) -> bool | date | Unreadable | None:
    """Whether a cell is ticked; a date typed into it is the day on which it was done.

    ``=TRUE()`` is what a spreadsheet makes of a ticked box that was saved as a formula, whether calculated or not.
    """
    if cell is None or isinstance(cell, bool):
        return cell
    typed = fold(cell.text if isinstance(cell, Broken) else text(cell))
    if typed in _TICKS:
        return _TICKS[typed]
    found = read_moment(cell)
    if isinstance(found, tuple):
        return found[0]
    return None if found is None else unreadable(header, cell, _LIKE_DONE if header == Cols.DONE else _LIKE_TICK)


_NOTHING = frozenset(("-", "--", "belum", "belum ada", "tidak ada", "nihil"))
_NONE = frozenset(("-", "--", "tidak", "tidak ada", "tdk", "tdk ada", "nihil"))


def text_or_nothing(cell: Cell) -> str:
    """Text, or nothing where people wrote that there is none: ``-``, ``belum ada``."""
    typed = text(cell)
    return "" if len(typed) <= 20 and fold(typed) in _NOTHING else typed


def says_none(cell: Cell) -> bool:
    """Whether people wrote that there is none and will be none: ``-``, ``tidak ada``; not ``belum ada``."""
    typed = text(cell)
    return len(typed) <= 20 and fold(typed) in _NONE


@lru_cache(maxsize=8192)
def _episode_code(typed: str) -> str | None:
    found = _CODE.fullmatch(fold(typed))
    if not found:
        return None
    year, week, number = int(found[1]), int(found[2]), found[3]
    if not 1 <= week <= date(year, 12, 28).isocalendar().week:  # 28 December always lies in its year's last week
        return None
    return f"{year}-W{week:02}" + (f"-{number}" if number else "")


def parse_episode_code(cell: Cell) -> str | None:
    """A Kode of an episode as we write it, ``2026-W48`` or ``2026-W48-2``; None for anything else."""
    typed = text(cell)
    return _episode_code(typed) if len(typed) <= 20 else None

"""What every reader of cells shares: a cell as people see it, text made comparable, the sentence for the unreadable.

Nothing here raises, whatever a cell holds: a cell that is not understood becomes a sentence in its row, never a crash.
"""

import math
from dataclasses import dataclass
from datetime import datetime, time
from functools import lru_cache

from halokop_sheets.core.sheet.values import Broken, Cell, Link

QUOTED = 40  # characters of what was typed that a sentence repeats: enough to recognise it in its row
SENTENCE = 200  # characters of a sentence: what a cell of Pesan Sistem shows without being opened

_INVISIBLE = (0xAD, *range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x206A), 0xFE0E, 0xFE0F, 0xFEFF)
_FOLD: dict[int, str | None] = {
    **dict.fromkeys(_INVISIBLE),  # come along when people paste from chats and web pages
    **dict.fromkeys((0x2010, 0x2011, 0x2012, 0x2013, 0x2014, 0x2212), "-"),
    **dict.fromkeys((0x60, 0xB4, 0x2018, 0x2019, 0x02BC), "'"),
}


@dataclass(frozen=True, slots=True)
class Unreadable:
    """What was typed is not understood; ``message`` is one plain Indonesian sentence for the row's Pesan Sistem."""

    message: str


@dataclass(frozen=True)
class DoubtfulDate(Broken):
    """A date that the spreadsheet may have read month first; ``text``: what in its column says so."""

    at: datetime = datetime(1900, 1, 1)


def _number(number: int | float) -> str:
    """As a sheet in Indonesian shows it: 1 and not 1.0, a comma before decimals, ``#####`` where it does not fit."""
    if isinstance(number, int):
        return str(number) if number.bit_length() <= 128 else "#####"
    if math.isfinite(number) and number.is_integer() and abs(number) < 1e15:
        return str(int(number))
    return repr(number).replace(".", ",")


def text(cell: Cell) -> str:
    """A cell as people see it, without spaces around it; empty for a blank or broken one."""
    if isinstance(cell, str):
        return cell.strip()
    if cell is None or isinstance(cell, Broken):
        return ""
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, int | float):
        return _number(cell)
    if isinstance(cell, datetime):
        day = f"{cell.day:02}/{cell.month:02}/{cell.year:04}"
        return f"{day} {cell.hour:02}.{cell.minute:02}" if cell.hour or cell.minute else day
    if isinstance(cell, time):
        return f"{cell.hour:02}.{cell.minute:02}"
    return cell.text.strip() if isinstance(cell, Link) else str(cell).strip()


@lru_cache(maxsize=2048)  # every tick reads the same words again
def fold(typed: str) -> str:
    """Text as it compares: no case, single spaces, plain dashes and apostrophes, nothing invisible."""
    return " ".join(typed.translate(_FOLD).casefold().split())


def quoted(typed: str) -> str:
    """What was typed, in quotes: one line, only characters that can be seen, at most ``QUOTED`` of them."""
    line = " ".join("".join(c for c in typed[: 10 * QUOTED] if c.isprintable() or c.isspace()).split())
    return f'"{line}"' if len(line) <= QUOTED else f'"{line[: QUOTED - 1]}…"'


def sentence(message: str) -> str:
    """A message that fits a cell of Pesan Sistem."""
    return message if len(message) <= SENTENCE else message[: SENTENCE - 1] + "…"


def unreadable(header: str, cell: Cell, remedy: str) -> Unreadable:
    """The sentence for a cell under ``header``; one that holds no value says so instead of ``remedy``."""
    if isinstance(cell, DoubtfulDate):
        month_name = "tulis bulannya dengan nama, misalnya 6 Des 2026."
        read = f"{cell.at.day}/{cell.at.month} atau {cell.at.month}/{cell.at.day}"
        doubt = f"kolom ini memuat {quoted(cell.text)} sebagai teks, jadi lembar membaca bulan lebih dulu"
        return Unreadable(sentence(f"{header} {read}? Tidak jelas: {doubt}; {month_name}"))
    if not isinstance(cell, Broken):
        return Unreadable(sentence(f"{header} {quoted(text(cell))} {remedy}"))
    if cell.calculated:
        return Unreadable(
            sentence(
                f"{header} berisi kesalahan rumus ({quoted(cell.text)[1:-1]}); perbaiki rumusnya atau ketik isinya."
            )
        )
    waiting = "berisi rumus yang belum dihitung; buka dan simpan berkas ini sekali di Excel atau LibreOffice."
    return Unreadable(sentence(f"{header} {waiting}"))

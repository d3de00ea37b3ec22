"""Counts as Instagram and TikTok show them, in Indonesian and in English: ``1.234``, ``12,3 rb``, ``1.2K views``.

Apps write one thousand two hundred thirty-four as 1.234 or 1,234 and twelve thousand three hundred as 12,3 rb or
12.3K. One rule decides, since a count is whole: exactly three digits after a separator and no word behind them are
thousands; with a word (rb, jt, K, M) the separator is a decimal one. ``M`` is million as the apps mean it in English,
not the Indonesian miliar. ``count_note`` says which reading was taken wherever another one was possible.
"""

import re
from decimal import Decimal
from functools import lru_cache

from halokop_sheets.core.sheet.cells import Unreadable, fold, quoted, sentence, text, unreadable
from halokop_sheets.core.sheet.values import Cell, Link
from halokop_sheets.core.typed.dates import LONGEST

LARGEST = 10**12  # more views than the largest channel has: a larger number is a typing mistake

_SCALES = {
    **dict.fromkeys(("rb", "ribu", "k"), 10**3),
    **dict.fromkeys(("jt", "juta", "m", "mn", "million"), 10**6),
    **dict.fromkeys(("miliar", "milyar", "b", "bn"), 10**9),
}
_BLANK = {"", "-", "--", "belum", "belum ada", "belum diisi"}
_ZERO = {"nol", "nihil"}
_ABOUT = r"(?:[±~≈>≥<≤+]|sekitar|kurang lebih|kira-kira|lebih dari|hampir)?\s*"
_UNIT = (
    r"(?:viewers?|views?|tayangan|ditonton|penonton|pemutaran|plays?|x|kali|orang|likes?|suka|komentar|comments?"
    r"|dibagikan|shares?|disimpan|saves?|an|lebih)(?![a-z])[\s:-]*"
)
_COUNT = re.compile(
    rf"(?:{_UNIT})?{_ABOUT}(?P<number>\d(?:[\d., ]*\d)?)\s*"
    rf"(?:(?P<scale>{'|'.join(sorted(_SCALES, key=len, reverse=True))})(?![a-z])\.?)?[\s+-]*(?:{_UNIT}){{0,2}}"
)
_THOUSANDS = re.compile(r"(?P<head>[1-9]\d{0,2}(?P<sign>[., ])\d{3}(?:(?P=sign)\d{3})*)(?P<tail>(?!(?P=sign))[.,]\d+)?")
_PLAIN = re.compile(r"(?P<head>\d+)(?P<tail>[.,]\d+)?")
_ONE_SIGN = re.compile(r"[1-9]\d{0,2}[.,]\d{3}")

_LIKE = "tulis seperti 1234 atau 1,2 rb."
_UNKNOWN = f"bukan angka; {_LIKE}"
_NEGATIVE = f"di bawah nol; {_LIKE}"
_FRACTION = "berupa pecahan; tulis angka utuh tanpa titik dan koma, seperti 1234, atau 1,2 rb."
_TOO_LARGE = f"terlalu besar; {_LIKE}"


def _value(number: str, scaled: bool) -> Decimal | None:
    """The number with its separators understood by the rule above; None where they stand in odd places."""
    found = None if scaled and _ONE_SIGN.fullmatch(number) else _THOUSANDS.fullmatch(number)
    found = found or _PLAIN.fullmatch(number)
    if not found:
        return None
    return Decimal(re.sub(r"[., ]", "", found["head"]) + (found["tail"] or "").replace(",", "."))


def _note(number: str, scale: str | None, value: int) -> str:
    """How an ambiguous count was read; empty where there is only one way to read it."""
    if scale == "m":
        return f"dibaca sebagai {value}: M berarti juta."
    if not _ONE_SIGN.fullmatch(number):
        return ""
    if scale:
        return f"dibaca sebagai {value}: dengan {scale} di belakangnya, titik atau koma menandai pecahan."
    return f"dibaca sebagai {value}: titik atau koma dengan tiga angka di belakangnya menandai ribuan."


@lru_cache(maxsize=8192)
def _count(typed: str) -> tuple[int | None, str] | str:
    """The count and the note on how it was read, or why it is not understood."""
    folded = fold(typed)
    if folded in _BLANK or folded in _ZERO:
        return (0 if folded in _ZERO else None), ""
    found = _COUNT.fullmatch(folded)
    if not found:
        return _NEGATIVE if folded[0] == "-" and _COUNT.fullmatch(folded[1:].lstrip()) else _UNKNOWN
    value = _value(found["number"], bool(found["scale"]))
    if value is None:
        return _UNKNOWN
    value *= _SCALES.get(found["scale"], 1)
    if value > LARGEST:
        return _TOO_LARGE
    if value != int(value):
        return _FRACTION
    return int(value), _note(found["number"], found["scale"], int(value))


def _read(cell: Cell) -> tuple[int | None, str] | str:
    if cell is None:
        return None, ""
    if isinstance(cell, str | Link):
        typed = text(cell)
        return _count(typed) if len(typed) <= LONGEST else _UNKNOWN
    if isinstance(cell, bool) or not isinstance(cell, int | float) or cell != cell:
        return _UNKNOWN
    if not 0 <= cell <= LARGEST:
        return _NEGATIVE if cell < 0 else _TOO_LARGE
    return (int(cell), "") if cell == int(cell) else _FRACTION


def parse_count(cell: Cell, header: str) -> int | Unreadable | None:
    """The count of a cell; None where it is blank or says that there is none yet, which is never 0.

    A number cell with a fraction is not understood: the sheet may have taken 1.234 for one and a bit, or somebody
    typed 1,2 and forgot the rb. We do not guess.
    """
    if type(cell) is int and 0 <= cell <= LARGEST:  # nearly every cell: the fast path
        return cell
    found = _read(cell)
    return unreadable(header, cell, found) if isinstance(found, str) else found[0]


def count_note(cell: Cell) -> str | None:
    """The sentence that says how an ambiguous count was read; None where it was not ambiguous."""
    if not isinstance(cell, str):
        return None
    found = _read(cell)
    return sentence(f"{quoted(cell)} {found[1]}") if isinstance(found, tuple) and found[1] else None

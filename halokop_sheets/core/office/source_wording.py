"""What ``Sumber Angka`` says, and reads again: ``Instagram API 26 Nov 06.30: viewers 1.204, likes 88``.

A row may bear several entries, separated by semicolons. The figures that an entry names are those that this source put
into the row, or that stood there alike; a cell that differs from them was typed. So the sheet itself remembers where a
figure came from, whatever becomes of the ledger. Beside it: sentences on what sources could not tell.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import lru_cache

from halokop_sheets.core.office.wording import day_month, hour_minute, join, number, short_date
from halokop_sheets.core.sheet.answers import FILE, Answer, Gap, Refused
from halokop_sheets.core.terms import Cols, link_column

WORDS = {
    Cols.VIEWERS_VIDEO: "viewers",
    Cols.LIKES: "likes",
    Cols.COMMENTS: "komentar",
    Cols.SHARES: "dibagikan",
    Cols.SAVES: "disimpan",
}
"""The figures that a source may fill, by header in Metrik."""

_HEADERS = {word: header for header, word in WORDS.items()}
_ENTRY = re.compile(r"(?P<head>(?:\S.* )?\d{1,2} [A-Z][a-z]{2}(?: \d\d\.\d\d)?): (?P<rest>\S.*)")
_FIGURE = re.compile(rf"({'|'.join(_HEADERS)}) (\d{{1,3}}(?:\.\d{{3}})*)")

_GAPS = {
    Gap.NETWORK: "tidak dapat dihubungi",
    Gap.TIME: "tidak menjawab sampai batas waktu",
    Gap.SERVER: "menjawab dengan kesalahan",
    Gap.LIMIT: "batas permintaan tercapai",
    Gap.SIGN_IN: "token ditolak atau habis; administrator perlu membuat yang baru",
    Gap.PERMISSION: "token tidak berizin melihat angka",
    Gap.NOT_OURS: "tautan ini bukan postingan akun yang tersambung",
    Gap.BEFORE: "diterbitkan sebelum akun menjadi akun profesional",
    Gap.EMPTY: "belum ada di sumber",
    Gap.UNREADABLE: "angka di berkas tidak terbaca",
    Gap.NONE: "tidak ada di sumber",
}
_REFUSALS = {
    "unknown": "bukan ekspor yang dikenal{detail}; administrator dapat menambah judul kolomnya di pengaturan",
    "old": "bertanggal {detail}, bukan hari ini, jadi tidak dipakai; unduh ekspor yang baru",
    "future": "bertanggal {detail}; periksa tanggal komputer",
    "again": "sama dengan yang sudah dipakai pada {detail}; unduh ekspor yang baru",
    "by day": "merinci angka per hari, bukan jumlah sejak terbit; pilih jenis Lifetime saat mengekspor",
    "no posts": "tidak memuat tautan postingan dari platform itu",
    "large": "lebih besar dari 20 MB",
    "old excel": "berformat Excel lama; simpan sebagai .xlsx atau CSV",
    "zip": "terkemas; keluarkan dulu isinya",
    "damaged": "rusak atau belum selesai disalin",
}
REFUSALS = tuple(_REFUSALS)


@dataclass
class Entry:
    """One entry. ``head``: source, day and hour; ``figures`` by header; ``gap``: what it lacks and why."""

    head: str
    figures: dict[str, int] = field(default_factory=dict)
    gap: str = ""

    def __str__(self) -> str:
        parts = [f"{word} {number(self.figures[header])}" for header, word in WORDS.items() if header in self.figures]
        return f"{self.head}: {', '.join([*parts, *([self.gap] if self.gap else [])])}"

    @property
    def lags(self) -> bool:
        """Whether its figures may be up to 48 hours behind the app: an API's may, a file's are the app's."""
        return bool(self.figures) and not self.head.startswith(f"{FILE} ")


@lru_cache(maxsize=2048)
def _read(text: str) -> tuple[tuple[str, tuple[tuple[str, int], ...], str], ...]:
    found = []
    for piece in text.split("; "):
        if entry := _ENTRY.fullmatch(piece):
            parts = [(part, _FIGURE.fullmatch(part)) for part in entry["rest"].split(", ")]
            figures = tuple((_HEADERS[m[1]], int(m[2].replace(".", ""))) for _, m in parts if m)
            found.append((entry["head"], figures, ", ".join(part for part, m in parts if not m)))
    return tuple(found)


def read_entries(text: str) -> list[Entry]:
    """The entries of a cell; what is none of ours is left out."""
    return [Entry(head, dict(figures), gap) for head, figures, gap in _read(text)]


def lagging(text: str, values: Mapping[str, int | None]) -> frozenset[str]:
    """Headers whose figure came from an API and still stands as it came."""
    told = [pair for one in read_entries(text) if one.lags for pair in one.figures.items()]
    return frozenset(header for header, value in told if values[header] == value)


def head_of(answer: Answer) -> str:
    """``Instagram API 26 Nov 06.30``"""
    return f"{answer.source} {day_month(answer.at.date())} {hour_minute(answer.at)}"


def gap_of(answer: Answer, missing: Iterable[str], *, any_figures: bool) -> str:
    """``tanpa disimpan (belum ada di sumber)``, or ``tidak ada angka (...)``; a semicolon would begin another entry."""
    words = [WORDS[header] for header in missing]
    if not words:
        return ""
    why = _GAPS[Gap(answer.gap)].replace("; ", ", ")
    return f"tanpa {join(words)} ({why})" if any_figures else f"tidak ada angka ({why})"


def not_asked(day: date, why: str) -> Entry:
    """``26 Nov: tidak ditanya (Tautan Instagram kosong)``"""
    return Entry(day_month(day), gap=f"tidak ditanya ({why})")


def no_post(platform: str, typed: str) -> str:
    """Why a link leads to nothing that could be asked for."""
    return f"{link_column(platform)} bukan alamat satu postingan" if typed else f"{link_column(platform)} kosong"


NOT_RUNNING = "program tidak berjalan atau belum tersambung"


def no_file(day: date, platform: str) -> Entry:
    """The day went by without an export."""
    return Entry(day_month(day), gap=f"tidak ada berkas ekspor {platform}")


def differs(header: str, answer: Answer) -> str:
    """The remark beside a person's figure."""
    told = number(answer.figures[header])
    return f"{header}: {head_of(answer)} menyebut {told}; angka yang diketik tetap dipakai."


def foreign_post(platform: str) -> str:
    """The remark in the row of a link that the account does not know."""
    return f"{link_column(platform)} bukan postingan akun yang tersambung, jadi angkanya diisi dengan tangan."


def refused_file(refused: Refused) -> str:
    """The sentence for the administrator and the board."""
    detail = refused.detail
    if refused.cause in ("old", "future", "again"):
        detail = short_date(date.fromisoformat(detail))
    elif refused.cause == "unknown":
        detail = f" (judul kolomnya: {detail})" if detail else ""
    return f"berkas {refused.name} {_REFUSALS[refused.cause].format(detail=detail)}."


SIGN_IN_REFUSED = (
    "token Instagram ditolak atau sudah habis, jadi angka Instagram tidak terisi; buat token baru (README, Readings)."
)


def token_ends(until: datetime, left: str) -> str:
    """The warning; ``left`` changes at 14, 7 and 1 days, so that each of them is news."""
    return (
        f"token Instagram habis pada {short_date(until.date())} ({left}) dan belum dapat diperpanjang; "
        "buat token baru (README, Readings)."
    )

"""Words that people choose from a list or type themselves: theme, Bentuk, statuses, kinds, sources, roles.

Lists warn, never reject, so each word has the short and the sloppy forms that offices type beside the canonical one.
"""

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache

from halokop_sheets.core.sheet.cells import Unreadable, fold, text, unreadable
from halokop_sheets.core.sheet.values import Broken, Cell
from halokop_sheets.core.terms import (
    CRITIQUE,
    FEEDBACK_KINDS,
    FORMATS,
    LIVE,
    OTHER,
    POST,
    PRAISE,
    SUGGESTION,
    THEME_COOPERATIVE,
    THEME_MSME,
    VIDEO,
    Cols,
    EpisodeStatus,
    Roles,
    platform_of,
)


def _aliases(table: Mapping[str, str]) -> dict[str, str]:
    """Folded alias -> canonical word, from canonical word -> its aliases with commas between."""
    return {
        alias.strip(): canonical
        for canonical, words in table.items()
        for alias in (fold(canonical), *filter(None, words.split(",")))
    }


_THEMES = _aliases(
    {
        THEME_MSME: "umkm, ukm/umkm, usaha kecil menengah, usaha kecil dan menengah",
        THEME_COOPERATIVE: "kop, koprasi, kooperasi",
    }
)
_EPISODE_STATUSES = _aliases(
    {
        EpisodeStatus.ACTIVE: "active",
        EpisodeStatus.POSTPONED: "tunda, di tunda, tertunda, pending, postponed",
        EpisodeStatus.CANCELLED: "batal, di batalkan, batalkan, cancel, canceled, cancelled",
    }
)
_FEEDBACK_KINDS = _aliases(
    dict.fromkeys(FEEDBACK_KINDS, "")
    | {
        PRAISE: "puji, memuji, apresiasi",
        CRITIQUE: "kritikan, keluhan, komplain",
        SUGGESTION: "masukan, usul, usulan",
        OTHER: "lain, lain-lain, lain lain, dll",
    }
)

_FORMATS = _aliases(dict.fromkeys(FORMATS, ""))
_FORMAT_OF = {frozenset(name.split(" + ")): name for name in FORMATS}
_FORMAT_WORDS = {
    word: part
    for part, words in {
        POST: "postingan posting post foto gambar feed carousel karusel infografis",
        VIDEO: "video videos vidio reel reels",
        LIVE: "live siaran langsung streaming",
        "": "dan dengan serta instagram ig",  # words that stand between roles and mean nothing
    }.items()
    for word in words.split()
}

_ROLES = _aliases(
    {
        Roles.TEAM: "pelaksana, tim",
        Roles.PUBLICATION: "tim pubdisdok, pubdok, publikasi, tim publikasi, tim pelaksana (pubdisdok)",
        Roles.RELATIONS: "humas, hubungan masyarakat",
        Roles.COORDINATOR: "koord, koor, kordinator, coordinator",
    }
)
_ROLE_ORDER = tuple(dict.fromkeys(_ROLES.values()))
_BETWEEN_ROLES = re.compile(r"[,;/&+|\n]|\bdan\b", re.IGNORECASE)


def parse_choice(cell: Cell, choices: Mapping[str, str], header: str) -> str | Unreadable | None:
    """The canonical word for a cell; ``choices`` leads from each folded alias to its canonical word."""
    if cell is None:
        return None
    typed = fold(text(cell))
    if typed in choices:
        return choices[typed]
    if not typed and not isinstance(cell, Broken):
        return None
    return unreadable(header, cell, f"tidak dikenali; pilih {', '.join(dict.fromkeys(choices.values()))}.")


def parse_theme(cell: Cell) -> str | Unreadable | None:
    """Tema: UKM, also as UMKM, or Koperasi."""
    return parse_choice(cell, _THEMES, Cols.THEME)


@lru_cache(maxsize=1024)
def _format(typed: str) -> str | None:
    words = [word for word in re.split(r"[\s+,;/&()-]+", fold(typed)) if word]
    parts = frozenset(_FORMAT_WORDS.get(word, word) for word in words) - {""}
    return _FORMAT_OF.get(parts)


def parse_format(cell: Cell) -> str | Unreadable | None:
    """Bentuk, by its words in any order and with anything between: ``live & reels`` is Video + Live."""
    typed = text(cell)
    return (_format(typed) if len(typed) <= 60 else None) or parse_choice(cell, _FORMATS, Cols.FORMAT)


def parse_episode_status(cell: Cell) -> str | Unreadable | None:
    """Status Episode; blank is None, which the planner takes as Aktif."""
    return parse_choice(cell, _EPISODE_STATUSES, Cols.EPISODE_STATUS)


def parse_feedback_kind(cell: Cell) -> str | Unreadable | None:
    """Jenis of a piece of feedback."""
    return parse_choice(cell, _FEEDBACK_KINDS, Cols.FEEDBACK_KIND)


def parse_platform(cell: Cell, platforms: Sequence[str]) -> str | Unreadable | None:
    """One of the settings' platforms, also by its short form."""
    choices = {fold(platform): platform for platform in platforms}
    short = {alias: platform for platform in platforms for alias in platform_of(platform).aliases}
    return parse_choice(cell, {**choices, **short}, Cols.PLATFORM)


@lru_cache(maxsize=1024)
def _roles(typed: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    pieces = [piece.strip() for piece in _BETWEEN_ROLES.split(typed) if fold(piece)]
    known = {_ROLES.get(fold(piece)) for piece in pieces}
    unknown = dict.fromkeys(piece for piece in pieces if fold(piece) not in _ROLES)
    return tuple(role for role in _ROLE_ORDER if role in known), tuple(unknown)


def parse_roles(cell: Cell) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The roles named in a cell, in the order of the schema, and the pieces that name none."""
    return _roles(cell.text if isinstance(cell, Broken) else text(cell))

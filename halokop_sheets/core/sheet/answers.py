"""Readings from outside the sheet: what a source is asked, what it answers, and what is connected at all.

A post is known by the short name in its address (``posts.post_of``), a figure by its column's header in Metrik. A
figure that a source does not have is absent: missing is never 0.
"""

from collections.abc import Mapping
from datetime import date, datetime
from enum import StrEnum
from typing import NamedTuple

_NOTHING: Mapping[str, str] = {}
FILE = "berkas"  # what the name of a file as a source begins with


class Gap(StrEnum):
    """Why an answer lacks figures. The sentences for people stand in ``core.office.source_wording``."""

    NONE = ""
    NETWORK = "network"  # nobody answered
    TIME = "time"  # the tick's time limit was over
    SERVER = "server"  # an answer that is none: HTTP 500, no JSON
    LIMIT = "limit"  # asked too often
    SIGN_IN = "sign-in"  # refused, dead or missing; only a person can mend it
    PERMISSION = "permission"  # the token may not see insights
    NOT_OURS = "not ours"  # no post of the connected account
    BEFORE = "before"  # posted before the account was professional
    EMPTY = "empty"  # the source has no figure yet
    UNREADABLE = "unreadable"  # a figure in a file that is no count


class Ask(NamedTuple):
    """A post whose figures are wanted now, for the reading with this Kode."""

    code: str
    platform: str
    post: str
    headers: tuple[str, ...]  # the blank cells

    def __str__(self) -> str:
        return f"{self.code}: {', '.join(self.headers)} of {self.platform} post {self.post}"


class Answer(NamedTuple):
    """What a source said of one post. ``day`` is the day whose reading it is, ``at`` when it was asked (naive, local).

    Of one source there may be several answers on a day: a second asking, a second file.
    """

    day: date
    platform: str
    post: str
    source: str  # as people read it: ``Instagram API``, ``berkas konten.csv``
    at: datetime
    figures: Mapping[str, int]  # by column header
    gap: str = Gap.NONE


def file_source(name: str) -> str:
    """How an answer names the exported file that it came from; no sign that separates things in ``Sumber Angka``."""
    shown = "".join(sign if sign.isprintable() and sign not in ":;|" else "_" for sign in name)
    return f"{FILE} {shown if len(shown) <= 60 else f'{shown[:40]}…{shown[-19:]}'}"


class Refused(NamedTuple):
    """A dropped file that was not used: ``cause`` is a name of ``source_wording.REFUSALS``."""

    name: str
    cause: str
    detail: str = ""  # its header line, its day


class Connections(NamedTuple):
    """What is connected, for the plan. Without any of it everything is as if people typed."""

    asked: Mapping[str, str] = _NOTHING  # by platform the source's name, where a service is asked
    folder: bool = False  # exported files are taken from a folder
    token_until: datetime | None = None  # naive, local; None: not known yet, or no token
    token_refused: bool = False
    refused: tuple[Refused, ...] = ()  # dropped files that were refused today for the first time

"""Tabs that refuse our writes, known by the request that Google names, and left alone for an hour.

A batch is all or nothing, so one protected tab would keep everything from being written, and with it the mails.
The refusal names the request (``Invalid requests[3].updateCells: You are trying to edit a protected cell``; observed),
the request names its sheet, and the sheet is a tab.
"""

import logging
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from halokop_sheets.core.sheet.values import Snapshot
from halokop_sheets.workbooks.google.client import Json, RefusedError

log = logging.getLogger(__name__)
PAUSE = 3600.0  # seconds after which a tab is tried again


class Refusals:
    """Remembered in the process alone: another process finds out by one refused write. ``monotonic`` in seconds."""

    def __init__(self, monotonic: Callable[[], float], account: str) -> None:
        self._monotonic = monotonic
        self._who = account or "akun program ini"
        self._found: dict[str, tuple[float, str]] = {}  # tab or mark: until when, why

    def active(self) -> Mapping[str, str]:
        """Tabs to leave out now, each with the sentence that people read."""
        now = self._monotonic()
        return {name: why for name, (until, why) in self._found.items() if now < until}

    def add(self, name: str, title: str, error: RefusedError) -> None:
        protected = "protected" in error.message
        why = (
            f"tab ini dilindungi sehingga program tidak dapat mengisinya; buka Data > Lindungi sheet dan rentang, "
            f"lalu beri {self._who} izin mengedit atau hapus perlindungannya (dicoba lagi tiap jam)"
            if protected
            else f"Google menolak isian program di tab ini (dicoba lagi tiap jam): {error.message[:120]}"
        )
        log.warning("tab %s takes no writes and is left out for an hour: %s", title, error)
        self._found[name] = (self._monotonic() + PAUSE, why)


def refused_tab(requests: Sequence[Json], error: RefusedError, snapshot: Snapshot) -> tuple[str, str] | None:
    """The tab (or mark of a page) and its title whose request was refused; None where the refusal names none."""
    if error.request is None or not 0 <= error.request < len(requests):
        return None
    sheet = str(sheet_of(requests[error.request]))
    return next(
        (
            (name, t.title)
            for places in (snapshot.tables, snapshot.pages)
            for name, t in places.items()
            if t.id == sheet
        ),
        None,
    )


def part_of(parts: Sequence[Sequence[Json]], error: RefusedError) -> int | None:
    """Which part of a batch, made of these parts in a row, holds the request that was refused."""
    first = 0
    for number, part in enumerate(parts):
        if error.request is not None and first <= error.request < first + len(part):
            return number
        first += len(part)
    return None


def sheet_of(request: Any) -> int | None:
    """The sheet that a request is about, wherever it names it."""
    if isinstance(request, list):
        return next((found for item in request if (found := sheet_of(item)) is not None), None)
    if not isinstance(request, dict):
        return None
    if "sheetId" in request:
        return int(request["sheetId"])
    return next((found for item in request.values() if (found := sheet_of(item)) is not None), None)

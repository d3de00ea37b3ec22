"""The folder into which people drop exported files. What was used moves to ``selesai/``; what was not stays.

The day of a file's figures is the day of its export: the one it says itself, else that of its last change, in the
programme's zone. Only today's are used: an older file would put yesterday's figures into today's reading.
"""

import logging
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime
from hashlib import sha256
from os import stat_result
from pathlib import Path
from zoneinfo import ZoneInfo

from halokop_sheets.core.sheet.answers import Answer, file_source
from halokop_sheets.sources.exports import LARGEST, Content, UnusableError, read_export
from halokop_sheets.sources.headers import Export

log = logging.getLogger(__name__)
USED = "selesai"
FRESH = 3.0  # seconds after a change in which a file may still be growing
WAIT = 1.0  # seconds after which a fresh file must be as it was
_UNFINISHED = (".tmp", ".part", ".crdownload", ".download", ".partial")
_SYSTEM = ("desktop.ini", "thumbs.db")


@dataclass(frozen=True)
class Dropped:
    """A file as it was found: its answers, or why it is not used. ``content``: hash of its bytes."""

    name: str
    content: str
    day: date | None = None
    answers: tuple[Answer, ...] = ()
    cause: str = ""  # a name of core.office.source_wording.REFUSALS; empty: it can be used
    detail: str = ""


class DropFolder:
    """The folder. Refused files are not looked at again before they change, a day passes, or the process starts."""

    def __init__(
        self,
        folder: Path,
        exports: Sequence[Export],
        zone: ZoneInfo,
        *,
        clock: Callable[[], float] = time.time,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._folder, self._exports, self._zone = folder, exports, zone
        self._clock, self._sleep = clock, sleep  # the disk's own time: only for files that may still be growing
        self._seen: dict[tuple[str, int, int, date], None] = {}

    def names(self) -> list[str]:
        """The files that lie there, for a preview. Raises ``OSError``."""
        return [file.name for file, _ in self._files()]

    def look(self, now: datetime) -> Iterator[Dropped]:
        """Every file that is new, in the order of their names. ``now`` is aware. Raises ``OSError``."""
        today = now.astimezone(self._zone).date()
        for file, state in self._files():
            mark = (file.name, state.st_size, state.st_mtime_ns, today)
            if mark in self._seen:
                continue
            try:
                if abs(self._clock() - state.st_mtime) < FRESH:
                    self._sleep(WAIT)
                data = file.read_bytes() if state.st_size <= LARGEST else b""
                after = file.stat()
            except OSError as error:  # open in another program, or gone again
                log.info("a file in the folder of exports cannot be read now: %s", error.strerror)
                continue
            if state.st_size == 0 or (after.st_size, after.st_mtime_ns) != (state.st_size, state.st_mtime_ns):
                continue  # it is still coming
            found = self._read(file.name, data, state, now)
            if found.cause:
                self._seen[mark] = None
            yield found

    def put_away(self, found: Dropped) -> None:
        """Move a used file to ``selesai/``, under a name that is free there. Raises ``OSError``."""
        target = self._folder / USED / found.name
        target.parent.mkdir(exist_ok=True)
        if target.exists():
            target = target.with_name(f"{target.stem}-{found.content[:8]}{target.suffix}")
        (self._folder / found.name).replace(target)

    def _files(self) -> list[tuple[Path, stat_result]]:
        found = []
        for file in sorted(self._folder.iterdir()):
            name = file.name.lower()
            if name.startswith((".", "~$")) or name.endswith(_UNFINISHED) or name in _SYSTEM:
                continue
            with suppress(FileNotFoundError):
                if file.is_file() and not file.is_symlink():
                    found.append((file, file.stat()))
        return found

    def _read(self, name: str, data: bytes, state: stat_result, now: datetime) -> Dropped:
        content = sha256(data).hexdigest() if data else f"{name} {state.st_size}"
        try:
            if state.st_size > LARGEST:
                raise UnusableError("large")
            told = read_export(data, self._exports)
        except UnusableError as error:
            return Dropped(name, content, cause=error.cause, detail=error.detail)
        today = now.astimezone(self._zone).date()
        day = told.day or datetime.fromtimestamp(state.st_mtime, UTC).astimezone(self._zone).date()
        if day != today:
            return Dropped(name, content, day, cause="old" if day < today else "future", detail=day.isoformat())
        return Dropped(name, content, day, tuple(_answers(name, told, day, now.astimezone(self._zone))))


def _answers(name: str, told: Content, day: date, now: datetime) -> Iterator[Answer]:
    at = now.replace(second=0, microsecond=0, tzinfo=None)
    for post, one in told.posts.items():
        yield Answer(day, told.platform, post, file_source(name), at, one.figures, one.gap)

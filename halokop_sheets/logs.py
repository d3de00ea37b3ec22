"""Log lines on standard error or in a file: one JSON object a line for machines, a plain line where a person looks on.

A log is read by more people than the sheet, so it holds no cell text and no whole address, and nothing that anybody
typed can begin a line of its own: every record is one line, whatever is in it.
"""

import json
import logging
import re
import sys
import time
import traceback
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from contextvars import ContextVar
from datetime import UTC, datetime
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import TextIO

from halokop_sheets.core.addresses import short_address
from halokop_sheets.errors import UsageError

_ADDRESS = re.compile(r"([^\s<>\"'(),:;=@\[\]]{1,64})@[A-Za-z0-9.-]+")
_SECRET = re.compile(r"(access_token=|\bIG[AQ])[\w.|%-]+")  # a library's own words may quote a request's address
_MESSAGE_ID = re.compile(r"[0-9a-f]{32}")  # a hash of ours: it leads to the mail in ledger and sheet, and to nobody
_LONGEST = 2000  # characters of a line's text
_FRAMES = 6  # of a traceback, innermost last
_LONG_WORK = 10.0  # seconds after which a tick tells how far it has come, and again each time


PROGRAMME: ContextVar[str] = ContextVar("programme", default="")  # whose work this thread does, where there are several


def set_up(stream: TextIO | None = None, file: Path | None = None) -> None:
    """Send every record of this process to ``stream`` (standard error), or to the end of ``file``, from now on.

    Raises ``UsageError`` for a file that no log can be written to.
    """
    stream = stream or sys.stderr
    handler = LogFile.at(file) if file else logging.StreamHandler(stream)
    handler.setFormatter(Plain() if not file and stream and stream.isatty() else Record())
    logging.raiseExceptions = False  # a terminal that was closed, a full disk: work goes on without a log
    logging.captureWarnings(True)
    logging.basicConfig(handlers=[handler], level=logging.WARNING, force=True)
    logging.getLogger("halokop_sheets").setLevel(logging.INFO)


class LogFile(RotatingFileHandler):
    """``halokop.log`` and, when it is full, ``halokop.log.1`` to ``.5``."""

    @classmethod
    def at(cls, file: Path, full: int = 1_000_000) -> "LogFile":
        """``full``: bytes, by default some three weeks of ticks."""
        if file.suffix.lower() != ".log":  # so that no workbook or settings file can be named by mistake
            raise UsageError(f"--log-file {file}: the name must end in .log")
        try:
            return cls(file, maxBytes=full, backupCount=5, encoding="utf-8")
        except OSError as error:
            raise UsageError(f"--log-file {file}: cannot be written: {error.strerror}") from None

    def doRollover(self) -> None:  # noqa: N802  (logging's name)
        with suppress(OSError):  # Windows renames no file that an editor holds open: it grows until the next try
            super().doRollover()


def discreet(text: str) -> str:
    """Text as one printable line without a whole address in it."""
    line = " ".join("".join(c if c.isprintable() else " " for c in text[:_LONGEST]).split())
    line = _SECRET.sub(r"\1...", line)
    return _ADDRESS.sub(lambda m: m[0] if _MESSAGE_ID.fullmatch(m[1]) else short_address(m[0]), line)


def error_place(error: BaseException) -> str:
    """An exception's kind and the places it came through. Its text is left out: it may quote what a cell holds."""
    frames = traceback.extract_tb(error.__traceback__)[-_FRAMES:]
    places = " > ".join(f"{Path(f.filename).stem}.{f.name}:{f.lineno}" for f in frames)
    return f"{type(error).__name__} ({places})" if places else type(error).__name__


def _text(record: logging.LogRecord) -> str:
    text = record.getMessage()
    if record.exc_info and record.exc_info[1]:
        text += f": {error_place(record.exc_info[1])}"
    return discreet(text)


class Record(logging.Formatter):
    """``{"time": ..., "level": ..., "logger": ..., "text": ...}`` and what ``extra={"facts": {...}}`` adds."""

    def format(self, record: logging.LogRecord) -> str:
        moment = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        facts = getattr(record, "facts", {})
        line = {"time": moment, "level": record.levelname.lower(), "logger": record.name, "text": _text(record)}
        programme = {"programme": name} if (name := PROGRAMME.get()) else {}
        return json.dumps({**line, **programme, **facts})


class Plain(logging.Formatter):
    """``07:05:03 warning  the workbook is open in Excel``, in the computer's own time."""

    def format(self, record: logging.LogRecord) -> str:
        level = "" if record.levelno == logging.INFO else f"{record.levelname.lower()}  "
        level += f"{name}: " if (name := PROGRAMME.get()) else ""
        return f"{datetime.fromtimestamp(record.created, UTC).astimezone():%H:%M:%S} {level}{_text(record)}"


class Progress:
    """An ``App.checkpoint`` that tells, when a tick is long, every ten seconds how far it has come."""

    def __init__(self, log: logging.Logger, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._log, self._monotonic = log, monotonic
        self.begin()

    def begin(self) -> None:
        """A new tick."""
        self._start = self._told = self._monotonic()
        self._points: Counter[str] = Counter()

    def __call__(self, point: str) -> None:
        self._points[point] += 1
        now = self._monotonic()
        if now - self._told >= _LONG_WORK:
            self._told = now
            passed = ", ".join(f"{name} {count}" if count > 1 else name for name, count in self._points.items())
            self._log.info("at work for %.0f s: %s", now - self._start, passed)

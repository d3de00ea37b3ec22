"""From a planned mail to its texts: jinja2 templates, one pair a kind, and the calendar file of day H.

What people typed is data. It is stripped of control characters before any template sees it, HTML is escaped in every
template (by name: ``select_autoescape()`` would miss ``.html.j2``), and only web addresses become links.

A template is data too, for an office edits its own: the sandbox lets it reach its values and no code behind them.
"""

import re
import textwrap
import traceback
from contextlib import suppress
from datetime import UTC, datetime
from functools import lru_cache, partial
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from icalendar import Calendar, Event
from jinja2 import FileSystemLoader, StrictUndefined, Template, TemplateError, TemplateSyntaxError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from halokop_sheets.core.addresses import bare, domain_of
from halokop_sheets.core.plain_text import UNSEEN, each_text
from halokop_sheets.core.sheet.values import Mail
from halokop_sheets.errors import SettingsError
from halokop_sheets.mail.message import Rendered
from halokop_sheets.resources import folder
from halokop_sheets.settings import Settings

COLUMNS = 72
MOST_TEXT = 400  # characters of one text in a mail: with the caps of its lists, the whole stays below what Gmail cuts
MOST_ADDRESS = 4000
_WRAP = partial(textwrap.wrap, width=COLUMNS, break_long_words=False, break_on_hyphens=False)
_BLANK = re.compile(f"[{UNSEEN}\t\n ]+")
_WEB = re.compile(r"https?://[^\s<>\"'`\\]+", re.IGNORECASE)


def clean(value: Any) -> Any:
    """Data fit for a mail: each text on one line, without control characters and direction overrides, cut."""
    return each_text(value, lambda text: _cut(_BLANK.sub(" ", text).strip()))


def _cut(text: str) -> str:
    if len(text) <= MOST_TEXT:
        return text
    if _WEB.fullmatch(text):
        return text if len(text) <= MOST_ADDRESS else ""
    return text[: MOST_TEXT - 1].rstrip() + "…"


def web(address: str | None) -> str:
    """A web address as it may stand in a link, else nothing: no ``javascript:``, no ``data:``, no spaces."""
    return address if address and _WEB.fullmatch(address) else ""


def host(address: str) -> str:
    """Where a link leads, for its text: a reader sees it before tapping."""
    return (urlsplit(web(address)).hostname or "").removeprefix("www.")


def wrapped(text: str) -> str:
    """Plain text in lines of at most 72 columns; a web address stays whole, a point of a list hangs under its text.

    A star that somebody typed stays at the end of a line: at its beginning it would look like a point of ours.
    """
    lines: list[str] = []
    for line in text.split("\n"):
        mark = re.match(r" *(?:\* )?", line)
        head = mark[0] if mark else ""
        body = line.removeprefix(head).replace(" * ", "\xa0* ")
        wraps = len(line) > COLUMNS
        lines += _WRAP(body, initial_indent=head, subsequent_indent=" " * len(head)) if wraps else [line]
    return "\n".join(lines) + "\n"


def _environment(folders: tuple[Path, ...]) -> ImmutableSandboxedEnvironment:
    """The templates as they are now. Programmes of one process that use the same ones share them compiled: a megabyte
    and a tenth of a second each."""
    files = sorted(file for one in folders for file in one.glob("*.j2"))
    return _as_written(folders, tuple((str(file), file.stat().st_mtime_ns) for file in files))


@lru_cache(maxsize=64)
def _as_written(folders: tuple[Path, ...], _written: tuple[tuple[str, int], ...]) -> ImmutableSandboxedEnvironment:
    environment = ImmutableSandboxedEnvironment(
        loader=FileSystemLoader(folders),
        autoescape=lambda name: not (name or "").endswith(".txt.j2"),
        undefined=StrictUndefined,
        auto_reload=False,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"web": web, "host": host}
    return environment


class Renderer:
    """Renders mails with the office's own templates where it has them, else with the packaged ones."""

    def __init__(self, settings: Settings) -> None:
        own = settings.program.templates_dir
        self._environment = _environment((*([settings.path(own)] if own else []), folder("templates")))
        self._zone = settings.zone
        self._domain = domain_of(bare(settings.mail.sender))

    def load(self) -> None:
        """Read every template now: one that is edited while the daemon runs counts from the next start or SIGHUP on."""
        for name in self._environment.list_templates(extensions=["j2"]):
            with suppress(TemplateError, OSError, UnicodeDecodeError):  # told when its mail is made, and by `check`
                self._environment.get_template(name)

    def render(self, mail: Mail) -> Rendered:
        """Both texts and, where the mail has events, a calendar. Raises ``SettingsError`` for a broken template."""
        data = clean({**mail.data, "subject": mail.subject, "summary": mail.summary})
        html = self._fill(f"{mail.kind}.html.j2", data)
        text = wrapped(re.sub(r"\n{3,}", "\n\n", self._fill(f"{mail.kind}.txt.j2", data)).strip())
        return Rendered(html, text, self._calendar(data) if data.get("events") else None)

    def _fill(self, name: str, data: dict[str, Any]) -> str:
        template: Template | None = None
        try:
            template = self._environment.get_template(name)
            return template.render(data)
        except TemplateSyntaxError as error:
            raise SettingsError([f"{error.filename or name}, line {error.lineno}: {error.message}"]) from None
        except (TemplateError, TypeError, ValueError, ArithmeticError, LookupError, AttributeError) as error:
            raise SettingsError([f"{_place(error, name)}: {error or type(error).__name__}"]) from None

    def _calendar(self, data: dict[str, Any]) -> bytes:
        """The windows of the day as an iCalendar file: each with a stable UID, so a later file replaces an earlier."""
        calendar = Calendar()
        calendar.add("prodid", "-//halokop-sheets//ID")
        calendar.add("version", "2.0")
        calendar.add("method", "PUBLISH")
        for one in data["events"]:
            event = Event()
            event.add("uid", f"{one['uid']}@{self._domain}")
            event.add("dtstamp", self._utc(data["stamp"]))
            event.add("dtstart", self._utc(one["start"]))
            event.add("dtend", self._utc(one["end"]))
            event.add("summary", one["title"])
            event.add("description", one["description"])
            event.add("location", one["place"])
            event.add("sequence", data["sequence"])
            if address := web(one["link"]):
                event.add("url", address)
            calendar.add_component(event)
        return bytes(calendar.to_ical())

    def _utc(self, wall_clock: str) -> datetime:
        return datetime.fromisoformat(wall_clock).replace(tzinfo=self._zone).astimezone(UTC)


def _place(error: Exception, name: str) -> str:
    """File and line of a template where an error arose, as far as its traceback tells."""
    frames = [f for f in traceback.extract_tb(error.__traceback__) if Path(f.filename).suffix == ".j2"]
    return f"{frames[-1].filename}, line {frames[-1].lineno}" if frames else name

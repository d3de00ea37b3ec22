"""From settings to wired objects: which workbook, which ledger, which way of sending. The only place that knows all."""

import os
import secrets
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from halokop_sheets.core.addresses import bare, domain_of
from halokop_sheets.mail.ledger import Ledger
from halokop_sheets.mail.render import Renderer
from halokop_sheets.mail.transports import Transport
from halokop_sheets.passwords import smtp_password
from halokop_sheets.programmes.folder import belongs_to_many, load_one, load_shared
from halokop_sheets.settings import Settings, load_settings
from halokop_sheets.sop import load_procedure
from halokop_sheets.sources.sources import Sources
from halokop_sheets.tick import App
from halokop_sheets.workbooks.base import Workbook

if TYPE_CHECKING:
    from halokop_sheets.sources.headers import Metrics
    from halokop_sheets.sources.instagram import Instagram


def make_workbook(settings: Settings, *, create: bool = False) -> Workbook:
    """The workbook that the settings name; ``create``: an .xlsx file that is not there reads as empty, for ``init``.

    Each kind is imported only where it is used.
    """
    if settings.workbook.kind == "google":
        from halokop_sheets.workbooks.google import open_workbook

        return open_workbook(settings)
    from halokop_sheets.workbooks.xlsx import XlsxWorkbook

    return XlsxWorkbook(settings.path(settings.workbook.path), create=create)


def make_transport(settings: Settings) -> Transport:
    """Files in a folder, or a real mail server."""
    if settings.mail.transport == "smtp":
        from halokop_sheets.mail.transports.smtp import SmtpTransport

        return SmtpTransport(settings.mail.smtp, smtp_password(), domain_of(bare(settings.mail.sender)))
    from halokop_sheets.mail.transports.folder import FolderTransport

    return FolderTransport(settings.path(settings.mail.outbox_dir))


def make_sources(settings: Settings) -> Sources:
    """The sources of readings that the settings name; most offices have none. Raises ``SettingsError``."""
    given = settings.readings
    folder = service = None
    if given.folder or asks_instagram(settings):
        from halokop_sheets.sources.headers import load_headers

        headers = load_headers(settings.path(given.headers_file) if given.headers_file else None)
        if given.folder:
            from halokop_sheets.sources.drop import DropFolder

            folder = DropFolder(settings.path(given.folder), headers.exports, settings.zone)
        if asks_instagram(settings):
            service = make_instagram(settings, headers.metrics)
    return Sources(settings.zone, given.seconds, service, folder)


def asks_instagram(settings: Settings) -> bool:
    """Whether an account is connected: its token comes from a file or the environment."""
    return bool(settings.readings.instagram_token_file or os.environ.get("HALOKOP_INSTAGRAM_TOKEN"))


def make_instagram(settings: Settings, metrics: "Metrics") -> "Instagram":
    """The client of the office's own account."""
    from halokop_sheets.sources.graph import Graph
    from halokop_sheets.sources.instagram import Instagram
    from halokop_sheets.sources.tokens import TokenKeeper, given_token

    given = settings.readings
    file = settings.path(given.instagram_token_file) if given.instagram_token_file else None
    keeper = TokenKeeper(state_dir(settings) / "instagram-token.json", partial(given_token, file))
    graph = Graph(given.instagram_url, timeout=min(5.0, given.seconds / 3))
    return Instagram(graph, given.instagram_version, keeper, metrics, settings.zone)


def state_dir(settings: Settings) -> Path:
    return settings.path(settings.state.dir)


def ledger_path(settings: Settings) -> Path:
    return state_dir(settings) / "ledger.sqlite3"


def settings_in(file: Path) -> Settings:
    """The settings of a file; one in a folder of many programmes stands on what is shared there."""
    if belongs_to_many(file):
        return load_one(file, load_shared([file]))
    return load_settings(file)


def load_all(file: Path) -> Settings:
    """The settings of a file, once they and the procedure and titles they name were read; all mistakes of each."""
    settings = settings_in(file)
    load_procedure(settings)
    make_sources(settings)
    return settings


@contextmanager
def open_app(settings: Settings, *, create: bool = False, workbook: Workbook | None = None) -> Iterator[App]:
    """Everything a tick needs, for one process: the state folder is locked until it is left.

    ``workbook``: one that is open already, in place of the one that the settings name.

    Raises ``SettingsError``, ``LedgerError``, or ``InUseError`` when another process works with the same state.
    """
    from halokop_sheets.lock import state_lock, workbook_lock

    procedure = load_procedure(settings)
    with ExitStack() as held:
        held.enter_context(state_lock(state_dir(settings)))
        if settings.workbook_file:
            held.enter_context(workbook_lock(settings.workbook_file))
        ledger = held.enter_context(Ledger.open(ledger_path(settings), settings.zone, lambda: secrets.token_hex(3)))
        yield App(
            settings,
            procedure,
            workbook or make_workbook(settings, create=create),
            ledger,
            make_transport(settings),
            Renderer(settings),
            must_show=settings.workbook_file is None,
            sources=make_sources(settings),
        )

"""Google Sheets: the only place that knows a request of the Sheets API."""

import random
import secrets
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from halokop_sheets.settings import Settings
from halokop_sheets.workbooks.google.client import Gate, SheetsClient, Sources, load_credentials
from halokop_sheets.workbooks.google.plain_table import write_rows
from halokop_sheets.workbooks.google.workbook import GoogleWorkbook

__all__ = [
    "Gate",
    "GoogleWorkbook",
    "SheetsClient",
    "Sources",
    "connect",
    "key_file",
    "load_credentials",
    "open_workbook",
    "write_table",
]


def connect(
    spreadsheet_id: str, key_file: Path | None, sources: Sources, *, api_url: str, auth: Any = None
) -> GoogleWorkbook:
    """The workbook of a spreadsheet. ``key_file`` None: Application Default Credentials. No request is made yet."""
    client = SheetsClient(auth or load_credentials(key_file), spreadsheet_id, sources, api_url=api_url)
    return GoogleWorkbook(client, sources)


def key_file(settings: Settings) -> Path | None:
    """The key file that the settings name; None: Application Default Credentials."""
    return settings.path(settings.google.credentials_file) if settings.google.credentials_file else None


def write_table(
    settings: Settings, spreadsheet_id: str, title: str, rows: Sequence[Sequence[Any]], formats: Sequence[str]
) -> None:
    """Write a tab of figures whole, in a spreadsheet that need not be a programme's. Raises ``WorkbookError``."""
    sources = Sources(time.sleep, time.monotonic, random.random, lambda: secrets.token_hex(8))
    auth = load_credentials(key_file(settings))
    write_rows(SheetsClient(auth, spreadsheet_id, sources, api_url=settings.google.api_url), title, rows, formats)


def open_workbook(settings: Settings, *, auth: Any = None, sources: Sources | None = None) -> GoogleWorkbook:
    """The workbook that the settings name, with real time and chance. Raises ``WorkbookError`` on a bad key.

    ``auth``: a sign-in that several workbooks share; ``sources``: their time, and the gate to Google's limits.
    """
    sources = sources or Sources(time.sleep, time.monotonic, random.random, lambda: secrets.token_hex(8))
    api_url = settings.google.api_url
    return connect(settings.workbook.spreadsheet_id, key_file(settings), sources, api_url=api_url, auth=auth)

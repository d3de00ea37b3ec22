"""Google Sheets: the only place that knows a request of the Sheets API."""

from pathlib import Path
from typing import Any

from halokop_sheets.workbooks.google.client import API_URL, SheetsClient, Sources, load_credentials
from halokop_sheets.workbooks.google.workbook import GoogleWorkbook

__all__ = ["API_URL", "GoogleWorkbook", "SheetsClient", "Sources", "connect", "load_credentials"]


def connect(
    spreadsheet_id: str, key_file: Path | None, sources: Sources, *, api_url: str = API_URL, auth: Any = None
) -> GoogleWorkbook:
    """The workbook of a spreadsheet. ``key_file`` None: Application Default Credentials. No request is made yet."""
    client = SheetsClient(auth or load_credentials(key_file), spreadsheet_id, sources, api_url=api_url)
    return GoogleWorkbook(client, sources)

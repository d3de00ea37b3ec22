"""A strict stand-in for the Sheets API on a loopback port: what the daemon uses, everything else refused loudly.

``with GoogleServer() as server: workbook(server, server.new_spreadsheet())``
"""

import itertools
import random
from typing import Any

from google.auth.credentials import AnonymousCredentials

from halokop_sheets.workbooks.google import GoogleWorkbook, Sources, connect
from tests.google_server.server import Call, Fault, GoogleServer
from tests.google_server.state import Sheet, Spreadsheet

__all__ = ["Call", "Clock", "Fault", "GoogleServer", "Sheet", "Spreadsheet", "sources", "workbook"]
_numbers = itertools.count(1)


class Clock:
    """Monotonic seconds that pass only by sleeping."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.slept: list[float] = []

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


def sources(clock: Clock | None = None) -> Sources:
    """Time and chance for tests: sleeps at once, nonces that no other workbook of this process has."""
    clock = clock or Clock()
    rng = random.Random(7)
    return Sources(clock.sleep, lambda: clock.now, rng.random, lambda: f"n{next(_numbers)}")


def workbook(server: GoogleServer, spreadsheet_id: str, clock: Clock | None = None, auth: Any = None) -> GoogleWorkbook:
    """Our workbook on this server, without a sign-in unless ``auth`` is given."""
    auth = auth or AnonymousCredentials()  # type: ignore[no-untyped-call]
    return connect(spreadsheet_id, None, sources(clock), api_url=server.url, auth=auth)

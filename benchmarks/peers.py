"""The usual scripts on the same server, doing a tick's reading and writing alone: no planning, no look at what landed.

``gspread``: ``open_by_key`` once, then ``worksheet(title).get_all_records()`` for each tab that a tick needs, and
``update_cell`` for each changed cell. ``gspread-dataframe``: ``get_as_dataframe`` for each of these tabs, and
``set_with_dataframe`` of each tab with a change. Google lets one account make 60 reads and 60 writes a minute.
"""

from collections.abc import Mapping
from importlib.util import find_spec
from typing import Any
from urllib.parse import urlsplit

import gspread
from google.auth.credentials import AnonymousCredentials

from benchmarks.google_office import Cost, cost
from benchmarks.loose_server import Levers
from halokop_sheets.core.sheet.schema import TABS

Cells = list[tuple[str, int, int, Any]]  # tab, row, column, value
PEERS = ("gspread", "gspread-dataframe")


def installed(peer: str) -> bool:
    return find_spec(peer.replace("-", "_")) is not None


def client(url: str) -> gspread.Client:
    """gspread as its guide makes it, with the server's address for Google's."""

    class Loopback(gspread.HTTPClient):
        def request(self, method: str, endpoint: str, *args: Any, **named: Any) -> Any:
            return super().request(method, url + urlsplit(endpoint).path, *args, **named)

    auth: Any = AnonymousCredentials()  # type: ignore[no-untyped-call]
    return gspread.Client(auth=auth, http_client=Loopback)


def by_cells(book: gspread.Spreadsheet, titles: Mapping[str, str], changes: Cells) -> None:
    for tab in TABS:
        book.worksheet(titles[tab]).get_all_records()
    places = {tab: book.worksheet(titles[tab]) for tab in {change[0] for change in changes}}
    for tab, row, column, value in changes:
        places[tab].update_cell(row, column, "" if value is None else value)


def by_frames(book: gspread.Spreadsheet, titles: Mapping[str, str], changes: Cells) -> None:
    from gspread_dataframe import get_as_dataframe, set_with_dataframe

    places = {tab: book.worksheet(titles[tab]) for tab in TABS}
    frames = {tab: get_as_dataframe(place).astype(object) for tab, place in places.items()}
    changed = {tab for tab, *_ in changes if tab in TABS}  # of a free page no frame can be made: left out
    for tab, row, column, value in changes:
        if tab in changed:
            frames[tab].iloc[row - 2, column - 1] = value
    for tab in changed:
        set_with_dataframe(places[tab], frames[tab])


def peer_tick(url: str, id_: str, peer: str, changes: Cells, runs: int) -> Cost:
    """A tick that writes ``changes``, as a script that stays running does it: signed in once."""
    levers, account = Levers(url), client(url)
    titles = levers.titles(id_)
    write = by_cells if peer == "gspread" else by_frames

    def work(copy: str) -> tuple[int, int]:
        write(account.open_by_key(copy), titles, changes)
        return len(changes), 0

    return cost(levers, runs, lambda: levers.copy(id_) if changes else id_, work)

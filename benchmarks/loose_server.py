"""The stand-in for Google, answering also what the usual scripts ask: whole spreadsheets, values read and written.

The tests' server refuses these on purpose. Here they are counted at the same socket, so that ours and theirs compare.
It runs in a process of its own: what a client costs is measured without it. Paths below ``/bench/`` are our own levers.
"""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing import get_context
from multiprocessing.connection import Connection
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit
from urllib.request import Request, urlopen

from halokop_sheets.core.terms import Tabs
from tests.google_server import GoogleServer, Spreadsheet
from tests.google_server.discovery import BadRequestError, parse_mask
from tests.google_server.render import filtered, spreadsheet
from tests.google_server.server import Call
from tests.google_server.state import Sheet, plain

Json = dict[str, Any]
PREFIX = "/v4/spreadsheets/"


class LooseServer(GoogleServer):
    def answer(self, method: str, target: str, body: bytes, headers: Any) -> tuple[int, Any]:
        parts = urlsplit(target)
        query = {key: values[0] for key, values in parse_qs(parts.query).items()}
        sent = json.loads(body) if body else {}
        with self.lock:
            if parts.path.startswith("/bench/"):
                return 200, self._lever(parts.path.removeprefix("/bench/"), sent)
            if "fields" in query and "/values" not in parts.path:
                return super().answer(method, target, body, headers)
            try:
                return 200, self._usual(method, unquote(parts.path).removeprefix(PREFIX), query, sent)
            except BadRequestError as error:
                return error.code, {"error": {"code": error.code, "message": error.message, "status": error.status}}

    def _usual(self, method: str, path: str, query: dict[str, str], sent: Json) -> Json:
        id_, _, rest = path.partition("/values")
        id_, _, action = id_.partition(":")
        book = self.books[id_]
        if "/values" not in path:
            if action == "batchUpdate":  # Google takes both signs in a field mask
                sent = json.loads(json.dumps(sent).replace("gridProperties/", "gridProperties."))
                return self._batch(book, sent, parse_mask("spreadsheetId,replies")) | {"replies": []}
            return spreadsheet(book, {})
        shown = query.get("valueRenderOption", "FORMATTED_VALUE") == "FORMATTED_VALUE"
        if rest.startswith(":batchGetByDataFilter"):
            return self._filtered(book, sent, sent.get("valueRenderOption", "FORMATTED_VALUE") == "FORMATTED_VALUE")
        sheet, *block = book.resolve(_range(book, rest.removeprefix("/")))
        if method == "GET":
            return {"range": rest[1:], "majorDimension": "ROWS", "values": _values(sheet, block, shown)}
        for row, line in enumerate(sent["values"], start=block[0] + 1):
            for column, value in enumerate(line, start=block[2] + 1):
                sheet.put(row, column, value)
        return {"spreadsheetId": id_, "updatedRange": rest[1:], "updatedRows": len(sent["values"])}

    def _filtered(self, book: Spreadsheet, sent: Json, shown: bool) -> Json:
        found = filtered(book, sent["dataFilters"], parse_mask("sheets.properties"))["sheets"]
        by_id = {sheet.id: sheet for sheet in book.sheets}
        ranges = []
        for one in found:
            sheet = by_id[one["properties"]["sheetId"]]
            limits = [f["gridRange"] for f in sent["dataFilters"] if f.get("gridRange", {}).get("sheetId") == sheet.id]
            bottom = limits[0]["endRowIndex"] if limits else sheet.row_count
            values = _values(sheet, [0, bottom, 0, sheet.column_count], shown)
            range_ = {"range": f"'{sheet.title}'!A1:Z{sheet.row_count}", "majorDimension": "ROWS", "values": values}
            ranges.append({"valueRange": range_, "dataFilters": sent["dataFilters"][:1]})
        return {"spreadsheetId": book.id, "valueRanges": ranges}

    def _lever(self, name: str, sent: Json) -> Json:
        if name == "copy":
            return {"id": self.new_copy(sent["id"])}
        if name == "type":  # a person types cells: [tab, row, column, value]
            for tab, row, column, value in sent["cells"]:
                self.books[sent["id"]].by_mark(tab).put(row, column, value)
            return {}
        if name == "titles":
            return {s.metadata[0]["metadataValue"]: s.title for s in self.books[sent["id"]].sheets if s.metadata}
        calls = [vars(call) for call in self.calls if call.path.startswith(PREFIX)]
        self.calls.clear()
        return {"calls": calls}


def _range(book: Spreadsheet, text: str) -> Json:
    """A1 as scripts write it: a tab's title alone, or one cell, besides what the strict server reads."""
    title, _, cells = text.rpartition("!") if "!" in text else (text, "", "")
    if not cells:
        return {"sheetId": book.by_title(title.strip("'").replace("''", "'")).id}
    return book.parse_a1(text if ":" in cells else f"{title}!{cells}:{cells}")


def _values(sheet: Sheet, block: list[int], shown: bool) -> list[list[Any]]:
    """Rows of values without trailing blanks. ``shown``: as text, a number as its digits."""
    top, bottom, left, right = block
    lines = []
    for row in sheet.rows[top:bottom]:
        line = ["" if (value := plain(cell)) is None else _text(value) if shown else value for cell in row[left:right]]
        while line and line[-1] == "":
            line.pop()
        lines.append(line)
    while lines and not lines[-1]:
        lines.pop()
    return lines


def _text(value: Any) -> str:
    return str(value).upper() if isinstance(value, bool) else str(value)


# --- the other side of the pipe -----------------------------------------------------------------------------------


class Levers:
    """The server as the measuring process reaches it."""

    def __init__(self, url: str) -> None:
        self.url = url

    def copy(self, id_: str) -> str:
        return str(self._pull("copy", {"id": id_})["id"])

    def type(self, id_: str, cells: list[tuple[str, int, int, Any]]) -> None:
        self._pull("type", {"id": id_, "cells": cells})

    def titles(self, id_: str) -> dict[str, str]:
        """Titles by mark, of the tabs that a tick looks at."""
        titles = self._pull("titles", {"id": id_})
        return {mark: title for mark, title in titles.items() if not mark.startswith(f"{Tabs.EVALUATION} ")}

    def calls(self) -> list[Call]:
        """The calls since the last time, which are forgotten."""
        return [Call(**call) for call in self._pull("calls", {})["calls"]]

    def _pull(self, name: str, body: Json) -> Json:
        with urlopen(Request(f"{self.url}/bench/{name}", json.dumps(body).encode(), method="POST")) as answer:
            made: Json = json.load(answer)
            return made


def _serve(pipe: Connection, fill: Callable[..., str], args: tuple[Any, ...]) -> None:
    with LooseServer(gzipped=True) as server:
        pipe.send((server.url, fill(server, *args)))
        pipe.recv()


@contextmanager
def server_process(fill: Callable[..., str], *args: Any) -> Iterator[tuple[str, str]]:
    """Address of a server in a process of its own, and the id of the spreadsheet that ``fill(server, *args)`` made."""
    context = get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=_serve, args=(theirs, fill, args), daemon=True)
    process.start()
    theirs.close()
    yield ours.recv()
    ours.send("end")
    process.join()

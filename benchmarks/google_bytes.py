"""How many bytes one read of a Google Sheet costs, at 52 and at 520 episodes, by the way chosen and by those rejected.

Run: ``python -m benchmarks.google_bytes``. Sizes are of the JSON without spaces, as Google sends it with
``prettyPrint=false``; gzip is what goes over the wire.
"""

import gzip
import json
import time
from datetime import datetime, timedelta
from typing import Any

from halokop_sheets.core.sheet.schema import TABS, Kind, Owner
from halokop_sheets.core.sheet.tables import recognise
from halokop_sheets.core.sheet.values import AddPage
from halokop_sheets.core.terms import Cols, Tabs
from tests.google_office import evaluation, serial, set_up
from tests.google_server import GoogleServer, Spreadsheet, workbook
from tests.google_server.state import typed

ROWS_AN_EPISODE = {
    Tabs.STEPS: 12,
    Tabs.SCHEDULE: 1,
    Tabs.READINGS: 10,
    Tabs.QUESTIONS: 3,
    Tabs.FEEDBACK: 2,
    Tabs.ACTIONS: 2,
    Tabs.MEETINGS: 1,
    Tabs.HISTORY: 38,
}
LONG = "Bagaimana cara mengurus izin usaha untuk koperasi yang baru berdiri?"


def value(column: Any, row: int) -> Any:
    if column.owner is Owner.TEAM and row % 3 == 0:
        return None
    if column.header == Cols.MESSAGE:
        return "Petugas tidak ada di Tim." if row % 20 == 0 else None
    if column.header in (Cols.CODE, Cols.RECORDED):
        return f"2026-W{row % 52 + 1:02d}/{row % 12 + 1:02d}" + (" 2026-11-29T23:59" if column.hidden else "")
    if column.kind in (Kind.DATE, Kind.DATETIME):
        return serial(datetime(2026, 1, 1) + timedelta(days=row % 3000, minutes=row % 1440))
    if column.kind is Kind.TICK:
        return row % 2 == 0
    if column.kind is Kind.COUNT:
        return row * 37 % 4001
    if column.kind is Kind.LONG_TEXT:
        return LONG[: 20 + row % 45]
    return column.choices[row % len(column.choices)] if column.choices else f"{column.header} {row % 97}"


def fill(book: Spreadsheet, episodes: int) -> None:
    for name, count in ROWS_AN_EPISODE.items():
        sheet = book.by_mark(name)
        for row in range(1, episodes * count + 1):
            for at, column in enumerate(TABS[name].columns):
                if (cell := value(column, row)) is not None:
                    sheet.set_cell(row, at, {**sheet.cell(row, at), **typed(cell)})
        sheet.row_count = max(sheet.row_count, episodes * count + 1)


def values_only(book: Spreadsheet, history: int) -> bytes:
    """What ``values:batchGetByDataFilter`` would answer for the same tabs (without marks, structure and fence)."""
    ranges = []
    for sheet in book.sheets:
        if sheet.metadata:
            lines = sheet.values()[: history if sheet.title == Tabs.HISTORY else None]
            values = [["" if cell is None else cell for cell in line] for line in lines]
            ranges.append({"valueRange": {"range": sheet.title, "majorDimension": "ROWS", "values": values}})
    return json.dumps({"spreadsheetId": book.id, "valueRanges": ranges}, separators=(",", ":")).encode()


def measure(episodes: int) -> None:
    with GoogleServer(gzipped=True) as server:
        id_ = server.new_spreadsheet()
        book = workbook(server, id_)
        set_up(book)
        for code in ("2026-W47", "2026-W48"):
            book.write([AddPage(evaluation(code))], recognise(book.read()))
        server.edit(id_, lambda all_: fill(all_, episodes))
        book.read()
        call = server.calls[-1]
        answer = book._client.post(
            ":getByDataFilter",
            {"dataFilters": [{"developerMetadataLookup": {"metadataKey": "halokop.tab"}}]},
            fields="sheets.data.rowData.values.effectiveValue",
        )
        started = time.perf_counter()
        recognise(book.read())
        took = time.perf_counter() - started
        whole = book._client.get(fields="developerMetadata,sheets(properties,data.rowData.values.effectiveValue)")
        pretty = json.dumps(answer, indent=2)
        report("chosen: marks, cells, fence, newest 1,000 mails", call.json_size, call.sent)
        for name, limit in (("values alone, newest 1,000 mails", 1011), ("values alone, all mails", 10**9)):
            data = values_only(server.books[id_], limit)
            report(f"rejected: {name}", len(data), len(gzip.compress(data, 6)))
        size = len(json.dumps(whole, separators=(",", ":")))
        report("rejected: cells with all mails", size, server.calls[-1].sent)
        report("rejected: as chosen, pretty-printed", len(pretty), len(gzip.compress(pretty.encode(), 6)))
        print(f"  read and recognised in {took:.2f} s, server included")


def report(name: str, size: int, wire: int) -> None:
    print(f"  {name:50} {size / 1e6:7.2f} MB  gzip {wire / 1e6:6.2f} MB")


if __name__ == "__main__":
    for count in (52, 520):
        print(f"{count} episodes")
        measure(count)

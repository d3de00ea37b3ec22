"""Ticks on a Google sheet, counted at the socket: ours, and the usual scripts beside it on the same server."""

import tempfile
from collections.abc import Sequence

from benchmarks.google_office import Cost, fill, our_changes, our_tick, reader, settle
from benchmarks.loose_server import Levers, server_process
from benchmarks.measure import alone, megabytes, table
from benchmarks.peers import PEERS, installed, peer_tick
from halokop_sheets.core.sheet.tables import HEADER_SEARCH_ROWS
from halokop_sheets.workbooks.google.cell_data import grid_range
from halokop_sheets.workbooks.google.read import HISTORY_ID, HISTORY_ROWS, TAB_KEY

SIZES = (52, 156, 520)
_HEADERS = ("", "requests", "JSON", "sent (gzip)", "CPU ms", "peak memory")


def read_bytes(url: str, id_: str) -> list[tuple[str, int, int]]:
    """One read by our way and by the one rejected: (name, bytes of JSON, bytes as sent)."""
    book, levers = reader(url, id_), Levers(url)
    levers.calls()
    book.read()
    [ours] = levers.calls()
    newest = {"gridRange": grid_range(HISTORY_ID, (0, HEADER_SEARCH_ROWS + HISTORY_ROWS))}
    by_mark = {"developerMetadataLookup": {"metadataKey": TAB_KEY, "locationType": "SHEET"}}
    body = {"dataFilters": [by_mark, newest], "valueRenderOption": "UNFORMATTED_VALUE", "majorDimension": "ROWS"}
    book._client.request("post", f"/v4/spreadsheets/{id_}/values:batchGetByDataFilter", json=body)
    [theirs] = levers.calls()
    return [
        ("one read as chosen: `getByDataFilter`, cells with their kinds, marks, fence", ours.json_size, ours.sent),
        ("one read as rejected: `values:batchGetByDataFilter`, values alone", theirs.json_size, theirs.sent),
    ]


def _row(name: str, cost: Cost) -> Sequence[object]:
    cpu = f"{cost.cpu * 1000:,.0f}"
    return name, cost.requests, megabytes(cost.json), megabytes(cost.wire), cpu, megabytes(cost.memory)


def _size(episodes: int) -> list[Sequence[object]]:
    runs = 5 if episodes < 520 else 2
    rows: list[Sequence[object]] = []
    with server_process(fill, episodes) as (url, id_), tempfile.TemporaryDirectory() as state:
        alone(settle, url, id_, state)
        quiet = alone(our_tick, url, id_, state, "unchanged", runs)
        changed = alone(our_tick, url, id_, state, "changed", runs)
        mailed = alone(our_tick, url, id_, state, "mailed", min(runs, 2))
        rows.append((f"**{episodes} episodes**", "", "", "", "", ""))
        rows.append(_row("ours, whole tick: nothing changed", quiet))
        rows.append(_row(f"ours, whole tick: {changed.cells} cells written", changed))
        rows.append(_row(f"ours, whole tick: next morning, {mailed.cells} cells, {mailed.mails} mails", mailed))
        changes = alone(our_changes, url, Levers(url).copy(id_), state)
        for peer in PEERS:
            if not installed(peer):
                rows.append((f"{peer}: not installed", "", "", "", "", ""))
                continue
            few = runs if peer == "gspread" and episodes < 520 else 1
            rows.append(_row(f"{peer}, reading", alone(peer_tick, url, id_, peer, [], few)))
            rows.append(_row(f"{peer}, reading and writing", alone(peer_tick, url, id_, peer, changes, few)))
        for name, size, sent in alone(read_bytes, url, id_):
            rows.append((name, 1, megabytes(size), megabytes(sent), "", ""))
    return rows


def _tabs(evaluations: int) -> Sequence[object]:
    """One read of the office of 56 episodes, which holds so many finished evaluation tabs."""
    with server_process(fill, 56, evaluations) as (url, id_):
        _, size, sent = alone(read_bytes, url, id_)[0]
    return f"one read, finished evaluation tabs: {evaluations}", 1, f"{size:,} B", f"{sent:,} B", "", ""


def report() -> str:
    rows = [row for episodes in SIZES for row in _size(episodes)]
    rows.append(("**56 episodes**", "", "", "", "", ""))
    rows += [_tabs(evaluations) for evaluations in (1, 52)]
    return (
        "Ticks on a Google sheet. Bytes are of bodies in both directions, counted at the server's socket; CPU (least) "
        "and memory are the client's alone. Ours plans, checks where its cells landed and sends; the scripts, "
        "[`gspread`](benchmarks/peers.py) with `get_all_records` and `update_cell`, and `gspread-dataframe`, only read "
        "and write the same cells. Google allows 60 reads and 60 writes a minute.\n\n" + table(_HEADERS, rows)
    )


if __name__ == "__main__":
    print(report())

"""One of two daemons that race for the same spreadsheet, in a process of its own."""

import time
from typing import Any

from google.auth.credentials import AnonymousCredentials

from halokop_sheets.core.sheet.tables import recognise
from halokop_sheets.core.sheet.values import AddRow, Change, SetCell, Snapshot
from halokop_sheets.core.terms import Cols, Tabs
from halokop_sheets.errors import Conflict
from halokop_sheets.workbooks.google import Sources, connect
from halokop_sheets.workbooks.google import sending as module
from tests.google_office import add_page


def code_of(round_: int) -> str:
    return f"{2027 + round_ // 50}-W{round_ % 50 + 1:02d}"


def wanted(snapshot: Snapshot, round_: int, name: str) -> list[Change]:
    """What a tick of this round would do, as long as nobody did: a mail's claim, a step row, a count, now and then
    an evaluation tab."""
    key = f"surat {round_}"
    history, steps = snapshot.tables[Tabs.HISTORY], snapshot.tables[Tabs.STEPS]
    if any(row.cells.get(Cols.KEY) == key for row in history.rows):
        return []
    changes: list[Change] = [
        AddRow(Tabs.HISTORY, key, ((Cols.KEY, key), (Cols.REMARK, name)), top=True),
        AddRow(Tabs.STEPS, key, ((Cols.PROCEDURE, name), (Cols.CODE, key))),
    ]
    number, column = steps.rows[0].number, steps.columns[Cols.NUMBER]
    old = steps.rows[0].cells.get(Cols.NUMBER, 0)
    changes.append(SetCell(Tabs.STEPS, number, column + 1, Cols.NUMBER, "x", old, int(str(old)) + 1))
    if round_ % 10 == 5:
        code = code_of(round_)
        changes += [add_page(code), AddRow(Tabs.MEETINGS, code, ((Cols.CODE, code),))]
    return changes


def race(url: str, id_: str, name: str, rounds: int, barrier: Any, lost: Any, fenced: bool) -> None:
    """Every round begins for both with a read; whoever loses reads again and finds nothing left to do."""
    if not fenced:
        module.fence_requests = lambda fence, nonce, seen: []  # type: ignore[assignment,misc]
    numbers = iter(range(10**6))
    sources = Sources(time.sleep, time.monotonic, lambda: 0.0, lambda: f"{name} {next(numbers)}")
    book = connect(id_, None, sources, api_url=url, auth=AnonymousCredentials())  # type: ignore[no-untyped-call]
    for round_ in range(rounds):
        barrier.wait(60)
        snapshot = recognise(book.read())
        barrier.wait(60)
        for _ in range(4):
            changes = wanted(snapshot, round_, name)
            if not changes:
                break
            try:
                book.write(changes, snapshot)
                break
            except Conflict:
                with lost.get_lock():
                    lost.value += 1
                snapshot = recognise(book.read())

"""One suite over every kind of workbook. A new kind joins by one line in ``KINDS``.

Google itself takes part where HALOKOP_LIVE_SPREADSHEET_ID names a throwaway spreadsheet (it is wiped!) and the
sign-in works: a key file in HALOKOP_LIVE_CREDENTIALS, else Application Default Credentials.
"""

import os
import secrets
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from halokop_sheets.core.sheet.page import Block, Page
from halokop_sheets.core.sheet.schema import TABS
from halokop_sheets.core.sheet.tables import evaluation_mark, recognise
from halokop_sheets.core.sheet.values import AddPage, AddRow, Broken, Change, ClosePage, Link, SetCell, Snapshot, plain
from halokop_sheets.core.terms import Cols, Tabs
from halokop_sheets.errors import Conflict
from halokop_sheets.settings import Settings
from halokop_sheets.workbooks.google import Sources, connect
from halokop_sheets.workbooks.memory import MemoryWorkbook
from tests.google_office import PAGES, evaluation, set_up
from tests.google_server import GoogleServer, workbook

HOSTILE = [
    *("=1+1", '=HYPERLINK("http://x")', "+62 812", "-1", "@SUM(A1)", "\ttab", "0812345", "1.000", "1,5", "#REF!"),
    *("TRUE", "29/11/2026", "'kutip", "<b>tebal</b>", "{=1}", "=TRUE()", "satu\ndua", "é ✓ 🙂", " spasi "),
]
LIVE_ID = os.environ.get("HALOKOP_LIVE_SPREADSHEET_ID", "")


@dataclass
class Place:
    """A workbook under test. ``rival``: somebody else changes it, so that what was read before no longer holds."""

    workbook: Any
    rival: Callable[[], None]


def memory(_: Path, __: ExitStack) -> Place:
    book = MemoryWorkbook()
    return Place(book, book.touch)


def xlsx(folder: Path, _: ExitStack) -> Place:
    from halokop_sheets.workbooks.xlsx import XlsxWorkbook

    path = folder / "kantor.xlsx"

    def edit() -> None:
        file = openpyxl.load_workbook(path)
        file[Tabs.QUESTIONS]["E30"] = "Seseorang bertanya"
        file.save(path)

    return Place(XlsxWorkbook(path, create=True), edit)


def stand_in(_: Path, stack: ExitStack) -> Place:
    server = stack.enter_context(GoogleServer())
    stack.callback(lambda: check_empty(server.problems))
    id_ = server.new_spreadsheet()
    return Place(workbook(server, id_), lambda: win(workbook(server, id_)))


def check_empty(problems: list[str]) -> None:
    assert problems == []


def live(_: Path, __: ExitStack) -> Place:
    wipe(live_workbook()._client)
    return Place(live_workbook(), lambda: win(live_workbook()))


def live_workbook() -> Any:
    key = os.environ.get("HALOKOP_LIVE_CREDENTIALS", "")
    sources = Sources(time.sleep, time.monotonic, lambda: 0.5, lambda: secrets.token_hex(8))
    return connect(LIVE_ID, Path(key) if key else None, sources, api_url=Settings().google.api_url)


def wipe(client: Any) -> None:
    """Leaves one blank tab and no metadata."""
    fields = "developerMetadata.metadataId,sheets.properties.sheetId"
    have = client.get(fields=fields)
    blank = secrets.randbelow(10**8)
    requests: list[Any] = [{"addSheet": {"properties": {"sheetId": blank, "title": f"Kosong {blank}"}}}]
    requests += [{"deleteSheet": {"sheetId": s["properties"].get("sheetId", 0)}} for s in have["sheets"]]
    for entry in have.get("developerMetadata", ()):
        lookup = {"developerMetadataLookup": {"metadataId": entry["metadataId"]}}
        requests.append({"deleteDeveloperMetadata": {"dataFilter": lookup}})
    client.post(":batchUpdate", {"requests": requests}, fields="spreadsheetId")


def win(rival: Any) -> None:
    """Another daemon writes first."""
    snapshot = recognise(rival.read())
    rival.write([AddRow(Tabs.DAYS_OFF, "", ((Cols.REMARK, "Libur saingan"),))], snapshot)


SKIP_LIVE = pytest.mark.skipif(not LIVE_ID, reason="HALOKOP_LIVE_SPREADSHEET_ID names no throwaway spreadsheet")
KINDS = [memory, xlsx, stand_in, pytest.param(live, marks=[pytest.mark.live, SKIP_LIVE])]


@pytest.fixture(params=KINDS)
def place(request: Any, tmp_path: Path) -> Iterator[Place]:
    with ExitStack() as stack:
        made = request.param(tmp_path, stack)
        set_up(made.workbook)
        yield made


def read(place: Place) -> Snapshot:
    return recognise(place.workbook.read())


def rows(snapshot: Snapshot, tab: str) -> list[dict[str, Any]]:
    return [{h: plain(v) for h, v in row.cells.items()} for row in snapshot.tables[tab].rows]


def cell(snapshot: Snapshot, tab: str, row: int, header: str, new: Any, old: Any = None) -> SetCell:
    column = snapshot.tables[tab].columns[header] + 1
    return SetCell(tab, row, column, header, f"row {row}", old, new)


def mail(key: str) -> AddRow:
    return AddRow(Tabs.HISTORY, key, ((Cols.TIME, datetime(2026, 11, 26, 7, 5)), (Cols.KEY, key)), top=True)


def step(code: str) -> AddRow:
    values = (
        (Cols.PROCEDURE, "Cari topik mingguan"),
        (Cols.DUE, datetime(2026, 11, 15, 23, 59)),
        (Cols.NUMBER, 1),
        (Cols.CODE, code),
    )
    return AddRow(Tabs.STEPS, code, values)


def test_init_makes_every_tab_and_column_and_twice_changes_nothing(place: Place) -> None:
    snapshot = read(place)
    for name, tab in TABS.items():
        assert list(snapshot.tables[name].columns) == list(tab.by_header)
        assert snapshot.tables[name].usable
    assert set(snapshot.pages) == {Tabs.BOARD, Tabs.GUIDE}
    assert snapshot.pages[Tabs.BOARD].cells[2, 2] == PAGES[0].blocks[2, 2].value
    assert set_up(place.workbook) == []


def test_rows_are_appended_inserted_on_top_and_changed(place: Place) -> None:
    place.workbook.write([step("2026-W48/01"), step("2026-W48/02"), mail("satu"), mail("dua")], read(place))
    snapshot = read(place)
    assert [row[Cols.CODE] for row in rows(snapshot, Tabs.STEPS)] == ["2026-W48/01", "2026-W48/02"]
    assert [row[Cols.KEY] for row in rows(snapshot, Tabs.HISTORY)] == ["dua", "satu"]
    first = snapshot.tables[Tabs.STEPS].rows[0]
    assert (first.cells[Cols.DUE], first.cells[Cols.NUMBER]) == (datetime(2026, 11, 15, 23, 59), 1)
    changes: list[Change] = [
        cell(snapshot, Tabs.STEPS, first.number, Cols.STATUS, "Terlambat"),
        cell(snapshot, Tabs.STEPS, first.number, Cols.DUE, datetime(2026, 12, 1, 8, 30)),
        cell(snapshot, Tabs.STEPS, first.number + 1, Cols.PROCEDURE, None, "Cari topik mingguan"),
        cell(snapshot, Tabs.HISTORY, 3, Cols.STATUS, "Terkirim"),
        mail("tiga"),
    ]
    place.workbook.write(changes, snapshot)
    after = read(place)
    steps, history = rows(after, Tabs.STEPS), rows(after, Tabs.HISTORY)
    assert (steps[0][Cols.STATUS], steps[0][Cols.DUE]) == ("Terlambat", datetime(2026, 12, 1, 8, 30))
    assert Cols.PROCEDURE not in steps[1]
    assert [(row[Cols.KEY], row.get(Cols.STATUS)) for row in history] == [
        ("tiga", None),
        ("dua", None),
        ("satu", "Terkirim"),
    ]
    assert not place.workbook.misplaced
    assert place.workbook.restores(after) == ()


def test_values_come_back_as_they_went(place: Place) -> None:
    values = [True, False, 0, 7, 1.25, datetime(2026, 11, 29, 9), "teks", Link("Evaluasi", "Papan")]
    added: list[Change] = [
        AddRow(Tabs.MEETINGS, f"{n}", ((Cols.PLACE, "x"), (Cols.RESULT, v))) for n, v in enumerate(values)
    ]
    place.workbook.write(added, read(place))
    snapshot = read(place)
    found = [row.get(Cols.RESULT) for row in rows(snapshot, Tabs.MEETINGS)]
    assert found[:5] + found[6:] == [True, False, 0, 7, 1.25, "teks", "Evaluasi"]
    assert [type(value) for value in found[:5]] == [bool, bool, int, int, float]


def test_what_people_typed_is_never_more_than_text(place: Place) -> None:
    added: list[Change] = [
        AddRow(Tabs.MEETINGS, f"{n}", ((Cols.EPISODE, text), (Cols.CODE, f"k{n}"))) for n, text in enumerate(HOSTILE)
    ]
    place.workbook.write(added, read(place))
    snapshot = read(place)
    blocks = {(1, 1): Block("Evaluasi 2026-W48", "mark")}
    page = Page("Evaluasi 2026-W48", "Rapat", (20,), blocks | {(n, 1): Block(t) for n, t in enumerate(HOSTILE, 2)})
    changes: list[Change] = [cell(snapshot, Tabs.MEETINGS, 2, Cols.EVALUATION, HOSTILE[0]), AddPage(page)]
    place.workbook.write(changes, snapshot)
    snapshot = read(place)
    assert [row[Cols.EPISODE] for row in rows(snapshot, Tabs.MEETINGS)] == HOSTILE
    assert rows(snapshot, Tabs.MEETINGS)[0][Cols.EVALUATION] == HOSTILE[0]
    cells = snapshot.pages["Evaluasi 2026-W48"].cells
    assert [cells[n, 1] for n in range(2, len(HOSTILE) + 2)] == HOSTILE
    assert not any(isinstance(v, Broken) for t in snapshot.tables.values() for r in t.rows for v in r.cells.values())


def test_an_evaluation_is_added_refreshed_and_closed(place: Place) -> None:
    old, new = evaluation_mark("2026-W47"), evaluation_mark("2026-W48")
    place.workbook.write([AddPage(evaluation("2026-W47", "Rapat 2026-W47"))], read(place))
    record = AddRow(Tabs.MEETINGS, "2026-W48", ((Cols.CODE, "2026-W48"), (Cols.EVALUATION, Link("Buka", new))))
    place.workbook.write([AddPage(evaluation("2026-W48", "Rapat 2026-W48"), hide=(old,)), record], read(place))
    snapshot = read(place)
    assert {old, new} <= set(snapshot.pages)
    assert rows(snapshot, Tabs.MEETINGS)[0][Cols.EVALUATION] == "Buka"
    assert [t.hidden for t in place.workbook.read().tabs if t.id == snapshot.pages[old].id] == [True]
    last = SetCell(old, 1, 3, "", "", old, None)  # a closed page shows its mark no longer
    changes: list[Change] = [SetCell(new, 2, 2, "", "", "isi", "baru"), last, ClosePage(old)]
    place.workbook.write(changes, read(place))
    snapshot = read(place)
    assert snapshot.pages[new].cells[2, 2] == "baru"
    assert old not in snapshot.pages


def test_somebody_was_faster(place: Place) -> None:
    snapshot = read(place)
    place.rival()
    with pytest.raises(Conflict):
        place.workbook.write([step("2026-W48/01")], snapshot)
    assert rows(read(place), Tabs.STEPS) == []
    place.workbook.write([step("2026-W48/01")], read(place))
    assert len(rows(read(place), Tabs.STEPS)) == 1


def test_a_snapshot_is_written_once(place: Place) -> None:
    snapshot = read(place)
    place.workbook.write([step("2026-W48/01")], snapshot)
    with pytest.raises(Conflict):
        place.workbook.write([step("2026-W48/02")], snapshot)


def test_nothing_to_write_is_no_write(place: Place) -> None:
    revision = place.workbook.read().revision.partition("@")[0]
    place.workbook.write([], read(place))
    assert place.workbook.read().revision.partition("@")[0] == revision


def test_links_are_addresses_where_there_are_any(place: Place) -> None:
    link = place.workbook.link("17", 3)
    assert link is None or link.endswith("#gid=17&range=A3")


def test_the_same_changes_give_the_same_office_in_every_kind(tmp_path: Path) -> None:
    seen = []
    for kind in (memory, xlsx, stand_in):
        with ExitStack() as stack:
            (tmp_path / kind.__name__).mkdir()
            place = kind(tmp_path / kind.__name__, stack)
            set_up(place.workbook)
            place.workbook.write([step("2026-W48/01"), step("2026-W48/02"), mail("satu")], read(place))
            snapshot = read(place)
            place.workbook.write([cell(snapshot, Tabs.STEPS, 3, Cols.STATUS, "Hari ini"), mail("dua")], snapshot)
            place.workbook.write([AddPage(evaluation("2026-W48", "Rapat 2026-W48"))], read(place))
            snapshot = read(place)
            cells = {mark: page.cells for mark, page in snapshot.pages.items()}
            seen.append(({name: rows(snapshot, name) for name in TABS}, cells))
    assert seen[0] == seen[1] == seen[2]

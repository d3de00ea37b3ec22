"""Promises of the plan, over generated offices: it is what happens, it settles, it never takes what people typed."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from halokop_sheets.core.sheet.draft import Draft, OwnershipError
from halokop_sheets.core.sheet.tables import recognise
from halokop_sheets.core.sheet.values import SetCell
from halokop_sheets.core.terms import Cols, Tabs
from halokop_sheets.mail.ledger import Ledger
from halokop_sheets.workbooks.xlsx import XlsxWorkbook
from tests.cli import halokop
from tests.generated import NOW, later, offices, peoples_cells
from tests.moving import move
from tests.sheet import Sheet

some = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))


@some
@given(offices(), NOW)
def test_a_plan_applied_leaves_nothing_to_do_at_the_same_minute(sheet: Sheet, now: datetime) -> None:
    sheet.tick(later(now, 0))
    again = sheet.plan(later(now, 0))
    assert again.empty, str(again)


@some
@given(offices(), NOW, st.integers(0, 40))
def test_peoples_cells_are_theirs(sheet: Sheet, now: datetime, days: int) -> None:
    before = peoples_cells(sheet)
    sheet.tick(later(now, 0))
    sheet.tick(later(now, days))
    after = peoples_cells(sheet)
    assert {place: after.get(place) for place in before} == before


@some
@given(offices(), NOW)
def test_old_is_what_stood_there_and_every_cell_is_written_once(sheet: Sheet, now: datetime) -> None:
    plan = sheet.plan(later(now, 0))
    snapshot = sheet.snapshot()
    seen = set()
    for change in plan.changes:
        if isinstance(change, SetCell):
            assert (change.tab, change.row, change.column) not in seen
            seen.add((change.tab, change.row, change.column))
            if change.header:
                rows = {r.number: r for r in snapshot.tables[change.tab].rows}
                assert rows[change.row].cells.get(change.header) == change.old


@some
@given(offices(), NOW)
def test_a_plan_is_a_value(sheet: Sheet, now: datetime) -> None:
    assert sheet.plan(later(now, 0)) == sheet.plan(later(now, 0))


@given(offices(most=3), NOW)
@settings(max_examples=6, deadline=None, suppress_health_check=list(HealthCheck), phases=(Phase.generate,))
def test_what_plan_prints_is_what_sync_then_does(
    tmp_path_factory: pytest.TempPathFactory, sheet: Sheet, now: datetime
) -> None:
    sheet.episode("2026-11-29", "Selalu ada")  # so that there is always something to write
    folder = tmp_path_factory.mktemp("plan")
    (folder / "halokop.toml").write_text("[program]\nhorizon_weeks = 3\n")
    assert halokop(folder, "init", "--at", later(now, 0)).code == 0
    move(sheet, folder / "halokop.xlsx")
    before = recognise(XlsxWorkbook(folder / "halokop.xlsx").read())
    printed = halokop(folder, "plan", "--at", later(now, 0)).out.splitlines()
    halokop(folder, "sync", "--at", later(now, 0))
    after = recognise(XlsxWorkbook(folder / "halokop.xlsx").read())
    assert _cells_printed(printed) == _cells_changed(before, after) != set()
    keys = [line.rsplit("[", 1)[1][:-1] for line in printed if line.endswith("]") and "@example.go.id: " in line]
    view = Ledger.peek(folder / "state" / "ledger.sqlite3", ZoneInfo("Asia/Jakarta"), now.replace(tzinfo=UTC))
    assert keys == [record.key for record in view.records], "the same mails in the same order"
    assert len(keys) == len(list((folder / "outbox").glob("*.eml")))


def _cells_printed(lines: list[str]) -> set[tuple[str, str, str]]:
    """(tab, Kode, header) of each cell of a row that the plan sets; the ledger's own tab is projected twice."""
    found = set()
    for line in lines:
        parts = line.split(": ")[0].split(" · ")
        if len(parts) == 3 and parts[0] != Tabs.HISTORY and not parts[1].startswith("+"):
            found.add((parts[0], parts[1], parts[2]))
    return found


def _cells_changed(before: object, after: object) -> set[tuple[str, str, str]]:
    found = set()
    for name, table in before.tables.items():  # type: ignore[attr-defined]
        if name == Tabs.HISTORY:
            continue
        rows = {row.number: row for row in after.tables[name].rows}  # type: ignore[attr-defined]
        for row in table.rows:
            now = rows[row.number]
            key = str(now.cells.get(Cols.CODE) or f"row {row.number}")
            for header in now.cells.keys() | row.cells.keys():
                if now.cells.get(header) != row.cells.get(header):
                    found.add((name, key, header))
    return found


def test_a_stage_cannot_write_a_persons_cell() -> None:
    sheet = Sheet().team()
    sheet.episode("2026-11-29", "Topik")
    row = Draft(sheet.snapshot())[Tabs.SCHEDULE].rows[0]
    with pytest.raises(OwnershipError):
        row.put(Cols.TOPIC, "lain")
    with pytest.raises(OwnershipError):
        row.put(Cols.PUBLISH, datetime(2026, 12, 6))
    row.fill_blank(Cols.PUBLISH, datetime(2026, 12, 6))
    assert not row.new

"""What the simulation found, each told as the promise that was broken."""

import shutil
from datetime import datetime
from pathlib import Path

from halokop_sheets.core.terms import Cols, Tabs
from halokop_sheets.mail.ledger import Ledger
from tests.sheet import Sheet
from tests.test_tick import MORNING, ZONE, Office


def test_a_deleted_evaluation_is_recorded_also_while_the_date_cannot_be_read() -> None:
    sheet = Sheet().team()
    sheet.episode("2026-11-22", "Foto produk")
    sheet.tick("2026-11-20T08:00")
    sheet.tick("2026-11-26T08:00")
    assert str(sheet.get(Tabs.MEETINGS, "2026-W47", Cols.EVALUATION)) != "dihapus"
    sheet.type(Tabs.SCHEDULE, "2026-W47", Cols.PUBLISH, "minggu depan")
    sheet.workbook.tabs = {id_: t for id_, t in sheet.workbook.tabs.items() if not t.mark.startswith("Evaluasi 2")}
    sheet.workbook.touch()
    sheet.tick("2026-11-26T09:00")
    assert sheet.get(Tabs.MEETINGS, "2026-W47", Cols.EVALUATION) == "dihapus"
    assert sheet.get(Tabs.SCHEDULE, "2026-W47", Cols.EVALUATION) == "dihapus"
    assert sheet.plan("2026-11-26T09:00").empty
    sheet.type(Tabs.SCHEDULE, "2026-W47", Cols.PUBLISH, datetime(2026, 11, 22))
    assert not [c for c in sheet.plan("2026-11-26T10:00").changes if "+ tab" in str(c)], "it is not made again"


def test_where_claims_must_be_shown_nothing_goes_out_while_there_is_no_tab_to_show_them_in(tmp_path: Path) -> None:
    with Ledger.open(tmp_path / "ledger.sqlite3", ZONE, lambda: "a1b2c3") as ledger:
        office = Office(tmp_path, ledger)
        book = office.sheet.workbook
        history = next(id_ for id_, tab in book.tabs.items() if tab.title == Tabs.HISTORY)
        removed = book.tabs.pop(history)
        book.touch()
        assert office.tick(MORNING, must_show=True).outcome.sent == 0, "another host could not see that we sent it"
        shutil.rmtree(office.outbox, ignore_errors=True)
        book.tabs[history] = removed
        book.touch()
        assert office.tick(MORNING, must_show=True).outcome.sent == len(office.mails()) > 0

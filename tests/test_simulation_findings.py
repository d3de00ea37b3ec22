"""What the simulation found, each told as the promise that was broken."""

from datetime import datetime

from halokop_sheets.core.terms import Cols, Tabs
from tests.sheet import Sheet


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

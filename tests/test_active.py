"""Aktif in Tim: who is off, who is not, and what the row says; rows of nothing but tick boxes that nobody touched."""

import pytest

from halokop_sheets.core.sheet.schema import TABS
from halokop_sheets.core.sheet.values import Cell
from halokop_sheets.core.terms import Cols, Tabs
from tests.offices import office_of
from tests.sheet import Sheet

NOW = "2026-11-24T08:00"
OFF = "Orang ini tidak aktif: tidak menerima email. Masih bertugas? Pilih Ya di kolom Aktif."


def _office(*cells: Cell) -> tuple[list[bool], list[object]]:
    """Whether each person with this cell under Aktif is active, and what their rows say."""
    sheet = Sheet()
    for n, cell in enumerate(cells):
        sheet.add(Tabs.TEAM, Nama=f"Orang {n}", Email=f"o{n}@example.go.id", Peran="Tim pelaksana", Aktif=cell)
    sheet.tick(NOW)
    people = office_of(sheet, NOW).team.people
    return [p.active for p in people], [row.cells.get(Cols.MESSAGE) for row in sheet.rows(Tabs.TEAM)]


@pytest.mark.parametrize(
    ("cells", "active"),
    [
        (("Ya", None, "ya"), [True, True, True]),
        (("Tidak", None, "Ya"), [False, True, True]),
        ((False, False, False), [True, True, True]),  # boxes that a service reports as FALSE: nobody chose anything
        ((True, False, None), [True, False, True]),
        (("=TRUE()", "=FALSE()"), [True, False]),
        (("=FALSE()", False), [True, True]),
        ((False, "Ya", "Tidak"), [True, True, False]),  # the list came, the boxes of before are not its words
    ],
)
def test_who_is_active(cells: tuple[Cell, ...], active: list[bool]) -> None:
    found, said = _office(*cells)
    assert found == active
    assert said == [None if one else OFF for one in active]


def test_a_word_that_is_not_understood_switches_off_and_says_so() -> None:
    found, said = _office("mungkin", "Ya")
    assert found == [False, True]
    assert '"mungkin"' in str(said[0])


def test_it_is_a_list() -> None:
    assert TABS[Tabs.TEAM].by_header[Cols.ACTIVE].choices == ("Ya", "Tidak")


def test_a_row_of_untouched_boxes_is_no_row_in_any_tab() -> None:
    sheet = Sheet().team()
    sheet.tick(NOW)
    for tab, header in ((Tabs.ACTIONS, Cols.DONE), (Tabs.STEPS, Cols.DONE), (Tabs.TEAM, Cols.ACTIVE)):
        table = sheet.snapshot().tables[tab]
        for row in range(table.last_row + 1, table.last_row + 300):
            sheet.workbook.tabs[table.id].set(row, table.columns[header] + 1, False)
    sheet.workbook.touch()
    assert sheet.plan(NOW).empty
    sheet.add(Tabs.ACTIONS, Uraian="Pinjam mikrofon", Petugas="Rudi")
    sheet.tick(NOW)
    [action] = sheet.rows(Tabs.ACTIONS)
    assert (action.number, action.cells[Cols.STATUS]) == (2, "Terbuka")

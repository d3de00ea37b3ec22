"""A workbook as an office really keeps it, through the command line: everything ours comes, nothing theirs goes."""

import shutil
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from halokop_sheets.core.sheet.tables import recognise
from halokop_sheets.core.terms import Cols, Tabs
from halokop_sheets.workbooks.xlsx import XlsxWorkbook
from tests.cli import halokop
from tests.procedure import FILE

KANTOR = Path(__file__).parent / "data" / "kantor.xlsx"
AT = "2026-11-24T08:00"

# Written by hand from the SOP and the file: Kode -> H, and the status words of its twelve steps on 24 November, 08:00.
STEPS = {
    "2026-W47": ("2026-11-22", "? ? ? ? ? ? - ? M B M T"),
    "2026-W48": ("2026-11-26", "? ? ? ? M M M M T M T T"),
    "2026-W48-2": ("2026-11-29", "? ? ? ? T T - T T T T T"),
    "2026-W49": ("2026-12-06", "? ? H T T T T T T T T T"),
    "2026-W50": ("2026-12-13", "D D D D D D D D D D D D"),
}
WORDS = {
    "?": "Belum dicatat",  # its row was made after its due date
    "M": "Mendekati",
    "B": "Berjalan",
    "T": "Terjadwal",
    "H": "Hari ini",
    "D": "Ditunda",
    "-": "Tidak perlu",
}
PARTY = [
    "Tim pelaksana", "Tim Humas", "Tim pelaksana", "Pubdisdok", "Pubdisdok", "Pubdisdok", "Pubdisdok",
    "Pubdisdok dan sasaran program", "Tim pelaksana", "Pubdisdok", "Tim pelaksana, semua", "Tim pelaksana",
]  # fmt: skip
DUE = [
    (-14, "23:59"), (-14, "23:59"), (-12, "23:59"), (-7, "23:59"), (0, "08:30"), (0, "09:30"), (0, "14:30"),
    (0, "23:59"), (3, "23:59"), (5, "23:59"), (6, "23:59"), (6, "23:59"),
]  # fmt: skip
START = [None, None, None, None, (0, "08:00"), (0, "09:00"), (0, "13:00"), (0, "10:00"), None, (1, "00:00"), None, None]
MEETING = {"2026-W47": "2026-11-26", "2026-W48": "2026-12-02", "2026-W48-2": "2026-12-03", "2026-W49": "2026-12-10",
           "2026-W50": "2026-12-17"}  # fmt: skip


def moment(day: str, offset: tuple[int, str]) -> datetime:
    return datetime.fromisoformat(f"{day}T{offset[1]}") + timedelta(days=offset[0])


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("kantor")
    shutil.copy(KANTOR, folder / "halokop.xlsx")
    (folder / "halokop.toml").write_text(f'[program]\nsop_file = "{FILE.as_posix()}"\n')
    assert halokop(folder, "init", "--at", AT).code == 0
    assert halokop(folder, "sync", "--at", AT).code == 0
    return folder


@pytest.fixture(scope="module")
def tables(office: Path) -> Any:
    return recognise(XlsxWorkbook(office / "halokop.xlsx").read()).tables


def test_the_five_open_episodes_get_their_sixty_steps(tables: Any) -> None:
    rows = {r.cells[Cols.CODE]: r.cells for r in tables[Tabs.STEPS].rows}
    assert len(rows) == len(tables[Tabs.STEPS].rows) == 60
    for code, (day, words) in STEPS.items():
        for n, short in enumerate(words.split(), start=1):
            cells = rows[f"{code}/{n:02d}"]
            assert cells[Cols.STATUS] == WORDS[short], (code, n)
            assert cells[Cols.PARTY] == PARTY[n - 1]
            assert cells[Cols.DUE] == moment(day, DUE[n - 1])
            start = START[n - 1]
            expected = moment(day, start) if start else None
            if n == 11:
                expected = datetime.fromisoformat(f"{MEETING[code]}T09:00")
            assert cells.get(Cols.START) == expected, (code, n)


def test_jadwal_reaches_the_17th_of_january_with_no_week_twice(tables: Any) -> None:
    codes = [r.cells[Cols.CODE] for r in tables[Tabs.SCHEDULE].rows if Cols.CODE in r.cells]
    assert len(codes) == len(set(codes)) == 14
    days = [r.cells[Cols.PUBLISH] for r in tables[Tabs.SCHEDULE].rows[-3:]]
    assert days == [datetime(2027, 1, 3), datetime(2027, 1, 10), datetime(2027, 1, 17)]


def test_every_row_that_cannot_be_read_says_so(tables: Any) -> None:
    said = {
        (name, row.number): row.cells[Cols.MESSAGE]
        for name in (Tabs.SCHEDULE, Tabs.TEAM, Tabs.READINGS)
        for row in tables[name].rows
        if Cols.MESSAGE in row.cells
    }
    assert '"31/02/2027"' in said.pop((Tabs.SCHEDULE, 15))
    assert '"menyusul"' in said.pop((Tabs.SCHEDULE, 16))
    assert "Tautan Instagram dan Tautan TikTok belum diisi" in said.pop((Tabs.SCHEDULE, 9))
    assert "tono@gmail.example" in said.pop((Tabs.TEAM, 6))
    assert "Email belum diisi" in said.pop((Tabs.TEAM, 7))
    assert "tidak aktif: tidak menerima email" in said.pop((Tabs.TEAM, 9))
    assert '"banyak"' in said.pop((Tabs.READINGS, 7))
    assert "3.105" in said.pop((Tabs.READINGS, 4)), "only an explanation of how it was read"
    twice = [row for row, message in said.items() if "Dua pekan UKM berturut-turut (3 Jan dan 10 Jan)" in message]
    assert len(twice) == 1
    said.pop(twice[0])
    assert said == {}


def test_every_cell_comment_formula_and_extra_column_is_as_before(office: Path) -> None:
    before = openpyxl.load_workbook(KANTOR)
    after = openpyxl.load_workbook(office / "halokop.xlsx")
    looked = 0
    for sheet in before:
        for line in sheet.iter_rows():
            for cell in line:
                now = after[sheet.title][cell.coordinate]
                assert now.value == cell.value, (sheet.title, cell.coordinate)
                assert now.number_format == cell.number_format
                assert (now.comment and now.comment.text) == (cell.comment and cell.comment.text)
                if cell.value is not None:
                    assert now.data_type == cell.data_type, "text that begins with = stays text"
                    looked += 1
    assert looked == 232
    assert str(after["Jadwal"].merged_cells) == str(before["Jadwal"].merged_cells)
    assert after["Jadwal"].column_dimensions["C"].width == before["Jadwal"].column_dimensions["C"].width


def test_again_at_the_same_hour_nothing_is_left_to_do(office: Path) -> None:
    before = (office / "halokop.xlsx").read_bytes()
    mails = sorted((office / "outbox").iterdir())
    assert halokop(office, "init", "--at", AT).code == 0
    assert halokop(office, "sync", "--at", AT).code == 0
    assert halokop(office, "plan", "--at", AT).out.startswith("# 0 change(s), 0 mail(s)")
    assert (office / "halokop.xlsx").read_bytes() == before
    assert sorted((office / "outbox").iterdir()) == mails


def test_the_mails_of_that_morning(office: Path) -> None:
    names = sorted(path.name for path in (office / "outbox").iterdir())
    # 08:00 on a Tuesday: Rudi asked for 06.30, Bambang (Koordinator) for 08.00; Wati has no address, Tono's domain is
    # not allowed, Agus is on leave, Lama inactive. On the first day nobody is called late, and nothing is escalated.
    assert {name.split("_", 2)[2] for name in names} >= {
        "digest_dewi.eml",
        "digest_rudi.eml",
        "digest_sinta.eml",
        "administrator_admin.eml",
    }
    assert not [n for n in names if any(who in n for who in ("wati", "tono", "agus", "lama", "escalation"))]


def test_rows_deleted_from_a_page_of_ours_come_back_without_trouble(tmp_path: Path) -> None:
    (tmp_path / "halokop.toml").write_text("")
    assert halokop(tmp_path, "init", "--at", AT).code == 0
    book = openpyxl.load_workbook(tmp_path / "halokop.xlsx")
    book["Petunjuk"].delete_rows(20, 12)
    book.save(tmp_path / "halokop.xlsx")
    ran = halokop(tmp_path, "sync", "--at", AT)
    assert (ran.code, ran.err) == (0, "")
    assert halokop(tmp_path, "plan", "--at", AT).out.startswith("# 0 change(s)")


def test_a_tab_that_is_left_alone_is_named_and_the_work_counts_as_done_in_part(tmp_path: Path) -> None:
    shutil.copy(KANTOR, tmp_path / "halokop.xlsx")
    (tmp_path / "halokop.toml").write_text("")
    assert halokop(tmp_path, "init", "--at", AT).code == 0
    book = openpyxl.load_workbook(tmp_path / "halokop.xlsx")
    header = next(cell for cell in book["Langkah"][1] if cell.value == Cols.DONE)
    header.value = "Beres"
    book.save(tmp_path / "halokop.xlsx")
    ran = halokop(tmp_path, "sync", "--at", AT)
    assert ran.code == 1 and "Langkah" in ran.err and "Selesai" in ran.err and "halokop init" in ran.err
    assert halokop(tmp_path, "init", "--at", AT).code == 0
    assert halokop(tmp_path, "sync", "--at", AT).code == 0


def test_a_day_without_an_hour_is_shown_as_a_day(office: Path) -> None:
    book = openpyxl.load_workbook(office / "halokop.xlsx")["Langkah"]
    headers = {cell.value: cell.column for cell in book[1]}
    starts = [book.cell(row, headers[Cols.START]) for row in range(2, book.max_row + 1)]
    assert {"hh" in c.number_format for c in starts if c.value and c.value.hour} == {True}
    assert {"hh" in c.number_format for c in starts if c.value and not c.value.hour} == {False}
    dues = [book.cell(row, headers[Cols.DUE]) for row in range(2, book.max_row + 1)]
    assert {"hh" in c.number_format for c in dues if c.value and c.value.minute != 59} == {True}
    assert {"hh" in c.number_format for c in dues if c.value and c.value.minute == 59} == {False}

"""What an office has already stays its own: own tabs and columns with our titles, on memory, .xlsx and Google."""

from contextlib import ExitStack
from datetime import datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from halokop_sheets.core.sheet.blueprint import adoption_notes, make_blueprint
from halokop_sheets.core.sheet.ownership import assign_tabs, free_title
from halokop_sheets.core.sheet.tables import recognise
from halokop_sheets.core.sheet.values import Cell, RawBook, RawTab
from halokop_sheets.core.terms import Cols, Tabs
from halokop_sheets.settings import Settings
from halokop_sheets.tick import initialise, tick
from halokop_sheets.workbooks.memory import MemoryTab, MemoryWorkbook
from halokop_sheets.workbooks.xlsx import XlsxWorkbook
from tests.google_server import GoogleServer, workbook
from tests.google_server.state import Sheet
from tests.test_google_demo import house_of

DAY = datetime(2026, 11, 29)
Grid = list[list[Cell]]

FUTSAL: Grid = [["Nama", "Posisi", "Aktif"], ["Andi", "kiper", "ya"], ["Budi", "depan", "ya"]]
PICTURES: Grid = [["Papan pengumuman"], ["rapat", "Senin"], ["arisan", "Jumat"]]
SCHEDULE: Grid = [
    ["Jadwal konten kantor"],
    ["Tanggal Tayang", "Topik", "Status", "Kode", "Evaluasi", "Terlambat"],
    [DAY, "Izin usaha", "sudah disetujui", "A-17", "baik", "tidak"],
    [datetime(2026, 12, 6), "Koperasi desa", "menunggu", "A-18", None, "ya"],
]
ACTIONS: Grid = [
    ["Uraian", "Petugas", "Tenggat", "Selesai", "Status", "Catatan"],
    ["Cetak spanduk", "Andi", datetime(2026, 12, 1), None, "Selesai", "lihat map"],
    ["Hubungi Bu Dewi", "Budi", datetime(2026, 12, 2), None, "Terbuka", None],
]
CASH: Grid = [["Tanggal", "Keterangan", "Jumlah"], [datetime(2026, 11, 26), "beli kertas", 50000]]
KEYS: Grid = [["Kunci", "Keterangan", "Status"], ["gudang", "ada dua", "dipinjam"]]
MEMBERS: Grid = [["Nama", "Email"], ["Citra", "citra@example.go.id"]]

OFFICES: dict[str, dict[str, Grid]] = {
    "tabs of our names": {"Papan": PICTURES, "Petunjuk": PICTURES, "Tim": FUTSAL, "Evaluasi": PICTURES},
    "names in another case": {"papan": PICTURES, "TIM": FUTSAL, "riwayat email": PICTURES, "LIBUR": FUTSAL},
    "columns of our names": {"Jadwal": SCHEDULE, "Tindak Lanjut": ACTIONS},
    "lists with everyday headers": {"Kas": CASH, "Kunci kantor": KEYS, "Anggota": MEMBERS, "Salah Tempat": CASH},
    "deep header": {"Jadwal": [[f"baris {n}"] for n in range(8)] + SCHEDULE[1:], "Langkah": PICTURES},
    "our suffix is taken too": {"Papan": PICTURES, "Papan HALO": PICTURES, "Metrik": KEYS, "metrik halo": KEYS},
}


class Place:
    """One kind of workbook with an office's own tabs in it."""

    def __init__(self, kind: str, tabs: dict[str, Grid], home: Path, stack: ExitStack) -> None:
        self.kind, self.tabs, self.path = kind, tabs, home / "kantor.xlsx"
        settings = Settings()
        self.now = datetime(2026, 11, 25, 8, 0, tzinfo=settings.zone)
        book: Any
        if kind == "memory":
            self.memory = {
                f"t{n}": MemoryTab(t, grid=[list(r) for r in grid]) for n, (t, grid) in enumerate(tabs.items())
            }
            book = MemoryWorkbook(self.memory)
        elif kind == "xlsx":
            made = openpyxl.Workbook()
            made.remove(made.active)  # type: ignore[arg-type]
            for title, grid in tabs.items():
                sheet = made.create_sheet(title)
                for row in grid:
                    sheet.append(row)
            made.save(self.path)
            book = XlsxWorkbook(self.path)
        else:
            self.server = stack.enter_context(GoogleServer())
            self.id = self.server.new_spreadsheet()
            self.server.edit(self.id, self._fill)
            book = workbook(self.server, self.id)
        self.app = house_of(settings, book, home / "house", stack)

    def _fill(self, book: Any) -> None:
        book.sheets = [Sheet(100 + n, title) for n, title in enumerate(self.tabs)]
        for sheet in book.sheets:
            for r, row in enumerate(self.tabs[sheet.title], start=1):
                for c, cell in enumerate(row, start=1):
                    if cell is not None:
                        day = isinstance(cell, datetime)
                        sheet.put(r, c, (cell - datetime(1899, 12, 30)).days if day else cell)  # type: ignore[operator]

    def memory_tabs(self) -> list[MemoryTab]:
        return list(self.app.workbook.tabs.values())  # type: ignore[attr-defined]

    def cells(self, title: str) -> Grid:
        """The cells of one of the office's own tabs, as far as they went before."""
        before = self.tabs[title]
        raw = next(t for t in self._raw() if t.title == title).rows
        return [[self._at(raw, r, c) for c in range(len(row))] for r, row in enumerate(before)]

    def _raw(self) -> list[Any]:
        if self.kind == "memory":
            return [RawTab("", t.title, tuple(map(tuple, t.grid))) for t in self.app.workbook.tabs.values()]  # type: ignore[attr-defined]
        if self.kind == "xlsx":
            made = openpyxl.load_workbook(self.path)
            return [RawTab("", s.title, tuple(s.iter_rows(values_only=True))) for s in made]
        return [RawTab("", s.title, tuple(map(tuple, s.values()))) for s in self.server.books[self.id].sheets]

    @staticmethod
    def _at(raw: Any, row: int, column: int) -> Cell:
        return raw[row][column] if row < len(raw) and column < len(raw[row]) else None  # type: ignore[no-any-return]


def as_typed(kind: str, grid: Grid) -> Grid:
    """Dates as Google keeps them."""
    if kind != "google":
        return grid
    return [[(c - datetime(1899, 12, 30)).days if isinstance(c, datetime) else c for c in row] for row in grid]


@pytest.mark.parametrize("kind", ["memory", "xlsx", "google"])
@pytest.mark.parametrize("office", OFFICES)
def test_no_cell_of_an_office_changes_by_init_and_three_ticks(kind: str, office: str, tmp_path: Path) -> None:
    tabs = OFFICES[office]
    with ExitStack() as stack:
        place = Place(kind, tabs, tmp_path, stack)
        assert initialise(place.app, place.now)
        for _ in range(3):
            assert not tick(place.app, place.now).trouble
        for title, grid in tabs.items():
            assert place.cells(title) == as_typed(kind, grid), title
        snapshot = recognise(place.app.workbook.read())
        assert all(table.usable for table in snapshot.tables.values())
        assert {Tabs.BOARD, Tabs.GUIDE} <= snapshot.pages.keys()
        if kind != "google":  # where the locale of the sheet is not ours to judge here
            assert initialise(place.app, place.now) == []


def test_our_column_stands_beside_theirs_under_a_name_of_its_own_and_is_served() -> None:
    with ExitStack() as stack:
        place = Place("memory", {"Jadwal": SCHEDULE}, Path(stack.enter_context(temporary())), stack)
        done = initialise(place.app, place.now)
        assert any('your column "Kode" stays as it is; ours is "Kode HALO"' in line for line in done)
        tick(place.app, place.now)
        grid = place.memory["t0"].grid
        assert grid[2][grid[1].index("Kode HALO")] == "2026-W48"


def temporary() -> Any:
    import tempfile

    return tempfile.TemporaryDirectory()


def raw(title: str, rows: Grid, mark: str = "") -> RawTab:
    return RawTab(title, title, tuple(map(tuple, rows)), mark)


def test_a_tab_that_was_marked_wrongly_is_let_go() -> None:
    assert Tabs.TEAM not in assign_tabs(RawBook((raw("Tim", FUTSAL, Tabs.TEAM),)))


def test_a_deleted_header_row_or_key_header_does_not_make_our_tab_a_strangers() -> None:
    people: Grid = [["Andi", "andi@example.go.id", None, None, None, None, None, "1"]]
    assert Tabs.TEAM in assign_tabs(RawBook((raw("Tim", people),)))
    renamed: Grid = [["Nama", "Surel", "Peran", "Aktif", "Pesan Sistem", "Kode"], *people]
    assert Tabs.TEAM in assign_tabs(RawBook((raw("Tim", renamed),)))


def test_of_two_that_look_alike_the_shorter_title_is_ours() -> None:
    head: Grid = [["Tanggal Tayang", "Topik", Cols.MESSAGE, Cols.CODE]]
    assert assign_tabs(RawBook((raw("Jadwal (2)", head), raw("Jadwal", head))))[Tabs.SCHEDULE].title == "Jadwal"


def test_a_free_title_ignores_case_as_spreadsheets_do() -> None:
    assert free_title("Papan", ["papan", "PAPAN HALO"]) == "Papan HALO 2"


def test_a_list_without_our_titles_brings_no_notes() -> None:
    book = RawBook((raw("Kas", CASH),))
    assert adoption_notes(make_blueprint(book, (), timezone="Asia/Jakarta"), book) == []


def rename(place: Place, title: str, old: str, new: str) -> None:
    tab = next(t for t in place.memory_tabs() if t.title == title)
    row = next(line for line in tab.grid if old in line)
    row[row.index(old)] = new


@pytest.fixture
def settled(tmp_path: Path) -> Any:
    with ExitStack() as stack:
        place = Place("memory", {"Jadwal": [["Tanggal Tayang", "Topik"], [DAY, "Izin usaha"]]}, tmp_path, stack)
        initialise(place.app, place.now)
        tick(place.app, place.now)
        yield place


def test_a_renamed_header_that_only_shows_something_freezes_no_tab(settled: Place) -> None:
    rename(settled, "Langkah", "Pihak", "Unit")
    steps = next(t for t in settled.memory_tabs() if t.title == "Langkah")
    before = [list(row) for row in steps.grid]
    column = before[0].index("Status")
    before[3][column] = steps.grid[3][column] = "ditulisi orang"
    result = tick(settled.app, settled.now)
    assert steps.grid[3][column] != "ditulisi orang", "the rest of the tab is served"
    assert [line[before[0].index("Unit")] for line in steps.grid] == [line[before[0].index("Unit")] for line in before]
    assert any("Pihak" in str(p) and "tulis kembali judul" in str(p) for p in result.plan.problems)
    assert not result.left_out
    rename(settled, "Langkah", "Unit", "Pihak")
    assert not [p for p in tick(settled.app, settled.now).plan.problems if "Pihak" in str(p)], "healed without init"


def test_a_renamed_deciding_header_names_itself_alone(settled: Place) -> None:
    rename(settled, "Langkah", "Prosedur", "Uraian langkah")
    [line] = tick(settled.app, settled.now).left_out
    assert "Prosedur" in line
    assert "Tenggat" not in line
    rename(settled, "Langkah", "Uraian langkah", "Prosedur")
    assert not tick(settled.app, settled.now).left_out


def test_a_deleted_header_row_is_told_and_mended_by_init_once_a_row_is_free(settled: Place) -> None:
    steps = next(t for t in settled.memory_tabs() if t.title == "Langkah")
    before = [list(row) for row in steps.grid]
    del steps.grid[0]
    [line] = tick(settled.app, settled.now).left_out
    assert "sisipkan satu baris kosong" in line
    steps.grid.insert(0, [])
    assert initialise(settled.app, settled.now)
    assert steps.grid == before

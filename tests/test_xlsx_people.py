"""What people have in their workbook stays as it was, and what they typed is data."""

import zipfile
from datetime import datetime, time
from pathlib import Path

import openpyxl
import pytest
from openpyxl.styles import Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.formula import ArrayFormula

from halokop_sheets.core.sheet.layout import FORMAT_OF_KIND, NUMBER_FORMATS
from halokop_sheets.core.sheet.schema import TABS, Kind
from halokop_sheets.core.sheet.tables import recognise
from halokop_sheets.core.sheet.values import AddPage, AddRow, Broken, Cell, ClosePage, Link, SetCell
from halokop_sheets.core.terms import Cols, Tabs
from halokop_sheets.workbooks.xlsx import XlsxWorkbook
from tests.cli import halokop
from tests.xlsx_office import KANTOR, edit, formulas, init, office, opened, page, people, ready, rezip, titles

HOSTILE = (
    '=HYPERLINK("http://x.example","klik")',
    "=1+1",
    "+62 812 0000 1102",
    "-1",
    "@humas tolong cek",
    "#REF!",
    "#N/A",
    "baris satu\nbaris dua\r\nbaris tiga",
    "\t=1+1",
    "\x00\x07kendali\x1b\ufffe",
    "😀👩‍👩‍👧 emoji",
    "\u202eterbalik\u202c שלום",
    "x" * 40_000,
    "a&b <b> ]]> \"'",
    "_x0041_",
)


def raw(workbook: XlsxWorkbook, title: str) -> list[list[Cell]]:
    return [list(row) for tab in workbook.read().tabs if tab.title == title for row in tab.rows]


def test_everything_that_people_had_is_as_before_after_init_and_writes(tmp_path: Path) -> None:
    path = office(tmp_path)
    before, dimensions = people(path), {}
    plain = openpyxl.load_workbook(path)
    dimensions = {ws.title: (ws.merged_cells.ranges, ws.column_dimensions["C"].width) for ws in plain}
    workbook, snapshot = ready(path)
    jadwal = snapshot.tables[Tabs.SCHEDULE]
    changes = [
        SetCell(
            Tabs.SCHEDULE, row.number, jadwal.columns[Cols.MESSAGE] + 1, Cols.MESSAGE, "", None, "=Pesan panjang " * 9
        )
        for row in jadwal.rows
    ]
    when = datetime(2027, 1, 3)
    workbook.write([*changes, AddRow(Tabs.SCHEDULE, "2026-W53", ((Cols.PUBLISH, when),))], snapshot)
    after = people(path)
    assert {place: after.get(place) for place in before} == before
    again = openpyxl.load_workbook(path)
    for title, (merged, width) in dimensions.items():
        assert merged <= again[title].merged_cells.ranges
        assert again[title].column_dimensions["C"].width == width
    assert again["Jadwal"]["D7"].comment.text == "konfirmasi ulang hari Jumat"
    assert again["Jadwal"]["K10"].data_type == "s"
    assert formulas(path) == {"Tim!E3": "=TRUE()", "Rekap lama!B3": "=COUNTA(Jadwal!C6:C9)"}
    assert again["Jadwal"]["B19"].value == when
    assert again["Jadwal"].row_dimensions[5].customHeight is True  # the plain library says so of every height ...
    with_heights = openpyxl.load_workbook(KANTOR)
    assert again["Jadwal"].row_dimensions[1].height == with_heights["Jadwal"].row_dimensions[1].height


def test_a_row_height_that_nobody_chose_is_not_fixed_for_good(tmp_path: Path) -> None:
    path = office(tmp_path)
    init(path)
    with zipfile.ZipFile(path) as archive:
        name = f"xl/worksheets/sheet{titles(path).index('Jadwal') + 1}.xml"
        rows = archive.read(name).decode().split("<row ")[1:]
    assert 'ht="13.8"' in rows[1]
    assert 'customHeight="false"' in rows[1].split(">")[0]


def test_hostile_text_in_every_column_makes_no_formula(tmp_path: Path) -> None:
    path = tmp_path / "halokop.xlsx"
    workbook, snapshot = ready(path)
    added = [
        AddRow(name, "k", tuple((header, text) for header in table.columns), name == Tabs.HISTORY)
        for name, table in snapshot.tables.items()
        for text in HOSTILE
    ]
    workbook.write(added, snapshot)
    assert formulas(path) == {}
    workbook, snapshot = opened(path)
    again = [
        SetCell(name, row.number, table.columns[header] + 1, header, "", value, "=2+2")
        for name, table in snapshot.tables.items()
        for row in table.rows
        for header, value in row.cells.items()
    ]
    workbook.write(again, snapshot)
    assert formulas(path) == {}
    book = openpyxl.load_workbook(path)
    assert all(cell.data_type != "e" for ws in book for row in ws.iter_rows() for cell in row)
    assert book["Tim"]["A2"].quotePrefix


def test_text_comes_back_as_it_was_typed_but_for_what_a_file_cannot_hold(tmp_path: Path) -> None:
    workbook, snapshot = ready(tmp_path / "halokop.xlsx")
    workbook.write([AddRow(Tabs.FEEDBACK, "k", ((Cols.TEXT, text),)) for text in HOSTILE], snapshot)
    expected: dict[str, str] = {
        HOSTILE[7]: "baris satu\nbaris dua\nbaris tiga",
        HOSTILE[9]: "kendali",
        HOSTILE[12]: "x" * 32_767,
    }
    kept = [row[4] for row in raw(XlsxWorkbook(tmp_path / "halokop.xlsx"), Tabs.FEEDBACK)[1:]]
    assert kept == [expected.get(text, text) for text in HOSTILE]


def test_a_workbook_kept_in_memory_reads_as_its_file_does(tmp_path: Path) -> None:
    path = office(tmp_path)
    workbook, snapshot = ready(path, page("Papan", "Papan"))
    jadwal = snapshot.tables[Tabs.SCHEDULE]
    workbook.write(
        [
            AddPage(page("Evaluasi 2026-W48", "Evaluasi 29 Nov 2026")),
            AddRow(Tabs.SCHEDULE, "x", ((Cols.PUBLISH, datetime(2026, 11, 29, 9, 30)), (Cols.TOPIC, "=1"))),
            AddRow(Tabs.TEAM, "1", ((Cols.MAIL_HOUR, time(6, 45)), (Cols.ACTIVE, True), (Cols.NAME, " a\r\nb "))),
            AddRow(Tabs.HISTORY, "k", ((Cols.TIME, datetime(2026, 11, 24, 7, 5)), (Cols.KEY, "k")), top=True),
            SetCell(Tabs.SCHEDULE, 6, jadwal.columns[Cols.EVALUATION] + 1, Cols.EVALUATION, "", None, Link("x", "y")),
        ],
        snapshot,
    )
    assert workbook.read() == XlsxWorkbook(path).read()


def test_a_kept_workbook_can_be_saved_again_and_again(tmp_path: Path) -> None:
    path = office(tmp_path)
    workbook, _ = ready(path, page("Papan", "Papan"))
    for text in ("satu", "dua", "tiga"):
        snapshot = recognise(workbook.read())
        column = snapshot.tables[Tabs.SCHEDULE].columns[Cols.MESSAGE] + 1
        workbook.write([SetCell(Tabs.SCHEDULE, 7, column, Cols.MESSAGE, "", None, text)], snapshot)
    book = openpyxl.load_workbook(path)
    assert book["Jadwal"]["D7"].comment.text == "konfirmasi ulang hari Jumat"
    assert len(book["Papan"]._charts) == 1
    assert workbook.read() == XlsxWorkbook(path).read()


def test_ticks_that_a_program_stores_as_formulas_are_ticks(tmp_path: Path) -> None:
    path = office(tmp_path)

    def untick(book: openpyxl.Workbook) -> None:  # and the results of all formulas are gone
        book["Tim"]["E4"] = "=FALSE()"

    edit(path, untick)
    rows = raw(XlsxWorkbook(path), "Tim")
    assert rows[2][4] is True
    assert rows[3][4] is False


def test_a_formula_reads_as_its_result_or_says_that_there_is_none(tmp_path: Path) -> None:
    path = office(tmp_path)
    assert raw(XlsxWorkbook(path), "Rekap lama")[2][1] == 4
    edit(path, lambda book: book["Rekap lama"].__setitem__("A3", "=A2"))
    rows = raw(XlsxWorkbook(path), "Rekap lama")
    assert rows[2] == [Broken("=A2", calculated=False), Broken("=COUNTA(Jadwal!C6:C9)", calculated=False)]


def test_results_of_formulas_survive_our_saves_unless_we_changed_what_they_rest_on(tmp_path: Path) -> None:
    path = office(tmp_path)

    def sheet(name: str, data: bytes) -> bytes:
        if name != "xl/worksheets/sheet4.xml":
            return data
        more = (
            b'<row r="4"><c r="A4" t="str"><f>IF(B2=0,"x","")</f><v></v></c>'
            b'<c r="B4"><f>B3+1</f><v>5</v></c><c r="C4"><f>COUNTA(Jadwal!K5:K6)</f><v>1</v></c>'
            b'<c r="D4"><f>TODAY()</f><v>46350</v></c><c r="E4" t="e"><f>1/0</f><v>#DIV/0!</v></c>'
            b'<c r="F4"><f>C4+1</f><v>2</v></c></row></sheetData>'
        )
        return data.replace(b"</sheetData>", more)

    rezip(path, sheet)
    workbook, snapshot = ready(path)
    assert raw(workbook, "Rekap lama")[3][:3] == [None, 5, 1]
    workbook.write([SetCell(Tabs.SCHEDULE, 6, 11, Cols.NOTE, "", None, "dari kami")], snapshot)
    after = raw(XlsxWorkbook(path), "Rekap lama")[3]
    assert after[:2] == [None, 5]
    assert after[2] == Broken("=COUNTA(Jadwal!K5:K6)", calculated=False)
    assert after[3] == 46350  # it rests on no cell of ours
    assert after[4] == Broken("#DIV/0!")
    assert after[5] == Broken("=C4+1", calculated=False)
    assert raw(XlsxWorkbook(path), "Rekap lama")[2][1] == 4


def test_a_date_typed_as_a_formula_is_still_a_date_after_our_save(tmp_path: Path) -> None:
    path = office(tmp_path)

    def sheet(name: str, data: bytes) -> bytes:
        if name == "xl/worksheets/sheet1.xml":
            return data.replace(b'<c r="B18" s="3" t="n"><v>46352</v>', b'<c r="B18" s="3"><f>B10-3</f><v>46352</v>')
        return data

    rezip(path, sheet)
    workbook, snapshot = ready(path)
    workbook.write([SetCell(Tabs.SCHEDULE, 6, 20, Cols.MESSAGE, "", None, "x")], snapshot)
    assert raw(XlsxWorkbook(path), "Jadwal")[17][1] == datetime(2026, 11, 26)


def test_a_number_that_is_no_date_stays_in_its_date_cell(tmp_path: Path) -> None:
    path = office(tmp_path)
    rezip(path, lambda name, data: data.replace(b"<v>46352</v>", b"<v>29112026</v>") if "sheet1" in name else data)
    workbook, snapshot = ready(path)
    assert raw(workbook, "Jadwal")[17][1] == 29_112_026
    workbook.write([SetCell(Tabs.SCHEDULE, 6, 20, Cols.MESSAGE, "", None, "x")], snapshot)
    assert raw(XlsxWorkbook(path), "Jadwal")[17][1] == 29_112_026


def test_error_values_are_broken_and_hidden_tabs_are_read(tmp_path: Path) -> None:
    path = office(tmp_path)

    def change(book: openpyxl.Workbook) -> None:
        book["Rekap lama"]["A2"] = "#REF!"
        book["Rekap lama"].sheet_state = "veryHidden"

    edit(path, change)
    tab = next(tab for tab in XlsxWorkbook(path).read().tabs if tab.title == "Rekap lama")
    assert tab.hidden
    assert tab.rows[1][0] == Broken("#REF!")


def test_times_dates_and_durations_are_read_as_what_they_mean(tmp_path: Path) -> None:
    path = office(tmp_path)

    def change(book: openpyxl.Workbook) -> None:
        sheet = book["Rekap lama"]
        for column, (value, shown) in enumerate(
            ((0.25, "hh:mm"), (0.25, "[hh]:mm"), (1.5, "[hh]:mm"), (46350, "dd/mm/yyyy"), (0.5, "0%")), start=1
        ):
            cell = sheet.cell(5, column, value)
            cell.number_format = shown

    edit(path, change)
    assert raw(XlsxWorkbook(path), "Rekap lama")[4] == [time(6), time(6), 1.5, datetime(2026, 11, 24), 0.5]


def test_thousands_of_blank_formatted_cells_below_are_not_rows(tmp_path: Path) -> None:
    path = office(tmp_path)

    def change(book: openpyxl.Workbook) -> None:
        for row in range(10, 3000):
            book["Tim"].cell(row, 3).fill = PatternFill("solid", fgColor="FFFF00")

    edit(path, change)
    assert len(raw(XlsxWorkbook(path), "Tim")) == 9
    workbook, snapshot = ready(path)
    workbook.write([AddRow(Tabs.TEAM, "1", ((Cols.NAME, "Baru"),))], snapshot)
    assert raw(XlsxWorkbook(path), "Tim")[9][0] == "Baru"


def test_merged_cells_harm_nothing_and_a_write_without_effect_leaves_the_file_alone(tmp_path: Path) -> None:
    path = tmp_path / "halokop.xlsx"
    workbook, snapshot = ready(path)
    workbook.write([AddRow(Tabs.FEEDBACK, str(n), ((Cols.TEXT, f"isi {n}"),)) for n in range(3)], snapshot)
    column = snapshot.tables[Tabs.FEEDBACK].columns[Cols.MESSAGE] + 1
    letters = get_column_letter(column)
    edit(path, lambda book: book[Tabs.FEEDBACK].merge_cells(f"{letters}2:{letters}6"))
    workbook, snapshot = opened(path)
    before = path.read_bytes()
    workbook.write([SetCell(Tabs.FEEDBACK, 3, column, Cols.MESSAGE, "", None, "pesan")], snapshot)
    assert path.read_bytes() == before
    workbook.write([SetCell(Tabs.FEEDBACK, 2, column, Cols.MESSAGE, "", None, "pesan")], snapshot)
    workbook, snapshot = opened(path)
    workbook.write([AddRow(Tabs.FEEDBACK, "4", ((Cols.TEXT, "di bawah"), (Cols.MESSAGE, "x")))], snapshot)
    rows = raw(XlsxWorkbook(path), Tabs.FEEDBACK)
    assert rows[6][4] == "di bawah"
    assert rows[6][column - 1] == "x"


def test_rows_are_appended_below_whatever_stands_last_in_the_tab(tmp_path: Path) -> None:
    path = office(tmp_path)
    edit(path, lambda book: book["Jadwal"].__setitem__("J25", "catatan di bawah tabel"))
    workbook, snapshot = ready(path)
    workbook.write([AddRow(Tabs.SCHEDULE, "a", ((Cols.TOPIC, n),)) for n in ("satu", "dua")], snapshot)
    rows = raw(XlsxWorkbook(path), "Jadwal")
    assert [rows[25][2], rows[26][2]] == ["satu", "dua"]


def test_newest_rows_of_the_history_stand_on_top(tmp_path: Path) -> None:
    path = tmp_path / "halokop.xlsx"
    workbook, snapshot = ready(path)
    workbook.write([AddRow(Tabs.HISTORY, k, ((Cols.KEY, k), (Cols.SUBJECT, "=1")), top=True) for k in "ab"], snapshot)
    workbook, snapshot = opened(path)
    status = snapshot.tables[Tabs.HISTORY].columns[Cols.STATUS] + 1
    workbook.write(
        [
            AddRow(Tabs.HISTORY, "c", ((Cols.KEY, "c"),), top=True),
            SetCell(Tabs.HISTORY, 2, status, Cols.STATUS, "", None, "Terkirim"),  # row 2 of the snapshot: b
        ],
        snapshot,
    )
    rows = raw(XlsxWorkbook(path), Tabs.HISTORY)
    assert [(row[7], row[status - 1]) for row in rows[1:]] == [("c", None), ("b", "Terkirim"), ("a", None)]
    assert formulas(path) == {}


def test_a_person_s_filter_takes_in_new_rows_and_our_columns(tmp_path: Path) -> None:
    path = office(tmp_path)
    workbook, snapshot = ready(path)
    last = get_column_letter(max(snapshot.tables[Tabs.SCHEDULE].columns.values()) + 1)
    assert openpyxl.load_workbook(path)["Jadwal"].auto_filter.ref == f"A4:{last}18"
    workbook.write([AddRow(Tabs.SCHEDULE, "a", ((Cols.TOPIC, n),)) for n in ("satu", "dua")], snapshot)
    assert openpyxl.load_workbook(path)["Jadwal"].auto_filter.ref == f"A4:{last}20"


def test_a_table_of_excel_takes_in_new_rows_and_our_columns(tmp_path: Path) -> None:
    from openpyxl.worksheet.table import Table

    path = office(tmp_path)
    edit(path, lambda book: book["Tim"].add_table(Table(displayName="Tim1", ref="A1:G9")))
    workbook, snapshot = ready(path)
    workbook.write([AddRow(Tabs.TEAM, "9", ((Cols.NAME, "Baru"),))], snapshot)
    table = openpyxl.load_workbook(path)["Tim"].tables["Tim1"]
    assert table.ref == "A1:I10"
    assert [column.name for column in table.tableColumns][-2:] == [Cols.MESSAGE, Cols.CODE]


def test_rich_text_names_and_lists_of_people_survive(tmp_path: Path) -> None:
    from openpyxl.cell.rich_text import CellRichText, TextBlock
    from openpyxl.cell.text import InlineFont

    path = office(tmp_path)

    def change(book: openpyxl.Workbook) -> None:
        book["Tim"]["B2"].value = CellRichText("Staf ", TextBlock(InlineFont(b=True), "senior"))
        book.defined_names["Orang"] = DefinedName("Orang", attr_text="Tim!$A$2:$A$9")
        own = DataValidation(type="list", formula1='"Rapat,Live"', allow_blank=True)
        own.add("G5:G18")
        book["Jadwal"].add_data_validation(own)

    edit(path, change)
    workbook, snapshot = ready(path)
    assert raw(workbook, "Tim")[1][1] == "Staf senior"
    workbook.write([SetCell(Tabs.SCHEDULE, 6, 20, Cols.MESSAGE, "", None, "x")], snapshot)
    book = openpyxl.load_workbook(path, rich_text=True)
    assert isinstance(book["Tim"]["B2"].value, CellRichText)
    assert "Orang" in book.defined_names
    lists = {str(v.sqref): v.formula1 for v in book["Jadwal"].data_validations.dataValidation}
    assert lists["G5:G18"] == '"Rapat,Live"'
    assert not any(key.startswith("G5:G2") for key in lists)  # ours is not laid over it


def test_a_list_that_excel_keeps_apart_because_it_refers_to_another_tab_survives(tmp_path: Path) -> None:
    path = office(tmp_path)
    extension = (
        b'<extLst><ext uri="{CCE6A557-97BC-4B89-ADB6-D9C93CAAB3DF}" '
        b'xmlns:x14="http://schemas.microsoft.com/office/spreadsheetml/2009/9/main">'
        b'<x14:dataValidations count="1" xmlns:xm="http://schemas.microsoft.com/office/excel/2006/main">'
        b'<x14:dataValidation type="list" allowBlank="1" showErrorMessage="1"><x14:formula1><xm:f>Tim!$A$2:$A$9</xm:f>'
        b"</x14:formula1><xm:sqref>H5:H18</xm:sqref></x14:dataValidation></x14:dataValidations></ext></extLst>"
        b"</worksheet>"
    )
    rezip(path, lambda name, data: data.replace(b"</worksheet>", extension) if "sheet1" in name else data)
    init(path)
    with zipfile.ZipFile(path) as archive:
        assert extension in archive.read("xl/worksheets/sheet1.xml")
    ours = openpyxl.load_workbook(path)["Jadwal"].data_validations.dataValidation
    assert not [str(v.sqref) for v in ours if str(v.sqref).startswith("H")]  # ours is not laid over it


def test_new_rows_of_a_person_s_tab_look_like_the_row_above_but_not_like_a_marker(tmp_path: Path) -> None:
    path = office(tmp_path)

    def change(book: openpyxl.Workbook) -> None:
        cell = book["Jadwal"]["C18"]
        cell.font, cell.fill = Font(name="Arial", size=13), PatternFill("solid", fgColor="FFFF00")

    edit(path, change)
    workbook, snapshot = ready(path)
    new = ((Cols.PUBLISH, datetime(2027, 1, 3)), (Cols.TOPIC, "topik"))
    workbook.write([AddRow(Tabs.SCHEDULE, "a", new)], snapshot)
    sheet = openpyxl.load_workbook(path)["Jadwal"]
    assert (sheet["C19"].font.name, sheet["C19"].font.sz, sheet["C19"].fill.fill_type) == ("Arial", 13, None)
    assert sheet["B19"].number_format == "dd/mm/yyyy"


def test_an_evaluation_gets_its_tab_link_chart_and_place(tmp_path: Path) -> None:
    path = office(tmp_path)
    board = page("Papan", "Papan")
    workbook, snapshot = ready(path, board)
    first = page("Evaluasi 2026-W48", "Evaluasi 29 Nov 2026")
    column = snapshot.tables[Tabs.SCHEDULE].columns[Cols.EVALUATION] + 1
    link = Link("Evaluasi 29 Nov 2026", first.mark)
    cell = SetCell(Tabs.SCHEDULE, 10, column, Cols.EVALUATION, "2026-W48", None, link)
    workbook.write([AddPage(first), cell], snapshot)
    workbook, snapshot = opened(path)
    second = page("Evaluasi 2026-W48-2", "Evaluasi 29 Nov 2026")
    workbook.write([AddPage(second, hide=(first.mark,)), ClosePage(first.mark)], snapshot)
    book = openpyxl.load_workbook(path)
    assert book.sheetnames[:5] == ["Papan", "Langkah", "Jadwal", "Evaluasi 29 Nov 2026 (2)", "Evaluasi 29 Nov 2026"]
    assert [ws.sheet_state for ws in book.worksheets[3:5]] == ["visible", "hidden"]
    assert book["Jadwal"].cell(10, column).hyperlink.location == "'Evaluasi 29 Nov 2026'!A1"
    new = book["Evaluasi 29 Nov 2026 (2)"]
    assert len(new._charts) == 1
    assert new["A3"].data_type == "s"
    assert {str(area) for area in new.merged_cells.ranges} == {"A1:D1", "A3:C4"}
    assert new.page_setup.orientation == "landscape"
    assert [b.id for b in new.row_breaks.brk] == [13]
    assert sum(bool(ws.sheet_view.tabSelected) for ws in book.worksheets) == 1
    snapshot = recognise(XlsxWorkbook(path).read())
    assert {"Papan", first.mark, second.mark} <= set(snapshot.pages)


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("Evaluasi: 29/11 [2026]?", "Evaluasi  29 11  2026"),
        ("x" * 40, "x" * 31),
        ("'petik'", "petik"),
        ("jadwal", "jadwal (2)"),
        ("", "Tab"),
    ],
)
def test_titles_are_such_as_excel_takes(tmp_path: Path, title: str, expected: str) -> None:
    path = office(tmp_path)
    workbook, snapshot = ready(path)
    workbook.write([AddPage(page("Evaluasi 2026-W48", title))], snapshot)
    assert expected in titles(path)


def test_every_kind_of_column_keeps_its_format_for_the_rows_to_come(tmp_path: Path) -> None:
    path = tmp_path / "halokop.xlsx"
    workbook, snapshot = ready(path)
    day = datetime(2026, 11, 29, 9, 30)
    values: dict[Kind, Cell] = {
        Kind.DATE: day.replace(hour=0, minute=0),
        Kind.DATETIME: day,
        Kind.TIME: time(7),
        Kind.COUNT: 12_345,
    }
    changes = [
        AddRow(name, "k", tuple((c.header, values.get(c.kind, "teks")) for c in tab.columns))
        for name, tab in TABS.items()
    ]
    workbook.write(changes, snapshot)
    book = openpyxl.load_workbook(path)
    for name, tab in TABS.items():
        for place, column in enumerate(tab.columns, start=1):
            shown = NUMBER_FORMATS[FORMAT_OF_KIND[column.kind]][0]
            assert book[name].cell(2, place).number_format == shown, (name, column.header)
            assert book[name].column_dimensions[get_column_letter(place)].number_format == shown


@pytest.mark.parametrize("how", ["merged", "filled by one formula"])
def test_cells_of_ours_that_cannot_be_written_are_named_and_do_not_make_every_tick_save(
    tmp_path: Path, how: str
) -> None:
    (tmp_path / "halokop.toml").write_text("")
    path = office(tmp_path).rename(tmp_path / "halokop.xlsx")
    assert halokop(tmp_path, "init", "--at", "2026-11-24T08:00").code == 0
    assert halokop(tmp_path, "sync", "--at", "2026-11-24T08:00").code == 0
    table = recognise(XlsxWorkbook(path).read()).tables[Tabs.STEPS]
    letters = get_column_letter(table.columns[Cols.STATUS] + 1)

    def cover(book: openpyxl.Workbook) -> None:
        if how == "merged":
            book[Tabs.STEPS].merge_cells(f"{letters}2:{letters}6")
        else:
            book[Tabs.STEPS][f"{letters}2"] = ArrayFormula(f"{letters}2:{letters}6", "=1+1")

    edit(path, cover)
    assert halokop(tmp_path, "sync", "--at", "2026-11-24T08:00").code == 0
    rows = {row.number: row.cells for row in recognise(XlsxWorkbook(path).read()).tables[Tabs.STEPS].rows}
    assert "Sel Status digabung" in str(rows[3][Cols.MESSAGE])
    assert ("digabung" in str(rows[2].get(Cols.MESSAGE))) is (how != "merged")  # a merge's first cell can be written
    left = path.read_bytes()
    for minute in ("01", "02"):
        assert halokop(tmp_path, "sync", "--at", f"2026-11-24T08:{minute}").code == 0
    assert path.read_bytes() == left


def test_a_date_that_we_append_is_shown_as_the_date_above_it_in_a_narrow_column(tmp_path: Path) -> None:
    path = office(tmp_path)

    def note(book: openpyxl.Workbook) -> None:
        book["Jadwal"]["K20"] = "catatan"  # two rows further down: the cell right above the new one is blank
        book["Jadwal"].column_dimensions["B"].number_format = "0.00"

    edit(path, note)
    workbook, snapshot = ready(path)
    workbook.write([AddRow(Tabs.SCHEDULE, "a", ((Cols.PUBLISH, datetime(2027, 1, 3)),))], snapshot)
    cell = openpyxl.load_workbook(path)["Jadwal"]["B21"]
    assert (cell.value, cell.number_format) == (datetime(2027, 1, 3), "dd/mm/yyyy")

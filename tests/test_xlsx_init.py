"""``init`` on real files: everything is there once, people's tabs stay theirs, and a second time nothing happens."""

from itertools import pairwise
from pathlib import Path

import openpyxl
import pytest
from openpyxl.formatting.formatting import ConditionalFormattingList
from openpyxl.formatting.rule import FormulaRule
from openpyxl.styles import Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.cell_range import MultiCellRange

from halokop_sheets.core.sheet.layout import RETIRED, RULES, SPARE_ROWS, STYLES, rule_formula
from halokop_sheets.core.sheet.schema import TABS, Kind, Owner
from halokop_sheets.core.sheet.tables import recognise
from halokop_sheets.core.sheet.values import AddRow
from halokop_sheets.core.terms import Cols, Tabs, link_column
from halokop_sheets.workbooks.xlsx import XlsxWorkbook
from tests.xlsx_office import KANTOR, edit, init, office, opened, page, ready, rezip

PAGES = (page("Papan", "Papan"), page("Evaluasi 2026-W48", "Evaluasi 29 Nov 2026"), page("Petunjuk", "Petunjuk"))


def shown(path: Path, title: str) -> list[tuple[str, str]]:
    """Conditional formats of a tab in order of priority."""
    entries = [
        (rule.priority, str(entry.sqref), rule.formula[0])
        for entry in openpyxl.load_workbook(path)[title].conditional_formatting
        for rule in entry.rules
    ]
    return [(area, formula) for _, area, formula in sorted(entries)]


def lists(path: Path, title: str) -> dict[str, tuple[str, str]]:
    found = openpyxl.load_workbook(path)[title].data_validations.dataValidation
    return {str(v.sqref): (v.formula1, v.errorStyle) for v in found}


@pytest.mark.parametrize("adopted", [True, False])
def test_init_twice_leaves_the_file_byte_for_byte_alone(tmp_path: Path, adopted: bool) -> None:
    path = office(tmp_path) if adopted else tmp_path / "halokop.xlsx"
    assert init(path, *PAGES)
    before = path.read_bytes(), path.stat().st_mtime_ns
    assert init(path, *PAGES) == []
    assert (path.read_bytes(), path.stat().st_mtime_ns) == before


def test_a_new_workbook_has_every_tab_in_order_and_none_else(tmp_path: Path) -> None:
    path = tmp_path / "halokop.xlsx"
    init(path, *PAGES)
    book = openpyxl.load_workbook(path)
    assert book.sheetnames == [
        "Papan",
        "Langkah",
        "Jadwal",
        "Evaluasi 29 Nov 2026",
        "Metrik",
        "Tanya Jawab",
        "Umpan Balik",
        "Tindak Lanjut",
        "Catatan Evaluasi",
        "Tim",
        "Libur",
        "Petunjuk",
        "Riwayat Email",
    ]
    assert book.active is not None
    assert book.active.title == "Papan"
    assert [ws.title for ws in book.worksheets if ws.sheet_view.tabSelected] == ["Papan"]
    assert book["Riwayat Email"].sheet_state == "hidden"
    for name, tab in TABS.items():
        sheet = book[name]
        assert [cell.value for cell in sheet[1]] == [column.header for column in tab.columns]
        assert sheet.freeze_panes is not None
        assert sheet.auto_filter.ref is not None
        assert sheet.print_title_rows == "$1:$1"
        assert (sheet.page_setup.orientation, sheet.page_setup.fitToHeight) == ("landscape", 0)
        for place, column in enumerate(tab.columns, start=1):
            dimension = sheet.column_dimensions[get_column_letter(place)]
            assert (dimension.width, dimension.hidden) == (column.width, column.hidden)
            grey = sheet.cell(1, place).fill.fgColor.rgb == "FFB0BEC5"
            assert grey is (column.owner is Owner.SYSTEM)


def test_lists_warn_and_never_reject_and_ticks_are_lists(tmp_path: Path) -> None:
    path = tmp_path / "halokop.xlsx"
    init(path)
    for name, tab in TABS.items():
        found = lists(path, name)
        wanted = [c for c in tab.columns if c.choices or c.choices_from or c.kind is Kind.TICK]
        assert len(found) == len(wanted)
        assert all(style == "warning" for _, style in found.values())
    assert lists(path, Tabs.STEPS)[f"A2:A{SPARE_ROWS + 1}"][0] == '"✓"'
    assert "Tim" in lists(path, Tabs.STEPS)[f"E2:E{SPARE_ROWS + 1}"][0]


def test_highlighting_covers_the_rows_to_come_and_the_first_rule_wins(tmp_path: Path) -> None:
    path = office(tmp_path)
    init(path)
    steps = shown(path, Tabs.STEPS)
    assert steps[0][0] == f"A2:P{SPARE_ROWS + 1}"
    assert "NOW()" in steps[0][1]
    assert "TODAY()" in steps[1][1]
    assert len(steps) >= len(RULES[Tabs.STEPS])
    snapshot = recognise(XlsxWorkbook(path).read())
    late = get_column_letter(snapshot.tables[Tabs.SCHEDULE].columns[Cols.LATE] + 1)
    assert any(formula == f'(${late}5<>"")' for _, formula in shown(path, Tabs.SCHEDULE))
    book = openpyxl.load_workbook(path)
    rules = [rule for entry in book[Tabs.STEPS].conditional_formatting for rule in entry.rules]
    assert all(rule.stopIfTrue for rule in rules)


def test_people_s_tabs_keep_their_looks_and_only_our_columns_are_dressed(tmp_path: Path) -> None:
    path = office(tmp_path)
    init(path, *PAGES)
    book = openpyxl.load_workbook(path)
    sheet = book["Jadwal"]
    assert book.active is sheet
    assert [ws.title for ws in book.worksheets if ws.sheet_view.tabSelected] == ["Jadwal"]
    assert sheet.freeze_panes is None
    assert sheet.sheet_properties.tabColor is None
    assert sheet.column_dimensions["C"].width == 42
    assert sheet.page_setup.orientation == "portrait"
    assert sheet["B4"].fill.fgColor.rgb == openpyxl.load_workbook(KANTOR)["Jadwal"]["B4"].fill.fgColor.rgb
    snapshot = recognise(XlsxWorkbook(path).read())
    columns = snapshot.tables[Tabs.SCHEDULE].columns
    assert min(columns[h] for h in (Cols.PROGRESS, Cols.CODE, Cols.THEME)) > 10
    assert sheet.column_dimensions[get_column_letter(columns[Cols.CODE] + 1)].hidden
    assert sheet.cell(4, columns[Cols.PROGRESS] + 1).fill.fgColor.rgb == "FFB0BEC5"


def test_our_columns_do_not_overlap_a_width_that_spans_to_the_end_of_the_sheet(tmp_path: Path) -> None:
    path = office(tmp_path)
    span = b'<col max="16384" min="9" style="0" width="11" customWidth="true"/></cols>'
    rezip(path, lambda name, data: data.replace(b"</cols>", span) if name.endswith("sheet1.xml") else data)
    init(path)
    dimensions = openpyxl.load_workbook(path)["Jadwal"].column_dimensions.values()
    spans = sorted((d.min, d.max, d.width) for d in dimensions)
    assert all(one[1] < two[0] for one, two in pairwise(spans))
    assert spans[-1][1:] == (16_384, 11)
    assert [s for s in spans if s[0] == 9] == [(9, 11, 11)]


def test_torn_highlighting_and_deleted_lists_are_mended_without_piling_up(tmp_path: Path) -> None:
    path = tmp_path / "halokop.xlsx"
    init(path)
    whole, chosen = shown(path, Tabs.STEPS), lists(path, Tabs.STEPS)

    def tear(book: openpyxl.Workbook) -> None:
        sheet = book[Tabs.STEPS]
        torn = ConditionalFormattingList()
        for entry in sheet.conditional_formatting:
            area = next(iter(entry.sqref.ranges))
            left, right = get_column_letter(area.min_col), get_column_letter(area.max_col)
            for rule in entry.rules:
                torn.add(f"{left}2:{right}10 {left}12:{right}{area.max_row}", rule)
                copy = FormulaRule(formula=[rule.formula[0].replace("2", "11")], stopIfTrue=True)
                copy.dxf = rule.dxf
                torn.add(f"{left}11:{right}11", copy)
        sheet.conditional_formatting = torn
        sheet.data_validations.dataValidation = []

    edit(path, tear)
    assert len(shown(path, Tabs.STEPS)) > len(whole)
    assert init(path) == ["Langkah: highlighting mended", "Langkah: lists mended"]
    assert shown(path, Tabs.STEPS) == whole
    assert lists(path, Tabs.STEPS) == chosen
    assert init(path) == []


def test_a_highlight_that_a_person_made_stays_even_with_a_formula_like_ours(tmp_path: Path) -> None:
    path = office(tmp_path)
    own = FormulaRule(formula=['$C5<>""'], fill=PatternFill("solid", bgColor="FF00FF00"))
    edit(path, lambda book: book["Jadwal"].conditional_formatting.add("C5:C18", own))
    init(path)
    assert ("C5:C18", '$C5<>""') in shown(path, "Jadwal")
    assert init(path) == []


def test_rows_that_people_inserted_or_deleted_do_not_make_init_write(tmp_path: Path) -> None:
    path = tmp_path / "halokop.xlsx"
    init(path)

    def shrink(book: openpyxl.Workbook) -> None:  # as deleting 30 rows in Excel leaves the ranges
        sheet = book[Tabs.FEEDBACK]
        kept = ConditionalFormattingList()
        for entry in sheet.conditional_formatting:
            for rule in entry.rules:
                kept.add(str(entry.sqref).replace("2001", "1971"), rule)
        sheet.conditional_formatting = kept
        for validation in sheet.data_validations.dataValidation:
            validation.sqref = MultiCellRange(str(validation.sqref).replace("2001", "1971"))

    edit(path, shrink)
    assert init(path) == []


def test_highlighting_grows_with_the_table(tmp_path: Path) -> None:
    path = tmp_path / "halokop.xlsx"
    workbook, snapshot = ready(path)
    rows = [AddRow(Tabs.FEEDBACK, "k", ((Cols.TEXT, "isi"),))] * (SPARE_ROWS - 100)
    workbook.write(rows, snapshot)
    assert {area.split(":")[1].lstrip("ABCDEFG") for area, _ in shown(path, Tabs.FEEDBACK)} == {"4001"}
    assert init(path) == []


def test_a_deleted_header_comes_back_and_a_deleted_tab_is_made_anew(tmp_path: Path) -> None:
    path = tmp_path / "halokop.xlsx"
    workbook, snapshot = ready(path)
    workbook.write([AddRow(Tabs.TEAM, "1", ((Cols.NAME, "Dewi"), (Cols.EMAIL, "d@example.go.id")))], snapshot)

    def damage(book: openpyxl.Workbook) -> None:
        book["Langkah"]["D1"] = None
        book["Langkah"].column_dimensions["D"].width = 99
        del book["Umpan Balik"]

    edit(path, damage)
    assert init(path) == ["Langkah: columns Status added", "tab Umpan Balik added"]
    book = openpyxl.load_workbook(path)
    assert book["Langkah"]["D1"].value == Cols.STATUS
    assert book["Langkah"].column_dimensions["D"].width == 99
    assert book.sheetnames.index("Umpan Balik") == book.sheetnames.index("Tanya Jawab") + 1
    assert book["Tim"]["A2"].value == "Dewi"
    assert init(path) == []


def test_a_highlight_as_we_once_made_it_goes(tmp_path: Path) -> None:
    path = tmp_path / "halokop.xlsx"
    init(path)
    old = RETIRED[Tabs.STEPS][0]
    formula = rule_formula(old, {Cols.DONE: "A", Cols.STATUS: "D"}, 2)
    assert formula

    def as_before(book: openpyxl.Workbook) -> None:
        style = STYLES[old.style]
        fill, font = PatternFill("solid", bgColor=f"FF{style.fill}"), Font(color=f"FF{style.color}")
        rule = FormulaRule(formula=[formula.removeprefix("=")], fill=fill, font=font, stopIfTrue=True)
        book["Langkah"].conditional_formatting.add("D2:D2001", rule)

    before = shown(path, "Langkah")
    edit(path, as_before)
    assert init(path) == ["Langkah: highlighting mended"]
    assert shown(path, "Langkah") == before and init(path) == []


def test_a_tab_with_our_title_over_something_else_is_left_alone(tmp_path: Path) -> None:
    path = office(tmp_path)
    edit(path, lambda book: setattr(book["Rekap lama"], "title", "Libur"))
    init(path)
    book = openpyxl.load_workbook(path)
    assert [[c.value for c in row] for row in book["Libur"].iter_rows(max_row=2)] == [
        ["Bulan", "Jumlah tayang"],
        ["Oktober", 4],
    ]
    assert book["Libur"].conditional_formatting == ConditionalFormattingList() or not shown(path, "Libur")
    assert init(path) == []


def test_the_looks_of_a_page_are_mended_but_not_its_values(tmp_path: Path) -> None:
    path = tmp_path / "halokop.xlsx"
    init(path, *PAGES)

    def spoil(book: openpyxl.Workbook) -> None:
        sheet = book["Papan"]
        sheet["A6"].fill = PatternFill("solid", fgColor="FF00FF00")
        sheet.unmerge_cells("A3:C4")
        sheet["B8"] = 12

    edit(path, spoil)
    assert init(path, *PAGES) == ["Papan: look mended"]
    sheet = openpyxl.load_workbook(path)["Papan"]
    assert sheet["A6"].fill.fgColor.rgb == "FFECEFF1"
    assert "A3:C4" in {str(area) for area in sheet.merged_cells.ranges}
    assert sheet["B8"].value == 12
    assert init(path, *PAGES) == []


def test_a_workbook_of_libreoffice_s_making_settles(tmp_path: Path) -> None:
    """What LibreOffice makes of our rules on saving: FALSE as 0, its own order, no stop, quotes gone."""
    path = tmp_path / "halokop.xlsx"
    init(path)

    def resave(book: openpyxl.Workbook) -> None:
        for sheet in book.worksheets:
            entries = sorted(sheet.conditional_formatting, key=lambda e: -len(str(e.sqref)))
            made, priority = ConditionalFormattingList(), 1
            for entry in entries:
                for rule in sorted(entry.rules, key=lambda r: r.priority):
                    priority += 1
                    rule.priority, rule.stopIfTrue = priority, None
                    rule.formula = [rule.formula[0].replace("=FALSE)", "=0)")]
                    made.add(str(entry.sqref), rule)
            sheet.conditional_formatting = made
            for validation in sheet.data_validations.dataValidation:
                validation.formula1 = validation.formula1.replace("'", "")
                validation.sqref = MultiCellRange(str(validation.sqref).replace("2001", "1037"))

    edit(path, resave)
    assert init(path) == []


def test_init_of_a_workbook_ready_to_use_keeps_reading_fast(tmp_path: Path) -> None:
    path = tmp_path / "halokop.xlsx"
    init(path, *PAGES)
    assert path.stat().st_size < 60_000
    workbook, _ = opened(path)
    assert max(len(tab.rows) for tab in workbook.read().tabs if tab.title in TABS) == 1


def test_a_web_address_stays_on_one_line_and_never_runs_into_the_row_below(tmp_path: Path) -> None:
    path = tmp_path / "halokop.xlsx"
    workbook, snapshot = ready(path)
    cells = (
        (Cols.TOPIC, "NIB"),
        (link_column("Instagram"), "https://www.instagram.com/p/" + "contoh/" * 20),
        (Cols.CODE, "k"),
    )
    workbook.write([AddRow(Tabs.SCHEDULE, "k", cells)], snapshot)
    sheet = openpyxl.load_workbook(path)[Tabs.SCHEDULE]
    place = snapshot.tables[Tabs.SCHEDULE].columns
    assert not sheet.cell(2, place[link_column("Instagram")] + 1).alignment.wrap_text
    assert sheet.cell(2, place[Cols.TOPIC] + 1).alignment.wrap_text
    assert (sheet.row_dimensions[2].height or 15) < 20

"""Workbooks of other programs: our cells change in them, and not one byte more.

``HALOKOP_FOREIGN_WORKBOOKS`` may name a folder of real ones; they are tried with the long counts.
"""

import os
import zipfile
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from halokop_sheets.core.sheet.tables import recognise
from halokop_sheets.core.sheet.values import AddPage, AddRow, SetCell
from halokop_sheets.core.terms import Cols, Tabs
from tests.foreign_workbooks import made
from tests.xlsx_office import init, opened, page

FOLDER = Path(os.environ.get("HALOKOP_FOREIGN_WORKBOOKS") or "none")
MADE = dict(made())
SAMPLE = (
    "chart scatter, adopted",
    "pictures, adopted",
    "tables, adopted",
    "arrays",
    "strict",
    "utf-16",
    "no references",
)
# The package's own lists, and what belongs to the whole workbook.
OURS = ("[content_types].xml", "workbook.xml", "workbook.xml.rels", "styles.xml", "calcchain.xml", "app.xml")
MAY_CHANGE = {"dimension", "cols", "autoFilter", "sheetViews", "sheetData"}  # in a tab that the program adopts
MAY_GROW = {"conditionalFormatting", "dataValidations", "mergeCells", "hyperlinks"}


def parts(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def live(path: Path) -> None:
    """``init``, three batches of cells and rows, and an evaluation."""
    board = page(Tabs.BOARD, Tabs.BOARD)
    assert init(path, board)
    for number in range(3):
        workbook, snapshot = opened(path)
        table = snapshot.tables[Tabs.SCHEDULE]
        row = AddRow(Tabs.SCHEDULE, "k", ((Cols.PUBLISH, datetime(2027, 1, 3 + number)), (Cols.CODE, f"k{number}")))
        place = table.header_row + 1, table.columns[Cols.MESSAGE] + 1
        workbook.write([SetCell(Tabs.SCHEDULE, *place, Cols.MESSAGE, "", None, f"=pesan {number}"), row], snapshot)
    workbook, snapshot = opened(path)
    workbook.write([AddPage(page("Evaluasi 2026-W48", "Evaluasi 29 Nov 2026"))], snapshot)
    assert init(path, board) == []
    assert recognise(workbook.read()).pages["Evaluasi 2026-W48"]


def canonical(element: Any) -> bytes:
    return etree.tostring(element, method="c14n", with_tail=False)  # type: ignore[no-any-return]


def without_results(data: bytes) -> bytes:
    """A sheet without what its formulas came to."""
    root = etree.fromstring(data)
    for cell in root.iter("{*}c"):
        if cell.find("{*}f") is not None:
            cell.attrib.pop("t", None)
            for value in cell.findall("{*}v"):
                cell.remove(value)
    return canonical(root)


def check_adopted(before: bytes, after: bytes) -> None:
    """In a tab that the program adopts, every element and cell of people's is as it was."""
    old, new = (etree.fromstring(without_results(data)) for data in (before, after))
    kept = {canonical(e) for e in new.iter() if isinstance(e.tag, str)}
    for element in old:
        name = etree.QName(element).localname
        if name in MAY_GROW and name != "conditionalFormatting":
            assert all(canonical(e) in kept for e in element), name
        elif name not in MAY_CHANGE:
            assert canonical(element) in kept, name
    stood = {c.get("r"): canonical(c) for c in old.iter("{*}c")}
    now = {c.get("r"): canonical(c) for c in new.iter("{*}c")}
    assert {place for place, cell in stood.items() if now.get(place) != cell} <= {None}


def check(before: dict[str, bytes], after: dict[str, bytes]) -> None:
    gone = [name for name in before if name not in after]
    assert [name for name in gone if not name.lower().endswith("calcchain.xml")] == []
    for name, data in before.items():
        if name in gone or after[name] == data or name.lower().endswith(OURS):
            continue
        if "/tables/" in name:
            continue  # a table over our columns grows with them
        assert "worksheets/" in name.lower(), name
        if without_results(after[name]) != without_results(data):
            assert b"Jadwal" in before["xl/workbook.xml"], name
            check_adopted(data, after[name])


def tried(folder: Path, data: bytes) -> None:
    path = folder / "kantor.xlsx"
    path.write_bytes(data)
    before = parts(path)
    live(path)
    check(before, parts(path))


@pytest.mark.parametrize("name", SAMPLE)
def test_our_cells_change_in_it_and_not_one_byte_more(tmp_path: Path, name: str) -> None:
    tried(tmp_path, MADE[name]())


@pytest.mark.soak
@pytest.mark.parametrize("name", [name for name in MADE if name not in SAMPLE])
def test_our_cells_change_in_every_other_kind_of_workbook(tmp_path: Path, name: str) -> None:
    tried(tmp_path, MADE[name]())


@pytest.mark.soak
@pytest.mark.parametrize("file", sorted(FOLDER.glob("*.xlsx")), ids=lambda file: file.stem)
def test_our_cells_change_in_real_workbooks(tmp_path: Path, file: Path) -> None:
    tried(tmp_path, file.read_bytes())

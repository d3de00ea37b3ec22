"""The file is replaced whole or not at all, never over a person's edit, and never where something would be lost."""

import io
import multiprocessing
import os
import random
import sys
import time
import zipfile
from collections.abc import Callable
from multiprocessing.synchronize import Event
from pathlib import Path

import openpyxl
import pytest

from halokop_sheets.core.sheet.tables import recognise
from halokop_sheets.core.sheet.values import AddRow, SetCell
from halokop_sheets.core.terms import Cols, Tabs
from halokop_sheets.errors import Conflict, TryAgainError, WorkbookError
from halokop_sheets.workbooks.xlsx import XlsxWorkbook
from halokop_sheets.workbooks.xlsx import guard as xlsx_guard
from halokop_sheets.workbooks.xlsx import store as xlsx_store
from tests.xlsx_office import KANTOR, blueprint, edit, init, office, opened, ready, rezip

CHANGE = SetCell(Tabs.SCHEDULE, 6, 20, Cols.MESSAGE, "", None, "pesan")


def names(folder: Path) -> set[str]:
    return {file.name for file in folder.iterdir()}


# --- who was faster -----------------------------------------------------------------------------------------------


def test_a_person_s_edit_between_read_and_write_is_kept(tmp_path: Path) -> None:
    path = office(tmp_path)
    workbook, snapshot = ready(path)
    edit(path, lambda book: book["Jadwal"].__setitem__("C5", "diketik orang"))
    left = path.read_bytes()
    with pytest.raises(Conflict):
        workbook.write([CHANGE], snapshot)
    assert path.read_bytes() == left
    workbook, snapshot = opened(path)
    workbook.write([CHANGE], snapshot)
    assert openpyxl.load_workbook(path)["Jadwal"]["C5"].value == "diketik orang"


def test_a_tab_renamed_between_read_and_write_is_a_conflict_like_any_other(tmp_path: Path) -> None:
    path = office(tmp_path)
    workbook, snapshot = ready(path)
    edit(path, lambda book: setattr(book["Jadwal"], "title", "Jadwal 2026"))
    with pytest.raises(Conflict):
        workbook.write([CHANGE], snapshot)


@pytest.mark.skipif(sys.platform == "win32", reason="an open file cannot be replaced there")
def test_the_file_is_replaced_and_never_written_into(tmp_path: Path) -> None:
    path = office(tmp_path)
    with path.open("rb") as begun:  # somebody who reads while we save sees one whole state
        init(path)
        assert begun.read() == KANTOR.read_bytes() != path.read_bytes()


def test_a_person_s_edit_during_our_save_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = office(tmp_path)
    workbook, snapshot = ready(path)
    write = xlsx_store.write

    def slow(file: Path, data: bytes) -> None:
        write(file, data)
        if "sebelumnya" in file.name:  # the last thing before the file is replaced
            edit(path, lambda book: book["Jadwal"].__setitem__("C5", "diketik orang"))

    monkeypatch.setattr(xlsx_store, "write", slow)
    with pytest.raises(Conflict):
        workbook.write([CHANGE], snapshot)
    assert openpyxl.load_workbook(path)["Jadwal"]["C5"].value == "diketik orang"
    assert not [name for name in names(tmp_path) if "halokop-baru" in name]


def test_init_on_a_workbook_that_changed_after_it_was_read_is_refused(tmp_path: Path) -> None:
    path = office(tmp_path)
    workbook = XlsxWorkbook(path)
    book = workbook.read()
    edit(path, lambda other: other["Jadwal"].__setitem__("C5", "diketik orang"))
    left = path.read_bytes()
    with pytest.raises(Conflict):
        workbook.init(blueprint(book), book)
    assert path.read_bytes() == left


def test_after_a_failed_write_the_next_one_starts_from_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = office(tmp_path)
    workbook, snapshot = ready(path)
    with monkeypatch.context() as broken:
        broken.setattr(os, "fsync", lambda _: (_ for _ in ()).throw(OSError(28, "No space left on device")))
        with pytest.raises(WorkbookError, match="No space"):
            workbook.write([CHANGE], snapshot)
    assert workbook.read() == XlsxWorkbook(path).read()
    other = SetCell(Tabs.SCHEDULE, 7, 20, Cols.MESSAGE, "", None, "lain")
    workbook.write([other], snapshot)
    sheet = openpyxl.load_workbook(path)["Jadwal"]
    assert (sheet.cell(6, 20).value, sheet.cell(7, 20).value) == (None, "lain")


@pytest.mark.parametrize(
    ("lock", "content", "who"),
    [
        ("~$kantor.xlsx", bytes([4]) + b"Dewi" + b" " * 50, "Excel (Dewi)"),
        (".~lock.kantor.xlsx#", b",Rudi,pc-2,24.11.2026 08:00,file:///x;", "LibreOffice (Rudi)"),
        ("~$kantor.xlsx", b"", "Excel"),
    ],
)
def test_a_file_open_in_excel_or_libreoffice_is_not_written(
    tmp_path: Path, lock: str, content: bytes, who: str
) -> None:
    path = office(tmp_path)
    workbook, snapshot = ready(path)
    (tmp_path / lock).write_bytes(content)
    left = path.read_bytes()
    with pytest.raises(TryAgainError) as told:
        workbook.write([CHANGE], snapshot)
    assert f"open in {who}" in str(told.value)
    edit_needed = office(tmp_path)
    with pytest.raises(TryAgainError):
        init(edit_needed)
    assert edit_needed.read_bytes() == KANTOR.read_bytes() != left
    (tmp_path / lock).unlink()
    init(edit_needed)


def test_a_lock_that_appears_during_our_save_stops_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = office(tmp_path)
    workbook, snapshot = ready(path)
    left = path.read_bytes()
    write = xlsx_store.write

    def opening(file: Path, data: bytes) -> None:
        write(file, data)
        (tmp_path / "~$kantor.xlsx").touch()

    monkeypatch.setattr(xlsx_store, "write", opening)
    with pytest.raises(TryAgainError):
        workbook.write([CHANGE], snapshot)
    assert path.read_bytes() == left


# --- copies, crashes ----------------------------------------------------------------------------------------------


def test_the_file_before_our_first_write_and_before_our_last_one_are_kept(tmp_path: Path) -> None:
    path = office(tmp_path)
    workbook, snapshot = ready(path)
    second = path.read_bytes()
    workbook.write([CHANGE], snapshot)
    assert (tmp_path / "kantor.cadangan.xlsx").read_bytes() == KANTOR.read_bytes()
    assert (tmp_path / "kantor.sebelumnya.xlsx").read_bytes() == second
    assert names(tmp_path) == {"kantor.xlsx", "kantor.cadangan.xlsx", "kantor.sebelumnya.xlsx"}


def test_a_copy_that_cannot_be_read_back_never_takes_the_file_s_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = office(tmp_path)
    workbook, snapshot = ready(path)
    left = path.read_bytes()
    write = xlsx_store.write
    for damage in (lambda data: data[: len(data) // 2], lambda data: KANTOR.read_bytes(), _flip):
        monkeypatch.setattr(xlsx_store, "write", lambda file, data, damage=damage: write(file, damage(data)))
        with pytest.raises(WorkbookError, match="the workbook stays as it was"):
            workbook.write([CHANGE], snapshot)
        assert path.read_bytes() == left
        assert not [name for name in names(tmp_path) if "halokop-baru" in name]


def _flip(data: bytes) -> bytes:
    """One byte wrong in the middle of the largest part."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        entry = max(archive.infolist(), key=lambda e: e.compress_size)
    place = entry.header_offset + 30 + len(entry.filename) + entry.compress_size // 2
    return data[:place] + bytes([data[place] ^ 0xFF]) + data[place + 1 :]


def test_the_file_keeps_its_permissions_and_a_link_stays_a_link(tmp_path: Path) -> None:
    path = office(tmp_path)
    path.chmod(0o640)
    link = tmp_path / "tautan" / "kantor.xlsx"
    link.parent.mkdir()
    link.symlink_to(path)
    init(link)
    assert link.is_symlink()
    assert path.stat().st_mode & 0o777 == 0o640
    assert path.read_bytes() != KANTOR.read_bytes()


COUNTED = (Tabs.SCHEDULE, Tabs.TEAM, Tabs.READINGS)


def save_for_ever(path: Path, begun: Event) -> None:
    """Count upwards in one cell of each of three tabs, one batch after the other."""
    workbook = XlsxWorkbook(path)
    while True:
        snapshot = recognise(workbook.read())
        tables = [snapshot.tables[tab] for tab in COUNTED]
        old = int(str(tables[0].rows[0].cells.get(Cols.MESSAGE, 0)))
        workbook.write(
            [
                SetCell(t.tab, t.rows[0].number, t.columns[Cols.MESSAGE] + 1, Cols.MESSAGE, "", old, old + 1)
                for t in tables
            ],
            snapshot,
        )
        begun.set()


@pytest.mark.parametrize("kills", [20, pytest.param(200, marks=pytest.mark.soak)])
def test_a_process_killed_at_any_moment_of_a_save_leaves_the_old_or_the_new_workbook(
    tmp_path: Path, kills: int
) -> None:
    path = office(tmp_path)
    init(path)
    how = multiprocessing.get_context("fork" if "fork" in multiprocessing.get_all_start_methods() else "spawn")
    chance, seen, torn = random.Random(7), set(), 0
    while len(seen) < kills or not torn:  # as many as it takes to hit a save, however busy the machine is
        begun = how.Event()
        saver = how.Process(target=save_for_ever, args=(path, begun))
        saver.start()
        assert begun.wait(120)
        if chance.random() < 0.5:
            time.sleep(chance.uniform(0, 0.15))
        else:
            while not any("halokop-baru" in name for name in names(tmp_path)) and saver.is_alive():
                pass  # in the middle of a save
        assert saver.is_alive()
        saver.kill()
        saver.join()
        torn += any("halokop-baru" in name for name in names(tmp_path))
        _, snapshot = opened(path)
        counts = [snapshot.tables[tab].rows[0].cells.get(Cols.MESSAGE) for tab in COUNTED]
        assert len(set(counts)) == 1  # all of one batch or nothing of it
        assert counts[0] not in seen
        seen.add(counts[0])
        for copy in tmp_path.glob("*.xlsx"):
            openpyxl.load_workbook(copy, read_only=True).close()
    workbook, snapshot = opened(path)
    workbook.write([SetCell(Tabs.TEAM, 3, 8, Cols.MESSAGE, "", None, "x")], snapshot)
    assert not [name for name in names(tmp_path) if "halokop-baru" in name]


# --- what is not opened -------------------------------------------------------------------------------------------


def test_a_missing_file_is_said_and_can_be_made_by_init_alone(tmp_path: Path) -> None:
    with pytest.raises(WorkbookError, match="halokop init"):
        XlsxWorkbook(tmp_path / "x.xlsx").read()
    assert XlsxWorkbook(tmp_path / "x.xlsx", create=True).read().tabs == ()


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "not an .xlsx"),
        (b"Tanggal;Topik\n", "not an .xlsx"),
        (b"\xd0\xcf\x11\xe0" + b"\0" * 600, "password"),
        (KANTOR.read_bytes()[:5000], "not an .xlsx"),
    ],
)
def test_what_is_no_workbook_is_refused_with_a_sentence(tmp_path: Path, data: bytes, said: str) -> None:
    path = tmp_path / "x.xlsx"
    path.write_bytes(data)
    with pytest.raises(WorkbookError, match=said):
        XlsxWorkbook(path).read()


def bomb(folder: Path, parts: int, size: int) -> Path:
    path = folder / "bomb.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<x/>")
        for number in range(parts):
            archive.writestr(f"xl/worksheets/sheet{number}.xml", b" " * size)
    return path


@pytest.mark.parametrize(("parts", "size"), [(1, 64 * 2**20), (200, 2**20), (7_000, 0)])
def test_a_bomb_is_refused_before_it_is_unpacked(tmp_path: Path, parts: int, size: int) -> None:
    path = bomb(tmp_path, parts, size)
    started = time.perf_counter()
    with pytest.raises(WorkbookError, match="fill the memory"):
        XlsxWorkbook(path).read()
    assert time.perf_counter() - started < 0.1


def test_a_file_with_too_many_bytes_is_not_even_read(tmp_path: Path) -> None:
    path = tmp_path / "x.xlsx"
    with path.open("wb") as file:
        file.truncate(xlsx_guard.MAX_FILE + 1)
    with pytest.raises(WorkbookError, match="larger than 25 MiB"):
        XlsxWorkbook(path).read()


def test_a_million_blank_formatted_cells_are_refused_before_they_become_objects(tmp_path: Path) -> None:
    path = office(tmp_path)
    rows = b"".join(b'<row r="%d"><c r="A%d" s="1"/><c r="B%d" s="1"/></row>' % (n, n, n) for n in range(20, 300_000))
    rezip(path, lambda name, data: data.replace(b"</sheetData>", rows + b"</sheetData>") if "sheet2" in name else data)
    with pytest.raises(WorkbookError, match="blank rows below"):
        XlsxWorkbook(path).read()


def test_xml_entities_are_refused(tmp_path: Path) -> None:
    path = office(tmp_path)
    evil = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa">]>'
    rezip(path, lambda name, data: evil + data[data.find(b"?>") + 2 :] if "sharedStrings" in name else data)
    with pytest.raises(WorkbookError, match="entities"):
        XlsxWorkbook(path).read()


def shape(kind: bytes) -> Callable[[str, bytes], bytes]:
    anchor = b"<xdr:twoCellAnchor>" + kind + b"</xdr:twoCellAnchor>"
    return lambda name, data: data.replace(b"></xdr:wsDr>", b">" + anchor + b"</xdr:wsDr>")


def tail(more: bytes) -> Callable[[str, bytes], bytes]:
    return lambda name, data: data.replace(b"</worksheet>", more + b"</worksheet>") if "sheet2" in name else data


def same(name: str, data: bytes) -> bytes:
    return data


MORE = {  # what an office may have in its workbook besides cells
    "shapes": (shape(b"<xdr:sp><xdr:txBody/></xdr:sp><xdr:cxnSp/><xdr:pic/>"), {}),
    "smart art": (shape(b'<xdr:graphicFrame><a:graphicData uri="http://x/diagram"/></xdr:graphicFrame>'), {}),
    "embedded": (tail(b'<oleObjects><oleObject progId="Word"/></oleObjects>'), {"xl/embeddings/oleObject1.bin": b"x"}),
    "controls": (tail(b'<controls><control name="x"/></controls>'), {"xl/activeX/activeX1.xml": b"<x/>"}),
    "sparklines": (tail(b'<extLst><ext uri="{05C60535-1F16-4fd2-B633-F4F36F0B64E0}"><a/></ext></extLst>'), {}),
    "parts": (
        same,
        {
            "xl/media/image1.png": b"x",
            "xl/vbaProject.bin": b"x",
            "xl/slicers/slicer1.xml": b"<x/>",
            "xl/pivotTables/pivotTable1.xml": b"<x/>",
            "xl/threadedComments/threadedComment1.xml": b"<x/>",
            "xl/charts/chartEx1.xml": b"<x/>",
            "xl/connections.xml": b"<x/>",
            "xl/unheard/of.xml": b"<x/>",
            "xl/drawings/vmlDrawing9.vml": b'<x:ClientData ObjectType="Checkbox"/>',
        },
    ),
}


def parts(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


@pytest.mark.parametrize("name", MORE)
def test_what_is_not_ours_in_the_package_stays_byte_for_byte(tmp_path: Path, name: str) -> None:
    path = office(tmp_path)
    change, extra = MORE[name]
    rezip(path, change, extra)
    before = parts(path)
    workbook, snapshot = ready(path)
    workbook.write([CHANGE], snapshot)
    after = parts(path)
    ours = {"xl/workbook.xml", "xl/styles.xml", "[Content_Types].xml", "xl/_rels/workbook.xml.rels"}
    ours |= {f"xl/worksheets/sheet{n}.xml" for n in (1, 2, 3, 4)}  # tabs with cells of ours, and one that counts them
    assert {name for name in before if after.get(name) != before[name]} <= ours
    kept = before["xl/worksheets/sheet2.xml"]
    assert after["xl/worksheets/sheet2.xml"].endswith(kept[kept.rindex(b"<pageSetup") :])


def test_an_empty_drawing_and_a_comment_s_box_are_no_shapes_and_charts_survive(tmp_path: Path) -> None:
    from openpyxl.chart import BarChart, Reference

    path = office(tmp_path)
    XlsxWorkbook(path).read()

    def chart(book: openpyxl.Workbook) -> None:
        made = BarChart()
        made.add_data(Reference(book["Metrik"], 7, 1, 7, 7), titles_from_data=True)
        book["Rekap lama"].add_chart(made, "D2")

    edit(path, chart)
    workbook, snapshot = ready(path)
    workbook.write([AddRow(Tabs.TEAM, "9", ((Cols.NAME, "Baru"),))], snapshot)
    assert len(openpyxl.load_workbook(path)["Rekap lama"]._charts) == 1


def test_links_to_other_files_survive(tmp_path: Path) -> None:
    path = office(tmp_path)
    rels = b"http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    main = b"http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    link = b'<externalLink xmlns="%s"><externalBook xmlns:r="%s" r:id="rId1"/></externalLink>' % (main, rels)
    target = (
        b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" '
        b'Type="%s/externalLinkPath" Target="lain.xlsx" TargetMode="External"/></Relationships>' % rels
    )

    def change(name: str, data: bytes) -> bytes:
        if name == "xl/workbook.xml":
            return data.replace(
                b"<definedNames>",
                b'<externalReferences><externalReference r:id="rId99"/></externalReferences><definedNames>',
            )
        if name == "xl/_rels/workbook.xml.rels":
            more = b'<Relationship Id="rId99" Type="%s/externalLink" Target="externalLinks/externalLink1.xml"/>' % rels
            return data.replace(b"</Relationships>", more + b"</Relationships>")
        return data

    extra = {
        "xl/externalLinks/externalLink1.xml": link,
        "xl/externalLinks/_rels/externalLink1.xml.rels": target,
    }
    rezip(path, change, extra)
    workbook, snapshot = ready(path)
    workbook.write([CHANGE], snapshot)
    with zipfile.ZipFile(path) as archive:
        assert b"lain.xlsx" in archive.read("xl/externalLinks/_rels/externalLink1.xml.rels")


def kind_of_book(kind: bytes) -> Callable[[str, bytes], bytes]:
    usual = b"openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
    return lambda name, data: data.replace(usual, kind) if name == "[Content_Types].xml" else data


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        (b"ms-excel.sheet.macroEnabled.main+xml", "holds macros"),
        (b"ms-excel.sheet.binary.macroEnabled.main", "holds macros"),
        (b"openxmlformats-officedocument.spreadsheetml.template.main+xml", "is a template"),
    ],
)
def test_another_kind_of_workbook_under_the_name_of_an_xlsx_is_called_what_it_is(
    tmp_path: Path, kind: bytes, said: str
) -> None:
    path = office(tmp_path)
    rezip(path, kind_of_book(kind))
    with pytest.raises(WorkbookError, match=said):
        XlsxWorkbook(path).read()


def test_a_renamed_ods_and_a_package_without_its_parts_are_said(tmp_path: Path) -> None:
    path = tmp_path / "x.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
    with pytest.raises(WorkbookError, match="OpenDocument"):
        XlsxWorkbook(path).read()
    for gone in ("xl/workbook.xml", "xl/worksheets/sheet1.xml", "[Content_Types].xml"):
        broken = {name: data for name, data in parts(KANTOR).items() if name != gone}
        with zipfile.ZipFile(path, "w") as archive:
            for name, data in broken.items():
                archive.writestr(name, data)
        if gone.endswith("sheet1.xml"):
            assert "Jadwal" not in [tab.title for tab in XlsxWorkbook(path).read().tabs]
            continue
        with pytest.raises(WorkbookError, match=r"x\.xlsx"):
            XlsxWorkbook(path).read()

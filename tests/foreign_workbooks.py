"""Workbooks as other programs make them: one for each thing that an office may have in its file besides our tabs.

Most are drawn by XlsxWriter; what it cannot make is put into the package by hand, as Excel writes it.
"""

import re
import zipfile
from collections.abc import Callable, Iterator
from datetime import datetime
from functools import partial
from io import BytesIO
from typing import Any

import xlsxwriter

from halokop_sheets.workbooks.xlsx.ooxml import strict

Draw = Callable[[Any, Any], None]
Parts = dict[str, bytes]
CHARTS = ("area", "bar", "column", "doughnut", "line", "pie", "radar", "scatter", "stock")
SUBTYPES = ("stacked", "percent_stacked", "straight_with_markers", "smooth", "with_markers", "filled")
MONTHS = ("Bulan", "Tayang", "Penonton", "Tanggal")
SCHEDULE = ("Tanggal Tayang", "Topik", "Bentuk", "Narasumber")
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108020000009077"
    "53de0000000c4944415408d763f8cfc000000301010018dd8db00000000049454e44ae426082"
)


def sheet(book: Any, name: str = "Data kantor") -> Any:
    """A tab of the office's own: a small table and sums over it."""
    made = book.add_worksheet(name)
    made.write_row("A1", MONTHS)
    for row, month in enumerate(("Agustus", "September", "Oktober", "November"), start=1):
        made.write_row(row, 0, [month, 3 + row, 1_000 * row])
        made.write_datetime(row, 3, datetime(2026, 7 + row, 1), book.add_format({"num_format": "dd/mm/yyyy"}))
    made.write_formula("B6", "=SUM(B2:B5)", None, 22)
    made.write_formula("C6", "=AVERAGE(C2:C5)", None, 2500)
    return made


def charted(kind: str, subtype: str | None = None) -> Draw:
    def draw(book: Any, ws: Any) -> None:
        chart = book.add_chart({"type": kind, **({"subtype": subtype} if subtype else {})})
        for column in ("B", "C", "B") if kind == "stock" else ("B", "C"):
            chart.add_series(
                {
                    "name": f"='Data kantor'!${column}$1",
                    "categories": "='Data kantor'!$A$2:$A$5",
                    "values": f"='Data kantor'!${column}$2:${column}$5",
                    "data_labels": {"value": True, "leader_lines": kind in ("pie", "doughnut")},
                    **(
                        {
                            "trendline": {"type": "linear", "display_equation": False, "name": "Tren"},
                            "y_error_bars": {"type": "standard_error"},
                        }
                        if kind in ("bar", "column", "line", "scatter") and not subtype
                        else {}
                    ),
                }
            )
        chart.set_title({"name": "Tayangan"} if subtype else {"name": "='Data kantor'!$A$1"})
        ws.insert_chart("F2", chart)

    return draw


def pictures(book: Any, ws: Any) -> None:
    ws.insert_image("F2", "lambang.png", {"image_data": BytesIO(PIXEL), "description": "Lambang"})
    ws.set_header("&L&G", {"image_left": "lambang.png", "image_data_left": BytesIO(PIXEL)})
    ws.embed_image("F9", "lambang.png", {"image_data": BytesIO(PIXEL)})


def shapes(book: Any, ws: Any) -> None:
    ws.insert_textbox("F2", "Catatan kepala bidang", {"fill": {"color": "#FFEEAA"}, "url": "https://example.go.id"})
    ws.insert_textbox("F9", "=$A$2", {"textlink": "=$A$2"})


def controls(book: Any, ws: Any) -> None:
    ws.insert_button("F2", {"caption": "Segarkan"})
    ws.insert_checkbox("F4", True)


def notes(book: Any, ws: Any) -> None:
    ws.write_comment("B2", "periksa lagi", {"author": "Dewi", "visible": True})
    ws.write_comment("C3", "dari laporan")


def rich(book: Any, ws: Any) -> None:
    bold, red = book.add_format({"bold": True}), book.add_format({"font_color": "red"})
    ws.write_rich_string("A8", "Ini ", bold, "penting", " dan ", red, "merah")
    ws.write_string("A9", "_x0041_ & <b> \u00e9 \U0001f642")


def errors(book: Any, ws: Any) -> None:
    ws.write_string("E2", "0812")
    ws.ignore_errors({"number_stored_as_text": "E2:E9", "formula_differs": "B6"})


def tables(book: Any, ws: Any) -> None:
    columns = [{"header": header} for header in (SCHEDULE if ws.name == "Jadwal" else MONTHS)]
    ws.add_table(
        "A1:D3" if ws.name == "Jadwal" else "A1:D5",
        {"columns": columns, "name": "Rekap", "style": "Table Style Light 9"},
    )
    ws.add_table("H1:I4", {"total_row": True, "columns": [{"total_string": "Jumlah"}, {"total_function": "sum"}]})
    ws.write_formula("F2", "=COUNTA(Rekap)", None, 12)


def sparklines(book: Any, ws: Any) -> None:
    ws.add_sparkline("E2", {"range": "'Data kantor'!B2:C2", "type": "column"})
    ws.add_sparkline("E3", {"range": "'Data kantor'!B3:C3", "markers": True})


def conditional(book: Any, ws: Any) -> None:
    bar, icons = {"type": "data_bar", "data_bar_2010": True}, {"type": "icon_set", "icon_style": "3_flags"}
    for column, rule in enumerate(({"type": "3_color_scale"}, bar, icons)):
        ws.conditional_format(1, column, 4, column, rule)
    bold = book.add_format({"bold": True})
    ws.conditional_format("A2:A5", {"type": "formula", "criteria": "=$B2>4", "format": bold})


def lists(book: Any, ws: Any) -> None:
    other = sheet(book, "Pilihan")
    other.hide()
    ws.data_validation("E2:E9", {"validate": "list", "source": "=Pilihan!$A$2:$A$5", "input_title": "Bulan"})
    ws.data_validation("F2:F9", {"validate": "custom", "value": "=LEN(F2)<9", "error_type": "stop"})


def names(book: Any, ws: Any) -> None:
    sheet(book, "Kedua")
    book.define_name("Jumlah", "='Data kantor'!$B$6")
    book.define_name("Kedua!Setempat", "=Kedua!$A$1:$B$2")
    ws.write_formula("F2", "=Jumlah*2", None, 44)
    ws.print_area("A1:D6")
    ws.repeat_rows(0)
    ws.autofilter("A1:D5")


def printing(book: Any, ws: Any) -> None:
    ws.set_landscape()
    ws.set_paper(5)
    ws.set_h_pagebreaks([3])
    ws.set_footer("&CHalaman &P dari &N")
    ws.set_background(BytesIO(PIXEL))
    ws.set_margins(left=1)
    ws.center_horizontally()


def locked(book: Any, ws: Any) -> None:
    ws.protect("rahasia", {"sort": True})
    ws.unprotect_range("B2:B5", "Pengisi")


def outline(book: Any, ws: Any) -> None:
    ws.set_row(1, None, None, {"level": 1, "hidden": True})
    ws.set_column("B:C", 20, book.add_format({"bg_color": "#EEEEEE"}), {"level": 1})
    ws.freeze_panes(1, 1)
    ws.set_zoom(80)
    ws.set_tab_color("#FF9900")


def hidden(book: Any, ws: Any) -> None:
    sheet(book, "Tersembunyi").hide()
    sheet(book, "Sangat").very_hidden()
    book.add_chartsheet("Bagan").set_chart(_simple(book))
    book.worksheets()[0].activate()


def _simple(book: Any) -> Any:
    chart = book.add_chart({"type": "line"})
    chart.add_series({"values": "='Data kantor'!$B$2:$B$5"})
    return chart


def links(book: Any, ws: Any) -> None:
    ws.write_url("E2", "https://example.go.id/berkas?a=1&b=2", string="Berkas")
    ws.write_url("E3", "internal:'Data kantor'!A1")
    ws.write_url("E4", "external:lain.xlsx#Lembar!A1")
    ws.write_formula("E5", "='[lain.xlsx]Lembar'!A1", None, 7)


def arrays(book: Any, ws: Any) -> None:
    ws.write_array_formula("F2:F5", "{=B2:B5*2}", None, 8)
    ws.write_dynamic_array_formula("G2", "=SORT(B2:B5)", None, 4)
    ws.write_formula("H2", "=LET(x,B2,x*2)", None, 8)
    ws.write_formula("H3", "=TODAY()", None, 46350)


def three_dimensional(book: Any, ws: Any) -> None:
    for name in ("Jan", "Feb", "Mar"):
        sheet(book, name)
    ws.write_formula("F2", "=SUM(Jan:Mar!B6)", None, 66)


def properties(book: Any, ws: Any) -> None:
    book.set_properties({"title": "Rekap", "author": "Dewi", "company": "Dinas"})
    book.set_custom_property("Nomor", 17)
    book.set_custom_property("Tanggal", datetime(2026, 11, 1))


def merged(book: Any, ws: Any) -> None:
    ws.merge_range("F2:H4", "Gabung", book.add_format({"align": "center", "border": 1, "pattern": 3}))
    ws.set_row(8, 40)
    ws.write_blank("F9", None, book.add_format({"num_format": "[$-421]dddd", "rotation": 45, "text_wrap": True}))


DRAWN: dict[str, Draw] = {
    **{f"chart {kind}": charted(kind) for kind in CHARTS},
    "chart bar stacked": charted("bar", "stacked"),
    "chart column percent": charted("column", "percent_stacked"),
    "chart line stacked": charted("line", "stacked"),
    "chart area percent": charted("area", "percent_stacked"),
    "chart scatter smooth": charted("scatter", "smooth"),
    "chart scatter straight": charted("scatter", "straight_with_markers"),
    "chart radar filled": charted("radar", "filled"),
    **{
        draw.__name__: draw
        for draw in (
            pictures, shapes, controls, notes, rich, errors, tables, sparklines, conditional, lists, names, printing,
            locked, outline, hidden, links, arrays, three_dimensional, properties, merged,
        )
    },
}  # fmt: skip


def schedule(book: Any) -> Any:
    """A tab that the program adopts."""
    made = book.add_worksheet("Jadwal")
    made.write_row("A1", SCHEDULE)
    day = book.add_format({"num_format": "dd/mm/yyyy"})
    for row, when in enumerate((datetime(2026, 11, 29), datetime(2026, 12, 6)), start=1):
        made.write_datetime(row, 0, when, day)
        made.write_row(row, 1, ["Pajak UKM", "Live", "Ibu Sari"])
    return made


def drawn(draw: Draw, *, adopted: bool = False, **options: Any) -> bytes:
    """A workbook by XlsxWriter; ``adopted``: what is special stands on a tab that the program takes for its own."""
    out = BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True, **options}) as book:
        ws = sheet(book)
        draw(book, schedule(book) if adopted else ws)
    return out.getvalue()


def parts_of(data: bytes) -> Parts:
    with zipfile.ZipFile(BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def packed(parts: Parts) -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return out.getvalue()


Change = Callable[[Parts], None]


def replaced(name: str, old: bytes, new: bytes) -> Change:
    def change(parts: Parts) -> None:
        assert old in parts[name], (name, old)
        parts[name] = parts[name].replace(old, new, 1)

    return change


def both(*changes: Change) -> Change:
    def change(parts: Parts) -> None:
        for one in changes:
            one(parts)

    return change


def extra(more: Parts, kinds: str = "", related: str = "") -> Change:
    """More parts, their content types and relations of the workbook."""

    def change(parts: Parts) -> None:
        parts.update(more)
        for name, end, text in (
            ("[Content_Types].xml", b"</Types>", kinds),
            ("xl/_rels/workbook.xml.rels", b"</Relationships>", related),
        ):
            parts[name] = parts[name].replace(end, text.encode() + end)

    return change


def tail(xml: str, before: str = "</worksheet>") -> Change:
    return replaced(SHEET, before.encode(), xml.encode() + before.encode())


def recoded(parts: Parts) -> None:
    parts[SHEET] = parts[SHEET].decode().replace('encoding="UTF-8"', 'encoding="UTF-16"').encode("utf-16")


def prefixed(parts: Parts) -> None:
    text = re.sub(r"<(/?)(?=[a-zA-Z])", r"<\1x:", parts[SHEET].decode()).replace("xmlns=", "xmlns:x=", 1)
    parts[SHEET] = text.encode()


def bare_rows(parts: Parts) -> None:
    parts[SHEET] = re.sub(rb'(<(?:row|c)) r="[A-Z]*\d+"', rb"\1", parts[SHEET])


def moved(parts: Parts) -> None:
    """The workbook stands elsewhere, and relations are absolute."""
    for name in [n for n in parts if n.startswith("xl/")]:
        parts[name.replace("xl/", "buku/")] = parts.pop(name)
    for name in ("[Content_Types].xml", "_rels/.rels"):
        parts[name] = parts[name].replace(b"/xl/", b"/buku/").replace(b'"xl/', b'"/buku/')
    rels = "buku/_rels/workbook.xml.rels"
    parts[rels] = re.sub(rb'Target="', rb'Target="/buku/', parts[rels])


def strictly(parts: Parts) -> None:
    for name in parts:
        if name.endswith((".xml", ".rels")):
            parts[name] = strict(parts[name]).replace(
                b'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/',
                b'Type="http://purl.oclc.org/ooxml/officeDocument/relationships/',
            )


SHEET = "xl/worksheets/sheet1.xml"
X14 = "http://schemas.microsoft.com/office/spreadsheetml/2009/9/main"
SHEETS = "vnd.openxmlformats-officedocument.spreadsheetml"
REL = f'<Relationship Id="rId90" Type="{OFFICE}/%s" Target="%s"/>'
KIND = '<Override PartName="/%s" ContentType="application/%s"/>'
HAND: dict[str, Change] = {
    "no calcPr": replaced("xl/workbook.xml", b'<calcPr calcId="124519" fullCalcOnLoad="1"/>', b""),
    "an unused type for macros": replaced(
        "[Content_Types].xml",
        b"<Default",
        b'<Default Extension="bin" ContentType="application/vnd.ms-excel.sheet.binary.macroEnabled.main"/><Default',
    ),
    "strict": strictly,
    "utf-16": recoded,
    "a prefix for every element": prefixed,
    "comments": replaced(SHEET, b"<sheetData>", b'<!-- <row r="1"> --><sheetData><!-- <c r="A1"/> -->'),
    "cdata": replaced(
        SHEET, b'<c r="A1" t="s"><v>0</v></c>', b'<c r="A1" t="inlineStr"><is><t><![CDATA[a <row> & b]]></t></is></c>'
    ),
    "single quotes": replaced(SHEET, b'<c r="A1" t="s">', b"<c r='A1' t='s'>"),
    "attributes in another order": replaced(SHEET, b'<c r="A1" t="s">', b'<c t="s" r="A1">'),
    "no references": bare_rows,
    "another folder": moved,
    "capitals": lambda parts: parts.update({"XL/Worksheets/Sheet1.XML": parts.pop(SHEET)}),
    "no default for rels": replaced(
        "[Content_Types].xml",
        b'<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>',
        b'<Override PartName="/_rels/.rels" '
        b'ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override '
        b'PartName="/xl/_rels/workbook.xml.rels" '
        b'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>',
    ),
    "a shared formula": both(
        replaced(SHEET, b"<f>SUM(B2:B5)</f>", b'<f t="shared" ref="B6:C6" si="0">SUM(B2:B5)</f>'),
        replaced(SHEET, b"<f>AVERAGE(C2:C5)</f><v>2500</v>", b'<f t="shared" si="0"/><v>10000</v>'),
    ),
    "scenarios": tail(
        '<scenarios current="0"><scenario name="Baik" count="1"><inputCells r="B2" val="9"/></scenario></scenarios>',
        "<pageMargins",
    ),
    "custom xml": extra({"customXml/item1.xml": b"<a/>"}),
    "left over macros": extra(
        {"xl/vbaProject.bin": b"x"},
        '<Default Extension="bin" ContentType="application/vnd.ms-office.vbaProject"/>',
        '<Relationship Id="rId90" Type="http://schemas.microsoft.com/office/2006/relationships/vbaProject" '
        'Target="vbaProject.bin"/>',
    ),
    "an external link": both(
        extra(
            {"xl/externalLinks/externalLink1.xml": f'<externalLink xmlns="{MAIN}"/>'.encode()},
            KIND
            % (
                "xl/externalLinks/externalLink1.xml",
                "vnd.openxmlformats-officedocument.spreadsheetml.externalLink+xml",
            ),
            REL % ("externalLink", "externalLinks/externalLink1.xml"),
        ),
        replaced(
            "xl/workbook.xml",
            b"<calcPr",
            b'<externalReferences><externalReference r:id="rId90"/></externalReferences><calcPr',
        ),
    ),
    "a pivot": both(
        extra(
            {
                "xl/pivotCache/pivotCacheDefinition1.xml": (
                    f'<pivotCacheDefinition xmlns="{MAIN}" recordCount="0"><cacheSource type="worksheet">'
                    '<worksheetSource ref="A1:B5" sheet="Data kantor"/></cacheSource><cacheFields count="1">'
                    '<cacheField name="Bulan"><sharedItems/></cacheField></cacheFields></pivotCacheDefinition>'
                ).encode()
            },
            KIND
            % (
                "xl/pivotCache/pivotCacheDefinition1.xml",
                f"{SHEETS}.pivotCacheDefinition+xml",
            ),
            REL % ("pivotCacheDefinition", "pivotCache/pivotCacheDefinition1.xml"),
        ),
        replaced(
            "xl/workbook.xml",
            b'<calcPr calcId="124519" fullCalcOnLoad="1"/>',
            b'<calcPr calcId="124519"/><pivotCaches><pivotCache cacheId="1" r:id="rId90"/></pivotCaches>',
        ),
    ),
    "a slicer": tail(
        f'<extLst><ext uri="{{A8765BA9-456A-4dab-B4F3-ACF838C121DE}}" xmlns:x14="{X14}"><x14:slicerList>'
        "</x14:slicerList></ext></extLst>"
    ),
    "threaded comments": extra(
        {"xl/threadedComments/threadedComment1.xml": b"<a/>", "xl/persons/person.xml": b"<a/>"},
        KIND % ("xl/persons/person.xml", "vnd.ms-excel.person+xml"),
    ),
    "a calc chain": extra(
        {"xl/calcChain.xml": f'<calcChain xmlns="{MAIN}"><c r="B6" i="1"/><c r="C6" i="1"/></calcChain>'.encode()},
        KIND % ("xl/calcChain.xml", f"{SHEETS}.calcChain+xml"),
        REL % ("calcChain", "calcChain.xml"),
    ),
    "an unheard of element": tail(
        '<extLst><ext uri="{00000000-0000-4000-8000-000000000001}"><z xmlns="urn:z"/></ext></extLst>'
    ),
    "checkboxes in cells": tail(
        f'<extLst><ext uri="{{00000000-0000-4000-8000-000000000002}}" xmlns:x14="{X14}"><x14:any/></ext></extLst>'
    ),
}


def made() -> Iterator[tuple[str, Callable[[], bytes]]]:
    """Every workbook by name."""
    for name, draw in DRAWN.items():
        yield name, partial(drawn, draw)
        yield f"{name}, adopted", partial(drawn, draw, adopted=True)
    yield "since 1904", partial(drawn, notes, date_1904=True)
    for name, change in HAND.items():
        yield name, partial(by_hand, change)


def by_hand(change: Change) -> bytes:
    parts = parts_of(drawn(lambda book, ws: None))
    change(parts)
    return packed(parts)

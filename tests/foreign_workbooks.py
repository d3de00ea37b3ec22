"""Workbooks as other programs make them: one for each thing that an office may have in its file besides our tabs.

Most are drawn by XlsxWriter; what it cannot make is put into the package by hand, as Excel writes it.
"""

import zipfile
from collections.abc import Callable
from datetime import datetime
from io import BytesIO
from typing import Any

import xlsxwriter

Draw = Callable[[Any, Any], None]
Parts = dict[str, bytes]
CHARTS = ("area", "bar", "column", "doughnut", "line", "pie", "radar", "scatter", "stock")
SUBTYPES = ("stacked", "percent_stacked", "straight_with_markers", "smooth", "with_markers", "filled")
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108020000009077"
    "53de0000000c4944415408d763f8cfc000000301010018dd8db00000000049454e44ae426082"
)


def sheet(book: Any, name: str = "Data kantor") -> Any:
    """A tab of the office's own: a small table and sums over it."""
    made = book.add_worksheet(name)
    made.write_row("A1", ["Bulan", "Tayang", "Penonton", "Tanggal"])
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
    columns = [{"header": h} for h in ("Bulan", "Tayang", "Penonton", "Tanggal")]
    ws.add_table("A1:D5", {"columns": columns, "name": "Rekap", "style": "Table Style Light 9"})
    ws.add_table("H1:I4", {"total_row": True, "columns": [{"total_string": "Jumlah"}, {"total_function": "sum"}]})
    ws.write_formula("F2", "=SUM(Rekap[Tayang])", None, 22)


def sparklines(book: Any, ws: Any) -> None:
    ws.add_sparkline("E2", {"range": "'Data kantor'!B2:C2", "type": "column"})
    ws.add_sparkline("E3", {"range": "'Data kantor'!B3:C3", "markers": True})


def conditional(book: Any, ws: Any) -> None:
    for n, rule in enumerate(
        ({"type": "3_color_scale"}, {"type": "data_bar_2010"}, {"type": "icon_set", "icon_style": "3_stars"})
    ):
        ws.conditional_format(1, n, 4, n, rule)
    ws.conditional_format("A2:A5", {"type": "formula", "criteria": "=$B2>4", "format": book.add_format({"bold": True})})


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
    ws.set_background(BytesIO(PIXEL), is_byte_stream=True)
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


def drawn(draw: Draw, **options: Any) -> bytes:
    """A workbook by XlsxWriter."""
    out = BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True, **options}) as book:
        draw(book, sheet(book))
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

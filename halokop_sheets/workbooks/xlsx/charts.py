"""Native charts of our pages as parts: a drawing for the tab, a chart part for each (ISO/IEC 29500-1, 20.5, 21.2)."""

from html import escape
from itertools import cycle

from halokop_sheets.core.sheet.layout import LINE, NUMBER_FORMATS
from halokop_sheets.core.sheet.page import Chart, Page, Span, column_letters
from halokop_sheets.workbooks.xlsx.book import Book, Tab
from halokop_sheets.workbooks.xlsx.ooxml import CHART, DRAWING, RELS, SHEET_DRAWING, free_name, quoted_title, strict

_EMU = 9_525  # units a pixel
_AXIS = 800  # names and numbers, in hundredths of a point
_HEADING = 1000  # a chart's title, in hundredths of a point
_PALETTE = ("1F4E79", "F0A868", "2E7D32", "CE93D8", "C62828", "80CBC4", "827717", "BCAAA4")  # dark and light in turn
_MARKERS = ("circle", "triangle", "square", "diamond") * 2  # told apart in black and white
_DASHES = ("solid", "sysDash", "lgDash", "sysDot") * 2
_KIND = "application/vnd.openxmlformats-officedocument"
_RULED = f'<c:spPr><a:ln w="9525"><a:solidFill><a:srgbClr val="{LINE}"/></a:solidFill></a:ln></c:spPr>'  # no theme's
_DECLARED = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'


def add_charts(book: Book, tab: Tab, page: Page) -> str:
    """Put the page's charts into the package; returns the id under which the tab leads to their drawing."""
    folder = book.part.rpartition("/")[0]
    drawing = free_name(f"{folder}/drawings/drawing{{}}.xml".lstrip("/"), book.package.names)
    anchors = []
    for number, chart in enumerate(page.charts, start=1):
        part = free_name(f"{folder}/charts/chart{{}}.xml".lstrip("/"), book.package.names)
        _add(book, part, chart_part(chart, tab.title), f"{_KIND}.drawingml.chart+xml")
        anchors.append(_anchor(chart, number, book.package.relate(drawing, "chart", part)))
    xml = f'<xdr:wsDr xmlns:xdr="{SHEET_DRAWING}" xmlns:a="{DRAWING}">{"".join(anchors)}</xdr:wsDr>'
    _add(book, drawing, xml, f"{_KIND}.drawing+xml")
    return book.package.relate(tab.part, "drawing", drawing)


def _add(book: Book, part: str, xml: str, kind: str) -> None:
    data = (_DECLARED + xml).encode()
    book.package.add(part, strict(data) if book.strict else data, kind)


def _anchor(chart: Chart, number: int, relation: str) -> str:
    return (
        f"<xdr:oneCellAnchor><xdr:from><xdr:col>{chart.column - 1}</xdr:col><xdr:colOff>0</xdr:colOff>"
        f"<xdr:row>{chart.row - 1}</xdr:row><xdr:rowOff>0</xdr:rowOff></xdr:from>"
        f'<xdr:ext cx="{chart.width * _EMU}" cy="{chart.height * _EMU}"/><xdr:graphicFrame macro="">'
        f'<xdr:nvGraphicFramePr><xdr:cNvPr id="{number + 1}" name="Chart {number}"'
        f' descr="{escape(chart.alt or chart.title)}"/><xdr:cNvGraphicFramePr/>'
        '</xdr:nvGraphicFramePr><xdr:xfrm><a:off x="0" y="0"/><a:ext cx="0" cy="0"/></xdr:xfrm><a:graphic>'
        f'<a:graphicData uri="{CHART}"><c:chart xmlns:c="{CHART}" xmlns:r="{RELS}" r:id="{relation}"/></a:graphicData>'
        "</a:graphic></xdr:graphicFrame><xdr:clientData/></xdr:oneCellAnchor>"
    )


def chart_part(chart: Chart, title: str) -> str:
    """A line or column chart over cells of the tab ``title``, told apart by marker and dash as well as by colour."""
    line = chart.kind == "line"
    series = "".join(_series(chart, number, title) for number in range(len(chart.series)))
    group = f'<c:grouping val="{"standard" if line else "clustered"}"/>'
    axes = '<c:axId val="10"/><c:axId val="100"/>'
    drawn = (
        f'<c:lineChart>{group}<c:varyColors val="0"/>{series}<c:marker val="1"/>{axes}</c:lineChart>'
        if line
        else f'<c:barChart><c:barDir val="col"/>{group}<c:varyColors val="0"/>{series}<c:gapWidth val="150"/>{axes}'
        "</c:barChart>"
    )
    size = f'sz="{_HEADING}" b="1"'
    return (
        f'<c:chartSpace xmlns:c="{CHART}" xmlns:a="{DRAWING}"><c:roundedCorners val="0"/><c:style val="2"/><c:chart>'
        f"<c:title><c:tx><c:rich><a:bodyPr/><a:p><a:pPr><a:defRPr {size}/></a:pPr><a:r><a:rPr {size}/>"
        f'<a:t>{escape(chart.title)}</a:t></a:r></a:p></c:rich></c:tx><c:overlay val="0"/></c:title>'
        f'<c:autoTitleDeleted val="0"/><c:plotArea>{drawn}{_axes(chart)}</c:plotArea>'
        '<c:legend><c:legendPos val="b"/><c:overlay val="0"/></c:legend><c:plotVisOnly val="1"/>'
        '<c:dispBlanksAs val="gap"/></c:chart>'
        f'<c:txPr><a:bodyPr/><a:p><a:pPr><a:defRPr sz="{_AXIS}"/></a:pPr><a:endParaRPr lang="id-ID"/></a:p></c:txPr>'
        "</c:chartSpace>"
    )


def _series(chart: Chart, number: int, title: str) -> str:
    name, span = chart.series[number]
    color, marker, dash = next(
        look for n, look in enumerate(cycle(zip(_PALETTE, _MARKERS, _DASHES, strict=True))) if n == number
    )
    fill = f'<a:solidFill><a:srgbClr val="{color}"/></a:solidFill>'
    edge = f'<a:ln>{fill}<a:prstDash val="solid"/></a:ln>'
    if chart.kind == "line":
        look = (
            f'<c:spPr><a:ln w="22000">{fill}<a:prstDash val="{dash}"/></a:ln></c:spPr><c:marker>'
            f'<c:symbol val="{marker}"/><c:size val="7"/><c:spPr>{fill}{edge}</c:spPr></c:marker>'
        )
    else:
        look = f'<c:spPr>{fill}{edge}</c:spPr><c:invertIfNegative val="0"/>'
    smooth = '<c:smooth val="0"/>' if chart.kind == "line" else ""
    return (
        f'<c:ser><c:idx val="{number}"/><c:order val="{number}"/><c:tx><c:v>{escape(name)}</c:v></c:tx>{look}'
        f"<c:cat><c:numRef><c:f>{_cells(chart.categories, title)}</c:f></c:numRef></c:cat>"
        f"<c:val><c:numRef><c:f>{_cells(span, title)}</c:f></c:numRef></c:val>"
        f"{smooth}</c:ser>"
    )


def _cells(span: Span, title: str) -> str:
    first, last = column_letters(span.column), column_letters(span.last_column)
    return escape(f"{quoted_title(title)}!${first}${span.row}:${last}${span.last_row}", quote=False)


def _axis_title(name: str) -> str:
    if not name:
        return ""
    run = f'<a:r><a:rPr sz="{_AXIS}" b="0"/><a:t>{escape(name)}</a:t></a:r>'
    return f'<c:title><c:tx><c:rich><a:bodyPr/><a:p>{run}</a:p></c:rich></c:tx><c:overlay val="0"/></c:title>'


def _axes(chart: Chart) -> str:
    code = escape(NUMBER_FORMATS["percent" if chart.percent else "count"][0])
    top = '<c:max val="1"/>' if chart.percent else ""
    below, left = (_axis_title(name) for name in chart.axes)
    ticks = '<c:majorTickMark val="none"/><c:minorTickMark val="none"/><c:tickLblPos val="nextTo"/>' + _RULED
    return (
        '<c:catAx><c:axId val="10"/><c:scaling><c:orientation val="minMax"/></c:scaling><c:delete val="0"/>'
        f'<c:axPos val="b"/>{below}{ticks}<c:crossAx val="100"/>'
        '<c:crosses val="autoZero"/><c:lblOffset val="100"/></c:catAx>'
        f'<c:valAx><c:axId val="100"/><c:scaling><c:orientation val="minMax"/>{top}<c:min val="0"/></c:scaling>'
        f'<c:delete val="0"/><c:axPos val="l"/><c:majorGridlines>{_RULED}</c:majorGridlines>{left}'
        f'<c:numFmt formatCode="{code}" sourceLinked="0"/>'
        f'{ticks}<c:crossAx val="10"/><c:crosses val="autoZero"/></c:valAx>'
    )

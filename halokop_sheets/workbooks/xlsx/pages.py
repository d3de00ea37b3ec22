"""Pages of ours (board, evaluations, guide) as tabs: cells, merges, charts, print set-up, and their place."""

import re
from collections.abc import Mapping, Sequence
from itertools import pairwise

from halokop_sheets.core.sheet.layout import STYLES, TAB_COLORS
from halokop_sheets.core.sheet.ownership import page_mark
from halokop_sheets.core.sheet.page import Block, Page
from halokop_sheets.core.sheet.schema import ORDER
from halokop_sheets.core.sheet.values import RawTab
from halokop_sheets.core.terms import Tabs
from halokop_sheets.workbooks.xlsx.book import Book, Tab
from halokop_sheets.workbooks.xlsx.charts import add_charts
from halokop_sheets.workbooks.xlsx.document import Document
from halokop_sheets.workbooks.xlsx.frame import Frame
from halokop_sheets.workbooks.xlsx.ooxml import MAIN, RELS, Area, Place, add, child, recount
from halokop_sheets.workbooks.xlsx.reading import first_rows
from halokop_sheets.workbooks.xlsx.styles import FONT, Styles

_RULE = "LEFT(A1,"  # how the formula of each of our live colours begins
MAX_TITLE = 31  # characters
_FORBIDDEN = re.compile(r"[\[\]:*?/\\\x00-\x1f]")
A4, A4_LONG, A4_SHORT = "9", 11.69, 8.27  # the paper's number; inches
MARGIN = 0.4  # inches
DIGIT = 7  # pixels a character of a column's width, in Arial 10 as in Calibri 11
ROW = 15  # points of a row without a height of its own
BLANK_TAB = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    f'<worksheet xmlns="{MAIN}" xmlns:r="{RELS}"><dimension ref="A1"/><sheetViews><sheetView workbookViewId="0"/>'
    f'</sheetViews><sheetFormatPr defaultRowHeight="{ROW}"/><sheetData/></worksheet>'
).encode()


def free_title(book: Book, title: str) -> str:
    """A title as Excel allows it, and that no tab bears yet (it does not tell capitals apart)."""
    clean = _FORBIDDEN.sub(" ", title).strip().strip("'")[:MAX_TITLE].rstrip().rstrip("'") or "Tab"
    taken = {tab.title.casefold() for tab in book.tabs} | {"history"}
    number, free = 1, clean
    while free.casefold() in taken:
        number += 1
        suffix = f" ({number})"
        free = clean[: MAX_TITLE - len(suffix)].rstrip() + suffix
    return free


def mark_of(document: Document, tab: Tab) -> str:
    """The mark of a page of ours, as it stands in the first row; empty for any other tab."""
    if tab.title not in document.marks:
        head = RawTab(tab.title, tab.title, first_rows(document.book, tab)) if tab.part else None
        document.marks[tab.title] = page_mark(head) if head else ""
    return document.marks[tab.title]


def _rank(name: str) -> float:
    """Where a tab stands; an evaluation's rank falls with its week, so that the newest comes first."""
    if name.startswith(f"{Tabs.EVALUATION} "):
        year, week, number = (*re.findall(r"\d+", name), "1", "1", "1")[:3]
        return ORDER.index(Tabs.EVALUATION) + 1 - (int(year) * 6000 + int(week) * 100 + int(number)) / 1e8
    return ORDER.index(name) if name in ORDER else -1


def place_of(document: Document, name: str, known: Mapping[str, str]) -> int:
    """The place of a new tab in ``schema.ORDER``; people's own tabs and order stay as they are.

    ``known``: the names of our tabs by title. A sum over several tabs of people's (``Jan:Mar!B2``) must not take in a
    tab of ours: it goes behind the last of them.
    """
    tabs, mine = document.book.tabs, _rank(name)
    ranks = [_rank(known.get(tab.title) or mark_of(document, tab)) for tab in tabs]
    before = [n + 1 for n, rank in enumerate(ranks) if 0 <= rank <= mine]
    after = [n for n, rank in enumerate(ranks) if rank > mine]
    at = before[-1] if before else after[0] if after else len(tabs)
    low = [tab.title.casefold() for tab in tabs]
    for first, last in document.spans():
        if first in low and last in low and low.index(first) < at <= low.index(last):
            at = low.index(last) + 1
    return at


def hide(document: Document, marks: Sequence[str], known: Mapping[str, str]) -> None:
    """Hide the tabs with these marks; one that was open gives way to the first that can be seen."""
    book = document.book
    hidden = [t for t in book.sheets if marks and t.title not in known and mark_of(document, t) in marks]
    for tab in hidden:
        tab.element.set("state", "hidden")
    if hidden and (opened := book.tabs[book.active]) in hidden:
        shown = next(tab for tab in book.tabs if not tab.hidden)
        book.open(shown)
        document.frame(opened).select(False)
        if shown.part:
            document.frame(shown).select(True)


def add_page(document: Document, page: Page, known: Mapping[str, str]) -> Tab:
    """Make a new tab with the page."""
    book = document.book
    tab = book.add_tab(free_title(book, page.title), BLANK_TAB, place_of(document, page.mark, known))
    document.marks[tab.title] = page.mark
    sheet, frame, styles = document.sheet(tab), document.frame(tab), document.styles
    columns = frame.part("cols")
    for number, width in enumerate(page.widths, start=1):
        named = {"min": str(number), "max": str(number), "width": f"{width:g}", "customWidth": "1"}
        add(columns, "col", named)
    for place, block in page.blocks.items():
        look = styles.paint(STYLES[block.style])
        for row, column in _cells(place, block):
            sheet.put((row, column), look)
        document.put_new(tab, place, block.value, look)
    for row, height in page.heights.items():
        sheet.set_attributes(row, {"ht": f"{height:g}", "customHeight": "1"})
    frame.merge([_area(place, block) for place, block in page.blocks.items() if block.across > 1 or block.down > 1])
    frame.reach(page.size)
    _mend_rules(frame, page, styles)
    _set_up(frame, page, to_scale=styles.font_name == FONT)
    if page.charts:
        relations = RELS if not book.strict else "http://purl.oclc.org/ooxml/officeDocument/relationships"
        frame.part("drawing").set(f"{{{relations}}}id", add_charts(book, tab, page))
    return tab


def _set_up(frame: Frame, page: Page, *, to_scale: bool) -> None:
    """View and paper. ``to_scale``: the default font is ours, so the page's width in inches is known."""
    frame.freeze(page.frozen_rows, page.frozen_columns)
    frame.view().set("showGridLines", "0")
    if page.mark in TAB_COLORS:
        frame.properties("tabColor").set("rgb", f"FF{TAB_COLORS[page.mark]}")
    set_up_print(frame)
    if page.breaks:
        breaks = frame.part("rowBreaks")
        for row in page.breaks:
            add(breaks, "brk", {"id": str(row), "max": "16383", "man": "1"})
        recount(breaks)
        breaks.set("manualBreakCount", str(len(breaks)))
    if to_scale:  # else one page wide
        frame.properties("pageSetUpPr").set("fitToPage", "0")
        frame.part("pageSetup").set("scale", str(_scale(page)))


def _cells(place: Place, block: Block) -> list[Place]:
    """The cells that a block covers: all bear its look, so that the whole area has its fill and border."""
    row, column = place
    return [(r, c) for r in range(row, row + block.down) for c in range(column, column + block.across)]


def _area(place: Place, block: Block) -> Area:
    row, column = place
    return row, column, row + block.down - 1, column + block.across - 1


def set_up_print(frame: Frame) -> None:
    """A4 landscape, one page wide, with the page's number below."""
    edges = {"left": MARGIN, "right": MARGIN, "top": MARGIN, "bottom": 2 * MARGIN}
    for edge, inches in (edges | {"header": MARGIN / 2, "footer": MARGIN / 2}).items():
        frame.part("pageMargins").set(edge, f"{inches:g}")
    paper = {"paperSize": A4, "orientation": "landscape", "fitToWidth": "1", "fitToHeight": "0"}
    frame.part("pageSetup").attrib.update(paper)
    frame.properties("pageSetUpPr").set("fitToPage", "1")
    add(frame.part("headerFooter"), "oddFooter", text="&C&8 &A · &P/&N")


def _scale(page: Page) -> int:
    """The percentage at which every printed page of ``page`` fits A4, in width and in height, with a hair to spare."""
    width, height = (A4_LONG - 2 * MARGIN) * 96, (A4_SHORT - 3 * MARGIN) * 72  # pixels, points
    ends = (0, *page.breaks, page.size[0])
    sheets = [sum(page.heights.get(r, ROW) for r in range(a + 1, b + 1)) for a, b in pairwise(ends)]
    return max(25, min(100, int(98 * min(width / _pixels(page), height / max(sheets)))))


def _pixels(page: Page) -> int:
    """How wide the page is, its charts included."""
    widths = [width * DIGIT for width in page.widths]
    return max([sum(widths), *(sum(widths[: chart.column - 1]) + chart.width for chart in page.charts)])


def _mend_rules(frame: Frame, page: Page, styles: Styles) -> bool:
    """The page's live colours, made anew where they are not this release's: an older one knew other signs."""
    wanted = [(f'LEFT(A1,{len(text)})="{text.replace(chr(34), chr(34) * 2)}"', style) for text, style in page.rules]
    there = [(child(rule, "formula"), rule) for _, rule in frame.rules()]
    ours = [(formula.text, rule) for formula, rule in there if formula is not None and formula.text.startswith(_RULE)]
    if [formula for formula, _ in ours] == [formula for formula, _ in wanted]:
        return False
    for _, rule in ours:
        frame.drop_rule(rule)
    for formula, style in wanted:
        frame.add_rule((1, 1, *page.size), formula, styles.rule(STYLES[style]))
    return True


def mend_page(document: Document, tab: Tab, page: Page) -> bool:
    """Give the page's cells the looks and merges that they shall have; their values are a tick's work."""
    sheet, frame, styles = document.sheet(tab), document.frame(tab), document.styles
    wanted = [_area(place, block) for place, block in page.blocks.items() if block.across > 1 or block.down > 1]
    changed = sorted(wanted) != sorted(frame.merges)
    for place, block in page.blocks.items():
        if not styles.resembles(sheet.look(place), STYLES[block.style]):
            look = styles.paint(STYLES[block.style])
            for cell in _cells(place, block):
                sheet.paint(cell, look)
            changed = True
    if sorted(wanted) != sorted(frame.merges):
        frame.merge(wanted)
    return _mend_rules(frame, page, styles) or changed

"""``init`` on a workbook: tabs, headers, formats, lists and highlighting, made or mended."""

from halokop_sheets.core.sheet.blueprint import Blueprint, TabPlan, existing_page
from halokop_sheets.core.sheet.layout import FROZEN_COLUMNS, SPARE_ROWS, STYLES, TAB_COLORS, column_style, header_style
from halokop_sheets.core.sheet.values import RawBook
from halokop_sheets.workbooks.xlsx.book import FILTER_NAME, TITLES_NAME, Tab
from halokop_sheets.workbooks.xlsx.document import Document
from halokop_sheets.workbooks.xlsx.edit import stretch_filters
from halokop_sheets.workbooks.xlsx.ooxml import ref_of
from halokop_sheets.workbooks.xlsx.pages import BLANK_TAB, add_page, free_title, mend_page, place_of, set_up_print
from halokop_sheets.workbooks.xlsx.rules import Sources, choice_ranges, mend_highlights, mend_lists


def furnish(document: Document, blueprint: Blueprint, raw: RawBook) -> list[str]:
    """Do what the blueprint asks and tell it; nothing is told where nothing had to be done."""
    done: list[str] = []
    book = document.book
    blank = not book.tabs
    plans = [plan for plan in blueprint.tabs if plan.header_row]
    names = {plan.id: plan.tab.name for plan in plans if plan.id is not None}
    tabs: dict[str, Tab] = {}
    for plan in plans:
        if plan.id is None:
            title = free_title(book, plan.title)
            tabs[plan.tab.name] = book.add_tab(title, BLANK_TAB, place_of(document, plan.tab.name, names))
            names[title] = plan.tab.name
        else:
            tabs[plan.tab.name] = book.tab(plan.id)
    ranges = choice_ranges((p.tab.name, tabs[p.tab.name].title, p.header_row, p.columns) for p in plans)
    for plan in plans:
        width = max((len(row) for tab in raw.tabs if tab.id == plan.id for row in tab.rows), default=0)
        done += _furnish_tab(document, tabs[plan.tab.name], plan, ranges, width)
    for page in sorted(blueprint.pages, key=lambda p: p.mark):
        found = existing_page(raw, page.mark)
        if found is None:
            done.append(f"tab {add_page(document, page, names).title} added")
        elif mend_page(document, book.tab(found.id), page):
            done.append(f"{found.title}: look mended")
    if blank and book.tabs:
        book.open(book.tabs[0])
        document.frame(book.tabs[0]).select(True)
    return done


def _furnish_tab(document: Document, tab: Tab, plan: TabPlan, ranges: Sources, width: int) -> list[str]:
    done: list[str] = []
    columns = {header: place + 1 for header, place in plan.columns.items()}
    made = len(plan.write) == len(plan.tab.columns)  # a new tab, or a blank one that bears our name
    _dress_columns(document, tab, plan, width)
    if made:
        _set_up_tab(document, tab, plan)
        done.append(f"tab {tab.title} added")
    elif plan.write:
        done.append(f"{tab.title}: columns {', '.join(plan.write)} added")
    if stretch_filters(document, tab, plan.header_row, 0, max(columns.values())) and not plan.write:
        done.append(f"{tab.title}: filter stretched")
    if mend_highlights(document, tab, plan.tab, columns, plan.header_row) and not made:
        done.append(f"{tab.title}: highlighting mended")
    if mend_lists(document, tab, plan.tab, columns, (plan.header_row, ranges)) and not made:
        done.append(f"{tab.title}: lists mended")
    return done


def _dress_columns(document: Document, tab: Tab, plan: TabPlan, width: int) -> None:
    """Headers that ``init`` puts in; columns beyond the ``width`` that the tab had also get the look of their rows."""
    frame, styles = document.frame(tab), document.styles
    for header, place in plan.write.items():
        where = plan.header_row, place + 1
        if not document.writable(tab, where):  # below a person's title: not ours to take apart
            continue
        document.put_new(tab, where, plan.header(header), styles.paint(STYLES[header_style(plan.tab, header)]))
        if place < width:
            continue
        known = plan.tab.by_header[header]
        column = frame.own_column(place + 1)
        column.set("width", f"{known.width:g}")
        column.set("customWidth", "1")
        column.set("style", str(styles.paint(column_style(plan.tab, header))))
        if known.hidden:
            column.set("hidden", "1")


def _set_up_tab(document: Document, tab: Tab, plan: TabPlan) -> None:
    """What a tab gets once, when we make it: frozen panes, filter, colour, print set-up. People may change it all."""
    name, row, frame = plan.tab.name, plan.header_row, document.frame(tab)
    frame.freeze(row, FROZEN_COLUMNS.get(name, 0))
    area = (row, 1, row + SPARE_ROWS, len(plan.columns))
    frame.part("autoFilter").set("ref", ref_of(area))
    document.book.define(tab, FILTER_NAME, area)
    document.sheet(tab).set_attributes(row, {"ht": "30", "customHeight": "1"})
    frame.part("sheetFormatPr").set("defaultRowHeight", "15")
    if name in TAB_COLORS:
        frame.properties("tabColor").set("rgb", f"FF{TAB_COLORS[name]}")
    document.book.define(tab, TITLES_NAME, None, f"${row}:${row}")
    set_up_print(frame)
    if plan.tab.hidden:
        tab.element.set("state", "hidden")

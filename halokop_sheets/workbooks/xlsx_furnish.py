"""``init`` on a loaded workbook: tabs, headers, formats, lists and highlighting, made or mended."""

from typing import Any

from openpyxl import Workbook

from halokop_sheets.core.sheet.blueprint import Blueprint, TabPlan, existing_page
from halokop_sheets.core.sheet.values import RawBook
from halokop_sheets.workbooks.xlsx_edit import stretch_filters
from halokop_sheets.workbooks.xlsx_look import Brush, dress_columns, set_up_tab
from halokop_sheets.workbooks.xlsx_pages import draw_page, free_title, mend_page, open_tab, place_tab
from halokop_sheets.workbooks.xlsx_rules import choice_ranges, mend_highlights, mend_lists


def furnish(book: Workbook, blueprint: Blueprint, raw: RawBook) -> list[str]:
    """Do what the blueprint asks and tell it; nothing is told where nothing had to be done."""
    done: list[str] = []
    brush = Brush(book)
    blank: list[Any] = [] if raw.tabs else list(book.worksheets)  # the sheet that a new workbook comes with
    plans = [plan for plan in blueprint.tabs if plan.header_row]
    sheets = {plan.tab.name: _sheet(book, plan) for plan in plans}
    names = {sheets[plan.tab.name].title: plan.tab.name for plan in plans}
    for plan in plans:
        if plan.id is None:
            place_tab(book, sheets[plan.tab.name], plan.tab.name, names)
    ranges = choice_ranges(
        (plan.tab.name, sheets[plan.tab.name].title, plan.header_row, plan.columns) for plan in plans
    )
    for plan in plans:
        width = max((len(row) for tab in raw.tabs if tab.id == plan.id for row in tab.rows), default=0)
        done += _furnish_tab(sheets[plan.tab.name], plan, ranges, brush, width)
    for page in sorted(blueprint.pages, key=lambda p: p.mark):
        found = existing_page(raw, page.mark)
        if found is not None:
            if mend_page(book[found.id], page, brush):
                done.append(f"{found.title}: look mended")
            continue
        ws: Any = book.create_sheet(free_title(book, page.title))
        draw_page(ws, page, brush)
        place_tab(book, ws, page.mark, names)
        done.append(f"tab {ws.title} added")
    if done and blank:
        for ws in blank:
            book.remove(ws)
        open_tab(book, book.worksheets[0])
    return done


def _sheet(book: Workbook, plan: TabPlan) -> Any:
    return book[plan.id] if plan.id is not None else book.create_sheet(free_title(book, plan.title))


def _furnish_tab(ws: Any, plan: TabPlan, ranges: dict[tuple[str, str], str], brush: Brush, width: int) -> list[str]:
    done: list[str] = []
    columns = {header: place + 1 for header, place in plan.columns.items()}
    made = len(plan.write) == len(plan.tab.columns)  # a new tab, or a blank one that bears our name
    dress_columns(ws, plan, brush, width)
    if made:
        set_up_tab(ws, plan)
        done.append(f"tab {ws.title} added")
    elif plan.write:
        done.append(f"{ws.title}: columns {', '.join(plan.write)} added")
    if stretch_filters(ws, plan.header_row, 0, max(columns.values())) and not plan.write:
        done.append(f"{ws.title}: filter stretched")
    if mend_highlights(ws, plan.tab, columns, plan.header_row) and not made:
        done.append(f"{ws.title}: highlighting mended")
    if mend_lists(ws, plan.tab, columns, plan.header_row, ranges) and not made:
        done.append(f"{ws.title}: lists mended")
    return done

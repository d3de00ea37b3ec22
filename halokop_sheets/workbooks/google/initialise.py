"""``init``: what the spreadsheet lacks of its blueprint, as the requests of one batch; nothing when all is well.

On an empty spreadsheet everything is made. On an existing one the structure is read once (formats, lists,
protections, rules, merges, hidden columns) and only what differs is set again. Values are never touched but for
headers that are missing, and the look of people's own tabs stays theirs. Google keeps colours at 8 bits and may
bound ranges that were sent unbounded: comparisons allow for both, so that a second ``init`` changes nothing.
"""

from collections.abc import Mapping
from typing import NamedTuple

from halokop_sheets.core.sheet.blueprint import Blueprint, TabPlan, existing_page
from halokop_sheets.core.sheet.layout import TAB_COLORS
from halokop_sheets.core.sheet.page import Page
from halokop_sheets.core.sheet.schema import ORDER, TABS
from halokop_sheets.core.sheet.values import RawTab
from halokop_sheets.core.terms import Tabs
from halokop_sheets.workbooks.google.cell_data import grid_range
from halokop_sheets.workbooks.google.client import Json, SheetsClient
from halokop_sheets.workbooks.google.mend_page import page_repairs
from halokop_sheets.workbooks.google.pages import page_requests, page_sheet_id
from halokop_sheets.workbooks.google.read import FIRST_TAB_ID, Seen, mark_key
from halokop_sheets.workbooks.google.styles import color
from halokop_sheets.workbooks.google.table_layout import TableLayout, new_tab_requests
from halokop_sheets.workbooks.google.write import mark, unmark

_STRUCTURE = (
    "properties(locale,timeZone,autoRecalc),"
    "sheets(properties(sheetId,hidden,gridProperties),merges,protectedRanges,conditionalFormats,charts.chartId,"
    "data(columnMetadata.hiddenByUser,"
    "rowData.values(dataValidation,userEnteredFormat(numberFormat,horizontalAlignment,verticalAlignment,wrapStrategy,"
    "backgroundColorStyle,borders,textFormat(bold,italic,fontSize,foregroundColorStyle)))))"
)
_LOCALE, _LOCALE_TOO = "in_ID", "id_ID"  # two names of Indonesian: Google answers with either


class Part(NamedTuple):
    """One tab's share of ``init``."""

    requests: list[Json]
    text: str


class Layout:
    """Compares the blueprint with the spreadsheet. ``inspect`` is needed where something is there already."""

    def __init__(self, blueprint: Blueprint, seen: Seen) -> None:
        self._blueprint, self._seen, self._book = blueprint, seen, seen.book
        self._sheets: Mapping[int, Json] = {}
        self._properties: Json = {}
        self._order = [s.id for s in sorted(seen.sheets.values(), key=lambda s: s.index)]
        self._ids: dict[str, int] = {plan.tab.name: int(plan.id) for plan in blueprint.tabs if plan.id is not None}
        self._new = {plan.tab.name for plan in blueprint.tabs if plan.id is None}
        for number, name in enumerate(TABS):
            if name in self._new:
                self._ids[name] = self._free_id(FIRST_TAB_ID + number)

    @property
    def needs_structure(self) -> bool:
        pages = any(existing_page(self._book, page.mark) for page in self._blueprint.pages)
        return pages or len(self._new) < len(self._blueprint.tabs)

    def inspect(self, client: SheetsClient) -> None:
        """Reads how the tabs in question are set up: one request."""
        ids = [plan.id for plan in self._blueprint.tabs if plan.id is not None]
        ids += [tab.id for page in self._blueprint.pages if (tab := existing_page(self._book, page.mark))]
        filters = [{"gridRange": grid_range(int(id_))} for id_ in ids]
        answer = client.post(":getByDataFilter", {"dataFilters": filters}, fields=_STRUCTURE)
        self._properties = answer.get("properties", {})
        self._sheets = {sheet["properties"].get("sheetId", 0): sheet for sheet in answer.get("sheets", ())}

    def parts(self) -> list[Part]:
        """What is to be done, tab by tab: its requests and what they do in words for the person at the command line.

        A part that Google refuses (a tab that is protected against us) can be left out and the others made."""
        made = [Part(self._spreadsheet(), "locale, time zone and recalculation set")]
        made += [Part(requests, text) for requests, text in (*self._add_tabs(), *self._mend_tabs())]
        wrong = [t for t in self._book.tabs if t.mark in self._new]
        made += [Part([unmark(int(t.id), mark_key(t.mark))], f"{t.title}: not ours, let go") for t in wrong]
        return [part for part in made if part.requests]

    def _spreadsheet(self) -> list[Json]:
        want = {"locale": _LOCALE, "timeZone": self._blueprint.timezone, "autoRecalc": "MINUTE"}
        have = self._properties
        differing = {k: v for k, v in want.items() if have.get(k) not in ({v, _LOCALE_TOO} if k == "locale" else {v})}
        if not differing:
            return []
        return [{"updateSpreadsheetProperties": {"properties": differing, "fields": ",".join(differing)}}]

    def _free_id(self, wanted: int) -> int:
        while wanted in self._seen.sheets or wanted in self._ids.values():
            wanted += 100
        return wanted

    def _blank_tab(self) -> RawTab | None:
        """The one blank tab that every new spreadsheet begins with: it becomes our first page."""
        tabs = self._book.tabs
        return tabs[0] if len(tabs) == 1 == len(self._order) and not tabs[0].rows and not tabs[0].mark else None

    def _add_tabs(self) -> list[tuple[list[Json], str]]:
        """Tabs that are not there, each right after the tab that goes before it in ``schema.ORDER``."""
        pages = {page.mark: page for page in self._blueprint.pages}
        evaluations = sorted((m for m in pages if m.startswith(f"{Tabs.EVALUATION} ")), reverse=True)
        order = [m for name in ORDER for m in (evaluations if name == Tabs.EVALUATION else [name])]
        plans = {plan.tab.name: plan for plan in self._blueprint.tabs}
        there = {**{n: i for n, i in self._ids.items() if n not in self._new}, **self._page_ids(pages)}
        blank = self._blank_tab()
        made: list[tuple[list[Json], str]] = []
        at = 0
        for name in order:
            if name in there:
                at = self._order.index(there[name]) + 1
                continue
            if name in plans:
                made.append((new_tab_requests(plans[name], self._ids[name], at, self._list_place), f"tab {name} added"))
                self._order.insert(at, self._ids[name])
            elif name in pages:
                sheet = int(blank.id) if blank else self._free_id(page_sheet_id(name))
                requests = page_requests(pages[name], sheet, index=at, reuse=blank is not None)
                if tint := TAB_COLORS.get(name):
                    properties = {"sheetId": sheet, "tabColorStyle": color(tint)}
                    requests.append({"updateSheetProperties": {"properties": properties, "fields": "tabColorStyle"}})
                made.append((requests, f"tab {pages[name].title} added"))
                if blank:
                    blank = None
                else:
                    self._order.insert(at, sheet)
            else:
                continue
            at += 1
        return made

    def _page_ids(self, pages: Mapping[str, Page]) -> dict[str, int]:
        found = {name: existing_page(self._book, name) for name in pages}
        return {name: int(tab.id) for name, tab in found.items() if tab}

    def _mend_tabs(self) -> list[tuple[list[Json], str]]:
        made: list[tuple[list[Json], str]] = []
        for plan in self._blueprint.tabs:
            if plan.id is not None:
                sheet = int(plan.id)
                mended = TableLayout(plan, self._raw(plan.id), self._sheets.get(sheet, {}), self._list_place).mend()
                marks = self._marks(plan.tab.name, plan.id)
                words = [word for word, requests in mended if requests] + (["mark"] if marks else [])
                requests = [*marks, *(r for _, some in mended for r in some)]
                added = f"columns {', '.join(plan.write)} added; " if plan.write else ""
                made.append((requests, f"{plan.title}: {added}{', '.join(words)} set"))
        for page in self._blueprint.pages:
            if tab := existing_page(self._book, page.mark):
                requests = self._marks(page.mark, tab.id)
                requests += page_repairs(page, int(tab.id), self._sheets.get(int(tab.id), {}))
                made.append((requests, f"{tab.title}: look mended"))
        return made

    def _marks(self, name: str, id_: str) -> list[Json]:
        """Our mark on this tab, and on no copy of it."""
        copies = [t for t in self._book.tabs if t.mark == name and t.id != id_]
        made = [unmark(int(copy.id), mark_key(name)) for copy in copies]
        return made if self._raw(id_).mark == name else [*made, mark(int(id_), mark_key(name), name)]

    def _raw(self, id_: str) -> RawTab:
        return next(tab for tab in self._book.tabs if tab.id == id_)

    def _list_place(self, name: str, header: str) -> tuple[str, int, int] | None:
        """Where the values of a list stand: that column of that tab."""
        plan: TabPlan | None = next((p for p in self._blueprint.tabs if p.tab.name == name), None)
        column = plan.columns.get(header) if plan else None
        return None if plan is None or column is None else (plan.title, plan.header_row, column)

"""What stands around the rows of a sheet part: columns, merges, filter, rules, links, print set-up.

A small tree: what is not ours in it stays as it stood, in its order. Only elements that were changed are written anew,
the others are copied byte for byte.
"""

import re
from typing import Any
from xml.parsers.expat import ParserCreate

from lxml import etree

from halokop_sheets.workbooks.xlsx.ooxml import (
    LAST_COLUMN,
    Area,
    Place,
    add,
    area_of,
    areas_of,
    child,
    children,
    ensure,
    insert,
    parse,
    recount,
    ref_of,
    truth,
)
from halokop_sheets.workbooks.xlsx.sheet import Sheet

ORDER = (
    *("sheetPr", "dimension", "sheetViews", "sheetFormatPr", "cols", "sheetData", "sheetCalcPr", "sheetProtection"),
    *("protectedRanges", "scenarios", "autoFilter", "sortState", "dataConsolidate", "customSheetViews", "mergeCells"),
    *("phoneticPr", "conditionalFormatting", "dataValidations", "hyperlinks", "printOptions", "pageMargins"),
    *("pageSetup", "headerFooter", "rowBreaks", "colBreaks", "customProperties", "cellWatches", "ignoredErrors"),
    *("smartTags", "drawing", "legacyDrawing", "legacyDrawingHF", "drawingHF", "picture", "oleObjects", "controls"),
    *("webPublishItems", "tableParts", "extLst"),
)
_SHEET_PR = ("tabColor", "outlinePr", "pageSetUpPr")
_X14_LISTS = "{http://schemas.microsoft.com/office/spreadsheetml/2009/9/main}dataValidation"
_XM_SQREF = "{http://schemas.microsoft.com/office/excel/2006/main}sqref"
DEFAULT_WIDTH, DEFAULT_HEIGHT = 8.43, 15.0  # characters, points
_TAG = re.compile(rb"<(?:[^<>\"']|\"[^\"]*\"|'[^']*')*>")


def _spans(xml: bytes) -> list[tuple[int, int]]:
    """Begin and end of each child of the root."""
    parser, depth, found = ParserCreate(), 0, list[tuple[int, int]]()

    def begin(_: str, __: dict[str, str]) -> None:
        nonlocal depth
        if depth == 1:
            tag = _TAG.match(xml, parser.CurrentByteIndex)
            assert tag
            found.append(tag.span())  # that is all of an empty element
        depth += 1

    def end(_: str) -> None:
        nonlocal depth
        depth -= 1
        if depth == 1 and not xml.endswith(b"/>", *found[-1]):
            found[-1] = found[-1][0], xml.index(b">", parser.CurrentByteIndex) + 1

    parser.StartElementHandler, parser.EndElementHandler = begin, end
    parser.Parse(xml, True)
    return found


class Frame:
    def __init__(self, sheet: Sheet) -> None:
        self._sheet = sheet
        self._xml = sheet.around
        self.root = parse(self._xml)
        self._before = [(e, etree.tostring(e, with_tail=False)) for e in self.root.iterchildren(etree.Element)]
        merges = child(self.root, "mergeCells")
        self.merges: list[Area] = [area_of(e.get("ref")) for e in children(merges, "mergeCell")]

    def save(self) -> None:
        """Write the frame back into its sheet, where it differs."""
        before = {element: n for n, (element, _) in enumerate(self._before)}
        spans = _spans(self._xml)
        written = [self._xml[: spans[0][0]]]
        changed = len(before) != len(list(self.root.iterchildren(etree.Element)))
        for element in self.root.iterchildren(etree.Element):
            number = before.get(element)
            now = etree.tostring(element, with_tail=False)
            if number is None:
                written.append(self._bare(now))
                changed = True
                continue
            start, end = spans[number]
            same = now == self._before[number][1]
            gap = self._xml[spans[number - 1][1] : start] if number else b""
            written.append(gap + (self._xml[start:end] if same else self._bare(now)))
            changed |= not same
        if changed:
            self._sheet.put_around(b"".join(written) + self._xml[spans[-1][1] :])

    def _bare(self, xml: bytes) -> bytes:
        """An element's XML without the declarations that stand on the root already."""
        tag = _TAG.match(xml)
        assert tag
        bare = tag[0]
        for prefix, uri in self.root.nsmap.items():
            bare = bare.replace(f' xmlns{f":{prefix}" if prefix else ""}="{uri}"'.encode(), b"")
        return bare + xml[tag.end() :]

    def part(self, name: str) -> Any:
        """The element of this name, made where it is missing."""
        return ensure(self.root, name, ORDER)

    def properties(self, name: str) -> Any:
        return ensure(self.part("sheetPr"), name, _SHEET_PR)

    def covered(self, place: Place) -> bool:
        """Whether a cell is hidden by a merge: all cells of one but its first."""
        return any(a[0] <= place[0] <= a[2] and a[1] <= place[1] <= a[3] and place != (a[0], a[1]) for a in self.merges)

    def merge(self, areas: list[Area]) -> None:
        """Merge these areas and no others."""
        self.merges = sorted(areas)
        self._drop("mergeCells")
        if areas:
            holder = self.part("mergeCells")
            for area in self.merges:
                add(holder, "mergeCell", {"ref": ref_of(area)})
            recount(holder)

    def reach(self, last: Place) -> None:
        """Let the noted size of the sheet take in this cell."""
        noted = child(self.root, "dimension")
        if noted is not None:
            area = area_of(noted.get("ref", "A1"))
            noted.set("ref", ref_of((area[0], area[1], max(area[2], last[0]), max(area[3], last[1]))))

    # --- columns ------------------------------------------------------------------------------------------------

    def column(self, number: int) -> Any:
        """The element that covers a column, or None: one may span many."""
        for column in children(child(self.root, "cols"), "col"):
            if int(column.get("min", 0)) <= number <= int(column.get("max", 0)):
                return column
        return None

    def look_of_column(self, number: int) -> int:
        column = self.column(number)
        return int(column.get("style", 0)) if column is not None else 0

    def width(self, number: int) -> float:
        column = self.column(number)
        fallback = child(self.root, "sheetFormatPr")
        default = float(fallback.get("defaultColWidth", DEFAULT_WIDTH)) if fallback is not None else DEFAULT_WIDTH
        return float(column.get("width", default)) if column is not None else default

    def hidden(self, number: int) -> bool:
        column = self.column(number)
        return column is not None and truth(column.get("hidden"))

    def own_column(self, number: int) -> Any:
        """The element of this column alone; one that spans several is taken apart, for two may not overlap."""
        span = self.column(number)
        holder = self.part("cols")
        if span is None:
            at = sum(int(column.get("min", 0)) < number for column in holder)
            span = etree.Element(f"{{{etree.QName(holder).namespace}}}col", width=str(DEFAULT_WIDTH))
            holder.insert(at, span)
            span.set("min", str(number))
            span.set("max", str(number))
            return span
        first, last = int(span.get("min")), min(int(span.get("max")), LAST_COLUMN)
        for start, end in ((first, number - 1), (number + 1, last)):
            if start <= end:
                part = etree.fromstring(etree.tostring(span))
                part.set("min", str(start))
                part.set("max", str(end))
                part.tail = None
                (span.addprevious if start < number else span.addnext)(part)
        span.set("min", str(number))
        span.set("max", str(number))
        return span

    # --- links, lists, rules ------------------------------------------------------------------------------------

    def link(self, place: Place, location: str | None, shown: str = "") -> None:
        """Let a cell lead to a place of this workbook, or nowhere any more."""
        ref = ref_of((*place, *place))
        holder = child(self.root, "hyperlinks")
        for old in [e for e in children(holder, "hyperlink") if e.get("ref") == ref]:
            holder.remove(old)
        if location is not None:
            add(self.part("hyperlinks"), "hyperlink", {"ref": ref, "location": location, "display": shown})
        elif holder is not None and not len(holder):
            self.root.remove(holder)

    def listed_apart(self) -> list[Area]:
        """Areas of the lists that Excel 2010 keeps in an extension, for they refer to another tab."""
        found = (e.findtext(_XM_SQREF) for e in self.root.iter(_X14_LISTS))
        return [area for sqref in found for area in areas_of(sqref)]

    def lists(self) -> list[Any]:
        return children(child(self.root, "dataValidations"), "dataValidation")

    def put_lists(self, gone: list[Any], made: list[dict[str, str]], formulas: list[str]) -> None:
        """Take out some lists and add others."""
        holder = self.part("dataValidations")
        for old in gone:
            holder.remove(old)
        for named, formula in zip(made, formulas, strict=True):
            add(add(holder, "dataValidation", named), "formula1", text=formula)
        if len(holder):
            recount(holder)
        else:
            self.root.remove(holder)

    def rules(self) -> list[tuple[list[Area], Any]]:
        """The conditional formats with the areas that they cover, in order of priority."""
        found = [
            (areas_of(holder.get("sqref")), rule)
            for holder in children(self.root, "conditionalFormatting")
            for rule in children(holder, "cfRule")
        ]
        return sorted(found, key=lambda entry: int(entry[1].get("priority", 0)))

    def drop_rule(self, rule: Any) -> None:
        holder = rule.getparent()
        holder.remove(rule)
        if not children(holder, "cfRule"):
            self.root.remove(holder)

    def add_rule(self, area: Area, formula: str, look: int) -> None:
        """Add a conditional format below all others; it ends the search where it is true, so that the first wins."""
        taken = [int(e.get("priority", 0)) for e in self.root.iter() if isinstance(e.tag, str) and e.get("priority")]
        holder = insert(self.root, "conditionalFormatting", ORDER)
        holder.set("sqref", ref_of(area))
        named = {"type": "expression", "dxfId": str(look), "priority": str(max(taken, default=0) + 1)}
        add(add(holder, "cfRule", {**named, "stopIfTrue": "1"}), "formula", text=formula)

    # --- views and paper ----------------------------------------------------------------------------------------

    def view(self) -> Any:
        views = self.part("sheetViews")
        return views[0] if len(views) else add(views, "sheetView", {"workbookViewId": "0"})

    def select(self, chosen: bool) -> None:
        """Whether the tab is among those that what a person types goes to."""
        view = self.view()
        if chosen:
            view.set("tabSelected", "1")
        else:
            view.attrib.pop("tabSelected", None)

    def freeze(self, rows: int, columns: int) -> None:
        """Keep these rows and columns in sight."""
        if not rows and not columns:
            return
        view = self.view()
        corner = ref_of((rows + 1, columns + 1, rows + 1, columns + 1))
        pane = "bottomRight" if rows and columns else "bottomLeft" if rows else "topRight"
        split = {"xSplit": str(columns)} if columns else {}
        split |= {"ySplit": str(rows)} if rows else {}
        add(view, "pane", {**split, "topLeftCell": corner, "activePane": pane, "state": "frozen"})
        add(view, "selection", {"pane": pane, "activeCell": corner, "sqref": corner})

    def default_height(self) -> float:
        noted = child(self.root, "sheetFormatPr")
        return float(noted.get("defaultRowHeight", DEFAULT_HEIGHT)) if noted is not None else DEFAULT_HEIGHT

    def _drop(self, name: str) -> None:
        if (old := child(self.root, name)) is not None:
            self.root.remove(old)

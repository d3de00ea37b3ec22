"""The workbook part: the tabs and their order, defined names, which tab is open, and parts that belong to all of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from io import BytesIO
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

from lxml import etree

from halokop_sheets.errors import WorkbookError
from halokop_sheets.workbooks.xlsx.cell_xml import SHIFT_1904, Reader, unescape
from halokop_sheets.workbooks.xlsx.ooxml import (
    CONTENT_TYPES,
    MAIN,
    PACKAGE_RELS,
    RELS,
    Area,
    add,
    child,
    children,
    dump,
    ensure,
    free_name,
    local,
    ns,
    parse,
    quoted_title,
    ref_of,
    strict,
    truth,
)
from halokop_sheets.workbooks.xlsx.package import RELATIONS_TYPE, TYPES, Package
from halokop_sheets.workbooks.xlsx.styles import BLANK, Styles

ORDER = (
    *("fileVersion", "fileSharing", "workbookPr", "workbookProtection", "bookViews", "sheets", "functionGroups"),
    *("externalReferences", "definedNames", "calcPr", "oleSize", "customWorkbookViews", "pivotCaches"),
    *("smartTagPr", "smartTagTypes", "webPublishing", "fileRecoveryPr", "webPublishObjects", "extLst"),
)
KIND = "application/vnd.openxmlformats-officedocument.spreadsheetml"
FILTER_NAME, TITLES_NAME = "_xlnm._FilterDatabase", "_xlnm.Print_Titles"
_OTHER_KINDS = {
    "macroenabled": "holds macros: save it as a workbook without macros (.xlsx)",
    "binary": "is a binary workbook (.xlsb): save it as .xlsx",
    "template": "is a template: save it as a workbook (.xlsx)",
}


@dataclass
class Tab:
    title: str
    part: str  # empty for one that is not of cells: a chart, a dialogue
    element: Any

    @property
    def hidden(self) -> bool:
        return bool(self.element.get("state", "visible") != "visible")


class Book:
    """What one package holds as a workbook. Raises ``WorkbookError`` where it is none."""

    def __init__(self, package: Package) -> None:
        self.package = package
        self.part = self._find()
        self.root = parse(package.read(self.part))
        self._before = etree.tostring(self.root)
        self.strict = "purl.oclc.org" in ns(self.root)
        leads = {r.id: r for r in package.relations(self.part)}
        self.tabs = [self._tab(element, leads) for element in children(child(self.root, "sheets"), "sheet")]

    def _find(self) -> str:
        part = self.package.related("", "officeDocument")
        if part is None:
            raise WorkbookError("it is not an .xlsx workbook")
        kind = self.package.content_type(part).lower()
        for word, said in _OTHER_KINDS.items():
            if word in kind:
                raise WorkbookError(f"it {said}")
        if "spreadsheetml" not in kind and local(parse(self.package.read(part))) != "workbook":
            raise WorkbookError("it is not an .xlsx workbook")
        return part

    def _tab(self, element: Any, leads: dict[str, Any]) -> Tab:
        number = next((v for k, v in element.attrib.items() if etree.QName(k).localname == "id" and "}" in k), "")
        lead = leads.get(number)
        part = lead.target if lead and lead.kind == "worksheet" else ""
        return Tab(element.get("name", ""), part if self.package.has(part) else "", element)

    @property
    def sheets(self) -> list[Tab]:
        """The tabs of cells."""
        return [tab for tab in self.tabs if tab.part]

    def tab(self, title: str) -> Tab:
        return next(tab for tab in self.sheets if tab.title == title)

    @property
    def shift(self) -> int:
        """Days to add to a date's number: files of old Macs count from 1904."""
        properties = child(self.root, "workbookPr")
        return SHIFT_1904 if properties is not None and truth(properties.get("date1904")) else 0

    @cached_property
    def styles(self) -> Styles:
        part = self.package.related(self.part, "styles")
        return Styles(self.package.read(part) if part else strict(BLANK) if self.strict else BLANK)

    @cached_property
    def texts(self) -> list[str]:
        """The shared texts, without the readings that East Asian files put beside them."""
        part = self.package.related(self.part, "sharedStrings")
        return [_shared(item) for item in children(parse(self.package.read(part)), "si")] if part else []

    @cached_property
    def reader(self) -> Reader:
        return Reader(self.texts, self.styles.kind, self.shift)

    def save(self) -> None:
        """Put what was changed here and in the styles into the package."""
        if "styles" in vars(self) and (data := self.styles.changed()):
            part = self.package.related(self.part, "styles")
            if part:
                self.package.put(part, data)
            else:
                part = self.part.rpartition("/")[0] + "/styles.xml"
                self.package.add(part.lstrip("/"), data, f"{KIND}.styles+xml")
                self.package.relate(self.part, "styles", part.lstrip("/"))
        if etree.tostring(self.root) != self._before:
            self.package.put(self.part, dump(self.root))

    # --- tabs -----------------------------------------------------------------------------------------------------

    def add_tab(self, title: str, data: bytes, at: int) -> Tab:
        """A new tab at this place in the order. What counts tabs by their place is put right."""
        folder = self.part.rpartition("/")[0]
        part = free_name(f"{folder}/worksheets/sheet{{}}.xml".lstrip("/"), self.package.names)
        self.package.add(part, strict(data) if self.strict else data, f"{KIND}.worksheet+xml")
        number = self.package.relate(self.part, "worksheet", part)
        holder = ensure(self.root, "sheets", ORDER)
        taken = max((int(e.get("sheetId", 0)) for e in holder), default=0)
        relations = "http://purl.oclc.org/ooxml/officeDocument/relationships" if self.strict else RELS
        element = add(holder, "sheet", {"name": title, "sheetId": str(taken + 1), f"{{{relations}}}id": number})
        tab = Tab(title, part, element)
        self.tabs.append(tab)
        self.move(tab, at)
        return tab

    def move(self, tab: Tab, at: int) -> None:
        """Put a tab just made, still the last, at its place; the open tab stays open."""
        holder = tab.element.getparent()
        self.tabs.remove(tab)
        self.tabs.insert(at, tab)
        holder.remove(tab.element)
        holder.insert(at, tab.element)
        for name in self._names():
            number = name.get("localSheetId")
            if number is not None and int(number) >= at:
                name.set("localSheetId", str(int(number) + 1))
        for view in children(child(self.root, "bookViews"), "workbookView"):
            for key in ("activeTab", "firstSheet"):
                if view.get(key) is not None and int(view.get(key)) >= at and len(self.tabs) > 1:
                    view.set(key, str(int(view.get(key)) + 1))
                elif key == "activeTab" and view.get(key) is None and at == 0 and len(self.tabs) > 1:
                    view.set(key, "1")

    @property
    def active(self) -> int:
        views = children(child(self.root, "bookViews"), "workbookView")
        number = int(views[0].get("activeTab", 0)) if views else 0
        return number if number < len(self.tabs) else 0

    def open(self, tab: Tab) -> None:
        """Show this tab when the file is opened."""
        views = ensure(self.root, "bookViews", ORDER)
        view = views[0] if len(views) else add(views, "workbookView")
        view.set("activeTab", str(self.tabs.index(tab)))

    # --- names and results -----------------------------------------------------------------------------------------

    def _names(self) -> list[Any]:
        return children(child(self.root, "definedNames"), "definedName")

    @property
    def defined(self) -> dict[str, str]:
        """Defined names, casefolded, and what they stand for."""
        return {name.get("name", "").casefold(): name.text or "" for name in self._names()}

    def define(self, tab: Tab, name: str, area: Area | None, formula: str = "") -> None:
        """A name of ours for cells of one tab: the area that its filter covers, the rows repeated on paper."""
        number = str(self.tabs.index(tab))
        found = next((e for e in self._names() if (e.get("name"), e.get("localSheetId")) == (name, number)), None)
        if found is None:
            found = add(ensure(self.root, "definedNames", ORDER), "definedName", {"name": name, "localSheetId": number})
            if name == FILTER_NAME:
                found.set("hidden", "1")
        cells = formula or ":".join(f"${''.join(_split(part))}" for part in ref_of(area or (1, 1, 1, 1)).split(":"))
        found.text = f"{quoted_title(tab.title)}!{cells}"

    def names_filter(self, tab: Tab) -> bool:
        number = str(self.tabs.index(tab))
        return any((e.get("name"), e.get("localSheetId")) == (FILTER_NAME, number) for e in self._names())

    def calculate(self) -> None:
        """Have every formula worked out anew when the file is opened."""
        ensure(self.root, "calcPr", ORDER).set("fullCalcOnLoad", "1")

    def forget_order(self) -> None:
        """Take out the noted order of formulas: it is wrong once one of them is gone."""
        part = self.package.related(self.part, "calcChain")
        if part:
            self.package.remove(part, self.part)


def _split(part: str) -> tuple[str, str]:
    letters = part.rstrip("0123456789")
    return letters, f"${part[len(letters) :]}"


def _shared(item: Any) -> str:
    runs = [item, *children(item, "r")]
    return unescape("".join(t.text or "" for run in runs for t in children(run, "t")))


def new_package() -> Package:
    """A blank workbook without any tab."""
    return Package(
        _zip(
            {
                TYPES: f'<Types xmlns="{CONTENT_TYPES}"><Default Extension="rels" ContentType="{RELATIONS_TYPE}"/>'
                f'<Override PartName="/xl/workbook.xml" ContentType="{KIND}.sheet.main+xml"/>'
                f'<Override PartName="/xl/styles.xml" ContentType="{KIND}.styles+xml"/></Types>',
                "_rels/.rels": _relations(("officeDocument", "xl/workbook.xml")),
                "xl/_rels/workbook.xml.rels": _relations(("styles", "styles.xml")),
                "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{RELS}"><workbookPr/><bookViews><workbookView/>'
                "</bookViews><sheets/></workbook>",
                "xl/styles.xml": BLANK.decode(),
            }
        )
    )


def _relations(*leads: Sequence[str]) -> str:
    inside = "".join(
        f'<Relationship Id="rId{n}" Type="{RELS}/{kind}" Target="{target}"/>'
        for n, (kind, target) in enumerate(leads, 1)
    )
    return f'<Relationships xmlns="{PACKAGE_RELS}">{inside}</Relationships>'


def _zip(parts: dict[str, str]) -> bytes:
    out = BytesIO()
    with ZipFile(out, "w", ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            archive.writestr(name, f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n{text}')
    return out.getvalue()

"""Formulas of people's: which cells they rest on, and which results are stale once we changed some of those.

LibreOffice shows the result that a file holds, whatever the cells under it say now. So a formula that rests on a cell
we changed, directly or through others, loses its result; every program then works it out anew.
"""

import re
from bisect import bisect_left, insort
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from html import escape

from halokop_sheets.core.sheet.page import column_letters
from halokop_sheets.workbooks.xlsx.ooxml import LAST_COLUMN, LAST_ROW, Area, Place, area_of, column_of
from halokop_sheets.workbooks.xlsx.sheet import Sheet
from halokop_sheets.workbooks.xlsx.sheet_markup import Found

_TOKEN = re.compile(
    r"""(?P<text>"(?:[^"]|"")*")
    |(?P<sheet>(?:'(?:[^']|'')+'|[\w.\[\]:]+)!)?
     (?P<cells>\$?[A-Z]{1,3}\$?\d{1,7}(?::\$?[A-Z]{1,3}\$?\d{1,7})?(?![\w(!])
      |\$?[A-Z]{1,3}:\$?[A-Z]{1,3}(?![\w(!])|\$?\d{1,7}:\$?\d{1,7}(?![\w(!]))
    |(?P<called>[A-Za-z_][\w.]*)\(
    |(?:(?:'(?:[^']|'')+'|[\w.\[\]]+)!)?(?P<name>[A-Za-z_\\][\w.\\]*)(?P<column>\[)?
    |\d[\d.]*(?:E[+-]?\d+)?""",
    re.VERBOSE,
)
_PART = re.compile(r"(\$?)([A-Z]{1,3})?(\$?)(\d+)?")
_UNSURE = {"OFFSET", "INDIRECT", "CELL", "_XLFN.ANCHORARRAY"}  # they pick their cells themselves
_FILLING = ("array", "dataTable")

Located = tuple[str, Area]  # a tab's title, casefolded, and cells in it


@dataclass(frozen=True)
class Names:
    """What the words of formulas stand for in one workbook."""

    titles: Sequence[str]  # of all tabs, in order
    defined: Mapping[str, str]  # names, casefolded, and their formulas
    tables: Mapping[str, Located]  # Excel's tables, casefolded


def rests_on(formula: str, title: str, names: Names, depth: int = 0) -> list[Located] | None:
    """The cells that a formula on tab ``title`` reads; None where that cannot be told."""
    found: list[Located] = []
    for token in _TOKEN.finditer(formula):
        if (called := token["called"]) and called.upper() in _UNSURE:
            return None
        if token["cells"]:
            area = area_of(token["cells"].replace("$", ""))
            found += [(tab, area) for tab in _tabs(token["sheet"] or "", title, names.titles)]
        elif word := (token["name"] or "").casefold():
            if word in names.tables:
                found.append(names.tables[word])
            elif word in names.defined:
                inner = rests_on(names.defined[word], title, names, depth + 1) if depth < 8 else None
                if inner is None:
                    return None
                found += inner
    return found


def _tabs(prefix: str, own: str, titles: Sequence[str]) -> list[str]:
    """The tabs that stand before an exclamation mark, casefolded: one, or several in a row; none in another file."""
    if not prefix:
        return [own.casefold()]
    name = prefix[:-1].strip("'").replace("''", "'").casefold()
    first, colon, last = name.partition(":")
    low = [title.casefold() for title in titles]
    if colon and first in low and last in low:
        start, end = sorted((low.index(first), low.index(last)))
        return low[start : end + 1]
    return [] if "[" in name else [name]


def spans_tabs(formula: str) -> Iterable[tuple[str, str]]:
    """First and last tab of the references that go through several tabs."""
    for token in _TOKEN.finditer(formula):
        first, colon, last = (token["sheet"] or "").rstrip("!").strip("'").partition(":")
        if colon:
            yield first.casefold(), last.casefold()


def shift(formula: str, down: int, right: int) -> str:
    """The formula as it reads when it is copied that far: what a follower of a shared formula says."""

    def moved(token: re.Match[str]) -> str:
        if not token["cells"]:
            return token[0]
        return (token["sheet"] or "") + ":".join(_shifted(part, down, right) for part in token["cells"].split(":"))

    return _TOKEN.sub(moved, formula)


def _shifted(part: str, down: int, right: int) -> str:
    found = _PART.fullmatch(part)
    assert found
    fixed_column, letters, fixed_row, digits = found.groups()
    if letters is None:  # a whole row: its dollar was taken for the column's
        fixed_row = fixed_row or fixed_column
        return fixed_row + (digits if fixed_row else str((int(digits) + down - 1) % LAST_ROW + 1))
    column = letters if fixed_column else column_letters((column_of(letters) + right - 1) % LAST_COLUMN + 1)
    row = digits if digits is None or fixed_row else str((int(digits) + down - 1) % LAST_ROW + 1)
    return f"{fixed_column}{column}{fixed_row}{row or ''}"


class Stale:
    """Cells whose value is no longer what formulas were worked out from."""

    def __init__(self) -> None:
        self._rows: dict[str, dict[int, list[int]]] = {}  # by tab and column, ascending

    def add(self, title: str, places: Iterable[Place]) -> None:
        columns = self._rows.setdefault(title.casefold(), {})
        for row, column in places:
            rows = columns.setdefault(column, [])
            at = bisect_left(rows, row)
            if at == len(rows) or rows[at] != row:
                insort(rows, row)

    def hits(self, located: Located) -> bool:
        title, (first, left, last, right) = located
        for column, rows in self._rows.get(title, {}).items():
            if left <= column <= right:
                at = bisect_left(rows, first)
                if at < len(rows) and rows[at] <= last:
                    return True
        return False


def whole_formulas(sheet: Sheet) -> list[tuple[Place, str, Found]]:
    """Every formula of a sheet with its text; followers of a shared one with a text of their own."""
    masters: dict[str, tuple[Place, str]] = {}
    found: list[tuple[Place, str, Found]] = []
    for place, named, text, cell in sheet.formulas():
        if named.get("t") == "shared":
            if text:
                masters[named.get("si", "")] = place, text
            elif named.get("si", "") in masters:
                master, shared = masters[named["si"]]
                text = shift(shared, place[0] - master[0], place[1] - master[1])
        found.append((place, text, cell))
    return found


def drop_stale(sheets: Mapping[str, Sheet], names: Names, changed: Mapping[str, set[Place]]) -> dict[str, set[Place]]:
    """Take out the results of formulas that rest on changed cells; returns where, in each tab.

    ``sheets``: every tab that holds formulas, by title.
    """
    stale = Stale()
    for title, places in changed.items():
        stale.add(title, places)
    waiting = [
        (title, place, rests_on(text, title, names), cell)
        for title, sheet in sheets.items()
        for place, text, cell in whole_formulas(sheet)
        if place not in changed.get(title, ())
    ]
    dropped: dict[str, set[Place]] = {}
    fallen = True
    while fallen:
        fallen, left = False, []
        for entry in waiting:
            title, place, areas, cell = entry
            if areas is not None and not any(map(stale.hits, areas)):
                left.append(entry)
                continue
            fallen = True
            stale.add(title, [place])
            if _drop_result(sheets[title], place, cell):
                dropped.setdefault(title, set()).add(place)
        waiting = left
    return dropped


def _drop_result(sheet: Sheet, place: Place, cell: Found) -> bool:
    """Take the result out of a formula's cell; False where it holds none."""
    formula = sheet.tag.formula.search(cell.inner or b"")
    if formula is None or sheet.tag.value.search(cell.inner or b"") is None:
        return False
    p = sheet.tag.prefix.encode()
    look = f' s="{cell.look}"'.encode() if cell.look else b""
    name = f' r="{column_letters(place[1])}{place[0]}"'.encode()
    sheet.replace(place, b"<" + p + b"c" + name + look + cell.other + b">" + formula[0] + b"</" + p + b"c>")
    return True


def part_shared(sheet: Sheet, places: set[Place]) -> set[Place]:
    """Before cells are overwritten: followers of a shared formula among them get texts of their own.

    Returns the places that held a formula.
    """
    overwritten: set[Place] = set()
    formulas = list(whole_formulas(sheet)) if places else []
    broken = set()
    for place, _, cell in formulas:
        if place in places:
            overwritten.add(place)
            if found := re.search(rb"t=\"shared\"[^>]*?si=\"(\d+)\"|si=\"(\d+)\"[^>]*?t=\"shared\"", cell.inner or b""):
                broken.add(found[1] or found[2])
    for place, text, cell in formulas:
        element = sheet.tag.formula.search(cell.inner or b"")
        if element is None or place in places or not broken:
            continue
        found = re.search(rb"si=\"(\d+)\"", element[1])
        if found and found[1] in broken:
            p = sheet.tag.prefix
            own = f"<{p}f>{escape(text, quote=False)}</{p}f>".encode()
            row = next(c for c in sheet.cells(place[0]) if c.column == place[1])
            sheet.replace(place, row.whole.replace(element[0], own))
    return overwritten


def spilled(sheet: Sheet) -> list[Area]:
    """The areas that array and spilling formulas fill: no cell of them can be written by itself."""
    if not any(b't="%b"' % kind.encode() in sheet.body for kind in _FILLING):
        return []
    return [
        area_of(named["ref"]) for _, named, _, _ in sheet.formulas() if named.get("t") in _FILLING and "ref" in named
    ]

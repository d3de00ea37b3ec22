"""Live highlighting and lists of a tab, kept as they shall be: added where missing, mended where pasting tore them.

Neither carries a mark in the file. A highlight of ours is known by its formula's shape together with its colours, a
list of ours by the title of its warning; all others are people's and stay.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from halokop_sheets.core.sheet import layout
from halokop_sheets.core.sheet.layout import RETIRED, RULES, SPARE_ROWS, STYLES, Style, rule_formula, rule_spans
from halokop_sheets.core.sheet.page import column_letters
from halokop_sheets.core.sheet.schema import TABS, Kind, Tab
from halokop_sheets.core.terms import TICK
from halokop_sheets.workbooks.xlsx.book import Tab as BookTab
from halokop_sheets.workbooks.xlsx.document import Document
from halokop_sheets.workbooks.xlsx.ooxml import Area, areas_of, child, quoted_title, ref_of
from halokop_sheets.workbooks.xlsx.styles import Styles

ROOM = 200  # rows below the last filled one that must be covered; what is laid anew reaches SPARE_ROWS
_OURS = "Daftar pilihan"  # title of the warning of our lists
_HINT = "Tidak ada dalam daftar. Tetap dipakai seperti yang diketik?"
_REFERENCE = re.compile(r"\$?[A-Z]{1,3}\$?\d+|#REF!")


class _Body:
    """The rows of a tab that rules and lists cover."""

    def __init__(self, last_row: int, header_row: int) -> None:
        self.first = header_row + 1
        self.needed = max(header_row, last_row) + ROOM
        self.last = header_row + SPARE_ROWS * -(-(self.needed - header_row) // SPARE_ROWS)

    def covered(self, areas: Iterable[Area], left: int, right: int) -> bool:
        """Whether one area covers these columns and enough rows, as people's inserting and deleting left it."""
        found = list(areas)
        if len(found) != 1:
            return False
        first, first_column, last, last_column = found[0]
        return first == self.first and last >= self.needed and (first_column, last_column) == (left, right)


@dataclass(frozen=True)
class _Highlight:
    left: int
    right: int
    formula: str  # without its leading "="
    style: Style

    @property
    def key(self) -> tuple[str, str, str]:
        return _REFERENCE.sub("§", _canonical(self.formula)), self.style.fill, self.style.color


def mend_highlights(document: Document, sheet: BookTab, tab: Tab, columns: Mapping[str, int], header_row: int) -> bool:
    """Bring the tab's conditional formats to ``layout.RULES``; tells whether anything had to be changed.

    ``columns``: 1-based places by header. The order of the rules is their priority; LibreOffice keeps it only among
    rules over the same columns, and there alone it matters (the others exclude each other).
    """
    frame, styles = document.frame(sheet), document.styles
    body = _Body(document.last_row(sheet), header_row)
    wanted = list(_highlights(RULES, tab, columns, body))
    keys = {highlight.key for highlight in (*wanted, *_highlights(RETIRED, tab, columns, body))}
    standing = [(areas, rule) for areas, rule in frame.rules() if _key(rule, styles) in keys]
    if len(standing) == len(wanted) and all(
        [_formula(rule) for areas, rule in standing if body.covered(areas, *area)]
        == [_canonical(highlight.formula) for highlight in wanted if (highlight.left, highlight.right) == area]
        for area in {(highlight.left, highlight.right) for highlight in wanted}
    ):
        return False
    for _, rule in standing:
        frame.drop_rule(rule)
    for highlight in wanted:
        area = body.first, highlight.left, body.last, highlight.right
        frame.add_rule(area, highlight.formula, styles.rule(highlight.style))
    return True


def _highlights(
    rules: Mapping[str, Sequence[layout.Rule]], tab: Tab, columns: Mapping[str, int], body: _Body
) -> Iterator[_Highlight]:
    letters = {header: column_letters(column) for header, column in columns.items()}
    for rule in rules.get(tab.name, ()):
        formula = rule_formula(rule, letters, body.first)
        if formula is None:
            continue
        for left, end in rule_spans(rule, columns):
            yield _Highlight(left, end - 1, formula.removeprefix("="), STYLES[rule.style])


def _canonical(formula: str) -> str:
    """A formula as it compares: LibreOffice saves FALSE as 0, some programs keep the leading sign."""
    return formula.removeprefix("=").replace("=FALSE)", "=0)")


def _formula(rule: Any) -> str:
    formula = child(rule, "formula")
    return _canonical(formula.text or "") if rule.get("type") == "expression" and formula is not None else ""


def _key(rule: Any, styles: Styles) -> tuple[str, str, str]:
    return _REFERENCE.sub("§", _formula(rule)), *styles.rule_colors(int(rule.get("dxfId", -1)))


# --- lists --------------------------------------------------------------------------------------------------------

Sources = Mapping[tuple[str, str], str]


def mend_lists(
    document: Document, sheet: BookTab, tab: Tab, columns: Mapping[str, int], where: tuple[int, Sources]
) -> bool:
    """Put the lists of our columns where none is; a list that a person made there is left. Tells of any change.

    ``where``: the header row, and what :func:`choice_ranges` gives.
    """
    header_row, sources = where
    frame, body = document.frame(sheet), _Body(document.last_row(sheet), header_row)
    wanted: dict[int, str] = {}
    for column in tab.columns:
        formula = sources.get(column.choices_from, "") if column.choices_from else _choices(column.choices)
        formula = f'"{TICK}"' if column.kind is Kind.TICK else formula
        if formula and column.header in columns:
            wanted[columns[column.header]] = formula
    everything = frame.lists()
    ours = [e for e in everything if e.get("type") == "list" and e.get("errorTitle") == _OURS]
    theirs = [area for e in everything if e not in ours for area in areas_of(e.get("sqref"))]
    for area in (*theirs, *frame.listed_apart()):
        if area[2] > body.first:
            for place in range(area[1], min(area[3], max(wanted, default=0)) + 1):
                wanted.pop(place, None)
    areas = [(area, child(e, "formula1")) for e in ours for area in areas_of(e.get("sqref"))]
    if len(areas) == len(wanted) and all(
        body.covered((a for a, f in areas if a[1] == place and _unquoted(f.text) == _unquoted(formula)), place, place)
        for place, formula in wanted.items()
    ):
        return False
    named = {"type": "list", "errorStyle": "warning", "allowBlank": "1", "showErrorMessage": "1"}
    named |= {"errorTitle": _OURS, "error": _HINT}
    made = [{**named, "sqref": ref_of((body.first, place, body.last, place))} for place in sorted(wanted)]
    frame.put_lists(ours, made, [wanted[place] for place in sorted(wanted)])
    return True


def _unquoted(formula: str | None) -> str:
    return (formula or "").replace("'", "")  # around a tab's title quotes come and go


def _choices(choices: tuple[str, ...]) -> str:
    return f'"{",".join(choices)}"' if choices else ""


def choice_ranges(tabs: Iterable[tuple[str, str, int, Mapping[str, int]]]) -> dict[tuple[str, str], str]:
    """Where the choices stand that lists take from another tab, as formulas by (tab, header).

    ``tabs``: name, title, header row and 0-based columns of each tab.
    """
    asked = {column.choices_from for tab in TABS.values() for column in tab.columns}
    return {
        (name, header): f"{quoted_title(title)}!${letters}${row + 1}:${letters}${row + ROOM}"
        for name, title, row, columns in tabs
        for header, place in columns.items()
        if (name, header) in asked and (letters := column_letters(place + 1))
    }

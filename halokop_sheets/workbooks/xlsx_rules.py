"""Live highlighting and lists of a tab, kept as they shall be: added where missing, mended where pasting tore them.

Neither carries a mark in the file. A highlight of ours is known by its formula's shape together with its colours, a
list of ours by the title of its warning; all others are people's and stay.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from openpyxl.formatting.formatting import ConditionalFormattingList
from openpyxl.formatting.rule import Rule
from openpyxl.styles import Font, PatternFill
from openpyxl.styles.differential import DifferentialStyle
from openpyxl.utils import quote_sheetname
from openpyxl.worksheet.cell_range import CellRange, MultiCellRange
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from halokop_sheets.core.sheet import layout
from halokop_sheets.core.sheet.layout import RETIRED, RULES, SPARE_ROWS, STYLES, Style, rule_formula, rule_spans
from halokop_sheets.core.sheet.page import column_letters
from halokop_sheets.core.sheet.schema import TABS, Kind, Tab
from halokop_sheets.core.terms import TICK
from halokop_sheets.workbooks.xlsx_cells import last_row

ROOM = 200  # rows below the last filled one that must be covered; what is laid anew reaches SPARE_ROWS
_OURS = "Daftar pilihan"  # title of the warning of our lists
_HINT = "Tidak ada dalam daftar. Tetap dipakai seperti yang diketik?"
_REFERENCE = re.compile(r"\$?[A-Z]{1,3}\$?\d+|#REF!")


class _Body:
    """The rows of a tab that rules and lists cover."""

    def __init__(self, ws: Worksheet, header_row: int) -> None:
        self.first = header_row + 1
        self.needed = max(header_row, last_row(ws)) + ROOM
        self.last = header_row + SPARE_ROWS * -(-(self.needed - header_row) // SPARE_ROWS)

    def covered(self, ranges: Iterable[CellRange], left: int, right: int) -> bool:
        """Whether one range covers these columns and enough rows, as people's inserting and deleting left it."""
        found = list(ranges)
        if len(found) != 1:
            return False
        one = found[0]
        rows = one.min_row == self.first and one.max_row >= self.needed
        return rows and (one.min_col, one.max_col) == (left, right)


@dataclass(frozen=True)
class _Highlight:
    left: int
    right: int
    formula: str  # without its leading "="
    style: Style

    @property
    def key(self) -> tuple[str, str, str]:
        return _REFERENCE.sub("§", _canonical(self.formula)), self.style.fill, self.style.color


def mend_highlights(ws: Worksheet, tab: Tab, columns: Mapping[str, int], header_row: int) -> bool:
    """Bring the tab's conditional formats to ``layout.RULES``; tells whether anything had to be changed.

    ``columns``: 1-based places by header. The order of the rules is their priority; LibreOffice keeps it only among
    rules over the same columns, and there alone it matters (the others exclude each other).
    """
    body = _Body(ws, header_row)
    wanted = list(_highlights(RULES, tab, columns, body))
    keys = {highlight.key for highlight in (*wanted, *_highlights(RETIRED, tab, columns, body))}
    ours = sorted(
        ((rule, entry.sqref.ranges) for entry in ws.conditional_formatting for rule in entry.rules),
        key=lambda found: found[0].priority or 0,
    )
    standing = [(_key(rule), _formula(rule), areas) for rule, areas in ours if _key(rule) in keys]
    if len(standing) == len(wanted) and all(
        [formula for _, formula, areas in standing if body.covered(areas, *area)]
        == [_canonical(highlight.formula) for highlight in wanted if (highlight.left, highlight.right) == area]
        for area in {(highlight.left, highlight.right) for highlight in wanted}
    ):
        return False
    kept = [(e, r) for e in ws.conditional_formatting for r in e.rules if _key(r) not in keys]
    ws.conditional_formatting = ConditionalFormattingList()
    for entry, rule in kept:
        ws.conditional_formatting.add(str(entry.sqref), rule)
    ws.conditional_formatting.max_priority = max((rule.priority or 0 for _, rule in kept), default=0)
    for highlight in wanted:
        area = f"{column_letters(highlight.left)}{body.first}:{column_letters(highlight.right)}{body.last}"
        ws.conditional_formatting.add(area, formula_rule(highlight.formula, highlight.style))
    return True


def formula_rule(formula: str, style: Style) -> Rule:
    """A conditional format that ends the search where it is true, so that the first one wins."""
    fill = PatternFill("solid", start_color=f"FF{style.fill}", end_color=f"FF{style.fill}") if style.fill else None
    font = Font(color=f"FF{style.color}" if style.color else None, bold=style.bold or None, italic=style.italic or None)
    look = DifferentialStyle(font=font, fill=fill)
    return Rule(type="expression", formula=[formula], dxf=look, stopIfTrue=True)


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
    return _canonical(str(rule.formula[0])) if rule.type == "expression" and rule.formula else ""


def _key(rule: Any) -> tuple[str, str, str]:
    look = rule.dxf
    fill = look.fill if look is not None else None
    color = look.font.color if look is not None and look.font is not None else None
    return _REFERENCE.sub("§", _formula(rule)), _rgb(fill.bgColor if fill is not None else None), _rgb(color)


def _rgb(color: Any) -> str:
    text = color.rgb if color is not None and color.type == "rgb" else None
    return text[-6:].upper() if isinstance(text, str) and text != "00000000" else ""


# --- lists --------------------------------------------------------------------------------------------------------


def mend_lists(
    ws: Worksheet, tab: Tab, columns: Mapping[str, int], header_row: int, sources: Mapping[tuple[str, str], str]
) -> bool:
    """Put the lists of our columns where none is; a list that a person made there is left. Tells of any change.

    ``sources``: what :func:`choice_ranges` gives.
    """
    body = _Body(ws, header_row)
    wanted: dict[int, str] = {}
    for column in tab.columns:
        formula = sources.get(column.choices_from, "") if column.choices_from else _choices(column.choices)
        formula = f'"{TICK}"' if column.kind is Kind.TICK else formula
        if formula and column.header in columns:
            wanted[columns[column.header]] = formula
    everything = list(ws.data_validations.dataValidation)
    ours = [v for v in everything if v.type == "list" and v.errorTitle == _OURS]
    for validation in everything:
        if validation not in ours:
            for area in validation.sqref.ranges:
                if area.max_row > body.first:
                    for place in range(area.min_col, area.max_col + 1):
                        wanted.pop(place, None)
    areas = [(area, v.formula1) for v in ours for area in v.sqref.ranges]
    if len(areas) == len(wanted) and all(
        body.covered((a for a, f in areas if a.min_col == place and _unquoted(f) == _unquoted(formula)), place, place)
        for place, formula in wanted.items()
    ):
        return False
    ws.data_validations.dataValidation = [v for v in everything if v not in ours]
    for place, formula in sorted(wanted.items()):
        validation = DataValidation(
            type="list", formula1=formula, allow_blank=True, showErrorMessage=True, errorStyle="warning"
        )
        validation.errorTitle, validation.error = _OURS, _HINT
        letters = column_letters(place)
        validation.sqref = MultiCellRange(f"{letters}{body.first}:{letters}{body.last}")
        ws.data_validations.dataValidation.append(validation)
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
        (name, header): f"{quote_sheetname(title)}!${letters}${row + 1}:${letters}${row + ROOM}"
        for name, title, row, columns in tabs
        for header, place in columns.items()
        if (name, header) in asked and (letters := column_letters(place + 1))
    }

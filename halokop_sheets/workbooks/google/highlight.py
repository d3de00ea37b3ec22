"""The live highlighting of a tab of rows, before the people's own rules.

A conditional format has an index and no id: ours are known by their formulas without the places in them, so that the
fragments which pasting leaves are swept up too.
"""

import re
from collections.abc import Mapping, Sequence

from halokop_sheets.core.sheet.blueprint import TabPlan
from halokop_sheets.core.sheet.layout import RETIRED, RULES, Rule, rule_formula, rule_spans
from halokop_sheets.core.sheet.page import column_letters
from halokop_sheets.core.terms import Tabs
from halokop_sheets.workbooks.google.cell_data import grid_range
from halokop_sheets.workbooks.google.client import Json
from halokop_sheets.workbooks.google.styles import rule_format, same_format

_NEWEST_FIRST = {Tabs.HISTORY}  # rows are inserted under the header: rules begin at it, or they would slip down
_REFERENCE = re.compile(r"\$[A-Z]+\d+")


def highlighting(plan: TabPlan, sheet: int, have: Json) -> list[Json]:
    """Requests for rules that are missing, changed or fragmented; none when all are there, first and whole."""
    want = _drawn(RULES, plan, sheet)
    found: list[Json] = have.get("conditionalFormats", [])
    shapes = {_shape(rule) for rule in (*want, *_drawn(RETIRED, plan, sheet))}
    ours = [n for n, rule in enumerate(found) if _shape(rule) in shapes]
    rows = int(have.get("properties", {}).get("gridProperties", {}).get("rowCount", 0))
    if ours == list(range(len(want))) and all(_same(a, b, rows) for a, b in zip(found, want, strict=False)):
        return []
    drop = [{"deleteConditionalFormatRule": {"sheetId": sheet, "index": n}} for n in reversed(ours)]
    add = [{"addConditionalFormatRule": {"rule": rule, "index": n}} for n, rule in enumerate(want)]
    return [*drop, *add]


def _drawn(rules: Mapping[str, Sequence[Rule]], plan: TabPlan, sheet: int) -> list[Json]:
    letters = {header: column_letters(at + 1) for header, at in plan.columns.items()}
    first = plan.header_row - 1 if plan.tab.name in _NEWEST_FIRST else plan.header_row
    made: list[Json] = []
    for rule in rules.get(plan.tab.name, ()):
        formula = rule_formula(rule, letters, first + 1)
        spans = rule_spans(rule, plan.columns)
        if formula is None or not spans:
            continue
        condition = {"type": "CUSTOM_FORMULA", "values": [{"userEnteredValue": formula}]}
        made.append(
            {
                "ranges": [grid_range(sheet, (first, None), span) for span in spans],
                "booleanRule": {"condition": condition, "format": rule_format(rule.style)},
            }
        )
    return made


def _same(have: Json, want: Json, rows: int) -> bool:
    """Whether a rule is ours and whole; its ranges may come back bounded by the grid."""

    def spans(rule: Json) -> set[tuple[int, int, int]]:
        return {
            (r.get("startRowIndex", 0), r.get("startColumnIndex", 0), r.get("endColumnIndex", -1))
            for r in rule["ranges"]
            if r.get("endRowIndex", rows) >= rows
        }

    return (
        have.get("booleanRule", {}).get("condition") == want["booleanRule"]["condition"]
        and len(have["ranges"]) == len(want["ranges"])
        and spans(have) == spans(want)
        and same_format(have["booleanRule"].get("format", {}), want["booleanRule"]["format"])
    )


def _shape(rule: Json) -> str:
    """A rule's formula with the places taken out of it."""
    values = rule.get("booleanRule", {}).get("condition", {}).get("values", [])
    return _REFERENCE.sub("$", str(values[0].get("userEnteredValue", ""))) if values else ""

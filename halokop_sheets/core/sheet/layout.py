"""How tabs look, as data: styles, formats, live highlighting, frozen panes. Each workbook kind translates it.

Rules are formulas that the spreadsheet program evaluates itself, so that a step turns red at its hour although the
daemon sleeps. They hold no argument separator (``,`` and ``;`` differ by locale): conditions are multiplied.
``{Header}`` stands for the cell of that column in the row at hand, as ``$C2``.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, time

from halokop_sheets.core.calendar import all_day
from halokop_sheets.core.sheet.schema import Kind, Owner, Tab
from halokop_sheets.core.sheet.values import Cell
from halokop_sheets.core.terms import (
    ActionStatus,
    Cols,
    EpisodeStatus,
    MailStatus,
    QuestionStatus,
    ReadingStatus,
    StepStatus,
    Tabs,
)


@dataclass(frozen=True)
class Style:
    """The look of a cell. Colours are RRGGBB, empty: as the program has it. ``size`` in points."""

    fill: str = ""
    color: str = ""
    bold: bool = False
    italic: bool = False
    size: int = 10
    align: str = "left"  # left, center, right
    valign: str = "center"  # top, center
    wrap: bool = True
    border: str = ""  # thin, bottom
    format: str = "General"  # a key of FORMATS


@dataclass(frozen=True)
class Rule:
    """A live highlight: where ``formula`` is true in a row, the columns named take the style's fill and colour."""

    formula: str
    style: str
    columns: tuple[str, ...] = ()  # empty: the whole row, from the first of our columns to the last


NUMBER_FORMATS: Mapping[str, tuple[str, str]] = {
    # name: (.xlsx number format, Google number format pattern; the sheet's locale gives Indonesian names)
    "General": ("General", ""),
    "date": ('[$-421]ddd", "d\\ mmm\\ yyyy', 'ddd", "d" "mmm" "yyyy'),
    "datetime": ('[$-421]ddd", "d\\ mmm\\ hh:mm', 'ddd", "d" "mmm" "hh":"mm'),
    "day": ("[$-421]d\\ mmm\\ yyyy", 'd" "mmm" "yyyy'),
    "time": ("hh:mm", 'hh":"mm'),
    "count": ("[$-421]#,##0", "#,##0"),
    "percent": ("[$-421]0%", "0%"),
    "decimal": ("[$-421]0.0%", "0.0%"),
    "change": ("[$-421]+0.0%;[$-421]-0.0%;[$-421]0.0%", "+0.0%;-0.0%;0.0%"),
}
FORMAT_OF_KIND: Mapping[Kind, str] = {
    Kind.TEXT: "General",
    Kind.LONG_TEXT: "General",
    Kind.URL: "General",
    Kind.DATE: "date",
    Kind.DATETIME: "datetime",
    Kind.TIME: "time",
    Kind.TICK: "General",
    Kind.COUNT: "count",
    Kind.LINK: "General",
}
CENTRED = frozenset({Kind.TICK, Kind.TIME})

RED, AMBER, GREEN, BLUE, GREY = "F8D7DA", "FFF1CC", "DDEFDD", "DCE9F7", "ECEFF1"
NAVY, INK, FAINT, LINE = "1F4E79", "263238", "78909C", "B0BEC5"

STYLES: Mapping[str, Style] = {
    # headers of tabs of rows
    "header": Style(fill=NAVY, color="FFFFFF", bold=True, align="center", border="thin"),
    "header-sistem": Style(fill=LINE, color=INK, bold=True, align="center", border="thin"),
    # live highlighting
    "late": Style(fill=RED, color="8B1A1A", bold=True),
    "today": Style(fill=AMBER, color="6B4E00", bold=True),
    "soon": Style(fill="FFF9E6", color=INK),
    "running": Style(fill=BLUE, color=INK),
    "done": Style(fill=GREEN, color="1B5E20"),
    "idle": Style(fill=GREY, color=FAINT),
    "message": Style(color="B71C1C", italic=True),
    # pages
    "title": Style(size=16, bold=True, color=NAVY, wrap=False),
    "subtitle": Style(size=10, color=FAINT, wrap=False),
    "mark": Style(size=8, color="CFD8DC", align="right", wrap=False),
    "section": Style(size=11, bold=True, color="FFFFFF", fill=NAVY),
    "label": Style(bold=True, color=INK, fill=GREY, border="thin"),
    "label-center": Style(bold=True, color=INK, fill=GREY, border="thin", align="center"),
    "text": Style(border="thin"),
    "center": Style(border="thin", align="center"),
    "verdict": Style(size=11, border="thin", fill="F5F9FD", valign="center"),
    "strip": Style(fill="F5F9FD", border="thin"),
    "strip-label": Style(fill="F5F9FD", border="thin", bold=True),
    # pages that go on paper: many small cells
    "small": Style(size=9, border="thin"),
    "small-center": Style(size=9, border="thin", align="center"),
    "small-count": Style(size=9, border="thin", align="right", wrap=False, format="count"),
    "small-percent": Style(size=9, border="thin", align="right", wrap=False, format="percent"),
    "small-decimal": Style(size=9, border="thin", align="right", wrap=False, format="decimal"),
    "small-change": Style(size=9, border="thin", align="right", wrap=False, format="change"),
    "small-label": Style(size=9, bold=True, color=INK, fill=GREY, border="thin"),
    "small-header": Style(size=9, bold=True, color=INK, fill=GREY, border="thin", align="center"),
    "note": Style(size=9, italic=True, color=FAINT),
    "line": Style(border="bottom"),
}

_SETTLED = (
    StepStatus.DONE,
    StepStatus.DONE_LATE,
    StepStatus.CANCELLED,
    StepStatus.POSTPONED,
    StepStatus.NOT_NEEDED,
    StepStatus.NOT_CARRIED_OUT,
)


def _open_step(*settled: str) -> str:
    return "*".join((f"({{{Cols.DONE}}}=FALSE)", *(f'({{{Cols.STATUS}}}<>"{word}")' for word in settled)))


def _late(*settled: str) -> Rule:
    return Rule(f'=({{{Cols.DUE}}}<>"")*({{{Cols.DUE}}}<NOW())*{_open_step(*settled)}', "late")


def _today(*settled: str) -> Rule:
    return Rule(f"=((INT({{{Cols.DUE}}})=TODAY())+(INT({{{Cols.START}}})=TODAY()))*{_open_step(*settled)}", "today")


def _status(*words: str, column: str = Cols.STATUS) -> str:
    return "=" + "+".join(f'({{{column}}}="{word}")' for word in words)


_MESSAGE_RULE = Rule(f'={{{Cols.MESSAGE}}}<>""', "message", (Cols.MESSAGE,))

RULES: Mapping[str, tuple[Rule, ...]] = {
    # the first rule that is true wins
    Tabs.STEPS: (
        _late(*_SETTLED, StepStatus.UNRECORDED),
        _today(*_SETTLED, StepStatus.UNRECORDED),
        Rule(_status(StepStatus.RUNNING), "running", (Cols.STATUS,)),
        Rule(_status(StepStatus.SOON, StepStatus.UNRECORDED), "soon", (Cols.STATUS, Cols.DUE)),
        Rule(_status(StepStatus.DONE), "done", (Cols.DONE, Cols.STATUS)),
        Rule(_status(StepStatus.DONE_LATE), "soon", (Cols.DONE, Cols.STATUS)),
        Rule(_status(*_SETTLED[2:]), "idle"),
        _MESSAGE_RULE,
    ),
    Tabs.SCHEDULE: (
        Rule(_status(EpisodeStatus.CANCELLED, "Batal", column=Cols.EPISODE_STATUS), "idle"),
        Rule(_status(EpisodeStatus.POSTPONED, "Tunda", column=Cols.EPISODE_STATUS), "idle"),
        Rule(f'=({{{Cols.LATE}}}<>"")', "late", (Cols.LATE, Cols.NEXT_STEP)),
        Rule(f"=({{{Cols.PUBLISH}}}=TODAY())", "today", (Cols.PUBLISH, Cols.THEME, Cols.TOPIC)),
        _MESSAGE_RULE,
    ),
    Tabs.READINGS: (
        Rule(_status(ReadingStatus.TODAY), "today"),
        Rule(_status(ReadingStatus.MISSED), "late", (Cols.STATUS,)),
        Rule(_status(ReadingStatus.FILLED), "done", (Cols.STATUS,)),
        Rule(_status(ReadingStatus.NOT_NEEDED, ReadingStatus.NOT_YET), "idle", (Cols.STATUS,)),
        _MESSAGE_RULE,
    ),
    Tabs.QUESTIONS: (
        Rule(_status(QuestionStatus.ANSWERED), "done", (Cols.STATUS,)),
        Rule(f'=({{{Cols.QUESTION}}}<>"")*({{{Cols.ANSWER}}}="")', "today", (Cols.STATUS,)),
        _MESSAGE_RULE,
    ),
    Tabs.FEEDBACK: (_MESSAGE_RULE,),
    Tabs.ACTIONS: (
        Rule(
            f'=({{{Cols.DUE}}}<>"")*({{{Cols.DUE}}}<TODAY())*({{{Cols.DONE}}}=FALSE)'
            f'*({{{Cols.STATUS}}}<>"{ActionStatus.DONE}")',
            "late",
        ),
        Rule(_status(ActionStatus.DONE), "done", (Cols.DONE, Cols.STATUS)),
        _MESSAGE_RULE,
    ),
    Tabs.MEETINGS: (_MESSAGE_RULE,),
    Tabs.TEAM: (_MESSAGE_RULE,),
    Tabs.DAYS_OFF: (Rule(f"=({{{Cols.DATE}}}=TODAY())", "today"), _MESSAGE_RULE),
    Tabs.HISTORY: (
        Rule(_status(MailStatus.REFUSED, MailStatus.UNKNOWN), "late", (Cols.STATUS,)),
        Rule(_status(MailStatus.SENT), "done", (Cols.STATUS,)),
    ),
}

RETIRED: Mapping[str, tuple[Rule, ...]] = {
    # rules that an earlier version made: where one still stands, it is ours and is removed
    Tabs.STEPS: (
        Rule(_status(StepStatus.DONE, StepStatus.DONE_LATE), "done", (Cols.DONE, Cols.STATUS)),
        _late(*_SETTLED),
        _today(*_SETTLED),
        Rule(_status(StepStatus.SOON), "soon", (Cols.STATUS, Cols.DUE)),
    ),
}

FROZEN_COLUMNS: Mapping[str, int] = {Tabs.STEPS: 1, Tabs.SCHEDULE: 1}
"""Columns kept in sight while scrolling, in tabs that we made (few: a phone is narrow)."""

TAB_COLORS: Mapping[str, str] = {
    Tabs.BOARD: NAVY,
    Tabs.STEPS: "C62828",
    Tabs.SCHEDULE: "2E7D32",
    Tabs.GUIDE: "78909C",
}

SPARE_ROWS = 2000
"""Rows below the header that formats, lists and highlighting of an .xlsx tab reach."""


def column_style(tab: Tab, header: str) -> Style:
    """The look of a column's cells."""
    column = tab.by_header[header]
    return Style(
        wrap=column.kind in (Kind.LONG_TEXT, Kind.TEXT),
        valign="top",
        align="center" if column.kind in CENTRED else "right" if column.kind is Kind.COUNT else "left",
        format=FORMAT_OF_KIND[column.kind],
    )


def value_format(kind: Kind, value: Cell) -> str:
    """The number format of one value: a day without an hour is shown as a day, one with an hour shows it."""
    if isinstance(value, datetime):
        if not all_day(value):
            return "datetime"
        return "day" if kind is Kind.TICK else "date"  # the column of ticks is narrow
    return "time" if isinstance(value, time) else FORMAT_OF_KIND[kind]


def header_style(tab: Tab, header: str) -> str:
    """The style name of a column's header: greyed where the column is the daemon's."""
    return "header-sistem" if tab.by_header[header].owner is Owner.SYSTEM else "header"


def rule_formula(rule: Rule, columns: Mapping[str, str], row: int) -> str | None:
    """The rule's formula for the first row it covers; None where a column that it names is not there.

    ``columns`` maps headers to column letters. A rule without a column is not worth a broken formula.
    """
    formula = rule.formula
    for header, letters in columns.items():
        formula = formula.replace("{" + header + "}", f"${letters}{row}")
    return None if "{" in formula else formula


def rule_spans(rule: Rule, columns: Mapping[str, int]) -> list[tuple[int, int]]:
    """The columns that a rule colours, as half-open runs of the places given; none where none of them is there."""
    if rule.columns:
        return runs(sorted(columns[header] for header in rule.columns if header in columns))
    return [(min(columns.values()), max(columns.values()) + 1)] if columns else []


def runs(places: Iterable[int]) -> list[tuple[int, int]]:
    """Neighbouring columns, in ascending order, as half-open spans."""
    found: list[tuple[int, int]] = []
    for at in places:
        if found and found[-1][1] == at:
            found[-1] = (found[-1][0], at + 1)
        else:
            found.append((at, at + 1))
    return found

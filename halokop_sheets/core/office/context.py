"""All that a plan depends on besides the sheet: settings, procedure, the clock, the ledger."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property

from halokop_sheets.core.office.procedure import MeetingRule, Procedure
from halokop_sheets.core.sheet.answers import Connections
from halokop_sheets.core.sheet.schema import Tab, tabs_for
from halokop_sheets.core.sheet.values import LedgerView
from halokop_sheets.settings import WEEKDAYS, Settings

LinkMaker = Callable[[str, int | None], str | None]
"""(tab name or page mark, sheet row) -> web address, or None where the workbook has none."""


@dataclass(frozen=True)
class Context:
    """All that a plan depends on besides the snapshot. ``now`` is cut to the minute: late is judged by it."""

    settings: Settings
    procedure: Procedure
    now: datetime
    ledger: LedgerView = field(default_factory=LedgerView)
    link: LinkMaker = lambda _tab, _row: None
    message_id: Callable[[str], str] = str  # Message-ID of a mail's key
    workbook: str = ""  # the file's or spreadsheet's name, for mails that cannot link
    sources: Connections = field(default_factory=Connections)  # of readings

    @property
    def today(self) -> date:
        return self.now.date()

    @cached_property
    def tabs(self) -> Mapping[str, Tab]:
        return tabs_for(self.settings.program.platforms)

    @cached_property
    def meeting(self) -> MeetingRule:
        rule = self.settings.evaluation
        return MeetingRule(WEEKDAYS.index(rule.weekday), rule.meeting_at)

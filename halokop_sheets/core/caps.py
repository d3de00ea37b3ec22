"""How many mails may leave in a day: whatever goes wrong in a sheet or in our own plan, no more than this.

Asked twice. When a mail is claimed, so that a flood (a date flipped a thousand times, ten thousand rows in ``Tim``) is
never even written; and again before each mail leaves.

A flood must not use up what is urgent, so day-H mails and invitations are counted apart from the others, under caps of
the same size. The administrator's own mail, one a day, is not counted: it is what tells of the flood. Schedule changes
have a cap of their own besides.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from halokop_sheets.settings import MailSettings

ADMINISTRATOR = "administrator"
SCHEDULE_CHANGED = "schedule-changed"
URGENT = frozenset({"run-down", "publication-missed", "invitation"})


@dataclass
class Caps:
    """The caps of one day. ``taken``: kind and recipient of each mail of that day so far."""

    settings: MailSettings
    taken: Iterable[tuple[str, str]] = ()
    _by_day: Counter[bool] = field(default_factory=Counter)
    _by_person: Counter[tuple[bool, str]] = field(default_factory=Counter)
    _changes: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        for kind, recipient in self.taken:
            self.take(kind, recipient)

    def day_is_full(self, kind: str) -> bool:
        return kind != ADMINISTRATOR and self._by_day[kind in URGENT] >= self.settings.max_per_day

    @property
    def any_day_is_full(self) -> bool:
        return any(count >= self.settings.max_per_day for count in self._by_day.values())

    def person_is_full(self, kind: str, recipient: str) -> bool:
        if kind == ADMINISTRATOR:
            return False
        if self._by_person[kind in URGENT, recipient] >= self.settings.max_per_person_per_day:
            return True
        most = self.settings.max_changes_per_person_per_day
        return kind == SCHEDULE_CHANGED and self._changes[recipient] >= most

    def take(self, kind: str, recipient: str) -> None:
        if kind == ADMINISTRATOR:
            return
        self._by_day[kind in URGENT] += 1
        self._by_person[kind in URGENT, recipient] += 1
        self._changes[recipient] += kind == SCHEDULE_CHANGED

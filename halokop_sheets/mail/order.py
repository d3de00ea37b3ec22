"""The order in which one person hears of one episode: as the mails were claimed, and never of what no longer holds."""

from collections.abc import Callable
from datetime import datetime

from halokop_sheets.core.caps import SCHEDULE_CHANGED
from halokop_sheets.mail import records
from halokop_sheets.mail.ledger import Ledger
from halokop_sheets.mail.ledger_queue import QueuedMail


class Order:
    """The mails that wait and tell changes of schedule, due or not."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._waiting: list[QueuedMail] = []

    def withdraw_overtaken(self, still_wanted: Callable[[str], bool], now: datetime) -> bool:
        """Take back every change that no longer holds: arriving last, it would be the last word on its episode.

        Returns whether there was one.
        """
        waiting = self._ledger.telling_changes()
        stale = {one.key for one in waiting if one.kind == SCHEDULE_CHANGED and not still_wanted(one.key)}
        self._waiting = [one for one in waiting if one.key not in stale]
        return bool(stale) and self._ledger.overtake(stale, now, records.NOT_WANTED) > 0

    def comes_after_another(self, letter: QueuedMail) -> bool:
        """Whether an older mail to this person tells of the same episode and is still to arrive."""
        return any(
            one.place < letter.place and one.recipient == letter.recipient and one.episodes & letter.episodes
            for one in (self._waiting if letter.about else ())
        )

    def is_over(self, letter: QueuedMail) -> None:
        """It arrived, or never will: those behind it may go."""
        self._waiting = [one for one in self._waiting if one.key != letter.key]

"""Mails that were refused for want of a right: to relay, to write without signing in, to use this sender.

One address may be guarded against strangers (Exchange answers "RESOLVER.RST.AuthRequired" for a list of the house);
two recipients of one tick, and no mail taken, mean all of them. Until that is known the mail waits.
"""

from datetime import datetime, timedelta

from halokop_sheets.mail import records
from halokop_sheets.mail.ledger import Ledger
from halokop_sheets.mail.ledger_queue import QueuedMail
from halokop_sheets.mail.transports import Cause, SendResult

SUSPECT_PAUSE = timedelta(minutes=15)
"""If the channel pauses, these mails come after others for this long: two guarded addresses at the head of the queue
would keep it paused for ever."""
_OUR_FAULT = (records.WHY_PAUSED[Cause.SENDER], records.WHY_PAUSED[Cause.SIGN_IN])


class Suspects:
    """Those of one tick."""

    def __init__(self, ledger: Ledger, now: datetime) -> None:
        self._ledger = ledger
        self._now = now
        self.found: list[tuple[QueuedMail, SendResult]] = []

    @property
    def several(self) -> bool:
        """Whether more than one recipient met such a refusal."""
        return len({letter.recipient for letter, _ in self.found}) > 1

    def add(self, letter: QueuedMail, verdict: SendResult, clock: datetime) -> None:
        self._ledger.release(letter.key, clock + SUSPECT_PAUSE)
        self.found.append((letter, verdict))

    def is_his_own(self, letter: QueuedMail) -> bool:
        """Whether the server took other mails since it refused this one before: then the channel is sound."""
        return letter.note in _OUR_FAULT and self._ledger.sent_since(self._now - 2 * SUSPECT_PAUSE)

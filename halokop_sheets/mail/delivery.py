"""Delivery: hands the claimed mails over, one by one, so that a crash at any moment is told apart afterwards.

What is promised, since SMTP cannot promise exactly once: nothing is lost silently, and at most two copies go out, the
same to the byte, and only when the connection or we died between the body's first byte and the recorded verdict.

==========================================================  =========================================================
What the server did                                         Verdict
==========================================================  =========================================================
250 after the dot, whatever QUIT answers                    sent
4xx, or a break before the body                             deferred by 30 min, 1 h, 2 h, 4 h, until it expires
5xx for this recipient                                      refused
5xx for want of a right (relaying, sign-in), for two        the channel pauses, nothing is marked
recipients of a tick while no mail was taken                (for one, or beside a mail that was taken: refused)
sign-in, quota, our sender refused                          the channel pauses, nothing is marked
no connection at all                                        all wait, noted; the next tick tries again
break or time-out from the body's first byte on             unknown: the same bytes once more after 15 min
==========================================================  =========================================================
"""

import logging
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from halokop_sheets.core.addresses import allowed, short_address
from halokop_sheets.core.caps import Caps
from halokop_sheets.mail import records
from halokop_sheets.mail.ledger import Ledger
from halokop_sheets.mail.ledger_queue import DEFERRALS, QueuedMail
from halokop_sheets.mail.order import Order
from halokop_sheets.mail.suspects import Suspects
from halokop_sheets.mail.transports import Cause, ChannelDownError, SendResult, SendStatus, Session, Transport
from halokop_sheets.settings import MailSettings

TICK_SECONDS = 60  # of delivery, after which no further mail is begun: the sheet must not wait for the post
_BREAKS = 3  # lost connections in a row after which the server is left alone for this tick

_log = logging.getLogger(__name__)


@dataclass
class Outcome:
    """What a delivery did, in mails; ``left`` are due and wait for a later tick."""

    sent: int = 0
    deferred: int = 0
    refused: int = 0
    unknown: int = 0
    left: int = 0
    trouble: ChannelDownError | None = None  # why the channel as a whole did not work
    changed: bool = False  # the ledger's view is another than before: a closing pass has something to show


@dataclass(frozen=True)
class Guard:
    """Which claimed mails may go out now.

    ``shown_only``: only those whose claim the sheet has accepted (Google); otherwise the ledger alone guards (.xlsx
    held open by Excel). ``blocked``: keys that the sheet shows as another ledger's. ``still_wanted`` is asked once
    more before each mail, by its key.
    """

    shown_only: bool = False
    blocked: frozenset[str] = frozenset()
    still_wanted: Callable[[str], bool] = lambda key: True


@dataclass(frozen=True)
class Watch:
    """Time and the world outside. ``monotonic`` counts seconds, ``stop`` ends after the mail in hand.

    ``checkpoint`` is called with ``sending``, ``answered`` and ``recorded`` for each mail: tests end the process there.
    """

    monotonic: Callable[[], float]
    stop: Callable[[], bool] = lambda: False
    checkpoint: Callable[[str], None] = lambda name: None


def deliver(
    ledger: Ledger, transport: Transport, settings: MailSettings, now: datetime, guard: Guard, watch: Watch
) -> Outcome:
    """Deliver what is due at ``now`` (aware). Raises LedgerError alone; the rest is in the outcome."""
    return _Delivery(ledger, settings, now, guard, watch).run(transport)


@dataclass
class _Delivery:
    ledger: Ledger
    settings: MailSettings
    now: datetime
    guard: Guard
    watch: Watch
    outcome: Outcome = field(default_factory=Outcome)
    breaks: int = 0

    def __post_init__(self) -> None:
        self.start = self.watch.monotonic()
        self.queue: deque[QueuedMail] = deque()
        self.begun: dict[str, tuple[str, str]] = {}  # today: by key, kind and recipient
        self.order = Order(self.ledger)
        self.full: ChannelDownError | None = None  # a cap of the day was reached
        self.suspects = Suspects(self.ledger, self.now)

    def run(self, transport: Transport) -> Outcome:
        self.outcome.changed = self.ledger.settle(self.now) > 0
        self.ledger.withdraw(self.guard.blocked)
        self.outcome.changed |= self.order.withdraw_overtaken(self.guard.still_wanted, self.now)
        self.queue.extend(one for one in self.ledger.due(self.now) if one.shown or not self.guard.shown_only)
        self.begun = self.ledger.begun_today(self.now) if self.queue else {}
        turns = self._turns()
        letter = next(turns, None)
        while letter:
            first = letter
            try:
                with transport.open() as session:
                    letter = self._over(session, first, turns)
            except ChannelDownError as error:
                self.queue.appendleft(first)
                self._pause(error)
                break
        self._judge_suspects()
        if self.full and not self.outcome.trouble:
            self._pause(self.full)
        self.outcome.left += len(self.queue)
        if self.outcome.changed:
            self.ledger.sync()
        return self.outcome

    def _over(self, session: Session, first: QueuedMail, turns: Iterator[QueuedMail]) -> QueuedMail | None:
        """As many mails as this session lasts for; returns the one to begin the next session with."""
        self._attempt(session, first)
        while session.alive:
            self.breaks = 0
            letter = next(turns, None)
            if letter is None:
                return None
            self._attempt(session, letter)
        self.breaks += 1
        return next(turns, None)

    def _turns(self) -> Iterator[QueuedMail]:
        """The mails that may be begun, each checked again at its turn."""
        while self.queue and not self._must_end():
            letter = self.queue.popleft()
            if not allowed(letter.recipient, self.settings):
                self._drop(letter, "refused", records.NOT_ALLOWED)
                self.outcome.refused += 1
            elif not self.guard.still_wanted(letter.key):
                self._drop(letter, "expired", records.NOT_WANTED)
            elif self.order.comes_after_another(letter):
                self.outcome.left += 1
            elif self._within_caps(letter):
                yield letter

    def _must_end(self) -> bool:
        late = self.watch.monotonic() - self.start > TICK_SECONDS
        return self.outcome.trouble is not None or self.breaks >= _BREAKS or late or self.watch.stop()

    def _clock(self) -> datetime:
        return self.now + timedelta(seconds=self.watch.monotonic() - self.start)

    def _drop(self, letter: QueuedMail, state: str, note: str) -> None:
        self.ledger.finish(letter.key, state, self._clock(), note=note)
        self.order.is_over(letter)
        self.outcome.changed = True

    def _within_caps(self, letter: QueuedMail) -> bool:
        """Whatever goes wrong in a sheet or in our own plan, no more than this leaves in a day."""
        others = [taken for key, taken in self.begun.items() if key != letter.key]
        caps = Caps(self.settings, others)
        if caps.day_is_full(letter.kind):
            text = f"the cap of {self.settings.max_per_day} mails a day (mail.max_per_day) is reached"
            self.full = ChannelDownError(text, Cause.LIMIT)
            note = records.DAY_CAP
        elif caps.person_is_full(letter.kind, letter.recipient):
            note = records.PERSON_CAP
        else:
            return True
        self.outcome.changed |= self.ledger.hold([letter.key], note) > 0
        self.outcome.left += 1
        return False

    def _pause(self, error: ChannelDownError) -> None:
        self.outcome.trouble = error
        self.outcome.changed |= self.ledger.pause(error.cause, error.code, self._clock())
        waiting = [one.key for one in (*self.queue, *(letter for letter, _ in self.suspects.found))]
        self.outcome.changed |= self.ledger.hold(waiting, records.WHY_PAUSED[error.cause]) > 0

    def _attempt(self, session: Session, letter: QueuedMail) -> None:
        data = self.ledger.begin(letter.key, self._clock())
        if data is None:  # expired while others went out
            return
        self.begun[letter.key] = (letter.kind, letter.recipient)
        self.watch.checkpoint("sending")
        verdict = session.send(letter.sender, letter.recipient, data)
        self.watch.checkpoint("answered")
        self._record(letter, verdict)
        self.watch.checkpoint("recorded")
        _log.info(
            "mail %s to %s: %s %s %s",
            *(letter.message_id, short_address(letter.recipient), verdict.kind.value, verdict.code, verdict.queue_id),
        )

    def _record(self, letter: QueuedMail, verdict: SendResult) -> None:
        outcome, now = self.outcome, self._clock()
        outcome.changed |= verdict.kind is not SendStatus.CHANNEL
        match verdict.kind:
            case SendStatus.SENT:
                self.ledger.finish(letter.key, "sent", now, verdict)
                self.order.is_over(letter)
                outcome.sent += 1
            case SendStatus.REFUSED if verdict.cause and not (self.taken or self.suspects.is_his_own(letter)):
                self._suspect(letter, verdict)
            case SendStatus.REFUSED:
                self._refuse(letter, verdict)
            case SendStatus.DEFERRED:
                before = letter.attempts - letter.doubts
                self.ledger.defer(letter.key, now + DEFERRALS[min(before, len(DEFERRALS) - 1)], verdict)
                outcome.deferred += 1
            case SendStatus.UNKNOWN:
                self.ledger.doubt(letter.key, now, verdict)
                outcome.unknown += 1
            case SendStatus.CHANNEL:
                self.ledger.release(letter.key)
                del self.begun[letter.key]
                self.queue.appendleft(letter)
                self._pause(_refuses_us(verdict))

    def _refuse(self, letter: QueuedMail, verdict: SendResult) -> None:
        self.ledger.finish(letter.key, "refused", self._clock(), verdict)
        self.order.is_over(letter)
        self.outcome.refused += 1

    def _suspect(self, letter: QueuedMail, verdict: SendResult) -> None:
        self.suspects.add(letter, verdict, self._clock())
        del self.begun[letter.key]
        if self.suspects.several:
            self._pause(_refuses_us(verdict))

    def _judge_suspects(self) -> None:
        """At the end: the recipient's own matter, unless two met it and nothing at all was taken."""
        if self.suspects.several and not self.taken:
            self.outcome.left += len(self.suspects.found)
            return
        for letter, verdict in self.suspects.found:
            self._refuse(letter, verdict)

    @property
    def taken(self) -> bool:
        """Whether the server took a mail in this tick, so that it lets us send."""
        return self.outcome.sent + self.outcome.unknown > 0


def _refuses_us(verdict: SendResult) -> ChannelDownError:
    text = f"the mail server refuses us: {verdict.code} {verdict.text}"
    return ChannelDownError(text, verdict.cause or Cause.SENDER, verdict.code)

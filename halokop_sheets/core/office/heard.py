"""What each person heard of an episode's date and status: every mail names the changes that it tells."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from halokop_sheets.core.caps import SCHEDULE_CHANGED
from halokop_sheets.core.sheet.values import MailRecord
from halokop_sheets.core.terms import MailStatus


class Dated(Protocol):
    """What an episode is here: its Kode, its date, its status."""

    code: str
    publish: date | None
    status: str


@dataclass(frozen=True)
class Standing:
    """An episode's date and status, as the team knows it: ``2026-11-29 Aktif``; ``- Ditunda`` without a date."""

    day: date | None
    status: str

    @classmethod
    def of(cls, episode: Dated) -> "Standing":
        return cls(episode.publish, episode.status)

    @classmethod
    def read(cls, typed: str) -> "Standing":
        """The inverse of ``str``. Raises ``ValueError`` for anything else."""
        day, status = typed.split(" ")
        return cls(day_of(day), status)

    def __str__(self) -> str:
        return f"{self.day or '-'} {self.status}"


def day_of(typed: str) -> date | None:
    return None if typed == "-" else date.fromisoformat(typed)


@dataclass(frozen=True)
class ChangeKey:
    """A change as a mail tells it: its text form stands in ``Mail.about``, and in the key of a mail of its own."""

    code: str
    old: Standing
    new: Standing

    def __str__(self) -> str:
        return f"{self.code}:{self.old}:{self.new}"

    @classmethod
    def read(cls, typed: str) -> "ChangeKey | None":
        """The inverse of ``str``, whatever number follows it (``#2``); None for a text nobody can read."""
        try:
            code, old, new = typed.partition("#")[0].split(":")
            return cls(code, Standing.read(old), Standing.read(new))
        except ValueError:
            return None


def changes_of(record: MailRecord) -> Iterator[ChangeKey]:
    """The changes that a mail tells. One that an earlier release claimed has them in its key alone."""
    texts = record.about
    if not texts and record.kind == SCHEDULE_CHANGED:
        texts = (record.key.partition(":")[2].partition(":")[2],)
    yield from filter(None, map(ChangeKey.read, texts))


_HEARD = {MailStatus.SENT, MailStatus.UNKNOWN, MailStatus.REFUSED}  # an address that is refused hears no second mail
_ON_ITS_WAY = {MailStatus.PREPARED, MailStatus.DEFERRED}


class Heard:
    """What each person heard of each episode, out of the mails of the ledger in the order of their claims."""

    def __init__(self, records: Iterable[MailRecord]) -> None:
        self.codes: set[str] = set()  # episodes of which any mail told anything
        self._told: defaultdict[tuple[str, str], list[tuple[ChangeKey, MailRecord]]] = defaultdict(list)
        for record in records:
            for change in changes_of(record):
                self._told[record.recipient, change.code].append((change, record))
                self.codes.add(change.code)

    def news(self, address: str, episode: Dated, otherwise: Standing | None = None) -> ChangeKey | None:
        """What this person is to hear now: from what he was last told to what holds; None: nothing, or it is under way.

        ``otherwise``: what he knows where no mail told him anything (None: what holds now).
        """
        now, known, coming = Standing.of(episode), otherwise, None
        told = self._told.get((address, episode.code), [])
        for n, (change, record) in enumerate(told):
            if record.status in _HEARD or record.doubtful:
                known = change.new
            elif n == 0:
                known = change.old  # what he knew before a mail that has not arrived
            if record.status in _ON_ITS_WAY:
                coming = change.new
        if known is None or known == now or coming == now:
            return None
        return ChangeKey(episode.code, known, now)

    def slot(self, address: str, change: ChangeKey) -> str:
        """The slot of a mail that tells this change; one that was told before and taken back in between gets ``#2``."""
        same = sum(one == change for one, _ in self._told.get((address, change.code), []))
        return f"{change}#{same + 1}" if same else str(change)

"""What a tick does with the sources: take dropped files, ask for what the plan wants, keep the answers in the ledger.

Nothing here stops or delays a tick: whatever fails is a reason in the answer or a line in the log, and all of it
together waits at most the seconds of the settings.
"""

import logging
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime, tzinfo

from halokop_sheets.core.sheet.answers import Answer, Ask, Connections, Gap, Refused
from halokop_sheets.mail.asked import AskedLog
from halokop_sheets.sources.base import Source
from halokop_sheets.sources.drop import DropFolder, Dropped
from halokop_sheets.sources.within import Limited

log = logging.getLogger(__name__)


@dataclass
class Sources:
    """The connected sources; with none of them every method does nothing."""

    zone: tzinfo = UTC
    seconds: float = 20.0
    service: Source | None = None
    folder: DropFolder | None = None

    def __post_init__(self) -> None:
        self._asking: Limited[Answer] = Limited(self.seconds)
        self._looking: Limited[Dropped] = Limited(self.seconds / 2)
        self._moving: Limited[None] = Limited(self.seconds / 2)

    def connections(self, now: datetime) -> Connections:
        """What is connected as of ``now`` (aware); no request is made."""
        found = self.service.connections(now) if self.service else Connections()
        return found._replace(folder=self.folder is not None)

    def take_files(self, asked: AskedLog, now: datetime) -> None:
        """Read the files that lie in the folder, keep what they tell, move those that were used."""
        folder = self.folder
        if folder is None:
            return
        found, trouble = self._looking.collect(lambda: folder.look(now))
        used = [one for one in found if self._use(one, asked, now)]
        if used:
            _, failed = self._moving.collect(lambda: _put_away(folder, used))
            trouble = trouble or failed
        if trouble is not None:
            log.warning("the folder of exported files cannot be used now: %s", _kind(trouble))

    def preview(self, now: datetime) -> list[Dropped]:
        """The files as :meth:`take_files` would find them; nothing is kept or moved."""
        folder = self.folder
        return self._looking.collect(lambda: folder.look(now))[0] if folder else []

    def due(self, now: datetime) -> bool:
        """Whether a service has something to do without any post to ask for."""
        return self.service is not None and self.service.due(now)

    def ask(self, asks: Sequence[Ask], asked: AskedLog, now: datetime) -> None:
        """Ask for these posts and keep the answers; one that did not come in time is an answer too."""
        service = self.service
        if service is None:
            return
        found, trouble = self._asking.collect(lambda: service.ask(asks, now))
        if trouble is not None:
            log.warning("%s: %s", service.name, _kind(trouble))
        told = {answer.post for answer in found}
        at = now.astimezone(self.zone).replace(second=0, microsecond=0, tzinfo=None)
        gap = Gap.TIME if isinstance(trouble, TimeoutError) else Gap.SERVER
        missing = dict.fromkeys((ask.platform, ask.post) for ask in asks if ask.post not in told)
        rest = [Answer(at.date(), platform, post, service.name, at, {}, gap) for platform, post in missing]
        asked.record([*found, *rest])
        gaps = sorted({str(answer.gap) for answer in (*found, *rest) if answer.gap})
        if asks:
            log.info(
                "%s: asked for %d post(s)%s", service.name, len(asks), f", missing: {', '.join(gaps)}" * bool(gaps)
            )

    def _use(self, one: Dropped, asked: AskedLog, now: datetime) -> bool:
        """Keep what a file tells, or why it is refused; returns whether it is done with."""
        today = now.astimezone(self.zone).date()
        before = asked.used_on(one.content)
        if before is not None and before != today and not one.cause:
            one = replace(one, cause="again", detail=before.isoformat())
        if one.cause:
            if before is None or before != today:
                self._refuse(one, asked, now)
            return before == today
        if before is None:
            asked.record(one.answers, content=one.content, name=one.name)
            log.info("a file of %d post(s) was taken from the folder of exports", len(one.answers))
        return True

    def _refuse(self, one: Dropped, asked: AskedLog, now: datetime) -> None:
        if asked.refuse(one.content, Refused(one.name, one.cause, one.detail), now.astimezone(self.zone).date()):
            log.warning("a file in the folder of exports was refused: %s", one.cause)


def _put_away(folder: DropFolder, used: Sequence[Dropped]) -> Iterator[None]:
    for one in used:
        with suppress(FileNotFoundError):
            folder.put_away(one)
        yield None


def _kind(trouble: BaseException) -> str:
    """A failure by its kind alone: its text may hold an address with a token in it."""
    if isinstance(trouble, TimeoutError):
        return "no answer within the time limit"
    return str(trouble.strerror) if isinstance(trouble, OSError) else type(trouble).__name__

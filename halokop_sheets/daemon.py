"""The daemon: a tick every few minutes, for years. The library ``schedule`` says when, the plan decides what is due.

Nothing that goes wrong in a tick ends it. Workbook and ledger stay open from tick to tick (an unchanged file costs one
hash); after trouble with the ledger, the state folder or our own code everything is closed and opened afresh at the
next tick, so that a vanished network folder, a full disk or a read-only one is waited for. Only at the start, while
somebody is looking, they are errors; and a damaged ledger always ends it, before any mail is sent.
"""

import dataclasses
import logging
import sqlite3
import time
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, ExitStack
from datetime import UTC, datetime
from pathlib import Path

import schedule

from halokop_sheets import __version__, alive, heartbeat, logs
from halokop_sheets.errors import HalokopError, LedgerError, MailServerError, SettingsError, WorkbookError
from halokop_sheets.settings import Settings
from halokop_sheets.stopping import Stop
from halokop_sheets.tick import App, Result, tick
from halokop_sheets.wiring import open_app, state_dir

log = logging.getLogger(__name__)
BEAT = 1.0  # seconds between looks at the clock and at whether we shall stop
PASSING = (WorkbookError, MailServerError, SettingsError)  # theirs, not ours: no reason to open everything afresh


class InternalError(HalokopError):
    """Something in a tick failed that should not: a mistake of ours."""


class Metronome:
    """Calls ``beat`` now and then every so many minutes; ``beat`` may change ``minutes``, and never raises but to end.

    ``schedule`` looks at the wall clock. Set forward, it beats once at once. Set back, it would wait for the old time
    to come round again: no pause is longer than its own minutes, so where one seems to be, it beats at once.
    """

    def __init__(self, minutes: int, beat: Callable[[], None]) -> None:
        self._scheduler = schedule.Scheduler()
        self._job = self._scheduler.every(minutes).minutes.do(beat)

    @property
    def minutes(self) -> int:
        return int(self._job.interval)

    @minutes.setter
    def minutes(self, value: int) -> None:
        self._job.interval = value

    def run(
        self, stop: Callable[[], bool], sleep: Callable[[float], None], hurry: Callable[[], bool] = lambda: False
    ) -> None:
        """Beat until ``stop``; at once where ``hurry``, asked every second, says so."""
        if not stop():
            self._scheduler.run_all()
        while not stop():
            sleep(BEAT)  # monotonic, unlike the rest
            if hurry():
                self._scheduler.run_all()
            elif (self._scheduler.idle_seconds or 0) > self.minutes * 60 + BEAT:
                log.warning("the clock was set back; the next tick is made now")
                self._scheduler.run_all()
            elif not stop():
                self._scheduler.run_pending()


@dataclasses.dataclass(frozen=True)
class Clock:
    """The time outside. ``now``: aware; ``monotonic`` and ``sleep``: seconds."""

    now: Callable[[], datetime] = lambda: datetime.now(UTC)
    monotonic: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep


class Daemon:
    """One run of the daemon; what it takes from the world outside is handed in.

    ``reread`` returns other settings when somebody asked for it, and raises ``HalokopError`` for mistakes in them.
    """

    def __init__(
        self,
        settings: Settings,
        stop: Callable[[], bool],
        *,
        open_app: Callable[[Settings], AbstractContextManager[App]] = open_app,
        reread: Callable[[], Settings | None] = lambda: None,
        clock: Clock = Clock(),
        facts: Callable[[], Mapping[str, heartbeat.Fact]] = dict,
    ) -> None:
        self._settings, self._stop, self._open_app, self._reread = settings, stop, open_app, reread
        self._facts, self._ping = facts, alive.Ping()
        self._now, self._monotonic, self._sleep = clock.now, clock.monotonic, clock.sleep
        self._progress = logs.Progress(log, clock.monotonic)
        self._metronome = Metronome(settings.daemon.every_minutes, self._paced_beat)
        self._held = ExitStack()
        self._house: App | None = None
        self._told: list[str] = []
        self.failures = 0  # ticks in a row after which a service was spared
        self.last = Result()

    def run(self) -> None:
        """Tick until asked to stop. Raises what ``open_app`` raises at the start, and a damaged ledger's error."""
        with self._held:
            self._house = self._open()
            self._tell_start(self._house)
            self._metronome.run(self._stop, self._sleep, self._take_other_settings)
        log.info("stopped as asked")

    @property
    def _file(self) -> Path:
        return heartbeat.heartbeat_file(state_dir(self._settings))

    def _tell_start(self, app: App) -> None:
        log.info(
            "halokop %s: workbook %s, a tick every %d minute(s), state in %s",
            *(__version__, app.workbook.name, self._settings.daemon.every_minutes, state_dir(self._settings)),
        )

    def _open(self) -> App:
        app = self._held.enter_context(self._open_app(self._settings))
        app.renderer.load()
        return dataclasses.replace(app, checkpoint=self._progress)

    def _take_other_settings(self) -> bool:
        """Where somebody asked for it: go on with the settings as they are now or, for any mistake in them, as before.

        Returns whether they are others now: the next tick is then made at once.
        """
        before = self._settings
        try:
            if (other := self._reread()) is None:
                return False
            self.close()
            self._settings = other
            self._house = self._open()
        except HalokopError as error:
            self._settings = before
            for line in str(error).splitlines():
                log.warning("asked to read the settings again; the old ones stay: %s", line)
            return False
        log.info("settings, procedure and templates were read again")
        self._tell_start(self._house)
        return True

    def _paced_beat(self) -> None:
        self.beat()
        self._metronome.minutes = pause(self._settings.daemon.every_minutes, self.failures)

    def beat(self) -> None:
        """One tick and what belongs to it: heartbeat, log, whether to open afresh. Raises a damaged ledger's error."""
        started = self._monotonic()
        alive.notify("READY=1")
        self._progress.begin()
        result = self._tick()
        if self._house:  # else the lock is not ours, and so neither is the file
            self._renew(result)
        if not all(isinstance(error, PASSING) for error in result.trouble):
            self.close()
        self._tell(result, self._monotonic() - started)
        self._ping.tell(self._settings.daemon.ping_url, complete=not result.trouble, now=self._now())
        alive.notify("WATCHDOG=1")
        spare = any(_spares(self._settings, error) for error in result.trouble)
        self.failures = self.failures + 1 if spare else 0
        self.last = result

    def _tick(self) -> Result:
        """A tick; whatever is raised on the way is the result's trouble, but a damaged ledger."""
        try:
            if self._house is None:
                self._house = self._open()
            return tick(self._house, self._now(), self._stop)
        except LedgerError as error:
            if not _passes(error):
                raise
            return Result(trouble=[error])
        except HalokopError as error:
            return Result(trouble=[error])
        except Exception as error:
            return Result(trouble=[InternalError(f"internal error, please report it: {logs.error_place(error)}")])

    def close(self) -> None:
        """Let go of workbook, ledger and lock; the next tick opens them again."""
        self._house = None
        try:
            self._held.close()
        except Exception as error:  # of the very trouble that makes us close
            log.info("closing: %s", logs.error_place(error))

    def _renew(self, result: Result) -> None:
        """The heartbeat: complete only where nothing is in the way."""
        try:
            troubles = [logs.discreet(str(error)) for error in result.trouble]
            facts = {**heartbeat.facts_of(result.plan.tally), **self._facts()}
            heartbeat.renew(self._file, self._now(), troubles, facts)
        except HalokopError as error:
            result.trouble.append(error)

    def _tell(self, result: Result, seconds: float) -> None:
        """One line a tick; trouble once when it comes, and once when it has gone."""
        troubles = result.told
        for trouble in troubles:
            if trouble not in self._told:
                log.warning("%s", trouble)
        if self._told and not troubles:
            log.info("all is well again")
        self._told = troubles
        log_tick(result, seconds)


def log_tick(result: Result, seconds: float) -> None:
    """One line that says what a tick did and how long it took."""
    outcome = result.outcome
    facts = {
        "changes": result.written,
        "sent": outcome.sent,
        "waiting": outcome.deferred + outcome.unknown + outcome.left,
        "refused": outcome.refused,
        "problems": len(result.plan.problems),
        "trouble": len(result.told),
        "seconds": round(seconds, 1),
    }
    log.info("tick: %s", ", ".join(f"{name} {fact}" for name, fact in facts.items()), extra={"facts": facts})


def pause(minutes: int, failures: int) -> int:
    """Minutes to the next tick: as usual after the first failure, doubled with each further one, up to half an hour."""
    longest = max(minutes, int(heartbeat.LONGEST_PAUSE.total_seconds()) // 60)
    return min(longest, int(minutes * 2 ** max(0, min(failures, 7) - 1)))


def _spares(settings: Settings, error: HalokopError) -> bool:
    """Whether waiting longer spares somebody: a service, or a log; a workbook file that is open in Excel costs nothing
    to look at, and whoever closes it should not wait."""
    return not (settings.workbook_file and isinstance(error, WorkbookError))


def _passes(error: LedgerError) -> bool:
    """Whether the ledger is sound and only its disk fails us (full, read-only, gone, busy), not what is in it."""
    cause = error.__cause__
    if isinstance(cause, sqlite3.OperationalError):
        return cause.sqlite_errorcode & 0xFF != sqlite3.SQLITE_ERROR  # that one: not the tables we know
    return isinstance(cause, OSError)


def run_forever(load: Callable[[], Settings], stop: Stop) -> None:
    """``halokop run``: until told to stop. ``load`` reads the settings, now and whenever SIGHUP asks for it."""
    settings = load()

    def reread() -> Settings | None:
        if not stop.take_reread():
            return None
        from halokop_sheets.check.procedure import checked  # python-docx and all: needed here alone

        return checked(load(), datetime.now(UTC))

    Daemon(settings, stop, reread=reread).run()


def health_of(settings: Settings, now: datetime) -> tuple[bool, str]:
    """``halokop health``: whether the last complete tick is fresh, and a line that says what to do where it is not."""
    beat = heartbeat.read(heartbeat.heartbeat_file(state_dir(settings)))
    return heartbeat.freshness(beat, now, settings.daemon.every_minutes)

"""One programme as the rounds know it: its daemon, its turn, its way to Google; and what its ticks came to."""

import dataclasses
import logging
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from halokop_sheets import heartbeat, logs
from halokop_sheets.daemon import Clock, Daemon
from halokop_sheets.errors import BudgetError, HalokopError
from halokop_sheets.programmes.at_work import AtWork, Gate, LaneTransport
from halokop_sheets.programmes.folder import Programme
from halokop_sheets.programmes.turns import Turn
from halokop_sheets.settings import Settings
from halokop_sheets.tick import App
from halokop_sheets.wiring import open_app, state_dir

if TYPE_CHECKING:
    from halokop_sheets.workbooks.google import GoogleWorkbook

log = logging.getLogger(__name__)
_LATER = 30.0  # seconds after which a tick that the budget stopped is made


@dataclass(frozen=True)
class Edges:
    """Time and the way out, handed in: ``pause`` waits so many seconds, or until a tick has ended."""

    now: Callable[[], datetime]
    monotonic: Callable[[], float]
    sleep: Callable[[float], None]
    pause: Callable[[float], None]
    jitter: Callable[[], float]  # [0, 1)
    nonce: Callable[[], str]


@dataclass
class Member:
    """Only one thread at a time works for it; the others read the figures."""

    programme: Programme
    settings: Settings
    turn: Turn
    work: AtWork
    edges: Edges
    lane: threading.Semaphore
    open_sheet: Callable[[Gate], "GoogleWorkbook"]
    gate: Gate | None = None  # None: an .xlsx file, which costs no request
    mails: Counter[str] = field(default_factory=Counter)
    busy: bool = False
    lag: float = 0.0  # seconds by which its last tick came late
    _daemon: Daemon | None = None
    _sheet: "GoogleWorkbook | None" = None

    @property
    def name(self) -> str:
        return self.programme.name

    def beat(self, stop: Callable[[], bool]) -> None:
        """One tick. Never raises: what went wrong is told, and makes it wait."""
        self.work.begin()
        failed, again = True, 0.0
        try:
            daemon = self._daemon = self._daemon or self._make(stop)
            daemon.beat()
            failed, again = self._take(daemon)
        except HalokopError as error:  # a damaged ledger: until somebody has mended it, no mail and no write
            log.error("%s", error)
            self._note(error)
            self.close()
        except Exception as error:
            log.error("internal error, please report it: %s", logs.error_place(error))
            self.close()
        finally:
            if self.gate:
                self.gate.end()
            if self._sheet:
                self._sheet.let_go()
            self.turn.end(self.edges.monotonic(), failed=failed)
            if again:
                self.turn.again(self.edges.monotonic(), again)

    def _make(self, stop: Callable[[], bool]) -> Daemon:
        edges = self.edges
        return Daemon(
            self.settings,
            stop,
            open_app=self._open,
            clock=Clock(edges.now, edges.monotonic, edges.sleep),
            facts=self._facts,
        )

    @contextmanager
    def _open(self, settings: Settings) -> Iterator[App]:
        self._sheet = self._sheet or (self.open_sheet(self.gate) if self.gate else None)
        with open_app(settings, workbook=self._sheet) as app:
            yield dataclasses.replace(app, transport=LaneTransport(app.transport, self.lane, self.work))

    def _take(self, daemon: Daemon) -> tuple[bool, float]:
        """Whether the tick failed, and in how many seconds it shall be made again though it did not."""
        result, daemon.last = daemon.last, type(daemon.last)()  # its plan is not kept till the next tick
        outcome = result.outcome
        self.mails.update({"sent": outcome.sent, "deferred": outcome.deferred, "refused": outcome.refused})
        self.mails.update({"unknown": outcome.unknown})
        if result.plan.tally is not None:
            zone = self.settings.zone
            self.turn.moments = tuple(at.replace(tzinfo=zone).timestamp() for at in result.plan.tally.moments)
        if any(isinstance(error, BudgetError) for error in result.trouble):
            return False, _LATER
        return daemon.failures > 0, 0.0

    def _facts(self) -> dict[str, heartbeat.Fact]:
        """What the heartbeat carries besides the sheet's figures."""
        counts = self.gate.counts if self.gate else {}
        return {
            "lag": round(self.lag, 1),
            **{f"requests_{kind}": count for kind, count in counts.items()},
            **{f"mails_{verdict}": count for verdict, count in self.mails.items()},
        }

    def _note(self, error: HalokopError) -> None:
        try:
            file = heartbeat.heartbeat_file(state_dir(self.settings))
            heartbeat.renew(file, self.edges.now(), [logs.discreet(str(error))])
        except HalokopError as trouble:
            log.error("%s", trouble)

    def close(self) -> None:
        """Let go of workbook, ledger and lock."""
        if self._daemon:
            self._daemon.close()
            self._daemon = None

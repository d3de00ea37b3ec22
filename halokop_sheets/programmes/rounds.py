"""``halokop run`` for many programmes: one loop that looks whose turn it is, and a thread for each tick that it begins.

No more than ``programmes.threads`` ticks are made at once. One that is handing mail over, or has been at work for more
than ten seconds, no longer counts as one of them: whoever hangs has a thread of its own and holds up nobody. A tick
that would need a read which the budget does not allow is not begun; the next one of another account is.
"""

import logging
import random
import secrets
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from halokop_sheets import __version__, logs
from halokop_sheets.errors import HalokopError
from halokop_sheets.private import keep_private
from halokop_sheets.programmes import health
from halokop_sheets.programmes.accounts import Accounts
from halokop_sheets.programmes.at_work import AtWork
from halokop_sheets.programmes.budget import Budget, Limits
from halokop_sheets.programmes.folder import Catalogue, Programme, load_shared
from halokop_sheets.programmes.member import Edges, Member
from halokop_sheets.programmes.prometheus import write_metrics
from halokop_sheets.programmes.turns import Turn, in_order
from halokop_sheets.settings import Settings

log = logging.getLogger(__name__)
_BEAT = 1.0  # seconds between looks at whose turn it is
_LOOK = 30.0  # seconds between looks at the settings files, and between two writings of what others read
_SLOW_TICKS = 8  # times ``threads``: hanging ticks that are waited for before no more are begun
_OPEN_FILES = 6  # that a programme holds: ledger, its journal and index, lock, connection, and one in passing


def real_edges() -> tuple[Edges, threading.Event]:
    """The real time; the event ends a pause early."""
    wake = threading.Event()

    def pause(seconds: float) -> None:
        wake.wait(seconds)
        wake.clear()

    now, nonce = partial(datetime.now, UTC), partial(secrets.token_hex, 8)
    return Edges(now, time.monotonic, time.sleep, pause, random.random, nonce), wake


class Rounds:
    """The programmes that ``paths`` name, served until ``stop``. What it takes from the world outside is handed in."""

    def __init__(
        self,
        paths: Sequence[Path],
        stop: Callable[[], bool],
        *,
        edges: Edges | None = None,
        wake: Callable[[], None] = lambda: None,
    ) -> None:
        """Raises ``SettingsError`` or ``UsageError`` where what holds for all is wrong."""
        if edges is None:
            edges, event = real_edges()
            wake = event.set
        self._edges, self._stop, self._wake = edges, stop, wake
        self._catalogue = Catalogue(paths)
        process = self._catalogue.shared.process
        limits = Limits(process.account_requests_per_minute, process.project_requests_per_minute)
        self.budget = Budget(limits.shared_by(process.shards))
        self._accounts = Accounts(self.budget, edges)
        self._lanes: dict[str, threading.Semaphore] = {}
        self.members: dict[str, Member] = {}
        self.found: list[Programme] = []
        self._looked = float("-inf")
        self._told = frozenset[str]()

    @property
    def busy(self) -> list[Member]:
        return [member for member in self.members.values() if member.busy]

    def run(self) -> None:
        """Until asked to stop; then the ticks in hand are let end."""
        self._look()
        allow_open_files(len(self.members) * _OPEN_FILES + 200)
        shared = self._catalogue.shared
        shard = f", shard {self._catalogue.number} of {shared.process.shards}" if shared.process.shards > 1 else ""
        log.info("halokop %s: %d programme(s) of %s%s", __version__, len(self.members), shared.folder, shard)
        try:
            while not self._stop():
                if self._edges.monotonic() - self._looked >= _LOOK:
                    self._look()
                self._begin_due()
                self._edges.pause(_BEAT)
        finally:
            self._end()
        log.info("stopped as asked")

    # --- which there are ------------------------------------------------------------------------------------------

    def _look(self) -> None:
        """Take up what was added, changed or removed; tell mistakes once; write what others read."""
        self._looked = self._edges.monotonic()
        self.found = self._catalogue.look()
        wanted = {one.name: one for one in self.found if one.settings}
        for name, member in list(self.members.items()):
            if member.programme != wanted.get(name) and not member.busy:
                member.close()
                del self.members[name]
        for name, one in wanted.items():
            if name not in self.members and one.settings:
                self.members[name] = self._member(one, one.settings)
        self._tell([problem for one in self.found for problem in one.problems])
        with suppress(HalokopError):  # a full disk: the next look tries again, and the ticks tell of it
            health.write_round(self._catalogue.shared, self._edges.now(), len(self.members))
        process = self._catalogue.shared.process
        if process.metrics_file:
            file = self._catalogue.shared.settings.path(process.metrics_file)
            write_metrics(file, self.found, self._edges.now())

    def _tell(self, problems: Iterable[str]) -> None:
        now = frozenset(problems) | ({self._catalogue.trouble} if self._catalogue.trouble else frozenset())
        for problem in sorted(now - self._told):
            log.error("%s", problem)
        if self._told and not now:
            log.info("all settings files are well again")
        self._told = now

    def _member(self, one: Programme, settings: Settings) -> Member:
        process = self._catalogue.shared.process
        work = AtWork(process.tick_seconds, self._edges.monotonic, self._edges.sleep)
        server = settings.mail.smtp
        place = f"{server.host}:{server.port}" if settings.mail.transport == "smtp" else ""
        lane = self._lanes.setdefault(place, threading.Semaphore(process.mail_threads))
        turn = Turn(one.name, settings.daemon.every_minutes * 60)
        gate = self._accounts.gate(settings, work)
        return Member(one, settings, turn, work, self._edges, lane, self._accounts.opener(settings), gate)

    # --- whose turn it is -----------------------------------------------------------------------------------------

    def _begin_due(self) -> None:
        edges, busy = self._edges, self.busy
        threads = self._catalogue.shared.process.threads
        free = threads - sum(member.work.in_the_way for member in busy)
        hanging = sum(member.work.away_since is None and not member.work.in_the_way for member in busy)
        if free <= 0 or hanging >= threads * _SLOW_TICKS:
            return
        wall, mono = edges.now().timestamp(), edges.monotonic()
        spent = set[str]()  # accounts whose budget is used up just now
        for turn in in_order((m.turn for m in self.members.values() if not m.busy), wall, mono):
            member = self.members[turn.name]
            gate = member.gate
            if gate and gate.account in spent:
                continue
            if gate and gate.begin(pressing=turn.pressing(wall)):
                spent.add(gate.account)
                continue
            self._begin(member, wall, mono)
            free -= 1
            if not free:
                return

    def _begin(self, member: Member, wall: float, mono: float) -> None:
        turn = member.turn
        member.lag = max(0.0, mono - turn.last - turn.period) if turn.last > float("-inf") else 0.0
        turn.begin(wall, mono)
        member.work.begin()
        member.busy = True
        threading.Thread(target=self._work, args=(member,), name=f"tick {member.name}", daemon=True).start()

    def _work(self, member: Member) -> None:
        logs.PROGRAMME.set(member.name)
        try:
            member.beat(self._stop)
        finally:
            member.busy = False
            self._wake()

    def _end(self) -> None:
        """The ticks in hand end by themselves: ``stop`` is asked before each mail. Then all is let go."""
        while self.busy:
            self._edges.pause(_BEAT)
        for member in self.members.values():
            member.close()


def allow_open_files(wanted: int) -> None:
    """Ask for so many open files where the system's usual limit (1,024 on Linux) is lower; up to its hard limit."""
    try:
        import resource
    except ImportError:  # Windows: no such limit
        return
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        most = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        with suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))
        if most < wanted:
            log.warning("%d open files are allowed and %d may be needed: raise the limit (ulimit -n)", most, wanted)


def run_many(paths: Sequence[Path], stop: Callable[[], bool]) -> None:
    """``halokop run`` for a folder or several files: until told to stop."""
    keep_private(load_shared(paths).settings.state.readable_by)
    Rounds(paths, stop).run()

"""Hundreds of offices in one process, in simulated time: the stand-in enforces Google's limits, mail is real SMTP.

Ticks are made by real threads over real HTTP and take no simulated time; time passes while all of them wait, by
sleeping or in the hands of a server that hangs.
"""

import gzip
import json
import threading
import time
from collections import Counter, defaultdict, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from google.auth import jwt

from halokop_sheets.core.terms import Cols, Tabs
from halokop_sheets.programmes.member import Edges
from halokop_sheets.programmes.rounds import Rounds
from tests.daemon_world import ZONE
from tests.google_server.server import AUDIENCE, Fault, GoogleServer, Zipped
from tests.google_server.state import Spreadsheet, typed
from tests.smtp_server import Server, Taken

DAY = "2026-11-25"
HANG = 65.0  # seconds after which a hanging request is broken off
REAL_LIMIT = 300.0  # real seconds that the ticks in hand may take before the world is said to stand still


class SimulatedTime:
    """One clock for wall and monotonic time. ``busy``: how many threads are at work now, the sleeping ones included."""

    def __init__(self, begin: str) -> None:
        self.start = datetime.fromisoformat(f"{DAY}T{begin}").replace(tzinfo=ZONE).astimezone(UTC)
        self.seconds = 10_000.0
        self._begin = self.seconds
        self._changed = threading.Condition()
        self._until: dict[int, float] = {}
        self._numbers = iter(range(10**9))
        self.busy: Callable[[], int] = lambda: 0
        self.at: dict[float, Callable[[], None]] = {}  # seconds since the beginning: what happens then

    @property
    def passed(self) -> float:
        return self.seconds - self._begin

    def now(self) -> datetime:
        return self.start + timedelta(seconds=self.passed)

    def monotonic(self) -> float:
        return self.seconds

    def local(self) -> str:
        return f"{self.now().astimezone(ZONE):%H:%M:%S}"

    def sleep(self, seconds: float) -> None:
        with self._changed:
            me = next(self._numbers)
            self._until[me] = self.seconds + max(seconds, 0.001)
            self._changed.notify_all()
            while self.seconds < self._until[me]:
                self._changed.wait()
            del self._until[me]

    def wake(self) -> None:
        with self._changed:
            self._changed.notify_all()

    def pause(self, seconds: float) -> None:
        """The loop waits: so much time passes once all ticks have ended or sleep."""
        with self._changed:
            limit = time.monotonic() + REAL_LIMIT
            while self.busy() > sum(until > self.seconds for until in self._until.values()):
                assert time.monotonic() < limit, "the ticks in hand do not end"
                self._changed.wait(0.5)
            self.seconds += seconds
            for moment in sorted(m for m in self.at if m <= self.passed):
                self.at.pop(moment)()
            self._changed.notify_all()

    def edges(self) -> Edges:
        numbers = iter(range(10**9))
        return Edges(self.now, self.monotonic, self.sleep, self.pause, lambda: 0.5, lambda: f"n{next(numbers)}")


class QuotaServer(GoogleServer):
    """The stand-in with Google's limits: 60 reads and 60 writes in any 60 seconds to an account, 300 to its project."""

    def __init__(self, clock: SimulatedTime) -> None:
        super().__init__()
        self.clock = clock
        self.accounts: dict[str, str] = {}  # token -> service account
        self.tokens = set()
        self.taken: dict[tuple[str, str], deque[float]] = defaultdict(deque)
        self.unlimited = False
        self.refused = 0  # requests above a limit
        self.most: Counter[tuple[str, str]] = Counter()  # in any 60 seconds
        self.ways: dict[str, str] = {}  # spreadsheet -> what is broken about it
        self.cpu = 0.0  # seconds that this server took of the process
        self._sent: dict[tuple[str, str, bytes], Zipped] = {}

    def answer(self, method: str, target: str, body: bytes, headers: Any) -> tuple[int, Any]:
        began = time.thread_time()
        try:
            return self._answered(method, target, body, headers)
        finally:
            self.cpu += time.thread_time() - began

    def _answered(self, method: str, target: str, body: bytes, headers: Any) -> tuple[int, Any]:
        path = urlsplit(target).path
        if path == "/token":
            return super().answer(method, target, body, headers)
        account = self.accounts.get(headers.get("Authorization", "").removeprefix("Bearer "), "")
        write = path.endswith(":batchUpdate")
        if not self._within(account, "write" if write else "read"):
            return 429, _error(429, "Quota exceeded for quota metric 'Read requests'", "RESOURCE_EXHAUSTED")
        id_ = path.removeprefix("/v4/spreadsheets/").partition(":")[0].partition("/")[0]
        way = self.ways.get(id_)
        if way == "no access":
            return 403, _error(403, "The caller does not have permission", "PERMISSION_DENIED")
        if way == "protected tab" and write:
            text = "Invalid requests[1].updateCells: You are trying to edit a protected cell or object."
            return 400, _error(400, text, "INVALID_ARGUMENT")
        if write:
            with self.lock:
                self._forget(id_)
                if way == "flood of edits":
                    self.books[id_].by_mark(Tabs.STEPS).insert("ROWS", 1, 1)
            return super().answer(method, target, body, headers)
        if (known := self._sent.get((id_, target, body))) is not None:
            return 200, known
        status, answer = super().answer(method, target, body, headers)
        if status != 200:
            return status, answer
        data = json.dumps(answer, separators=(",", ":")).encode()
        zipped = Zipped(gzip.compress(data, 1), len(data))
        self._sent[id_, target, body] = zipped
        return 200, zipped

    def _within(self, account: str, kind: str) -> bool:
        if self.unlimited:
            return True
        now = self.clock.seconds
        with self.lock:
            places = (((account, kind), 60), (("project", kind), 300))
            for place, limit in places:
                times = self.taken[place]
                while times and times[0] <= now - 60:
                    times.popleft()
                if len(times) >= limit:
                    self.refused += 1
                    return False
            for place, _ in places:
                self.taken[place].append(now)
                self.most[place] = max(self.most[place], len(self.taken[place]))
        return True

    def _forget(self, id_: str) -> None:
        for key in [key for key in self._sent if key[0] == id_]:
            del self._sent[key]

    def edit(self, id_: str, change: Callable[[Spreadsheet], None]) -> None:
        with self.lock:
            self._forget(id_)
            super().edit(id_, change)

    def fault_of(self, path: str) -> Fault | None:
        way = self.ways.get(path.removeprefix("/v4/spreadsheets/").partition(":")[0].partition("/")[0])
        if way in ("HTML 500", "hang"):
            return Fault("500 html" if way == "HTML 500" else "hang")
        return super().fault_of(path)

    def hang(self) -> None:
        self.clock.sleep(HANG)

    def _token(self, body: bytes) -> tuple[int, Any]:
        from urllib.parse import parse_qs

        status, answer = super()._token(body)
        if status == 200:
            claims = jwt.decode(parse_qs(body.decode())["assertion"][0], certs=self.public_key, audience=AUDIENCE)
            self.accounts[answer["access_token"]] = claims["iss"]
        return status, answer


def _error(code: int, message: str, status: str) -> dict[str, Any]:
    return {"error": {"code": code, "message": message, "status": status}}


class Stamped(list[Taken]):
    """Mails as they come in, with the time."""

    def __init__(self, clock: SimulatedTime) -> None:
        super().__init__()
        self._clock = clock
        self.times: list[datetime] = []

    def append(self, mail: Taken) -> None:
        self.times.append(self._clock.now().astimezone(ZONE))
        super().append(mail)


@dataclass
class World:
    """A folder of offices, the servers that they talk to, and the time."""

    folder: Path
    clock: SimulatedTime
    google: QuotaServer
    post: Server
    names: list[str]
    broken: dict[str, str] = field(default_factory=dict)  # office -> way

    @property
    def mails(self) -> Stamped:
        assert isinstance(self.post.mails, Stamped)
        return self.post.mails

    def rounds(self, until: float) -> Rounds:
        """The process, until so many seconds have passed since the beginning."""
        clock = self.clock
        made = Rounds([self.folder], lambda: clock.passed >= until, edges=clock.edges(), wake=clock.wake)
        clock.busy = lambda: len(made.busy)
        return made

    def by_office(self) -> dict[str, list[tuple[datetime, str, str]]]:
        """When, which kind and to whom, for each office: its sender's name is the office's."""
        from email import message_from_bytes

        found: dict[str, list[tuple[datetime, str, str]]] = {name: [] for name in self.names}
        for at, mail in zip(self.mails.times, self.mails, strict=True):
            kind = str(message_from_bytes(mail.data)["X-Halokop-Kind"])
            found[mail.sender.partition("@")[0]].append((at, kind, mail.recipients[0]))
        return found


WAYS = (
    "no access", "wrong id", "HTML 500", "hang", "protected tab", "bad settings", "corrupt ledger", "clock set back",
    "many people", "flood of edits",
)  # fmt: skip


def people_of(book: Spreadsheet, count: int) -> None:
    """Somebody pastes a whole directory into Tim."""
    team = book.by_mark(Tabs.TEAM)
    headers = [str(value) for value in team.values()[0]]
    team.row_count = max(team.row_count, count + 20)
    for n in range(count):
        values = {Cols.NAME: f"Orang {n:05}", Cols.EMAIL: f"orang{n:05}@example.go.id", Cols.ROLES: "Tim pelaksana"}
        for header, value in values.items():
            team.set_cell(n + 10, headers.index(header), typed(value))


def tick_a_step(book: Spreadsheet) -> None:
    """A person ticks the first step that is open."""
    steps = book.by_mark(Tabs.STEPS)
    headers = list(steps.values()[0])
    done = headers.index(Cols.DONE) + 1
    for row in range(len(steps.rows), 1, -1):
        if steps.get(row, headers.index(Cols.CODE) + 1) and steps.get(row, done) is not True:
            steps.put(row, done, True)
            return

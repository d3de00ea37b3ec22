"""How many requests Google still takes: a budget for each service account, and one for each project above them.

Google allows 60 reads and 60 writes a minute to an account ("per user per project") and 300 of each to a project
(https://developers.google.com/workspace/sheets/api/limits). A token bucket that holds B and gains r a second lets
B + 60 r pass in the worst minute; here B is a tenth of the limit and 60 r the other nine tenths, so that no minute
whatever, however it is cut, holds more than the limit.

Time is a parameter: seconds of any monotonic clock.
"""

from dataclasses import dataclass, field
from threading import Lock
from typing import Literal

Kind = Literal["read", "write"]
KINDS: tuple[Kind, ...] = ("read", "write")
_FIRST_PAUSE, _LONGEST_PAUSE = 15.0, 240.0  # seconds that an account rests after a 429, doubled with each further one


@dataclass
class Bucket:
    """Tokens for one limit a minute."""

    limit: float  # a minute
    level: float = float("inf")  # tokens at ``at``; it begins full
    at: float = 0.0

    @property
    def size(self) -> float:
        return max(self.limit / 10, 1.0)

    @property
    def rate(self) -> float:
        """Tokens a second."""
        return max(self.limit - self.size, 0.5) / 60

    def refill(self, now: float) -> None:
        passed = max(0.0, now - self.at)
        self.level, self.at = min(self.size, self.level + passed * self.rate), now

    def wait(self, now: float, tokens: float = 1.0) -> float:
        """Seconds until so many tokens are there; more than it holds are there when it is full."""
        self.refill(now)
        return max(0.0, min(tokens, self.size) - self.level) / self.rate


@dataclass
class _Account:
    project: str
    buckets: dict[Kind, Bucket]
    blocked_until: float = 0.0
    refusals: int = 0  # 429 in a row


@dataclass(frozen=True)
class Limits:
    """Requests of each kind a minute. Processes that share the accounts each take their share of them."""

    account: float = 60
    project: float = 300

    def shared_by(self, processes: int) -> "Limits":
        return Limits(self.account / processes, self.project / processes)


@dataclass
class Budget:
    """The budgets of all accounts; any thread may ask."""

    limits: Limits = Limits()
    _accounts: dict[str, _Account] = field(default_factory=dict)
    _projects: dict[str, dict[Kind, Bucket]] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    def add(self, account: str, project: str) -> None:
        """Name an account and its project before the first request; naming it again changes nothing."""
        with self._lock:
            if account not in self._accounts:
                self._accounts[account] = _Account(project, {kind: Bucket(self.limits.account) for kind in KINDS})
                self._projects.setdefault(project, {kind: Bucket(self.limits.project) for kind in KINDS})

    def take(self, account: str, kind: Kind, now: float, reserve: float = 0.0) -> float:
        """Take one request's tokens and answer 0; or take nothing and answer the seconds to wait.

        ``reserve``: how many tokens must stay for others, for a request that may wait.
        """
        with self._lock:
            one = self._accounts[account]
            buckets = (one.buckets[kind], self._projects[one.project][kind])
            wait = max(one.blocked_until - now, *(bucket.wait(now, 1 + reserve) for bucket in buckets))
            if wait > 1e-9:
                return wait
            for bucket in buckets:
                bucket.level -= 1
            return 0.0

    def give_back(self, account: str, kind: Kind) -> None:
        """A request that was taken for was not made."""
        with self._lock:
            one = self._accounts[account]
            for bucket in (one.buckets[kind], self._projects[one.project][kind]):
                bucket.level += 1

    def refused(self, account: str, now: float) -> None:
        """Google answered 429: others use the account too. It rests, longer each time; other accounts go on."""
        with self._lock:
            one = self._accounts[account]
            pause = min(_LONGEST_PAUSE, _FIRST_PAUSE * 2.0**one.refusals)
            if now >= one.blocked_until:  # several answers of one moment are one refusal
                one.refusals = min(one.refusals + 1, 8)
                one.blocked_until = now + pause

    def served(self, account: str) -> None:
        """Google took a request again."""
        with self._lock:
            self._accounts[account].refusals = 0

    def blocked(self, account: str, now: float) -> float:
        """Seconds for which this account rests."""
        with self._lock:
            return max(0.0, self._accounts[account].blocked_until - now)

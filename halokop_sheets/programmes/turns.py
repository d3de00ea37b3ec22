"""Whose turn it is: pure decisions over wall-clock and monotonic seconds.

Each programme has its own moment in a round of ``every_minutes``, given by its name, so that the requests of many are
spread evenly. What was missed (a long tick, a used-up budget, sleep) stays due. Where more are due than the budget
allows, those with mail due go first, and the others in the order in which they have waited.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from halokop_sheets.programmes.spread import moment_of

LONGEST = 3600.0  # seconds between two looks at a programme: of one that fails, and of a quiet one in a short budget
_OVERDUE = 3000.0  # seconds after which a quiet one goes before all others, so that it is never an hour
NEVER = float("-inf")


@dataclass
class Turn:
    """What is known of a programme's turns; seconds, ``wall`` since the epoch, the others of a monotonic clock."""

    name: str
    period: float  # seconds
    last: float = NEVER  # monotonic: when its last tick began
    last_wall: float = NEVER
    slot: int | None = None  # the round that its last tick belonged to
    failures: int = 0  # ticks in a row
    not_before: float = NEVER  # monotonic
    moments: tuple[float, ...] = ()  # wall: when mail comes due that nobody has to do anything for
    moment: float = field(init=False)  # seconds into each round

    def __post_init__(self) -> None:
        self.moment = moment_of(self.name, self.period)

    def slot_at(self, wall: float) -> int:
        return int((wall - self.moment) // self.period)

    def due(self, wall: float, mono: float) -> bool:
        """Once in each round. A clock that was set back begins another round: it is looked at again."""
        return mono >= self.not_before and self.slot_at(wall) != self.slot

    def pressing(self, wall: float) -> bool:
        """Whether mail came due since its last tick, or nobody knows because there was none yet."""
        return self.last == NEVER or any(self.last_wall < moment <= wall for moment in self.moments)

    def waited(self, mono: float) -> float:
        """Seconds since its last tick began; 0 before the first."""
        return 0.0 if self.last == NEVER else mono - self.last

    def begin(self, wall: float, mono: float) -> None:
        self.slot, self.last, self.last_wall = self.slot_at(wall), mono, wall

    def end(self, mono: float, *, failed: bool) -> None:
        """After a failure it waits for its usual round once, then twice as long each time, an hour at most."""
        self.failures = self.failures + 1 if failed else 0
        self.not_before = mono + wait_after(self.failures, self.period) if self.failures > 1 else NEVER

    def again(self, mono: float, seconds: float) -> None:
        """The tick could not be made for no fault of the programme's: once more in so many seconds."""
        self.slot, self.not_before = None, mono + seconds


def wait_after(failures: int, period: float) -> float:
    """Seconds to wait after so many failures in a row."""
    return min(LONGEST, period * 2.0 ** (min(failures, 12) - 1))


def in_order(turns: Iterable[Turn], wall: float, mono: float) -> list[Turn]:
    """Those that are due, the most urgent first."""

    def urgency(turn: Turn) -> tuple[int, float, str]:
        if turn.waited(mono) >= _OVERDUE and not turn.failures:
            return 0, turn.last, turn.name
        return (1 if turn.pressing(wall) and not turn.failures else 2), turn.last, turn.name

    return sorted((turn for turn in turns if turn.due(wall, mono)), key=urgency)

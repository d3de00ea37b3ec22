"""Statistics of the audience over many episodes, for the report; missing is never 0.

Equal age: one day after publication for all, so that an old episode has no start over a young one.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from statistics import median

from halokop_sheets.core.office.model import Episode
from halokop_sheets.core.office.readings import DAYS
from halokop_sheets.core.terms import Cols

RANKED = (Cols.VIEWERS_VIDEO, Cols.LIKES)  # the figures that episodes are compared by


def published(episode: Episode, today: date) -> bool:
    """Whether an Aktif episode went out: its day has come, and a link, the publication step or any reading says so."""
    if not episode.active or episode.publish is None or episode.publish > today:
        return False
    step = any(s.done and s.step.done_when == "link" for s in episode.steps)
    return step or bool(episode.links) or any(r.touched for r in episode.readings)


def last_reading(episode: Episode, platform: str, figure: str) -> tuple[int, int] | None:
    """(day, value) of the latest day, up to H+5, on which the figure is filled."""
    own = [(r.day, r.values.get(figure)) for r in episode.readings if r.platform == platform]
    filled = [(day, value) for day, value in own if value is not None]
    return max(filled, default=None)


def total(episodes: Iterable[Episode], platform: str, figure: str) -> int | None:
    """The sum of each episode's last reading; None where no episode has any."""
    found = [last[1] for e in episodes if (last := last_reading(e, platform, figure)) is not None]
    return sum(found) if found else None


@dataclass(frozen=True)
class EqualAge:
    """One figure of several episodes, all ``day`` days after publication; by Kode, in the order given."""

    platform: str
    figure: str
    day: int
    values: Mapping[str, int]

    def best(self, count: int) -> list[tuple[str, int]]:
        """The highest; of two alike the earlier episode."""
        return sorted(self.values.items(), key=lambda item: -item[1])[:count]

    def median(self, codes: Iterable[str]) -> float | None:
        """The median of those of these episodes that have the figure on that day."""
        known = [self.values[code] for code in codes if code in self.values]
        return median(known) if known else None


def equal_age(episodes: Sequence[Episode], platform: str, figure: str) -> EqualAge | None:
    """A figure at the day on which the most of these episodes have it, the later of two; None without any."""
    by_day: dict[int, dict[str, int]] = {day: {} for day in DAYS}
    for episode in episodes:
        for reading in episode.readings:
            value = reading.values.get(figure)
            if reading.platform == platform and value is not None:
                by_day[reading.day][episode.code] = value
    day = max(DAYS, key=lambda day: (len(by_day[day]), day))
    return EqualAge(platform, figure, day, by_day[day]) if by_day[day] else None


def trend(episodes: Sequence[Episode], platform: str) -> EqualAge | None:
    """The figure that tells these episodes' course: Viewers Video; Likes where twice as many episodes have those."""
    viewers, likes = (equal_age(episodes, platform, figure) for figure in RANKED)
    if viewers is None or likes is None:
        return viewers or likes
    return likes if len(likes.values) > 2 * len(viewers.values) else viewers

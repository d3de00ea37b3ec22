"""Statistics of process and audience; each figure states its formula, and missing is never 0.

Counting steps is plain Python, for the board needs it every tick; figures of the audience go through pandas, which is
imported only where an evaluation or a report is made.

Order of episodes: by date of publication, then Kode. "Earlier" and "last" mean Aktif episodes in that order.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache

from halokop_sheets.core.office.model import Episode, OfficeState, Reading, StepState
from halokop_sheets.core.office.readings import DAYS
from halokop_sheets.core.terms import Cols

WEEKS = 12  # of the on-time rate on the board
HISTORY = 8  # episodes that charts and habits look back on, the one at hand included
COMPARED = 4  # earlier episodes whose median an episode is measured against
COMPARED_FIGURES = (Cols.VIEWERS_VIDEO, Cols.LIKES, Cols.VIEWERS_LIVE)
HABIT = 2  # times late from which a step is named as habitually late


@dataclass(frozen=True)
class OnTime:
    """Steps: ``counted`` are those needed and due or done by now, ``on_time`` those of them done on time."""

    on_time: int
    counted: int

    @property
    def rate(self) -> float | None:
        """On-time rate = done on time / (needed and (due or done)); None while nothing of that kind is there."""
        return self.on_time / self.counted if self.counted else None


def needed(state: StepState) -> bool:
    """Whether a step counts at all: needed by the Bentuk of an Aktif episode (closed ones stay on record)."""
    return state.needed and state.episode.active


def counts_in_rate(state: StepState, now: datetime) -> bool:
    """needed and (due or done); due = its Tenggat is past. A step born late says nothing of anybody's punctuality."""
    return needed(state) and state.born is None and (state.done or (state.due is not None and now > state.due))


def on_time_rate(steps: Iterable[StepState], now: datetime) -> OnTime:
    """The on-time figures of some steps (see :class:`OnTime`)."""
    judged = [s for s in steps if counts_in_rate(s, now)]
    return OnTime(sum(s.on_time() is True for s in judged), len(judged))


def days_late(state: StepState, now: datetime) -> int | None:
    """Calendar days from Tenggat to Selesai Pada (not done: to today); None for a step that is not late.

    0 is a step that was late on the day it was due, by its hour.
    """
    if state.due is None or not counts_in_rate(state, now) or state.on_time():
        return None
    end = state.done_at if state.done and state.done_at else now
    return (end.date() - state.due.date()).days


def latest(steps: Iterable[StepState], now: datetime) -> tuple[StepState, int] | None:
    """The step with the most days late, the earlier step of two; None when none is late."""
    late = [(s, days) for s in steps if (days := days_late(s, now)) is not None]
    return max(late, key=lambda item: (item[1], -item[0].step.number), default=None)


@dataclass(frozen=True)
class Week:
    """On-time figures of the steps that were due in one ISO week. ``first`` is its Monday."""

    first: date
    figures: OnTime


def weekly_on_time(office: OfficeState) -> list[Week]:
    """The on-time rate of the last ``WEEKS`` ISO weeks, this one last: each step counts in the week of its Tenggat."""
    now, today = office.context.now, office.context.today
    monday = today - timedelta(days=today.weekday())
    firsts = [monday - timedelta(weeks=n) for n in reversed(range(WEEKS))]
    start = datetime.combine(firsts[0], datetime.min.time())
    end = start + timedelta(weeks=WEEKS)
    due: list[list[StepState]] = [[] for _ in firsts]
    for episode in office.episodes:
        for state in episode.steps:
            if state.due is not None and start <= state.due < end:
                due[(state.due - start).days // 7].append(state)
    return [Week(first, on_time_rate(steps, now)) for first, steps in zip(firsts, due, strict=True)]


@dataclass(frozen=True)
class Habit:
    """A step that is late again and again: in ``late`` of the ``counted`` episodes where it was due or done."""

    number: int
    title: str
    late: int
    counted: int


def habitually_late(episodes: Sequence[Episode], now: datetime) -> Habit | None:
    """The step late in the most of these episodes, at least ``HABIT``; of two the larger share, then the earlier.

    Late = counted and not done on time.
    """
    found: dict[int, list[bool]] = {}
    titles: dict[int, str] = {}
    for episode in episodes:
        for state in episode.steps:
            if counts_in_rate(state, now):
                found.setdefault(state.step.number, []).append(not state.on_time())
                titles[state.step.number] = state.step.title
    habits = [Habit(n, titles[n], sum(late), len(late)) for n, late in found.items() if sum(late) >= HABIT]
    return max(habits, key=lambda h: (h.late, h.late / h.counted, -h.number), default=None)


def in_order(office: OfficeState) -> list[Episode]:
    """Aktif episodes with a readable date, by date and Kode."""
    return [e for e in office.dated if e.active]


def earlier(office: OfficeState, episode: Episode) -> list[Episode]:
    """The Aktif episodes before this one, in order; none for an episode without a readable date."""
    if episode.publish is None:
        return []
    place = (episode.publish, episode.code)
    return [e for e in in_order(office) if e.publish and (e.publish, e.code) < place]


def last_episodes(office: OfficeState, episode: Episode) -> list[Episode]:
    """The last ``HISTORY`` Aktif episodes up to this one, which is the last of them whatever its status."""
    return [*earlier(office, episode)[-(HISTORY - 1) :], episode]


@dataclass(frozen=True)
class Comparison:
    """One platform's audience at equal age: ``figure`` at day ``day`` after publication, here and before."""

    figure: str  # one of COMPARED_FIGURES
    day: int  # the latest day on which this episode has that figure
    value: int
    by_day: tuple[int | None, ...]  # H+1 to H+5 of this episode
    history: tuple[int | None, ...]  # the last eight episodes at that day, this one last
    previous: int | None  # the episode before; None where it has no such reading
    median: float | None  # of the last four earlier episodes that have that day filled; None: nothing to compare
    compared: int  # how many they were
    best: tuple[str, int]  # Kode and value of the best so far, this one included; the earlier of two alike

    @property
    def against_previous(self) -> float | None:
        """(this - previous) / previous"""
        return change(self.value, self.previous)

    @property
    def against_median(self) -> float | None:
        """(this - median of the last four at equal age) / that median"""
        return change(self.value, self.median)


def change(value: float, base: float | None) -> float | None:
    """(value - base) / base; None without a base, or a base of 0."""
    return (value - base) / base if base else None


def compare(office: OfficeState, episode: Episode, platforms: Sequence[str]) -> dict[str, Comparison | None]:
    """Each platform's main figure at equal age: Viewers Video, Likes for an episode without any Viewers Video there.

    None where this episode has neither.
    """
    every = compare_figures(office, episode, platforms)
    return {p: every.get((p, Cols.VIEWERS_VIDEO)) or every.get((p, Cols.LIKES)) for p in platforms}


def compare_figures(
    office: OfficeState, episode: Episode, platforms: Sequence[str]
) -> dict[tuple[str, str], Comparison]:
    """Every figure that this episode has, by platform and figure, each at its own age.

    Equal age: this episode's latest filled day of the figure, against the last four earlier Aktif episodes with that
    day filled. ``Viewers Live`` is compared with earlier lives alone, for no other episode has it.
    """
    before = tuple(e.code for e in earlier(office, episode))
    found = {}
    for platform in platforms:
        for figure in COMPARED_FIGURES:
            one = _compare(_filled(office, platform, figure), figure, episode.code, before)
            if one is not None:
                found[platform, figure] = one
    return found


Filled = tuple[tuple[str, int, int], ...]


def _filled(office: OfficeState, platform: str, figure: str) -> Filled:
    """Kode, day and value of every reading of dated episodes in which the figure is filled."""
    return tuple(
        (e.code, r.day, value)
        for e in office.dated
        for r in e.readings
        if r.touched and r.platform == platform and (value := r.values[figure]) is not None
    )


def figure_history(
    office: OfficeState, episode: Episode, platform: str, figure: str, day: int
) -> tuple[int | None, ...]:
    """The last eight episodes at one age, this one last; None where that day is not filled: a gap, never 0."""
    values = {code: value for code, on, value in _filled(office, platform, figure) if on == day}
    return tuple(values.get(e.code) for e in last_episodes(office, episode))


@lru_cache(maxsize=64)  # figures change a few times a day, an open evaluation is looked at every tick
def _compare(readings: Filled, figure: str, code: str, before: tuple[str, ...]) -> Comparison | None:
    filled = {day: value for c, day, value in readings if c == code}
    if not filled:
        return None
    import pandas as pd

    day = max(filled)
    same_age = {c: value for c, d, value in readings if d == day}
    past = pd.Series({c: same_age[c] for c in before if c in same_age}, dtype="int64")
    last_four = past.tail(COMPARED)
    best = str(past.idxmax()) if len(past) and int(past.max()) >= filled[day] else code
    return Comparison(
        figure,
        day,
        filled[day],
        tuple(filled.get(day) for day in DAYS),
        tuple(same_age.get(c) for c in (*before[-(HISTORY - 1) :], code)),
        same_age.get(before[-1]) if before else None,
        float(last_four.median()) if len(last_four) else None,
        len(last_four),
        (best, same_age[best]),
    )


def likes_rate(reading: Reading) -> float | None:
    """Likes / Viewers Video of one reading; None unless both are filled and there were viewers."""
    return _share((Cols.LIKES,), reading)


def engagement_rate(reading: Reading) -> float | None:
    """(Likes + Komentar + Dibagikan + Disimpan) / Viewers Video; None unless all five are filled."""
    return _share((Cols.LIKES, Cols.COMMENTS, Cols.SHARES, Cols.SAVES), reading)


def _share(headers: Sequence[str], reading: Reading) -> float | None:
    viewers = reading.values.get(Cols.VIEWERS_VIDEO)
    parts = [reading.values.get(h) for h in headers]
    given = [p for p in parts if p is not None]
    return sum(given) / viewers if viewers and len(given) == len(parts) else None

"""The office at one moment, computed from people's cells by the design alone: the plain oracle.

``Facts`` reads the world's lines anew; nothing is remembered but the due date that each step was
done against, and the day on which a step was made whose due date was past.
"""

from dataclasses import dataclass, field
from datetime import date, datetime, time
from functools import cached_property
from typing import Any

from tests.simulation import contract as c
from tests.simulation.spellings import count_of, format_of, status_of
from tests.simulation.team import Person, team_of
from tests.simulation.world import Line, World

NOTHING = ("", "-")  # what people write where there is nothing


@dataclass(eq=False)
class Episode:
    line: Line
    code: str
    day: date | None
    status: str
    format: str | None
    topic: str
    links: set[str]
    declined: set[str]
    today: date
    ends: date | None
    steps: dict[int, Line] = field(default_factory=dict)
    readings: dict[tuple[str, int], Line] = field(default_factory=dict)
    meeting: Line | None = None

    @property
    def active(self) -> bool:
        return self.day is not None and self.status == "Aktif"

    @property
    def ended(self) -> bool:
        return self.day is not None and self.ends is not None and self.today > self.ends

    @property
    def closed(self) -> bool:
        return self.day is not None and self.ends is not None and self.today > self.ends + c.days(c.CLOSED - c.ENDED)

    @property
    def live(self) -> bool:
        return self.active and not self.closed

    def needs(self, number: int) -> bool:
        return number != 7 or self.format is None or "Live" in self.format

    def needed_figures(self, platform: str, day: int) -> list[str]:
        kind = self.format or "Video + Live"
        needed = ["Viewers Video"] if "Video" in kind else []
        needed += ["Likes"] if kind != "Live" else []
        return needed + (["Viewers Live"] if "Live" in kind and (platform, day) == ("Instagram", 1) else [])


class Facts:
    """What the design makes of the sheet at ``now``."""

    def __init__(self, world: World, now: datetime) -> None:
        self.world, self.now, self.today = world, now, now.date()
        self._done: dict[Line, bool] = {}
        self.off = {d for line in world.rows("Libur") if (d := world.meanings.day(world.get("Libur", line, "Tanggal")))}

    @cached_property
    def team(self) -> list[Person]:
        return team_of(self.world)

    @cached_property
    def episodes(self) -> dict[str, Episode]:
        """Every row of Jadwal with a Kode, with its steps, readings and meeting; of two the upper counts."""
        w, found = self.world, {}
        for line in w.rows("Jadwal"):
            code = w.text("Jadwal", line, "Kode")
            if not code:
                continue
            day = w.meanings.day(w.get("Jadwal", line, "Tanggal Tayang"))
            status = status_of(w.get("Jadwal", line, "Status Episode"))
            found.setdefault(
                code,
                Episode(
                    line,
                    code,
                    day,
                    "Ditunda" if day is None and status == "Aktif" else status,
                    format_of(w.get("Jadwal", line, "Bentuk")),
                    w.text("Jadwal", line, "Topik"),
                    {p for p in c.PLATFORMS if w.text("Jadwal", line, f"Tautan {p}") not in NOTHING},
                    {p for p in c.PLATFORMS if w.text("Jadwal", line, f"Tautan {p}") == "-"},
                    self.today,
                    c.ends_on(day, self.off) if day else None,
                ),
            )
        for code, lines in w.by_code("Langkah").items():
            episode, _, number = code.partition("/")
            if episode in found and number.isdecimal():
                found[episode].steps[int(number)] = lines[0]
        for line in w.rows("Metrik"):
            key = w.get("Metrik", line, "Platform"), w.get("Metrik", line, "Hari")
            if (code := w.text("Metrik", line, "Episode")) in found:
                found[code].readings.setdefault(key, line)
        for code, lines in w.by_code("Catatan Evaluasi").items():
            if code in found:
                found[code].meeting = lines[0]
        return found

    def dated(self) -> list[Episode]:
        return sorted((e for e in self.episodes.values() if e.day), key=lambda e: (e.day, e.code))

    def step(self, code: str) -> tuple[Episode, int] | None:
        episode, _, number = code.partition("/")
        return (self.episodes[episode], int(number)) if episode in self.episodes and number.isdecimal() else None

    # --- steps ----------------------------------------------------------------------------------------------------

    def tick(self, line: Line) -> bool | date | None:
        return self.world.meanings.tick(self.world.get("Langkah", line, "Selesai"))

    def done(self, episode: Episode, number: int, line: Line) -> bool:
        if line not in self._done:
            self._done[line] = self._is_done(episode, number, line)
        return self._done[line]

    def _is_done(self, episode: Episode, number: int, line: Line) -> bool:
        tick = self.tick(line)
        if tick is True or isinstance(tick, date):
            return True
        if number == 6:
            used = self.used_platforms(episode)
            return bool(used) and used[0] in episode.links
        if number == 10:
            return self._readings_done(episode)
        column = {11: "Peserta", 12: "Hasil Evaluasi"}.get(number)
        if column is None or episode.meeting is None:
            return False
        return self.world.text("Catatan Evaluasi", episode.meeting, column) not in NOTHING

    def window(self, episode: Episode, number: int, line: Line) -> tuple[datetime | None, datetime | None]:
        """Mulai and Tenggat; of a done step as it was done against; as they stand while no date is readable."""
        kept = line.against if self.done(episode, number, line) else None
        if episode.day is None:
            start, due = (self.world.get("Langkah", line, header) for header in ("Mulai", "Tenggat"))
            return start if isinstance(start, datetime) else None, kept or (due if isinstance(due, datetime) else None)
        start, due = c.window_of(number, episode.day, self.off)
        if kept is None or kept == due:
            return start, due
        moved = c.days((kept.date() - due.date()).days)
        return start + moved if start else None, kept

    def done_at(self, line: Line) -> tuple[datetime | None, bool]:
        """Selesai Pada and whether its time of day counts; (None, False): blank or not understood."""
        cell = self.world.get("Langkah", line, "Selesai Pada")
        if isinstance(cell, datetime):
            return cell, cell.time() not in (time(), c.LATE_IN_DAY)
        day = self.world.meanings.day(cell)
        return (c.midnight(day), False) if day else (None, False)

    def unrecorded(self, episode: Episode, number: int, line: Line) -> bool:
        """Past its due date, not done, made after it: unknown for two working days, or while the episode shows it."""
        due = self.window(episode, number, line)[1]
        if line.born is None or due is None or self.now <= due or self.done(episode, number, line):
            return False
        shown = {1: "Topik", 2: "Narasumber"}.get(number)
        there = shown and self.world.text("Jadwal", episode.line, shown) not in NOTHING
        return bool(there) or self.today < c.late_from(line.born, self.off)

    def late_since(self, line: Line, due: datetime) -> date:
        """The day from which the days of being late are counted."""
        return max(due.date(), c.late_from(line.born, self.off)) if line.born else due.date()

    def statuses(self, episode: Episode, number: int, line: Line) -> set[str]:
        """The word that a step must show; two where the design leaves it open."""
        if episode.status in ("Dibatalkan", "Ditunda"):
            return {episode.status}
        if not episode.needs(number):
            return {"Tidak perlu"}
        start, due = self.window(episode, number, line)
        assert due is not None
        if self.done(episode, number, line):
            at, timed = self.done_at(line)
            if at is None:
                return {"Selesai", "Selesai terlambat"}
            on_time = at <= due if timed else at.date() <= due.date()
            return {"Selesai" if on_time else "Selesai terlambat"}
        if episode.closed:
            return {"Tidak dilaksanakan"}
        if self.unrecorded(episode, number, line):
            return {"Belum dicatat"}
        if self.now > due:
            late = (self.today - due.date()).days
            return {f"Terlambat {late} hari" if late else "Terlambat"}
        begin = start or due
        if self.today in (begin.date(), due.date()):
            return {"Hari ini"}
        if begin < self.now:
            return {"Berjalan"}
        return {"Mendekati" if (begin.date() - self.today).days <= c.LEAD_DAYS else "Terjadwal"}

    def wants_steps(self, episode: Episode) -> bool:
        if episode.day is None or episode.status == "Dibatalkan":
            return False
        return episode.day - c.days(c.STEPS_AHEAD) <= self.today <= c.ends_on(episode.day, self.off)

    @cached_property
    def open_steps(self) -> list[tuple[Episode, int, Line]]:
        """Steps that are still somebody's."""
        return [
            (episode, number, line)
            for episode in self.episodes.values()
            if episode.live
            for number, line in episode.steps.items()
            if number in c.STEPS and episode.needs(number) and not self.done(episode, number, line)
        ]

    # --- readings -------------------------------------------------------------------------------------------------

    def figure(self, line: Line, header: str) -> int | None:
        return count_of(self.world.get("Metrik", line, header))

    def touched(self, line: Line) -> bool:
        names = ("Viewers Video", "Likes", "Viewers Live", "Komentar", "Dibagikan", "Disimpan")
        return any(self.figure(line, name) is not None for name in names)

    def used_platforms(self, episode: Episode) -> list[str]:
        """All but those with a dash; of a closed episode those with a link or a figure, where there are any."""
        touched = {p for (p, _), line in episode.readings.items() if self.touched(line)}
        known = [p for p in c.PLATFORMS if p in touched | episode.links]
        if episode.closed and known:
            return known
        return [p for p in c.PLATFORMS if p not in episode.declined]

    def complete(self, episode: Episode, platform: str, day: int) -> bool:
        line = episode.readings[platform, day]
        return all(self.figure(line, name) is not None for name in episode.needed_figures(platform, day))

    def _readings_done(self, episode: Episode) -> bool:
        used = self.used_platforms(episode)
        asked = [key for key in sorted(episode.readings) if key[0] in used and episode.needed_figures(*key)]
        last = dict(asked)  # the latest day of each platform
        return bool(last) and all(self.complete(episode, platform, day) for platform, day in last.items())

    def reading_status(self, episode: Episode, platform: str, day: int) -> str:
        used = platform in self.used_platforms(episode)
        if not episode.active or not used or not episode.needed_figures(platform, day):
            return "Tidak perlu"
        if self.complete(episode, platform, day):
            return "Terisi"
        assert episode.day is not None
        on = episode.day + c.days(day)
        line = episode.readings[platform, day]
        shown = self.world.get("Metrik", line, "Tanggal")
        if self.touched(line) and isinstance(shown, datetime):  # a filled reading keeps its day
            on = shown.date()
        return "Hari ini" if on == self.today else "Terlewat" if on < self.today else "Belum waktunya"

    # --- lists ----------------------------------------------------------------------------------------------------

    def episode_on(self, day: date) -> set[str]:
        """The latest Aktif episodes with H on or before a day."""
        before = [e for e in self.dated() if e.active and e.day and e.day <= day]
        return {e.code for e in before if e.day == before[-1].day}

    def question_status(self, line: Line) -> str | None:
        get = self.world.text
        if not get("Tanya Jawab", line, "Pertanyaan"):
            return None
        if get("Tanya Jawab", line, "Jawaban") not in NOTHING:
            return "Dijawab"
        day = self.world.meanings.day(self.world.get("Tanya Jawab", line, "Tanggal"))
        age = (self.today - day).days if day else 0
        return f"Belum dijawab {age} hari" if age > 0 else "Belum dijawab"

    def action_done(self, line: Line) -> bool:
        tick = self.world.meanings.tick(self.world.get("Tindak Lanjut", line, "Selesai"))
        return tick is True or isinstance(tick, date)

    def action_status(self, line: Line) -> str:
        due = self.world.meanings.day(self.world.get("Tindak Lanjut", line, "Tenggat"))
        late = (self.today - due).days if due else 0
        return "Selesai" if self.action_done(line) else f"Terlambat {late} hari" if late > 0 else "Terbuka"

    def near(self, day: date) -> bool:
        """Within the lead time, or before anybody would read of it on the next working day."""
        return self.today <= day and (
            day <= self.today + c.days(c.LEAD_DAYS) or day < c.next_working(self.today, self.off)
        )

    def meeting_begins(self, episode: Episode) -> datetime:
        assert episode.day is not None
        return datetime.combine(c.meeting_of(episode.day, self.off), c.DIGEST_AT)


def shown(value: Any) -> Any:
    """A cell as it compares: a link by its text."""
    return getattr(value, "text", value)

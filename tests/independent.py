"""The evaluation's figures computed a second time, in plain Python, from the cells of the sheet and the design's words.

Nothing of ``core.office.metrics``, ``core.office.readings`` or ``core.office.steps`` is used. The cells are those of
the tests: real dates, ticks as TRUE, whole numbers; reading what people type otherwise is tested elsewhere.
"""

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from tests.sheet import Sheet

PLATFORMS = ("Instagram", "TikTok")
FIGURES = ("Viewers Video", "Likes", "Viewers Live", "Komentar", "Dibagikan", "Disimpan")


@dataclass
class Step:
    number: int
    due: datetime
    done: bool
    done_at: datetime | None
    born_late: bool  # its row was made after its due date: it counts nowhere
    needed: bool  # by the Bentuk of an Aktif episode


@dataclass
class Episode:
    code: str
    day: date
    active: bool
    format: str
    links: set[str]
    refused: set[str]
    steps: list[Step] = field(default_factory=list)
    readings: dict[tuple[str, int], dict[str, int]] = field(default_factory=dict)


class Independent:
    """Everything that the figures need, read from the sheet's cells as they stand."""

    def __init__(self, sheet: Sheet, now: datetime) -> None:
        self.now = now
        self.episodes: dict[str, Episode] = {}
        for row in sheet.rows("Jadwal"):
            c = row.cells
            links = {p for p in PLATFORMS if c.get(f"Tautan {p}") not in (None, "-", "tidak ada")}
            refused = {p for p in PLATFORMS if c.get(f"Tautan {p}") in ("-", "tidak ada")}
            status = c.get("Status Episode") or "Aktif"
            self.episodes[c["Kode"]] = Episode(
                c["Kode"], c["Tanggal Tayang"].date(), status == "Aktif", c.get("Bentuk") or "", links, refused
            )
        meetings = {row.cells.get("Kode"): row.cells for row in sheet.rows("Catatan Evaluasi")}
        for row in sheet.rows("Metrik"):
            c = row.cells
            values = {h: c[h] for h in FIGURES if h in c}
            self.episodes[c["Episode"]].readings[c["Platform"], c["Hari"]] = values
        for row in sheet.rows("Langkah"):
            c = row.cells
            code, number = c["Kode"].split("/")
            self._add_step(self.episodes[code], int(number), c, meetings.get(code, {}))

    def _add_step(self, episode: Episode, number: int, cells: dict, meeting: dict) -> None:
        done = cells.get("Selesai") is True
        done = done or (number == 6 and self.used(episode)[:1] and self.used(episode)[0] in episode.links)
        done = done or (number == 10 and self._all_read(episode))
        done = done or (number == 11 and bool(meeting.get("Peserta")))
        done = done or (number == 12 and bool(meeting.get("Hasil Evaluasi")))
        live = number != 7 or not episode.format or "Live" in episode.format
        at = cells.get("Selesai Pada") if done else None
        if done and at is None:
            at = self.now  # the tick that first sees it
        episode.steps.append(
            Step(number, cells["Tenggat"], done, at, "baru" in (cells.get("Tercatat") or ""), live and episode.active)
        )

    def used(self, episode: Episode) -> list[str]:
        """All but those refused; two weeks after publication those with a Tautan or a reading, where there are any."""
        touched = {platform for (platform, _), values in episode.readings.items() if values}
        found = [p for p in PLATFORMS if p in touched | episode.links]
        if self.closed(episode) and found:
            return found
        return [p for p in PLATFORMS if p not in episode.refused]

    def closed(self, episode: Episode) -> bool:
        """H+6 and the seven days of grace are over (no day off is in these offices but those of the library)."""
        return self.now.date() > episode.day + timedelta(days=13)

    def unlinked(self, code: str) -> list[str]:
        """Used platforms without a Tautan once step 6 was due (09:30 of H), until the episode is closed."""
        episode = self.episodes[code]
        due = datetime.combine(episode.day, time(9, 30))
        if not episode.active or not episode.steps or self.closed(episode) or self.now <= due:
            return []
        return [p for p in self.used(episode) if p not in episode.links]

    def wanted(self, episode: Episode, platform: str, day: int) -> list[str]:
        kind = episode.format or "Video + Live"
        found = []
        if "Video" in kind:
            found.append("Viewers Video")
        if kind != "Live":
            found.append("Likes")
        if "Live" in kind and platform == "Instagram" and day == 1:
            found.append("Viewers Live")
        return found

    def _all_read(self, episode: Episode) -> bool:
        """Step 10: the last needed reading of each used platform is filled."""
        last = []
        for platform in self.used(episode):
            days = [d for d in range(1, 6) if self.wanted(episode, platform, d)]
            if days and any(p == platform for p, _ in episode.readings):
                values = episode.readings[platform, days[-1]]
                last.append(all(h in values for h in self.wanted(episode, platform, days[-1])))
        return bool(last) and all(last)

    # --- process ---

    def counts(self, step: Step) -> bool:
        return step.needed and not step.born_late and (step.done or self.now > step.due)

    def punctual(self, step: Step) -> bool:
        """On time is judged by Selesai Pada; a moment without an hour counts through its day."""
        if not step.done:
            return False
        if step.done_at.time() in (time(0, 0), time(23, 59)):
            return step.done_at.date() <= step.due.date()
        return step.done_at <= step.due

    def on_time(self, code: str) -> tuple[int, int]:
        """(on time, needed and (due or done))"""
        judged = [s for s in self.episodes[code].steps if self.counts(s)]
        return sum(map(self.punctual, judged)), len(judged)

    def lateness(self, step: Step) -> int | None:
        if not self.counts(step) or self.punctual(step):
            return None
        until = step.done_at if step.done else self.now
        return until.date().toordinal() - step.due.date().toordinal()

    def latest(self, code: str) -> tuple[int, int] | None:
        """(step, days late) of the step that is the most late."""
        worst = None
        for step in sorted(self.episodes[code].steps, key=lambda s: s.number):
            late = self.lateness(step)
            if late is not None and (worst is None or late > worst[1]):
                worst = (step.number, late)
        return worst

    def habit(self, code: str) -> tuple[int, int, int] | None:
        """(step, times late, times counted) among the last eight episodes: at least twice late, then the share."""
        best = None
        for number in range(1, 13):
            steps = [s for e in self.line(code)[-8:] for s in e.steps if s.number == number and self.counts(s)]
            late = sum(not self.punctual(s) for s in steps)
            if late < 2:
                continue
            if best is None or late > best[1] or (late == best[1] and late * best[2] > best[1] * len(steps)):
                best = (number, late, len(steps))
        return best

    def weeks(self) -> list[tuple[date, int, int]]:
        """(Monday, on time, counted) of the last twelve ISO weeks, by the day on which steps were due."""
        found = []
        for back in range(11, -1, -1):
            day = self.now.date() - timedelta(weeks=back)
            steps = [
                s
                for e in self.episodes.values()
                for s in e.steps
                if s.due.isocalendar()[:2] == day.isocalendar()[:2] and self.counts(s)
            ]
            found.append((date.fromisocalendar(*day.isocalendar()[:2], 1), sum(map(self.punctual, steps)), len(steps)))
        return found

    # --- audience ---

    def line(self, code: str) -> list[Episode]:
        """Aktif episodes up to this one, which stands at the end."""
        this = self.episodes[code]
        before = [
            e for e in self.episodes.values() if e.active and e is not this and (e.day, e.code) < (this.day, this.code)
        ]
        return [*sorted(before, key=lambda e: (e.day, e.code)), this]

    def audience(
        self, code: str, platform: str, figures: tuple[str, ...] = ("Viewers Video", "Likes")
    ) -> dict[str, object] | None:
        """At equal age, of the first of these figures that this episode has."""
        this, before = self.episodes[code], self.line(code)[:-1]

        def value(episode: Episode, header: str, day: int) -> int | None:
            return episode.readings.get((platform, day), {}).get(header)

        for header in figures:
            days = [d for d in (1, 2, 3, 4, 5) if value(this, header, d) is not None]
            if days:
                break
        else:
            return None
        day = days[-1]
        mine = value(this, header, day)
        past = [(e.code, value(e, header, day)) for e in before]
        four = [v for _, v in past if v is not None][-4:]
        middle = None
        if four:
            four.sort()
            half = len(four) // 2
            middle = float(four[half]) if len(four) % 2 else (four[half - 1] + four[half]) / 2
        previous = past[-1][1] if past else None
        best_code, best_value = code, mine
        for other, v in reversed(past):
            if v is not None and v >= best_value:
                best_code, best_value = other, v
        return {
            "figure": header,
            "day": day,
            "value": mine,
            "by_day": tuple(value(this, header, d) for d in (1, 2, 3, 4, 5)),
            "history": tuple(v for _, v in [*past[-7:], (code, mine)]),
            "previous": previous,
            "median": middle,
            "compared": len(four),
            "best": (best_code, best_value),
            "against_previous": (mine - previous) / previous if previous else None,
            "against_median": (mine - middle) / middle if middle else None,
        }

    def rates(self, code: str, platform: str, day: int) -> tuple[float | None, float | None]:
        """(likes / viewers, interaction / viewers)"""
        v = self.episodes[code].readings.get((platform, day), {})
        viewers = v.get("Viewers Video")
        if not viewers:
            return None, None
        parts = [v.get(h) for h in ("Likes", "Komentar", "Dibagikan", "Disimpan")]
        likes = None if parts[0] is None else parts[0] / viewers
        return likes, None if None in parts else sum(parts) / viewers

    def missing(self, code: str) -> set[tuple[str, int, str]]:
        """(platform, day, figure) that are needed, whose day has come, and that nobody filled."""
        episode = self.episodes[code]
        if not episode.active:
            return set()
        today = self.now.date()
        return {
            (platform, day, header)
            for platform in self.used(episode)
            for day in range(1, 6)
            if (platform, day) in episode.readings and episode.day + timedelta(days=day) <= today
            for header in self.wanted(episode, platform, day)
            if header not in episode.readings[platform, day]
        }

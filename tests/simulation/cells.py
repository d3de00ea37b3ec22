"""Safety of cells: after every batch, each cell of a person's is what that person's model says, and every cell that
the batch changed is one that it may change, to the value that the design computes."""

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from tests.simulation import contract as c
from tests.simulation.expected import Facts
from tests.simulation.violation import PromiseBrokenError
from tests.simulation.world import Line, World

Changed = tuple[str, Line, str, Any, Any]  # tab, line, header, old, new


def same(old: Any, new: Any) -> bool:
    return old == new and isinstance(old, bool) == isinstance(new, bool)


class Cells:
    """Compares the program's sheet with people's copy, and takes over what the program may write."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.made: dict[str, int] = {}  # evaluation tabs by mark: how often they were made
        self.remade: set[str] = set()  # those of a Kode that people deleted and a later week took again
        self._fresh: list[tuple[str, Line]] = []  # rows that the batch appended

    def compare(self) -> None:
        """Between two batches nothing at all changes without a person."""
        if found := list(self._differences()):
            raise PromiseBrokenError(
                f"changed without a batch of ours and without a person: {found[0][:1] + found[0][2:]}"
            )

    def applied(self, now: datetime) -> None:
        """Right after a batch, made at ``now`` (the program's wall clock)."""
        self._fresh.clear()
        changed = list(self._differences())
        before = {id(line): self._kode(tab, line) for tab, line, header, _, _ in changed if header == "Kode"}
        for tab, line, header, _, new in changed:
            line.put(self.world.columns(tab)[header], new)
        facts = Facts(self.world, now)
        for tab, line in self._fresh:
            found = facts.step(self._kode(tab, line)) if tab == "Langkah" else None
            if found and found[0].day is not None and now > c.window_of(found[1], found[0].day, facts.off)[1]:
                line.born = now.date()
        for tab, line, header, old, new in changed:
            self._judge(facts, tab, line, header, old, self.world.sheets.seen(header, new))
        self._identities(facts, before)
        for tab, line in self._fresh:
            if problem := self._needless(facts, tab, line):
                raise PromiseBrokenError(f"{tab}: a row was appended for {self._kode(tab, line)}: {problem}")

    def take_over(self) -> None:
        """After a second in which people and program wrote at once: people's cells are judged, ours are taken as is."""
        for tab, line, header, _, new in list(self._differences()):
            line.put(self.world.columns(tab)[header], new)
            if (tab, header) == ("Langkah", "Tercatat"):
                told, _, born = (new or "").partition(" baru ")
                line.against = datetime.fromisoformat(told.split(" ")[1]) if " " in told else None
                line.born = date.fromisoformat(born) if born else None

    # --- whose cells ----------------------------------------------------------------------------------------------

    def _differences(self) -> Iterator[Changed]:
        """Every cell that differs from people's copy; raises where it is theirs."""
        for tab, lines in self.world.lines.items():
            if not self.world.sheets.has(tab):
                raise PromiseBrokenError(f"the tab {tab} is gone")
            grid = self.world.sheets.grid(tab)
            gone = lines[len(grid) :]
            if any(cell is not None for line in gone for cell in line.cells):
                raise PromiseBrokenError(f"{tab}: {len(gone)} rows of people's are gone")
            grid = [*grid, *([] for _ in gone)] if gone else grid
            while len(lines) < len(grid):
                lines.append(Line([]))
                self._fresh.append((tab, lines[-1]))
            for line, row in zip(lines, grid, strict=True):
                if line.cells != row:
                    yield from self._in_row(tab, line, row)

    def _in_row(self, tab: str, line: Line, row: list[Any]) -> Iterator[Changed]:
        headers = {place: header for header, place in self.world.columns(tab).items()}
        for place in range(max(len(row), len(line.cells))):
            old = line.cells[place] if place < len(line.cells) else None
            new = row[place] if place < len(row) else None
            if same(old, new):
                continue
            header = headers.get(place, "")
            owner = c.COLUMNS[tab].get(header, "T")
            if line.header or owner == "T" or (owner == "B" and old is not None):
                raise PromiseBrokenError(f"{tab}, {header or f'column {place + 1}'}: a person's {old!r} became {new!r}")
            yield tab, line, header, old, new

    # --- what may be written --------------------------------------------------------------------------------------

    def _judge(self, facts: Facts, tab: str, line: Line, header: str, old: Any, new: Any) -> None:
        wrong = self._wrong(facts, tab, line, header, old, new)
        if wrong:
            code = self.world.text(tab, line, "Kode")
            raise PromiseBrokenError(
                f"{facts.now:%Y-%m-%d %H:%M} {tab} {code}, {header}: {old!r} became {new!r}: {wrong}"
            )

    def _wrong(self, facts: Facts, tab: str, line: Line, header: str, old: Any, new: Any) -> str:
        if header == "Tema":
            day = self.world.meanings.day(self.world.get(tab, line, "Tanggal Tayang"))
            return "" if day and new == c.theme_of(day) else "not the theme of its week"
        if header == "Selesai Pada":
            tick = self.world.meanings.tick(self.world.get(tab, line, "Selesai"))
            when = c.midnight(tick) if isinstance(tick, date) else facts.now
            return "" if new == when or self._met(facts, tab, line, new) else f"first seen done at {when}"
        if header == "Episode" and c.COLUMNS[tab][header] == "B":
            return self._episode(facts, tab, line, new)
        if header == "Tercatat" and tab == "Langkah":
            return self._recorded(facts, line, old, new)
        if header == "Status" and tab == "Langkah":
            return self._step_status(facts, line, new)
        if header == "Status" and tab == "Tanya Jawab" and new != facts.question_status(line):
            return f"expected {facts.question_status(line)}"
        return ""

    def _met(self, facts: Facts, tab: str, line: Line, new: Any) -> bool:
        """Step 11 was done when it met: on Tanggal Rapat, which is the rule's day where it is blank."""
        found = facts.step(self.world.text(tab, line, "Kode")) if tab == "Langkah" else None
        if found is None or found[1] != 11 or found[0].meeting is None or found[0].day is None:
            return False
        get, meeting = self.world.get, found[0].meeting
        typed = self.world.meanings.day(get("Catatan Evaluasi", meeting, "Tanggal Rapat"))
        days = {typed, c.meeting_of(found[0].day, facts.off)}
        return bool(get("Catatan Evaluasi", meeting, "Peserta")) and new.date() in days and new <= facts.now

    def _episode(self, facts: Facts, tab: str, line: Line, new: Any) -> str:
        if tab == "Metrik":
            return "" if new in facts.episodes else "no such episode"
        if tab == "Tindak Lanjut":
            held = [e for e in facts.dated() if e.meeting]
            right = {e.code for e in held if e.day == held[-1].day}
        else:
            day = self.world.meanings.day(self.world.get(tab, line, "Tanggal"))
            right = facts.episode_on(day) if day else set()
        return "" if new in right else f"expected one of {sorted(right)}"

    def _recorded(self, facts: Facts, line: Line, old: Any, new: Any) -> str:
        """The due date that a step was done against is recorded when it is first seen done, and never moves; the day
        on which a late-born one was made stays for good."""
        code = self.world.text("Langkah", line, "Kode")
        found = facts.step(code)
        done = found is not None and facts.done(*found, line)
        if done and str(old).startswith(f"{code} 2"):
            return "it was recorded already"
        line.against = None
        line.against = facts.window(*found, line)[1] if done and found else None
        if done and line.against is None:
            return ""
        expected = c.record_of(code, line.against, line.born)
        return "" if new == expected else f"expected {expected}"

    def _step_status(self, facts: Facts, line: Line, new: Any) -> str:
        found = facts.step(self.world.text("Langkah", line, "Kode"))
        if found is None or found[1] not in c.STEPS:
            return "" if new == "Dibatalkan" else "its episode is gone"
        words = facts.statuses(*found, line)
        return "" if new in words else f"expected {' or '.join(sorted(words))}"

    # --- identities -----------------------------------------------------------------------------------------------

    def _kode(self, tab: str, line: Line) -> str:
        return self.world.text(tab, line, "Kode")

    def _identities(self, facts: Facts, before: dict[int, str]) -> None:
        """No Kode twice, beyond copies that say so; a Kode once given stays; an evaluation tab is made once."""
        w = self.world
        for tab in ("Jadwal", "Metrik", "Langkah", "Catatan Evaluasi"):
            for code, lines in w.by_code(tab).items():
                for line in lines[1:]:
                    copied = tab in ("Langkah", "Catatan Evaluasi") and "ganda" in w.text(tab, line, "Pesan Sistem")
                    if not copied and code.split("/")[0] in facts.episodes:
                        raise PromiseBrokenError(f"{tab}: two rows bear {code}")
        now = {tab: w.by_code(tab) for tab in ("Jadwal",)}
        for line in w.rows("Jadwal"):
            was = before.get(id(line))
            if was and was != self._kode("Jadwal", line) and was not in now["Jadwal"]:
                raise PromiseBrokenError(f"Jadwal: {was} was renamed to {self._kode('Jadwal', line) or 'nothing'}")
        made = [mark for mark in w.evaluations() if mark not in self.remade]
        if len(set(made)) < len(made):
            raise PromiseBrokenError(f"an evaluation stands there twice: {w.evaluations()}")

    def _needless(self, facts: Facts, tab: str, line: Line) -> str:
        """Why a row need not have been appended; empty where it is right."""
        code = self._kode(tab, line)
        if tab == "Jadwal":
            day = self.world.meanings.day(self.world.get(tab, line, "Tanggal Tayang"))
            if day is None or day.weekday() != 6 or not 0 <= (day - facts.today).days < 7 * c.HORIZON_WEEKS:
                return f"{day} is no publishing day of the horizon"
            others = [one for one in self.world.rows(tab) if one is not line]
            weeks = {"-".join(self._kode(tab, one).split("-")[:2]) for one in others}
            days = {self.world.meanings.day(self.world.get(tab, one, "Tanggal Tayang")) for one in others}
            covered = code in weeks or code in {c.week_of(d) for d in days if d}
            return "its week was covered" if covered or code != c.week_of(day) else ""
        episode = facts.episodes.get(code.split("/")[0])
        if tab in ("Langkah", "Metrik") and (episode is None or episode.day is None):
            return "there is no such episode"
        if tab == "Langkah" and episode and not facts.wants_steps(episode):
            return "it wants no steps now"
        if tab == "Metrik" and episode and episode.day and (not episode.active or episode.day > facts.today):
            return "it wants no readings now"
        return ""

    def evaluation_made(self, mark: str) -> None:
        if mark in self.world.forgotten:  # its week came into the horizon anew; the tab of old stays, with its date
            self.remade.add(mark)
            self.made[mark] = 0
        self.made[mark] = self.made.get(mark, 0) + 1
        self.world.forgotten.discard(mark)
        if self.made[mark] > 1:
            raise PromiseBrokenError(f"{mark} was made {self.made[mark]} times")

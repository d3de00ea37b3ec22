"""What people do to any sheet: sort, insert, delete, copy, reshape, scribble; and what they do to their team's tab."""

from datetime import date, datetime
from random import Random
from typing import Any

from tests.simulation import contract as c
from tests.simulation import spellings as say
from tests.simulation.team import ROLES, STAFF, STRANGERS
from tests.simulation.world import Line, World

WORDS = ("halal", "pasar", "modal", "usaha", "anggota", "laba", "rapat", "foto", "harga", "kemasan")
LISTS = ("Langkah", "Jadwal", "Metrik", "Tanya Jawab", "Umpan Balik", "Tindak Lanjut", "Catatan Evaluasi", "Libur")


class Habits:
    """The hands; :class:`people.People` adds the office's own work."""

    now = datetime(2026, 1, 1)
    today = date(2026, 1, 1)

    def __init__(self, world: World, rng: Random) -> None:
        self.world, self.rng = world, rng

    def some(self, lines: list[Line], most: int) -> list[Line]:
        return self.rng.sample(lines, min(len(lines), self.rng.randint(1, most))) if lines else []

    def word(self) -> str:
        if self.rng.random() < 0.05:
            return self.rng.choice(say.FORMULAS)
        return f"{self.rng.choice(WORDS)} {self.rng.choice(WORDS)} {self.rng.randrange(1000)}"

    def episodes(self, first: int, last: int) -> list[Line]:
        """Rows of Jadwal from so many days before to so many days after today."""
        w, found = self.world, []
        for line in w.rows("Jadwal"):
            day = w.meanings.day(w.get("Jadwal", line, "Tanggal Tayang"))
            if day and first <= (day - self.today).days <= last:
                found.append(line)
        return found

    # --- the sheet ------------------------------------------------------------------------------------------------

    def sort(self) -> None:
        tab = self.rng.choice(LISTS)
        header = self.rng.choice(list(c.COLUMNS[tab]))
        place = self.world.columns(tab)[header]

        def key(line: Line) -> tuple[bool, str]:
            cell = line.cells[place] if place < len(line.cells) else None
            return cell is None, str(cell)

        self.world.reorder(tab, key, reverse=self.rng.random() < 0.3)

    def insert(self) -> None:
        tab = self.rng.choice(LISTS)
        lines = self.world.lines[tab]
        first = next(n for n, line in enumerate(lines) if line.header)
        blanks = sum(not any(x is not None for x in line.cells) for line in lines)
        if blanks < 6:
            self.world.insert(tab, self.rng.randint(0 if first < 3 else first + 1, len(lines)))

    def delete(self) -> None:
        """Delete a row: a step, a reading, an episode of the horizon, a question."""
        tab = self.rng.choice(("Langkah", "Metrik", "Jadwal", "Tanya Jawab", "Umpan Balik", "Tindak Lanjut"))
        lines = self.episodes(-5, 60) if tab == "Jadwal" else self.world.rows(tab)
        for line in self.some(lines, 1):
            self.world.delete(tab, line)

    def copy(self) -> None:
        """Copy a row, Kode and all, and insert it anywhere."""
        tab = self.rng.choice(("Langkah", "Metrik", "Jadwal", "Tindak Lanjut", "Tanya Jawab", "Libur"))
        lines = self.episodes(-3, 40) if tab == "Jadwal" else self.world.rows(tab)
        for line in self.some(lines, 1):
            first = next(n for n, one in enumerate(self.world.lines[tab]) if one.header) + 1
            made = self.world.insert(tab, self.rng.randint(first, len(self.world.lines[tab])), line.copy())
            if tab == "Jadwal" and self.rng.random() < 0.7:
                day = self.today + c.days(self.rng.randrange(-3, 40))
                self.world.put(tab, made, "Tanggal Tayang", self.world.meanings.spell(day, self.rng))

    def reshape(self) -> None:
        """Move or add a column, rename a tab."""
        tab = self.rng.choice(LISTS)
        width = max(len(line.cells) for line in self.world.lines[tab])
        own = width - len(c.COLUMNS[tab])
        draw = self.rng.randrange(3)
        if draw == 0:
            self.world.move_column(tab, self.rng.randrange(width), self.rng.randrange(width))
        elif draw == 1 and own < 3:
            self.world.insert_column(tab, self.rng.randrange(width + 1), f"Milik kami {own + 1}")
        else:
            self.world.rename(tab, f"{tab} {self.rng.choice(WORDS)}")

    def scribble(self) -> None:
        """Type into a column of their own, a note, or over one of ours."""
        tab = self.rng.choice(("Langkah", "Jadwal", "Metrik"))
        for line in self.some(self.world.rows(tab), 2):
            draw = self.rng.randrange(3)
            if draw == 0:
                self.world.write_beside(tab, line, self.word())
            elif draw == 1 and tab != "Metrik":
                self.world.put(tab, line, "Catatan", self.word())
            else:
                self.world.put(tab, line, self.rng.choice(("Status", "Pesan Sistem")[tab == "Jadwal" :]), self.word())

    def drop_evaluation(self) -> None:
        if found := self.world.evaluations():
            self.world.delete_evaluation(self.rng.choice(found))

    def forget(self, before: date) -> None:
        """Delete the rows of everything published before a day, dates lost before it, and some of the ideas."""
        w = self.world
        old = set()
        for line in w.rows("Jadwal"):
            code = w.text("Jadwal", line, "Kode")
            day = w.meanings.day(w.get("Jadwal", line, "Tanggal Tayang"))
            week = c.week_of(day) if day else code[:8]
            if week < c.week_of(before) if week else self.rng.random() < 0.3:
                old.add(code)
                w.delete("Jadwal", line)
        known = {w.text("Jadwal", line, "Kode") for line in w.rows("Jadwal")}
        for tab in ("Langkah", "Metrik", "Catatan Evaluasi"):
            for line in w.rows(tab):
                code = w.text(tab, line, "Kode").split("/")[0] or w.text(tab, line, "Episode")
                if code in old or (tab != "Catatan Evaluasi" and code not in known):
                    w.delete(tab, line)
        for tab in ("Tanya Jawab", "Umpan Balik", "Tindak Lanjut"):
            for line in w.rows(tab):
                if (code := w.text(tab, line, "Episode")) in old or (code and code not in known):
                    w.delete(tab, line)

    # --- the team -------------------------------------------------------------------------------------------------

    def settle_in(self) -> None:
        for name, (email, roles) in STAFF.items():
            self.world.append("Tim", Nama=name, Email=email, Peran=roles, Aktif=True)

    def _member(self) -> Line:
        return self.rng.choice([line for line in self.world.rows("Tim") if self.world.text("Tim", line, "Nama")])

    def go_on_leave(self) -> None:
        until = self.today + c.days(self.rng.randrange(0, 12))
        cell: Any = self.rng.choice((self.world.meanings.spell(until, self.rng), None, "sampai sembuh"))
        self.world.put("Tim", self._member(), "Cuti Sampai", cell)

    def change_hour(self) -> None:
        cell = self.rng.choice([*say.HOURS, None, *say.JUNK_HOURS, "17.30"])
        self.world.put("Tim", self._member(), "Jam Pengingat", cell)

    def change_member(self) -> None:
        """Somebody leaves, comes back, gets a role or a wrong address."""
        w, line = self.world, self._member()
        draw = self.rng.randrange(5)
        name = w.text("Tim", line, "Nama")
        if draw == 0:
            w.put("Tim", line, "Aktif", self.rng.choice((*say.YES, "tidak", False, "cuti")))
        elif draw == 1:
            w.put("Tim", line, "Email", self.rng.choice((*STRANGERS, STAFF[name][0].upper(), None)))
        elif draw == 2:
            w.put("Tim", line, "Email", STAFF[name][0])
        elif draw == 3:
            w.put("Tim", line, "Peran", self.rng.choice([*ROLES, "Direktur", None]))
        else:
            here = {w.text("Tim", one, "Nama") for one in w.rows("Tim")}
            if len(here) > 3:
                w.delete("Tim", line)
            for missing in [one for one in STAFF if one not in here][:1]:
                w.append("Tim", Nama=missing, Email=STAFF[missing][0], Peran=STAFF[missing][1])

    def change_holidays(self) -> None:
        if self.rng.random() < 0.5:
            day = self.today + c.days(self.rng.randrange(1, 60))
            self.world.append("Libur", Tanggal=self.world.meanings.spell(day, self.rng), Keterangan="Libur kantor")
        else:
            for line in self.some(self.world.rows("Libur"), 1):
                self.world.delete("Libur", line)

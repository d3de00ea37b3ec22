"""What people do to the sheet in a year: their work, late and sloppily, and everything else that people do to sheets.

Each method is one thing that one person does now; none of them asks whether the program would like it.
"""

from collections.abc import Callable
from datetime import date, datetime
from random import Random
from typing import Any

from tests.simulation import contract as c
from tests.simulation import spellings as say
from tests.simulation.habits import Habits
from tests.simulation.team import NAMES
from tests.simulation.world import Line, World

TOPICS = ("Cara mendaftar NIB", "Rapat anggota", "Sertifikat halal", "Foto produk", "Simpan pinjam", "Harga jual")


class People(Habits):
    """Everybody in the office, drawn from the seed."""

    def __init__(self, world: World, rng: Random, *, hoards: bool) -> None:
        super().__init__(world, rng)
        self.hoards = hoards
        self._chores: dict[Callable[[], None], int] = {
            **dict.fromkeys((self.tick,), 30),
            **dict.fromkeys((self.plan_topic, self.fill_readings), 12),
            **dict.fromkeys((self.publish, self.ask, self.answer, self.meet, self.assign), 5),
            **dict.fromkeys((self.say_feedback, self.decide, self.finish, self.untick, self.correct), 3),
            **dict.fromkeys((self.move, self.decide_status, self.mend), 3),
            **dict.fromkeys((self.lose_date, self.add_episode, self.note_idea, self.go_on_leave), 1),
            **dict.fromkeys((self.change_hour, self.change_member, self.change_holidays), 1),
            **dict.fromkeys((self.sort, self.insert, self.delete, self.copy, self.reshape, self.scribble), 1),
            **dict.fromkeys((self.drop_evaluation, self.paste_archive), 1),
        }

    def act(self, now: datetime) -> None:
        """One thing that somebody does now."""
        self.now, self.today = now, now.date()
        self.rng.choices(list(self._chores), list(self._chores.values()))[0]()

    def tidy_up(self, now: datetime) -> None:
        """Delete what is over for a month, as most offices do."""
        self.now, self.today = now, now.date()
        if not self.hoards:
            self.forget(self.today - c.days(30))

    # --- the work -------------------------------------------------------------------------------------------------

    def _steps(self, ahead: int = 4, behind: int = 20) -> list[Line]:
        """Step rows that people are at: due around today."""
        first, last = c.midnight(self.today - c.days(behind)), c.midnight(self.today + c.days(ahead))
        rows = self.world.rows("Langkah")
        dues = [self.world.get("Langkah", line, "Tenggat") for line in rows]
        return [
            line for line, due in zip(rows, dues, strict=True) if isinstance(due, datetime) and first <= due <= last
        ]

    def tick(self) -> None:
        blank = [line for line in self._steps(ahead=2) if self.world.get("Langkah", line, "Selesai") is None]
        for line in self.some(blank, 3):
            cell: Any = self.rng.choice(say.YES)
            if self.rng.random() < 0.1:
                cell = self.spell(self.today - c.days(self.rng.randrange(6)))
            if self.rng.random() < 0.03:
                cell = self.rng.choice((*say.JUNK_TICKS, False, "belum"))
            self.world.put("Langkah", line, "Selesai", cell)
            if self.rng.random() < 0.2:
                self.world.put("Langkah", line, "Bukti", self.word())

    def untick(self) -> None:
        for line in self.some([one for one in self._steps() if self.world.get("Langkah", one, "Selesai")], 1):
            self.world.put("Langkah", line, "Selesai", self.rng.choice((None, *say.NO)))
            if self.rng.random() < 0.5:
                self.world.put("Langkah", line, "Selesai Pada", None)

    def correct(self) -> None:
        """Set right when a step was done."""
        for line in self.some([one for one in self._steps() if self.world.get("Langkah", one, "Selesai Pada")], 1):
            day = self.today - c.days(self.rng.randrange(9))
            cell = self.rng.choice((self.spell(day), datetime(day.year, day.month, day.day, 14, 5), None, "kemarin"))
            self.world.put("Langkah", line, "Selesai Pada", cell)

    def assign(self) -> None:
        for line in self.some(self._steps(ahead=20), 2):
            self.world.put("Langkah", line, "Petugas", self.name_somebody())

    def plan_topic(self) -> None:
        for line in self.some(self.episodes(-3, 40), 1):
            put = self.world.put
            put("Jadwal", line, "Topik", self.rng.choice(TOPICS) + f" {self.rng.randrange(100)}")
            put("Jadwal", line, "Bentuk", self.rng.choice([*say.FORMATS, None, "podcast"]))
            put("Jadwal", line, "Narasumber", self.word())
            put("Jadwal", line, "Kontak", self.rng.choice(("0812 0000 1101", "tanya Sinta", "+62 812-0000-1102")))
            put("Jadwal", line, "Penanggung Jawab", self.name_somebody())
            if self.rng.random() < 0.1:
                put("Jadwal", line, "Tema", self.rng.choice(("UMKM", "UKM", "Koperasi", "bebas")))

    def publish(self) -> None:
        for line in self.some(self.episodes(-2, 0), 1):
            link = "https://example.com/p/1" if self.rng.random() < 0.8 else "-"
            self.world.put("Jadwal", line, f"Tautan {self.rng.choice(list(c.PLATFORMS))}", link)

    def fill_readings(self) -> None:
        w, shown = self.world, []
        for line in w.rows("Metrik"):
            on = w.get("Metrik", line, "Tanggal")
            if isinstance(on, datetime) and 0 <= (self.today - on.date()).days <= 2:
                shown.append(line)
        for line in self.some(shown, 4):
            for header in ("Viewers Video", "Likes", "Viewers Live", "Disimpan"):
                if self.rng.random() < 0.8:
                    w.put("Metrik", line, header, self.figure())

    def ask(self) -> None:
        day = self.today - c.days(self.rng.randrange(4))
        self.world.append("Tanya Jawab", Tanggal=self.spell(day), Sumber="Live", Pertanyaan=self.word() + "?")

    def answer(self) -> None:
        w = self.world
        waiting = [line for line in w.rows("Tanya Jawab") if w.get("Tanya Jawab", line, "Jawaban") is None]
        for line in self.some(waiting, 3):
            w.put("Tanya Jawab", line, "Jawaban", self.word())

    def say_feedback(self) -> None:
        kind = self.rng.choice(("Pujian", "saran", "Kritik", "entah"))
        self.world.append("Umpan Balik", Tanggal=self.spell(self.today), Jenis=kind, Isi=self.word())

    def decide(self) -> None:
        """Write an action item of an evaluation."""
        due = self.spell(self.today + c.days(self.rng.randrange(1, 15))) if self.rng.random() < 0.9 else "secepatnya"
        self.world.append("Tindak Lanjut", Uraian=self.word(), Petugas=self.name_somebody(), Tenggat=due)

    def finish(self) -> None:
        w = self.world
        waiting = [line for line in w.rows("Tindak Lanjut") if w.get("Tindak Lanjut", line, "Selesai") is None]
        for line in self.some(waiting, 2):
            w.put("Tindak Lanjut", line, "Selesai", self.rng.choice((*say.YES, self.spell(self.today))))

    def meet(self) -> None:
        """Write up a meeting."""
        w = self.world
        blank = [r for r in w.rows("Catatan Evaluasi") if w.get("Catatan Evaluasi", r, "Peserta") is None]
        for line in self.some(blank[-2:], 1):
            w.put("Catatan Evaluasi", line, "Tempat", "Ruang rapat")
            if self.rng.random() < 0.7:
                w.put("Catatan Evaluasi", line, "Peserta", "Dewi, Rudi")
            if self.rng.random() < 0.7:
                w.put("Catatan Evaluasi", line, "Hasil Evaluasi", self.word())

    # --- the schedule ---------------------------------------------------------------------------------------------

    def move(self) -> None:
        for line in self.some(self.episodes(-8, 40), 1):
            day = self.world.meanings.day(self.world.get("Jadwal", line, "Tanggal Tayang")) or self.today
            to = day + c.days(self.rng.choice((-7, -2, -1, 1, 2, 3, 7, 7, 14, 30)))
            self.world.put("Jadwal", line, "Tanggal Tayang", self.spell(to))

    def decide_status(self) -> None:
        for line in self.some(self.episodes(-8, 40), 1):
            cell = self.rng.choice((None, None, "Aktif", "Ditunda", "tunda", "batal", "Dibatalkan", "mungkin"))
            self.world.put("Jadwal", line, "Status Episode", cell)

    def lose_date(self) -> None:
        for line in self.some(self.episodes(-8, 40), 1):
            self.world.put("Jadwal", line, "Tanggal Tayang", self.rng.choice(say.JUNK_DATES))

    def mend(self) -> None:
        """Put right what cannot be read."""
        w = self.world
        broken = [r for r in w.rows("Jadwal") if w.meanings.is_junk_date(w.get("Jadwal", r, "Tanggal Tayang"))]
        for line in self.some(broken, 2):
            w.put("Jadwal", line, "Tanggal Tayang", self.spell(self.today + c.days(self.rng.randrange(-5, 40))))

    def add_episode(self) -> None:
        day = self.today + c.days(self.rng.randrange(2, 40))
        self.world.append("Jadwal", Tanggal_Tayang=self.spell(day), Topik=self.rng.choice(TOPICS))

    def note_idea(self) -> None:
        self.world.append("Jadwal", Topik=self.word())

    def paste_archive(self) -> None:
        """Paste an episode of last month."""
        day = self.today - c.days(self.rng.randrange(20, 50))
        self.world.append("Jadwal", Tanggal_Tayang=self.spell(day), Topik="Arsip", Bentuk="Video")

    # --- words ----------------------------------------------------------------------------------------------------

    def name_somebody(self) -> Any:
        return self.rng.choice([*NAMES, *say.JUNK_NAMES, None])

    def figure(self) -> Any:
        draw = self.rng.random()
        if draw < 0.85:
            return self.rng.randrange(20, 5000)
        return self.rng.choice([*say.COUNTS, *say.JUNK_COUNTS])

    def spell(self, day: date) -> Any:
        return self.world.meanings.spell(day, self.rng)

"""Liveness: once faults have stopped, every derived cell holds what the design says."""

from collections.abc import Iterator
from typing import Any

from tests.simulation import contract as c
from tests.simulation.expected import NOTHING, Facts, shown
from tests.simulation.world import Line


def wrong_cells(facts: Facts) -> Iterator[str]:
    """Liveness: every derived cell that is not what the design says at this moment."""
    w = facts.world

    def differs(tab: str, line: Line, header: str, *right: Any) -> Iterator[str]:
        cell = shown(w.get(tab, line, header))
        if cell not in right:
            yield f"{tab} {w.text(tab, line, 'Kode')}, {header}: {cell!r}, expected {' or '.join(map(repr, right))}"

    yield from _schedule(facts, differs)
    yield from _steps(facts, differs)
    yield from _readings(facts, differs)
    yield from _lists(facts, differs)
    yield from _meetings(facts, differs)


def _schedule(facts: Facts, differs: Any) -> Iterator[str]:
    w, covered = facts.world, set()
    for line in w.rows("Jadwal"):
        cell, code = w.get("Jadwal", line, "Tanggal Tayang"), w.text("Jadwal", line, "Kode")
        day = w.meanings.day(cell)
        covered |= {"-".join(code.split("-")[:2])} | ({c.week_of(day)} if day else set())
        if day and not code:
            yield f"Jadwal: the row of {day} has no Kode"
        if day and w.get("Jadwal", line, "Tema") is None:
            yield f"Jadwal {code}: no Tema"
        if w.meanings.is_junk_date(cell) and not w.text("Jadwal", line, "Pesan Sistem"):
            yield f"Jadwal {code}: nothing is said about {cell!r}"
    for n in range(c.HORIZON_WEEKS):
        sunday = facts.today + c.days((6 - facts.today.weekday()) % 7 + 7 * n)
        if c.week_of(sunday) not in covered:
            yield f"Jadwal: the week of {sunday} is not ready"
    for episode in facts.episodes.values():
        counted = [(n, line) for n, line in episode.steps.items() if n in c.STEPS and episode.needs(n)]
        done = sum(facts.done(episode, n, line) for n, line in counted)
        progress = f"{done} dari {len(counted)}" if episode.steps else None
        yield from differs("Jadwal", episode.line, "Progres", progress)
        waiting = [
            (due, n)
            for e, n, line in facts.open_steps
            if e is episode and not facts.unrecorded(e, n, line) and (due := facts.window(e, n, line)[1])
        ]
        late = sum(due < facts.now for due, _ in waiting)
        yield from differs("Jadwal", episode.line, "Terlambat", f"{late} langkah" if late else None)
        title = w.text("Jadwal", episode.line, "Langkah Berikutnya")
        if (title == "") != (not waiting) or (waiting and not title.startswith(c.STEPS[min(waiting)[1]][1])):
            yield f"Jadwal {episode.code}: Langkah Berikutnya is {title!r}"


def _steps(facts: Facts, differs: Any) -> Iterator[str]:
    w = facts.world
    for code, lines in w.by_code("Langkah").items():
        found = facts.step(code)
        for n, line in enumerate(lines):
            if found is None:
                yield from differs("Langkah", line, "Status", "Dibatalkan")
                continue
            episode, number = found
            stage, title = c.STEPS[number][:2]
            yield from differs("Langkah", line, "Tahap", stage)
            yield from differs("Langkah", line, "Episode", c.label_of(episode.day, episode.topic))
            if not w.text("Langkah", line, "Prosedur").startswith(title):
                yield f"Langkah {code}: Prosedur is {w.text('Langkah', line, 'Prosedur')!r}"
            if facts.done(episode, number, line) and w.get("Langkah", line, "Selesai Pada") is None:
                yield f"Langkah {code}: Selesai Pada is blank"
            if n == 0 or episode.day is not None:
                yield from differs("Langkah", line, "Status", *facts.statuses(episode, number, line))
            if episode.day is not None:
                start, due = facts.window(episode, number, line)
                if line.against is None and facts.done(episode, number, line):
                    yield f"Langkah {code}: it is done, and not recorded against which due date"
                yield from differs("Langkah", line, "Tenggat", due)
                yield from differs("Langkah", line, "Mulai", start)
    for episode in facts.episodes.values():
        if facts.wants_steps(episode) and set(c.STEPS) - set(episode.steps):
            yield f"Langkah: {episode.code} lacks steps {sorted(set(c.STEPS) - set(episode.steps))}"


def _readings(facts: Facts, differs: Any) -> Iterator[str]:
    for episode in facts.episodes.values():
        for (platform, day), line in episode.readings.items():
            yield from differs("Metrik", line, "Kode", f"{episode.code}/{c.PLATFORMS[platform]}/{day}")
            yield from differs("Metrik", line, "Status", facts.reading_status(episode, platform, day))
            on = c.midnight(episode.day + c.days(day)) if episode.day else None
            if not (
                facts.touched(line) and facts.world.get("Metrik", line, "Tanggal")
            ):  # a filled reading keeps its day
                yield from differs("Metrik", line, "Tanggal", on)
        due = episode.active and episode.day and episode.day <= facts.today and not episode.ended
        if due and len(episode.readings) < 10:
            yield f"Metrik: {episode.code} has {len(episode.readings)} readings"


def _lists(facts: Facts, differs: Any) -> Iterator[str]:
    w = facts.world
    for line in w.rows("Tanya Jawab"):
        yield from differs("Tanya Jawab", line, "Status", facts.question_status(line))
    for line in w.rows("Tindak Lanjut"):
        if w.text("Tindak Lanjut", line, "Uraian"):
            yield from differs("Tindak Lanjut", line, "Status", facts.action_status(line))
            if facts.action_done(line) and w.get("Tindak Lanjut", line, "Selesai Pada") is None:
                yield "Tindak Lanjut: Selesai Pada is blank"
    for tab in ("Tanya Jawab", "Umpan Balik"):
        for line in w.rows(tab):
            day = w.meanings.day(w.get(tab, line, "Tanggal"))
            if day and facts.episode_on(day) and w.get(tab, line, "Episode") is None:
                yield f"{tab}: the row of {day} has no Episode"
    for tab in ("Tanya Jawab", "Umpan Balik", "Tindak Lanjut", "Tim", "Libur"):
        codes = [w.text(tab, line, "Kode") for line in w.rows(tab)]
        if len(set(codes)) < len(codes) or not all(code.isdecimal() for code in codes):
            yield f"{tab}: Kode are {codes}"
    if {facts.today.year, facts.today.year + 1} - {day.year for day in facts.off}:
        yield f"Libur: {facts.today.year} or the next year is blank"


def _meetings(facts: Facts, differs: Any) -> Iterator[str]:
    w = facts.world
    titles = dict(w.sheets.marks())
    for episode in facts.episodes.values():
        if episode.meeting is None:
            if episode.live and episode.steps and facts.now >= facts.meeting_begins(episode):
                yield f"Catatan Evaluasi: {episode.code} was not made"
            continue
        mark = f"Evaluasi {episode.code}"
        closed = w.get("Catatan Evaluasi", episode.meeting, "Ditutup") is not None
        told = w.text("Catatan Evaluasi", episode.meeting, "Hasil Evaluasi") not in NOTHING
        if (episode.closed and not closed) or (episode.ended and told and not closed):
            yield f"Catatan Evaluasi: {episode.code} is not closed"
        if not closed:
            yield from differs("Catatan Evaluasi", episode.meeting, "Evaluasi", titles.get(mark, "dihapus"))
        label = c.label_of(episode.day, episode.topic)
        yield from differs("Catatan Evaluasi", episode.meeting, "Episode", label)
        link = w.text("Catatan Evaluasi", episode.meeting, "Evaluasi")
        yield from differs("Jadwal", episode.line, "Evaluasi", link or None)

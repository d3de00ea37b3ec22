"""Parts 1 to 3 of the evaluation paper: episode and meeting, the verdict, the steps beside the attendance list."""

from datetime import datetime

from halokop_sheets.core.calendar import all_day
from halokop_sheets.core.office.last_meeting import last_meeting
from halokop_sheets.core.office.metrics import HABIT, HISTORY, days_late, habitually_late, last_episodes, on_time_rate
from halokop_sheets.core.office.model import Episode, OfficeState, StepState
from halokop_sheets.core.office.procedure import Procedure, Step
from halokop_sheets.core.office.team import named
from halokop_sheets.core.office.verdict import Verdict
from halokop_sheets.core.office.wording import day_month, hour_minute, join, long_date, percent
from halokop_sheets.core.pages import formulas
from halokop_sheets.core.pages.canvas import Canvas, cut, filled, others
from halokop_sheets.core.terms import Cols, EpisodeStatus

_LONG = 56  # characters of a step's title that fit on one line
_ABREAST = 3  # columns of names
_SUMMARY = 6  # lines below the steps, two of them of double height


def draw_heading(canvas: Canvas, office: OfficeState, episode: Episode) -> None:
    """Part 1: what the episode is, and the meeting."""
    platforms = office.context.settings.program.platforms
    canvas.line(canvas.next(14), 1, ("1 · Episode dan rapat", "section", 36))
    meeting, publish = episode.meeting, episode.publish
    held, hour = (meeting.day, meeting.hour) if meeting else (None, None)
    at = f", pukul {hour_minute(hour or office.context.meeting.at)}" if held else ""
    rows: list[list[tuple[str, str, int]]] = [
        [
            (Cols.PUBLISH, long_date(publish) if publish else "belum ada tanggal", 9),
            ("Tema, bentuk", f"{episode.theme or '–'}, {episode.format or 'bentuk belum diisi'}", 9),
            ("Rapat", f"{long_date(held)}{at}" if held else "", 9),
        ],
        [
            (Cols.TOPIC, cut(episode.topic, 130) or "belum diisi", 21),
            (Cols.PLACE, cut(meeting.place, 50) if meeting else "", 9),
        ],
        [
            (Cols.GUEST, cut(episode.guest, 50) or "belum diisi", 9),
            (Cols.INSTITUTION, cut(episode.institution, 50) or "belum diisi", 9),
            (Cols.CHAIR, cut(meeting.chair, 50) if meeting else "", 9),
        ],
    ]
    links: list[tuple[str, str, int]] = [
        (f"Tautan {p}", cut(episode.links.get(p, ""), 50) or "belum ada", 9) for p in platforms
    ]
    links.insert(2, (Cols.NOTE_TAKER, cut(meeting.note_taker, 50) if meeting else "", 9))
    rows += [links[n : n + 3] for n in range(0, len(links), 3)]
    for pairs in rows:
        row, column = canvas.next(14), 1
        for label, value, width in pairs:
            canvas.line(row, column, (label, "small-label", 3), (value, "small", width))
            column += 3 + width


def draw_verdict(canvas: Canvas, found: Verdict, episode: Episode) -> None:
    """Part 2: process, audience, and what is missing."""
    canvas.line(canvas.next(14), 1, ("2 · Ringkasan", "section", 36))
    missing = "; ".join(found.missing)
    for height, label, value in (
        (16, "Proses", found.process),
        (40, "Penonton", found.audience),
        (
            27,
            "Belum terisi",
            missing[:1].upper() + missing[1:] if missing else _complete(episode),
        ),
    ):
        canvas.line(canvas.next(height), 1, (label, "label", 3), (cut(value, 12 * height), "verdict", 33))


def _complete(episode: Episode) -> str:
    """What stands where nothing is missing: of an episode that was called off nothing is asked."""
    if not episode.active:
        return f"Tidak diminta: episode {episode.status.lower()}."
    return "Semua tautan dan angka yang diperlukan sampai hari ini terisi."


def draw_process(canvas: Canvas, office: OfficeState, episode: Episode) -> None:
    """Part 3: each step with due, done and how late; beside it the attendance list with room to sign."""
    procedure = office.context.procedure
    top = canvas.next(14)
    canvas.line(top, 1, ("3 · Proses", "section", 24), ("Daftar hadir", "section", 12))
    header = canvas.next(14)
    canvas.line(
        header,
        1,
        (Cols.NUMBER, "small-header", 1),
        (Cols.PROCEDURE, "small-header", 9),
        (Cols.DUE, "small-header", 3),
        (Cols.DONE, "small-header", 3),
        (Cols.REMARK, "small-header", 4),
        (Cols.ASSIGNEE, "small-header", 4),
        *[(Cols.NAME, "small-header", 2), ("Ttd.", "small-header", 2)] * _ABREAST,
    )
    states = {s.step.number: s for s in episode.steps}
    first = canvas.row
    for step in procedure.steps:
        lines = 2 if len(step.title) > _LONG else 1
        cells = _step_cells(step, states.get(step.number), office.context.now, lines)
        canvas.line(canvas.next(2 + 11 * lines), 1, *cells)
    for label, text in _summary(office, episode):
        canvas.line(canvas.next(14), 1, (label, "small-label", 10), (text, "small", 14))
    for label, text in last_meeting(office, episode):
        canvas.line(canvas.next(24), 1, (label, "small-label", 6), (cut(text, 210), "small", 18))
    _draw_attendance(canvas, office, header, first, procedure)


def _step_cells(step: Step, state: StepState | None, now: datetime, lines: int) -> list[tuple[str | int, str, int]]:
    due = _when(state.due) if state and state.due else "–"
    at = state.done_at if state and state.done else None
    done = "–" if at is None else _when(at) if state and state.done_timed else day_month(at)
    return [
        (step.number, "small-center", 1),
        (step.title, "small", 9),
        (due, "small-center", 3),
        (done, "small-center", 3),
        (_remark(state, now) if state else "belum dibuat", "small", 4),
        (cut(_who(step, state), 26 * lines), "small", 4),
    ]


def _when(at: datetime) -> str:
    """``29 Nov 09.30``; the end of a day is the day alone."""
    return day_month(at) if all_day(at) else f"{day_month(at)} {hour_minute(at)}"


def _remark(state: StepState, now: datetime) -> str:
    """How the step stands; the sign says the same without colour."""
    status = state.episode.status
    if status != EpisodeStatus.ACTIVE:
        return f"– {status.lower()}"
    if not state.needed:
        return "– tidak perlu"
    if state.born:  # its row was made after its due date: it is not judged
        return "✓ selesai, tidak dinilai" if state.done else f"{'!' if state.late(now) else '?'} {state.status.lower()}"
    late = days_late(state, now)
    if late is None:
        return "✓ tepat waktu" if state.done else "… belum lewat tenggat"
    if state.episode.closed and not state.done:
        return "! tidak dilaksanakan"
    return f"{'✓' if state.done else '!'} terlambat {f'{late} hari' if late else 'hari itu'}"


def _who(step: Step, state: StepState | None) -> str:
    """Petugas, else Penanggung Jawab for steps that are exactly the Tim pelaksana's, else the party of the SOP."""
    names = next(named(state), None) if state else None
    return join(names[1]) if names else step.party


def _summary(office: OfficeState, episode: Episode) -> list[tuple[str, str]]:
    now = office.context.now
    recent = last_episodes(office, episode)
    this = on_time_rate(episode.steps, now)
    many = on_time_rate([s for e in recent for s in e.steps], now)
    habit = habitually_late([e for e in recent if e.active], now)
    named = (
        f"{cut(habit.title, 60)} ({habit.late} dari {habit.counted} episode)"
        if habit
        else f"belum ada (terlambat sedikitnya {HABIT} kali)"
    )
    return [
        ("Tepat waktu, episode ini", _score(this.on_time, this.counted, this.rate)),
        (f"Tepat waktu, {HISTORY} episode terakhir", _score(many.on_time, many.counted, many.rate)),
        (f"Paling sering terlambat, {HISTORY} episode terakhir", named),
        ("Rumus tepat waktu", formulas.ON_TIME),
    ]


def _score(on_time: int, counted: int, rate: float | None) -> str:
    return "–" if rate is None else f"{on_time} dari {counted} = {percent(rate)}"


def _draw_attendance(canvas: Canvas, office: OfficeState, header: int, first: int, procedure: Procedure) -> None:
    """Active people of Tim in three columns, each with two rows of height to sign in."""
    rows = (len(procedure.steps) + _SUMMARY) // 2
    people = [p.name for p in office.team.people if p.active and p.name]
    more = others(len(people), _ABREAST * rows)
    if more:
        canvas.put(header - 1, 25, f"Daftar hadir ({more})", "section", 12)
    for place, name in enumerate(filled(people, _ABREAST * rows)):
        row, column = first + 2 * (place % rows), 25 + 4 * (place // rows)
        label = f"{place + 1}. {cut(name, 30)}" if name else None
        canvas.line(row, column, (label, "small", 2), (None, "small", 2), down=2)

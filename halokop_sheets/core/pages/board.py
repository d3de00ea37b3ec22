"""Papan: the health strip, the live episodes by the steps of the procedure, the on-time rate of the last weeks.

Each cell says in a sign and a date what its colour says, so that it reads the same in black and white.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from halokop_sheets.core.office.episodes import repeated_themes
from halokop_sheets.core.office.metrics import WEEKS, weekly_on_time
from halokop_sheets.core.office.model import Episode, OfficeState, StepState
from halokop_sheets.core.office.wording import day_month, hour_minute, long_date, theme_twice
from halokop_sheets.core.pages import formulas
from halokop_sheets.core.pages.canvas import Canvas, cut, filled, others
from halokop_sheets.core.sheet.page import Chart, Page, Span
from halokop_sheets.core.terms import Cols, EpisodeStatus, MailStatus, StepStatus, Tabs

TITLE = "Jangan mengisi di sini; centang di Langkah"
EPISODES = 8  # episodes that are open at once: five when one is published each week; the rest is room
PROBLEMS = 4
LAST_RUN = (3, 2)  # the cell with the moment of the last run

_SIGNS: tuple[tuple[str, str, str], ...] = (
    # sign, style, what the legend says
    ("✓", "done", "✓ selesai"),
    ("✓ terlambat", "soon", "✓ terlambat selesai"),
    ("!", "late", "! lewat tenggat"),
    ("●", "today", "● hari ini"),
    ("»", "running", "» berjalan"),
    ("○", "soon", "○ mendekati"),
    ("…", "", "… terjadwal"),
    ("–", "idle", "– tidak perlu"),
    ("~", "idle", "~ ditunda"),
    ("✗", "idle", "✗ tidak dilaksanakan"),
    ("?", "soon", "? belum dicatat"),
)


@dataclass(frozen=True)
class HealthStrip:
    """The health of the daemon, as everybody sees it. ``last_run`` None: it has not run yet."""

    last_run: datetime | None = None
    mails: Mapping[str, int] = field(default_factory=dict)  # today's, by a word of MailStatus
    problems: tuple[str, ...] = ()  # one sentence each, with its place


def board_page(office: OfficeState, strip: HealthStrip) -> Page:
    """The whole board; its layout depends on the procedure's steps alone."""
    steps = office.context.procedure.steps
    columns = 1 + max(12, len(steps))
    canvas = Canvas(Tabs.BOARD, columns)
    canvas.put(canvas.next(26), 1, TITLE, "title", columns - 2)
    _draw_strip(canvas, strip)
    canvas.next(8)
    _draw_episodes(canvas, office)
    canvas.next(8)
    chart = _draw_weeks(canvas, office)
    return Page(
        Tabs.BOARD,
        Tabs.BOARD,
        (36, *[12] * (columns - 1)),
        canvas.blocks,
        (chart,),
        canvas.heights,
        frozen_columns=1,
        rules=tuple((sign, style) for sign, style, _ in sorted(_SIGNS, key=lambda s: -len(s[0])) if style),
    )


# --- the health strip -----------------------------------------------------------------------------------------------


def last_run_text(at: datetime | None) -> str:
    """``Minggu, 29 November 2026 pukul 08.30``"""
    return f"{long_date(at)} pukul {hour_minute(at)}" if at else "belum pernah"


def same_hour(shown: object, at: datetime) -> bool:
    """Whether what the strip shows as the last run, ``shown``, is less than an hour before ``at``."""
    return any(shown == last_run_text(at - timedelta(minutes=n)) for n in range(60))


def _draw_strip(canvas: Canvas, strip: HealthStrip) -> None:
    rest = canvas.columns - 1
    canvas.line(canvas.next(16), 1, ("Keadaan sistem", "section", canvas.columns))
    mails = ", ".join(f"{n} {status.lower()}" for status, n in _counts(strip.mails)) or "belum ada"
    shown = [cut(problem, 220) for problem in strip.problems]
    lines = [("Terakhir berjalan", last_run_text(strip.last_run)), ("Email hari ini", mails)]
    first = shown[0] if shown else "tidak ada"
    lines.append((f"Masalah ({len(shown)})" if shown else "Masalah", first))
    lines += [("", text or "") for text in filled(shown[1:], PROBLEMS - 1)]
    lines.append(("", others(len(shown), PROBLEMS) or ""))
    for label, text in lines:
        canvas.line(canvas.next(16), 1, (label, "strip-label", 1), (text, "strip", rest))


def _counts(mails: Mapping[str, int]) -> list[tuple[str, int]]:
    order = (
        MailStatus.SENT,
        MailStatus.PREPARED,
        MailStatus.DEFERRED,
        MailStatus.REFUSED,
        MailStatus.UNKNOWN,
        MailStatus.EXPIRED,
    )
    return [(status, mails[status]) for status in order if mails.get(status)]


# --- episodes by steps ----------------------------------------------------------------------------------------------


def board_episodes(office: OfficeState) -> list[Episode]:
    """Episodes under way, by date: Aktif or Ditunda, with steps, not closed; those without a date come last."""
    shown = [e for e in office.episodes if e.steps and not e.closed and e.status != EpisodeStatus.CANCELLED]
    return sorted(shown, key=lambda e: (e.publish is None, e.publish or date.max, e.code))


def _draw_episodes(canvas: Canvas, office: OfficeState) -> None:
    steps = office.context.procedure.steps
    row = canvas.next(52)
    canvas.put(row, 1, Cols.EPISODE, "small-header")
    for place, step in enumerate(steps, start=2):
        canvas.put(row, place, f"{step.number}. {cut(step.title.split(' (')[0], 34)}", "small-header")
    found = board_episodes(office)
    for episode in filled(found, EPISODES):
        row = canvas.next(26)
        canvas.put(row, 1, _name(episode) if episode else None, "small-label")
        states = {s.step.number: s for s in episode.steps} if episode else {}
        for place, step in enumerate(steps, start=2):
            state = states.get(step.number)
            canvas.put(row, place, sign(state) if state else None, "small-center")
    more = others(len(found), EPISODES)
    notes = [f"{more}, lihat tab {Tabs.SCHEDULE}"] if more else []
    notes += [theme_twice(e.theme, before.publish, e.publish) for before, e in repeated_themes(office)[:1]]
    canvas.put(canvas.next(14), 1, "; ".join(notes), "note", canvas.columns)
    row = canvas.next(26)
    canvas.put(row, 1, "Arti tanda; tanggal = saat selesai, mulai, atau tenggat", "small-label")
    for place, (_, _, meaning) in enumerate(_SIGNS, start=2):
        canvas.put(row, place, meaning, "small-center")


def _name(episode: Episode) -> str:
    postponed = " (ditunda)" if episode.status == EpisodeStatus.POSTPONED else ""
    return f"{cut(episode.label, 56)}{postponed}"


def sign(state: StepState) -> str:
    """One cell of the board: a sign, and the date that matters."""
    due = day_month(state.due) if state.due else ""
    status = state.status
    if status in (StepStatus.DONE, StepStatus.DONE_LATE):
        done = day_month(state.done_at).replace(" ", "\u00a0") if state.done_at else ""  # a date stays on one line
        return f"{'✓' if status == StepStatus.DONE else '✓ terlambat'} {done}".strip()
    if status.startswith(StepStatus.LATE):
        return f"! {due}"
    if status == StepStatus.UNRECORDED:
        return f"? {due}"
    if status == StepStatus.TODAY:
        return "● hari ini"
    if status == StepStatus.RUNNING:
        return f"» s.d. {due}"
    if status == StepStatus.NOT_NEEDED:
        return "–"
    if status == StepStatus.NOT_CARRIED_OUT:
        return "✗"
    mark = {StepStatus.SOON: "○", StepStatus.POSTPONED: "~"}.get(status, "…")
    begin = day_month(state.start) if state.start else due
    return f"{mark} {begin}".strip()


# --- the on-time rate of the last weeks -----------------------------------------------------------------------------


def _draw_weeks(canvas: Canvas, office: OfficeState) -> Chart:
    top = canvas.next(16)
    canvas.line(top, 1, (f"Langkah tepat waktu, {WEEKS} pekan terakhir", "section", canvas.columns))
    header = canvas.next(15)
    canvas.line(
        header,
        1,
        ("Pekan mulai Senin", "small-header", 1),
        ("Tepat waktu", "small-header", 1),
        ("Dinilai", "small-header", 1),
        ("Tingkat", "small-header", 1),
    )
    first = canvas.row
    for week in weekly_on_time(office):
        figures = week.figures
        canvas.line(
            canvas.next(15),
            1,
            (day_month(week.first), "small-label", 1),
            (figures.on_time if figures.counted else None, "small-count", 1),
            (figures.counted or None, "small-count", 1),
            (figures.rate, "small-percent", 1),
        )
    last_row = canvas.row - 1
    formula = f"Tingkat = {formulas.ON_TIME}, menurut pekan tenggat. Pekan tanpa langkah yang dinilai dibiarkan kosong."
    canvas.put(canvas.next(14), 1, formula, "note", canvas.columns)
    return Chart(
        "column",
        "Langkah tepat waktu per pekan",
        header,
        6,
        620,
        15 * (WEEKS + 1) * 4 // 3,
        Span(first, 1, last_row, 1),
        (("Tepat waktu", Span(first, 4, last_row, 4)),),
        percent=True,
    )

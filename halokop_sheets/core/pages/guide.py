"""Petunjuk: what somebody needs who opens the sheet for the first time, and the SOP's table with place and tools."""

from collections.abc import Sequence
from functools import lru_cache

from halokop_sheets.core.office.procedure import Procedure, Step
from halokop_sheets.core.office.wording import hour_minute, weekday_name
from halokop_sheets.core.pages import formulas
from halokop_sheets.core.pages.canvas import Canvas
from halokop_sheets.core.sheet.page import Page, PageValue
from halokop_sheets.core.terms import Cols, Tabs
from halokop_sheets.settings import WEEKDAYS, Settings

_WIDTHS = (5, 15, 48, 17, 26, 28, 26, 12)


_SENTENCES = """
Pekerjaan sehari-hari cukup di tab {c.STEPS}: centang {h.DONE} pada langkah yang sudah dikerjakan.{closing}
Rencana ada di tab {c.SCHEDULE}: isi {h.TOPIC}, {h.FORMAT}, {h.GUEST}, dan {h.LEAD}; {weeks} minggu ke depan selalu \
disiapkan.
Bila {h.PUBLISH} diubah, tenggat semua langkah yang belum selesai ikut bergeser.
Untuk menunda atau meniadakan episode, pilih Ditunda atau Dibatalkan pada {h.EPISODE_STATUS}; \
barisnya tidak perlu dihapus.
Kolom berjudul abu-abu diisi sistem; kolom lain milik tim, dan semuanya boleh digeser, disaring, dan diurutkan.
Tulis tanggal, angka, dan nama seperti biasa (misalnya 29/11/2026, 12,3 rb, dan Dewi); \
yang tidak terbaca dijelaskan di {h.MESSAGE}.
Setelah tayang, isi angka hari itu di tab {c.READINGS}, hari ke-1 sampai ke-5; yang terlewat dibiarkan kosong, \
jangan ditulis 0.
Pertanyaan dan umpan balik dicatat di tab {c.QUESTIONS} dan {c.FEEDBACK}, tugas hasil rapat di tab {c.ACTIONS}.
Setiap {day} pukul {tab_at} lembar evaluasi siap dicetak; sesudah rapat isi tab {c.MEETINGS}.
Pengingat datang dalam satu email setiap hari kerja, pukul {digest_at} atau menurut {h.MAIL_HOUR} di tab {c.TEAM}; \
undangan rapat dan kabar mendesak datang tersendiri. Sedang cuti? Isi {h.LEAVE_UNTIL}.
"""

_FORMULAS = (
    ("Tepat waktu", formulas.ON_TIME),
    ("Tanpa jam", "tenggat yang hanya berupa tanggal berlaku sampai akhir hari itu"),
    ("Hari yang sama", "episode dibandingkan pada hari yang sama setelah tayang, sebab angka terus bertambah"),
    ("Ukuran pembanding", formulas.EQUAL_AGE),
    ("Nilai tengah", formulas.MEDIAN),
    ("Perubahan", formulas.CHANGE),
    (formulas.LIKES_RATE, formulas.LIKES_RATE_IS),
    (formulas.ENGAGEMENT, formulas.ENGAGEMENT_IS),
    ("Sel kosong", formulas.BLANK),
)


def _sentences(settings: Settings) -> tuple[str, ...]:
    text = _SENTENCES.format(
        closing=" Simpan lalu tutup berkas ini: sistem hanya menulis selama berkas tertutup."
        if settings.workbook_file
        else "",
        c=Tabs,
        h=Cols,
        weeks=settings.program.horizon_weeks,
        day=weekday_name(WEEKDAYS.index(settings.evaluation.weekday)),
        tab_at=hour_minute(settings.evaluation.tab_at),
        digest_at=hour_minute(settings.reminders.digest_at),
    )
    return tuple(text.strip().splitlines())


def when(step: Step, meeting: str) -> str:
    """``H-14``, ``H 09.00–09.30``, ``H+1 sampai H+5``; of the meeting its weekday: ``Kamis, paling lambat H+6``."""
    due = _day(step.day)
    if step.meeting:
        return f"{meeting}, paling lambat {due}"
    if step.start_day is not None and step.start_day != step.day:
        return f"{_day(step.start_day)} sampai {due}"
    if step.start and step.due:
        return f"{due} {step.start:%H.%M}–{step.due:%H.%M}"
    if step.due and not step.start:
        return f"{due} sampai {step.due:%H.%M}"
    return f"{due} {step.start:%H.%M}–selesai" if step.start else due


def _day(offset: int) -> str:
    return f"H{offset:+d}" if offset else "H"


def guide_page(procedure: Procedure, settings: Settings) -> Page:
    """The guide; it changes with the procedure and the settings alone."""
    days = (settings.program.publish_weekday, settings.evaluation.weekday)
    publish, meeting = (weekday_name(WEEKDAYS.index(day)) for day in days)
    return _draw(procedure, settings.program.name, publish, meeting, _sentences(settings))


@lru_cache(maxsize=4)  # The page depends on settings alone, so it is drawn once a process.
def _draw(procedure: Procedure, program: str, publish: str, meeting: str, sentences: tuple[str, ...]) -> Page:
    columns = len(_WIDTHS)
    canvas = Canvas(Tabs.GUIDE, columns)
    canvas.put(canvas.next(26), 1, f"{Tabs.GUIDE} {program}", "title", columns - 1)
    canvas.line(canvas.next(18), 1, ("Yang perlu diketahui", "section", columns))
    for number, sentence in enumerate(sentences, start=1):
        canvas.line(canvas.next(18), 1, (number, "center", 1), (sentence, "text", columns - 1))
    canvas.next(8)
    _draw_procedure(canvas, procedure, publish, meeting)
    canvas.next(8)
    canvas.line(canvas.next(18), 1, ("Cara menghitung", "section", columns))
    for label, formula in _FORMULAS:
        canvas.line(canvas.next(18), 1, (label, "label", 2), (formula, "text", columns - 2))
    return Page(Tabs.GUIDE, Tabs.GUIDE, _WIDTHS, canvas.blocks, heights=canvas.heights)


def _draw_procedure(canvas: Canvas, procedure: Procedure, publish: str, meeting: str) -> None:
    columns = len(_WIDTHS)
    canvas.line(canvas.next(18), 1, (f"Langkah menurut SOP (H = hari tayang, biasanya {publish})", "section", columns))
    headers = (Cols.NUMBER, Cols.STAGE, Cols.PROCEDURE, Cols.TIME, Cols.PLACE, Cols.PARTY, "Alat", Cols.FORMAT)
    canvas.line(canvas.next(18), 1, *[(header, "label-center", 1) for header in headers])
    for step in procedure.steps:
        texts = (step.stage, step.title, when(step, meeting), step.place, step.party, step.tools, _formats(step.needs))
        cells: list[tuple[PageValue, str, int]] = [(step.number, "center", 1), *[(text, "text", 1) for text in texts]]
        canvas.line(canvas.next(26), 1, *cells)


def _formats(needs: Sequence[str]) -> str:
    return " / ".join(needs) or "semua"

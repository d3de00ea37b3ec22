"""Parts 5 to 8 of the evaluation paper: questions and feedback, open action items, the next episodes, room to write."""

from datetime import date
from typing import NamedTuple

from halokop_sheets.core.office.lists import oldest_first
from halokop_sheets.core.office.model import Action, Episode, OfficeState, Question
from halokop_sheets.core.office.wording import day_month, join
from halokop_sheets.core.pages.canvas import Canvas, cut, filled, in_quotation_marks, others
from halokop_sheets.core.terms import CRITIQUE, FEEDBACK_KINDS, STAGES, SUGGESTION, Cols, EpisodeStatus, Tabs

TEXTS = 10  # texts of questions and feedback
ACTION_LINES = 8
NEXT = 3
LINES = 4  # to write on
_RIGHT = 19  # the grid column where the right half begins
_ACTION_LOOK = (("small", 8), ("small", 3), ("small", 4), ("small-center", 3))
_KINDS = sorted(FEEDBACK_KINDS, key=lambda kind: kind not in (CRITIQUE, SUGGESTION))  # what is to be talked about first


class Quote(NamedTuple):
    kind: str
    text: str
    remark: str


def draw_lists(canvas: Canvas, office: OfficeState, episode: Episode) -> None:
    """Parts 5, 6 and 7, left and right; every text has two lines of height."""
    top = canvas.next(14)
    rows = max(4 + 2 * TEXTS + 1, 1 + 2 * ACTION_LINES + 1 + 2 + 2 * NEXT)
    first = canvas.next(12, rows)
    _draw_voices(canvas, office, episode, top, first)
    after = _draw_actions(canvas, office, top, first)
    _draw_next(canvas, office, episode, after)


# --- 5 · questions and feedback -------------------------------------------------------------------------------------


def _draw_voices(canvas: Canvas, office: OfficeState, episode: Episode, top: int, row: int) -> None:
    canvas.put(top, 1, "5 · Pertanyaan dan umpan balik", "section", 18)
    asked = [q for q in office.questions if q.code == episode.code]
    given = [f for f in office.feedback if f.code == episode.code]
    open_ = [q for q in asked if not q.answered]
    everywhere = sum(not q.answered for q in office.questions)
    kinds = ", ".join(f"{kind} {sum(f.kind == kind for f in given)}" for kind in FEEDBACK_KINDS)
    waiting = f"{len(asked)} masuk, {len(asked) - len(open_)} dijawab, {len(open_)} belum dijawab"
    for label, text in (
        (Cols.QUESTION, f"{waiting} ({everywhere} belum dijawab dari semua episode)"),
        ("Terlama", _oldest(open_)),
        (Tabs.FEEDBACK, f"{len(given)} masuk: {kinds}" if given else "belum ada"),
    ):
        canvas.line(row, 1, (label, "small-label", 3), (text, "small", 15))
        row += 1
    canvas.line(
        row,
        1,
        (Cols.FEEDBACK_KIND, "small-header", 3),
        (Cols.TEXT, "small-header", 11),
        (Cols.REMARK, "small-header", 4),
    )
    voices = _voices(office, episode)
    for voice in filled(voices, TEXTS):
        kind, text, remark = voice or Quote("", "", "")
        canvas.line(
            row + 1, 1, (kind, "small", 3), (in_quotation_marks(text, 125), "small", 11), (remark, "small", 4), down=2
        )
        row += 2
    canvas.put(row + 1, 1, others(len(voices), TEXTS), "note", 18)


def _oldest(open_: list[Question]) -> str:
    """The unanswered question that has waited longest."""
    oldest = next((q for q in oldest_first(open_) if q.age is not None), None)
    if oldest is None:
        return "tidak ada yang menunggu" if not open_ else "tanggal pertanyaan belum diisi"
    return f"{max(0, oldest.age or 0)} hari: {in_quotation_marks(oldest.text, 80)}"


def _voices(office: OfficeState, episode: Episode) -> list[Quote]:
    """Unanswered questions, the oldest first; feedback by kind, the newest first; then what is left and answered."""
    asked = [q for q in office.questions if q.code == episode.code]
    open_ = oldest_first(q for q in asked if not q.answered)
    given = [f for f in office.feedback if f.code == episode.code]
    given.sort(key=lambda f: (_KINDS.index(f.kind), -(f.day or date.min).toordinal(), f.row.number))
    asking = [Quote(Cols.QUESTION, q.text, "! belum dijawab" + (f", {q.age} hari" if q.age else "")) for q in open_]
    first = TEXTS - min(len(given), TEXTS // 2)  # however many ask, half of the lines are left for feedback
    return [
        *asking[:first],
        *(Quote(f.kind, f.text, day_month(f.day) if f.day else "") for f in given),
        *asking[first:],
        *(Quote(Cols.QUESTION, q.text, "✓ dijawab") for q in asked if q.answered),
    ]


# --- 6 · action items -----------------------------------------------------------------------------------------------


def _draw_actions(canvas: Canvas, office: OfficeState, top: int, row: int) -> int:
    """Open action items, the most overdue first; returns the row below."""
    canvas.put(top, _RIGHT, "6 · Tindak lanjut yang masih terbuka", "section", 18)
    open_ = sorted((a for a in office.actions if not a.done), key=lambda a: (a.due or date.max, a.row.number))
    canvas.line(
        row,
        _RIGHT,
        (Cols.TASK, "small-header", 8),
        (Cols.ASSIGNEE, "small-header", 3),
        (Cols.DUE, "small-header", 4),
        ("Sejak rapat", "small-header", 3),
    )
    for action in filled(open_, ACTION_LINES):
        canvas.line(row + 1, _RIGHT, *_action_cells(action, office), down=2)
        row += 2
    canvas.put(row + 1, _RIGHT, others(len(open_), ACTION_LINES), "note", 18)
    return row + 2


def _action_cells(action: Action | None, office: OfficeState) -> list[tuple[str, str, int]]:
    texts = _action(action, office) if action else ("", "", "", "")
    return [(text, style, width) for text, (style, width) in zip(texts, _ACTION_LOOK, strict=True)]


def _action(action: Action, office: OfficeState) -> tuple[str, str, str, str]:
    due = day_month(action.due) if action.due else "belum ada"
    late = f"! {due}, terlambat {action.days_late} hari" if action.days_late else due
    owner = cut(join(list(action.people)), 34) or "belum ada"
    return cut(action.text, 90), owner, late, _age(action, office)


def _age(action: Action, office: OfficeState) -> str:
    """Days since the evaluation meeting that the item came from."""
    episode = office.by_code.get(action.code)
    day = episode.meeting.day if episode and episode.meeting else None
    return f"{max(0, (office.context.today - day).days)} hari" if day else "–"


# --- 7 · the next episodes ------------------------------------------------------------------------------------------


def next_episodes(office: OfficeState, episode: Episode) -> list[Episode]:
    """The next three: Aktif or Ditunda, dated today or later, not the one at hand."""
    today = office.context.today
    wanted = (EpisodeStatus.ACTIVE, EpisodeStatus.POSTPONED)
    ahead = [e for e in office.dated if e.publish and e.publish >= today and e.status in wanted]
    return [e for e in ahead if e is not episode][:NEXT]


def not_ready(episode: Episode, office: OfficeState) -> str:
    """What an episode still lacks: fields of Jadwal that are blank, overdue steps, preparation not done."""
    fields = {
        Cols.TOPIC: episode.topic,
        Cols.FORMAT: episode.format,
        Cols.GUEST: episode.guest,
        Cols.LEAD: episode.lead,
    }
    blank = [header for header, value in fields.items() if not value]
    now = office.context.now
    prepare = [s for s in episode.steps if s.needed and s.step.stage == STAGES[0]]
    late = [str(s.step.number) for s in episode.steps if s.late(now)]
    parts = []
    if episode.status == EpisodeStatus.POSTPONED:
        parts.append("ditunda")
    if blank:
        parts.append(f"belum diisi: {', '.join(blank)}")
    if late:
        parts.append(f"terlambat: langkah {', '.join(late)}")
    if not episode.steps:
        parts.append("langkahnya belum dibuat")
    if any(not s.done for s in prepare):
        parts.append(f"persiapan selesai {sum(s.done for s in prepare)} dari {len(prepare)}")
    return "; ".join(parts) or "siap"


def _draw_next(canvas: Canvas, office: OfficeState, episode: Episode, row: int) -> None:
    canvas.put(row, _RIGHT, "7 · Episode berikutnya", "section", 18)
    canvas.line(row + 1, _RIGHT, (Cols.EPISODE, "small-header", 8), ("Yang belum siap", "small-header", 10))
    row += 2
    for found in filled(next_episodes(office, episode), NEXT):
        text = (cut(found.label, 70), cut(not_ready(found, office), 120)) if found else ("", "")
        canvas.line(row, _RIGHT, (text[0], "small", 8), (text[1], "small", 10), down=2)
        row += 2


# --- 8 · room to write ----------------------------------------------------------------------------------------------


def draw_lines(canvas: Canvas, episode: Episode) -> None:
    """What the meeting recorded; until then ruled lines, and where to type them in afterwards."""
    canvas.line(
        canvas.next(14),
        1,
        (f"8 · Catatan rapat: ketik sesudahnya di tab {Tabs.MEETINGS}", "section", 18),
        (f"Tindak lanjut baru: ketik sesudahnya di tab {Tabs.ACTIONS}", "section", 18),
    )
    recorded = _recorded(episode)
    canvas.line(
        canvas.next(12),
        1,
        (f"Isi {Cols.ATTENDEES}, {Cols.RESULT}, dan {Cols.DECISION}", "note", 18),
        (Cols.TASK, "note", 9),
        (Cols.ASSIGNEE, "note", 5),
        (Cols.DUE, "note", 4),
    )
    for text in filled(recorded, LINES):
        canvas.line(canvas.next(24), 1, (text, "line", 18), *[(None, "line", n) for n in (9, 5, 4)])


def _recorded(episode: Episode) -> list[str]:
    """Peserta, Hasil and Keputusan as they stand in Catatan Evaluasi."""
    meeting = episode.meeting
    if meeting is None:
        return []
    told = ((Cols.ATTENDEES, meeting.attendees), (Cols.RESULT, meeting.result), (Cols.DECISION, meeting.decision))
    return [f"{header}: {cut(text, 190)}" for header, text in told if text]

"""What the meeting before decided, and what became of it: the first thing that a meeting asks."""

from datetime import datetime

from halokop_sheets.core.office.metrics import in_order
from halokop_sheets.core.office.model import Action, Episode, OfficeState
from halokop_sheets.core.office.wording import day_month, join
from halokop_sheets.core.terms import Cols
from halokop_sheets.core.typed.dates import parse_moment


def meeting_before(office: OfficeState, episode: Episode) -> Episode | None:
    """The latest earlier episode whose evaluation left a Keputusan or action items."""
    place = (episode.publish, episode.code)
    acted = {action.code for action in office.actions}
    held = [e for e in in_order(office) if e.meeting and (e.meeting.decision or e.code in acted)]
    return next((e for e in reversed(held) if episode.publish and (e.publish, e.code) < place), None)


def last_meeting(office: OfficeState, episode: Episode) -> list[tuple[str, str]]:
    """Two lines: its Keputusan, and its action items: done, by whom and whether on time; still open, and how old."""
    before = meeting_before(office, episode)
    if before is None or before.meeting is None:
        return [("Keputusan rapat lalu", "belum ada"), ("Tindak lanjut rapat lalu", "belum ada")]
    day = f" ({day_month(before.meeting.day)})" if before.meeting.day else ""
    items = [a for a in office.actions if a.code == before.code]
    told = "; ".join(_told(a, office, before) for a in sorted(items, key=lambda a: a.done))
    count = f"{sum(a.done for a in items)} dari {len(items)} selesai. {told}" if items else "tidak ada"
    return [
        (f"Keputusan rapat lalu{day}", before.meeting.decision or "belum diisi"),
        (f"Tindak lanjut rapat lalu{day}", count),
    ]


def _told(action: Action, office: OfficeState, before: Episode) -> str:
    who = f" ({join(list(action.people))})" if action.people else ""
    if not action.done:
        since = before.meeting.day if before.meeting else None
        age = f" {max(0, (office.context.today - since).days)} hari" if since else ""
        return f"! {action.text}{who}: terbuka{age}" + (", terlambat" if action.days_late else "")
    at = parse_moment(action.row[Cols.DONE_AT], Cols.DONE_AT)
    late = action.due and isinstance(at, datetime) and at.date() > action.due
    return f"✓ {action.text}{who}" + (": terlambat" if late else ": tepat waktu" if action.due else "")

"""What mails say in one line: subjects for a lock screen, dates of windows, the text to a guest. In Indonesian."""

from collections.abc import Sequence
from datetime import date, datetime

from halokop_sheets.core.calendar import END_OF_DAY
from halokop_sheets.core.office.model import Episode, ScheduleChange, StepState
from halokop_sheets.core.office.wording import day_month, hour_minute, long_date, moment, some, weekday_date
from halokop_sheets.core.pages.canvas import cut
from halokop_sheets.core.sheet.cells import text
from halokop_sheets.core.sheet.values import Cell
from halokop_sheets.core.terms import EpisodeStatus

TITLE_LIMIT = 42  # characters of a title or topic in a subject: a lock screen shows about 80 in all


def short(text: str, limit: int = TITLE_LIMIT) -> str:
    """A title or a topic on one line, as long as a subject can bear."""
    return cut(text, limit)


def day_of(episode: Episode) -> str:
    return day_month(episode.publish) if episode.publish else "tanpa tanggal"


def step_name(state: StepState) -> str:
    """``Rancang desain konten (tayang 29 Nov)``; what a title has in brackets is for longer lines."""
    return f"{short(state.step.title.split(' (')[0])} (tayang {day_of(state.episode)})"


SUBJECT = 45  # characters of a subject: what a telephone shows; the sender's name stands beside it


def fit(head: str, topic: str, tail: str = "") -> str:
    """A subject of at most 45 characters; the topic is cut, so that what is to be done and the numbers stay."""
    return f"{head}{short(topic, max(8, SUBJECT - len(head) - len(tail)))}{tail}"


def step_subject(head: str, state: StepState, more: str = "") -> str:
    """``Hari ini: Susun narasi (13 Des) · 6 terlambat``"""
    return fit(head, state.step.title.split(" (")[0], f" ({day_of(state.episode)}){more}")


def window(start: datetime | None, due: datetime | None) -> str:
    """When a step is to be done: ``Minggu, 29 Nov pukul 08.30–09.00``, ``paling lambat Selasa, 17 Nov``."""
    if due is None:
        return "tanpa tanggal"
    if start is None:
        return f"paling lambat {moment(due)}"
    if start.date() != due.date():
        return f"mulai {moment(start)}, paling lambat {moment(due)}"
    return f"{weekday_date(due)} pukul {hours(start, due)}"


def hours(start: datetime, due: datetime) -> str:
    """``08.00–08.30``; a window that lasts until the end of the day is open: ``10.00–selesai``."""
    return f"{hour_minute(start)}–{'selesai' if due.time() >= END_OF_DAY else hour_minute(due)}"


def was(day: date | None, status: str, *, always: bool) -> str:
    """A date with its status where that is not Aktif (or ``always``): ``Ditunda (Minggu, 29 November 2026)``."""
    shown = long_date(day) if day else "tanpa tanggal"
    return f"{status} ({shown})" if always or status != EpisodeStatus.ACTIVE else shown


def change_in_short(change: ScheduleChange) -> str:
    """``29 Nov → 6 Des``, ``29 Nov Dibatalkan``"""
    episode, old = change.episode, change.old_day
    before = day_month(old) if old else "tanpa tanggal"
    if episode.status == change.old_status != EpisodeStatus.ACTIVE:
        return f"{before} → {day_of(episode)} ({episode.status})"
    if episode.status != EpisodeStatus.ACTIVE:
        return f"{before} {episode.status}"
    if episode.publish == old:
        return f"{before} kembali {episode.status}"
    return f"{before} → {day_of(episode)}"


def counted_words(parts: Sequence[tuple[int, str]]) -> str:
    """``2 terlambat, 1 hari ini``: what there is none of is left out."""
    return ", ".join(f"{n} {word}" for n, word in parts if n)


def typed(cell: Cell) -> str:
    """A cell for a line of a mail: dates as they are spoken, long text cut, nothing where it is blank."""
    if isinstance(cell, datetime):
        return moment(cell)
    return "" if cell is None else short(text(cell), 160)


def new_addresses(addresses: Sequence[str], waiting: bool, most: int) -> str:
    """What the administrator hears of addresses that are new in Tim."""
    text = f"Tim: alamat email baru: {some(addresses, 5)}; hapus barisnya bila bukan orang kantor."
    return f"{text} Selebihnya dari {most} orang sehari baru dikirimi email besok." if waiting else text


def names(people: Sequence[str]) -> str:
    """Names for a line: the first few, then ``dan 3 lainnya``."""
    return some(people, 4)


def invite_guest(program: str, episode: Episode) -> str:
    """The prepared text to a guest before the day: an invitation that only needs to be sent."""
    whom = short(episode.guest, 80) or "Bapak/Ibu"
    of = f" dari {short(episode.institution, 80)}" if episode.institution else ""
    day = f" pada {long_date(episode.publish)}" if episode.publish else ""
    about = f' dengan topik "{short(episode.topic, 100)}"' if episode.topic else ""
    return (
        f"Yth. {whom}{of}, kami dari tim {program}. Kami mengundang Bapak/Ibu menjadi narasumber{day}{about}. "
        "Apakah Bapak/Ibu berkenan? Terima kasih."
    )


def remind_guest(program: str, episode: Episode, at: datetime, today: date) -> str:
    """The prepared text to a guest who is expected: when and what about."""
    day = "hari ini" if at.date() == today else f"pada {long_date(at)}"
    whom = short(episode.guest, 80) or "Bapak/Ibu"
    about = f' dengan topik "{short(episode.topic, 100)}"' if episode.topic else ""
    return (
        f"Yth. {whom}, kami dari tim {program}. Izin mengingatkan acara bersama Bapak/Ibu {day} pukul "
        f"{hour_minute(at)}{about}. Mohon Bapak/Ibu berkenan bersiap 15 menit sebelumnya. Terima kasih."
    )

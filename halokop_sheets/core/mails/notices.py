"""Mails about the whole: the invitation to an evaluation, and what the administrator should look at."""

from collections.abc import Iterator
from datetime import datetime, time, timedelta
from hashlib import blake2b

from halokop_sheets.core.calendar import LAST_HOUR
from halokop_sheets.core.mails import wording as say
from halokop_sheets.core.mails.mail_planner import Content, Facts, MailPlanner, end_of, once_each
from halokop_sheets.core.office import wording
from halokop_sheets.core.office.model import Episode
from halokop_sheets.core.office.procedure import evaluation_ends
from halokop_sheets.core.pages.evaluation.lifecycle import SHOWN_TABS, invited, meeting_at
from halokop_sheets.core.pages.evaluation.page import verdict
from halokop_sheets.core.sheet.tables import evaluation_mark
from halokop_sheets.core.sheet.values import Mail
from halokop_sheets.core.terms import MailStatus, Tabs

MOST_PROBLEMS = 30  # lines of one administrator's mail: a thousand wrong rows need one mail that can be read
DOUBT_DAYS = 2  # days for which the administrator is told of a mail that may not have arrived
_UNHEARD = (MailStatus.EXPIRED, MailStatus.REFUSED)


def invitations(planner: MailPlanner) -> Iterator[Mail]:
    """With the evaluation tab until the end of H+6, from its hour on; not once the minutes show that it was held."""
    if planner.now.time() < planner.office.context.settings.evaluation.tab_at or planner.office.unread & SHOWN_TABS:
        return
    for episode in planner.office.dated:
        meeting = episode.meeting
        if meeting is None or not invited(episode) or meeting.attendees or meeting.result:
            continue
        people = once_each(p for p in planner.office.team.people if p.available(planner.today))
        people = [p for p in people if planner.wanted("invitation", p, episode.code)]
        if people:
            at, data = _invitation(planner, episode)
            when = f"{wording.moment(at)}, untuk episode {say.episode_name(episode)}"
            subject = f"Undangan rapat evaluasi {planner.program}: {when}"
            ends = end_of(datetime.combine(evaluation_ends(episode.publish or planner.today), time()))
            for person in people:
                yield planner.mail("invitation", person, episode.code, Content(subject, data["process"], ends, data))


def _invitation(planner: MailPlanner, episode: Episode) -> tuple[datetime, Facts]:
    """When it meets (``Tanggal Rapat`` where a person changed it), and the facts of the invitation."""
    found = verdict(planner.office, episode)
    at = meeting_at(episode, planner.office) or planner.now
    meeting = episode.meeting
    if meeting and meeting.day:
        at = datetime.combine(meeting.day, meeting.hour or at.time())
    link = planner.link(evaluation_mark(episode.code)) or planner.link(Tabs.SCHEDULE, episode.row.place)
    data: Facts = {
        "episode": episode.label,
        "schedule": planner.schedule_facts(episode),
        "day": wording.long_date(at),
        "clock": wording.hour_minute(at),
        "past": planner.now > at,
        "place": meeting.place if meeting else "",
        "title": meeting.link if meeting else "",
        "process": found.process,
        "audience": found.audience,
        "missing": list(found.missing),
        "link": link,
    }
    return at, data


def problems_of(planner: MailPlanner) -> list[str]:
    """Everything the administrator can mend: a channel that stands still, the sheet tab by tab, doubtful mails."""
    ledger, since = planner.office.context.ledger, planner.now - timedelta(days=DOUBT_DAYS)
    found = [f"Email: {ledger.trouble}"] if ledger.trouble else []
    found += map(str, planner.office.problems)
    found += [
        f'Email: "{say.short(record.subject)}" untuk {record.recipient} tidak pasti terkirim.'
        for record in ledger.records
        if record.status == MailStatus.UNKNOWN and record.claimed >= since
    ]
    return list(dict.fromkeys(found))


def administrator(planner: MailPlanner) -> Iterator[Mail]:
    """Working days from digest_at: the problems, when they are not those of the last mail that went out."""
    digest_at = planner.office.context.settings.reminders.digest_at
    slot, person = str(planner.today), planner.admin
    awake = planner.office.calendar.is_working(planner.today) and digest_at <= planner.now.time() < LAST_HOUR
    if not awake or not planner.wanted("administrator", person, slot):
        return
    problems = problems_of(planner)
    mark = f"[{blake2b(chr(10).join(sorted(problems)).encode(), digest_size=4).hexdigest()}]"
    if not problems or _last_summary(planner).endswith(mark):
        return
    count = f"{len(problems)} hal perlu diperiksa"
    data: Facts = {
        "count": len(problems),
        "problems": problems[:MOST_PROBLEMS],
        "rest": max(0, len(problems) - MOST_PROBLEMS),
        "link": planner.link(Tabs.BOARD),
    }
    subject = f"{planner.program}: {count} – {say.short(problems[0], 60)}"
    expires = planner.now + timedelta(hours=24)
    yield planner.mail("administrator", person, slot, Content(subject, f"{count} {mark}", expires, data))


def _last_summary(planner: MailPlanner) -> str:
    """The summary of the newest administrator's mail that was not lost: it ends with the mark of its list."""
    heard = [r for r in planner.office.context.ledger.records if r.kind == "administrator" and r.status not in _UNHEARD]
    return max(heard, key=lambda r: r.claimed).summary if heard else ""

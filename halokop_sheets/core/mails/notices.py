"""Mails about the whole: the invitation to an evaluation, and what the administrator should look at."""

import re
from collections.abc import Iterator
from datetime import datetime, time, timedelta
from hashlib import blake2b

from halokop_sheets.core.calendar import LAST_HOUR
from halokop_sheets.core.caps import ADMINISTRATOR
from halokop_sheets.core.mails import wording as say
from halokop_sheets.core.mails.mail_planner import Content, Facts, MailPlanner, end_of, mail_key, once_each
from halokop_sheets.core.office import wording
from halokop_sheets.core.office.meetings import meeting_at
from halokop_sheets.core.office.model import Episode
from halokop_sheets.core.pages.evaluation.lifecycle import SHOWN_TABS, invited
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
            subject = f"Rapat evaluasi {wording.moment(at)}"
            ends = end_of(datetime.combine(episode.ends or planner.today, time()))
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
        "audience": list(found.platforms),
        "missing": list(found.missing),
        "link": link,
    }
    return at, data


def problems_of(planner: MailPlanner) -> list[str]:
    """Everything the administrator can mend or should know: a channel that stands still, a flood, new addresses, the
    sheet tab by tab, doubtful mails."""
    ledger, since = planner.office.context.ledger, planner.now - timedelta(days=DOUBT_DAYS)
    mail, team = planner.office.context.settings.mail, planner.office.team
    found = [f"Email: {ledger.trouble}"] if ledger.trouble else []
    if planner.caps.any_day_is_full:
        found.append(f"Email: batas {mail.max_per_day} email sehari tercapai; sisanya menunggu besok.")
    if team.untold:
        found.append(say.new_addresses(team.untold, bool(team.waiting), mail.max_new_people_per_day))
    found += map(str, planner.office.problems)
    found += [
        f'Email: "{say.short(record.subject)}" untuk {record.recipient} tidak pasti terkirim.'
        for record in ledger.records
        if record.status == MailStatus.UNKNOWN and record.claimed >= since
    ]
    return list(dict.fromkeys(found))


def administrator(planner: MailPlanner) -> Iterator[Mail]:
    """Working days from digest_at: the problems, when they are not those of the last mail that went out.

    The key holds the day and a hash of the list: at most one goes out a day, and none that repeats the last one.
    """
    digest_at = planner.office.context.settings.reminders.digest_at
    day, person = str(planner.today), planner.admin
    awake = planner.office.calendar.is_working(planner.today) and digest_at <= planner.now.time() < LAST_HOUR
    today = mail_key(ADMINISTRATOR, person, day)
    if not awake or any(key == today or key.startswith(f"{today}:") for key in planner.known):
        return
    problems = problems_of(planner)
    digest = blake2b("\n".join(sorted(problems)).encode(), digest_size=4).hexdigest()
    slot = f"{day}:{digest}"
    if not problems or _last_hash(planner) == digest or not planner.wanted(ADMINISTRATOR, person, slot):
        return
    count = f"{len(problems)} hal perlu diperiksa"
    data: Facts = {
        "count": len(problems),
        "problems": problems[:MOST_PROBLEMS],
        "rest": max(0, len(problems) - MOST_PROBLEMS),
        "link": planner.link(Tabs.BOARD),
    }
    subject = say.fit(f"{count}: ", problems[0])
    expires = planner.now + timedelta(hours=24)
    summary = f"{count}: {say.short(problems[0], 120)}"
    yield planner.mail(ADMINISTRATOR, person, slot, Content(subject, summary, expires, data))


def _last_hash(planner: MailPlanner) -> str:
    """Of the list in the newest administrator's mail that was not lost."""
    heard = [r for r in planner.records if r.kind == ADMINISTRATOR and r.status not in _UNHEARD]
    if not heard:
        return ""
    last = max(heard, key=lambda r: r.claimed)
    if old := re.search(r"\[([0-9a-f]{8})\]$", last.summary):  # release 0.1.0 wrote it there
        return old[1]
    return last.key.rpartition(":")[2]

"""Mails that come apart from the digest: publication missed, schedule changed at once, escalation, run-down of H."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, time, timedelta

from halokop_sheets.core.calendar import END_OF_DAY, LAST_HOUR, all_day
from halokop_sheets.core.caps import SCHEDULE_CHANGED
from halokop_sheets.core.mails import wording as say
from halokop_sheets.core.mails.mail_planner import Content, Facts, MailPlanner, end_of, key_of, once_each
from halokop_sheets.core.office import wording
from halokop_sheets.core.office.heard import Standing
from halokop_sheets.core.office.model import Episode, Person, ScheduleChange, StepState
from halokop_sheets.core.office.platforms_used import used_platforms
from halokop_sheets.core.sheet.values import Mail
from halokop_sheets.core.terms import Roles, Tabs, link_column

RUN_DOWN_FROM = time(7)  # SOP: before the first window of day H
OPEN_END = timedelta(minutes=30)  # how long a window without an end is in a calendar


# --- publication missed -------------------------------------------------------------------------------------------


def missed(planner: MailPlanner) -> Iterator[Mail]:
    """Once, from ``alert_after`` minutes after a window until the end of that day, to its people and Koordinator.

    A step that is due on a date without a time is asked for on the next morning: nobody reads a mail at midnight.
    """
    for state in planner.open_steps:
        after, due = state.step.alert_after, state.due
        if after is None or due is None:
            continue
        passed = datetime.combine(due.date() + timedelta(days=1), RUN_DOWN_FROM) if all_day(due) else due
        if not passed + timedelta(minutes=after) <= planner.now < end_of(passed):
            continue
        if state.unrecorded(planner.now):  # The row was made after the hour: perhaps the post is out already.
            continue
        slot = f"{state.row.code}:{due:%Y-%m-%dT%H:%M}"
        for person in once_each([*planner.owners(state), *planner.coordinators]):
            if planner.wanted("publication-missed", person, slot):
                yield _missed(planner, person, slot, state, due)


def _missed(planner: MailPlanner, person: Person, slot: str, state: StepState, due: datetime) -> Mail:
    limit = wording.weekday_date(due) if all_day(due) else f"pukul {wording.hour_minute(due)}"
    late = int((planner.now - due).total_seconds()) // 60
    used = used_platforms(state.episode, planner.office.context.settings.program.platforms)
    step = planner.step_facts(state)
    own = step["role"] != Roles.COORDINATOR and any(person.email == owner.email for owner in planner.owners(state))
    data: Facts = {
        "because": "sebagai petugas langkah ini" if own else "",
        "step": {**step, "role": ""},  # the Koordinator reads it too
        "limit": limit,
        "clock": "" if all_day(due) else wording.hour_minute(due),
        "late": "" if all_day(due) else f"{late} menit",
        "day_of_publication": state.step.day == 0,
        "owners": say.names([p.name for p in planner.owners(state)]),
        "link_column": link_column(used[0]) if used and state.step.done_when == "link" else "",
        "episode_link": planner.link(Tabs.SCHEDULE, state.episode.row.place),
    }
    what = f"{say.step_name(state)}, batas {limit.removeprefix('pukul ')}"
    subject = f"{planner.program}: belum ditandai selesai – {what}"
    content = Content(subject, f"Belum ditandai selesai: {what}", end_of(planner.now), data)
    return planner.mail("publication-missed", person, slot, content)


# --- schedule changed at once -------------------------------------------------------------------------------------


def changed(planner: MailPlanner) -> Iterator[Mail]:
    """At any hour, when the old or new day is near, to the people of the episode's undone steps."""
    for change in planner.office.schedule_changes:
        if not change.at_once:
            continue
        episode, before = change.episode, Standing(change.old_day, change.old_status)
        for person in planner.people_of(episode):
            news = planner.news_for(person, episode, before)
            slot = planner.office.heard.slot(person.email, key_of(news)) if news else ""
            if news and planner.wanted(SCHEDULE_CHANGED, person, slot):
                yield replace(_changed(planner, person, slot, news), about=(str(key_of(news)),))


def _changed(planner: MailPlanner, person: Person, slot: str, change: ScheduleChange) -> Mail:
    episode = change.episode
    own = [s for s in episode.steps if s.open and any(p.email == person.email for p in planner.owners(s))]
    what = f"{say.change_in_short(change)} – {say.short(episode.topic) or 'topik belum diisi'}"
    days = [datetime.combine(day, time()) for day in (episode.publish, change.old_day) if day]
    expires = next((end_of(day) for day in days if end_of(day) > planner.now), planner.now + timedelta(hours=24))
    data: Facts = {
        "change": planner.change_facts(change),
        "status": episode.status,
        "live": episode.live,
        "steps": [planner.step_facts(s) for s in own],
    }
    subject = f"{planner.program}: jadwal berubah, {what}"
    return planner.mail(SCHEDULE_CHANGED, person, slot, Content(subject, f"Jadwal berubah: {what}", expires, data))


# --- escalation ---------------------------------------------------------------------------------------------------


def escalations(planner: MailPlanner) -> Iterator[Mail]:
    """Working days: one mail to each Koordinator with every step that has been late for long."""
    calendar, least = planner.office.calendar, planner.office.context.settings.reminders.escalate_after_working_days
    if not calendar.is_working(planner.today) or planner.now.time() >= LAST_HOUR:
        return
    slot = str(planner.today)
    people = [
        p for p in planner.coordinators if planner.now.time() >= p.mail_hour and planner.wanted("escalation", p, slot)
    ]
    if not people:
        return
    long = [
        s
        for s in planner.open_steps
        if s.due
        and s.late(planner.now)
        and calendar.working_days_after(max(s.due.date(), s.late_from or s.due.date()), planner.today) >= least
    ]
    if not long:
        return
    long.sort(key=lambda s: (str(s.due), s.row.code))
    rows = [
        {
            **planner.step_facts(s),
            "owners": say.names([p.name for p in planner.owners(s)]),
        }
        for s in long
    ]
    subject = f"{planner.program}: {len(long)} langkah sudah lama terlambat – {say.step_name(long[0])}"
    summary = f"{len(long)} langkah terlambat {least} hari kerja atau lebih"
    for person in people:
        expires = planner.now + timedelta(hours=24)
        yield planner.mail(
            "escalation", person, slot, Content(subject, summary, expires, {"steps": rows, "least": least})
        )


# --- run-down of day H --------------------------------------------------------------------------------------------


def run_downs(planner: MailPlanner) -> Iterator[Mail]:
    """On day H, whatever day it is: the windows of all episodes of the day, to everybody with one still open."""
    until = _last_window_ends(planner)
    if not RUN_DOWN_FROM <= planner.now.time() < until:
        return
    episodes = [e for e in planner.office.dated if e.live and e.publish == planner.today and _windows(e)]
    people = once_each(p for e in episodes for s in _windows(e) if s.open for p in planner.owners(s))
    slot = str(planner.today)
    for person in people:
        if planner.wanted("run-down", person, slot):
            yield _run_down(planner, person, slot, episodes, until)


def _last_window_ends(planner: MailPlanner) -> time:
    """When the last timed window of day H ends (14:30 in the SOP): from then on a run-down helps nobody."""
    steps = planner.office.context.procedure.steps
    return max((step.due for step in steps if step.day == 0 and step.due), default=END_OF_DAY)


def _windows(episode: Episode) -> list[StepState]:
    """The needed steps of the day itself, in order of time."""
    states = [s for s in episode.steps if s.step.day == 0 and s.needed and s.due]
    return sorted(states, key=lambda s: (str(s.start or s.due), s.step.number))


def _run_down(planner: MailPlanner, person: Person, slot: str, episodes: list[Episode], until: time) -> Mail:
    first, more = episodes[0], len(episodes) - 1
    begin = min((s.start for e in episodes for s in _windows(e) if s.start), default=None)
    at = f", mulai {wording.hour_minute(begin)}" if begin else ""
    others = f" dan {more} episode lain" if more else ""
    subject = f"{planner.program} tayang hari ini{at} – {say.episode_name(first)}{others}"
    data: Facts = {
        "episodes": [_episode_facts(planner, person, e) for e in episodes],
        "events": [_event(planner, s) for e in episodes for s in _windows(e) if s.open and has_hour(s)],
        "sequence": int((planner.now - datetime(1970, 1, 1)).total_seconds()) // 60,
        "stamp": planner.now.isoformat(),
    }
    expires = datetime.combine(planner.today, until)
    summary = wording.join([e.label for e in episodes])
    return planner.mail(
        "run-down", person, slot, Content(subject, f"Tayang hari ini: {say.short(summary, 120)}", expires, data)
    )


def _episode_facts(planner: MailPlanner, person: Person, episode: Episode) -> Facts:
    states = _windows(episode)
    meets = next((s.start for s in states if s.step.guest and s.start and s.open), None)
    return {
        "label": episode.label,
        "schedule": planner.schedule_facts(episode),
        "theme": episode.theme,
        "format": episode.format or "",
        "guest": planner.guest(episode, meets) if meets else None,
        "links": [{"platform": platform, "url": url} for platform, url in episode.links.items()],
        "link": planner.link(Tabs.SCHEDULE, episode.row.place),
        "steps": [
            {
                **planner.step_facts(s),
                "hours": _hours(s),
                "mine": any(p.email == person.email for p in planner.owners(s)),
                "done": s.done,
            }
            for s in states
        ],
    }


def _hours(state: StepState) -> str:
    if state.start and state.due:
        return say.hours(state.start, state.due)
    return f"sampai {wording.hour_minute(state.due)}" if state.due and has_hour(state) else "hari ini"


def has_hour(state: StepState) -> bool:
    """Whether a calendar can show it: it begins, or is due, at an hour."""
    return state.start is not None or (state.due is not None and state.due.time() < END_OF_DAY)


def _event(planner: MailPlanner, state: StepState) -> Facts:
    """A window as a calendar entry, wall-clock times of the programme's zone; one without an end is half an hour."""
    due = state.due or planner.now
    start = state.start or due - OPEN_END
    open_end = due.time() >= END_OF_DAY or due <= start
    return {
        "uid": state.row.code,
        "start": start.isoformat(),
        "end": (start + OPEN_END if open_end else due).isoformat(),
        "title": f"{planner.program}: {state.step.title}",
        "description": state.episode.label,
        "place": state.step.place,
        "link": planner.link(Tabs.STEPS, state.row.place),
    }

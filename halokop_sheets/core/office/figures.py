"""The office in figures (``Tally``), counted once a plan."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from halokop_sheets.core.office.metrics import Week
from halokop_sheets.core.office.model import OfficeState
from halokop_sheets.core.sheet.tally import Tally


def tally_of(office: OfficeState, weeks: list[Week]) -> Tally:
    """``weeks``: the on-time figures that the board shows."""
    now, today = office.context.now, office.context.today
    steps = [state for episode in office.episodes for state in episode.steps if state.open]
    late = sum(state.late(now) for state in steps)
    ahead = [e.publish for e in office.episodes if e.live and e.publish and e.publish >= today]
    return Tally(
        open=len(steps) - late,
        late=late,
        on_time=sum(week.figures.on_time for week in weeks),
        counted=sum(week.figures.counted for week in weeks),
        next_publish=min(ahead, default=None),
        problems=len(office.problems),
        moments=tuple(sorted(set(_moments(office)))),
    )


def _moments(office: OfficeState) -> Iterator[datetime]:
    """Each person's hour on working days; on a day of publication its run-down's hour and its alerts; ``tab_at``."""
    settings = office.context.settings
    for day in (office.context.today, office.context.today + timedelta(days=1)):
        if office.calendar.is_working(day):
            hours = {settings.reminders.digest_at, settings.evaluation.tab_at}
            hours |= {person.mail_hour for person in office.team.people if person.available(day)}
            yield from (datetime.combine(day, hour) for hour in hours)
        for episode in office.episodes:
            if episode.live and episode.publish == day:
                yield datetime.combine(day, settings.reminders.digest_at)
                for state in episode.steps:
                    if state.open and state.due and state.step.alert_after is not None:
                        yield state.due + timedelta(minutes=state.step.alert_after)

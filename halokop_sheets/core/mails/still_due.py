"""A mail that was put off, looked at again before it goes: its reader, and what it is about.

A mail server that was down for hours must not deliver a change of schedule to somebody who was switched off meanwhile,
or an invitation to the evaluation of an episode that was called off. Kinds that the sheet alone brings about are asked
for by planning them anew (``planner.no_longer_due``); here are those that leave no such trace, as what was told once.
Whether an address is allowed at all is asked by the delivery itself, at each mail's turn.
"""

from collections.abc import Callable

from halokop_sheets.core.caps import SCHEDULE_CHANGED
from halokop_sheets.core.mails.mail_planner import MailPlanner
from halokop_sheets.core.office.heard import changes_of
from halokop_sheets.core.office.model import Episode
from halokop_sheets.core.office.told import is_overtaken
from halokop_sheets.core.sheet.values import MailRecord


def no_longer_his(record: MailRecord, planner: MailPlanner) -> bool:
    """Whether a mail that waits lost its reader or its matter. A row that is gone says neither: then it stays due."""
    matters = _MATTERS.get(record.kind)
    if matters is None:
        return False
    readers = {person.email for person in planner.office.team.people if person.available(planner.today)}
    if record.recipient not in readers | {person.email for person in planner.coordinators}:
        return True
    return not matters(record, planner)


def _episode(record: MailRecord, planner: MailPlanner) -> Episode | None:
    """The episode whose Kode begins the slot of the mail's key."""
    return planner.office.by_code.get(record.key.split(":")[2])


def _changed_matters(record: MailRecord, planner: MailPlanner) -> bool:
    """What it tells still holds, of each episode, and of one of them he still has a step to do."""
    changes, office = list(changes_of(record)), planner.office
    if any(is_overtaken(change, office) for change in changes):
        return False
    episodes = [office.by_code.get(change.code) for change in changes]
    return not episodes or any(e is None or _has_a_step(record.recipient, e, planner) for e in episodes)


def _has_a_step(address: str, episode: Episode, planner: MailPlanner) -> bool:
    return address in {person.email for person in planner.people_of(episode)}


def _invitation_matters(record: MailRecord, planner: MailPlanner) -> bool:
    episode = _episode(record, planner)
    return episode is None or episode.live


def _escalation_matters(record: MailRecord, planner: MailPlanner) -> bool:
    coordinates = record.recipient in {person.email for person in planner.coordinators}
    return coordinates and any(step.late(planner.now) for step in planner.open_steps)


_MATTERS: dict[str, Callable[[MailRecord, MailPlanner], bool]] = {
    SCHEDULE_CHANGED: _changed_matters,
    "invitation": _invitation_matters,
    "escalation": _escalation_matters,
}

"""Steps born late are asked for once: in each person's first digest after their rows were made.

``Langkah.Tercatat`` names the day of a row's birth, not its hour. A digest of a later day carried whatever was born
before. One of that very day may have left before the row was made: how many steps it asked for stands in its summary
(``7 belum dicatat``), and as long as these are not all of that day's, they are asked for in the next one.
"""

import re
from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta

from halokop_sheets.core.mails.mail_planner import MailPlanner, mail_key
from halokop_sheets.core.office.model import Person, StepState
from halokop_sheets.core.sheet.values import MailRecord
from halokop_sheets.core.terms import MailStatus, StepStatus

KIND = "digest"
WORDS = StepStatus.UNRECORDED.lower()  # what a digest's summary calls them, behind their number
_COUNT = re.compile(rf"(\d+) {WORDS}")
_NEVER_READ = (MailStatus.EXPIRED, MailStatus.REFUSED)


def still_to_ask(planner: MailPlanner) -> Iterator[tuple[Person, StepState]]:
    """Whom to ask in a digest of now for which step."""
    theirs: dict[str, tuple[Person, list[StepState]]] = {}
    for episode in planner.office.dated:
        for state in episode.steps if episode.live else ():
            if state.born and state.needed:
                for person in planner.owners(state):
                    theirs.setdefault(person.email, (person, []))[1].append(state)
    records = {r.key: r for r in planner.office.context.ledger.records if r.kind == KIND} if theirs else {}
    for person, states in theirs.values():
        for born in sorted({s.born for s in states if s.born and s.unrecorded(planner.now)}):
            same_day = [s for s in states if s.born == born]
            if not _asked(planner, person, born, same_day, records):
                yield from ((person, s) for s in same_day if s.unrecorded(planner.now))


def _asked(
    planner: MailPlanner, person: Person, born: date, states: list[StepState], records: Mapping[str, MailRecord]
) -> bool:
    """Whether a digest since the day of their birth asked this person for these steps."""
    for n in range((planner.today - born).days):
        key = mail_key(KIND, person, str(born + timedelta(days=n)))
        record = records.get(key)
        if key not in planner.known or (record and record.status in _NEVER_READ):
            continue
        if n or (record and _asks_for(record) >= sum(_open_at(record.claimed, s) for s in states)):
            return True
    return False


def _asks_for(record: MailRecord) -> int:
    found = _COUNT.search(record.summary)
    return int(found[1]) if found else 0


def _open_at(at: datetime, state: StepState) -> bool:
    return not (state.done and state.done_at and state.done_at < at)

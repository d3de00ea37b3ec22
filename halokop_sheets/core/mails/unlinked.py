"""What the digest says of a Tautan that nobody filled in. It is no reason for a mail by itself."""

from halokop_sheets.core.mails.mail_planner import Facts, MailPlanner
from halokop_sheets.core.office.model import Person
from halokop_sheets.core.office.platforms_used import missing_links
from halokop_sheets.core.office.wording import join
from halokop_sheets.core.terms import Tabs, link_column


def unlinked(planner: MailPlanner, person: Person) -> list[Facts]:
    """Episodes that lack a Tautan, for the people of the publication step, also when they ticked it by hand."""
    return [facts for facts, owners in planner.once(_lacking) if person.email in owners]


def _lacking(planner: MailPlanner) -> list[tuple[Facts, frozenset[str]]]:
    """Each such episode, and the addresses of those people."""
    found = []
    for episode in planner.office.dated:
        if missing := missing_links(episode, planner.office.context):
            steps = [s for s in episode.steps if s.step.done_when == "link"]
            facts: Facts = {
                "columns": join([link_column(platform) for platform in missing]),
                "episode": episode.label,
                "link": planner.link(Tabs.SCHEDULE, episode.row.place),
            }
            found.append((facts, frozenset(p.email for s in steps for p in planner.owners(s))))
    return found

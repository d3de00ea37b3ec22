"""Which mails a tick sends. Level-triggered: each kind looks at the sheet and the clock, never at what it did before.

What was claimed already is known by its key (kind, recipient, slot), so after any outage the next tick plans what is
still worth sending and no more. ``Mail.expires`` is when a mail stops being worth sending.

==================  =============================  ==================================  ==========================
Kind                Slot                           When                                Worth sending until
==================  =============================  ==================================  ==========================
publication-missed  Kode of the step, due time     after its alert time, any day       end of H
schedule-changed    Kode, old and new              at once                             end of new H
run-down            the date                       day H 07:00                         14:30
digest              the date                       working day, the person's hour      17:00
escalation          the date                       working day, Koordinator's hour     24 h
invitation          Kode of the episode            with the evaluation tab             end of H+6
administrator       the date                       working day, digest_at, if changed  24 h
==================  =============================  ==================================  ==========================
"""

from collections.abc import Callable, Iterator

from halokop_sheets.core.mails.alerts import changed, escalations, missed, run_downs
from halokop_sheets.core.mails.digest import digests
from halokop_sheets.core.mails.mail_planner import MailPlanner, say_ownerless
from halokop_sheets.core.mails.notices import administrator, invitations
from halokop_sheets.core.office.model import OfficeState
from halokop_sheets.core.sheet.values import Mail

__all__ = ["FROM_THE_SHEET", "KINDS", "plan_mails", "say_ownerless"]

KINDS: dict[str, Callable[[MailPlanner], Iterator[Mail]]] = {
    "publication-missed": missed,
    "schedule-changed": changed,
    "run-down": run_downs,
    "digest": digests,
    "escalation": escalations,
    "invitation": invitations,
    "administrator": administrator,
}
"""Every kind of mail in the order of its urgency; the name is that of its templates too."""


FROM_THE_SHEET = frozenset({"digest", "run-down", "publication-missed"})
"""Kinds that the sheet alone brings about, as long as they are worth sending: what is done by then stops them."""


def plan_mails(office: OfficeState, known: frozenset[str]) -> list[Mail]:
    """The mails to claim now; one whose key is ``known`` (claimed or shown in Riwayat Email) is not planned again."""
    planner = MailPlanner(office, known)
    return [mail for plan in KINDS.values() for mail in plan(planner)]

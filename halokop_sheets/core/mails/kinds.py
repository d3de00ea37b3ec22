"""The kinds of mail, and which of them a tick sends.

Level-triggered: each kind looks at the sheet and the clock, never at what it did before.

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
from dataclasses import dataclass, replace

from halokop_sheets.core.caps import SCHEDULE_CHANGED
from halokop_sheets.core.mails.alerts import changed, escalations, missed, run_downs
from halokop_sheets.core.mails.digest import digests
from halokop_sheets.core.mails.mail_planner import MailPlanner
from halokop_sheets.core.mails.notices import administrator, invitations
from halokop_sheets.core.office.model import OfficeState
from halokop_sheets.core.sheet.values import Mail


@dataclass(frozen=True)
class MailKind:
    """All that a kind of mail is. ``name`` is that of its two templates and the first part of its keys.

    ``label`` stands in the column Jenis of Riwayat Email; ``because`` ends "Anda menerima email ini ...".
    ``at_mail_hour``: sent at the person's Jam Pengingat. ``from_the_sheet``: the sheet alone brings it about as long
    as it is worth sending, so that what is done by then stops one that waits to be tried again.
    """

    name: str
    plan: Callable[[MailPlanner], Iterator[Mail]]
    label: str
    because: str
    at_mail_hour: bool = False
    from_the_sheet: bool = False


_YOUR_STEPS = "karena masih ada langkah episode ini yang menjadi tugas Anda"
_YOUR_TASKS = "karena hal-hal di atas menjadi tugas Anda menurut Petugas, Penanggung Jawab, atau Peran Anda"
_TODAY = "karena ada langkah hari ini yang menjadi tugas Anda"
_MEMBER = "karena Anda anggota tim yang aktif"

KINDS = {
    kind.name: kind
    for kind in (
        MailKind("publication-missed", missed, "Belum terbit", "sebagai Koordinator", from_the_sheet=True),
        MailKind(SCHEDULE_CHANGED, changed, "Jadwal berubah", _YOUR_STEPS),
        MailKind("run-down", run_downs, "Susunan hari tayang", _TODAY, from_the_sheet=True),
        MailKind("digest", digests, "Ringkasan harian", _YOUR_TASKS, at_mail_hour=True, from_the_sheet=True),
        MailKind("escalation", escalations, "Lama terlambat", "sebagai Koordinator", at_mail_hour=True),
        MailKind("invitation", invitations, "Undangan evaluasi", _MEMBER),
        MailKind("administrator", administrator, "Administrator", "sebagai administrator"),
    )
}
"""Every kind of mail by its name, in the order of its urgency. To add one: a line here, its function, its templates."""


def mails_of(kind: MailKind, planner: MailPlanner) -> Iterator[Mail]:
    """The mails of one kind, each with the reason why somebody gets it and, where it counts, the hour it comes."""
    for mail in kind.plan(planner):
        hour = mail.data["mail_hour"] if kind.at_mail_hour else ""
        yield replace(mail, data={**mail.data, "because": mail.data.get("because") or kind.because, "mail_hour": hour})


def plan_mails(office: OfficeState, known: frozenset[str]) -> list[Mail]:
    """The mails to claim now; one whose key is ``known`` (claimed or shown in Riwayat Email) is not planned again."""
    planner = MailPlanner(office, known)
    return [mail for kind in KINDS.values() for mail in mails_of(kind, planner)]

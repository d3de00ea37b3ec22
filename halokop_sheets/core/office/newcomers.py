"""Addresses that are new in Tim: the administrator hears of each, and many at once wait a day.

Anybody who may edit the sheet may add rows. An address of the office's own domain passes the allow-list, so a pasted
list of thousands would be written to at once. The ledger keeps when each address was first seen (``people``); those of
its first day are the team that was there already.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from halokop_sheets.core.office.context import Context
from halokop_sheets.core.terms import MailStatus


@dataclass(frozen=True)
class Newcomers:
    """``unseen``: not in the ledger yet. ``untold``: the administrator has not heard of them. ``waiting``: no mail."""

    unseen: tuple[str, ...] = ()
    untold: tuple[str, ...] = ()
    waiting: frozenset[str] = frozenset()


def newcomers(addresses: Iterable[str], context: Context) -> Newcomers:
    """What is new among the addresses of Tim, in its order. Of one day the first ``max_new_people_per_day`` are served
    at once; the others from the day after a mail told the administrator of them."""
    ledger = context.ledger
    there = tuple(dict.fromkeys(addresses))
    known = ledger.people
    if known is None or ledger.first_people == context.today:  # a new ledger: this is the team as it was found
        return Newcomers(unseen=tuple(one for one in there if one not in (known or {})))
    unseen = tuple(one for one in there if one not in known)
    since = {one: known.get(one, context.now) for one in there}
    told = [r.claimed for r in ledger.records if r.kind == "administrator" and r.status == MailStatus.SENT]
    last = max(told, default=None)
    by_day: defaultdict[date, list[str]] = defaultdict(list)
    for at, _, one in sorted((at, n, one) for n, (one, at) in enumerate(since.items()) if at):
        by_day[at.date()].append(one)
    most, waiting = context.settings.mail.max_new_people_per_day, set()
    for one in (one for day in by_day.values() for one in day[most:]):
        heard = min((at for at in told if at >= (since[one] or context.now)), default=None)
        if heard is None or heard.date() >= context.today:
            waiting.add(one)
    untold = tuple(one for one, at in since.items() if at and (last is None or at > last))
    return Newcomers(unseen, untold, frozenset(waiting))

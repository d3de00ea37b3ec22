"""Safety of mails: whatever leaves is allowed, wanted, in time, and leaves once.

Every mail is recorded when its bytes are frozen and judged when it leaves; the mail server's own log is the truth.
"""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from itertools import islice
from typing import Any

from tests.simulation import contract as c
from tests.simulation.door import NEWEST
from tests.simulation.due import to_ask
from tests.simulation.expected import Facts
from tests.simulation.team import allowed, hour_for
from tests.simulation.violation import PromiseBrokenError
from tests.simulation.world import World

DAILY = ("digest", "run-down", "escalation", "administrator")  # at most one a person and day
MOST_A_DAY = 8


@dataclass
class Frozen:
    """A mail as it was claimed by one ledger."""

    key: str
    kind: str
    recipient: str
    slot: str
    made: datetime  # the program's wall clock
    expires: datetime
    ledger: str
    until: datetime  # from when on it is not worth sending, by the design
    groups: dict[str, list[str]]  # Kode of the steps that it shows, by tone
    changes: int  # of the schedule


@dataclass
class Copies:
    """What the mail server saw of one Message-ID."""

    data: bytes = b""
    taken: int = 0  # copies that are or may be in the mailbox
    settled: bool = False  # the program knows that it was taken, or that it never will be
    doubts: int = 0  # attempts of which it cannot know, as far as it recorded them or died over them
    broken: set[int] = field(default_factory=set)  # attempts that it died over


@dataclass
class Post:
    world: World
    frozen: dict[str, list[Frozen]] = field(default_factory=lambda: defaultdict(list))  # by Message-ID
    copies: dict[str, Copies] = field(default_factory=lambda: defaultdict(Copies))
    seen: dict[tuple[str, str, str], str] = field(default_factory=dict)  # (kind, recipient, slot) -> Message-ID
    known: set[str] = field(default_factory=set)  # addresses that ever stood in Tim
    begun: dict[tuple[str, Any], set[str]] = field(default_factory=lambda: defaultdict(set))
    moot: set[str] = field(default_factory=set)  # Message-IDs of claims that lost their reader or matter meanwhile
    clock_fooled: bool = False  # days no longer count once the clock jumped

    # --- claims ---------------------------------------------------------------------------------------------------

    def freeze(self, mail: Any, message_id: str, now: datetime, ledger: str, *, fresh: bool) -> None:
        """A claim is made now; ``fresh``: the sheet is still as it was when the mail was planned."""
        kind, recipient, slot = mail.key.split(":", 2)
        facts = Facts(self.world, now)
        self.known |= {p.email for p in facts.team if p.email}
        groups: dict[str, list[str]] = {}
        for step in (s for g in mail.data.get("groups", ()) for s in g["steps"]):
            groups.setdefault(step["tone"], []).append(step["code"])
        changes = len(mail.data.get("changes", ()))
        one = Frozen(mail.key, kind, recipient, slot, now, mail.expires, ledger, now, groups, changes)
        one.until = _until(one, facts) if fresh else mail.expires
        if self.copies[message_id].settled and self._forgotten(mail.key, ledger):
            self.frozen[message_id].clear()
            self.copies[message_id] = Copies()
        asking = self._wrong_questions(one, facts) if kind == "digest" and fresh else ""
        self.frozen[message_id].append(one)
        if asking:
            raise PromiseBrokenError(f"{now:%Y-%m-%d %H:%M} {mail.key}: {asking}")
        if fresh and (problem := _wrong_moment(one, facts)):
            raise PromiseBrokenError(f"{now:%Y-%m-%d %H:%M} {mail.key}: {problem}")

    def _wrong_questions(self, mail: Frozen, facts: Facts) -> str:
        """Steps born late are asked for in the first digest after their rows were made, and not again."""
        wanted, asked = to_ask(facts).get(mail.recipient, {}), set(mail.groups.get("unrecorded", ()))
        before = [
            (f.made.date(), id_)
            for id_, claims in self.frozen.items()
            for f in claims
            if (f.kind, f.recipient) == ("digest", mail.recipient) and f.made.date() < facts.today
        ]
        newest = max((day for day, _ in before), default=None)
        must = {code for code, born in wanted.items() if newest is None or born > newest}
        if lacks := must - asked:
            return f"it does not ask for {sorted(lacks)}"
        read = {day for day, id_ in before if self.copies[id_].taken}
        known = not self.clock_fooled and all(f.ledger == mail.ledger for c_ in self.frozen.values() for f in c_)
        again = {code for code in asked & wanted.keys() if any(day > wanted[code] for day in read)}
        if again and known:
            return f"it asks again for {sorted(again)}"
        there = {f"{e.code}/{number:02d}" for e in facts.episodes.values() for number in e.steps}
        needless = (asked & there) - wanted.keys()  # what the same batch makes, the sheet does not show yet
        return f"it asks for {sorted(needless)}" if needless else ""

    def _forgotten(self, key: str, ledger: str) -> bool:
        """The one limit that the design names: a ledger that was lost sent it, and newer rows have pushed its row below
        those that are read; now an episode that was moved by months invites once more."""
        rows = enumerate(self.world.sheets.history())
        found = next(((n, row) for n, row in rows if row["Kunci"] == key), None)
        return found is not None and found[0] >= NEWEST and not str(found[1]["Keterangan"]).endswith(f"[{ledger}]")

    def keep(self, ledger: str, keys: set[str]) -> None:
        """Claims whose commit failed were never made."""
        for claims in self.frozen.values():
            claims[:] = [f for f in claims if f.ledger != ledger or f.key in keys]

    def look(self, now: datetime) -> None:
        """Note which claims that have not left lost their reader or their matter: now they may be withdrawn."""
        waiting = [
            (id_, f)
            for id_, claims in self.frozen.items()
            if id_ not in self.moot and not self.copies[id_].settled
            for f in claims[:1]
            if now < f.until and f.kind in ("invitation", "escalation")
        ]
        if not waiting:
            return
        facts = Facts(self.world, now)
        here = {p.email for p in facts.team if p.here(facts.today)}
        for id_, mail in waiting:
            off = mail.kind == "invitation" and mail.slot in facts.episodes and not facts.episodes[mail.slot].live
            if mail.recipient not in here or off:
                self.moot.add(id_)

    def _told_by_another(self, mail: Frozen) -> bool:
        """Two hosts that see different problems claim the administrator's mail of one day; one of them yields."""
        same = (
            f
            for claims in self.frozen.values()
            for f in claims
            if (f.kind, f.made.date()) == (mail.kind, mail.made.date())
        )
        return mail.kind == "administrator" and any(f.ledger != mail.ledger for f in same)

    # --- sending --------------------------------------------------------------------------------------------------

    def leaves(self, recipient: str, data: bytes, clock: datetime, ledger: str, *, must_show: bool) -> str:
        """A mail leaves now; returns its Message-ID."""
        head = dict(line.split(": ", 1) for line in data.split(b"\r\n\r\n")[0].decode().split("\r\n") if ": " in line)
        message_id, kind = head["Message-ID"], head["X-Halokop-Kind"]
        made = parsedate_to_datetime(head["Date"]).replace(tzinfo=None)
        mail = next((f for f in self.frozen[message_id] if f.ledger == ledger), None)

        def never(problem: str) -> PromiseBrokenError:
            return PromiseBrokenError(
                f"{clock:%Y-%m-%d %H:%M} {kind} to {recipient} made {made:%Y-%m-%d %H:%M}: {problem}"
            )

        if mail is None or mail.recipient != recipient:
            raise never("this was never claimed by the ledger that sends it")
        if recipient != c.ADMIN and not (allowed(recipient) and recipient in self.known):
            raise never("not an address of Tim that may be written to")
        if clock >= mail.until:
            raise never("it is no longer worth sending")
        slot = str(made.date()) if kind in DAILY else mail.slot
        if self.seen.setdefault((kind, recipient, slot), message_id) != message_id:
            raise never("a second mail of its kind for the same day or thing")
        seen = self.copies[message_id]
        if seen.settled:
            raise never("its fate was known already")
        if seen.data not in (b"", data):
            raise never("not the same bytes as before")
        seen.data = data
        if seen.taken >= 2 or seen.doubts >= 2:
            raise never("a third copy")
        if must_show:
            self._is_shown(mail, never)
        day = self.begun[recipient, clock.date()]
        day.add(message_id)
        if len(day) > MOST_A_DAY and not self.clock_fooled:
            raise never(f"the {len(day)}th mail of the day")
        return message_id

    def _is_shown(self, mail: Frozen, never: Any) -> None:
        row = next((row for row in self.world.sheets.history() if row["Kunci"] == mail.key), None)
        if row is None or not str(row["Keterangan"]).endswith(f"[{mail.ledger}]"):
            raise never("the sheet does not show the claim as this ledger's")

    def recorded(self, message_id: str, *, final: bool, doubt: bool) -> None:
        """The verdict is in the ledger."""
        self.copies[message_id].settled |= final
        self.copies[message_id].doubts += doubt

    def unrecorded(self, message_id: str, attempt: int) -> None:
        """The program died, or its disk failed, between ``sending`` and the recorded verdict of this attempt."""
        seen = self.copies[message_id]
        seen.doubts += attempt not in seen.broken
        seen.broken.add(attempt)

    # --- the record in the sheet ----------------------------------------------------------------------------------

    def wrong_history(self, now: datetime, lost: set[str]) -> list[str]:
        """Rows of Riwayat Email that do not tell the truth, and claims that it does not tell of.

        ``lost``: ledgers that are no more, with which claims may go that the sheet never showed.
        """
        wrong, rows = [], {}
        for row in islice(self.world.sheets.history(), NEWEST):
            if row["Kunci"] in rows:
                wrong.append(f"{row['Kunci']} stands in Riwayat Email twice")
            rows[row["Kunci"]] = row
        for message_id, claims in self.frozen.items():
            if not claims:
                continue
            key, seen = claims[0].key, self.copies[message_id]
            row = rows.get(key)
            if row is None:
                recent = all(now - timedelta(days=25) < f.made <= now for f in claims)
                if recent and (seen.taken or not {f.ledger for f in claims} <= lost):
                    wrong.append(f"{key} was claimed and is in no list")
                continue
            status = row["Status"]
            mine = str(row["Keterangan"]).endswith(tuple(f"[{f.ledger}]" for f in claims if f.ledger not in lost))
            never = not seen.taken or (status == "Ditolak" and seen.doubts > 0)  # refused at the second attempt
            told = {"Terkirim": seen.taken > 0, "Ditolak": never, "Kedaluwarsa": never}
            told |= {"Disiapkan": never or not mine, "Tidak pasti": seen.doubts > 0 or not mine}
            unwanted = message_id in self.moot or self._told_by_another(claims[0])
            early = status == "Kedaluwarsa" and mine and now < claims[0].until
            early = early and not (unwanted or self.clock_fooled)
            if early or not told.get(status, True):
                wrong.append(f"{key} reads {status}, copies taken: {seen.taken}, doubts: {seen.doubts}")
        return wrong


def _wrong_moment(mail: Frozen, facts: Facts) -> str:
    """Whether a mail of this kind may be made now, for this person."""
    clock, working = mail.made.time(), c.is_working(mail.made.date(), facts.off)
    hour = hour_for(mail.recipient, facts)
    here = mail.recipient == c.ADMIN or any(p.email == mail.recipient and p.here(facts.today) for p in facts.team)
    if not here:
        return "to somebody who is away, inactive, not allowed or not in Tim"
    if mail.kind in DAILY and mail.slot.partition(":")[0] != str(facts.today):
        return "its slot is not today"
    if mail.kind == "digest" and not (working and hour <= clock < c.DIGEST_UNTIL):
        return f"a digest goes out on working days from {hour:%H:%M} until 17:00"
    if mail.kind == "escalation" and not (working and clock >= hour):
        return f"an escalation goes out on working days from {hour:%H:%M}"
    if mail.kind == "administrator" and not (working and clock >= c.DIGEST_AT):
        return "the administrator is written to on working days from 07:00"
    if mail.kind == "run-down" and not c.RUN_DOWN <= clock < c.RUN_DOWN_UNTIL:
        return "a run-down goes out between 07:00 and 14:30"
    return "" if mail.expires == mail.until else f"it is worth sending until {mail.until}, not {mail.expires}"


def _until(mail: Frozen, facts: Facts) -> datetime:
    """From when on a mail is not worth sending, by the table of the design."""
    day = c.midnight(mail.made.date())
    if mail.kind == "digest":
        return datetime.combine(day, c.DIGEST_UNTIL)
    if mail.kind == "run-down":
        return datetime.combine(day, c.RUN_DOWN_UNTIL)
    if mail.kind in ("escalation", "administrator"):
        return mail.made + timedelta(hours=24)
    if mail.kind == "publication-missed":
        return day + c.days(1)
    if mail.kind == "invitation":
        if mail.slot not in facts.episodes:  # it gets its Kode in this very tick
            return mail.expires
        published = facts.episodes[mail.slot].day
        return c.midnight(c.ends_on(published, facts.off)) + c.days(1) if published else day
    _, old, new = mail.slot.split(":")  # schedule-changed: the end of the new day, or of the old one where that is past
    ends = [datetime.fromisoformat(one.split()[0]) + c.days(1) for one in (new, old) if one[0] != "-"]
    return next((end for end in ends if end > mail.made), mail.made + timedelta(hours=24))

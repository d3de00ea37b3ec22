"""Deliberate bugs, each a wrong version of one named function; the simulation must catch every one of them.

``python -m tests.simulation --mutant NAME`` lives with one of them, in a process of its own; ``--mutants`` with each in
turn, and prints the table.
"""

import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from halokop_sheets import tick
from halokop_sheets.core import calendar as workdays
from halokop_sheets.core import planner
from halokop_sheets.core.mails.mail_planner import MailPlanner
from halokop_sheets.core.office import episodes, steps
from halokop_sheets.core.office import model as office
from halokop_sheets.core.pages.evaluation import lifecycle
from halokop_sheets.core.sheet import draft
from halokop_sheets.core.sheet.values import AddRow
from halokop_sheets.errors import Conflict
from halokop_sheets.mail import ledger
from halokop_sheets.workbooks import memory
from halokop_sheets.workbooks.google import sending
from halokop_sheets.workbooks.google import workbook as google

Mutant = Callable[[], None]
MUTANTS: dict[str, Mutant] = {}
ON_GOOGLE: set[str] = set()  # those that only show on the stand-in for Google


def mutant(function: Mutant) -> Mutant:
    MUTANTS[function.__name__.replace("_", "-")] = function
    return function


def on_google(function: Mutant) -> Mutant:
    ON_GOOGLE.add(function.__name__.replace("_", "-"))
    return mutant(function)


def wrap(owner: Any, name: str, wrong: Callable[..., Any]) -> None:
    """Put ``wrong`` in the place of a function; it is given the right one first."""
    right = getattr(owner, name)
    setattr(owner, name, lambda *args, **kwargs: wrong(right, *args, **kwargs))


@mutant
def sent_before_the_claim_is_shown() -> None:
    wrap(tick, "guard_of", lambda right, *a: replace(right(*a), shown_only=False))


@mutant
def no_fence() -> None:
    def write(right: Any, self: Any, changes: Any, snapshot: Any) -> None:
        right(self, changes, replace(snapshot, revision=str(self._revision)))

    wrap(memory.MemoryWorkbook, "write", write)


@mutant
def a_conflict_taken_for_success() -> None:
    def write(right: Any, self: Any, changes: Any, snapshot: Any) -> None:
        with suppress(Conflict):
            right(self, changes, snapshot)

    wrap(memory.MemoryWorkbook, "write", write)


@mutant
def a_retried_append() -> None:
    """A write whose answer was lost is simply made again."""
    calls = iter(range(10**9))

    def write(right: Any, self: Any, changes: Any, snapshot: Any) -> None:
        right(self, changes, snapshot)
        if next(calls) % 9 == 0:
            again = [c for c in changes if isinstance(c, AddRow)]
            right(self, again, replace(snapshot, revision=str(self._revision)))

    wrap(memory.MemoryWorkbook, "write", write)


@mutant
def key_without_recipient() -> None:
    def mail(right: Any, self: Any, kind: str, person: Any, slot: str, *rest: Any) -> Any:
        return replace(right(self, kind, person, slot, *rest), key=f"{kind}:semua:{slot}")

    wrap(MailPlanner, "mail", mail)


@mutant
def key_with_the_hour() -> None:
    """A digest is known by the hour at which it was made: every tick makes another."""
    for name in ("wanted", "mail"):

        def slotted(right: Any, self: Any, kind: str, person: Any, slot: str, *rest: Any) -> Any:
            return right(self, kind, person, f"{slot}T{self.now:%H}" if kind == "digest" else slot, *rest)

        wrap(MailPlanner, name, slotted)


@mutant
def midnight_in_utc() -> None:
    def read_workbook(right: Any, *args: Any, **more: Any) -> Any:
        seen = right(*args, **more)
        now = next(one for one in args if isinstance(one, datetime))
        local = now.astimezone(UTC).replace(second=0, microsecond=0, tzinfo=None)
        return replace(seen, context=replace(seen.context, now=local))

    wrap(tick, "read_workbook", read_workbook)


@mutant
def filled_over_a_filled_cell() -> None:
    def fill_blank(_: Any, self: Any, header: str, value: Any) -> None:
        if self.old.get(header) != value:
            self.new[header] = value

    wrap(draft.DraftRow, "fill_blank", fill_blank)


@mutant
def a_covered_week_made_again() -> None:
    """A week whose episode was moved elsewhere looks free: only dates count."""

    class Blind:
        def __init__(self, table: Any) -> None:
            self.append = table.append

        def __iter__(self) -> Any:
            return iter(())

    wrap(episodes, "_extend_horizon", lambda right, rows, table, *rest: right(rows, Blind(table), *rest))


@mutant
def a_done_step_follows_the_moved_date() -> None:
    def done_against(right: Any, row: Any, start: Any, due: Any) -> Any:
        right(row, start, due)
        return start, due

    wrap(steps, "_done_against", done_against)


@mutant
def a_copy_keeps_its_kode() -> None:
    def name(right: Any, self: Any, code: str) -> None:
        if code:
            right(self, code)

    wrap(draft.DraftRow, "name", name)


@mutant
def expiry_ignored() -> None:
    def claim(right: Any, self: Any, mails: Any, freeze: Any, now: datetime) -> Any:
        real = {mail.key: mail for mail in mails}
        late = [replace(mail, expires=mail.expires + timedelta(days=9)) for mail in mails]
        return right(self, late, lambda mail: freeze(real[mail.key]), now)

    wrap(ledger.Ledger, "claim", claim)


@mutant
def claims_of_others_sent() -> None:
    wrap(tick, "foreign_keys", lambda right, *a: frozenset())
    wrap(planner, "shown_keys", lambda right, *a: frozenset())


@mutant
def digests_on_holidays() -> None:
    wrap(workdays.Calendar, "is_working", lambda right, self, day: day.weekday() < 5)


@mutant
def leave_ignored() -> None:
    wrap(office.Person, "available", lambda right, self, day: self.active and bool(self.email))


@mutant
def closing_ignored() -> None:
    def episode(right: Any, *args: Any) -> Any:
        return replace(right(*args), ended=False, closed=False)

    wrap(episodes, "_episode", episode)


@mutant
def an_evaluation_made_again() -> None:
    """A tab that a person deleted counts as never made."""

    def due(right: Any, one: Any, office_: Any) -> Any:
        meeting = one.meeting
        if meeting is not None and meeting.link == "dihapus":
            one.meeting = None
        return right(one, office_)

    wrap(lifecycle, "_due", due)


@mutant
def a_verdict_forgotten() -> None:
    """As without fsync: what became of a mail is not on disk when it is needed."""

    def finish(right: Any, self: Any, key: str, state: str, now: datetime, *rest: Any, **more: Any) -> None:
        if state != "sent" or sum(map(ord, key)) % 5:
            right(self, key, state, now, *rest, **more)

    wrap(ledger.Ledger, "finish", finish)


@mutant
def doubts_never_end() -> None:
    ledger._DOUBT = "doubts = 0, next_at = :next, state = 'waiting'"


@mutant
def a_deferred_mail_dropped() -> None:
    wrap(ledger.Ledger, "defer", lambda right, self, key, until, verdict: self.finish(key, "expired", until, verdict))


@mutant
def bytes_made_anew() -> None:
    """Each attempt dates the mail again."""
    attempts = iter(range(10**9))

    def begin(right: Any, self: Any, key: str, now: datetime) -> Any:
        data = right(self, key, now)
        return data and data + f"attempt {next(attempts)}\r\n".encode()

    wrap(ledger.Ledger, "begin", begin)


@on_google
def no_fence_on_google() -> None:
    wrap(sending, "fence_requests", lambda right, *args: [])


@on_google
def a_covered_cell_not_put_back() -> None:
    wrap(google.GoogleWorkbook, "restores", lambda right, self, snapshot: ())


def caught(name: str, seeds: int = 12, days: int = 60) -> tuple[str, float]:
    """The promise that a mutant broke (empty: none, it lives), and the seconds until that was seen."""
    google_ = ["--google"] if name in ON_GOOGLE else []
    counts = ["--days", str(days), "--seeds", str(seeds)]
    command = [sys.executable, "-m", "tests.simulation", "--mutant", name, *counts, *google_]
    begun = time.monotonic()
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    said = [line for line in done.stdout.splitlines() if line.startswith("seed ")]
    survived = "replay:" not in done.stdout
    return "" if survived or not said else said[-1], time.monotonic() - begun


def table() -> tuple[str, list[str]]:
    """Every mutant with what gave it away, and the names of those that were not caught."""
    lines, alive = [f"{'deliberate bug':38} {'s':>5}  caught by"], []
    for name in MUTANTS:
        promise, seconds = caught(name)
        lines.append(f"{name:38} {seconds:5.1f}  {promise[:150] or 'NOT CAUGHT'}")
        alive += [] if promise else [name]
    return "\n".join(lines), alive

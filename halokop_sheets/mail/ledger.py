"""The ledger: every mail that was ever promised, its frozen bytes, and how it went. SQLite, one file.

It is what makes "nothing lost, nothing twice" true across crashes: a mail is claimed under its key before anything is
sent, ``sending`` is on disk before its first byte leaves (``synchronous=FULL``: also for a power cut), the verdict is
committed right after. States: ``waiting`` (claimed, deferred or in doubt once), ``sending``, and
the final ``sent``, ``refused``, ``uncertain``, ``expired``, ``yielded``. Times are whole seconds since the epoch.

Every method raises :class:`LedgerError` when the file fails us; then no mail is sent. A damaged file is never replaced
silently: without its memory, mails would go out a second time.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Self
from zoneinfo import ZoneInfo

from halokop_sheets.core.sheet.values import LedgerView, Mail
from halokop_sheets.mail.asked import AskedLog
from halokop_sheets.mail.ledger_file import LedgerFile, open_file
from halokop_sheets.mail.message import envelope
from halokop_sheets.mail.records import record, trouble
from halokop_sheets.mail.transports import Cause, SendResult

DOUBT_PAUSE = timedelta(minutes=15)  # a server that took the mail has told so by then, at least in its own log
DEFERRALS = tuple(timedelta(minutes=minutes) for minutes in (30, 60, 120, 240))
_FARTHEST = int(max(DEFERRALS).total_seconds())  # no attempt is planned later: beyond it the clock was set back
_VIEW_DAYS, _KEEP_BYTES_DAYS, _KEEP_DAYS = 30, 7, 400
_NEWEST = 100  # mails that the view holds whatever their age: after a sleep of any length their verdicts are shown


@dataclass(frozen=True)
class QueuedMail:
    """A mail whose turn has come."""

    key: str
    message_id: str
    sender: str
    recipient: str
    attempts: int  # begun so far, those in doubt included
    doubts: int
    shown: int  # whether the sheet has accepted the row that shows the claim


class Ledger:
    """One open ledger. One process at a time works with it (see ``halokop_sheets.lock``)."""

    def __init__(self, file: LedgerFile, zone: ZoneInfo) -> None:
        self._file, self._zone = file, zone
        self.asked = AskedLog(file, zone)

    @classmethod
    def open(cls, path: Path, zone: ZoneInfo, new_id: Callable[[], str]) -> Self:
        """The ledger in this file; a missing one is made, with ``new_id`` (6 hex digits) as its name from then on."""
        return cls(open_file(path, new_id), zone)

    @classmethod
    def peek(cls, path: Path, zone: ZoneInfo, now: datetime) -> LedgerView:
        """The view for a dry run: makes no file and changes none."""
        if not path.exists():
            return LedgerView()
        with cls(open_file(path, None), zone) as ledger:
            return ledger.view(now)

    def close(self) -> None:
        self._file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def id(self) -> str:
        """What tells this ledger's claims in the sheet from another's."""
        return str(self._file.rows("SELECT value FROM meta WHERE name = 'id'")[0]["value"])

    # --- what is known --------------------------------------------------------------------------------------------

    def view(self, now: datetime) -> LedgerView:
        """The last 30 days, the newest mails however old, and whatever is open, as of ``now`` (aware).

        In the order in which they were claimed, whatever the clock said.
        """
        at = _seconds(now)
        meta = {row["name"]: row["value"] for row in self._file.rows("SELECT name, value FROM meta")}
        rows = self._file.rows(
            "SELECT * FROM mail WHERE state <> 'yielded' AND (claimed_at >= :since OR state IN ('waiting', 'sending')"
            " OR rowid > (SELECT max(rowid) FROM mail) - :newest) ORDER BY rowid",
            {"since": at - _VIEW_DAYS * 86400, "newest": _NEWEST},
        )
        records = tuple(record(row, at, self._zone) for row in rows)
        paused = trouble(meta["trouble"], self._zone) if "trouble" in meta else ""
        return LedgerView(meta["id"], records, paused, self.asked.answers(now), self.asked.refused(now))

    def due(self, now: datetime) -> list[QueuedMail]:
        """Whose turn it is, the most pressing first."""
        rows = self._file.rows(
            "SELECT key, message_id, sender, recipient, attempts, doubts, shown FROM mail WHERE state = 'waiting'"
            " AND (next_at <= :at OR next_at > :at + :farthest) AND expires_at > :at"
            " ORDER BY expires_at, claimed_at, rowid",
            {"at": _seconds(now), "farthest": _FARTHEST},
        )
        return [QueuedMail(**dict(row)) for row in rows]

    def begun_today(self, now: datetime) -> dict[str, str]:
        """Key and recipient of every mail begun on that day (``now`` is aware), not by a clock that ran ahead."""
        midnight = now.astimezone(self._zone).replace(hour=0, minute=0, second=0, microsecond=0)
        rows = self._file.rows(
            "SELECT key, recipient FROM mail WHERE begun_at >= :begun AND begun_at < :end AND claimed_at >= :claimed",
            {
                "begun": _seconds(midnight),
                "end": _seconds(midnight + timedelta(days=1)),
                "claimed": _seconds(midnight - timedelta(days=_VIEW_DAYS)),
            },
        )
        return {row["key"]: row["recipient"] for row in rows}

    # --- claims ---------------------------------------------------------------------------------------------------

    def claim(self, mails: Iterable[Mail], freeze: Callable[[Mail], bytes | None], now: datetime) -> list[Mail]:
        """Promise these mails, all in one commit; returns those that are new here, with their bytes frozen.

        A key that was ever claimed stays as it is. ``freeze`` makes the bytes (``message.build``); None means that this
        mail cannot be made now and is left for another tick.
        """
        claimed = []
        with self._file.commit() as sql:
            for mail in mails:
                if sql.execute("SELECT 1 FROM mail WHERE key = ?", (mail.key,)).fetchone():
                    continue
                data = freeze(mail)
                if data is None:
                    continue
                sender, message_id = envelope(data)
                done = sql.execute(
                    "INSERT INTO mail (key, kind, recipient, subject, summary, sender, message_id, claimed_at,"
                    " next_at, expires_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
                    (
                        *(mail.key, mail.kind, mail.recipient, mail.subject, mail.summary, sender, message_id),
                        *(_seconds(now), _seconds(now), _seconds(mail.expires.replace(tzinfo=self._zone))),
                    ),
                )
                if done.rowcount == 1:
                    sql.execute("INSERT OR REPLACE INTO body (key, data) VALUES (?, ?)", (mail.key, data))
                    claimed.append(mail)
        return claimed

    def show(self, keys: Iterable[str]) -> None:
        """The sheet holds the rows that show these claims as ours."""
        unseen = self._file.rows("SELECT key FROM mail WHERE state <> 'yielded' AND shown = 0")
        if news := {row["key"] for row in unseen}.intersection(keys):
            self._file.each("UPDATE mail SET shown = 1 WHERE key = :key", news)

    def withdraw(self, keys: Iterable[str]) -> None:
        """The sheet shows these claims as another ledger's: ours never go out (again)."""
        waiting = self._file.rows("SELECT key FROM mail WHERE state = 'waiting'")
        if lost := {row["key"] for row in waiting}.intersection(keys):
            self._file.each(
                "UPDATE mail SET state = CASE WHEN doubts > 0 THEN 'uncertain' ELSE 'yielded' END WHERE key = :key",
                lost,
            )

    # --- what became of them --------------------------------------------------------------------------------------

    def settle(self, now: datetime) -> int:
        """Write down what time alone has decided; returns how many mails that touched.

        A mail still ``sending`` belongs to a process that died (the caller holds the lock): nobody knows whether it was
        taken. Waiting mails expire. Bytes of finished mails go after a week, rows after 400 days.
        """
        at = _seconds(now)
        oldest = at - _KEEP_DAYS * 86400
        with self._file.commit() as sql:
            left = f"UPDATE mail SET {_DOUBT} WHERE state = 'sending'"  # noqa: S608  (our own words)
            changed = sql.execute(left, _doubt_values(now)).rowcount
            changed += sql.execute(
                "UPDATE mail SET state = CASE WHEN doubts > 0 THEN 'uncertain' ELSE 'expired' END, ended_at = :at"
                " WHERE state = 'waiting' AND expires_at <= :at",
                {"at": at},
            ).rowcount
            sql.execute(
                "DELETE FROM body WHERE key IN (SELECT mail.key FROM body JOIN mail USING (key)"
                " WHERE state NOT IN ('waiting', 'sending') AND claimed_at < ?)",
                (at - _KEEP_BYTES_DAYS * 86400,),
            )
            sql.execute("DELETE FROM body WHERE key IN (SELECT key FROM mail WHERE claimed_at < ?)", (oldest,))
            sql.execute("DELETE FROM mail WHERE claimed_at < ?", (oldest,))
        return changed

    def begin(self, key: str, now: datetime) -> bytes | None:
        """Put on disk that the first byte may leave from now on; the bytes, or None when it may not after all."""
        with self._file.commit() as sql:
            at = _seconds(now)
            done = sql.execute(
                "UPDATE mail SET state = 'sending', attempts = attempts + 1, begun_at = :at, note = ''"
                " WHERE key = :key AND state = 'waiting' AND expires_at > :at",
                {"key": key, "at": at},
            )
            if done.rowcount != 1:
                return None
            return bytes(sql.execute("SELECT data FROM body WHERE key = ?", (key,)).fetchone()["data"])

    def finish(self, key: str, state: str, now: datetime, verdict: SendResult | None = None, note: str = "") -> None:
        """The last word on a mail: ``sent``, ``refused`` or ``expired``. ``note``: our own reason, a sentence."""
        self._update(
            key, verdict, "state = :state, ended_at = :at, note = :note", state=state, at=_seconds(now), note=note
        )

    def defer(self, key: str, until: datetime, verdict: SendResult) -> None:
        """Certainly not taken; to be tried again."""
        self._update(key, verdict, "state = 'waiting', next_at = :at", at=_seconds(until))

    def doubt(self, key: str, now: datetime, verdict: SendResult) -> None:
        """Nobody knows whether it was taken: once more after a pause, and after a second doubt never again."""
        self._update(key, verdict, _DOUBT, **_doubt_values(now))

    def release(self, key: str) -> None:
        """The attempt failed for no fault of this mail: as if it had not been made."""
        self._update(key, None, "state = 'waiting', attempts = attempts - 1, begun_at = NULL")

    def hold(self, keys: Iterable[str], note: str) -> int:
        """These wait for a reason that is not their own; returns for how many that is news."""
        return self._file.each(
            "UPDATE mail SET note = :note WHERE key = :key AND state = 'waiting' AND note <> :note", keys, note=note
        )

    def pause(self, cause: Cause, code: int, now: datetime) -> bool:
        """The channel as a whole does not work; returns whether that is news. Since when is kept while it lasts."""
        with self._file.commit() as sql:
            known = sql.execute("SELECT value FROM meta WHERE name = 'trouble'").fetchone()
            if known and known["value"].startswith(f"{cause.value} "):
                return False
            value = f"{cause.value} {code} {_seconds(now)}"
            sql.execute("INSERT OR REPLACE INTO meta (name, value) VALUES ('trouble', ?)", (value,))
        return True

    def sync(self) -> None:
        """Put every verdict on disk, power cut or not."""
        with self._file.commit() as sql:
            sql.execute("UPDATE meta SET value = value WHERE name = 'id'")

    # --- SQL ------------------------------------------------------------------------------------------------------

    def _update(self, key: str, verdict: SendResult | None, what: str, **values: object) -> None:
        """One commit for one mail. A server's verdict on a mail also ends the channel's trouble.

        Synced with the next mail's ``begin`` or by :meth:`sync`: until then a power cut, and that alone, would leave
        the mail ``sending``, in doubt as it was a moment before.
        """
        with self._file.commit(synced=False) as sql:
            if verdict:
                what += ", code = :code, answer = :answer, queue_id = :queue_id"
                values |= {"code": verdict.code, "answer": verdict.text, "queue_id": verdict.queue_id}
                sql.execute("DELETE FROM meta WHERE name = 'trouble'")
            sql.execute(f"UPDATE mail SET {what} WHERE key = :key", {"key": key, **values})  # noqa: S608  (our own words)


_DOUBT = "doubts = doubts + 1, next_at = :next, state = CASE WHEN doubts > 0 THEN 'uncertain' ELSE 'waiting' END"


def _doubt_values(now: datetime) -> dict[str, object]:
    return {"next": _seconds(now + DOUBT_PAUSE)}


def _seconds(moment: datetime) -> int:
    return int(moment.timestamp())

"""The ledger: every mail that was ever promised, its frozen bytes, and how it went. SQLite, one file.

It is what makes "nothing lost, nothing twice" true across crashes: a mail is claimed under its key before anything is
sent, ``sending`` is on disk before its first byte leaves (``synchronous=FULL``: also for a power cut), the verdict is
committed right after. States: ``waiting`` (claimed, deferred or in doubt once), ``sending``, and
the final ``sent``, ``refused``, ``uncertain``, ``expired``, ``yielded``. Times are whole seconds since the epoch.

Every method raises :class:`LedgerError` when the file fails us; then no mail is sent. A damaged file is never replaced
silently: without its memory, mails would go out a second time.
"""

from collections.abc import Callable, Iterable
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Self
from zoneinfo import ZoneInfo

from halokop_sheets.core.sheet.values import LedgerView, Mail
from halokop_sheets.mail.ledger_file import open_copy, open_file
from halokop_sheets.mail.ledger_queue import VIEW_DAYS, LedgerQueue, seconds
from halokop_sheets.mail.message import envelope
from halokop_sheets.mail.records import record, trouble
from halokop_sheets.mail.transports import Cause, SendResult

DOUBT_PAUSE = timedelta(minutes=15)  # a server that took the mail has told so by then, at least in its own log
_KEEP_BYTES_DAYS, _KEEP_DAYS = 7, 400
_NEWEST = 100  # mails that the view holds whatever their age: after a sleep of any length their verdicts are shown


class Ledger(LedgerQueue):
    """One open ledger. One process at a time works with it (see ``halokop_sheets.lock``)."""

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

    @classmethod
    def rehearsal(cls, path: Path, zone: ZoneInfo) -> Self:
        """A copy in memory of the ledger in this file, or an empty one: what is written to it is forgotten."""
        return cls(open_copy(path), zone)

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
        at = seconds(now)
        meta = {row["name"]: row["value"] for row in self._file.rows("SELECT name, value FROM meta")}
        rows = self._file.rows(
            "SELECT * FROM mail WHERE state <> 'yielded' AND (claimed_at >= :since OR state IN ('waiting', 'sending')"
            " OR rowid > (SELECT max(rowid) FROM mail) - :newest) ORDER BY rowid",
            {"since": at - VIEW_DAYS * 86400, "newest": _NEWEST},
        )
        records = tuple(record(row, at, self._zone) for row in rows)
        paused = trouble(meta["trouble"], self._zone) if "trouble" in meta else ""
        people = self._file.rows("SELECT address, since FROM people ORDER BY rowid")
        seen = {row["address"]: datetime.fromisoformat(row["since"]) if row["since"] else None for row in people}
        first = date.fromisoformat(meta["first people"]) if "first people" in meta else None
        return LedgerView(meta["id"], records, paused, seen or None, first)

    def meet(self, addresses: Iterable[str], now: datetime) -> None:
        """Note when these addresses were first seen in Tim (``now`` is aware); the first day's were always there."""
        at = now.astimezone(self._zone).replace(tzinfo=None, microsecond=0)
        with self._file.commit() as sql:
            sql.execute("INSERT OR IGNORE INTO meta (name, value) VALUES ('first people', ?)", (str(at.date()),))
            [first] = sql.execute("SELECT value FROM meta WHERE name = 'first people'").fetchone()
            since = "" if first == str(at.date()) else at.isoformat()
            sql.executemany("INSERT OR IGNORE INTO people VALUES (?, ?)", [(one, since) for one in addresses])

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
                    " next_at, expires_at, about) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
                    (
                        *(mail.key, mail.kind, mail.recipient, mail.subject, mail.summary, sender, message_id),
                        *(seconds(now), seconds(now), seconds(mail.expires.replace(tzinfo=self._zone))),
                        "\n".join(mail.about),
                    ),
                )
                if done.rowcount == 1:
                    sql.execute("INSERT OR REPLACE INTO body (key, data) VALUES (?, ?)", (mail.key, data))
                    claimed.append(mail)
        return claimed

    def overtake(self, keys: Iterable[str], now: datetime, note: str) -> int:
        """What these would tell no longer holds: they never go out. Returns how many that were."""
        state = "state = CASE WHEN doubts > 0 THEN 'uncertain' ELSE 'expired' END"
        return self._file.each(
            f"UPDATE mail SET {state}, ended_at = :at, note = :note WHERE key = :key AND state = 'waiting'",  # noqa: S608
            list(keys),
            at=seconds(now),
            note=note,
        )

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
        at = seconds(now)
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
            at = seconds(now)
            done = sql.execute(
                "UPDATE mail SET state = 'sending', attempts = attempts + 1, begun_at = :at"
                " WHERE key = :key AND state = 'waiting' AND expires_at > :at",
                {"key": key, "at": at},
            )
            if done.rowcount != 1:
                return None
            return bytes(sql.execute("SELECT data FROM body WHERE key = ?", (key,)).fetchone()["data"])

    def finish(self, key: str, state: str, now: datetime, verdict: SendResult | None = None, note: str = "") -> None:
        """The last word on a mail: ``sent``, ``refused`` or ``expired``. ``note``: our own reason, a sentence."""
        self._update(
            key, verdict, "state = :state, ended_at = :at, note = :note", state=state, at=seconds(now), note=note
        )

    def defer(self, key: str, until: datetime, verdict: SendResult) -> None:
        """Certainly not taken; to be tried again."""
        self._update(key, verdict, "state = 'waiting', next_at = :at", at=seconds(until))

    def doubt(self, key: str, now: datetime, verdict: SendResult) -> None:
        """Nobody knows whether it was taken: once more after a pause, and after a second doubt never again."""
        self._update(key, verdict, _DOUBT, **_doubt_values(now))

    def release(self, key: str, until: datetime | None = None) -> None:
        """The attempt failed for no fault of this mail: as if it had not been made; not again before ``until``."""
        what = "state = 'waiting', attempts = attempts - 1, begun_at = NULL"
        if until:
            self._update(key, None, what + ", next_at = :next", next=seconds(until))
        else:
            self._update(key, None, what)

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
            value = f"{cause.value} {code} {seconds(now)}"
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
                if "note" not in values:
                    what += ", note = ''"
                values |= {"code": verdict.code, "answer": verdict.text, "queue_id": verdict.queue_id}
                sql.execute("DELETE FROM meta WHERE name = 'trouble'")
            sql.execute(f"UPDATE mail SET {what} WHERE key = :key", {"key": key, **values})  # noqa: S608  (our own words)


_DOUBT = (
    "doubts = doubts + 1, note = '', next_at = :next, state = CASE WHEN doubts > 0 THEN 'uncertain' ELSE 'waiting' END"
)


def _doubt_values(now: datetime) -> dict[str, object]:
    return {"next": seconds(now + DOUBT_PAUSE)}

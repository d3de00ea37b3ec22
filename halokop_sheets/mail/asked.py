"""What sources of readings were asked and answered, and which dropped files were seen: two tables of the ledger.

An answer is on disk before the plan that uses it, so a figure that a file told is not lost with a crash after the file
was moved, and a source is not asked twice for what it said. Without the ledger a source is asked again.
"""

import json
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from halokop_sheets.core.sheet.answers import Answer, Refused
from halokop_sheets.mail.ledger_file import LedgerFile

_VIEW_DAYS = 30  # an episode is closed by then
_KEEP_DAYS = 400
USED = ""  # in place of a cause: the file was used


class AskedLog:
    """The two tables. Every method raises ``LedgerError`` when the file fails us."""

    def __init__(self, file: LedgerFile, zone: ZoneInfo) -> None:
        self._file, self._zone = file, zone

    def record(self, answers: Iterable[Answer], *, content: str = "", name: str = "") -> None:
        """Keep answers, those of a dropped file with the hash of its ``content``, all in one commit."""
        kept = list(answers)
        with self._file.commit() as sql:
            for one in kept:
                sql.execute(
                    "INSERT OR REPLACE INTO asked (day, platform, post, source, at, figures, gap)"
                    " VALUES (?, ?, ?, ?, ?, ?, ?)",
                    (
                        *(one.day.isoformat(), one.platform, one.post, one.source, one.at.isoformat()),
                        *(json.dumps(dict(one.figures)), str(one.gap)),
                    ),
                )
            if content:
                day = kept[0].day.isoformat()
                sql.execute("INSERT OR REPLACE INTO dropped VALUES (?, ?, ?, ?, '')", (content, name, day, USED))
            if kept:
                oldest = (kept[0].day - timedelta(days=_KEEP_DAYS)).isoformat()
                sql.execute("DELETE FROM asked WHERE day < ?", (oldest,))
                sql.execute("DELETE FROM dropped WHERE day < ?", (oldest,))

    def used_on(self, content: str) -> date | None:
        """The day on which a file with this content was used; None: never."""
        found = self._file.rows(
            "SELECT day FROM dropped WHERE content = :content AND cause = :used", {"content": content, "used": USED}
        )
        return date.fromisoformat(found[0]["day"]) if found else None

    def refuse(self, content: str, refused: Refused, today: date) -> bool:
        """Note that a file was refused; returns whether that is news."""
        with self._file.commit() as sql:
            done = sql.execute(
                "INSERT INTO dropped VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
                (f"{content} {refused.cause}", refused.name, today.isoformat(), refused.cause, refused.detail),
            )
        return done.rowcount == 1

    def answers(self, now: datetime) -> tuple[Answer, ...]:
        """Those of the last 30 days, in the order of time. ``now`` is aware."""
        since = (self._today(now) - timedelta(days=_VIEW_DAYS)).isoformat()
        rows = self._file.rows("SELECT * FROM asked WHERE day >= :since ORDER BY at, source, post", {"since": since})
        return tuple(
            Answer(
                *(date.fromisoformat(row["day"]), row["platform"], row["post"], row["source"]),
                *(datetime.fromisoformat(row["at"]), json.loads(row["figures"]), row["gap"]),
            )
            for row in rows
        )

    def refused(self, now: datetime) -> tuple[Refused, ...]:
        """Files that were refused today for the first time, by name."""
        rows = self._file.rows(
            "SELECT name, cause, detail FROM dropped WHERE day = :day AND cause <> :used ORDER BY name, cause",
            {"day": self._today(now).isoformat(), "used": USED},
        )
        return tuple(Refused(row["name"], row["cause"], row["detail"]) for row in rows)

    def _today(self, now: datetime) -> date:
        return now.astimezone(self._zone).date()

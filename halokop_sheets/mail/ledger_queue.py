"""What waits in the ledger: whose turn it is, and what was begun today."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from halokop_sheets.mail.asked import AskedLog
from halokop_sheets.mail.ledger_file import LedgerFile

DEFERRALS = tuple(timedelta(minutes=minutes) for minutes in (30, 60, 120, 240))
VIEW_DAYS = 30
_FARTHEST = int(max(DEFERRALS).total_seconds())  # no attempt is planned later: beyond it the clock was set back
_QUEUED = "key, message_id, sender, recipient, attempts, doubts, shown, kind, note, about, rowid AS place"


def seconds(moment: datetime) -> int:
    """Whole seconds since the epoch, as the ledger holds times."""
    return int(moment.timestamp())


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
    kind: str
    note: str  # why it waited so far
    about: str  # the changes of schedule that it tells, a line each
    place: int  # in the order of all claims

    @property
    def episodes(self) -> set[str]:
        """Kode of every episode whose change of schedule it tells."""
        return {line.partition(":")[0] for line in self.about.splitlines()}


class LedgerQueue:
    """The questions that a delivery asks of an open ledger."""

    def __init__(self, file: LedgerFile, zone: ZoneInfo) -> None:
        self._file = file
        self._zone = zone
        self.asked = AskedLog(file, zone)

    def due(self, now: datetime) -> list[QueuedMail]:
        """Whose turn it is, the most pressing first."""
        rows = self._file.rows(
            f"SELECT {_QUEUED} FROM mail WHERE state = 'waiting'"  # noqa: S608  (our own words)
            " AND (next_at <= :at OR next_at > :at + :farthest) AND expires_at > :at"
            " ORDER BY expires_at, claimed_at, rowid",
            {"at": seconds(now), "farthest": _FARTHEST},
        )
        return [QueuedMail(**dict(row)) for row in rows]

    def telling_changes(self) -> list[QueuedMail]:
        """Every mail that waits and tells a change of schedule, due or not, in the order of their claims."""
        rows = self._file.rows(f"SELECT {_QUEUED} FROM mail WHERE state = 'waiting' AND about <> '' ORDER BY rowid")  # noqa: S608
        return [QueuedMail(**dict(row)) for row in rows]

    def sent_since(self, moment: datetime) -> bool:
        """Whether the server took any mail since then (aware)."""
        rows = self._file.rows(
            "SELECT 1 FROM mail WHERE state = 'sent' AND ended_at >= :at LIMIT 1", {"at": seconds(moment)}
        )
        return bool(rows)

    def begun_today(self, now: datetime) -> dict[str, tuple[str, str]]:
        """By key, kind and recipient of every mail begun on that day (``now`` is aware), not by a clock ahead of it."""
        midnight = now.astimezone(self._zone).replace(hour=0, minute=0, second=0, microsecond=0)
        rows = self._file.rows(
            "SELECT key, kind, recipient FROM mail"
            " WHERE begun_at >= :begun AND begun_at < :end AND claimed_at >= :claimed",
            {
                "begun": seconds(midnight),
                "end": seconds(midnight + timedelta(days=1)),
                "claimed": seconds(midnight - timedelta(days=VIEW_DAYS)),
            },
        )
        return {row["key"]: (row["kind"], row["recipient"]) for row in rows}

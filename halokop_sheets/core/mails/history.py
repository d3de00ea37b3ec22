"""Riwayat Email: this host's ledger projected into the sheet, and what the sheet shows of other hosts' claims.

A row bears the id of the ledger that claimed it, in brackets at the end of Keterangan: a claim of another host, or
of a state folder that was lost, is never sent by us.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from halokop_sheets.core.caps import ADMINISTRATOR
from halokop_sheets.core.mails.kinds import KINDS
from halokop_sheets.core.office.context import Context
from halokop_sheets.core.sheet.values import (
    AddRow,
    Cell,
    Change,
    LedgerView,
    Mail,
    MailRecord,
    Problem,
    Row,
    SetCell,
    Snapshot,
    Table,
)
from halokop_sheets.core.terms import Cols, MailStatus, Tabs

ABANDONED = timedelta(hours=24)  # After a day an open claim of another host will hardly be sent any more.
LISTED_FOR = timedelta(days=30)  # an older mail gets no row: it had one long ago, and people may have deleted it
_OPEN = {MailStatus.PREPARED, MailStatus.DEFERRED}
_DOUBTFUL = {*_OPEN, MailStatus.UNKNOWN}
TOLD = timedelta(days=5)  # how long such a claim stays a problem: a weekend and a day of work


def _mark(id_: str, remark: str) -> str:
    return f"{remark} [{id_}]".strip()


def _key(row: Row) -> str:
    return str(row.cells.get(Cols.KEY) or "")


def _ours(row: Row, id_: str) -> bool:
    return str(row.cells.get(Cols.REMARK) or "").endswith(f"[{id_}]")


def shown_keys(snapshot: Snapshot) -> frozenset[str]:
    """Keys of every mail that the sheet shows, whoever claimed it."""
    table = snapshot.tables.get(Tabs.HISTORY)
    return frozenset(_key(row) for row in table.rows) if table else frozenset()


def foreign_keys(snapshot: Snapshot, id_: str) -> frozenset[str]:
    """Keys that the sheet shows as claimed by another ledger than ours, and not by ours as well."""
    table = snapshot.tables.get(Tabs.HISTORY)
    if table is None:
        return frozenset()
    return frozenset(map(_key, table.rows)) - {_key(row) for row in table.rows if _ours(row, id_)}


def sent_keys(snapshot: Snapshot, id_: str) -> frozenset[str]:
    """Keys that the sheet shows as sent by us. A verdict is on disk before it is shown: where the ledger does not know
    it, an older copy of the ledger was put back, and the mail must not go out again."""
    table = snapshot.tables.get(Tabs.HISTORY)
    rows = table.rows if table else ()
    return frozenset(_key(r) for r in rows if r.cells.get(Cols.STATUS) == MailStatus.SENT and _ours(r, id_))


def told_by_another(snapshot: Snapshot, id_: str, keys: Iterable[str]) -> frozenset[str]:
    """Of these keys of ours the administrator's mails of a day on which another ledger listed its own before us.

    Their keys hold a hash of the list: two hosts that see different problems claim one day under two keys.
    """
    table = snapshot.tables.get(Tabs.HISTORY)
    first: dict[str, Row] = {}  # by the key up to the day; the newest row is the uppermost
    for row in table.rows if table else ():
        if _key(row).startswith(f"{ADMINISTRATOR}:"):
            first[_up_to_the_day(_key(row))] = row
    ours = [key for key in keys if key.startswith(f"{ADMINISTRATOR}:") and _up_to_the_day(key) in first]
    return frozenset(key for key in ours if not _ours(first[_up_to_the_day(key)], id_))


def _up_to_the_day(key: str) -> str:
    return ":".join(key.split(":")[:3])


def _row(record: MailRecord, message: str) -> tuple[tuple[str, Cell], ...]:
    return (
        (Cols.TIME, record.claimed),
        (Cols.MAIL_KIND, KINDS[record.kind].label if record.kind in KINDS else record.kind),
        (Cols.RECIPIENT, record.recipient),
        (Cols.SUBJECT, record.subject),
        (Cols.SUMMARY, record.summary),
        (Cols.STATUS, record.status),
        (Cols.REMARK, message),
        (Cols.KEY, record.key),
        (Cols.MESSAGE_ID, record.message_id),
    )


def as_claimed(mail: Mail, now: datetime, message_id: str) -> MailRecord:
    """A mail of the plan as its record will be once it is claimed."""
    return MailRecord(
        mail.key,
        mail.kind,
        mail.recipient,
        mail.subject,
        mail.summary,
        MailStatus.PREPARED,
        "",
        message_id,
        now,
        about=mail.about,
    )


def project(snapshot: Snapshot, context: Context, claims: Iterable[MailRecord]) -> list[Change]:
    """The changes that bring the tab in step with the ledger; ``claims`` are those this plan will make."""
    table = snapshot.tables.get(Tabs.HISTORY)
    if table is None or not table.usable:
        return []
    id_ = context.ledger.id
    records = {record.key: record for record in (*context.ledger.records, *claims)}
    changes: list[Change] = []
    for row in table.rows:
        record = records.get(_key(row)) if _ours(row, id_) else None
        status = row.cells.get(Cols.STATUS)
        if record is None:
            if status in _OPEN and _old(row, context):
                changes.append(_set(row, Cols.STATUS, MailStatus.UNKNOWN, table.columns[Cols.STATUS] + 1))
        elif not (status == MailStatus.SENT and record.status in _OPEN):  # else: see sent_keys
            for header, value in ((Cols.STATUS, record.status), (Cols.REMARK, _mark(id_, record.remark))):
                if row.cells.get(header) != value:
                    changes.append(_set(row, header, value, table.columns[header] + 1))
    there = {_key(row) for row in table.rows} | _below(table, context.ledger)
    new = [r for r in records.values() if r.key not in there and r.claimed > context.now - LISTED_FOR]
    return changes + [
        AddRow(Tabs.HISTORY, r.key, _row(r, _mark(id_, r.remark)), top=True)
        for r in sorted(new, key=lambda r: (r.claimed, r.key))
    ]


def _below(table: Table, ledger: LedgerView) -> frozenset[str]:
    """Keys of our mails that stand below the rows that were read: a workbook may read the newest rows alone.

    Told by the order in which mails were claimed, as their rows were inserted; their times may jump with the clock.
    """
    if not table.rows:
        return frozenset()
    records = ledger.records
    places = {record.key: n for n, record in enumerate(records)}
    ours = (_key(row) for row in reversed(table.rows) if _ours(row, ledger.id))
    lowest = next((places[key] for key in ours if key in places), None)
    # None of ours is listed: people deleted the rows of mails claimed after the lowest row that is left.
    if lowest is None:
        since = table.rows[-1].cells.get(Cols.TIME)
        return frozenset(r.key for r in records if r.listed and not (isinstance(since, datetime) and r.claimed > since))
    at = records[lowest].claimed  # mails claimed at the same moment were listed by the same write
    return frozenset(r.key for n, r in enumerate(records) if r.listed and (n < lowest or r.claimed == at))


def _old(row: Row, context: Context) -> bool:
    since = row.cells.get(Cols.TIME)
    return isinstance(since, datetime) and context.now - since > ABANDONED


def abandoned(snapshot: Snapshot, context: Context) -> list[Problem]:
    """What a ledger that we do not have claimed and nobody knows of, while the administrator should hear of it."""
    table = snapshot.tables.get(Tabs.HISTORY)
    rows = table.rows if table else ()
    doubtful = [row for row in rows if row.cells.get(Cols.STATUS) in _DOUBTFUL and _old(row, context)]
    if not doubtful:
        return []
    ours = {_key(r) for r in rows if _ours(r, context.ledger.id)} & {r.key for r in context.ledger.records}
    found: list[Problem] = []
    for row in doubtful:
        since = row.cells[Cols.TIME]
        if _key(row) not in ours and isinstance(since, datetime) and context.now - since < TOLD:
            what = f"{row.cells.get(Cols.SUBJECT)} untuk {row.cells.get(Cols.RECIPIENT)}"
            found.append(
                Problem(Tabs.HISTORY, f"disiapkan oleh komputer lain dan tidak diketahui terkirim atau tidak: {what}.")
            )
    return found


def _set(row: Row, header: str, value: Cell, column: int) -> SetCell:
    return SetCell(Tabs.HISTORY, row.number, column, header, _key(row), row.cells.get(header), value)

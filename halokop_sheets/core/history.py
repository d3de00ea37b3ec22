"""Riwayat Email: this host's ledger projected into the sheet, and what the sheet shows of other hosts' claims.

A row bears the id of the ledger that claimed it, in brackets at the end of Keterangan: a claim of another host, or
of a state folder that was lost, is never sent by us.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from halokop_sheets.core.mail_wording import KINDS
from halokop_sheets.core.model import (
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
from halokop_sheets.core.office import Context
from halokop_sheets.core.terms import Cols, MailStatus, Tabs

ABANDONED = timedelta(hours=24)  # a claim of somebody else that is older will not be sent any more
SHOWN = timedelta(days=30)  # how old a mail may be to get a row: an older one had it long ago, or never
_DOUBTFUL = {MailStatus.PREPARED, MailStatus.UNKNOWN}
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
    """Keys that the sheet shows as claimed by another ledger than ours."""
    table = snapshot.tables.get(Tabs.HISTORY)
    return frozenset(_key(row) for row in table.rows if not _ours(row, id_)) if table else frozenset()


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
    )


def project(snapshot: Snapshot, context: Context, claims: Iterable[MailRecord]) -> list[Change]:
    """The changes that bring the tab in step with the ledger; ``claims`` are those this plan will make."""
    table = snapshot.tables.get(Tabs.HISTORY)
    if table is None or not table.usable:
        return []
    id_ = context.ledger.id
    shown = {_key(row): row for row in table.rows}
    below = _below(table, context.ledger)
    changes: list[Change] = []
    added: list[Change] = []
    for record in sorted((*context.ledger.records, *claims), key=lambda r: (r.claimed, r.key)):
        remark = _mark(id_, record.remark)
        row = shown.get(record.key)
        if row is None and (record.key in below or record.claimed <= context.now - SHOWN):
            continue
        if row is None:
            added.append(AddRow(Tabs.HISTORY, record.key, _row(record, remark), top=True))
        elif _ours(row, id_):
            for header, value in ((Cols.STATUS, record.status), (Cols.REMARK, remark)):
                if row.cells.get(header) != value:
                    changes.append(_set(row, header, value, table.columns[header] + 1))
    changes += [
        _set(row, Cols.STATUS, MailStatus.UNKNOWN, table.columns[Cols.STATUS] + 1)
        for row in table.rows
        if row.cells.get(Cols.STATUS) == MailStatus.PREPARED and _left_behind(row, context)
    ]
    return changes + added


def _below(table: Table, ledger: LedgerView) -> frozenset[str]:
    """Keys of our mails that stand below the rows that were read: a workbook may read the newest rows alone.

    Told by the order in which mails were claimed, as their rows were inserted; their times may jump with the clock.
    """
    if not table.rows:
        return frozenset()
    records = ledger.records
    places = {record.key: n for n, record in enumerate(records)}
    ours = (_key(row) for row in reversed(table.rows) if _ours(row, ledger.id))
    lowest = next((places[key] for key in ours if key in places), len(records))
    at = records[lowest].claimed if lowest < len(records) else None  # others of that moment came in the same write
    return frozenset(r.key for n, r in enumerate(records) if r.listed and (n < lowest or r.claimed == at))


def _left_behind(row: Row, context: Context) -> bool:
    """Whether another ledger than ours claimed this mail so long ago that it will not send it any more."""
    since = row.cells.get(Cols.TIME)
    return not _ours(row, context.ledger.id) and isinstance(since, datetime) and context.now - since > ABANDONED


def abandoned(snapshot: Snapshot, context: Context) -> list[Problem]:
    """What another host claimed and nobody knows of, for as long as the administrator should hear of it."""
    table = snapshot.tables.get(Tabs.HISTORY)
    found: list[Problem] = []
    for row in table.rows if table else ():
        if row.cells.get(Cols.STATUS) not in _DOUBTFUL or not _left_behind(row, context):
            continue
        since = row.cells.get(Cols.TIME)
        if isinstance(since, datetime) and context.now - since < TOLD:
            what = f"{row.cells.get(Cols.SUBJECT)} untuk {row.cells.get(Cols.RECIPIENT)}"
            found.append(
                Problem(Tabs.HISTORY, f"disiapkan oleh komputer lain dan tidak diketahui terkirim atau tidak: {what}.")
            )
    return found


def _set(row: Row, header: str, value: Cell, column: int) -> SetCell:
    return SetCell(Tabs.HISTORY, row.number, column, header, _key(row), row.cells.get(header), value)

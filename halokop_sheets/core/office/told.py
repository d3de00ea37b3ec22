"""What the team was told of changes of the schedule, as the ledger of mails knows it."""

from halokop_sheets.core.sheet.values import LedgerView


def last_told(ledger: LedgerView) -> dict[str, tuple[str, str]]:
    """By Kode what the newest mail of its own said of a change: date and status before, and after."""
    told = {}
    for record in ledger.records:
        if record.kind == "schedule-changed" and len(parts := record.key.partition("#")[0].split(":")) == 5:
            told[parts[2]] = (parts[3], parts[4])
    return told

"""Where a made-up time (``--at``) may not go, and what a workbook is called there."""

from halokop_sheets.errors import UsageError
from halokop_sheets.settings import Settings
from halokop_sheets.wiring import asks_instagram

LOOPBACK = ("localhost", "127.0.0.1", "::1")


def refuse_false_clock(settings: Settings, at: str) -> None:
    """A made-up time must not reach real people's mail or Google's own sheet: ledger and sheet would believe it."""
    if not at:
        return
    if settings.mail.transport == "smtp" and settings.mail.smtp.host not in LOOPBACK:
        raise UsageError(f"--at is refused: mail would really go out through {settings.mail.smtp.host}; use `plan`")
    if asks_instagram(settings) and "instagram.com" in settings.readings.instagram_url:
        raise UsageError("--at is refused: figures of now would be filled into the reading of another day; use `plan`")
    if settings.workbook_file is None and "googleapis.com" in settings.google.api_url:
        raise UsageError("--at is refused on a real Google spreadsheet: it would hold a false time; use `plan`")

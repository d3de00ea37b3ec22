"""``halokop check``, the part on privacy: which of the office's files any user of this computer can read."""

import os
from collections.abc import Iterator
from pathlib import Path

from halokop_sheets.check.finding import Finding
from halokop_sheets.private import others_can_read
from halokop_sheets.settings import Settings


def privacy_findings(settings: Settings) -> Iterator[Finding]:
    """A warning for each place with such files: they were made before us, by hand, or by an older release."""
    for what, files in _places(settings):
        open_ = [file for file in files if others_can_read(file)]
        if open_:
            several = f" and {len(open_) - 1} more there" if len(open_) > 1 else ""
            names = " ".join(f'"{file}"' for file in (open_ if len(open_) < 4 else [open_[0].parent]))
            yield Finding(
                f"{what} {open_[0]}{several}",
                "other users of this computer may read it",
                f"chmod {'-R ' if len(open_) > 3 else ''}o-rwx {names}",
            )


def _places(settings: Settings) -> Iterator[tuple[str, list[Path]]]:
    if workbook := settings.workbook_file:
        copies = sorted(workbook.parent.glob(f"{workbook.stem}.*{workbook.suffix}"))
        yield "workbook", [file for file in (workbook, *copies) if file.is_file()]
    yield "state", _files(settings.path(settings.state.dir))
    yield "outbox", _files(settings.path(settings.mail.outbox_dir))
    yield "reports", sorted(settings.base.glob("laporan-*.docx"))
    token = settings.path(settings.readings.instagram_token_file)
    if token.is_file():
        yield "token", [token]
    if password := os.environ.get("HALOKOP_SMTP_PASSWORD_FILE"):
        yield "password", [Path(password)]


def _files(folder: Path) -> list[Path]:
    return sorted(file for file in folder.glob("*") if file.is_file() and file.stat().st_size)

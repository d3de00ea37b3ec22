"""One whole tick in a process of its own that ends itself with SIGKILL at a named point.

``python -m tests.mail_crash_child FOLDER PORT MINUTES POINT`` — the sheet is kept in a file between two processes,
the rest is the real thing: planner, ledger, delivery, SMTP.
"""

import os
import pickle
import signal
import sys
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

from halokop_sheets.core.sheet.values import Change, Snapshot
from halokop_sheets.mail.render import Renderer
from halokop_sheets.mail.transports.smtp import SmtpTransport
from halokop_sheets.settings import SmtpSettings
from halokop_sheets.tick import App, tick
from halokop_sheets.workbooks.memory import MemoryTab, MemoryWorkbook
from tests.mail_office import NOW, open_ledger
from tests.sheet import Sheet

RECIPIENTS = [f"{name}@example.go.id" for name in ("dewi", "rudi", "sinta", "bambang")]
"""Who gets a mail that morning, in the order in which they go out."""


class Kept(MemoryWorkbook):
    """A workbook in memory that outlives its process: each batch is in the file before ``write`` returns."""

    def __init__(self, file: Path, tabs: dict[str, MemoryTab]) -> None:
        super().__init__(tabs)
        self._file = file

    def write(self, changes: Sequence[Change], snapshot: Snapshot) -> None:
        super().write(changes, snapshot)
        beside = self._file.with_suffix(".new")
        beside.write_bytes(pickle.dumps(self.tabs))
        beside.replace(self._file)


def _sheet(folder: Path) -> Sheet:
    """The office as its people left it: one episode, five days before it is published, nothing done."""
    file = folder / "sheet.pickle"
    sheet = Sheet().team()
    sheet.episode("2026-11-29", "Laporan keuangan")
    sheet.long_running("2026-11-24")
    kept = pickle.loads(file.read_bytes()) if file.exists() else sheet.workbook.tabs
    sheet.workbook = Kept(file, kept)
    return sheet


def main(folder: Path, port: int, minutes: int, point: str) -> None:
    def checkpoint(name: str) -> None:
        seen.append(name)
        if f"{name}-{seen.count(name)}" == point:
            os.kill(os.getpid(), signal.SIGKILL)

    seen: list[str] = []
    sheet = _sheet(folder)
    transport = SmtpTransport(SmtpSettings(host="127.0.0.1", port=port, security="none"), "", "example.go.id")
    with open_ledger(folder) as ledger:
        renderer = Renderer(sheet.settings)
        app = App(
            *(sheet.settings, sheet.procedure, sheet.workbook, ledger, transport, renderer),
            must_show=True,
            checkpoint=checkpoint,
        )
        tick(app, NOW + timedelta(minutes=minutes))


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]), sys.argv[4])

"""One tick in a process of its own that ends itself with SIGKILL at a named point.

``python -m tests.mail_crash_child FOLDER PORT MINUTES POINT`` — the sheet is a text file, the rest is the real thing.
"""

import os
import signal
import sys
import time
from datetime import timedelta
from pathlib import Path

from halokop_sheets.mail.delivery import deliver
from halokop_sheets.mail.transports.smtp import SmtpTransport
from halokop_sheets.settings import SmtpSettings
from tests.mail_office import MAIL, NOW, frozen, open_ledger, people

MAILS = people(3)


def main(folder: Path, port: int, minutes: int, point: str) -> None:
    def checkpoint(name: str) -> None:
        seen.append(name)
        if f"{name}-{seen.count(name)}" == point:
            os.kill(os.getpid(), signal.SIGKILL)

    seen: list[str] = []
    now = NOW + timedelta(minutes=minutes)
    sheet = folder / "sheet.txt"
    with open_ledger(folder) as ledger:
        ledger.settle(now)
        checkpoint("planned")
        ledger.claim(MAILS, frozen, now)
        checkpoint("claimed")
        sheet.write_text("\n".join(record.key for record in ledger.view(now).records))
        checkpoint("written")
        ledger.show(sheet.read_text().split("\n"))
        transport = SmtpTransport(SmtpSettings(host="127.0.0.1", port=port, security="none"), "", "example.go.id")
        deliver(ledger, transport, MAIL, now, monotonic=time.monotonic, shown_only=True, checkpoint=checkpoint)
        sheet.write_text("\n".join(f"{one.key} {one.status}" for one in ledger.view(now).records))


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]), sys.argv[4])

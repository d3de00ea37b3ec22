"""Makes ``tests/data/VERSION/``: an office as that release leaves it, for the test that later releases go on with it.

Run once a release, with its own code, from the project's folder: ``.venv/bin/python tests/data/make_office.py``.
What is there is never made anew: a later release must go on with what offices really have.

Thursday 26 November 2026, 08:05: digests, invitations and the run-downs of weeks are out; a date was moved this morning
and is not told yet; the escalation of 08:00 is promised and waits, for the outbox cannot be written.
"""

import shutil
import subprocess
import sys
import tempfile
from datetime import datetime
from pathlib import Path

import openpyxl

import halokop_sheets

KEPT = ("halokop.xlsx", "halokop.toml", "state/ledger.sqlite3")
MOVED_FROM, MOVED_TO = datetime(2026, 12, 13), datetime(2026, 12, 12)  # an episode too far away to be told at once


def halokop(folder: Path, *words: str, code: int = 0) -> None:
    command = [sys.executable, "-m", "halokop_sheets", "-c", str(folder / "halokop.toml"), *words]
    done = subprocess.run(command, check=False).returncode
    if done != code:
        raise SystemExit(f"{' '.join(words)}: exit code {done}, not {code}")


def edit(file: Path) -> None:
    """What a person does in Excel: moves a date."""
    book = openpyxl.load_workbook(file)
    cells = [cell for row in book["Jadwal"].iter_rows() for cell in row if cell.value == MOVED_FROM]
    if len(cells) != 1:
        raise SystemExit(f"{len(cells)} episodes on {MOVED_FROM:%d %B}")
    cells[0].value = MOVED_TO
    book.save(file)


def main() -> None:
    kept = Path(__file__).parent / halokop_sheets.__version__
    if kept.exists():
        raise SystemExit(f"{kept} is there; it stays as that release left it")
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary) / "kantor"
        halokop(folder, "demo", "--dir", str(folder), "--at", "2026-11-26T07:05")
        edit(folder / "halokop.xlsx")
        halokop(folder, "sync", "--at", "2026-11-26T07:10")
        (folder / "outbox").rename(folder / "surat")
        (folder / "outbox").touch()
        halokop(folder, "sync", "--at", "2026-11-26T08:05", code=1)
        for name in KEPT:
            (kept / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(folder / name, kept / name)


if __name__ == "__main__":
    main()

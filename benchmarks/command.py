"""The commands as an office starts them: a cold process on an .xlsx file, everything from imports to exit counted."""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from benchmarks.measure import Times, alone, megabytes, resident, table
from benchmarks.offices import MORNING, QUIET, build_office, everything, fill_ledger
from halokop_sheets.core.sheet.tables import recognise
from halokop_sheets.core.sheet.values import SetCell
from halokop_sheets.core.terms import TICK, Cols, Tabs
from halokop_sheets.resources import folder
from halokop_sheets.settings import Settings, load_settings
from halokop_sheets.tick import initialise, tick
from halokop_sheets.wiring import make_workbook, open_app
from tests.mail_office import ENVIRONMENT

TICKED = 8  # steps that people tick between two days
EVALUATIONS = 49  # tabs of a year; offices delete older ones, for a file grows by 3,000 cells with each
PATIENCE = 12.0  # seconds for the runs of one command


@dataclass(frozen=True)
class Runs:
    times: Times
    memory: int  # bytes, the most of any run


def make_folder(home: Path, episodes: int) -> int:
    """An office's folder with workbook, ledger and settings, settled; bytes of the workbook."""
    shutil.copyfile(folder("config") / "halokop.toml", home / "halokop.toml")
    settings = load_settings(home / "halokop.toml")
    now = _moment(settings, QUIET)
    sheet = build_office(episodes, tick=TICK)
    with open_app(settings, create=True) as app:
        fill_ledger(app.ledger, sheet.ledger, settings)
        initialise(app, now)
        app.workbook.write(everything(sheet, EVALUATIONS), recognise(app.workbook.read()))
        while tick(app, now).written:
            pass
    return settings.path(settings.workbook.path).stat().st_size


def tick_steps(home: Path) -> None:
    """People tick the next steps, as many as on a busy day."""
    workbook = make_workbook(load_settings(home / "halokop.toml"))
    snapshot = recognise(workbook.read())
    table_ = snapshot.tables[Tabs.STEPS]
    column = table_.columns[Cols.DONE] + 1
    still = [row for row in table_.rows if Cols.DONE not in row.cells and row.cells.get(Cols.STATUS) != "Selesai"]
    workbook.write(
        [SetCell(Tabs.STEPS, row.number, column, Cols.DONE, "", None, TICK) for row in still[:TICKED]], snapshot
    )


def _moment(settings: Settings, at: str) -> datetime:
    return datetime.fromisoformat(at).replace(tzinfo=settings.zone)


def run(home: Path, *args: str) -> tuple[float, float, int]:
    """CPU and wall seconds, and peak bytes, of one command."""
    since = time.perf_counter()
    command = [sys.executable, "-m", "halokop_sheets", *args]
    process = subprocess.Popen(command, cwd=home, env=ENVIRONMENT, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    wall = time.perf_counter() - since
    process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == 0, (args, process.returncode)
    return usage.ru_utime + usage.ru_stime, wall, resident(usage.ru_maxrss)


def runs(command: Callable[[], tuple[float, float, int]], most: int = 5) -> Runs:
    """As many runs as the patience allows, one at least."""
    since, found = time.perf_counter(), [command()]
    while len(found) < most and time.perf_counter() - since < PATIENCE:
        found.append(command())
    cpu, wall, memory = zip(*found, strict=True)
    return Runs(Times(cpu, wall), max(memory))


def report() -> str:
    rows = []
    with tempfile.TemporaryDirectory() as name:
        home = Path(name)
        done = runs(lambda: run(home, "--help"), 9)
        rows.append(("`halokop --help`", *done.times.row(), "", "0.3 s"))  # less memory than ours, which it starts with
        for episodes in (52, 520):
            quiet, busy = home / f"{episodes}", home / f"{episodes} ticked"
            quiet.mkdir()
            size = alone(make_folder, quiet, episodes)
            shutil.copytree(quiet, busy)
            alone(tick_steps, busy)
            before = (quiet / "halokop.xlsx").read_bytes()
            done = runs(lambda quiet=quiet: run(quiet, "-c", "halokop.toml", "sync", "--at", QUIET))
            assert (quiet / "halokop.xlsx").read_bytes() == before
            limit = "2.5 s" if episodes == 52 else "220 MB"
            what = f"`halokop sync`, {episodes} episodes (a file of {megabytes(size)}),"
            rows.append((f"{what} nothing to write", *done.times.row(), megabytes(done.memory), limit))
            done = runs(lambda busy=busy: _next_day(busy))
            rows.append((f"{what} the next morning's changes and mails", *done.times.row(), megabytes(done.memory), ""))
    return "A cold process on an .xlsx file. Times are least (median).\n\n" + table(
        ("", "CPU ms", "wall ms", "peak memory", "demanded"), rows
    )


def _next_day(ticked: Path) -> tuple[float, float, int]:
    with tempfile.TemporaryDirectory() as name:
        home = Path(name) / "office"
        shutil.copytree(ticked, home)
        return run(home, "-c", "halokop.toml", "sync", "--at", MORNING)


if __name__ == "__main__":
    print(report())

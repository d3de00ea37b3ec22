"""Making the demo: an office lives some weeks in memory, then moves into an .xlsx file, where the last tick is real.

Everything that is not typed by its people was done by the program itself, with the very code that runs in an office.
"""

import secrets
import shutil
import tempfile
from collections.abc import Callable, Iterator
from datetime import date, datetime, time, timedelta
from pathlib import Path

from halokop_sheets.core.sheet.tables import recognise
from halokop_sheets.core.sheet.values import AddPage, AddRow, Change
from halokop_sheets.core.terms import Tabs
from halokop_sheets.demo.life import Life
from halokop_sheets.errors import UsageError
from halokop_sheets.mail.ledger import Ledger
from halokop_sheets.mail.render import Renderer
from halokop_sheets.mail.transports.folder import FolderTransport
from halokop_sheets.resources import folder
from halokop_sheets.settings import Settings, load_settings
from halokop_sheets.sop import load_procedure
from halokop_sheets.tick import App, initialise, read, tick
from halokop_sheets.wiring import ledger_path, open_app, state_dir
from halokop_sheets.workbooks.memory import MemoryWorkbook

KEPT_DAYS = 7  # whose mails stay in the outbox; six weeks of them would bury the reader
MARK = "halokop-demo.txt"  # what tells an earlier demo's folder from an office's, which holds settings and state too
_MARKED = "A demo of halokop. `halokop demo` on this folder deletes all that is in it and makes it anew.\n"
_TICKS = tuple(  # of a day in memory: people's Jam Pengingat, the windows of day H, the evening
    map(time.fromisoformat, ("06:30", "07:00", "08:00", "08:30", "09:30", "10:05", "14:30", "17:10"))
)


def make_demo(directory: Path, now: datetime, progress: Callable[[str], None]) -> list[str]:
    """Fill ``directory`` with a sample office as of ``now`` (aware); tells what to open."""
    if directory.exists() and not directory.is_dir():
        raise UsageError(f"{directory} is a file; name another folder with --dir")
    if directory.exists() and any(directory.iterdir()) and not (directory / MARK).is_file():
        raise UsageError(
            f"{directory} is not empty and no demo's folder (there is no {MARK}); name another with --dir, or delete it"
        )
    shutil.rmtree(directory, ignore_errors=True)
    directory.mkdir(parents=True, exist_ok=True)
    (directory / MARK).write_text(_MARKED, encoding="utf-8")
    config = directory / "halokop.toml"
    shutil.copyfile(folder("config") / "halokop.toml", config)
    settings = load_settings(config)
    now = now.astimezone(settings.zone).replace(second=0, microsecond=0)
    progress("an office of five lives some weeks in memory ...")
    memory = _live(settings, now)
    progress("it moves into halokop.xlsx, and the program does its job there ...")
    with open_app(settings, create=True) as app:
        move(memory, app, now)
        initialise(app, now)
        result = tick(app, now)
        if result.trouble:
            raise result.trouble[0]
    mails = len(list((directory / "outbox").glob("*.eml")))
    return [
        f"done, as of {now:%Y-%m-%d %H:%M} ({settings.program.timezone}):",
        f"  {directory / 'halokop.xlsx'}  the office's sheet: open it, begin with the tab Papan",
        f"  {directory / 'outbox'}  {mails} mails of the last days: open one in any mail program",
        f"  {config}  the settings",
    ]


def _live(settings: Settings, now: datetime) -> MemoryWorkbook:
    """The weeks up to today's work, in memory; the mails of all but the last days go nowhere."""
    workbook = MemoryWorkbook(name=Path(settings.workbook.path).name)
    sunday = now.date() - timedelta(days=(now.weekday() + 1) % 7)
    life = Life(workbook, settings, sunday)
    begin = life.begin
    state_dir(settings).mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as nowhere,
        Ledger.open(ledger_path(settings), settings.zone, lambda: secrets.token_hex(3)) as ledger,
    ):

        def app(outbox: Path) -> App:
            transport = FolderTransport(outbox)
            procedure, renderer = load_procedure(settings), Renderer(settings)
            return App(settings, procedure, workbook, ledger, transport, renderer, must_show=False)

        early, late = app(Path(nowhere)), app(settings.path(settings.mail.outbox_dir))
        initialise(early, datetime.combine(begin, time(), settings.zone))
        life.settle_in()
        for moment in _moments(begin, now):
            if moment.time() in Life.HOURS:
                life.work(moment.replace(tzinfo=None))
            else:
                tick(late if now - moment < timedelta(days=KEPT_DAYS) else early, moment)
    return workbook


def _moments(begin: date, now: datetime) -> Iterator[datetime]:
    """The hours of each day at which something happens, up to ``now``."""
    day = begin
    while day <= now.date():
        for hour in sorted((*_TICKS, *Life.HOURS)):
            moment = datetime.combine(day, hour, now.tzinfo)
            if moment < now:
                yield moment
        day += timedelta(days=1)


def move(memory: MemoryWorkbook, app: App, now: datetime) -> None:
    """Copy a whole office into the empty workbook of ``app``, people's cells included."""
    initialise(app, now)
    app.workbook.write(_everything(memory), read(app, now).snapshot)


def _everything(memory: MemoryWorkbook) -> list[Change]:
    """A workbook as the rows and pages that make it."""
    source = recognise(memory.read())
    pages = [page for page in memory.pages() if page.mark.startswith(Tabs.EVALUATION)]
    hidden = tuple(tab.mark for tab in memory.tabs.values() if tab.hidden and tab.page)
    changes: list[Change] = [AddPage(page, hidden if page is pages[-1] else ()) for page in pages]
    for name, table in source.tables.items():
        for row in table.rows:
            values = tuple(sorted(row.cells.items(), key=lambda item: table.columns[item[0]]))
            changes.append(AddRow(name, str(row.number), values))
    return changes

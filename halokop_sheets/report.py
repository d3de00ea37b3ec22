"""``halokop report``: the results of a month or a year as a Word document, read from any kind of workbook.

Nothing is written to the workbook, and an earlier report is replaced only where its name was given.
"""

from datetime import datetime
from pathlib import Path

from halokop_sheets.core.planner import observe
from halokop_sheets.core.report.fields import report_fields
from halokop_sheets.core.report.period import Period
from halokop_sheets.core.sheet.values import LedgerView, Snapshot
from halokop_sheets.core.terms import Tabs
from halokop_sheets.errors import UsageError, WorkbookError
from halokop_sheets.output_file import may_be_written
from halokop_sheets.report_document import render
from halokop_sheets.resources import folder
from halokop_sheets.settings import Settings
from halokop_sheets.sop import load_procedure
from halokop_sheets.tick import read_workbook
from halokop_sheets.wiring import make_workbook

TEMPLATE = "laporan.docx"
_SOURCES = (
    Tabs.SCHEDULE,
    Tabs.STEPS,
    Tabs.READINGS,
    Tabs.QUESTIONS,
    Tabs.FEEDBACK,
    Tabs.ACTIONS,
    Tabs.MEETINGS,
)


def period_of(month: str, year: str) -> Period:
    """The period that the options name, exactly one of them."""
    if bool(month) == bool(year):
        raise UsageError("name one of --month 2026-11 and --year 2026")
    period = Period.parse(month or year)
    if period is None or bool(period.month) != bool(month):
        raise UsageError(f"--month {month}: write it as 2026-11" if month else f"--year {year}: write it as 2026")
    return period


def template_file(settings: Settings) -> Path:
    """The office's own template where it has one, else the packaged one."""
    own = settings.path(settings.program.templates_dir) / TEMPLATE
    return own if settings.program.templates_dir and own.is_file() else folder("templates") / TEMPLATE


def write_report(settings: Settings, period: Period, now: datetime, out: Path | None) -> str:
    """Make the report as of ``now`` (aware) and write it; tells where, in one line."""
    file = may_be_written(out, ".docx", settings) if out else _free(settings.base, period)
    seen = read_workbook(settings, load_procedure(settings), make_workbook(settings), LedgerView(), now)
    snapshot, context = seen.snapshot, seen.context
    _complete(snapshot)
    office = observe(snapshot, context)
    fields = report_fields(office, period)
    made = render(template_file(settings), fields)
    _save(file, made)
    problems = f"; {len(office.problems)} problem(s) in the sheet, see Pesan Sistem there" if office.problems else ""
    count = len(fields["episodes"])
    return f"{file}: {period}, {f'{count} episode(s)' if count else 'nothing was published in it'}{problems}"


def _complete(snapshot: Snapshot) -> None:
    """A report without one of its tabs would look like a report of a quiet month."""
    tables = snapshot.tables
    broken = [name for name in _SOURCES if name not in tables or not tables[name].usable]
    if broken:
        raise WorkbookError(f"no report: {', '.join(broken)}: tab or columns not found; run `halokop init` first")


def _free(base: Path, period: Period) -> Path:
    """``laporan-2026-11.docx``, or the first name with a number that no file has."""
    file, n = base / f"laporan-{period}.docx", 1
    while file.exists():
        n += 1
        file = base / f"laporan-{period}-{n}.docx"
    return file


def _save(file: Path, made: bytes) -> None:
    """All or nothing: a full disk leaves the earlier report as it was."""
    part = file.with_name(f".{file.name}.part")
    try:
        part.write_bytes(made)
        part.replace(file)
    except PermissionError:
        part.unlink(missing_ok=True)
        advice = "if it is open in Word, close it; or name another file with --out"
        raise UsageError(f"{file}: may not be written: {advice}") from None
    except OSError as error:
        part.unlink(missing_ok=True)
        raise UsageError(f"{file}: cannot be written: {error.strerror}; name another file with --out") from None

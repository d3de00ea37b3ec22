"""The overview for who is responsible for many: one row a programme, figures from the heartbeats, never people's names.

It reads no sheet, so it costs Google nothing and shows also those that cannot be reached.
"""

from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

from halokop_sheets.errors import HalokopError
from halokop_sheets.programmes.folder import load_shared
from halokop_sheets.programmes.health import Fare, fares, found_in
from halokop_sheets.settings import Settings

Value = str | int | float | date | datetime | None
TITLE = "Ringkasan"
HEADERS = (
    "Program",
    "Keadaan",
    "Terakhir berjalan",
    "Langkah terbuka",
    "Langkah terlambat",
    "Tepat waktu 12 pekan",
    "Episode berikutnya",
    "Masalah",
)
_FORMATS = {"Terakhir berjalan": "dd/mm/yyyy hh:mm", "Tepat waktu 12 pekan": "0%", "Episode berikutnya": "dd/mm/yyyy"}
_WIDTHS = (28, 12, 18, 16, 18, 20, 20, 10)


def row_of(fare: Fare, settings: Settings | None) -> tuple[Value, ...]:
    """One programme's row; blank where nothing is known. Times are those of its own zone."""
    facts = fare.beat.facts if fare.beat else {}
    tick = fare.beat.tick.astimezone(settings.zone).replace(tzinfo=None) if fare.beat and settings else None
    counted, on_time = facts.get("counted"), facts.get("on_time")
    rate = on_time / counted if isinstance(on_time, int) and isinstance(counted, int) and counted else None
    next_publish = str(facts.get("next_publish") or "")
    return (
        fare.name,
        "baik" if fare.well else "terhenti" if settings else "salah setelan",
        tick,
        facts.get("open"),
        facts.get("late"),
        rate,
        date.fromisoformat(next_publish) if next_publish else None,
        facts.get("problems"),
    )


def rows(paths: Sequence[Path], now: datetime) -> list[tuple[Value, ...]]:
    """The rows, header first; those that are not well come first, then by name."""
    found = found_in(paths)
    settings = {one.name: one.settings for one in found}
    sorted_fares = sorted(fares(found, now), key=lambda fare: (fare.well, fare.name))
    return [HEADERS, *(row_of(fare, settings[fare.name]) for fare in sorted_fares)]


def write_overview(paths: Sequence[Path], now: datetime, out: Path) -> list[str]:
    """Write the file and, where ``[overview] spreadsheet_id`` is set, the tab; says what was done.

    Raises ``HalokopError`` where either cannot be written.
    """
    made = rows(paths, now)
    _write_file(out, made)
    done = [f"{out}: {len(made) - 1} programme(s)"]
    shared = load_shared(paths).settings
    if shared.overview.spreadsheet_id:
        from halokop_sheets.workbooks.google import write_table

        write_table(shared, shared.overview.spreadsheet_id, TITLE, made, [_FORMATS.get(one, "") for one in HEADERS])
        done.append(f"spreadsheet {shared.overview.spreadsheet_id}: tab {TITLE}")
    return done


def _write_file(out: Path, made: Sequence[Sequence[Value]]) -> None:
    from openpyxl import Workbook
    from openpyxl.styles import Font, PatternFill
    from openpyxl.utils import get_column_letter

    if out.suffix.lower() != ".xlsx":
        raise HalokopError(f"--out {out}: must end in .xlsx")
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = TITLE
    for number, line in enumerate(made, start=1):
        for column, value in enumerate(line, start=1):
            cell: Any = sheet.cell(number, column)
            cell.value = value
            if isinstance(value, str):
                cell.data_type = "s"  # a name that begins with = is no formula
            if number > 1 and (pattern := _FORMATS.get(HEADERS[column - 1])):
                cell.number_format = pattern
    for column, width in enumerate(_WIDTHS, start=1):
        sheet.column_dimensions[get_column_letter(column)].width = width
        head = sheet.cell(1, column)
        head.font, head.fill = Font(bold=True), PatternFill("solid", fgColor="DDE6F0")
    sheet.freeze_panes = "B2"
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(HEADERS))}{len(made)}"
    beside = out.with_name(f".{out.name}.new")
    try:
        book.save(beside)
        beside.replace(out)
    except OSError as error:
        beside.unlink(missing_ok=True)
        raise HalokopError(f"{out} cannot be written: {error.strerror}; close it in Excel") from None

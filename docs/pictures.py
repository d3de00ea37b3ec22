"""Makes the pictures of README and guide from a fresh sample office: what people really see, nothing drawn by hand.

Needs LibreOffice (``soffice``), poppler (``pdftoppm``) and a headless Chromium on the PATH; run by ``make pictures``.
"""

import shutil
import subprocess
import sys
import tempfile
from datetime import datetime
from email import message_from_bytes
from email.policy import default
from pathlib import Path

import openpyxl

from halokop_sheets.cli import commands, main
from halokop_sheets.core.sheet.tables import recognise, to_serial
from halokop_sheets.core.terms import Cols, Tabs
from halokop_sheets.workbooks.xlsx import XlsxWorkbook

HERE = Path(__file__).parent / "pictures"
AT = "2026-11-26T08:00"  # a Thursday: the evaluation of 22 November has just been made
HOUR = to_serial(datetime.fromisoformat(AT))
CHROMIUM = ("chromium", "chromium-browser", "google-chrome")


def run(*words: str | Path) -> None:
    subprocess.run([str(w) for w in words], check=True, capture_output=True)


def picture_of_tab(workbook: Path, title: str, name: str, *, area: str = "", page: int = 1, dpi: int = 110) -> None:
    """One printed page of one tab; ``area`` shows a part of a long one under its header."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "tab.xlsx"
        book = openpyxl.load_workbook(workbook)
        for sheet in book:
            sheet.sheet_state = "visible" if sheet.title == title else "hidden"
        sheet = book[title]
        book.active = book.index(sheet)
        if area:
            sheet.print_area = area
        for entry in sheet.conditional_formatting:  # the colours of that hour, whatever the clock of this computer says
            for rule in entry.rules:
                rule.formula = [f.replace("TODAY()", str(int(HOUR))).replace("NOW()", str(HOUR)) for f in rule.formula]
        book.save(copy)
        run("soffice", "--headless", "--convert-to", "pdf", "--outdir", folder, copy)
        pages = ["-f", str(page), "-l", str(page)]
        run("pdftoppm", "-png", "-r", str(dpi), *pages, "-singlefile", copy.with_suffix(".pdf"), HERE / name)


def picture_of_page(html: str, name: str, width: int, height: int) -> None:
    """A mail as a browser shows it."""
    browser = next(path for path in map(shutil.which, CHROMIUM) if path)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "mail.html"
        file.write_text(html, encoding="utf-8")
        flags = (
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--hide-scrollbars",
            f"--user-data-dir={folder}/profile",
        )
        run(browser, *flags, f"--window-size={width},{height}", f"--screenshot={HERE / name}.png", file.as_uri())


def command(*words: str) -> None:
    try:
        main(lambda: commands(list(words)))
    except SystemExit as stop:
        if stop.code:
            sys.exit(f"{words}: exit {stop.code}")


def make(folder: Path) -> None:
    office = folder / "demo"
    command("demo", "--dir", str(office), "--at", AT)
    workbook = office / "halokop.xlsx"
    tables = recognise(XlsxWorkbook(workbook).read()).tables
    rows = tables[Tabs.STEPS].rows
    latest = [r.number for r in rows if str(r.cells.get(Cols.CODE)).startswith(("2026-W47", "2026-W48"))]
    book = openpyxl.load_workbook(workbook, read_only=True)
    evaluation = next(title for title in book.sheetnames if title.startswith(f"{Tabs.EVALUATION} "))
    HERE.mkdir(exist_ok=True)
    picture_of_tab(workbook, Tabs.BOARD, "papan")
    picture_of_tab(workbook, Tabs.STEPS, "langkah", area=f"A{latest[0]}:J{latest[-1]}")
    picture_of_tab(workbook, Tabs.SCHEDULE, "jadwal", area=f"A1:L{tables[Tabs.SCHEDULE].last_row}")
    picture_of_tab(workbook, evaluation, "evaluasi-1")
    picture_of_tab(workbook, evaluation, "evaluasi-2", page=2)
    picture_of_tab(workbook, Tabs.GUIDE, "petunjuk")
    for kind, width, height in (("digest", 600, 1500), ("run-down", 600, 1400), ("invitation", 600, 1000)):
        file = max((office / "outbox").glob(f"*_{kind}_*.eml"), key=lambda path: path.stat().st_size)
        body = message_from_bytes(file.read_bytes(), policy=default).get_body(("html",))
        assert body is not None
        picture_of_page(body.get_content(), f"surat-{kind}", width, height)
    command("-c", str(office / "halokop.toml"), "report", "--month", "2026-11", "--at", AT)
    document = next(office.glob("laporan*.docx"))
    run("soffice", "--headless", "--convert-to", "pdf", "--outdir", folder, document)
    run(
        "pdftoppm",
        "-png",
        "-r",
        "70",
        "-f",
        "1",
        "-l",
        "1",
        "-singlefile",
        folder / f"{document.stem}.pdf",
        HERE / "laporan",
    )


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as temporary:
        make(Path(temporary))

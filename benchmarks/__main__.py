"""All measurements, as the table that stands at the end of the README.

    python -m benchmarks [--write] [PART ...]

PART is one of planning, command, google, mail, years; without any all are run, in some minutes. ``--write`` puts the
whole table between the markers of the README: do it on a machine that has nothing else to do.
"""

import argparse
import io
import os
import sys
from collections.abc import Callable
from contextlib import redirect_stdout
from pathlib import Path

from benchmarks import command, google, mail, planning, years
from benchmarks.measure import machine
from halokop_sheets.cli import calm_collector

README = Path(__file__).parent.parent / "README.md"
BEGIN, END = "<!-- benchmarks: begin -->\n", "<!-- benchmarks: end -->"
IDLE = 0.75  # load a core below which figures are worth keeping


def _mail() -> str:
    printed = io.StringIO()
    with redirect_stdout(printed):
        mail.main()
    lines = printed.getvalue().rstrip()
    return f"Mails through SMTP, the ledger's commits included, beside a plain `smtplib` loop.\n\n```\n{lines}\n```"


PARTS: dict[str, Callable[[], str]] = {
    "planning": planning.report,
    "command": command.report,
    "google": google.report,
    "mail": _mail,
    "years": years.report,
}


def load() -> float:
    """How busy each core was in the last minute; 0 where the system does not say."""
    return os.getloadavg()[0] / (os.cpu_count() or 1) if hasattr(os, "getloadavg") else 0.0


def around() -> tuple[str, str]:
    """The README up to the first marker and from the second one on."""
    before, begin, rest = README.read_text(encoding="utf-8").partition(BEGIN)
    _, end, after = rest.partition(END)
    if not end:
        raise SystemExit(f"{README.name} has no place for the table: {BEGIN}{END}")
    return before + begin, end + after


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description="Measure, and print the table.")
    parser.add_argument("part", nargs="*", choices=[*PARTS, []], help="which tables; all when none is named")
    parser.add_argument("--write", action="store_true", help="put the whole table into the README")
    asked = parser.parse_args()
    calm_collector()  # as every command does
    if asked.write and asked.part:
        parser.error("--write takes the whole table")
    if asked.write:
        around()  # a README without a place for it is told before the minutes of measuring
    if (busy := load()) > IDLE:
        print(f"this machine is busy (load {busy:.1f} a core): figures will be too high", file=sys.stderr)
    tables = [f"`make bench` on {machine()}"]
    print(tables[0], flush=True)
    for name in asked.part or PARTS:
        tables.append(PARTS[name]())
        print(f"\n{tables[-1]}", flush=True)
    if asked.write:
        before, after = around()
        table = "\n\n".join(tables)
        README.write_text(f"{before}\n{table}\n\n{after}", encoding="utf-8")


if __name__ == "__main__":
    main()

"""The command line: it alone prints; it and the daemon ask the time. Errors are one clear line, never a traceback."""

import os
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from halokop_sheets.calling import ConfigAnywhere, as_called
from halokop_sheets.command_line import (
    DEFAULT_CONFIG,
    State,
    calm_collector,
    for_each,
    many,
    settings_of,
    time_at,
)
from halokop_sheets.complaints import clear_errors, complain, log_to
from halokop_sheets.console import show_anywhere

if TYPE_CHECKING:
    from halokop_sheets.settings import Settings


commands = typer.Typer(
    cls=ConfigAnywhere,
    add_completion=False,
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    help="Keeps a shared sheet in step with the weekly HALO KOP-UKM publishing procedure.",
)
At = Annotated[str, typer.Option("--at", metavar="T", help="Set the clock: 2026-11-26T07:05, in the programme's zone.")]
LogFile = Annotated[
    Path | None,
    typer.Option(
        "--log-file",
        metavar="FILE",
        help="Write the log to the end of FILE, a .log; full ones are kept as FILE.1 to .5.",
    ),
]


@commands.callback()
def options(
    config: Annotated[
        list[Path] | None,
        typer.Option(
            "-c",
            "--config",
            metavar="FILE",
            help=f"The settings file, or a folder of them: many programmes. Else HALOKOP_CONFIG, or {DEFAULT_CONFIG}.",
        ),
    ] = None,
) -> None:
    State.config = config or [Path(os.environ.get("HALOKOP_CONFIG") or DEFAULT_CONFIG)]


@commands.command()
def demo(
    directory: Annotated[Path, typer.Option("--dir", metavar="DIR", help="Where to make it.")] = Path("demo"),
    at: At = "",
) -> None:
    """Make a lively sample office in DIR and run the whole job on it. Needs no account."""
    from halokop_sheets.demo import make_demo
    from halokop_sheets.private import keep_private
    from halokop_sheets.settings import Settings

    settings = Settings()
    keep_private(settings.state.readable_by)
    now = time_at(settings, at)
    for line in make_demo(directory, now, progress=lambda text: print(text, flush=True)):
        print(line)
    config = str(directory / "halokop.toml")
    quoted = f'"{config}"' if " " in config else config
    print(f"go on with: {as_called()} -c {quoted} plan --days 3")


@commands.command()
def init(at: At = "") -> None:
    """Make or mend tabs, headers, lists, protections and highlighting; what people wrote stays."""
    from halokop_sheets.false_clock import refuse_false_clock
    from halokop_sheets.tick import initialise
    from halokop_sheets.wiring import open_app

    def work(settings: "Settings") -> int:
        refuse_false_clock(settings, at)
        with open_app(settings, create=True) as app:
            done = initialise(app, time_at(settings, at))
        print(f"workbook: {settings.workbook_place}")
        for line in done or ["nothing to do: the workbook is as it should be"]:
            print(line)
        if any(": columns " in line and " added" in line for line in done):
            print("a column of yours that means the same as a new one: give it that title, delete ours, run init again")
        return 0

    for_each(work)


@commands.command()
def check() -> None:
    """Look at settings, procedure, templates, workbook and mail server: all problems at once. Writes nothing."""
    from halokop_sheets.check.doctor import examine
    from halokop_sheets.check.finding import summary, what_next
    from halokop_sheets.programmes.folder import files_of

    worst = 0
    for file in files_of(State.config):
        if many():
            print(f"== {file.stem}")
        findings = list(examine(file, datetime.now(UTC)))
        for finding in findings:
            print(finding, flush=True)
        print(summary(findings))
        for number, line in enumerate(what_next(findings), start=1):
            print(f"next {number}. {line}")
        worst = max(worst, *(f.exit_code for f in findings))
    raise typer.Exit(worst)


@commands.command()
def plan(
    at: At = "",
    days: Annotated[int, typer.Option("--days", metavar="N", min=0, max=400, help="Play N days on, in memory.")] = 0,
) -> None:
    """Print exactly what a sync would write and mail. Writes and sends nothing."""
    from halokop_sheets.preview import play, preview

    def work(settings: "Settings") -> int:
        now = time_at(settings, at)
        if days:
            for line in play(settings, now, days):
                print(line)
            return 0
        for line in preview(settings, now):
            print(line)
        return 0

    for_each(work)


@commands.command()
def sync(at: At = "", log_file: LogFile = None) -> None:
    """One tick: read, plan, write, mail, close."""
    from halokop_sheets import heartbeat
    from halokop_sheets.daemon import log_tick
    from halokop_sheets.false_clock import refuse_false_clock
    from halokop_sheets.logs import discreet
    from halokop_sheets.tick import tick
    from halokop_sheets.wiring import open_app, state_dir

    if log_file:
        log_to(log_file)

    def work(settings: "Settings") -> int:
        refuse_false_clock(settings, at)
        started = time.monotonic()
        with open_app(settings) as app:
            result = tick(app, time_at(settings, at))
            if not at:  # a made-up time says nothing of whether the work is being done
                file = heartbeat.heartbeat_file(state_dir(settings))
                troubles = [discreet(str(error)) for error in result.trouble]
                heartbeat.renew(file, datetime.now(UTC), troubles, heartbeat.facts_of(result.plan.tally))
        outcome, found = result.outcome, len(result.plan.problems)
        judged = "0 problem(s) in the sheet" if result.plan.tally else "the sheet could not be looked at"
        print(
            f"{result.written} change(s) written, {outcome.sent} mail(s) sent, "
            f"{outcome.deferred + outcome.unknown + outcome.left} waiting, {outcome.refused} refused, "
            + (f"{found} problem(s) in the sheet (see Papan)" if found else judged)
        )
        for line in result.told:
            complain(line)
        if log_file:
            log_tick(result, time.monotonic() - started)
        return result.exit_code

    for_each(work)


@commands.command()
def run(log_file: LogFile = None) -> None:
    """The daemon: a tick every few minutes until it is told to stop; SIGHUP makes it read the settings again."""
    from halokop_sheets.stopping import Stop

    stop = Stop()
    stop.listen()
    log_to(log_file)
    if many():
        from halokop_sheets.programmes.rounds import run_many

        run_many(State.config, stop)
        return
    from halokop_sheets.daemon import run_forever

    run_forever(settings_of, stop)


@commands.command()
def report(
    month: Annotated[str, typer.Option("--month", metavar="2026-11", help="The month to report on.")] = "",
    year: Annotated[str, typer.Option("--year", metavar="2026", help="The year to report on.")] = "",
    out: Annotated[
        Path | None,
        typer.Option(
            "--out",
            metavar="FILE",
            help="Where to write it, a .docx file; an earlier Word file there is replaced. Without it: "
            "laporan-2026-11.docx beside the settings file, and laporan-2026-11-2.docx where that is taken, so that "
            "no edited report is lost.",
        ),
    ] = None,
    at: At = "",
) -> None:
    """Write the results report of a month or a year, a Word document. Writes nothing to the workbook."""
    from halokop_sheets.report import period_of, write_report

    period, settings = period_of(month, year), settings_of()
    print(write_report(settings, period, time_at(settings, at), out))


@commands.command()
def health(
    as_json: Annotated[bool, typer.Option("--json", help="One JSON list, an object a programme.")] = False,
    alive: Annotated[
        bool, typer.Option("--alive", help="Many programmes: whether the daemon goes round, however they fare.")
    ] = False,
) -> None:
    """Exit 0 while the last full tick is fresh (of each programme, where there are many)."""
    from halokop_sheets.programmes.health import health_of

    fresh, lines = health_of(State.config, datetime.now(UTC), as_json=as_json, alive=alive)
    for line in lines:
        print(line)
    raise typer.Exit(int(not fresh))


@commands.command()
def overview(
    out: Annotated[Path, typer.Option("--out", metavar="FILE", help="The .xlsx file to write.")] = Path(
        "ringkasan.xlsx"
    ),
) -> None:
    """Write one row a programme, figures and no names: for who is responsible for many."""
    from halokop_sheets.programmes.overview import write_overview

    for line in write_overview(State.config, datetime.now(UTC), out):
        print(line)


def main(run_app: Callable[[], None] = commands) -> None:
    calm_collector()
    show_anywhere((sys.stdout, sys.stderr))
    with clear_errors():
        run_app()

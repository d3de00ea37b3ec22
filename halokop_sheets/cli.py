"""The command line: it alone prints; it and the daemon ask the time. Errors are one clear line, never a traceback."""

import gc
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from halokop_sheets.calling import ConfigAnywhere, as_called
from halokop_sheets.complaints import clear_errors, complain, log_to
from halokop_sheets.console import show_anywhere
from halokop_sheets.errors import UsageError

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
DEFAULT_CONFIG = "config/halokop.toml"
LOOPBACK = ("localhost", "127.0.0.1", "::1")


class State:
    """What the options before the command said."""

    config = Path(DEFAULT_CONFIG)


@commands.callback()
def options(
    config: Annotated[
        Path, typer.Option("-c", "--config", envvar="HALOKOP_CONFIG", metavar="FILE", help="The settings file.")
    ] = Path(DEFAULT_CONFIG),
) -> None:
    State.config = config


def settings_of() -> "Settings":
    from halokop_sheets.private import keep_private
    from halokop_sheets.wiring import load_all

    settings = load_all(State.config)
    keep_private(settings.state.readable_by)
    return settings


def time_at(settings: "Settings", at: str) -> datetime:
    """``--at`` as an aware time, else the time now. This is the clock at the very edge."""
    if not at:
        return datetime.now(UTC)
    try:
        moment = datetime.fromisoformat(at)
    except ValueError:
        raise UsageError(f"--at {at}: not a time; write it as 2026-11-26T07:05") from None
    if not 2000 <= moment.year < 2100:
        raise UsageError(f"--at {at}: name a year from 2000 to 2099")
    return moment if moment.tzinfo else moment.replace(tzinfo=settings.zone)


def workbook_place(settings: "Settings") -> str:
    """The workbook as somebody can find it."""
    book = settings.workbook
    return book.spreadsheet_id if book.kind == "google" else str(settings.path(book.path).resolve())


def refuse_false_clock(settings: "Settings", at: str) -> None:
    """A made-up time must not reach real people's mail or Google's own sheet: ledger and sheet would believe it."""
    from halokop_sheets.wiring import asks_instagram

    if not at:
        return
    if settings.mail.transport == "smtp" and settings.mail.smtp.host not in LOOPBACK:
        raise UsageError(f"--at is refused: mail would really go out through {settings.mail.smtp.host}; use `plan`")
    if asks_instagram(settings) and "instagram.com" in settings.readings.instagram_url:
        raise UsageError("--at is refused: figures of now would be filled into the reading of another day; use `plan`")
    if settings.workbook.kind == "google" and "googleapis.com" in settings.google.api_url:
        raise UsageError("--at is refused on a real Google spreadsheet: it would hold a false time; use `plan`")


@commands.command()
def demo(
    directory: Annotated[Path, typer.Option("--dir", metavar="DIR", help="Where to make it.")] = Path("demo"),
    at: At = "",
) -> None:
    """Make a lively sample office in DIR and run the whole job on it. Needs no account."""
    from halokop_sheets.demo import make_demo
    from halokop_sheets.settings import Settings

    now = time_at(Settings(), at)
    for line in make_demo(directory, now, progress=lambda text: print(text, flush=True)):
        print(line)
    config = str(directory / "halokop.toml")
    quoted = f'"{config}"' if " " in config else config
    print(f"go on with: {as_called()} -c {quoted} plan --days 3")


@commands.command()
def init(at: At = "") -> None:
    """Make or mend tabs, headers, lists, protections and highlighting; what people wrote stays."""
    from halokop_sheets.tick import initialise
    from halokop_sheets.wiring import open_app

    settings = settings_of()
    refuse_false_clock(settings, at)
    with open_app(settings, create=True) as app:
        done = initialise(app, time_at(settings, at))
        print(f"workbook: {workbook_place(settings)}")
        for line in done or ["nothing to do: the workbook is as it should be"]:
            print(line)
        if any(": columns " in line and " added" in line for line in done):
            print("a column of yours that means the same as a new one: give it that title, delete ours, run init again")


@commands.command()
def check() -> None:
    """Look at settings, procedure, templates, workbook and mail server: all problems at once. Writes nothing."""
    from halokop_sheets.check.doctor import examine
    from halokop_sheets.check.finding import summary

    findings = list(examine(State.config, datetime.now(UTC)))
    for finding in findings:
        print(finding)
    print(summary(findings))
    raise typer.Exit(max((f.exit_code for f in findings), default=0))


@commands.command()
def plan(
    at: At = "",
    days: Annotated[int, typer.Option("--days", metavar="N", min=0, max=400, help="Play N days on, in memory.")] = 0,
) -> None:
    """Print exactly what a sync would write and mail. Writes and sends nothing."""
    from halokop_sheets.preview import play, preview

    settings = settings_of()
    now = time_at(settings, at)
    if days:
        for line in play(settings, now, days):
            print(line)
        return
    for line in preview(settings, now):
        print(line)


@commands.command()
def sync(at: At = "", log_file: LogFile = None) -> None:
    """One tick: read, plan, write, mail, close."""
    from halokop_sheets import heartbeat
    from halokop_sheets.daemon import log_tick
    from halokop_sheets.logs import discreet
    from halokop_sheets.tick import tick
    from halokop_sheets.wiring import open_app, state_dir

    if log_file:
        log_to(log_file)
    settings = settings_of()
    refuse_false_clock(settings, at)
    started = time.monotonic()
    with open_app(settings) as app:
        result = tick(app, time_at(settings, at))
        if not at:  # a made-up time says nothing of whether the work is being done
            file = heartbeat.heartbeat_file(state_dir(settings))
            heartbeat.renew(file, datetime.now(UTC), [discreet(str(error)) for error in result.trouble])
    outcome = result.outcome
    print(
        f"{result.written} change(s) written, {outcome.sent} mail(s) sent, "
        f"{outcome.deferred + outcome.unknown + outcome.left} waiting, {outcome.refused} refused, "
        f"{len(result.plan.problems)} problem(s) in the sheet" + (" (see Papan)" if result.plan.problems else "")
    )
    for line in result.told:
        complain(line)
    if log_file:
        log_tick(result, time.monotonic() - started)
    if result.exit_code:
        raise typer.Exit(result.exit_code)


@commands.command()
def run(log_file: LogFile = None) -> None:
    """The daemon: a tick every few minutes until it is told to stop; SIGHUP makes it read the settings again."""
    from halokop_sheets.stopping import Stop

    stop = Stop()
    stop.listen()
    from halokop_sheets.daemon import run_forever

    log_to(log_file)
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
def health() -> None:
    """Exit 0 while the last full tick is fresh."""
    from halokop_sheets.daemon import health_of

    fresh, line = health_of(settings_of(), datetime.now(UTC))
    print(line)
    if not fresh:
        raise typer.Exit(1)


def calm_collector() -> None:
    """Let Python look for garbage in cycles less often: a tick makes some hundred thousand values that live to its end,
    and searching them again and again is a fifth of a plan's time."""
    gc.set_threshold(100_000, 20, 20)


def main(run_app: Callable[[], None] = commands) -> None:
    calm_collector()
    show_anywhere((sys.stdout, sys.stderr))
    with clear_errors():
        run_app()

"""What all commands share: which settings the options name, the clock of ``--at``, errors as lines."""

import gc
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

import typer

from halokop_sheets.errors import HalokopError, SettingsError, UsageError

if TYPE_CHECKING:
    from halokop_sheets.settings import Settings

DEFAULT_CONFIG = "config/halokop.toml"


class State:
    """What the options before the command said."""

    config: ClassVar[list[Path]] = [Path(DEFAULT_CONFIG)]


def many() -> bool:
    """Whether the options name many programmes."""
    return len(State.config) > 1 or State.config[0].is_dir()


def settings_of() -> "Settings":
    from halokop_sheets.private import keep_private
    from halokop_sheets.wiring import load_all

    if many():
        raise UsageError("this command serves one programme: name its settings file with -c FILE")
    settings = load_all(State.config[0])
    keep_private(settings.state.readable_by)
    return settings


def for_each(work: Callable[["Settings"], int]) -> None:
    """Work for the programme, or under a line with its name for each of many; ends with the worst exit code."""
    if not many():
        raise typer.Exit(work(settings_of()))
    from halokop_sheets.private import keep_private
    from halokop_sheets.programmes.folder import Catalogue

    worst = 0
    for one in Catalogue(State.config).look():
        print(f"== {one.name}", flush=True)
        try:
            if one.settings is None:
                raise SettingsError(list(one.problems))
            keep_private(one.settings.state.readable_by)
            worst = max(worst, work(one.settings))
        except HalokopError as error:
            print_error(error)
            worst = max(worst, error.exit_code)
    raise typer.Exit(worst)


def print_error(error: HalokopError) -> None:
    for line in str(error).splitlines():
        print(f"halokop: {line}", file=sys.stderr)


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


@contextmanager
def clear_errors() -> Iterator[None]:
    """Our own errors as lines with the exit code that fits; anything else as one line that asks for a report."""
    try:
        yield
    except HalokopError as error:
        print_error(error)
        raise SystemExit(error.exit_code) from None
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise SystemExit(0) from None
    except KeyboardInterrupt:
        raise SystemExit(130) from None
    except Exception as error:
        if os.environ.get("HALOKOP_TRACEBACK"):
            raise
        text = " ".join(str(error).split())[:300]
        print(
            f"halokop: internal error, please report it: {type(error).__name__}: {text} "
            "(HALOKOP_TRACEBACK=1 shows where)",
            file=sys.stderr,
        )
        raise SystemExit(1) from None


def calm_collector() -> None:
    """Let Python look for garbage in cycles less often: a tick makes some hundred thousand values that live to its end,
    and searching them again and again is a fifth of a plan's time."""
    gc.set_threshold(100_000, 20, 20)

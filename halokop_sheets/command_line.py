"""What all commands share: which settings the options name, the clock of ``--at``, errors as lines."""

import gc
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

import typer

from halokop_sheets.complaints import complain
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
    for line in settings.renamed:
        complain(f"halokop: {line}")
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
            for line in str(error).splitlines():
                complain(f"halokop: {line}")
            worst = max(worst, error.exit_code)
    raise typer.Exit(worst)


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


def calm_collector() -> None:
    """Let Python look for garbage in cycles less often: a tick makes some hundred thousand values that live to its end,
    and searching them again and again is a fifth of a plan's time."""
    gc.set_threshold(100_000, 20, 20)

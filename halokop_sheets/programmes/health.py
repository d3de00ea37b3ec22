"""How many programmes fare: a line for each, one for machines, and the mark of the loop itself."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from halokop_sheets import heartbeat
from halokop_sheets.errors import HalokopError
from halokop_sheets.programmes.folder import Catalogue, Programme, Shared, is_many
from halokop_sheets.programmes.turns import LONGEST
from halokop_sheets.wiring import load_all, state_dir

_ROUND = "halokop-round.json"
_FRESH = timedelta(minutes=5)  # a loop that has not looked around for so long does its work no more


@dataclass(frozen=True)
class Fare:
    """One programme: whether it is well, a sentence, and what its heartbeat says (None: there is none)."""

    name: str
    well: bool
    line: str
    beat: heartbeat.Heartbeat | None = None

    def __str__(self) -> str:
        return f"{self.name}: {self.line}"

    @property
    def data(self) -> dict[str, Any]:
        beat = self.beat
        return {
            "programme": self.name,
            "ok": self.well,
            "text": self.line,
            "tick": beat.tick.isoformat() if beat else None,
            "complete": beat.complete.isoformat() if beat and beat.complete else None,
            "facts": dict(beat.facts) if beat else {},
        }


def fares(found: Sequence[Programme], now: datetime) -> Iterator[Fare]:
    """How each fares at ``now`` (aware). A quiet one in a short budget may not be looked at for an hour."""
    for one in found:
        if one.settings is None:
            yield Fare(one.name, False, "is not served: " + "; ".join(one.problems))
            continue
        beat = heartbeat.read(heartbeat.heartbeat_file(state_dir(one.settings)))
        well, line = heartbeat.freshness(beat, now, one.settings.daemon.every_minutes, timedelta(seconds=LONGEST))
        yield Fare(one.name, well, line, beat)


def found_in(paths: Sequence[Path]) -> list[Programme]:
    """The programmes that ``-c`` names; a single file is one, and its mistakes are raised."""
    if is_many(paths):
        return Catalogue(paths).look()
    return [Programme(paths[0].stem, paths[0], load_all(paths[0]))]


def health_of(paths: Sequence[Path], now: datetime, *, as_json: bool, alive: bool) -> tuple[bool, list[str]]:
    """``halokop health``: whether all are well, and what to print. ``now`` is aware."""
    if alive and is_many(paths):
        well, line = _alive(paths, now)
        return well, [line]
    found = list(fares(found_in(paths), now))
    well = bool(found) and all(one.well for one in found)
    if as_json:
        return well, [json.dumps([one.data for one in found], ensure_ascii=False)]
    if not is_many(paths):
        return well, [found[0].line]
    return well, [*map(str, found), f"{sum(one.well for one in found)} of {len(found)} programme(s) well"]


# --- the loop itself ------------------------------------------------------------------------------------------------


def round_file(shared: Shared) -> Path:
    """Where the programmes' own folders lie too: in a container the settings' folder may be read-only."""
    for_all = shared.table.get("state", {}).get("dir")
    folder = shared.folder / for_all if isinstance(for_all, str) else shared.data_dir
    return folder / _ROUND


def write_round(shared: Shared, now: datetime, served: int) -> None:
    """The loop went round at ``now`` (aware). Raises ``HalokopError`` where the folder does not take it."""
    file = round_file(shared)
    data = {"at": now.astimezone(UTC).isoformat(timespec="seconds"), "served": served}
    beside = file.with_name(f"{file.name}.new")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        beside.write_text(json.dumps(data) + "\n", encoding="utf-8")
        beside.replace(file)
    except OSError as error:
        raise HalokopError(f"{file} cannot be written: {error.strerror}") from None


def _alive(paths: Sequence[Path], now: datetime) -> tuple[bool, str]:
    """``halokop health --alive``: whether the loop goes round, however the programmes fare. For whoever would start the
    process again: that mends no office's settings."""
    file = round_file(Catalogue(paths).shared)
    try:
        at = datetime.fromisoformat(json.loads(file.read_text(encoding="utf-8"))["at"])
    except (OSError, ValueError, KeyError, TypeError):
        return False, f"no round yet: {file} is not there or cannot be read"
    ago = now - at
    return abs(ago) < _FRESH, f"the last round was {ago.total_seconds():.0f} s ago"

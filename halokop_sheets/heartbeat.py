"""The heartbeat: a small file in the state folder that tells others whether the daemon still does its work.

A process that runs may still do nothing (django-mailer #181), so only a complete tick (read, plan, write, deliver)
renews it. Beside that it holds what the last tick stumbled over, so that ``halokop health`` can say why.
"""

import json
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from halokop_sheets.core.sheet.tally import Tally
from halokop_sheets.errors import HalokopError

Fact = int | float | str
_TICKS = 3  # that may be missed: one that took long, one in trouble, one on its way
_MARGIN = timedelta(minutes=5)  # for a tick's own length
LONGEST_PAUSE = timedelta(minutes=30)  # between two ticks of a daemon in trouble


@dataclass(frozen=True)
class Heartbeat:
    """Times are aware. ``trouble``: one sentence, empty when the last tick was complete. ``facts``: figures of the last
    tick that read the sheet, and no names."""

    tick: datetime
    complete: datetime | None = None
    trouble: str = ""
    facts: Mapping[str, Fact] = field(default_factory=dict)


def heartbeat_file(state_dir: Path) -> Path:
    return state_dir / "heartbeat.json"


def write(file: Path, beat: Heartbeat) -> None:
    """Put it in the file's place whole. Raises ``HalokopError`` where the folder does not take it."""
    complete = beat.complete.astimezone(UTC).isoformat(timespec="seconds") if beat.complete else None
    data = {
        "complete": complete,
        "tick": beat.tick.astimezone(UTC).isoformat(timespec="seconds"),
        "trouble": beat.trouble,
        **({"facts": dict(beat.facts)} if beat.facts else {}),
    }
    beside = file.with_name(f"{file.name}.new")
    try:
        beside.write_text(json.dumps(data) + "\n", encoding="utf-8")
        beside.replace(file)
    except OSError as error:
        with suppress(OSError):
            beside.unlink(missing_ok=True)
        raise HalokopError(f"the state folder {file.parent} cannot be written: {error.strerror}") from None


def facts_of(tally: Tally | None) -> dict[str, Fact]:
    """A plan's figures as a heartbeat holds them; none where the sheet could not be read."""
    if tally is None:
        return {}
    next_publish = tally.next_publish.isoformat() if tally.next_publish else ""
    counts = {name: getattr(tally, name) for name in ("open", "late", "on_time", "counted", "problems")}
    return {**counts, "next_publish": next_publish}


def renew(file: Path, now: datetime, troubles: Iterable[str], facts: Mapping[str, Fact] | None = None) -> None:
    """A tick has ended at ``now`` (aware): complete only where nothing was in the way. Raises like :func:`write`.

    ``facts`` replace those of the same names; the others stay as they were last known.
    """
    trouble = "; ".join(troubles)
    last = read(file)
    known = {**(last.facts if last else {}), **(facts or {})}
    write(file, Heartbeat(now, now if not trouble else last.complete if last else None, trouble, known))


def read(file: Path) -> Heartbeat | None:
    """The last heartbeat; None where there is none that can be read."""
    try:
        data = json.loads(file.read_text(encoding="utf-8"))
        complete = datetime.fromisoformat(data["complete"]) if data["complete"] else None
        facts = dict(data.get("facts", {}))
        return Heartbeat(datetime.fromisoformat(data["tick"]), complete, str(data["trouble"]), facts)
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None


def freshness(
    beat: Heartbeat | None, now: datetime, every_minutes: int, longest: timedelta = LONGEST_PAUSE
) -> tuple[bool, str]:
    """Whether the last complete tick is fresh at ``now`` (aware), and a line that says so or says what to do.

    A heartbeat from the future is stale too: the clock was set back since, and the next tick renews it.
    """
    limit = _TICKS * timedelta(minutes=every_minutes) + _MARGIN
    if beat is None:
        return False, "no tick yet: start the daemon with `halokop run`, or wait for the first tick to end"
    if beat.complete and abs(now - beat.complete) < limit:
        return True, f"the last full tick was {_ago(now - beat.complete)}"
    last = f"the last full tick was {_ago(now - beat.complete)}" if beat.complete else "no tick was complete yet"
    if beat.trouble and abs(now - beat.tick) < limit + longest:
        return False, f"{last}; the daemon runs, but: {beat.trouble}"
    return False, f"{last}, and none since: start the daemon again (`halokop run`, or its service) and see its log"


def _ago(span: timedelta) -> str:
    minutes = round(span / timedelta(minutes=1))
    if minutes < 0:
        return "in the future: the clock was set back"
    if minutes < 120:
        return f"{minutes} minute(s) ago"
    return f"{minutes // 60} hours ago" if minutes < 48 * 60 else f"{minutes // 1440} days ago"

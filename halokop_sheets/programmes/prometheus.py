"""A text file for Prometheus: its node exporter reads it (``--collector.textfile.directory``). No server of ours.

Format: https://prometheus.io/docs/instrumenting/exposition_formats/. All comes from the heartbeats, so that a programme
which stands still shows the time at which it stood still.
"""

import logging
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from pathlib import Path

from halokop_sheets.programmes.folder import Programme
from halokop_sheets.programmes.health import Fare, fares

log = logging.getLogger(__name__)
Value = Callable[[Fare], float | None]


def _fact(name: str) -> Value:
    def value(fare: Fare) -> float | None:
        found = fare.beat.facts.get(name) if fare.beat else None
        return float(found) if isinstance(found, int | float) else None

    return value


def _tick(fare: Fare) -> float | None:
    return fare.beat.tick.timestamp() if fare.beat else None


def _complete(fare: Fare) -> float | None:
    return fare.beat.complete.timestamp() if fare.beat and fare.beat.complete else None


_VERDICTS = ("sent", "deferred", "refused", "unknown")
_METRICS: tuple[tuple[str, str, str, tuple[tuple[str, Value], ...]], ...] = (
    # name, type, help, and for each further label its value
    ("up", "gauge", "1 while the last full tick is fresh", (("", lambda fare: float(fare.well)),)),
    ("last_tick_timestamp_seconds", "gauge", "when the last tick ended", (("", _tick),)),
    ("last_full_tick_timestamp_seconds", "gauge", "when the last tick without trouble ended", (("", _complete),)),
    ("lag_seconds", "gauge", "by how much the last tick came late", (("", _fact("lag")),)),
    (
        "requests_total",
        "counter",
        "requests to Google since the start",
        tuple((f'kind="{kind}"', _fact(f"requests_{kind}")) for kind in ("read", "write")),
    ),
    (
        "mails_total",
        "counter",
        "mails since the start, by verdict",
        tuple((f'verdict="{verdict}"', _fact(f"mails_{verdict}")) for verdict in _VERDICTS),
    ),
    ("problems", "gauge", "problems in the sheet", (("", _fact("problems")),)),
    ("open_steps", "gauge", "steps open and not late", (("", _fact("open")),)),
    ("late_steps", "gauge", "steps past their due date", (("", _fact("late")),)),
)


def metrics_text(found: Sequence[Fare]) -> str:
    return "\n".join(_lines(found)) + "\n"


def _lines(found: Sequence[Fare]) -> Iterator[str]:
    for name, kind, words, values in _METRICS:
        yield f"# HELP halokop_{name} {words}"
        yield f"# TYPE halokop_{name} {kind}"
        for fare in found:
            for label, value_of in values:
                value = value_of(fare)
                if value is not None:
                    labels = ",".join(filter(None, (f'programme="{_escaped(fare.name)}"', label)))
                    yield f"halokop_{name}{{{labels}}} {value!r}"


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("\n", "\\n").replace('"', '\\"')


def write_metrics(file: Path, found: Sequence[Programme], now: datetime) -> None:
    """Put in the file's place whole: the exporter may read at any moment. A folder that does not take it is told."""
    beside = file.with_name(f".{file.name}.new")  # the exporter reads *.prom alone
    try:
        beside.write_text(metrics_text(list(fares(found, now))), encoding="utf-8")
        beside.chmod(0o644)
        beside.replace(file)
    except OSError as error:
        log.warning("programmes.metrics_file %s cannot be written: %s", file, error.strerror)

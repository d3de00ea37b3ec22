"""The report's part on the procedure: how many steps were on time, by step and by month."""

from collections.abc import Iterable, Sequence
from typing import Any

from halokop_sheets.core.office.metrics import OnTime, on_time_rate
from halokop_sheets.core.office.model import Episode, OfficeState, StepState
from halokop_sheets.core.office.wording import month_name, percent
from halokop_sheets.core.report.period import Period

MONTHS = 6  # that a monthly report looks back on, its own included


def process(office: OfficeState, period: Period, episodes: Sequence[Episode]) -> dict[str, Any]:
    """On-time rate over all, by step, and by month of publication; ``share`` is the rate from 0 to 1, for the bars."""
    now = office.context.now
    steps = [s for e in episodes for s in e.steps]
    by_step = [
        {"number": step.number, "title": step.title, **_rate(on_time_rate([s for s in steps if s.step is step], now))}
        for step in office.context.procedure.steps
    ]
    months = [
        {"name": f"{month_name(month.month or 1)} {month.year}", **_rate(on_time_rate(_steps(office, month), now))}
        for month in period.months(MONTHS)
    ]
    while len(months) > 1 and period.month and not months[0]["counted"]:  # before the office began
        months.pop(0)
    overall = on_time_rate(steps, now)
    return {"counted": overall.counted, "score": score(overall), "steps": by_step, "months": months}


def _steps(office: OfficeState, month: Period) -> Iterable[StepState]:
    return [s for e in office.dated if month.covers(e.publish) for s in e.steps]


def _rate(figures: OnTime) -> dict[str, Any]:
    rate = figures.rate
    return {
        "on_time": figures.on_time if figures.counted else "–",
        "counted": figures.counted,
        "rate": "–" if rate is None else percent(rate),
        "share": rate or 0.0,
    }


def score(figures: OnTime) -> str:
    """``9 dari 11 (82%)``"""
    return "–" if figures.rate is None else f"{figures.on_time} dari {figures.counted} ({percent(figures.rate)})"

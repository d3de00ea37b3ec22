"""The report's part on the audience: totals, every episode at equal age, the best three, the trend."""

from collections.abc import Sequence
from typing import Any

from halokop_sheets.core.office.metrics import HISTORY, Comparison, compare, in_order
from halokop_sheets.core.office.model import Episode, OfficeState
from halokop_sheets.core.office.period_metrics import RANKED, EqualAge, equal_age, published, total, trend
from halokop_sheets.core.office.readings import DAYS
from halokop_sheets.core.office.wording import day_month, month_name, number, percent
from halokop_sheets.core.pages.canvas import cut
from halokop_sheets.core.report.period import Period
from halokop_sheets.core.terms import LIVE, Cols

BEST = 3


def audience(office: OfficeState, period: Period, shown: Sequence[Episode]) -> dict[str, Any]:
    """``shown``: the published episodes of the period. Empty lists where nobody filled in a figure."""
    platforms = office.context.settings.program.platforms
    compared = [(e, compare(office, e, platforms)) for e in shown]
    ranked = [one for p in platforms for figure in RANKED if (one := equal_age(shown, p, figure)) is not None]
    return {
        "totals": [_totals(shown, p) for p in platforms] if ranked else [],
        "platforms": [
            {"name": p, "episodes": [_line(e, found[p]) for e, found in compared], "trend": _trend(office, period, p)}
            for p in platforms
            if any(found[p] for _, found in compared)
        ],
        "best": [_best(office, one) for one in ranked],
    }


def _count(value: float | None) -> str:
    return "–" if value is None else number(value)


def _totals(shown: Sequence[Episode], platform: str) -> dict[str, Any]:
    figures = (Cols.VIEWERS_VIDEO, Cols.LIKES, Cols.VIEWERS_LIVE)
    viewers, likes, live = (_count(total(shown, platform, figure)) for figure in figures)
    filled = sum(any(total([e], platform, f) is not None for f in figures) for e in shown)
    return {"platform": platform, "episodes": filled, "viewers": viewers, "likes": likes, "live": live}


def _line(episode: Episode, found: Comparison | None) -> dict[str, Any]:
    """One episode on one platform: its figure day by day, and against the median of the four before at equal age."""
    line = {"date": day_month(episode.publish) if episode.publish else "", "topic": episode.topic}
    if found is None:
        figure = "hanya live" if episode.format == LIVE else "belum ada angka"  # no Viewers Video, no Likes to fill in
        return {**line, "figure": figure, "days": ["–"] * len(DAYS), "change": "–"}
    return {
        **line,
        "figure": found.figure,
        "days": [_count(value) for value in found.by_day],
        "change": _change(found),
    }


def _change(found: Comparison) -> str:
    """``+12% pada H+5``"""
    change = found.against_median
    if change is None:
        return "belum ada pembanding"
    sign = "+" if change > 0 else "−" if change < 0 else ""
    return f"{sign}{percent(abs(change))} pada H+{found.day}"


# --- the best, and the trend ----------------------------------------------------------------------------------------


def _best(office: OfficeState, one: EqualAge) -> dict[str, Any]:
    ranks = [f"{number(value)} · {cut(office.by_code[code].label, 60)}" for code, value in one.best(BEST)]
    return {
        "platform": one.platform,
        "figure": f"{one.figure}, H+{one.day}",
        "compared": len(one.values),
        "ranks": [*ranks, *["–"] * (BEST - len(ranks))],
    }


def best_sentence(shown: Sequence[Episode], platform: str) -> str:
    """Which episode did best at equal age; nothing where there are not two to compare."""
    one = trend(shown, platform)
    if one is None or len(one.values) < 2:
        return ""
    [(code, value)] = one.best(1)
    episode = next(e for e in shown if e.code == code)
    return f" Terbanyak pada hari ke-{one.day}: {cut(episode.label, 80)}, {number(value)} {one.figure}."


def _trend(office: OfficeState, period: Period, platform: str) -> dict[str, Any] | None:
    """The chart: of a month the last eight episodes, of a year each month's median; None where nothing is known."""
    known = [e for e in in_order(office) if published(e, office.context.today)]
    if period.month is None:
        year = [e for e in known if period.covers(e.publish)]
        one, what = trend(year, platform), "nilai tengah (median) episode tiap bulan"
        groups = [
            (month_name(month.month or 1), [e.code for e in year if month.covers(e.publish)])
            for month in period.months()
        ]
    else:
        last = [e for e in known if period.covers(e.publish) or (e.publish and e.publish < period.first)][-HISTORY:]
        one, what = trend(last, platform), f"{len(last)} episode terakhir" if len(last) > 1 else "satu episode"
        groups = [(cut(e.label, 48), [e.code]) for e in last]
    if one is None:
        return None
    values = [(label, one.median(codes)) for label, codes in groups]
    highest = max(value or 0 for _, value in values)
    lines = [
        {"label": label, "text": _count(value), "share": (value or 0) / highest if highest else 0.0}
        for label, value in values
    ]
    title = f"{platform}: {one.figure} pada H+{one.day}, {what}"
    return {"title": title, "monthly": period.month is None, "lines": lines}

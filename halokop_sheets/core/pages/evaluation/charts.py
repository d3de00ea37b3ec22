"""The charts of the evaluation paper, each with one figure at one age, and beside them the figures that they show."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

from halokop_sheets.core.office.metrics import HISTORY, figure_history, last_episodes
from halokop_sheets.core.office.model import Episode, OfficeState
from halokop_sheets.core.office.readings import DAYS
from halokop_sheets.core.office.wording import day_month
from halokop_sheets.core.pages.canvas import Canvas, filled
from halokop_sheets.core.sheet.page import Chart, Span
from halokop_sheets.core.terms import Cols, platform_of
from halokop_sheets.settings import WEEKDAYS

_GRID, _LABEL, _PIXELS = 36, 3, 35  # columns of the page, those of a row's name; pixels of one
_FIGURE = 2  # grid columns of a figure: five digits and a point need as many
_HEADER, _ROW = 12, 18  # points
_MOST = 4  # platforms in a chart: more would leave the charts no room


class Group(NamedTuple):
    """What one chart shows: a figure on each platform, row by row. None is a gap, never 0."""

    figure: str
    title: str
    columns: Mapping[str, Sequence[int | None]]


def chart_day(office: OfficeState) -> int:
    """The age at which the charts compare episodes: the last reading that is complete when the meeting begins.

    It follows from the weekdays alone (Sunday and Thursday: H+3), for the title of a chart that stands never changes.
    """
    publish = WEEKDAYS.index(office.context.settings.program.publish_weekday)
    after = (office.context.meeting.weekday - publish) % 7
    return min(max(after - 1, DAYS[0]), DAYS[-1])


def draw_charts(canvas: Canvas, office: OfficeState, episode: Episode) -> list[Chart]:
    """Four native charts, two by two: this episode day by day, then each figure of the last eight episodes."""
    canvas.line(canvas.next(14), 1, ("4 · Penonton: grafik", "section", 36))
    top = canvas.row
    days = [f"H+{day}" for day in DAYS]
    names = filled(_names(last_episodes(office, episode)), HISTORY)
    history = list(_history(office, episode))
    data = _FIGURE * sum(len(group.columns) for group in history)  # grid columns of all figures
    charts = list(_draw_groups(canvas, Cols.DAY, days, [_daily(office, episode)], data))
    charts += _draw_groups(canvas, Cols.EPISODE, names, history, data)
    return [_place(chart, n, top, _LABEL + data) for n, chart in enumerate(charts)]


def _daily(office: OfficeState, episode: Episode) -> Group:
    figure, found = Cols.VIEWERS_VIDEO, {(r.platform, r.day): r.values for r in episode.readings}
    platforms = office.context.settings.program.platforms[:_MOST]
    columns = {p: [found.get((p, day), {}).get(figure) for day in DAYS] for p in platforms}
    return Group(figure, f"{figure} hari demi hari, episode ini", columns)


def _history(office: OfficeState, episode: Episode) -> Iterator[Group]:
    """Each figure of the last eight episodes, all at one age."""
    platforms, age = office.context.settings.program.platforms[:_MOST], chart_day(office)
    for figure, day in ((Cols.VIEWERS_VIDEO, age), (Cols.LIKES, age), (Cols.VIEWERS_LIVE, DAYS[0])):
        shown = [p for p in platforms if figure != Cols.VIEWERS_LIVE or platform_of(p).live]
        if shown:
            columns = {p: _to_eight(figure_history(office, episode, p, figure, day)) for p in shown}
            yield Group(figure, f"{figure} pada H+{day}, {HISTORY} episode terakhir", columns)


def _to_eight(values: Sequence[int | None]) -> list[int | None]:
    return [*values, *[None] * (HISTORY - len(values))]


def _draw_groups(
    canvas: Canvas, label: str, names: Sequence[str | None], groups: Sequence[Group], data: int
) -> Iterator[Chart]:
    """Groups of columns side by side, their names right above the numbers: there Google looks for them."""
    width = data // sum(len(group.columns) for group in groups)
    heads, header = canvas.next(2 * _HEADER), canvas.next(_HEADER)  # a heading over one column needs two lines
    first = canvas.next(_ROW, len(names))
    last = first + len(names) - 1
    canvas.put(heads, 1, label, "small-header", _LABEL, 2)
    for n, name in enumerate(names):
        canvas.put(first + n, 1, name, "small-label", _LABEL)
    left = _LABEL + 1
    for group in groups:
        canvas.put(heads, left, _heading(group), "small-header", width * len(group.columns))
        series = []
        for platform, values in group.columns.items():
            canvas.put(header, left, platform, "small-header", width)
            for n, value in enumerate(values):
                canvas.put(first + n, left, value, "small-count", width)
            series.append((platform, Span(first, left, last, left)))
            left += width
        kind = "line" if label == Cols.DAY else "column"
        categories, alt = Span(first, 1, last, 1), f"{group.title}, menurut {', '.join(group.columns)}"
        yield Chart(kind, group.title, 0, 0, 0, 0, categories, tuple(series), axes=(label, group.figure), alt=alt)


def _heading(group: Group) -> str:
    """``Viewers Live H+1``: a heading over one narrow column, so as short as can be."""
    return group.title.partition(",")[0].replace(" pada ", " ")


def _place(chart: Chart, place: int, top: int, left: int) -> Chart:
    """The n-th of four charts, two by two right of the ``left`` grid columns of figures."""
    across = (_GRID - left - 1) // 2
    down = len(DAYS) + 4 if place > 1 else 0  # below the second table's header: half of the height
    high = _ROW * HISTORY if place > 1 else 6 * _HEADER + _ROW * len(DAYS)
    return replace(
        chart,
        row=top + down,
        column=left + 1 + place % 2 * (across + 1),
        width=across * _PIXELS - 6,
        height=high * 4 // 3 - 6,  # points to pixels
    )


def _names(episodes: Sequence[Episode]) -> list[str]:
    """``29 Nov``; a second episode of that day is ``29 Nov (2)``."""
    names: list[str] = []
    for episode in episodes:
        day = day_month(episode.publish) if episode.publish else episode.code
        count = sum(name.split(" (")[0] == day for name in names)
        names.append(f"{day} ({count + 1})" if count else day)
    return names

"""Part 4 of the evaluation paper: readings by platform, comparisons at equal age, and the charts."""

from collections.abc import Mapping, Sequence

from halokop_sheets.core.office.metrics import (
    COMPARED,
    HISTORY,
    Comparison,
    engagement_rate,
    is_mixed,
    last_episodes,
    likes_rate,
)
from halokop_sheets.core.office.model import Episode, OfficeState
from halokop_sheets.core.office.readings import DAYS, FIGURES
from halokop_sheets.core.office.verdict import NO_COMPARISON
from halokop_sheets.core.office.wording import day_month, number
from halokop_sheets.core.pages import formulas
from halokop_sheets.core.pages.canvas import Canvas, cut, filled
from halokop_sheets.core.sheet.page import Chart, PageValue, Span
from halokop_sheets.core.terms import Cols

_HEADERS = (*FIGURES, formulas.LIKES_RATE, formulas.ENGAGEMENT)
_FORMULAS = (
    f"{formulas.LIKES_RATE} = {formulas.LIKES_RATE_IS}. {formulas.ENGAGEMENT} = {formulas.ENGAGEMENT_IS}. "
    f"Sel kosong: {formulas.BLANK}."
)
_EQUAL_AGE = f"Hari yang sama: {formulas.EQUAL_AGE}. Perubahan = {formulas.CHANGE}. Nilai tengah: {formulas.MEDIAN}."
MIXED = "* sebagian angka dari API Instagram, yang dapat tertinggal sampai 48 jam; sebagian dari aplikasi"
_COMPARISON_LOOK = (
    ("small", 5),
    ("small-count", 3),
    ("small-count", 4),
    ("small-change", 3),
    ("small-count", 5),
    ("small-change", 3),
    ("small-center", 9),
)
_DATA, _PIXELS = 10, 35  # grid columns of the charts' own figures; pixels of a grid column
_HEADER, _ROW = 24, 13  # points


def draw_audience(
    canvas: Canvas, office: OfficeState, episode: Episode, compared: Mapping[str, Comparison | None]
) -> None:
    """The readings as typed, and what they are against the episodes before."""
    platforms = office.context.settings.program.platforms
    mixed = any(map(is_mixed, episode.readings)) or any(one.mixed for one in compared.values() if one)
    canvas.line(canvas.next(14), 1, (f"4 · Penonton{f' ({MIXED})' if mixed else ''}", "section", 36))
    abreast = min(2, len(platforms))  # platforms side by side
    width = 4 if abreast == 1 else 2  # grid columns of a figure
    for n in range(0, len(platforms), abreast):
        _draw_readings(canvas, episode, platforms[n : n + abreast], width)
    canvas.put(canvas.next(12), 1, _FORMULAS, "note", 36)
    header = canvas.next(14)
    canvas.line(
        header,
        1,
        (Cols.PLATFORM, "small-header", 4),
        ("Ukuran", "small-header", 5),
        ("Episode ini", "small-header", 3),
        ("Episode sebelumnya", "small-header", 4),
        ("Perubahan", "small-header", 3),
        (f"Nilai tengah {COMPARED} episode lalu", "small-header", 5),
        ("Perubahan", "small-header", 3),
        ("Terbaik sejauh ini, pada hari yang sama", "small-header", 9),
    )
    for platform in platforms:
        canvas.line(canvas.next(14), 1, (platform, "small-label", 4), *_comparison(office, episode, compared[platform]))
    canvas.put(canvas.next(12), 1, _EQUAL_AGE, "note", 36)


def _draw_readings(canvas: Canvas, episode: Episode, platforms: Sequence[str], width: int) -> None:
    names, headers = canvas.next(13), canvas.next(24)
    canvas.put(names, 1, Cols.DAY, "small-header", 4, 2)
    for place, platform in enumerate(platforms):
        left = 5 + place * width * len(_HEADERS)
        canvas.put(names, left, platform, "small-header", width * len(_HEADERS))
        canvas.line(headers, left, *[(h, "small-header", width) for h in _HEADERS])
    found = {(r.platform, r.day): r for r in episode.readings}
    for day in DAYS:
        row = canvas.next(13)
        mark = " *" if any(is_mixed(r) for (_, d), r in found.items() if d == day) else ""
        canvas.put(row, 1, f"H+{day}{mark}", "small-label", 4)
        for place, platform in enumerate(platforms):
            reading = found.get((platform, day))
            values = [reading.values.get(h) if reading else None for h in FIGURES]
            rates = (likes_rate(reading), engagement_rate(reading)) if reading else (None, None)
            canvas.line(
                row,
                5 + place * width * len(_HEADERS),
                *[(value, "small-count", width) for value in values],
                *[(rate, "small-decimal", width) for rate in rates],
            )


def _comparison(office: OfficeState, episode: Episode, found: Comparison | None) -> list[tuple[PageValue, str, int]]:
    if found is None:
        values: tuple[PageValue, ...] = ("belum ada angka", None, None, None, NO_COMPARISON, None, None)
    else:
        code, best = found.best
        name = "episode ini" if code == episode.code else cut(office.by_code[code].label, 38)
        values = (
            f"{found.figure}, H+{found.day}{' *' if found.mixed else ''}",
            found.value,
            found.previous,
            found.against_previous,
            _median(found.median),
            found.against_median,
            f"{number(best)} · {name}",
        )
    return [(value, style, width) for value, (style, width) in zip(values, _COMPARISON_LOOK, strict=True)]


def _median(median: float | None) -> float | str:
    """The median as a number; with half a viewer, between two episodes, as text, for the cell's format has none."""
    if median is None:
        return NO_COMPARISON
    return median if median.is_integer() else number(median)


def draw_charts(
    canvas: Canvas, office: OfficeState, episode: Episode, compared: Mapping[str, Comparison | None]
) -> list[Chart]:
    """The figures that the charts show, and the charts beside them."""
    canvas.line(canvas.next(14), 1, ("4 · Penonton: grafik", "section", 36))
    platforms = office.context.settings.program.platforms[:6]
    width = 6 // len(platforms)
    top = canvas.row

    def table(title: str, labels: Sequence[str | None], figures: Mapping[str, Sequence[int | None]]) -> tuple[int, int]:
        canvas.line(
            canvas.next(_HEADER),
            1,
            (title, "small-header", 4),
            *[(_series(p, compared[p]), "small-header", width) for p in platforms],
        )
        first = canvas.next(_ROW, len(labels))
        for n, label in enumerate(labels):
            cells = [(figures[p][n], "small-count", width) for p in platforms]
            canvas.line(first + n, 1, (label, "small-label", 4), *cells)
        return first, first + len(labels) - 1

    def chart(kind: str, title: str, column: int, rows: tuple[int, int]) -> Chart:
        series = [(p, 5 + n * width) for n, p in enumerate(platforms)]
        return Chart(
            kind,
            title,
            top,
            column,
            13 * _PIXELS - 8,
            (2 * _HEADER + _ROW * (len(DAYS) + HISTORY)) * 4 // 3 - 8,  # points to pixels
            Span(rows[0], 1, rows[1], 1),
            tuple((name, Span(rows[0], at, rows[1], at)) for name, at in series),
        )

    nothing = [None] * max(len(DAYS), HISTORY)
    found = {p: compared[p] for p in platforms}
    by_day = {p: c.by_day if c else nothing for p, c in found.items()}
    history = {p: filled(c.history, HISTORY) if c else nothing for p, c in found.items()}
    days = table(Cols.DAY, [f"H+{day}" for day in DAYS], by_day)
    episodes = table(Cols.EPISODE, filled(_names(last_episodes(office, episode)), HISTORY), history)
    return [
        chart("line", "Episode ini, hari demi hari", _DATA + 1, days),
        chart("column", f"{HISTORY} episode terakhir, hari yang sama", _DATA + 14, episodes),
    ]


def _series(platform: str, found: Comparison | None) -> str:
    """``Instagram Likes H+3``: what a column of figures holds."""
    return f"{platform} {found.figure}" if found else platform


def _names(episodes: Sequence[Episode]) -> list[str]:
    """``29 Nov``; a second episode of that day is ``29 Nov (2)``."""
    names: list[str] = []
    for episode in episodes:
        day = day_month(episode.publish) if episode.publish else episode.code
        count = sum(name.split(" (")[0] == day for name in names)
        names.append(f"{day} ({count + 1})" if count else day)
    return names

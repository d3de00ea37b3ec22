"""Part 4 of the evaluation paper: readings by platform, comparisons at equal age, and the charts."""

from collections.abc import Mapping, Sequence

from halokop_sheets.core.office.metrics import (
    COMPARED,
    COMPARED_FIGURES,
    Comparison,
    engagement_rate,
    likes_rate,
)
from halokop_sheets.core.office.model import Episode, OfficeState
from halokop_sheets.core.office.readings import DAYS, FIGURES
from halokop_sheets.core.office.verdict import NO_COMPARISON
from halokop_sheets.core.office.wording import TIMES, number, percent
from halokop_sheets.core.pages import formulas
from halokop_sheets.core.pages.canvas import Canvas, cut
from halokop_sheets.core.sheet.page import PageValue
from halokop_sheets.core.terms import Cols, platform_of

_HEADERS = (*FIGURES, formulas.LIKES_RATE, formulas.ENGAGEMENT)
_FORMULAS = (
    f"{formulas.LIKES_RATE} = {formulas.LIKES_RATE_IS}. {formulas.ENGAGEMENT} = {formulas.ENGAGEMENT_IS}. "
    f"Sel kosong: {formulas.BLANK}."
)
_EQUAL_AGE = f"Hari yang sama: {formulas.EQUAL_AGE}. Perubahan = {formulas.CHANGE}. Nilai tengah: {formulas.MEDIAN}."
_COMPARISON_LOOK = (
    ("small", 5),
    ("small-count", 3),
    ("small-count", 4),
    ("small-change", 3),
    ("small-count", 5),
    ("small-change", 3),
    ("small-center", 9),
)


def draw_audience(
    canvas: Canvas, office: OfficeState, episode: Episode, compared: Mapping[tuple[str, str], Comparison]
) -> None:
    """The readings as typed, and what they are against the episodes before, each figure at its own age."""
    platforms = office.context.settings.program.platforms
    canvas.line(canvas.next(14), 1, ("4 · Penonton", "section", 36))
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
        for figure in COMPARED_FIGURES:
            if figure != Cols.VIEWERS_LIVE or platform_of(platform).live:
                cells = _comparison(office, episode, figure, compared.get((platform, figure)))
                canvas.line(canvas.next(13), 1, (platform, "small-label", 4), *cells)
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
        canvas.put(row, 1, f"H+{day}", "small-label", 4)
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


def _comparison(
    office: OfficeState, episode: Episode, figure: str, found: Comparison | None
) -> list[tuple[PageValue, str, int]]:
    if found is None:
        values: tuple[PageValue, ...] = (f"{figure}: belum ada", None, None, None, None, None, None)
    else:
        code, best = found.best
        name = "episode ini" if code == episode.code else cut(office.by_code[code].label, 38)
        values = (
            f"{found.figure}, H+{found.day}",
            found.value,
            found.previous,
            _change(found.against_previous),
            _median(found.median),
            _change(found.against_median),
            f"{number(best)} · {name}",
        )
    return [(value, style, width) for value, (style, width) in zip(values, _COMPARISON_LOOK, strict=True)]


def _change(change: float | None) -> float | str | None:
    """As a number; a multiple of ten and more as text, for no cell holds ``144.230%``."""
    return f"+{percent(change)}" if change is not None and change >= TIMES else change


def _median(median: float | None) -> float | str:
    """The median as a number; with half a viewer, between two episodes, as text, for the cell's format has none."""
    if median is None:
        return NO_COMPARISON
    return median if median.is_integer() else number(median)

"""The weekly evaluation tab: the meeting's paper, two A4 landscape pages on a grid of 36 narrow columns.

A pure function of the office: nothing that people typed moves a cell, so that a refresh writes values alone. There is
no clock time on it, so that a tick with nothing changed writes nothing.
"""

import re
from datetime import datetime

from halokop_sheets.core.office.metrics import compare_figures
from halokop_sheets.core.office.model import Episode, OfficeState
from halokop_sheets.core.office.procedure import EVALUATION_DAYS
from halokop_sheets.core.office.verdict import Verdict, judge, verdict
from halokop_sheets.core.office.wording import long_date, moment, short_date
from halokop_sheets.core.pages.canvas import Canvas, cut
from halokop_sheets.core.pages.evaluation.audience import draw_audience
from halokop_sheets.core.pages.evaluation.charts import draw_charts
from halokop_sheets.core.pages.evaluation.discussion import draw_lines, draw_lists
from halokop_sheets.core.pages.evaluation.process import draw_heading, draw_process, draw_verdict
from halokop_sheets.core.sheet.page import Page
from halokop_sheets.core.sheet.tables import evaluation_mark
from halokop_sheets.core.terms import EpisodeStatus, Tabs

__all__ = ["Verdict", "evaluation_page", "verdict"]

COLUMNS, WIDTH = 36, 5  # the grid; its width in characters


def evaluation_page(office: OfficeState, episode: Episode, title: str, closed: datetime | None) -> Page:
    """The evaluation of an episode as its tab ``title`` shall show it; ``closed``: when it was closed, for good."""
    compared = compare_figures(office, episode, office.context.settings.program.platforms)
    canvas = Canvas(evaluation_mark(episode.code), COLUMNS)
    _draw_title(canvas, office, episode, title, closed)
    draw_heading(canvas, office, episode)
    draw_verdict(canvas, judge(office, episode, compared), episode)
    draw_process(canvas, office, episode)
    draw_audience(canvas, office, episode, compared)
    first_page = canvas.row - 1
    charts = draw_charts(canvas, office, episode)
    draw_lists(canvas, office, episode)
    draw_lines(canvas, episode)
    return Page(
        canvas.mark,
        title,
        (WIDTH,) * COLUMNS,
        canvas.blocks,
        tuple(charts),
        canvas.heights,
        frozen_rows=2,
        breaks=(first_page,),
        rules=(("! ", "late"), ("✓ terlambat", "soon"), ("✓ ", "done")),
    )


def _draw_title(canvas: Canvas, office: OfficeState, episode: Episode, title: str, closed: datetime | None) -> None:
    name = office.context.settings.program.name
    canvas.put(canvas.next(24), 1, f"Evaluasi {name} · {cut(episode.label, 60)}", "title", 28)
    canvas.put(canvas.next(14), 1, " ".join(_state(episode, title, closed)), "subtitle", COLUMNS)


def _state(episode: Episode, title: str, closed: datetime | None) -> list[str]:
    """What a reader must know before the figures: whether they still move, and what became of the episode."""
    said: list[str] = []
    if episode.status == EpisodeStatus.CANCELLED:
        said.append("EPISODE INI DIBATALKAN; angka di bawah hanya catatan.")
    elif episode.status == EpisodeStatus.POSTPONED:
        said.append("EPISODE INI DITUNDA.")
    named = re.match(rf"{Tabs.EVALUATION} (\d+ \w+ \d{{4}})", title)
    if named and episode.publish and named[1] != short_date(episode.publish):
        said.append(f"Tanggal tayang berpindah dari {named[1]} sesudah tab ini dibuat.")
    if closed:
        said.append(f"Ditutup pada {moment(closed)}; tidak diperbarui lagi.")
    elif episode.publish and episode.ends:
        after = (episode.ends - episode.publish).days
        why = " (H+6)" if after == EVALUATION_DAYS else f" (H+{after}, karena tidak ada hari kerja sampai H+6)"
        said.append(f"Diperbarui otomatis sampai dengan {long_date(episode.ends)}{why}. Jangan mengetik di sini.")
    return said

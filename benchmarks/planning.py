"""The core's own work: rows recognised, the plan made and compared with the sheet; and mails for 200 people."""

from datetime import datetime

from benchmarks.measure import Times, alone, megabytes, peak_memory, repeat, table
from benchmarks.offices import MEETING, MORNING, QUIET, build_office
from halokop_sheets.core.planner import make_plan
from halokop_sheets.core.sheet.tables import recognise
from halokop_sheets.core.terms import Tabs
from halokop_sheets.mail.message import build
from halokop_sheets.mail.render import Renderer

SIZES = (52, 156, 520)
_LIMITS = {52: "12 ms", 520: "120 ms"}


def tick_plan(episodes: int, now: str) -> tuple[int, Times, int]:
    """Rows of Langkah; a plan with nothing to write, from raw cells on; peak memory."""
    sheet = build_office(episodes, now=now)
    book, context = sheet.workbook.read(), sheet.context(now)
    assert make_plan(recognise(book), context).empty
    times = repeat(lambda: make_plan(recognise(book), context), max(10, 3000 // episodes))
    return len(sheet.rows(Tabs.STEPS)), times, peak_memory()


def many_people(count: int) -> tuple[int, Times, Times]:
    """Mails planned on a morning when all of ``count`` people have something open; the plan; the mails' bytes."""
    sheet = build_office(52, people=count)
    book, context = sheet.workbook.read(), sheet.context(MORNING)
    mails = make_plan(recognise(book), context).mails
    plan = repeat(lambda: make_plan(recognise(book), context), 20)
    renderer, settings = Renderer(sheet.settings), sheet.settings
    now = datetime.fromisoformat(MORNING).replace(tzinfo=settings.zone)
    render = repeat(lambda: [build(mail, renderer.render(mail), settings.mail, now) for mail in mails], 3)
    return len(mails), plan, render


def report() -> str:
    rows = []
    for episodes in SIZES:
        for name, now in (("quiet tick", QUIET), ("tick with an evaluation open", MEETING)):
            steps, times, memory = alone(tick_plan, episodes, now)
            limit = _LIMITS.get(episodes, "") if now == QUIET else ""
            rows.append((f"{name}, {episodes} episodes ({steps:,} steps)", *times.row(), megabytes(memory), limit))
    mails, plan, render = alone(many_people, 200)
    rows.append((f"tick of a morning, 200 people, {mails} mails planned", *plan.row(), "", "100 ms"))
    rows.append((f"... those {mails} mails rendered and built", *render.row(), "", ""))
    return "Recognise, plan, compare; nothing to write. Times are least (median).\n\n" + table(
        ("", "CPU ms", "wall ms", "peak memory", "demanded"), rows
    )


if __name__ == "__main__":
    print(report())

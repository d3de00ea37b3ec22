"""A third platform is a word in the settings: its column, its place in the lists, its readings, its figures."""

from halokop_sheets.core.pages.evaluation.page import evaluation_page
from halokop_sheets.core.planner import make_plan, observe
from halokop_sheets.core.sheet.values import AddRow
from halokop_sheets.core.terms import Cols, Tabs, link_column
from tests.offices import look
from tests.sheet import Sheet, settings_of

THREE = '[program]\nplatforms = ["Instagram", "TikTok", "YouTube"]'
CODE = "2026-W47"


def office() -> Sheet:
    sheet = Sheet(settings_of(THREE)).team()
    sheet.episode("2026-11-22")
    look(sheet, "2026-11-22T06:00")
    return sheet


def test_its_link_column_stands_in_jadwal_and_it_is_in_the_lists() -> None:
    tabs = Sheet(settings_of(THREE)).tabs
    assert link_column("YouTube") in Sheet(settings_of(THREE)).snapshot().tables[Tabs.SCHEDULE].columns
    assert "YouTube" in tabs[Tabs.READINGS].by_header[Cols.PLATFORM].choices
    assert "Komentar YouTube" in tabs[Tabs.QUESTIONS].by_header[Cols.SOURCE].choices


def test_its_link_is_read_and_its_readings_are_made() -> None:
    sheet = office()
    sheet.type(Tabs.SCHEDULE, CODE, link_column("YouTube"), "https://www.youtube.com/watch?v=contoh")
    episode = observe(sheet.snapshot(), sheet.context("2026-11-23T08:00")).by_code[CODE]
    assert episode.links == {"YouTube": "https://www.youtube.com/watch?v=contoh"}
    assert {r.platform for r in episode.readings} == {"Instagram", "TikTok", "YouTube"}
    assert not next(s for s in episode.steps if s.step.number == 6).done  # the SOP publishes on Instagram


def test_the_paper_has_its_row_and_its_figures() -> None:
    sheet = office()
    sheet.type(Tabs.READINGS, f"{CODE}/YT/1", Cols.LIKES, 321)
    state = observe(sheet.snapshot(), sheet.context("2026-11-26T08:00"))
    page = evaluation_page(state, state.by_code[CODE], "Evaluasi", None)
    texts = [str(block.value) for block in page.blocks.values()]
    assert any("YouTube" in text for text in texts) and "321" in texts


def test_without_its_column_nothing_is_concluded_and_init_adds_it() -> None:
    """The platform was added to the settings, but ``init`` was not run yet: its links cannot be read."""
    sheet = Sheet().team()
    sheet.settings = settings_of(THREE)
    sheet.tabs = sheet.context("2026-11-22T06:00").tabs
    plan = make_plan(sheet.snapshot(), sheet.context("2026-11-22T06:00"))
    assert any("Tautan YouTube" in str(problem) for problem in plan.problems)
    assert not [c for c in plan.changes if isinstance(c, AddRow) and c.tab == Tabs.STEPS]
    sheet.init("2026-11-22T06:00")
    assert link_column("YouTube") in sheet.snapshot().tables[Tabs.SCHEDULE].columns
    plan = make_plan(sheet.snapshot(), sheet.context("2026-11-22T06:00"))
    assert not any("Tautan YouTube" in str(problem) for problem in plan.problems)

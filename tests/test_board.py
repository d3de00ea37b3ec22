"""Papan and Petunjuk: signs that read without colour, the health strip, the on-time rate, a fixed layout."""

from datetime import datetime, timedelta

import pytest

from halokop_sheets.core.pages.board import LAST_RUN, HealthStrip, board_page, last_run_text, same_hour
from halokop_sheets.core.pages.guide import guide_page
from halokop_sheets.core.sheet.page import Page
from halokop_sheets.core.terms import Cols, Tabs
from halokop_sheets.settings import Settings
from tests.offices import look, office_of, tick_step
from tests.procedure import load_procedure
from tests.sheet import Sheet, settings_of


def _board(sheet: Sheet, now: str, strip: HealthStrip | None = None) -> Page:
    return board_page(office_of(sheet, now), strip or HealthStrip())


def _row(page: Page, label: str) -> list[object]:
    row = next(r for (r, c), b in page.blocks.items() if c == 1 and b.value == label)
    return [block.value for (r, c), block in sorted(page.blocks.items()) if r == row and c > 1]


def _office() -> Sheet:
    sheet = Sheet(settings_of("[program]\nhorizon_weeks = 1")).team()
    sheet.episode("2026-11-22", "Foto", Bentuk="Video")
    sheet.episode("2026-11-29", "NIB", Bentuk="Live")
    look(sheet.long_running("2026-11-22"), "2026-11-22T06:00")
    return sheet


def test_each_cell_says_in_sign_and_date_how_the_step_stands() -> None:
    sheet = _office()
    tick_step(sheet, "2026-W47", 1, "2026-11-08T00:00")
    tick_step(sheet, "2026-W47", 2, "2026-11-12T00:00")
    page = _board(sheet, "2026-11-26T08:00")
    assert _row(page, "22 Nov · Foto") == [
        "✓ 8\u00a0Nov", "✓ terlambat 12\u00a0Nov", "! 10 Nov", "! 15 Nov", "! 22 Nov", "! 22 Nov", "–", "! 22 Nov",
        "! 25 Nov", "» s.d. 27 Nov", "● hari ini", "○ 28 Nov",
    ]  # fmt: skip
    assert _row(page, "29 Nov · NIB") == [
        "! 15 Nov", "! 15 Nov", "! 17 Nov", "! 22 Nov", *["○ 29 Nov"] * 4, "… 2 Des", "… 30 Nov", "… 3 Des", "… 5 Des",
    ]  # fmt: skip


def test_postponed_cancelled_and_closed_episodes() -> None:
    sheet = _office()
    sheet.type(Tabs.SCHEDULE, "2026-W47", Cols.EPISODE_STATUS, "Ditunda")
    sheet.type(Tabs.SCHEDULE, "2026-W48", Cols.EPISODE_STATUS, "batal")
    page = _board(sheet, "2026-11-26T08:00")
    assert _row(page, "22 Nov · Foto (ditunda)")[:2] == ["~ 8 Nov", "~ 8 Nov"]
    assert not any("NIB" in str(b.value) for b in page.blocks.values())
    sheet.type(Tabs.SCHEDULE, "2026-W47", Cols.EPISODE_STATUS, "Aktif")
    assert any("Foto" in str(b.value) for b in _board(sheet, "2026-12-05T23:00").blocks.values())
    assert not any("Foto" in str(b.value) for b in _board(sheet, "2026-12-06T08:00").blocks.values())


def test_live_colours_follow_the_sign() -> None:
    rules = _board(_office(), "2026-11-26T08:00").rules
    styles = dict(rules)
    assert styles["✓"] == "done" and styles["!"] == "late" and styles["●"] == "today" and styles["–"] == "idle"
    assert rules[0] == ("✓ terlambat", "soon")  # the first that fits wins, so the longer sign stands before ✓


def test_the_layout_is_the_same_for_one_episode_and_for_thirty() -> None:
    few = _board(_office(), "2026-11-26T08:00")
    sheet = Sheet(settings_of("[program]\nhorizon_weeks = 1")).team()
    for n in range(30):
        day = datetime(2026, 11, 15) + timedelta(days=n % 20)
        sheet.episode(f"{day:%Y-%m-%d}", f"Topik {n} " + "panjang " * 30)
    look(sheet, "2026-11-20T06:00")
    many = _board(sheet, "2026-11-20T08:00", HealthStrip(problems=tuple(f"masalah {n} " + "x" * 400 for n in range(9))))
    for page in (few, many):
        taken = [(r + d, c + a) for (r, c), b in page.blocks.items() for d in range(b.down) for a in range(b.across)]
        assert len(taken) == len(set(taken))
        assert page.blocks[1, len(page.widths)].value == "Papan"
    assert few.blocks.keys() == many.blocks.keys()
    assert (few.heights, few.charts, few.rules) == (many.heights, many.charts, many.rules)
    texts = [b.value for b in many.blocks.values()]
    assert "dan 22 lainnya, lihat tab Jadwal" in texts
    assert "Masalah (9)" in texts and "dan 5 lainnya" in texts
    assert max(len(str(t)) for t in texts) <= 220


def test_the_strip_tells_health() -> None:
    strip = HealthStrip(
        datetime(2026, 11, 26, 8, 5), {"Disiapkan": 1, "Terkirim": 12, "Ditolak": 0}, ("Tim baris 3: Email",)
    )
    page = _board(_office(), "2026-11-26T08:05", strip)
    assert page.blocks[1, 1].value == "Jangan mengisi di sini; centang di Langkah"
    assert page.blocks[LAST_RUN].value == "Kamis, 26 November 2026 pukul 08.05"
    assert _row(page, "Email hari ini")[0] == "12 terkirim, 1 disiapkan"
    assert _row(page, "Masalah (1)")[0] == "Tim baris 3: Email"
    blank = _board(_office(), "2026-11-26T08:05")
    assert blank.blocks[LAST_RUN].value == "belum pernah"
    assert _row(blank, "Masalah")[0] == "tidak ada"


@pytest.mark.parametrize(
    ("shown", "now", "fresh"),
    [
        ("2026-11-26T08:05", "2026-11-26T08:05", True),
        ("2026-11-26T08:05", "2026-11-26T09:04", True),
        ("2026-11-26T08:05", "2026-11-26T09:05", False),
        ("2026-11-26T08:05", "2026-11-26T08:04", False),
        ("2026-11-26T08:05", "2026-11-27T08:10", False),
        ("2026-11-26T23:45", "2026-11-27T00:20", True),
        ("2026-12-31T23:45", "2027-01-01T00:20", True),
        ("2026-12-31T23:15", "2027-01-01T00:20", False),
    ],
)
def test_whether_the_moment_of_the_last_run_is_an_hour_old(shown: str, now: str, fresh: bool) -> None:
    text = last_run_text(datetime.fromisoformat(shown))
    assert same_hour(text, datetime.fromisoformat(now)) is fresh


@pytest.mark.parametrize("shown", [None, "", "belum pernah", 7, "Kamis, 26 Nopember 2026 pukul 99.99"])
def test_what_is_no_moment_is_never_fresh(shown: object) -> None:
    assert same_hour(shown, datetime(2026, 11, 26, 8, 5)) is False


def test_weeks_with_nothing_needed_stay_blank_in_table_and_chart() -> None:
    sheet = _office()
    tick_step(sheet, "2026-W47", 3, "2026-11-10T00:00")
    page = _board(sheet, "2026-11-26T08:00")
    (chart,) = page.charts
    span = chart.series[0][1]
    rates = [page.blocks[r, span.column].value for r in range(span.row, span.last_row + 1)]
    assert len(rates) == 12
    assert rates[:8] == [None] * 8  # before the first step was due
    assert rates[8:] == [0.0, 0.25, 0.0, 0.0]  # 9 Nov: steps 3 (done) and 4, and steps 1 and 2 of the next episode
    assert page.blocks[span.row, 2].value is page.blocks[span.row, 3].value is None
    names = [page.blocks[r, 1].value for r in range(chart.categories.row, chart.categories.last_row + 1)]
    assert names[-3:] == ["9 Nov", "16 Nov", "23 Nov"]
    assert chart.percent


def test_the_guide_has_ten_sentences_and_the_whole_procedure() -> None:
    page = guide_page(load_procedure(Settings()), Settings())
    texts = [str(b.value) for b in page.blocks.values()]
    numbers = [b.value for (_, c), b in sorted(page.blocks.items()) if c == 1 and isinstance(b.value, int)]
    assert numbers == [*range(1, 11), *range(1, 13)]
    assert page.blocks[1, len(page.widths)].value == "Petunjuk"
    for expected in ("H-14", "H 09.00–09.30", "H 10.00–selesai", "H+1 sampai H+5", "Online: Canva", "Laptop/HP"):
        assert expected in texts
    assert not any("{" in text for text in texts)
    assert any(
        "12 minggu" in str(b.value)
        for b in guide_page(load_procedure(Settings()), settings_of("[program]\nhorizon_weeks = 12")).blocks.values()
    )

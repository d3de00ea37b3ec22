"""Readings that fill themselves: only today's, only blank cells, each row says where its figures came from."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from halokop_sheets.core.office.source_wording import WORDS, Entry, lagging, read_entries
from halokop_sheets.core.sheet.answers import Answer, Connections, Gap, Refused, file_source
from halokop_sheets.core.sheet.values import Cell, Plan, SetCell
from halokop_sheets.core.terms import INSTAGRAM, TIKTOK, Cols, Tabs
from tests.sheet import Sheet, at

LINK = "https://www.instagram.com/reel/DRgl00001/?igsh=1"
POST = "DRgl00001"
VIDEO = "https://www.tiktok.com/@dinas.contoh/video/7301234567890123456"
FULL = {Cols.VIEWERS_VIDEO: 1204, Cols.LIKES: 88, Cols.COMMENTS: 12, Cols.SHARES: 7, Cols.SAVES: 5}
FIRST = "2026-11-30T06:30"  # H+1 of the episode below
READING = "2026-W48/IG/1"
SAID = "Instagram API 30 Nov 06.30: viewers 1.204, likes 88, komentar 12, dibagikan 7, disimpan 5"


@pytest.fixture
def sheet() -> Sheet:
    sheet = Sheet().team()
    sheet.sources = Connections({INSTAGRAM: "Instagram API"})
    sheet.episode("2026-11-29", "Simpan pinjam", Tautan_Instagram=LINK, Tautan_TikTok=VIDEO)
    sheet.tick("2026-11-29T20:00")
    return sheet


def answer(sheet: Sheet, when: str, figures: dict[str, int] | None = None, **changes: object) -> None:
    one = Answer(at(when).date(), INSTAGRAM, POST, "Instagram API", at(when), FULL if figures is None else figures)
    sheet.ledger = replace(sheet.ledger, asked=(*sheet.ledger.asked, one._replace(**changes)))


def row(sheet: Sheet, code: str = READING) -> dict[str, Cell]:
    return dict(sheet.row(Tabs.READINGS, code).cells)


def source(sheet: Sheet, code: str = READING) -> Cell:
    return row(sheet, code).get(Cols.FIGURE_SOURCE)


def asked(plan: Plan) -> list[str]:
    return [ask.code for ask in plan.asks]


# --- filling ------------------------------------------------------------------------------------------------------


def test_todays_blank_cells_are_filled_and_the_row_says_from_where(sheet: Sheet):
    answer(sheet, FIRST)
    sheet.tick(FIRST)
    cells = row(sheet)
    assert {h: cells[h] for h in FULL} == FULL and cells[Cols.FIGURE_SOURCE] == SAID
    assert Cols.VIEWERS_LIVE not in cells, "the live's viewers come from nobody"
    assert cells[Cols.STATUS] == "Hari ini", "as they are still wanted"
    assert sheet.plan(FIRST).empty


def test_a_persons_figure_stays_and_is_not_named(sheet: Sheet):
    sheet.type(Tabs.READINGS, READING, Cols.LIKES, 90)
    sheet.type(Tabs.READINGS, READING, Cols.SAVES, "belum")
    answer(sheet, FIRST)
    sheet.tick(FIRST)
    assert row(sheet)[Cols.LIKES] == 90 and row(sheet)[Cols.SAVES] == "belum"
    assert source(sheet) == "Instagram API 30 Nov 06.30: viewers 1.204, komentar 12, dibagikan 7"


def test_what_differs_by_more_than_5_percent_is_remarked_and_no_problem(sheet: Sheet):
    sheet.type(Tabs.READINGS, READING, Cols.LIKES, 92)  # 4.5 %
    sheet.type(Tabs.READINGS, READING, Cols.VIEWERS_VIDEO, 1500)
    answer(sheet, FIRST)
    plan = sheet.tick(FIRST)
    said = str(row(sheet)[Cols.MESSAGE])
    assert "Viewers Video: Instagram API 30 Nov 06.30 menyebut 1.204" in said and "Likes:" not in said
    assert not [problem for problem in plan.problems if "menyebut" in problem.text]


def test_a_figure_corrected_by_a_person_stays_and_shows_as_typed(sheet: Sheet):
    answer(sheet, FIRST)
    sheet.tick(FIRST)
    sheet.type(Tabs.READINGS, READING, Cols.LIKES, 60)
    for when in ("2026-11-30T12:00", "2026-12-01T07:00"):
        sheet.tick(when)
        assert row(sheet)[Cols.LIKES] == 60 and source(sheet) == SAID
        assert lagging(str(source(sheet)), FULL | {Cols.LIKES: 60}) == FULL.keys() - {Cols.LIKES}


def test_yesterdays_reading_is_never_filled(sheet: Sheet):
    answer(sheet, FIRST)
    sheet.tick("2026-12-01T06:00")  # the daemon slept through the 30th
    assert not FULL.keys() & row(sheet).keys() and row(sheet)[Cols.STATUS] == "Terlewat"


def test_todays_answer_does_not_fill_another_day(sheet: Sheet):
    answer(sheet, "2026-12-01T06:30")
    sheet.tick("2026-12-01T06:30")
    assert not FULL.keys() & row(sheet).keys()
    assert row(sheet, "2026-W48/IG/2")[Cols.LIKES] == 88


def test_missing_is_blank_and_never_0(sheet: Sheet):
    answer(sheet, FIRST, {Cols.LIKES: 88, Cols.COMMENTS: 0}, gap=Gap.EMPTY)
    sheet.tick(FIRST)
    assert row(sheet)[Cols.COMMENTS] == 0 and Cols.VIEWERS_VIDEO not in row(sheet)
    told = "likes 88, komentar 0, tanpa viewers, dibagikan, dan disimpan (belum ada di sumber)"
    assert source(sheet) == f"Instagram API 30 Nov 06.30: {told}"


@pytest.mark.parametrize("gap", [gap for gap in Gap if gap])
def test_every_gap_has_its_reason_in_the_row(sheet: Sheet, gap: Gap):
    answer(sheet, FIRST, {}, gap=gap)
    sheet.tick(FIRST)
    assert str(source(sheet)).startswith("Instagram API 30 Nov 06.30: tidak ada angka (")
    assert len(read_entries(str(source(sheet)))) == 1 and sheet.plan(FIRST).empty


def test_noon_completes_what_the_morning_lacked(sheet: Sheet):
    answer(sheet, FIRST, {Cols.LIKES: 88}, gap=Gap.EMPTY)
    sheet.tick(FIRST)
    answer(sheet, "2026-11-30T12:00", FULL | {Cols.LIKES: 95})
    sheet.tick("2026-11-30T12:00")
    noon = "Instagram API 30 Nov 12.00: viewers 1.204, komentar 12, dibagikan 7, disimpan 5"
    assert source(sheet) == f"Instagram API 30 Nov 06.30: likes 88; {noon}" and row(sheet)[Cols.LIKES] == 88


def test_a_reason_goes_when_people_type_what_was_missing(sheet: Sheet):
    answer(sheet, FIRST, {}, gap=Gap.NETWORK)
    sheet.tick(FIRST)
    for header, value in FULL.items():
        sheet.type(Tabs.READINGS, READING, header, value)
    sheet.tick("2026-11-30T10:00")
    assert source(sheet) is None, "blank: typed"


def test_no_viewers_for_a_picture_and_nothing_for_a_live_alone(sheet: Sheet):
    sheet.type(Tabs.SCHEDULE, "2026-W48", Cols.FORMAT, "Postingan + Live")
    answer(sheet, FIRST)
    sheet.tick(FIRST)
    assert Cols.VIEWERS_VIDEO not in row(sheet) and row(sheet)[Cols.LIKES] == 88
    sheet.type(Tabs.SCHEDULE, "2026-W48", Cols.FORMAT, "Live")
    answer(sheet, "2026-12-01T06:30")
    assert asked(sheet.plan("2026-12-01T06:30")) == []
    sheet.tick("2026-12-01T06:30")
    assert Cols.LIKES not in row(sheet, "2026-W48/IG/2")


def test_a_file_fills_both_platforms_and_its_name_stands_in_the_row(sheet: Sheet):
    name = file_source("Nov-01_2026.csv")
    answer(sheet, "2026-11-30T09:12", source=name)
    answer(sheet, "2026-11-30T09:12", {Cols.LIKES: 3}, source=name, platform=TIKTOK, post=VIDEO.split("/")[-1])
    sheet.tick("2026-11-30T09:12")
    assert str(source(sheet)).startswith("berkas Nov-01_2026.csv 30 Nov 09.12: viewers 1.204")
    assert row(sheet, "2026-W48/TT/1")[Cols.LIKES] == 3


def test_rows_that_the_same_tick_makes_are_filled_too(sheet: Sheet):
    fresh = Sheet().team()
    fresh.sources, fresh.ledger = sheet.sources, sheet.ledger
    fresh.episode("2026-11-29", "Baru", Tautan_Instagram=LINK)
    answer(fresh, FIRST)
    fresh.tick(FIRST)
    assert row(fresh)[Cols.LIKES] == 88 and source(fresh) == SAID


def test_a_lost_cell_of_ours_heals_and_rubbish_in_it_goes(sheet: Sheet):
    answer(sheet, FIRST)
    sheet.tick(FIRST)
    for rubbish in (None, "diisi Rudi", "; ; viewers 3", 7):
        sheet.type(Tabs.READINGS, READING, Cols.FIGURE_SOURCE, rubbish)
        sheet.tick("2026-11-30T09:00")
        assert source(sheet) == SAID


def test_without_any_source_everything_is_as_if_people_typed(sheet: Sheet):
    sheet.sources = Connections()
    for day in range(30, 31):
        plan = sheet.tick(f"2026-11-{day}T12:00")
        assert not plan.asks
    sheet.tick("2026-12-03T12:00")
    assert all(Cols.FIGURE_SOURCE not in r.cells for r in sheet.rows(Tabs.READINGS))


# --- why a day has no figures -------------------------------------------------------------------------------------


def test_a_day_on_which_nothing_was_asked_says_so(sheet: Sheet):
    sheet.sources = Connections({INSTAGRAM: "Instagram API"}, folder=True)
    sheet.tick("2026-12-01T06:00")
    assert source(sheet) == "30 Nov: tidak ditanya (program tidak berjalan atau belum tersambung)"
    assert source(sheet, "2026-W48/TT/1") == "30 Nov: tidak ada berkas ekspor TikTok"
    sheet.tick("2026-12-13T06:00")
    assert source(sheet) == "30 Nov: tidak ditanya (program tidak berjalan atau belum tersambung)"


@pytest.mark.parametrize(
    ("typed", "why"),
    [(None, "Tautan Instagram kosong"), ("https://www.instagram.com/dinas.contoh/", "bukan alamat satu postingan")],
)
def test_a_link_that_is_no_post_is_the_reason(sheet: Sheet, typed: str | None, why: str):
    sheet.type(Tabs.SCHEDULE, "2026-W48", "Tautan Instagram", typed)
    plan = sheet.tick("2026-11-30T06:30")
    if typed is None:
        sheet.type(Tabs.SCHEDULE, "2026-W48", "Tautan TikTok", None)  # else Instagram is not used at all
        plan = sheet.tick("2026-11-30T06:30")
    assert asked(plan) == [] and why in str(source(sheet))
    sheet.type(Tabs.SCHEDULE, "2026-W48", "Tautan Instagram", LINK)
    assert asked(sheet.plan("2026-11-30T07:00")) == [READING]
    answer(sheet, "2026-11-30T07:00")
    sheet.tick("2026-11-30T07:00")
    assert source(sheet) == SAID.replace("06.30", "07.00")


def test_a_post_of_somebody_else_is_said_in_the_row(sheet: Sheet):
    answer(sheet, FIRST, {}, gap=Gap.NOT_OURS)
    sheet.tick(FIRST)
    assert "bukan postingan akun yang tersambung" in str(row(sheet)[Cols.MESSAGE])


# --- asking -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("when", "expected"),
    [("T06:25", []), ("T06:30", [READING]), ("T16:00", [READING]), ("T23:59", [READING])],
)
def test_it_is_asked_from_the_hour_of_the_settings(sheet: Sheet, when: str, expected: list[str]):
    assert asked(sheet.plan(f"2026-11-30{when}")) == expected


@pytest.mark.parametrize(
    ("first", "again"),
    [("06:30", "12:00"), ("09:50", "12:00"), ("11:00", "13:00"), ("13:00", "15:00"), ("22:30", None)],
)
def test_it_is_asked_once_more_at_noon_when_something_is_missing(sheet: Sheet, first: str, again: str | None):
    answer(sheet, f"2026-11-30T{first}", {Cols.LIKES: 88}, gap=Gap.NETWORK)
    begin = at(f"2026-11-30T{first}")
    moments = [begin + timedelta(minutes=5 * n) for n in range(1, 24 * 12)]
    turns = [m for m in moments if m.date() == begin.date() and sheet.plan(m.isoformat()).asks]
    assert (turns[0] if turns else None) == (at(f"2026-11-30T{again}") if again else None)
    if again:
        answer(sheet, f"2026-11-30T{again}", {}, gap=Gap.NETWORK)
        assert not sheet.plan("2026-11-30T23:00").asks, "twice a day and no more"


def test_only_what_is_blank_is_asked_for_and_nothing_when_nothing_is(sheet: Sheet):
    sheet.type(Tabs.READINGS, READING, Cols.LIKES, 4)
    assert sheet.plan(FIRST).asks[0].headers == tuple(h for h in WORDS if h != Cols.LIKES)
    for header in FULL:
        sheet.type(Tabs.READINGS, READING, header, 1)
    assert not sheet.plan(FIRST).asks


@pytest.mark.parametrize("when", ["2026-11-29T12:00", "2026-12-05T12:00", "2026-12-20T12:00"])
def test_nothing_is_asked_but_on_the_five_days(sheet: Sheet, when: str):
    assert not sheet.plan(when).asks


@pytest.mark.parametrize("status", ["Ditunda", "Dibatalkan"])
def test_an_episode_that_is_not_aktif_is_left_alone(sheet: Sheet, status: str):
    sheet.type(Tabs.SCHEDULE, "2026-W48", Cols.EPISODE_STATUS, status)
    answer(sheet, FIRST)
    assert not sheet.plan(FIRST).asks
    sheet.tick(FIRST)
    assert not FULL.keys() & row(sheet).keys()


# --- the administrator --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("until", "told"),
    [
        ("2026-12-15T08:00", ""),  # 15 days ahead of Monday 30 November
        ("2026-12-14T08:00", "tinggal 14 hari"),
        ("2026-12-08T08:00", "tinggal 14 hari"),
        ("2026-12-07T08:00", "tinggal 7 hari"),
        ("2026-12-02T08:00", "tinggal 7 hari"),
        ("2026-12-01T08:00", "tinggal sehari"),
    ],
)
def test_the_administrator_hears_14_7_and_1_days_before_a_token_dies(sheet: Sheet, until: str, told: str):
    sheet.sources = sheet.sources._replace(token_until=at(until))
    said = [problem.text for problem in sheet.plan(FIRST).problems if "token" in problem.text]
    assert [told in text for text in said] == ([True] if told else [])


def test_a_warning_that_would_fall_on_a_day_off_comes_before_it(sheet: Sheet):
    sheet.sources = sheet.sources._replace(token_until=datetime(2026, 12, 7, 8))  # Monday: a day before is Sunday
    assert "tinggal 7 hari" in str(sheet.plan("2026-12-03T07:00").problems)
    assert "tinggal sehari" in str(sheet.plan("2026-12-04T07:00").problems)


def test_a_refused_token_and_refused_files_are_told(sheet: Sheet):
    refused = (Refused("a.csv", "unknown", "Judul, Tautan"), Refused("b.csv", "old", "2026-11-29"))
    sheet.sources = sheet.sources._replace(token_refused=True, refused=refused)
    said = " ".join(str(problem) for problem in sheet.plan(FIRST).problems)
    assert "token Instagram ditolak" in said and "Judul, Tautan" in said and "29 Nov 2026" in said


# --- the words ----------------------------------------------------------------------------------------------------

heads = st.builds(
    lambda source, day, hour: f"{source}{day} Nov {hour:02d}.30",
    st.sampled_from(["Instagram API ", file_source("viewers 9; likes 3: x, y.csv") + " ", file_source("a.csv") + " "]),
    st.integers(1, 30),
    st.integers(0, 23),
)
figures = st.dictionaries(st.sampled_from(sorted(WORDS)), st.integers(0, 10**9), min_size=1)
entries = st.lists(st.builds(Entry, heads, figures, st.sampled_from(["", "tanpa likes dan komentar (belum ada)"])))


@settings(max_examples=150, deadline=None)
@given(entries)
def test_what_the_row_says_is_read_as_it_was_meant(made: list[Entry]):
    assert read_entries("; ".join(map(str, made))) == made


@given(st.text(max_size=80))
def test_whatever_stands_there_is_read(text: str):
    again = read_entries(text)
    assert read_entries("; ".join(map(str, again))) == again


def test_only_the_planner_fills_and_only_shared_cells(sheet: Sheet):
    answer(sheet, FIRST)
    changed = {c.header for c in sheet.plan(FIRST).changes if isinstance(c, SetCell) and c.key == READING}
    assert changed - {Cols.STATUS, Cols.MESSAGE} == {*FULL, Cols.FIGURE_SOURCE}
    assert date(2026, 11, 30) == at(FIRST).date()

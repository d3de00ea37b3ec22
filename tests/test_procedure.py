"""Dates of the procedure against plain lists written from the SOP, and properties over all dates."""

import itertools
from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from halokop_sheets import sop
from halokop_sheets.core.calendar import (
    Calendar,
    double_odd_weeks,
    national_days,
    publishing_days,
    theme,
    week_code,
)
from halokop_sheets.core.office.procedure import MeetingRule, evaluation_ends, meeting_day
from halokop_sheets.settings import Settings
from tests.procedure import load_procedure

PROCEDURE = load_procedure(Settings())
THURSDAY = MeetingRule(3, time(9))
DAYS = st.dates(date(2020, 1, 1), date(2060, 12, 31))

# Written by hand from the SOP's table: step -> (days from H of the start, its time; of the due date, its time).
BY_HAND = {
    1: (None, (-14, "23:59")),
    2: (None, (-14, "23:59")),
    3: (None, (-12, "23:59")),
    4: (None, (-7, "23:59")),
    5: ((0, "08:00"), (0, "08:30")),
    6: ((0, "09:00"), (0, "09:30")),
    7: ((0, "13:00"), (0, "14:30")),
    8: ((0, "10:00"), (0, "23:59")),
    9: (None, (3, "23:59")),
    10: ((1, "00:00"), (5, "23:59")),
    12: (None, (6, "23:59")),
}


def moment(day: date, offset: tuple[int, str]) -> datetime:
    return datetime.combine(day + timedelta(days=offset[0]), time.fromisoformat(offset[1]))


def test_the_shipped_procedure_is_the_sops() -> None:
    """The one test that an edit of ``config/sop.toml`` must change: every other one stands on the frozen copy."""
    assert sop.load_procedure(Settings()) == PROCEDURE


@given(DAYS)
def test_every_window_is_the_sops_on_any_day(day: date) -> None:
    windows = PROCEDURE.windows(day, Calendar(), THURSDAY)
    for number, (start, due) in BY_HAND.items():
        assert windows[number].due == moment(day, due)
        assert windows[number].start == (moment(day, start) if start else None)
    assert windows[11].due == moment(day, (6, "23:59"))


@pytest.mark.parametrize(
    ("publish", "meets"),
    [
        ("2026-11-22", "2026-11-26"),  # Sunday -> Thursday of that week, H+4
        ("2026-11-26", "2026-12-02"),  # a Thursday itself: none in H+1..H+6, so H+6
        ("2026-11-25", "2026-11-26"),  # Wednesday -> the next day
        ("2026-11-27", "2026-12-03"),  # Friday -> H+6
        ("2026-12-20", "2026-12-23"),  # Thursday 24 is cuti bersama, Friday 25 Christmas, Saturday off: Wednesday
        ("2027-05-02", "2027-05-07"),  # Ascension Day on Thursday 6 May 2027: the Friday after
        ("2027-03-07", "2027-03-09"),  # 8..12 March off (Nyepi, Idul Fitri) except what the list below leaves
        ("2026-12-27", "2026-12-31"),  # across the year's end
        ("2028-02-27", "2028-03-02"),  # 29 February 2028 lies between
    ],
)
def test_the_meeting_is_on_the_thursday_or_the_nearest_working_day(publish: str, meets: str) -> None:
    days_off = {day for year in (2026, 2027, 2028) for day, _ in national_days(year)}
    if publish == "2027-03-07":  # as if the decree had left Tuesday the 9th a working day
        days_off -= {date(2027, 3, 9)}
    assert meeting_day(date.fromisoformat(publish), Calendar(frozenset(days_off)), 3) == date.fromisoformat(meets)


def test_without_a_working_day_in_the_window_it_meets_on_the_first_one_after_it() -> None:
    """Idul Fitri 2027: 8 to 15 March are off; Saturday the 13th would lie inside cuti bersama."""
    calendar = Calendar(frozenset(day for day, _ in national_days(2027)))
    sunday = date(2027, 3, 7)
    assert meeting_day(sunday, calendar, 3) == evaluation_ends(sunday, calendar, 3) == date(2027, 3, 16)
    windows = PROCEDURE.windows(sunday, calendar, MeetingRule(3, time(9)))
    assert windows[11] == (datetime(2027, 3, 16, 9), datetime(2027, 3, 16, 23, 59))
    assert windows[12].due == datetime(2027, 3, 16, 23, 59)
    assert windows[10].due == datetime(2027, 3, 12, 23, 59)  # readings are not moved: nobody can take them later


@given(DAYS, st.sets(st.integers(1, 6)), st.integers(0, 6))
def test_the_meeting_is_on_a_working_day_and_inside_the_window_if_there_is_one(
    publish: date, off: set[int], weekday: int
) -> None:
    calendar = Calendar(frozenset(publish + timedelta(days=n) for n in off))
    day = meeting_day(publish, calendar, weekday)
    window = [publish + timedelta(days=n) for n in range(1, 7)]
    assert calendar.is_working(day)
    assert day in window or (not any(map(calendar.is_working, window)) and day == calendar.next_working(window[-1]))
    wanted = [d for d in window if d.weekday() == weekday]
    if wanted and calendar.is_working(wanted[0]):
        assert day == wanted[0]


@pytest.mark.parametrize(
    ("day", "code", "name"),
    [
        ("2026-11-29", "2026-W48", "Koperasi"),
        ("2026-11-22", "2026-W47", "UKM"),
        ("2027-01-03", "2026-W53", "UKM"),  # an ISO year of 53 weeks: the Sunday belongs to the old one
        ("2027-01-10", "2027-W01", "UKM"),  # two odd weeks in a row
        ("2027-01-17", "2027-W02", "Koperasi"),
        ("2026-01-04", "2026-W01", "UKM"),
        ("2028-02-29", "2028-W09", "UKM"),
        ("2020-12-31", "2020-W53", "UKM"),
        ("2021-01-03", "2020-W53", "UKM"),
    ],
)
def test_weeks_and_themes(day: str, code: str, name: str) -> None:
    assert (week_code(date.fromisoformat(day)), theme(date.fromisoformat(day), "iso-week")) == (code, name)


@pytest.mark.parametrize(
    ("day", "name"), [(1, "UKM"), (7, "UKM"), (8, "Koperasi"), (15, "UKM"), (22, "Koperasi"), (29, "UKM")]
)
def test_theme_by_week_of_the_month(day: int, name: str) -> None:
    assert theme(date(2026, 11, day), "week-of-month") == name


def test_two_odd_weeks_in_a_row_are_seen_ahead() -> None:
    ahead = publishing_days(date(2026, 11, 24), 6, 10)
    assert double_odd_weeks(ahead, "iso-week") == [date(2027, 1, 10)]


@given(DAYS, st.integers(0, 6), st.integers(1, 60))
def test_publishing_days_begin_today_at_the_earliest_and_come_weekly(today: date, weekday: int, weeks: int) -> None:
    days = publishing_days(today, weekday, weeks)
    assert len(days) == weeks
    assert 0 <= (days[0] - today).days <= 6
    assert all(day.weekday() == weekday for day in days)
    assert all((b - a).days == 7 for a, b in itertools.pairwise(days))


def test_working_days_around_idul_fitri_2027() -> None:
    calendar = Calendar(frozenset(day for day, _ in national_days(2027)))
    working = [d for d in (date(2027, 3, 1) + timedelta(days=n) for n in range(19)) if calendar.is_working(d)]
    assert [d.day for d in working] == [1, 2, 3, 4, 5, 16, 17, 18, 19]
    assert calendar.next_working(date(2027, 3, 5)) == date(2027, 3, 16)


@given(DAYS, st.integers(0, 50), st.sets(st.integers(0, 60)))
def test_working_days_between_are_counted_one_by_one(day: date, ahead: int, off: set[int]) -> None:
    calendar = Calendar(frozenset(day + timedelta(days=n) for n in off))
    until = day + timedelta(days=ahead)
    plain = 0
    step = day
    while step < until:
        step += timedelta(days=1)
        if step.weekday() < 5 and step not in calendar.days_off:
            plain += 1
    assert calendar.working_days_after(day, until) == plain

"""The figures against an independent calculation (20 generated offices) and against literals (offices made by hand)."""

import itertools
from datetime import date, datetime

import pytest

from halokop_sheets.core.office.metrics import (
    compare,
    compare_figures,
    days_late,
    engagement_rate,
    habitually_late,
    last_episodes,
    latest,
    likes_rate,
    on_time_rate,
    weekly_on_time,
)
from halokop_sheets.core.office.platforms_used import missing_links
from halokop_sheets.core.office.verdict import missing_readings, verdict
from halokop_sheets.core.terms import Tabs
from tests.independent import FIGURES, Independent
from tests.offices import generated, look, office_of, read, tick_step
from tests.sheet import Sheet, settings_of

PLATFORMS = ["Instagram", "TikTok"]


@pytest.mark.parametrize("seed", range(20))
def test_figures_agree_with_an_independent_calculation(seed: int) -> None:
    sheet, now, published = generated(seed)
    office, alone = office_of(sheet, now), Independent(sheet, datetime.fromisoformat(now))
    at = office.context.now
    assert [(w.first, w.figures.on_time, w.figures.counted) for w in weekly_on_time(office)] == alone.weeks()
    for code in published:
        episode = office.by_code[code]
        figures = on_time_rate(episode.steps, at)
        assert (figures.on_time, figures.counted) == alone.on_time(code)
        assert {s.step.number: days_late(s, at) for s in episode.steps} == {
            s.number: alone.lateness(s) for s in alone.episodes[code].steps
        }
        worst = latest(episode.steps, at)
        assert (worst and (worst[0].step.number, worst[1])) == alone.latest(code)
        recent = last_episodes(office, episode)
        assert [e.code for e in recent] == [e.code for e in alone.line(code)[-8:]]
        habit = habitually_late(recent, at)
        assert (habit and (habit.number, habit.late, habit.counted)) == alone.habit(code)
        for platform, found in compare(office, episode, PLATFORMS).items():
            expected = alone.audience(code, platform)
            assert (found and {name: getattr(found, name) for name in expected or {}}) == expected
        every = compare_figures(office, episode, PLATFORMS)
        for platform, figure in itertools.product(PLATFORMS, FIGURES[:3]):
            found, expected = every.get((platform, figure)), alone.audience(code, platform, (figure,))
            assert (found and {name: getattr(found, name) for name in expected or {}}) == expected
        for reading in episode.readings:
            rates = (likes_rate(reading), engagement_rate(reading))
            assert rates == alone.rates(code, reading.platform, reading.day)
        blank = {
            (r.platform, r.day, h)
            for r in episode.readings
            for h in r.needed
            if r.values[h] is None
            and any(f"{r.platform} " in m and f"ke-{r.day}" in m for m in missing_readings(episode))
        }
        assert blank == alone.missing(code)
        assert missing_links(episode, office.context) == alone.unlinked(code)


def test_generated_offices_hold_what_is_hard() -> None:
    """The comparison above is worth something only where gaps, two a week, and the other statuses really occur."""
    seen: dict[str, int] = {}
    for seed in range(20):
        sheet, now, published = generated(seed)
        alone = Independent(sheet, datetime.fromisoformat(now))
        for code in published:
            found = [alone.audience(code, p) for p in PLATFORMS]
            episode = alone.episodes[code]
            for name, holds in (
                ("nothing read", not any(found)),
                ("no comparison", any(f and f["median"] is None for f in found)),
                ("likes only", any(f and f["figure"] == "Likes" for f in found)),
                ("half median", any(f and f["median"] and f["median"] % 1 for f in found)),
                ("previous missing", any(f and f["previous"] is None and f["median"] for f in found)),
                ("not Aktif", not episode.active),
                ("second in week", code.count("-") == 2),
                ("no TikTok", alone.used(episode) == ["Instagram"]),
                ("late and open", any(not s.done and alone.lateness(s) for s in episode.steps)),
                ("late the same day", any(alone.lateness(s) == 0 for s in episode.steps)),
                ("interaction", any(alone.rates(code, "Instagram", d)[1] for d in range(1, 6))),
                ("a habit", alone.habit(code) is not None),
            ):
                seen[name] = seen.get(name, 0) + holds
    assert min(seen.values()) >= 3, seen


# --- six offices worked out by hand ---------------------------------------------------------------------------------


def _published(*days: str, **values: object) -> Sheet:
    """Episodes on these days, each seen by a tick on its own day."""
    sheet = Sheet().team()
    for day in days:
        sheet.episode(day, f"Topik {day}", Bentuk="Video", **values)
    for day in days:
        sheet.long_running(day)
        look(sheet, f"{day}T06:00")
    return sheet


def test_the_first_week_has_nothing_to_compare_with() -> None:
    sheet = _published("2026-11-22", Tautan_Instagram="instagram.com/p/1", Tautan_TikTok="-")
    read(sheet, "2026-W47", "Instagram", 1, Viewers_Video=500, Likes=40)
    read(sheet, "2026-W47", "Instagram", 2, Viewers_Video=650, Likes=52)
    office = office_of(sheet, "2026-11-25T10:00")
    found = compare(office, office.by_code["2026-W47"], PLATFORMS)
    instagram = found["Instagram"]
    assert instagram is not None
    assert (instagram.figure, instagram.day, instagram.value) == ("Viewers Video", 2, 650)
    assert (instagram.previous, instagram.median, instagram.compared) == (None, None, 0)
    assert (instagram.against_previous, instagram.against_median) == (None, None)
    assert instagram.by_day == (500, 650, None, None, None)
    assert instagram.history == (650,)
    assert instagram.best == ("2026-W47", 650)
    assert found["TikTok"] is None
    said = verdict(office, office.by_code["2026-W47"])
    assert said.audience == "Instagram: 650 Viewers Video pada hari ke-2; 52 Likes. Belum ada pembanding."
    assert said.missing == ("Instagram hari ke-3 (hari ini): Viewers Video, Likes",)


def test_equal_age_skips_episodes_without_that_day() -> None:
    """Day 3, values 800, 1000, –, 1200, 1300 (cancelled), 900, 1101, 1100: the last four are 1000, 1200, 900, 1101."""
    days = [
        "2026-09-27",
        "2026-10-04",
        "2026-10-11",
        "2026-10-18",
        "2026-10-25",
        "2026-11-01",
        "2026-11-08",
        "2026-11-15",
    ]
    sheet = _published(*days, Tautan_TikTok="-")
    for week, viewers in zip(range(39, 47), (800, 1000, None, 1200, 1300, 900, 1101, 1100), strict=True):
        code = f"2026-W{week}"
        read(sheet, code, "Instagram", 1, Viewers_Video=400, Likes=30)
        if viewers:
            read(sheet, code, "Instagram", 3, Viewers_Video=viewers)
    read(sheet, "2026-W45", "Instagram", 5, Viewers_Video=9999)  # older now, and so no part of it
    sheet.type(Tabs.SCHEDULE, "2026-W43", "Status Episode", "Dibatalkan")
    office = office_of(sheet, "2026-11-18T20:00")
    found = compare(office, office.by_code["2026-W46"], PLATFORMS)["Instagram"]
    assert found is not None
    assert (found.day, found.value, found.previous, found.compared) == (3, 1100, 1101, 4)
    assert found.median == 1050.5
    assert found.against_median == 0.04712041884816754  # 49.5 / 1050.5
    assert found.against_previous == -0.0009082652134423251  # -1 / 1101
    assert found.history == (800, 1000, None, 1200, 900, 1101, 1100)
    assert found.best == ("2026-W42", 1200)
    said = verdict(office, office.by_code["2026-W46"]).audience
    assert said == (
        "Instagram: 1.100 Viewers Video pada hari ke-3, 4,7% di atas nilai tengah 4 episode sebelumnya "
        "pada hari yang sama setelah tayang (1.050,5); 30 Likes pada hari ke-1."
    )


def test_two_episodes_in_a_week_follow_each_other() -> None:
    sheet = _published("2026-11-18", "2026-11-22", Tautan_Instagram="-")
    read(sheet, "2026-W47", "TikTok", 1, Viewers_Video=200, Likes=10)
    read(sheet, "2026-W47-2", "TikTok", 1, Viewers_Video=300, Likes=10)
    office = office_of(sheet, "2026-11-23T20:00")
    first = compare(office, office.by_code["2026-W47"], PLATFORMS)["TikTok"]
    second = compare(office, office.by_code["2026-W47-2"], PLATFORMS)["TikTok"]
    assert first is not None and second is not None
    assert (first.previous, first.median) == (None, None)
    assert (second.previous, second.median, second.compared) == (200, 200.0, 1)
    assert (second.against_previous, second.against_median) == (0.5, 0.5)
    assert verdict(office, office.by_code["2026-W47-2"]).audience == (
        "TikTok: 300 Viewers Video pada hari ke-1, 50% di atas satu episode sebelumnya pada hari yang sama "
        "setelah tayang (200); 10 Likes."
    )


@pytest.mark.parametrize("refusal", ["-", "Tidak ada", "tidak"])
def test_an_episode_that_its_row_says_was_not_on_tiktok_is_not_asked_for_it(refusal: str) -> None:
    sheet = Sheet().team()
    sheet.episode("2026-11-22", Bentuk="Postingan", Tautan_Instagram="instagram.com/p/1", Tautan_TikTok=refusal)
    look(sheet, "2026-11-22T06:00")
    read(sheet, "2026-W47", "Instagram", 1, Likes=80)
    office = office_of(sheet, "2026-11-24T09:00")
    said = verdict(office, office.by_code["2026-W47"])
    assert said.audience == "Instagram: 80 Likes pada hari ke-1. Belum ada pembanding."
    assert said.missing == ("Instagram hari ke-2 (hari ini): Likes",)


def test_nothing_read_at_all_is_said_by_name_and_never_zero() -> None:
    sheet = _published("2026-11-15", "2026-11-22")
    read(sheet, "2026-W46", "Instagram", 2, Viewers_Video=700, Likes=20)
    office = office_of(sheet, "2026-11-27T09:00")
    episode = office.by_code["2026-W47"]
    assert compare(office, episode, PLATFORMS) == {"Instagram": None, "TikTok": None}
    said = verdict(office, episode)
    assert said.audience == "Belum ada angka penonton. Belum ada pembanding."
    assert said.missing == (
        "Tautan Instagram",
        "Tautan TikTok",
        "Instagram hari ke-1, ke-2, ke-3, ke-4, dan ke-5 (hari ini): Viewers Video, Likes",
        "TikTok hari ke-1, ke-2, ke-3, ke-4, dan ke-5 (hari ini): Viewers Video, Likes",
    )
    assert [likes_rate(r) for r in episode.readings] == [None] * 10


def test_process_by_hand() -> None:
    """Published 22 Nov without a live: eleven steps are needed, nine due or done by the 26th, five of these on time."""
    sheet = Sheet(settings_of("[program]\nhorizon_weeks = 1")).team()
    sheet.episode("2026-11-22", Bentuk="Video")
    sheet.episode("2026-11-29", Status_Episode="Dibatalkan")  # the horizon's next, whose steps would count too
    look(sheet.long_running("2026-11-22"), "2026-11-22T06:00")
    code = "2026-W47"
    tick_step(sheet, code, 1, "2026-11-08T00:00")  # a date alone, on the day it was due
    tick_step(sheet, code, 2, "2026-11-09T00:00")  # a day late
    tick_step(sheet, code, 3, "2026-11-10T23:00")  # an hour before the end of its day
    tick_step(sheet, code, 4, "2026-11-18T09:00")  # three days late
    tick_step(sheet, code, 5, "2026-11-22T08:30")  # to the minute
    tick_step(sheet, code, 6, "2026-11-22T09:31")  # a minute late, on its very day
    tick_step(sheet, code, 7, "2026-11-22T13:00")  # not needed: counts nowhere
    tick_step(sheet, code, 8, "2026-11-22T20:00")
    tick_step(sheet, code, 12, "2026-11-25T10:00")  # before it was due; 9 is overdue, 10 and 11 not due yet
    office = office_of(sheet, "2026-11-26T09:00")
    episode, now = office.by_code[code], office.context.now
    figures = on_time_rate(episode.steps, now)
    assert (figures.on_time, figures.counted) == (5, 9)
    assert figures.rate == 0.5555555555555556
    late = {s.step.number: days_late(s, now) for s in episode.steps}
    assert {n: d for n, d in late.items() if d is not None} == {2: 1, 4: 3, 6: 0, 9: 1}
    assert verdict(office, episode).process == (
        "Dari 9 langkah yang sudah lewat tenggat atau selesai, 5 tepat waktu (56%). "
        "Paling lama terlambat: Rancang desain konten (3 hari)."
    )
    worst = latest(episode.steps, datetime(2026, 11, 28, 9))
    assert worst is not None and (worst[0].step.number, worst[1]) == (4, 3)  # 9 is three days late too by then
    weeks = {w.first: (w.figures.on_time, w.figures.counted, w.figures.rate) for w in weekly_on_time(office)}
    assert len(weeks) == 12
    assert weeks[date(2026, 11, 2)] == (1, 2, 0.5)  # steps 1 and 2 were due on Sunday the 8th
    assert weeks[date(2026, 11, 9)] == (1, 2, 0.5)  # 3 on the 10th, 4 on the 15th
    assert weeks[date(2026, 11, 16)] == (2, 3, 0.6666666666666666)  # 5, 6 and 8
    assert weeks[date(2026, 11, 23)] == (1, 2, 0.5)  # 9 overdue, 12 done ahead
    assert weeks[date(2026, 10, 26)] == (0, 0, None)  # nothing was needed


def test_due_to_the_minute() -> None:
    """Step 5 is due at 08:30: due, and late, from 08:31 on; done in that minute it is on time."""
    sheet = _published("2026-11-22")
    step = "Periksa desain dan isi konten (kurang dari sehari, belum selesai)"
    for now, counted in (("2026-11-22T08:30", 4), ("2026-11-22T08:31", 5)):
        office = office_of(sheet, now)
        episode = office.by_code["2026-W47"]
        assert on_time_rate(episode.steps, office.context.now).counted == counted
        assert [s.step.number for s in episode.steps if days_late(s, office.context.now) == 0] == [5][: counted - 4]
    for number in (1, 2, 3, 4):
        tick_step(sheet, "2026-W47", number, "2026-11-01T00:00")
    office = office_of(sheet, "2026-11-22T08:31")
    assert verdict(office, office.by_code["2026-W47"]).process.endswith(f"Paling lama terlambat: {step}.")


def test_engagement_only_where_all_is_given() -> None:
    sheet = _published("2026-11-22")
    read(sheet, "2026-W47", "Instagram", 1, Viewers_Video=1000, Likes=80, Komentar=10, Dibagikan=5, Disimpan=5)
    read(sheet, "2026-W47", "Instagram", 2, Viewers_Video=1200, Likes=90, Komentar=10, Dibagikan=5)
    read(sheet, "2026-W47", "Instagram", 3, Viewers_Video=0, Likes=0, Komentar=0, Dibagikan=0, Disimpan=0)
    read(sheet, "2026-W47", "Instagram", 4, Likes=95)
    episode = office_of(sheet, "2026-11-27T09:00").by_code["2026-W47"]
    rates = {r.day: (likes_rate(r), engagement_rate(r)) for r in episode.readings if r.platform == "Instagram"}
    assert rates == {1: (0.08, 0.1), 2: (0.075, None), 3: (None, None), 4: (None, None), 5: (None, None)}

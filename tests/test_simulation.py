"""An office lives for years with everything going wrong (``tests/simulation``): no promise of the design is broken."""

from datetime import timedelta
from pathlib import Path

import pytest

from tests.simulation.faults import NAPS
from tests.simulation.mutants import MUTANTS, table
from tests.simulation.post import DAILY, MOST_A_DAY
from tests.simulation.run import TICKS, Simulation, replay

HALF_A_YEAR = 183
DAY = timedelta(days=1)


@pytest.mark.parametrize(("seed", "hoards"), [(seed, seed == 2) for seed in range(1, 7)])
def test_three_years(seed: int, *, hoards: bool) -> None:
    report = replay(seed, HALF_A_YEAR, hoards=hoards)
    assert report.days == HALF_A_YEAR
    assert report.mails > 100 and report.crashes > 5 and report.calm_days >= 20


def test_thirty_days_on_google() -> None:
    report = replay(3, 30, google=True)
    assert report.batches > 100 and report.mails > 50


@pytest.mark.parametrize(
    ("trouble", "length"),
    [
        *(("asleep", nap) for nap in NAPS),
        ("clock", 2 * DAY),
        ("clock", -2 * DAY),
        ("book", 7 * DAY),
        ("mail", 7 * DAY),
        ("disk", 3 * DAY),
    ],
    ids=str,
)
def test_after_a_long_trouble_all_is_right_at_once_and_no_burst_of_mail(
    trouble: str, length: timedelta, tmp_path: Path
) -> None:
    made = Simulation(99, tmp_path).survive(trouble, length)
    for person, kinds in made.items():
        assert kinds.total() <= MOST_A_DAY, f"{person}: {kinds}"
        assert all(kinds[kind] <= 1 for kind in DAILY), f"{person}: {kinds}"


def test_a_failing_seed_names_itself_and_the_command_that_replays_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.simulation.run.wrong_cells", lambda facts: iter(["something is wrong"]))
    with pytest.raises(AssertionError, match=r"(?s)seed 5 at .*something is wrong.*--seed 5 --days 1"):
        replay(5, 1)


def test_a_seed_is_the_same_life_every_time() -> None:
    assert replay(7, 20) == replay(7, 20)


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(1001, 1101))
def test_two_hundred_years(seed: int) -> None:
    assert replay(seed, 2 * 365).ticks >= TICKS * 365


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(1201, 1204))
def test_six_years_of_offices_that_delete_nothing(seed: int) -> None:
    """Their sheets grow to three times the size of the others, and so does the time this takes."""
    assert replay(seed, 2 * 365, hoards=True).days == 2 * 365


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(2001, 2021))
def test_five_years_on_google(seed: int) -> None:
    assert replay(seed, 92, google=True).days == 92


@pytest.mark.soak
def test_every_deliberate_bug_is_caught(capsys: pytest.CaptureFixture[str]) -> None:
    """The soak's own proof: an oracle that catches nothing would be green as well."""
    assert len(MUTANTS) >= 12
    text, alive = table()
    with capsys.disabled():
        print(f"\n{text}")
    assert alive == []

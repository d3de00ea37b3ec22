"""Google's limits as budgets, and whose turn it is; pure, in seconds of a clock that the test sets."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from halokop_sheets.programmes.budget import Budget, Limits
from halokop_sheets.programmes.turns import LONGEST, Turn, in_order, wait_after


def busiest_minute(times: list[float]) -> int:
    """The most that any 60 seconds hold, however they are cut."""
    return max((sum(start <= t < start + 60 for t in times) for start in times), default=0)


@given(st.lists(st.floats(0, 5), min_size=50, max_size=300), st.sampled_from([1, 3, 8]))
def test_no_minute_holds_more_than_the_limit_however_the_requests_come(gaps: list[float], processes: int) -> None:
    limits = Limits().shared_by(processes)
    budget = Budget(limits)
    budget.add("a", "p")
    now, taken = 100.0, list[float]()
    for gap in gaps:
        now += gap
        if not budget.take("a", "read", now):
            taken.append(now)
    assert busiest_minute(taken) <= max(limits.account, 1.5)


def test_a_minute_is_used_well() -> None:
    budget = Budget()
    for n in range(8):
        budget.add(f"a{n}", "p")
    taken = [t / 10 for t in range(6000) for n in range(8) if not budget.take(f"a{n}", "read", t / 10)]
    assert 260 <= busiest_minute(taken) <= 300, "eight accounts share their project's limit"
    alone = Budget()
    alone.add("a", "p")
    taken = [t / 10 for t in range(6000) if not alone.take("a", "read", t / 10)]
    assert 52 <= busiest_minute(taken) <= 60 and len(taken) > 530


def test_reads_and_writes_have_budgets_of_their_own() -> None:
    budget = Budget()
    budget.add("a", "p")
    while not budget.take("a", "read", 0.0):
        pass
    assert budget.take("a", "write", 0.0) == 0


def test_the_wait_that_is_told_is_the_wait_that_it_takes() -> None:
    budget = Budget()
    budget.add("a", "p")
    while not (wait := budget.take("a", "read", 5.0)):
        pass
    assert budget.take("a", "read", 5.0 + wait * 0.9) > 0
    assert budget.take("a", "read", 5.0 + wait * 1.001) == 0


def test_a_429_slows_its_account_alone_and_longer_each_time() -> None:
    budget = Budget()
    budget.add("a", "p")
    budget.add("b", "p")
    pauses = []
    now = 0.0
    for _ in range(6):
        budget.refused("a", now)
        budget.refused("a", now + 0.1)  # another thread's, of the same moment
        pauses.append(round(budget.blocked("a", now)))
        assert budget.take("b", "read", now) == 0
        now += budget.blocked("a", now) + 1
    assert pauses == [15, 30, 60, 120, 240, 240]
    assert budget.take("a", "read", now) == 0
    budget.served("a")
    budget.refused("a", now)
    assert round(budget.blocked("a", now)) == 15


def test_what_may_wait_leaves_a_request_for_ticks_on_their_way() -> None:
    budget = Budget(Limits(60, 300))
    budget.add("a", "p")
    while not budget.take("a", "read", 0.0, reserve=1):
        pass
    assert budget.take("a", "read", 0.0) == 0


# --- whose turn -----------------------------------------------------------------------------------------------------


def test_each_is_due_once_a_round_at_its_own_moment() -> None:
    turn = Turn("bogor", 300.0)
    ticks = []
    for second in range(3600):
        wall = 1_795_600_000.0 + second
        if turn.due(wall, second):
            turn.begin(wall, second)
            turn.end(second, failed=False)
            ticks.append(second)
    assert len(ticks) == 13 and {later - earlier for earlier, later in pairwise(ticks[1:])} == {300}


@pytest.mark.parametrize("turned", [-86400.0, -400.0, 400.0, 86400.0])
def test_a_turned_clock_delays_nobody(turned: float) -> None:
    turn = Turn("bogor", 300.0)
    ticks = []
    for second in range(3600):
        wall = 1_795_600_000.0 + second + (turned if second > 1000 else 0)
        if turn.due(wall, second):
            turn.begin(wall, second)
            ticks.append(second)
    assert max(later - earlier for earlier, later in pairwise(ticks)) <= 300 and len(ticks) <= 15


def test_who_fails_waits_longer_each_time_up_to_an_hour() -> None:
    assert [wait_after(n, 300.0) for n in (1, 2, 3, 4, 5, 6, 99)] == [300, 600, 1200, 2400, 3600, 3600, 3600]
    turn = Turn("bogor", 300.0)
    ticks = []
    for second in range(0, 6 * 3600, 10):
        if turn.due(1_795_600_000.0 + second, second):
            turn.begin(1_795_600_000.0 + second, second)
            turn.end(second, failed=True)
            ticks.append(second)
    gaps = [later - earlier for earlier, later in pairwise(ticks)]
    assert gaps[-1] <= LONGEST + 310 and gaps == sorted(gaps) and gaps[0] <= 300


def test_mail_that_is_due_goes_first_then_who_waited_longest_and_nobody_an_hour() -> None:
    wall, mono = 1_795_600_000.0, 10_000.0

    def turn(name: str, ago: float, moments: tuple[float, ...] = (), failures: int = 0) -> Turn:
        return Turn(name, 300.0, mono - ago, wall - ago, None, failures, moments=moments)

    turns = [
        turn("quiet-short", 310),
        turn("quiet-long", 900),
        turn("pressing", 301, (wall - 10,)),
        turn("told-already", 301, (wall - 400,)),
        turn("still-to-come", 302, (wall + 10,)),
        turn("almost-an-hour", 3100),
        turn("broken", 3400, (wall - 10,), failures=2),
    ]
    order = [one.name for one in in_order(turns, wall, mono)]
    assert order == [
        "almost-an-hour", "pressing", "broken", "quiet-long", "quiet-short", "still-to-come", "told-already",
    ]  # fmt: skip

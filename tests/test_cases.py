"""Every case file: exactly these mails, at each of its ticks."""

from typing import Any

import pytest

from tests.case_player import Played, load_cases, unmatched

CASES = list(load_cases())


def test_there_are_at_least_sixty_cases() -> None:
    assert len(CASES) >= 60


@pytest.mark.parametrize("case", [pytest.param(case, id=name) for name, case in CASES])
def test_case(case: dict[str, Any]) -> None:
    office = Played(case)
    for step in (case, *case.get("then", ())):
        for edit in step.get("set", ()):
            office.set(edit)
        wrong = unmatched(office.tick(step["now"]), office.renderer, step["mails"])
        assert not wrong, f"at {step['now']}:\n" + "\n".join(wrong)
        for line in step.get("says", ()):
            place, said = line.split(": ", 1)
            tab, key = place.split(" ", 1)
            assert said in office.message(tab, key)

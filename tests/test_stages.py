"""The stages of a plan are a table: each says what it needs, and one that stands too early is named."""

import pytest

from halokop_sheets.core.office.model import OfficeState
from halokop_sheets.core.office.stages import Stage, StageOrderError, run_stages
from halokop_sheets.core.planner import STAGES
from halokop_sheets.core.sheet.draft import Draft
from halokop_sheets.core.terms import Tabs
from tests.sheet import Sheet


def office_and_draft() -> tuple[OfficeState, Draft]:
    sheet = Sheet().team()
    sheet.episode("2026-11-29")
    return OfficeState(sheet.context("2026-11-24T08:00")), Draft(sheet.snapshot())


@pytest.mark.parametrize("place", [n for n, stage in enumerate(STAGES) if stage.after])
def test_a_stage_before_one_that_it_rests_on_complains_by_name(place: int) -> None:
    """Every stage, put before the last of those it names, is refused before it reads anything."""
    stage = STAGES[place]
    others = [one for one in STAGES if one is not stage]
    first_needed = min(n for n, one in enumerate(others) if one.run in stage.after)
    wrong = (*others[:first_needed], stage, *others[first_needed:])
    office, draft = office_and_draft()
    with pytest.raises(
        StageOrderError, match=f"{stage.run.__name__} must run after .*{others[first_needed].run.__name__}"
    ):
        run_stages(wrong, draft, office)


def test_a_stage_whose_tab_cannot_be_read_is_left_out_and_the_others_run() -> None:
    ran: list[str] = []

    def reads_steps(draft: Draft, office: object) -> None:
        ran.append("steps")

    def reads_team(draft: Draft, office: object) -> None:
        ran.append("team")

    office, draft = office_and_draft()
    office.unread = frozenset({Tabs.STEPS})
    run_stages((Stage(reads_steps, needs=(Tabs.STEPS,)), Stage(reads_team, after=(reads_steps,))), draft, office)
    assert ran == ["team"]

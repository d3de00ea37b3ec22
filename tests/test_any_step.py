"""What holds for any step and any mail: an alert on whatever day it is due, and every column of Jadwal to be shown."""

from datetime import datetime
from typing import Any

import pytest

from halokop_sheets.mail.samples import sample_mails
from halokop_sheets.settings import Settings
from halokop_sheets.sop import parse_procedure
from tests.case_player import Played
from tests.procedure import FILE

TEAM = "Nama | Email | Peran\nRudi | rudi@example.go.id | Pubdisdok\nKania | kania@example.go.id | Koordinator"


def alerts(facts: str, now: str) -> list[Any]:
    """The alerts of a plan where step 4 (H-7, a date without a time) bears these facts; H is 29 November."""
    text = FILE.read_text(encoding="utf-8")
    place = text.index("day = -7\n")
    played = Played({"now": "2026-11-16T07:00", "Jadwal": "Tanggal Tayang | Topik\n29/11/2026 | Satu", "Tim": TEAM})
    played.procedure = parse_procedure(text[:place] + facts + text[place:], "sop.toml")
    played.tick("2026-11-16T07:00")
    plan = played.plan(datetime.fromisoformat(now))
    return [mail for mail in plan.mails if mail.kind == "publication-missed"]


@pytest.mark.parametrize(
    ("now", "due"),
    [("2026-11-22T12:29", False), ("2026-11-22T12:30", True), ("2026-11-22T23:59", True), ("2026-11-23T08:00", False)],
)
def test_a_step_off_day_h_with_an_hour_is_asked_for_after_it(now: str, due: bool) -> None:
    mails = alerts('due = "12:00"\nalert_after = 30\n', now)
    assert {mail.name for mail in mails} == ({"Rudi", "Kania"} if due else set())


@pytest.mark.parametrize(
    ("now", "due"), [("2026-11-22T23:59", False), ("2026-11-23T00:30", False), ("2026-11-23T07:30", True)]
)
def test_a_step_due_on_a_date_alone_is_asked_for_on_the_next_morning(now: str, due: bool) -> None:
    mails = alerts("alert_after = 30\n", now)
    assert {mail.name for mail in mails} == ({"Rudi", "Kania"} if due else set())


def test_every_mail_about_an_episode_can_show_any_column_of_jadwal() -> None:
    """The README's recipe: a column of the office's own, by its header, in the run-down as in every other mail."""
    found: dict[str, bool] = {}

    def holds(value: Any) -> bool:
        if isinstance(value, dict):
            return "schedule" in value or any(map(holds, value.values()))
        return isinstance(value, list) and any(map(holds, value))

    procedure = parse_procedure(FILE.read_text(encoding="utf-8"), "sop.toml")
    for mail in sample_mails(Settings(), procedure, linked=True):
        found[mail.kind] = holds(mail.data)
        if mail.kind == "run-down":
            assert all("schedule" in episode for episode in mail.data["episodes"])
    assert [kind for kind, there in found.items() if not there] == ["administrator"]

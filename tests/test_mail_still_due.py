"""A mail that was put off is looked at again in full before it goes: who would read it, and what it is about."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

import pytest

from halokop_sheets.core.mails.history import as_claimed, told_by_another
from halokop_sheets.core.planner import no_longer_due
from halokop_sheets.core.sheet.values import LedgerView, Mail, Row
from halokop_sheets.core.terms import Cols, Tabs
from tests.sheet import Sheet, at

CODE = "2026-W48"
Edit = Callable[[Sheet], object]


def person(sheet: Sheet, name: str) -> int:
    return next(row.number for row in sheet.rows(Tabs.TEAM) if row.cells[Cols.NAME] == name)


def switched_off(name: str) -> Edit:
    return lambda sheet: sheet.type(Tabs.TEAM, person(sheet, name), Cols.ACTIVE, "Tidak")


def on_leave(name: str) -> Edit:
    return lambda sheet: sheet.type(Tabs.TEAM, person(sheet, name), Cols.LEAVE_UNTIL, datetime(2026, 12, 31))


def another_address(name: str) -> Edit:
    return lambda sheet: sheet.type(Tabs.TEAM, person(sheet, name), Cols.EMAIL, "lain@example.go.id")


def gone(name: str) -> Edit:
    def edit(sheet: Sheet) -> None:
        number = person(sheet, name)
        for header in (Cols.NAME, Cols.EMAIL, Cols.ROLES, Cols.ACTIVE):
            sheet.type(Tabs.TEAM, number, header, None)

    return edit


def other_role(name: str) -> Edit:
    return lambda sheet: sheet.type(Tabs.TEAM, person(sheet, name), Cols.ROLES, "Tim Humas")


def called_off(sheet: Sheet) -> None:
    for code in sheet.codes(Tabs.SCHEDULE):
        sheet.type(Tabs.SCHEDULE, code, Cols.EPISODE_STATUS, "Dibatalkan")


def all_done(sheet: Sheet) -> None:
    for code in sheet.codes(Tabs.STEPS):
        sheet.type(Tabs.STEPS, code, Cols.DONE, True)


def put_off(kind: str) -> tuple[Sheet, str]:
    """An office whose mails of this kind wait, and the time of the next try."""
    sheet = Sheet().team()
    sheet.episode("2026-11-29", "Pajak UKM")
    now, later = {
        "schedule-changed": ("2026-11-26T18:05", "2026-11-26T18:35"),
        "invitation": ("2026-12-03T07:00", "2026-12-03T08:00"),
        "escalation": ("2026-11-25T08:05", "2026-11-25T08:35"),
    }[kind]
    if kind == "schedule-changed":
        sheet.tick("2026-11-26T18:00")
        sheet.type(Tabs.SCHEDULE, CODE, Cols.PUBLISH, datetime(2026, 11, 28))
    else:
        sheet.tick("2026-11-10T08:00")
        sheet.tick("2026-11-24T18:00")
    plan = sheet.plan(now)
    mails: list[Mail] = [mail for mail in plan.mails if mail.kind == kind]
    assert mails, [mail.kind for mail in plan.mails]
    sheet.workbook.write(plan.changes, sheet.snapshot())
    sheet.ledger = LedgerView("uji", tuple(as_claimed(mail, at(now), "<x@example.go.id>") for mail in mails))
    return sheet, later


def withdrawn(sheet: Sheet, now: str) -> set[str]:
    """Names of those whose mail does not go any more."""
    keys = no_longer_due(sheet.snapshot(), sheet.context(now))
    return {record.recipient.partition("@")[0] for record in sheet.ledger.records if record.key in keys}


ALL = {"dewi", "rudi", "sinta", "bambang"}


@pytest.mark.parametrize("kind", ["schedule-changed", "invitation", "escalation"])
def test_as_long_as_nothing_changes_it_goes(kind: str) -> None:
    sheet, later = put_off(kind)
    assert withdrawn(sheet, later) == set()


@pytest.mark.parametrize("edit", [switched_off, on_leave, another_address, gone])
@pytest.mark.parametrize(
    ("kind", "name"), [("schedule-changed", "Dewi"), ("invitation", "Sinta"), ("escalation", "Bambang")]
)
def test_nobody_gets_it_who_would_not_any_more(kind: str, name: str, edit: Callable[[str], Edit]) -> None:
    sheet, later = put_off(kind)
    edit(name)(sheet)
    assert withdrawn(sheet, later) == {name.lower()}


@pytest.mark.parametrize(
    ("kind", "edit", "expected"),
    [
        ("schedule-changed", all_done, {"dewi", "rudi", "sinta"}),
        ("schedule-changed", other_role("Dewi"), set()),
        ("invitation", called_off, ALL),
        ("escalation", all_done, {"bambang"}),
        ("escalation", called_off, {"bambang"}),
        ("escalation", other_role("Bambang"), {"bambang"}),
    ],
)
def test_what_it_is_about_must_still_be_open(kind: str, edit: Edit, expected: set[str]) -> None:
    sheet, later = put_off(kind)
    edit(sheet)
    assert withdrawn(sheet, later) == expected


def test_a_row_that_is_gone_says_nothing_of_its_mails() -> None:
    sheet, later = put_off("invitation")
    sheet.type(Tabs.SCHEDULE, CODE, Cols.CODE, "2026-W40")
    assert withdrawn(sheet, later) == set()


@pytest.mark.parametrize(("ours_first", "withdrawn"), [(True, False), (False, True)])
def test_of_two_hosts_that_saw_different_problems_the_first_writes_to_the_administrator(
    ours_first: bool, withdrawn: bool
) -> None:
    ours, theirs = (f"administrator:admin@example.go.id:2026-11-25:{digest}" for digest in ("aaaaaaaa", "bbbbbbbb"))
    listed = [(theirs, "jauh")] + [(ours, "lokal")] * ours_first  # the newest row is the uppermost
    rows = tuple(Row(n, {Cols.KEY: key, Cols.REMARK: f"[{id_}]"}) for n, (key, id_) in enumerate(listed, start=2))
    snapshot = Sheet().team().snapshot()
    history = replace(snapshot.tables[Tabs.HISTORY], rows=rows)
    snapshot = replace(snapshot, tables={**snapshot.tables, Tabs.HISTORY: history})
    another_day = ours.replace("11-25", "11-26")
    assert told_by_another(snapshot, "lokal", [ours, another_day]) == ({ours} if withdrawn else set())

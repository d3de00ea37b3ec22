"""An office of every earlier release goes on with this one: nobody is mailed twice, nothing that people typed is lost.

``tests/data/VERSION`` is an office as that release left it (see ``tests/data/make_office.py``).
"""

import shutil
import sqlite3
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from email.parser import BytesHeaderParser
from pathlib import Path
from zoneinfo import ZoneInfo

import openpyxl
import pytest

from halokop_sheets.core.sheet.schema import TABS, Owner
from halokop_sheets.core.sheet.tables import recognise
from halokop_sheets.core.sheet.values import Cell
from halokop_sheets.core.terms import Cols, Tabs
from halokop_sheets.mail.ledger_versions import STEPS
from halokop_sheets.mail.message import KIND_HEADER
from halokop_sheets.wiring import load_all, make_workbook
from tests.cli import Ran, halokop

DATA = Path(__file__).parent / "data"
RELEASES = sorted(file.parent.name for file in DATA.glob("*/halokop.toml"))
UPGRADED = "2026-11-26T08:20"  # a quarter of an hour after the older release's last tick
THAT_DAY = datetime(2026, 11, 26, tzinfo=ZoneInfo("Asia/Jakarta")).timestamp()
ONCE_A_DAY = {"digest", "run-down", "escalation", "invitation", "publication-missed", "schedule-changed"}


@dataclass(frozen=True)
class Upgraded:
    """The office as the release left it, and as it is after ``check``, ``sync``, ``init`` and ``sync`` of this one."""

    before: Path
    after: Path
    checked: Ran
    again: Ran  # a second ``init``


@pytest.fixture(scope="module", params=RELEASES)
def office(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Upgraded:
    before = DATA / request.param
    after = Path(shutil.copytree(before, tmp_path_factory.mktemp("upgrade") / "kantor"))
    checked = halokop(after, "check")
    sync(after, UPGRADED)
    assert halokop(after, "init", "--at", UPGRADED).code == 0
    again = halokop(after, "init", "--at", UPGRADED)
    sync(after, UPGRADED)
    return Upgraded(before, after, checked, again)


def sync(office: Path, at: str) -> None:
    """Exit code 1 is a tick done in part: before ``init`` a tab of this release may be missing."""
    ran = halokop(office, "sync", "--at", at)
    assert ran.code in (0, 1), ran.err


def promised(office: Path) -> list[sqlite3.Row]:
    with closing(sqlite3.connect(office / "state" / "ledger.sqlite3")) as sql:
        sql.row_factory = sqlite3.Row
        return sql.execute("SELECT * FROM mail").fetchall()


def outbox(office: Path) -> Iterator[tuple[str, str, str, str]]:
    """Kind, recipient, day and Message-ID of each mail that went out."""
    for file in (office / "outbox").glob("*.eml"):
        headers = BytesHeaderParser().parsebytes(file.read_bytes())
        yield headers[KIND_HEADER], headers["To"].rpartition("<")[2].strip(">"), file.name[:10], headers["Message-ID"]


def typed(folder: Path) -> dict[tuple[str, str, str], Cell]:
    """What people wrote, by tab, Kode and column."""
    tables = recognise(make_workbook(load_all(folder / "halokop.toml")).read()).tables
    return {
        (tab, str(row.cells.get(Cols.CODE)), column.header): row.cells.get(column.header)
        for tab, table in tables.items()
        for row in table.rows
        for column in TABS[tab].columns
        if column.owner is Owner.TEAM and column.header in table.columns
    }


def rules(file: Path) -> Counter[str]:
    """How many live highlights each tab has."""
    book = openpyxl.load_workbook(file)
    return Counter({ws.title: sum(len(found.rules) for found in ws.conditional_formatting) for ws in book.worksheets})


def test_nobody_is_mailed_twice(office: Upgraded, tmp_path: Path) -> None:
    before = promised(office.before)
    waiting = {row["message_id"] for row in before if row["state"] == "waiting"}
    told = {(row["kind"], row["recipient"]) for row in before if row["claimed_at"] >= THAT_DAY}
    mails = list(outbox(office.after))
    assert waiting and waiting == {mail[3] for mail in mails} & {row["message_id"] for row in before}
    again = [mail for mail in mails if mail[:2] in told and mail[0] in ONCE_A_DAY and mail[3] not in waiting]
    assert not again, "told this morning by the release before"
    later = Path(shutil.copytree(office.after, tmp_path / "kantor"))
    for at in ("2026-11-27T08:00", "2026-11-29T07:00", "2026-11-30T08:00"):
        sync(later, at)
    mails = [mail for mail in outbox(later) if mail[0] in ONCE_A_DAY]
    assert Counter(mail[:3] for mail in mails).most_common(1)[0][1] == 1
    assert {mail[0] for mail in mails} >= {"digest", "run-down"}, "the office lives on"
    assert not {mail[3] for mail in mails} & {row["message_id"] for row in before if row["state"] == "sent"}


def test_what_people_typed_and_the_rows_codes_stay(office: Upgraded) -> None:
    before, after = typed(office.before), typed(office.after)
    assert {place: after.get(place) for place in before} == before
    for tab in (Tabs.SCHEDULE, Tabs.STEPS, Tabs.READINGS):
        old, new = ([code for name, code in rows(cells) if name == tab] for cells in (before, after))
        assert new[: len(old)] == old and len(set(new)) == len(new), tab


def rows(cells: dict[tuple[str, str, str], Cell]) -> list[tuple[str, str]]:
    """Tab and Kode of each row, from the top."""
    return list(dict.fromkeys((tab, code) for tab, code, _ in cells))


def test_init_mends_once_and_doubles_no_highlight(office: Upgraded, tmp_path: Path) -> None:
    assert "nothing to do" in office.again.out
    shutil.copy(office.before / "halokop.toml", tmp_path)
    assert halokop(tmp_path, "init", "--at", UPGRADED).code == 0
    upgraded, fresh = rules(office.after / "halokop.xlsx"), rules(tmp_path / "halokop.xlsx")
    assert {tab: upgraded[tab] for tab in fresh} == dict(fresh)


def test_the_settings_are_taken_and_the_ledger_is_of_this_release(office: Upgraded) -> None:
    assert office.checked.code == 0 or "halokop init" in office.checked.out, office.checked.out
    with closing(sqlite3.connect(office.after / "state" / "ledger.sqlite3")) as sql:
        assert sql.execute("PRAGMA user_version").fetchone() == (len(STEPS),)
    kept = {(row["key"], row["message_id"]) for row in promised(office.after)}
    assert kept >= {(row["key"], row["message_id"]) for row in promised(office.before)}

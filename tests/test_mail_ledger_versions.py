"""An older ledger is brought to this release's version once, with a copy kept; a newer or a maimed one is refused."""

import os
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest

from halokop_sheets.errors import LedgerError
from halokop_sheets.mail.ledger import Ledger
from halokop_sheets.mail.ledger_file import LedgerFile, open_file
from halokop_sheets.mail.ledger_versions import STEPS
from tests.mail_office import ENVIRONMENT, NOW, ZONE, a_mail, claimed, open_ledger, people

NEXT = (
    *STEPS,
    "ALTER TABLE mail ADD COLUMN topic TEXT NOT NULL DEFAULT 'kosong';\nCREATE TABLE extra (name TEXT PRIMARY KEY);\n",
    "INSERT INTO extra VALUES ('a; b'); -- both in one step;\nUPDATE mail SET topic = 'langkah' WHERE kind = 'digest';",
)


def newer(folder: Path, steps: tuple[str, ...] = NEXT) -> LedgerFile:
    return open_file(folder / "ledger.sqlite3", lambda: "ffffff", steps)


def version(path: Path) -> int:
    with closing(sqlite3.connect(path)) as sql:
        return sql.execute("PRAGMA user_version").fetchone()[0]


def files(folder: Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in folder.iterdir()}


def test_an_older_ledger_goes_on_with_all_it_knows(tmp_path: Path):
    claimed(tmp_path, *people(3)).close()
    with closing(newer(tmp_path)) as file:
        assert [row["topic"] for row in file.rows("SELECT topic FROM mail")] == ["langkah"] * 3
        assert file.rows("SELECT name FROM extra")[0]["name"] == "a; b"
        assert Ledger(file, ZONE).claim(people(3), lambda mail: b"", NOW) == [], "what was claimed stays claimed"
        assert Ledger(file, ZONE).id == "a1b2c3"
    assert version(tmp_path / "ledger.sqlite3") == len(NEXT)


def test_a_copy_as_it_was_is_kept(tmp_path: Path):
    mail = a_mail()
    claimed(tmp_path, mail).close()
    newer(tmp_path).close()
    copy = tmp_path / f"ledger.v{len(STEPS)}.sqlite3"
    assert version(copy) == len(STEPS)
    assert os.name == "nt" or copy.stat().st_mode & 0o077 == 0
    (tmp_path / "ledger.sqlite3").unlink()
    copy.rename(tmp_path / "ledger.sqlite3")
    with open_ledger(tmp_path) as ledger:
        assert [record.key for record in ledger.view(NOW).records] == [mail.key], "the older release can go back to it"


def test_what_a_killed_process_left_in_the_journal_comes_along(tmp_path: Path):
    ledger = claimed(tmp_path, *people(3))  # never closed: its commits stand in the file ledger.sqlite3-wal
    assert (tmp_path / "ledger.sqlite3-wal").stat().st_size > 0
    newer(tmp_path).close()
    with closing(sqlite3.connect(tmp_path / f"ledger.v{len(STEPS)}.sqlite3")) as copy:
        assert copy.execute("SELECT count(*) FROM mail").fetchone() == (3,)
    ledger.close()


def test_a_second_start_has_nothing_to_upgrade(tmp_path: Path):
    claimed(tmp_path, a_mail()).close()
    newer(tmp_path).close()
    before = files(tmp_path)
    newer(tmp_path).close()
    assert files(tmp_path) == before


def test_a_step_that_fails_changes_nothing(tmp_path: Path):
    claimed(tmp_path, *people(3)).close()
    broken = (*NEXT, "CREATE TABLE more (name TEXT);\nINSERT INTO nowhere VALUES (1);")
    with pytest.raises(LedgerError, match="no mail is sent"):
        newer(tmp_path, broken)
    assert version(tmp_path / "ledger.sqlite3") == len(STEPS)
    with open_ledger(tmp_path) as ledger:
        assert len(ledger.view(NOW).records) == 3
    newer(tmp_path).close()


ENDLESS = """
from pathlib import Path
from halokop_sheets.mail.ledger_file import open_file
from halokop_sheets.mail.ledger_versions import STEPS
endless = "WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n FROM c) SELECT n FROM c"
step = f"CREATE TABLE more (n);\\nINSERT INTO more {{endless}};"
open_file(Path({path!r}), lambda: "ffffff", (*STEPS, step))
"""


def test_a_process_killed_in_the_middle_of_a_step_leaves_the_older_ledger(tmp_path: Path):
    claimed(tmp_path, *people(3)).close()
    path = tmp_path / "ledger.sqlite3"
    with subprocess.Popen([sys.executable, "-c", ENDLESS.format(path=str(path))], env=ENVIRONMENT) as child:
        while not in_a_transaction(path) and child.poll() is None:
            time.sleep(0.01)  # it ends only with the step's beginning: no time is assumed
        assert child.poll() is None
        child.kill()
    with open_ledger(tmp_path) as ledger:
        assert len(ledger.view(NOW).records) == 3
    newer(tmp_path).close()


def in_a_transaction(path: Path) -> bool:
    with closing(sqlite3.connect(path, timeout=0, isolation_level=None)) as sql:
        try:
            sql.execute("BEGIN IMMEDIATE")
            sql.execute("ROLLBACK")
        except sqlite3.OperationalError:
            return True
    return False


def test_without_room_for_the_copy_the_ledger_waits(tmp_path: Path):
    claimed(tmp_path, a_mail()).close()
    (tmp_path / f"ledger.v{len(STEPS)}.sqlite3.new").mkdir()
    with pytest.raises(LedgerError, match="no copy can be kept"):
        newer(tmp_path)
    assert version(tmp_path / "ledger.sqlite3") == len(STEPS)


def test_a_dry_run_reads_an_older_ledger_and_leaves_it(tmp_path: Path):
    claimed(tmp_path, *people(2)).close()
    before = files(tmp_path)
    with closing(open_file(tmp_path / "ledger.sqlite3", None, NEXT)) as file:
        assert len(file.rows("SELECT topic FROM mail")) == 2
    assert files(tmp_path) == before


def test_a_ledger_of_a_newer_release_is_refused(tmp_path: Path):
    newer(tmp_path).close()
    before = files(tmp_path)
    for peek in (False, True):
        with pytest.raises(LedgerError, match="made by a newer halokop"):
            open_file(tmp_path / "ledger.sqlite3", None if peek else lambda: "ffffff")
    assert files(tmp_path) == before


@pytest.mark.parametrize(
    ("mutilation", "told"),
    [
        ("DROP TABLE body", "no column body.data"),
        ("ALTER TABLE mail DROP COLUMN note", "no column mail.note"),
        ("PRAGMA user_version = 0", "says no version"),
    ],
)
def test_a_ledger_that_is_not_what_its_version_says_is_damaged(tmp_path: Path, mutilation: str, told: str):
    claimed(tmp_path, a_mail()).close()
    with closing(sqlite3.connect(tmp_path / "ledger.sqlite3")) as sql:
        sql.execute(mutilation)
    with pytest.raises(LedgerError, match=f"{told}; no mail is sent. To recover"):
        open_ledger(tmp_path)

"""One halokop a state folder and one a workbook; a lock dies with its process."""

import subprocess
import sys
import time
from pathlib import Path

import pytest

from halokop_sheets.lock import InUseError, state_lock, workbook_lock
from tests.mail_office import ENVIRONMENT

HOLDER = """
import sys, time
from pathlib import Path
from halokop_sheets.lock import state_lock
with state_lock(Path(sys.argv[1])):
    print("held", flush=True)
    time.sleep(60)
"""


def test_one_a_state_folder(tmp_path: Path):
    with state_lock(tmp_path / "state"):
        with pytest.raises(InUseError, match="in use") as caught, state_lock(tmp_path / "state"):
            pass
        with state_lock(tmp_path / "other"):
            pass
    assert caught.value.exit_code == 3
    with state_lock(tmp_path / "state"):
        pass


def test_one_a_workbook_whatever_the_state_folder(tmp_path: Path):
    book = tmp_path / "halokop.xlsx"
    with workbook_lock(book):
        with pytest.raises(InUseError), workbook_lock(book):
            pass
        with workbook_lock(tmp_path / "lain.xlsx"):
            pass
    visible = [file.name for file in tmp_path.iterdir() if not file.name.startswith(".")]
    assert visible == []


@pytest.mark.skipif(sys.platform == "win32", reason="links need a privilege there")
def test_a_link_to_a_workbook_is_that_workbook(tmp_path: Path):
    (tmp_path / "kantor.xlsx").write_bytes(b"")
    (tmp_path / "tautan.xlsx").symlink_to(tmp_path / "kantor.xlsx")
    link = workbook_lock(tmp_path / "tautan.xlsx")
    with workbook_lock(tmp_path / "kantor.xlsx"), pytest.raises(InUseError), link:
        pass


def test_a_killed_process_leaves_no_lock(tmp_path: Path):
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLDER, tmp_path], stdout=subprocess.PIPE, text=True, env=ENVIRONMENT
    )
    assert holder.stdout and holder.stdout.readline() == "held\n"
    with pytest.raises(InUseError), state_lock(tmp_path):
        pass
    holder.kill()
    holder.wait(30)
    time.sleep(0.05)
    with state_lock(tmp_path):
        pass


def test_a_place_that_cannot_be_locked(tmp_path: Path):
    (tmp_path / "file").write_text("")
    with pytest.raises(InUseError, match="cannot be locked"), state_lock(tmp_path / "file"):
        pass

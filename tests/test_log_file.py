"""``--log-file``: the log of a command that nobody looks at, in a file that stays small."""

import json
import logging
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from halokop_sheets import complaints, logs
from tests.cli import halokop
from tests.test_logs import root  # noqa: F401  (logging as it was, afterwards)

pytestmark = pytest.mark.usefixtures("root")


@pytest.fixture(autouse=True)
def closed() -> Iterator[None]:
    """What a process ends with: its log file is closed and forgotten."""
    yield
    for handler in logging.getLogger().handlers:
        if isinstance(handler, logs.LogFile):
            handler.close()
    complaints._Log.file = None


def office(folder: Path, text: str = "") -> Path:
    (folder / "halokop.toml").write_text(text)
    assert halokop(folder, "init").code == 0
    return folder


def texts(file: Path) -> list[tuple[str, str]]:
    lines = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    return [(line["level"], line["text"]) for line in lines]


def test_sync_tells_there_what_it_did(tmp_path: Path) -> None:
    log = tmp_path / "halokop.log"
    assert halokop(office(tmp_path), "sync", "--log-file", str(log)).err == ""
    before = texts(log)
    level, text = before[-1]
    assert level == "info" and text.startswith("tick: changes ")
    halokop(tmp_path, "sync", "--log-file", str(log))
    assert texts(log)[: len(before)] == before and len(texts(log)) > len(before), "the next call goes on in it"


def test_what_goes_wrong_is_there_too(tmp_path: Path) -> None:
    log = tmp_path / "halokop.log"
    home = office(tmp_path)
    (home / "halokop.toml").write_text("[mail]\nport = 1\n[state]\nordner = 1\n")
    ran = halokop(home, "sync", "--log-file", str(log))
    assert ran.code == 2
    assert [f"halokop: {text.removeprefix('halokop: ')}" for _, text in texts(log)] == ran.err.splitlines()
    assert [level for level, _ in texts(log)] == ["error", "error"]
    (home / "halokop.toml").write_text("")
    (home / "halokop.xlsx").unlink()
    assert halokop(home, "sync", "--log-file", str(log)).code
    assert any("halokop.xlsx" in text for _, text in texts(log)[2:])


@pytest.mark.parametrize("name", ["halokop.xlsx", "halokop.toml", "state", "log"])
def test_no_other_file_is_written_to(tmp_path: Path, name: str) -> None:
    home = office(tmp_path)
    before = {file: file.read_bytes() for file in home.rglob("*") if file.is_file()}
    ran = halokop(home, "sync", "--log-file", str(home / name))
    assert ran.code == 2 and "must end in .log" in ran.err
    assert {file: file.read_bytes() for file in home.rglob("*") if file.is_file()} == before


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    ran = halokop(office(tmp_path), "sync", "--log-file", str(tmp_path / "tidak" / "ada.log"))
    assert ran.code == 2 and "cannot be written" in ran.err and ran.err.count("\n") == 1


def write(handler: logging.Handler, count: int) -> None:
    for number in range(count):
        handler.emit(logging.makeLogRecord({"msg": f"{number} {'x' * 80}"}))
    handler.close()


def test_a_full_file_makes_room(tmp_path: Path) -> None:
    write(logs.LogFile.at(tmp_path / "halokop.log", full=1000), 500)
    there = sorted(tmp_path.iterdir())
    assert [one.name for one in there] == ["halokop.log", *(f"halokop.log.{number}" for number in range(1, 6))]
    assert all(one.stat().st_size <= 1000 for one in there)


def test_a_file_that_cannot_be_renamed_grows_and_loses_nothing(tmp_path: Path) -> None:
    for number in (4, 5):  # the oldest cannot make way, as where an editor holds a file on Windows
        (tmp_path / f"halokop.log.{number}").mkdir()
        (tmp_path / f"halokop.log.{number}" / "x").touch()
    write(logs.LogFile.at(tmp_path / "halokop.log", full=1000), 50)
    lines = (tmp_path / "halokop.log").read_text().splitlines()
    assert [line.split()[0] for line in lines] == [str(number) for number in range(50)]


def test_without_a_standard_error_at_all(tmp_path: Path) -> None:
    """A program started by pythonw, or by a task without a window, may have none."""
    office(tmp_path)
    code = "import sys; sys.stdout = sys.stderr = None\nfrom halokop_sheets.cli import main\nmain()"
    words = ["-c", str(tmp_path / "halokop.toml"), "sync", "--log-file", str(tmp_path / "halokop.log")]
    assert subprocess.run([sys.executable, "-c", code, *words], timeout=60).returncode == 0
    assert texts(tmp_path / "halokop.log")[-1][1].startswith("tick:")

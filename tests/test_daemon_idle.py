"""A daemon that has nothing to do, for a long time: its memory stays, and no file grows."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli import halokop

pytestmark = pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="reads memory from /proc")


def idle(folder: Path, ticks: int) -> None:
    (folder / "halokop.toml").touch()
    assert halokop(folder, "init").code == 0
    command = [sys.executable, "-m", "tests.idle_child", str(folder), str(ticks)]
    ran = subprocess.run(command, capture_output=True, text=True, cwd=Path(__file__).parent.parent, check=False)
    assert ran.returncode == 0, ran.stderr
    seen = json.loads(ran.stdout)
    early, late = seen["early"], seen["late"]
    print(f"{ticks} ticks: {early['pages'] * 4} KiB after 100, {late['pages'] * 4} KiB at the end")
    assert late["pages"] <= early["pages"] * 1.05
    for files in (early["files"], late["files"]):
        files.pop("log.txt")
    assert late["files"] == early["files"]
    assert seen["lines"] <= ticks + 5


def test_some_hundred_ticks(tmp_path: Path):
    idle(tmp_path, 400)


@pytest.mark.soak
def test_ten_thousand_ticks(tmp_path: Path):
    idle(tmp_path, 10_000)

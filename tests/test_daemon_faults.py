"""The state folder fails for real (gone, read-only, full) while the daemon runs, and comes back by itself."""

import logging
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from halokop_sheets.daemon import health_of
from tests.daemon_world import Rooms, World, office, run
from tests.test_daemon import HOUR, lively


def trouble(caplog) -> list[str]:
    return [r.getMessage() for r in caplog.records if r.levelno >= logging.WARNING]


def survive(monkeypatch, caplog, folder: Path, breaks, mends, rooms: Rooms | None = None) -> Rooms:
    """Three hours: all well, from 6.40 on broken (digests fall due at 7), from 8.10 on mended."""
    caplog.set_level(logging.INFO, "halokop_sheets")
    rooms = rooms or Rooms(lively(), lock=True)
    settings, world = office(folder), World(3 * HOUR)
    seen = {}

    def end() -> None:
        seen["sent"] = len(rooms.post.sent)
        seen["health"] = health_of(settings, world.wall + timedelta(minutes=5))[0]
        mends()

    world.at[600] = breaks
    world.at[6000] = end
    run(monkeypatch, settings, world, rooms)
    assert not seen["health"]
    assert health_of(settings, world.wall)[0], "it recovered by itself"
    assert len({data for _, data in rooms.post.sent}) == len(rooms.post.sent), "nothing went out twice"
    assert len(rooms.post.sent) <= 8, "no burst"
    rooms.sent_while_broken = seen["sent"]  # type: ignore[attr-defined]
    return rooms


def test_the_state_folder_vanishes_and_comes_back(monkeypatch, caplog, tmp_path: Path):
    state, away = tmp_path / "state", tmp_path / "away"

    def breaks() -> None:
        state.rename(away)
        state.write_text("a file where the folder was: nothing can be made below it")

    def mends() -> None:
        state.unlink()
        away.rename(state)

    rooms = survive(monkeypatch, caplog, tmp_path, breaks, mends)
    assert len(rooms.post.sent) >= 3
    assert 1 <= len(trouble(caplog)) <= 2, trouble(caplog)


@contextmanager
def mounted(place: Path, options: str) -> Iterator[None]:
    """A small file system of its own; skips where this computer does not let us."""
    if sys.platform != "linux" or os.geteuid() != 0 or not shutil.which("mount"):
        pytest.skip("mounting needs root on Linux")
    place.mkdir(exist_ok=True)
    if subprocess.run(["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(place)], capture_output=True).returncode:
        pytest.skip("mounting is not allowed here")
    try:
        yield
    finally:
        subprocess.run(["umount", "--lazy", str(place)], check=False, capture_output=True)


def test_the_state_folder_turns_read_only(monkeypatch, caplog, tmp_path: Path):
    state, copy = tmp_path / "state", tmp_path / "copy"
    with mounted(copy, "size=4m"):

        def breaks() -> None:
            shutil.copytree(state, copy, dirs_exist_ok=True)
            subprocess.run(["mount", "--bind", str(copy), str(state)], check=True)
            subprocess.run(["mount", "-o", "remount,ro,bind", str(state)], check=True)

        def mends() -> None:
            subprocess.run(["umount", "--lazy", str(state)], check=True)

        try:
            rooms = survive(monkeypatch, caplog, tmp_path, breaks, mends)
        finally:
            subprocess.run(["umount", "--lazy", str(state)], check=False, capture_output=True)
    assert len(rooms.post.sent) >= 3
    assert 1 <= len(trouble(caplog)) <= 2, trouble(caplog)
    assert all("ead-only" in line or "readonly" in line for line in trouble(caplog))


def test_the_disk_fills_up(monkeypatch, caplog, tmp_path: Path):
    state = tmp_path / "state"
    with mounted(state, "size=1m"):
        ballast = state / "ballast"

        def breaks() -> None:
            with ballast.open("wb", buffering=0) as file:
                try:
                    while file.write(b"\0" * 4096):
                        pass
                except OSError:
                    pass

        rooms = survive(monkeypatch, caplog, tmp_path, breaks, ballast.unlink)
        assert rooms.sent_while_broken == 0, "what cannot be written down is not sent"
        assert len(rooms.post.sent) >= 3
        assert 1 <= len(trouble(caplog)) <= 4, trouble(caplog)
        assert any("full" in line or "No space" in line for line in trouble(caplog))


def test_a_state_folder_that_cannot_be_used_stops_the_start(tmp_path: Path):
    """At the start somebody is looking. A path below a file fails everywhere, also for root."""
    settings = tmp_path / "halokop.toml"
    settings.write_text('state.dir = "halokop.toml/state"\n')
    command = [sys.executable, "-m", "halokop_sheets", "-c", str(settings), "run"]
    ran = subprocess.run(command, capture_output=True, text=True, timeout=30)
    assert ran.returncode == 3
    assert ran.stderr.count("\n") == 1 and "state folder" in ran.stderr and "Traceback" not in ran.stderr

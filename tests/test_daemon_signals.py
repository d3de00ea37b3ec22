"""SIGHUP: a tick with settings, procedure and templates as they are now, or a line that says why not.

Besides, what a terminal that is closed and Ctrl+Break do; other ways to stop are in ``test_daemon_stop.py``.
"""

import json
import logging
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from halokop_sheets.check.procedure import checked
from halokop_sheets.errors import HalokopError, SettingsError
from halokop_sheets.lock import state_lock
from halokop_sheets.resources import folder
from halokop_sheets.settings import Settings
from halokop_sheets.wiring import load_all
from tests.daemon_world import MONDAY, Rooms, World, office, run
from tests.mail_office import ENVIRONMENT
from tests.smtp_server import scripted_server
from tests.test_daemon import HOUR, lively
from tests.test_daemon_stop import make_office, start, stop_at, wait_for

posix = pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGHUP")


def hang_up(world: World, read: Callable[[], Settings]) -> Callable[[], Settings | None]:
    """Somebody sends the signal after ten minutes and a half."""
    asked: list[bool] = []
    world.at[630] = lambda: asked.append(True)
    return lambda: read() if asked and asked.pop() else None


def texts(caplog, level: int) -> list[str]:
    return [record.getMessage() for record in caplog.records if record.levelno == level]


def test_the_next_tick_has_the_new_settings(monkeypatch, caplog, tmp_path: Path):
    caplog.set_level(logging.INFO, "halokop_sheets")
    world, rooms = World(HOUR), Rooms(lively(), lock=True)
    other = office(tmp_path, 'daemon.every_minutes = 20\nstate.dir = "lain"')
    run(monkeypatch, office(tmp_path), world, rooms, reread=hang_up(world, lambda: other))
    assert rooms.opened == 2
    ticks = [text for text in texts(caplog, logging.INFO) if text.startswith("tick:")]
    assert len(ticks) == 6  # at 0, 5, 10, at once, and at 30 and 50 minutes and a half
    assert (tmp_path / "lain" / "heartbeat.json").exists()
    assert "settings, procedure and templates were read again" in texts(caplog, logging.INFO)
    with state_lock(tmp_path / "state"), state_lock(tmp_path / "lain"):
        pass


def mistaken() -> Settings:
    raise SettingsError(["halokop.toml: mail.port: no such key", "halokop.toml: mail.from: write an address"])


def test_mistakes_are_told_and_the_old_settings_stay(monkeypatch, caplog, tmp_path: Path):
    world, rooms = World(HOUR), Rooms(lively())
    run(monkeypatch, office(tmp_path), world, rooms, reread=hang_up(world, mistaken))
    told = texts(caplog, logging.WARNING)
    assert [text.partition("the old ones stay: ")[2] for text in told] == mistaken_lines()
    assert rooms.opened == 1 and len(rooms.post.sent) > 2, "the office works on"


def mistaken_lines() -> list[str]:
    try:
        mistaken()
    except SettingsError as error:
        return error.problems
    return []


def test_a_place_that_cannot_be_opened_leaves_the_old_one(monkeypatch, caplog, tmp_path: Path):
    world, rooms = World(HOUR), Rooms(lively(), lock=True)
    with state_lock(tmp_path / "lain"):
        other = office(tmp_path, 'state.dir = "lain"')
        run(monkeypatch, office(tmp_path), world, rooms, reread=hang_up(world, lambda: other))
    (told,) = texts(caplog, logging.WARNING)
    assert "the old ones stay: the state folder" in told and "in use by another halokop" in told
    assert len(rooms.post.sent) > 2
    assert not (tmp_path / "lain" / "heartbeat.json").exists()


def test_a_broken_template_is_a_mistake_too(tmp_path: Path):
    own = tmp_path / "templat"
    shutil.copytree(folder("templates"), own)
    (tmp_path / "halokop.toml").write_text('program.templates_dir = "templat"')
    settings = load_all(tmp_path / "halokop.toml")
    assert checked(settings, MONDAY) is settings
    (own / "digest.txt.j2").write_text("{% if %}")
    (own / "laporan.docx").write_text("no Word file")
    with pytest.raises(SettingsError) as caught:
        checked(settings, MONDAY)
    assert [problem.partition(":")[0] for problem in caught.value.problems] == [
        "mail template digest",
        "report template",
    ]


def test_a_template_that_is_edited_meanwhile_waits_for_the_signal(tmp_path: Path):
    from halokop_sheets.mail.render import Renderer
    from tests.test_mail_render import SAMPLES

    own = tmp_path / "templat"
    shutil.copytree(folder("templates"), own)
    settings = office(tmp_path, 'program.templates_dir = "templat"')
    renderer = Renderer(settings)
    renderer.load()
    before = renderer.render(SAMPLES["digest"])
    (own / "digest.txt.j2").write_text("{% if %}")
    assert renderer.render(SAMPLES["digest"]) == before
    with pytest.raises(HalokopError):
        Renderer(settings).render(SAMPLES["digest"])


def lines(process: subprocess.Popen) -> Iterator[str]:
    assert process.stderr
    for line in process.stderr:
        yield json.loads(line)["text"]


@posix
def test_a_real_signal(tmp_path: Path):
    with scripted_server({}) as server:
        make_office(tmp_path, server)
        file = tmp_path / "halokop.toml"
        process = start(tmp_path)
        log = lines(process)
        assert any(text.startswith("tick:") for text in log)
        well = file.read_text()
        file.write_text(f"{well}[mail]\n")  # a second table of that name: no TOML
        process.send_signal(signal.SIGHUP)
        told = next(log)
        assert "the old ones stay" in told and "halokop.toml" in told
        file.write_text(f"{well}[daemon]\nevery_minutes = 7\n")
        process.send_signal(signal.SIGHUP)
        assert "were read again" in next(log)
        assert "a tick every 7 minute(s)" in next(log)
        assert next(log).startswith("tick:")
        assert stop_at(process, 0)[0] == 0


@posix
def test_a_terminal_that_is_closed_stops_it(tmp_path: Path):
    import pty

    with scripted_server({}) as server:
        make_office(tmp_path, server)
        command = [sys.executable, "-m", "halokop_sheets", "-c", str(tmp_path / "halokop.toml"), "run"]
        child, terminal = pty.fork()
        if child == 0:
            os.execve(command[0], command, ENVIRONMENT)
        wait_for((tmp_path / "state" / "heartbeat.json").exists)
        os.close(terminal)
        _, status = os.waitpid(child, 0)
    assert os.waitstatus_to_exitcode(status) == 0


@pytest.mark.skipif(sys.platform != "win32", reason="Ctrl+Break is a key of Windows' consoles")
def test_ctrl_break_stops_it(tmp_path: Path):
    with scripted_server({}) as server:
        make_office(tmp_path, server)
        command = [sys.executable, "-m", "halokop_sheets", "-c", str(tmp_path / "halokop.toml"), "run"]
        flags = getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0)
        process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True, creationflags=flags)
        wait_for((tmp_path / "state" / "heartbeat.json").exists)
        code, _, log = stop_at(process, 0, getattr(signal, "CTRL_BREAK_EVENT", 0))
    assert code == 0 and "stopped as asked" in log

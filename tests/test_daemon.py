"""The daemon's loop in a world of turned clocks, sleeping computers and failing disks; ticks are real or scripted."""

import logging
import sqlite3
from collections import Counter
from contextlib import ExitStack
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from halokop_sheets import daemon, heartbeat
from halokop_sheets.daemon import health_of, pause
from halokop_sheets.errors import HalokopError, LedgerError, MailServerError, TryAgainError
from halokop_sheets.lock import state_lock
from halokop_sheets.tick import Result
from halokop_sheets.wiring import ledger_path, state_dir
from tests.daemon_world import MONDAY, Rooms, World, office, run
from tests.sheet import Sheet

HOUR = 3600.0


class Script:
    """Ticks that only note when they came; ``then`` may raise or return a result, by the tick's number."""

    def __init__(self, world: World, then=lambda n: None) -> None:
        self.world, self.then = world, then
        self.at: list[float] = []  # monotonic seconds

    def __call__(self, app, now: datetime, stop) -> Result:
        self.at.append(self.world.seconds)
        return self.then(len(self.at)) or Result()


def scripted(
    monkeypatch, folder: Path, world: World, then=lambda n: None, rooms: Rooms | None = None
) -> tuple[Script, Rooms]:
    script, rooms = Script(world, then), rooms or Rooms()
    monkeypatch.setattr(daemon, "tick", script)
    run(monkeypatch, office(folder), world, rooms)
    return script, rooms


# --- when ---------------------------------------------------------------------------------------------------------


def test_ticks_at_once_and_then_every_five_minutes(monkeypatch, tmp_path: Path):
    script, rooms = scripted(monkeypatch, tmp_path, World(HOUR))
    assert script.at == [n * 300 for n in range(12)]
    assert rooms.opened == 1


@pytest.mark.parametrize("days", [-400, -2, -0.03, -0.002, 0.03, 2, 400])
def test_a_turned_clock_neither_stops_nor_bursts(monkeypatch, tmp_path: Path, days: float):
    world = World(HOUR)
    world.at[1000] = lambda: world.turn(days=days)
    script, _ = scripted(monkeypatch, tmp_path, world)
    gaps = [later - earlier for earlier, later in zip(script.at, script.at[1:], strict=False)]
    assert max(gaps) < 2 * 300
    assert len(script.at) <= 13


def test_a_clock_turned_again_and_again(monkeypatch, tmp_path: Path):
    world = World(2 * HOUR)
    for n in range(100):
        world.at[60.0 * n] = lambda n=n: world.turn(days=2 if n % 2 else -2)
    script, _ = scripted(monkeypatch, tmp_path, world)
    assert 20 <= len(script.at) <= 130
    assert script.at[-1] > world.until - 600


def test_a_stop_is_noticed_within_a_second_and_ends_no_tick_early(monkeypatch, tmp_path: Path):
    world = World(301)

    def slow(number: int) -> None:
        world.seconds += 5

    script, _ = scripted(monkeypatch, tmp_path, world, slow)
    assert len(script.at) == 1  # the second was due after the stop
    assert world.seconds <= 302


# --- trouble ------------------------------------------------------------------------------------------------------


def failing(error: Exception, times: int):
    def then(number: int) -> None:
        if number <= times:
            raise type(error)(*error.args)

    return then


@pytest.mark.parametrize("error", [ValueError("a cell's text"), KeyError("x"), HalokopError("ours"), OSError(5, "io")])
def test_whatever_a_tick_raises_the_loop_goes_on(monkeypatch, tmp_path: Path, caplog, error: Exception):
    caplog.set_level(logging.INFO, "halokop_sheets")
    script, rooms = scripted(monkeypatch, tmp_path, World(HOUR), failing(error, 2))
    assert len(script.at) >= 10
    assert rooms.opened == 3, "after trouble of our own everything is opened afresh"
    warnings = [r.getMessage() for r in caplog.records if r.levelno == logging.WARNING]
    assert len(warnings) == 1, "told once while it lasts"
    assert "a cell's text" not in caplog.text
    assert [r.getMessage() for r in caplog.records].count("all is well again") == 1


def test_backs_off_to_half_an_hour_and_then_goes_on_as_usual(monkeypatch, tmp_path: Path):
    down = Result(trouble=[MailServerError("out of reach")])
    script, rooms = scripted(monkeypatch, tmp_path, World(4 * HOUR), lambda n: down if n <= 6 else None)
    gaps = [(later - earlier) / 60 for earlier, later in zip(script.at, script.at[1:], strict=False)]
    assert gaps[:6] == [5, 10, 20, 30, 30, 30]
    assert set(gaps[6:]) == {5}
    assert rooms.opened == 1, "theirs, not ours: nothing to open afresh"


def test_a_file_open_in_excel_is_looked_at_every_five_minutes(monkeypatch, tmp_path: Path):
    locked = Result(trouble=[TryAgainError("open in Excel")])
    script, _ = scripted(monkeypatch, tmp_path, World(HOUR), lambda n: locked)
    assert len(script.at) == 12


@pytest.mark.parametrize("minutes", [1, 5, 60])
def test_a_pause_is_never_shorter_than_asked_nor_longer_than_half_an_hour(minutes: int):
    pauses = [pause(minutes, failures) for failures in range(2000)]
    assert pauses[0] == pauses[1] == minutes
    assert pauses == sorted(pauses)
    assert pauses[-1] == max(30, minutes)


def test_a_damaged_ledger_ends_it(monkeypatch, tmp_path: Path):
    def then(number: int) -> None:
        if number == 3:
            raise LedgerError("damaged") from sqlite3.DatabaseError("malformed")

    with pytest.raises(LedgerError, match="damaged"):
        scripted(monkeypatch, tmp_path, World(HOUR), then)


def test_what_is_wrong_at_the_start_is_an_error(monkeypatch, tmp_path: Path):
    settings = office(tmp_path)
    state_dir(settings).mkdir()
    ledger_path(settings).write_bytes(b"not a ledger at all, but long enough to look like something" * 20)
    with pytest.raises(LedgerError, match="To recover"):
        run(monkeypatch, settings, World(HOUR), Rooms())


def test_a_rival_that_took_over_is_left_in_peace(monkeypatch, tmp_path: Path):
    """While everything is closed after trouble, another daemon may begin here; its heartbeat is not ours to write."""
    world, rooms = World(HOUR), Rooms(lock=True)
    rival = ExitStack()
    file = heartbeat.heartbeat_file(tmp_path / "state")

    def then(number: int) -> None:
        if number == 2:
            raise ValueError
        if number == 3:
            raise AssertionError("the state folder is the rival's")

    def rival_comes() -> None:
        rival.enter_context(state_lock(tmp_path / "state"))
        heartbeat.write(file, heartbeat.Heartbeat(world.wall, world.wall, "rival"))

    world.at[310] = rival_comes
    with rival:
        script, _ = scripted(monkeypatch, tmp_path, world, then, rooms=rooms)
        beat = heartbeat.read(file)
    assert len(script.at) == 2 and beat is not None and beat.trouble == "rival"


# --- the heartbeat ------------------------------------------------------------------------------------------------


def test_only_a_complete_tick_renews_the_heartbeat(monkeypatch, tmp_path: Path):
    down = Result(trouble=[MailServerError("the server of dewi@example.go.id\nis out of reach")])
    world = World(HOUR)
    scripted(monkeypatch, tmp_path, world, lambda n: down if n > 2 else None)
    beat = heartbeat.read(heartbeat.heartbeat_file(tmp_path / "state"))
    assert beat is not None and beat.complete == MONDAY + timedelta(minutes=5)
    assert beat.tick > beat.complete
    fresh, line = health_of(office(tmp_path), world.wall)
    assert not fresh
    assert "out of reach" in line and "dewi@" not in line and "\n" not in line


def test_the_heartbeat_outlives_a_restart(monkeypatch, tmp_path: Path):
    scripted(monkeypatch, tmp_path, World(10))
    down = Result(trouble=[MailServerError("out of reach")])
    scripted(monkeypatch, tmp_path, World(10, wall=MONDAY + timedelta(hours=1)), lambda n: down)
    beat = heartbeat.read(heartbeat.heartbeat_file(tmp_path / "state"))
    assert beat is not None and beat.complete == MONDAY


# --- real ticks ---------------------------------------------------------------------------------------------------


def lively() -> Sheet:
    """A team with something late, due and near at any time of the year."""
    sheet = Sheet().team()
    sheet.episode("2026-11-22", "Foto produk")
    sheet.episode("2026-11-29", "Harga jual")
    return sheet


def kinds(rooms: Rooms) -> Counter[str]:
    return Counter(recipient for recipient, _ in rooms.post.sent)


@pytest.mark.parametrize("span", [{"hours": 1}, {"days": 3}, {"days": 30}, {"days": 400}])
def test_after_any_sleep_only_what_is_still_worth_sending(monkeypatch, tmp_path: Path, span: dict[str, float]):
    world, rooms = World(2 * HOUR), Rooms(lively())
    before = {}

    def wake() -> None:
        before.update(kinds(rooms))
        world.turn(**span)

    world.at[HOUR] = wake
    run(monkeypatch, office(tmp_path), world, rooms)
    assert sum(before.values()) >= 3, "the digests of the first morning"
    after = kinds(rooms) - Counter(before)
    assert max(after.values(), default=0) <= 3, "a digest, a run-down or invitation, an escalation; never one a day"
    assert health_of(office(tmp_path), world.wall)[0]
    assert len({data for _, data in rooms.post.sent}) == len(rooms.post.sent)


@pytest.mark.parametrize("days", [-2, 2])
def test_a_turned_clock_sends_nothing_twice(monkeypatch, tmp_path: Path, days: float):
    world, rooms = World(3 * HOUR), Rooms(lively())
    world.at[HOUR] = lambda: world.turn(days=days)
    world.at[2 * HOUR] = lambda: world.turn(days=-days)
    run(monkeypatch, office(tmp_path), world, rooms)
    assert len({data for _, data in rooms.post.sent}) == len(rooms.post.sent) > 0
    assert health_of(office(tmp_path), world.wall)[0]


def test_a_week_without_a_name_server(monkeypatch, tmp_path: Path, caplog):
    """Mails that are out of date by then stay away; the log is one line of trouble, and one when it has gone."""
    from halokop_sheets.mail.transports import Cause, ChannelDownError

    caplog.set_level(logging.INFO, "halokop_sheets.daemon")
    rooms = Rooms(lively())
    world = World(7 * 24 * HOUR + 2 * HOUR, step=60)
    opened = rooms.post.open

    def unknown_host():
        raise ChannelDownError("mail server mail.example.go.id:587: out of reach (no such name)", Cause.UNREACHABLE)

    rooms.post.open = unknown_host
    world.at[7 * 24 * HOUR] = lambda: setattr(rooms.post, "open", opened)
    settings = office(tmp_path, "daemon.every_minutes = 60")
    run(monkeypatch, settings, world, rooms)
    assert 0 < len(rooms.post.sent) <= 8
    warnings = [r.getMessage() for r in caplog.records if r.levelno == logging.WARNING]
    assert len(warnings) <= 7, "once each morning that has mails to send"
    assert all("no such name" in line for line in warnings)
    assert health_of(settings, world.wall)[0]

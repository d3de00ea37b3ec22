"""The heartbeat file and what ``halokop health`` makes of it."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from halokop_sheets.daemon import health_of
from halokop_sheets.errors import HalokopError
from halokop_sheets.heartbeat import Heartbeat, freshness, heartbeat_file, read, write
from halokop_sheets.settings import Settings
from tests.cli import halokop
from tests.daemon_world import ZONE

NOW = datetime(2026, 11, 24, 7, 0, tzinfo=ZONE)


def ago(**span: float) -> datetime:
    return NOW - timedelta(**span)


def test_written_and_read(tmp_path: Path):
    file = heartbeat_file(tmp_path)
    beat = Heartbeat(NOW, ago(minutes=5), "the workbook is open in Excel")
    write(file, beat)
    assert read(file) == beat
    write(file, Heartbeat(NOW, None))
    assert read(file) == Heartbeat(NOW, None)
    assert [one.name for one in tmp_path.iterdir()] == ["heartbeat.json"]
    assert file.stat().st_size < 200


def test_a_folder_that_does_not_take_it(tmp_path: Path):
    (tmp_path / "state").write_text("a file")
    with pytest.raises(HalokopError, match="cannot be written"):
        write(heartbeat_file(tmp_path / "state"), Heartbeat(NOW))


@pytest.mark.parametrize(
    "text", ["", "{", "[]", "null", "{}", '{"complete": 7}', '{"complete": "x", "tick": "y"}', "\0"]
)
def test_a_broken_file_is_no_heartbeat(tmp_path: Path, text: str):
    heartbeat_file(tmp_path).write_text(text)
    assert read(heartbeat_file(tmp_path)) is None


@pytest.mark.parametrize(
    ("beat", "every", "fresh", "words"),
    [
        (Heartbeat(ago(minutes=1), ago(minutes=1)), 5, True, "1 minute(s) ago"),
        (Heartbeat(ago(minutes=19), ago(minutes=19)), 5, True, "19 minute(s) ago"),
        (Heartbeat(ago(minutes=21), ago(minutes=21)), 5, False, "halokop run"),
        (Heartbeat(ago(minutes=21), ago(minutes=21)), 60, True, "21 minute(s) ago"),
        (Heartbeat(ago(minutes=1), ago(hours=5), "open in Excel"), 5, False, "5 hours ago; the daemon runs, but: open"),
        (Heartbeat(ago(minutes=49), ago(hours=5), "open in Excel"), 5, False, "the daemon runs, but: open in Excel"),
        (Heartbeat(ago(minutes=51), ago(hours=5), "open in Excel"), 5, False, "and none since: start the daemon again"),
        (
            Heartbeat(ago(minutes=1), None, "no workbook"),
            5,
            False,
            "no tick was complete yet; the daemon runs",
        ),
        (Heartbeat(ago(days=3), ago(days=4), "open in Excel"), 5, False, "4 days ago, and none since: start"),
        (Heartbeat(ago(days=-2), ago(days=-2)), 5, False, "the clock was set back"),
        (None, 5, False, "start the daemon with `halokop run`"),
    ],
)
def test_judged(beat: Heartbeat | None, every: int, fresh: bool, words: str):
    verdict, line = freshness(beat, NOW, every)
    assert verdict is fresh
    assert words in line and "\n" not in line


def test_the_command(tmp_path: Path):
    (tmp_path / "halokop.toml").touch()
    ran = halokop(tmp_path, "health")
    assert (ran.code, ran.err) == (1, "") and "halokop run" in ran.out
    (tmp_path / "state").mkdir()
    now = datetime.now(ZONE)
    write(heartbeat_file(tmp_path / "state"), Heartbeat(now, now))
    ran = halokop(tmp_path, "health")
    assert (ran.code, ran.out) == (0, "the last full tick was 0 minute(s) ago\n")


def test_looking_makes_nothing(tmp_path: Path):
    settings = Settings(base=tmp_path)
    assert not health_of(settings, NOW)[0]
    assert not list(tmp_path.iterdir())


def test_a_sync_renews_it_too_but_not_at_a_made_up_time(tmp_path: Path):
    (tmp_path / "halokop.toml").write_text("")
    assert halokop(tmp_path, "init").code == 0
    assert halokop(tmp_path, "sync", "--at", "2026-11-24T08:00").code == 0
    assert halokop(tmp_path, "health").code == 1
    assert halokop(tmp_path, "sync").code == 0
    assert halokop(tmp_path, "health").code == 0

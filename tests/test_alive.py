"""Signs of life: a watcher outside hears of each tick, and never is in its way."""

import socket
import sys
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from halokop_sheets.alive import Ping, failed, notify
from halokop_sheets.errors import SettingsError
from halokop_sheets.settings import parse_settings

NOW = datetime(2026, 11, 26, 8, 0, tzinfo=UTC)


@pytest.fixture
def watcher() -> Iterator[tuple[str, list[str], threading.Event]]:
    """A watcher on loopback: (its address, what it was asked for, what it waits for before it answers)."""
    asked: list[str] = []
    go = threading.Event()
    go.set()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            go.wait(10)
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b"OK")

        def log_message(self, *_: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/uuid", asked, go
    go.set()
    server.shutdown()
    server.server_close()


def test_a_complete_tick_and_a_failed_one_are_told_apart(watcher: tuple[str, list[str], threading.Event]) -> None:
    url, asked, _ = watcher
    ping = Ping()
    ping.tell(url, complete=True, now=NOW)
    ping.tell(url, complete=False, now=NOW)
    ping.tell("", complete=True, now=NOW)
    assert asked == ["/uuid", "/uuid/fail"]
    assert failed("https://x.example/a/?rid=1") == "https://x.example/a/fail?rid=1"


def test_a_watcher_that_hangs_or_is_gone_costs_no_tick_and_is_named_once_a_day(
    watcher: tuple[str, list[str], threading.Event], caplog: pytest.LogCaptureFixture
) -> None:
    url, asked, go = watcher
    go.clear()
    ping = Ping(seconds=0.2)
    begun = datetime.now(UTC)
    ping.tell(url, complete=True, now=NOW)
    assert datetime.now(UTC) - begun < timedelta(seconds=3)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        nobody = f"http://127.0.0.1:{free.getsockname()[1]}/geheim"
    for hours in (1, 2, 24):
        ping.tell(nobody, complete=True, now=NOW + timedelta(hours=hours))
    said = [record.getMessage() for record in caplog.records]
    assert len(said) == 2, said  # of the first day, and of the next
    assert not any("geheim" in line or "uuid" in line for line in said)
    assert len(asked) <= 1


@pytest.mark.skipif(sys.platform == "win32", reason="systemd is Linux")
def test_the_service_manager_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        manager.bind(str(tmp_path / "notify"))
        manager.settimeout(5)
        notify("READY=1")  # by hand: nobody listens
        monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "notify"))
        notify("READY=1")
        assert manager.recv(100) == b"READY=1"
    notify("WATCHDOG=1")  # it is gone: no matter


def test_only_a_web_address_is_taken() -> None:
    with pytest.raises(SettingsError, match="ping_url"):
        parse_settings('[daemon]\nping_url = "file:///etc/passwd"\n', Path())

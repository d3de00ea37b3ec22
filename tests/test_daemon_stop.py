"""``halokop run`` as a real process on a real file and a mail server on loopback, told to stop at random moments."""

import json
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from halokop_sheets.mail.ledger import Ledger
from halokop_sheets.settings import Settings
from halokop_sheets.stopping import GRACE
from halokop_sheets.wiring import ledger_path, load_all
from tests.cli import halokop
from tests.mail_office import a_mail, frozen
from tests.smtp_server import Server, scripted_server

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="terminate() kills there; Ctrl+C needs a console")
STARTING = 0.5  # seconds within which the interpreter itself may still be starting
SLOW = {"DOT": "SLEEP 0.1 250 2.0.0 Ok: queued as 4F2A"}


def make_office(folder: Path, server: Server) -> Settings:
    folder.mkdir(exist_ok=True)
    file = folder / "halokop.toml"
    file.write_text(
        f'[mail]\ntransport = "smtp"\n[mail.smtp]\nhost = "127.0.0.1"\nport = {server.port}\nsecurity = "none"\n'
    )
    assert start(folder, "init").wait(120) == 0  # a process of its own: offices are made in threads side by side
    return load_all(file)


def promise(settings: Settings, people: list[str]) -> None:
    """Mails that wait, as a tick that was cut short leaves them; of a kind that is sent whatever the sheet says now."""
    now = datetime.now(UTC)
    expires = (now + timedelta(days=1)).astimezone(settings.zone).replace(tzinfo=None)
    mails = [a_mail(f"{person}@example.go.id", kind="administrator", expires=expires) for person in people]
    with Ledger.open(ledger_path(settings), settings.zone, lambda: "a1b2c3") as ledger:
        assert len(ledger.claim(mails, lambda mail: frozen(mail, now), now)) == len(people)


def start(folder: Path, *words: str) -> subprocess.Popen:
    command = [sys.executable, "-m", "halokop_sheets", "-c", str(folder / "halokop.toml"), *(words or ("run",))]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def stop_at(process: subprocess.Popen, seconds: float, number: int = signal.SIGTERM) -> tuple[int, float, str]:
    """(exit code, seconds that stopping took, the log) of a process told to stop after so many seconds.

    Python itself loses about one in two hundred Ctrl+C that come while the interpreter starts, before any code of ours:
    whoever pressed it then presses it again.
    """
    time.sleep(seconds)
    process.send_signal(number)
    asked = time.monotonic()
    again = [3.0] if number == signal.SIGINT and seconds < STARTING else []
    for timeout in (*again, 20.0):
        try:
            _, log = process.communicate(timeout=timeout)
            return process.returncode, time.monotonic() - asked, log
        except subprocess.TimeoutExpired:
            process.send_signal(number)
    process.kill()
    raise AssertionError("told to stop, it did not")


def wait_for(condition: Callable[[], bool], seconds: float = 30) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not come to that"
        time.sleep(0.05)


def live(folder: Path, stops: int, seed: int) -> list[float]:
    """An office whose daemon is stopped again and again; checks that each mail went out once, and nothing else."""
    chance = random.Random(seed)
    took: list[float] = []
    most = 1  # copies of a mail
    with scripted_server(SLOW) as server:
        settings = make_office(folder, server)
        people = [f"orang{number:03}" for number in range(stops * 5)]
        for turn in range(stops):
            promise(settings, people[turn * 5 : turn * 5 + 5])
            code, seconds, log = stop_at(
                start(folder), chance.uniform(0, 2.5), chance.choice((signal.SIGTERM, signal.SIGINT))
            )
            if code == 0:
                assert "stopped as asked" in json.loads(log.splitlines()[-1])["text"]
                assert all(json.loads(line)["level"] == "info" for line in log.splitlines()), log
            elif "was cut off" in log:  # a busy machine: the step in hand took longer than we may, as the next start
                most = 2  # cannot know whether its mail was taken, the same bytes go out once more
                assert seconds >= GRACE - 1, (seconds, log)
            else:  # Python was still importing, which ends in many ways: nothing was begun
                assert "a tick every" not in log, (code, log)
            took.append(seconds)
        for _ in range(3):
            assert start(folder, "sync").wait(120) == 0
        counts = Counter(one.partition("@")[0] for one in server.recipients)
        assert all(1 <= counts[person] <= most for person in people), counts
    view = Ledger.peek(ledger_path(settings), settings.zone, datetime.now(UTC))
    assert {record.status for record in view.records} <= {"Terkirim", *(["Dicoba lagi"] if most > 1 else [])}
    return took


def test_told_to_stop_at_random_moments(tmp_path: Path):
    with ThreadPoolExecutor(4) as pool:
        took = [s for part in pool.map(lambda n: live(tmp_path / f"office{n}", 5, n), range(4)) for s in part]
    assert len(took) == 20


@pytest.mark.soak
def test_told_to_stop_at_random_moments_soak(tmp_path: Path):
    with ThreadPoolExecutor(4) as pool:
        took = [s for part in pool.map(lambda n: live(tmp_path / f"office{n}", 50, 100 + n), range(4)) for s in part]
    assert len(took) == 200


SWALLOWED = """
import signal, sys
class Careless:  # a library that takes a KeyboardInterrupt during its import for one of its own errors
    def find_spec(self, name, path, target=None):
        if name == "halokop_sheets.daemon":
            try:
                signal.raise_signal(signal.SIGINT)
            except KeyboardInterrupt:
                pass
sys.meta_path.insert(0, Careless())
from halokop_sheets.cli import main
main()
"""


def test_told_to_stop_while_it_starts(tmp_path: Path):
    with scripted_server({}) as server:
        make_office(tmp_path, server)
        command = [sys.executable, "-c", SWALLOWED, "-c", str(tmp_path / "halokop.toml"), "run"]
        done = subprocess.run(command, capture_output=True, text=True, timeout=30)
        assert done.returncode == 0 and "stopped as asked" in done.stderr
        assert not server.commands and "tick:" not in done.stderr


def test_told_to_stop_while_the_mail_server_thinks(tmp_path: Path):
    """The server takes longer than we may: the mail stays in doubt for the next start, which knows how to go on."""
    with scripted_server({"DOT": "SLEEP 30 250 2.0.0 Ok"}) as server:
        settings = make_office(tmp_path, server)
        promise(settings, ["orang"])
        process = start(tmp_path)
        wait_for(lambda: "DATA" in server.commands)
        code, seconds, log = stop_at(process, 0.5)
    assert 7 < seconds < 10
    assert code == 1
    assert "cut off" in json.loads(log.splitlines()[-1])["text"]
    with Ledger.open(ledger_path(settings), settings.zone, lambda: "a1b2c3") as ledger:
        now = datetime.now(UTC)
        assert ledger.settle(now) == 1
        assert not any(letter.doubts for letter in ledger.due(now)), "in a quarter of an hour: it may have arrived"
        assert sum(letter.doubts for letter in ledger.due(now + timedelta(minutes=16))) == 1


def test_one_daemon_a_state_folder_and_health(tmp_path: Path):
    with scripted_server({}) as server:
        make_office(tmp_path, server)
        assert halokop(tmp_path, "health").code == 1
        first = start(tmp_path)
        wait_for((tmp_path / "state" / "heartbeat.json").exists)
        second = start(tmp_path)
        _, said = second.communicate(timeout=30)
        assert second.returncode == 3 and "in use by another halokop" in said and said.count("\n") == 1
        ran = halokop(tmp_path, "health")
        assert ran.code == 0 and "0 minute(s) ago" in ran.out
        assert stop_at(first, 0)[0] == 0

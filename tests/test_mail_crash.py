"""Killed with SIGKILL at every point of the protocol, against a real mail server: nothing lost, at most two copies."""

import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest

from halokop_sheets.core.terms import MailStatus
from tests.mail_crash_child import RECIPIENTS
from tests.mail_office import ENVIRONMENT, after, open_ledger
from tests.smtp_server import Server, mail_server, scripted_server

CHILD = "tests.mail_crash_child"
# Whether a second copy may go out, for a process that ends at this point of the mail in hand.
POINTS = {"planned": 0, "claimed": 0, "written": 0, "sending": 0, "answered": 1, "recorded": 0}
EACH_MAIL = [f"{point}-{number}" for point in ("sending", "answered", "recorded") for number in (1, 2, 3)]
PLACES = ["planned-1", "claimed-1", "written-1", *EACH_MAIL]

pytestmark = pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="no SIGKILL on this system")


def child(folder: Path, server: Server, minutes: int, point: str = "") -> subprocess.Popen:
    words = [sys.executable, "-m", CHILD, folder, str(server.port), str(minutes), point]
    return subprocess.Popen(words, env=ENVIRONMENT)


def run(folder: Path, server: Server, minutes: int, point: str = "") -> None:
    assert child(folder, server, minutes, point).wait(30) == (-signal.SIGKILL if point else 0)


def check_end(folder: Path, server: Server, twice: list[str]) -> None:
    """Every mail arrived; only these may have arrived twice; all copies are the frozen bytes; the ledger says so."""
    copies = Counter(server.recipients)
    assert set(copies) == set(RECIPIENTS)
    assert {one for one, number in copies.items() if number > 1} <= set(twice)
    assert max(copies.values()) <= 2
    for recipient in RECIPIENTS:
        assert len({one.data for one in server.mails if one.recipients == (recipient,)}) == 1
    with open_ledger(folder) as ledger:
        assert {record.status for record in ledger.view(after(hours=1)).records} == {MailStatus.SENT}
        assert len(ledger.view(after(hours=1)).records) == len(RECIPIENTS)


def crash_once(folder: Path, place: str) -> None:
    point, number = place.split("-")
    folder.mkdir()
    with mail_server() as server:
        run(folder, server, 0, place)
        before = len(server.mails)
        assert before == {"answered": int(number), "recorded": int(number), "sending": int(number) - 1}.get(point, 0)
        run(folder, server, 5)
        in_doubt = point in ("sending", "answered")
        assert len(server.mails) == len(RECIPIENTS) - (
            point == "sending"
        )  # whoever is in doubt waits a quarter of an hour
        if in_doubt:
            run(folder, server, 21)
            run(folder, server, 40)
        assert len(server.mails) == len(RECIPIENTS) + POINTS[point]
        check_end(folder, server, [RECIPIENTS[int(number) - 1]] if in_doubt else [])


@pytest.mark.parametrize("place", PLACES)
def test_killed_at_a_point(tmp_path: Path, place: str):
    """Three times at each of the six points: those that every mail passes, at the first, the second and the third."""
    for turn in range(1 if place in EACH_MAIL else 3):
        crash_once(tmp_path / str(turn), place)


@pytest.mark.soak
@pytest.mark.parametrize("place", PLACES)
def test_killed_at_a_point_soak(tmp_path: Path, place: str):
    for turn in range(20):
        crash_once(tmp_path / str(turn), place)


@pytest.mark.parametrize("taken", [True, False])
def test_killed_while_the_server_thinks(tmp_path: Path, taken: bool):
    """From outside, during the final dot: whether the server took the mail, only it knows."""
    with scripted_server({"DOT": ["SLEEP 1 TAKE" if taken else "SLEEP 1 BREAK"]}) as server:
        process = child(tmp_path, server, 0)
        while "DATA" not in server.commands and process.poll() is None:
            time.sleep(0.01)
        time.sleep(0.2)
        process.kill()
        process.wait(30)
        time.sleep(1)
        for minutes in (5, 21, 40):
            run(tmp_path, server, minutes)
        assert len(server.mails) == len(RECIPIENTS) + taken
        check_end(tmp_path, server, RECIPIENTS[:1])


def test_killed_twice_in_doubt_is_the_end(tmp_path: Path):
    with mail_server() as server:
        run(tmp_path, server, 0, "answered-1")
        run(tmp_path, server, 5)
        run(tmp_path, server, 21, "answered-1")
        run(tmp_path, server, 40)
        run(tmp_path, server, 60)
        once = (*RECIPIENTS, "admin@example.go.id")  # who hears that nobody knows
        assert Counter(server.recipients) == {**dict.fromkeys(once, 1), RECIPIENTS[0]: 2}
    with open_ledger(tmp_path) as ledger:
        assert [record.status for record in ledger.view(after(hours=1)).records] == [
            MailStatus.UNKNOWN,
            *[MailStatus.SENT] * 4,
        ]

"""Signs of life for who watches from outside: a ping after each tick, and systemd's watchdog.

Ping: the protocol of healthchecks.io and of what speaks like it (https://healthchecks.io/docs/http_api/): a GET of the
address after a complete tick, of the address with ``/fail`` after one in trouble. When none comes for three ticks the
watcher alarms: of a dead computer nothing in the house could tell.
systemd: READY=1 and WATCHDOG=1 as datagrams to NOTIFY_SOCKET (sd_notify(3)).
"""

import logging
import os
import socket
import threading
from datetime import date, datetime
from urllib.parse import urlsplit, urlunsplit
from urllib.request import urlopen

log = logging.getLogger(__name__)
SECONDS = 5.0  # at most, whatever is slow on the way: names, connection or answer


class Ping:
    """Tells an address of each tick. That it cannot be reached never matters to a tick, and is said once a day."""

    def __init__(self, seconds: float = SECONDS) -> None:
        self._seconds = seconds
        self._said: date | None = None

    def tell(self, url: str, *, complete: bool, now: datetime) -> None:
        """Nothing where no address is set. The address is a secret: it stands in no message."""
        if not url:
            return
        wrong = [f"no answer within {self._seconds:g} seconds"]
        waiter = threading.Thread(target=self._get, args=(url if complete else failed(url), wrong), daemon=True)
        waiter.start()
        waiter.join(self._seconds)
        if wrong and self._said != now.date():
            self._said = now.date()
            log.warning("daemon.ping_url could not be reached (%s); the work goes on, said once a day", wrong[-1])

    def _get(self, url: str, wrong: list[str]) -> None:
        """Empties ``wrong`` when it was told; a thread of its own, for a name's resolution knows no time limit."""
        try:
            with urlopen(url, timeout=self._seconds) as answer:  # noqa: S310  (the settings take http and https alone)
                answer.read(1)
            wrong.clear()
        except Exception as error:
            wrong.append(type(error).__name__)


def failed(url: str) -> str:
    """``https://hc.example.go.id/uuid`` -> ``https://hc.example.go.id/uuid/fail``; a query stays behind it."""
    parts = urlsplit(url)
    return urlunsplit(parts._replace(path=f"{parts.path.rstrip('/')}/fail"))


def notify(state: str) -> None:
    """Tell the service manager; nothing where none listens (other systems, a start by hand)."""
    address = os.environ.get("NOTIFY_SOCKET", "")
    if not address or not hasattr(socket, "AF_UNIX"):
        return
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as line:
            line.connect(f"\0{address[1:]}" if address.startswith("@") else address)
            line.sendall(state.encode())
    except OSError as error:
        log.info("the service manager could not be told: %s", type(error).__name__)

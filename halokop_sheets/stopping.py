"""Told to stop, by a service manager, Ctrl+C, or a console window that is closed; or to read the settings again.

Listened to before anything large is imported: a library that is just being imported may swallow the KeyboardInterrupt
that Ctrl+C is otherwise, and the daemon would run on.
"""

import _thread
import logging
import os
import signal
import time
from types import FrameType

log = logging.getLogger(__name__)
GRACE = 8.0  # seconds that the step in hand is given once we shall stop: service managers kill after 10


class Stop:
    """Whether somebody asked us to stop, or to read the settings again (SIGHUP, which a closed terminal sends too).

    The signal's handler takes no lock that the code it interrupts may hold (``threading.Event`` would): it sets a flag,
    and starts the watch that ends the process where the step in hand does not. That is no worse than a power cut, which
    ledger and workbook survive at any point.
    """

    def __init__(self) -> None:
        self.asked = False
        self._reread = False
        self._terminal = False  # somebody looks on: a SIGHUP may mean that the terminal was closed

    def __call__(self) -> bool:
        return self.asked

    def listen(self) -> None:
        """From now on SIGTERM, SIGINT, SIGHUP and, on Windows, SIGBREAK (Ctrl+Break, a closed window) only ask."""
        self._terminal = _at_a_terminal()
        if number := getattr(signal, "SIGHUP", None):
            signal.signal(number, self._hang_up)
        for name in ("SIGTERM", "SIGINT", "SIGBREAK"):
            if number := getattr(signal, name, None):
                signal.signal(number, self._ask)

    def take_reread(self) -> bool:
        """Whether it was asked to read the settings again since this was asked last."""
        asked, self._reread = self._reread, False
        return asked

    def _hang_up(self, number: int, frame: FrameType | None) -> None:
        if self._terminal and not _at_a_terminal():  # it is gone, and whoever sat there with it
            self._ask(number, frame)
        else:
            self._reread = True

    def _ask(self, _number: int, _frame: FrameType | None) -> None:
        if not self.asked:
            self.asked = True
            _thread.start_new_thread(_cut_off, ())


def _at_a_terminal() -> bool:
    try:
        return os.isatty(0)
    except OSError:
        return False


def _cut_off() -> None:
    time.sleep(GRACE)
    log.warning("the step in hand did not end within %.0f s and was cut off; the next start goes on", GRACE)
    os._exit(1)

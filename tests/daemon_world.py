"""A world for the daemon: a wall clock that people turn, a monotonic one that they cannot, an office in memory."""

import datetime as real
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import schedule

from halokop_sheets import daemon
from halokop_sheets.lock import state_lock
from halokop_sheets.mail.ledger import Ledger
from halokop_sheets.mail.render import Renderer
from halokop_sheets.settings import Settings, parse_settings
from halokop_sheets.tick import App
from halokop_sheets.wiring import ledger_path, state_dir
from tests.mail_office import Post
from tests.sheet import Sheet

ZONE = ZoneInfo("Asia/Jakarta")
MONDAY = real.datetime(2026, 11, 23, 6, 30, tzinfo=ZONE)


@dataclass
class World:
    """``at`` holds what happens at a second of the monotonic clock; the daemon is asked to stop at ``until``."""

    until: float
    wall: real.datetime = MONDAY
    seconds: float = 0.0
    step: float = 0.0  # seconds that the shortest sleep lasts, where a week of single seconds would take too long
    at: dict[float, Callable[[], None]] = field(default_factory=dict)

    def now(self) -> real.datetime:
        return self.wall

    def monotonic(self) -> float:
        return self.seconds

    def sleep(self, seconds: float) -> None:
        seconds = max(seconds, self.step)
        self.seconds += seconds
        self.wall += real.timedelta(seconds=seconds)
        for moment in sorted(m for m in self.at if m <= self.seconds):
            self.at.pop(moment)()

    def stop(self) -> bool:
        return self.seconds >= self.until

    def turn(self, **span: float) -> None:
        """A person, or a server of time, sets the clock; or the computer slept, which its own clock did not count."""
        self.wall += real.timedelta(**span)


def schedule_of(world: World) -> SimpleNamespace:
    """What the library ``schedule`` sees as the module ``datetime``: its clock is the world's."""

    class Clock(real.datetime):
        @classmethod
        def now(cls, tz=None):
            return world.wall.astimezone(tz) if tz else world.wall.replace(tzinfo=None)

    return SimpleNamespace(datetime=Clock, timedelta=real.timedelta, time=real.time, date=real.date, tzinfo=real.tzinfo)


def office(folder: Path, text: str = "") -> Settings:
    """Settings with their state under ``folder``."""
    return parse_settings(text, folder)


class Rooms:
    """Opens an office in memory with a real ledger; counts how often, and keeps what the mail server took."""

    def __init__(self, sheet: Sheet | None = None, *, lock: bool = False) -> None:
        self.sheet = sheet or Sheet().team()
        self.post = Post()
        self.opened = 0
        self.lock = lock

    @contextmanager
    def __call__(self, settings: Settings) -> Iterator[App]:
        self.opened += 1
        with self._locked(settings), Ledger.open(ledger_path(settings), settings.zone, lambda: "a1b2c3") as ledger:
            yield App(
                settings,
                self.sheet.procedure,
                self.sheet.workbook,
                ledger,
                self.post,
                Renderer(settings),
                must_show=False,
            )

    @contextmanager
    def _locked(self, settings: Settings) -> Iterator[None]:
        if self.lock:
            with state_lock(state_dir(settings)):
                yield
        else:
            state_dir(settings).mkdir(parents=True, exist_ok=True)
            yield


def run(monkeypatch, settings: Settings, world: World, rooms: Rooms, **more) -> daemon.Daemon:
    """The daemon in this world, from its start until it is asked to stop."""
    monkeypatch.setattr(schedule, "datetime", schedule_of(world))
    one = daemon.Daemon(
        settings, world.stop, open_app=rooms, clock=daemon.Clock(world.now, world.monotonic, world.sleep), **more
    )
    one.run()
    return one

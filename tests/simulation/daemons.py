"""The program under test as a process: an App on a state folder, which can die at any checkpoint and start again."""

import itertools
import shutil
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

from halokop_sheets.core.sheet.values import Mail
from halokop_sheets.errors import LedgerError
from halokop_sheets.mail.ledger import Ledger
from halokop_sheets.mail.message import message_id
from halokop_sheets.mail.render import Rendered, Renderer
from halokop_sheets.mail.transports import SendStatus
from halokop_sheets.settings import Settings
from halokop_sheets.tick import App, Result, tick
from tests.procedure import load_procedure
from tests.simulation.door import Door
from tests.simulation.faults import Crash, Disk, MailServer, Weather
from tests.simulation.post import Post

_numbers = itertools.count(1)


class Daemon:
    """One daemon with its own state folder. ``interrupt`` is called at each checkpoint and may raise ``Crash``."""

    def __init__(
        self,
        settings: Settings,
        folder: Path,
        weather: Weather,
        post: Post,
        door: Callable[["Daemon"], Door],
        interrupt: Callable[["Daemon", str], None],
        *,
        must_show: bool,
    ) -> None:
        self.settings, self.folder, self.weather, self.post = settings, folder, weather, post
        self.interrupt, self.must_show = interrupt, must_show
        self.true = datetime(2026, 1, 1, tzinfo=settings.zone)
        self.now = self.true  # what its clock says
        self.seconds = 0.0  # monotonic
        self.begun = 0.0
        self.ticking = False
        self.lost: set[str] = set()  # ledgers that are no more
        self.mail = MailServer(weather, lambda: self.true, self._leaves, self._taken, self._wait)
        self.door = door(self)
        self._renderer = Renderer(settings)
        self._procedure = load_procedure(settings)
        self.start()

    def start(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        number = f"{next(_numbers):06x}"
        self.ledger = Ledger.open(self.folder / "ledger.sqlite3", self.settings.zone, lambda: number)
        file = self.ledger._file
        real = file._connection
        self.id = str(real.execute("SELECT value FROM meta WHERE name = 'id'").fetchone()[0])
        file._connection = Disk(real, self._is_full)  # type: ignore[assignment]
        self.app = App(
            self.settings,
            self._procedure,
            self.door,
            self.ledger,
            self.mail,
            self,  # type: ignore[arg-type]
            self.must_show,
            lambda: self.seconds,
            self._checkpoint,
        )

    def lose_state(self) -> None:
        """The state folder is gone: another ledger begins, which remembers nothing."""
        self.ledger.close()
        self.lost.add(self.id)
        shutil.rmtree(self.folder)
        self.start()

    def tick(self, true: datetime, offset: timedelta) -> Result | None:
        """One tick, or as much of it as faults let through."""
        self.true, self.now, self.ticking = true, true + offset, True
        self.begun = self.seconds
        self.post.look(self.wall_clock())
        try:
            return tick(self.app, self.now)
        except (Crash, LedgerError):
            self._died()
            return None
        finally:
            self.ticking = False

    def wall_clock(self) -> datetime:
        return self.now.replace(second=0, microsecond=0, tzinfo=None)

    def _died(self) -> None:
        """Nobody knows what became of the mail in hand; the next start finds it ``sending``."""
        for row in self.ledger._file.rows("SELECT message_id, attempts FROM mail WHERE state = 'sending'"):
            self.post.unrecorded(row["message_id"], row["attempts"])
        self.post.keep(self.id, {row["key"] for row in self.ledger._file.rows("SELECT key FROM mail")})
        self.ledger.close()
        self.start()

    def _is_full(self, sql: str) -> bool:
        writes = sql.startswith(("INSERT", "UPDATE", "DELETE", "COMMIT"))
        return writes and (self.weather.bad("disk", self.true) or self.weather.chance(0.0005))

    def _checkpoint(self, name: str) -> None:
        if name == "recorded":
            final, doubt = (
                self.mail.verdict in (SendStatus.SENT, SendStatus.REFUSED),
                self.mail.verdict is SendStatus.UNKNOWN,
            )
            self.post.recorded(self.mail.message_id, final=final, doubt=doubt)
        self.interrupt(self, name)

    # --- what the App asks for   ----------------------------------------------------------------------------------

    def render(self, mail: Mail) -> Rendered:
        """The real renderer; the claim is told to the oracle first."""
        id_ = message_id(mail.key, self.settings.mail)
        self.post.freeze(mail, id_, self.wall_clock(), self.id, fresh=self.door.fresh)
        return self._renderer.render(mail)

    def _leaves(self, recipient: str, data: bytes) -> str:
        clock = (self.now + timedelta(seconds=self.seconds - self.begun)).replace(tzinfo=None)
        return self.post.leaves(recipient, data, clock, self.id, must_show=self.must_show)

    def _taken(self, message: str) -> None:
        self.post.copies[message].taken += 1

    def _wait(self, seconds: float) -> None:
        self.seconds += seconds

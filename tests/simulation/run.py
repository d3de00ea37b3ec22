"""One life of one office, from one seed: people and ticks all day, faults without limit, and calm days between them.

Safety is judged after every batch and every mail. On a calm day faults stop at midnight: from then on everything must
be right within two ticks, and a third one must find nothing to do.
"""

import gc
import tempfile
from collections import Counter, defaultdict
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from pathlib import Path
from random import Random

from halokop_sheets.cli import calm_collector
from halokop_sheets.core.sheet.values import AddPage, Change
from halokop_sheets.settings import Settings
from halokop_sheets.tick import initialise
from halokop_sheets.workbooks.base import Workbook
from tests.simulation import contract as c
from tests.simulation.cells import Cells
from tests.simulation.daemons import Daemon
from tests.simulation.derived import wrong_cells
from tests.simulation.door import Door
from tests.simulation.due import allowed_mails, due_mails
from tests.simulation.expected import Facts
from tests.simulation.faults import Crash, Weather
from tests.simulation.people import People
from tests.simulation.post import Post
from tests.simulation.violation import PromiseBrokenError
from tests.simulation.world import Sheets, World

MOMENTS = (time(0, 4), time(7, 2), time(8, 35), time(10, 3), time(13, 10), time(16, 40), time(17, 5), time(21, 30))
TICKS = 6  # a day, at least


@dataclass
class Report:
    """What was lived through."""

    days: int = 0
    ticks: int = 0
    batches: int = 0
    mails: int = 0
    crashes: int = 0
    calm_days: int = 0
    naps: int = 0
    edits: int = 0
    kinds: Counter[str] = field(default_factory=Counter)


class Simulation:
    """An office, its program, and all that happens to them. ``hoards``: it never deletes what is over."""

    def __init__(self, seed: int, folder: Path, *, hoards: bool = False) -> None:
        self.seed = seed
        self.rng = Random(seed)
        self.must_show = self._shows()
        self.settings = Settings(base=folder)
        self.sheets = self._sheets()
        self.world = World(self.sheets)
        self.people = People(self.world, Random(self.rng.random()), hoards=hoards)
        self.weather = Weather(Random(self.rng.random()))
        self.cells, self.post = Cells(self.world), Post(self.world)
        self.report = Report()
        self.true = datetime.combine(date(2026, 1, 1) + c.days(self.rng.randrange(700)), time(), self.settings.zone)
        self.main = self._daemon(folder / "main")
        initialise(self.main.app, self.true)
        self.world.adopt()
        self.people.settle_in()
        self.rival = self._daemon(folder / "rival") if self.must_show else None

    def _shows(self) -> bool:
        """Whether claims must stand in the sheet before a mail leaves, as on Google; then rivals may come."""
        return self.rng.random() < 0.6

    def _sheets(self) -> Sheets:
        return Sheets()

    def _workbook(self, _: Daemon) -> Workbook:
        return self.sheets.book

    def _daemon(self, folder: Path) -> Daemon:
        def door(daemon: Daemon) -> Door:
            def gate(moment: str) -> None:
                self.weather.at_workbook(moment, daemon.true)

            def applied(changes: Sequence[Change]) -> None:
                self.report.batches += 1
                for change in changes:
                    if isinstance(change, AddPage):
                        self.cells.evaluation_made(change.page.mark)
                self._applied(daemon)

            return Door(self.world, self._workbook(daemon), gate, applied)

        return Daemon(self.settings, folder, self.weather, self.post, door, self._interrupt, must_show=self.must_show)

    def _applied(self, daemon: Daemon) -> None:
        self.cells.applied(daemon.wall_clock())

    # --- time -----------------------------------------------------------------------------------------------------

    def live(self, days: int) -> Report:
        """So many days with ticks; what the program sleeps through comes on top."""
        for n in range(days):
            self._day(calm=n % 9 == 8 or n == days - 1)
        claims = [f for frozen in self.post.frozen.values() for f in frozen]
        self.report.kinds.update(f.kind for f in claims)
        self.report.mails = sum(seen.taken for seen in self.post.copies.values())
        return self.report

    def _day(self, *, calm: bool) -> None:
        self.weather.calm = False
        if calm:
            self.weather.clear()
            self.report.calm_days += 1
        first = self.true.date()
        more = TICKS - 4 if calm else TICKS - 2  # a judged hour has three ticks
        hours = sorted(self.rng.sample(MOMENTS[2:], more) + list(MOMENTS[:2]))
        judged = {MOMENTS[1], self.rng.choice(hours)}
        for hour in hours:
            self.true = datetime.combine(first, hour, self.settings.zone) + timedelta(minutes=self.rng.randrange(20))
            self._people()
            self.weather.step(self.true)
            if calm and hour in judged:
                self._settled()
            else:
                self._moment()
        self.true = datetime.combine(first + c.days(1), time(), self.settings.zone)
        self.report.days += 1
        if first.weekday() == 0:
            self.people.tidy_up(self.true.replace(tzinfo=None))
        if self.weather.bad("asleep", self.true):
            self._nap()

    def _nap(self) -> None:
        """The program does not run; people go on."""
        self.report.naps += 1
        while self.weather.bad("asleep", self.true):
            self.true += c.days(1)
            self._people()

    def _people(self) -> None:
        for _ in range(self.rng.choice((0, 0, 1, 1, 2))):
            self._edit()

    def _edit(self) -> None:
        self.report.edits += 1
        self.people.act(self.true.replace(tzinfo=None))
        self.post.look(self.true.replace(tzinfo=None))

    def survive(self, trouble: str, length: timedelta) -> dict[str, Counter[str]]:
        """Some days, one trouble for so long, and a calm day after it; returns that day's mails by person and kind.

        ``trouble``: a name of the weather's, or ``clock``, which is then wrong by ``length`` for three days.
        """
        self.live(9)
        self.weather.calm = False
        if trouble == "clock":
            self.weather.offset, self.weather.pinned = length, True
        else:
            self.weather.until[trouble] = self.true + length
        if trouble == "asleep":
            self._nap()
        else:
            for _ in range(3 if trouble == "clock" else length.days):
                self._day(calm=False)
        before = {f.key for frozen in self.post.frozen.values() for f in frozen}
        self._day(calm=True)
        made: dict[str, Counter[str]] = defaultdict(Counter)
        for mail in (f for frozen in self.post.frozen.values() for f in frozen if f.key not in before):
            made[mail.recipient][mail.kind] += 1
        return made

    # --- ticks ----------------------------------------------------------------------------------------------------

    def _moment(self) -> None:
        if self.weather.bad("asleep", self.true):
            return
        if self.weather.chance(0.004):
            self._lose_state()
        self._tick(self.main)
        if self.rival and self.weather.rng.random() < 0.05:
            self._tick(self.rival)

    def _tick(self, daemon: Daemon) -> None:
        self.report.ticks += 1
        offset = self.weather.offset if daemon is self.main else timedelta()
        self.post.clock_fooled |= bool(offset)
        if daemon.tick(self.true, offset) is None:
            self.report.crashes += 1
        self._compare(daemon)

    def _compare(self, _: Daemon) -> None:
        self.cells.compare()

    def _interrupt(self, daemon: Daemon, moment: str) -> None:
        """What happens at a checkpoint: people edit, a rival ticks, the power fails."""
        weather = self.weather
        while moment in ("planned", "claimed") and weather.chance(0.04):
            self._meet()
        rival = self.main if daemon is self.rival else self.rival
        if rival and not rival.ticking and weather.chance(0.01):
            self._tick(rival)
        if weather.chance(0.006):
            raise Crash(moment)

    def _meet(self) -> None:
        """Somebody edits between read and write: the write is refused and the tick starts over."""
        self._edit()

    def _lose_state(self) -> None:
        """A new state folder; where the ledger alone guards, only while the sheet shows all its claims."""
        shown = {row["Kunci"] for row in self.world.sheets.history()}
        claims = {f.key for frozen in self.post.frozen.values() for f in frozen if f.ledger == self.main.id}
        if self.must_show or claims <= shown:
            self.main.lose_state()

    # --- calm -----------------------------------------------------------------------------------------------------

    def _settled(self) -> None:
        """No faults: right within two ticks, nothing to do for a third."""
        before = {key for frozen in self.post.frozen.values() for key in (f.key for f in frozen)}
        results = [self.main.tick(self.true, timedelta()) for _ in range(3)]
        self.report.ticks += 3
        self._compare(self.main)
        facts = Facts(self.world, self.main.wall_clock())
        for result in results:
            if result is None or result.trouble:
                raise PromiseBrokenError(f"trouble without a fault: {result and result.trouble}")
        wrong = list(wrong_cells(facts)) or list(self._wrong_mails(facts, before))
        lost = self.main.lost | ({self.rival.id} if self.rival else set())
        wrong = wrong or self.post.wrong_history(self.main.wall_clock(), lost)
        if wrong:
            raise PromiseBrokenError(
                f"{facts.now:%Y-%m-%d %H:%M}, two ticks after the last fault: " + "; ".join(wrong[:5])
            )
        third = results[2]
        if third and (third.written or third.plan.mails or third.outcome.changed):
            raise PromiseBrokenError(f"{facts.now:%Y-%m-%d %H:%M}, the third tick did something:\n{third.plan}")

    def _wrong_mails(self, facts: Facts, before: set[str]) -> list[str]:
        claims = {f.key: (f, id_) for id_, frozen in self.post.frozen.items() for f in frozen}
        wrong = [f"{key} was not made" for key, _ in due_mails(facts) if key not in claims]
        allowed = allowed_mails(facts)
        for key in claims.keys() - before:
            mail, id_ = claims[key]
            judged = mail.kind not in ("schedule-changed", "administrator") and not mail.changes
            if judged and key not in allowed:
                wrong.append(f"{key} was made for nothing")
            groups = allowed.get(key)
            if groups is not None and not _shows(mail.groups, groups):
                wrong.append(f"{key} shows {mail.groups}, expected {groups}")
            full = len(self.post.begun[mail.recipient, facts.today]) >= 8
            if not self.post.copies[id_].taken and not full:
                wrong.append(f"{key} was not sent")
        return wrong


def _shows(shown: dict[str, list[str]], wanted: dict[str, list[str]]) -> bool:
    """Whether a digest shows these steps: all of each tone, but five that are late and twelve that are near."""
    most = {"late": 5, "soon": 12}
    for tone, codes in wanted.items():
        there = set(shown.get(tone, ()))
        if not (there <= set(codes) and len(there) == min(len(set(codes)), most.get(tone, len(codes)))):
            return False
    return True


def replay(seed: int, days: int, *, google: bool = False, hoards: bool = False) -> Report:
    """Live one seed; a violation names the seed and the command that lives it again."""
    shared = Path("/dev/shm")  # in memory: the disk's own speed is not what is tested
    simulation: Simulation | None = None
    with ExitStack() as held:
        folder = Path(held.enter_context(tempfile.TemporaryDirectory(dir=shared if shared.is_dir() else None)))
        held.callback(gc.set_threshold, *gc.get_threshold())
        calm_collector()  # as in the program itself
        try:
            simulation = _on_google(seed, folder, held) if google else Simulation(seed, folder, hoards=hoards)
            return simulation.live(days)
        except Exception as error:
            when = f"{simulation.true:%Y-%m-%d %H:%M}" if simulation else "the start"
            command = (
                f"python -m tests.simulation --seed {seed} --days {days}{' --google' * google}{' --hoards' * hoards}"
            )
            message = f"seed {seed} at {when}: {error}\nreplay: {command}"
            if isinstance(error, PromiseBrokenError):
                raise PromiseBrokenError(message) from None
            error.add_note(message)
            raise


def _on_google(seed: int, folder: Path, held: ExitStack) -> Simulation:
    from tests.google_server import GoogleServer
    from tests.simulation.google_world import GoogleSimulation

    return GoogleSimulation(seed, folder, held.enter_context(GoogleServer()))

"""A daemon on a real workbook in which nobody does anything: ``python -m tests.idle_child FOLDER TICKS``.

Prints what memory and files measure after 100 ticks and after the last, as JSON. The hours pass for the metronome only.
"""

import gc
import json
import sys
from datetime import UTC, datetime
from pathlib import Path

import schedule

from halokop_sheets import logs
from halokop_sheets.daemon import Clock, Daemon
from halokop_sheets.wiring import load_all
from tests.daemon_world import World, schedule_of

EARLY = 100


def main(folder: Path, ticks: int) -> None:
    world = World(until=ticks * 300)
    schedule.datetime = schedule_of(world)  # type: ignore[attr-defined]
    measured = {}

    def measure() -> None:
        gc.collect()
        resident = int(Path("/proc/self/statm").read_text().split()[1])
        sizes = {str(one.relative_to(folder)): one.stat().st_size for one in folder.rglob("*") if one.is_file()}
        measured[round(world.seconds / 300)] = {"pages": resident, "files": sizes}

    world.at[EARLY * 300 + 1] = measure
    world.at[(ticks - 1) * 300] = measure
    now = datetime.now(UTC)
    with (folder / "log.txt").open("w") as stream:
        logs.set_up(stream)
        Daemon(
            load_all(folder / "halokop.toml"),
            world.stop,
            clock=Clock(lambda: now, world.monotonic, lambda _: world.sleep(150)),
        ).run()
    lines = (folder / "log.txt").read_text().splitlines()
    print(json.dumps({"early": measured[EARLY], "late": measured[ticks - 1], "lines": len(lines)}))


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))

"""What a simulated year costs: people, faults, six ticks a day, and every promise judged at each step."""

import logging
import time

from benchmarks.measure import alone, megabytes, peak_memory, table
from tests.simulation.run import replay

SEEDS = range(1, 6)
_DAYS = 365


def year(seed: int, *, hoards: bool = False) -> tuple[int, int, float, int]:
    """Ticks, mails, seconds of CPU, peak memory."""
    logging.disable(logging.WARNING)  # faults are the rule there
    begun = time.process_time()
    lived = replay(seed, _DAYS, hoards=hoards)
    return lived.ticks, lived.mails, time.process_time() - begun, peak_memory()


def report() -> str:
    rows = []
    for seed in SEEDS:
        ticks, mails, seconds, memory = alone(year, seed)
        rows.append((f"a year of seed {seed}", f"{ticks:,}", f"{mails:,}", f"{seconds:.1f}", megabytes(memory), "20 s"))
    return (
        "Simulated years of an office in memory (`python -m tests.simulation --seed N`), imports included.\n\n"
        + table(("", "ticks", "mails", "CPU s", "peak memory", "demanded"), rows)
    )


if __name__ == "__main__":
    print(report())

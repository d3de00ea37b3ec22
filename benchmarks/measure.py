"""Measuring: CPU seconds beside wall seconds, the least and the median of several runs, peak memory, the machine.

Each measurement runs in a fresh process, so that none carries the memory, the caches or the imports of another.
"""

import platform
import re
import resource
import statistics
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from importlib.metadata import version
from multiprocessing import get_context
from os import cpu_count
from pathlib import Path
from typing import ParamSpec, TypeVar

from halokop_sheets.cli import calm_collector

P = ParamSpec("P")
T = TypeVar("T")


@dataclass(frozen=True)
class Times:
    """CPU and wall seconds of every run."""

    cpu: Sequence[float]
    wall: Sequence[float]

    def row(self) -> tuple[str, str]:
        """CPU and wall milliseconds, each as ``least (median)``."""
        return _both(self.cpu), _both(self.wall)


def _both(seconds: Sequence[float]) -> str:
    return f"{_ms(min(seconds))} ({_ms(statistics.median(seconds))})"


def _ms(seconds: float) -> str:
    return f"{seconds * 1000:.1f}" if seconds < 0.1 else f"{seconds * 1000:,.0f}"


def repeat(work: Callable[[], object], runs: int) -> Times:
    """Time ``work`` that many times in this process."""
    cpu, wall = [], []
    for _ in range(runs):
        began, since = time.process_time(), time.perf_counter()
        work()
        cpu.append(time.process_time() - began)
        wall.append(time.perf_counter() - since)
    return Times(cpu, wall)


def alone(work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """What ``work`` answers, run in a fresh process that is set up as every command is."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn"), initializer=calm_collector) as pool:
        return pool.submit(work, *args, **kwargs).result()


def peak_memory() -> int:
    """The most bytes that this process ever held. Linux: of itself alone, not of the process that started it."""
    status = Path("/proc/self/status")
    if status.exists() and (found := re.search(r"VmHWM:\s+(\d+) kB", status.read_text())):
        return int(found[1]) * 1024
    return resident(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)


def resident(maxrss: int) -> int:
    """``ru_maxrss`` in bytes: macOS counts bytes, others kilobytes."""
    return maxrss if sys.platform == "darwin" else maxrss * 1024


def megabytes(size: float) -> str:
    return f"{size / 1e6:.2f} MB" if size < 100e6 else f"{size / 1e6:.0f} MB"


def machine() -> str:
    """What the figures were measured on; no name of a host."""
    info = Path("/proc/cpuinfo")
    found = re.search(r"model name\s*: (.+)", info.read_text()) if info.exists() else None
    model = found[1].strip() if found else platform.processor() or platform.machine()
    libraries = ", ".join(f"{name} {version(name)}" for name in ("gspread", "lxml", "pandas"))
    system = f"{platform.system()} {platform.release().split('-')[0]}"
    python = f"{platform.python_implementation()} {platform.python_version()}"
    return f"{model}, {cpu_count()} cores; {system}; {python}; {libraries}."


def table(headers: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A Markdown table; every column but the first is aligned to the right."""
    rule = [":--", *["--:"] * (len(headers) - 1)]
    return "\n".join("| " + " | ".join(map(str, line)) + " |" for line in (headers, rule, *rows))

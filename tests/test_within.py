"""The time limit of a tick's asking holds whatever hangs, and what came before it is kept."""

import threading
import time
from collections.abc import Iterator

from halokop_sheets.sources.within import Limited


def test_what_came_in_time_is_kept():
    stop = threading.Event()

    def work() -> Iterator[int]:
        yield 1
        yield 2
        stop.wait(10)
        yield 3

    limited: Limited[int] = Limited(0.2)
    begun = time.monotonic()
    items, trouble = limited.collect(work)
    assert items == [1, 2] and isinstance(trouble, TimeoutError) and time.monotonic() - begun < 1
    assert limited.collect(lambda: iter([9])) == ([], trouble) or limited.collect(lambda: iter([9]))[0] == []
    stop.set()
    time.sleep(0.05)
    assert limited.collect(lambda: iter([9])) == ([9], None), "once the hanging one has ended, work goes on"


def test_what_is_raised_is_handed_over():
    def work() -> Iterator[int]:
        yield 1
        raise OSError(5, "x")

    items, trouble = Limited[int](5).collect(work)
    assert items == [1] and isinstance(trouble, OSError)

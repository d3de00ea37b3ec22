"""A time limit that holds whatever hangs: a name server, a network folder, a server that sends a byte a second.

Sockets have time limits, but looking up a name and reading a vanished network folder have none. So the work is done in
a thread of its own; when the time is over, the tick goes on with what has come so far and the thread is left alone.
"""

import queue
import threading
from collections.abc import Callable, Iterator
from typing import Generic, TypeVar

T = TypeVar("T")
_END = object()


class Limited(Generic[T]):
    """Runs one piece of work at a time. While an abandoned one still hangs, no other is begun."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._thread: threading.Thread | None = None

    def collect(self, work: Callable[[], Iterator[T]]) -> tuple[list[T], BaseException | None]:
        """What ``work`` yields within the limit, and why it ended early: ``TimeoutError``, or what it raised."""
        if self._thread is not None and self._thread.is_alive():
            return [], TimeoutError()
        found: queue.SimpleQueue[object] = queue.SimpleQueue()
        self._thread = threading.Thread(target=_run, args=(work, found), daemon=True, name="readings")
        self._thread.start()
        self._thread.join(self._seconds)
        items: list[T] = []
        while not found.empty():
            item = found.get()
            if item is _END:
                return items, None
            if isinstance(item, BaseException):
                return items, item
            items.append(item)  # type: ignore[arg-type]
        return items, TimeoutError()


def _run(work: Callable[[], Iterator[T]], found: "queue.SimpleQueue[object]") -> None:
    try:
        for item in work():
            found.put(item)
        found.put(_END)
    except Exception as error:
        found.put(error)

"""The port: a source of readings that is asked. A further one, such as TikTok's API, is one more module beside
``instagram``.

A source never raises for what goes wrong outside: it answers with the reason (``Gap``) in place of figures.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Protocol

from halokop_sheets.core.sheet.answers import Answer, Ask, Connections


class Source(Protocol):
    """A service that is asked for the figures of some posts."""

    name: str
    platform: str

    def ask(self, asks: Sequence[Ask], now: datetime) -> Iterator[Answer]:
        """One answer a post, each as soon as it is known. ``now`` is aware; it dates the answers."""

    def due(self, now: datetime) -> bool:
        """Whether there is something to do without any post to ask for: a token that would die soon."""

    def connections(self, now: datetime) -> Connections:
        """What is connected as of ``now`` (aware), without any request."""

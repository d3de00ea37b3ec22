"""Finding the episode that people mean: by Kode, date or topic, however they write it."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING

from halokop_sheets.core.office import wording
from halokop_sheets.core.sheet.cells import fold
from halokop_sheets.core.sheet.draft import DraftRow
from halokop_sheets.core.terms import Cols
from halokop_sheets.core.typed.parsing import parse_date, parse_episode_code, text

if TYPE_CHECKING:
    from halokop_sheets.core.office.model import Episode


class EpisodeFinder:
    """Finds the episode that people mean in a column ``Episode``: by Kode, date or topic."""

    def __init__(self, episodes: "Iterable[Episode]") -> None:
        self._codes: set[str] = set()
        self._days: dict[date, list[str]] = defaultdict(list)
        self._topics: dict[str, list[str]] = defaultdict(list)
        for episode in episodes:
            if episode.code:
                self._codes.add(episode.code)
                if episode.publish:
                    self._days[episode.publish].append(episode.code)
                if episode.topic:
                    self._topics[fold(episode.topic)].append(episode.code)

    def find(self, row: DraftRow) -> str | None:
        """The Kode of the row's episode; what cannot be found is said in the row."""
        cell = row[Cols.EPISODE]
        if cell is None:
            return None
        if type(cell) is str and cell in self._codes:  # mostly as we wrote it
            return cell
        typed = text(cell)
        code = parse_episode_code(typed)
        if code in self._codes:
            return code
        day = parse_date(cell, Cols.EPISODE)
        if isinstance(day, date):
            found = self._days.get(day, [])
        else:
            head, label, tail = typed.partition("·")
            topic = fold(tail if label else head)
            found = [] if label else self._topics.get(topic, [])
            found = found or self._on(head.strip(" /-"))
            if len(found) > 1:  # two on one day
                found = [one for one in found if one in self._about(topic)] or found
            elif found and (named := self._topics.get(topic)) and found[0] not in named:
                # The day fits one episode and the topic another: the two changed places since the text was written.
                found = [*found, *named]
            found = found or self._about(topic)
        if len(found) == 1:
            return found[0]
        row.problem(wording.AMBIGUOUS_EPISODE if found else wording.NO_EPISODE)
        return None

    def _about(self, topic: str) -> list[str]:
        """Episodes of this topic, or with these words in it."""
        return self._topics.get(topic) or [
            code for known, codes in self._topics.items() if len(topic) > 3 and topic in known for code in codes
        ]

    def _on(self, typed: str) -> list[str]:
        """Episodes of a day, its year left out or not: ``29 Nov`` and ``29/11``, as sheet and mails name them."""
        years = {day.year for day in self._days} if typed else set()
        endings = ("", *(f"{mark}{year}" for year in years for mark in (" ", "/")))
        days = {parse_date(f"{typed}{ending}", Cols.EPISODE) for ending in endings}
        return [code for day in days if isinstance(day, date) for code in self._days.get(day, [])]

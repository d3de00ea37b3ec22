"""Which platforms an episode is published on, and whose Tautan is still missing.

The SOP publishes on Instagram and watches Instagram and TikTok (steps 6 and 10). A platform that nobody filled anything
in for is therefore forgotten, not unused, unless the row of Jadwal says so.
"""

from collections.abc import Iterable

from halokop_sheets.core.office import wording
from halokop_sheets.core.office.context import Context
from halokop_sheets.core.office.model import Episode


def used_platforms(episode: Episode, platforms: Iterable[str]) -> list[str]:
    """Every platform of the settings but those whose Tautan says ``-``, ``tidak`` or ``tidak ada``.

    Of a closed episode nothing is asked any more: there a platform counts where a Tautan or a figure stands, so that
    a platform which the office took up later is not missing in what was published before. With nothing anywhere it is
    all of them.
    """
    everything = list(platforms)
    if episode.closed:
        touched = {r.platform for r in episode.readings if r.touched}
        if found := [p for p in everything if p in touched or p in episode.links]:
            return found
    return [p for p in everything if p not in episode.declined]


def is_published(episode: Episode, context: Context) -> bool:
    """The done rule of step 6: the Tautan of the first platform that is used stands in the row."""
    used = used_platforms(episode, context.settings.program.platforms)
    return bool(used) and used[0] in episode.links


def missing_links(episode: Episode, context: Context) -> list[str]:
    """Used platforms without a Tautan, from the end of the publication step's window until the episode closes."""
    publication = next((s for s in episode.steps if s.step.done_when == "link"), None)
    if not episode.live or publication is None or publication.due is None or context.now <= publication.due:
        return []
    return [p for p in used_platforms(episode, context.settings.program.platforms) if p not in episode.links]


def say_missing_links(episode: Episode, context: Context) -> None:
    """Name them in the episode's row of Jadwal."""
    if missing := missing_links(episode, context):
        episode.row.remark(wording.no_link(missing))

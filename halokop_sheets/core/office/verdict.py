"""The verdict on an episode in a few sentences: for the evaluation tab and for the mail that invites to it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from halokop_sheets.core.office.metrics import COMPARED_FIGURES, Comparison, compare_figures, latest, on_time_rate
from halokop_sheets.core.office.model import Episode, OfficeState
from halokop_sheets.core.office.platforms_used import missing_links
from halokop_sheets.core.office.wording import join, number, percent
from halokop_sheets.core.terms import EpisodeStatus, ReadingStatus, link_column

NO_COMPARISON = "Belum ada pembanding"
_MISSING = (ReadingStatus.MISSED, ReadingStatus.TODAY)


@dataclass(frozen=True)
class Verdict:
    """``platforms``: what is said of the audience, one text a platform.

    ``missing``: each Tautan and reading that is not filled although its time has come, by name.
    """

    process: str
    platforms: tuple[str, ...]
    missing: tuple[str, ...]

    @property
    def audience(self) -> str:
        return " ".join(self.platforms)


def verdict(office: OfficeState, episode: Episode) -> Verdict:
    """How the episode went, in process and in audience, and which readings are missing."""
    return judge(office, episode, compare_figures(office, episode, office.context.settings.program.platforms))


def judge(office: OfficeState, episode: Episode, compared: Mapping[tuple[str, str], Comparison]) -> Verdict:
    """The verdict from comparisons that were made already."""
    platforms = office.context.settings.program.platforms
    audience = _audience(episode, platforms, compared)
    return Verdict(_process(office, episode), audience, missing(office, episode))


def _process(office: OfficeState, episode: Episode) -> str:
    if episode.status == EpisodeStatus.CANCELLED:
        return "Episode ini dibatalkan; langkahnya tidak dinilai."
    if episode.status == EpisodeStatus.POSTPONED:
        return "Episode ini ditunda; langkahnya tidak dinilai."
    now = office.context.now
    figures = on_time_rate(episode.steps, now)
    if figures.rate is None:
        return "Belum ada langkah yang lewat tenggat atau selesai."
    judged = f"Dari {figures.counted} langkah yang sudah lewat tenggat atau selesai"
    sentence = f"{judged}, {figures.on_time} tepat waktu ({percent(figures.rate)})."
    if (worst := latest(episode.steps, now)) is not None:
        state, late = worst
        unfinished = "" if state.done else ", belum selesai"
        long = f"{late} hari" if late else "kurang dari sehari"
        sentence += f" Paling lama terlambat: {state.step.title} ({long}{unfinished})."
    return sentence


def _audience(
    episode: Episode, platforms: Sequence[str], compared: Mapping[tuple[str, str], Comparison]
) -> tuple[str, ...]:
    """Each platform's Viewers Video and Likes; then the live, against earlier lives."""
    asked = {reading.platform for reading in episode.readings if reading.needed}  # a live alone asks nothing of TikTok
    known = {platform for platform, _ in compared}
    if not known:
        return (f"Belum ada angka penonton. {NO_COMPARISON}.",)
    return tuple(_platform(p, compared) for p in platforms if p in known or p in asked)


def _platform(platform: str, compared: Mapping[tuple[str, str], Comparison]) -> str:
    """The main figure in words; the others, Likes and the live, with how far they are from their own median."""
    found = [one for figure in COMPARED_FIGURES if (one := compared.get((platform, figure)))]
    if not found:
        return f"{platform}: belum ada angka."
    main, rest = found[0], "".join(_besides(one, found[0]) for one in found[1:])
    value = f"{platform}: {number(main.value)} {main.figure} pada hari ke-{main.day}"
    if main.median is None:
        return f"{value}{rest}. {NO_COMPARISON}."
    return f"{value}, {_versus(main)}{rest}."


def _besides(found: Comparison, main: Comparison) -> str:
    """``; 262 Likes (62% di atas nilai tengah)``"""
    day = "" if found.day == main.day else f" pada hari ke-{found.day}"
    change = found.against_median
    if change is None:
        against = ""
    else:
        against = f" ({percent(abs(change))} di {'atas' if change > 0 else 'bawah'} nilai tengah)" if change else ""
    return f"; {number(found.value)} {found.figure}{day}{against}"


def _versus(found: Comparison) -> str:
    which = f"nilai tengah {found.compared} episode sebelumnya" if found.compared > 1 else "satu episode sebelumnya"
    base = f"{which} pada hari yang sama setelah tayang ({number(found.median or 0)})"
    change = found.against_median
    if change is None:
        return f"dibandingkan dengan {base}"
    if change == 0:
        return f"sama dengan {base}"
    if percent(abs(change)) == percent(0.0004):
        return f"hampir sama dengan {base}"
    return f"{percent(abs(change))} di {'atas' if change > 0 else 'bawah'} {base}"


def missing(office: OfficeState, episode: Episode) -> tuple[str, ...]:
    """What nobody filled in although its time has come: Tautan first, then readings."""
    links = [link_column(platform) for platform in missing_links(episode, office.context)]
    return (*links, *missing_readings(episode))


def missing_readings(episode: Episode) -> list[str]:
    """Needed readings whose day has come and that are not filled: ``Instagram hari ke-1 dan ke-2: Likes``."""
    gaps: dict[tuple[str, tuple[str, ...]], list[str]] = {}
    for reading in sorted(episode.readings, key=lambda r: r.day):
        if reading.status in _MISSING:
            blank = tuple(h for h in reading.needed if reading.values.get(h) is None)
            today = " (hari ini)" if reading.status == ReadingStatus.TODAY else ""
            gaps.setdefault((reading.platform, blank), []).append(f"ke-{reading.day}{today}")
    order = sorted(gaps, key=lambda gap: gap[0])
    return [f"{platform} hari {join(gaps[platform, blank])}: {', '.join(blank)}" for platform, blank in order]

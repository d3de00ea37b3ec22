"""The verdict on an episode in a few sentences: for the evaluation tab and for the mail that invites to it."""

from collections.abc import Mapping
from dataclasses import dataclass

from halokop_sheets.core.office.metrics import Comparison, compare, latest, on_time_rate
from halokop_sheets.core.office.model import Episode, OfficeState
from halokop_sheets.core.office.period_metrics import last_reading
from halokop_sheets.core.office.platforms_used import missing_links, used_platforms
from halokop_sheets.core.office.wording import join, number, percent
from halokop_sheets.core.terms import Cols, EpisodeStatus, ReadingStatus, link_column

NO_COMPARISON = "Belum ada pembanding"
_MISSING = (ReadingStatus.MISSED, ReadingStatus.TODAY)


@dataclass(frozen=True)
class Verdict:
    """``missing``: each Tautan and reading that is not filled although its time has come, by name."""

    process: str
    audience: str
    missing: tuple[str, ...]


def verdict(office: OfficeState, episode: Episode) -> Verdict:
    """How the episode went, in process and in audience, and which readings are missing."""
    return judge(office, episode, compare(office, episode, office.context.settings.program.platforms))


def judge(office: OfficeState, episode: Episode, compared: Mapping[str, Comparison | None]) -> Verdict:
    """The verdict from comparisons that were made already."""
    return Verdict(_process(office, episode), _audience(episode, compared), missing(office, episode))


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


def _audience(episode: Episode, compared: Mapping[str, Comparison | None]) -> str:
    asked = used_platforms(episode, compared)
    used = [p for p in compared if p in asked or compared[p]]
    if all(compared[p] is None for p in used):
        if live := [(p, last) for p in used if (last := last_reading(episode, p, Cols.VIEWERS_LIVE))]:
            shown = [f"{p}: {number(value)} {Cols.VIEWERS_LIVE} pada hari ke-{day}" for p, (day, value) in live]
            return f"{'; '.join(shown)}. {NO_COMPARISON}."
        return f"Belum ada angka penonton. {NO_COMPARISON}."
    return " ".join(_platform(p, compared[p]) for p in used)


def _platform(platform: str, found: Comparison | None) -> str:
    if found is None:
        return f"{platform}: belum ada angka."
    value = f"{platform}: {number(found.value)} {found.figure} pada hari ke-{found.day}"
    if found.median is None:
        return f"{value}. {NO_COMPARISON}."
    return f"{value}, {_versus(found)}."


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

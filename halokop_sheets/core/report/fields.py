"""The results report as plain values for its Word template: what ``templates/laporan.docx`` may name.

A pure function of the office and a period. Months are those of the publishing date; questions, feedback and action
items follow their episode, and their own date where they have none. No asker is ever named.
"""

from collections import Counter
from collections.abc import Sequence
from datetime import date
from typing import Any

from halokop_sheets.core.office.metrics import habitually_late, on_time_rate
from halokop_sheets.core.office.model import Episode, OfficeState
from halokop_sheets.core.office.period_metrics import last_reading, published, total
from halokop_sheets.core.office.platforms_used import used_platforms
from halokop_sheets.core.office.wording import hour_minute, join, long_date, number, percent, weekday_date
from halokop_sheets.core.report.audience import audience, best_sentence
from halokop_sheets.core.report.lists import actions, decisions, feedback, questions
from halokop_sheets.core.report.period import Period
from halokop_sheets.core.report.process import process, score
from halokop_sheets.core.terms import Cols, EpisodeStatus

PUBLISHED, UNRECORDED, AHEAD = "Tayang", "Tidak tercatat tayang", "Belum tayang"
_WORDS = {"viewers": Cols.VIEWERS_VIDEO, "likes": Cols.LIKES}
_STATES = (PUBLISHED, UNRECORDED, AHEAD, EpisodeStatus.POSTPONED, EpisodeStatus.CANCELLED)


def report_fields(office: OfficeState, period: Period) -> dict[str, Any]:
    """Every field of the template. ``now`` of the office's context is the moment that the figures are as of."""
    context = office.context
    episodes = [e for e in office.dated if period.covers(e.publish)]
    shown = [e for e in episodes if published(e, context.today)]
    parts = {
        "questions": questions(office, period),
        "feedback": feedback(office, period),
        "decisions": decisions(episodes),
        "actions": actions(office, period),
    }
    return {
        **context.settings.report.model_dump(),
        "program": context.settings.program.name,
        "period": period.name,
        "as_of": f"{long_date(context.now)} pukul {hour_minute(context.now)}",
        "ended": period.ended(context.today),
        "summary": _summary(office, period, episodes, shown, parts),
        "episodes": [_episode(n, e, office) for n, e in enumerate(episodes, start=1)],
        "process": process(office, period, episodes),
        "audience": audience(office, period, shown),
        **parts,
    }


def state_of(episode: Episode, today: date) -> str:
    """What became of an episode; one whose day is past without any trace of publication is named as such."""
    if not episode.active or episode.publish is None:
        return episode.status
    if episode.publish > today:
        return AHEAD
    return PUBLISHED if published(episode, today) else UNRECORDED


def _episode(place: int, episode: Episode, office: OfficeState) -> dict[str, Any]:
    context = office.context
    guest = ", ".join(filter(None, (episode.guest, episode.institution)))
    return {
        "number": place,
        "date": weekday_date(episode.publish) if episode.publish else "",
        "theme": episode.theme,
        "topic": episode.topic or "topik belum diisi",
        "guest": guest,
        "format": episode.format or "Bentuk belum diisi",
        "status": state_of(episode, context.today),
        "links": list(episode.links.values()),
        "on_time": score(on_time_rate(episode.steps, context.now)),
        "reach": _reach(episode, context.settings.program.platforms) if episode.active else [],
    }


def _reach(episode: Episode, platforms: Sequence[str]) -> list[str]:
    """A line a platform: ``Instagram H+5: 1.234 viewers, 140 likes``; each figure with its day where they differ."""
    lines = []
    for platform in used_platforms(episode, platforms):
        found = {word: last_reading(episode, platform, figure) for word, figure in _WORDS.items()}
        known = [(word, *last) for word, last in found.items() if last is not None]
        days = {day for _, day, _ in known}
        head = f"{platform} H+{known[0][1]}" if len(days) == 1 else platform
        parts = [f"{number(value)} {word}" + (f" (H+{day})" if len(days) > 1 else "") for word, day, value in known]
        if live := last_reading(episode, platform, Cols.VIEWERS_LIVE):
            parts.append(f"{number(live[1])} viewers live")
        if parts:
            lines.append(f"{head}: {', '.join(parts)}")
    return lines


# --- the summary in words -------------------------------------------------------------------------------------------


def _summary(
    office: OfficeState, period: Period, episodes: Sequence[Episode], shown: Sequence[Episode], parts: dict[str, Any]
) -> list[str]:
    sentences = [_published(office, period, episodes, shown), _punctual(office, episodes)]
    sentences += [s for p in office.context.settings.program.platforms if (s := _watched(shown, p))]
    asked, given, acted = parts["questions"], parts["feedback"], parts["actions"]
    if asked["count"]:
        sentences.append(
            f"{asked['count']} pertanyaan masuk dari masyarakat: {len(asked['answered'])} dijawab dan "
            f"{len(asked['open'])} belum dijawab."
        )
    else:
        sentences.append("Tidak ada pertanyaan yang tercatat.")
    if given:
        kinds = join([f"{len(kind['texts'])} {kind['kind'].lower()}" for kind in given])
        sentences.append(f"{sum(len(kind['texts']) for kind in given)} umpan balik tercatat: {kinds}.")
    else:
        sentences.append("Tidak ada umpan balik yang tercatat.")
    held, decided = len(parts["decisions"]), sum(bool(d["decision"]) for d in parts["decisions"])
    evaluated = f"{held} evaluasi mingguan tercatat, {decided} di antaranya dengan keputusan."
    sentences.append(evaluated if held else "Tidak ada evaluasi mingguan yang tercatat.")
    if acted["done"] or acted["open"]:
        late = sum(a["late"] for a in acted["open"])
        sentences.append(
            f"Tindak lanjut: {len(acted['done'])} selesai dan {len(acted['open'])} belum selesai"
            + (f" ({late} terlambat)." if late else ".")
        )
    else:
        sentences.append("Tidak ada tindak lanjut yang tercatat.")
    return sentences


def _published(office: OfficeState, period: Period, episodes: Sequence[Episode], shown: Sequence[Episode]) -> str:
    if not episodes:
        return f"Tidak ada episode yang dijadwalkan pada {period.name}."
    states = Counter(state_of(e, office.context.today) for e in episodes)
    counts = join([f"{states[state]} {state.lower()}" for state in _STATES if states[state]])
    themes = Counter(e.theme for e in shown if e.theme)
    said = f" Tema yang tayang: {join([f'{n} {theme}' for theme, n in sorted(themes.items())])}." if themes else ""
    return f"Pada {period.name} dijadwalkan {len(episodes)} episode: {counts}.{said}"


def _punctual(office: OfficeState, episodes: Sequence[Episode]) -> str:
    now = office.context.now
    figures = on_time_rate([s for e in episodes for s in e.steps], now)
    if figures.rate is None:
        return "Belum ada langkah prosedur yang lewat tenggat atau selesai."
    done = f"Dari {figures.counted} langkah yang lewat tenggat atau selesai, {figures.on_time} tepat waktu"
    habit = habitually_late([e for e in episodes if e.active], now)
    often = f" Paling sering terlambat: {habit.title} ({habit.late} dari {habit.counted} episode)." if habit else ""
    return f"{done} ({percent(figures.rate)}).{often}"


def _watched(shown: Sequence[Episode], platform: str) -> str:
    parts = [
        f"{number(sum_)} {figure}"
        for figure in (Cols.VIEWERS_VIDEO, Cols.LIKES, Cols.VIEWERS_LIVE)
        if (sum_ := total(shown, platform, figure)) is not None
    ]
    if not parts:
        return ""
    return f"{platform}: {join(parts)} (jumlah angka terakhir tiap episode).{best_sentence(shown, platform)}"

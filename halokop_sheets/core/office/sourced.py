"""Readings that fill themselves: what is asked, what may be filled, and what the row says of it.

Only today's reading of an Aktif episode is filled, only its blank cells, only with what a source said today. A day that
went by stays ``Terlewat``: sources tell the sum up to now, and nobody knows what it was then.
"""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

from halokop_sheets.core.calendar import Calendar
from halokop_sheets.core.office import source_wording as say
from halokop_sheets.core.office.context import Context
from halokop_sheets.core.office.model import Episode, OfficeState, Reading
from halokop_sheets.core.sheet.answers import FILE, Answer, Ask, Gap
from halokop_sheets.core.sheet.draft import Draft
from halokop_sheets.core.sheet.values import Problem
from halokop_sheets.core.terms import VIDEO, Cols
from halokop_sheets.core.typed.posts import post_of

SECOND_TRY = time(12)  # when the first asking of a day left something blank
APART = timedelta(hours=2)  # at least, between the two
DIFFERENCE = 0.05  # of the source's figure, from which a person's is remarked upon
WARNINGS = (14, 7, 1)  # days before a token dies


def fillable(episode: Episode, reading: Reading) -> tuple[str, ...]:
    """The figures that a source may fill: none where none of them is needed, no viewers where there is no video."""
    if not set(reading.needed) & say.WORDS.keys():
        return ()
    video = episode.format is None or VIDEO in episode.format
    return tuple(header for header in say.WORDS if video or header != Cols.VIEWERS_VIDEO)


def blank(reading: Reading, headers: tuple[str, ...]) -> tuple[str, ...]:
    """Those of these cells that hold nothing; one that holds something unreadable is a person's."""
    return tuple(header for header in headers if reading.row[header] is None)


def fill_reading(reading: Reading, episode: Episode, context: Context, day: date) -> None:
    """Fill today's blank cells from the answers; tell in the row of any day where its figures came from.

    ``reading.values`` and ``touched`` follow. Nothing is done before the day, and nothing any more once the episode is
    closed: the row keeps what it says.
    """
    if day > context.today or not episode.live:
        return
    post = post_of(reading.platform, episode.links.get(reading.platform, ""))
    answers = [a for a in context.ledger.asked if (a.day, a.platform, a.post) == (day, reading.platform, post)]
    headers = fillable(episode, reading)
    said = str(reading.row.old.get(Cols.FIGURE_SOURCE) or "")
    if not (answers or said or context.sources.asked or context.sources.folder):
        return
    entries = {entry.head: entry for entry in say.read_entries(said)}
    if answers:
        _take(reading, answers, headers, entries, today=day == context.today)
        _remark(reading, answers, entries)
    elif day < context.today:
        if not entries and (why := _why_missed(reading, episode, context, day)):
            entries[why.head] = why
    else:
        entries = {head: entry for head, entry in entries.items() if entry.figures}
        if why := _why_not_yet(reading, episode, context, day):
            entries[why.head] = why
    reading.row.put(Cols.FIGURE_SOURCE, "; ".join(map(str, entries.values())) or None)


def _take(
    reading: Reading,
    answers: list[Answer],
    headers: tuple[str, ...],
    entries: dict[str, say.Entry],
    *,
    today: bool,
) -> None:
    """Fill from each answer in turn; ``entries`` become what the row says. A figure is named once."""
    values = dict(reading.values)
    named = {header for entry in entries.values() for header in entry.figures}
    told = {say.head_of(answer): answer for answer in answers}
    for head in [head for head, entry in entries.items() if not entry.figures and head not in told]:
        del entries[head]  # a reason that an answer has overtaken
    for head, answer in told.items():
        entry = entries.setdefault(head, say.Entry(head))
        entry.gap = ""
        for header in headers:
            if (figure := answer.figures.get(header)) is None:
                continue
            if today and reading.row[header] is None:
                reading.row.fill_blank(header, figure)
                values[header] = figure
            if header not in named and values[header] == figure:
                entry.figures[header] = figure
                named.add(header)
    some = any(entry.figures for entry in entries.values())
    entries[say.head_of(answers[-1])].gap = say.gap_of(answers[-1], blank(reading, headers), any_figures=some)
    for head in [head for head in told if not entries[head].figures and not entries[head].gap]:
        del entries[head]
    reading.values = values
    reading.touched = any(value is not None for value in values.values())


def _remark(reading: Reading, answers: list[Answer], entries: dict[str, say.Entry]) -> None:
    """What a source says otherwise than a person typed, and a link that leads to nobody's post of ours."""
    for header in say.WORDS:
        value = reading.values.get(header)
        told = [answer for answer in answers if header in answer.figures]
        if value is None or not told or any(answer.figures[header] == value for answer in told):
            continue
        figure = told[-1].figures[header]
        if abs(value - figure) > DIFFERENCE * figure:
            reading.row.remark(say.differs(header, told[-1]))
    if answers[-1].gap == Gap.NOT_OURS:
        reading.row.remark(say.foreign_post(reading.platform))


def _why_not_yet(reading: Reading, episode: Episode, context: Context, day: date) -> say.Entry | None:
    """Why today's reading is not asked for although its platform is: the link."""
    typed = episode.links.get(reading.platform, "")
    late = context.now.time() >= context.settings.readings.ask_at
    if reading.platform not in context.sources.asked or not late or not blank(reading, fillable(episode, reading)):
        return None
    return None if post_of(reading.platform, typed) else say.not_asked(day, say.no_post(reading.platform, typed))


def _why_missed(reading: Reading, episode: Episode, context: Context, day: date) -> say.Entry | None:
    """Why a day went by without an answer; nothing where nothing was to be filled, or the platform has no source."""
    typed = episode.links.get(reading.platform, "")
    if not blank(reading, tuple(h for h in reading.needed if h in say.WORDS)):
        return None
    if not post_of(reading.platform, typed) and (context.sources.folder or reading.platform in context.sources.asked):
        return say.not_asked(day, say.no_post(reading.platform, typed))
    if reading.platform in context.sources.asked:
        return say.not_asked(day, say.NOT_RUNNING)
    return say.no_file(day, reading.platform) if context.sources.folder else None


def lagging_figures(reading: Reading) -> frozenset[str]:
    """Headers of the figures that may be up to 48 hours behind the app, as ``Sumber Angka`` of the row tells."""
    said = reading.row[Cols.FIGURE_SOURCE]
    return say.lagging(said, reading.values) if isinstance(said, str) else frozenset()


def is_mixed(reading: Reading) -> bool:
    """Whether some of a reading's figures lag the app and others do not."""
    lags = lagging_figures(reading)
    told = {header for header in say.WORDS if reading.values[header] is not None}  # Viewers Live is always a person's
    return bool(lags) and told != lags


# --- what is asked ------------------------------------------------------------------------------------------------


def what_to_ask(office: OfficeState) -> tuple[Ask, ...]:
    """The posts whose figures are wanted of a service now: once a day from ``ask_at``, once more at noon."""
    context = office.context
    if not context.sources.asked or context.now.time() < context.settings.readings.ask_at:
        return ()
    return tuple(
        Ask(reading.row.code, reading.platform, post, wanted)
        for episode in office.episodes
        for reading, post, wanted in _todays(episode, context)
        if _turn(reading.platform, post, context)
    )


def _todays(episode: Episode, context: Context) -> Iterator[tuple[Reading, str, tuple[str, ...]]]:
    if not episode.live:
        return
    for reading in episode.readings:
        wanted = blank(reading, fillable(episode, reading))
        post = post_of(reading.platform, episode.links.get(reading.platform, ""))
        today = reading.row[Cols.DATE] == datetime.combine(context.today, time())
        if today and wanted and post and reading.platform in context.sources.asked:
            yield reading, post, wanted


def _turn(platform: str, post: str, context: Context) -> bool:
    """Whether it is the time: not asked today, or asked once, in vain, before noon."""
    asked = [
        a.at
        for a in context.ledger.asked
        if (a.day, a.platform, a.post) == (context.today, platform, post) and not a.source.startswith(f"{FILE} ")
    ]
    if not asked:
        return True
    again = max(datetime.combine(context.today, SECOND_TRY), asked[0] + APART)
    return len(asked) == 1 and context.now >= again


# --- what the administrator hears ---------------------------------------------------------------------------------


def tell_sources(_: Draft, office: OfficeState) -> None:
    """A token that dies or was refused, and files that were refused today, are problems for the administrator."""
    context, sources = office.context, office.context.sources
    place = next(iter(sources.asked.values()), "")
    if sources.token_refused:
        office.problems.append(Problem(place, say.SIGN_IN_REFUSED))
    elif sources.token_until is not None and (left := _warning(sources.token_until, context, office.calendar)):
        office.problems.append(Problem(place, say.token_ends(sources.token_until, left)))
    office.problems += [Problem(Cols.FIGURE_SOURCE, say.refused_file(one)) for one in sources.refused]


def _warning(until: datetime, context: Context, calendar: Calendar) -> str:
    """The nearest warning that is due; one for a day off comes earlier: mails go out on working days."""
    for days in sorted(WARNINGS):
        on = until.date() - timedelta(days=days)
        working = next((day for n in range(30) if calendar.is_working(day := on - timedelta(days=n))), on)
        if context.today >= working:
            return f"tinggal {days} hari atau kurang" if days > 1 else "tinggal sehari atau kurang"
    return ""

"""How the sample office lives: what its people type on a given day. The program itself writes everything else."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

from halokop_sheets.core.calendar import theme, week_code
from halokop_sheets.core.office.procedure import Step
from halokop_sheets.core.office.readings import DAYS, needed_figures
from halokop_sheets.core.sheet.tables import recognise
from halokop_sheets.core.sheet.values import Cell, Snapshot
from halokop_sheets.core.terms import INSTAGRAM, THEME_MSME, TICK, TIKTOK, Cols, Tabs, link_column, platform_of
from halokop_sheets.demo import sample as office
from halokop_sheets.settings import Settings
from halokop_sheets.sop import load_procedure
from halokop_sheets.workbooks.memory import MemoryWorkbook

_GROWTH = (0.55, 0.78, 0.9, 0.97, 1.0)  # share of the fifth day's viewers that each day has reached
_TIKTOK = 2.6  # TikTok's reach beside Instagram's


def _day(day: date) -> datetime:
    return datetime.combine(day, time())


class Life:
    """The people of the office. ``sunday``: the publishing day of the latest episode already out."""

    HOURS = (time(8, 20), time(9, 20), time(14, 20), time(16, 0))  # when they tick: within day H's windows, and late

    def __init__(self, workbook: MemoryWorkbook, settings: Settings, sunday: date) -> None:
        self._workbook = workbook
        self._steps = load_procedure(settings).steps
        first = sunday - timedelta(weeks=office.PUBLISHED - 1)
        self.days = [first + timedelta(weeks=n) for n in range(len(office.COURSES))]
        self.codes = [week_code(day) for day in self.days]
        turned = theme(first, "iso-week") != THEME_MSME  # then the weeks begin with koperasi
        self.order = [n ^ 1 if turned else n for n in range(len(self.days))]  # which sample comes at which place
        self.samples = [office.SAMPLES[n] for n in self.order]
        self.begin = first - timedelta(days=6)  # a Monday: what was done before is typed in as dates

    def settle_in(self) -> None:
        """The first day: the team's names and the plan for the coming weeks."""
        for name, mail, roles, active, hour in office.TEAM:
            self._append(
                Tabs.TEAM,
                {
                    Cols.NAME: name,
                    Cols.EMAIL: mail,
                    Cols.ROLES: roles,
                    Cols.ACTIVE: active,
                    Cols.MAIL_HOUR: hour,
                },
            )
        for day, sample, course in zip(self.days, self.samples, office.COURSES, strict=True):
            values: dict[str, Cell] = {
                Cols.PUBLISH: _day(day),
                Cols.TOPIC: sample.topic,
                Cols.FORMAT: sample.format,
                Cols.GUEST: sample.guest or None,
                Cols.INSTITUTION: sample.institution or None,
                Cols.CONTACT: sample.contact or None,
                Cols.LEAD: sample.lead or None,
                Cols.EPISODE_STATUS: course.status or None,
            }
            self._append(Tabs.SCHEDULE, values)

    def work(self, now: datetime) -> None:
        """What people do on the day of ``now`` (naive, programme's zone), in the hour before it."""
        snapshot = recognise(self._workbook.read())
        for tab, key, header, value in self._typed(now):
            self._set(snapshot, tab, key, header, value)
        for tab, values in self._written(now):
            self._append(tab, values)

    def _typed(self, now: datetime) -> Iterator[tuple[str, str, str, Cell]]:
        """Cells that people fill in rows of the program: (tab, Kode, header, value)."""
        today = now.date()
        for n, (code, day, course) in enumerate(zip(self.codes, self.days, office.COURSES, strict=True)):
            if course.status:
                continue
            yield from self._ticked(n, course, now)
            if now.time() == self.HOURS[0] and today == max(self.begin, day - timedelta(days=20)) and n % 2:
                for number, names in office.ASSIGNED:
                    yield Tabs.STEPS, f"{code}/{number:02d}", Cols.ASSIGNEE, names
            if day == today and now.time() == (self.HOURS[-1] if course.published_late else self.HOURS[1]):
                yield Tabs.SCHEDULE, code, link_column(INSTAGRAM), f"https://www.instagram.com/p/contoh{n + 1}/"
                yield Tabs.SCHEDULE, code, link_column(TIKTOK), f"https://www.tiktok.com/@contoh/video/{n + 1}"
            if now.time() == self.HOURS[-1]:
                yield from self._readings(n, (today - day).days)
                yield from self._meeting(n, today)

    def _ticked(self, n: int, course: office.Course, now: datetime) -> Iterator[tuple[str, str, str, Cell]]:
        """The steps of one episode that are ticked at this hour; on the first day those that were done before too."""
        code, day, today, late = self.codes[n], self.days[n], now.date(), dict(course.late)
        for step in self._steps:
            ready = day + timedelta(days=step.day + late.get(step.number, -1 if step.day < 0 else 0))
            if step.done_when or step.number in course.skipped or not step.needed(self.samples[n].format):
                continue
            if ready == today and self._hour(step) == now.time():
                yield Tabs.STEPS, code + step.suffix, Cols.DONE, TICK
            elif ready < today == self.begin and now.time() == self.HOURS[0]:
                yield Tabs.STEPS, code + step.suffix, Cols.DONE, _day(ready)

    def _day_of(self, sample: int) -> date:
        return self.days[self.order.index(sample)]

    def _hour(self, step: Step) -> time:
        """When somebody ticks this step: shortly before its window ends, else at the end of the working day."""
        before = [hour for hour in self.HOURS if step.due and hour < step.due]
        return before[-1] if before else self.HOURS[-1]

    def _readings(self, n: int, age: int) -> Iterator[tuple[str, str, str, Cell]]:
        if age not in DAYS or (n, age) in ((2, 4), (5, 1)):  # two readings were missed
            return
        sample, share = self.samples[n], _GROWTH[age - 1]
        for platform, factor in ((INSTAGRAM, 1.0), (TIKTOK, _TIKTOK)):
            reach = sample.reach * factor * share
            values: dict[str, Cell] = {
                Cols.VIEWERS_VIDEO: round(reach),
                Cols.LIKES: round(reach * (0.11 + 0.01 * (n % 3))),
                Cols.VIEWERS_LIVE: round(sample.reach * 0.21),
                Cols.COMMENTS: round(reach * 0.012),
                Cols.SHARES: round(reach * 0.006),
                Cols.SAVES: round(reach * 0.015),
            }
            if platform == TIKTOK and reach > 2000:  # as the app shows it, as people copy it
                values[Cols.VIEWERS_VIDEO] = f"{reach / 1000:.1f} rb".replace(".", ",")
            needed = needed_figures(sample.format, platform, age)
            key = f"{self.codes[n]}/{platform_of(platform).code}/{age}"
            for header, value in values.items():
                if header in needed or header in (Cols.COMMENTS, Cols.SHARES, Cols.SAVES):
                    yield Tabs.READINGS, key, header, value

    def _meeting(self, n: int, today: date) -> Iterator[tuple[str, str, str, Cell]]:
        held = next((m for m in office.MEETINGS if m[0] == self.order[n]), None)
        if held is None or today != self.days[n] + timedelta(days=4):
            return
        headers = (Cols.PLACE, Cols.CHAIR, Cols.NOTE_TAKER, Cols.ATTENDEES, Cols.RESULT, Cols.DECISION)
        for header, value in zip(headers, held[1:], strict=True):
            if value:
                yield Tabs.MEETINGS, self.codes[n], header, value

    def _written(self, now: datetime) -> Iterator[tuple[str, dict[str, Cell]]]:
        """Rows that people add of their own."""
        today = now.date()
        if now.time() != self.HOURS[-1]:
            return
        for n, after, source, asker, text, answer, later, by in office.QUESTIONS:
            asked = self._day_of(n) + timedelta(days=after)
            if today == asked + timedelta(days=later or 0):
                yield (
                    Tabs.QUESTIONS,
                    {
                        Cols.DATE: _day(asked),
                        Cols.SOURCE: source,
                        Cols.ASKER: asker,
                        Cols.QUESTION: text,
                        Cols.ANSWER: answer or None,
                        Cols.ANSWERED_BY: by or None,
                    },
                )
        for n, after, source, kind, said in office.FEEDBACK:
            day = self._day_of(n) + timedelta(days=after)
            if today == day:
                yield (
                    Tabs.FEEDBACK,
                    {Cols.DATE: _day(day), Cols.SOURCE: source, Cols.FEEDBACK_KIND: kind, Cols.TEXT: said},
                )
        for n, task, who, days, done in office.ACTIONS:
            decided = self._day_of(n) + timedelta(days=4)
            if today == decided + timedelta(days=done or 0):
                yield (
                    Tabs.ACTIONS,
                    {
                        Cols.TASK: task,
                        Cols.ASSIGNEE: who,
                        Cols.DUE: _day(decided + timedelta(days=days)),
                        Cols.DONE: TICK if done is not None else None,
                    },
                )

    def _append(self, tab: str, values: dict[str, Cell]) -> None:
        snapshot = recognise(self._workbook.read())
        table = snapshot.tables[tab]
        sheet = self._workbook.tabs[table.id]
        for header, value in values.items():
            sheet.set(table.last_row + 1, table.columns[header] + 1, value)
        self._workbook.touch()

    def _set(self, snapshot: Snapshot, tab: str, key: str, header: str, value: Cell) -> None:
        table = snapshot.tables[tab]
        row = next((r for r in table.rows if r.cells.get(Cols.CODE) == key), None)
        if row is not None and header not in row.cells:
            self._workbook.tabs[table.id].set(row.number, table.columns[header] + 1, value)
            self._workbook.touch()

"""Reading ``sop.toml``: every mistake in it at once, each with its place and remedy."""

from collections.abc import Sequence
from datetime import time
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from halokop_sheets.core.office.procedure import Procedure, Step
from halokop_sheets.core.office.readings import DAYS
from halokop_sheets.core.sheet.schema import TABS, Owner
from halokop_sheets.core.terms import FORMATS, LINK, ROLES, STAGES, Tabs
from halokop_sheets.errors import SettingsError
from halokop_sheets.resources import folder
from halokop_sheets.settings import ClockTime, Settings
from halokop_sheets.toml_errors import read_toml, remedy

_PARTS = tuple(dict.fromkeys(part for format_ in FORMATS for part in format_.split(" + ")))  # of a Bentuk
_PEOPLES = (c.header for c in TABS[Tabs.SCHEDULE].columns if c.owner is Owner.TEAM)
_EVIDENCE = tuple(dict.fromkeys(LINK if h.startswith(f"{LINK} ") else h for h in _PEOPLES))


def _one_of(words: Sequence[str]) -> AfterValidator:
    def check(value: str) -> str:
        if value not in words:
            raise ValueError(f"must be one of {', '.join(words)}")
        return value

    return AfterValidator(check)


class _StepFile(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    number: int = Field(ge=1, le=99)
    stage: Annotated[str, _one_of(STAGES)]
    title: str = Field(min_length=1, max_length=120)
    roles: list[Annotated[str, _one_of(ROLES)]] = Field(min_length=1)
    party: str = ""
    place: str = ""
    tools: str = ""
    day: int = Field(ge=-60, le=30)
    due: ClockTime | None = None
    start: ClockTime | None = None
    start_day: int | None = Field(None, ge=-60, le=30)
    meeting: bool = False
    needs: list[Annotated[str, _one_of(_PARTS)]] = []
    done_when: Literal["", "link", "readings", "attendees", "result"] = ""
    evidence: list[Annotated[str, _one_of(_EVIDENCE)]] = []
    asks: Literal["", "readings", "questions"] = ""
    guest: bool = False
    alert_after: int | None = Field(None, ge=0, le=600)

    def step(self) -> Step:
        fields = self.model_dump()
        fields["roles"] = tuple(self.roles)
        fields["needs"] = tuple(self.needs)
        fields["evidence"] = tuple(self.evidence)
        fields["party"] = self.party or " dan ".join(self.roles)
        return Step(**fields)


class _SopFile(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    step: list[_StepFile] = Field(min_length=1)


def _known_keys(place: tuple[str, ...]) -> list[str]:
    return sorted(_StepFile.model_fields if len(place) > 1 else _SopFile.model_fields)


def _minutes(at: time) -> int:
    return at.hour * 60 + at.minute


def _logic_problems(steps: list[_StepFile]) -> list[str]:
    found: list[str] = []
    seen: dict[int, int] = {}
    for place, step in enumerate(steps, start=1):
        where = f"step {place}"
        if step.number in seen:
            found.append(f"{where}: number: {step.number} is step {seen[step.number]}'s; give each step its own")
        seen.setdefault(step.number, place)
        start_day = step.day if step.start_day is None else step.start_day
        if start_day > step.day:
            found.append(f"{where}: start_day: is after day; a window opens before it ends")
        if step.start and step.due and start_day == step.day and step.start >= step.due:
            found.append(f"{where}: start: {step.start:%H:%M} is not before due {step.due:%H:%M}")
        if step.alert_after is not None and step.due and _minutes(step.due) + step.alert_after >= 24 * 60:
            found.append(f"{where}: alert_after: would fall on the next day, when it helps nobody; make it shorter")
        if "readings" in (step.asks, step.done_when) and (start_day, step.day) != (DAYS[0], DAYS[-1]):
            found.append(f"{where}: start_day, day: readings are taken from H+{DAYS[0]} to H+{DAYS[-1]}; write those")
    return found


def parse_procedure(text: str, source: str) -> Procedure:
    """The procedure of a ``sop.toml``. Raises :class:`SettingsError` with every mistake."""
    try:
        parsed = _SopFile.model_validate(read_toml(text, source))
    except ValidationError as error:
        problems = []
        for one in error.errors():
            place = tuple(str(part + 1 if isinstance(part, int) else part) for part in one["loc"])
            problems.append(f"{source}: {'.'.join(place)}: {remedy(one, _known_keys(place[:-1]))}")
        raise SettingsError(problems) from None
    if problems := _logic_problems(parsed.step):
        raise SettingsError([f"{source}: {problem}" for problem in problems])
    order = {stage: n for n, stage in enumerate(STAGES)}
    return Procedure(tuple(s.step() for s in sorted(parsed.step, key=lambda s: (order[s.stage], s.number))))


def load_procedure(settings: Settings) -> Procedure:
    """The procedure that the settings name, else the packaged one."""
    custom = settings.program.sop_file
    file: Path = settings.path(custom) if custom else folder("config") / "sop.toml"
    try:
        return parse_procedure(file.read_text(encoding="utf-8-sig"), str(file))
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError([f"{file}: cannot be read: {error}"]) from None

"""Settings: shape first, then logic; unknown keys refused; every mistake told at once, with its place and remedy."""

from collections.abc import Mapping
from datetime import time
from email.utils import parseaddr
from pathlib import Path
from typing import Any, Literal
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field, ValidationError, ValidationInfo, field_validator

from halokop_sheets.clock_time import ClockTime as ClockTime
from halokop_sheets.core.calendar import LAST_HOUR
from halokop_sheets.core.terms import DEFAULT_PLATFORMS, PLATFORMS, platform_of
from halokop_sheets.errors import SettingsError
from halokop_sheets.renamed_settings import RENAMED, rename
from halokop_sheets.toml_errors import read_text, read_toml, remedy

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


Weekday = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, populate_by_name=True)


class ProgramSettings(_Section):
    name: str = Field("HALO KOP-UKM", min_length=1, max_length=80)
    timezone: str = "Asia/Jakarta"
    publish_weekday: Weekday = "sunday"
    horizon_weeks: int = Field(8, ge=1, le=60)
    steps_ahead_days: int = Field(21, ge=0, le=120)
    close_after_days: int = Field(7, ge=0, le=60)
    theme_rule: Literal["iso-week", "week-of-month"] = "iso-week"
    platforms: list[str] = Field(list(DEFAULT_PLATFORMS), min_length=1)
    sop_file: str = ""
    templates_dir: str = ""

    @field_validator("platforms")
    @classmethod
    def _platforms(cls, value: list[str]) -> list[str]:
        for name in value:
            known = next((k for k in PLATFORMS if k.casefold() == name.strip().casefold()), name)
            if known != name:
                raise ValueError(f'write "{known}"')
        codes = [platform_of(name).code for name in value]
        if len(set(codes)) < len(codes):
            raise ValueError("two of these are alike in their first three letters; the sheet could not tell them apart")
        return value

    @field_validator("timezone")
    @classmethod
    def _known_zone(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (KeyError, ValueError, OSError):
            raise ValueError('not a time zone; write a name such as "Asia/Jakarta"') from None
        return value


class WorkbookSettings(_Section):
    kind: Literal["xlsx", "google"] = "xlsx"
    path: str = "halokop.xlsx"
    locked_hours: int = Field(8, ge=1, le=240)
    spreadsheet_id: str = ""
    url: str = Field("", pattern=r"^(https?://\S+)?$")


class GoogleSettings(_Section):
    credentials_file: str = ""
    api_url: str = "https://sheets.googleapis.com"


class SmtpSettings(_Section):
    host: str = ""
    port: int = Field(587, ge=1, le=65535)
    security: Literal["starttls", "tls", "none"] = "starttls"
    username: str = ""


class MailSettings(_Section):
    transport: Literal["outbox", "smtp"] = "outbox"
    outbox_dir: str = "outbox"
    sender: str = Field("HALO KOP-UKM <halokop@example.go.id>", alias="from")
    reply_to: str = ""
    allowed_domains: list[str] = ["example.go.id"]
    allowed_addresses: list[str] = []
    admin: str = "admin@example.go.id"
    max_per_day: int = Field(500, ge=1)
    max_per_person_per_day: int = Field(8, ge=1)
    max_changes_per_person_per_day: int = Field(3, ge=1)
    max_new_people_per_day: int = Field(20, ge=1)
    smtp: SmtpSettings = SmtpSettings()
    programme: str = Field("", exclude=True)  # which of many in one process; no setting

    @field_validator("sender", "admin", "reply_to")
    @classmethod
    def _has_address(cls, value: str, info: ValidationInfo) -> str:
        if parseaddr(value)[1].count("@") != 1 and (value or info.field_name != "reply_to"):
            raise ValueError('write an address such as "halokop@example.go.id"')
        return value


class ReminderSettings(_Section):
    digest_at: ClockTime = time(7, 0)
    lead_days: int = Field(3, ge=0, le=30)
    escalate_after_working_days: int = Field(2, ge=1, le=30)


class EvaluationSettings(_Section):
    weekday: Weekday = "thursday"
    tab_at: ClockTime = time(7, 0)
    meeting_at: ClockTime = time(9, 0)


class ReportSettings(_Section):
    letterhead: list[str] = []
    document_number: str = ""
    revision: str = ""
    date: str = ""
    signer_title: str = ""
    signer_name: str = ""
    signer_nip: str = ""


class ReadingsSettings(_Section):
    folder: str = ""
    headers_file: str = ""
    instagram_token_file: str = ""
    instagram_version: str = Field("v25.0", pattern=r"^v\d{1,3}\.\d$")
    instagram_url: str = "https://graph.instagram.com"
    ask_at: ClockTime = time(6, 30)
    seconds: int = Field(20, ge=1, le=120)


class StateSettings(_Section):
    dir: str = "state"
    readable_by: Literal["owner", "group"] = "owner"


class DaemonSettings(_Section):
    every_minutes: int = Field(5, ge=1, le=60)
    ping_url: str = ""

    @field_validator("ping_url")
    @classmethod
    def _web_address(cls, value: str) -> str:
        if value and not value.startswith(("https://", "http://")):  # file: would be opened as such
            raise ValueError("write a whole address, as https://hc-ping.example/1234")
        return value


class ProgrammesSettings(_Section):
    """Of a process that serves many programmes; they stand in ``defaults.toml`` and hold for all of them."""

    data_dir: str = ""
    threads: int = Field(4, ge=1, le=64)
    mail_threads: int = Field(8, ge=1, le=200)
    tick_seconds: int = Field(120, ge=30, le=900)
    account_requests_per_minute: int = Field(60, ge=1)
    project_requests_per_minute: int = Field(300, ge=1)
    credentials_files: list[str] = []
    shards: int = Field(1, ge=1, le=1000)
    metrics_file: str = ""


class OverviewSettings(_Section):
    spreadsheet_id: str = ""


class Settings(_Section):
    """All settings; every one has a default. ``base`` is the folder that relative paths start from."""

    program: ProgramSettings = ProgramSettings()
    workbook: WorkbookSettings = WorkbookSettings()
    google: GoogleSettings = GoogleSettings()
    mail: MailSettings = MailSettings()
    reminders: ReminderSettings = ReminderSettings()
    evaluation: EvaluationSettings = EvaluationSettings()
    report: ReportSettings = ReportSettings()
    readings: ReadingsSettings = ReadingsSettings()
    state: StateSettings = StateSettings()
    daemon: DaemonSettings = DaemonSettings()
    programmes: ProgrammesSettings = ProgrammesSettings()
    overview: OverviewSettings = OverviewSettings()
    base: Path = Field(default=Path(), exclude=True)
    renamed: tuple[str, ...] = Field(default=(), exclude=True)  # keys that the file names as an older release did

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.program.timezone)

    def path(self, value: str) -> Path:
        """A path of the settings file, relative to that file's folder."""
        return self.base / Path(value).expanduser()

    @property
    def workbook_file(self) -> Path | None:
        """The workbook's file; None where it is no file of this machine."""
        return self.path(self.workbook.path) if self.workbook.kind == "xlsx" else None

    @property
    def workbook_place(self) -> str:
        """The workbook as somebody can find it: a file's path, a spreadsheet's id."""
        return str(self.workbook_file.resolve()) if self.workbook_file else self.workbook.spreadsheet_id


def _known_keys(place: tuple[str | int, ...]) -> list[str]:
    model: type[BaseModel] = Settings
    for part in place:
        inner = model.model_fields.get(str(part))
        if inner is None or not (isinstance(inner.annotation, type) and issubclass(inner.annotation, BaseModel)):
            return []
        model = inner.annotation
    return sorted(f.alias or name for name, f in model.model_fields.items() if not f.exclude)


def _logic_problems(settings: Settings) -> list[str]:
    """Mistakes that only show when several settings are looked at together."""
    found: list[str] = []
    if settings.workbook.kind == "google" and not settings.workbook.spreadsheet_id:
        found.append('workbook.spreadsheet_id: needed for kind = "google"; copy it from the sheet\'s address')
    if settings.workbook.kind == "xlsx" and not settings.workbook.path.lower().endswith(".xlsx"):
        found.append("workbook.path: must end in .xlsx; save another kind of file as .xlsx first")
    if settings.reminders.digest_at >= LAST_HOUR:
        found.append(f"reminders.digest_at: must be before {LAST_HOUR:%H:%M}; later no digest goes out")
    if settings.mail.transport == "smtp" and not settings.mail.smtp.host:
        found.append('mail.smtp.host: needed for transport = "smtp"; write your mail server\'s name')
    if settings.mail.smtp.username and settings.mail.smtp.security == "none":
        found.append('mail.smtp.security: a password is never sent without encryption; use "starttls" or "tls"')
    if settings.program.sop_file and not settings.path(settings.program.sop_file).is_file():
        found.append(f"program.sop_file: no such file: {settings.path(settings.program.sop_file)}")
    if settings.program.templates_dir and not settings.path(settings.program.templates_dir).is_dir():
        found.append(f"program.templates_dir: no such folder: {settings.path(settings.program.templates_dir)}")
    return found


def parse_settings(text: str, base: Path, source: str = "settings", names: Mapping[str, str] = RENAMED) -> Settings:
    """Settings from TOML text. Raises :class:`SettingsError` with every mistake, each with place and remedy."""
    return parse_table(read_toml(text, source), base, source, names=names)


def parse_table(
    table: dict[str, Any], base: Path, source: str, *, whole: bool = True, names: Mapping[str, str] = RENAMED
) -> Settings:
    """Settings from TOML that was read; like :func:`parse_settings`. Not ``whole``: what is missing comes from another
    file, so nothing is said of settings that only together are wrong."""
    if taken := sorted({"base", "renamed"} & table.keys()):
        raise SettingsError([f"{source}: {key}: unknown key; remove it" for key in taken])
    ours = {"base": base, "renamed": rename(data := dict(table), source, names)}
    try:
        settings = Settings.model_validate({**data, **ours})
    except ValidationError as error:
        problems = []
        for one in error.errors():
            place = tuple(str(part) for part in one["loc"])
            problems.append(f"{source}: {'.'.join(place)}: {remedy(one, _known_keys(place[:-1]))}")
        raise SettingsError(problems) from None
    if whole and (problems := _logic_problems(settings)):
        raise SettingsError([f"{source}: {problem}" for problem in problems])
    return settings


def load_settings(file: Path) -> Settings:
    """Settings of a file; its folder is where relative paths start."""
    return parse_settings(read_text(file), file.resolve().parent, str(file))

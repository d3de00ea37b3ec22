"""The names of figures in exported files and in Instagram's API, from ``config/readings.toml``.

An office's own file (``readings.headers_file``) adds to the packaged one: names to an export of the same name, or an
export of its own. Every mistake is told at once, each with its place and remedy.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from halokop_sheets.core.terms import PLATFORMS, Cols
from halokop_sheets.errors import SettingsError
from halokop_sheets.resources import folder
from halokop_sheets.toml_errors import read_toml, remedy

FIGURES = {
    "viewers": Cols.VIEWERS_VIDEO,
    "likes": Cols.LIKES,
    "comments": Cols.COMMENTS,
    "shares": Cols.SHARES,
    "saves": Cols.SAVES,
}
Figure = Literal["viewers", "likes", "comments", "shares", "saves"]
_INVISIBLE = re.compile("[\ufeff\u200b-\u200f\u202a-\u202e\u2060-\u2069]")  # marks that spreadsheets and apps leave


class _ExportFile(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    name: str = Field(min_length=1, max_length=60)
    platform: str | None = None
    dates: Literal["month/day", "day/month"] | None = None
    link: list[str] = []
    day: list[str] = []
    viewers: list[str] = []
    likes: list[str] = []
    comments: list[str] = []
    shares: list[str] = []
    saves: list[str] = []


class _InstagramFile(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    viewers: str | None = None
    likes: str | None = None
    comments: str | None = None
    shares: str | None = None
    saves: str | None = None
    kinds: dict[str, list[Figure]] = {}


class _HeadersFile(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    export: list[_ExportFile] = []
    instagram: _InstagramFile = _InstagramFile()


@dataclass(frozen=True)
class Export:
    """A kind of exported file. ``columns``: what a title means, by the title as :func:`plain_title` compares it."""

    name: str
    platform: str
    month_first: bool
    columns: Mapping[str, str]  # to "link", "day" or a column's header in Metrik


@dataclass(frozen=True)
class Metrics:
    """Instagram's names of the figures, and which are asked of which kind of media."""

    names: Mapping[str, str]  # by header in Metrik
    kinds: Mapping[str, tuple[str, ...]]  # headers by media_product_type

    def of(self, kind: str) -> dict[str, str]:
        """Headers by metric; for an unknown kind all, which are then asked one by one where that is refused."""
        wanted = self.kinds.get(kind, tuple(self.names))
        return {self.names[header]: header for header in wanted if header in self.names}


@dataclass(frozen=True)
class Headers:
    """The whole table."""

    exports: tuple[Export, ...]
    metrics: Metrics


def plain_title(title: str) -> str:
    """A title as it compares."""
    return " ".join(_INVISIBLE.sub("", title).split()).strip("\"' ").casefold()


def load_headers(own: Path | None) -> Headers:
    """The packaged table, with the office's own file added. Raises ``SettingsError`` with every mistake."""
    files = [folder("config") / "readings.toml", *([own] if own else [])]
    tables = []
    for file in files:
        try:
            tables.append(_parse(file.read_text(encoding="utf-8-sig"), str(file)))
        except (OSError, UnicodeDecodeError) as error:
            raise SettingsError([f"{file}: cannot be read: {error}"]) from None
    return _merge(tables, str(files[-1]))


def _parse(text: str, source: str) -> _HeadersFile:
    try:
        return _HeadersFile.model_validate(read_toml(text, source))
    except ValidationError as error:
        problems = []
        for one in error.errors():
            place = tuple(str(part + 1 if isinstance(part, int) else part) for part in one["loc"])
            problems.append(f"{source}: {'.'.join(place)}: {remedy(one, _known_keys(place))}")
        raise SettingsError(problems) from None


def _known_keys(place: Sequence[str]) -> list[str]:
    inner: dict[str, type[BaseModel]] = {"export": _ExportFile, "instagram": _InstagramFile}
    return sorted(inner.get(place[0], _HeadersFile).model_fields)


def _merge(tables: Sequence[_HeadersFile], source: str) -> Headers:
    exports: dict[str, dict[str, Any]] = {}
    names: dict[str, str] = {}
    kinds: dict[str, tuple[str, ...]] = {}
    for table in tables:
        for one in table.export:
            known = exports.setdefault(one.name, {"columns": {}, "month_first": False})
            known["platform"] = one.platform or known.get("platform")
            if one.dates:
                known["month_first"] = one.dates == "month/day"
            for field in ("link", "day", *FIGURES):
                known["columns"] |= {plain_title(title): FIGURES.get(field, field) for title in getattr(one, field)}
        given = table.instagram
        names |= {FIGURES[figure]: metric for figure in FIGURES if (metric := getattr(given, figure))}
        kinds |= {kind: tuple(FIGURES[one] for one in figures) for kind, figures in given.kinds.items()}
    problems = [
        f"{source}: export {name}: {what}"
        for name, known in exports.items()
        for what in _lacks(known["platform"], known["columns"])
    ]
    if problems:
        raise SettingsError(problems)
    made = (Export(name, known["platform"], known["month_first"], known["columns"]) for name, known in exports.items())
    return Headers(tuple(made), Metrics(names, kinds))


def _lacks(platform: str | None, columns: Mapping[str, str]) -> list[str]:
    meanings = set(columns.values())
    known = [name for name, one in PLATFORMS.items() if one.post]
    found = [] if platform in known else [f"platform must be one of {', '.join(known)}"]
    if "link" not in meanings:
        found.append("link is missing; name the column that holds the post's address")
    if not meanings & set(FIGURES.values()):
        found.append("it names no column of figures; add viewers or likes")
    return found

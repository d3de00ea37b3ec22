"""Mistakes in a TOML file in words for the person who wrote it: what to write instead, and the line."""

import re
import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from halokop_sheets.errors import SettingsError

_TYPES = {
    "list": 'a list such as ["...", "..."]',
    "int": "a number without quotes",
    "time": 'a time of day in quotes, "07:00"',
    "model": "a section of its own, with its name in brackets",
    "string": 'a text in quotes, "like this"',
}


def remedy(error: Any, known: Sequence[str]) -> str:
    """One of pydantic's errors as a sentence that says what to write; ``known``: the keys of that place."""
    kind, context = error["type"], error.get("ctx", {})
    if kind == "extra_forbidden":
        return f"unknown key; known here: {', '.join(known)}"
    if kind == "missing":
        return "is missing; add it"
    if kind == "literal_error":
        return f"must be one of {context['expected']}"
    if kind.endswith("_type"):
        wanted = _TYPES.get(kind.removesuffix("_type"), kind.removesuffix("_type").replace("_", " "))
        return f"must be {wanted}, not {error['input']!r}"
    return str(error["msg"]).removeprefix("Value error, ") + f" (found {error['input']!r})"


def read_toml(text: str, source: str) -> dict[str, Any]:
    """The text as TOML. Raises ``SettingsError`` with the place and the line where it is none."""
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        found = re.search(r"at line (\d+)", str(error))
        line = [text.split("\n")[int(found[1]) - 1].strip()[:80]] if found else []
        raise SettingsError([": ".join([source, f"not valid TOML: {error}", *line])]) from None


def read_text(file: Path) -> str:
    """The text of a settings file. Raises :class:`SettingsError` where there is none."""
    try:
        return file.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise SettingsError([f"{file}: no such settings file; name one with -c FILE or HALOKOP_CONFIG"]) from None
    except OSError as error:
        hint = "; name the settings file in it" if file.is_dir() else ""
        raise SettingsError([f"{file}: cannot be read: {error.strerror}{hint}"]) from None
    except UnicodeDecodeError as error:
        raise SettingsError([f"{file}: cannot be read: {error}"]) from None

"""Settings that a release renamed: the old name is taken once more and told, so that no office stops at an upgrade."""

from collections.abc import Mapping
from functools import reduce
from typing import Any

from halokop_sheets.errors import SettingsError

RENAMED: Mapping[str, str] = {}
"""Keys of the release before and what they are called now, as ``"mail.sender": "mail.from"``. Taken for one release."""


def rename(data: dict[str, Any], source: str, names: Mapping[str, str]) -> tuple[str, ...]:
    """Put the values of older names where they belong now; says so, a line for each. Changes ``data``."""
    told = []
    for old, new in names.items():
        *old_place, old_key = old.split(".")
        *new_place, new_key = new.split(".")
        holder = reduce(lambda place, key: place.get(key, {}) if isinstance(place, dict) else {}, old_place, data)
        if not isinstance(holder, dict) or old_key not in holder:
            continue
        target = reduce(lambda place, key: place.setdefault(key, {}), new_place, data)
        if new_key in target:
            raise SettingsError([f"{source}: {old}: is called {new} now, which is there too; remove {old}"])
        target[new_key] = holder.pop(old_key)
        told.append(f"{source}: {old} is called {new} now; rename it there: the next release refuses it")
    return tuple(told)

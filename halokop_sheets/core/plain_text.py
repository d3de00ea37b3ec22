"""What people typed, made fit for mails and documents: plain values whose texts hold nothing that cannot be seen."""

from collections.abc import Callable, Mapping
from typing import Any

UNSEEN = "\x00-\x08\x0b-\x1f\x7f-\x9f\u200b\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff"
"""Inside a regular expression's brackets: controls, what turns text around, halves of characters."""


def each_text(value: Any, change: Callable[[str], str]) -> Any:
    """Plain values (mappings, lists, texts, numbers) with every text changed; keys stay."""
    if isinstance(value, str):
        return change(value)
    if isinstance(value, Mapping):
        return {key: each_text(one, change) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [each_text(one, change) for one in value]
    return value

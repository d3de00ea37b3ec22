"""Bodies, answers and field masks against Google's own discovery document; an unknown name is a 400 in its words."""

import json
import re
from functools import cache
from importlib.resources import files
from typing import Any

Mask = dict[str, Any]  # field -> mask of what is in it; empty: everything


class BadRequestError(Exception):
    """Google's refusal: HTTP status, status word and message."""

    def __init__(self, message: str, code: int = 400, status: str = "INVALID_ARGUMENT") -> None:
        super().__init__(message)
        self.code, self.status, self.message = code, status, message


@cache
def schemas() -> dict[str, Any]:
    document = files("googleapiclient") / "discovery_cache" / "documents" / "sheets.v4.json"
    return json.loads(document.read_text(encoding="utf-8"))["schemas"]


def _snake(name: str) -> str:
    return re.sub(r"(?<=[a-z])([A-Z])", lambda m: "_" + m[1].lower(), name)


def check(name: str, value: Any, at: str = "", few_rows: bool = False) -> None:
    """``value`` against the schema ``name``. ``few_rows``: of long row data look at the first rows only."""
    if not isinstance(value, dict):
        raise BadRequestError(f"Invalid value at '{at}' ({name}), {json.dumps(value)[:60]}")
    properties = schemas()[name]["properties"]
    for key, inner in value.items():
        path = f"{at}.{_snake(key)}" if at else _snake(key)
        if key not in properties:
            where = f" at '{at}'" if at else ""
            raise BadRequestError(f'Invalid JSON payload received. Unknown name "{key}"{where}: Cannot find field.')
        _check(properties[key], inner, path, few_rows)
    if name == "Request" and len(value) != 1:
        raise BadRequestError(f"Invalid value at '{at}' (oneof), oneof field 'kind' is already set or empty.")


def _check(spec: dict[str, Any], value: Any, at: str, few_rows: bool) -> None:
    if "$ref" in spec:
        return check(spec["$ref"], value, at, few_rows)
    kind = spec.get("type")
    if kind == "array":
        if not isinstance(value, list):
            raise BadRequestError(f"Invalid value at '{at}' (array), {json.dumps(value)[:60]}")
        for n, item in enumerate(value[:40] if few_rows and at.endswith("row_data") else value):
            _check(spec["items"], item, f"{at}[{n}]", few_rows)
        return None
    right = {
        "string": isinstance(value, str),
        "boolean": isinstance(value, bool),
        "integer": isinstance(value, int) and not isinstance(value, bool) and -(2**31) <= value < 2**31,
        "number": isinstance(value, int | float) and not isinstance(value, bool),
        "object": isinstance(value, dict),
    }[kind]
    if not right or ("enum" in spec and value not in spec["enum"]):
        raise BadRequestError(f"Invalid value at '{at}' ({spec.get('format', kind)}), {json.dumps(value)[:60]}")
    return None


def parse_mask(text: str) -> Mask:
    """``a.b,c(d,e)`` as a tree."""
    tokens = re.findall(r"[\w*]+|[.,()]", text)
    if "".join(tokens) != text.replace(" ", "") or not tokens:
        raise BadRequestError(f"Invalid field selection {text}")

    def group(at: int) -> tuple[Mask, int]:
        made: Mask = {}
        while at < len(tokens):
            node = made
            while True:
                node = node.setdefault(tokens[at], {})
                at += 1
                if at < len(tokens) and tokens[at] == ".":
                    at += 1
                    continue
                break
            if at < len(tokens) and tokens[at] == "(":
                inner, at = group(at + 1)
                node.update(inner)
                at += 1
            if at < len(tokens) and tokens[at] == ",":
                at += 1
                continue
            break
        return made, at

    return group(0)[0]


def check_mask(name: str, mask: Mask) -> None:
    """Every field of a mask must be one of the schema."""
    properties = schemas()[name]["properties"]
    for key, inner in mask.items():
        if key == "*":
            continue
        if key not in properties:
            raise BadRequestError(f"Invalid field selection {key}")
        spec = properties[key].get("items", properties[key])
        if inner:
            if "$ref" not in spec:
                raise BadRequestError(f"Invalid field selection {next(iter(inner))}")
            check_mask(spec["$ref"], inner)


def masked(value: Any, mask: Mask) -> Any:
    """What a field mask leaves of a value."""
    if not mask or "*" in mask:
        return value
    if isinstance(value, list):
        return [masked(item, mask) for item in value]
    return {key: masked(value[key], inner) for key, inner in mask.items() if key in value}

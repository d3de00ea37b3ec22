"""Looks and lists as the Sheets API spells them: cell formats from ``layout.STYLES``, validation, rules, equality.

Google keeps 8 bits a colour channel, leaves out what is the default and returns colours in an old and a new field:
:func:`same_format` compares with that in mind, or ``init`` would never settle.
"""

from collections.abc import Callable, Mapping
from typing import Any

from halokop_sheets.core.sheet.layout import LINE, STYLES, Style
from halokop_sheets.core.sheet.page import column_letters
from halokop_sheets.core.sheet.schema import Column, Kind
from halokop_sheets.workbooks.google.cell_data import number_format, quoted_title
from halokop_sheets.workbooks.google.client import Json

ListPlace = Callable[[str, str], tuple[str, int, int] | None]  # tab name, header -> title, header row, 0-based column
_ALIGN = {"left": "LEFT", "center": "CENTER", "right": "RIGHT"}
_VALIGN = {"top": "TOP", "center": "MIDDLE"}
_SIDES = ("top", "bottom", "left", "right")


def color(rrggbb: str) -> Json:
    """A colour as fractions of 255."""
    parts = (int(rrggbb[i : i + 2], 16) / 255 for i in (0, 2, 4))
    return {"rgbColor": dict(zip(("red", "green", "blue"), parts, strict=True))}


def cell_format(style: Style) -> Json:
    text: Json = {"bold": style.bold, "italic": style.italic, "fontSize": style.size}
    if style.color:
        text["foregroundColorStyle"] = color(style.color)
    made: Json = {
        "horizontalAlignment": _ALIGN[style.align],
        "verticalAlignment": _VALIGN[style.valign],
        "wrapStrategy": "WRAP" if style.wrap else "OVERFLOW_CELL",
        "textFormat": text,
    }
    if style.fill:
        made["backgroundColorStyle"] = color(style.fill)
    if style.border:
        line = {"style": "SOLID", "colorStyle": color(LINE)}
        made["borders"] = dict.fromkeys(_SIDES if style.border == "thin" else ("bottom",), line)
    if found := number_format(style.format):
        made["numberFormat"] = found
    return made


def rule_format(style: str) -> Json:
    """The part of a style that conditional formatting can apply."""
    look = STYLES[style]
    text: Json = {"bold": look.bold, "italic": look.italic}
    if look.color:
        text["foregroundColorStyle"] = color(look.color)
    made: Json = {"textFormat": text}
    if look.fill:
        made["backgroundColorStyle"] = color(look.fill)
    return made


def validation(column: Column, place: ListPlace) -> Json | None:
    """The column's list or tick box: it warns, it never rejects."""
    if column.kind is Kind.TICK:
        return {"condition": {"type": "BOOLEAN"}, "strict": False, "showCustomUi": True}
    if column.choices:
        values = [{"userEnteredValue": choice} for choice in column.choices]
        return {"condition": {"type": "ONE_OF_LIST", "values": values}, "strict": False, "showCustomUi": True}
    if column.choices_from and (found := place(*column.choices_from)):
        title, header_row, at = found
        letters = column_letters(at + 1)
        source = f"={quoted_title(title)}!${letters}${header_row + 1}:${letters}"
        condition = {"type": "ONE_OF_RANGE", "values": [{"userEnteredValue": source}]}
        return {"condition": condition, "strict": False, "showCustomUi": True}
    return None


def same_validation(have: Json | None, want: Json) -> bool:
    """Whether a cell's rule is ours. A range may come back bounded and without quotes."""
    if not have or have.get("strict"):
        return False
    ours, theirs = want["condition"], have.get("condition", {})
    return theirs.get("type") == ours["type"] and _values(theirs) == _values(ours)


def _values(condition: Json) -> list[str]:
    values = [str(value.get("userEnteredValue", "")) for value in condition.get("values", ())]
    if condition.get("type") == "ONE_OF_RANGE":
        return [value.replace("'", "").split(":")[0].casefold() for value in values]
    return values


def _rgb(style: Mapping[str, Any], name: str) -> tuple[int, ...]:
    found = style.get(f"{name}Style", {}).get("rgbColor") or style.get(name) or {}
    default = 255 if name == "backgroundColor" and not found else 0
    return tuple(round(255 * found.get(part, default / 255)) for part in ("red", "green", "blue"))


def same_format(have: Json, want: Json) -> bool:
    """Whether a format read back shows what ``want`` asks for; what it does not ask for does not count."""
    texts = have.get("textFormat", {}), want.get("textFormat", {})
    plain = ("horizontalAlignment", "verticalAlignment", "wrapStrategy", "numberFormat")
    return (
        all(have.get(name) == want[name] for name in plain if name in want)
        and ("backgroundColorStyle" not in want or _rgb(have, "backgroundColor") == _rgb(want, "backgroundColor"))
        and (
            "foregroundColorStyle" not in texts[1]
            or _rgb(texts[0], "foregroundColor") == _rgb(texts[1], "foregroundColor")
        )
        and all(bool(texts[0].get(name)) == texts[1][name] for name in ("bold", "italic") if name in texts[1])
        and ("fontSize" not in texts[1] or texts[0].get("fontSize", 10) == texts[1]["fontSize"])
        and ("borders" not in want or set(have.get("borders", {})) >= set(want["borders"]))
    )


def pixels(characters: int) -> int:
    """A width in pixels for so many characters of 10 point text."""
    return characters * 7 + 8

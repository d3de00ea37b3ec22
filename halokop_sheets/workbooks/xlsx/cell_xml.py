"""Cells of a sheet part as the core knows them, and back. What people or we write as text stays text."""

import re
from collections.abc import Callable, Sequence
from datetime import datetime, time, timedelta
from html import escape

from halokop_sheets.core.sheet.values import Broken, Cell, Link

MAX_TEXT = 32_767  # characters that a cell holds; counted as UTF-16, as Excel does
ERRORS = ("#NULL!", "#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!", "#N/A", "#SPILL!", "#CALC!", "#GETTING_DATA")
SHIFT_1904 = 1_462  # days between the two ways of counting
_EPOCH = datetime(1899, 12, 30)
_NOT_XML = re.compile("[^\t\n\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_READ_AS_CODE = ("=", "+", "-", "@")  # a program may take such text for a formula when the cell is edited
_ENTITY = re.compile(r"&(#x[0-9A-Fa-f]+|#\d+|lt|gt|amp|quot|apos);")
_NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"', "apos": "'"}
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_TRUTH = {"TRUE()": True, "FALSE()": False}

_DATE_CODES = {*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)}
_SPAN = re.compile(r"\[(h+|m+|s+)\]", re.IGNORECASE)
_LITERAL = re.compile(r'"[^"]*"|\\.|_.|\*.|\[(?!(?:h+|m+|s+)\])[^\]]*\]', re.IGNORECASE)
_DATE_LETTER = re.compile(r"[dmyhs]", re.IGNORECASE)


def kind_of_format(number: int, code: str) -> str:
    """What a number under this format is: ``date``, ``span`` (a duration), or empty for a plain number."""
    if number == 46 or _SPAN.search(code):
        return "span"
    if number in _DATE_CODES:
        return "date"
    return "date" if _DATE_LETTER.search(_LITERAL.sub("", code.split(";")[0].replace("General", ""))) else ""


def text_of(xml: bytes) -> str:
    """The text between two tags, as a reader of XML and of Excel's ``_x000D_`` sees it."""
    text = xml.decode()
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    if "&" in text:
        text = _ENTITY.sub(_entity, text)
    return unescape(text)


def unescape(text: str) -> str:
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text) if "_x" in text else text


def _entity(found: re.Match[str]) -> str:
    name = found[1]
    if name[0] != "#":
        return _NAMED[name]
    return chr(int(name[2:], 16) if name[1] == "x" else int(name[1:]))


class Reader:
    """Makes values of the cells of one workbook: knows its shared texts, its formats and its way of counting days."""

    def __init__(self, texts: Sequence[str], kind_of_look: Callable[[int], str], shift: int) -> None:
        self.texts = texts
        self.kind_of_look = kind_of_look  # of a look's number
        self.shift = shift  # days to add to a date's number
        self._seen: dict[bytes, str] = {}  # a sheet says the same few words over and over

    def text(self, xml: bytes) -> str:
        """``text_of``, each text worked out and held once."""
        found = self._seen.get(xml)
        if found is None:
            found = self._seen[xml] = text_of(xml)
        return found

    def value(self, kind: bytes, look: int, value: bytes | None) -> Cell:
        """A cell without formula, or the result of one. ``value``: what stands in ``v``, or the inline text."""
        if value is None:
            return None
        if kind == b"s":
            number = int(value) if value.strip().isdigit() else -1
            return (self.texts[number] if 0 <= number < len(self.texts) else "") or None
        if kind in (b"inlineStr", b"str"):
            return self.text(value) or None
        if kind == b"b":
            return value.strip() in (b"1", b"true")
        if kind == b"e":
            return Broken(text_of(value))
        if kind == b"d":
            return _from_iso(value.decode().strip())
        return self._number(value.strip(), look)

    def formula(self, text: str, kind: bytes, look: int, value: bytes | None) -> Cell:
        """A formula as its result; ``Broken`` where the file does not hold one."""
        if (truth := _TRUTH.get(text.replace(" ", "").upper())) is not None:
            return truth
        if value is None or (value == b"" and kind != b"str"):
            return Broken(f"={text}", calculated=False)
        return self.value(kind, look, value)

    def _number(self, text: bytes, look: int) -> Cell:
        if not text:
            return None
        try:
            number = int(text) if text.lstrip(b"-").isdigit() else float(text)
        except ValueError:
            return text.decode()
        kind = self.kind_of_look(look)
        return from_number(number, kind, self.shift) if kind else number


def from_number(number: int | float, kind: str, shift: int = 0) -> Cell:
    """A number in a cell that shows dates or durations; as it is where it can be neither."""
    try:
        if kind == "span":
            return _time(number) if 0 <= number < 1 else number
        if 0 <= number < 1:
            return _time(number)
        days, part = divmod(number, 1)
        if 0 < number < 60 and not shift:
            days += 1  # Excel takes 1900 for a leap year
        return _EPOCH + timedelta(days=days + shift, milliseconds=round(part * 86_400_000))
    except (OverflowError, ValueError):
        return number


def _time(part: float) -> Cell:
    milliseconds = round(part * 86_400_000)
    return (_EPOCH + timedelta(milliseconds=milliseconds)).time() if milliseconds < 86_400_000 else part


def _from_iso(text: str) -> Cell:
    try:
        if ":" in text and "-" not in text:
            return time.fromisoformat(text)
        moment = datetime.fromisoformat(text).replace(tzinfo=None)
    except ValueError:
        return text or None
    return moment


def clean(text: str) -> str:
    """Text as a cell can hold it."""
    text = _NOT_XML.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    return text.encode("utf-16-le")[: 2 * MAX_TEXT].decode("utf-16-le", "ignore")


def reads_as_code(text: str) -> bool:
    """Whether a program may take the text for a formula or an error: the cell is marked as text then."""
    return text.startswith(_READ_AS_CODE) or text in ERRORS


def plain_value(value: Cell) -> Cell:
    """What will be read back from a cell that was given this value."""
    if isinstance(value, str | Link | Broken):
        return clean(value if isinstance(value, str) else value.text) or None
    return value


def payload(value: Cell, shift: int = 0, prefix: str = "") -> tuple[str, str]:
    """The ``t`` attribute and the content of a cell for a value that ``plain_value`` gave; blank: nothing."""
    value = plain_value(value)
    if value is None:
        return "", ""
    if isinstance(value, str):
        text = escape(_ESCAPED.sub(lambda found: f"_x005F{found[0]}", value), quote=False)
        return "inlineStr", f'<{prefix}is><{prefix}t xml:space="preserve">{text}</{prefix}t></{prefix}is>'
    kind = "b" if isinstance(value, bool) else ""
    return kind, f"<{prefix}v>{_as_number(value, shift)}</{prefix}v>"


def _as_number(value: Cell, shift: int) -> str:
    if isinstance(value, bool):
        return str(int(value))
    if isinstance(value, datetime):
        days = (value - _EPOCH) / timedelta(days=1) - shift
        return repr(int(days) if days.is_integer() else days)
    if isinstance(value, time):
        return repr((datetime.combine(_EPOCH, value) - _EPOCH) / timedelta(days=1))
    return repr(value)

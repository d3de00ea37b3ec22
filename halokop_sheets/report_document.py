"""Fields into a Word template. The office edits the template in Word, so every mistake in it is told in one sentence.

What people typed is data: jinja runs over the template alone, never over a value, and autoescape keeps it text. The
template is data too, for it is passed around: the sandbox lets it reach its values and no code behind them.
"""

import difflib
import io
import re
import struct
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import ParseError
from zipfile import BadZipFile

from defusedxml.ElementTree import fromstring
from docx.opc.exceptions import OpcError
from docx.oxml.ns import qn
from docx.shared import Mm
from docxtpl import DocxTemplate, InlineImage
from jinja2 import Environment, StrictUndefined, TemplateError, TemplateSyntaxError
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup

from halokop_sheets.core.plain_text import UNSEEN, each_text
from halokop_sheets.errors import SettingsError

BAR_WIDTH, BAR_HEIGHT = 58.0, 2.8  # millimetres of a full bar
_SHORTEST = 0.4  # what still shows in print
_INK = (0x3B, 0x5B, 0x7D)  # dark enough for a printer without colours
_UNFIT = re.compile(f"[{UNSEEN}\ufffe\uffff]+")
_TAG = re.compile(r"\{\{(?:(?!\{\{|\{%).)*?\}\}|\{%(?:(?!\{\{|\{%).)*?%\}|\{#.*?#\}")
_BRACES = re.compile(r"\{[{%#]|[}%#]\}")


def fit(value: Any) -> Any:
    """Data fit for a document: lines stay lines, what XML cannot hold or what turns text around is left out."""
    return each_text(value, lambda text: _UNFIT.sub("", text.replace("\r\n", "\n").replace("\t", " ")).strip())


class _Field(StrictUndefined):
    """A field that we do not have, told by its name and the nearest that there is."""

    @property
    def _undefined_message(self) -> str:
        if self._undefined_hint:  # what the sandbox says of a name that leads to code
            return self._undefined_hint
        name = str(self._undefined_name)
        known = self._undefined_obj if isinstance(self._undefined_obj, Mapping) else None
        near = difflib.get_close_matches(name, known or type(self).fields, 1, 0.5)
        return f'there is no field "{name}"' + (f'; did you mean "{near[0]}"?' if near else "")

    fields: tuple[str, ...] = ()  # the names at the top


class _Document(DocxTemplate):  # type: ignore[misc]
    """docxtpl mends XML that a misplaced tag broke by dropping parts of it in silence: here it is an error."""

    def fix_tables(self, xml: str) -> Any:
        fromstring(xml)
        return super().fix_tables(xml)


def render(template: Path, fields: Mapping[str, Any]) -> bytes:
    """The document. Raises ``SettingsError`` that names the field, the tag or the file that is wrong."""
    try:
        document = _Document(template)
        _check_braces(document)
        document.render(fit(fields), _environment(document, fields))
        made = io.BytesIO()
        document.save(made)
    except TemplateSyntaxError as error:
        raise SettingsError([f"{template}: broken tag{_place(error)}: {error.message}"]) from None
    except TemplateError as error:
        raise SettingsError([f"{template}: {error}{_place(error)}"]) from None
    except ParseError:
        raise SettingsError([f"{template}: a tag begins in one row or paragraph and ends in another"]) from None
    except (OpcError, BadZipFile, KeyError) as error:
        raise SettingsError([f"{template}: not a Word document (.docx): {error}"]) from None
    except (TypeError, ValueError, ArithmeticError, AttributeError, OSError) as error:
        raise SettingsError([f"{template}: cannot be used: {error}"]) from None
    return made.getvalue()


def _check_braces(document: DocxTemplate) -> None:
    """A tag that is not closed in its paragraph makes docxtpl swallow what follows in silence."""
    document.init_docx()
    parts = [document.docx.part.element]
    for uri in (document.HEADER_URI, document.FOOTER_URI):
        parts += [part.element for _, part in document.get_headers_footers(uri)]
    for part in parts:
        for paragraph in part.iter(qn("w:p")):
            text = "".join(t.text or "" for t in paragraph.iter(qn("w:t")))
            if _BRACES.search(_TAG.sub("", text)):
                raise TemplateSyntaxError(f'"{text[:80]}" has a tag that is not closed, or closed twice', 0)


def _environment(document: DocxTemplate, fields: Mapping[str, Any]) -> Environment:
    undefined = type("Field", (_Field,), {"fields": tuple(fields)})
    environment = ImmutableSandboxedEnvironment(undefined=undefined, autoescape=True)
    environment.filters["bar"] = lambda share: _bar(document, share)
    return environment


def _place(error: TemplateError) -> str:
    """The text of the template's paragraph where it went wrong, as docxtpl reports it."""
    line = getattr(error, "lineno", None)
    around = list(getattr(error, "docx_context", ()))
    if line is None or not around:
        return ""
    text = " ".join(around[min(line - 1, 3)].split())  # docxtpl gives three lines before it
    return f' at "{text[:80]}"' if text else ""


class _Bar(InlineImage):  # type: ignore[misc]
    """A picture flush with the text around it: LibreOffice leaves a gap where no distance is given."""

    def _insert_image(self) -> str:
        flush = '<wp:inline distT="0" distB="0" distL="0" distR="0" '
        return str(super()._insert_image()).replace("<wp:inline ", flush, 1)


def _bar(document: DocxTemplate, share: float) -> str:
    """A horizontal bar, as long as ``share`` of a full one: a picture of one pixel, so that its length is exact.

    The template gets its markup, not the picture: from that object it could reach the document and its ``save``.
    """
    if not share:
        return ""
    width = max(_SHORTEST, min(1.0, share) * BAR_WIDTH)
    return Markup(str(_Bar(document, io.BytesIO(_PIXEL), Mm(width), Mm(BAR_HEIGHT))))  # noqa: S704  (our own)


def _png(red: int, green: int, blue: int) -> bytes:
    """A PNG of one pixel."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", 1, 1, 8, 2, 0, 0, 0)
    pixel = zlib.compress(bytes((0, red, green, blue)))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", pixel) + chunk(b"IEND", b"")


_PIXEL = _png(*_INK)

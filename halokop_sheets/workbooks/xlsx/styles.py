"""``styles.xml``: looks of cells read, and looks of ours found or added. What stands there is never changed.

A look (an entry of ``cellXfs``) is known by its number. Whatever program wrote an entry, one that means the same as
the one that we want is used again: else each save would add formats until Excel's limit of 64,000.
"""

from copy import deepcopy
from functools import cached_property
from html import escape
from typing import Any

from lxml import etree

from halokop_sheets.core.sheet.layout import LINE, NUMBER_FORMATS, Style
from halokop_sheets.workbooks.xlsx.cell_xml import kind_of_format
from halokop_sheets.workbooks.xlsx.ooxml import MAIN, add, child, dump, ensure, local, ns, parse, recount, truth

_ORDER = (
    *("numFmts", "fonts", "fills", "borders", "cellStyleXfs", "cellXfs", "cellStyles", "dxfs", "tableStyles"),
    *("colors", "extLst"),
)
_EDGES = ("left", "right", "top", "bottom", "diagonal")
_SIDES = {"": (), "thin": ("left", "right", "top", "bottom"), "bottom": ("bottom",)}
_APPLIES = {"numFmtId": "applyNumberFormat", "fontId": "applyFont", "fillId": "applyFill", "borderId": "applyBorder"}
_DATED = ("date", "datetime", "day", "time")
_OUR_DATES = {NUMBER_FORMATS[name][0] for name in _DATED}
_IGNORED = ("family", "charset", "scheme")  # of a font: they follow from its name
BUILT_IN = {
    0: "General", 1: "0", 2: "0.00", 3: "#,##0", 4: "#,##0.00", 9: "0%", 10: "0.00%", 11: "0.00E+00", 12: "# ?/?",
    13: "# ??/??", 14: "mm-dd-yy", 15: "d-mmm-yy", 16: "d-mmm", 17: "mmm-yy", 18: "h:mm AM/PM", 19: "h:mm:ss AM/PM",
    20: "h:mm", 21: "h:mm:ss", 22: "m/d/yy h:mm", 37: "#,##0_);(#,##0)", 38: "#,##0_);[Red](#,##0)",
    39: "#,##0.00_);(#,##0.00)", 40: "#,##0.00_);[Red](#,##0.00)", 45: "mm:ss", 46: "[h]:mm:ss", 47: "mm:ss.0",
    48: "##0.0E+0", 49: "@",
}  # fmt: skip
FONT, FONT_SIZE = "Arial", 10  # of a workbook that we make: every system has it, or one just as wide
BLANK = (
    f'<styleSheet xmlns="{MAIN}"><fonts count="1"><font><sz val="{FONT_SIZE}"/><name val="{FONT}"/><family val="2"/>'
    '</font></fonts><fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill '
    'patternType="gray125"/></fill></fills><borders count="1"><border><left/><right/><top/><bottom/><diagonal/>'
    '</border></borders><cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
    '<cellXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/></cellXfs><cellStyles count="1">'
    '<cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
).encode()


class Styles:
    def __init__(self, data: bytes) -> None:
        self.root = parse(data)
        self._before = etree.tostring(self.root)
        self._formats: dict[int, str] = {
            int(e.get("numFmtId", 0)): e.get("formatCode", "") for e in self._list("numFmts")
        }
        self._kinds: dict[int, str] = {}
        self._painted: dict[Style, int] = {}
        self._known: dict[str, dict[str, int]] = {}  # numbers of entries by what they mean, for each list

    def changed(self) -> bytes | None:
        """The part as it is now; None where nothing was added."""
        return None if etree.tostring(self.root) == self._before else dump(self.root)

    def _list(self, name: str) -> Any:
        found = child(self.root, name)
        return found if found is not None else ()

    def _entry(self, name: str, number: int) -> Any:
        entries = self._list(name)
        return entries[number] if 0 <= number < len(entries) else None

    # --- what a look is ------------------------------------------------------------------------------------------

    def kind(self, look: int) -> str:
        """``date``, ``span`` or empty: how a number under this look is read."""
        if look not in self._kinds:
            number = self._number(look)
            self._kinds[look] = kind_of_format(number, self._code(number))
        return self._kinds[look]

    def format(self, look: int) -> str:
        return self._code(self._number(look))

    def plain(self, look: int) -> bool:
        """Whether a look is that of a cell which nobody formatted; some programs number it anew for each column."""
        return not look or _meaning(self._xf(look)) == _meaning(self._xf(0))

    def wraps(self, look: int) -> bool:
        alignment = self._alignment(look)
        return alignment is not None and truth(alignment.get("wrapText"))

    def font_size(self, look: int) -> float:
        font = self._entry("fonts", self._ids(look)["fontId"])
        size = child(font, "sz") if font is not None else None
        return float(size.get("val", 11)) if size is not None else 11.0

    def resembles(self, look: int, style: Style) -> bool:
        """Whether a cell looks as the style says in what people notice: colour, weight, size."""
        ids = self._ids(look)
        font, fill = self._entry("fonts", ids["fontId"]), self._entry("fills", ids["fillId"])
        bold = child(font, "b") if font is not None else None
        return (
            look > 0
            and _solid(fill) == style.fill.upper()
            and (bold is not None and truth(bold.get("val"), True)) is style.bold
            and self.font_size(look) == style.size
        )

    @cached_property
    def font_name(self) -> str:
        font = self._entry("fonts", 0)
        name = child(font, "name") if font is not None else None
        return str(name.get("val")) if name is not None else FONT

    def _xf(self, look: int) -> Any:
        return self._entry("cellXfs", look)

    def _ids(self, look: int) -> dict[str, int]:
        xf = self._xf(look)
        return {name: int(xf.get(name, 0)) if xf is not None else 0 for name in _APPLIES}

    def _number(self, look: int) -> int:
        return self._ids(look)["numFmtId"]

    def _code(self, number: int) -> str:
        return self._formats.get(number) or BUILT_IN.get(number, "General")

    def _alignment(self, look: int) -> Any:
        xf = self._xf(look)
        return child(xf, "alignment") if xf is not None else None

    # --- looks of ours -------------------------------------------------------------------------------------------

    def dated(self, look: int, shown_as: str) -> int:
        """The look for a date: a format for dates that a person chose stays, else ours."""
        if self.kind(look) == "date" and self.format(look) not in _OUR_DATES:
            return look
        return self._with(
            look, numFmtId=self._format(NUMBER_FORMATS[shown_as if shown_as in _DATED else "datetime"][0])
        )

    def as_text(self, look: int, marked: bool) -> int:
        """The look with or without the mark that says: text, whatever it begins with."""
        xf = self._xf(look)
        if (xf is not None and truth(xf.get("quotePrefix"))) is marked:
            return look
        return self._with(look, quotePrefix=int(marked))

    def unmarked(self, look: int) -> int:
        """The look without fill: somebody's marker in the last row is not the table's look."""
        return (
            self._with(self.as_text(look, False), fillId=0) if self._ids(look)["fillId"] else self.as_text(look, False)
        )

    def paint(self, style: Style) -> int:
        """The look of a style of ours."""
        if style not in self._painted:
            self._painted[style] = self._paint(style)
        return self._painted[style]

    def _paint(self, style: Style) -> int:
        weight = ("<b/>" if style.bold else "") + ("<i/>" if style.italic else "")
        name = f'<name val="{escape(self.font_name)}"/>'
        color = f'<color rgb="FF{style.color or "000000"}"/>'
        fill = f'<fill><patternFill patternType="solid"><fgColor rgb="FF{style.fill}"/><bgColor indexed="64"/>'
        rule = f' style="thin"><color rgb="FF{LINE}"/>'
        edges = "".join(f"<{s}{rule if s in _SIDES[style.border] else '>'}</{s}>" for s in _EDGES)
        ids = {
            "numFmtId": self._format(NUMBER_FORMATS[style.format][0]),
            "fontId": self._add("fonts", f'<font>{weight}<sz val="{style.size}"/>{color}{name}</font>'),
            "fillId": self._add("fills", f"{fill}</patternFill></fill>") if style.fill else 0,
            "borderId": self._add("borders", f"<border>{edges}</border>") if style.border else 0,
        }
        named = "".join(f' {name}="{number}" {_APPLIES[name]}="{int(number > 0)}"' for name, number in ids.items())
        based = ' xfId="0"' if len(self._list("cellStyleXfs")) else ""
        aligned = f'horizontal="{style.align}" vertical="{style.valign}" wrapText="{int(style.wrap)}"'
        aligned += f' indent="{int(style.align == "right")}"'
        return self._add("cellXfs", f'<xf{named}{based} applyAlignment="1"><alignment {aligned}/></xf>')

    def rule(self, style: Style) -> int:
        """The number of the differential format of a style of ours."""
        weight = ('<b val="1"/>' if style.bold else "") + ('<i val="1"/>' if style.italic else "")
        color = f'<color rgb="FF{style.color}"/>' if style.color else ""
        inks = f'<fgColor rgb="FF{style.fill}"/><bgColor rgb="FF{style.fill}"/>'
        fill = f'<fill><patternFill patternType="solid">{inks}</patternFill></fill>' if style.fill else ""
        return self._add("dxfs", f"<dxf><font>{weight}{color}</font>{fill}</dxf>")

    def rule_colors(self, number: int) -> tuple[str, str]:
        """Fill and text colour of a differential format, as RRGGBB; empty where there is none."""
        dxf = self._entry("dxfs", number)
        if dxf is None:
            return "", ""
        fill, font = child(dxf, "fill"), child(dxf, "font")
        pattern = child(fill, "patternFill") if fill is not None else None
        background = child(pattern, "bgColor") if pattern is not None else None
        return _rgb(background), _rgb(child(font, "color") if font is not None else None)

    def _with(self, look: int, **changed: int) -> int:
        xf = self._xf(look)
        xf = deepcopy(xf) if xf is not None else self._made("<xf/>")
        for name, number in changed.items():
            xf.set(name, str(number))
            if name in _APPLIES:
                xf.set(_APPLIES[name], "1")
        return self._add("cellXfs", xf)

    def _made(self, xml: str) -> Any:
        return etree.fromstring(f'<made xmlns="{ns(self.root)}">{xml}</made>')[0]

    def _format(self, code: str) -> int:
        """The number of a number format."""
        for number, known in (BUILT_IN | self._formats).items():
            if known == code:
                return number
        number = max([163, *self._formats]) + 1
        holder = ensure(self.root, "numFmts", _ORDER)
        add(holder, "numFmt", {"numFmtId": str(number), "formatCode": code})
        recount(holder)
        self._formats[number] = code
        return number

    def _add(self, name: str, made: Any) -> int:
        """The number of an entry, an element or its XML: that of one which means the same, else it is added."""
        entry = self._made(made) if isinstance(made, str) else made
        holder = ensure(self.root, name, _ORDER)
        if name not in self._known:
            self._known[name] = {_meaning(e): n for n, e in reversed(list(enumerate(holder)))}
        known: dict[str, int] = self._known[name]
        meaning = _meaning(entry)
        if meaning not in known:
            holder.append(entry)
            recount(holder)
            known[meaning] = len(holder) - 1
        return known[meaning]


def _meaning(entry: Any) -> str:
    """An entry as it compares: without the defaults that some programs write out and others leave out."""
    if entry is None:
        return ""
    name = local(entry)
    if name in _IGNORED or (name == "bgColor" and entry.get("indexed") == "64"):
        return ""
    named = []
    for key, value in sorted(entry.attrib.items()):
        value = {"true": "1", "false": "0"}.get(value, value)
        if (key, value) == ("val", "0"):  # not bold, not italic
            return ""
        plain = value == "0" or (key, value) in (("val", "1"), ("locked", "1"))
        if not plain and not (key.startswith("apply") and name == "xf"):
            named.append(f"{key}={value.upper() if key == 'rgb' else value}")
    inside = sorted(filter(None, (_meaning(e) for e in entry if isinstance(e.tag, str))))
    if not named and not inside and name in (*_EDGES, "protection", "alignment"):
        return ""
    return f"{name}({','.join(named)}){''.join(inside)}"


def _solid(fill: Any) -> str:
    pattern = child(fill, "patternFill") if fill is not None else None
    if pattern is None or pattern.get("patternType") != "solid":
        return ""
    return _rgb(child(pattern, "fgColor"))


def _rgb(color: Any) -> str:
    text = color.get("rgb", "") if color is not None else ""
    return text[-6:].upper() if text != "00000000" else ""

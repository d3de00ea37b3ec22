"""Output that no console can refuse: what it cannot show is spelled with the plain signs that every one has.

A Windows console page (cp437, cp850, cp1252) has no arrow, and Python then raises in the middle of a line. Where the
stream is not Unicode we write ASCII alone: these bytes mean the same in every page and in UTF-8, so ``plan > plan.txt``
is a UTF-8 file whatever page the console, the pipe or PowerShell assumes.
"""

import codecs
import io
import unicodedata
from collections.abc import Iterable

_SPELLED = {
    **dict.fromkeys("·•–—−", "-"),
    **dict.fromkeys("‘’‚", "'"),
    **dict.fromkeys("“”„", '"'),
    "→": "->",
    "←": "<-",
    "…": "...",
    "✓": "v",
    "\N{NO-BREAK SPACE}": " ",
}
_HANDLER = "halokop.spelled"


def spelled(text: str) -> str:
    """Text in ASCII: known signs spelled, letters without their accents, anything else as ``-``."""
    return "".join(_SPELLED.get(sign) or _bare(sign) for sign in text)


def _bare(sign: str) -> str:
    return unicodedata.normalize("NFKD", sign).encode("ascii", "ignore").decode() or "-"


def _handle(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    return spelled(error.object[error.start : error.end]), error.end


def show_anywhere(streams: Iterable[object]) -> None:
    """From now on these streams (``sys.stdout``, ``sys.stderr``) take any text. Another object is let be."""
    codecs.register_error(_HANDLER, _handle)
    for stream in streams:
        if isinstance(stream, io.TextIOWrapper):
            unicode = codecs.lookup(stream.encoding).name.startswith("utf")
            stream.reconfigure(encoding=None if unicode else "ascii", errors=_HANDLER)

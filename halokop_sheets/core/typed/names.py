"""Names as people type them: without regard to case, spaces, Bu and Pak, titles; a unique first name is enough."""

import re
from collections.abc import Iterable

from halokop_sheets.core.sheet.cells import fold, quoted, sentence, text, unreadable
from halokop_sheets.core.sheet.values import Broken, Cell
from halokop_sheets.core.terms import Tabs

MOST_REMEMBERED = 4096  # different cells, so that years of typing fill no memory
MOST_MESSAGES = 3  # messages about one cell: a cell full of other text must not fill the row's Pesan Sistem

_BEFORE_A_NAME = (
    "bu ibu pak bpk bapak sdr sdri saudara saudari kang teh mas mbak kak h hj dr dra drs ir prof"
    " m moh muh moch mohamad mohammad muhamad muhammad"
)
_AFTER_A_NAME = (
    "se sh st sp mm mt mh mp ma mba msc msi mpd map mkom mak mikom skom spd ssi ssos sip sag sak stp spt ssn shut sstp"
    " sikom amd amdkom phd spsi sap skm skep ners apt sgz sfarm shum skes spdi spdk sst str strak sei shi sthi ssy sen"
    " mpsi mkes mkn mars mpdi mhum msos mei msy mag mtr ca cpa"
)
_BEFORE, _AFTER = frozenset(_BEFORE_A_NAME.split()), frozenset(_AFTER_A_NAME.split())
_BETWEEN = re.compile(r"[,;/&+\n]|\s-\s|\bdan\b", re.IGNORECASE)


def _letters(name: str) -> str:
    return "".join(c for c in name if c.isalnum())


def _words(name: str) -> list[str]:
    """The words of a folded name without what stands before and after it; at least one word always stays."""
    words = name.replace(",", " ").split()
    while cut := next((n for n in (1, 2) if len(words) > n and _letters("".join(words[-n:])) in _AFTER), 0):
        del words[-cut:]  # "S.Psi." and "S. Psi."
    words = " ".join(words).replace(".", " ").split()
    first = next((n for n, word in enumerate(words[:-1]) if word not in _BEFORE), len(words) - 1)
    return words[max(first, 0) :]


class NameBook:
    """Finds the people of tab Tim in what was typed. The nearest way to match a name wins.

    First the name as it stands, then without Bu, Pak and titles, then its first words. Two people under the same key
    are ambiguous, also where they bear the same name.
    """

    def __init__(self, names: Iterable[str]) -> None:
        self._whole: dict[str, list[str]] = {}
        self._bare: dict[str, list[str]] = {}
        self._firsts: dict[str, list[str]] = {}
        self._read_before: dict[tuple[str, str], tuple[list[str], list[str]]] = {}
        for typed in names:
            name, folded = typed.strip(), fold(typed)
            words = [_letters(word) for word in _words(folded)]
            self._whole.setdefault(_letters(folded), []).append(name)
            self._bare.setdefault("".join(words), []).append(name)
            for key in {"".join(words[:n]) for n in range(1, len(words))}:
                self._firsts.setdefault(key, []).append(name)

    def _match(self, typed: str) -> list[str]:
        """The people whom a piece of text can mean."""
        folded = fold(typed)
        whole, bare = _letters(folded), _letters("".join(_words(folded)))
        if not whole:
            return []
        return self._whole.get(whole) or self._bare.get(bare) or self._firsts.get(bare) or []

    def find(self, cell: Cell, header: str) -> tuple[list[str], list[str]]:
        """The people named in a cell, as tab Tim spells them and each once, and a sentence for what is not clear."""
        if isinstance(cell, Broken):
            return [], [unreadable(header, cell, "").message]
        key = (text(cell), header)
        if key not in self._read_before:  # few different names stand in many rows
            if len(self._read_before) >= MOST_REMEMBERED:
                self._read_before.clear()
            self._read_before[key] = self._read(*key)
        names, messages = self._read_before[key]
        return list(names), list(messages)

    def _read(self, typed: str, header: str) -> tuple[list[str], list[str]]:
        pieces = [typed] if self._match(typed) else _BETWEEN.split(typed)  # "Dewi, S.E." as a whole is one name
        names: dict[str, None] = {}
        messages: dict[str, None] = {}
        for piece in map(str.strip, pieces):
            found = self._match(piece)
            if len(found) == 1:
                names[found[0]] = None
            elif found:
                several = f"ada lebih dari satu di tab {Tabs.TEAM}; tulis nama lengkapnya."
                messages[sentence(f"{header} {quoted(piece)} {several}")] = None
            elif fold(piece) not in ("", "-") and not (names and _letters(fold(piece)) in _AFTER):
                advice = "periksa ejaannya atau tambahkan di sana"
                messages[sentence(f"{header} {quoted(piece)} tidak ada di tab {Tabs.TEAM}; {advice}.")] = None
        return list(names), list(messages)[:MOST_MESSAGES]

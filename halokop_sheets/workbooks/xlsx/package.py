"""The zip package: parts by name, their kinds and relations. A part that nobody changed is copied as it is packed."""

import posixpath
from collections.abc import Iterator
from copy import copy
from dataclasses import dataclass
from io import BytesIO
from typing import Any
from urllib.parse import unquote
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from lxml import etree

from halokop_sheets.errors import WorkbookError
from halokop_sheets.workbooks.xlsx.ooxml import CONTENT_TYPES, PACKAGE_RELS, RELS, dump, local, parse

TYPES = "[Content_Types].xml"
RELATIONS_TYPE = "application/vnd.openxmlformats-package.relationships+xml"
_LOCAL_HEADER = 30  # bytes before an entry's name


@dataclass(frozen=True)
class Relation:
    id: str
    kind: str  # the last word of its type: worksheet, styles, drawing
    target: str  # the part's name; an address where it leads out of the file


def raw_entry(data: bytes, info: ZipInfo) -> bytes:
    """The packed bytes of one entry, as they stand in the file."""
    at = info.header_offset
    name, extra = (int.from_bytes(data[at + n : at + n + 2], "little") for n in (26, 28))
    start = at + _LOCAL_HEADER + name + extra
    return data[start : start + info.compress_size]


class Package:
    """All parts of one file, with the changes made so far. Names are found whatever their capitals."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self._zip = ZipFile(BytesIO(data))
        self._entries = {_key(i.filename): i for i in self._zip.infolist() if not i.filename.endswith("/")}
        self._new: dict[str, tuple[str, bytes]] = {}
        self._gone: set[str] = set()
        self._lists: dict[str, Any] = {}  # content types and relations, as trees
        self._touched: set[str] = set()

    @property
    def names(self) -> list[str]:
        kept = [info.filename for key, info in self._entries.items() if key not in self._gone]
        return kept + [name for key, (name, _) in self._new.items() if key not in self._entries]

    @property
    def changes(self) -> dict[str, bytes | None]:
        """Parts that differ from the file, by the name they have in it; None: it is gone."""
        self._flush()
        changed: dict[str, bytes | None] = dict(self._new.values())
        return changed | {self._entries[key].filename: None for key in self._gone}

    def has(self, name: str) -> bool:
        return _key(name) in self._new or (_key(name) in self._entries and _key(name) not in self._gone)

    def read(self, name: str) -> bytes:
        """A part whole. Raises ``WorkbookError`` where it is missing."""
        key = _key(name)
        if key in self._new:
            return self._new[key][1]
        if not self.has(name):
            raise WorkbookError(f"it lacks the part {name}")
        return self._zip.read(self._entries[key])

    def checksum(self, name: str | None) -> tuple[int, int]:
        """By which a part of the file is known again, without unpacking it."""
        info = self._entries.get(_key(name or ""))
        return (info.CRC, info.file_size) if info else (0, 0)

    def head(self, name: str, size: int) -> bytes:
        """At most ``size`` bytes of a part's beginning."""
        if _key(name) in self._new or not self.has(name):
            return self.read(name)[:size]
        with self._zip.open(self._entries[_key(name)]) as part:
            return part.read(size)

    def put(self, name: str, data: bytes) -> None:
        """Give a part new bytes; what it holds already is no change."""
        if self.has(name) and self.read(name) == data:
            return
        key = _key(name)
        self._gone.discard(key)
        self._new[key] = (self._entries[key].filename if key in self._entries else name, data)

    def add(self, name: str, data: bytes, kind: str) -> None:
        """A new part with its content type."""
        self.put(name, data)
        types = self._list(TYPES)
        etree.SubElement(types, f"{{{CONTENT_TYPES}}}Override", {"PartName": f"/{name}", "ContentType": kind})
        self._touched.add(TYPES)

    def remove(self, name: str, owner: str) -> None:
        """Take a part out, with its content type and the relation of ``owner`` to it."""
        self._new.pop(_key(name), None)
        if _key(name) in self._entries:
            self._gone.add(_key(name))
        for path, attribute in ((TYPES, "PartName"), (_relations_of(owner), "Target")):
            tree = self._list(path)
            for entry in list(tree):
                target = entry.get(attribute) if local(entry) in ("Override", "Relationship") else None
                if target is not None and _key(_resolve(owner, target)) == _key(name):
                    tree.remove(entry)
                    self._touched.add(path)

    def content_type(self, name: str) -> str:
        extension = name.rpartition(".")[2].lower()
        found = ""
        for entry in self._list(TYPES):
            if local(entry) == "Override" and _key(entry.get("PartName", "")) == _key(name):
                return str(entry.get("ContentType", ""))
            if local(entry) == "Default" and entry.get("Extension", "").lower() == extension:
                found = str(entry.get("ContentType", ""))
        return found

    def relations(self, owner: str) -> Iterator[Relation]:
        """Where a part leads; ``owner`` empty: the package itself."""
        path = _relations_of(owner)
        if not self.has(path) and path not in self._lists:
            return
        for entry in self._list(path):
            if local(entry) == "Relationship":
                target = entry.get("Target", "")
                if entry.get("TargetMode") != "External":
                    target = _resolve(owner, target)
                    target = target if self.has(target) else unquote(target)
                yield Relation(entry.get("Id", ""), entry.get("Type", "").rpartition("/")[2], target)

    def related(self, owner: str, kind: str) -> str | None:
        """The first part of this kind that ``owner`` leads to."""
        return next((r.target for r in self.relations(owner) if r.kind == kind and self.has(r.target)), None)

    def relate(self, owner: str, kind: str, target: str) -> str:
        """Lead from one part to another; returns the relation's id."""
        path = _relations_of(owner)
        tree = self._list(path)
        taken = {entry.get("Id") for entry in tree}
        number = len(tree) + 1
        while f"rId{number}" in taken:
            number += 1
        type_ = f"{RELS}/{kind}"
        if any("purl.oclc.org" in entry.get("Type", "") for entry in self._list(_relations_of(""))):
            type_ = f"http://purl.oclc.org/ooxml/officeDocument/relationships/{kind}"
        leads = posixpath.relpath(f"/{target}", posixpath.dirname(f"/{owner}"))
        attributes = {"Id": f"rId{number}", "Type": type_, "Target": leads}
        etree.SubElement(tree, f"{{{PACKAGE_RELS}}}Relationship", attributes)
        self._touched.add(path)
        return f"rId{number}"

    def to_bytes(self) -> bytes:
        """The package as a file: unchanged entries as they were packed, in their old order."""
        self._flush()
        out = BytesIO()
        with ZipFile(out, "w", ZIP_DEFLATED) as archive:
            for info in self._zip.infolist():
                key = _key(info.filename)
                if key in self._new and self._entries.get(key) is info:
                    archive.writestr(info.filename, self._new[key][1])
                elif key not in self._gone and key not in self._new:
                    _copy_entry(archive, info, raw_entry(self.data, info))
            for key, (name, data) in self._new.items():
                if key not in self._entries:
                    archive.writestr(name, data)
        return out.getvalue()

    def _list(self, path: str) -> Any:
        if path not in self._lists:
            blank = f'<Relationships xmlns="{PACKAGE_RELS}"/>'.encode()
            self._lists[path] = parse(self.read(path) if self.has(path) or path == TYPES else blank)
        return self._lists[path]

    def _flush(self) -> None:
        types = self._list(TYPES)
        fresh = [path for path in self._touched if path != TYPES and not self.has(path)]
        if fresh and not any(e.get("Extension", "").lower() == "rels" for e in types):
            made = etree.Element(f"{{{CONTENT_TYPES}}}Default", {"Extension": "rels", "ContentType": RELATIONS_TYPE})
            types.insert(0, made)
            self._touched.add(TYPES)
        for path in self._touched:
            self.put(path, dump(self._lists[path]))
        self._touched = set()


def _copy_entry(archive: Any, info: ZipInfo, packed: bytes) -> None:
    """Put an entry into a zip being written, without unpacking it; the library has no public way."""
    entry = copy(info)
    entry.flag_bits &= ~0x08  # the sizes stand before the data
    entry.extra = b""
    entry.header_offset = archive.fp.tell()
    archive.fp.write(entry.FileHeader(zip64=False))
    archive.fp.write(packed)
    archive.filelist.append(entry)
    archive.NameToInfo[entry.filename] = entry
    archive.start_dir = archive.fp.tell()
    archive._didModify = True


def _key(name: str) -> str:
    return name.replace("\\", "/").lstrip("/").lower()


def _relations_of(owner: str) -> str:
    folder, name = posixpath.split(owner)
    return posixpath.join(folder, "_rels", f"{name}.rels")


def _resolve(owner: str, target: str) -> str:
    base = posixpath.join("/", posixpath.dirname(owner))
    return posixpath.normpath(posixpath.join(base, target.partition("#")[0].replace("\\", "/"))).lstrip("/")

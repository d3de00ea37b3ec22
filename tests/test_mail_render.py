"""Rendered mails: golden files, hostile text in every field, templates of the office's own, the calendar.

``HALOKOP_BLESS=1 pytest tests/test_mail_render.py`` writes the golden files anew; look at them before you commit.
"""

import os
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from email import message_from_bytes
from email.policy import strict
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from icalendar import Calendar

from halokop_sheets.core.mails.kinds import KINDS, mails_of
from halokop_sheets.core.mails.mail_planner import MailPlanner
from halokop_sheets.errors import SettingsError
from halokop_sheets.mail.message import build
from halokop_sheets.mail.render import Renderer
from halokop_sheets.mail.samples import sample_mails, sample_office
from halokop_sheets.resources import folder
from halokop_sheets.settings import Settings
from tests.case_player import Played
from tests.procedure import load_procedure

GOLDEN = Path(__file__).parent / "golden" / "mails"
SETTINGS = Settings()
PROCEDURE = load_procedure(SETTINGS)
SAMPLES = {mail.kind: mail for mail in sample_mails(SETTINGS, PROCEDURE, linked=True)}
IN_A_FILE = {mail.kind: mail for mail in sample_mails(SETTINGS, PROCEDURE, linked=False)}
RENDERER = Renderer(SETTINGS)


def test_every_kind_has_a_name_a_sample_and_templates() -> None:
    assert set(SAMPLES) == set(KINDS)
    names = {file.name for file in folder("templates").iterdir()}
    assert names >= {f"{kind}.{form}.j2" for kind in KINDS for form in ("html", "txt")}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("book", ["google", "xlsx"])
def test_golden(kind: str, book: str) -> None:
    mail = SAMPLES[kind] if book == "google" else IN_A_FILE[kind]
    rendered = RENDERER.render(mail)
    head = f"{mail.subject}\n[{mail.summary}]\n\n"
    texts = {f"{kind}.{book}.html": rendered.html, f"{kind}.{book}.txt": head + rendered.text}
    if rendered.calendar:
        texts[f"{kind}.{book}.ics"] = rendered.calendar.decode().replace("\r\n", "\n")
    for name, text in texts.items():
        file = GOLDEN / name
        if os.environ.get("HALOKOP_BLESS"):
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8", newline="\n")
        assert text == file.read_text(encoding="utf-8"), f"{file} differs; HALOKOP_BLESS=1 renews it"


@pytest.mark.parametrize("kind", KINDS)
def test_html_and_text_say_the_same(kind: str) -> None:
    rendered = RENDERER.render(SAMPLES[kind])
    text = " ".join(rendered.text.split())
    for title in re.findall(r"<b>([^<{]+)</b>|<a [^>]+>([^<]+)</a>", rendered.html):
        words = "".join(title)
        if words in {"tab Tim", "Buka Papan", "Buka lembar evaluasi", "Buka di Jadwal", "Buka episode di Jadwal"}:
            continue
        if words in {"Jawab di barisnya", "Buka barisnya", "WhatsApp narasumber"}:
            continue
        assert words in text
    links = set(re.findall(r'href="([^"]+)"', rendered.html))
    assert all(link.replace("&amp;", "&") in rendered.text for link in links)


@pytest.mark.parametrize("kind", KINDS)
def test_a_mail_needs_nothing_from_outside_and_fits_a_phone(kind: str) -> None:
    html = RENDERER.render(SAMPLES[kind]).html
    assert not re.search(r"<(img|script|link|style|iframe|object)\b|url\(|@import", html)
    assert 'name="viewport"' in html
    assert all(int(width) <= 600 for width in re.findall(r'width="(\d+)"', html))


@pytest.mark.parametrize("kind", KINDS)
def test_the_message_parses_without_a_defect(kind: str) -> None:
    mail = SAMPLES[kind]
    now = datetime(2026, 11, 29, 7, tzinfo=ZoneInfo("Asia/Jakarta"))
    data = build(mail, RENDERER.render(mail), SETTINGS.mail, now)
    message = message_from_bytes(data, policy=strict)
    assert not [part.defects for part in message.walk() if part.defects]
    kinds = [part.get_content_type() for part in message.walk() if not part.is_multipart()]
    assert kinds == ["text/plain", "text/html"] + ["text/calendar"] * (kind == "run-down")


# --- hostile text in every field ----------------------------------------------------------------------------------

PAYLOADS = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    "data:text/html,<b>x</b>",
    "https://example.com/ onmouseover=alert(1)",
    'https://example.com/"onmouseover="alert(1)',
    "{{7*7}}{% raw %}{{ ''.__class__ }}",
    "baris satu\r\nBcc: orang@lain.example\n\n* Langkah palsu",
    "satu\u2028dua\u2029tiga\x0bempat\x85lima",
    "\u202etxt.exe\u0000\u0007",
    "</td></tr></table><h1>x</h1>",
    '=HYPERLINK("http://x")',
    "BEGIN:VEVENT\nATTENDEE:mailto:x@y.example",
    "&lt;b&gt;",
    "a\ud800b",
]
OURS = {"tone", "start", "end", "stamp", "uid", "status"}  # values that only our own code can make


def poisoned(value: Any, payload: str, key: str = "") -> Any:
    """The same data with the payload in place of every text."""
    if isinstance(value, str):
        return value if key in OURS else payload
    if isinstance(value, dict):
        return {k: poisoned(v, payload, k) for k, v in value.items()}
    if isinstance(value, list):
        return [poisoned(v, payload, key) for v in value]
    return value


class Shape(HTMLParser):
    """Tags with the names of their attributes, and every address that leads somewhere."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: Counter[str] = Counter()
        self.attributes: set[str] = set()
        self.links: list[str] = []
        self.words = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags[tag] += 1
        self.attributes |= {name for name, _ in attrs}
        self.links += [value or "" for name, value in attrs if name in ("href", "src", "background", "action")]

    def handle_data(self, data: str) -> None:
        self.words += data


def hard_lines(text: str) -> int:
    """Lines that the template makes: blank ones and points of a list. Others may be wrapped lines."""
    return sum(not line or line.startswith("* ") for line in text.splitlines())


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("payload", PAYLOADS)
def test_hostile_text_in_every_field_stays_text(kind: str, payload: str) -> None:
    mail = SAMPLES[kind]
    tame = replace(mail, subject="aman", summary="aman", data=poisoned(mail.data, "aman"))
    evil = replace(mail, subject=payload, summary=payload, data=poisoned(mail.data, payload))
    was, now = RENDERER.render(tame), RENDERER.render(evil)
    before, after = Shape(was.html), Shape(now.html)
    web = payload.startswith("https://example.com/ ")
    assert after.attributes == before.attributes or after.attributes == before.attributes | {"href"}
    assert set(after.tags) <= set(before.tags) | {"a"}
    assert after.tags["table"] == before.tags["table"]
    assert after.links == [], after.links
    assert not web or "onmouseover" in after.words
    assert hard_lines(now.text) == hard_lines(was.text)
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e]", now.text)
    assert "49" not in now.text or "49" in was.text
    if now.calendar is not None:
        events = Calendar.from_ical(now.calendar).walk("VEVENT")
        assert len(events) == len(mail.data["events"])  # type: ignore[arg-type]
        assert {name for event in events for name in event} == {
            *("SUMMARY", "DTSTART", "DTEND", "DTSTAMP", "UID", "SEQUENCE", "DESCRIPTION", "LOCATION")
        }


def test_hostile_cells_through_the_whole_planner() -> None:
    """Payloads typed into every cell that mails show: the tags are those of the same office with tame words."""
    for payload in PAYLOADS:
        if "\n" in payload or "|" in payload or "\ud800" in payload:
            continue
        shapes = [[Shape(html) for html in _office_with(text)] for text in ("aman", payload)]
        assert len(shapes[0]) == len(shapes[1]) > 3
        for tame, evil in zip(*shapes, strict=True):
            assert set(evil.tags) <= set(tame.tags)
            assert evil.attributes <= tame.attributes
            assert all(link.startswith("https://sheet.example/") for link in evil.links)


def _office_with(text: str) -> Iterator[str]:
    case = {
        "links": True,
        "now": "2026-12-01T07:00",
        "Tim": "Nama | Email | Peran\nRudi | rudi | Pubdisdok, Tim pelaksana, Tim Humas, Koordinator",
        "Jadwal": "Tanggal Tayang | Topik | Narasumber | Lembaga | Kontak | Tautan Instagram\n"
        f"29/11/2026 | {text} | {text} | {text} | {text} | {text}\n"
        f"13/12/2026 | {text} | {text} | {text} | {text} | {text}",
        "Tanya Jawab": f"Pertanyaan | Sumber\n{text} | {text}",
        "Tindak Lanjut": f"Uraian | Petugas | Tenggat\n{text} | Rudi | 30/11/2026",
        "Libur": f"Tanggal | Keterangan\n{text} | {text}",
    }
    office = Played(case)
    mails = [*office.tick("2026-11-29T07:00"), *office.tick("2026-12-01T07:00"), *office.tick("2026-12-03T07:00")]
    for mail in mails:
        yield office.renderer.render(mail).html


# --- the office's own templates -----------------------------------------------------------------------------------


def own(tmp_path: Path, name: str, text: str) -> Renderer:
    (tmp_path / name).write_text(text, encoding="utf-8")
    program = SETTINGS.program.model_copy(update={"templates_dir": str(tmp_path)})
    return Renderer(SETTINGS.model_copy(update={"program": program}))


def test_a_file_of_the_office_wins_and_is_escaped_too(tmp_path: Path) -> None:
    renderer = own(tmp_path, "digest.html.j2", "<p>{{ name }}</p>")
    mail = replace(SAMPLES["digest"], data={**SAMPLES["digest"].data, "name": "<b>Sari</b>"})
    rendered = renderer.render(mail)
    assert rendered.html == "<p>&lt;b&gt;Sari&lt;/b&gt;</p>"
    assert "TERLAMBAT" in rendered.text  # its other half is the packaged one


def test_it_may_build_on_the_packaged_frame(tmp_path: Path) -> None:
    text = '{% extends "base.html.j2" %}{% block heading %}Selamat pagi{% endblock %}'
    assert "Selamat pagi" in own(tmp_path, "digest.html.j2", text).render(SAMPLES["digest"]).html


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ("satu\ndua {{ naam }}", 2, "'naam' is undefined"),
        ("{% for g in groups %}\n{% for s in g.steps %}\n{{ s.titel }}\n{% endfor %}{% endfor %}", 3, "titel"),
        ("satu\n{% if %}", 2, "Expected an expression"),
        ("{% for %}", 1, ""),
        ("satu\n\n{{ name + 1 }}", 3, "str"),
        ('{% extends "bse.html.j2" %}', 1, "bse.html.j2"),
        ("{{ name | besar }}", 1, "besar"),
    ],
)
def test_a_mistake_names_file_line_and_word(tmp_path: Path, text: str, line: int, said: str) -> None:
    renderer = own(tmp_path, "digest.html.j2", text)
    with pytest.raises(SettingsError) as caught:
        renderer.render(SAMPLES["digest"])
    [problem] = caught.value.problems
    assert str(tmp_path / "digest.html.j2") in problem
    assert f"line {line}" in problem
    assert said in problem


def test_a_template_that_is_not_utf8_is_a_settings_error(tmp_path: Path) -> None:
    (tmp_path / "digest.html.j2").write_bytes(b"\xff\xfe")
    program = SETTINGS.program.model_copy(update={"templates_dir": str(tmp_path)})
    with pytest.raises(SettingsError, match=r"digest\.html\.j2"):
        Renderer(SETTINGS.model_copy(update={"program": program})).render(SAMPLES["digest"])


# --- the calendar -------------------------------------------------------------------------------------------------


def test_the_calendar_publishes_windows_with_stable_ids_and_no_attendees() -> None:
    data = RENDERER.render(SAMPLES["run-down"]).calendar
    assert data is not None
    calendar = Calendar.from_ical(data)
    assert calendar["METHOD"] == "PUBLISH"
    events = {str(event["UID"]): event for event in calendar.walk("VEVENT")}
    assert set(events) == {f"2026-W48/0{n}@example.go.id" for n in (5, 6, 7, 8)}
    six = events["2026-W48/06@example.go.id"]
    jakarta = ZoneInfo("Asia/Jakarta")
    assert six["DTSTART"].dt == datetime(2026, 11, 29, 9, tzinfo=jakarta)
    assert six["DTEND"].dt == datetime(2026, 11, 29, 9, 30, tzinfo=jakarta)
    minutes = datetime(2026, 11, 29, 7).replace(tzinfo=ZoneInfo("UTC")).timestamp() / 60
    assert six["SEQUENCE"] == minutes
    assert b"ATTENDEE" not in data and b"ORGANIZER" not in data


def test_a_later_calendar_has_a_higher_sequence() -> None:
    office = sample_office(SETTINGS, PROCEDURE, datetime(2026, 11, 29, 7, 1), "run-down")
    later = next(mails_of(KINDS["run-down"], MailPlanner(office, frozenset())))
    assert later.data["sequence"] == SAMPLES["run-down"].data["sequence"] + 1  # type: ignore[operator]

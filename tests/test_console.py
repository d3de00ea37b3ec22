"""No console and no code page ends a command, and what is redirected into a file is UTF-8."""

import io
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from halokop_sheets.console import show_anywhere, spelled
from tests.mail_office import ENVIRONMENT

KANTOR = Path(__file__).parent / "data" / "kantor.xlsx"
PAGES = ("cp1252", "cp437", "cp850", "cp932", "ascii", "latin-1", "koi8-r", "utf-8", "utf-16")
AWKWARD = "Rapat 28–29 Nov · “Koperasi” → “UKM” … ✓ café 中 🎉 \udcff"
SPELLED = 'Rapat 28-29 Nov - "Koperasi" -> "UKM" ... v cafe - - -'


def written(text: str, page: str) -> bytes:
    data = io.BytesIO()
    stream = io.TextIOWrapper(data, encoding=page, newline="")
    show_anywhere((stream,))
    stream.write(text)
    stream.flush()
    return data.getvalue()


@pytest.mark.parametrize("page", PAGES)
def test_a_page_shows_what_it_can_and_spells_the_rest(page: str) -> None:
    shown = written(AWKWARD, page).decode(page)
    assert shown == (AWKWARD.replace("\udcff", "-") if page.startswith("utf") else SPELLED)


@settings(max_examples=200, deadline=None)
@given(st.text(st.characters(exclude_characters="\r\n")), st.sampled_from(PAGES[:-2]))
def test_any_text_is_the_same_bytes_in_every_page_and_in_utf8(text: str, page: str) -> None:
    data = written(text, page)
    assert data.decode("utf-8") == data.decode(page) == spelled(text)


def test_a_stream_that_is_no_console_is_left_alone() -> None:
    show_anywhere((None, io.StringIO()))


@pytest.mark.parametrize("page", ["cp1252", "cp437", "utf-8"])
def test_plan_into_a_file(tmp_path: Path, page: str) -> None:
    shutil.copy(KANTOR, tmp_path / "halokop.xlsx")
    (tmp_path / "halokop.toml").write_text("")
    command = [sys.executable, "-m", "halokop_sheets", "-c", str(tmp_path / "halokop.toml")]
    with (tmp_path / "plan.txt").open("wb") as file:
        ran = subprocess.run(
            [*command, "plan", "--days", "2", "--at", "2026-11-24T06:50"],
            stdout=file,
            stderr=subprocess.PIPE,
            env={**ENVIRONMENT, "PYTHONIOENCODING": page},
        )
    assert (ran.returncode, ran.stderr) == (0, b"")
    text = (tmp_path / "plan.txt").read_text(encoding="utf-8")
    mails = [line for line in text.splitlines() if "digest -> " in line]
    assert any(("…" if page == "utf-8" else "...") in line for line in mails), text
    assert text.isascii() == (page != "utf-8")

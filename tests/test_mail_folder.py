"""Mail as files: readable names, whole files, never two of one mail."""

import email
from pathlib import Path

import pytest

from halokop_sheets.mail.transports import Cause, ChannelDownError, SendStatus
from halokop_sheets.mail.transports.folder import FolderTransport
from tests.mail_office import a_mail, after, frozen


def post(folder: Path, *mails) -> list[str]:
    with FolderTransport(folder).open() as session:
        for mail in mails:
            assert session.send("halokop@example.go.id", mail.recipient, frozen(mail)).kind is SendStatus.SENT
            assert session.alive
    return sorted(file.name for file in folder.iterdir())


def test_a_mail_is_a_file(tmp_path: Path):
    assert post(tmp_path / "out" / "box", a_mail()) == ["2026-11-24_0700_digest_dewi.eml"]
    data = (tmp_path / "out" / "box" / "2026-11-24_0700_digest_dewi.eml").read_bytes()
    assert data == frozen(a_mail())
    assert email.message_from_bytes(data)["To"] == "dewi@example.go.id"


def test_the_same_mail_again_is_the_same_file(tmp_path: Path):
    assert post(tmp_path, a_mail(), a_mail()) == post(tmp_path, a_mail())


def test_other_mails_of_that_name_have_files_of_their_own(tmp_path: Path):
    mails = a_mail(), a_mail("dewi@example.com"), a_mail(slot="lain")
    names = [
        "2026-11-24_0700_digest_dewi.eml",
        "2026-11-24_0700_digest_dewi_2.eml",
        "2026-11-24_0700_digest_dewi_3.eml",
    ]
    assert post(tmp_path, *mails) == names
    assert post(tmp_path, *reversed(mails)) == names


@pytest.mark.parametrize("local", ["con", "nul", "aux.2", "x" * 64, "o'neil", "a+b-c_d"])
def test_names_that_every_system_takes(tmp_path: Path, local: str):
    (name,) = post(tmp_path, a_mail(f"{local}@example.go.id", kind="Day/H\\..\r\n"))
    assert not set(name) & set('<>:"/\\|?*\r\n')
    assert name.startswith("2026-11-24_0700_day-h-_")
    assert name.endswith(".eml")
    assert len(name) < 100


def test_a_folder_that_cannot_be_made(tmp_path: Path):
    (tmp_path / "file").write_text("")
    with pytest.raises(ChannelDownError, match="outbox_dir") as caught, FolderTransport(tmp_path / "file").open():
        pass
    assert caught.value.cause is Cause.UNREACHABLE


def test_a_file_that_cannot_be_written(tmp_path: Path):
    with FolderTransport(tmp_path / "box").open() as session:
        (tmp_path / "box").rmdir()
        verdict = session.send("halokop@example.go.id", "dewi@example.go.id", frozen(a_mail(), after(days=1)))
    assert verdict.kind is SendStatus.DEFERRED
    assert verdict.text

"""Mail as files: one ``.eml`` a mail in a folder, to look at before a mail server is trusted with anything."""

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import Message
from email.parser import BytesHeaderParser
from email.utils import parsedate_to_datetime
from itertools import count
from pathlib import Path

from halokop_sheets.mail.message import KIND_HEADER
from halokop_sheets.mail.transports import Cause, ChannelDownError, SendResult, SendStatus


class FolderTransport:
    """The folder is its own session: it is made at the first mail and takes any number."""

    alive = True

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @contextmanager
    def open(self) -> Iterator["FolderTransport"]:
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            text = f"mail.outbox_dir {self._folder}: cannot be made ({error.strerror})"
            raise ChannelDownError(text, Cause.UNREACHABLE) from None
        yield self

    def send(self, sender: str, recipient: str, data: bytes) -> SendResult:
        """Write the mail whole or not at all. The same mail again takes its own file's place, never a second one's."""
        try:
            file = self._file_for(recipient, data)
            beside = file.with_suffix(".tmp")
            with beside.open("wb") as out:
                out.write(data)
                out.flush()
                os.fsync(out.fileno())
            beside.replace(file)
        except OSError as error:
            return SendResult(SendStatus.DEFERRED, 0, error.strerror or type(error).__name__)
        return SendResult(SendStatus.SENT, 250, "", file.name)

    def _file_for(self, recipient: str, data: bytes) -> Path:
        """``2026-11-24_0700_digest_dewi.eml``: sorts by time; no character that Windows forbids. Another mail that came
        to the same name first keeps it."""
        headers = _headers(data)
        when = parsedate_to_datetime(str(headers["Date"]))
        who = re.sub(r"[^a-z0-9._+-]+", "-", recipient.rpartition("@")[0].lower())[:40].rstrip(".")
        name = f"{when:%Y-%m-%d_%H%M}_{headers[KIND_HEADER]}_{who}"
        for number in count(1):
            file = self._folder / (f"{name}.eml" if number == 1 else f"{name}_{number}.eml")
            if not file.exists() or _headers(file.read_bytes())["Message-ID"] == headers["Message-ID"]:
                return file
        raise AssertionError("count() does not end")


def _headers(data: bytes) -> Message:
    return BytesHeaderParser().parsebytes(data)

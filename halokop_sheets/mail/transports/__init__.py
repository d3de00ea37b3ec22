"""The port that mail leaves by: sessions one after another, one recipient a transaction, one verdict for each."""

from contextlib import AbstractContextManager
from dataclasses import dataclass
from enum import Enum
from typing import Protocol

from halokop_sheets.errors import MailServerError


class SendStatus(Enum):
    """What became of a mail that was handed over."""

    SENT = "sent"
    DEFERRED = "deferred"  # certainly not taken; worth trying again
    REFUSED = "refused"  # certainly not taken, and never will be, for this recipient
    CHANNEL = "channel"  # not taken, and no fault of the mail: sign-in, quota, our right to send
    UNKNOWN = "unknown"  # the body was on its way when the connection broke: taken or not, nobody can say


class Cause(Enum):
    """Why the channel as a whole does not work."""

    UNREACHABLE = "unreachable"
    CERTIFICATE = "certificate"
    SIGN_IN = "sign-in"
    QUOTA = "quota"
    SENDER = "sender"  # this server does not let us send: sender address, relaying
    LIMIT = "limit"  # our own cap a day


@dataclass(frozen=True)
class SendResult:
    """``code`` and ``text`` are the server's last answer (0: there was none), ``queue_id`` its name for the mail."""

    kind: SendStatus
    code: int = 0
    text: str = ""
    queue_id: str = ""
    cause: Cause | None = None  # with CHANNEL; with REFUSED where the reason may be ours and not the recipient's


class ChannelDownError(MailServerError):
    """No session can be had; no mail was begun."""

    def __init__(self, message: str, cause: Cause, code: int = 0) -> None:
        super().__init__(message)
        self.cause = cause
        self.code = code


class Session(Protocol):
    @property
    def alive(self) -> bool:
        """Whether the next mail can go over this session."""

    def send(self, sender: str, recipient: str, data: bytes) -> SendResult:
        """Hand one mail over. Never raises for what a server says or fails to say: that is the verdict."""


class Transport(Protocol):
    def open(self) -> AbstractContextManager[Session]:
        """A session for as many mails as it will take. Raises :class:`ChannelDownError`."""

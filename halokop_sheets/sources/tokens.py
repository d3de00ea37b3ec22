"""The token of the office's Instagram account: taken over from a person once, then kept alive.

A long-lived token lasts 60 days; it may be renewed once it is 24 hours old and while it is valid, by GET
(https://developers.facebook.com/docs/instagram-platform/instagram-api-with-instagram-login/business-login). When it
has died, or the account's password was changed, only a person can make a new one.

The kept file holds the new token and the one before it until the new one has worked: whenever the process or the power
dies, the disk holds one that works. It is readable for its owner alone, and no error tells what is in it.
"""

import json
import os
import re
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path

from halokop_sheets.durable import sync_folder
from halokop_sheets.errors import HalokopError

WEEKLY = timedelta(days=7)
DAILY = timedelta(hours=20)  # between two attempts to renew it
YOUNGEST = timedelta(hours=24)  # Meta refuses to renew a younger one
ALONE = timedelta(days=30)  # left; from then on it is renewed also on a day without anything to ask
VARIABLE = "HALOKOP_INSTAGRAM_TOKEN"
_TOKEN = re.compile(r"[A-Za-z0-9_.|%-]{1,1000}")


class TokenError(HalokopError):
    """There is no token that can be used, or it cannot be kept."""


@dataclass(frozen=True)
class Token:
    """Times are aware. ``since``: from when it is known to be; ``until``: None while nobody has told us."""

    value: str
    seed: str  # hash of what the person gave: another one is a new token
    since: datetime
    until: datetime | None = None
    before: str = ""  # the token before it, until this one has worked
    refused: bool = False
    tried: datetime | None = None  # the last attempt to renew it

    def due(self, now: datetime) -> bool:
        """Whether it is time to renew it: weekly, and at once when we do not know how long it lasts."""
        age = now - self.since
        rested = self.tried is None or now - self.tried >= DAILY
        return not self.refused and rested and age >= YOUNGEST and (self.until is None or age >= WEEKLY)


class TokenKeeper:
    """The token in the state folder. ``given``: what the person put into a file or the environment, and since when."""

    def __init__(self, file: Path, given: Callable[[], tuple[str, datetime | None]]) -> None:
        self._file, self._given = file, given

    def current(self, now: datetime) -> Token:
        """The token to use; a person's new one replaces the kept one. Raises ``TokenError``."""
        kept = self._read()
        value, written = self._given()
        if value:
            seed = sha256(value.encode()).hexdigest()
            if kept is None or kept.seed != seed:
                since = min(written or now, now)
                return self.keep(Token(value, seed, since))
        if kept is None:
            raise TokenError(f"no Instagram token: write it into readings.instagram_token_file, or set {VARIABLE}")
        return kept

    def peek(self, now: datetime) -> Token | None:
        """The token as it is known, nothing written; None where there is none that can be read."""
        try:
            kept = self._read()
            value, written = self._given()
        except TokenError:
            return None
        seed = sha256(value.encode()).hexdigest()
        if value and (kept is None or kept.seed != seed):
            return Token(value, seed, min(written or now, now))
        return kept

    def renewed(self, token: Token, value: str, seconds: int, now: datetime) -> Token:
        """Keep a renewed token beside the one before it. ``seconds``: how long it lasts from ``now`` on."""
        new = Token(value, token.seed, now, now + timedelta(seconds=seconds), before=token.value)
        return self.keep(replace(new, before="") if value == token.value else new)

    def worked(self, token: Token) -> Token:
        """It was taken: the one before it may go, and it is refused no longer."""
        return self.keep(replace(token, before="", refused=False)) if token.before or token.refused else token

    def failed(self, token: Token) -> Token | None:
        """It was refused: the one before it, where there is one; else None, and that is kept for people to hear of."""
        if token.before:
            return self.keep(replace(token, value=token.before, before="", until=None))
        if not token.refused:
            self.keep(replace(token, refused=True))
        return None

    def keep(self, token: Token) -> Token:
        """On disk, whole, for its owner alone, before this returns. Raises ``TokenError``."""
        data = asdict(token) | {name: _iso(getattr(token, name)) for name in ("since", "until", "tried")}
        beside = self._file.with_name(f"{self._file.name}.new")
        try:
            self._file.parent.mkdir(parents=True, exist_ok=True)
            beside.unlink(missing_ok=True)
            with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as out:
                json.dump(data, out)
                out.flush()
                os.fsync(out.fileno())
            beside.replace(self._file)
            sync_folder(self._file.parent)
        except OSError as error:
            raise TokenError(f"the token cannot be kept in {self._file}: {error.strerror}") from None
        return token

    def _read(self) -> Token | None:
        """The kept token; a file that cannot be understood is as good as none, for the person's own is still there."""
        try:
            data = json.loads(self._file.read_text(encoding="utf-8"))
            since, until, tried = (
                datetime.fromisoformat(data[name]) if data[name] else None for name in ("since", "until", "tried")
            )
            if since is None:
                return None
            value, seed, before = (str(data[name]) for name in ("value", "seed", "before"))
            return Token(value, seed, since, until, before, bool(data["refused"]), tried)
        except FileNotFoundError:
            return None
        except OSError as error:
            raise TokenError(f"the token in {self._file} cannot be read: {error.strerror}") from None
        except (ValueError, KeyError, TypeError):
            return None


def given_token(file: Path | None) -> tuple[str, datetime | None]:
    """What a person gave: the file's one line and its time of change, else the environment's. Raises ``TokenError``."""
    if file is None:
        return _checked(os.environ.get(VARIABLE, ""), VARIABLE), None
    try:
        written = datetime.fromtimestamp(file.stat().st_mtime, UTC)
        text = file.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        return "", None  # it was taken over before; without a kept one that is said there
    except (OSError, UnicodeDecodeError):
        raise TokenError(f"the Instagram token file {file} cannot be read as text") from None
    return _checked(text, str(file)), written


def _checked(text: str, place: str) -> str:
    value = text.strip().strip("\"'")
    if value and not _TOKEN.fullmatch(value):
        raise TokenError(f"{place}: holds no token; write the token alone, one line")
    return value


def _iso(moment: datetime | None) -> str | None:
    return moment.astimezone(UTC).isoformat(timespec="seconds") if moment else None

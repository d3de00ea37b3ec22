"""Requests to the Sheets API: gspread's HTTP client with our base address, time limits, bounded retry, our own errors.

gspread's ``BackOffHTTPClient`` is not used: on steady 429 it never gives up, and its ``APIError`` cannot be made from
every error body that Google sends.
"""

import re
from collections.abc import Callable, Mapping, MutableMapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, Protocol
from urllib.parse import urlsplit

import google.auth
import gspread
import requests
from google.auth import exceptions as auth_errors
from google.oauth2 import service_account
from tenacity import RetryCallState, Retrying, retry_if_exception

from halokop_sheets.errors import BudgetError, TryAgainError, WorkbookError

SCOPE = "https://www.googleapis.com/auth/spreadsheets"  # nothing of Drive
ATTEMPTS = 6
MAX_WAIT = 900.0  # seconds of a Retry-After that are believed
BUDGET = 60.0  # seconds for one call with all its attempts
CONNECT_TIMEOUT, READ_TIMEOUT = 10.0, 60.0  # seconds
_PASSING = {408, 429, 500, 502, 503, 504}
_RATE_REASONS = ("ratelimitexceeded", "rate_limit_exceeded", "quota exceeded")

_REQUEST = re.compile(r"\brequests\[(\d+)\]")

Json = dict[str, Any]


class RefusedError(WorkbookError):
    """Google read the request and did not take it (400): nothing of it was applied. ``message`` is Google's own.

    ``request``: which request of the batch it names (``Invalid requests[3].updateCells: ...``), 0-based; else None.
    """

    def __init__(self, message: str) -> None:
        super().__init__(f"Google Sheets refused the request: {message}")
        self.message = message
        named = _REQUEST.search(message)
        self.request = int(named[1]) if named else None


class NotFoundError(WorkbookError):
    """There is no such spreadsheet, or no such entry in it (404)."""


class Gate(Protocol):
    """What stands between a request and Google where many programmes share its limits."""

    def admit(self, kind: Literal["read", "write"]) -> None:
        """Return once the request may go; raise ``BudgetError`` where that would take too long."""

    def answered(self, status: int) -> None:
        """The HTTP status that came back for it."""


class OpenGate:
    """One programme alone stays far below Google's limits: one read in five minutes."""

    def admit(self, kind: Literal["read", "write"]) -> None:
        pass

    def answered(self, status: int) -> None:
        pass


@dataclass(frozen=True)
class Sources:
    """Time and chance, handed in: seconds to sleep, a monotonic clock in seconds, [0, 1) jitter, a fresh nonce; and the
    gate that each attempt goes through."""

    sleep: Callable[[float], None]
    monotonic: Callable[[], float]
    jitter: Callable[[], float]
    nonce: Callable[[], str]
    gate: Gate = field(default_factory=OpenGate)


def load_credentials(key_file: Path | None) -> Any:
    """A service account's key, or Application Default Credentials; raises ``WorkbookError`` with what to do."""
    if key_file is None:
        try:
            return google.auth.default(scopes=[SCOPE])[0]
        except auth_errors.GoogleAuthError:
            raise WorkbookError(
                "no Google credentials: set google.credentials_file to a service account's key, "
                f"or sign in once with: gcloud auth application-default login --scopes={SCOPE}"
            ) from None
    try:
        return service_account.Credentials.from_service_account_file(str(key_file), scopes=[SCOPE])  # type: ignore[no-untyped-call]
    except FileNotFoundError:
        raise WorkbookError(f"no key file at {key_file}: set google.credentials_file to the right file") from None
    except OSError as error:
        raise WorkbookError(f"the key file {key_file} cannot be read: {error.strerror}") from None
    except (ValueError, auth_errors.GoogleAuthError):
        raise WorkbookError(f"{key_file} is not a service account's key: download it again as JSON") from None


class SheetsClient(gspread.HTTPClient):
    """Calls for one spreadsheet. Every call may be repeated: reads by nature, batches because of their fence.

    At most ``ATTEMPTS`` attempts and ``BUDGET`` seconds a call; then ``TryAgainError``, and the next tick tries again.
    """

    def __init__(self, auth: Any, spreadsheet_id: str, sources: Sources, *, api_url: str) -> None:
        super().__init__(auth)
        self.set_timeout((CONNECT_TIMEOUT, READ_TIMEOUT))
        self.spreadsheet_id = spreadsheet_id
        self.account = str(getattr(auth, "service_account_email", "") or "")
        self._sources = sources
        self._api_url = api_url.rstrip("/")
        self._not_before = 0.0  # monotonic seconds: Google asked not to be called before

    def get(self, path: str = "", *, fields: str) -> Json:
        return self._call("get", path, fields, None)

    def post(self, path: str, body: Json, *, fields: str) -> Json:
        return self._call("post", path, fields, body)

    def request(  # noqa: PLR0913 - the signature is gspread's
        self,
        method: str,
        endpoint: str,
        params: MutableMapping[str, Any] | None = None,
        data: bytes | None = None,
        json: Mapping[str, Any] | None = None,
        files: Any = None,
        headers: MutableMapping[str, str] | None = None,
    ) -> requests.Response:
        """One attempt at our own base address; raises ``TryAgainError`` where another attempt may help."""
        url = self._api_url + (urlsplit(endpoint).path if endpoint.startswith("http") else endpoint)
        self._sources.gate.admit("write" if url.endswith(":batchUpdate") else "read")
        try:
            response = self.session.request(
                method, url, params=params, data=data, json=json, files=files, headers=headers, timeout=self.timeout
            )
        except auth_errors.RefreshError as error:
            if error.retryable:
                raise TryAgainError("Google's sign-in service is not answering; the next tick tries again") from None
            raise WorkbookError(
                "Google refused the sign-in: the key may have been deleted, or this machine's clock is wrong; "
                "make a new key for the service account and set google.credentials_file"
            ) from None
        except auth_errors.GoogleAuthError:
            raise TryAgainError("Google's sign-in service is out of reach; the next tick tries again") from None
        except requests.Timeout:
            raise TryAgainError("Google Sheets did not answer in time; the next tick tries again") from None
        except requests.RequestException:
            raise TryAgainError("Google Sheets is out of reach: check the network; the next tick tries again") from None
        self._sources.gate.answered(response.status_code)
        if not response.ok:
            self._not_before = self._sources.monotonic() + _retry_after(response)
            raise self._error(response)
        return response

    def _call(self, method: str, path: str, fields: str, body: Json | None) -> Json:
        started = self._sources.monotonic()
        if started < self._not_before:
            raise TryAgainError(f"Google Sheets asked to wait {self._not_before - started:.0f} seconds more")

        def left() -> float:
            return BUDGET - (self._sources.monotonic() - started)

        def wait(state: RetryCallState) -> float:
            usual = min(2.0 ** (state.attempt_number - 1), 16.0) + self._sources.jitter()
            return max(usual, self._not_before - self._sources.monotonic())

        def stop(state: RetryCallState) -> bool:
            return state.attempt_number >= ATTEMPTS or left() - state.upcoming_sleep < 1

        retrying = Retrying(
            sleep=self._sources.sleep, wait=wait, stop=stop, retry=retry_if_exception(_passes), reraise=True
        )
        for attempt in retrying:
            with attempt:
                rest = max(left(), 1.0)
                self.set_timeout((min(CONNECT_TIMEOUT, rest), min(READ_TIMEOUT, rest)))
                return self._once(method, path, fields, body)
        raise AssertionError("unreachable")

    def _once(self, method: str, path: str, fields: str, body: Json | None) -> Json:
        endpoint = f"/v4/spreadsheets/{self.spreadsheet_id}{path}"
        response = self.request(method, endpoint, params={"fields": fields, "prettyPrint": "false"}, json=body)
        try:
            answer = response.json()
        except requests.JSONDecodeError:
            answer = None
        if not isinstance(answer, dict):
            raise TryAgainError("Google Sheets answered with something else than JSON; the next tick tries again")
        return answer

    def _error(self, response: requests.Response) -> WorkbookError:
        """Google's answer as one of our errors. Bodies can be JSON, HTML, or ``{"error": "text"}``."""
        status = response.status_code
        message = _message(response)
        low = f"{message} {response.text[:4000]}".casefold()
        if status in _PASSING or (status == 403 and any(reason in low for reason in _RATE_REASONS)):
            what = "asks for fewer requests a minute" if status in (403, 429) else "is in trouble"
            return TryAgainError(f"Google Sheets {what} ({status}); the next tick tries again")
        if status == 400 or (status == 403 and _REQUEST.search(message)):  # one request of a batch
            return RefusedError(message)
        who = self.account or "the account that signs in"
        if status == 401:
            return WorkbookError("Google does not accept the sign-in any more: make a new key for the service account")
        if status == 403 and ("service_disabled" in low or "has not been used in project" in low):
            return WorkbookError(
                "the Google Sheets API is not enabled: open the Cloud project, APIs & Services, Library, "
                "Google Sheets API, Enable; then wait a minute"
            )
        if status == 403 and "scope" in low:
            return WorkbookError(f"the sign-in lacks the scope {SCOPE}: sign in again with it")
        if status == 403:
            return WorkbookError(f"no access to the spreadsheet: share it with {who} as Editor")
        if status == 404:
            return NotFoundError(
                f"no spreadsheet with the id {self.spreadsheet_id}: set workbook.spreadsheet_id to the part of the "
                "sheet's address between /d/ and /edit"
            )
        return WorkbookError(f"Google Sheets answered {status}: {message}")


def _retry_after(response: requests.Response) -> float:
    """Seconds that the answer asks us to wait (RFC 9110, 10.2.3); its other form, a date, is not used by Google."""
    asked = response.headers.get("Retry-After", "")
    return min(float(asked), MAX_WAIT) if asked.isdecimal() else 0.0


def _passes(error: BaseException) -> bool:
    """Whether another attempt at once may help."""
    return isinstance(error, TryAgainError) and not isinstance(error, BudgetError)


def _message(response: requests.Response) -> str:
    try:
        error = response.json()["error"]
        text = error["message"] if isinstance(error, dict) else error
    except (requests.JSONDecodeError, KeyError, TypeError):
        text = response.reason
    return " ".join(str(text).split())[:400]

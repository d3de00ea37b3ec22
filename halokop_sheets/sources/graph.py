"""One request to Instagram's Graph API: its time limits, its errors by what they mean, and never a token in any text.

Errors as documented (https://developers.facebook.com/docs/graph-api/guides/error-handling): 190 token, 10 permission,
4, 17, 32, 613 limits, 100 a parameter; 100 with subcode 33 no such object, with 2108006 posted before the account was
professional. How much of the limit is used comes in ``X-App-Usage`` and ``X-Business-Use-Case-Usage``, in percent.
"""

import json
import time
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from halokop_sheets.core.sheet.answers import Gap

if TYPE_CHECKING:
    import requests

TRIES = 3
PAUSE = 0.5  # seconds before the second try, doubled before the third
NEARLY_ALL = 95  # percent of the hour's calls that others of the same account may need
_LARGEST = 4_000_000  # bytes of an answer; a page of 50 posts has some 20,000
_TOKEN, _PERMISSION, _PARAMETER, _NO_OBJECT, _BEFORE = 190, 10, 100, 33, 2108006
_LIMITS = (4, 17, 32, 613)
_PASSING = (1, 2)  # "unknown" and "service", both worth another try


class GraphError(Exception):
    """A request that brought nothing. ``metric``: one of the metrics is not allowed for this post."""

    def __init__(self, gap: Gap, what: str, *, again: bool = False, metric: bool = False) -> None:
        super().__init__(what)
        self.gap, self.again, self.metric = gap, again, metric


class Graph:
    """The API at ``url``. Redirects are not followed: they would carry the token to another host."""

    def __init__(
        self, url: str, *, timeout: float = 5.0, pause: float = PAUSE, sleep: Callable[[float], None] = time.sleep
    ) -> None:
        self._url, self._timeout, self._pause, self._sleep = url.rstrip("/"), timeout, pause, sleep
        self._used = 0.0

    def begin(self) -> None:
        """A new round of requests: what an earlier one was told of the limit is forgotten."""
        self._used = 0.0

    def get(self, path: str, token: str, **parameters: str) -> dict[str, Any]:
        """The answer to one GET, tried again where that can help. Raises ``GraphError``."""
        for tried in range(1, TRIES + 1):
            try:
                return self._once(path, {**parameters, "access_token": token})
            except GraphError as error:
                if not error.again or tried == TRIES:
                    raise
            self._sleep(self._pause * 2 ** (tried - 1))
        raise AssertionError("not reached")

    def _once(self, path: str, parameters: dict[str, str]) -> dict[str, Any]:
        import requests

        if self._used >= NEARLY_ALL:
            raise GraphError(Gap.LIMIT, f"{self._used:.0f} % of the allowed calls are used")
        try:
            with requests.get(
                f"{self._url}/{path}", parameters, timeout=self._timeout, allow_redirects=False, stream=True
            ) as answer:
                self._used = max(self._used, used(answer.headers))
                return _content(answer)
        except requests.RequestException as error:  # its text holds the whole address, the token too
            raise GraphError(Gap.NETWORK, type(error).__name__, again=True) from None


def _content(answer: "requests.Response") -> dict[str, Any]:
    body = bytearray()
    for piece in answer.iter_content(65_536):
        body += piece
        if len(body) > _LARGEST:
            raise GraphError(Gap.SERVER, "an answer of more than 4 MB")
    try:
        data = json.loads(body)
    except ValueError:
        data = None
    if isinstance(data, dict) and answer.status_code == 200 and "error" not in data:
        return data
    raise error_of(answer.status_code, data)


def error_of(status: int, data: Any) -> GraphError:
    """What an answer that is no success means. Meta's own message is left out: it may quote what was sent."""
    found = data.get("error") if isinstance(data, dict) else None
    told = found if isinstance(found, dict) else {}
    code, subcode = told.get("code"), told.get("error_subcode")
    what = f"HTTP {status}" + (f", code {code}" if isinstance(code, int) else "")
    what += f"/{subcode}" if isinstance(subcode, int) else ""
    if code == _TOKEN or (status == 401 and code is None):
        return GraphError(Gap.SIGN_IN, what)
    if code in _LIMITS or status == 429:
        return GraphError(Gap.LIMIT, what)
    if code == _PERMISSION:
        return GraphError(Gap.PERMISSION, what)
    if code == _PARAMETER and subcode == _BEFORE:
        return GraphError(Gap.BEFORE, what)
    if code == _PARAMETER and subcode == _NO_OBJECT:
        return GraphError(Gap.NOT_OURS, what)
    if code == _PARAMETER:
        return GraphError(Gap.EMPTY, what, metric=True)
    return GraphError(Gap.SERVER, what, again=status >= 500 or code in _PASSING)


def used(headers: Mapping[str, str]) -> float:
    """The largest share of a limit that the headers name, in percent; 0 where they say nothing."""
    found = [0.0]
    for name in ("X-App-Usage", "X-Business-Use-Case-Usage"):
        try:
            told = json.loads(headers.get(name, "{}"))
        except ValueError:
            continue
        for usage in _usages(told):
            shares = (usage.get(key) for key in ("call_count", "total_time", "total_cputime"))
            found += [float(share) for share in shares if isinstance(share, int | float)]
    return max(found)


def _usages(told: Any) -> Iterator[dict[str, Any]]:
    """One app's usage as it is; a business's by account, each a list of usages."""
    if not isinstance(told, dict):
        return
    yield told
    for value in told.values():
        if isinstance(value, list):
            yield from (one for one in value if isinstance(one, dict))

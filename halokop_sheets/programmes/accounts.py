"""The service accounts that programmes share: one sign-in a key file, and each programme's gate to its budget."""

import json
from collections.abc import Callable
from threading import Lock
from typing import TYPE_CHECKING, Any

from halokop_sheets.programmes.at_work import AtWork, Gate
from halokop_sheets.programmes.budget import Budget
from halokop_sheets.programmes.member import Edges
from halokop_sheets.settings import Settings

if TYPE_CHECKING:
    from halokop_sheets.workbooks.google import GoogleWorkbook

DEFAULT = "application default credentials"


class Accounts:
    """An account is known by its key file. 514 sheets behind four keys sign in four times an hour, not 514 times."""

    def __init__(self, budget: Budget, edges: Edges) -> None:
        self._budget, self._edges = budget, edges
        self._signed: dict[str, Any] = {}
        self._lock = Lock()

    def gate(self, settings: Settings, work: AtWork) -> Gate | None:
        """The way to Google of one programme; None for a workbook that is no Google sheet."""
        if settings.workbook_file:
            return None
        account = account_of(settings)
        self._budget.add(account, _project(settings))
        return Gate(self._budget, account, work)

    def opener(self, settings: Settings) -> Callable[[Gate], "GoogleWorkbook"]:
        """Opens the programme's Google sheet with the account's sign-in."""

        def open_sheet(gate: Gate) -> "GoogleWorkbook":
            from halokop_sheets.workbooks.google import Sources, key_file, load_credentials, open_workbook

            with self._lock:
                if gate.account not in self._signed:
                    self._signed[gate.account] = load_credentials(key_file(settings))
            edges = self._edges
            sources = Sources(edges.sleep, edges.monotonic, edges.jitter, edges.nonce, gate)
            return open_workbook(settings, auth=self._signed[gate.account], sources=sources)

        return open_sheet


def account_of(settings: Settings) -> str:
    """What tells accounts apart: the key file's place."""
    key = settings.google.credentials_file
    return str(settings.path(key).resolve()) if key else DEFAULT


def _project(settings: Settings) -> str:
    """The Cloud project of a key, whose limits all its accounts share; a key that cannot be read is its own."""
    key = settings.google.credentials_file
    if not key:
        return DEFAULT
    try:
        data = json.loads(settings.path(key).read_text(encoding="utf-8"))
        return str(data["project_id"])
    except (OSError, ValueError, KeyError, TypeError):
        return str(settings.path(key).resolve())

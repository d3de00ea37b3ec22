"""Batches leave here: each behind its fence, and told apart from a rival's where the answer was lost."""

from halokop_sheets.errors import Conflict, TryAgainError
from halokop_sheets.workbooks.google.client import Json, NotFoundError, RefusedError, SheetsClient, Sources
from halokop_sheets.workbooks.google.fence import MAX_AGE, fence_requests, is_taken, next_fence
from halokop_sheets.workbooks.google.read import Seen
from halokop_sheets.workbooks.google.write import RESPONSE_FIELDS


class Sender:
    """``used``: fences of ours since the last read."""

    def __init__(self, client: SheetsClient, sources: Sources) -> None:
        self._client, self._sources = client, sources
        self.used: list[int] = []

    def send(self, requests: list[Json], ranges: list[str], seen: Seen) -> Json:
        """One fenced batch (``fence``); answers with the spreadsheet as it is after it, cut to ``ranges``."""
        if self._sources.monotonic() - seen.at > MAX_AGE:
            raise Conflict(f"the plan is older than {MAX_AGE:.0f} seconds: the spreadsheet is read again")
        fence, nonce = next_fence(seen, self.used), self._sources.nonce()
        first = fence_requests(fence, nonce, seen)
        body: Json = {"requests": [*first, *requests]}
        if ranges:
            body |= {"includeSpreadsheetInResponse": True, "responseRanges": ranges}
        try:
            answer = self._client.post(":batchUpdate", body, fields=RESPONSE_FIELDS if ranges else "spreadsheetId")
        except RefusedError as error:
            if is_taken(error):
                return self._whose(fence, nonce, ranges)
            if error.request is not None:
                error.request -= len(first)
            raise
        except TryAgainError:
            return self._whose(fence, nonce, ranges)
        self.used.append(fence)
        updated: Json = answer.get("updatedSpreadsheet", {})
        return updated

    def _whose(self, fence: int, nonce: str, ranges: list[str]) -> Json:
        """Whose batch stands under the fence: ours was applied although its answer was lost, a rival's was faster."""
        try:
            entry = self._client.get(f"/developerMetadata/{fence}", fields="metadataValue")
        except NotFoundError:
            raise TryAgainError(
                "Google did not confirm the batch in time and does not show it yet; the next tick looks what stands "
                "there and writes what is missing"
            ) from None
        if entry.get("metadataValue") != nonce:
            raise Conflict("another daemon or computer wrote first: nothing was written, the tick starts over")
        self.used.append(fence)
        if not ranges:
            return {}
        filters = [{"a1Range": range_} for range_ in ranges]
        fields = RESPONSE_FIELDS.removeprefix("updatedSpreadsheet(").removesuffix(")")
        try:
            return self._client.post(":getByDataFilter", {"dataFilters": filters}, fields=fields)
        except RefusedError:
            raise Conflict("the batch was applied and a tab renamed since: it is read again") from None

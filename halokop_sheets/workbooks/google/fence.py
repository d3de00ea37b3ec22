"""The fence: why of two daemons with one snapshot exactly one batch is applied, and why a batch may be repeated.

Google has no if-match. But a ``batchUpdate`` is applied as a whole or not at all, and a metadata id that exists
already is refused. So every batch begins by creating spreadsheet metadata under the id that follows the last one
seen in the read, with a nonce as its value. Whoever read the same state asks for the same id: the second batch is
refused as a whole, and its daemon reads again. The same goes for a repetition of our own batch after a time-out or
a 5xx that came although the batch was applied: it is refused, and the value under the id tells whose batch it was.
Our nonce: it was applied. Another: somebody was faster (``Conflict``).

Fences older than ``WINDOW`` batches are deleted by the next batch, so a snapshot may not grow old: after
``MAX_AGE`` seconds it is not written on (Google's quota allows fewer than ``WINDOW`` batches a minute and user).

Documented: ids are unique, a batch is atomic. Observed: the refusal's text.
"""

from collections.abc import Collection

from halokop_sheets.workbooks.google.client import Json, RefusedError
from halokop_sheets.workbooks.google.read import FENCE_KEY, Seen

WINDOW = 64
MAX_AGE = 120.0  # seconds from read to write
_FIRST = 700_000_000


def next_fence(seen: Seen, used: Collection[int]) -> int:
    """The id that a batch on this read must create; ``used``: fences of our own since then."""
    fence = max([_FIRST, *seen.fences, *used]) + 1
    while fence in seen.metadata_ids:  # another add-on's metadata
        fence += 1
    return fence


def fence_requests(fence: int, nonce: str, seen: Seen) -> list[Json]:
    """The requests that every batch begins with."""
    entry = {
        "metadataId": fence,
        "metadataKey": FENCE_KEY,
        "metadataValue": nonce,
        "location": {"spreadsheet": True},
        "visibility": "DOCUMENT",
    }
    old = [id_ for id_ in seen.fences if id_ <= fence - WINDOW]
    return [
        {"createDeveloperMetadata": {"developerMetadata": entry}},
        *({"deleteDeveloperMetadata": {"dataFilter": {"developerMetadataLookup": {"metadataId": id_}}}} for id_ in old),
    ]


def is_taken(refusal: RefusedError) -> bool:
    """Whether a batch was refused because its fence exists: by a rival, or by our own earlier attempt."""
    return "metadata" in refusal.message and "already exists" in refusal.message

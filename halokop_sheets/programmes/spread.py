"""Where a programme falls: its moment of the round, its shard, its key file; each by a hash of its name.

SHA-256 of the settings file's stem is the same on every machine and in every release of Python (``hash()`` is not), so
two machines agree on whose a programme is without talking to each other.
"""

from hashlib import sha256

_SHARD, _MOMENT, _KEY = range(3)  # eight bytes of the digest each, so that one says nothing of another


def _number(name: str, use: int) -> int:
    return int.from_bytes(sha256(name.encode()).digest()[8 * use : 8 * use + 8])


def shard_of(name: str, shards: int) -> int:
    """Which of ``shards`` processes serves it, from 0."""
    return _number(name, _SHARD) % shards


def moment_of(name: str, period: float) -> float:
    """Seconds into each round of ``period`` seconds at which it is looked at."""
    return _number(name, _MOMENT) % 1_000_000 / 1_000_000 * period


def key_of(name: str, keys: list[str]) -> str:
    """Which key file it uses. Each file's score for it is compared, so that one file more moves only its own share of
    the programmes (rendezvous hashing); a sheet that moves must be shared with the other account first."""
    return max(keys, key=lambda key: _number(f"{name}\0{key}", _KEY))

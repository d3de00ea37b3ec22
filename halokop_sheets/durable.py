"""Files that must survive a power cut: the data on disk first, then the name."""

import os
from contextlib import suppress
from pathlib import Path


def write(file: Path, data: bytes) -> None:
    """The whole file, on disk when this returns. Raises ``OSError``."""
    with file.open("wb") as handle:
        handle.write(data)
        handle.flush()
        os.fsync(handle.fileno())


def sync_folder(folder: Path) -> None:
    """Make a new name in a folder durable; a system that cannot open folders (Windows) does this by itself."""
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)

"""Who may read what we write: it holds people's names, addresses and mails.

Whatever the process creates is for its user alone, or for its user and group where ``state.readable_by`` says so: the
umask sees to it, so that no writer can forget it. A file that takes another's place keeps that one's mode and owner.
Windows has neither: there the folder's own rights hold.
"""

import os
import shutil
import stat
from contextlib import suppress
from pathlib import Path
from typing import Literal

_UMASK = {"owner": 0o077, "group": 0o027}


def keep_private(readable_by: Literal["owner", "group"]) -> None:
    """From now on files are made 0600 or 0640, folders 0700 or 0750."""
    os.umask(_UMASK[readable_by])


def same_rights(original: Path, copy: Path) -> None:
    """Give a copy the mode and, where we may, the owner of its original. Raises ``OSError``."""
    if hasattr(os, "chown"):
        there = original.stat()
        for owner in (there.st_uid, -1):  # only root may give a file away; to a group of ours we may give it too
            with suppress(PermissionError):
                os.chown(copy, owner, there.st_gid)
                break
    shutil.copymode(original, copy)


def others_can_read(file: Path) -> bool:
    """Whether any user of this computer can open it: by its own mode, and by that of every folder above it."""
    if os.name != "posix":
        return False
    with suppress(OSError):
        above = file.resolve().parents
        return bool(file.stat().st_mode & stat.S_IROTH) and all(f.stat().st_mode & stat.S_IXOTH for f in above)
    return False

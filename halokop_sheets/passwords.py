"""Passwords: from the environment, or from a file that the environment names; never from the settings file."""

import os
from pathlib import Path

from halokop_sheets.errors import SettingsError


def smtp_password() -> str:
    """The SMTP password from ``HALOKOP_SMTP_PASSWORD`` or the file that ``HALOKOP_SMTP_PASSWORD_FILE`` names."""
    if file := os.environ.get("HALOKOP_SMTP_PASSWORD_FILE"):
        try:
            return Path(file).read_text(encoding="utf-8-sig").strip()
        except OSError as error:
            raise SettingsError([f"HALOKOP_SMTP_PASSWORD_FILE: cannot be read: {error.strerror}"]) from None
        except UnicodeDecodeError:
            raise SettingsError([f"HALOKOP_SMTP_PASSWORD_FILE: {file} is no UTF-8 text: save it as UTF-8"]) from None
    return os.environ.get("HALOKOP_SMTP_PASSWORD", "")

"""The frozen procedure of the tests: an edit of ``config/sop.toml`` changes the office, not what the tests compare."""

from pathlib import Path

from halokop_sheets import sop
from halokop_sheets.core.office.procedure import Procedure
from halokop_sheets.settings import Settings

FILE = Path(__file__).parent / "procedure.toml"


def load_procedure(settings: Settings) -> Procedure:
    """The procedure that the settings name, else the frozen one."""
    if settings.program.sop_file:
        return sop.load_procedure(settings)
    return sop.parse_procedure(FILE.read_text(encoding="utf-8"), FILE.name)

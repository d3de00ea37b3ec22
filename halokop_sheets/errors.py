"""Our own errors: each says what happened and what to do, and whether trying again can help.

They are raised at the edges only; a bad row in the sheet is data (a message in ``Pesan Sistem``), never an exception.
"""


class HalokopError(Exception):
    """A failure with a clear one-line text for the person at the command line."""

    exit_code = 1


class SettingsError(HalokopError):
    """Every mistake found in settings or procedure files, all at once; each with its place and remedy."""

    exit_code = 2

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


class UsageError(HalokopError):
    """The command cannot be carried out as asked."""

    exit_code = 2


class WorkbookError(HalokopError):
    """The workbook cannot be read or written now."""

    exit_code = 3


class TryAgainError(WorkbookError):
    """Trouble that passes by itself (a lock, a busy or unreachable service): the next tick tries again."""


class BudgetError(TryAgainError):
    """Google's limits a minute are used up, by this office or others: it is nobody's fault and passes soon."""


class Conflict(TryAgainError):  # noqa: N818  (a conflict is no error of anybody)
    """Somebody changed the workbook between our read and our write: nothing was written, the tick starts over."""


class LedgerError(HalokopError):
    """The mail ledger cannot be trusted: no mail is sent until an operator has looked at it."""

    exit_code = 3


class MailServerError(HalokopError):
    """The mail server is out of reach or refuses us as a whole; no single mail is to blame."""

    exit_code = 3

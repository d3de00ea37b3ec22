"""What ``halokop check`` says of one thing that it looked at."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from halokop_sheets.errors import SettingsError

AGAIN = "correct it there and look again"
MOST_STEPS = 5  # of what to do next: nobody does more before looking again


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at. ``exit_code`` 0 with a problem: a warning, the program works all the same."""

    what: str
    problem: str | None = None
    remedy: str = ""
    exit_code: int = 0
    then: str = ""  # what leads on from here, once every problem is put right

    def __str__(self) -> str:
        if self.problem is None:
            return f"ok       {self.what}"
        word = "PROBLEM" if self.exit_code else "warning"
        remedy = f"\n         -> {self.remedy}" if self.remedy else ""
        return f"{word:8} {self.what}: {self.problem}{remedy}"


def summary(findings: Iterable[Finding]) -> str:
    """How many problems and warnings there are, and what that means."""
    found = [f for f in findings if f.problem]
    problems = sum(f.exit_code > 0 for f in found)
    warnings = len(found) - problems
    said = [f"{problems} problem(s) to put right"] if problems else []
    if warnings:
        said.append(f"{warnings} warning(s): the program works all the same")
    return ", ".join(said) or "all is well"


def what_next(findings: Sequence[Finding]) -> list[str]:
    """What to do now, in order: every problem; with none left, what leads on to the daily work."""
    todo = [
        f"{f.what}: {f.problem if f.remedy in ('', AGAIN) else f.remedy}" for f in findings if f.problem and f.exit_code
    ]
    if todo:
        return [*todo[:MOST_STEPS], "`halokop check` again"]
    return [f.then for f in findings if f.then]


def mistakes(what: str, error: SettingsError) -> Iterator[Finding]:
    """Every mistake of a file that people write."""
    for problem in error.problems:
        yield Finding(what, problem, AGAIN, error.exit_code)

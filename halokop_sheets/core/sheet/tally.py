"""What a plan found, in figures: for the heartbeat, and through it for those who look after many sheets. No names."""

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True)
class Tally:
    """``moments``: when, today or tomorrow (wall clock of the programme's zone), mail comes due though nobody edits."""

    open: int = 0  # steps needed and not done, of live episodes, whose due date is not past
    late: int = 0  # ... whose due date is past
    on_time: int = 0  # steps of the last 12 weeks done on time ...
    counted: int = 0  # ... of those needed and due or done
    next_publish: date | None = None
    problems: int = 0
    moments: tuple[datetime, ...] = ()

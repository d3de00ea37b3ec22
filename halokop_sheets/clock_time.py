"""A time of day as people write it in a settings file: ``"07:00"``, in the programme's zone."""

from contextlib import suppress
from datetime import time
from typing import Annotated

from pydantic import BeforeValidator


def clock_time(value: object) -> object:
    """``"07:00"`` as a time of day; TOML's own time is taken as it is."""
    with suppress(ValueError):
        value = time.fromisoformat(value) if isinstance(value, str) else value
    if isinstance(value, str) or (isinstance(value, time) and value.tzinfo is not None):
        raise ValueError('write a time of day as "07:00", in the programme\'s zone')
    return value


ClockTime = Annotated[time, BeforeValidator(clock_time)]

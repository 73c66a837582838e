"""The New York exchange's sessions, as CSV on stdout.

A program of its own, run once when a database has no calendar: it needs pandas, which takes a
second and 150 MB that a worker should not keep.
"""

import csv
import sys
from collections.abc import Iterator
from datetime import date, datetime
from itertools import pairwise
from typing import NamedTuple

import exchange_calendars
import pandas as pd

EXCHANGE = "XNYS"
FIRST_DAY = date(2000, 1, 1)
LAST_DAY = date(2030, 12, 31)
# The last session settles on the first one of the next year.
BEYOND = date(2031, 1, 31)
COLUMNS = ("session_date", "opens_at", "closes_at", "half_day", "settles_on")


class CalendarDay(NamedTuple):
    """A session, and the next one: trades settle a session later (T+1)."""

    session_date: date
    opens_at: datetime
    closes_at: datetime
    half_day: bool
    settles_on: date


def sessions() -> Iterator[CalendarDay]:
    """All sessions from FIRST_DAY to LAST_DAY."""
    calendar = exchange_calendars.get_calendar(EXCHANGE, start=FIRST_DAY, end=BEYOND)
    short = set(calendar.early_closes)
    schedule: pd.DataFrame = calendar.schedule
    for this, following in pairwise(schedule.itertuples()):
        if this.Index.date() <= LAST_DAY:
            yield CalendarDay(
                this.Index.date(),
                this.open.to_pydatetime(),
                this.close.to_pydatetime(),
                this.Index in short,
                following.Index.date(),
            )


def main() -> None:
    """Write the CSV."""
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows(
        (day, opens.isoformat(), closes.isoformat(), str(half).lower(), settles)
        for day, opens, closes, half, settles in sessions()
    )


if __name__ == "__main__":
    main()

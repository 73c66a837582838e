"""Card numbers that somebody typed where none belong: found each night, and by `check cards`."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from financebuy.database.pools import Connection
from financebuy.domain.numbers import is_card_number
from financebuy.services.platform import Platform
from financebuy.services.rows import fetch_all
from financebuy.sql import load

ROLE = "fb_worker"
LOOK_BACK = timedelta(days=8)
"""How much of the history a nightly run reads again: a worker may have been away for a week."""
SQL = load("privacy")


@dataclass(frozen=True, slots=True)
class CardFinding:
    """Where a card's number stands; the number itself is not repeated."""

    table_name: str
    column_name: str
    record: str
    last_four: str


@dataclass(frozen=True, slots=True)
class _Text:
    table_name: str
    column_name: str
    record: str
    candidate: str


@dataclass(frozen=True, slots=True)
class _Reported:
    is_new: bool


async def check_cards(platform: Platform) -> list[CardFinding]:
    """Look through every text of every table, with the role `fb_worker`; nothing is written."""
    async with platform.pools.long(ROLE) as connection:
        return await find_cards(connection, None)


async def find_cards(connection: Connection, since: datetime | None) -> list[CardFinding]:
    """Every text with a card's number; of history, what was recorded from `since` on."""
    texts = await fetch_all(connection, _Text, SQL.texts_like_cards, {"since": since})
    found = [
        CardFinding(each.table_name, each.column_name, each.record, each.candidate[-4:])
        for each in texts
        if is_card_number(each.candidate)
    ]
    return sorted(set(found), key=lambda each: (each.table_name, each.column_name, each.record))


async def report_cards(connection: Connection, now: datetime | None = None) -> int:
    """Open an exception for each finding that has none; returns how many are new."""
    since = (now or datetime.now(UTC)) - LOOK_BACK
    new = 0
    for each in await find_cards(connection, since):
        (done,) = await fetch_all(
            connection, _Reported, SQL.report_card_number,
            {
                "table_name": each.table_name, "column_name": each.column_name,
                "record": each.record, "last_four": each.last_four,
            },
        )  # fmt: skip
        new += done.is_new
    return new

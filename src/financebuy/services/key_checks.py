"""Checking API keys in PostgreSQL: those that are shown at the same time, in one question."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

import psycopg

from financebuy.database.columns import pack_column
from financebuy.database.pools import Pools
from financebuy.errors import TryAgainError
from financebuy.gathering import Gathered
from financebuy.services.rows import fetch_all
from financebuy.sql import load

ANSWER_SECONDS = 2.0
"""How long a question may take before it is asked again, on another connection."""


@dataclass(frozen=True, slots=True)
class ShownKey:
    """A key as it was shown: its id, the hash of the secret, and the address it came from."""

    key_id: str
    secret_hash: bytes
    address: str | None


@dataclass(frozen=True, slots=True)
class KeyHolder:
    """Whose key it is, and what it allows."""

    question: int
    user_id: UUID
    account_id: UUID | None
    scopes: list[str]
    user_kind: str


class KeyChecks:
    """Asks PostgreSQL whose key each is; whoever asks while it answers is in the next question."""

    def __init__(self, pools: Pools) -> None:
        """Ask through `pools` as `fb_auth`."""
        self._pools = pools
        self._questions = Gathered(self._ask, seconds=ANSWER_SECONDS)

    async def find(self, shown: ShownKey) -> KeyHolder | None:
        """Return whose key it is; None when it is not good.

        Raises:
            TryAgainError: the database does not answer, or the line to it was lost.
        """
        try:
            return await self._questions.find(shown)
        except TimeoutError:
            raise TryAgainError from None

    async def aclose(self) -> None:
        """End what is under way."""
        await self._questions.aclose()

    async def _ask(self, shown: Sequence[ShownKey]) -> list[KeyHolder | None]:
        try:
            return await self._read(shown)
        except (psycopg.DataError, UnicodeError):
            # One of them is no text that a database holds, so it is no key; the others may be.
            if len(shown) == 1:
                return [None]
        middle = len(shown) // 2
        return [*await self._ask(shown[:middle]), *await self._ask(shown[middle:])]

    async def _read(self, shown: Sequence[ShownKey]) -> list[KeyHolder | None]:
        answers: list[KeyHolder | None] = [None] * len(shown)
        parameters = {
            "key_ids": pack_column("text", [each.key_id for each in shown]),
            "secret_hashes": _bytes([each.secret_hash for each in shown]),
            "addresses": pack_column("text", [each.address for each in shown]),
        }
        try:
            async with self._pools.connection("fb_auth") as lent:
                rows = await fetch_all(lent, KeyHolder, load("identity").authenticate, parameters)
        except psycopg.OperationalError as error:
            # Nothing was written: the request that shows the key has not begun.
            raise TryAgainError from error
        for row in rows:
            answers[row.question - 1] = row
        return answers


def _bytes(values: Sequence[bytes]) -> str:
    """Write an array of byte strings: psycopg would look at each of a list."""
    return "{" + ",".join([f'"\\\\x{each.hex()}"' for each in values]) + "}"

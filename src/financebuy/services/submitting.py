"""Handing a command to the command path and turning its verdict into a value or an error."""

from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from financebuy import errors
from financebuy.database.commands import Verdict
from financebuy.services.caller import Caller
from financebuy.services.platform import Platform


@dataclass(frozen=True, slots=True)
class Accepted:
    """What an accepted command did; `replayed` says that it was done by an earlier request."""

    result: dict[str, Any]
    replayed: bool


async def command(
    platform: Platform, caller: Caller, function: str, key: str | None, **parameters: Any
) -> Accepted:
    """Submit a customer's or the broker's command. Without a `key` it cannot be repeated safely.

    Raises:
        FinanceBuyError: the refusal, as the class of its code; only the verdict was written.
    """
    row = {"identity": caller.token(platform), "key": str(uuid4()) if key is None else key}
    verdict = await platform.writer.submit(function, row | _origin(caller) | parameters)
    return _accepted(verdict)


async def fact(platform: Platform, caller: Caller, function: str, **parameters: Any) -> Accepted:
    """Submit what a bank says. Facts carry no identity: their role may do nothing else.

    Raises:
        FinanceBuyError: it is no fact at all (no amount, an unknown currency), or its key was used.
    """
    return _accepted(await platform.writer.submit(function, _origin(caller) | parameters))


def _accepted(verdict: Verdict) -> Accepted:
    if verdict.outcome != "accepted":
        raise errors.refused(verdict.code or "refused", verdict.field)
    return Accepted(verdict.result or {}, verdict.replayed)


def _origin(caller: Caller) -> dict[str, Any]:
    return {"request_id": caller.request_id, "origin": caller.origin}

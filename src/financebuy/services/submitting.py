"""Handing a command to the command path and turning its verdict into a value or an error."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from financebuy import errors
from financebuy.database.commands import Verdict
from financebuy.domain.ids import random_text
from financebuy.services.caller import Caller
from financebuy.services.platform import Platform

_HOW_TO_ASK = (
    "this takes two: ask with `financebuy fact {0} FIELD=VALUE… --reason …` (or the approval {0}),"
    " another operator confirms"
)


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
    row = {"key": random_text() if key is None else key, **parameters}
    _refuse_unstorable(row)
    row |= {"identity": caller.token(platform)} | _origin(caller)
    return _accepted(await platform.writer.submit(function, row))


async def fact(platform: Platform, caller: Caller, function: str, **parameters: Any) -> Accepted:
    """Submit what a bank says, with the identity of who brings its word.

    Who that is stands in the history; what may be done, the service has decided: facts are not
    refused, and the bank's own login brings none of anybody's.

    Raises:
        ApprovalRequiredError: where money is real, a second person confirms what one enters.
        FinanceBuyError: it is no fact at all (no amount, an unknown currency), or its key was used.
    """
    _refuse_unstorable(parameters)
    said_by = {"identity": caller.token(platform)} | _origin(caller)
    try:
        return _accepted(await platform.writer.submit(function, said_by | parameters))
    except errors.ApprovalRequiredError as refusal:
        raise errors.ApprovalRequiredError(
            _HOW_TO_ASK.format(function), field=refusal.field
        ) from None


def _accepted(verdict: Verdict) -> Accepted:
    if verdict.outcome != "accepted":
        raise errors.refused(verdict.code or "refused", verdict.field)
    return Accepted(verdict.result or {}, verdict.replayed)


def _refuse_unstorable(row: Mapping[str, Any]) -> None:
    """PostgreSQL keeps every text but these; one of them would fail the batch it travels in."""
    for name, value in row.items():
        if isinstance(value, str) and ("\0" in value or not _is_unicode(value)):
            raise errors.InvalidValueError(
                f"{name}: holds a character that cannot be stored", field=name
            )


def _is_unicode(text: str) -> bool:
    if text.isascii():
        return True
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _origin(caller: Caller) -> dict[str, Any]:
    return {"request_id": caller.request_id, "origin": caller.origin}

"""A command under way: who waits for it and until when, and what the database decided of it."""

import asyncio
import time
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import msgspec

from financebuy.errors import FinanceBuyError, OutcomeUnknownError, TryAgainError


class Verdict(msgspec.Struct, frozen=True):
    """What the database decided: `outcome` is accepted, refused or conflict."""

    outcome: str
    replayed: bool
    command_id: UUID | None
    code: str | None
    field: str | None
    result: dict[str, Any] | None


BUSY = "busy"
"""The outcome of a row whose account another session holds: it was not decided."""

_OF_THE_MOMENT = frozenset({"identity_expired", "identity_invalid", "not_permitted"})
"""Codes that may be said of the identity alone, before anybody looks for the command's key."""


@dataclass(slots=True, eq=False)
class Command:
    """One call of `function`. Those of one `subject` are written in the order of their coming."""

    function: str
    row: Mapping[str, Any]
    subject: Any
    answer: "asyncio.Future[Verdict]"
    deadline: float
    blocked: bool = False
    """Its account was held by somebody for longer than a batch waits."""
    unknown: bool = False
    """An earlier try may have been committed."""

    def fail(self, error: Exception) -> None:
        """Answer with an error, unless there is an answer or nobody waits any more.

        What an earlier try may have written is not denied by what befell a later one.
        """
        if not self.answer.done():
            self.answer.set_exception(OutcomeUnknownError() if self.unknown else error)

    def give_up(self) -> None:
        """Say that it is too late, and whether something may have been written."""
        self.fail(self.left())

    def left(self) -> FinanceBuyError:
        """What is said of a command that nobody goes on with."""
        return OutcomeUnknownError() if self.unknown else TryAgainError()


def fail(commands: Iterable[Command], error: Exception) -> None:
    """Answer all of them with one error."""
    for command in commands:
        command.fail(error)


def deliver(commands: Sequence[Command], verdicts: Sequence[Verdict]) -> list[Command]:
    """Answer each with its verdict; returns those whose account was held by somebody else."""
    blocked = []
    for command, verdict in zip(commands, verdicts, strict=True):
        if verdict.outcome == BUSY:
            command.blocked = True
            blocked.append(command)
        elif command.unknown and not verdict.replayed and verdict.code in _OF_THE_MOMENT:
            command.give_up()
        elif not command.answer.done():
            command.answer.set_result(verdict)
    return blocked


def divided(
    commands: Iterable[Command], subjects: Collection[Any]
) -> tuple[list[Command], list[Command]]:
    """Those of `subjects`, and the others."""
    those: list[Command] = []
    others: list[Command] = []
    for command in commands:
        (those if command.subject in subjects else others).append(command)
    return those, others


def still_wanted(commands: Iterable[Command]) -> list[Command]:
    """Give up those that are late; returns the others that somebody waits for."""
    now = time.monotonic()
    wanted = []
    for command in commands:
        if command.deadline < now:
            command.give_up()
        elif not command.answer.done():
            wanted.append(command)
    return wanted

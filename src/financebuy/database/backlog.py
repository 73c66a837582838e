"""Commands that wait to be written: so many and no more, first come, first served.

They wait in chains, one a subject. A chain of which a command is being written is out of turn
until that is done: so commands of one account never overtake one another, and a batch takes all
of them that it can.
"""

import logging
from collections.abc import Sequence
from typing import Any

from financebuy.database.command import Command
from financebuy.errors import OverloadedError

MAX_BATCH = 512
Chain = list[Command]
log = logging.getLogger(__name__)


class Backlog:
    """The chains of one role."""

    def __init__(self, most: int) -> None:
        """At most so many commands wait."""
        self._most = most
        self._in_turn: dict[Any, Chain] = {}
        self._out_of_turn: dict[Any, Chain] = {}
        self._refused = 0
        self.waiting = 0

    @property
    def is_ready(self) -> bool:
        """Whether there is a batch to take."""
        return bool(self._in_turn)

    def add(self, command: Command) -> None:
        """Queue a command.

        Raises:
            OverloadedError: too many wait.
        """
        if self.waiting >= self._most:
            self._refused += 1
            raise OverloadedError
        self.waiting += 1
        subject = command.subject
        chain = self._out_of_turn.get(subject)
        if chain is None:
            chain = self._in_turn.get(subject)
        if chain is None:
            self._in_turn[subject] = [command]
        else:
            chain.append(command)

    def take(self, enough: int) -> list[Command]:
        """Take commands of one function: who is first, and those that may go with it.

        Stops at `enough`, but takes all it can of a subject, up to `MAX_BATCH`.
        """
        batch: list[Command] = []
        taken: list[tuple[Any, int]] = []
        function = ""
        for subject, chain in self._in_turn.items():
            first = chain[0].function
            if not batch:
                function = first
            elif first != function:
                continue
            count = 1 if len(chain) == 1 else _run(chain, MAX_BATCH - len(batch))
            batch += chain[:count]
            taken.append((subject, count))
            if len(batch) >= enough:
                break
        for subject, count in taken:
            chain = self._in_turn.pop(subject)
            del chain[:count]
            self._out_of_turn[subject] = chain
        self.waiting -= len(batch)
        return batch

    def put_back(self, commands: Sequence[Command]) -> None:
        """Have commands that were taken, and not written, wait again before all of their chain."""
        for command in reversed(commands):
            self._out_of_turn[command.subject].insert(0, command)
        self.waiting += len(commands)

    def finish(self, commands: Sequence[Command]) -> None:
        """Give the chains of commands that were taken their turn again."""
        for command in commands:
            chain = self._out_of_turn.pop(command.subject, None)
            if chain:
                self._in_turn[command.subject] = chain

    def drop(self, command: Command) -> bool:
        """Take out a command that nobody waits for any more, unless it is being written.

        Says whether it was there.
        """
        found = False
        for chains in (self._in_turn, self._out_of_turn):
            chain = chains.get(command.subject)
            if chain is not None and command in chain:
                chain.remove(command)
                self.waiting -= 1
                found = True
        if not self._in_turn.get(command.subject, True):
            del self._in_turn[command.subject]
        return found

    def drop_late(self, now: float) -> None:
        """Give up those that have waited too long; who came first is first to be late."""
        for chain in [*self._in_turn.values(), *self._out_of_turn.values()]:
            for command in [each for each in chain if each.deadline < now]:
                self.drop(command)
                command.give_up()

    def drop_all(self) -> None:
        """Give up all."""
        self.drop_late(float("inf"))

    def tell(self, role: str) -> None:
        """Tell the log how many were refused since it was told last."""
        if self._refused:
            log.warning(
                "%d commands were refused: %d wait to be written as %s",
                self._refused, self.waiting, role,
            )  # fmt: skip
            self._refused = 0


def _run(chain: Chain, most: int) -> int:
    """How many commands at the head of a chain, at most so many, are of one function."""
    function = chain[0].function
    for count, command in enumerate(chain[:most]):
        if command.function != function:
            return count
    return min(len(chain), most)

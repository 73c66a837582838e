"""Whether somebody still waits for what a request asks for.

Who hangs up frees the places of their commands that wait. A request of which something was written
goes on to its end, whoever is there: half of it would be of no use to anybody. So does one whose
route says so at its beginning (`go_on`).
"""

from collections.abc import Callable
from contextvars import ContextVar

from financebuy.database.command import Command
from financebuy.errors import TryAgainError

Drop = Callable[[Command], bool]
"""Takes a command out of its queue, and says whether it still waited there."""


class Presence:
    """Who asks, from the request's beginning to its end."""

    __slots__ = ("_goes_on", "_has_effect", "_is_gone", "_waiting")

    def __init__(self) -> None:
        self._waiting: dict[Command, Drop] = {}
        self._is_gone = self._has_effect = self._goes_on = False

    @property
    def is_gone(self) -> bool:
        """Whether nobody waits for the answer any more."""
        return self._is_gone

    @property
    def has_effect(self) -> bool:
        """Whether a command was decided for this request."""
        return self._has_effect

    def leave(self) -> None:
        """Nobody waits any more; commands that are being written are written."""
        self._is_gone = True
        if self._has_effect or self._goes_on:
            return
        for command, drop in tuple(self._waiting.items()):
            if drop(command):
                command.give_up()

    def check(self) -> None:
        """Refuse to begin for nobody.

        Raises:
            TryAgainError: they have gone, and nothing was written for them.
        """
        if self._is_gone and not (self._has_effect or self._goes_on):
            raise TryAgainError

    def go_on(self) -> None:
        """What is asked for is done to its end, whoever waits for it."""
        self._goes_on = True

    def wait(self, command: Command, drop: Drop) -> None:
        """Note a command that was queued."""
        self._waiting[command] = drop

    def decided(self) -> None:
        """A command has its verdict."""
        self._has_effect = True

    def forget(self, command: Command) -> None:
        """A command has its answer, whichever."""
        self._waiting.pop(command, None)


present: ContextVar[Presence | None] = ContextVar("present", default=None)
"""Of the request that is served here; None where there is no request."""


def go_on() -> None:
    """Have the request that is served here done to its end, also if its client hangs up."""
    presence = present.get()
    if presence is not None:
        presence.go_on()

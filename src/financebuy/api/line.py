"""A connection, as far as those need it who serve its requests: when it is lost."""

from financebuy.database.presence import Presence, present

LINE = "financebuy.line"
"""An extension of the scope: the `Line` that the request came by."""


class Line:
    """The requests of one connection that are served now."""

    __slots__ = ("_here", "_is_lost")

    def __init__(self) -> None:
        self._here: set[Presence] = set()
        self._is_lost = False

    def begin(self) -> Presence:
        """A request begins, in a task of its own."""
        presence = Presence()
        if self._is_lost:
            presence.leave()
        self._here.add(presence)
        present.set(presence)
        return presence

    def end(self, presence: Presence) -> None:
        """Its answer is out, or nobody is there to take it."""
        self._here.discard(presence)

    def lose(self) -> None:
        """Whoever asked has hung up."""
        self._is_lost = True
        for presence in tuple(self._here):
            presence.leave()

"""How the supervisor tells its user what it does; the command line knows how to show it."""

from typing import Protocol


class Reporter(Protocol):
    """Shows progress: one step at a time, and notes in between."""

    def begin(self, step: str) -> None:
        """A step starts."""

    def done(self, detail: str) -> None:
        """The step that was begun last has succeeded."""

    def note(self, text: str) -> None:
        """Something that the user should know."""

    def confirm(self, question: str) -> bool:
        """Ask the user; false where nobody can answer."""
